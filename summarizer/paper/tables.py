"""The cells of composed tables, from the paper: the model points at rows and columns, the values never pass through it.

What a model calls a row or a column is kept unless it is the name of another one, or has a number that the paper does
not give there: then the paper's own words stand in its place.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Literal

from summarizer.paper.best import best_cells
from summarizer.paper.composed import NO_VALUE, Better, Composition, Head, Pointer, WordedRow, read_composition
from summarizer.schema import ComposedTable
from summarizer.trust.chinese import polish
from summarizer.trust.context import is_trivial
from summarizer.trust.evidence import Evidence
from summarizer.trust.formula import hide_formulas, mend_tex, show_formulas, unknown_symbols
from summarizer.trust.marks import Marks
from summarizer.trust.matching import find
from summarizer.trust.names import NameIndex, key, names
from summarizer.trust.numbers import quantities
from summarizer.types import Claim, PlacedRow, PlacedTable, Table

_MARKUP = re.compile(r"`|://|www\.|</?[a-z!]|\]\(", re.IGNORECASE)  # of no name, and hides one
_ASIDE = re.compile(r"（[^（）]{1,80}）|[，；][^，；]{0,80}$")
_LONGEST_NAME, _LONGEST_TITLE = 80, 160  # characters, about twice of what good ones have
_MOST_LOST = 0.5  # of a table's rows


class TableFiller:
    """Fills the composed tables of one paper."""

    def __init__(self, evidence: Evidence) -> None:
        self._evidence = evidence
        self._tables = {mark: table for mark, table in Marks(evidence.document).tables.items() if table.sure}
        self._rows = {(p.item, p.row): p.id for p in evidence.document.passages if p.kind == "row"}

    def fill(self, table: ComposedTable, section: str, item: int, claims: Sequence[Claim]) -> PlacedTable | None:
        """The table, or None where nothing, or not even half of it, can be shown.

        `claims` are the published ones of the section's item: its written rows, and its reading.
        """
        composition = read_composition(table)
        if not composition.rows or len(composition.heads) < 2:
            return None
        filling = _Filling(self, composition)
        columns = [n for n, head in enumerate(composition.heads) if n and filling.knows(head)]
        found = [
            (worded, replace(row, cells=tuple(row.cells[c - 1] for c in columns)))
            for n, worded in enumerate(composition.rows)
            if (row := filling.row(worded, n, [claim for claim in claims if claim.row == n]))
        ]
        found = [(worded, row) for worded, row in found if set(row.cells) - {NO_VALUE}]
        if len(found) <= _MOST_LOST * len(composition.rows):
            return None
        cited = [number for claim in claims for number in claim.passages]
        sources = [self._tables[mark] for mark in dict.fromkeys(pointer.table for pointer in filling.used)]
        heads = [(head, filling.head(head, cited)) for head in (composition.heads[n] for n in columns)]
        corner = sources[0].corner if sources else ""
        return PlacedTable(
            sources[0].label if sources else "",
            sources[0].page if sources else 0,
            section,
            item,
            filling.head(composition.heads[0], cited) or corner,
            tuple(called for _, called in heads),
            tuple(row for _, row in found),
            tuple(_best_cells(heads, found, filling)),
            partial=any(map(filling.is_partial, sources)),
            title=filling.title(table.title, cited),
            also=tuple((source.label, source.page) for source in sources[1:]),
        )

    def table(self, pointer: Pointer) -> Table | None:
        """What is pointed at, if it is there and can be cited cell by cell."""
        table = self._tables.get(pointer.table)
        count = 0 if table is None else len(table.rows) if pointer.axis == "r" else len(table.columns)
        return table if 0 < pointer.number <= count else None

    def values(self, pointer: Pointer) -> tuple[str, ...]:
        """The cells of a row or a column."""
        table = self._tables[pointer.table]
        if pointer.axis == "r":
            return table.rows[pointer.number - 1].cells
        return tuple(row.cells[pointer.number - 1] for row in table.rows)

    def own_name(self, pointer: Pointer) -> str:
        """What the paper calls a row or a column."""
        table = self._tables[pointer.table]
        return table.rows[pointer.number - 1].label if pointer.axis == "r" else table.columns[pointer.number - 1]

    def passage(self, pointer: Pointer) -> int | None:
        """The passage of a row."""
        return self._rows.get((self._tables[pointer.table].label, pointer.number))

    def fits(self, words: str, pointers: Sequence[Pointer]) -> bool:
        """Whether words may stand for what is pointed at."""
        meant = self.knows(words) and all(
            self._may_mean(words, pointer) and not self._is_elsewhere(words, pointer) for pointer in pointers
        )
        return meant and self.has_numbers(words, pointers)

    def _is_elsewhere(self, words: str, column: Pointer) -> bool:
        """Whether a column is called as those of other tables are, and nothing in its own table: not if its head is
        the same word shortened."""
        called, own_name = key(words), key(self.own_name(column))
        if column.axis == "r" or not called or own_name.startswith(called) or called.startswith(own_name or "\0"):
            return False
        table = self._tables[column.table]
        own = NameIndex([table.caption, table.corner, *table.columns, *(row.label for row in table.rows)])
        return any(called == head and mark != column.table for head, mark in self._heads) and words not in own

    @cached_property
    def _heads(self) -> set[tuple[str, str]]:
        """(key, mark of the table) of all heads, of each of their levels."""
        heads = ((head, mark) for mark, table in self._tables.items() for head in table.columns)
        return {(key(label), mark) for head, mark in heads for label in head.split(" / ")}

    def knows(self, words: str, longest: int = _LONGEST_NAME) -> bool:
        """Whether the paper has all names and symbols in some words, and they are no more than a name or a title."""
        known = len(words) <= longest and not _MARKUP.search(words)
        known = known and all(name.text in self._evidence.names for name in names(words))
        return known and not unknown_symbols(words, self._text)

    def of_one(self, pointers: Sequence[Pointer]) -> list[Pointer]:
        """Those that point at what the first is, in other tables: a row that their own names tell to be another is
        not joined."""
        known = [pointer for pointer in pointers if self.table(pointer)]
        once = [p for n, p in enumerate(known) if p.table not in {other.table for other in known[:n]}]
        return [p for p in once if p == once[0] or self._may_be_one(once[0], p)]

    def _may_be_one(self, one: Pointer, other: Pointer) -> bool:
        return self._may_mean(self.own_name(one), other) and self._may_mean(self.own_name(other), one)

    @cached_property
    def _text(self) -> str:
        """All that may have a symbol."""
        document = self._evidence.document
        equations = (f"{equation.tex} {equation.text}" for equation in document.equations)
        tables = (
            "\n".join([table.corner, *table.columns, *(row.label for row in table.rows)])
            for table in self._tables.values()
        )
        return "\n".join([*(f"{p.text} {p.tex}" for p in document.passages), *equations, *tables])

    def _may_mean(self, words: str, pointer: Pointer) -> bool:
        """False where the words name another row, or another column, and not this one."""
        axis: Literal["row", "column"] = "row" if pointer.axis == "r" else "column"
        grid = self._evidence.grid(self._tables[pointer.table])
        name = self.own_name(pointer)
        for level in (level for level in grid.levels if level[0] == axis):
            own = grid.label_at(pointer.number - 1, level)
            said = [
                labels for labels, span in grid.named(words, level, loosely=True) if words[slice(*span)] not in name
            ]
            if own and said and not any(own in labels for labels in said):
                return False
        return True

    def has_numbers(self, words: str, pointers: Sequence[Pointer], cited: Sequence[int] = ()) -> bool:
        """Whether the numbers in words are those of the names, captions or cells pointed at, or of passages cited."""
        numbers = [q for q in quantities(words) if not (q.in_name or is_trivial(q))]
        if not numbers:
            return True
        known = [quantity for passage in cited for quantity in self._evidence.quantities(passage)]
        known += [
            quantity
            for pointer in pointers
            for table in [self._tables[pointer.table]]
            for text in (table.caption, table.corner, *table.columns, self.own_name(pointer), *self.values(pointer))
            for quantity in quantities(text)
        ]
        return all(find(number, known) for number in numbers)

    def naming_sizes(self, words: str) -> set[int]:
        """The passages that may have the sizes by which words call something: a 7B model."""
        sizes = (quantity for quantity in quantities(words) if quantity.text[-1:] in "KMBT")
        return {number for size in sizes for number in self._evidence.holding(size)}


class _Filling:
    """One table being filled. `used` are the rows and columns that gave it a cell, in that order."""

    def __init__(self, filler: TableFiller, composition: Composition) -> None:
        self._filler = filler
        self._composition = composition
        self.used: dict[Pointer, None] = {}

    def knows(self, head: Head) -> bool:
        """Whether a column can be filled: with words, or from a table that is there."""
        return not head.pointers or any(self._filler.table(pointer) for pointer in head.pointers)

    def head(self, head: Head, cited: Sequence[int]) -> str:
        """What a column is called; `cited` is what the written rows and the reading cite."""
        known = self.columns(head)
        fits = head.words and (self._filler.fits(head.words, known) if known else self._may_say(head.words, cited))
        words = head.words if fits else self._filler.own_name(known[0]) if known else ""
        better = self.better(head)
        return f"{words} {better}" if better and better not in words else words

    def columns(self, head: Head) -> list[Pointer]:
        """What fills a column: all that it is called after, else the first, which lends it its own name."""
        known = self._filler.of_one(head.pointers)
        return known if not head.words or self._filler.fits(head.words, known) else known[:1]

    def better(self, head: Head) -> Better:
        """Which values the model takes for the better ones, unless the paper's own head says the reverse."""
        own = "".join(self._filler.own_name(pointer) for pointer in self.columns(head))
        reverse: Better = "↓" if head.better == "↑" else "↑"
        return reverse if head.better and reverse in own and head.better not in own else head.better

    def _may_say(self, words: str, cited: Sequence[int], longest: int = _LONGEST_NAME) -> bool:
        """Whether words that stand for no row or column are of the paper, their numbers of the tables used, or of
        what is cited."""
        known = self._filler.knows(words, longest)
        places = [*cited, *self._filler.naming_sizes(words)] if known else []
        return known and self._filler.has_numbers(words, list(self.used), places)

    def row(self, row: WordedRow, number: int, claims: Sequence[Claim]) -> PlacedRow | None:
        """The row with a cell for every head but the first; None where there is nothing to show."""
        if not row.pointers:
            cells = self._composition.cells("".join(claim.text for claim in claims)) if claims else None
            return PlacedRow(cells[0], tuple(cells[1:]), (), number) if cells else None
        known = self._filler.of_one(row.pointers)
        if not known:
            return None
        words = dict(zip(self._composition.worded, self._words(row, known), strict=False))
        cells = [words.get(n, NO_VALUE) if not head.pointers else self._cell(known, head)
                 for n, head in enumerate(self._composition.heads)]  # fmt: skip
        passages = [p for pointer in known if pointer.axis == "r" and (p := self._filler.passage(pointer)) is not None]
        return PlacedRow(cells[0], tuple(cells[1:]), tuple(passages))

    def _words(self, row: WordedRow, known: Sequence[Pointer]) -> Iterator[str]:
        """The label, and what stands in further columns of words."""
        label, *more = row.words or ("",)
        yield label if label and self._filler.fits(label, known) else self._filler.own_name(known[0])
        for words in more:
            yield words if words and self._filler.fits(words, known) else NO_VALUE

    def _cell(self, rows: Sequence[Pointer], head: Head) -> str:
        """What stands where a row and a column of one table meet."""
        for column in self.columns(head):
            for row in rows:
                crossing = row.table == column.table and row.axis != column.axis
                if crossing and (value := self._filler.values(row)[column.number - 1].strip()):
                    self.used |= {row: None, column: None}
                    return value
        return NO_VALUE

    def title(self, text: str, cited: Sequence[int]) -> str:
        """The title, as far as it is of the paper, and its numbers of the tables used or of what is cited beside."""
        plain = show_formulas(Marks.without(hide_formulas(mend_tex(text))))
        title = polish(" ".join(plain.split())).strip().rstrip("。：:") if len(text) <= 2 * _LONGEST_TITLE else ""
        shorter = (title, _ASIDE.sub("", title))
        return next((words for words in shorter if self._may_say(words, cited, _LONGEST_TITLE)), "")

    def is_partial(self, table: Table) -> bool:
        """Whether the table has a row or a column with a number that gave no cell."""
        used = {(pointer.axis, pointer.number) for pointer in self.used if self._filler.table(pointer) is table}
        rows = {("r", n) for n, row in enumerate(table.rows, 1) if any(map(quantities, row.cells))}
        columns = [(cells, ("c", n)) for n, cells in enumerate(zip(*(row.cells for row in table.rows), strict=True), 1)]
        return not (rows | {place for cells, place in columns if any(map(quantities, cells))} <= used)

    def rivals(self, head: Head) -> list[str]:
        """The cells of all that a head points at, shown or not."""
        return [value for pointer in self.columns(head) for value in self._filler.values(pointer)]


def _best_cells(
    heads: Sequence[tuple[Head, str]], found: Sequence[tuple[WordedRow, PlacedRow]], filling: _Filling
) -> Iterator[tuple[int, int]]:
    """(row, column) of the cells that nothing surpasses: in their column, shown or not, or in what is shown of their
    row."""
    for n, (head, called) in enumerate(heads):
        own = called[-1:]
        shown = [row.cells[n] for _, row in found]
        better = filling.better(head) or (own if own in ("↑", "↓") else "")
        yield from ((place, n) for place in best_cells(shown, [*shown, *filling.rivals(head)], better))
    for place, (worded, row) in enumerate(found):
        yield from ((place, n) for n in best_cells(row.cells, row.cells, worded.better))
