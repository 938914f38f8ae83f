"""The first page: the title, and the abstract where no heading announces it."""

import re
from collections.abc import Sequence

from summarizer.pdf.headings.candidates import KNOWN, REFERENCES, plain
from summarizer.pdf.headings.headings import Heading
from summarizer.pdf.page.layout import Layout
from summarizer.pdf.page.lines import is_upper
from summarizer.pdf.page.pages import Line, Page

_RUN_IN_ABSTRACT = re.compile(r"(abstract|summary)\s*[-–—.:]+\s*(?=\S)", re.I)

_LONG = 50  # letters; no name of a reference list has so many, spaced out and numbered as it may be


def find_title(page: Page, layout: Layout) -> tuple[str, set[int]]:
    """The title and the ids (`id()`) of its lines; ("", empty) if the first page has none."""
    upper = [line for line in page.lines if line.box[1] < 0.5 * page.height and len(line.text) >= 2]
    letters = [line for line in upper if sum(map(str.isalpha, line.text)) >= 4]
    if not letters:
        return "", set()
    top = [line for line in letters if line.box[1] < 0.33 * page.height]
    if any(line.size >= layout.size + 1 for line in top):
        letters = top
    largest = max(line.size for line in letters)
    if largest >= layout.size + 1:
        chosen = [line for line in letters if line.size >= largest - 0.6]
    else:
        chosen = [line for line in top if line.bold and plain(line.text).strip("1i") not in KNOWN][:1]
    if not chosen:
        return "", set()
    lines = [chosen[0]]
    for line in letters[letters.index(chosen[0]) + 1 :]:
        near = line.box[1] - lines[-1].box[3] < 1.2 * lines[-1].height
        like = any(abs(line.size - span.size) <= 0.6 for span in lines[0].spans) and is_upper(line.text)
        if not near or not (like or abs(line.size - lines[0].size) <= 0.6) or line.bold != lines[0].bold:
            break
        lines.append(line)
    text = re.sub(r"(?<=[^\W\d_]{2})- (?=[^\W\d_])", "-", " ".join(line.text for line in lines))
    return text.strip(" ∗*†‡"), {id(line) for line in lines}


def find_other_paper(pages: Sequence[Page], layout: Layout) -> tuple[int, str] | None:
    """Page and title of a second paper in the file: a title, an abstract, and a reference list before them."""
    listed = False
    for page in pages:
        if listed:
            title, lines = find_title(page, layout)
            if title and _is_front(page, lines, layout):
                return page.number, title
        else:
            listed = any(_begins_references(line.text) for line in page.lines)
    return None


def _begins_references(text: str) -> bool:
    return len(text) < _LONG and plain(text).lstrip("0123456789") in REFERENCES


def _is_front(page: Page, title: set[int], layout: Layout) -> bool:
    """Is the title large and on top, and an abstract announced below it?"""
    top = [line for line in page.lines if id(line) in title]
    large = all(line.size >= layout.size + 2 for line in top) and top[0].box[1] < 0.25 * page.height
    below = (line for line in page.lines if line.box[1] > top[-1].box[1])
    return large and any(plain(line.text) == "abstract" or _RUN_IN_ABSTRACT.match(line.text) for line in below)


def find_abstract(flow: list[Line], headings: list[Heading], layout: Layout) -> list[Heading]:
    """Add a heading `Abstract` where the paper has an abstract without one."""
    if any(plain(h.title) in ("abstract", "summary") for h in headings[:3]):
        return headings
    end = headings[0].first if headings else len(flow)
    for index, line in enumerate(flow[:end]):
        if match := _RUN_IN_ABSTRACT.match(line.text):
            return [Heading(index, index + 1, "Abstract", "", 1, line.text[match.end() :]), *headings]
    start = _abstract_start(flow[:end], layout)
    return headings if start is None else [Heading(start, start, "Abstract", "", 1), *headings]


def _abstract_start(front: list[Line], layout: Layout) -> int | None:
    """Where the longest block of running text before the first heading begins."""
    best: tuple[int, int] | None = None
    start = 0
    while start < len(front):
        end = start
        while end + 1 < len(front) and _runs_on(front[end], front[end + 1], layout):
            end += 1
        words = sum(len(line.text.split()) for line in front[start : end + 1])
        if front[start].page <= 2 and words >= 40 and (best is None or words > best[1]):
            best = start, words
        start = end + 1
    return best[0] if best else None


def _runs_on(line: Line, following: Line, layout: Layout) -> bool:
    return (
        line.page == following.page and abs(line.size - following.size) <= 0.6
        and 0 < following.box[3] - line.box[3] < 1.6 * layout.pitch
    )  # fmt: skip
