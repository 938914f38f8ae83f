"""The box of what a caption names: drawing or grid on one side of it, or beside it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from summarizer.pdf.floats.captions import Caption
from summarizer.pdf.floats.reach import Band, Reach
from summarizer.pdf.floats.scene import Scene
from summarizer.pdf.page.boxes import centre_in, clip, grow, in_band, inside, middle
from summarizer.pdf.page.pages import Line, union
from summarizer.types import Box

_FIGURE_GAP = 36.0  # points of white space within a figure at most
_TABLE_GAP = 22.0
_MARGIN = 4.0
_CLOSE = 5.0  # between rows of a table that no rule parts
_TOUCH = 14.0  # a label this near to a drawing belongs to it


@dataclass(frozen=True, slots=True)
class _Parts:
    """What is on one side of a caption, up to the next text: a float's parts and perhaps more."""

    start: float  # the caption's edge on that side
    up: bool
    shapes: list[Box]
    lines: list[Line]


def region_of(scene: Scene, caption: Caption, reaches: Sequence[Reach], claimed: Sequence[Box]) -> Box | None:
    """The first region found on these sides of the caption or beside it, without what others have claimed."""
    regions = (region_towards(scene, caption, reach, claimed) for reach in reaches)
    return next(filter(None, regions), None) or _region_beside(scene, caption, claimed)


def region_towards(scene: Scene, caption: Caption, reach: Reach, claimed: Sequence[Box]) -> Box | None:
    parts = _parts_between(scene, reach, claimed)
    if caption.is_table:
        parts = _to_last_rule(parts)
    core = _core(parts, caption, scene.layout.pitch)
    if core is None or core[3] - core[1] < scene.layout.pitch:
        return _text_block(parts, caption, scene.layout.pitch)
    return _with_labels(core, parts.lines, scene, caption, reach.up)


def _parts_between(scene: Scene, reach: Reach, claimed: Sequence[Box]) -> _Parts:
    """Shapes and lines in the band between the caption and the next wall."""
    up, band, start, limit = reach.up, reach.band, reach.start, reach.limit
    low, high = (limit, start + 3) if up else (start - 3, limit)
    shapes = [
        clip(s, band, limit if up else start, start if up else limit) for s in scene.shapes
        if low - 2 <= (s[1] + s[3]) / 2 <= high and in_band(s, band) and _is_mostly_in(s, band)
        and not (claimed and _is_in_any(s, claimed))
    ]  # fmt: skip
    lines = [
        line for line in (*scene.loose, *reach.framed, *scene.page.rotated)
        if low <= middle(line.box) <= high and in_band(line.box, band) and not _is_in_any(line.box, claimed)
    ]  # fmt: skip
    return _Parts(start, up, [s for s in shapes if s[3] >= s[1] and s[2] >= s[0]], lines)


def _is_mostly_in(box: Box, band: Band) -> bool:
    return min(box[2], band[1]) - max(box[0], band[0]) >= 0.6 * (box[2] - box[0])


def _is_in_any(box: Box, regions: Sequence[Box]) -> bool:
    return any(centre_in(box, region) for region in regions)


def _to_last_rule(parts: _Parts) -> _Parts:
    """A table ends at the last of several rules of one width; a figure may follow in the same gap of the text."""
    rules = _rules_alike(parts)
    if len(rules) < 2:
        return parts
    edge = rules[-1][1] if parts.up else rules[-1][3]
    end = edge if _are_closed(rules) else _with_rows(rules[-1], parts)
    if parts.up:
        shapes = [s for s in parts.shapes if s[1] >= end - 1]
        return replace(parts, shapes=shapes, lines=[o for o in parts.lines if o.box[1] >= end - 1])
    shapes = [s for s in parts.shapes if s[3] <= end + 1]
    return replace(parts, shapes=shapes, lines=[o for o in parts.lines if o.box[3] <= end + 1])


def _rules_alike(parts: _Parts) -> list[Box]:
    """The rule next to the caption and those of its width, the nearest first."""
    rules = [s for s in parts.shapes if s[3] - s[1] < 2.5 and s[2] - s[0] > 60]
    rules.sort(key=lambda s: -s[3] if parts.up else s[1])
    if not rules:
        return []
    first = rules[0]
    near = parts.start - first[3] if parts.up else first[1] - parts.start
    return [r for r in rules if abs(r[0] - first[0]) < 3 and abs(r[2] - first[2]) < 3] if near <= 20 else []


def _are_closed(rules: list[Box]) -> bool:
    """Are the first and the last rule heavier than one between them, as those around a table are?"""
    first, *inner, last = (rule[3] - rule[1] for rule in rules)
    return any(height < min(first, last) - 0.2 for height in inner)


def _with_rows(rule: Box, parts: _Parts) -> float:
    """How far the rows reach that follow the last rule closely, where a table has none at its end."""
    end = rule[1] if parts.up else rule[3]
    boxes = [line.box for line in parts.lines]
    for box in sorted(boxes, key=lambda box: -box[3] if parts.up else box[1]):
        gap = end - box[3] if parts.up else box[1] - end
        if -4 < gap < _CLOSE and rule[0] - 3 <= box[0] and box[2] <= rule[2] + 3:
            end = min(end, box[1]) if parts.up else max(end, box[3])
    return end


def _core(parts: _Parts, caption: Caption, pitch: float) -> Box | None:
    """Shapes that follow each other from the caption on; for what is set without rules, lines too."""
    shapes, bridges = parts.shapes, [line.box for line in parts.lines]
    gap = _TABLE_GAP if caption.is_table else _FIGURE_GAP
    typed = caption.is_table or caption.is_listing
    if typed and not any(s[2] - s[0] > 80 for s in shapes):
        shapes, bridges, gap = shapes + bridges, [], 1.5 * pitch
    return grow(parts.start, shapes, bridges, gap, parts.up)


def _text_block(parts: _Parts, caption: Caption, pitch: float) -> Box | None:
    """Where nothing is drawn: the lines next to the caption."""
    texts = [line.box for line in parts.lines if line.math_share < 0.4 or caption.is_table]
    text = grow(parts.start, [*texts, *parts.shapes], [], 1.5 * pitch, parts.up)
    return text if text is not None and text[3] - text[1] >= 5 and text[2] - text[0] >= 5 else None


def _with_labels(core: Box, lines: list[Line], scene: Scene, caption: Caption, up: bool) -> Box:
    """A drawing and the text at its edges and between it and its caption."""
    for _ in range(3):
        grown = union([core, *(line.box for line in lines if _is_label(line, core, scene, caption, up))])
        if grown == core:
            break
        core = grown
    return core


def _is_label(line: Line, core: Box, scene: Scene, caption: Caption, up: bool) -> bool:
    box, height = line.box, middle(line.box)
    if (core[3] - 2 <= height <= caption.box[1]) if up else (caption.box[3] <= height <= core[1] + 2):
        return True
    if box[0] >= core[2] + _TOUCH or box[2] <= core[0] - _TOUCH:
        return False
    gap = max(box[1] - core[3], core[1] - box[3])
    if core[1] <= height <= core[3] and gap < 0:
        return True
    return gap <= _TOUCH and (not scene.layout.is_body_type(line) or gap < 5) and line.math_share < 0.5


def _region_beside(scene: Scene, caption: Caption, claimed: Sequence[Box]) -> Box | None:
    """A drawing to the left or right of its caption."""
    x0, y0, x1, y1 = caption.box
    walls = [line.box for line in scene.walls]
    shapes = [
        s for s in scene.shapes
        if (s[2] < x0 + 3 or s[0] > x1 - 3) and s[1] < y1 + 60 and s[3] > y0 - 60
        and not _is_in_any(s, claimed) and not _is_in_any(s, walls)
    ]  # fmt: skip
    if not shapes:
        return None
    region = union(shapes)
    tall = region[3] - region[1] > 30 and region[2] - region[0] > 30
    overlaps = min(region[3], y1) - max(region[1], y0) > 0.5 * (y1 - y0)
    if not (tall and overlaps) or any(centre_in(wall, region) for wall in walls):
        return None
    return _with_labels(region, [*scene.loose, *scene.page.rotated], scene, caption, up=True)


def lines_of(scene: Scene, region: Box) -> list[Line]:
    """The lines that are part of the region, not text that it happens to reach into."""
    walls = set(map(id, scene.walls))
    return [
        line for line in all_lines_of(scene, region)
        if id(line) not in walls or _is_enclosed(scene, line.box, region)
    ]  # fmt: skip


def all_lines_of(scene: Scene, region: Box) -> list[Line]:
    """The lines in the region, full lines of text too: an algorithm's steps look like prose."""
    captions = {id(line) for caption in scene.captions for line in caption.lines}
    return [line for line in scene.page.lines if centre_in(line.box, region) and id(line) not in captions]


def _is_enclosed(scene: Scene, box: Box, region: Box) -> bool:
    """Is it in a frame within the region, or between two of its rules?"""
    framed = any(centre_in(box, frame) and inside(frame, region) for frame in scene.frames)
    return framed or _is_between_rules(box, rules_of(scene, region))


def _is_between_rules(box: Box, rules: list[Box]) -> bool:
    """Is one of the rules over the whole box, and one under it?"""
    across = [rule for rule in rules if rule[0] - 3 <= box[0] and box[2] <= rule[2] + 3]
    return any(rule[3] <= middle(box) for rule in across) and any(rule[1] >= middle(box) for rule in across)


def is_ruled(scene: Scene, region: Box) -> bool:
    """Is nothing drawn in the region but rules, upright ones too, and two at least?"""
    shapes = [shape for shape in scene.shapes if centre_in(shape, region)]
    return len(shapes) > 1 and all(min(x1 - x0, y1 - y0) < 3 for x0, y0, x1, y1 in shapes)


def rules_of(scene: Scene, region: Box) -> list[Box]:
    return [rule for rule in scene.rules if centre_in(rule, region)]


def uprights_of(scene: Scene, region: Box) -> list[Box]:
    return [rule for rule in scene.uprights if centre_in(rule, region)]


def with_margin(scene: Scene, region: Box, own: list[Line]) -> Box:
    """The region and a little around it, up to what does not belong to it."""
    x0, y0, x1, y1 = region
    ids = set(map(id, own))
    left, top, right, bottom = x0 - _MARGIN, y0 - _MARGIN, x1 + _MARGIN, y1 + _MARGIN
    for line in scene.page.lines:
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
    return left, max(top, min(scene.page.top, y0)), right, min(bottom, max(scene.page.bottom, y1))
