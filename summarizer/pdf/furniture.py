"""Running heads and feet, page numbers, line numbers and stamps: found by repetition, and removed.

A line is furniture for where it stands and that it comes again, never for what it says alone: a
running head may well be a section's title.
"""

import itertools
import re
from collections import Counter, defaultdict
from collections.abc import Iterable

from summarizer.pdf.pages import Line, Page, repeated_shapes, shape_key

_STAMP = re.compile(r"\W*arXiv:\s*(\d{4}\.\d{4,5}|[a-z-]+(\.[A-Z]{2})?/\d{7})(v\d+)?\b.{0,60}$")
_NUMBER_ONLY = re.compile(r"\W*(?:page\s*)?(\d{1,4}|[ivxl]{1,6})(?:\s*(?:of|/)\s*\d{1,4})?\W*", re.I)
_LEADER = re.compile(r"(\.\s?){4,}\s*\d*$")
_FLOAT = re.compile(r"(fig(ure|\.)|tab(le|\.)|algorithm)\s*[\dIVX]", re.I)
_EDGE_ROWS = 3  # how many rows from the top or bottom of a page may be furniture
_BAND = 4.0  # points: lines at the "same" height


def remove_furniture(pages: list[Page]) -> None:
    """Take furniture out of `Page.lines`, in place, and note where the running head ends and the foot begins."""
    doomed = {id(line) for page in pages for line in page.lines if _STAMP.match(line.text)}
    repeated = repeated_shapes(pages)
    tables = {id(line) for page in pages for line in _in_tables(page, repeated)}
    edges = [(page, line, top) for page in pages for top, line in _edge_lines(page) if id(line) not in tables]
    doomed.update(map(id, _repeated(edges)))
    doomed.update(map(id, _page_numbers(edges)))
    doomed.update(map(id, _bands(edges, doomed)))
    for page in pages:
        doomed.update(map(id, _line_numbers(page)))
        doomed.update(map(id, _contents(page)))
        for line in page.lines:
            if id(line) in doomed and line.box[3] < page.height / 6:
                page.top = max(page.top, line.box[3])
            elif id(line) in doomed and line.box[1] > page.height * 5 / 6:
                page.bottom = min(page.bottom, line.box[1])
        page.lines = [line for line in page.lines if id(line) not in doomed]


def _in_tables(page: Page, repeated: set[tuple[int, ...]]) -> Iterable[Line]:
    """Lines between two rules of one width that are on this page alone: a table's heads come again as heads do."""
    rules = [s.box for s in page.shapes if s.box[3] - s.box[1] < 3 and s.box[2] - s.box[0] > 60]
    rules = [box for box in rules if shape_key(box) not in repeated]
    pairs = [
        (above, below) for above in rules for below in rules
        if below[1] - above[1] > 8 and abs(above[0] - below[0]) < 3 and abs(above[2] - below[2]) < 3
    ]  # fmt: skip
    for line in page.lines:
        x, y = (line.box[0] + line.box[2]) / 2, (line.box[1] + line.box[3]) / 2
        if any(above[1] < y < below[1] and above[0] < x < above[2] for above, below in pairs):
            yield line


Edge = tuple[Page, Line, bool]  # True: at the top


def _edge_lines(page: Page) -> Iterable[tuple[bool, Line]]:
    """Lines of the outermost rows, if they are in the outer sixth of the page."""
    by_height = sorted(page.lines, key=lambda line: line.box[1])
    for top, lines in ((True, by_height), (False, by_height[::-1])):
        rows = 0
        last = -100.0
        for line in lines:
            edge = line.box[1] if top else line.box[3]
            if abs(edge - last) > _BAND:
                rows, last = rows + 1, edge
            if rows > _EDGE_ROWS or not (edge < page.height / 6 if top else edge > page.height * 5 / 6):
                break
            yield top, line


def _fold(text: str) -> str:
    return re.sub(r"\W+", "", re.sub(r"\d+", "#", text.lower()))


def _height(page: Page, line: Line, top: bool) -> float:
    return line.box[1] if top else page.height - line.box[3]


def _repeated(edges: list[Edge]) -> Iterable[Line]:
    """The same words, digits aside, at the same height on three pages or more."""
    spots: dict[tuple[str, bool], list[tuple[float, int, Line]]] = defaultdict(list)
    for page, line, top in edges:
        if len(line.text) <= 160 and (key := _fold(line.text)) not in {"", "#"} and not _FLOAT.match(line.text):
            spots[key, top].append((_height(page, line, top), page.number, line))
    for found in spots.values():
        for height, _, line in found:
            if len({number for other, number, _ in found if abs(other - height) <= _BAND}) >= 3:
                yield line


def _page_numbers(edges: list[Edge]) -> Iterable[Line]:
    """Lone numbers that count with the pages."""
    found = [(int(m[1]) - page.number if m[1].isdigit() else None, page, line, top)
             for page, line, top in edges if (m := _NUMBER_ONLY.fullmatch(line.text))]  # fmt: skip
    offsets = Counter(offset for offset, *_ in found)
    for offset, page, line, top in found:
        outermost = line.box[3] > page.height * 0.9 or line.box[1] < page.height * 0.1
        if (
            (offset is None and outermost)
            or offsets[offset] >= 3
            or (offset in (0, 1) and outermost and not top)
            or (offsets[offset] >= 2 and outermost)
        ):
            yield line


def _bands(edges: list[Edge], known: set[int]) -> Iterable[Line]:
    """Other lines in a row where furniture was found, set off from the text: heads that change with the section."""
    bands: dict[bool, list[tuple[float, int]]] = defaultdict(list)
    pages = len({page.number for page, *_ in edges})
    for page, line, top in edges:
        if id(line) in known:
            bands[top].append((_height(page, line, top), page.number))
    for page, line, top in edges:
        if id(line) in known or len(line.text) > 120:
            continue
        here = _height(page, line, top)
        same = {number for height, number in bands[top] if abs(height - here) <= _BAND / 2}
        if len(same) >= max(3, 0.3 * pages) and _set_off(page, line, top, known):
            yield line


def _set_off(page: Page, line: Line, top: bool, known: set[int]) -> bool:
    """Is there clear space between the line and the text?"""
    if top:
        below = [o.box[1] for o in page.lines if o.box[1] > line.box[3] - 2 and id(o) not in known]
        return not below or min(below) - line.box[3] > 0.6 * line.height
    above = [o.box[3] for o in page.lines if o.box[3] < line.box[1] + 2 and id(o) not in known]
    return not above or line.box[1] - max(above) > 0.6 * line.height


def _line_numbers(page: Page) -> list[Line]:
    """A column of small counting numbers in a margin, as in papers under review."""
    columns: dict[int, list[Line]] = defaultdict(list)
    for line in page.lines:
        if line.text.isdigit() and len(line.text) <= 4:
            columns[round(line.box[2] / 6)].append(line)
    found = []
    for column in columns.values():
        values = [int(line.text) for line in column]
        counting = sum(b - a == 1 for a, b in itertools.pairwise(values))
        if len(values) >= 15 and counting >= 0.8 * (len(values) - 1):
            found += column
    return found


def _contents(page: Page) -> list[Line]:
    """A table of contents: dot leaders to page numbers, and the entries without dots between them."""
    leaders = [line for line in page.lines if (". ." in line.text or "..." in line.text) and _LEADER.search(line.text)]
    if len(leaders) < 4:
        return []
    top, bottom = min(line.box[1] for line in leaders) - 60, max(line.box[3] for line in leaders) + 30
    entry = re.compile(
        r"((\d+|[A-Z])(\.\d+)*\.?\s.*|(table of )?contents|references|appendix.*|acknowledge?ments?|.*\s)\d*", re.I
    )
    return [
        line for line in page.lines
        if top <= line.box[1] <= bottom
        and (_LEADER.search(line.text) or (len(line.text) < 120 and entry.fullmatch(line.text)))
    ]  # fmt: skip
