"""The grid of a table: which row and which column each cell is in, and what of that is not sure.

Each row of the grid holds the cells of exactly one row of the table, the empty ones too. What cannot be put under a
head surely makes the grid unsure: a wrong head is worse than none.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from summarizer.pdf.page.boxes import centre_in, middle
from summarizer.pdf.page.pages import Line, Page
from summarizer.pdf.tables.around import find_doubts_around
from summarizer.pdf.tables.assembly import (
    DATUM,
    FRACTION,
    Grid,
    Part,
    Record,
    assembled,
    count_labels,
)
from summarizer.pdf.tables.beside import side_by_side
from summarizer.pdf.tables.blocks import Block, split_blocks
from summarizer.pdf.tables.cells import (
    Cell,
    CellRow,
    Column,
    Glyphs,
    find_glyphs,
    join_in_bays,
    part_at_starts,
    read_cells,
)
from summarizer.pdf.tables.checks import find_doubts
from summarizer.pdf.tables.columns import around, hits, is_between
from summarizer.pdf.tables.groups import Labels, carry_labels
from summarizer.pdf.tables.header import join_dashes, join_rules, row_box
from summarizer.pdf.tables.heads import place_heads
from summarizer.pdf.tables.parents import with_parents
from summarizer.pdf.tables.sections import split_captioned, split_notes, split_sections
from summarizer.pdf.tables.touching import may_be_several, split_surely
from summarizer.pdf.tables.turned import find_off_centre, find_turned
from summarizer.pdf.tables.wraps import join_wrapped
from summarizer.pdf.text.sentences import PaperWords
from summarizer.types import Box, Row

_OFF_CENTRE = 3.0  # points
_BAR = 8  # heights of a row: a rule as long is none of a fraction
_ALONE = 10.0  # the same for the one value of a row


@dataclass(frozen=True, slots=True)
class _Table:
    """`notes` are the rows below the others; `rules` are the horizontal ones; `title` is a caption of its own."""

    title: str
    rows: list[CellRow]
    notes: list[CellRow]
    rules: list[Box]
    blocks: list[Block]


def read_grid(page: Page, lines: list[Line], rules: list[Box], uprights: list[Box], words: PaperWords) -> Grid:
    """The grid of the table in these lines; without columns, its lines as they stand if there are numbers in them.

    `rules` are the horizontal ones. Where there are upright ones too, each cell may have its own.
    """
    rules = join_dashes(rules)
    rules = join_rules(rules) if uprights else rules
    turned = find_turned(page, lines, rules, words)
    labels = [label for label, _ in turned]
    tables = _tables(lines, rules, uprights, labels)
    wide = any(_has_wide_cells(block) for table in tables for block in table.blocks)
    if wide and (glyphs := find_glyphs(page, lines)):
        tables = _tables(lines, rules, uprights, labels, glyphs)
    rows = [row for table in tables for row in table.rows]
    if max(len(block.columns) for table in tables for block in table.blocks) < 2:
        return _as_it_stands(rows)
    doubts: list[str] = []
    parts = [[_read(block, table, uprights, words, doubts) for block in table.blocks] for table in tables]
    if len({own[0].heads for own in parts}) > 1 and not all(table.title for table in tables):
        doubts.append("tables side by side have other heads")
    grid = assembled([part for own in parts for part in own], doubts)
    notes = [row for table in tables for row in table.notes]
    grid = replace(grid, notes=tuple((" ".join(cell.text for cell in row), row_box(row)) for row in notes))
    box = row_box([cell for row in rows for cell in row])
    if doubts:  # one is enough
        return replace(grid, doubts=tuple(doubts))
    printed = [line for line in page.lines if centre_in(line.box, box)]
    read = [line for _, own in turned for line in own]
    doubts += find_doubts_around(page, rows, [rule for table in tables for rule in table.rules], read)
    doubts += find_off_centre(labels, grid)
    if any(_has_bar(row, table.rules) for table in tables for block in table.blocks for row in block.body):
        doubts.append("a fraction in a cell")
    if len(printed) > len(lines):
        doubts.append("text in it is not the table's")
    return replace(grid, doubts=(*doubts, *find_doubts(grid, [line.text for line in printed])))


def _tables(
    lines: list[Line], rules: list[Box], uprights: list[Box], labels: list[Cell], glyphs: Glyphs | None = None
) -> list[_Table]:
    """The tables in the lines: one, or those that stand side by side, or below each other with captions."""
    tables = []
    for cells, own in side_by_side(read_cells(lines, uprights, labels, glyphs), rules):
        for title, part, inner in split_captioned(cells, own):
            rows, notes = split_notes(part_at_starts(join_in_bays(part, uprights)), inner)
            tables.append(_Table(title, rows, notes, inner, split_blocks(rows, inner)))
    return tables


def _has_bar(row: CellRow, rules: list[Box]) -> bool:
    """Is a rule the bar of a fraction: short, at the middle of the row's height, no line under a word or a row?"""
    x0, y0, x1, y1 = row_box(row)
    inside = (rule for rule in rules if x0 < rule[0] and rule[2] < x1 and rule[2] - rule[0] < _BAR * (y1 - y0))
    return any(abs(middle(rule) - (y0 + y1) / 2) < 0.2 * (y1 - y0) for rule in inside)


def _has_wide_cells(block: Block) -> bool:
    """Is a cell over several columns, or does a head cover them? They may be several cells that nearly touch."""
    if any(may_be_several(cell, block.columns) for row in block.head for cell in row):
        return True
    return any(len(hits(cell.box, block.columns)) > 1 for row in block.body for cell in row)


def _as_it_stands(rows: list[CellRow]) -> Grid:
    if not any(DATUM.match(cell.text) for row in rows for cell in row):
        return Grid(doubts=("no columns",))
    texts = tuple(Row("; ".join(cell.text for cell in row), ()) for row in rows)
    return Grid(rows=texts, boxes=tuple(map(row_box, rows)), doubts=("no columns",))


def _read(block: Block, table: _Table, uprights: list[Box], words: PaperWords, doubts: list[str]) -> Part:
    columns, rules = block.columns, table.rules
    heads, unplaced = place_heads(block.head, columns, rules, uprights, words)
    doubts += [f"the head {head!r} is over no certain column" for head in unplaced]
    rows = join_wrapped(block.body, columns, rules, words, doubts)
    records, placed = [], []
    for title, run in split_sections(rows, columns, rules, doubts):
        for row, labels in carry_labels(run, columns, rules, doubts):
            parts = [part for cell in row for part in split_surely(cell, columns, doubts)]
            records.append(Record(title, _place(parts, columns, labels, doubts), row_box(row)))
            placed.append(parts)
    stub = count_labels(heads, records)
    return Part(heads, stub, with_parents(records, placed, columns, stub), table.title)


def _place(row: CellRow, columns: list[Column], labels: Labels, doubts: list[str]) -> list[str]:
    """The row's cells and labels by the column; a cell over several columns is in each."""
    placed = [labels.get(c, "") for c in range(len(columns))]
    spans = [hits(cell.box, columns) or around(cell.box, columns) for cell in row]
    filled = {i for span in spans for i in span} | set(labels)
    for cell, span in zip(row, spans, strict=True):
        if span[0] == 0:
            if placed[0] and 0 not in labels:
                doubts.append(f"{cell.text!r} is a second label of its row")
            placed[0] = f"{placed[0]} {cell.text}".strip()  # a label may run on over empty columns
            if any(0 not in hits(word.box, columns) for word in cell.words):
                doubts.append(f"{cell.text!r} may be two cells")
            if any(i in filled for i in span[1:]) and any(placed[i] for i in span[1:]):
                doubts.append(f"{cell.text!r} is over other cells")
            continue
        wide = _widest(cell.box, span, columns, filled)
        if len(span) == 1 < len(wide) and FRACTION.search(cell.text) and _is_centred(cell.box, span, columns):
            doubts.append(f"{cell.text!r} is for one column or for several")
        if wide is span and len(span) > 1 and not _is_centred(cell.box, span, columns):
            doubts.append(f"{cell.text!r} is over no certain columns")
        if any(placed[i] for i in wide):
            doubts.append(f"{cell.text!r} is over another cell")
        for i in wide:
            placed[i] = f"{placed[i]} {cell.text}".strip()
    return placed


def _widest(box: Box, span: list[int], columns: list[Column], filled: set[int]) -> Sequence[int]:
    """The columns that a cell is for: also empty ones at both sides, if it is in the middle of them all."""
    first, last = span[0], span[-1]
    while first > 1 and first - 1 not in filled:
        first -= 1
    while last + 1 < len(columns) and last + 1 not in filled:
        last += 1
    wide = range(first, last + 1)
    others = filled - {0, *span}
    if not others and is_between(box, columns):
        return range(1, len(columns))
    slack = _OFF_CENTRE if others else _ALONE
    return wide if first < span[0] and last > span[-1] and _is_centred(box, wide, columns, slack) else span


def _is_centred(box: Box, span: Sequence[int], columns: list[Column], slack: float = _OFF_CENTRE) -> bool:
    return abs(columns[span[0]][0] + columns[span[-1]][1] - box[0] - box[2]) < 2 * slack
