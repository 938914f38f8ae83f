"""Boxes on a page: where they are to each other, and which of them follow each other without a gap."""

from summarizer.pdf.page.pages import union
from summarizer.types import Box


def clip(box: Box, band: tuple[float, float], low: float, high: float) -> Box:
    """The part of the box between two heights and in the band, or a little beside it."""
    return max(box[0], band[0] - 40), max(box[1], low), min(box[2], band[1] + 40), min(box[3], high)


def widened(box: Box, by: float) -> Box:
    return box[0] - by, box[1] - by, box[2] + by, box[3] + by


def in_band(box: Box, band: tuple[float, float]) -> bool:
    """Is the middle of the box in the band, a horizontal range?"""
    return band[0] <= (box[0] + box[2]) / 2 <= band[1]


def middle(box: Box) -> float:
    """The height of its centre."""
    return (box[1] + box[3]) / 2


def centre_in(box: Box, region: Box) -> bool:
    x0, y0, x1, y1 = box
    left, top, right, bottom = region
    return left - 1 <= (x0 + x1) / 2 <= right + 1 and top - 1 <= (y0 + y1) / 2 <= bottom + 1


def inside(box: Box, region: Box) -> bool:
    return box[0] >= region[0] - 3 and box[1] >= region[1] - 3 and box[2] <= region[2] + 3 and box[3] <= region[3] + 3


def grow(start: float, boxes: list[Box], bridges: list[Box], gap: float, up: bool) -> Box | None:
    """Union of the boxes that follow each other from `start` on with no gap larger than `gap`.

    `bridges` close gaps but do not end the region.
    """
    todo = sorted(
        [(b, True) for b in boxes] + [(b, False) for b in bridges], key=lambda item: -item[0][3] if up else item[0][1]
    )
    reach = start
    found: list[Box] = []
    for box, counts in todo:
        distance = reach - box[3] if up else box[1] - reach
        if distance > (gap if found else 1.4 * gap):
            break
        reach = min(reach, box[1]) if up else max(reach, box[3])
        if counts:
            found.append(box)
    if not found:
        return None
    region = union(found)
    return region if max(region[2] - region[0], region[3] - region[1]) >= 5 else None
