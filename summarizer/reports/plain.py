"""Text for a terminal: lines that cannot move the cursor, and tables."""

from collections.abc import Sequence
from dataclasses import dataclass

NO_DATA = "No data in this period."


@dataclass(frozen=True, slots=True)
class TextTable:
    """Cells as they are shown. The first `labels` columns are words and stand left, the others are numbers."""

    title: str
    head: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]
    labels: int = 1


def one_line(text: str) -> str:
    """Text that cannot move the cursor."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def table_text(table: TextTable) -> str:
    """Aligned columns under their heads; without rows it says so."""
    if not table.rows:
        return f"{table.title}\n  {NO_DATA}"
    lines = [table.head, *(tuple(map(one_line, row)) for row in table.rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    shown = [
        "  ".join(
            cell.ljust(width) if n < table.labels else cell.rjust(width)
            for n, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    ]
    return "\n".join([table.title, *(f"  {line}" for line in shown)])
