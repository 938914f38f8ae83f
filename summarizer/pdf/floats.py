"""Figures, tables and algorithms: from a caption to the region that it names.

The region is sought between the caption and the nearest running text, in the caption's column, where
there are shapes, images, or lines that are not prose: above for figures, on the ruled side for tables,
below for algorithms.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from summarizer.pdf.captions import Caption, find_captions
from summarizer.pdf.layout import Layout, prose_lines
from summarizer.pdf.pages import Line, Page, Shape, union
from summarizer.pdf.passages import Piece
from summarizer.pdf.sentences import Vocabulary
from summarizer.pdf.tables import read_rows, row_texts
from summarizer.types import Box

_NUMBERED = re.compile(r"(\d{1,2}|[A-Z])(\.\d{1,2})*\.?(\s|$)")
_FIGURE_GAP = 36.0  # points of white space within a figure at most
_TABLE_GAP = 22.0
_TOUCH = 14.0  # a label this near to a drawing belongs to it


@dataclass(slots=True)
class Float:
    """A figure or table: `lines` are those in its region, taken out of the text."""

    label: str
    caption: str
    page: int
    box: Box
    is_table: bool
    caption_lines: list[Line]
    lines: list[Line] = field(default_factory=list)
    rows: tuple[tuple[str, ...], ...] = ()
    row_boxes: list[Box] = field(default_factory=list)
    found: bool = True  # False: no region was found, the box is the caption's
    order: int = 0

    def pieces(self) -> Iterator[Piece]:
        """The caption, then the rows."""
        yield Piece(self.page, union(line.box for line in self.caption_lines), self.caption, "caption")
        for text, box in zip(row_texts(self.label, self.rows), self.row_boxes, strict=False):
            if text:
                yield Piece(self.page, box, text, "row")


def find_floats(pages: list[Page], layout: Layout, words: Vocabulary, notes: dict[int, list[Line]]) -> list[Float]:
    """All floats, page by page. `notes` are the lines of the footnotes by page."""
    repeated = _repeated_shapes(pages)
    floats: list[Float] = []
    for page in pages:
        captions = find_captions(page, layout, words)
        if captions:
            scene = Scene(page, layout, captions, notes.get(page.number, []), repeated)
            floats += filter(None, (scene.float_of(caption) for caption in captions))
    return _once(floats)


def _once(floats: list[Float]) -> list[Float]:
    """Of several floats with one label keep those with a region; all if none or all have one."""
    regions = Counter(f.label for f in floats if f.found)
    kept = [f for f in floats if f.found or not regions[f.label]]
    for order, item in enumerate(kept):
        item.order = order
    return kept


def _repeated_shapes(pages: list[Page]) -> set[tuple[int, ...]]:
    """Boxes of shapes at one place on three pages or more: rules under running heads, logos."""
    count: Counter[tuple[int, ...]] = Counter()
    for page in pages:
        count.update({tuple(round(v / 2) for v in shape.box) for shape in page.shapes})
    return {box for box, n in count.items() if n >= 3 and n >= 0.2 * len(pages)}


class Scene:
    """What stands where on one page."""

    def __init__(
        self, page: Page, layout: Layout, captions: list[Caption], notes: list[Line], repeated: set[tuple[int, ...]]
    ) -> None:
        self.page, self.layout, self.captions = page, layout, captions
        self.shapes = [s.box for s in page.shapes if _counts(s, page, repeated)]
        self.frames = [
            s.box for s in page.shapes
            if s.rectangle and s.box[3] - s.box[1] > 3 * layout.pitch and s.box[2] - s.box[0] > 100 and _counts(s, page, repeated)
        ]  # fmt: skip
        own = {id(line) for caption in captions for line in caption.lines}
        prose = prose_lines(page, layout)
        self.loose = [line for line in page.lines if id(line) not in own and id(line) not in prose]
        self.walls = [line for line in page.lines if id(line) in prose and id(line) not in own]
        heads = [line for line in self.loose if self._is_head(line)]
        self.walls += heads + notes
        fixed = set(map(id, heads))
        self.loose = [line for line in self.loose if id(line) not in fixed]
        self.claimed: list[Box] = []

    def float_of(self, caption: Caption) -> Float | None:
        """The caption's float; None if it turns out to be no caption."""
        band = self._band(caption)
        directions = self._directions(caption, band)
        region: Box | None = None
        for up in directions:
            region = self._region(caption, band, up)
            if region is not None:
                break
        if region is None:
            if not caption.sure:
                return None
            return Float(caption.label, caption.text, self.page.number, caption.box, caption.is_table, caption.lines, found=False)
        self.claimed.append(region)
        lines = [line for line in self.page.lines if _centre_in(line.box, region) and self._is_part(line, caption, region)]
        result = Float(caption.label, caption.text, self.page.number, region, caption.is_table, caption.lines, lines)
        if caption.is_table:
            rules = [s for s in self.shapes if s[3] - s[1] < 3 and _centre_in(s, region)]
            result.rows, result.row_boxes = read_rows(lines, rules)
        return result

    def _is_part(self, line: Line, caption: Caption, region: Box) -> bool:
        if any(line is part for other in self.captions for part in other.lines):
            return False
        if any(line is wall for wall in self.walls):
            return any(_centre_in(line.box, frame) and _inside(frame, region) for frame in self.frames)
        return True

    # --- where to look ---

    def _band(self, caption: Caption) -> tuple[float, float]:
        """The horizontal range that belongs to the caption."""
        columns = self.layout.columns
        x0, y0, x1, y1 = caption.box
        left = min((c[0] for c in columns), default=0.0)
        right = max((c[1] for c in columns), default=self.page.width)
        if self.layout.two_column:
            holding = [c for c in columns if c[0] - 6 <= x0 and x1 <= c[1] + 6 and c[1] - c[0] < 0.55 * self.page.width]
            if holding:
                narrow = min(holding, key=lambda c: c[1] - c[0])
                left, right = narrow
        left, right = min(left, x0) - 10, max(right, x1) + 10
        beside = [other.box for other in self.captions if other is not caption]
        beside += [line.box for line in self.walls]
        for other in beside:
            if min(other[3], y1) - max(other[1], y0) > 2:
                if other[2] <= x0 + 2:
                    left = max(left, (other[2] + x0) / 2 if other in [c.box for c in self.captions] else other[2] + 1)
                elif other[0] >= x1 - 2:
                    right = min(right, (other[0] + x1) / 2 if other in [c.box for c in self.captions] else other[0] - 1)
        return left, right

    def _directions(self, caption: Caption, band: tuple[float, float]) -> tuple[bool, ...]:
        """Up first (True) or down first."""
        if caption.label.startswith(("Algorithm", "Listing")):
            return (False, True)
        if not caption.is_table:
            return (True, False)
        above, below = self._nearest(caption, band, True), self._nearest(caption, band, False)
        return (True, False) if above < below else (False, True)

    def _nearest(self, caption: Caption, band: tuple[float, float], up: bool) -> float:
        """Distance to the nearest shape on one side; lines count a little further."""
        limit = self._limit(caption, band, up)
        best = 1e6
        for box, extra in [*((s, 0.0) for s in self.shapes), *((line.box, 8.0) for line in self.loose)]:
            if not _in_band(box, band) or any(_centre_in(box, claimed) for claimed in self.claimed):
                continue
            distance = caption.box[1] - box[3] if up else box[1] - caption.box[3]
            inside = box[1] >= limit - 2 if up else box[3] <= limit + 2
            if inside and distance > -3:
                best = min(best, distance + extra)
        return best

    def _limit(self, caption: Caption, band: tuple[float, float], up: bool) -> float:
        """How far the region may reach: to the next wall or caption."""
        walls = [line.box for line in self.walls if not self._framed(line.box, caption, band, up)]
        walls += [other.box for other in self.captions if other is not caption]
        walls = [box for box in walls if min(box[2], band[1]) - max(box[0], band[0]) > 12]
        if up:
            return max((box[3] for box in walls if box[3] <= caption.box[1] + 3), default=0.0)
        return min((box[1] for box in walls if box[1] >= caption.box[3] - 3), default=self.page.height)

    def _framed(self, box: Box, caption: Caption, band: tuple[float, float], up: bool) -> bool:
        """Is the line inside a frame that adjoins the caption?"""
        for frame in self.frames:
            distance = caption.box[1] - frame[3] if up else frame[1] - caption.box[3]
            if -4 < distance < 40 and _in_band(frame, band) and _centre_in(box, frame):
                return True
        return False

    # --- what is there ---

    def _region(self, caption: Caption, band: tuple[float, float], up: bool) -> Box | None:
        limit = self._limit(caption, band, up)
        low, high = (limit, caption.box[1] + 3) if up else (caption.box[3] - 3, limit)
        free = lambda box: not any(_centre_in(box, claimed) for claimed in self.claimed)  # noqa: E731
        shapes = [_clip(s, band, low, high) for s in self.shapes if _in_band(s, band) and low - 2 <= _middle(s) <= high and free(s)]
        shapes = [s for s in shapes if s[3] - s[1] >= 0 and s[2] >= s[0]]
        lines = [line for line in (*self.loose, *self._framed_lines(caption, band, up), *self.page.rotated)
                 if _in_band(line.box, band) and low <= _middle(line.box) <= high and free(line.box)]  # fmt: skip
        gap = _TABLE_GAP if caption.is_table else _FIGURE_GAP
        start = caption.box[1] if up else caption.box[3]
        core = _grow(start, shapes, [line.box for line in lines], gap, up)
        if core is None:
            texts = [line.box for line in lines if line.math_share < 0.4 or caption.is_table]
            core = _grow(start, texts, [], 1.5 * self.layout.pitch, up)
            if core is None or core[3] - core[1] < 5 or core[2] - core[0] < 5:
                return None
            return core
        return self._with_labels(core, lines, caption, up)

    def _framed_lines(self, caption: Caption, band: tuple[float, float], up: bool) -> list[Line]:
        return [line for line in self.walls if self._framed(line.box, caption, band, up)]

    def _with_labels(self, core: Box, lines: list[Line], caption: Caption, up: bool) -> Box:
        """Extend a drawing by the text at its edges and between it and its caption."""
        for _ in range(3):
            parts = [core]
            for line in lines:
                box = line.box
                x_near = box[0] < core[2] + _TOUCH and box[2] > core[0] - _TOUCH
                between = (core[3] - 2 <= _middle(box) <= caption.box[1]) if up else (caption.box[3] <= _middle(box) <= core[1] + 2)
                gap = max(box[1] - core[3], core[1] - box[3])
                beside = core[1] <= _middle(box) <= core[3] and (gap < 0)
                label = gap <= _TOUCH and x_near and (not self.layout.is_body_type(line) or gap < 5) and line.math_share < 0.5
                if between or (beside and x_near) or label:
                    parts.append(box)
            grown = union(parts)
            if grown == core:
                break
            core = grown
        return core

    def _is_head(self, line: Line) -> bool:
        column = self.layout.column_of(line)
        if column is None or abs(line.box[0] - column[0]) > 3:
            return False
        large = line.size >= self.layout.size + 0.8 or (line.bold and _NUMBERED.match(line.text) is not None and line.size >= self.layout.size - 0.1)
        return large and not any(_centre_in(line.box, s) for s in self.shapes)


def _counts(shape: Shape, page: Page, repeated: set[tuple[int, ...]]) -> bool:
    x0, y0, x1, y1 = shape.box
    if (x1 - x0) * (y1 - y0) > 0.8 * page.width * page.height:
        return False
    if max(x1 - x0, y1 - y0) < 3 or x1 < 0 or y1 < 0 or x0 > page.width or y0 > page.height:
        return False
    return tuple(round(v / 2) for v in shape.box) not in repeated


def _grow(start: float, boxes: list[Box], bridges: list[Box], gap: float, up: bool) -> Box | None:
    """Union of the boxes that follow each other from `start` on with no gap larger than `gap`.

    `bridges` close gaps but do not end the region.
    """
    todo = sorted([(b, True) for b in boxes] + [(b, False) for b in bridges], key=lambda item: -item[0][3] if up else item[0][1])
    reach = start
    inside: list[Box] = []
    for box, counts in todo:
        distance = reach - box[3] if up else box[1] - reach
        if distance > gap:
            break
        reach = min(reach, box[1]) if up else max(reach, box[3])
        if counts:
            inside.append(box)
    if not inside:
        return None
    region = union(inside)
    return region if max(region[2] - region[0], region[3] - region[1]) >= 5 else None


def _clip(box: Box, band: tuple[float, float], low: float, high: float) -> Box:
    return max(box[0], band[0] - 40), max(box[1], low), min(box[2], band[1] + 40), min(box[3], high)


def _in_band(box: Box, band: tuple[float, float]) -> bool:
    return band[0] <= (box[0] + box[2]) / 2 <= band[1]


def _middle(box: Box) -> float:
    return (box[1] + box[3]) / 2


def _centre_in(box: Box, region: Box) -> bool:
    return region[0] - 1 <= (box[0] + box[2]) / 2 <= region[2] + 1 and region[1] - 1 <= _middle(box) <= region[3] + 1


def _inside(box: Box, region: Box) -> bool:
    return box[0] >= region[0] - 3 and box[1] >= region[1] - 3 and box[2] <= region[2] + 3 and box[3] <= region[3] + 3
