"""Pictures of figures and tables, as PNG."""

import struct
import zlib

import pymupdf

from summarizer.pdf.floats import Float
from summarizer.pdf.pages import Page

_WIDTH = 900  # pixels, for a figure over the whole text width
_MIN_SCALE, _MAX_SCALE = 1.4, 2.0  # pixels a point
_MAX_PIXELS = 3_000_000
_ANTIALIAS = 4  # bits; the 8 of MuPDF cost a quarter more and look the same at this size
_COMPRESSION = 2  # as small as MuPDF's own PNG writer makes them, at half its time


class Crops:
    """PNG files by name. One display list is kept for the page worked on."""

    def __init__(self, pages: list[Page]) -> None:
        self.images: dict[str, bytes] = {}
        self._handles = {page.number: page.handle for page in pages if page.can_render}
        self._page = 0
        self._list: pymupdf.DisplayList | None = None
        pymupdf.TOOLS.set_aa_level(_ANTIALIAS)

    def add(self, item: Float) -> str | None:
        """Render the float and return the file name; None if there is nothing to render."""
        if item.crop is None or item.page not in self._handles:
            return None
        if self._page != item.page:
            self._page, self._list = item.page, self._handles[item.page].get_displaylist(annots=0)
        assert self._list is not None
        box = pymupdf.Rect(item.crop) & self._list.rect
        if box.is_empty:
            return None
        scale = min(_MAX_SCALE, max(_MIN_SCALE, _WIDTH / box.width), (_MAX_PIXELS / (box.width * box.height)) ** 0.5)
        pixmap = self._list.get_pixmap(matrix=pymupdf.Matrix(scale, scale), clip=box, alpha=0)
        name = self._name(item)
        self.images[name] = _png(pixmap)
        return name

    def _name(self, item: Float) -> str:
        word, _, number = item.label.lower().partition(" ")
        stem = {"figure": "fig", "table": "tab", "algorithm": "alg"}.get(word, word) + number.replace(".", "-")
        name, copy = f"{stem}.png", 2
        while name in self.images:
            name, copy = f"{stem}-{copy}.png", copy + 1
        return name


def _png(pixmap: pymupdf.Pixmap) -> bytes:
    """An RGB pixmap as a PNG file (W3C PNG 1.2: IHDR, one IDAT of unfiltered rows, IEND)."""
    samples, stride = pixmap.samples, pixmap.stride
    rows = b"".join(b"\0" + samples[start : start + stride] for start in range(0, len(samples), stride))
    header = struct.pack("!IIBBBBB", pixmap.width, pixmap.height, 8, 2, 0, 0, 0)
    parts = (b"IHDR", header), (b"IDAT", zlib.compress(rows, _COMPRESSION)), (b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*part) for part in parts)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack("!I", len(data)) + kind + data + struct.pack("!I", zlib.crc32(kind + data))
