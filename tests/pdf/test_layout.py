"""Pages whose layout is not that of the others, and lines without text."""

from dataclasses import replace

import pymupdf
import pytest

from summarizer.pdf import parse_pdf
from summarizer.pdf.page.lines import finish
from summarizer.pdf.page.pages import Line, Span

TEXT = "We train a model on many words and report the results of three runs in the next section in more detail. "


def span(text: str) -> Span:
    return Span(text, (0, 0, 5, 10), 10, "Times", False, False, False, False, False, False, 0, 255, 0, 8)


def test_a_line_whose_glyphs_have_no_text_has_none() -> None:
    assert finish(Line(1, 0, (0, 0, 10, 10), [span(""), span("")])).text == ""


def test_a_page_in_one_column_among_pages_of_two_has_its_paragraph_as_text() -> None:
    document = pymupdf.open()
    page = document.new_page(width=612, height=792)
    page.insert_text((72, 72), "A Method for Small Things", fontsize=18, fontname="hebo")
    for left, right in ((72, 296), (316, 540)):
        page.insert_textbox((left, 100, right, 760), TEXT * 30, fontsize=10, align=3)
    page = document.new_page(width=612, height=792)
    page.insert_textbox((72, 72, 540, 130), "Near-duplicates change nothing. " + TEXT * 4, fontsize=9, align=3)
    rows = (("", "AP", "AR"), ("ImageNet", "34.3", "30.2"), ("Larger", "36.7", "31.5"))
    for n, row in enumerate(rows):
        for x, cell in zip((180, 300, 400), row, strict=True):
            page.insert_text((x, 135 + 12 * n), cell, fontsize=10)
    page.draw_line((170, 138), (440, 138))
    page.insert_text((180, 180), "Table 1. Detection on the larger set of images.", fontsize=9)
    page.insert_textbox((72, 220, 540, 400), TEXT * 10, fontsize=9, align=3)
    parsed = parse_pdf(document.tobytes(), crops=False).document
    assert parsed is not None
    (table,) = parsed.tables
    assert (table.columns, table.sure) == (("AP", "AR"), True)
    assert any("Near-duplicates" in passage.text for passage in parsed.passages if passage.kind == "text")


def test_an_exponent_behind_a_bracket_of_a_formula_is_no_mark_of_a_note() -> None:
    letter, bracket = replace(span("x"), math=True), span(")")
    two = replace(span("2"), superscript=True, size=6)
    assert finish(Line(1, 0, (0, 0, 10, 10), [span("("), letter, bracket, two])).text == "(x)^2"
    assert finish(Line(1, 0, (0, 0, 10, 10), [span("(as before"), bracket, two])).text == "(as before)"


@pytest.mark.parametrize(("base", "text"), [("17.06", "17.06"), ("68.6%", "68.6%"), ("10", "10^3"), ("x", "x^3")])
def test_a_raised_number_behind_a_result_is_the_mark_of_a_note(base: str, text: str) -> None:
    raised = replace(span("3"), superscript=True, size=6)
    assert finish(Line(1, 0, (0, 0, 10, 10), [span(base), raised])).text == text
