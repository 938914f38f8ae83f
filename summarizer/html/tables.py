"""The tables of the page beside those of the PDF: a grid is taken where the PDF has all its words and numbers."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from rapidfuzz.distance import Indel

from summarizer.html.grid import read_grid
from summarizer.html.letters import letters
from summarizer.html.paper import HtmlFloat, HtmlPaper
from summarizer.pdf.tables.assembly import LEVEL
from summarizer.pdf.tables.text import row_text
from summarizer.types import Passage, Row, Table

_WORD = re.compile(r"\w+")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_BESIDE = 0.03  # share of the numbers in the PDF's region of a table that may be none of the table's


def witnessed(table: Table, around: Iterable[Passage], found: HtmlFloat, paper: HtmlPaper) -> Table | None:
    """The table with the cells of the page; None where the PDF has others, in its table and the passages `around`."""
    grid = read_grid(found.tables, paper)
    if not grid.columns:
        return None
    rows = _with_levels(grid.rows, table)
    own = replace(table, corner=grid.corner, columns=grid.columns, rows=rows, sure=True, source="html")
    return own if _is_printed(own, table, around) else None


def _with_levels(rows: tuple[Row, ...], table: Table) -> tuple[Row, ...]:
    """The rows of the page under the outer levels that the PDF has over them: only there indents are seen."""
    if not table.sure or len(rows) != len(table.rows):
        return rows
    return tuple(replace(row, label=_outer(row.label, own.label)) for row, own in zip(rows, table.rows, strict=True))


def _outer(label: str, printed: str) -> str:
    """The label with the levels before it that the PDF's has, if this ends as it does."""
    levels = printed.split(LEVEL)
    for n in range(1, len(levels)):
        if letters(label) and letters("".join(levels[n:])) == letters(label):
            return LEVEL.join([*levels[:n], label])
    return label


def row_passages(table: Table, rows: Sequence[Passage], caption: Passage) -> list[Passage]:
    """A passage for each row of a table of the page, where the PDF has that row, else where it has the table."""
    passages = []
    for number, row in enumerate(table.rows, 1):
        text = row_text(table.label, table.corner, table.columns, row)
        like = rows[number - 1] if len(rows) == len(table.rows) else _most_like(text, rows)
        place = like or replace(caption, page=table.page, bbox=table.bbox, places=())
        passages.append(replace(place, text=text, tex="", kind="row", item=table.label, row=number))
    return passages


def _most_like(text: str, rows: Sequence[Passage]) -> Passage | None:
    own = letters(text)
    return max(rows, key=lambda row: Indel.normalized_similarity(own, letters(row.text)), default=None)


def _is_printed(own: Table, table: Table, around: Iterable[Passage]) -> bool:
    """Are all words of the page's table in the PDF there, and all numbers of the PDF's table in the page's?

    Cells may be outside of what the PDF's lines tell of a table: in a column beside it, if it is too wide for its own.
    """
    texts, read = _texts(own), _texts(table)
    region = [*read, *(passage.text for passage in around)]
    printed = letters(" ".join(region))
    if any(letters(word) not in printed for text in texts for word in _WORD.findall(text)):
        return False
    numbers = _numbers(read)
    lacking = numbers - _numbers([*texts, table.caption])
    return _numbers(texts) <= _numbers(region) and len(lacking) <= max(not table.sure, _BESIDE * len(numbers))


def _texts(table: Table) -> list[str]:
    return [table.corner, *table.columns, *(text for row in table.rows for text in (row.label, *row.cells))]


def _numbers(texts: Iterable[str]) -> set[str]:
    return {number for text in texts for number in _NUMBER.findall(_THOUSANDS.sub("", text))}
