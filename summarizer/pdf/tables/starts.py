"""Where the rows of a table of texts begin: by which columns are filled, by the space between, by what runs on."""

from itertools import pairwise

from summarizer.pdf.tables.assembly import ENUMERATED
from summarizer.pdf.tables.cells import Cell, Column
from summarizer.pdf.text.sentences import is_cut

SEVERAL = 2  # cells
LOOSE = 1.2  # rows stand this much further apart than the lines of a cell, if at all
ALL_CUT = 0.75  # of the lines of running text, if some words are long
_HALF = 0.75  # heights of a line
_FULL = 0.85  # of its column


def find_starts(
    placed: list[dict[int, Cell]], ruled: set[int], numeric: set[int], columns: list[Column]
) -> tuple[list[int], bool]:
    """The lines where rows begin, if that is seen; and do all lines between surely go on the rows?"""
    if starts := _set_apart(placed, numeric, columns):
        return starts, True
    starts = _at_tops(placed, ruled, numeric, columns)
    inner = [n for n in range(len(placed)) if n not in starts] if starts else []
    return starts, bool(inner) and all(_is_next_line(placed[n - 1], placed[n], columns) for n in inner)


def _is_next_line(above: dict[int, Cell], line: dict[int, Cell], columns: list[Column]) -> bool:
    """Had one of its texts no room above, or, where only the label is missing, as in rows of a group, all of them?"""
    cut = [c in above and _may_go_on(above[c], cell, columns[c]) for c, cell in line.items()]
    return all(cut) if 0 not in line and len(line) == len(columns) - 1 else any(cut)


def _at_tops(placed: list[dict[int, Cell]], ruled: set[int], numeric: set[int], columns: list[Column]) -> list[int]:
    """The lines where rows begin, if all their cells begin at the top: none of them is in fewer columns than the next.

    Each line with a label, or with a cell where the line above has none, is full then, but for the label of a group;
    and none is less than a line below another.
    """
    if not all(placed) or any(_top(line) - _top(above) < _HALF * _height(line) for above, line in pairwise(placed)):
        return []
    if all(above.keys() >= line.keys() for above, line in pairwise(placed)):
        return []
    starts: list[int] = []
    for n, line in enumerate(placed):
        grown = n == 0 or n in ruled or not line.keys() <= placed[n - 1].keys()
        run_on = not grown and any(runs_on(placed[n - 1][c], line[c], columns[c]) for c in line if c)
        if not grown and (0 not in line or _is_below(placed[n - 1], line, run_on or len(line) < len(columns))):
            continue
        first = n == 0 or n in ruled
        full = line.keys() >= set(range(1, len(columns))) and not (first and 0 not in line)
        if run_on or not (full or (first and _is_title(line, placed[n + 1 : n + 2]))):
            return []  # where texts run on the label may too
        starts.append(n)
    rows = [placed[a:b] for a, b in pairwise([*starts, len(placed)])]
    return [] if any(sum(c in line for line in row) > 1 for row in rows for c in numeric) else starts


def _is_below(above: dict[int, Cell], line: dict[int, Cell], may_go_on: bool) -> bool:
    """Does the label of the line go on the one above?"""
    return may_go_on and (not line[0].text[0].isupper() or (0 in above and is_cut(above[0].text)))


def _is_title(line: dict[int, Cell], below: list[dict[int, Cell]]) -> bool:
    """Is it a label alone, in another style than the one below it, which has texts beside it?"""
    return line.keys() == {0} and any(
        len(other) > 1 and 0 in other and (line[0].bold, line[0].italic) != (other[0].bold, other[0].italic)
        for other in below
    )


def _top(line: dict[int, Cell]) -> float:
    return min(cell.box[1] for cell in line.values())


def _height(line: dict[int, Cell]) -> float:
    return min(cell.box[3] - cell.box[1] for cell in line.values())


def _set_apart(placed: list[dict[int, Cell]], numeric: set[int], columns: list[Column]) -> list[int]:
    """The lines where rows begin, if in each column their texts are as many, and further apart than their lines.

    Some must have fewer lines than others in their row, and the widest ones run on from line to line.
    """
    tops = [[(line[c].box[1], n) for n, line in enumerate(placed) if c in line] for c in range(len(columns))]
    gaps = [b - a for own in tops for (a, _), (b, _) in pairwise(own)]
    if not gaps or numeric or len(columns) < SEVERAL:
        return []
    far = LOOSE * min(gaps)
    blocks = [_parted(own, far) for own in tops]
    if len({len(own) for own in blocks}) > 1 or len(blocks[0]) < SEVERAL:
        return []
    rows = list(zip(*blocks, strict=True))
    starts = [min(own[0] for own in row) for row in rows]
    apart = all(max(own[-1] for own in row) < start for row, start in zip(rows, starts[1:], strict=False))
    uneven = any(len({len(own) for own in row}) > 1 for row in rows)
    widest = max(range(len(columns)), key=lambda c: columns[c][1] - columns[c][0])
    pairs = [(placed[a][widest], placed[b][widest]) for own in blocks[widest] for a, b in pairwise(own)]
    running = sum(fills(above, below, columns[widest]) for above, below in pairs)
    return starts if apart and uneven and pairs and running >= ALL_CUT * len(pairs) else []


def _parted(tops: list[tuple[float, int]], far: float) -> list[list[int]]:
    """The numbers of the lines, parted where one is far below the other."""
    parts = [[n for _, n in tops[:1]]]
    for (above, _), (top, n) in pairwise(tops):
        if top - above > far:
            parts.append([])
        parts[-1].append(n)
    return parts


def _may_go_on(above: Cell, line: Cell, column: Column) -> bool:
    return is_cut(above.text) or may_run_on(above, line, column)


def may_run_on(above: Cell, line: Cell, column: Column) -> bool:
    """Had the first word of the line no room above, and is it not the next sentence?"""
    return fills(above, line, column) and not (above.text.endswith(".") and line.text[0].isupper())


def runs_on(above: Cell, line: Cell, column: Column) -> bool:
    """Is it surely the next line of a text?"""
    goes_on = line.text[0].islower() or (line.text[0] == "(" and not ENUMERATED.match(line.text))
    return is_cut(above.text) or (goes_on and fills(above, line, column))


def fills(above: Cell, line: Cell, column: Column) -> bool:
    """Would the first word of the line not have found place behind what is above it?"""
    first = line.text.split()[0]
    width = above.box[2] - above.box[0] + (line.box[2] - line.box[0]) * (len(first) + 1) / len(line.text)
    return width > _FULL * (column[1] - column[0])
