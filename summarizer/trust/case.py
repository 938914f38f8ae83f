"""A sentence with what it cites: its numbers, those of its passages, and which of them are the same."""

import re
from dataclasses import dataclass, field
from functools import cached_property

from summarizer.trust.changes import has_no_points, states_change
from summarizer.trust.context import clause_of
from summarizer.trust.evidence import Evidence
from summarizer.trust.matching import Match, find
from summarizer.trust.numbers import Quantity, quantities, with_unit
from summarizer.trust.units import HARD_UNITS, stated_units

_YEAR = re.compile(r"(?:19|20)\d\d")


@dataclass(frozen=True)
class Case:
    """A sentence, the passages it cites, and the numbers on both sides."""

    text: str
    passages: tuple[int, ...]
    evidence: Evidence
    searched: bool = False  # whether the passages do not tell what the sentence means, as those of a search
    derived: list[Quantity] = field(default_factory=list, compare=False)  # its numbers that follow from others, so far

    @cached_property
    def cited(self) -> list[Quantity]:
        places = self.evidence.with_captions(self.passages)
        return [quantity for number in places for quantity in self.evidence.quantities(number)]

    @cached_property
    def operands(self) -> list[Quantity]:
        """What the sentence may have computed with: numbers of its passages, but years and the cells of sure tables."""
        told = (number for number in self.passages if not self.evidence.cited_rows([number]))
        found = (quantity for number in told for quantity in self.evidence.quantities(number))
        return [q for q in found if not (q.in_name or (_YEAR.fullmatch(q.text) and q.text in self.evidence.years))]

    @cached_property
    def own(self) -> list[Quantity]:
        """The numbers of the evidence that the sentence has."""
        return [match.source for _, match in self.matches if match is not None]

    @cached_property
    def matches(self) -> list[tuple[Quantity, Match | None]]:
        """Each number the sentence claims, with the number of the evidence that is the same."""
        return [(quantity, self._match(quantity)) for quantity in quantities(self.text) if not quantity.in_name]

    def _match(self, quantity: Quantity) -> Match | None:
        if self.is_level(quantity):
            return None
        readings = (with_unit(quantity, unit) for unit in stated_units(self.text))
        others = (quantity.bare if quantity.listed else None, *readings)
        match = next((found for q in (quantity, *others) if q and (found := find(q, self.cited))), None)
        if match is None or self._is_change(quantity, match):
            return None
        return None if not match.strong and self._has_unit(quantity, match) else match

    def is_level(self, quantity: Quantity) -> bool:
        """Whether it is given in points, but as a share and not as a difference of shares."""
        return quantity.kind == "points" and has_no_points(self.text, quantity.span)

    def _is_change(self, quantity: Quantity, match: Match) -> bool:
        """Whether points are a change by what the paper has, bare or in per cent, and not by what the claim says."""
        if quantity.kind != "points" or states_change(clause_of(self.text, quantity.span)):
            return False
        return not match.strong or (match.source.text.endswith("%") and not states_change(self.text))

    def _has_unit(self, quantity: Quantity, match: Match) -> bool:
        """Whether a bare number has another unit by its head or its caption: 2.55 秒 where these are ms."""
        same = [other for other in self.cited if other.raw == match.source.raw]
        if quantity.kind != "count":
            return match.source.kind == "count" and any(other.kind == "times" for other in same)
        return any(other.unit == quantity.unit in HARD_UNITS for other in same)
