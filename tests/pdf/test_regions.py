"""Where floats are: one region a caption, decided for the page; what is drawn decides what it is."""

from collections.abc import Callable

import pymupdf

from summarizer.pdf import parse_pdf
from summarizer.types import Document

HEADS = ("Algorithm", "1-shot", "5-shot")


def parsed(paper: object) -> Document:
    document = parse_pdf(paper.bytes(), crops=False).document  # type: ignore[attr-defined]
    assert document is not None
    return document


def ruled(paper: object, *rows: tuple[str, ...], xs: tuple[float, ...] = (150, 300, 400)) -> None:
    """A table with rules above, below and under its heads."""
    page, top = paper.page, paper.y  # type: ignore[attr-defined]
    for n, row in enumerate(rows):
        for x, cell in zip(xs, row, strict=False):
            page.insert_text((x, top + 12 + 14 * n), cell, fontsize=9)
    for n in (0, 1, len(rows)):
        page.draw_line((140, top + 2 + 14 * n), (470, top + 2 + 14 * n))
    paper.y = top + 14 * len(rows) + 6  # type: ignore[attr-defined]


def numbers(document: Document, label: str) -> set[str]:
    return {cell for table in document.tables if table.label == label for row in table.rows for cell in row.cells}


def test_the_page_decides_against_the_habit_of_the_rest(draft: Callable) -> None:
    paper = draft()
    ruled(paper, HEADS, ("MAML", "48.70", "63.11"))
    paper.text("Table 1: Results on Mini-ImageNet with one network.", gap=12)
    ruled(paper, HEADS, ("MAML", "98.70", "99.90"))
    paper.text("Table 2: Results on Omniglot with one network.", gap=30)
    for number in range(3, 6):
        paper.new_page().y += 20 * number  # else they are running heads
        paper.text("The settings of each experiment are in the tables of this appendix, one a page. " * 4)
        paper.text(f"Table {number}: Settings of experiment {number}.", gap=2)
        ruled(paper, HEADS, ("Steps", f"{number}.1", f"{number}.7"))
        paper.y += 20
        paper.text("All of them were chosen on the validation set of the first experiment, once. " * 4)
    document = parsed(paper)
    assert numbers(document, "Table 1") == {"48.70", "63.11"}
    assert numbers(document, "Table 2") == {"98.70", "99.90"}
    assert numbers(document, "Table 4") == {"4.1", "4.7"}


def test_a_cell_that_names_a_figure_is_no_caption(draft: Callable) -> None:
    paper = draft()
    paper.page.draw_rect((150, paper.y + 10, 400, paper.y + 90))
    paper.y += 100
    paper.text("Figure 2: The machine.", gap=30)
    ruled(paper, ("", "Figure 2"), ("Layers", "48"), ("Heads", "16"), xs=(150, 300))
    paper.text("Table 1: Sizes of the machine in Figure 2.", gap=20)
    document = parsed(paper)
    assert [figure.label for figure in document.figures] == ["Figure 2"]
    assert numbers(document, "Table 1") == {"48", "16"}


def test_a_table_under_the_caption_of_a_figure_has_rows(draft: Callable) -> None:
    paper = draft()
    ruled(paper, ("Model", "Steps", "Accuracy"), ("Inception", "31.0", "72.2"), ("BN-x5", "2.1", "73.0"))
    paper.text("Figure 1: Steps that each network needs.", gap=20)
    document = parsed(paper)
    assert [figure.label for figure in document.figures] == ["Figure 1"]
    assert numbers(document, "Figure 1") == {"31.0", "72.2", "2.1", "73.0"}
    assert [p.row for p in document.passages if p.kind == "row" and p.item == "Figure 1"] == [1, 2]


def test_a_drawing_under_the_caption_of_a_figure_has_none(draft: Callable) -> None:
    paper = draft()
    for n in range(6):
        paper.page.draw_line((150, paper.y + 14 * n), (400, paper.y + 80 - 14 * n))
        paper.page.insert_text((130, paper.y + 14 * n), f"0.{n}", fontsize=8)
    paper.y += 96
    paper.text("Figure 1: Loss by step.", gap=20)
    assert not parsed(paper).tables


def test_bold_numbers_on_coloured_ground_stay_in_the_text(draft: Callable) -> None:
    paper = draft()
    paper.text("The scores of all systems are these, with the best of each in bold:")
    for n in range(4):
        for m, x in enumerate((150, 250, 350)):
            for k in range(4):
                box = pymupdf.Rect(x + 12 * k - 4, paper.y - 8, x + 12 * k + 8, paper.y + 3)
                paper.page.draw_rect(box, color=None, fill=(0.8, 0.9, 1))
            paper.page.insert_text(
                (x, paper.y), f"{80 + n}.{m}{n}", fontsize=9, fontname="hebo" if m == n % 3 else "helv"
            )
        paper.y += 14
    paper.y += 12
    held = "\n".join(p.text for p in parsed(paper.text("They are means of three runs of each system. " * 3)).passages)
    assert [number for number in ("80.00", "81.11", "82.22", "83.03") if number not in held] == []


def test_a_table_whose_cells_are_drawn_is_a_warning(draft: Callable) -> None:
    paper = draft()
    for n in range(6):
        paper.page.draw_line((150, paper.y + 14 * n), (400, paper.y + 14 * n))
    paper.y += 84
    document = parsed(paper.text("Table 1: Scores.", gap=20))
    assert [table.rows for table in document.tables] == [()]
    assert document.warnings == ("Table 1 on page 1 has no text in the file: its cells are a picture",)


def test_a_caption_with_a_high_sign_and_words_on_a_ground_is_read_to_its_end(draft: Callable) -> None:
    paper = draft()
    page, top = paper.page, paper.y + 20
    page.insert_text((72, top), "Table 1: Scores of the systems that translate from English", fontsize=9)
    page.insert_text((340, top), chr(0xE5), fontsize=16, fontname="symb")
    page.insert_text((360, top), "in the two years of the competition that", fontsize=9)
    page.insert_text(
        (72, top + 11),
        "were tried, with the same data for all of them and the same number of steps for each of",
        fontsize=9,
    )
    page.insert_text((72, top + 22), "them. Bold numbers are the best of all.", fontsize=9)
    page.draw_rect((250, top + 14, 360, top + 25), color=None, fill=(0.6, 1, 0.6))
    page.insert_text((252, top + 22), "Deep green boxes show", fontsize=9)
    page.insert_text(
        (72, top + 33),
        "improvements by more than one point over the model before it was tuned with the data.",
        fontsize=9,
    )
    paper.y = top + 45
    ruled(paper, ("Model", "Steps", "Accuracy"), ("Inception", "31.0", "72.2"), ("BN-x5", "2.1", "73.0"))
    table = parsed(paper).tables[0]
    assert table.caption.endswith("with the data.")
    assert [row.cells for row in table.rows] == [("31.0", "72.2"), ("2.1", "73.0")]


def test_a_caption_without_a_float_is_a_warning(draft: Callable) -> None:
    paper = draft()
    paper.text("The settings of each experiment are the same as in the paper before this one. " * 4)
    paper.text("Table 1: Settings of the experiments.", gap=8)
    document = parsed(paper.text("All of them were chosen on the validation set of the first experiment. " * 4))
    assert [(table.rows, table.sure) for table in document.tables] == [((), False)]
    assert document.warnings == ("Table 1 on page 1: only its caption was found",)
