"""Which table a sentence says that a number is of: 原文表 2 为 32.3，原文表 14 为 33.3."""

import re
from collections.abc import Collection, Mapping, Sequence
from itertools import pairwise

from summarizer.trust.grid import EvidenceGrid
from summarizer.trust.matching import find
from summarizer.trust.numbers import Quantity, quantities

_TABLE = re.compile(r"(?<![列代图词])表[ ]?([A-Z]?\d{1,2})(?![\d.]{0,4}[%倍个条行列])")
_CLAUSE_END = re.compile(r"[，；。：（）]")
_IN_ORDER = re.compile(r"分别|依次")
_GAP = re.compile(r"[ ]?[%％]?[ ]?[、和与及][ ]?")


def told_tables(text: str, numbers: Sequence[Quantity]) -> dict[Quantity, str]:
    """{number: the label of the table that its clause names}; of two tables those of two numbers in their order."""
    told: dict[Quantity, str] = {}
    for n, quantity in enumerate(numbers):
        clause = _CLAUSE_END.split(text[: quantity.span[0]])[-1]
        names = [f"Table {found[1]}" for found in _TABLE.finditer(clause)]
        run = [quantity, *numbers[n + 1 : n + len(names)]]
        if len(set(names)) == 1:
            told[quantity] = names[0]
        elif names and _IN_ORDER.search(clause) and len(run) == len(names) and _are_listed(text, run):
            told |= dict(zip(run, names, strict=True))
    return told


def _are_listed(text: str, run: Sequence[Quantity]) -> bool:
    return all(_GAP.fullmatch(text[a.span[1] : b.span[0]]) for a, b in pairwise(run))


def not_in_it(quantity: Quantity, label: str, cited: Mapping[EvidenceGrid, Collection[int]]) -> str:
    """Where the number is instead, if the table that is named is cited and neither a row nor the caption has it."""
    named = [grid for grid in cited if grid.table == label]
    if not named or any(find(quantity, grid.row(n)) for grid in named for n in range(grid.height)):
        return ""
    if any(find(quantity, quantities(grid.caption)) for grid in named):
        return ""
    others = ((grid, cell) for grid, rows in cited.items() for cell in grid.cells if cell.row in rows)
    places = (f"{grid.table}, {grid.called(cell)}" for grid, cell in others if find(quantity, [cell.quantity]))
    return next(places, f"not in {label}")
