"""Which columns each head of a table is over.

A head over several columns is known by the rule under it, else by its like, else by its centre. One that is over no
certain columns is left out: a wrong head is worse than none.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from operator import itemgetter

from summarizer.pdf.page.pages import union
from summarizer.pdf.tables.cells import Cell, CellRow, Column, bay_of, run_on
from summarizer.pdf.tables.columns import hits, widened
from summarizer.pdf.text.sentences import PaperWords
from summarizer.types import Box

_OFF_CENTRE = 3.0  # points
_NEARLY = 0.1  # of the space between two upright rules
_EXACT = 1.2  # points: as exact as typesetters centre
_MANY = 4  # columns
_COVERED = 0.85  # of their width: a head over them all is narrower
_BELOW = 1.5  # heights: heads beside it may have more lines
WIDE = 0.3  # heights of a head: more than the space between two words
SET_APART = 0.6  # heights: more than that of words which are stretched


@dataclass(frozen=True, slots=True)
class _Head:
    text: str
    span: tuple[int, ...]  # the columns that it is over


def place_heads(
    rows: list[CellRow], columns: list[Column], rules: list[Box], uprights: list[Box], words: PaperWords
) -> tuple[tuple[str, ...], list[str]]:
    """The full head of each column, levels joined with " / ", and the heads that are over no certain column."""
    extents = list(columns)
    levels: list[list[_Head]] = [[] for _ in columns]  # of each column, the lowest first
    unplaced: list[str] = []
    for row in reversed(rows):
        cells = [part for cell in row for part in split(cell, extents, SET_APART if any(levels) else WIDE)]
        if not any(levels):
            cells = [part for cell in cells for part in _dealt(cell, extents)]
        ruled = _ruled(cells, extents, rules)
        bays = _in_bays(cells, extents, uprights, [bool(level) for level in levels])
        certain = [own or bay for own, bay in zip(ruled, bays, strict=True)]
        spans = _spans(cells, extents, [[head.text for head in level] for level in levels], certain)
        texts = [any(map(str.isalnum, cell.text)) for cell in cells]  # an accent may be painted apart
        over = Counter(i for span, is_text in zip(spans, texts, strict=True) if is_text for i in span)
        for cell, span, own_rule in zip(cells, spans, ruled, strict=True):
            if not span or any(over[i] > 1 for i in span):
                unplaced.insert(0, cell.text)
            for i in span:
                _stack(levels[i], _Head(cell.text, tuple(span)), words, apart=bool(own_rule))
            if len(span) == 1:
                extents[span[0]] = widened(extents, span[0], cell.box)
    return tuple(" / ".join(dict.fromkeys(head.text for head in reversed(level))) for level in levels), unplaced


def _stack(level: list[_Head], head: _Head, words: PaperWords, *, apart: bool) -> None:
    """Put a head above those of a column: as the line before the last one's, if it is over the same columns."""
    if level and not apart and level[-1].span == head.span:
        level[-1] = _Head(run_on(head.text, level[-1].text, words), head.span)
    else:
        level.append(head)


def _spans(
    row: CellRow, columns: list[Column], below: list[list[str]], certain: list[Sequence[int]]
) -> list[Sequence[int]]:
    """The columns that each head of a row is over, by rules if these are `certain`; none where it is not known."""
    spans = list(certain)
    for n, span in _alike(row, columns, below).items():
        spans[n] = spans[n] or span
    for n, span in _whole(row, columns, below).items():
        spans[n] = spans[n] or span
    for n, head in enumerate(row):
        others = {i for m, cell in enumerate(row) if m != n for i in spans[m] or hits(cell.box, columns)}
        spans[n] = spans[n] or _span(head, columns, others, below)
    return spans


def _ruled(row: CellRow, columns: list[Column], rules: list[Box]) -> list[Sequence[int]]:
    """The columns under the short rule of each head alone; a rule under several of its line is the whole table's."""
    found: dict[int, list[int]] = {}
    for rule in rules:
        heads = [n for n, cell in enumerate(row) if rule[0] - 3 <= cell.box[0] and cell.box[2] <= rule[2] + 3]
        if len(heads) == 1 and heads[0] not in found and _underlines(rule, row[heads[0]]):
            under = [i for i, column in enumerate(columns) if rule[0] - 2 <= sum(column) / 2 <= rule[2] + 2]
            if len(under) < len(columns):
                found[heads[0]] = under
    return [found.get(n, []) for n in range(len(row))]


def _in_bays(row: CellRow, columns: list[Column], uprights: list[Box], named: list[bool]) -> list[Sequence[int]]:
    """The columns between the two upright rules of each head that is alone between them and in their middle.

    Several only if they are `named`: have heads of their own. Where no rule is beside the row, those below part it,
    if no head is over one of them.
    """
    bays = [bay_of(cell.box, uprights) for cell in row]
    low = max(cell.box[3] for cell in row)
    below = min((rule[1] for rule in uprights if rule[1] > low - 1), default=0.0) + 1
    lower = len(set(bays)) == 1 and below > 1
    if lower:
        bays = [bay_of((cell.box[0], below, cell.box[2], below), uprights) for cell in row]
    found: list[Sequence[int]] = [[] for _ in row]
    for n, (cell, bay) in enumerate(zip(row, bays, strict=True)):
        span = [i for i, column in enumerate(columns) if bay[0] < sum(column) / 2 < bay[1]]
        if not span or len(span) == len(columns) or bays.count(bay) > 1:
            continue
        centred = all(named[i] for i in span) and _is_in_middle(cell, bay, columns, span)
        if centred if lower else centred or len(span) == 1:
            found[n] = span
    return found


def _is_in_middle(cell: Cell, bay: Column, columns: list[Column], span: list[int]) -> bool:
    """Is the cell in the middle of its bay, or of the columns where the bay has no end, and not beyond it?"""
    whole = columns[span[0]][0], columns[span[-1]][1]
    left, right = whole if float("inf") in map(abs, bay) else bay
    inside = bay[0] < cell.box[0] and cell.box[2] < bay[1]
    return inside and abs(cell.box[0] + cell.box[2] - left - right) / 2 < max(_OFF_CENTRE, _NEARLY * (right - left))


def _underlines(rule: Box, head: Cell) -> bool:
    height = head.box[3] - head.box[1]
    centred = abs(rule[0] + rule[2] - head.box[0] - head.box[2]) < 2 * _OFF_CENTRE
    return head.middle < rule[1] < head.box[3] + (_BELOW if centred else 0.6) * height


def _alike(row: CellRow, columns: list[Column], below: list[list[str]]) -> dict[int, range]:
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
                centred = _off_centre(head, columns, span) < max(_OFF_CENTRE, 0.2 * width)
                if centred or _is_nearest(n, row, columns, span):
                    found.setdefault(repr([below[i] for i in span]), {})[n] = span
        for alike in found.values():
            covered = [i for span in alike.values() for i in span]
            rest = {i for n, over in enumerate(own) if n not in alike for i in over}
            if len(alike) > 1 and len(set(covered)) == len(covered) and rest.isdisjoint(covered):
                return alike
    return {}


def _whole(row: CellRow, columns: list[Column], below: list[list[str]]) -> dict[int, range]:
    """The only head over columns that have heads of their own, in the middle of them all."""
    heads = [n for n, head in enumerate(row) if 0 not in hits(head.box, columns)]
    first = next((i for i in range(1, len(columns)) if below[i]), len(columns))
    span = range(first, len(columns))
    if len(heads) != 1 or len(span) < 2 or not all(below[i] for i in span):
        return {}
    for whole in (span, range(len(columns))) if len(row) == 1 else (span,):
        width = columns[whole[-1]][1] - columns[whole[0]][0]
        if _off_centre(row[heads[0]], columns, whole) < max(_OFF_CENTRE, 0.05 * width):
            return {heads[0]: whole}
    return {}


def _dealt(cell: Cell, columns: list[Column]) -> list[Cell]:
    """The words of a line of heads that nearly touch, each with the nearest column; the cell itself if it is none."""
    over = hits(cell.box, columns)
    if len(over) < _MANY or cell.box[2] - cell.box[0] < _COVERED * (columns[over[-1]][1] - columns[over[0]][0]):
        return [cell]
    dealt: dict[int, list[Cell]] = {}
    for word in cell.words:
        nearest = min(over, key=lambda i: _distance((word.box[0] + word.box[2]) / 2, columns[i]))
        dealt.setdefault(nearest, []).append(word)
    return [_joined(words) for words in dealt.values()] if list(dealt) == over else [cell]


def _joined(words: list[Cell]) -> Cell:
    return Cell(union([word.box for word in words]), " ".join(word.text for word in words), tuple(words))


def _is_nearest(n: int, row: CellRow, columns: list[Column], span: range) -> bool:
    """Is the n-th head of the row nearer to all these columns than any other is?"""
    centres = [(cell.box[0] + cell.box[2]) / 2 for cell in row]
    return all(min(range(len(row)), key=lambda m: abs(centres[m] - sum(columns[i]) / 2)) == n for i in span)


def _span(head: Cell, columns: list[Column], others: set[int], below: list[list[str]]) -> Sequence[int]:
    """The one column that the head is aligned with, or those in whose common middle it is.

    Of several that fit as well the widest; `others` are over other heads, `below` are the heads under it.
    """
    over = hits(head.box, columns) or _around(head.box, columns)
    aligned = [i for i in over if _is_aligned(head.box, columns[i])]
    apart = others.difference(over)
    fits = [
        (_off_centre(head, columns, span), span)
        for first in range(min(over, default=len(columns)) + 1)
        for last in range(max([first + 1, *over]), len(columns))
        if apart.isdisjoint(span := range(first, last + 1))
    ]
    best, middle = min(fits, key=itemgetter(0), default=(_OFF_CENTRE, range(0)))
    if len(aligned) == 1 and (len(over) == 1 or not _is_across(head.box, columns, over)):
        own = abs(head.box[0] + head.box[2] - sum(columns[aligned[0]])) / 2
        if best > _EXACT or own < 2 * _OFF_CENTRE or not all(below[i] for i in middle):
            return aligned
    if best < _OFF_CENTRE:
        return max((span for off, span in fits if off < best + _EXACT), key=len)
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
    return [_joined(words) for words in parts.values()]
