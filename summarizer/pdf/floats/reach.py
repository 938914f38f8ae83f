"""How far from its caption a float may reach: sideways a band, up or down the next text or caption."""

from dataclasses import dataclass

from summarizer.pdf.floats.captions import Caption
from summarizer.pdf.floats.scene import Scene
from summarizer.pdf.page.boxes import centre_in, in_band, middle
from summarizer.pdf.page.pages import Line, union
from summarizer.types import Box

Band = tuple[float, float]  # a horizontal range

_LONG = 80.0  # points: a table's rule is longer
_NEAR = 24.0  # from the caption to the rule next to it


@dataclass(frozen=True, slots=True)
class Reach:
    """How far a float may be sought on one side of its caption: from `start`, the caption's edge, to the next wall.

    `framed` is running text that is inside a frame or between rules that adjoin the caption.
    """

    up: bool
    band: Band
    start: float
    limit: float
    framed: list[Line]


def band_of(scene: Scene, caption: Caption) -> Band:
    """The horizontal range that belongs to the caption: its column, as far as nothing else stands beside it."""
    columns, (x0, y0, x1, y1) = scene.layout.columns, caption.box
    left = min((c[0] for c in columns), default=0.0)
    right = max((c[1] for c in columns), default=scene.page.width)
    if scene.layout.two_column:
        narrow = [c for c in columns if c[0] - 6 <= x0 and x1 <= c[1] + 6 and c[1] - c[0] < 0.55 * scene.page.width]
        if narrow:
            left, right = min(narrow, key=lambda c: c[1] - c[0])
    left, right = min(left, x0) - 10, max(right, x1) + 10
    for rule in _rules_at(scene, caption) if caption.is_table else ():
        left, right = min(left, rule[0]), max(right, rule[2])
    captions = [other.box for other in scene.captions if other is not caption]
    for other in [*captions, *(line.box for line in scene.walls)]:
        if min(other[3], y1) - max(other[1], y0) > 2:
            if other[2] <= x0 + 2:
                left = max(left, (other[2] + x0) / 2 if other in captions else other[2] + 1)
            elif other[0] >= x1 - 2:
                right = min(right, (other[0] + x1) / 2 if other in captions else other[0] - 1)
    return left, right


def _rules_at(scene: Scene, caption: Caption) -> list[Box]:
    """The rules next to the caption over all of it, such as come again: a table may be wider than the column."""
    x0, y0, x1, y1 = caption.box
    over = [rule for rule in scene.rules if rule[0] - 3 <= x0 and x1 <= rule[2] + 3]
    near = [rule for rule in over if -3 < y0 - rule[3] < _NEAR or -3 < rule[1] - y1 < _NEAR]
    alike = [sum(abs(o[0] - r[0]) < 3 and abs(o[2] - r[2]) < 3 for o in over) for r in near]
    return [rule for rule, times in zip(near, alike, strict=True) if times > 2]


def reach_of(scene: Scene, caption: Caption, band: Band, up: bool) -> Reach:
    areas = _framed_areas(scene, caption, band, up)
    framed = [line for line in scene.walls if _is_in(line.box, areas)]
    inside = set(map(id, framed))
    walls = [line.box for line in scene.walls if id(line) not in inside]
    walls += [other.box for other in scene.captions if other is not caption]
    walls = [box for box in walls if min(box[2], band[1]) - max(box[0], band[0]) > 12]
    _, top, _, bottom = caption.box
    if up:
        return Reach(up, band, top, max((box[3] for box in walls if box[3] <= top + 3), default=0.0), framed)
    limit = min((box[1] for box in walls if box[1] >= bottom - 3), default=scene.page.height)
    return Reach(up, band, bottom, limit, framed)


def _is_in(box: Box, areas: list[Box]) -> bool:
    return any(centre_in(box, area) for area in areas)


def _framed_areas(scene: Scene, caption: Caption, band: Band, up: bool) -> list[Box]:
    ruled = ruled_area(scene, caption, band, up)
    found = []
    for area in [*scene.frames, *([ruled] if ruled else [])]:
        distance = caption.box[1] - area[3] if up else area[1] - caption.box[3]
        if -4 < distance < 40 and in_band(area, band):
            found.append(area)
    return found


def ruled_area(scene: Scene, caption: Caption, band: Band, up: bool) -> Box | None:
    """From the rule next to the caption to the last of its like, if what is between fills the space between."""
    side = -1 if up else 1
    rules = [rule for rule in scene.rules if rule[2] - rule[0] > _LONG and in_band(rule, band)]
    start = caption.box[1] if up else caption.box[3]
    rules = sorted((rule for rule in rules if (rule[1] - start) * side > -3), key=lambda rule: rule[1] * side)
    chain = rules[:1] if rules and abs(rules[0][1] - start) < _NEAR else []
    for rule in rules[1:]:
        if chain and abs(rule[0] - chain[0][0]) < 3 and abs(rule[2] - chain[0][2]) < 3:
            if not _is_filled(scene, min(rule[1], chain[-1][1]), max(rule[1], chain[-1][1]), chain[0]):
                break
            chain.append(rule)
    return union(chain) if len(chain) >= 2 else None


def _is_filled(scene: Scene, top: float, bottom: float, rule: Box) -> bool:
    """Do the lines between two rules come close to both, and is none of them a caption?"""
    band = rule[0], rule[2]
    between = [line for line in scene.page.lines if top - 2 < middle(line.box) < bottom + 2 and in_band(line.box, band)]
    if not between:
        return bottom - top < 60
    if any(line is part for line in between for other in scene.captions for part in other.lines):
        return False
    return min(o.box[1] for o in between) - top < 8 and bottom - max(o.box[3] for o in between) < 8
