"""The PDF's own outline as the list of headings, where it is sound."""

import re
from difflib import SequenceMatcher

import pymupdf

from summarizer.pdf.headings import KNOWN, Heading, plain
from summarizer.pdf.pages import Line

_SOUND = 0.6  # share of the entries that must be found as lines
_NUMBERED = re.compile(r"(?:Appendix\s+)?(\d{1,2}(?:\.\d{1,2}){0,3}|[A-Z](?:\.\d{1,2}){0,3}|[IVX]{1,5})[.):]?\s+(?=\S)")


def with_outline(styled: list[Heading], document: pymupdf.Document, flow: list[Line]) -> list[Heading]:
    """The outline's headings, completed by well-known ones of `styled`; `styled` if the outline is not sound."""
    entries = [(level, title.strip(), page) for level, title, page, *_ in document.get_toc() if plain(title)]
    if len(entries) < 3:
        return styled
    found: list[Heading] = []
    position = 0
    for level, title, page in entries:
        heading = _find(title, level, page, flow, position)
        if heading is not None:
            found.append(heading)
            position = heading.last
    if len(found) < max(3, _SOUND * len(entries)):
        return styled
    known = [h for h in styled if plain(h.title) in KNOWN and not any(_overlap(h, f) or plain(h.title) == plain(f.title) for f in found)]
    return sorted(found + known, key=lambda h: h.first)


def _overlap(a: Heading, b: Heading) -> bool:
    return a.first < b.last and b.first < a.last


def _find(title: str, level: int, page: int, flow: list[Line], position: int) -> Heading | None:
    """The lines that carry the title, at or after `position`, on the page that the outline names or next to it."""
    wanted = plain(_NUMBERED.sub("", title))
    best: tuple[float, Heading] | None = None
    for first in range(position, len(flow)):
        line = flow[first]
        if abs(line.page - page) > 1:
            if line.page > page + 1:
                break
            continue
        text = ""
        for last in range(first, min(first + 4, len(flow))):
            text = f"{text} {flow[last].text}".strip()
            match = _NUMBERED.match(text)
            bare = plain(text[match.end() :]) if match else plain(text)
            likeness = max(_likeness(wanted, bare), _likeness(wanted, plain(text)))
            likeness += 0.02 * (line.page == page) + 0.02 * line.bold
            if likeness >= 0.85 and (best is None or likeness > best[0] + 1e-9):
                number = match[1] if match and bare and _likeness(wanted, bare) >= 0.85 else ""
                own = _NUMBERED.match(title)
                clean = title[own.end() :] if own else title
                best = likeness, Heading(first, last + 1, clean, number or (own[1] if own else ""), level)
            if len(bare) > len(wanted) + 3:
                break
    return best[1] if best else None


def _likeness(a: str, b: str) -> float:
    if a == b:
        return 1.0
    if not a or not b or abs(len(a) - len(b)) > 0.25 * len(a):
        return 0.0
    matcher = SequenceMatcher(None, a, b, autojunk=False)
    return matcher.ratio() if matcher.quick_ratio() >= 0.85 else 0.0
