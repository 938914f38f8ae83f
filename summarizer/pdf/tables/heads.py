"""The heads of a table: which rows they are, and which columns each is over.

A head over several columns is known by the rule under it, else by its centre. One that is over no certain
columns is left out: a wrong head is worse than none.
"""

import re
from collections.abc import Sequence
from itertools import pairwise

from summarizer.pdf.page.boxes import middle
from summarizer.pdf.page.pages import union
from summarizer.pdf.tables.cells import Cell, Row
from summarizer.pdf.tables.columns import Column, hits
from summarizer.types import Box

DATUM = re.compile(
    r"[(~<>≈±+−–-]*[$€£]?[.\d][\d.,/]* ?[%BMGTKkxs×]?\W{0,2}(\s?([±^(·×]|E[-−+\d]).*)?$|[-–—]+$|n/a$|oom$", re.I
)
FRACTION = re.compile(r"\d*\.\d|%|±|\d\d\d,?\d\d\d")  # results have these, sizes and settings in heads rarely
CUT = re.compile(r"(?<=[a-z])- (?=[a-z])")  # a word over two lines of a cell
_MAX_HEADER = 4  # a head of two lines beside one of one line makes three rows
_OFF_CENTRE = 3.0  # points
_WIDE = 0.3  # heights of a head: more than the space between two words


def count_header(rows: list[Row], rules: list[Box]) -> int:
    """How many rows are heads: what stands above the first rule within the table, if that is not data itself.

    Rows between that rule and the next are heads too if their like stands in no row below. Without a rule,
    the rows before the first that is mostly numbers.
    """
    ruled = ruled_rows(rows, rules)
    if ruled and (ruled[0] <= _MAX_HEADER or not any(map(mostly_data, rows[: ruled[0]]))):
        first = ruled[0]
        results = next((n for n in range(first) if _mostly_results(rows[n])), first)
        if results < first or (first > 1 and all(mostly_data(row) for row in rows[:first])):
            return results if results < first else 0
        for end in [*ruled[1:], len(rows)]:
            if end == len(rows) or end > _MAX_HEADER + 1 or not _goes_on(rows, first, end):
                break
            first = end
        return first
    start = next((n for n, row in enumerate(rows) if mostly_data(row)), len(rows))
    if start == len(rows) or start > _MAX_HEADER:
        return 1 if not any(DATUM.match(cell.text) for cell in rows[0]) and len(rows[0]) > 1 else 0
    return start


def _goes_on(rows: list[Row], first: int, end: int) -> bool:
    """Are rows[first:end], between two rules, heads as those above them are?"""
    block, below = rows[first:end], rows[end:]
    if any(_mostly_results(row) for row in block) or mostly_data(block[0]):
        return False
    widest = max(map(len, below))
    if max(map(len, rows[:first])) <= widest / 2 and len(block[0]) > widest / 2:  # so far only heads over the heads
        return True
    texts = [cell for row in block for cell in row[1:]]
    return 2 * len(block[0]) > widest and all(
        not DATUM.match(cell.text) and _is_over_data(cell, below) for cell in texts
    )


def _is_over_data(head: Cell, rows: list[Row]) -> bool:
    under = [c.text for row in rows for c in row if min(c.box[2], head.box[2]) - max(c.box[0], head.box[0]) > 0]
    return 2 * sum(DATUM.match(text) is not None for text in under) > len(under)


def mostly_data(row: Row) -> bool:
    """Are most cells after the first numbers?"""
    return len(row) > 1 and 2 * sum(DATUM.match(cell.text) is not None for cell in row[1:]) >= len(row) - 1


def _mostly_results(row: Row) -> bool:
    results = sum(DATUM.match(cell.text) is not None and FRACTION.search(cell.text) is not None for cell in row[1:])
    return len(row) > 1 and 2 * results >= len(row) - 1


def ruled_rows(rows: list[Row], rules: list[Box], column: Column | None = None) -> list[int]:
    """The rows that have a rule above them: across the table, or across the column."""
    boxes = [row_box(row) for row in rows]
    left, _, right, _ = union(boxes) if boxes else (0.0, 0.0, 0.0, 0.0)
    if column is None:
        across = [r[1] for r in rules if r[2] - r[0] > 0.6 * (right - left) and r[0] < left + 0.1 * (right - left)]
    else:
        across = [r[1] for r in rules if r[0] - 3 <= sum(column) / 2 <= r[2] + 3]
    found = []
    for n, (above, below) in enumerate(pairwise(boxes), 1):
        low = max(middle(above), min(above[3] - 3, below[1]))
        high = min(middle(below), max(below[1] + 3, above[3]))
        if any(low <= y <= high for y in across):
            found.append(n)
    return found


def place_heads(rows: list[Row], columns: list[Column], rules: list[Box]) -> tuple[tuple[str, ...], list[str]]:
    """The heads joined for each column, and those that are over no certain column."""
    extents = list(columns)
    texts: list[list[str]] = [[] for _ in columns]
    unplaced: list[str] = []
    for row in reversed(rows):
        cells = [part for cell in row for part in split(cell, extents, _WIDE)]
        for cell, span in zip(cells, _spans(cells, extents, texts, rules), strict=True):
            if not span:
                unplaced.insert(0, cell.text)
            for i in span:
                texts[i].insert(0, cell.text)
            if len(span) == 1:
                (i,) = span
                low = extents[i - 1][1] if i else -1e6
                high = extents[i + 1][0] if i + 1 < len(extents) else 1e6
                extents[i] = min(extents[i][0], max(low, cell.box[0])), max(extents[i][1], min(high, cell.box[2]))
    joined = (" ".join(dict.fromkeys(column)) for column in texts)
    return tuple(CUT.sub("", name) for name in joined), unplaced


def _spans(row: Row, columns: list[Column], below: list[list[str]], rules: list[Box]) -> list[Sequence[int]]:
    """The columns that each head of a row is over; none where that is uncertain."""
    spans: list[Sequence[int]] = _ruled(row, columns, rules)
    for n, span in _alike(row, columns, below).items():
        spans[n] = spans[n] or span
    for n, head in enumerate(row):
        others = {i for m, cell in enumerate(row) if m != n for i in spans[m] or hits(cell.box, columns)}
        spans[n] = spans[n] or _span(head, columns, others)
    return spans


def _ruled(row: Row, columns: list[Column], rules: list[Box]) -> list[Sequence[int]]:
    """The columns under the short rule of each head alone; a rule under several of its line is the whole table's."""
    found: dict[int, list[int]] = {}
    for rule in rules:
        heads = [n for n, cell in enumerate(row) if _underlines(rule, cell)]
        if len(heads) == 1 and heads[0] not in found:
            under = [i for i, column in enumerate(columns) if rule[0] - 2 <= sum(column) / 2 <= rule[2] + 2]
            if len(under) < len(columns):
                found[heads[0]] = under
    return [found.get(n, []) for n in range(len(row))]


def _underlines(rule: Box, head: Cell) -> bool:
    height = head.box[3] - head.box[1]
    near = head.middle < rule[1] < head.box[3] + 0.6 * height
    return near and rule[0] - 3 <= head.box[0] and head.box[2] <= rule[2] + 3


def _alike(row: Row, columns: list[Column], below: list[list[str]]) -> dict[int, range]:
    """Heads that are over the same heads each, as `MBPP` and `APPS` over `@1 @10 @100`: their columns."""
    if len(row) < 2 or not any(below):
        return {}
    own = [hits(head.box, columns) for head in row]
    for length in range(len(columns) // 2, 1, -1):
        found: dict[str, dict[int, range]] = {}
        for n, (head, over) in enumerate(zip(row, own, strict=True)):
            first, last = (over[0], over[-1]) if over else (len(columns), -1)
            starts = range(max(0, last - length + 1), min(first, len(columns) - length) + 1)
            spans = [range(i, i + length) for i in starts if all(below[i : i + length])]
            for span in sorted(spans, key=lambda span: -_off_centre(head, columns, span)):
                width = columns[span[-1]][1] - columns[span[0]][0]
                if _off_centre(head, columns, span) < max(_OFF_CENTRE, 0.2 * width):
                    found.setdefault(repr([below[i] for i in span]), {})[n] = span
        for alike in found.values():
            covered = [i for span in alike.values() for i in span]
            rest = {i for n, over in enumerate(own) if n not in alike for i in over}
            if len(alike) > 1 and len(set(covered)) == len(covered) and rest.isdisjoint(covered):
                return alike
    return {}


def _span(head: Cell, columns: list[Column], others: set[int]) -> Sequence[int]:
    """The one column that the head is aligned with, or those in whose common middle it is.

    Of several that fit as well the widest; `others` are over other heads.
    """
    over = hits(head.box, columns) or _around(head.box, columns)
    aligned = [i for i in over if _is_aligned(head.box, columns[i])]
    if len(aligned) == 1 and (len(over) == 1 or not _is_across(head.box, columns, over)):
        return aligned
    fits = [
        (_off_centre(head, columns, span), span)
        for first in range(len(columns)) for last in range(first + 1, len(columns))
        if set(over) <= set(span := range(first, last + 1)) and others.difference(over).isdisjoint(span)
    ]  # fmt: skip
    best = min((off for off, _ in fits), default=_OFF_CENTRE)
    if best < _OFF_CENTRE:
        return max((span for off, span in fits if off < best + 1.2), key=lambda span: span[-1] - span[0])
    return over if len(over) == 1 else aligned if len(aligned) == 1 else []


def _around(box: Box, columns: list[Column]) -> list[int]:
    """The column beside the box, if it is nearer to it than to any other at both ends."""
    nearest = {min(range(len(columns)), key=lambda i: _distance(x, columns[i])) for x in (box[0], box[2])}
    return list(nearest) if len(nearest) == 1 else []


def _distance(x: float, column: Column) -> float:
    return max(column[0] - x, x - column[1], 0.0)


def _off_centre(head: Cell, columns: list[Column], span: range) -> float:
    return abs((columns[span[0]][0] + columns[span[-1]][1] - head.box[0] - head.box[2]) / 2)


def _is_aligned(box: Box, column: Column) -> bool:
    x0, _, x1, _ = box
    return abs(x0 - column[0]) < 2 or abs(x1 - column[1]) < 2 or abs(x0 + x1 - sum(column)) < 4


def _is_across(box: Box, columns: list[Column], over: list[int]) -> bool:
    """Does the box cover most of the outer columns that it is over?"""
    first, last = columns[over[0]], columns[over[-1]]
    return box[0] < sum(first) / 2 and box[2] > sum(last) / 2


def split(cell: Cell, columns: list[Column], space: float = 0.0) -> list[Cell]:
    """Cells that touch: one for each column, if each of the words is in one and each has words of its own.

    `space` is the least distance between them, in heights of the cell.
    """
    over = hits(cell.box, columns) if cell.words else []
    if len(over) < 2 or len(cell.words) < len(over):
        return [cell]
    parts: dict[int, list[Cell]] = {}
    for word in cell.words:
        hit = hits(word.box, columns)
        if len(hit) != 1:
            return [cell]
        parts.setdefault(hit[0], []).append(word)
    gaps = [right[0].box[0] - left[-1].box[2] for left, right in pairwise(parts.values())]
    inner = [right.box[0] - left.box[2] for words in parts.values() for left, right in pairwise(words)]
    least = max(space * (cell.box[3] - cell.box[1]), 1.3 * max(inner, default=0.0) if space else 0.0)
    if list(parts) != over or min(gaps) < least:
        return [cell]
    return [
        Cell(union([word.box for word in words]), " ".join(word.text for word in words), tuple(words))
        for words in parts.values()
    ]


def row_box(row: Row) -> Box:
    return union([cell.box for cell in row])
