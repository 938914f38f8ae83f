"""The grid of a table of the page: spans resolved, heads over their columns, labels beside their rows."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from summarizer.html.paper import HtmlCell, HtmlPaper
from summarizer.pdf.tables.assembly import DATUM, LEVEL, Grid, Part, Record, assembled, count_labels

_MOST_HEADS = 4  # rows
_RULED = 0.7  # share of the columns from which a rule is one of the whole table
_TITLE_WORDS = 9
_REMARK = 3  # words
_MOST_CELLS = 20_000  # of a table with all its spans
_CUT_WORD = re.compile(r"(?<=[^\W\d_])-\s*\n\s*(?=[a-z])")
_NOWHERE = (0.0, 0.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class _Title:
    """`columns` are how many it covers; `ruled`: there is a rule above it."""

    text: str
    columns: int
    ruled: bool

    def is_like(self, other: "_Title") -> bool:
        return (self.columns, self.ruled) == (other.columns, other.ruled)


Slots = list[list[HtmlCell | None]]  # by row and column; a cell that covers several is in each


def read_grid(tables: Sequence[list[list[HtmlCell]]], paper: HtmlPaper) -> Grid:
    """One grid of the tabulars under a caption, without boxes; an empty one where there are no columns."""
    parts = [part for rows in tables for part in _parts(_without_spacers(_resolved(rows), paper), paper)]
    return assembled(parts, []) if parts else Grid()


def _resolved(rows: list[list[HtmlCell]]) -> Slots:
    """The rows with all that their cells cover. A table that covers too much is as good as empty."""
    width = max((sum(cell.columns for cell in row) for row in rows), default=0)
    if width * len(rows) > _MOST_CELLS:
        return []
    slots: Slots = [[] for _ in rows]
    reaching: dict[int, tuple[HtmlCell, int]] = {}  # by column: a cell from above, and how many more rows it covers
    for row, own in zip(rows, slots, strict=True):
        cells = iter(row)
        while len(own) < width:
            column = len(own)
            above, more = reaching.pop(column, (None, 0))
            if above:
                own.append(above)
                if more > 1:
                    reaching[column] = above, more - 1
                continue
            cell = next(cells, None)
            for _ in range(min(cell.columns, width - column) if cell else 1):
                if cell and cell.rows > 1:
                    reaching[len(own)] = cell, cell.rows - 1
                own.append(cell)
    return slots


def _without_spacers(slots: Slots, paper: HtmlPaper) -> Slots:
    """The columns that hold anything."""
    kept = [n for n, column in enumerate(zip(*slots, strict=True)) if any(_text(cell, paper) for cell in column)]
    return [[row[n] for n in kept] for row in slots]


def _parts(slots: Slots, paper: HtmlPaper) -> list[Part]:
    """The blocks of a table: what is under heads of its own."""
    texts = [[_text(cell, paper) for cell in row] for row in slots]
    if not slots or len(slots[0]) < 2:
        return []
    size = _count_heads(slots, texts)
    starts = [(0, size), *_further_heads(slots, texts, size)] if size else [(0, 0)]
    ends = [start for start, _ in starts[1:]] + [len(slots)]
    parts = []
    for (start, body), end in zip(starts, ends, strict=True):
        heads = tuple(_head(slots[start:body], column, paper) for column in range(len(slots[0])))
        if records := _records(slots[body:end], texts[body:end]):
            stub = count_labels(heads, records)
            _carry_labels(records, stub - 1)
            parts.append(Part(heads, stub, records))
    return parts


def _text(cell: HtmlCell | None, paper: HtmlPaper) -> str:
    """Without the names of macros that LaTeXML does not know."""
    if cell is None:
        return ""
    text, first = "", cell.start
    for error in paper.errors_in(cell.start, cell.end):
        text += paper.text[first : error.start]
        first = error.end
    return " ".join(_CUT_WORD.sub("", text + paper.text[first : cell.end]).split())


def _ruled(slots: Slots) -> list[int]:
    """The rows that have a rule of the whole table above them, its labels included, but for the first row."""
    found = []
    for n, (above, below) in enumerate(pairwise(slots), 1):
        ruled = [
            a is not b and bool((a and a.rule_below) or (b and b.rule_above)) for a, b in zip(above, below, strict=True)
        ]
        if ruled[0] and sum(ruled) >= _RULED * len(ruled):
            found.append(n)
    return found


def _count_heads(slots: Slots, texts: list[list[str]]) -> int:
    """How many rows are heads: those above the first rule, or that LaTeXML takes for heads, if they are no data."""
    marked = next((n for n, row in enumerate(slots) if not all(cell and cell.head for cell in row)), 0)
    for size in (max(marked, next(iter(_ruled(slots)), 0)), marked, next(iter(_ruled(slots)), 0)):
        if 0 < size <= _MOST_HEADS and size < len(slots) and not any(map(_is_data, texts[:size])):
            return size
    return int(not _has_data(texts[0]) and any(map(_has_data, texts[1:])) and len(set(texts[0])) > 1)


def _further_heads(slots: Slots, texts: list[list[str]], size: int) -> list[tuple[int, int]]:
    """Where heads stand again further down, and the rows under them begin: words between two rules, above numbers."""
    rules = _ruled(slots)
    found = []
    for start, end in pairwise([n for n in rules if n > size]):
        block = texts[start:end]
        wide = 2 * sum(map(bool, block[-1])) > len(block[-1]) and len(set(block[-1])) > 2
        if len(block) <= _MOST_HEADS and wide and not any(map(_has_data, block)) and _has_data(texts[end]):
            found.append((start, end))
    return found


def _is_data(row: list[str]) -> bool:
    return 2 * sum(DATUM.match(text) is not None for text in row[1:]) > len(row) - 1


def _has_data(row: list[str]) -> bool:
    return any(DATUM.match(text) for text in row[1:])


def _head(slots: Slots, column: int, paper: HtmlPaper) -> str:
    """The heads above a column, from the top, each once."""
    head, wide = "", False
    for cell in dict.fromkeys(row[column] for row in slots):
        if cell and (text := _text(cell, paper)) and text not in head.split(" / "):
            wrapped = head and not wide and cell.columns == 1  # two lines of one head, in rows of their own
            head = f"{head}{' ' if wrapped else ' / ' if head else ''}{text}"
            wide = cell.columns > 1
    return head


def _records(slots: Slots, texts: list[list[str]]) -> list[Record]:
    """The rows of a block, under the titles that stand alone in a row; a rule ends what is under them.

    A title right below another is within it, and so is each that is set as it is, until one is set as the other.
    """
    records: list[Record] = []
    titles: list[_Title] = []  # the outer first
    ruled = set(_ruled(slots))
    ends = ruled if 2 * len(ruled) < len(slots) else set()  # where each row has its rule, none says anything
    alone = [_is_title(row, own) for row, own in zip(slots, texts, strict=True)]
    for n, (row, own) in enumerate(zip(slots, texts, strict=True)):
        if alone[n] and _is_above_row(n, alone, texts):
            cell = next(cell for cell, text in zip(row, own, strict=True) if text and cell)
            title = _Title(next(filter(None, own)), cell.columns, n in ruled)
            if not (n and alone[n - 1]):
                like = [level for level, other in enumerate(titles) if other.is_like(title)]
                titles = titles[: like[-1]] if like else []
            titles = [*titles, title]
            ends -= {n + 1}  # the rule under a title
        elif any(own):
            titles = [] if n in ends else titles
            records.append(Record(LEVEL.join(title.text for title in titles), _without_copies(row, own), _NOWHERE))
    return records


def _is_above_row(n: int, alone: list[bool], texts: list[list[str]]) -> bool:
    """Is there, below a title and others that follow at once, a row with several cells?"""
    below = next((own for own, title in zip(texts[n + 1 :], alone[n + 1 :], strict=True) if not title), [])
    return len(set(filter(None, below))) > 1


def _without_copies(row: list[HtmlCell | None], texts: list[str]) -> list[str]:
    """A value over several columns is one of each; a remark across them stands in the first alone."""
    copied = [n > 0 and cell is not None and cell is row[n - 1] for n, cell in enumerate(row)]
    return ["" if again and len(text.split()) >= _REMARK else text for again, text in zip(copied, texts, strict=True)]


def _is_title(row: list[HtmlCell | None], texts: list[str]) -> bool:
    """Is it one cell of some words, at the left or over several columns?"""
    filled = [n for n, text in enumerate(texts) if text]
    if not filled or any(row[n] is not row[filled[0]] for n in filled) or DATUM.match(texts[filled[0]]):
        return False
    return (filled[0] == 0 or len(filled) > 1) and len(texts[filled[0]].split()) <= _TITLE_WORDS


def _carry_labels(records: list[Record], columns: int) -> None:
    """A label that is empty is that above it, where further labels tell the rows apart."""
    for above, below in pairwise(records):
        for column in range(columns):
            if not below.cells[column] and above.title == below.title:
                below.cells[column] = above.cells[column]
            elif below.cells[column]:
                break
