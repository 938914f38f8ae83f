"""Headings by their style, their numbers and the space around them.

Numbered lines are headings if they look set off and their numbers form a sequence; unnumbered ones if
they carry a well-known name or share the style of headings found before. A heading's words alone
are never enough.
"""

from dataclasses import dataclass

from summarizer.pdf.headings.candidates import Candidate, TextStyle, find_candidates, is_known, plain
from summarizer.pdf.headings.numbering import in_sequence, run_ins
from summarizer.pdf.headings.unnumbered import unnumbered_headings
from summarizer.pdf.page.layout import Layout
from summarizer.pdf.page.pages import Line


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading that takes the place of flow[first:last]; `run_in` is what of the last line is text."""

    first: int
    last: int
    title: str
    number: str
    level: int
    run_in: str = ""


def find_headings(flow: list[Line], layout: Layout) -> list[Heading]:
    """All headings of the flow, in order, by style and number alone."""
    candidates = find_candidates(flow, layout)
    numbered = in_sequence([c for c in candidates if c.number])
    inline = run_ins(flow, numbered)
    unnumbered = unnumbered_headings([c for c in candidates if not c.number], numbered)
    chosen = _without_overlap(sorted(numbered + inline + unnumbered, key=lambda c: (c.first, -len(c.number))))
    _set_levels(chosen)
    return [Heading(c.first, c.last, c.title, c.number, c.level, c.run_in) for c in chosen]


def _without_overlap(candidates: list[Candidate]) -> list[Candidate]:
    kept: list[Candidate] = []
    for c in candidates:
        if not kept or c.first >= kept[-1].last:
            kept.append(c)
    return kept


def _set_levels(chosen: list[Candidate]) -> None:
    """Unnumbered headings take the level of numbered ones of their style, else one by size and emphasis."""
    levels: dict[TextStyle, int] = {}
    for c in chosen:
        if c.number:
            levels.setdefault(c.style, c.level)
    free = [c for c in chosen if not c.number and c.style not in levels and not is_known(c)]
    tops = {c.style for c in chosen if is_known(c) and plain(c.title) != "abstract"}
    order = sorted(
        {c.style for c in free} - tops,
        key=lambda style: (-style.size, not style.bold, not style.caps, style.italic),
    )
    for c in chosen:
        if c.number:
            continue
        if is_known(c) or c.style in tops:
            c.level = levels.get(c.style, 1) if not is_known(c) else 1
        elif c.style in levels:
            c.level = levels[c.style]
        else:
            c.level = min(4, (2 if tops else 1) + order.index(c.style))
