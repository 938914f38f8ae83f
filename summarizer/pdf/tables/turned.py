"""Labels that run upwards, or downwards, at the left of a table's rows: read as if they lay in the middle of these."""

from collections.abc import Iterator
from itertools import groupby

from summarizer.pdf.page.boxes import centre_in, middle
from summarizer.pdf.page.pages import Line, Page, union
from summarizer.pdf.tables.assembly import LEVEL, Grid
from summarizer.pdf.tables.cells import Cell, run_on
from summarizer.pdf.text.sentences import PaperWords
from summarizer.types import Box

_WIDE = 1.45  # em: as much as a line may be across; slanted heads are wider
_NEAR = 0.8  # of a line's height: two lines of one label have less between them


def find_turned(page: Page, lines: list[Line], rules: list[Box], words: PaperWords) -> list[tuple[Cell, list[Line]]]:
    """The labels, each with its lines: those that have the table's rows at their right only."""
    if not page.rotated or not lines:
        return []
    box = union([*(line.box for line in lines), *rules])
    upright = [line for line in page.rotated if centre_in(line.box, box) and _is_upright(line)]
    groups: list[list[Line]] = []
    for line in sorted(upright, key=lambda line: line.box[0]):
        beside = next((own for own in groups if _goes_on(own[-1].box, line.box)), None)
        if beside:
            beside.append(line)
        else:
            groups.append([line])
    return [(_label(own, words), own) for own in groups if _is_left(union([line.box for line in own]), lines, upright)]


def find_off_centre(labels: list[Cell], grid: Grid) -> Iterator[str]:
    """The labels that do not stand in the middle of the rows that are named by them, but for less than a row."""
    for label in labels:
        runs = groupby(zip(grid.rows, grid.boxes, strict=True), key=lambda own: label.text in own[0].label.split(LEVEL))
        boxes = [union([box for _, box in run]) for named, run in runs if named]
        if not any(abs(label.middle - middle(box)) < label.box[3] - label.box[1] for box in boxes):
            yield f"{label.text!r} is not in the middle of its rows"


def _is_upright(line: Line) -> bool:
    return line.box[2] - line.box[0] < _WIDE * max(span.size for span in line.spans)


def _goes_on(left: Box, right: Box) -> bool:
    """Are they two lines of one label: close to each other, beside one another for the length of the shorter?"""
    shared = min(left[3], right[3]) - max(left[1], right[1])
    return right[0] - left[2] < _NEAR * (left[2] - left[0]) and shared > _NEAR * min(
        left[3] - left[1], right[3] - right[1]
    )


def _is_left(box: Box, lines: list[Line], upright: list[Line]) -> bool:
    """Stands all that is at its height to its right, and something does?"""
    others = [line.box for line in upright if not centre_in(line.box, box)]
    beside = [other for other in (*(line.box for line in lines), *others) if other[1] < box[3] and box[1] < other[3]]
    inner = [other for other in beside if box[1] < (other[1] + other[3]) / 2 < box[3]]
    return bool(inner) and all(other[0] >= box[2] - 1 for other in inner)


def _label(lines: list[Line], words: PaperWords) -> Cell:
    """The label as a cell of one line's height in the middle of its own."""
    text = lines[0].text
    for line in lines[1:]:
        text = run_on(text, line.text, words)
    x0, y0, x1, y1 = union([line.box for line in lines])
    half = (lines[0].box[2] - lines[0].box[0]) / 2
    return Cell((x0, (y0 + y1) / 2 - half, x1, (y0 + y1) / 2 + half), text)
