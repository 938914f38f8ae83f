"""Boxes and pictures of floats: complete, and nothing foreign in them."""

from collections.abc import Callable

from summarizer.pdf import parse_pdf
from summarizer.types import Document

WORDS = "The larger model is better than the smaller one in all of our runs on this set of questions and answers. "


def parsed(paper: object) -> tuple[Document, dict[str, bytes]]:
    result = parse_pdf(paper.bytes())  # type: ignore[attr-defined]
    assert result.document is not None
    return result.document, result.images


def ruled(paper: object, color: tuple[float, float, float] = (0, 0, 0)) -> float:
    """Two rows between three rules below the last text; returns the height of the first rule."""
    page, top = paper.page, paper.y + 8  # type: ignore[attr-defined]
    for n, row in enumerate((("Model", "BLEU"), ("base", "25.8"))):
        for x, cell in zip((100, 300), row, strict=True):
            page.insert_text((x, top + 12 + 14 * n), cell, fontsize=9, color=color)
    for y in (top, top + 16, top + 30):
        page.draw_line((90, y), (480, y))
    paper.y = top + 44  # type: ignore[attr-defined]
    paper.text(WORDS * 3)  # type: ignore[attr-defined]
    return float(top)


def test_a_rule_within_the_caption_is_not_the_tables(draft: Callable) -> None:
    paper = draft().text("Table 1: Scores on the Proof_Set of questions.", gap=4)
    paper.page.draw_line((200, paper.y - 12), (204, paper.y - 12))
    top = ruled(paper)
    document, _ = parsed(paper)
    assert abs(document.tables[0].bbox[1] - top) < 2


def test_prose_between_the_rules_of_a_table_is_part_of_it(draft: Callable) -> None:
    paper = draft().text("Table 1: Example outputs.", gap=8)
    top = paper.y
    paper.page.draw_line((72, top), (540, top))
    paper.y += 4
    paper.text(WORDS * 3, gap=4)
    paper.page.draw_line((72, paper.y), (540, paper.y))
    bottom = paper.y
    paper.y += 24
    paper.text(WORDS * 3)
    document, _ = parsed(paper)
    assert abs(document.tables[0].bbox[1] - top) < 2
    assert abs(document.tables[0].bbox[3] - bottom) < 2


def test_a_large_label_of_an_axis_does_not_end_the_figure(draft: Callable) -> None:
    paper = draft()
    top = paper.y + 10
    paper.page.draw_rect((150, top, 450, top + 120), color=(0, 0, 1))
    paper.page.insert_text((290, top + 142), "time", fontsize=18)
    paper.y = top + 156
    paper.text("Figure 1: Scores over time.").text(WORDS * 3)
    document, images = parsed(paper)
    assert abs(document.figures[0].bbox[1] - top) < 2
    assert document.figures[0].image in images


def test_a_table_without_colour_is_a_grey_picture(draft: Callable) -> None:
    grey, coloured = draft().text("Table 1: Scores.", gap=4), draft().text("Table 1: Scores.", gap=4)
    ruled(grey)
    ruled(coloured, color=(1, 0, 0))
    color_types = [next(iter(parsed(paper)[1].values()))[25] for paper in (grey, coloured)]  # PNG 1.2, 11.2.2
    assert color_types == [0, 2]
