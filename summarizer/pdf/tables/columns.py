"""The columns of a table, and which of them a cell is over."""

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from summarizer.pdf.tables.cells import CellRow, Column
from summarizer.types import Box

_SPACE = 4.0  # points: columns have more between them
_FEW = 2
_MIN = 3  # cells
_EXACT = 1.5  # points: as exact as values are set in line


def find_columns(rows: list[CellRow], heads: Sequence[CellRow] = ()) -> list[Column]:
    """Horizontal ranges from left to right that cells share, the fullest row's first.

    A cell over two of them spans them, unless more rows join the two than part them, and no row of heads does.
    """
    columns: list[Column] = []
    joined: Counter[tuple[Column, Column]] = Counter()
    for row in sorted(rows, key=len, reverse=True):
        for cell in row:
            if len(row) == 2 and is_between(cell.box, columns):
                continue
            hit = hits(cell.box, columns)
            if not hit and (not columns or len(around(cell.box, columns)) == 1):
                columns = sorted([*columns, (cell.box[0], cell.box[2])])
            elif len(hit) == 1:
                columns[hit[0]] = widened(columns, hit[0], cell.box)
    for row in rows:
        for cell in row:
            for i in [] if len(row) == 2 and is_between(cell.box, columns) else hits(cell.box, columns)[:-1]:
                joined[columns[i], columns[i + 1]] += 1
    merged = columns[:1]
    for left, right in pairwise(columns):
        joining = joined[left, right]
        if joining and joining > _count_parted(rows, left, right) and not _count_parted(heads, left, right):
            merged[-1] = merged[-1][0], right[1]
        else:
            merged.append(right)
    return _without_stretched(merged, rows, heads)


def _without_stretched(columns: list[Column], rows: list[CellRow], heads: Sequence[CellRow]) -> list[Column]:
    """The columns without those of words that are stretched apart, joined with the one at their left.

    They have no head, as all others have, and their words, in few of the rows, are in line at the right only.
    """
    if not heads or len(columns) <= _FEW:
        return columns
    headed = {i for row in heads for cell in row for i in hits(cell.box, columns)}
    bare = [i for i in range(1, len(columns)) if i not in headed]
    if len(bare) != 1 or bare[0] - 1 not in headed or not _are_stretched(columns, bare[0], rows):
        return columns
    i = bare[0]
    return [*columns[: i - 1], (columns[i - 1][0], columns[i][1]), *columns[i + 1 :]]


def _are_stretched(columns: list[Column], i: int, rows: list[CellRow]) -> bool:
    """Are the words in column `i` the ends of lines that begin in the one before?"""
    inside = [[cell for cell in row if hits(cell.box, columns) == [i]] for row in rows]
    cells = [cell for own in inside for cell in own]
    beside = all(_has(row, columns[i - 1]) for row, own in zip(rows, inside, strict=True) if own)
    if (
        len(cells) < _MIN
        or 2 * sum(map(bool, inside)) > len(rows)
        or not beside
        or any(any(map(str.isdigit, cell.text)) for cell in cells)
    ):
        return False
    lefts, rights = ({round(cell.box[edge]) for cell in cells} for edge in (0, 2))
    return max(rights) - min(rights) <= 1 < max(lefts) - min(lefts)


def hits(box: Box, columns: list[Column]) -> list[int]:
    """The columns, which are in order, that the box is in."""
    left, _, right, _ = box
    found = []
    for i, (x0, x1) in enumerate(columns):
        if x0 >= right:
            break
        if x1 > left:
            shared = (x1 if x1 < right else right) - (x0 if x0 > left else left)
            if shared > 0.15 * min(x1 - x0, right - left):
                found.append(i)
    return found


def is_between(box: Box, columns: list[Column]) -> bool:
    """Is the box in the middle of all columns but that of the labels, and in line with none of them?"""
    left, _, right, _ = box
    if len(columns) <= _FEW or abs(columns[1][0] + columns[-1][1] - left - right) > 2 * _EXACT:
        return False
    lines = ((left - x0, right - x1, (left + right - x0 - x1) / 2) for x0, x1 in columns[1:])
    return not any(abs(off) < _EXACT for own in lines for off in own)


def is_aligned(box: Box, column: Column) -> bool:
    """Does it begin or end as the column does, or is it in the middle of it?"""
    x0, _, x1, _ = box
    return abs(x0 - column[0]) < 2 or abs(x1 - column[1]) < 2 or abs(x0 + x1 - sum(column)) < 4


def around(box: Box, columns: list[Column]) -> list[int]:
    """The columns at both sides of a box that is in none, if it fills the space between; else the nearest."""
    beside = [i for i, column in enumerate(columns) if column[0] < box[2] + _SPACE and column[1] > box[0] - _SPACE]
    if len(beside) == 2:
        return beside
    return [min(range(len(columns)), key=lambda i: abs(sum(columns[i]) - box[0] - box[2]))]


def widened(columns: list[Column], i: int, box: Box) -> Column:
    """Column `i` with the box, as far as its neighbours leave room."""
    low = columns[i - 1][1] if i else -1e6
    high = columns[i + 1][0] if i + 1 < len(columns) else 1e6
    x0, x1 = columns[i]
    return min(x0, max(low, box[0])), max(x1, min(high, box[2]))


def _count_parted(rows: Sequence[CellRow], left: Column, right: Column) -> int:
    """How many of the rows have a cell in each of the two columns?"""
    return sum(_has(row, left) and _has(row, right) for row in rows)


def _has(row: CellRow, column: Column) -> bool:
    """Has the row a cell in this column that is in no other?"""
    return any(min(column[1], c.box[2]) - max(column[0], c.box[0]) > 0.7 * (c.box[2] - c.box[0]) for c in row)
