"""Table rows as the parser writes them, a cell after its column's header: `Table 2, LoRA: Params 0.8M; Avg. 88.6`."""

import re
from dataclasses import replace

from summarizer.trust.numbers import Quantity, quantities

_LABEL = re.compile(r"(?:Table|Tab\.|TABLE) ?[A-Z]?\d{0,3}[A-Z]?(?:\.\d{1,3})?")

# A unit in a column's header, before the cell's number: "params ×10^6 65", "Length (×1e3) 6.2", "Memory (GB) 780",
# "Time [hours] 24".
_HEADER_UNIT = re.compile(
    r"[×x] ?1(?:0 ?\^? ?|e)(?P<power>[1-9]\d?)(?![\d.])"
    r"|[(\[/ ](?:in )?(?P<unit>[kKMBT]|million|billion|thousand|[KMGT]i?B"
    r"|hours?|hrs?|h|days?|minutes?|mins?|min|seconds?|secs?|s|ms|[GTP]?FLOPs?|GPU-?hours?)s?[)\]]?(?= )"
)
_SPEEDUP_CELL = re.compile(r"\b[Ss]peed-?ups?\b[^;]{0,80}")
_CELL_NUMBERS = re.compile(r"(?<![\w.])\d[\d,]{0,15}(?:\.\d{1,6})?(?![\w%^])")


def table_label(text: str) -> str:
    """The label a row or a caption begins with, "Table 2", or ""."""
    label = _LABEL.match(text)
    return label[0] if label else ""


def row_name(row: str) -> str:
    """What a row is called: LoRA."""
    return row.removeprefix(table_label(row)).partition(": ")[0]


def row_quantities(row: str) -> list[Quantity]:
    """The numbers of a table row, and those of them that their columns' headers give a unit.

    The label of the table is blanked, or the row named 4 in "Table 2, 4: ..." would be read as a place.
    """
    label = table_label(row)
    found = quantities(" " * len(label) + row.removeprefix(label))
    factors = [cell.span() for cell in _SPEEDUP_CELL.finditer(row)]
    for n, quantity in enumerate(found):
        plain = quantity.kind == "count" and not (quantity.unit or quantity.magnitude)
        if plain and any(start <= quantity.span[0] < end for start, end in factors):
            found[n] = replace(quantity, kind="times")
    return found + _with_header_units(row)


def _with_header_units(row: str) -> list[Quantity]:
    """The numbers of a table row read with the units of their columns' headers."""
    found: list[Quantity] = []
    end_of_cell = -2
    for cell in row.split("; "):
        start, end_of_cell = end_of_cell + 2, end_of_cell + 2 + len(cell)
        headers = list(_HEADER_UNIT.finditer(row, start, end_of_cell))
        if headers:
            unit = headers[-1]["unit"] or f"×10^{headers[-1]['power']}"
            for number in _CELL_NUMBERS.finditer(row, headers[-1].end(), end_of_cell):
                found += [replace(q, span=number.span()) for q in quantities(f"{number[0]} {unit}")[:1]]
    return found
