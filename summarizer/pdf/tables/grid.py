"""The grid of a table: rows of cells under their heads, and rows to text that can be read alone.

Each row of the grid holds the cells of exactly one row of the table. What cannot be put under a head
surely is left without heads: a wrong head is worse than none.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import takewhile

from summarizer.pdf.page.pages import Line, Page
from summarizer.pdf.tables.cells import Row, find_glyphs, read_cells
from summarizer.pdf.tables.columns import Column, find_columns, hits
from summarizer.pdf.tables.groups import Labels, carry_labels
from summarizer.pdf.tables.heads import CUT, DATUM, FRACTION, count_header, place_heads, row_box, ruled_rows, split
from summarizer.types import Box

_OFF_CENTRE = 3.0  # points
_Placed = tuple[list[int], str]  # a cell: the columns it is over, and its text


@dataclass(slots=True)
class Grid:
    """`rows` begin with the heads, "" for each column that has none; `texts` are the rows as passages.

    A row that does not fit the columns has all its text in the first cell; a cell over several columns is in the
    first of them.
    """

    rows: list[tuple[str, ...]] = field(default_factory=list)
    texts: list[tuple[str, Box]] = field(default_factory=list)

    def add(self, label: str, cells: list[_Placed], heads: tuple[str, ...], box: Box) -> None:
        """A row of the table under its heads."""
        row = [""] * len(heads)
        for over, text in cells:
            row[over[0]] = text
        self.rows.append(tuple(row))
        stub = next((n for n, head in enumerate(heads[1:], 1) if head), 1)  # columns before it hold labels too
        stub = next((n for n in range(1, stub) if DATUM.match(row[n]) and FRACTION.search(row[n])), stub)
        starts, values = [label], list[str]()
        for over, text in cells:
            head = _common_start([heads[i] for i in over])
            if over[0] >= stub:
                values.append(f"{head} {text}".strip())
            elif DATUM.match(text):
                starts.append(f"{head} {text}".strip())
            else:
                starts.append(text)
        self.texts.append((": ".join(filter(None, (", ".join(starts), "; ".join(values)))), box))


def read_grid(label: str, page: Page, lines: list[Line], rules: list[Box]) -> Grid:
    """The grid of the table `label`; without columns, its lines as they stand if there are numbers in them.

    The texts are as `Table 2, base: layers 6; params x10^6 65`.
    """
    rows = read_cells(lines)
    header, columns = _measure(rows, rules)
    several = any(len(hits(cell.box, columns)) > 1 for row in rows for cell in row)
    if several and (glyphs := find_glyphs(page, lines)):
        rows = read_cells(lines, glyphs)
        header, columns = _measure(rows, rules)
    grid = Grid()
    if len(columns) < 2:
        if any(DATUM.match(cell.text) for row in rows for cell in row):
            grid.texts = [(f"{label}: {_as_it_stands(row)}", row_box(row)) for row in rows]
        return grid
    heads, unplaced = place_heads(rows[:header], columns, rules)
    grid.rows.append(heads)
    if unplaced:
        box = row_box([cell for row in rows[:header] for cell in row])
        grid.add(label, [([0], "; ".join(unplaced))], ("",) * len(columns), box)
    for title, run in _sections(rows[header:], columns, rules):
        for row, labels in carry_labels(run, columns, rules):
            cells = _place([part for cell in row for part in split(cell, columns)], columns, labels)
            if cells is None:
                cells = [([0], "; ".join([*labels.values(), _as_it_stands(row)]))]
            grid.add(f"{label}, {title}" if title else label, cells, heads, row_box(row))
    return grid


def _measure(rows: list[Row], rules: list[Box]) -> tuple[int, list[Column]]:
    """The number of header rows, and the columns of the rest."""
    header = count_header(rows, rules) if len(rows) > 1 else 0
    columns = find_columns(rows[header:])
    if header > 1 and any(_is_like(row, rows[header - 1], columns) for row in rows[header:]):
        header -= 1
    return header, columns


def _is_like(row: Row, head: Row, columns: list[Column]) -> bool:
    """Is the row as the last of the heads: titles of blocks, that hold for the first block only?"""
    if len(row) != len(head) or 2 * len(row) > len(columns) or any(DATUM.match(cell.text) for cell in row):
        return False
    return [hits(cell.box, columns) for cell in row] == [hits(cell.box, columns) for cell in head]


def _as_it_stands(row: Row) -> str:
    return "; ".join(cell.text for cell in row)


def _sections(rows: list[Row], columns: list[Column], rules: list[Box]) -> Iterator[tuple[str, list[Row]]]:
    """Runs of rows, each with the title that stands over it, alone in its row: "" if there is none."""
    ruled = {0, *ruled_rows(rows, rules)}
    title, run = "", list[Row]()
    for n, row in enumerate(rows):
        below = rows[n + 1 : n + 2]
        first = n in ruled or title  # once there is a title, its like ends its block also without a rule
        if first and _is_title(row, columns) and below and len(below[0]) > 1:
            yield title, run
            title, run = row[0].text, []
        else:
            run.append(row)
    yield title, run


def _is_title(row: Row, columns: list[Column]) -> bool:
    """Is it one cell of some words, at the left or over several columns?"""
    if len(row) > 1 or DATUM.match(row[0].text) or len(row[0].text.split()) > 7:
        return False
    span = hits(row[0].box, columns)
    return 0 in span or len(span) != 1


def _place(row: Row, columns: list[Column], labels: Labels) -> list[_Placed] | None:
    """The row's cells and labels under the columns; None if they do not fit them."""
    placed: list[_Placed] = [([c], text) for c, text in labels.items()]
    spans = [hits(cell.box, columns) for cell in row]
    filled = {i for span in [*spans, *([c] for c in labels)] for i in span}
    for cell, span in zip(row, spans, strict=True):
        taken = next((n for n, (over, _) in enumerate(placed) if not set(over).isdisjoint(span)), None)
        if taken is not None and span == [0]:
            placed[taken] = [0], f"{placed[taken][1]} {cell.text}"
        elif taken is not None or not span or _may_span_more(cell.box, span, columns, filled):
            return None
        else:
            placed.append((span, CUT.sub("", cell.text)))
    return sorted(placed)


def _may_span_more(box: Box, span: list[int], columns: list[Column], filled: set[int]) -> bool:
    """Is the cell in the middle between columns that are empty in its row, and so perhaps for them too?"""
    first, last = span[0], span[-1]
    while first > 1 and first - 1 not in filled:
        first -= 1
    while last + 1 < len(columns) and last + 1 not in filled:
        last += 1
    if first == span[0] or last == span[-1]:
        return False
    return abs(columns[first][0] + columns[last][1] - box[0] - box[2]) < 2 * _OFF_CENTRE


def _common_start(names: Sequence[str]) -> str:
    """The words that all names begin with."""
    words = zip(*(name.split() for name in names), strict=False)
    return " ".join(same[0] for same in takewhile(lambda some: len(set(some)) == 1, words))
