"""The PDF's own outline as the list of headings, where it is sound."""

import re
from difflib import SequenceMatcher

import pymupdf

from summarizer.pdf.headings.candidates import KNOWN, plain
from summarizer.pdf.headings.headings import Heading
from summarizer.pdf.page.pages import Line

_SOUND = 0.6  # share of the entries that must be found as lines
_NUMBERED = re.compile(r"(?:Appendix\s+)?(\d{1,2}(?:\.\d{1,2}){0,3}|[A-Z](?:\.\d{1,2}){0,3}|[IVX]{1,5})[.):]?\s+(?=\S)")


def with_outline(styled: list[Heading], document: pymupdf.Document, flow: list[Line]) -> list[Heading]:
    """The outline's headings, completed by well-known ones of `styled`; `styled` if the outline is not sound."""
    entries = [(level, title.strip(), page) for level, title, page, *_ in document.get_toc() if plain(title)]
    if len(entries) < 3:
        return styled
    found: list[Heading] = []
    position = 0
    pages = _Pages(flow)
    for level, title, page in entries:
        heading = _find(title, level, page, pages, position)
        if heading is not None:
            found.append(heading)
            position = heading.last
    if len(found) < max(3, _SOUND * len(entries)):
        return styled
    known = [
        h
        for h in styled
        if plain(h.title) in KNOWN and not any(_overlap(h, f) or plain(h.title) == plain(f.title) for f in found)
    ]
    return sorted(found + known, key=lambda h: h.first)


def _overlap(a: Heading, b: Heading) -> bool:
    return a.first < b.last and b.first < a.last


class _Pages:
    """The flow's lines by page, with their letters and digits, to look titles up."""

    def __init__(self, flow: list[Line]) -> None:
        self.flow = flow
        self.first: dict[int, int] = {}
        for index, line in enumerate(flow):
            self.first.setdefault(line.page, index)
        self._plain: dict[int, str] = {}
        self._numbers: dict[int, tuple[str, int]] = {}

    def plain(self, index: int) -> str:
        if index not in self._plain:
            self._plain[index] = plain(self.flow[index].text)
        return self._plain[index]

    def bare(self, index: int) -> str:
        """The letters and digits of the line without its number."""
        return self.plain(index)[self.number(index)[1] :]

    def number(self, index: int) -> tuple[str, int]:
        """The number that the line begins with, "" if it has none, and how many letters and digits are in front of
        what it numbers."""
        if index not in self._numbers:
            match = _NUMBERED.match(self.flow[index].text)
            self._numbers[index] = (match[1], len(plain(match[0]))) if match else ("", 0)
        return self._numbers[index]

    def near(self, page: int, position: int) -> range:
        """Indices of the lines on the page and the ones beside it, from `position` on."""
        starts = [self.first[p] for p in (page - 1, page, page + 1) if p in self.first]
        ends = [index for p, index in self.first.items() if p > page + 1]
        return range(max(position, min(starts, default=0)), min(ends, default=len(self.flow)) if starts else 0)


def _find(title: str, level: int, page: int, pages: _Pages, position: int) -> Heading | None:
    """The lines that carry the title, at or after `position`, on the page that the outline names or next to it.

    Equal text first; only then text that is nearly so, as of titles with formulas.
    """
    own = _NUMBERED.match(title)
    wanted = plain(title[own.end() :] if own else title)
    flow = pages.flow
    near = pages.near(page, position)
    exact = [first for first in near if wanted.startswith((pages.plain(first), pages.bare(first)))]
    for alike, firsts in ((_equal, exact), (_likeness, near)):
        best: tuple[float, Heading] | None = None
        for first in firsts:
            printed, skip = pages.number(first)
            text = ""
            for last in range(first, min(first + 4, len(flow))):
                text += pages.plain(last)
                bare = text[skip:]
                score = max(alike(wanted, bare), alike(wanted, text))
                if score >= 0.85:
                    score += 0.02 * (flow[first].page == page) + 0.02 * flow[first].bold
                    if best is None or score > best[0]:
                        number = printed if printed and alike(wanted, bare) >= 0.85 else own[1] if own else ""
                        best = score, Heading(first, last + 1, title[own.end() :] if own else title, number, level)
                if len(text) > len(wanted) + 8:
                    break
        if best is not None:
            return best[1]
    return None


def _equal(a: str, b: str) -> float:
    return float(a == b)


def _likeness(a: str, b: str) -> float:
    """0..1; 0 where the first and the last letters differ or the lengths are far apart, to be quick."""
    if not a or not b or abs(len(a) - len(b)) > 0.25 * len(a) or (a[0] != b[0] and a[-1] != b[-1]):
        return 0.0
    return SequenceMatcher(None, a, b, autojunk=False).ratio()
