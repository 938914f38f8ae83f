"""Tables side by side under one caption: each has labels of its own, and rules of its own or the same heads."""

from collections.abc import Iterator
from operator import itemgetter

from summarizer.pdf.page.boxes import middle
from summarizer.pdf.tables.assembly import DATUM
from summarizer.pdf.tables.cells import CellRow
from summarizer.types import Box

_APART = 3.0  # points between their rules
_SAME = 3.0  # points
_MOST = 0.7  # of the rows
_ROWS = 3


def side_by_side(rows: list[CellRow], rules: list[Box]) -> list[tuple[list[CellRow], list[Box]]]:
    """The rows and rules of each table from the left; of one only, if these are no several."""
    for left, right in (*_gaps(rules), *_where_heads_come_again(rows)):
        first, rest = _cells(rows, 0, left), _cells(rows, right, float("inf"))
        first_rules = [(r[0], r[1], min(r[2], left), r[3]) for r in rules if r[0] < left]
        rest_rules = [(max(r[0], right), *r[1:]) for r in rules if r[2] > right]
        whole = sum(map(len, (*first, *rest))) == sum(map(len, rows))
        if whole and _is_table(first_rules, first) and _is_table(rest_rules, rest):
            return [(first, first_rules), *side_by_side(rest, rest_rules)]
    return [(rows, rules)]


def _gaps(rules: list[Box]) -> Iterator[tuple[float, float]]:
    """Where no rule is, between some at the left and some at the right."""
    reach = float("inf")
    for left, _, right, _ in sorted(rules, key=itemgetter(0)):
        if left - reach > _APART:
            yield reach, left
        reach = right if reach == float("inf") else max(reach, right)


def _where_heads_come_again(rows: list[CellRow]) -> Iterator[tuple[float, float]]:
    """Between the cells of two halves that have the same heads, those of the labels too."""
    heads = rows[0] if rows else []
    half = len(heads) // 2
    texts = [head.text for head in heads]
    if half < 2 or texts[:half] != texts[half:] or len(set(texts)) < half:
        return
    left = max((c.box[2] for row in rows for c in row if c.box[0] < heads[half - 1].box[2]), default=0.0)
    right = min((c.box[0] for row in rows for c in row if c.box[2] > heads[half].box[0]), default=0.0)
    if left < right:
        yield left, right


def _cells(rows: list[CellRow], left: float, right: float) -> list[CellRow]:
    """The rows with what is between two places; no empty ones."""
    inner = ([cell for cell in row if left - _APART < cell.box[0] and cell.box[2] < right + _APART] for row in rows)
    return [row for row in inner if row]


def _is_table(rules: list[Box], rows: list[CellRow]) -> bool:
    """Are there rules of one width above and below most rows, and most of these begin with a name?"""
    if not rules:
        return False
    widest = max(rules, key=lambda rule: rule[2] - rule[0])
    frame = [middle(r) for r in rules if abs(r[0] - widest[0]) < _SAME and abs(r[2] - widest[2]) < _SAME]
    full = [row for row in rows if len(row) > 1]
    framed = sum(min(frame) < row[0].middle < max(frame) for row in full)
    named = sum(not DATUM.match(row[0].text) for row in full)
    return len(full) >= _ROWS and framed >= _MOST * len(full) and named >= _MOST * len(full)
