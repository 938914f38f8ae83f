"""What becomes of a page: headings, passages, floats, references, furniture."""

from collections.abc import Callable
from pathlib import Path

import pymupdf
import pytest

from summarizer.pdf import parse_pdf
from summarizer.pdf.page.pages import read_page
from summarizer.pdf.page.resources import read_resources
from summarizer.types import Document

SAMPLE = Path(__file__).parents[2] / "examples" / "sample.pdf"


def parse(data: bytes, **options: bool) -> Document:
    parsed = parse_pdf(data, **options)
    assert parsed.outcome == "ok", parsed.reason
    assert parsed.document is not None
    return parsed.document


def test_title_sections_and_passages(draft: Callable) -> None:
    document = parse(draft().heading("2 Method").text("We do it. Then we do it again.").bytes())
    assert document.title == "A Method for Small Things"
    assert [(s.number, s.title, s.level) for s in document.sections] == [
        ("", "Abstract", 1),
        ("1", "Introduction", 1),
        ("2", "Method", 1),
    ]
    assert [p.id for p in document.passages] == list(range(1, len(document.passages) + 1))
    method = [p for p in document.passages if p.section == 2]
    assert [p.text for p in method] == ["We do it.", "Then we do it again."]
    assert all(p.page == 1 and p.bbox[2] > p.bbox[0] for p in method)


def test_hyphens_at_line_ends_are_mended(draft: Callable) -> None:
    paper = (
        draft()
        .text("We study trans-\nformers here; state-of-the-\nart systems are trans-\nformers.")
        .text("A transformers paper.")
    )
    text = " ".join(p.text for p in parse(paper.bytes()).passages)
    assert text.count("transformers") == 3
    assert "state-of-the-art systems" in text


@pytest.mark.parametrize(
    ("cut", "whole"),
    [
        ("This is fine-\ngrained.", "fine-grained"),  # after fine-tuned
        ("A model-\nbased way.", "model-based"),  # after rule-based
        ("It runs end-\nto-end.", "end-to-end"),  # no word is parted before its last two letters
        ("It is an improve-\nment.", "improvement"),
    ],
)
def test_an_authors_hyphen_at_a_line_end_is_kept(cut: str, whole: str, draft: Callable) -> None:
    paper = draft().text("We compare fine-tuned with rule-based models, and the grained with the plain. " * 2).text(cut)
    assert any(whole in p.text for p in parse(paper.bytes()).passages)


def test_a_display_formula_is_one_passage_with_its_limits(draft: Callable) -> None:
    paper = draft()
    prose = "The loss is the sum of all losses that are known to us, and it is written as we write it here: "
    top = paper.text(prose * 2).y
    paper.page.insert_text((250, top + 4), "N", fontsize=7)
    paper.page.insert_text((230, top + 14), "a = \u2211", fontsize=10, fontname="symb")
    paper.page.insert_text((250, top + 22), "i=1", fontsize=7)
    paper.page.insert_text((270, top + 14), "b", fontsize=10, fontname="symb")
    paper.y += 34
    document = parse(paper.text("The terms of it are explained in the next section of this very paper. " * 3).bytes())
    (formula,) = [p.text for p in document.passages if p.kind == "equation"]
    assert "N" in formula
    assert "i=1" in formula
    assert not any(p.text in ("N", "i=1") for p in document.passages)


def test_an_exponent_keeps_its_sign() -> None:
    text = "We set the learning rate of all models to 10"
    width = pymupdf.get_text_length(text, fontsize=10, fontname="tiro")
    document = pymupdf.open()
    page = document.new_page()
    page.insert_text((72, 100), text, fontsize=10, fontname="tiro")
    page.insert_text((72 + width, 96.4), "-", fontsize=7, fontname="helv")  # as TeX does: signs have their own font
    page.insert_text((72 + width + 2.4, 96.4), "9", fontsize=7, fontname="tiro")
    page.insert_text((72 + width + 6.4, 100), " in every one of the experiments.", fontsize=10, fontname="tiro")
    (passage,) = parse(document.tobytes()).passages
    assert passage.text == f"{text}^-9 in every one of the experiments."


def test_a_figure_at_the_top_is_read_before_the_paragraph_that_names_it(draft: Callable) -> None:
    paper = draft().new_page()
    for i in range(8):
        paper.page.draw_rect(pymupdf.Rect(150 + 30 * i, 60 + 10 * i, 170 + 30 * i, 160), fill=(0.2, 0.4, 0.8))
    paper.y = 170
    paper.text("Figure 1: Loss over time.")
    paper.text("The first paragraph of the page is about some other thing entirely. " * 3)
    paper.text("We now turn to the losses. As Figure 1 shows, they fall with time and with size. " * 3)
    texts = [p.text for p in parse(paper.bytes()).passages]
    at = texts.index("Figure 1: Loss over time.")
    assert texts[at - 1].startswith("The first paragraph")
    assert texts[at + 1] == "We now turn to the losses."


def test_furniture_is_removed_and_sentences_run_over_the_page(draft: Callable) -> None:
    paper = draft()
    words = ("apples", "pears", "plums", "cherries")
    for number, word in enumerate(words, 2):
        paper.text(f"This sentence about {word} is cut by the end of")
        paper.new_page().text(f"the page and goes on about {word} here. And it is over.")
        paper.page.insert_text((250, 40), "A METHOD FOR SMALL THINGS", fontsize=8)
        paper.page.insert_text((300, 770), str(number), fontsize=8)
    texts = [p.text for p in parse(paper.bytes()).passages]
    for word in words:
        assert f"This sentence about {word} is cut by the end of the page and goes on about {word} here." in texts
    assert not any("METHOD FOR" in t or t.isdigit() for t in texts)


def test_heads_of_tables_at_one_height_are_no_running_heads(draft: Callable) -> None:
    paper = draft()
    names = ("Model", "BERT", "TER", "BLEU", "SARI", "MRPC", "QQP")
    for number in range(1, 4):
        paper.new_page()
        for row in range(5):
            for n, name in enumerate(names):
                cell = name if row == 0 else f"run {row}" if n == 0 else f"{30 + 9 * n + row}.{number}"
                paper.page.insert_text((80 + 62 * n, 60 + 14 * row), cell, fontsize=9)
        paper.y = 122
        paper.text(f"Table {number}: Scores of run {number}.", gap=30)
        paper.text(f"See Table {number} for the scores of it. " * 4)
    tables = parse(paper.bytes()).tables
    assert [(table.corner, *table.columns) for table in tables] == [names] * 3


def test_heads_above_the_only_rule_of_tables_at_one_height_are_no_running_heads(draft: Callable) -> None:
    paper = draft()
    names = ("Title", "Director", "Genre", "Year")
    for number in range(1, 4):
        paper.new_page()
        for row in range(5):
            for n, name in enumerate(names):
                cell = name if row == 0 else f"{'abc'[number - 1]}{row * n}"
                paper.page.insert_text((80 + 90 * n, 60 + 12 * row), cell, fontsize=9)
        paper.page.draw_line((76, 63), (400 + 20 * number, 63))
        paper.y = 122
        paper.text(f"Table {number}: Films of run {number}.", gap=30)
        paper.text(f"See Table {number} for the scores of it. " * 4)
    tables = parse(paper.bytes()).tables
    assert [(*table.corner.split(" / "), *table.columns) for table in tables] == [names] * 3


def test_a_font_written_into_the_resources_is_read(draft: Callable) -> None:
    paper = draft()
    font = "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>"
    paper.document.xref_set_key(paper.page.xref, "Resources", f"<</Font<</helv {font}/hebo {font}>>>>")
    assert any("7B model" in p.text for p in parse(paper.bytes()).passages)


def test_a_figure_with_its_caption_and_a_crop(draft: Callable) -> None:
    paper = draft()
    paper.y += 20
    top = paper.y
    for i in range(8):
        paper.page.draw_rect(pymupdf.Rect(150 + 30 * i, top + 10 * i, 170 + 30 * i, top + 100), fill=(0.2, 0.4, 0.8))
    paper.page.insert_text((200, top + 112), "epochs", fontsize=7)
    paper.y = top + 124
    paper.text("Figure 1: Loss over time. Lower is better.").text("As Figure 1 shows, it falls. " * 4)
    parsed = parse_pdf(paper.bytes())
    assert parsed.document is not None
    (figure,) = parsed.document.figures
    assert (figure.label, figure.caption, figure.image) == (
        "Figure 1",
        "Figure 1: Loss over time. Lower is better.",
        "fig1.png",
    )
    assert figure.bbox == pytest.approx((150, top, 380, top + 112), abs=8)
    crop = pymupdf.Pixmap(parsed.images["fig1.png"])
    assert 400 < crop.width < 600
    assert [p.text for p in parsed.document.passages if p.kind == "caption"] == [figure.caption]
    assert not any("epochs" in p.text for p in parsed.document.passages)
    without = parse(paper.bytes(), crops=False)
    assert without.figures[0].image is None


def test_labels_of_a_drawing_without_a_caption_are_no_passages(draft: Callable) -> None:
    paper = draft()
    for n in range(100):
        x, y = 100 + 12 * (n % 10), 560 + 12 * (n // 10)
        paper.page.draw_rect(pymupdf.Rect(x, y, x + 10, y + 10), fill=(0.2, n / 100, 0.8))
    for n in range(10):
        paper.page.insert_text((72, 566 + 12 * n), f"Layer {n}", fontsize=7, fontname="tiro")
    document = parse(paper.bytes())
    assert not any("Layer" in p.text for p in document.passages)
    assert any("7B model" in p.text for p in document.passages)


def test_table_rows_can_be_read_alone(draft: Callable) -> None:
    paper = draft().text("Table 1: Sizes and scores of two models.", gap=4)
    columns = (100, 220, 340)
    rows = [("Model", "params x10^6", "BLEU"), ("base", "65", "27.3"), ("big", "213", "28.4")]
    paper.page.draw_line((90, paper.y), (420, paper.y))
    for n, row in enumerate(rows):
        for x, cell in zip(columns, row, strict=True):
            paper.page.insert_text((x, paper.y + 12 + 14 * n), cell, fontsize=9)
    paper.page.draw_line((90, paper.y + 16), (420, paper.y + 16))
    paper.page.draw_line((90, paper.y + 46), (420, paper.y + 46))
    paper.y += 66
    document = parse(
        paper.text("The larger model of Table 1 is better than the smaller one in all of our runs. " * 3).bytes()
    )
    (table,) = document.tables
    assert [(table.corner, *table.columns), *((row.label, *row.cells) for row in table.rows)] == rows
    assert table.sure
    assert [p.text for p in document.passages if p.kind == "row"] == [
        "Table 1, base: params x10^6 65; BLEU 27.3",
        "Table 1, big: params x10^6 213; BLEU 28.4",
    ]


def test_references_are_entries_not_passages(draft: Callable) -> None:
    paper = draft().heading("References")
    paper.text(
        "[1] A. Smith. A first paper about things. In Proc. of X, 2019.\n[2] B. Jones. Another paper. arXiv:2001.00001, 2020."
    )
    document = parse(paper.heading("A Details").text("An appendix sentence stands here.").bytes())
    assert [entry[:3] for entry in document.references] == ["[1]", "[2]"]
    assert not any("Jones" in p.text for p in document.passages)
    assert [s.appendix for s in document.sections if s.title in ("Introduction", "Details")] == [False, True]


def test_the_sample_paper() -> None:
    if not SAMPLE.exists():
        pytest.skip("examples/sample.pdf is not built")
    for outline in (True, False):
        parsed = parse_pdf(SAMPLE.read_bytes(), outline=outline)
        document = parsed.document
        assert document is not None
        assert {"Abstract", "References"} <= {s.title for s in document.sections}
        assert len(document.sections) >= 5
        assert len(document.figures) >= 2
        assert document.tables
        assert document.tables[0].rows
        assert document.references
        assert all(f.image in parsed.images for f in (*document.figures, *document.tables))
        assert not any(h.severity == "high" for h in document.hidden_text)


def test_rules_painted_as_images_are_rules() -> None:
    """As dvips and Ghostscript paint them: an inline image of one pixel, stretched."""
    document = pymupdf.open()
    page = document.new_page(width=612, height=792)
    page.insert_text((72, 100), "Text over a rule", fontsize=10)
    stream = page.get_contents()[0]
    image = b" cm BI /W 1 /H 1 /IM true ID \x00 EI Q "
    painted = b"q 200 0 0 0.48 72 680" + image + b"q 60 0 0 60 72 600" + image
    document.update_stream(stream, document.xref_stream(stream) + b"\n" + painted)
    shapes = read_page(document[0], read_resources(document[0])).shapes
    assert [(shape.image, round(shape.box[3] - shape.box[1])) for shape in shapes] == [(False, 0), (True, 60)]


def test_an_abstract_in_small_print_under_a_readers_marks_is_read(draft: Callable) -> None:
    paper = draft()
    top = paper.y
    paper.text(
        "Small servers are slow on long loads, and nobody has said so before us in as many words. " * 12, 8, "tiro"
    )
    for row in range(11):
        for column in range(8):
            left, upper = 80 + 55 * column, top + 2 + 9 * row
            paper.page.draw_rect(pymupdf.Rect(left, upper, left + 40, upper + 7), fill=(1, 0.9, 0.6), overlay=False)
    paper.text("They are slow for a reason that is given in the next section of this paper. " * 4)
    text = " ".join(p.text for p in parse(paper.bytes()).passages)
    assert text.count("nobody has said so before us in as many words.") == 12


@pytest.mark.parametrize("pages", [2, 5])
def test_a_licence_at_the_foot_of_each_page_is_furniture(pages: int, draft: Callable) -> None:
    paper = draft()
    foot = (
        "Authorized licensed use limited to: A Library of Some Place. Downloaded on July {0},2024 at 0{0}:12:33 UTC from "
        "a publisher's site of considerable length. Restrictions apply to all of it, everywhere."
    )
    for number in range(1, pages + 1):
        if number > 1:
            paper.new_page().text("Another page has other words than the first, and some more of them. " * 3)
        paper.page.insert_text((40, 750 if number == 1 else 765), foot.format(number), fontsize=6)
    assert not any("licensed" in p.text for p in parse(paper.bytes()).passages)


REFERENCES = "[1] A. Lee. On small things. 2019.\n[2] B. Chen. More of them. 2020."


def test_of_two_papers_in_one_file_the_first_is_read(draft: Callable) -> None:
    both = draft().heading("References").text(REFERENCES)
    both.document.insert_pdf(
        draft().text("Routers are considered wasteful here, and they are no servers. " * 3).document
    )
    document = parse(both.bytes())
    (warning,) = document.warnings
    assert "page 2" in warning
    assert "A Method for Small Things" in warning
    assert not any("Routers" in p.text for p in document.passages)


def test_an_appendix_after_the_references_is_no_other_paper(draft: Callable) -> None:
    paper = draft().heading("References").text(REFERENCES).new_page()
    paper.text("A Further Results", size=14, font="hebo").text("The servers of the appendix are no other ones. " * 9)
    document = parse(paper.bytes())
    assert document.warnings == ()
    assert any("no other ones" in p.text for p in document.passages)


def test_an_address_in_code_is_one_and_the_lines_of_code_are_not(draft: Callable) -> None:
    paper = draft()
    for line in ("3https://huggingface.co/smallservers/", "study-of-", "load", "run(model, data)"):
        paper.text(line, font="cour", gap=0)
    held = [p.text for p in parse(paper.bytes()).passages if p.kind == "code"]
    assert held == ["3https://huggingface.co/smallservers/study-of-load\nrun(model, data)"]
