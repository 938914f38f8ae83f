"""Which numbers of cited table rows a sentence may have computed with: those of one column, or of one row.

高 0.51 BLEU follows from two of a hundred numbers that a citation holds, and so would nearly any number; of the two
in one column that the sentence speaks of it follows because it is true.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from summarizer.trust.evidence import Evidence
from summarizer.trust.grid import EvidenceCell, EvidenceGrid
from summarizer.trust.matching import FEW_OPERANDS
from summarizer.trust.numbers import Quantity


def operands(text: str, clause: str, passages: Sequence[int], evidence: Evidence) -> Iterator[list[Quantity]]:
    """The numbers of the cited rows, column by column and then row by row.

    A column is one that the clause names, if it names any. Within a row is compared where only one is cited, or where
    the sentence names several columns; in a wide table these.
    """
    for grid, rows in evidence.cited_rows(passages).items():
        if len(rows) > FEW_OPERANDS:
            continue
        by_clause = _named(clause, grid, evidence) or grid.columns
        by_sentence = _named(text, grid, evidence)
        if len(grid.columns) <= FEW_OPERANDS and (len(rows) == 1 or len(by_sentence) > 1):
            by_sentence = grid.columns
        groups: defaultdict[tuple[str, int, int, str, str], list[Quantity]] = defaultdict(list)
        for cell, order in _ordered(grid):
            sort = order, cell.quantity.kind, cell.quantity.unit
            if cell.row in rows and cell.column in by_clause:
                groups["column", cell.column, *sort].append(cell.quantity)
            if cell.row in rows and cell.column in by_sentence and len(by_sentence) > 1:
                groups["row", cell.row, *sort].append(cell.quantity)
        yield from (groups[place] for place in sorted(groups) if len(groups[place]) > 1)


def _named(text: str, grid: EvidenceGrid, evidence: Evidence) -> set[int]:
    """The columns that a text names, at any level."""
    levels = [level for level in grid.levels if level[0] == "column"]
    said = {
        level: frozenset().union(
            *(labels for labels, _ in grid.named(text, level)), *grid.termed(text, level, evidence.vocabulary)
        )
        for level in levels
    }
    return {n for n in grid.columns if any(grid.label_at(n, level) in said[level] for level in levels)}


def _ordered(grid: EvidenceGrid) -> Iterator[tuple[EvidenceCell, int]]:
    """Each number with its order within its cell: of 0.92 / 0.88 the second is compared with second ones."""
    spans: defaultdict[tuple[int, int], list[tuple[int, int]]] = defaultdict(list)
    for cell in grid.cells:
        seen = spans[cell.row, cell.column]
        if cell.quantity.span not in seen:
            seen.append(cell.quantity.span)
        yield cell, seen.index(cell.quantity.span)
