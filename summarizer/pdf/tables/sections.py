"""What stands in a table between its rows: titles over several of them, and notes under the last rule."""

import re
from collections.abc import Iterator

from summarizer.pdf.tables.assembly import DATUM
from summarizer.pdf.tables.cells import CellRow, Column
from summarizer.pdf.tables.columns import hits
from summarizer.pdf.tables.header import mostly_data, row_box, ruled_rows
from summarizer.pdf.tables.touching import WIDE, split
from summarizer.types import Box

_TITLE = 14  # words at most, where no rules set it apart
_NOTE = re.compile(r"[*∗†‡§¶]|\(?\w\)? |notes?\b|source", re.I)
_SUM = re.compile(r"(total|all|overall|average|avg|mean|sum)\b", re.I)
_SENTENCE = 8  # words
_FEW = 2  # columns: words that fall into more may be heads


def split_sections(rows: list[CellRow], columns: list[Column], rules: list[Box]) -> Iterator[tuple[str, list[CellRow]]]:
    """Runs of rows, each with the title that stands over it, alone in its row or two: "" if there is none.

    A total below a rule of its own is of all of them.
    """
    ruled = {0, *ruled_rows(rows, rules), len(rows)}
    title, run = "", list[CellRow]()
    n = 0
    while n < len(rows):
        # once there is a title, its like ends its block also without a rule
        first = n in ruled or title != "" or rows[n][-1].text.endswith(":")
        size = _count_title(rows, n, columns, ruled) if first else 0
        if size:
            yield title, run
            title, run = " ".join(row[0].text for row in rows[n : n + size]), []
        else:
            if title and n in ruled and _is_sum(rows[n], rows):
                yield title, run
                title, run = "", []
            run.append(rows[n])
        n += size or 1
    yield title, run


def _is_sum(row: CellRow, rows: list[CellRow]) -> bool:
    """Is it the one row that sums up the others, whatever titles they have?"""
    return _SUM.match(row[0].text) is not None and sum(other[0].text == row[0].text for other in rows) == 1


def _count_title(rows: list[CellRow], first: int, columns: list[Column], ruled: set[int]) -> int:
    """How many rows from `first` on are a title: before one with cells."""
    end = first
    while end < len(rows) and _is_title(rows[end], columns, alone={end, end + 1} <= ruled):
        end += 1
        if end in ruled:
            break
    return end - first if end < len(rows) and len(rows[end]) > 1 else 0


def _is_title(row: CellRow, columns: list[Column], *, alone: bool) -> bool:
    """Is it one cell of words: at the left, over several columns, or `alone` between two rules?"""
    heads = len(split(row[0], columns, WIDE))
    if len(row) > 1 or DATUM.match(row[0].text) or heads > max(_FEW, len(columns) - 2):
        return False
    span = hits(row[0].box, columns)
    return alone or (len(row[0].text.split()) <= _TITLE and (0 in span or len(span) != 1))


def split_notes(rows: list[CellRow], rules: list[Box]) -> tuple[list[CellRow], list[CellRow]]:
    """The rows down to the last rule, and those below it if they are a note on the table."""
    ruled = ruled_rows(rows, rules)
    last = ruled[-1] if len(ruled) > 1 else len(rows)
    below = rows[last:]
    if not below or any(map(mostly_data, below)) or any(rule[1] > row_box(below[-1])[3] - 2 for rule in rules):
        return rows, []
    text = " ".join(cell.text for row in below for cell in row)
    sentence = text.endswith(".") and len(text.split()) >= _SENTENCE
    return (rows[:last], below) if sentence or _NOTE.match(text) else (rows, [])
