"""Rows of a table that run over several lines: one row for each, its cells whole."""

import re
from collections import Counter
from itertools import pairwise

from summarizer.pdf.page.pages import union
from summarizer.pdf.tables.assembly import DATUM
from summarizer.pdf.tables.cells import Cell, CellRow, Column, run_on
from summarizer.pdf.tables.columns import hits
from summarizer.pdf.tables.header import parted_rows, row_box
from summarizer.pdf.tables.starts import ALL_CUT, LOOSE, SEVERAL, fills, find_starts, may_run_on
from summarizer.pdf.text.sentences import PaperWords, is_cut
from summarizer.types import Box

_HALF = 0.75  # heights of a line
_ENOUGH = 3  # rows
_LABEL = 3  # lines
_JOINING = ("+", "&", ",", "/", "—", "–")
_ASIDE = re.compile(r"\(.*\d.*\)$|\[.*\d.*\]$|±")


def join_wrapped(
    lines: list[CellRow], columns: list[Column], rules: list[Box], words: PaperWords, doubts: list[str]
) -> list[CellRow]:
    """The rows that the lines make. Where nothing shows that a line goes on the one above, it is a row of its own."""
    lines = _with_spreads(lines, columns)
    if len(lines) < 2:
        return lines
    placed = [_by_column(line, columns) for line in lines]
    numeric = _numeric(placed)
    ruled = [0, *parted_rows(lines, columns, rules)]
    starts, running = find_starts(placed, set(ruled), numeric, columns)
    runs = list(pairwise([*sorted({*ruled, *starts}), len(lines)]))
    whole = not all(0 in line for line in placed) and _are_whole(lines, columns)
    as_one = running or (len(runs) > 1 and _are_rows([placed[a:b] for a, b in runs], numeric, columns))
    spaced = _are_spaced(lines, placed)
    around = _middles(lines, placed, numeric)
    rows: list[list[int]] = []
    for first, last in runs:
        texts = [] if as_one else _entries(placed[first:last], numeric, columns)
        if any(text.text[0].islower() and goes_on for text, goes_on in texts[1:]):
            doubts.append(f"the lines from {texts[0][0].text!r} on may be one row")
        for n in range(first, last):
            goes_on = (
                n > first
                and not texts
                and (
                    as_one
                    or n in around
                    or _is_aside(placed, n)
                    or n - 1 in around
                    or _is_around(lines, placed, n, numeric)
                    or (spaced and _is_tight(lines, n) and not _has_two_numbers(placed, [*rows[-1], n], numeric))
                    or (
                        not _is_nearer_below(lines, n)
                        and _continues(placed, rows[-1], n, numeric, columns, whole=whole)
                    )
                )
            )
            if goes_on:
                rows[-1].append(n)
            else:
                rows.append([n])
    for own in ([placed[n] for n in row] for row in rows):
        lines_of = Counter(c for line in own for c in line)
        if len(lines_of) > 1 and (min(lines_of.values()) > 1 or _are_lists(own, lines_of, columns)):
            first_cell = next(line[min(line)] for line in own if line)
            doubts.append(f"the lines of {first_cell.text!r} may be rows")
    return [_joined([lines[n] for n in row], columns, words) for row in rows]


def _are_lists(row: list[dict[int, Cell]], lines_of: Counter[int], columns: list[Column]) -> bool:
    """Have several columns texts in the same lines, each with a capital in the widest: lists that go together?"""
    most = max(lines_of.values())
    own = [c for c, times in lines_of.items() if times == most > 1]
    lines = [line for line in row if any(c in line for c in own)]
    if len(own) < SEVERAL or len(lines) > most:
        return False
    widest = max(own, key=lambda c: columns[c][1] - columns[c][0])
    cut = any(is_cut(line[c].text) for line in lines[:-1] for c in own)
    return not cut and all(line[widest].text[0].isupper() for line in lines[1:])


def _with_spreads(lines: list[CellRow], columns: list[Column]) -> list[CellRow]:
    """The lines with a value, `±` and its spread set one below the other put together at the height of the sign."""
    lines = [list(line) for line in lines]
    for above, line, below in zip(lines, lines[1:], lines[2:], strict=False):
        for n, sign in enumerate(line):
            if sign.text == "±":
                values, spreads = ([cell for cell in o if _is_over(cell, sign, columns)] for o in (above, below))
                if len(values) == len(spreads) == 1:
                    value, spread = values[0], spreads[0]
                    line[n] = Cell(union([value.box, spread.box]), f"{value.text} ± {spread.text}")
                    above.remove(value)
                    below.remove(spread)
    return [line for line in lines if line]


def _is_over(cell: Cell, other: Cell, columns: list[Column]) -> bool:
    return hits(cell.box, columns) == hits(other.box, columns)


def _by_column(line: CellRow, columns: list[Column]) -> dict[int, Cell]:
    """What stands in each column: words that are stretched apart may be several cells."""
    placed: dict[int, Cell] = {}
    for cell in line:
        if over := hits(cell.box, columns):
            before = placed.get(over[0])
            both = before and Cell(union([before.box, cell.box]), f"{before.text} {cell.text}")
            placed[over[0]] = both or cell
    return placed


def _are_whole(lines: list[CellRow], columns: list[Column]) -> bool:
    """Have all lines with a label a cell in each column?"""
    filled = ({c for cell in line for c in hits(cell.box, columns)} for line in lines)
    return all(len(own) == len(columns) for own in filled if 0 in own)


def _numeric(placed: list[dict[int, Cell]]) -> set[int]:
    """The columns that hold numbers mostly."""
    found = set()
    for c in {c for line in placed for c in line}:
        own = [line[c].text for line in placed if c in line]
        if 2 * sum(DATUM.match(text) is not None for text in own) > len(own):
            found.add(c)
    return found


def _are_rows(runs: list[list[dict[int, Cell]]], numeric: set[int], columns: list[Column]) -> bool:
    """Are the lines between two rules one row each? Some runs must be, others may: their labels have some lines."""
    one = [run for run in runs if _is_one_row(run, numeric, columns)]
    others = [run for run in runs if not any(run is own for own in one)]
    enough = len(one) >= _ENOUGH and 2 * len(one) >= len(others)
    return enough and all(_may_be_one_row(run, numeric) for run in others) if others else True


def _is_one_row(run: list[dict[int, Cell]], numeric: set[int], columns: list[Column]) -> bool:
    """Are the lines between two rules one row: is no column but of running text in two of them, and the label in few?

    The label may have several lines, but fewer than the texts beside it.
    """
    if len(run) == 1:
        return True
    if any(sum(c in line for line in run) > 1 for c in numeric):
        return False
    if any(c in line for line in run for c in numeric):
        return True
    if _entries(run, numeric, columns):
        return False
    labels = [line[0] for line in run if 0 in line]
    if len(labels) < 2 or 2 * len(labels) <= len(run) or any(is_cut(label.text) for label in labels[:-1]):
        return True
    at_top = len(labels) < min(len(run), _LABEL + 1) and all(0 in line for line in run[: len(labels)])
    return at_top and all(fills(above, label, columns[0]) for above, label in pairwise(labels))


def _entries(run: list[dict[int, Cell]], numeric: set[int], columns: list[Column]) -> list[tuple[Cell, bool]]:
    """The widest column of a run whose lines are rows: several texts beside the label in each, not all cut ones.

    With each cell: had its first word no room in the one above?
    """
    lines = [line for line in run if any(line)]  # but for one with a label alone
    beside = {tuple(sorted(filter(None, line))) for line in lines}
    own = beside.pop() if len(beside) == 1 else ()
    if len(lines) < 2 or len(own) < SEVERAL or not numeric.isdisjoint(own):
        return []
    cut = {c: [may_run_on(above[c], line[c], columns[c]) for above, line in pairwise(lines)] for c in own}
    if sum(map(sum, cut.values())) > ALL_CUT * len(own) * (len(lines) - 1):
        return []
    widest = max(own, key=lambda c: columns[c][1] - columns[c][0])
    return list(zip([line[widest] for line in lines], [False, *cut[widest]], strict=True))


def _may_be_one_row(run: list[dict[int, Cell]], numeric: set[int]) -> bool:
    """Has a column fewer lines than the label, and no column of numbers two?"""
    lines_of = Counter(c for line in run for c in line)
    return min(lines_of.values()) < lines_of[0] and all(lines_of[c] < 2 for c in numeric)


def _has_two_numbers(placed: list[dict[int, Cell]], row: list[int], numeric: set[int]) -> bool:
    return any(sum(c in placed[n] for n in row) > 1 for c in numeric)


def _gaps(lines: list[CellRow]) -> list[float]:
    """The distance of each line to the one above; the first has none."""
    return [0.0, *(row_box(below)[1] - row_box(above)[1] for above, below in pairwise(lines))]


def _are_spaced(lines: list[CellRow], placed: list[dict[int, Cell]]) -> bool:
    """Is there more space above each line with a label than above those without?"""
    gaps = _gaps(lines)
    labelled = [gap for gap, line in zip(gaps, placed, strict=True) if gap and 0 in line]
    others = [gap for gap, line in zip(gaps, placed, strict=True) if gap and 0 not in line]
    return bool(labelled and others) and min(labelled) > LOOSE * max(others)


def _is_aside(placed: list[dict[int, Cell]], n: int) -> bool:
    """Does line `n` give, in brackets, errors or changes of the values above it, and no label?"""
    line = placed[n]
    return (
        bool(line)
        and all(c in placed[n - 1] and _ASIDE.match(cell.text) for c, cell in line.items() if c)
        and 0 not in line
    )


def _is_tight(lines: list[CellRow], n: int) -> bool:
    gaps = _gaps(lines)[1:]
    return gaps[n - 1] < LOOSE * min(gaps)


def _is_around(lines: list[CellRow], placed: list[dict[int, Cell]], n: int, numeric: set[int]) -> bool:
    """Is line `n`, or the one above, half a line from a label, and in other columns: a cell of two lines beside it?"""
    above, line = placed[n - 1], placed[n]
    if (0 in above) == (0 in line) or not set(above).isdisjoint(line):
        return False
    if not numeric.isdisjoint(line if 0 in above else above):
        return False  # the label is that of a group
    inner = n if 0 in above else n - 1
    if 0 < inner < len(placed) - 1 and all(not numeric.isdisjoint(placed[m]) for m in (inner - 1, inner + 1)):
        return False  # its cell stands for the row above and the one below
    height = min(cell.box[3] - cell.box[1] for cell in (*lines[n - 1], *lines[n]))
    return row_box(lines[n])[1] - row_box(lines[n - 1])[1] < _HALF * height


def _middles(lines: list[CellRow], placed: list[dict[int, Cell]], numeric: set[int]) -> set[int]:
    """Lines of a row's numbers, half a line below the first line of its label and half a line above the second.

    Where all rows with numbers have labels, in their lines or around them; else such are the labels of groups.
    """
    found, bare = set(), 0
    for n, line in enumerate(placed):
        if 0 in line or numeric.isdisjoint(line):
            continue
        bare += 1
        if 0 < n < len(placed) - 1:
            beside = placed[n - 1], placed[n + 1]
            half = max(_gap(lines, n), _gap(lines, n + 1)) < _HALF * min(cell.box[3] - cell.box[1] for cell in lines[n])
            if half and all(0 in other and set(other).isdisjoint(line) for other in beside):
                found.add(n)
    return found if bare == len(found) else set()


def _gap(lines: list[CellRow], n: int) -> float:
    """The distance of line `n` to the one above."""
    return row_box(lines[n])[1] - row_box(lines[n - 1])[1]


def _is_nearer_below(lines: list[CellRow], n: int) -> bool:
    """Is the next line nearer to line `n` than the one above is?"""
    return n + 1 < len(lines) and LOOSE * _gap(lines, n + 1) < _gap(lines, n)


def _continues(
    placed: list[dict[int, Cell]], row: list[int], n: int, numeric: set[int], columns: list[Column], *, whole: bool
) -> bool:
    """Does each cell of line `n` go on a cell of the row: a cut word, or text that filled its column?

    `whole`: each line with a label has all cells, so that words without one are none of their own.
    """
    line, above = placed[n], placed[row[-1]]
    if not line or any(c in numeric or c not in above for c in line):
        return False
    if any(is_cut(above[c].text) for c in line) or (set(line) == {0} and _goes_on(above[0].text, line[0].text)):
        return True
    goes_on = fills if whole and 3 * len(line) <= len(columns) else _had_no_room
    return 0 not in line and all(goes_on(above[c], line[c], columns[c]) for c in line)


def _goes_on(label: str, below: str) -> bool:
    """Does a label go on below: with a bracket that is still open, after a sign that joins two words?"""
    joined = label.endswith(_JOINING) or below.startswith(_JOINING) or (below[0] == "(" and below[1:2].islower())
    return joined or label.count("(") > label.count(")")


def _had_no_room(above: Cell, line: Cell, column: Column) -> bool:
    """Would the first word of the line, which goes on a text, not have found place behind the text above it?"""
    return (line.text[0].islower() or len(above.text.split()) > 2) and fills(above, line, column)


def _joined(lines: list[CellRow], columns: list[Column], words: PaperWords) -> CellRow:
    """The lines of a row as one: cells over the same columns put together."""
    if len(lines) == 1:
        return lines[0]
    cells: dict[tuple[int, ...], list[Cell]] = {}
    for cell in (cell for line in lines for cell in line):
        cells.setdefault(tuple(hits(cell.box, columns)), []).append(cell)
    return sorted((_one(own, words) for own in cells.values()), key=lambda cell: cell.box[0])


def _one(lines: list[Cell], words: PaperWords) -> Cell:
    text = lines[0].text
    for line in lines[1:]:
        text = run_on(text, line.text, words)
    return Cell(union([line.box for line in lines]), text)
