"""A PDF page as values: text lines with their style, ruled lines and shapes, images.

One pass of MuPDF's text device a page collects the text and, interleaved with it in the order of
painting, the vector graphics; images need a second pass, made only where a page has any. Only the
page's own contents are read: readers' highlights and notes are annotations and stay out.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pymupdf
from pymupdf import mupdf

from summarizer.types import Box

# No TEXT_PRESERVE_LIGATURES: MuPDF then spells ligatures out. ActualText may say what the page does not show.
TEXT_FLAGS: int = (
    pymupdf.TEXT_MEDIABOX_CLIP
    | pymupdf.TEXT_PRESERVE_WHITESPACE
    | pymupdf.TEXT_COLLECT_VECTORS
    | pymupdf.TEXT_IGNORE_ACTUALTEXT
)

_MAX_IMAGE_PIXELS = 100_000_000
_SUPERSCRIPT, _ITALIC, _MONO, _BOLD = 1, 2, 8, 16
_BOLD_NAME = re.compile(r"bold|black|heavy|medi(?!um\s*it)|CMBX|CMSSBX|SFBX|[-,]B\b|-Bd|Demi", re.I)
_ITALIC_NAME = re.compile(r"ital|obli|CMTI|CMSL|SFTI|-It\b", re.I)
_CAPS_NAME = re.compile(r"CMCSC|SmallCap|[-]SC\b|SFCC", re.I)
_MATH_NAME = re.compile(
    r"CMMI|CMSY|CMEX|MSAM|MSBM|Math|EUFM|EUSM|rsfs|Symbol|txsy|txmi|pxsy|stmary|MTMI|MTSY|CMBSY|bbm|dsrom", re.I
)
_ACCENT = {"´": "\u0301", "`": "\u0300", "¨": "\u0308", "ˆ": "\u0302", "˜": "\u0303", "ˇ": "\u030c", "˘": "\u0306",
           "¯": "\u0304", "˙": "\u0307", "˚": "\u030a", "˝": "\u030b", "¸": "\u0327"}  # fmt: skip
_LOOSE_ACCENT = re.compile(rf"([{''.join(_ACCENT)}])[ ]?([^\W\d_])")
_UNPRINTABLE = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufffe\uffff\ud800-\udfff]"
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


@dataclass(slots=True)
class Page:
    """`number` counts from 1. `rotated` are the lines that do not run from left to right."""

    number: int
    width: float
    height: float
    handle: pymupdf.Page
    can_render: bool  # False: an image is so large that decoding it would take all memory
    lines: list[Line] = field(default_factory=list)
    rotated: list[Line] = field(default_factory=list)
    shapes: list[Shape] = field(default_factory=list)
    top: float = 0.0  # the lower edge of the running head
    bottom: float = float("inf")  # the upper edge of the running foot


def read_page(page: pymupdf.Page, text_flags: int = TEXT_FLAGS) -> Page:
    """Read one page; coordinates are as displayed, rotation included."""
    listed = page.parent.get_page_images(page.number)
    can_render = all(width * height <= _MAX_IMAGE_PIXELS for _, _, width, height, *_ in listed)
    if listed and can_render:
        text_flags |= pymupdf.TEXT_PRESERVE_IMAGES
    raw, images = _run_text_device(page, text_flags)
    rect = page.rect
    result = Page(page.number + 1, rect.width, rect.height, page, can_render)
    for block in raw["blocks"]:
        order = block["number"]
        if block["type"] == 0:
            _read_block(result, order, block["lines"])
        elif order in images:
            result.shapes.append(Shape(block["bbox"], order, image=True))
        else:
            result.shapes.append(
                Shape(block["bbox"], order, False, block["stroked"], block["isrect"], block["color"], block["alpha"])
            )
    return result


def _run_text_device(page: pymupdf.Page, flags: int) -> tuple[dict[str, Any], set[int]]:
    """The page's blocks, and the numbers of those that are images."""
    # Page.get_textpage() would run the annotations too, and would undo the page's rotation.
    handle = mupdf.FzPage(page.this) if isinstance(page.this, mupdf.PdfPage) else page.this
    text = mupdf.FzStextPage(mupdf.fz_bound_page(handle))
    device = mupdf.fz_new_stext_device(text, mupdf.FzStextOptions(flags))
    mupdf.fz_run_page_contents(handle, device, mupdf.FzMatrix(), mupdf.FzCookie())
    mupdf.fz_close_device(device)
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
        spans = [_span(s) for s in raw["spans"] if s["text"] and not s["text"].isspace()]
        if not spans:
            continue
        spans[0].starts_cell = True
        box = union([s.box for s in spans]) if len(spans) > 1 else spans[0].box
        if raw["dir"][0] < 0.95:
            page.rotated.append(make_line(page.number, order, spans, box))
            continue
        last = page.lines[-1] if page.lines else None
        if last and _continues(last, box, spans[0], last.block == order):
            last.spans += spans
            last.box = union((last.box, box))
        else:
            page.lines.append(Line(page.number, order, box, spans))


def finish(line: Line) -> Line:
    """Fill in the text and the style that most of the line has."""
    spans = line.spans
    line.text = line_text(spans)
    if len(spans) == 1:
        (span,) = spans
        line.size, line.font = round(span.size * 2) / 2, span.font
        line.bold, line.italic, line.mono, line.caps = span.bold, span.italic, span.mono, span.caps
        line.math_share = float(span.math)
        return line
    weights: dict[tuple[float, str], int] = {}
    total = bold = italic = mono = caps = math = 0
    for span in spans:
        count = len(span.text)
        style = round(span.size * 2) / 2, span.font
        weights[style] = weights.get(style, 0) + count
        total += count
        bold += count * span.bold
        italic += count * span.italic
        mono += count * span.mono
        caps += count * span.caps
        math += count * span.math
    line.size, line.font = max(weights, key=weights.__getitem__)
    line.bold, line.italic, line.mono = bold >= 0.8 * total, italic >= 0.8 * total, mono >= 0.8 * total
    line.caps = caps >= 0.5 * total
    line.math_share = math / total
    if is_upper(line.text):  # small capitals made of two sizes
        line.size = max(size for size, font in weights if font == line.font)
    return line


def is_upper(text: str) -> bool:
    """Are nearly all letters capitals, and are there three at least?"""
    if text.islower() or not text:
        return False
    letters = sum(map(str.isalpha, text))
    return letters >= 3 and sum(map(str.isupper, text)) >= 0.8 * letters


def make_line(page: int, block: int, spans: list[Span], box: Box) -> Line:
    return finish(Line(page, block, box, spans))


def _continues(last: Line, box: Box, span: Span, same_block: bool) -> bool:
    """Is `box` on the baseline of `last` and next to it? (MuPDF splits lines at wide spaces and around formulas.)"""
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
    small = span.size < 0.85 * size or span.math or last.spans[-1].math or last.spans[-1].size < 0.85 * span.size
    return small and -1.6 * size <= gap <= 0.5 * size and box[0] > last.box[0]


_CAPTION_START = re.compile(r"(fig(ure|\.)|tab(le|\.)|algorithm)\s*\d", re.I)
_styles: dict[tuple[str, int], tuple[bool, bool, bool, bool, bool]] = {}


def _span(raw: dict[str, Any]) -> Span:
    font, flags = raw["font"], raw["flags"]
    key = (font, flags & ~_SUPERSCRIPT)
    style = _styles.get(key)
    if style is None:
        style = _styles[key] = (
            bool(flags & _BOLD or _BOLD_NAME.search(font)),
            bool(flags & _ITALIC or _ITALIC_NAME.search(font)),
            bool(flags & _MONO),
            bool(_MATH_NAME.search(font)),
            bool(_CAPS_NAME.search(font)),
        )
    text = raw["text"]
    if not text.isascii():
        text = _UNPRINTABLE.sub("", text).replace("\u00a0", " ")
    return Span(text, raw["bbox"], raw["size"], font, *style, bool(flags & _SUPERSCRIPT),
                raw["color"], raw["alpha"], raw["char_flags"])  # fmt: skip


def line_text(spans: list[Span]) -> str:
    """Join spans; mark superscripts that are exponents, drop those that are footnote or citation marks."""
    if len(spans) == 1:
        return _composed(spans[0].text)
    parts: list[str] = []
    last: Span | None = None
    for span in spans:
        text = span.text
        if last is None and span.superscript and len(spans) > 1:  # the mark of a footnote
            text = f"{text.strip()} "
        if last is not None:
            gap = span.box[0] - last.box[2]
            if gap > 0.18 * min(span.size, last.size) and not (parts[-1].endswith(" ") or text.startswith(" ")):
                parts.append(" ")
            if span.superscript and (mark := _superscript("".join(parts[-2:]), text, last)) is not None:
                text = mark
        parts.append(text)
        last = span
    return _composed("".join(parts))


def _composed(text: str) -> str:
    """Accents painted as glyphs of their own put on their letters; single spaces."""
    if not text.isascii():
        text = _LOOSE_ACCENT.sub(_compose, text)
    return " ".join(text.split())


_MARK = re.compile(r"[\d,\s*†‡§¶–-]+$")


def _superscript(before: str, text: str, last: Span) -> str | None:
    """What a superscript becomes in plain text; None: it stays as it is."""
    stripped = text.strip()
    if not _MARK.match(stripped) and not re.match(r"[−+-]?\w{1,3}$", stripped):
        return None
    if re.search(r"[^\W\d_]{3}$|[.,;:)\]”’]$", before.rstrip()) and not last.math and _MARK.match(stripped):
        return " " if text.endswith(" ") else ""
    if re.search(r"[\w)\]]$", before) and not last.superscript:
        return "^" + stripped + (" " if text.endswith(" ") else "")
    return None


def _compose(match: re.Match[str]) -> str:
    accent, letter = match.groups()
    base = {"ı": "i", "ȷ": "j"}.get(letter, letter)
    whole = unicodedata.normalize("NFC", base + _ACCENT[accent])
    return whole if len(whole) == 1 else match[0]


def repeated_shapes(pages: list[Page]) -> set[tuple[int, ...]]:
    """Keys (`shape_key`) of shapes at one place on three pages or more: rules under running heads, logos."""
    count: Counter[tuple[int, ...]] = Counter()
    for page in pages:
        count.update({shape_key(shape.box) for shape in page.shapes})
    return {key for key, n in count.items() if n >= 3 and n >= 0.2 * len(pages)}


def shape_key(box: Box) -> tuple[int, ...]:
    """The same for boxes at one place, to two points."""
    return tuple(round(v / 2) for v in box)


def union(boxes: Iterator[Box] | tuple[Box, ...] | list[Box]) -> Box:
    """The smallest box around all; there must be one at least."""
    x0, y0, x1, y1 = zip(*boxes, strict=True)
    return min(x0), min(y0), max(x1), max(y1)
