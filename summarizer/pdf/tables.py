"""The grid of a table: rows of cells under their heads, and rows to text that can be read alone.

Each row of the grid holds the cells of exactly one row of the table. What cannot be put under a head
surely is left without heads: a wrong head is worse than none.
"""

import re
from collections.abc import Iterator
from itertools import pairwise

from summarizer.pdf.cells import Cell, Row, read_cells
from summarizer.pdf.pages import Line, Page, union
from summarizer.types import Box

Column = tuple[float, float]

_CUT = re.compile(r"(?<=[a-z])- (?=[a-z])")  # a word over two lines of a cell
_DATUM = re.compile(r"[(~<>≈±+−–-]*[$€£]?[.\d][\d.,/]* ?[%BMGTKkxs×]?\W{0,2}(\s?[±^(eE].*)?$|[-–—]$|n/a$", re.I)
_FRACTION = re.compile(r"\d*\.\d|%|±|\d\d\d,?\d\d\d")  # results have these, sizes and settings in heads rarely
_MAX_HEADER = 3


def read_rows(page: Page, lines: list[Line], rules: list[Box]) -> tuple[tuple[tuple[str, ...], ...], list[Box]]:
    """Rows of cells and the rows' boxes; empty if there is no grid of two columns or more.

    The first row is the header: "" for each column that has none. A row that does not fit the columns has
    all its text in the first cell.
    """
    rows = read_cells(page, lines)
    if len(rows) < 2:
        return (), []
    header = _header_rows(rows, rules)
    columns = _columns(rows[header:])
    if len(columns) < 2:
        return (), []
    heads = _heads(rows[:header], columns, rules)
    bodies, boxes = _body(rows[header:], columns, rules)
    top = union([box for row in rows[: max(1, header)] for box, _ in row])
    return (heads, *bodies), [top, *boxes]


def row_texts(label: str, rows: tuple[tuple[str, ...], ...]) -> Iterator[str]:
    """One text for each row, "" for the header: `Table 2, base: layers 6; params x10^6 65`."""
    if not rows:
        return
    header = rows[0]
    named = next((n for n, name in enumerate(header[1:], 1) if name), 1)  # columns before it are labels too
    yield ""
    for row in rows[1:]:
        stub = next((n for n in range(1, named) if _DATUM.match(row[n]) and _FRACTION.search(row[n])), named)
        start = " ".join(filter(None, row[:stub]))
        pairs = zip(header[stub:], row[stub:], strict=True)
        cells = [f"{name} {cell}".strip() for name, cell in pairs if cell]
        if cells:
            yield f"{label}, {start}: {'; '.join(cells)}" if start else f"{label}: {'; '.join(cells)}"
        else:
            yield f"{label}: {start}" if start else ""


# --- header ---


def _header_rows(rows: list[Row], rules: list[Box]) -> int:
    """How many rows are heads: what stands above the first rule within the table, if that is not data itself.

    Without such a rule, the rows before the first that is mostly numbers.
    """
    ruled = next((n for n in range(1, len(rows)) if _is_ruled(rows, n, rules)), 0)
    if 0 < ruled <= _MAX_HEADER + 1 and ruled < len(rows):
        fractions = next((n for n in range(ruled) if _mostly(rows[n], _FRACTION)), ruled)
        if ruled == 1 or not all(_mostly(row, _DATUM) for row in rows[:ruled]):
            return fractions
        return 0
    first = next((n for n, row in enumerate(rows) if _mostly(row, _DATUM)), len(rows))
    if first == len(rows) or first > _MAX_HEADER:
        return 1 if not any(_DATUM.match(text) for _, text in rows[0]) and len(rows[0]) > 1 else 0
    return first


def _mostly(row: Row, pattern: re.Pattern[str]) -> bool:
    """Do most cells after the first match?"""
    cells = [text for _, text in row[1:]]
    return bool(cells) and 2 * sum(pattern.match(t) is not None or _is_result(t, pattern) for t in cells) >= len(cells)


def _is_result(text: str, pattern: re.Pattern[str]) -> bool:
    return pattern is _FRACTION and _DATUM.match(text) is not None and _FRACTION.search(text) is not None


def _is_ruled(rows: list[Row], n: int, rules: list[Box]) -> bool:
    """Is there a rule across the table above row `n`?"""
    above, below = _box(rows[n - 1]), _box(rows[n])
    table = union([_box(row) for row in rows])
    width = table[2] - table[0]
    return any(
        min(above[3] - 3, below[1]) <= rule[1] <= max(below[1] + 3, above[3])
        and _middle(above) < rule[1] < _middle(below)
        and rule[2] - rule[0] > 0.6 * width
        and rule[0] < table[0] + 0.1 * width
        for rule in rules
    )


def _heads(rows: list[Row], columns: list[Column], rules: list[Box]) -> tuple[str, ...]:
    """The heads' lines joined for each column."""
    lines: list[list[str]] = []
    for n, row in enumerate(rows):
        last = n == len(rows) - 1
        placed = [""] * len(columns)
        parts = [part for cell in row for part in _split(cell, columns)] if last else row
        for box, text in parts:
            under = None if last else _own_rule(box, row, _box(rows[n + 1]), rules)
            for i in _hits(under or box, columns) or [_nearest(box, columns)]:
                placed[i] = f"{placed[i]} {text}".strip()
        lines.append(placed)
    if not lines:
        return ("",) * len(columns)
    joined = (" ".join(dict.fromkeys(filter(None, column))) for column in zip(*lines, strict=True))
    return tuple(_CUT.sub("", name) for name in joined)


def _own_rule(head: Box, row: Row, below: Box, rules: list[Box]) -> Box | None:
    """The short rule under one head alone; a rule under several of its line is the whole table's."""
    under = (rule for rule in rules if _underlines(rule, head, below))
    return next((rule for rule in under if sum(_underlines(rule, box, below) for box, _ in row) == 1), None)


def _underlines(rule: Box, head: Box, below: Box) -> bool:
    """Is it the short rule that shows which columns a head is over?"""
    return _middle(head) < rule[1] < _middle(below) and rule[0] - 3 <= head[0] and head[2] <= rule[2] + 3


def _split(cell: Cell, columns: list[Column]) -> list[Cell]:
    """Heads that touch: a cell for each word, if each of the columns below has words of its own."""
    (x0, y0, x1, y1), text = cell
    words = text.split()
    over = _hits(cell[0], columns)
    if len(over) < 2 or len(words) < len(over):
        return [cell]
    unit = (x1 - x0) / max(1, len(text))
    parts: list[Cell] = []
    at = 0
    for word in words:
        at = text.index(word, at)
        parts.append(((x0 + at * unit, y0, x0 + (at + len(word)) * unit, y1), word))
        at += len(word)
    hits = [_hits(box, columns) for box, _ in parts]
    sure = all(len(hit) == 1 for hit in hits) and {i for hit in hits for i in hit} == set(over)
    return parts if sure else [cell]


# --- body ---


def _columns(rows: list[Row]) -> list[Column]:
    """Horizontal ranges that the cells of the fullest rows share."""
    most = max(len(row) for row in rows)
    full = [row for row in rows if len(row) >= 0.7 * most]
    spans = sorted((box[0], box[2]) for row in full for box, _ in row)
    columns: list[Column] = []
    for x0, x1 in spans:
        if columns and x0 < columns[-1][1] - 0.5:
            columns[-1] = columns[-1][0], max(columns[-1][1], x1)
        else:
            columns.append((x0, x1))
    return columns


def _body(rows: list[Row], columns: list[Column], rules: list[Box]) -> tuple[list[tuple[str, ...]], list[Box]]:
    """The rows under the columns, block by block between rules, each with the label of its group."""
    starts = [0, *(n for n in range(1, len(rows)) if _is_ruled(rows, n, rules)), len(rows)]
    grid: list[tuple[str, ...]] = []
    boxes: list[Box] = []
    section = ""
    for start, end in pairwise(starts):
        block = rows[start:end]
        title = block[0][0][1] if len(block[0]) == 1 else ""
        fits = title and not _DATUM.match(title) and len(title.split()) < 8
        if fits and (len(block) == 1 or len(block[1]) > 1):
            section, block = title, block[1:]
        block, group = _group(block, columns)
        for row in block:
            cells = _place(row, columns)
            if group and len(_filled(cells)) > 1:
                cells = (group, *cells[1:])
            elif group:
                cells = (f"{group}; {cells[0]}", *cells[1:])
            if section:
                cells = (f"{section}, {cells[0]}" if cells[0] else section, *cells[1:])
            grid.append(cells)
            boxes.append(_box(row))
    return grid, boxes


def _group(block: list[Row], columns: list[Column]) -> tuple[list[Row], str]:
    """The label that stands for all rows of the block, and the rows without it: "" if there is none.

    It stands in the first column, at the block's middle or in its first row, and the other rows have no label.
    """
    labels = [row[0] for row in block if _hits(row[0][0], columns) == [0]]
    alone = [row for row in block if len(row) == 1 and row[0] in labels]
    data = [row for row in block if row not in alone]
    if not labels or len(data) < 2 or len(labels) >= len(data) or len(labels) > 3:
        return block, ""
    if any(_DATUM.match(text) for _, text in labels):
        return block, ""
    box, table = union([box for box, _ in labels]), union([_box(row) for row in data])
    pitch = (table[3] - table[1]) / len(data)
    together = all(below[0][1] - above[0][3] < 0.6 * pitch for above, below in pairwise(labels))
    centred = abs(_middle(box) - _middle(table)) < 0.6 * pitch
    first = len(labels) == 1 and data[0][0] is labels[0]
    if not (together and (centred or first)):
        return block, ""
    rest = [[cell for cell in row if cell not in labels] for row in data]
    return [row for row in rest if row], " ".join(text for _, text in labels)


def _place(row: Row, columns: list[Column]) -> tuple[str, ...]:
    """The row's cells under the columns, or all in the first if some have no certain column."""
    placed = [""] * len(columns)
    sure = True
    for box, text in row:
        hit = _hits(box, columns)
        sure = sure and len(hit) == 1 and (hit[0] == 0 or not placed[hit[0]])
        if hit:
            placed[hit[0]] = f"{placed[hit[0]]} {text}".strip()
    values = sum(_DATUM.match(text) is not None for _, text in row[1:])
    sparse = len(columns) > 3 and 2 * len(row) <= len(columns) and values < 2  # one value for all, in their middle
    if not sure or sparse:
        placed = ["; ".join(text for _, text in row), *[""] * (len(columns) - 1)]
    return tuple(_CUT.sub("", cell) for cell in placed)


def _hits(box: Box, columns: list[Column]) -> list[int]:
    """The columns that the box is in."""
    return [
        i for i, (x0, x1) in enumerate(columns)
        if min(x1, box[2]) - max(x0, box[0]) > 0.15 * min(x1 - x0, box[2] - box[0])
    ]  # fmt: skip


def _nearest(box: Box, columns: list[Column]) -> int:
    centre = (box[0] + box[2]) / 2
    return min(range(len(columns)), key=lambda i: abs(sum(columns[i]) / 2 - centre))


def _filled(cells: tuple[str, ...] | list[str]) -> list[str]:
    return [cell for cell in cells if cell]


def _box(row: Row) -> Box:
    return union([box for box, _ in row])


def _middle(box: Box) -> float:
    return (box[1] + box[3]) / 2
