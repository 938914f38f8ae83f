"""Where in the text footnotes, captions and table rows are read: after the paragraph that first refers to them."""

import re
from bisect import bisect_right

from summarizer.pdf.floats import Float
from summarizer.pdf.footnotes import Footnote, anchor
from summarizer.pdf.layout import Layout
from summarizer.pdf.pages import Line
from summarizer.pdf.passages import Attached, cut
from summarizer.pdf.sentences import Vocabulary

_MENTION = re.compile(
    r"\b(?P<word>fig|tab|alg|lis|sch|cha|box|exh)[a-z]*\.?\s*(?P<numbers>[A-Z]{0,2}\.?\d+(?:\.\d+)?|[IVXL]+\b)", re.I
)


def attach(
    flow: list[Line], notes: dict[int, list[Footnote]], floats: list[Float], layout: Layout, words: Vocabulary
) -> Attached:
    """Attach footnotes to the paragraphs that carry their marks, floats to where the author most likely put them."""
    attached = Attached()
    if not flow:
        return attached
    by_page: dict[int, list[Line]] = {}
    for line in flow:
        by_page.setdefault(line.page, []).append(line)
    pages = [line.page for line in flow]
    for number, own in notes.items():
        for note in own:
            line = anchor(note, iter(by_page.get(number, ()))) or _last_on(flow, pages, number)
            attached.after[id(line)].extend(cut(note.lines, layout, words, Attached()))
    mentions = _mentions(flow)
    for item in floats:
        word, _, name = item.label.lower().partition(" ")
        place, before = _place(item, by_page.get(item.page, []), mentions.get((word[:3], name), []))
        line = place or _last_on(flow, pages, item.page)
        (attached.before if before else attached.after)[id(line)].extend(item.pieces())
    return attached


def _place(item: Float, page: list[Line], mentions: list[Line]) -> tuple[Line | None, bool]:
    """A line, and True if the float comes before its paragraph, False if after.

    A float within a column is where its source is. One that a page begins with was moved there: it
    comes after a mention on the page before, else before a mention on its own page.
    """
    beside = [line for line in page if min(line.box[2], item.box[2]) - max(line.box[0], item.box[0]) > 0]
    above = [line for line in beside if line.box[3] <= item.box[1] + 5]
    if above and any(line.box[1] >= item.box[3] - 5 for line in beside):
        return max(above, key=lambda line: line.box[3]), False
    for line in mentions:
        if line.page == item.page - 1:
            return line, False
        if line.page == item.page:
            return line, True
    return None, False


def _last_on(flow: list[Line], pages: list[int], page: int) -> Line:
    return flow[max(0, bisect_right(pages, page) - 1)]


def _mentions(flow: list[Line]) -> dict[tuple[str, str], list[Line]]:
    """Lines by the floats they name: ("fig", "2")."""
    found: dict[tuple[str, str], list[Line]] = {}
    for index, line in enumerate(flow):
        following = flow[index + 1].text[:12] if index + 1 < len(flow) else ""
        for match in _MENTION.finditer(f"{line.text} {following}"):
            if match.start() < len(line.text):
                found.setdefault((match["word"].lower(), match["numbers"].lower()), []).append(line)
    return found
