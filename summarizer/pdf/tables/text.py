"""A row of a table as a line that can be read alone: `Table 2, base: layers 6; params ×10^6 65`."""

from summarizer.types import Row

_LONG = 60  # characters: longer heads are in the grid only


def row_text(table: str, corner: str, columns: tuple[str, ...], row: Row) -> str:
    """The row of the table so labelled, under its heads; a name that is a number has the corner before it."""
    if not columns:
        return f"{table}: {row.label}"
    cells = zip(columns, row.cells, strict=True)
    values = "; ".join(f"{head if len(head) <= _LONG else ''} {cell}".strip() for head, cell in cells if cell)
    name = f"{corner} {row.label}".strip() if row.label[:1].isdigit() else row.label
    return f"{', '.join(filter(None, (table, name)))}: {values}"
