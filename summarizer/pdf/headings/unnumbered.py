"""Headings without numbers: well-known titles, and lines in the style of headings that are known to be some."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from summarizer.pdf.headings.candidates import Candidate, TextStyle, is_known, plain

_MANY = 3  # numbered headings from which on a paper numbers its sections
_TITLE = 90  # characters of a title at most
_LONG = 100  # characters that few titles of a style may have


def unnumbered_headings(candidates: Iterable[Candidate], numbered: Sequence[Candidate]) -> list[Candidate]:
    """Which of the candidates are headings, `numbered` being those that have a number."""
    alone = [c for c in candidates if c.alone and (c.emphasis or is_known(c))]
    known = [c for c in alone if is_known(c)]
    others = [c for c in alone if not is_known(c)]
    if len(numbered) >= _MANY:
        return known + beside_numbered(others, numbered)
    return known + in_style_of(known, others)


def beside_numbered(candidates: Iterable[Candidate], numbered: Sequence[Candidate]) -> list[Candidate]:
    """In a paper with numbered sections: what is set as they are, if that sets it off, and comes after the first."""
    styles = {c.style for c in numbered if c.level == 1 and (c.emphasis == 3 or c.style.caps)}
    first = min(c.first for c in numbered)
    return [c for c in candidates if c.style in styles and c.first > first and len(c.title) < _TITLE]


def in_style_of(known: Sequence[Candidate], candidates: Iterable[Candidate]) -> list[Candidate]:
    """In a paper without numbers: what is set as well-known titles are, or in a smaller style that comes again."""
    styles = section_styles(known)
    first = min((c.first for c in known), default=0)
    chosen = []
    for style, members in by_style(c for c in candidates if c.first > first and not _is_sentence(c)).items():
        if style in styles or is_lower_style(style, members, styles):
            chosen += members
    return chosen


def section_styles(known: Iterable[Candidate]) -> set[TextStyle]:
    """The styles of well-known titles; the abstract's, which often has its own, only if there is no other."""
    set_off = [c for c in known if c.emphasis]
    return {c.style for c in set_off if plain(c.title) != "abstract"} or {c.style for c in set_off}


def is_lower_style(style: TextStyle, members: Sequence[Candidate], styles: Iterable[TextStyle]) -> bool:
    """Is it the style of subsections: no larger than a section's, on several pages, of short titles?"""
    largest = max((known.size for known in styles), default=0.0)
    if len(members) < 2 or style.size > largest or not members[0].emphasis:
        return False
    pages = {c.lines[0].page for c in members}
    short = sum(len(c.title) < _LONG for c in members)
    return len(pages) >= min(2, len(members) - 1) and short >= 0.9 * len(members)


def by_style(candidates: Iterable[Candidate]) -> dict[TextStyle, list[Candidate]]:
    members: dict[TextStyle, list[Candidate]] = defaultdict(list)
    for candidate in candidates:
        members[candidate.style].append(candidate)
    return members


def _is_sentence(candidate: Candidate) -> bool:
    return candidate.title.endswith((".", "?!"))
