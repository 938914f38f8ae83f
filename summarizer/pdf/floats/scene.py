"""What stands where on a page that has captions: drawings, loose lines, and the text that bounds them."""

import re
from dataclasses import dataclass

from summarizer.pdf.floats.captions import Caption
from summarizer.pdf.page.boxes import centre_in, inside, middle
from summarizer.pdf.page.layout import Layout, prose_lines
from summarizer.pdf.page.pages import Line, Page, Shape
from summarizer.types import Box

_WHITE = 0xFFFFFF
_NUMBERED = re.compile(r"(\d{1,2}|[A-Z])(\.\d{1,2})*\.?(\s.*[^\W\d]{2}|$)")
_RULE = 3.0  # points: a rule is thinner


@dataclass(frozen=True, slots=True)
class Scene:
    """`loose` lines may be parts of floats; `walls` are running text, headings and notes, where no float goes on."""

    page: Page
    layout: Layout
    captions: list[Caption]
    shapes: list[Box]
    frames: list[Box]  # shapes that may have running text in them
    rules: list[Box]  # the horizontal ones
    uprights: list[Box]  # the vertical ones: TeX draws one for each row
    loose: list[Line]
    walls: list[Line]


def read_scene(page: Page, layout: Layout, captions: list[Caption], notes: list[Line]) -> Scene:
    near = [(c.box[1] - 4, c.box[3] + 3, c) for c in captions]  # most shapes are not, and there may be thousands
    shapes = [
        shape for shape in page.shapes
        if _counts(shape, page)
        and not any(top < shape.box[3] and shape.box[1] <= end and _is_part_of(shape.box, c) for top, end, c in near)
    ]  # fmt: skip
    boxes = [_below_head(s, page) for s in shapes]
    own = {id(line) for caption in captions for line in caption.lines}
    prose = prose_lines(page, layout)
    loose = [line for line in page.lines if id(line) not in own and id(line) not in prose]
    heads = [line for line in loose if _is_heading(line, layout, boxes) or _is_title(line, layout)]
    heads = [line for line in heads if not any(_are_in_one_row(line, other) for other in loose)]
    fixed = set(map(id, heads))
    walls = [line for line in page.lines if id(line) in prose and id(line) not in own]
    return Scene(
        page, layout, captions, boxes,
        frames=[box for shape, box in zip(shapes, boxes, strict=True) if _is_frame(shape, box, page, layout)],
        rules=[box for box in boxes if box[3] - box[1] < _RULE],
        uprights=[box for box in boxes if box[2] - box[0] < _RULE],
        loose=[line for line in loose if id(line) not in fixed],
        walls=walls + heads + notes,
    )  # fmt: skip


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


def _is_part_of(box: Box, caption: Caption) -> bool:
    """Is the shape a fraction's bar, an underscore or the like, or the rule over an algorithm's title?"""
    _, top, _, bottom = caption.box
    within = inside(box, caption.box) and top + 2 < middle(box) < bottom - 2
    return within or (caption.label.startswith("Algorithm") and box[3] - box[1] < 3 and 0 <= top - box[3] < 4)


def _below_head(shape: Shape, page: Page) -> Box:
    """The shape's box; a stroked one's may be too large, by MuPDF's allowance for mitred corners."""
    x0, y0, x1, y1 = shape.box
    return (x0, max(y0, page.top), x1, y1) if shape.stroked and y1 > page.top else shape.box


def _is_frame(shape: Shape, box: Box, page: Page, layout: Layout) -> bool:
    large = box[3] - box[1] > 3 * layout.pitch and box[2] - box[0] > 100
    return large and (shape.rectangle or (not shape.image and _encloses(box, page.lines)))


def _encloses(box: Box, lines: list[Line]) -> bool:
    """Are all lines that begin within the box within it, and are there some? (A frame with round corners.)"""
    own = [line.box for line in lines if centre_in(line.box, box)]
    return len(own) > 2 and all(inside(line, box) for line in own)


def _is_heading(line: Line, layout: Layout, shapes: list[Box]) -> bool:
    column = layout.column_of(line)
    if column is None or abs(line.box[0] - column[0]) > 3:
        return False
    large = line.size >= layout.size + 0.8 or (
        line.bold and _NUMBERED.match(line.text) is not None and line.size >= layout.size - 0.1
    )
    return large and not any(centre_in(line.box, shape) for shape in shapes)


def _are_in_one_row(line: Line, other: Line) -> bool:
    """Are they numbers at one height, as those of a table are?"""
    level = abs(middle(line.box) - middle(other.box)) < 0.3 * line.height and line is not other
    return level and not any(map(str.isalpha, line.text)) and any(map(str.isdigit, other.text))


def _is_title(line: Line, layout: Layout) -> bool:
    """Is it much larger than the body, and no label of an axis?"""
    return line.size > layout.size + 3 and (len(line.text) > 20 or layout.column_of(line) is not None)
