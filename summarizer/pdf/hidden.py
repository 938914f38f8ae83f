"""Text that a program extracts but a reader does not see."""

import pymupdf

from summarizer.pdf.pages import Page
from summarizer.types import HiddenText


def remove_hidden(document: pymupdf.Document, pages: list[Page]) -> tuple[HiddenText, ...]:
    """Take hidden spans out of the pages' lines, in place, and report them."""
    found = []
    for page in pages:
        for line in page.lines:
            unseen = [s for s in line.spans if s.alpha < 26 or s.size < 1.5 or s.color >= 0xF0F0F0]
            if unseen:
                line.spans = [s for s in line.spans if s not in unseen]
                found.append(HiddenText(page.number, "".join(s.text for s in unseen), "not visible", "warn"))
    return tuple(found)
