"""The blocks of a table: what is under heads of its own, where heads come again further down."""

from collections.abc import Iterator
from dataclasses import dataclass

from summarizer.pdf.tables.assembly import DATUM
from summarizer.pdf.tables.cells import CellRow, Column
from summarizer.pdf.tables.columns import find_columns, hits
from summarizer.pdf.tables.header import count_header, mostly_data, ruled_rows
from summarizer.pdf.tables.touching import WIDE, split
from summarizer.types import Box


@dataclass(frozen=True, slots=True)
class Block:
    """Rows under one head; both are rows of cells as they stand on the page, `columns` are those of the body."""

    head: list[CellRow]
    body: list[CellRow]
    columns: list[Column]


def split_blocks(rows: list[CellRow], rules: list[Box]) -> list[Block]:
    """The blocks from the top. A table whose heads do not come again is one."""
    size = count_header(rows, rules) if len(rows) > 1 and not _begins_with_title(rows, rules) else 0
    columns = find_columns(rows[size:], rows[:size])
    if size and _is_title(rows, size, columns):
        size -= 1
    if not size:
        return [Block([], rows, columns)]
    begun = [_Begun(0, rows[:size], size), *_repeats(rows, size, rules, columns)]
    if len(begun) == 1:
        return [Block(rows[:size], rows[size:], columns)]
    ends = [*(block.first for block in begun[1:]), len(rows)]
    parts = [(block.head, rows[block.body : end]) for block, end in zip(begun, ends, strict=True)]
    return [Block(head, body, find_columns(body, head)) for head, body in parts]


@dataclass(frozen=True, slots=True)
class _Begun:
    """Where a block begins: its first row, its heads, the first row of its body."""

    first: int
    head: list[CellRow]
    body: int


def _repeats(rows: list[CellRow], size: int, rules: list[Box], columns: list[Column]) -> Iterator[_Begun]:
    """Where rows stand that are as the first `size` ones: their last as the lowest of the heads, no numbers in them.

    The lowest may come again alone, with the same name for the labels over the same columns: then those above it hold
    on. Between two such places there is a row at least: heads that come again at once head nothing.
    """
    lowest = rows[size - 1]
    body = size  # where that of the last heads begins
    ruled = set(ruled_rows(rows, rules))
    often = 2 * len(ruled) > len(rows)  # then rules set off no heads
    for n in range(2 * size, len(rows) - 1):
        first = n - size + 1
        heads = rows[first : n + 1]
        parted = often or n + 2 in ruled
        bounded = first in ruled and n + 1 in ruled and (not parted or _are_words(heads, rows[n + 1]))
        again = _is_same(rows[n], lowest) or (bounded and _is_alike(rows[n], lowest, columns))
        if again and first > body and not _has_data(heads):
            body = n + 1
            yield _Begun(first, heads, body)
        elif size > 1 and n > body and _is_renamed(rows[n], lowest, columns) and mostly_data(rows[n + 1]):
            body = n + 1
            yield _Begun(n, [*rows[: size - 1], rows[n]], body)


def _begins_with_title(rows: list[CellRow], rules: list[Box]) -> bool:
    """Is the first row the title of a block: alone above a rule, as another is between two with like rows below?"""
    ruled = set(ruled_rows(rows, rules))
    if len(rows[0]) > 1 or 1 not in ruled:
        return False
    titles = (n for n in range(2, len(rows) - 1) if len(rows[n]) == 1 and {n, n + 1} <= ruled)
    return any(len(rows[n + 1]) > 1 and mostly_data(rows[n + 1]) == mostly_data(rows[1]) for n in titles)


def _is_title(rows: list[CellRow], size: int, columns: list[Column]) -> bool:
    """Is the last of the `size` heads a title of the first block only: alone, or such as stand further down too?"""
    head, body = rows[size - 1], rows[size:]
    if size == 1 and len(head) == 1:
        own = hits(head[0].box, columns)
        over_labels = own == [0] and all(len(row) > 1 for row in body)
        over_values = own == [1] and len(columns) == 2
        return len(split(head[0], columns, WIDE)) == 1 and not (over_labels or over_values)
    over = [hits(cell.box, columns) for cell in head]
    if 2 * len(head) > len(columns) or over[0] == [0]:
        return False
    return any(
        over == [hits(cell.box, columns) for cell in row] and not any(DATUM.match(cell.text) for cell in row)
        for row in body
    )


def _is_same(row: CellRow, head: CellRow) -> bool:
    """Has it the same words, or most of them and the same name for the labels, or all but this?"""
    own, others = [cell.text for cell in row], [cell.text for cell in head]
    shared = sum(text in others for text in own)
    named = own[0] == others[0] and 2 * shared > len(own)
    return len(own) > 1 and (named or (len(own) > 2 and own[1:] == others[1:]))


def _is_renamed(row: CellRow, head: CellRow, columns: list[Column]) -> bool:
    """Has it the name of the labels, and other words over the same columns, no numbers?"""
    over, others = ([hits(cell.box, columns) for cell in cells] for cells in (row, head))
    return len(row) > 1 and row[0].text == head[0].text and over == others and not _has_data([row])


def _is_alike(row: CellRow, head: CellRow, columns: list[Column]) -> bool:
    """Is it over the same columns, and over most of them?"""
    over = [hits(cell.box, columns) for cell in row]
    numbers = [any(map(str.isdigit, "".join(cell.text for cell in cells))) for cells in (row, head)]
    alike = over == [hits(cell.box, columns) for cell in head] and numbers[0] <= numbers[1]
    return alike and 2 * len(over) > len(columns)


def _are_words(heads: list[CellRow], below: CellRow) -> bool:
    """Is there no number in the heads, and hardly anything else below them? Or none that is one, and all below are?"""
    cells = [cell.text for row in heads for cell in row]
    if all(DATUM.match(cell.text) for cell in below):
        return not any(map(DATUM.match, cells))
    return mostly_data(below) and not any(map(str.isdigit, "".join(cells)))


def _has_data(rows: list[CellRow]) -> bool:
    return any(DATUM.match(cell.text) for row in rows for cell in row[1:])
