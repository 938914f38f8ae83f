"""The best of the values that stand in cells: 27.3, 84.6%, 1,024, 93.1±0.2."""

from collections.abc import Sequence
from fractions import Fraction

from summarizer.trust.numbers import quantities


def best_cells(shown: Sequence[str], rivals: Sequence[str], better: str) -> list[int]:
    """Indices into `shown`, cells of a column or a row, of those that none of the `rivals` surpasses.

    None where nobody says which way is better (↑ or ↓), or where what is counted differs.
    """
    values = [value for cell in rivals if (value := _value(cell)) is not None]
    if not better or len(set(values)) < 2 or len({sort for sort, _ in values}) > 1:
        return []
    best = max(values) if better == "↑" else min(values)
    return [n for n, cell in enumerate(shown) if _value(cell) == best]


def _value(cell: str) -> tuple[str, Fraction] | None:
    """What a cell counts and how much, by its number: 27.3, 84.6%, 1,024, 93.1±0.2, 1.8⋅10^20, −3 ms.

    A cell with two values (12.1 / 13.5) has none.
    """
    unsigned = cell.lstrip("-−+ ")
    found = quantities(unsigned)
    if not found or found[0].span[0] or "/" in cell:
        return None
    value = -found[0].value if cell.lstrip().startswith(("-", "−")) else found[0].value
    return f"{found[0].kind} {found[0].unit}", value
