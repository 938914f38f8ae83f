"""Pictures of figures, tables and equations, as PNG."""

import struct
import zlib
from collections import defaultdict

import pymupdf

from summarizer.pdf.page.pages import Page
from summarizer.types import Box

_WIDTH = 900  # pixels, for a figure over the whole text width
_MIN_SCALE, _MAX_SCALE = 1.4, 2.0  # pixels a point
_MAX_PIXELS = 3_000_000
_GREY, _RGB = 0, 2  # colour types of PNG
_COMPRESSION = 2  # as small as MuPDF's own PNG writer makes them, at half its time


class Crops:
    """Parts of pages to be rendered as PNG files, by name."""

    def __init__(self, pages: list[Page]) -> None:
        self._pages = {page.number: page for page in pages if page.can_render}
        self._names: set[str] = set()
        self._parts: defaultdict[int, list[tuple[str, pymupdf.Rect]]] = defaultdict(list)  # by page

    def add(self, label: str, number: int, crop: Box | None) -> str | None:
        """The name of the file that will show this part of a page; None if there is nothing to render."""
        page = self._pages.get(number)
        if crop is None or page is None:
            return None
        box = pymupdf.Rect(crop) & page.handle.rect
        if box.is_empty:
            return None
        name = self._name(label)
        self._names.add(name)
        self._parts[number].append((name, box))
        return name

    def render(self) -> dict[str, bytes]:
        """The files."""
        images: dict[str, bytes] = {}
        for number, parts in self._parts.items():
            page = self._pages[number]
            images |= {name: _rendered(page, box) for name, box in parts}
            del page.drawing
        return images

    def _name(self, label: str) -> str:
        word, _, number = label.lower().partition(" ")
        stem = {"figure": "fig", "table": "tab", "algorithm": "alg"}.get(word, word) + number.replace(".", "-")
        name, copy = f"{stem}.png", 2
        while name in self._names:
            name, copy = f"{stem}-{copy}.png", copy + 1
        return name


def _rendered(page: Page, box: pymupdf.Rect) -> bytes:
    scale = min(_MAX_SCALE, max(_MIN_SCALE, _WIDTH / box.width), (_MAX_PIXELS / (box.width * box.height)) ** 0.5)
    space = pymupdf.csGRAY if _is_grey(page, (box.x0, box.y0, box.x1, box.y1)) else pymupdf.csRGB
    pixmap = page.drawing.get_pixmap(matrix=pymupdf.Matrix(scale, scale), colorspace=space, clip=box, alpha=0)
    return png(pixmap.width, pixmap.height, pixmap.samples_mv)


def _is_grey(page: Page, box: Box) -> bool:
    """Is nothing in the box coloured, as in most tables? A picture may be."""
    shapes = (shape for shape in page.shapes if _meets(shape.box, box))
    if any(shape.image or not _is_grey_color(shape.color) for shape in shapes):
        return False
    lines = (line for line in (*page.lines, *page.rotated) if _meets(line.box, box))
    return all(_is_grey_color(span.color) for line in lines for span in line.spans)


def _is_grey_color(color: int) -> bool:
    return color >> 16 == color >> 8 & 0xFF == color & 0xFF


def _meets(one: Box, other: Box) -> bool:
    return one[0] < other[2] and one[2] > other[0] and one[1] < other[3] and one[3] > other[1]


def png(width: int, height: int, samples: bytes | memoryview) -> bytes:
    """Grey or RGB pixels as a PNG file (W3C PNG 1.2: IHDR, one IDAT of unfiltered rows, IEND)."""
    stride = len(samples) // height
    rows = b"\0" + b"\0".join([samples[start : start + stride] for start in range(0, len(samples), stride)])
    header = struct.pack("!IIBBBBB", width, height, 8, _GREY if stride == width else _RGB, 0, 0, 0)
    parts = (b"IHDR", header), (b"IDAT", zlib.compress(rows, _COMPRESSION)), (b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*part) for part in parts)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack("!I", len(data)) + kind + data + struct.pack("!I", zlib.crc32(kind + data))
