"""Which columns each head of a table is over.

A head over several columns is known by the rule under it, else by its like, else by its centre. One that is over no
certain columns is left out: a wrong head is worse than none.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from operator import itemgetter

from summarizer.pdf.page.boxes import middle
from summarizer.pdf.tables.assembly import DATUM
from summarizer.pdf.tables.cells import Cell, CellRow, Column, bay_of, run_on
from summarizer.pdf.tables.columns import hits, is_aligned, widened
from summarizer.pdf.tables.touching import OFF_CENTRE, distance, heads_in
from summarizer.pdf.text.sentences import PaperWords
from summarizer.types import Box

_LETTER = re.compile(r"[^\W\d_]")
_NEARLY = 0.1  # of the space between two upright rules
_EXACT = 1.2  # points: as exact as typesetters centre
_LONG = 0.6  # of the table's width
_LEVEL = 0.3  # of a head's height
_LEFT = 2.0  # points
_PAIR = 2
_BELOW = 1.5  # heights: heads beside it may have more lines


@dataclass(frozen=True, slots=True)
class _Head:
    text: str
    span: tuple[int, ...]  # the columns that it is over
    height: float  # of its first line on the page
    alone: bool = False  # it is no line of what is above it


def place_heads(
    rows: list[CellRow], columns: list[Column], rules: list[Box], uprights: list[Box], words: PaperWords
) -> tuple[tuple[str, ...], list[str]]:
    """The full head of each column, levels joined with " / ", and the heads that are over no certain column."""
    extents = list(columns)
    levels: list[list[_Head]] = [[] for _ in columns]  # of each column, the lowest first
    unplaced: list[str] = []
    under: list[_Head] = []  # the heads of the row below
    long = _LONG * _width(rules)
    rules = _near(rows, rules)
    for row in reversed(rows):
        beside = _beside(row, rows, extents)
        cells = heads_in(row, extents, beside, lowest=not any(levels))
        ruled = _ruled(cells, extents, rules, rows)
        bays = _in_bays(cells, extents, uprights, [bool(level) for level in levels])
        certain = [own or bay for own, bay in zip(ruled, bays, strict=True)]
        for n, shared in _on_one_rule(cells, extents, rules).items():
            certain[n] = certain[n] or shared
        for n, own in _from_the_left(row, cells, extents, rows, [bool(level) for level in levels]).items():
            certain[n] = certain[n] or own
        below = [[head.text for head in level] for level in levels]
        spans = _spans(cells, extents, below, certain, beside)
        texts = [any(map(str.isalnum, cell.text)) for cell in cells]  # an accent may be painted apart
        over = Counter(i for span, is_text in zip(spans, texts, strict=True) if is_text for i in span)
        heads = [_Head(cell.text, tuple(span), cell.middle) for cell, span in zip(cells, spans, strict=True)]
        if _are_counts(heads):
            heads = [replace(head, alone=True) for head in heads]
        apart = _name_levels(heads, under, extents, rules)
        inner = _under_several(heads, under)
        for cell, head in zip(cells, heads, strict=True):
            if not head.span or any(over[i] > 1 for i in head.span):
                unplaced.insert(0, cell.text)
            for i in head.span:
                if (
                    apart
                    or (levels[i] and levels[i][-1].text in inner)
                    or not _goes_on(head, levels[i], sum(extents[i]) / 2, rules, long)
                ):
                    levels[i].append(head)
                else:
                    levels[i][-1] = _Head(run_on(head.text, levels[i][-1].text, words), head.span, head.height)
            if len(head.span) == 1:
                extents[head.span[0]] = widened(extents, head.span[0], cell.box)
        under = heads
    return tuple(" / ".join(dict.fromkeys(head.text for head in reversed(level))) for level in levels), unplaced


def _goes_on(head: _Head, level: list[_Head], centre: float, rules: list[Box], long: float) -> bool:
    """Is a head the line before the last one of its column: over the same columns?

    A rule between the two, in the middle of the column, makes them levels; a unit only if the rule is not `long`.
    """
    if not level or level[-1].alone or level[-1].span != head.span:
        return False
    longest = max((rule[2] - rule[0] for rule in _between(head, level[-1], centre, rules)), default=0.0)
    return not longest or (level[-1].text.startswith("(") and longest > long)


def _between(head: _Head, below: _Head, x: float, rules: list[Box]) -> list[Box]:
    return [rule for rule in rules if rule[0] <= x <= rule[2] and head.height < middle(rule) < below.height]


def _name_levels(heads: list[_Head], under: list[_Head], columns: list[Column], rules: list[Box]) -> bool:
    """Are two rows of heads levels that the heads over the labels name, as `Dataset` and `Model` do?

    There is a head over several columns in the upper one, or a number in the lower one, or names come again in both:
    these are no lines of one head.
    Rules below some of the heads, and not below others, show that these others go on.
    """
    names = [head.text for own in (heads, under) for head in own if head.span == (0,)]
    over = [{i for head in own for i in head.span} for own in (heads, under)]
    if len(names) != 2 or not over[0] <= over[1] or not (names[0][-1].isalnum() and not names[1][0].islower()):
        return False
    values = [head for head in heads if head.span and head.span[0]]
    ruled = {bool(_between(head, under[0], sum(columns[head.span[0]]) / 2, rules)) for head in values}
    several = any(len(head.span) > 1 for head in values) or any(DATUM.match(head.text) for head in under)
    several = several or all(len({head.text for head in own}) < len(own) for own in (heads, under))
    return several and len(ruled) == 1


def _under_several(heads: list[_Head], under: list[_Head]) -> set[str]:
    """The heads that stand below one over several columns: wherever they stand in this row, they are of its level."""
    several = {i for head in heads if len(head.span) > 1 for i in head.span}
    return {head.text for head in under if not several.isdisjoint(head.span)}


def _are_counts(heads: list[_Head]) -> bool:
    """Are the heads numbers, several, below a name over the labels that says of what, as `# Paths`?"""
    names = [head.text for head in heads if head.span == (0,)]
    counts = [head.text for head in heads if head.span and head.span[0]]
    named = len(names) == 1 and not names[0][0].islower() and names[0][0] != "("
    return named and len(counts) > 1 and all(text[0].isdigit() and not _LETTER.search(text) for text in counts)


def _width(rules: list[Box]) -> float:
    return max((rule[2] for rule in rules), default=0.0) - min((rule[0] for rule in rules), default=0.0)


def _near(rows: list[CellRow], rules: list[Box]) -> list[Box]:
    """The rules among the heads and right below them."""
    boxes = [cell.box for row in rows for cell in row]
    top = min((box[1] for box in boxes), default=0.0)
    low = max((2.5 * box[3] - 1.5 * box[1] for box in boxes), default=0.0)
    return [rule for rule in rules if top <= rule[1] <= low]


def _spans(
    row: CellRow, columns: list[Column], below: list[list[str]], certain: list[Sequence[int]], beside: set[int]
) -> list[Sequence[int]]:
    """The columns that each head of a row is over, by rules if these are `certain`; none where it is not known.

    Heads of other rows are over the columns `beside`.
    """
    spans = list(certain)
    for n, span in _alike(row, columns, below, beside).items():
        spans[n] = spans[n] or span
    for n, span in _whole(row, columns, below, beside).items():
        spans[n] = spans[n] or span
    for n, head in enumerate(row):
        others = {i for m, cell in enumerate(row) if m != n for i in spans[m] or hits(cell.box, columns)}
        spans[n] = spans[n] or _span(head, columns, others | beside, below)
    return spans


def _beside(row: CellRow, rows: list[CellRow], columns: list[Column]) -> set[int]:
    """The columns under heads that stand beside those of the row, half a line higher or lower."""
    _, top, _, bottom = row[0].box
    others = (cell for other in rows if other is not row for cell in other)
    level = (cell.box for cell in others if min(cell.box[3], bottom) - max(cell.box[1], top) > _LEVEL * (bottom - top))
    return {i for box in level for i in hits(box, columns)}


def _on_one_rule(row: CellRow, columns: list[Column], rules: list[Box]) -> dict[int, Sequence[int]]:
    """The columns of several heads above one rule, if each head is in the middle of those that it is nearest to."""
    for rule in rules:
        above = [n for n, cell in enumerate(row) if _is_within(cell, rule) and _stands_on(cell, rule)]
        under = [i for i, column in enumerate(columns) if rule[0] <= sum(column) / 2 <= rule[2]] if above[1:] else []
        if not 1 < len(above) < len(under):
            continue
        centres = {n: row[n].box[0] + row[n].box[2] for n in above}
        own: dict[int, list[int]] = {n: [] for n in above}
        for i in under:
            own[min(above, key=lambda n: abs(centres[n] - sum(columns[i])))].append(i)
        if all(span and _off_centre(row[n], columns, span) < OFF_CENTRE for n, span in own.items()):
            return {n: span for n, span in own.items() if len(span) > 1}
    return {}


def _from_the_left(
    row: CellRow, cells: list[Cell], columns: list[Column], rows: list[CellRow], named: list[bool]
) -> dict[int, Sequence[int]]:
    """The columns of heads in bold above others that are not, set where the first of theirs begins: up to the next."""
    lower = [cell for other in rows if other[0].middle > row[0].middle for cell in other]
    values = [cell for cell in lower if 0 not in hits(cell.box, columns)]
    starts = [
        next((i for i, column in enumerate(columns) if abs(column[0] - cell.box[0]) < _LEFT), 0) for cell in cells
    ]
    if len(cells) < _PAIR or starts[0] != 1 or 0 in starts or sorted(set(starts)) != starts or not all(named[1:]):
        return {}
    if not all(cell.bold for cell in cells) or any(cell.bold for cell in values):
        return {}
    return {n: range(a, b) for n, (a, b) in enumerate(pairwise([*starts, len(columns)])) if b - a > 1}


def _ruled(row: CellRow, columns: list[Column], rules: list[Box], heads: list[CellRow]) -> list[Sequence[int]]:
    """The columns under the short rule of each head alone; a rule under several of the heads is the whole table's."""
    found: dict[int, list[int]] = {}
    for rule in rules:
        above = [n for n, cell in enumerate(row) if _is_within(cell, rule)]
        if len(above) != 1 or above[0] in found or not _underlines(rule, row[above[0]]):
            continue
        own = row[above[0]].box
        beside = (cell for line in heads for cell in line if cell.box[2] < own[0] or own[2] < cell.box[0])
        if any(_is_within(cell, rule) and _stands_on(cell, rule) for cell in beside):
            continue
        under = [i for i, column in enumerate(columns) if rule[0] - 2 <= sum(column) / 2 <= rule[2] + 2]
        if len(under) < len(columns):
            found[above[0]] = under
    return [found.get(n, []) for n in range(len(row))]


def _is_within(cell: Cell, rule: Box) -> bool:
    return rule[0] - 3 <= cell.box[0] and cell.box[2] <= rule[2] + 3


def _stands_on(cell: Cell, rule: Box) -> bool:
    """Is less than a line between the cell and the rule below it?"""
    return cell.middle < rule[1] < 2 * cell.box[3] - cell.box[1]


def _in_bays(row: CellRow, columns: list[Column], uprights: list[Box], named: list[bool]) -> list[Sequence[int]]:
    """The columns between the two upright rules of each head that is alone between them and in their middle.

    Several only if they are `named`: have heads of their own. Where no rule is beside the row, those below part it,
    if no head is over one of them.
    """
    bays = [bay_of(cell.box, uprights) for cell in row]
    low = max(cell.box[3] for cell in row)
    below = min((rule[1] for rule in uprights if rule[1] > low - 1), default=0.0) + 1
    lower = set(bays) == {(float("-inf"), float("inf"))} and below > 1
    if lower:
        bays = [bay_of((cell.box[0], below, cell.box[2], below), uprights) for cell in row]
    found: list[Sequence[int]] = [[] for _ in row]
    for n, (cell, bay) in enumerate(zip(row, bays, strict=True)):
        span = [i for i, column in enumerate(columns) if bay[0] < sum(column) / 2 < bay[1]]
        if bay[0] == float("-inf") < bay[1] < float("inf") and len(span) > 1 and not lower:
            span = span[1:]  # the labels have no rule at their left
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
    return inside and abs(cell.box[0] + cell.box[2] - left - right) / 2 < max(OFF_CENTRE, _NEARLY * (right - left))


def _underlines(rule: Box, head: Cell) -> bool:
    height = head.box[3] - head.box[1]
    centred = abs(rule[0] + rule[2] - head.box[0] - head.box[2]) < 2 * OFF_CENTRE
    return head.middle < rule[1] < head.box[3] + (_BELOW if centred else 0.6) * height


def _alike(row: CellRow, columns: list[Column], below: list[list[str]], beside: set[int]) -> dict[int, range]:
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
                centred = _off_centre(head, columns, span) < max(OFF_CENTRE, 0.2 * width)
                if centred or _is_nearest(n, row, columns, span):
                    found.setdefault(repr([below[i] for i in span]), {})[n] = span
        for alike in found.values():
            covered = [i for span in alike.values() for i in span]
            rest = beside | {i for n, over in enumerate(own) if n not in alike for i in over}
            if len(alike) > 1 and len(set(covered)) == len(covered) and rest.isdisjoint(covered):
                return alike
    return {}


def _whole(row: CellRow, columns: list[Column], below: list[list[str]], beside: set[int]) -> dict[int, range]:
    """The only head over columns that have heads of their own, in the middle of them all."""
    heads = [n for n, head in enumerate(row) if 0 not in hits(head.box, columns)]
    first = next((i for i in range(1, len(columns)) if below[i]), len(columns))
    span = range(first, len(columns))
    if len(heads) != 1 or len(span) < 2 or not all(below[i] for i in span) or not beside.isdisjoint(span):
        return {}
    for whole in (span, range(len(columns))) if len(row) == 1 else (span,):
        width = columns[whole[-1]][1] - columns[whole[0]][0]
        if _off_centre(row[heads[0]], columns, whole) < max(OFF_CENTRE, 0.05 * width):
            return {heads[0]: whole}
    return {}


def _is_nearest(n: int, row: CellRow, columns: list[Column], span: range) -> bool:
    """Is the n-th head of the row nearer to all these columns than any other is?"""
    centres = [(cell.box[0] + cell.box[2]) / 2 for cell in row]
    return all(min(range(len(row)), key=lambda m: abs(centres[m] - sum(columns[i]) / 2)) == n for i in span)


def _span(head: Cell, columns: list[Column], others: set[int], below: list[list[str]]) -> Sequence[int]:
    """The one column that the head is aligned with, or those in whose common middle it is.

    Of several that fit as well the widest; `others` are over other heads, `below` are the heads under it.
    """
    over = hits(head.box, columns) or _around(head.box, columns)
    aligned = [i for i in over if is_aligned(head.box, columns[i])]
    apart = others.difference(over)
    fits = [
        (_off_centre(head, columns, span), span)
        for first in range(min(over, default=len(columns)) + 1)
        for last in range(max([first + 1, *over]), len(columns))
        if apart.isdisjoint(span := range(first, last + 1))
    ]
    best, middle = min(fits, key=itemgetter(0), default=(OFF_CENTRE, range(0)))
    if len(aligned) == 1 and (len(over) == 1 or not _is_across(head.box, columns, over)):
        own = abs(head.box[0] + head.box[2] - sum(columns[aligned[0]])) / 2
        if best > _EXACT or own < 2 * OFF_CENTRE or not all(below[i] for i in middle):
            return aligned
    if best < OFF_CENTRE:
        return max((span for off, span in fits if off < best + _EXACT), key=len)
    return over if len(over) == 1 else aligned if len(aligned) == 1 else []


def _around(box: Box, columns: list[Column]) -> list[int]:
    """The column beside the box, if it is nearer to it than to any other at both ends."""
    nearest = {min(range(len(columns)), key=lambda i: distance(x, columns[i])) for x in (box[0], box[2])}
    return list(nearest) if len(nearest) == 1 else []


def _off_centre(head: Cell, columns: list[Column], span: Sequence[int]) -> float:
    return abs((columns[span[0]][0] + columns[span[-1]][1] - head.box[0] - head.box[2]) / 2)


def _is_across(box: Box, columns: list[Column], over: list[int]) -> bool:
    """Does the box cover most of the outer columns that it is over?"""
    first, last = columns[over[0]], columns[over[-1]]
    return box[0] < sum(first) / 2 and box[2] > sum(last) / 2
