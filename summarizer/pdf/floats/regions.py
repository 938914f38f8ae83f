"""Where on a page the drawing or the grid is that a caption names.

It is sought between the caption and the nearest running text, in the caption's column, where there
are shapes, images, or lines that are not prose: above for figures, on the ruled side for tables,
below for algorithms.
"""

import re

from summarizer.pdf.floats.captions import Caption
from summarizer.pdf.page.boxes import centre_in, clip, grow, in_band, inside, middle
from summarizer.pdf.page.layout import Layout, prose_lines
from summarizer.pdf.page.pages import Line, Page, Shape, union
from summarizer.types import Box

_WHITE = 0xFFFFFF
_NUMBERED = re.compile(r"(\d{1,2}|[A-Z])(\.\d{1,2})*\.?(\s.*[^\W\d]{2}|$)")
_FIGURE_GAP = 36.0  # points of white space within a figure at most
_TABLE_GAP = 22.0
_HABIT = 12.0  # points by which a table is thought further off on the side that the document does not set it on
_MARGIN = 4.0
_CLOSE = 5.0  # between rows of a table that no rule parts
_TOUCH = 14.0  # a label this near to a drawing belongs to it


class Scene:
    """What stands where on one page."""

    def __init__(self, page: Page, layout: Layout, captions: list[Caption], notes: list[Line]) -> None:
        self.page, self.layout, self.captions = page, layout, captions
        shapes = [s for s in page.shapes if _counts(s, page)]
        for caption in captions:
            shapes = [s for s in shapes if not _is_part_of_caption(s.box, caption)]
        self.shapes = [_below_head(s, page) for s in shapes]
        large = [s for s in shapes if s.box[3] - s.box[1] > 3 * layout.pitch and s.box[2] - s.box[0] > 100]
        self.frames = [s.box for s in large if s.rectangle or (not s.image and _encloses(s.box, page.lines))]
        own = {id(line) for caption in captions for line in caption.lines}
        prose = prose_lines(page, layout)
        self.loose = [line for line in page.lines if id(line) not in own and id(line) not in prose]
        self.walls = [line for line in page.lines if id(line) in prose and id(line) not in own]
        heads = [line for line in self.loose if self._is_head(line) or _is_title(line, layout)]
        self.walls += heads + notes
        fixed = set(map(id, heads))
        self.loose = [line for line in self.loose if id(line) not in fixed]
        self.claimed: list[Box] = []
        self.tables_first: bool | None = None  # stand tables above their captions in this document? None: unknown
        self._ruled_of: dict[tuple[str, bool], Box | None] = {}

    def region_of(self, caption: Caption) -> Box | None:
        """The box of what the caption names; None if nothing is found. Each region is given once."""
        band = self._band(caption)
        regions = (self._region(caption, band, up) for up in self._directions(caption, band))
        region = next(filter(None, regions), None) or self._beside(caption)
        if region is not None:
            self.claimed.append(region)
        return region

    def lines_of(self, region: Box) -> list[Line]:
        """The lines that are part of the region, not text that it happens to reach into."""
        return [line for line in self.page.lines if centre_in(line.box, region) and self._is_part(line, region)]

    def all_lines_of(self, region: Box) -> list[Line]:
        """The lines in the region, full lines of text too: an algorithm's steps look like prose."""
        captions = {id(line) for caption in self.captions for line in caption.lines}
        return [line for line in self.page.lines if centre_in(line.box, region) and id(line) not in captions]

    def rules_of(self, region: Box) -> list[Box]:
        return [s for s in self.shapes if s[3] - s[1] < 3 and centre_in(s, region)]

    def _is_part(self, line: Line, region: Box) -> bool:
        if any(line is part for other in self.captions for part in other.lines):
            return False
        if any(line is wall for wall in self.walls):
            return any(centre_in(line.box, frame) and inside(frame, region) for frame in self.frames)
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
        if caption.is_listing:
            return (False, True)
        if not caption.is_table:
            return (True, False)
        above, below = self._nearest(caption, band, True), self._nearest(caption, band, False)
        if self.tables_first is not None:
            above += 0.0 if self.tables_first else _HABIT
            below += _HABIT if self.tables_first else 0.0
        return (True, False) if above < below else (False, True)

    def vote(self, caption: Caption) -> int:
        """1 if there is a ruled table above the caption only, -1 if below only."""
        x0, y0, x1, y1 = caption.box
        rules = [s for s in self.shapes if s[3] - s[1] < 2.5 and s[2] - s[0] > 80 and min(s[2], x1) > max(s[0], x0)]
        return any(-3 < y0 - s[3] < 30 for s in rules) - any(-3 < s[1] - y1 < 30 for s in rules)

    def _nearest(self, caption: Caption, band: tuple[float, float], up: bool) -> float:
        """Distance to the nearest shape on one side; lines count a little further."""
        limit = self._limit(caption, band, up)
        best = 1e6
        for boxes, extra in ((self.shapes, 0.0), ([line.box for line in self.loose], 8.0)):
            for box in boxes:
                distance = caption.box[1] - box[3] if up else box[1] - caption.box[3]
                reached = box[1] >= limit - 2 if up else box[3] <= limit + 2
                if reached and -3 < distance < best - extra and in_band(box, band) and self._is_free(box):
                    best = distance + extra
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
        ruled = self._ruled(caption, band, up)
        for frame in [*self.frames, ruled] if ruled else self.frames:
            distance = caption.box[1] - frame[3] if up else frame[1] - caption.box[3]
            if -4 < distance < 40 and in_band(frame, band) and centre_in(box, frame):
                return True
        return False

    def _ruled(self, caption: Caption, band: tuple[float, float], up: bool) -> Box | None:
        """From the rule next to the caption to the last of its like, if what is between fills the space between."""
        if (caption.label, up) in self._ruled_of:
            return self._ruled_of[caption.label, up]
        side = -1 if up else 1
        rules = [s for s in self.shapes if s[3] - s[1] < 2.5 and s[2] - s[0] > 80 and in_band(s, band)]
        start = caption.box[1] if up else caption.box[3]
        rules = sorted((r for r in rules if (r[1] - start) * side > -3), key=lambda r: r[1] * side)
        chain = rules[:1] if rules and abs(rules[0][1] - start) < 24 else []
        for rule in rules[1:]:
            if chain and abs(rule[0] - chain[0][0]) < 3 and abs(rule[2] - chain[0][2]) < 3:
                if not self._fills(min(rule[1], chain[-1][1]), max(rule[1], chain[-1][1]), chain[0]):
                    break
                chain.append(rule)
        found = union(chain) if len(chain) >= 2 else None
        self._ruled_of[caption.label, up] = found
        return found

    def _fills(self, top: float, bottom: float, rule: Box) -> bool:
        """Do the lines between two rules come close to both, and is none of them a caption?"""
        between = [
            o for o in self.page.lines if top - 2 < middle(o.box) < bottom + 2 and in_band(o.box, (rule[0], rule[2]))
        ]
        if not between:
            return bottom - top < 60
        if any(line is part for line in between for other in self.captions for part in other.lines):
            return False
        return min(o.box[1] for o in between) - top < 8 and bottom - max(o.box[3] for o in between) < 8

    # --- what is there ---

    def _beside(self, caption: Caption) -> Box | None:
        """A drawing to the left or right of its caption."""
        x0, y0, x1, y1 = caption.box
        shapes = [
            s for s in self.shapes
            if (s[2] < x0 + 3 or s[0] > x1 - 3) and s[1] < y1 + 60 and s[3] > y0 - 60 and self._is_free(s)
        ]  # fmt: skip
        walls = [line.box for line in self.walls]
        shapes = [s for s in shapes if not any(centre_in(s, wall) for wall in walls)]
        if not shapes:
            return None
        region = union(shapes)
        tall = region[3] - region[1] > 30 and region[2] - region[0] > 30
        overlaps = min(region[3], y1) - max(region[1], y0) > 0.5 * (y1 - y0)
        clear = not any(centre_in(wall, region) for wall in walls)
        if not (tall and overlaps and clear):
            return None
        return self._with_labels(region, [*self.loose, *self.page.rotated], caption, up=True)

    def with_margin(self, region: Box, own: list[Line]) -> Box:
        """The region and a little around it, up to what does not belong to it."""
        x0, y0, x1, y1 = region
        ids = set(map(id, own))
        left, top, right, bottom = x0 - _MARGIN, y0 - _MARGIN, x1 + _MARGIN, y1 + _MARGIN
        for line in self.page.lines:
            a, b, c, d = line.box
            if id(line) in ids or c < left or a > right or d < top or b > bottom:
                continue
            if middle(line.box) < y0:
                top = max(top, min(d, y0))
            elif middle(line.box) > y1:
                bottom = min(bottom, max(b, y1))
            elif a > x1 - 3:
                right = min(right, max(a, x1))
            elif c < x0 + 3:
                left = max(left, min(c, x0))
        return left, max(top, min(self.page.top, y0)), right, min(bottom, max(self.page.bottom, y1))

    def _region(self, caption: Caption, band: tuple[float, float], up: bool) -> Box | None:
        limit = self._limit(caption, band, up)
        low, high = (limit, caption.box[1] + 3) if up else (caption.box[3] - 3, limit)
        shapes = [
            clip(s, band, limit if up else caption.box[3], caption.box[1] if up else limit) for s in self.shapes
            if low - 2 <= middle(s) <= high and in_band(s, band)
            and min(s[2], band[1]) - max(s[0], band[0]) >= 0.6 * (s[2] - s[0]) and self._is_free(s)
        ]  # fmt: skip
        shapes = [s for s in shapes if s[3] >= s[1] and s[2] >= s[0]]
        lines = [
            line for line in (*self.loose, *self._framed_lines(caption, band, up), *self.page.rotated)
            if low <= middle(line.box) <= high and in_band(line.box, band) and self._is_free(line.box)
        ]  # fmt: skip
        if caption.is_table and (last := _last_rule(shapes, caption, up)) is not None:
            end = _with_rows(last, lines, up)
            shapes = [s for s in shapes if (s[1] >= end - 1 if up else s[3] <= end + 1)]
            lines = [line for line in lines if (line.box[1] >= end - 1 if up else line.box[3] <= end + 1)]
        gap = _TABLE_GAP if caption.is_table else _FIGURE_GAP
        start = caption.box[1] if up else caption.box[3]
        boxes = [line.box for line in lines]
        typed = caption.is_table or caption.is_listing
        if typed and not any(s[2] - s[0] > 80 for s in shapes):
            shapes, boxes, gap = shapes + boxes, [], 1.5 * self.layout.pitch
        core = grow(start, shapes, boxes, gap, up)
        if core is None or core[3] - core[1] < self.layout.pitch:
            texts = [line.box for line in lines if line.math_share < 0.4 or caption.is_table]
            text = grow(start, [*texts, *shapes], [], 1.5 * self.layout.pitch, up)
            if text is None or text[3] - text[1] < 5 or text[2] - text[0] < 5:
                return None
            return text
        return self._with_labels(core, lines, caption, up)

    def _is_free(self, box: Box) -> bool:
        """Does no other float of the page have it?"""
        return not (self.claimed and any(centre_in(box, claimed) for claimed in self.claimed))

    def _framed_lines(self, caption: Caption, band: tuple[float, float], up: bool) -> list[Line]:
        return [line for line in self.walls if self._framed(line.box, caption, band, up)]

    def _with_labels(self, core: Box, lines: list[Line], caption: Caption, up: bool) -> Box:
        """Extend a drawing by the text at its edges and between it and its caption."""
        for _ in range(3):
            parts = [core]
            for line in lines:
                box = line.box
                x_near = box[0] < core[2] + _TOUCH and box[2] > core[0] - _TOUCH
                between = (
                    (core[3] - 2 <= middle(box) <= caption.box[1])
                    if up
                    else (caption.box[3] <= middle(box) <= core[1] + 2)
                )
                gap = max(box[1] - core[3], core[1] - box[3])
                beside = core[1] <= middle(box) <= core[3] and (gap < 0)
                label = (
                    gap <= _TOUCH
                    and x_near
                    and (not self.layout.is_body_type(line) or gap < 5)
                    and line.math_share < 0.5
                )
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
        large = line.size >= self.layout.size + 0.8 or (
            line.bold and _NUMBERED.match(line.text) is not None and line.size >= self.layout.size - 0.1
        )
        return large and not any(centre_in(line.box, s) for s in self.shapes)


def _is_title(line: Line, layout: Layout) -> bool:
    """Is it much larger than the body, and no label of an axis?"""
    return line.size > layout.size + 3 and (len(line.text) > 20 or layout.column_of(line) is not None)


def _encloses(box: Box, lines: list[Line]) -> bool:
    """Are all lines that begin within the box within it, and are there some? (A frame with round corners.)"""
    own = [line.box for line in lines if centre_in(line.box, box)]
    return len(own) > 2 and all(inside(line, box) for line in own)


def _is_part_of_caption(box: Box, caption: Caption) -> bool:
    """Is the shape a fraction's bar, an underscore or the like, or the rule over an algorithm's title?"""
    _, top, _, bottom = caption.box
    if box[3] <= top - 4 or box[1] > bottom + 3:
        return False
    within = inside(box, caption.box) and top + 2 < middle(box) < bottom - 2
    return within or (caption.label.startswith("Algorithm") and box[3] - box[1] < 3 and 0 <= top - box[3] < 4)


def _below_head(shape: Shape, page: Page) -> Box:
    """The shape's box; a stroked one's may be too large, by MuPDF's allowance for mitred corners."""
    x0, y0, x1, y1 = shape.box
    return (x0, max(y0, page.top), x1, y1) if shape.stroked and y1 > page.top else shape.box


def _counts(shape: Shape, page: Page) -> bool:
    x0, y0, x1, y1 = shape.box
    if x1 - x0 < 3 and y1 - y0 < 3:
        return False
    if not (shape.image or shape.stroked) and shape.color == _WHITE:  # not seen, or within something that is
        return False
    if (x1 - x0) * (y1 - y0) > 0.8 * page.width * page.height:
        return False
    if y1 < page.top + 6 or y0 > page.bottom - 6:  # the head's or the foot's, or a rule at it
        return False
    return x1 >= 0 and y1 >= 0 and x0 <= page.width and y0 <= page.height


def _last_rule(shapes: list[Box], caption: Caption, up: bool) -> Box | None:
    """The last rule of a table that has several of one width; a figure may follow in the same gap of the text."""
    rules = sorted((s for s in shapes if s[3] - s[1] < 2.5 and s[2] - s[0] > 60), key=lambda s: -s[3] if up else s[1])
    if not rules:
        return None
    first = rules[0]
    near = caption.box[1] - first[3] if up else first[1] - caption.box[3]
    like = [r for r in rules if abs(r[0] - first[0]) < 3 and abs(r[2] - first[2]) < 3]
    return like[-1] if near <= 20 and len(like) > 1 else None


def _with_rows(rule: Box, lines: list[Line], up: bool) -> float:
    """How far the rows reach that follow the last rule closely, where a table has none at its end."""
    end = rule[1] if up else rule[3]
    for box in sorted((line.box for line in lines), key=lambda box: -box[3] if up else box[1]):
        gap = end - box[3] if up else box[1] - end
        if -4 < gap < _CLOSE and rule[0] - 3 <= box[0] and box[2] <= rule[2] + 3:
            end = min(end, box[1]) if up else max(end, box[3])
    return end
