"""The cells of a table: from the lines in its region to rows of cells of one height."""

import re
from collections.abc import Iterator

from summarizer.pdf.pages import Line, Page, Span, line_text, union
from summarizer.types import Box

Cell = tuple[Box, str]
Row = list[Cell]

_NUMBER = re.compile(r"[±+−-]?\d[\d.,]*(±[\d.]+)?%?$")
_TIGHT = re.compile(r"(^|\s)[^\W\d]*\d[\d.,±]*%? [±+−-]?\d|^[^\W\d]+ \d[\d.,]*$")  # two cells in one


def read_cells(page: Page, lines: list[Line]) -> list[Row]:
    """Cells of one height, from left to right, row by row from the top."""
    cells = [cell for line in lines for cell in _cells(line)]
    if sum(_TIGHT.search(text) is not None for _, text in cells) > 1:
        cells = _words(page, lines)
    return _rows(cells)


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
        if not any(line.box[1] <= middle <= line.box[3] and word in line.text.replace("^", "") for line in lines):
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


def _rows(cells: list[Cell]) -> list[Row]:
    """Cells whose middles are at one height.

    A row keeps the height of its first line of cells: a label set between two rows reaches into both and
    must not draw them together.
    """
    rows: list[Row] = []
    for box, text in sorted(cells, key=lambda cell: _middle(cell[0])):
        if rows and _level(rows[-1], box):
            rows[-1].append((box, text))
        else:
            rows.append([(box, text)])
    return [sorted(row, key=lambda cell: cell[0][0]) for row in rows]


def _level(row: Row, box: Box) -> bool:
    """Is the box at the height of the row's cells, and of none that stands in its place already?"""
    low = min(other[3] - other[1] for other, _ in row)
    height = min(low, box[3] - box[1])
    middles = sorted(_middle(other) for other, _ in row)
    if abs(middles[len(middles) // 2] - _middle(box)) > 0.42 * height:
        return False
    apart = (_middle(box) - _middle(other) > 0.3 * height for other, _ in row if _across(other, box))
    return not any(apart)


def _middle(box: Box) -> float:
    return (box[1] + box[3]) / 2


def _across(one: Box, other: Box) -> bool:
    return min(one[2], other[2]) - max(one[0], other[0]) > 1
