"""Rows of tables: the numbers of their cells, read under the heads of their columns."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from summarizer.trust.numbers import Quantity, quantities
from summarizer.types import Passage, Row, Table

# A unit in a column's head: "params ×10^6", "Length (×1e3)", "Memory (GB)", "Time [hours]".
_HEAD_UNIT = re.compile(
    r"[×x] ?1(?:0 ?\^? ?|e)(?P<power>[1-9]\d?)(?![\d.])"
    r"|[(\[/ ](?:in )?(?P<unit>[kKMBT]|million|billion|thousand|[KMGT]i?B"
    r"|hours?|hrs?|h|days?|minutes?|mins?|min|seconds?|secs?|s|ms|[GTP]?FLOPs?|GPU-?hours?)s?[)\]]?(?= |$)"
)
_SPEEDUP = re.compile(r"\b[Ss]peed-?ups?\b")
_CELL_NUMBER = re.compile(r"(?<![\w.])\d[\d,]{0,15}(?:\.\d{1,6})?(?![\w%^])")


def row_quantities(passage: Passage, table: Table, row: Row) -> list[Quantity]:
    """The numbers of the row's passage, and those of its cells that their heads give a unit.

    The label of the table is blanked, or the row named 4 in "Table 2, 4: ..." would be read as a place.
    """
    found = quantities(passage.text.replace(table.label, " " * len(table.label), 1))
    for head, start, cell in _cells(passage.text, table.columns, row):
        if _SPEEDUP.search(head):
            found = [_as_factor(q) if start <= q.span[0] < start + len(cell) else q for q in found]
        found += _with_unit(head, start, cell)
    return found


def _cells(text: str, columns: Sequence[str], row: Row) -> Iterator[tuple[str, int, str]]:
    """Each cell with its head and its offset in the text of its row."""
    position = len(row.label)
    for head, cell in zip(columns, row.cells, strict=True):
        if cell and (start := text.find(cell, position)) >= 0:
            yield head, start, cell
            position = start + len(cell)


def _as_factor(quantity: Quantity) -> Quantity:
    plain = quantity.kind == "count" and not (quantity.unit or quantity.magnitude)
    return replace(quantity, kind="times") if plain else quantity


def _with_unit(head: str, start: int, cell: str) -> Iterator[Quantity]:
    """The numbers of a cell read with the unit that is in its head."""
    units = list(_HEAD_UNIT.finditer(head))
    if units:
        unit = units[-1]["unit"] or f"×10^{units[-1]['power']}"
        for number in _CELL_NUMBER.finditer(cell):
            for quantity in quantities(f"{number[0]} {unit}")[:1]:
                yield replace(quantity, span=(start + number.start(), start + number.end()))
