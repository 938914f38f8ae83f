"""Footnotes: small print under a column that begins with a raised mark. They leave the flow and come back after the
paragraph that carries their mark, so that they do not tear a sentence that runs over the page."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from summarizer.pdf.page.layout import Layout
from summarizer.pdf.page.pages import Line, Page

_MARK = re.compile(r"\s*(\d{1,2}|[*∗†‡§¶♯♮♭⋆♠♣♥♦]+|[a-z])\s*")


@dataclass(frozen=True, slots=True)
class Footnote:
    """The lines of one note and the mark it begins with."""

    mark: str
    lines: tuple[Line, ...]


def take_footnotes(page: Page, layout: Layout) -> list[Footnote]:
    """Take the footnotes out of `page.lines`, in place."""
    notes: list[Footnote] = []
    taken: set[int] = set()
    lines = page.lines
    for index, line in enumerate(lines):
        if id(line) in taken or not _begins(line, layout) or not _at_bottom(line, page, layout, taken):
            continue
        own = [line]
        for following in lines[index + 1 :]:
            if not _continues(own[-1], following, layout):
                break
            own.append(following)
        taken.update(map(id, own))
        match = _MARK.match(line.spans[0].text)
        notes.append(Footnote(match[1] if match else "", tuple(own)))
    page.lines = [line for line in lines if id(line) not in taken]
    return notes


def _begins(line: Line, layout: Layout) -> bool:
    first = line.spans[0]
    raised = first.superscript or (first.size < 0.85 * line.size and len(line.spans) > 1)
    symbol = first.text.strip()[:1] in "*∗†‡§¶⋆"
    return line.size <= layout.size - 0.8 and (raised or symbol) and _MARK.match(first.text) is not None


def _at_bottom(line: Line, page: Page, layout: Layout, taken: set[int]) -> bool:
    """Is there nothing but small print below, in the columns that the line is in?"""
    if line.box[1] < 0.3 * page.height:
        return False
    for other in page.lines:
        below = other.box[1] > line.box[1] + 2 and id(other) not in taken
        if (
            below
            and min(other.box[2], line.box[2]) - max(other.box[0], line.box[0]) > 0
            and other.size > layout.size - 0.7
        ):
            return False
    return True


def _continues(last: Line, line: Line, layout: Layout) -> bool:
    if _begins(line, layout) or line.size > layout.size - 0.7:
        return False
    return 0 < line.box[3] - last.box[3] < 1.8 * last.height and abs(line.box[0] - last.box[0]) < 4 * layout.size


def anchor(note: Footnote, lines: Iterator[Line]) -> Line | None:
    """The line among `lines` (of the note's page) that carries the note's mark, raised."""
    for line in lines:
        for span in line.spans[1:]:
            if span.superscript and note.mark and note.mark in re.split(r"[\s,]+", span.text.strip()):
                return line
    return None
