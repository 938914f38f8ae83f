"""The grid of a table: from the lines in its region to rows of cells, and rows to text that can be read alone."""

import re
from collections.abc import Iterator

from summarizer.pdf.pages import Line, Page, Span, line_text, union
from summarizer.types import Box

Cell = tuple[Box, str]

_NUMBER = re.compile(r"[±+−-]?\d[\d.,]*%?$")
_TIGHT = re.compile(r"(^|\s)[^\W\d]*\d[\d.,]*%? [±+−-]?\d|^[^\W\d]+ \d[\d.,]*$")  # two cells in one
_CUT = re.compile(r"(?<=[a-z])- (?=[a-z])")  # a word over two lines of a cell


def read_rows(page: Page, lines: list[Line], rules: list[Box]) -> tuple[tuple[tuple[str, ...], ...], list[Box]]:
    """Rows of cells, the header first, and the rows' boxes; empty if there is no grid of two columns or more."""
    cells = [cell for line in lines for cell in _cells(line)]
    if sum(_TIGHT.search(text) is not None for _, text in cells) > 1:
        cells = _words(page, lines)
    rows = _rows(cells)
    if len(rows) < 2:
        return (), []
    header = min(_header_rows(rows, rules), len(rows) - 1)
    columns = _columns(rows[header:])
    if len(columns) < 2:
        return (), []
    rows[:header] = [[part for cell in row for part in _split(cell, columns)] for row in rows[:header]]
    grid = [_place(row, columns, spread=n < header) for n, row in enumerate(rows)]
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
        start = f"{label}, {row[0]}" if row[0] else label
        yield f"{start}: {'; '.join(cells)}" if cells else ""


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


def _words(page: Page, lines: list[Line]) -> list[Cell]:
    """Cells from the places of single words: for columns so close that MuPDF takes them for one line.

    Costs another pass over the page. Words that are not in the lines (hidden ones, notes) are left out.
    """
    clip = union([line.box for line in lines])
    cells: list[Cell] = []
    last = ""
    for x0, y0, x1, y1, word, *_ in page.handle.get_text("words", clip=clip):
        middle = (y0 + y1) / 2
        if not any(line.box[1] <= middle <= line.box[3] and word in line.text for line in lines):
            continue
        box = cells[-1][0] if cells else (0.0, 0.0, 0.0, 0.0)
        if (
            cells
            and abs(box[3] - y1) < 2
            and 0 <= x0 - box[2] < 0.42 * (y1 - y0)
            and not (_NUMBER.match(last) and _NUMBER.match(word))
        ):
            cells[-1] = union([box, (x0, y0, x1, y1)]), f"{cells[-1][1]} {word}"
        else:
            cells.append(((x0, y0, x1, y1), word))
        last = word
    return cells


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


def _split(cell: Cell, columns: list[tuple[float, float]]) -> list[Cell]:
    """A header cell with a word or more for each of the columns below: a cell for each word, placed by its share."""
    (x0, y0, x1, y1), text = cell
    words = text.split()
    over = sum(min(x1, right) - max(x0, left) > 0 for left, right in columns)
    if over < 2 or len(words) < over:
        return [cell]
    unit = (x1 - x0) / max(1, len(text))
    parts: list[Cell] = []
    at = 0
    for word in words:
        at = text.index(word, at)
        parts.append(((x0 + at * unit, y0, x0 + (at + len(word)) * unit, y1), word))
        at += len(word)
    return parts


def _place(row: list[Cell], columns: list[tuple[float, float]], spread: bool) -> list[str]:
    """The row's cells under the columns; with `spread`, a cell over several columns is given to each."""
    placed = [""] * len(columns)
    for box, text in row:
        hit = [i for i, (x0, x1) in enumerate(columns) if min(x1, box[2]) - max(x0, box[0]) > 0]
        if not hit:
            centre = (box[0] + box[2]) / 2
            hit = [min(range(len(columns)), key=lambda i: abs(sum(columns[i]) / 2 - centre))]
        for i in hit if spread else hit[:1]:
            placed[i] = _CUT.sub("", f"{placed[i]} {text}".strip())
    return placed


def _merge(header: list[list[str]]) -> list[str]:
    joined = (" ".join(dict.fromkeys(filter(None, parts))) for parts in zip(*header, strict=True))
    return [_CUT.sub("", name) for name in joined]
