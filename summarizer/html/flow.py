"""A page as the letters that are compared with the PDF, with the way back to its words."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate

from summarizer.html.letters import letters, positions
from summarizer.html.paper import HtmlPaper, Mark

_SENTENCE_END = re.compile(r"[.!?:;。！？]['\"”’)\]]*\s")
_WORD = re.compile(r"\S+")


@dataclass(frozen=True, slots=True)
class Flow:
    """`places[n]` is where in the paper's text letter `n` stands. All other numbers count letters."""

    paper: HtmlPaper
    letters: str
    places: Sequence[int]
    words: Sequence[int]  # where words and formulas begin, in order, the end of all included
    sentences: frozenset[int]  # those of them that begin a sentence or a block
    is_reference: bytes  # of each letter, whether it belongs to a reference
    bare: str  # the letters without those of references
    bare_places: Sequence[int]  # how many of those stand before each letter, and in all
    marks: Sequence[tuple[int, int, Mark]]  # formulas, references, errors: first letter, end, mark; in order

    def letter(self, place: int) -> int:
        """The first letter at or after a place of the text."""
        return bisect_left(self.places, place)

    def is_display(self, start: int, end: int) -> bool:
        """Is the middle of these letters in a display equation?"""
        place = self.places[(start + end) // 2]
        return any(row.start <= place < row.end for row in self.paper.displays)

    def begins_word(self, letter: int) -> bool:
        """Does a word or a formula begin with this letter, or nothing, behind the last?"""
        place = bisect_left(self.words, letter)
        return place < len(self.words) and self.words[place] == letter

    def marks_in(self, start: int, end: int) -> list[tuple[int, int, Mark]]:
        """Those with a letter between two letters, and those without letters that stand between them."""
        first = bisect_left(self.marks, start, key=lambda mark: mark[1])
        found = []
        for mark in self.marks[first:]:
            if mark[0] > end or (mark[0] == end and mark[1] > end):
                break
            if mark[1] > start or mark[0] == mark[1]:
                found.append(mark)
        return found


def flow_of(paper: HtmlPaper) -> Flow:
    places = positions(paper.text)

    def at(points: Iterable[int]) -> set[int]:
        return {bisect_left(places, point) for point in points}

    edges = [edge for block in paper.blocks for edge in (block.start, block.end)]
    tags = bytearray(len(paper.text))  # "2: " before a line ends no sentence
    for mark in paper.marks:
        if mark.kind == "reference":
            tags[mark.start : mark.end] = b"\1" * (mark.end - mark.start)
    ends = [found.end() for found in _SENTENCE_END.finditer(paper.text) if not tags[found.start()]]
    sentences = at([0, len(paper.text), *edges, *ends])
    inside = at(edge for mark in paper.marks for edge in (mark.start, mark.end))
    words = at(found.start() for found in _WORD.finditer(paper.text))
    marks = [(bisect_left(places, m.start), bisect_left(places, m.end), m) for m in paper.marks]
    own = letters(paper.text)
    is_reference = bytes(tags[place] for place in places)
    return Flow(
        paper,
        own,
        places,
        sorted(words | inside | sentences),
        frozenset(sentences),
        is_reference,
        "".join(letter for letter, within in zip(own, is_reference, strict=True) if not within),
        [0, *accumulate(1 - within for within in is_reference)],
        sorted(marks, key=lambda mark: mark[:2]),
    )
