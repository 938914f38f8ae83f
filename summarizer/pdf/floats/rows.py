"""The labels of a figure in the order in which they are read: panels, bands down the panel, from left to right."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from summarizer.pdf.floats.ticks import is_number
from summarizer.pdf.page.boxes import middle
from summarizer.types import Box

_BLANK = 0.2  # share of its height by which a label's box is larger than its letters, on each side
_APART = 2.0  # times the height of a usual label, between panels
_TALL = 1.5  # times that height


@dataclass(frozen=True, slots=True)
class Label:
    """A piece of text; `upright` if it runs up or down, or aslant."""

    text: str
    box: Box
    upright: bool = False

    @property
    def height(self) -> float:
        return self.box[3] - self.box[1]

    def reach(self, vertically: bool) -> tuple[float, float]:
        """From where to where its letters are."""
        x0, y0, x1, y1 = self.box
        blank = _BLANK * min(x1 - x0, y1 - y0)
        return (y0 + blank, y1 - blank) if vertically else (x0 + blank, x1 - blank)


def rows_of(labels: Sequence[Label]) -> Iterator[list[str]]:
    """The texts, row by row."""
    for panel in _panels(labels):
        yield from _rows_of_panel(panel)


def _panels(labels: Sequence[Label]) -> list[list[Label]]:
    """What wide space parts from top to bottom; panels that are in line are read across, as rows of a heat map are."""
    panels: list[list[Label]] = []
    for column in _parted(labels, vertically=False, gap=_APART * median(label.height for label in labels)):
        if panels and _are_in_line(panels[-1], column):
            panels[-1] += column
        else:
            panels.append(column)
    return panels


def _are_in_line(left: Sequence[Label], right: Sequence[Label]) -> bool:
    heights = [middle(label.box) for label in left]
    in_line = sum(any(abs(middle(label.box) - height) < 1 for height in heights) for label in right)
    return 2 * in_line >= min(len(left), len(right))


def _rows_of_panel(labels: Sequence[Label]) -> Iterator[list[str]]:
    """What runs along several bands, as the title of an axis does, is before them."""
    tall = _TALL * median(label.height for label in labels)
    bands = _parted([label for label in labels if not label.upright or label.height <= tall], vertically=True)
    along = [o for o in labels if o.upright and o.height > tall and sum(_is_beside(o, band) for band in bands) > 1]
    for band in _with_bars(_parted([label for label in labels if label not in along], vertically=True)):
        beside = [label for label in along if _is_beside(label, band)]
        yield from ([label.text] for label in sorted(beside, key=lambda label: label.box[0]))
        along = [label for label in along if label not in beside]
        yield from _rows_of_band(band)


def _is_beside(label: Label, band: Iterable[Label]) -> bool:
    low, high = label.reach(vertically=True)
    return any(low < end and start < high for start, end in (other.reach(vertically=True) for other in band))


def _with_bars(bands: Sequence[list[Label]]) -> Iterator[list[Label]]:
    """The bands; the numbers at the ends of upright bars, at many heights, as one."""
    held: list[list[Label]] = []
    for band in bands:
        if held and not _are_at_bars([*held, band]):
            yield from _numbers_in_one(held)
            held = []
        held.append(band)
    yield from _numbers_in_one(held)


def _are_at_bars(bands: Sequence[Sequence[Label]]) -> bool:
    """Are no two of the numbers in one column, and none alone beside words, as at the end of a level bar?"""
    numbers = [[label for label in band if is_number(label.text)] for band in bands]
    if any(len(own) == 1 < len(band) for own, band in zip(numbers, bands, strict=True)):
        return False
    columns = [len(_parted(own, vertically=False)) for own in numbers]
    return sum(columns) == len(_parted([label for own in numbers for label in own], vertically=False))


def _numbers_in_one(bands: Sequence[list[Label]]) -> Iterator[list[Label]]:
    """Of several bands with numbers the words, then the numbers, then the words below them."""
    held = [n for n, band in enumerate(bands) if any(is_number(label.text) for label in band)]
    if len(held) < 2:
        yield from bands
        return
    labels = [label for band in bands[: held[-1] + 1] for label in band]
    yield from _parted([label for label in labels if not is_number(label.text)], vertically=True)
    yield [label for label in labels if is_number(label.text)]
    yield from bands[held[-1] + 1 :]


def _rows_of_band(band: Sequence[Label]) -> Iterator[list[str]]:
    """A band is a row, unless columns of several rows stand side by side in it."""
    columns = _parted(band, vertically=False)
    if sum(len(column) > 1 and len(_parted(column, vertically=True)) > 1 for column in columns) > 1:
        for column in columns:
            yield from rows_of(column)
    else:
        yield [text for column in columns for text in _stacked(column)]


def _stacked(column: Sequence[Label]) -> list[str]:
    """The texts of a column; one if they are under each other, as those of a label of two lines are."""
    labels = sorted(column, key=lambda label: (label.reach(vertically=True)[0], label.box[0]))
    texts = [label.text for label in labels]
    under = all(middle(a.box) < b.reach(vertically=True)[0] for a, b in pairwise(labels))
    return [" ".join(texts)] if under and not all(map(is_number, texts)) else texts


def _parted(labels: Iterable[Label], *, vertically: bool, gap: float = 0.0) -> list[list[Label]]:
    """The labels in groups that do not reach into each other's height, or width, and are more than `gap` apart."""
    groups: list[list[Label]] = []
    reached = float("-inf")
    for (start, end), label in sorted(((o.reach(vertically), o) for o in labels), key=lambda item: item[0]):
        if start > reached + gap:
            groups.append([])
        groups[-1].append(label)
        reached = max(reached, end)
    return groups
