"""The grid of a table: from the lines in its region to rows of cells, and rows to text that can be read alone."""

import re
from collections.abc import Iterator

from summarizer.pdf.pages import Line, Span, line_text, union
from summarizer.types import Box

Cell = tuple[Box, str]

_CUT = re.compile(r"(?<=[a-z])- (?=[a-z])")  # a word over two lines of a cell


def read_rows(lines: list[Line], rules: list[Box]) -> tuple[tuple[tuple[str, ...], ...], list[Box]]:
    """Rows of cells, the header first, and the rows' boxes; empty if there is no grid of two columns or more."""
    rows = _rows([cell for line in lines for cell in _cells(line)])
    if len(rows) < 2:
        return (), []
    columns = _columns(rows)
    if len(columns) < 2:
        return (), []
    header = _header_rows(rows, rules)
    grid = [_place(row, columns) for row in rows]
    boxes = [union(box for box, _ in row) for row in rows]
    if header > 1:
        grid = [_merge(grid[:header]), *grid[header:]]
        boxes = [union(boxes[:header]), *boxes[header:]]
    return tuple(tuple(row) for row in grid), boxes


def row_texts(label: str, rows: tuple[tuple[str, ...], ...]) -> Iterator[str]:
    """One text for each row, "" for the header: `Table 2, base: layers 6; params x10^6 65`."""
    if not rows:
        return
    header = rows[0]
    yield ""
    for row in rows[1:]:
        cells = [f"{name} {cell}".strip() for name, cell in zip(header[1:], row[1:], strict=True) if cell]
        yield f"{label}, {row[0]}: {'; '.join(cells)}" if row[0] else f"{label}: {'; '.join(cells)}"


def _cells(line: Line) -> Iterator[Cell]:
    """A line's spans, cut where MuPDF saw a wide space."""
    group: list[Span] = []
    for span in line.spans:
        if span.starts_cell and group and span.box[0] - group[-1].box[2] > 0.45 * span.size:
            yield union(s.box for s in group), line_text(group)
            group = []
        group.append(span)
    if group:
        yield union(s.box for s in group), line_text(group)


def _rows(cells: list[Cell]) -> list[list[Cell]]:
    """Cells of one height, from left to right."""
    rows: list[list[Cell]] = []
    for box, text in sorted(cells, key=lambda cell: (cell[0][1] + cell[0][3]) / 2):
        if rows:
            last = union(other for other, _ in rows[-1])
            overlap = min(last[3], box[3]) - max(last[1], box[1])
            if overlap > 0.5 * min(last[3] - last[1], box[3] - box[1]):
                rows[-1].append((box, text))
                continue
        rows.append([(box, text)])
    return [sorted(row, key=lambda cell: cell[0][0]) for row in rows]


def _columns(rows: list[list[Cell]]) -> list[tuple[float, float]]:
    """Horizontal ranges that the cells of the fullest rows share."""
    most = max(len(row) for row in rows)
    full = [row for row in rows if len(row) >= 0.7 * most]
    spans = sorted((box[0], box[2]) for row in full for box, _ in row)
    columns: list[tuple[float, float]] = []
    for x0, x1 in spans:
        if columns and x0 < columns[-1][1] - 0.5:
            columns[-1] = columns[-1][0], max(columns[-1][1], x1)
        else:
            columns.append((x0, x1))
    return columns


def _header_rows(rows: list[list[Cell]], rules: list[Box]) -> int:
    """How many rows stand above the first rule within the table; 1 if there is none."""
    tops = [union(box for box, _ in row) for row in rows]
    width = union(tops)[2] - union(tops)[0]
    for n in range(1, min(5, len(rows))):
        if any(tops[n - 1][3] - 3 <= rule[1] <= tops[n][1] + 3 and rule[2] - rule[0] > 0.6 * width for rule in rules):
            return n
    return 1


def _place(row: list[Cell], columns: list[tuple[float, float]]) -> list[str]:
    """The row's cells under the columns; a cell over several columns is given to each."""
    placed = [""] * len(columns)
    for box, text in row:
        hit = [i for i, (x0, x1) in enumerate(columns) if min(x1, box[2]) - max(x0, box[0]) > 0]
        if not hit:
            centre = (box[0] + box[2]) / 2
            hit = [min(range(len(columns)), key=lambda i: abs(sum(columns[i]) / 2 - centre))]
        for i in hit:
            placed[i] = _CUT.sub("", f"{placed[i]} {text}".strip())
    return placed


def _merge(header: list[list[str]]) -> list[str]:
    joined = (" ".join(dict.fromkeys(filter(None, parts))) for parts in zip(*header, strict=True))
    return [_CUT.sub("", name) for name in joined]
