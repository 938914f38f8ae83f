"""Running heads and feet, page numbers, line numbers and stamps: found by repetition, and removed.

A line is furniture for where it stands and that it comes again, never for what it says alone: a
running head may well be a section's title.
"""

import itertools
import re
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Iterator, Sequence

from summarizer.pdf.page.pages import Line, Page
from summarizer.types import Box

_STAMP = re.compile(r"\W*arXiv:\s*(\d{4}\.\d{4,5}|[a-z-]+(\.[A-Z]{2})?/\d{7})(v\d+)?\b.{0,60}$")
_NUMBER_ONLY = re.compile(r"\W*(?:page\s*)?(\d{1,4}|[ivxl]{1,6})(?:\s*(?:of|/)\s*\d{1,4})?\W*", re.I)
_LEADER = re.compile(r"(?:\.\s?){4}\s{0,20}\d{0,9}$")
_FLOAT = re.compile(r"(fig(ure|\.)|tab(le|\.)|algorithm)\s*[\dIVX]", re.I)
_EDGE_ROWS = 3  # how many rows from the top or bottom of a page may be furniture
_MAX_PIECES = 5  # a running head has a left, a middle and a right part; what stands in more is a row of a table
_NOTICE = 50  # letters of a line that is a licence's notice, not a title, if it comes again
_BAND = 4.0  # points: lines at the "same" height


def remove_furniture(pages: list[Page]) -> None:
    """Take furniture out of the pages, in place, and note where the running head ends and the foot begins."""
    _drop_repeated_shapes(pages)
    doomed = {id(line) for page in pages for line in page.lines if _STAMP.match(line.text)}
    edges = [edge for page in pages for edge in _edges(page)]
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


def _drop_repeated_shapes(pages: list[Page]) -> None:
    """Shapes at one place, to two points, on three pages or more: rules under running heads, logos."""
    if len(pages) < 3:
        return
    corners = [[(round(shape.box[0] / 2), round(shape.box[1] / 2)) for shape in page.shapes] for page in pages]
    often = _often(corners, len(pages))
    if not often:  # figures have thousands of shapes: two numbers of each are enough for nearly all
        return
    places = [
        [_place(corner, shape.box) if corner in often else None for corner, shape in zip(own, page.shapes, strict=True)]
        for own, page in zip(corners, pages, strict=True)
    ]
    dropped = _often(places, len(pages)) - {None}
    if dropped:
        for page, whole in zip(pages, places, strict=True):
            page.shapes = [shape for shape, place in zip(page.shapes, whole, strict=True) if place not in dropped]


def _often(places: Sequence[Sequence[Hashable]], pages: int) -> set[Hashable]:
    """What is on three pages or more, and on a fifth of them."""
    count = Counter(place for own in places for place in set(own))
    return {place for place, n in count.items() if n >= 3 and n >= 0.2 * pages}


def _place(corner: tuple[int, int], box: Box) -> tuple[int, int, int, int]:
    return *corner, round(box[2] / 2), round(box[3] / 2)


Edge = tuple[Page, Line, bool]  # True: at the top


def _edges(page: Page) -> Iterator[Edge]:
    """Lines at the page's edges that are not in a table: its heads come again as running heads do."""
    rules = [s.box for s in page.shapes if s.box[3] - s.box[1] < 3 and s.box[2] - s.box[0] > 60]
    outer = list(_edge_lines(page))
    for top, line in outer:
        _, y0, _, y1 = line.box
        row = [other.box for _, other in outer if min(y1, other.box[3]) - max(y0, other.box[1]) > 2]
        if len(row) > _MAX_PIECES or _between(rules, (line.box[0] + line.box[2]) / 2, (y0 + y1) / 2):
            continue
        if not (top and len(row) > 1 and _are_heads(row, page.lines, rules)):
            yield page, line, top


def _are_heads(row: list[Box], lines: list[Line], rules: list[Box]) -> bool:
    """Are the pieces the heads of a table: a rule is right below, and right below this a row that begins as they do?"""
    bottom = max(box[3] for box in row)
    low = bottom + row[0][3] - row[0][1]
    ruled = any(bottom - _BAND < rule[1] < low and rule[0] < row[-1][0] < rule[2] for rule in rules)
    below = [line.box for line in lines if bottom - _BAND < line.box[1] < low] if ruled else []
    return sum(any(abs(box[0] - other[0]) < 1 for other in below) for box in row) > 1


def _between(rules: list[Box], x: float, y: float) -> bool:
    """Is the point between two rules of one width?"""
    across = [rule for rule in rules if rule[0] < x < rule[2]]
    below = [rule for rule in across if rule[1] > y]
    return any(
        abs(above[0] - other[0]) < 3 and abs(above[2] - other[2]) < 3
        for above in across if above[1] < y for other in below
    )  # fmt: skip


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
    """The same words, digits aside, at the same height on three pages or more.

    A long notice in the margin proper, as a library's licence, may stand higher or lower, and on two pages only.
    """
    spots: dict[tuple[str, bool], list[tuple[float, Page, Line]]] = defaultdict(list)
    for page, line, top in edges:
        if (key := _fold(line.text)) not in {"", "#"} and not _FLOAT.match(line.text):
            spots[key, top].append((_height(page, line, top), page, line))
    for (key, _), found in spots.items():
        for height, page, line in found:
            notice = len(key) >= _NOTICE and (line.box[1] > 0.92 * page.height or line.box[3] < 0.08 * page.height)
            pages = len({other.number for spot, other, _ in found if notice or abs(spot - height) <= _BAND})
            if pages >= (2 if notice else 3):
                yield line


def _page_numbers(edges: list[Edge]) -> Iterable[Line]:
    """Lone numbers that count with the pages, at one height; a number in the margin proper is taken at its word."""
    spots: dict[tuple[int | None, bool], list[tuple[float, Page, Line]]] = defaultdict(list)
    for page, line, top in edges:
        if match := _NUMBER_ONLY.fullmatch(line.text):
            offset = int(match[1]) - page.number if match[1].isdigit() else None
            spots[offset, top].append((_height(page, line, top), page, line))
    for (offset, top), found in spots.items():
        for height, page, line in found:
            pages = len({other.number for spot, other, _ in found if abs(spot - height) <= _BAND})
            outermost = line.box[3] > page.height * 0.9 or line.box[1] < page.height * 0.1
            if (
                (offset is not None and pages >= 3)
                or (outermost and (offset is None or pages >= 2))
                or (outermost and offset in (0, 1) and not top)
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
    """A column of small counting numbers along the page, as in papers under review; a table's numbers are fewer."""
    columns: dict[int, list[Line]] = defaultdict(list)
    for line in page.lines:
        if line.text.isdigit() and len(line.text) <= 4:
            columns[round(line.box[2] / 6)].append(line)
    found = []
    for column in columns.values():
        values = [int(line.text) for line in column]
        counting = sum(b - a == 1 for a, b in itertools.pairwise(values))
        long = abs(column[-1].box[3] - column[0].box[1]) > 0.5 * page.height
        if len(values) >= 15 and counting >= 0.8 * (len(values) - 1) and long:
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
