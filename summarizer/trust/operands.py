"""Which numbers of cited table rows a sentence may have computed with: those of one column, or of one row.

高 0.51 BLEU follows from two of a hundred numbers that a citation holds, and so would nearly any number; of the two
in one column that the sentence speaks of it follows because it is true.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import chain
from math import comb

from summarizer.trust.evidence import Evidence
from summarizer.trust.grid import EvidenceCell, EvidenceGrid
from summarizer.trust.matching import FEW_OPERANDS
from summarizer.trust.numbers import Quantity
from summarizer.trust.wordlists import Vocabulary
from summarizer.trust.wrong_cell import WHOLE_PAGE

_RIVAL = re.compile(r"(?:比|与|较|相对|[高低优多少快慢]于|超过|落后|领先|胜过|不如|不及)([^，；。：]*)")
_FEW_ROWS = 2
_FEW_PAIRS = 12  # of numbers in one row
_Place = tuple[int, int, int]  # row, column, which number of the cell


def operands(
    text: str, clause: str, passages: Sequence[int], evidence: Evidence, told: Sequence[Quantity]
) -> Iterator[list[Quantity]]:
    """The numbers of the cited rows, and of those that the clause names, column by column and then row by row.

    Those of a column may be compared with what the cited sentences have, `told`. A column is one that the clause names,
    if any. Where it compares with rows (B 比 A 高 2.1), one of the two numbers is in such a row. Of whole pages only
    those rows are taken that the sentence names, if any. Within a row is compared where few are cited or named, where
    the sentence names several columns, in a wide table these, and where a rival heads a column. Of many rows the best
    of a column are compared (领先 1.3), and where the clause before has named the rival and the column, these.
    """
    of_pages, vocabulary = len(passages) > WHOLE_PAGE, evidence.vocabulary
    for grid, cited in evidence.cited_rows(passages, sure=of_pages).items():
        rivals = grid.places(_rival(clause), "row", vocabulary)
        said = grid.places(text, "row", vocabulary) if of_pages else set[int]()
        rows = (said or cited) | rivals
        held = defaultdict[_Place, list[Quantity]](list)
        for cell, order in _ordered(grid):
            if cell.row in rows:
                held[cell.row, cell.column, order].append(cell.quantity)
        if len(rows) > FEW_OPERANDS and not rivals:
            yield from _leading(held)
            yield from _compared_before(held, grid, text, clause, vocabulary)
            continue
        named = grid.places(clause, "column", vocabulary)
        for others in [told] if of_pages else [(), told]:
            yield from _compared(held, named or grid.columns, rivals, others)
        heads = grid.places(_rival(clause) or _rival(text), "column", vocabulary)
        turned = {(column, row, order): numbers for (row, column, order), numbers in held.items()}
        yield from _compared(turned, grid.places(clause, "row", vocabulary) or rows, heads, ()) if heads else ()
        columns = named if rivals else grid.places(text, "column", vocabulary)
        few = len(rows) == 1 or (len(rows) <= _FEW_ROWS and not (rivals or named)) or len(columns) > 1
        few = few or len(rows) * comb(len(grid.columns), 2) <= _FEW_PAIRS
        yield from _within(held, grid.columns if few and len(grid.columns) <= FEW_OPERANDS else columns)
        own = grid.places(clause, "row", vocabulary)
        if len(own) == 1 and len(grid.columns) <= FEW_OPERANDS:
            yield from _within({place: numbers for place, numbers in held.items() if place[0] in own}, grid.columns)


def _leading(held: Mapping[_Place, list[Quantity]]) -> Iterator[list[Quantity]]:
    """The two highest and the two lowest numbers of each column."""
    columns = defaultdict[tuple[int, int], list[Quantity]](list)
    for (_, column, order), numbers in held.items():
        columns[column, order] += numbers
    for numbers in columns.values():
        ranked = sorted(numbers, key=lambda quantity: quantity.value)
        yield ranked[:2]
        yield ranked[-2:]


def _compared_before(
    held: Mapping[_Place, list[Quantity]], grid: EvidenceGrid, text: str, clause: str, vocabulary: Vocabulary
) -> Iterator[list[Quantity]]:
    """在 D 上相对 B 的增幅，只有 1.0: where clauses before tell the column, and the rival, a row of the same group."""
    rivals, columns = grid.places(_rival(text), "row", vocabulary), grid.places(text, "column", vocabulary)
    if not rivals or not columns or grid.places(clause, "column", vocabulary):
        return
    for rival in rivals:
        group = grid.group(rival)
        near = {place: numbers for place, numbers in held.items() if grid.group(place[0]) == group}
        yield from _compared(near, columns, [rival], ())


def _rival(text: str) -> str:
    """What a text compares with: LoRA in 比 LoRA 高 2.1, or in 与 LoRA 相比，只高 2.1."""
    found = _RIVAL.search(text)
    return found[1] if found else ""


def _compared(
    held: Mapping[_Place, list[Quantity]], columns: Collection[int], rivals: Collection[int], told: Sequence[Quantity]
) -> Iterator[list[Quantity]]:
    """The numbers of each column; where rows are rivals, each of theirs with each of another row."""
    for column, order in sorted({(column, order) for _, column, order in held if column in columns}):
        in_rows = {row: numbers for (row, *place), numbers in held.items() if place == [column, order]}
        if not rivals:
            yield [*chain(*in_rows.values()), *told]
        for rival in sorted(set(rivals) & in_rows.keys()):
            yield [*in_rows[rival], *told]
            yield from ([*in_rows[rival], *in_rows[other]] for other in in_rows if other != rival)


def _within(held: Mapping[_Place, list[Quantity]], columns: Collection[int]) -> Iterator[list[Quantity]]:
    for row in sorted({row for row, _, _ in held}) if len(columns) > 1 else ():
        for order in sorted({order for _, _, order in held}):
            yield [
                n
                for (r, column, o), numbers in held.items()
                if (r, o) == (row, order) and column in columns
                for n in numbers
            ]


def _ordered(grid: EvidenceGrid) -> Iterator[tuple[EvidenceCell, int]]:
    """Each number with its order within its cell: of 0.92 / 0.88 the second is compared with second ones."""
    spans: defaultdict[tuple[int, int], list[tuple[int, int]]] = defaultdict(list)
    for cell in grid.cells:
        seen = spans[cell.row, cell.column]
        if cell.quantity.span not in seen:
            seen.append(cell.quantity.span)
        yield cell, seen.index(cell.quantity.span)
