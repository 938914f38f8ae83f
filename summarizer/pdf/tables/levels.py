"""Titles of groups of rows, and which of them is within which: by place, indent, style, and what follows what."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from summarizer.pdf.tables.assembly import LEVEL
from summarizer.pdf.tables.cells import Cell, Column
from summarizer.pdf.text.sentences import is_cut
from summarizer.types import Box

_SAME = 2.0  # points
_INDENT = 3.0  # points; labels that are less apart are set at one place
_OFF_CENTRE = 4.0  # points
_WIDE = 0.9  # of the columns' width


@dataclass(frozen=True, slots=True)
class Title:
    """A line over rows. `left` and `centre` are from the left end of the labels.

    `middle`: it is in the middle of the table; `ruled`: a rule is right above it.
    """

    text: str
    left: float
    centre: float
    middle: bool
    ruled: bool
    style: tuple[bool, bool]

    def is_like(self, other: "Title") -> bool:
        """Is it set as the other is, but for rules?"""
        return self.middle == other.middle and self.style == other.style and self.is_at(other)

    def is_at(self, other: "Title") -> bool:
        """Does it begin where the other does, or are they centred at one place?"""
        set_in = min(self.left, other.left) > _INDENT
        return abs(self.left - other.left) < _SAME or (set_in and abs(self.centre - other.centre) < _SAME)

    def is_outside(self, other: "Title") -> bool:
        """Is it in the middle, or further to the left, and the other is not?"""
        if self.middle or other.middle:
            return self.middle and not other.middle
        return self.left < other.left and not self.is_at(other)


def title_of(cell: Cell, columns: list[Column], rules: list[Box], *, ruled: bool) -> Title:
    """The title in the cell; its place is compared with the columns, and with the rules that are as wide as these."""
    left, centre = cell.box[0], (cell.box[0] + cell.box[2]) / 2
    start, end = columns[0][0], columns[-1][1]
    whole = [(start, end), *((rule[0], rule[2]) for rule in rules if rule[2] - rule[0] > _WIDE * (end - start))]
    centred = any(abs(2 * centre - x0 - x1) < 2 * _OFF_CENTRE for x0, x1 in whole)
    middle = centred and left > start + _INDENT
    return Title(cell.text, left - start, centre - start, middle, ruled, (cell.bold, cell.italic))


class Levels:
    """The titles that are over a row, the outer first; `doubts` are told of those whose level nothing shows."""

    def __init__(self, runs: Sequence[Sequence[Title]], doubts: list[str]) -> None:
        """`runs` are all titles of the table, those without rows between them together."""
        self._over: list[Title] = []
        self._indented: set[Title] = set()  # those whose rows begin further to the right
        self._doubts = doubts
        self._unruled = [run[0] for run in runs if not run[0].ruled]
        self._nested = [(a, b) for run in runs for a, b in pairwise(run) if not self._goes_on(a, b)]

    @property
    def name(self) -> str:
        return LEVEL.join(title.text for title in self._over)

    def begin(self, run: Sequence[Title]) -> None:
        """A title, or several that follow each other: each within the one above it, or the next line of this."""
        for n, title in enumerate(run):
            if n and self._goes_on(run[n - 1], title):
                above = self._over.pop()
                text = above.text[:-1] + title.text if is_cut(above.text) else f"{above.text} {title.text}"
                self._over.append(Title(text, above.left, above.centre, above.middle, above.ruled, above.style))
                continue
            while not n and self._over and not self._is_within(title, self._over[-1]):
                self._over.pop()
            if n and title.is_outside(run[n - 1]):
                self._doubts.append(f"the title {title.text!r} may be over {run[n - 1].text!r}")
            self._over.append(title)

    def row(self, left: float, *, first: bool) -> None:
        """A row whose label begins at `left`, the `first` below a title or not.

        Where the rows of a title are set in, one that is not is beside the title.
        """
        if first and self._over and not self._over[-1].middle and left > self._over[-1].left + _INDENT:
            self._indented.add(self._over[-1])
        beside = [n for n, title in enumerate(self._over) if title in self._indented and abs(title.left - left) < 1]
        if beside and not first:
            del self._over[beside[0] :]

    def clear(self) -> None:
        self._over.clear()

    def _goes_on(self, above: Title, title: Title) -> bool:
        """Is a title the next line of the one above it: set like this, but not like later ones that have no rule?"""
        if title.ruled:
            return False
        if is_cut(above.text) or title.text[0] == "(":
            return True
        return above.is_like(title) and not (above.ruled and any(title.is_like(other) for other in self._unruled))

    def _is_within(self, title: Title, outer: Title) -> bool:
        if title.is_like(outer):
            twice = any(a.is_like(b) and a.is_like(title) for a, b in self._nested)
            return twice and outer.ruled and not title.ruled
        if outer.is_outside(title) or title.is_outside(outer):
            return outer.is_outside(title)
        if any(a.is_like(outer) and b.is_like(title) for a, b in self._nested):
            return True
        known = any(a.is_like(title) and b.is_like(outer) for a, b in self._nested)
        if not known and not (title.ruled and outer.ruled):
            self._doubts.append(f"the title {title.text!r} may be within {outer.text!r}")
        return False
