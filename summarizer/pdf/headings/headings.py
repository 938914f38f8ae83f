"""Headings by their style, their numbers and the space around them.

Numbered lines are headings if they look set off and their numbers form a sequence; unnumbered ones if
they carry a well-known name or share the style of headings found before. A heading's words alone
are never enough.
"""

from collections import defaultdict
from dataclasses import dataclass

from summarizer.pdf.headings.candidates import Candidate, find_candidates, is_known, plain
from summarizer.pdf.headings.numbering import in_sequence, run_ins
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
    unnumbered = _unnumbered([c for c in candidates if not c.number], numbered)
    chosen = _without_overlap(sorted(numbered + inline + unnumbered, key=lambda c: (c.first, -len(c.number))))
    _set_levels(chosen)
    return [Heading(c.first, c.last, c.title, c.number, c.level, c.run_in) for c in chosen]


def _unnumbered(candidates: list[Candidate], numbered: list[Candidate]) -> list[Candidate]:
    alone = [c for c in candidates if c.alone and (c.emphasis or is_known(c))]
    known = [c for c in alone if is_known(c)]
    if len(numbered) >= 3:
        tops = {c.style for c in numbered if (c.level == 1 and c.emphasis == 3) or (c.style[4] and c.level == 1)}
        after = min(c.first for c in numbered)
        return known + [
            c for c in alone if c.style in tops and not is_known(c) and c.first > after and len(c.title) < 90
        ]
    by_style: dict[tuple[object, ...], list[Candidate]] = defaultdict(list)
    for c in alone:
        by_style[c.style].append(c)
    start = min((c.first for c in known), default=0)
    sure = {c.style for c in known if c.emphasis and plain(c.title) != "abstract"} or {
        c.style for c in known if c.emphasis
    }
    largest = max((float(str(s[1])) for s in sure), default=0.0)
    chosen = list(known)
    for style, members in by_style.items():
        members = [c for c in members if not is_known(c) and c.first > start and not c.title.endswith((".", "?!"))]
        spread = len({c.lines[0].page for c in members})
        strong = style in sure or (
            sure and float(str(style[1])) <= largest and members and members[0].emphasis >= 1 and len(members) >= 2
            and spread >= min(2, len(members) - 1) and _followed_by_text(members)
        )  # fmt: skip
        if strong:
            chosen += members
    return chosen


def _followed_by_text(members: list[Candidate]) -> bool:
    return sum(len(c.title) < 100 for c in members) >= 0.9 * len(members)


def _without_overlap(candidates: list[Candidate]) -> list[Candidate]:
    kept: list[Candidate] = []
    for c in candidates:
        if not kept or c.first >= kept[-1].last:
            kept.append(c)
    return kept


def _set_levels(chosen: list[Candidate]) -> None:
    """Unnumbered headings take the level of numbered ones of their style, else one by size and emphasis."""
    levels: dict[tuple[object, ...], int] = {}
    for c in chosen:
        if c.number:
            levels.setdefault(c.style, c.level)
    free = [c for c in chosen if not c.number and c.style not in levels and not is_known(c)]
    tops = {c.style for c in chosen if is_known(c) and plain(c.title) != "abstract"}
    order = sorted(
        {c.style for c in free} - tops,
        key=lambda s: (-float(str(s[1])), -int(bool(s[2])), -int(bool(s[4])), int(bool(s[3]))),
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
