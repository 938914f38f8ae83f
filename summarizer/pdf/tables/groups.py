"""Labels that stand for several rows of a table: set at the middle of the rows, or in the first of them."""

from dataclasses import dataclass
from itertools import pairwise

from summarizer.pdf.page.pages import union
from summarizer.pdf.tables.assembly import DATUM, ENUMERATED
from summarizer.pdf.tables.cells import Cell, CellRow, Column
from summarizer.pdf.tables.columns import around, hits
from summarizer.pdf.tables.header import parted_rows, ruled_rows
from summarizer.pdf.text.sentences import is_cut
from summarizer.types import Box

_CLOSE = 0.6  # heights: lines of one label have less between them

Labels = dict[int, str]  # of one row: by the column
_Placed = tuple[Cell, list[int]]  # and the columns that it is over
_Group = tuple[str, list[int]]  # a label and the rows it is for


@dataclass(slots=True)
class _Block:
    """What is between two rules: the labels in one column, and the rows that have data, by their numbers."""

    labels: list[Cell]
    rows: list[int]
    data: list[CellRow]
    names: list[str]  # what stands beside the label in each of the rows
    parted: bool  # are there rules between the rows, but not between the labels?


def carry_labels(
    rows: list[CellRow], columns: list[Column], rules: list[Box], doubts: list[str]
) -> list[tuple[CellRow, Labels]]:
    """The rows without the labels of groups, and the labels that each is under.

    Labels stand in the first column, or in the next if these are words. Only a reading that accounts for all the
    rows between two rules counts. A value is for several rows only where the rules between these leave it out.
    """
    placed = [[(cell, hits(cell.box, columns) or around(cell.box, columns)) for cell in row] for row in rows]
    stub = _stub(placed, len(columns))
    beside = set(parted_rows(rows, columns, rules))
    rest = [list(row) for row in rows]
    labels: list[Labels] = [{} for _ in rows]
    for c in range(len(columns)):
        if c >= stub and all(any(over == [c] for _, over in row) for row in placed):
            continue  # each row has a value of its own
        data = [[cell for cell, over in row if (over[-1] >= stub if c < stub else over != [c])] for row in placed]
        own = [[cell for cell, over in row if over == [c]] for row in placed]
        names = [next((cell.text for cell, over in row if over[0] > c), "") for row in placed]
        starts = [0, *ruled_rows(rows, rules, columns[c]), len(rows)]
        parted = beside if len(starts) > 2 else set[int]()
        blocks = [_block(own[a:b], data, names, range(a, b), parted) for a, b in pairwise(starts)]
        carried: set[int] = set()
        for block in blocks:
            groups = _one_group(block)
            if c < stub:
                groups = groups or _groups(block) or _like_others(block, blocks)
            elif len(_joined(block.labels)) > 1:
                groups = []
            for text, group in groups:
                for n in group:
                    labels[n][c] = text
            if groups:
                carried.update(map(id, block.labels))
            left_out = any(own[n] and n in beside and n not in starts for n in block.rows)
            may_be_lines = left_out or _may_be_lines(block, blocks)
            if _may_be_of_rows(block, blocks, groups) if groups else c < stub and may_be_lines:
                doubts.append(f"{block.labels[0].text!r} may be the first line of a label")
        rest = [[cell for cell in row if id(cell) not in carried] for row in rest]
    return [(row, own) for row, own in zip(rest, labels, strict=True) if row]


def _block(own: list[list[Cell]], data: list[CellRow], names: list[str], span: range, beside: set[int]) -> _Block:
    """What is between two rules; `beside` are the rows with a rule above them at the right."""
    filled = [n for n in span if data[n]]
    parted = len(filled) > 1 and beside.issuperset(range(filled[0] + 1, filled[-1] + 1))
    labels = [cell for row in own for cell in row]
    return _Block(labels, filled, [data[n] for n in filled], [names[n] for n in filled], parted)


def _stub(rows: list[list[_Placed]], columns: int) -> int:
    """How many of the columns from the left may hold labels: words, or numbers that are in no row with data."""
    for c in range(1, columns - 1):
        own = [row for row in rows if any(over == [c] for _, over in row)]
        words = not any(DATUM.match(cell.text) for row in own for cell, over in row if over == [c])
        if not own or not (words or all(row[-1][1][-1:] == [c] for row in own)):
            return c
    return 1


def _one_group(block: _Block) -> list[_Group]:
    """All labels as the lines of one, where rules leave out their column."""
    labels = sorted(block.labels, key=lambda label: label.middle)
    return [(" ".join(label.text for label in labels), block.rows)] if labels and block.parted else []


def _groups(block: _Block) -> list[_Group]:
    """Which label is for which of the rows between two rules; nothing if that is not certain, or each has its own."""
    labels, rows = _mended(block.labels), block.rows
    if not labels or len(rows) < 2 or len(labels) == len(rows):
        return []
    heights = [_height(row) for row in block.data]
    pitch = (heights[-1] - heights[0]) / (len(rows) - 1)
    if 2 * len(rows) <= len(labels) and (own := _nearest(labels, rows, heights, pitch / 10)):
        return own
    if exact := _centred(labels, rows, heights, pitch / 10):
        topped = _topped(labels, rows, heights, pitch)
        return _likelier(exact, topped, dict(zip(rows, block.names, strict=True))) if topped else exact
    joined = _joined(labels)
    lines = all(_is_level_with_row(label, block) for label in labels)
    if len(joined) == 1 and 2 * len(labels) <= len(rows) + 1 and _is_for_all(labels, joined[0], block, lines):
        return [(joined[0].text, rows)]
    for cells in (labels, joined) if len(joined) < len(labels) and not lines else (labels,):
        centred, topped = _centred(cells, rows, heights, pitch / 4), _topped(cells, rows, heights, pitch)
        if centred and topped and centred != topped:
            return centred if _even(centred) > _even(topped) else topped if _even(topped) > _even(centred) else []
        if centred or topped:
            return centred or topped
    return _nearest(labels, rows, heights, pitch / 4)


def _likelier(centred: list[_Group], topped: list[_Group], names: dict[int, str]) -> list[_Group]:
    """That reading of two in which the same names stand beside each label; none if that is so in both or in neither."""
    alike = [len({tuple(names[n] for n in rows) for _, rows in own}) == 1 for own in (centred, topped)]
    return [] if centred != topped and alike[0] == alike[1] else topped if alike[1] else centred


def _is_for_all(labels: list[Cell], joined: Cell, block: _Block, lines: bool) -> bool:
    """Are the labels the lines of one for all the rows: from the first on, at none's height, or in the middle?

    `lines`: each is level with a row. Three or more of them are the labels of these rows then.
    """
    first, last = _height(block.data[0]), _height(block.data[-1])
    pitch = (last - first) / (len(block.rows) - 1)
    if abs(labels[0].middle - first) < pitch / 4 or not _is_level_with_row(joined, block):
        return True
    off = abs(joined.middle - (first + last) / 2)
    inner = first + pitch / 2 < joined.middle < last - pitch / 2
    return (inner or off < (pitch / 4 if lines and len(labels) > 1 else pitch)) and not (lines and len(labels) > 2)


def _is_level_with_row(label: Cell, block: _Block) -> bool:
    return any(_is_level(label, cell) for row in block.data for cell in row)


def _mended(labels: list[Cell]) -> list[Cell]:
    """Labels of which none ends within a word, or before what is in brackets: such a one goes on in the next."""
    mended: list[Cell] = []
    for label in labels:
        if mended and is_cut(mended[-1].text):
            above = mended[-1]
            mended[-1] = Cell(union([above.box, label.box]), above.text + label.text, (above, label))
        elif mended and (mended[-1].text.count("(") > mended[-1].text.count(")") or _is_aside(mended[-1], label)):
            above = mended[-1]
            mended[-1] = Cell(union([above.box, label.box]), f"{above.text} {label.text}", (above, label))
        else:
            mended.append(label)
    return mended


def _is_aside(above: Cell, label: Cell) -> bool:
    """Is the label something in brackets, right below one that is not?"""
    is_bracket = label.text[0] == "(" != above.text[0] and not ENUMERATED.match(label.text)
    return is_bracket and label.box[1] - above.box[3] < _CLOSE * (label.box[3] - label.box[1])


def _height(row: CellRow) -> float:
    middles = sorted(cell.middle for cell in row)
    return middles[len(middles) // 2]


def _is_level(label: Cell, cell: Cell) -> bool:
    """Are they on one line exactly?"""
    return abs(label.box[3] - cell.box[3]) < 0.5 or abs(label.box[1] - cell.box[1]) < 0.5


def _nearest(labels: list[Cell], rows: list[int], heights: list[float], slack: float) -> list[_Group]:
    """One label of some lines for each row."""
    lines: list[list[Cell]] = [[] for _ in rows]
    for label in sorted(labels, key=lambda label: label.middle):
        nearest = min(range(len(rows)), key=lambda n: abs(heights[n] - label.middle))
        lines[nearest].append(label)
    if not all(own and abs(_height_of(own) - height) < slack for own, height in zip(lines, heights, strict=True)):
        return []
    return [(" ".join(label.text for label in own), [n]) for own, n in zip(lines, rows, strict=True)]


def _height_of(lines: list[Cell]) -> float:
    return (lines[0].middle + lines[-1].middle) / 2


def _joined(labels: list[Cell]) -> list[Cell]:
    """Labels of several lines as one each; numbers are none."""
    if any(DATUM.match(label.text) for label in labels):
        return labels
    joined: list[Cell] = []
    for cell in sorted(labels, key=lambda cell: cell.middle):
        height = cell.box[3] - cell.box[1]
        if joined and cell.box[1] - joined[-1].box[3] < _CLOSE * height:
            above = joined[-1]
            lines = (*(above.words or (above,)), cell)
            joined[-1] = Cell(union([above.box, cell.box]), f"{above.text} {cell.text}", lines)
        else:
            joined.append(cell)
    return joined


def _centred(labels: list[Cell], rows: list[int], heights: list[float], slack: float) -> list[_Group]:
    """Consecutive groups that have each its label at the middle."""
    groups: list[_Group] = []
    first = 0
    for label in labels:
        ends = [n for n in range(first, len(rows)) if abs((heights[first] + heights[n]) / 2 - label.middle) < slack]
        if not ends:
            return []
        group = rows[first : ends[0] + 1]
        if len(group) < max(2, len(label.words)) and len(label.words) > 1:
            return []  # lines of one label, or labels of a row each
        groups.append((label.text, group))
        first = ends[0] + 1
    return groups if first == len(rows) else []


def _topped(labels: list[Cell], rows: list[int], heights: list[float], pitch: float) -> list[_Group]:
    """Groups that have each its label in the first row."""
    starts = [n for label in labels for n, height in enumerate(heights) if abs(height - label.middle) < pitch / 4]
    if len(starts) != len(labels) or starts[0] != 0 or sorted(set(starts)) != starts:
        return []
    groups = [(label.text, rows[a:b]) for label, (a, b) in zip(labels, pairwise([*starts, len(rows)]), strict=True)]
    if any(len(above) == 1 < len(below) for (_, above), (_, below) in pairwise(groups)):
        return []  # the lower label could be the second line of the upper one
    return groups


def _may_be_of_rows(block: _Block, blocks: list[_Block], groups: list[_Group]) -> bool:
    """Is one group made of lines that are level with its first rows, and begin as labels of their own do?

    Or of as many lines as rows, where no other block has a group.
    """
    own = list(zip(block.labels, block.data, strict=False))
    level = all(any(_is_level(label, cell) for cell in row) for label, row in own)
    if len(groups) != 1 or len(own) < 2 or not level:
        return False
    if len(block.labels) == len(block.rows) and not any(_is_group(other) for other in blocks if other is not block):
        return True
    new = any(below.text[0].isupper() and not is_cut(label.text) for label, below in pairwise(block.labels))
    return new and not _is_named_as_group(block, blocks)


def _is_group(block: _Block) -> bool:
    return len(block.rows) > 1 and len(_groups(block)) == 1


def _is_named_as_group(block: _Block, blocks: list[_Block]) -> bool:
    """Stand beside the label the same names as in another block, which is one group?"""
    return any(other.names == block.names and _is_group(other) for other in blocks if other is not block)


def _may_be_lines(block: _Block, blocks: list[_Block]) -> bool:
    """Has each row a label of its own, of words close to each other, where other blocks have one of such lines?"""
    lines = [other for other in blocks if len(other.rows) > len(other.labels) > 1 == len(_joined(other.labels))]
    return len(block.labels) == len(block.rows) > 1 == len(_joined(block.labels)) and bool(lines)


def _like_others(block: _Block, blocks: list[_Block]) -> list[_Group]:
    """The block's labels as the lines of one: all other blocks have one label, one of them beside as many rows.

    Or they are not level with the block's rows, or there are many others; or one with the same names beside its label.
    """
    joined = _joined(block.labels)
    others = [other for other in blocks if other is not block and len(other.rows) > 1]
    if len(joined) != 1 or any(len(_joined(other.labels)) != 1 for other in others):
        return []
    if len(block.rows) > 1 and _is_named_as_group(block, blocks):
        return [(joined[0].text, block.rows)]
    levels = [_is_level_with_row(label, block) for label in block.labels]
    if len(block.rows) <= len(block.labels) and any(levels):
        return []
    certain = [other for other in others if len(_groups(other)) == 1]
    alike = any(len(other.rows) == len(block.rows) for other in certain)
    many = len(others) == len(certain) > 1 and (len(others) > 2 or not all(levels))
    return [(joined[0].text, block.rows)] if alike or many else []


def _even(groups: list[_Group]) -> bool:
    return len({len(rows) for _, rows in groups}) == 1
