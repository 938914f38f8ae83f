"""What stands in a table between its rows: titles over several of them, and notes under the last rule."""

import re
from collections.abc import Iterator
from itertools import pairwise

from summarizer.pdf.page.boxes import middle
from summarizer.pdf.tables.assembly import DATUM
from summarizer.pdf.tables.cells import CellRow, Column
from summarizer.pdf.tables.columns import hits
from summarizer.pdf.tables.header import mostly_data, row_box, ruled_rows
from summarizer.pdf.tables.levels import Levels, Title, title_of
from summarizer.pdf.tables.touching import WIDE, split
from summarizer.types import Box

_TITLE = 14  # words at most, where no rules set it apart
_NOTE = re.compile(r"[*∗†‡§¶]|\(?\w\)? |notes?\b|source", re.I)
_CAPTION = re.compile(r"\([a-z]\) ?\w")
_SUM = re.compile(r"(total|all|overall|average|avg|mean|sum)\b", re.I)
_SENTENCE = 8  # words
_FEW = 2  # columns: words that fall into more may be heads


def split_sections(
    rows: list[CellRow], columns: list[Column], rules: list[Box], doubts: list[str]
) -> Iterator[tuple[str, list[CellRow]]]:
    """Runs of rows, each with the titles that stand over it, alone in their rows: "" if there are none.

    A total below a rule of its own is of all of them.
    """
    ruled = {0, *ruled_rows(rows, rules), len(rows)}
    titles = _find_titles(rows, columns, rules, ruled)
    levels = Levels(list(titles.values()), doubts)
    run = list[CellRow]()
    n = 0
    while n < len(rows):
        name, own = levels.name, titles.get(n)
        if own:
            yield name, run
            levels.begin(own)
            run = []
            n += len(own)
            continue
        if name and n in ruled and _is_sum(rows[n], rows):
            levels.clear()
        elif 0 in hits(rows[n][0].box, columns):
            levels.row(rows[n][0].box[0] - columns[0][0], first=not run)
        if levels.name != name:
            yield name, run
            run = []
        run.append(rows[n])
        n += 1
    yield levels.name, run


def _find_titles(
    rows: list[CellRow], columns: list[Column], rules: list[Box], ruled: set[int]
) -> dict[int, list[Title]]:
    """The titles by their first row, those that follow each other together."""
    titles: dict[int, list[Title]] = {}
    n = 0
    while n < len(rows):
        # once there is a title, its like ends its block also without a rule
        first = n in ruled or titles or rows[n][-1].text.endswith(":")
        own = _titles_at(rows, n, columns, rules, ruled) if first else []
        if own:
            titles[n] = own
        n += len(own) or 1
    return titles


def _is_sum(row: CellRow, rows: list[CellRow]) -> bool:
    """Is it the one row that sums up the others, whatever titles they have?"""
    return _SUM.match(row[0].text) is not None and sum(other[0].text == row[0].text for other in rows) == 1


def _titles_at(
    rows: list[CellRow], first: int, columns: list[Column], rules: list[Box], ruled: set[int]
) -> list[Title]:
    """The titles from row `first` on: before a row with cells. What a rule parts from its like is none."""
    titles: list[Title] = []
    for n in range(first, len(rows)):
        title = title_of(rows[n][0], columns, rules, ruled=n in ruled)
        if not _is_title(rows[n], columns, alone=title.middle or {n, n + 1} <= ruled):
            return titles if len(rows[n]) > 1 else []
        if titles and title.ruled and title.is_like(titles[-1]):
            return []
        titles.append(title)
    return []


def _is_title(row: CellRow, columns: list[Column], *, alone: bool) -> bool:
    """Is it one cell of words: at the left, over several columns, or `alone`: in the middle, or between two rules?"""
    heads = len(split(row[0], columns, WIDE))
    if len(row) > 1 or DATUM.match(row[0].text) or heads > max(_FEW, len(columns) - 2):
        return False
    span = hits(row[0].box, columns)
    return alone or (len(row[0].text.split()) <= _TITLE and (0 in span or len(span) != 1))


def split_captioned(rows: list[CellRow], rules: list[Box]) -> list[tuple[str, list[CellRow], list[Box]]]:
    """The tables one below the other that have captions of their own, as `(a) Speed`: each with this; else all as one.

    The captions are between the rules of two tables, all above or all below their own, and each table has heads.
    """
    ruled = set(ruled_rows(rows, rules))
    found = [n for n, row in enumerate(rows) if len(row) == 1 and _CAPTION.match(row[0].text)]
    if not found or not all({n, n + 1} - {0, len(rows)} <= ruled for n in found):
        return [("", rows, rules)]
    above = found[0] == 0
    if not above and (len(found) == 1 or found[-1] < len(rows) - 1):
        return [("", rows, rules)]
    ends = [*found[1:], len(rows)] if above else found
    starts = [n + 1 for n in found] if above else [0, *(n + 1 for n in found[:-1])]
    parts = [rows[a:b] for a, b in zip(starts, ends, strict=True)]
    in_order = all(ord(rows[b][0].text[1]) - ord(rows[a][0].text[1]) == 1 for a, b in pairwise(found))
    if not in_order or any(len(part) < _FEW or len(part[0]) < _FEW or mostly_data(part[0]) for part in parts):
        return [("", rows, rules)]
    heights = [rows[n][0].middle for n in found]
    limits = [*heights, float("inf")] if above else [float("-inf"), *heights]
    own = ([rule for rule in rules if a < middle(rule) < b] for a, b in pairwise(limits))
    return list(zip((rows[n][0].text.rstrip(".") for n in found), parts, own, strict=True))


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
