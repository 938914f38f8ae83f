"""Where in the text footnotes, captions and table rows are read: beside the paragraph that refers to them."""

import re
from bisect import bisect_right
from itertools import zip_longest

from summarizer.pdf.floats.floats import Float
from summarizer.pdf.page.glyphs import Glyphs
from summarizer.pdf.page.layout import Layout
from summarizer.pdf.page.pages import Line
from summarizer.pdf.text.footnotes import Footnote, anchor
from summarizer.pdf.text.passages import Attached, cut
from summarizer.pdf.text.sentences import PaperWords

_MENTION = re.compile(
    r"\b(?P<word>fig|tab|alg|lis|sch|cha|box|exh)[a-z]*\.?\s*(?P<numbers>[a-z]{0,2}\.?\d+(?:\.\d+)?|[ivxl]+\b)"
)


def attach(
    flow: list[Line],
    notes: dict[int, list[Footnote]],
    floats: list[Float],
    layout: Layout,
    words: PaperWords,
    glyphs: Glyphs,
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
            attached.after[id(line)].append((-1, list(cut(note.lines, layout, words, Attached(), glyphs))))
    mentions = _mentions(flow, {item.label[:3].lower() for item in floats})
    for item in floats:
        word, _, name = item.label.lower().partition(" ")
        place, before = _place(item, by_page.get(item.page, []), mentions.get((word[:3], name), []))
        line = place or _last_on(flow, pages, item.page)
        (attached.before if before else attached.after)[id(line)].append((item.order, list(item.pieces())))
    return attached


def _place(item: Float, page: list[Line], mentions: list[Line]) -> tuple[Line | None, bool]:
    """A line, and True if the float comes before its paragraph, False if after.

    A float with text above it in its column stands where its source does. One at the top was moved there by the
    typesetter, which never moves it to a page before its source: it comes before the first paragraph of its own page
    that names it, else after the first on one of the two pages before.
    """
    above = [line for line in page if line.box[3] <= item.box[1] + 5 and _beside(line, item)]
    if above:
        return max(above, key=lambda line: line.box[3]), False
    for number in (item.page, item.page - 1, item.page - 2):
        if line := next((line for line in mentions if line.page == number), None):
            return line, number == item.page
    return None, False


def _beside(line: Line, item: Float) -> bool:
    return min(line.box[2], item.box[2]) > max(line.box[0], item.box[0])


def _last_on(flow: list[Line], pages: list[int], page: int) -> Line:
    return flow[max(0, bisect_right(pages, page) - 1)]


def _mentions(flow: list[Line], words: set[str]) -> dict[tuple[str, str], list[Line]]:
    """Lines by the floats they name: ("fig", "2"). `words` are the first letters of the labels there are."""
    found: dict[tuple[str, str], list[Line]] = {}
    for line, following in zip_longest(flow, flow[1:]):
        text = line.text.lower()
        if any(word in text for word in words):  # costs less than the pattern
            for match in _MENTION.finditer(f"{text} {following.text[:12].lower() if following else ''}"):
                if match.start() < len(text):
                    found.setdefault((match["word"], match["numbers"]), []).append(line)
    return found
