"""What is usual in this document: the body's type, its line pitch, its columns; and which lines are running prose."""

import itertools
import string
from collections import Counter
from dataclasses import dataclass
from statistics import median

from summarizer.pdf.page.lines import count_ascii
from summarizer.pdf.page.pages import Line, Page
from summarizer.types import Box

_LETTERS = string.ascii_letters.encode()
_TOLERANCE = 3.0  # points by which lines of a justified column may differ
_CROWD = 8  # shapes and labels that make a drawing
_SENTENCE = 8  # words that no label has: an abstract in small print may be painted over by a reader's marks


@dataclass(frozen=True, slots=True)
class Layout:
    """`columns` are (x0, x1) in points; `pitch` is the usual distance of baselines in the body."""

    size: float
    fonts: frozenset[str]
    pitch: float
    columns: tuple[tuple[float, float], ...]
    two_column: bool

    def column_of(self, line: Line) -> tuple[float, float] | None:
        """The narrowest text column that the line starts in and stays in."""
        x0, _, x1, _ = line.box
        fitting = [c for c in self.columns if c[0] - _TOLERANCE <= x0 < c[0] + 0.25 * (c[1] - c[0]) and x1 <= c[1] + 12]
        return min(fitting, key=lambda c: c[1] - c[0]) if fitting else None

    def is_body_type(self, line: Line) -> bool:
        return abs(line.size - self.size) <= 0.6 and line.font in self.fonts


def survey(pages: list[Page]) -> Layout:
    """Take the statistics of a whole document; it must have a line at least."""
    fonts: Counter[tuple[float, str]] = Counter()
    for page in pages:
        for line in page.lines:
            fonts[line.size, line.font] += len(line.text)
    sizes: Counter[float] = Counter()
    for (s, _), count in fonts.items():
        sizes[s] += count
    size = max(sizes, key=lambda s: sizes[s] + 0.5 * (sizes[s - 0.5] + sizes[s + 0.5]))
    near: Counter[str] = Counter()
    for (s, name), count in fonts.items():
        if abs(s - size) <= 0.6:
            near[name] += count
    common = frozenset(name for name, count in near.items() if count >= 0.15 * max(near.values()))
    body = [line for page in pages for line in page.lines if abs(line.size - size) <= 0.6 and line.font in common]
    columns = _columns(body, max(page.width for page in pages))
    width = max(page.width for page in pages)
    two = sum(x1 - x0 < 0.48 * width for x0, x1 in columns[:2]) >= 1
    return Layout(size, common, _pitch(body, size), columns, two)


def _pitch(body: list[Line], size: float) -> float:
    steps = [b.box[3] - a.box[3] for a, b in itertools.pairwise(body) if a.page == b.page and a.block == b.block]
    usual = [step for step in steps if 0.8 * size < step < 2.5 * size]
    return median(usual) if usual else 1.2 * size


def _columns(body: list[Line], page_width: float) -> tuple[tuple[float, float], ...]:
    """Frequent (left, right) edges of wide lines, most frequent first."""
    wide = [line.box for line in body if line.box[2] - line.box[0] > 0.25 * page_width]
    found = Counter((round(box[0] / 2), round(box[2] / 2)) for box in wide)
    pooled = {(x, y): sum(found[x + i, y + j] for i in (-1, 0, 1) for j in (-1, 0, 1)) for x, y in found}
    columns: list[tuple[float, float]] = []
    most = max(pooled.values(), default=0)
    for (x, y), count in sorted(pooled.items(), key=lambda item: -item[1]):
        if count < max(4, 0.1 * most):
            break
        if not any(abs(2 * x - x0) <= 2 * _TOLERANCE and abs(2 * y - x1) <= 2 * _TOLERANCE for x0, x1 in columns):
            columns.append((2.0 * x, 2.0 * y))
    if not columns and wide:
        columns.append((min(box[0] for box in wide), max(box[2] for box in wide)))
    return tuple(columns)


def prose_lines(page: Page, layout: Layout) -> set[int]:
    """Ids (`id()`) of the lines that are running text of the body, as against parts of figures and tables."""
    prose: set[int] = set()
    block: list[Line] = []
    for line in [*page.lines, None]:
        if line is not None and block and line.block == block[0].block:
            block.append(line)
            continue
        if block and _is_prose(block, layout):
            prose.update(map(id, block))
        block = [line] if line is not None else []
    previous: Line | None = None
    for line in page.lines:  # the last line of a paragraph may be a block of its own
        if (
            previous is not None and id(previous) in prose and id(line) not in prose and layout.is_body_type(line)
            and 0 < line.box[3] - previous.box[3] < 1.4 * layout.pitch and layout.column_of(line) is not None
            and abs(line.box[0] - previous.box[0]) < 2 * layout.size and line.text[:1].islower()
        ):  # fmt: skip
            prose.add(id(line))
        previous = line
    return prose


def stray_labels(page: Page, layout: Layout) -> list[Line]:
    """Labels of drawings: many lines in type that is not the body's, each with shapes all around it.

    A number in a row of the body's type is a table's, in bold perhaps, on coloured ground.
    """
    small = [o for o in page.lines if o.font not in layout.fonts and o.size <= layout.size and not o.mono]
    if len(small) < _CROWD:
        return []
    crowd = Counter(_spot(shape.box) for shape in page.shapes if shape.box[3] - shape.box[1] >= 2)
    if crowd.total() < _CROWD:
        return []
    prose = prose_lines(page, layout)
    running = {line.block for line in page.lines if len(line.text.split()) >= _SENTENCE}
    found = []
    for line in small:
        if id(line) not in prose and line.block not in running:
            x, y = _spot(line.box)
            if sum(crowd[i, j] for i in (x - 1, x, x + 1) for j in (y - 1, y, y + 1)) >= _CROWD:
                found.append(line)
    body = [line for line in page.lines if line.font in layout.fonts]
    found = [line for line in found if not any(_is_number_beside(line, other) for other in body)]
    return found if len(found) >= _CROWD else []


def _is_number_beside(line: Line, other: Line) -> bool:
    level = abs(line.box[3] - other.box[3]) < 0.3 * line.height
    return level and any(map(str.isdigit, line.text)) and any(map(str.isdigit, other.text))


def _spot(box: Box) -> tuple[int, int]:
    """The cell of a grid of 40 by 20 points that the box has its centre in."""
    return int((box[0] + box[2]) / 80), int((box[1] + box[3]) / 40)


def _is_prose(block: list[Line], layout: Layout) -> bool:
    return _runs(block, layout) and _is_of_letters("".join(line.text for line in block))


def _is_of_letters(text: str) -> bool:
    """Rows of numbers are not."""
    enough = 0.6 * (len(text) - text.count(" "))
    return count_ascii(text, _LETTERS) >= enough or sum(map(str.isalpha, text)) >= enough


def _runs(block: list[Line], layout: Layout) -> bool:
    """Do the lines fill a column, or the width that they have to themselves?"""
    reach = []
    for line in block:
        if not layout.is_body_type(line):
            continue
        column = layout.column_of(line)
        if column is not None:
            reach.append((line.box[2] - column[0]) / (column[1] - column[0]))
    if not reach or len(reach) < 0.5 * len(block):
        return _is_wide_paragraph(block, layout)
    full = sum(r > 0.96 for r in reach)
    words = sum(len(line.text.split()) for line in block)
    if len(reach) == 1:
        return full == 1 and words >= 6 and len(block) == 1
    justified = full >= 0.4 * len(reach) or (len(reach) >= 3 and sum(reach) / len(reach) > 0.6)
    return words >= 8 and (justified or _beside_a_float(block, layout))


def _is_wide_paragraph(block: list[Line], layout: Layout) -> bool:
    """Lines in the body's font from one edge to the other, much wider than a column: where the page is set in one."""
    *lines, last = block
    if len(lines) < 2 or not all(line.font in layout.fonts and len(line.text.split()) >= _SENTENCE for line in lines):
        return False
    left, right = min(line.box[0] for line in block), max(line.box[2] for line in block)
    edges = sum(abs(line.box[2] - right) < _TOLERANCE for line in lines)
    widest = max((column[1] - column[0] for column in layout.columns), default=right - left)
    return right - left > 1.5 * widest and edges == len(lines) and abs(last.box[0] - left) < _TOLERANCE


def _beside_a_float(block: list[Line], layout: Layout) -> bool:
    """Text set around a figure: full lines of another width, that begin at a column's edge."""
    if len(block) < 3:
        return False
    ends = Counter(round(line.box[2] / 2) for line in block)
    common, _ = ends.most_common(1)[0]
    alike = sum(ends[common + i] for i in (-1, 0, 1))
    words = sum(len(line.text.split()) for line in block)
    at_edge = sum(any(abs(line.box[0] - c[0]) <= _TOLERANCE for c in layout.columns) for line in block)
    return alike >= 0.6 * (len(block) - 1) and alike >= 2 and at_edge >= 0.6 * len(block) and words >= 3 * len(block)
