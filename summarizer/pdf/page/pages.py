"""A PDF page as values: text lines with their style, ruled lines and shapes, images.

One pass of MuPDF's text device a page collects the text and, interleaved with it in the order of
painting, the vector graphics; images need a second pass, made only where a page has any. Only the
page's own contents are read: readers' highlights and notes are annotations and stay out.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache, cached_property
from sys import intern
from typing import Any

import pymupdf
from pymupdf import mupdf

from summarizer.pdf.page.resources import Resources
from summarizer.types import Box

# No TEXT_PRESERVE_LIGATURES: MuPDF then spells ligatures out. ActualText may say what the page does not show.
TEXT_FLAGS: int = (
    pymupdf.TEXT_MEDIABOX_CLIP
    | pymupdf.TEXT_PRESERVE_WHITESPACE
    | pymupdf.TEXT_COLLECT_VECTORS
    | pymupdf.TEXT_IGNORE_ACTUALTEXT
)

_MAX_IMAGE_PIXELS = 100_000_000
_THIN = 2.0  # points: a rule, even where it is painted as an image
_AROUND = 20_000  # points outside the page where text is still looked for; a PDF page has at most 14,400
_SUPERSCRIPT, _ITALIC, _MONO, _BOLD = 1, 2, 8, 16
_BOLD_NAME = re.compile(r"bold|black|heavy|medi(?!um\s*it)|CMBX|CMSSBX|SFBX|[-,]B\b|-Bd|Demi", re.I)
_ITALIC_NAME = re.compile(r"ital|obli|CMTI|CMSL|SFTI|-It\b", re.I)
_CAPS_NAME = re.compile(r"CMCSC|SmallCap|[-]SC\b|SFCC", re.I)
MATH_NAME = re.compile(
    r"CMMI|CMSY|CMEX|MSAM|MSBM|Math|EUFM|EUSM|rsfs|Symbol|StandardSym|txsy|txmi|pxsy|stmary|MTMI|MTSY|CMBSY|bbm|dsrom",
    re.I,
)
UNKNOWN = "\ufffd"  # what MuPDF gives for a glyph whose name it does not know
_UNPRINTABLE = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufffe\uffff\ud800-\udfff]"
)
# Adobe's private codes of the pieces of fences, marks of Wingdings, and italic, script and other letters of formulas
_PRIVATE = str.maketrans(
    dict(zip(range(0xF8EB, 0xF8FF), "⎛⎜⎝⎡⎢⎣⎧⎨⎩⎪⎮⎞⎟⎠⎤⎥⎦⎫⎬⎭", strict=True))
    | {0xF0FB: "✗", 0xF0FC: "✓", 0xF0FE: "☑", 0xA0: " "}
    | {code: unicodedata.normalize("NFKC", chr(code)) for code in range(0x1D400, 0x1D800)}
)


@dataclass(slots=True)
class Span:
    """A run of glyphs of one style. `color` is sRGB as 0xRRGGBB, `alpha` 0..255."""

    text: str
    box: Box
    size: float
    font: str
    bold: bool
    italic: bool
    mono: bool
    math: bool
    caps: bool  # a small-caps font
    superscript: bool
    color: int
    alpha: int
    char_flags: int
    base: float  # the height of its baseline
    starts_cell: bool = False  # MuPDF began a line here: there is a wide space before it


@dataclass(slots=True)
class Line:
    """Spans on one baseline. `block` is the paint-order number of its MuPDF block on the page."""

    page: int
    block: int
    box: Box
    spans: list[Span]
    text: str = ""
    size: float = 0.0  # of most characters, in half points
    font: str = ""
    bold: bool = False  # all of its letters
    italic: bool = False
    mono: bool = False
    caps: bool = False
    math_share: float = 0.0

    @property
    def height(self) -> float:
        return self.box[3] - self.box[1]


@dataclass(slots=True)
class Shape:
    """A filled or stroked path, or an image. `order` is comparable with `Line.block`."""

    box: Box
    order: int
    image: bool = False
    stroked: bool = False
    rectangle: bool = False
    color: int = 0
    alpha: int = 255


@dataclass
class Page:
    """`number` counts from 1. `rotated` are the lines that do not run from left to right, `outside` is text off it."""

    number: int
    width: float
    height: float
    handle: pymupdf.Page
    resources: Resources
    can_render: bool  # False: an image is so large that decoding it would take all memory
    lines: list[Line] = field(default_factory=list)
    rotated: list[Line] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)
    shapes: list[Shape] = field(default_factory=list)
    top: float = 0.0  # the lower edge of the running head
    bottom: float = float("inf")  # the upper edge of the running foot

    @cached_property
    def drawing(self) -> pymupdf.DisplayList:
        """What is painted, without annotations: interpreted once, however many parts of it are rendered."""
        drawing: pymupdf.DisplayList = self.handle.get_displaylist(annots=0)
        return drawing


def read_page(page: pymupdf.Page, resources: Resources, text_flags: int = TEXT_FLAGS) -> Page:
    """Read one page; coordinates are as displayed, rotation included."""
    can_render = all(width * height <= _MAX_IMAGE_PIXELS for width, height in resources.images)
    if can_render:  # inline images too, that are no resources: dvips draws its rules so
        text_flags |= pymupdf.TEXT_PRESERVE_IMAGES
    raw, images = _blocks(page, text_flags)
    rect = page.rect
    width, height = rect.width, rect.height
    result = Page(page.number + 1, width, height, page, resources, can_render)
    for block in raw["blocks"]:
        order = block["number"]
        if block["type"] == 0:
            _read_block(result, order, block["lines"])
            continue
        x0, y0, x1, y1 = block["bbox"]
        if x1 < 0 or y1 < 0 or x0 > width or y0 > height:
            continue
        box = block["bbox"]
        if x0 < 0 or y0 < 0 or x1 > width or y1 > height:
            box = max(x0, 0.0), max(y0, 0.0), min(x1, width), min(y1, height)
        if order in images and min(x1 - x0, y1 - y0) > _THIN:
            result.shapes.append(Shape(box, order, image=True))
        elif order in images:
            result.shapes.append(Shape(box, order, rectangle=True))
        else:
            result.shapes.append(
                Shape(box, order, False, block["stroked"], block["isrect"], block["color"], block["alpha"])
            )
    whole = mupdf.fz_bound_page_box(fz_page(page), mupdf.FZ_MEDIA_BOX)
    if width < whole.x1 - whole.x0 - 1 or height < whole.y1 - whole.y0 - 1:
        result.outside += _cropped_away(page)
    return result


def _cropped_away(page: pymupdf.Page) -> Iterator[str]:
    """Text between the crop box and the media box: MuPDF clips it, so it takes a pass without clipping to see it."""
    raw, _ = _blocks(page, pymupdf.TEXT_IGNORE_ACTUALTEXT)
    for block in raw["blocks"]:
        for line in block.get("lines", ()):
            if not pymupdf.Rect(line["bbox"]).intersects(page.rect):
                yield "".join(span["text"] for span in line["spans"])


def run_text_device(page: pymupdf.Page, flags: int) -> mupdf.FzStextPage:
    """The page's contents through MuPDF's text device, without annotations; coordinates are as displayed."""
    # Page.get_textpage() would run the annotations too, and would undo the page's rotation.
    handle = fz_page(page)
    text = mupdf.FzStextPage(mupdf.fz_expand_rect(mupdf.fz_bound_page(handle), _AROUND))
    device = mupdf.fz_new_stext_device(text, mupdf.FzStextOptions(flags))
    mupdf.fz_run_page_contents(handle, device, mupdf.FzMatrix(), mupdf.FzCookie())
    mupdf.fz_close_device(device)
    return text


def fz_page(page: pymupdf.Page) -> mupdf.FzPage:
    """MuPDF's own page; the functions of its library take no other."""
    return mupdf.FzPage(page.this) if isinstance(page.this, mupdf.PdfPage) else page.this


def _blocks(page: pymupdf.Page, flags: int) -> tuple[dict[str, Any], set[int]]:
    """The page's blocks, and the numbers of those that are images."""
    text = run_text_device(page, flags)
    if not flags & pymupdf.TEXT_PRESERVE_IMAGES:
        return pymupdf.TextPage(text).extractDICT(), set()
    # extractDICT() would re-encode each image; only their boxes are wanted, so they pass as vectors meanwhile.
    images = {}
    number, block = 0, text.m_internal.first_block
    while block:
        if block.type == mupdf.FZ_STEXT_BLOCK_IMAGE:
            images[number] = block
            block.type = mupdf.FZ_STEXT_BLOCK_VECTOR
        number, block = number + 1, block.next
    try:
        return pymupdf.TextPage(text).extractDICT(), set(images)
    finally:
        for block in images.values():  # MuPDF frees them by their type
            block.type = mupdf.FZ_STEXT_BLOCK_IMAGE


def _read_block(page: Page, order: int, raw_lines: list[dict[str, Any]]) -> None:
    for raw in raw_lines:
        spans = [_span(s) for s in raw["spans"] if s["text"].strip()]
        x0, y0, x1, y1 = raw["bbox"]
        at_edge = x0 < 0 or y0 < 0 or x1 > page.width or y1 > page.height
        if at_edge:
            spans = [span for span in spans if _on_page(page, span)]
        if not spans:
            continue
        spans[0].starts_cell = True
        box = union([s.box for s in spans]) if at_edge or len(spans) < len(raw["spans"]) else raw["bbox"]
        if raw["dir"][0] < 0.95:
            page.rotated.append(Line(page.number, order, box, spans))
            continue
        last = page.lines[-1] if page.lines else None
        if last and _continues(last, box, spans[0], last.block == order):
            last.spans += spans
            last.box = union((last.box, box))
        else:
            page.lines.append(Line(page.number, order, box, spans))


def _on_page(page: Page, span: Span) -> bool:
    """Cut the span at the page's edge; what lies outside goes to `page.outside`."""
    x0, y0, x1, y1 = span.box
    if x1 <= 0 or y1 <= 0 or x0 >= page.width or y0 >= page.height:
        page.outside.append(span.text)
        return False
    if x1 - x0 > y1 - y0 and (x0 < 0 or x1 > page.width):
        first, last = (round(len(span.text) * (edge - x0) / (x1 - x0)) for edge in (max(x0, 0), min(x1, page.width)))
        page.outside.append(span.text[:first] + span.text[last:])
        span.text, span.box = span.text[first:last], (max(x0, 0), y0, min(x1, page.width), y1)
    return bool(span.text)


def _continues(last: Line, box: Box, span: Span, same_block: bool) -> bool:
    """Is `box` on the baseline of `last` and next to it? (MuPDF splits lines at wide spaces and around formulas.)"""
    if box[1] > last.box[3] or box[3] < last.box[1]:
        return False
    overlap = min(last.box[3], box[3]) - max(last.box[1], box[1])
    gap = box[0] - last.box[2]
    size = last.spans[-1].size
    if overlap < 0.5 * min(last.height, box[3] - box[1]):
        return False
    if same_block and -0.5 * size <= gap <= 2.2 * size:
        return not _CAPTION_START.match(span.text)
    if -0.3 * size <= gap <= 0.4 * size and abs(span.size - size) < 0.6 and abs(box[3] - last.box[3]) < 0.4 * size:
        return True  # a line painted in pieces, as on coloured ground
    # the parts of a formula set within a line: scripts under each other, roots, fractions
    size = max(part.size for part in last.spans[-3:])
    small = min(span.size, last.spans[-1].size) < 0.85 * max(span.size, size) or span.math or last.spans[-1].math
    return small and -1.6 * size <= gap <= 0.5 * size and box[0] > last.box[0]


_CAPTION_START = re.compile(r"(fig(ure|\.)|tab(le|\.)|algorithm)\s*\d", re.I)


def _span(raw: dict[str, Any]) -> Span:
    font, flags = intern(raw["font"]), raw["flags"]  # one string for all spans of a font
    bold, italic, mono, math, caps, superscript = _style(font, flags)
    return Span(clean(raw["text"]), raw["bbox"], raw["size"], font, bold, italic, mono, math, caps, superscript,
                raw["color"], raw["alpha"], raw["char_flags"], raw["origin"][1])  # fmt: skip


@cache
def _style(font: str, flags: int) -> tuple[bool, bool, bool, bool, bool, bool]:
    """Bold, italic, mono, math, caps, superscript."""
    return (
        bool(flags & _BOLD or _BOLD_NAME.search(font)),
        bool(flags & _ITALIC or _ITALIC_NAME.search(font)),
        bool(flags & _MONO),
        bool(MATH_NAME.search(font)),
        bool(_CAPS_NAME.search(font)),
        bool(flags & _SUPERSCRIPT),
    )


def clean(text: str) -> str:
    """Without what has no looks; letters of formulas as letters, signs of private use as what they are."""
    if text.isascii() and text.isprintable():
        return text
    return _UNPRINTABLE.sub("", text.translate(_PRIVATE))


def union(boxes: Iterable[Box]) -> Box:
    """The smallest box around all; there must be one at least."""
    (x0, y0, x1, y1), *others = boxes
    for left, top, right, bottom in others:  # called everywhere: min() and max() would take three times as long
        x0 = left if left < x0 else x0
        y0 = top if top < y0 else y0
        x1 = right if right > x1 else x1
        y1 = bottom if bottom > y1 else y1
    return x0, y0, x1, y1
