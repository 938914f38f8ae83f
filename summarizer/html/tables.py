"""The tables of the page beside those of the PDF: a grid is taken where the PDF has all its words and numbers."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from rapidfuzz.distance import Indel

from summarizer.html.grid import read_grid
from summarizer.html.letters import letters
from summarizer.html.paper import HtmlFloat, HtmlPaper
from summarizer.pdf.tables.text import row_text
from summarizer.types import Passage, Table

_WORD = re.compile(r"\w+")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_BESIDE = 0.03  # share of the numbers in the PDF's region of a table that may be none of the table's


def witnessed(table: Table, around: Iterable[Passage], found: HtmlFloat, paper: HtmlPaper) -> Table | None:
    """The table with the cells of the page; None where the PDF has others, in its table and the passages `around`."""
    grid = read_grid(found.tables, paper)
    if not grid.columns:
        return None
    own = replace(table, corner=grid.corner, columns=grid.columns, rows=grid.rows, sure=True, source="html")
    return own if _is_printed(own, table, around) else None


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
