"""A row of a table as a line that can be read alone: `Table 2, base: layers 6; params ×10^6 65`."""

from collections.abc import Sequence

from summarizer.types import Row

_LONG = 40  # characters: longer heads are in the grid only


def row_text(label: str, columns: Sequence[str], row: Row) -> str:
    """The row of the table `label` with its heads."""
    cells = zip(columns, row.cells, strict=True)
    values = "; ".join(f"{head if len(head) <= _LONG else ''} {cell}".strip() for head, cell in cells if cell)
    name = f"{label}, {row.label}" if columns and row.label else label
    return ": ".join(filter(None, (name, values if columns else row.label)))
