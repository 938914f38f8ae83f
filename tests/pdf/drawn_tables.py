"""Tables set at given places, in PDFs made on the spot, and how they are read."""

from collections.abc import Iterable

import pymupdf

from summarizer.pdf import parse_pdf
from summarizer.types import Table

Word = tuple[float, float, str]  # the left edge, the row, the text
Rule = tuple[float, float, float]
PITCH, SIZE = 14.0, 9.0
LEFT, RIGHT = 90.0, 480.0
XS = (100.0, 220.0, 320.0, 420.0)


def drawn(
    paper: object,
    words: Iterable[Word],
    rows: float,
    rules: Iterable[float],
    left: float = LEFT,
    right: float = RIGHT,
    short: Iterable[Rule] = (),
    upright: Iterable[Rule] = (),
    fonts: dict[str, str] | None = None,
    turned: Iterable[Word] = (),
    small: Iterable[Word] = (),
) -> Table:
    """Table 1 with these words; `rules` are the rows that have a rule above, from `left` to `right`.

    `short` rules are above a row from one place to another, `upright` ones at a place from one row to another;
    `fonts` are those of some of the texts; `turned` ones run upwards, with their middle at the row, and `small` ones
    stand at the foot of theirs.
    """
    paper.text("Table 1: Scores.", gap=4)  # type: ignore[attr-defined]
    page, top = paper.page, paper.y  # type: ignore[attr-defined]
    for x, row, text in sorted(words, key=lambda word: (word[1], word[0])):
        page.insert_text((x, top + 12 + PITCH * row), text, fontsize=SIZE, fontname=(fonts or {}).get(text, "helv"))
    for x, row, text in turned:
        page.insert_text((x, top + 12 + PITCH * row + width(text) / 2 - 3), text, fontsize=SIZE, rotate=90)
    for x, row, text in small:
        page.insert_text((x, top + 13 + PITCH * row), text, fontsize=0.6 * SIZE)
    for row, x0, x1 in [*((row, left, right) for row in (0, *rules, rows)), *short]:
        page.draw_line((x0, top + 2 + PITCH * row), (x1, top + 2 + PITCH * row))
    for x, first, last in upright:
        page.draw_line((x, top + 2 + PITCH * first), (x, top + 2 + PITCH * last))
    paper.y = top + PITCH * rows + 20  # type: ignore[attr-defined]
    paper.text("The larger model of Table 1 is better than the smaller one in all of our runs. " * 3)  # type: ignore[attr-defined]
    document = parse_pdf(paper.bytes(), crops=False).document  # type: ignore[attr-defined]
    assert document is not None
    return next(table for table in document.tables if table.label == "Table 1")


def lines(*rows: tuple[str, ...], first: float = 0) -> list[Word]:
    return [(x, n + first, text) for n, row in enumerate(rows) for x, text in zip(XS, row, strict=False) if text]


def grid(table: Table) -> list[tuple[str, ...]]:
    return [(table.corner, *table.columns), *((row.label, *row.cells) for row in table.rows)]


def width(text: str) -> float:
    return float(pymupdf.get_text_length(text, fontsize=SIZE))


def centred(row: float, *texts: str, middles: Iterable[float]) -> list[Word]:
    """Words with their middles at these places, "" for none."""
    return [(x - width(text) / 2, row, text) for x, text in zip(middles, texts, strict=False) if text]
