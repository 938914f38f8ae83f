"""On which side of its caption each float of a page is: decided for all captions of the page together."""

from collections.abc import Iterable, Sequence
from itertools import combinations, product

from summarizer.pdf.floats.captions import Caption
from summarizer.pdf.floats.reach import Reach, band_of, reach_of
from summarizer.pdf.floats.regions import region_towards
from summarizer.pdf.floats.scene import Scene
from summarizer.pdf.page.boxes import in_band
from summarizer.types import Box

_HABIT = 12.0  # points by which a table is thought further off on the side that the document does not set it on
_NOTHING = 100.0  # the same where a side has no region
_CLASH = 1000.0  # and where two captions have one region
_MOST = 10  # captions to decide together: twice as many choices with each


def habit(scenes: Iterable[Scene]) -> bool | None:
    """Stand tables above their captions in this document? None: that is not known."""
    votes = sum(_vote(scene, caption) for scene in scenes for caption in scene.captions if caption.is_table)
    return votes > 0 if votes else None


def _vote(scene: Scene, caption: Caption) -> int:
    """1 if there is a ruled table above the caption only, -1 if below only."""
    x0, y0, x1, y1 = caption.box
    rules = [rule for rule in scene.rules if rule[2] - rule[0] > 80 and min(rule[2], x1) > max(rule[0], x0)]
    return any(-3 < y0 - rule[3] < 30 for rule in rules) - any(-3 < rule[1] - y1 < 30 for rule in rules)


def decide_sides(scene: Scene, tables_first: bool | None) -> list[tuple[Reach, Reach]]:
    """For each caption the side to look at first and then the other."""
    reaches = []
    for caption in scene.captions:
        band = band_of(scene, caption)
        reaches.append({up: reach_of(scene, caption, band, up) for up in (True, False)})
    best = _best_sides(scene, reaches, tables_first)
    return [(own[up], own[not up]) for own, up in zip(reaches, best, strict=True)]


def _best_sides(scene: Scene, reaches: list[dict[bool, Reach]], tables_first: bool | None) -> Sequence[bool]:
    """For each caption whether its float is above it."""
    if not any(caption.is_table for caption in scene.captions):
        return [not caption.is_listing for caption in scene.captions]
    costs = [_costs(scene, caption, own, tables_first) for caption, own in zip(scene.captions, reaches, strict=True)]
    if len(costs) > _MOST:
        return [min(own, key=lambda up: own[up][0]) for own in costs]
    return min(product((True, False), repeat=len(costs)), key=lambda choice: _total(costs, choice))


_Costs = dict[bool, tuple[float, Box | None]]  # by the side: how far off its region is, and the region


def _total(costs: list[_Costs], choice: Sequence[bool]) -> float:
    chosen = [own[up] for own, up in zip(costs, choice, strict=True)]
    regions = [region for _, region in chosen if region]
    return sum(cost for cost, _ in chosen) + _CLASH * sum(_overlap(a, b) for a, b in combinations(regions, 2))


def _overlap(one: Box, other: Box) -> bool:
    width = min(one[2], other[2]) - max(one[0], other[0])
    height = min(one[3], other[3]) - max(one[1], other[1])
    return width > 3 and height > 3


def _costs(scene: Scene, caption: Caption, reaches: dict[bool, Reach], tables_first: bool | None) -> _Costs:
    costs: _Costs = {}
    for up, reach in reaches.items():
        region = region_towards(scene, caption, reach, ())
        cost = min(_distance(scene, reach), _NOTHING) if region else _NOTHING
        costs[up] = cost + _HABIT * _is_unusual(caption, tables_first, up), region
    return costs


def _is_unusual(caption: Caption, tables_first: bool | None, up: bool) -> int:
    """Algorithms stand below their titles, figures above their captions: always, or nearly."""
    if caption.is_table:
        return tables_first is not None and up != tables_first
    return 4 * (up == caption.is_listing)


def _distance(scene: Scene, reach: Reach) -> float:
    """Points to the nearest shape on one side; lines count a little further."""
    best = 1e6
    for boxes, extra in ((scene.shapes, 0.0), ([line.box for line in scene.loose], 8.0)):
        for box in boxes:
            distance = reach.start - box[3] if reach.up else box[1] - reach.start
            reached = box[1] >= reach.limit - 2 if reach.up else box[3] <= reach.limit + 2
            if reached and -3 < distance < best - extra and in_band(box, reach.band):
                best = distance + extra
    return best
