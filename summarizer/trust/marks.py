"""The marks by which a model points at tables, equations and figures: [T2], [T2r4], [T2r4c1], [E3], [F3].

What a mark means is always a number of passages, so that everything behind this module knows numbers alone.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from summarizer.types import Document, Passage, Table

_FIGURE = r"F[A-Z]?\.?\d{1,3}(?:\.\d{1,3})?[A-Za-z]?"
_POINTER = (
    r"(?:T[A-Z]?\.?\d{1,3}(?:\.\d{1,3})?[A-Za-z]?(?:r\d{1,3}(?:[-–—]r?\d{1,3})?)?(?:c\d{1,2})?|E\d{1,3}"
    rf"|{_FIGURE})"
)
_NUMBERS = r"\d{1,5}(?: ?[~–—-] ?\d{1,5})?"
_SEPARATOR = r" ?[,，、;；] ?"
CITATION = re.compile(
    rf"[\[【［] ?((?:{_NUMBERS}|{_POINTER})(?:{_SEPARATOR}(?:{_NUMBERS}|{_POINTER})){{0,30}}) ?[\]】］]"
)
_TABLE_POINTER = re.compile(
    r"(?P<table>T[A-Z]?\.?\d[\d.]*[A-Za-z]?)(?:r(?P<row>\d+)(?:[-–—]r?(?P<last>\d+))?)?(?:c\d+)?"
)
_LABEL = re.compile(r"\w{1,24}\.?\s{0,4}([A-Z]?\.?\d[\w.]{0,12})$")
_IN_ONE_MARK = 30  # more numbers than that are split over several marks
_UNKNOWN = "0"  # no passage has this number


def figure_mark(label: str) -> str:
    """F3 for "Figure 3"; "" for what is no figure, or has no number."""
    number = _LABEL.fullmatch(label)
    mark = f"F{number[1]}" if number and label.startswith("Figure") else ""
    return mark if re.fullmatch(_FIGURE, mark) else ""


class Marks:
    """The marks of a document's tables and equations, and of those of its figures that can be cited."""

    def __init__(self, document: Document) -> None:
        self.tables: dict[str, Table] = {}  # by mark
        self._passages = document.passages
        for table in document.tables:
            number = _LABEL.search(table.label)
            mark = f"T{number[1] if number else len(self.tables) + 1}"
            while mark in self.tables:  # two papers in one PDF, or a label printed twice
                mark += "x"
            self.tables[mark] = table
        self.equations = {equation.label: equation for equation in document.equations}
        self.figures = {figure_mark(p.item): p for p in document.passages if p.kind == "figure"}
        self._pointers = "TEF" if self.figures else "TE"  # where none is shown, [F1] is a metric
        self._marks = {table.label: mark for mark, table in reversed(self.tables.items())}

    def of(self, label: str) -> str:
        """The mark of a table, by its label; "" if it has none."""
        return self._marks.get(label, "")

    def of_passages(self, numbers: Sequence[int]) -> list[str]:
        """What passages are cited by: rows of sure tables as T2r4, all of them as T2, E3, F3, else numbers."""
        found: dict[str, None] = {}
        rows = {table.label: table for table in self.tables.values() if table.sure}
        by_id = {passage.id: passage for passage in self._passages}
        cited = [by_id[number] for number in numbers if number in by_id]
        counts = Counter(passage.item for passage in cited if passage.kind == "row")
        for passage in cited:
            table = rows.get(passage.item) if passage.kind == "row" else None
            if table and counts[table.label] >= len(table.rows):
                found[self.of(table.label)] = None
            elif table:
                found[f"{self.of(table.label)}r{passage.row}"] = None
            elif passage.kind == "figure":
                found[figure_mark(passage.item)] = None
            else:
                found[passage.item if passage.item in self.equations else str(passage.id)] = None
        return list(found)

    def as_numbers(self, text: str) -> str:
        """The text with the numbers of passages in the place of marks; a mark of nothing gets a number of nothing."""
        return CITATION.sub(lambda found: self._numbered(found[0], found[1]), text)

    @staticmethod
    def without(text: str) -> str:
        """The text without its marks, for what is not cited: a title, the reason of a score."""
        return CITATION.sub("", text)

    def _numbered(self, mark: str, inside: str) -> str:
        parts = re.split(_SEPARATOR, inside)
        if not any(part[0] in self._pointers for part in parts):
            return mark
        numbers = [number for part in parts for number in self._numbers(part)]
        groups = [numbers[n : n + _IN_ONE_MARK] for n in range(0, len(numbers), _IN_ONE_MARK)]
        return "".join(f"[{', '.join(group)}]" for group in groups)

    def _numbers(self, part: str) -> Sequence[str]:
        if part[0] not in self._pointers:
            return [part]
        return [str(passage.id) for passage in self._pointed_at(part)] or [_UNKNOWN]

    def _pointed_at(self, part: str) -> Iterator[Passage]:
        if part in self.equations:
            yield from (passage for passage in self._passages if passage.item == part)
            return
        if figure := self.figures.get(part) or self.figures.get(part.rstrip("abcdefgh")):  # F3b is a part of F3
            yield figure
            return
        pointer = _TABLE_POINTER.fullmatch(part)
        table = self.tables.get(pointer["table"]) if pointer else None
        if pointer is None or table is None:
            return
        first = int(pointer["row"] or 0)
        rows = range(first, int(pointer["last"] or first) + 1)
        for passage in self._passages:
            is_row = passage.kind == "row" and passage.item == table.label
            is_caption = passage.kind == "caption" and passage.text.startswith(table.label)
            if (is_row and (not first or passage.row in rows)) or (is_caption and not first):
                yield passage
