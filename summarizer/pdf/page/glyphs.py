"""Every glyph of some lines with the box of its ink, which the lines themselves do not have: for formulas."""

from collections.abc import Sequence
from dataclasses import dataclass

import pymupdf
from pymupdf import mupdf

from summarizer.pdf.page.boxes import widened
from summarizer.pdf.page.pages import MATH_NAME, TEXT_FLAGS, Line, Page, clean, run_text_device, union
from summarizer.types import Box

_FLAGS = TEXT_FLAGS | pymupdf.TEXT_ACCURATE_BBOXES | pymupdf.TEXT_PRESERVE_IMAGES  # dvips draws bars as images
_THIN = 1.5  # points: a fraction's bar at most
_AROUND = 2.0  # points by which ink may reach over its line's box


@dataclass(frozen=True, slots=True)
class Glyph:
    """A sign, or a part of the formula that has been read. `box` is that of its ink, `base` the height of its line."""

    text: str
    box: Box
    base: float
    size: float
    upright: bool = False
    apart: bool = False  # fractions and sums: a space belongs beside them

    @property
    def x(self) -> float:
        return (self.box[0] + self.box[2]) / 2

    @property
    def y(self) -> float:
        return (self.box[1] + self.box[3]) / 2

    @property
    def height(self) -> float:
        return self.box[3] - self.box[1]


class Glyphs:
    """Reads a page once more, with the boxes of the ink; the page read last is remembered."""

    def __init__(self, pages: Sequence[Page]) -> None:
        self._pages = {page.number: page for page in pages}
        self._number = 0
        self._text: mupdf.FzStextPage | None = None

    def of(self, lines: Sequence[Line]) -> tuple[list[Glyph], list[Box]]:
        """The glyphs of lines of one page, and the thin horizontal shapes among them."""
        page = self._pages[lines[0].page]
        if self._number != page.number:
            self._number, self._text = page.number, run_text_device(page.handle, _FLAGS)
        region = widened(union(line.box for line in lines), _AROUND)
        assert self._text is not None
        asked = self._text.m_internal.mediabox
        asked.x0, asked.y0, asked.x1, asked.y1 = region  # MuPDF then gives the glyphs in it only
        pymupdf.TOOLS.unset_quad_corrections(True)  # of flat fonts: they would undo the boxes of the ink
        raw = pymupdf.TextPage(self._text).extractRAWDICT()
        pymupdf.TOOLS.unset_quad_corrections(False)
        boxes_of: dict[str, list[Box]] = {}  # by font
        for span in (span for line in lines for span in line.spans):
            boxes_of.setdefault(span.font, []).append(span.box)
        glyphs = []
        for run in (run for block in raw["blocks"] for line in block.get("lines", ()) for run in line["spans"]):
            if boxes := boxes_of.get(run["font"]):
                upright = not MATH_NAME.search(run["font"])
                glyphs += [
                    Glyph(clean(char["c"]), char["bbox"], char["origin"][1], run["size"], upright)
                    for char in run["chars"] if any(_holds(box, char["origin"]) for box in boxes)
                ]  # fmt: skip
        shapes = (block["bbox"] for block in raw["blocks"] if "lines" not in block)
        return glyphs, [box for box in shapes if box[3] - box[1] < _THIN < box[2] - box[0] and _within(box, region)]


def _holds(box: Box, point: tuple[float, float]) -> bool:
    return box[0] - 1 <= point[0] <= box[2] and box[1] <= point[1] <= box[3]


def _within(box: Box, region: Box) -> bool:
    return region[0] <= box[0] and box[2] <= region[2] and region[1] <= box[1] and box[3] <= region[3]
