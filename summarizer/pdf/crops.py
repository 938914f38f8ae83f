"""Pictures of figures and tables."""

import pymupdf

from summarizer.pdf.floats import Float

_MARGIN = 4.0  # points around the box
_WIDTH = 1200  # pixels of a wide figure
_SCALE = 2.5  # pixels a point at most
_MAX_PIXELS = 3_000_000


class Crops:
    """PNG files by name. One display list is kept for the page worked on."""

    def __init__(self, document: pymupdf.Document) -> None:
        self.images: dict[str, bytes] = {}
        self._document = document
        self._page = 0
        self._list: pymupdf.DisplayList | None = None

    def add(self, item: Float) -> str:
        """Render the float's box and return the file name."""
        page = self._document[item.page - 1]
        if self._page != item.page:
            self._page, self._list = item.page, page.get_displaylist(annots=0)
        assert self._list is not None
        box = pymupdf.Rect(item.box) + (-_MARGIN, -_MARGIN, _MARGIN, _MARGIN)
        box &= page.rect
        scale = min(_SCALE, _WIDTH / max(1, box.width), (_MAX_PIXELS / max(1, box.width * box.height)) ** 0.5)
        pixmap = self._list.get_pixmap(matrix=pymupdf.Matrix(scale, scale), clip=box, alpha=0)
        name = self._name(item)
        self.images[name] = pixmap.tobytes("png")
        return name

    def _name(self, item: Float) -> str:
        word, _, number = item.label.lower().partition(" ")
        stem = {"figure": "fig", "table": "tab", "algorithm": "alg"}.get(word, word) + number.replace(".", "-")
        stem = "".join(c for c in stem if c.isalnum() or c == "-")
        name, copy = f"{stem}.png", 2
        while name in self.images:
            name, copy = f"{stem}-{copy}.png", copy + 1
        return name
