"""The LaTeX of a document's display equations: each is on the page between the sentences that it is between."""

from collections.abc import Iterator
from dataclasses import dataclass

from summarizer.html.align import Range, in_order
from summarizer.html.aligned import SENTENCE, Aligned
from summarizer.html.displays import Formula, link, tex_of
from summarizer.types import Passage

_LANDMARK = 0.9  # likeness from which the place of a sentence says where the equations beside it are


@dataclass(frozen=True, slots=True)
class LinkedFormula:
    """A formula of the page, and the passages that the PDF has of it: more than one where it cuts the formula."""

    tex: str
    passages: tuple[Passage, ...]


def linked_formulas(aligned: Aligned) -> Iterator[LinkedFormula]:
    """Those whose LaTeX the PDF bears out."""
    pieces = list(_pieces(aligned))
    for numbers, rows in link([formula for _, formula in pieces], aligned.flow):
        own = pieces[numbers.start : numbers.stop]
        if tex := tex_of(" ".join(formula.text for _, formula in own), rows, aligned.flow):
            yield LinkedFormula(tex, tuple(passage for passage, _ in own))


def _pieces(aligned: Aligned) -> Iterator[tuple[Passage, Formula]]:
    """What may be a display equation, or a part of one that the PDF has as a sentence, between two landmarks."""
    numbered = enumerate(aligned.pairs())
    landmarks = {n: place for n, (p, place) in numbered if place and _is_landmark(p, place, aligned)}
    series = set(in_order(list(landmarks.items())))
    low, end = 0, len(aligned.flow.letters)
    waiting: list[Passage] = []
    for n, (passage, place) in enumerate(aligned.pairs()):
        if n in series:
            yield from ((piece, Formula(piece.text, low, landmarks[n].start)) for piece in waiting)
            low, waiting = landmarks[n].end, []
        elif passage.kind == "equation" or (passage.kind == "text" and _may_be_piece(passage, place, aligned)):
            waiting.append(passage)
    yield from ((piece, Formula(piece.text, low, end)) for piece in waiting)


def _is_landmark(passage: Passage, place: Range, aligned: Aligned) -> bool:
    """Does the place of a sentence say where the equations beside it are?"""
    sure = place.likeness >= _LANDMARK and place.end - place.start >= SENTENCE / 2
    return sure and passage.kind == "text" and not aligned.flow.is_display(place.start, place.end)


def _may_be_piece(passage: Passage, place: Range | None, aligned: Aligned) -> bool:
    return aligned.flow.is_display(place.start, place.end) if place else len(passage.text) < SENTENCE
