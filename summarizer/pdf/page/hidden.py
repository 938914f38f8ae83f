"""Text that a program extracts but a reader does not see: taken out of the lines and reported.

Cheap suspicion first, from what the text device says of each span: render mode, opacity, size, colour
against what was painted before, cover painted after. Only where shapes or images are involved is the
spot rendered to see. Severity is high only where hidden text gives instructions, warn where it is
long, info else.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

import pymupdf
from pymupdf import mupdf

from summarizer.pdf.page.pages import Line, Page, Shape, Span, union
from summarizer.types import Box, HiddenText, Severity

_PAINTED = mupdf.FZ_STEXT_FILLED | mupdf.FZ_STEXT_STROKED
_MIN_SIZE = 1.5  # points; nobody reads less
_MIN_ALPHA = 26  # of 255
_MIN_CONTRAST = 0.12  # of luminance, 0..1
_LIGHT = 0.75  # luminance from which text is compared with its ground
_LONG = 6  # different words
_ZOOM = 1.5
_MAX_PIXELS = 4_000_000
_WHITE = 0xFFFFFF

INSTRUCTION = re.compile(
    r"(ignore|disregard|forget|override)\W.{0,40}(instruction|prompt|guideline|rule)"
    r"|(give|write|provide|output|produce|only|recommend)\W.{0,40}\bpositive\W.{0,10}"
    r"(review|rating|evaluation|feedback|assessment)"
    r"|positive review|(not|never)\W.{0,20}(highlight|mention|list|state)\W.{0,20}(negative|weakness|limitation|flaw)"
    r"|(note|attention|message|instructions?) (to|for) .{0,20}(AI|LLM|language model|reviewer)"
    r"|(if|when|as) (you are|you're|an?) .{0,20}(AI|LLM|language model|assistant)\b.{0,80}"
    r"(must|should|please|rate|recommend|accept)"
    r"|(must|should|please|strongly) (recommend|accept|rate)\W.{0,30}(accept|paper|high|best|10)"
    r"|rate this paper|recommend acceptance"
    r"|nur positive|ignoriere.{0,30}anweisung|ignore[zr]?.{0,30}(instructions|instrucciones)"
    r"|(忽略|无视|忘记).{0,12}(指令|指示|提示|要求)|(只|仅|请).{0,8}(正面|积极|好评).{0,4}(评价|评审|评论)?"
    r"|作为.{0,6}(AI|模型|审稿).{0,12}(请|必须|应)",
    re.I | re.S,
)
_HINTS = ("AI", "LLM", "anguage model", "gnore", "IGNORE", "忽略")  # one is in all that `_ADDRESSED` matches
_ADDRESSED = re.compile(
    r"(note|attention|message|instructions?) (to|for) (all )?(the )?(AI|LLM|language model)"
    r"|if you are an? (AI|LLM|(large )?language model)"
    r"|ignore (all )?(the )?(previous|prior|above) (instruction|prompt)"
    r"|忽略.{0,8}(之前|以上|先前).{0,8}(指令|指示|提示)",
    re.I,
)


class _Look(NamedTuple):
    """Where to look at the rendered page: for pixels of about `color` among others, or for any contrast."""

    box: Box
    color: int | None = None


_Suspicion = tuple[str, _Look | None]  # why text may not be seen, and the look that can tell; None: it is certain


def severity(text: str) -> Severity:
    """How bad it is that this text is hidden."""
    if INSTRUCTION.search(text):
        return "high"
    words = (
        len({word.lower() for word in re.findall(r"[^\W\d_]{2,}", text)})
        + sum("\u4e00" <= c <= "\u9fff" for c in text) // 2
    )
    return "warn" if words >= _LONG else "info"


def remove_hidden(page: Page) -> list[HiddenText]:
    """Take hidden spans out of the page's lines, in place, and report them."""
    reasons: dict[str, list[str]] = {"outside the page": page.outside}
    for line, span, reason in _hidden_spans(page):
        if not reasons.get(reason) or line.spans[0] is span:
            reasons.setdefault(reason, []).append("")
        reasons[reason][-1] += span.text
        line.spans = [other for other in line.spans if other is not span]
        if line.spans:
            line.box = union(other.box for other in line.spans)
    page.lines = [line for line in page.lines if line.spans]
    texts = ((reason, " ".join(" ".join(texts).split())) for reason, texts in reasons.items())
    return [HiddenText(page.number, text, reason, severity(text)) for reason, text in texts if text]


def addressed_to_models(page: int, text: str) -> HiddenText | None:
    """Visible text that speaks to a language model: not hidden, but worth a warning."""
    if not (any(hint in text for hint in _HINTS) and _ADDRESSED.search(text)):
        return None
    return HiddenText(page, text, "visible text that addresses a language model", "warn")


def _hidden_spans(page: Page) -> Iterator[tuple[Line, Span, str]]:
    scan = any(s.image and _area(s.box) > 0.6 * page.width * page.height for s in page.shapes)
    ocr_layer = scan and not INSTRUCTION.search(
        " ".join(s.text for line in page.lines for s in line.spans if not s.char_flags & _PAINTED)
    )
    grounds = [s for s in page.shapes if _can_hide(s)]
    suspects: list[tuple[Line, Span, list[_Suspicion]]] = []
    for line in page.lines:
        near = _touching(line, grounds) if grounds else []
        for span in line.spans:
            if not span.char_flags & _PAINTED:
                if not ocr_layer:
                    suspects.append((line, span, [("render mode paints nothing", None)]))
            elif span.alpha < _MIN_ALPHA:
                suspects.append((line, span, [("transparent", None)]))
            elif span.size < _MIN_SIZE or _squashed(span):
                suspects.append((line, span, [("too small to read", None)]))
            elif near or (span.color and _luminance(span.color) >= _LIGHT):
                suspects.append((line, span, list(_suspicions(line, span, near))))
    eye = _Eye(page, [look.box for *_, suspicions in suspects for _, look in suspicions if look])
    for line, span, suspicions in suspects:
        reasons = (reason for reason, look in suspicions if look is None or not eye.sees(look))
        if reason := next(reasons, None):
            yield line, span, reason


def _squashed(span: Span) -> bool:
    x0, y0, x1, y1 = span.box
    width, height = x1 - x0, y1 - y0
    if width >= 0.4 * len(span.text) and height >= 1.2:
        return False
    letters = len(span.text.strip())
    return letters >= 8 and (min(width, height) < 1.2 or max(width, height) / letters < 0.4)


def _can_hide(shape: Shape) -> bool:
    """An image or a filled, opaque path, large enough to have words on it or under it."""
    x0, y0, x1, y1 = shape.box
    return not shape.stroked and shape.alpha > 200 and x1 - x0 > 15 and y1 - y0 > 4


def _suspicions(line: Line, span: Span, near: list[Shape]) -> Iterator[_Suspicion]:
    """Text in the colour of its ground, or under a cover."""
    covering = [s for s in near if _covers(s.box, span.box)]
    before = [s for s in covering if s.order < line.block and not s.image]
    ground = before[-1].color if before else _WHITE
    if (before or _luminance(span.color) >= _LIGHT) and _contrast(span.color, ground) < 2 * _MIN_CONTRAST:
        images = any(s.image and s.order < line.block for s in near)
        if not before and not images:
            if _contrast(span.color, ground) < _MIN_CONTRAST:
                yield "the colour of the page", None
            return
        yield "the colour of its ground", _Look(span.box)
    covers = [s.box for s in covering if s.order > line.block]
    if covers:
        whole = any(_covers(box, line.box) for box in covers)  # then one look serves all spans of the line
        yield "covered", _Look(line.box if whole else span.box, span.color)


class _Eye:
    """Looks at `boxes` of the page as rendered; the part with them is rendered at the first look."""

    def __init__(self, page: Page, boxes: list[Box]) -> None:
        self._page = page
        self._boxes = boxes
        zoom = min(_ZOOM, (_MAX_PIXELS / (page.width * page.height)) ** 0.5)
        self._matrix = pymupdf.Matrix(zoom, zoom)
        self._pixmap: pymupdf.Pixmap | None = None
        self._seen: dict[Box, dict[bytes, int]] = {}

    def _colours(self, box: Box) -> dict[bytes, int]:
        if not self._page.can_render:
            return {}
        if box not in self._seen:
            if self._pixmap is None:
                self._pixmap = self._page.drawing.get_pixmap(self._matrix, pymupdf.csRGB, clip=union(self._boxes))
            spot = (pymupdf.Rect(box) * self._matrix).irect & self._pixmap.irect
            self._seen[box] = {} if spot.is_empty else self._pixmap.color_count(colors=True, clip=spot)
        return self._seen[box]

    def sees(self, look: _Look) -> bool:
        if look.color is None:
            return self._contrast(look.box) >= _MIN_CONTRAST
        return self._shows(look.box, look.color)

    def _contrast(self, box: Box) -> float:
        """Largest difference of luminance within the box."""
        seen = [0.2126 * red + 0.7152 * green + 0.0722 * blue for red, green, blue in self._colours(box)]
        return (max(seen) - min(seen)) / 255 if seen else 0.0

    def _shows(self, box: Box, color: int) -> bool:
        """Are there pixels of about this colour in the box, and others?"""
        colours = self._colours(box)
        enough = 0.002 * sum(colours.values())
        if len(colours) < 2 or colours.get(color.to_bytes(3, "big"), 0) >= enough:
            return len(colours) > 1
        return sum(n for c, n in colours.items() if _near(c, color)) >= enough


def _luminance(color: int) -> float:
    return (0.2126 * (color >> 16 & 255) + 0.7152 * (color >> 8 & 255) + 0.0722 * (color & 255)) / 255


def _contrast(a: int, b: int) -> float:
    return abs(_luminance(a) - _luminance(b))


def _near(pixel: bytes, color: int) -> bool:
    return (
        abs(pixel[0] - (color >> 16 & 255)) < 64
        and abs(pixel[1] - (color >> 8 & 255)) < 64
        and abs(pixel[2] - (color & 255)) < 64
    )


def _area(box: Box) -> float:
    return (box[2] - box[0]) * (box[3] - box[1])


def _touching(line: Line, shapes: list[Shape]) -> list[Shape]:
    x0, y0, x1, y1 = line.box
    return [s for s in shapes if s.box[1] < y1 and y0 < s.box[3] and s.box[0] < x1 and x0 < s.box[2]]


def _covers(outer: Box, inner: Box) -> bool:
    """Is at least nine tenths of `inner` within `outer`?"""
    width = min(outer[2], inner[2]) - max(outer[0], inner[0])
    height = min(outer[3], inner[3]) - max(outer[1], inner[1])
    return width > 0 and height > 0 and width * height >= 0.9 * _area(inner)
