"""Cells and heads that nearly touch: which of their words are in which column."""

from itertools import pairwise

from summarizer.pdf.page.pages import union
from summarizer.pdf.tables.assembly import DATUM
from summarizer.pdf.tables.cells import Cell, CellRow, Column
from summarizer.pdf.tables.columns import hits, is_aligned

OFF_CENTRE = 3.0  # points
WIDE = 0.3  # heights of a head: more than the space between two words
_SET_APART = 0.6  # heights: more than that of words which are stretched
_MANY = 4  # columns
_SEVERAL = 3  # columns
_EXACT = 1.0  # points
_EVEN = 0.3  # points
_COVERED = 0.85  # of their width: a head over them all is narrower
_WIDER = 1.05  # than the spaces between the words of one cell


def split(cell: Cell, columns: list[Column], space: float = 0.0) -> list[Cell]:
    """Cells that touch: one for each column, if each of the words is in one and each has words of its own.

    `space` is the least distance between them, in heights of the cell. Where words are as far from each other within
    a column they are of one cell, but for numbers.
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
    texts = ["".join(word.text for word in words) for words in parts.values()]
    numbers = not space and all(DATUM.match(text) and not text.endswith("±") for text in texts)
    wider = 0.0 if numbers else (1.3 if space else _WIDER) * max(inner, default=0.0)
    if list(parts) != over or min(gaps) < max(space * (cell.box[3] - cell.box[1]), wider):
        return [cell]
    return [joined(words) for words in parts.values()]


def split_surely(cell: Cell, columns: list[Column], doubts: list[str]) -> list[Cell]:
    """The cells that nearly touch; words that are in line with nothing in their column may be of one text."""
    parts = split(cell, columns)
    for part in parts[1:]:
        if not DATUM.match(part.text) and not is_aligned(part.box, columns[hits(part.box, columns)[0]]):
            doubts.append(f"{cell.text!r} may be one cell")
    return parts


def heads_in(row: CellRow, columns: list[Column], beside: set[int], *, lowest: bool) -> list[Cell]:
    """The heads of a row. Those above others must be further apart, or in the middle of their columns each.

    The second only where there is a head over each column to the right, in this row or, `beside`, half a line from it.
    """
    if not lowest:
        row = [part for cell in row for part in _centred(cell, columns)]
    parts = [part for cell in row for part in split(cell, columns, WIDE)]
    if lowest:
        parts = [part for own in parts for part in _aligned(own, columns)]
        return [part for own in parts for part in _dealt(own, columns)]
    over = [hits(part.box, columns) for part in parts]
    covered = beside.union(*over) - {0}
    centred = all(len(own) == 1 and _is_in_middle(part, columns[own[0]]) for part, own in zip(parts, over, strict=True))
    if centred and covered == set(range(min(covered, default=0), len(columns))):
        return parts
    return [part for cell in row for part in split(cell, columns, _SET_APART)]


def _is_in_middle(part: Cell, column: Column) -> bool:
    return abs(sum(column) - part.box[0] - part.box[2]) < 2 * OFF_CENTRE


def _aligned(cell: Cell, columns: list[Column]) -> list[Cell]:
    """The words of a head as one head for each column that it reaches over, if these begin or end as the columns do."""
    over = hits(cell.box, columns)
    if len(over) < 2 or len(cell.words) < len(over):
        return [cell]
    for side in (0, 1):
        edges = [columns[i][side] for i in over]
        ends = [n for n, word in enumerate(cell.words) if any(abs(word.box[2 * side] - x) < _EXACT for x in edges)]
        if len(ends) != len(over) or ends[-side] != (len(cell.words) - 1) * side:
            continue
        cuts = [0, *(n + 1 for n in ends)] if side else [*ends, len(cell.words)]
        return [joined(list(cell.words[a:b])) for a, b in pairwise(cuts)]
    return [cell]


def _centred(cell: Cell, columns: list[Column]) -> list[Cell]:
    """The words of a head each alone, if each is in the middle of its own one of several columns."""
    over = hits(cell.box, columns)
    words = list(cell.words)
    if len(over) < _SEVERAL or len(words) != len(over) or (len(over) == len(columns) and _is_evenly_spaced(words)):
        return [cell]
    return words if all(_is_in_middle(word, columns[i]) for word, i in zip(words, over, strict=True)) else [cell]


def _is_evenly_spaced(words: list[Cell]) -> bool:
    """Are the words as far from each other as those of one phrase are? Heads hardly are."""
    gaps = [right.box[0] - left.box[2] for left, right in pairwise(words)]
    return max(gaps) - min(gaps) < _EVEN


def _dealt(cell: Cell, columns: list[Column]) -> list[Cell]:
    """The words of a line of heads that nearly touch, each with the nearest column; the cell itself if it is none."""
    over = hits(cell.box, columns)
    if len(over) < _MANY or not _covers(cell, columns):
        return [cell]
    dealt: dict[int, list[Cell]] = {}
    for word in cell.words:
        nearest = min(over, key=lambda i: distance((word.box[0] + word.box[2]) / 2, columns[i]))
        dealt.setdefault(nearest, []).append(word)
    return [joined(words) for words in dealt.values()] if list(dealt) == over else [cell]


def may_be_several(head: Cell, columns: list[Column]) -> bool:
    """Is a head of several words as wide as the columns that it is over, and do none of its known spaces part these?"""
    return _covers(head, columns) and len(head.text.split()) > 1 == len(split(head, columns, WIDE))


def _covers(head: Cell, columns: list[Column]) -> bool:
    over = hits(head.box, columns)
    return len(over) > 1 and head.box[2] - head.box[0] >= _COVERED * (columns[over[-1]][1] - columns[over[0]][0])


def joined(words: list[Cell]) -> Cell:
    return Cell(union([word.box for word in words]), " ".join(word.text for word in words), tuple(words))


def distance(x: float, column: Column) -> float:
    return max(column[0] - x, x - column[1], 0.0)
