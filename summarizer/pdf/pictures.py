"""Pictures made small enough to travel inside a page or a request."""

import pymupdf

_WIDTH = 800  # pixels: the text width of a blog
_QUALITY = 80  # of JPEG, in percent: letters of labels stay clean
_SHRUNK = 0.7  # a step down halves the pixels


def small_picture(png: bytes) -> tuple[str, bytes]:
    """The media type and the bytes of a picture at most as wide as a blog's text: PNG or JPEG, whichever is smaller."""
    pixmap = pymupdf.Pixmap(png)
    return _smallest(pixmap, png, _WIDTH / pixmap.width)


def bounded_picture(png: bytes, longest_side: int, most_bytes: int) -> tuple[str, bytes]:
    """The same of at most so many pixels on its longest side, and as many fewer as `most_bytes` asks for."""
    pixmap = pymupdf.Pixmap(png)
    scale = longest_side / max(pixmap.width, pixmap.height)
    kind, picture = _smallest(pixmap, png, scale)
    while len(picture) > most_bytes:
        scale = min(scale, 1) * _SHRUNK
        kind, picture = _smallest(pixmap, png, scale)
    return kind, picture


def _smallest(pixmap: pymupdf.Pixmap, png: bytes, scale: float) -> tuple[str, bytes]:
    """The picture of `png`, made smaller by `scale` if that is below 1."""
    if scale < 1:
        width, height = (max(1, round(side * scale)) for side in (pixmap.width, pixmap.height))
        pixmap = pymupdf.Pixmap(pixmap, width, height, None)
        png = pixmap.tobytes("png")
    jpeg = pixmap.tobytes("jpeg", jpg_quality=_QUALITY)
    return min((("image/png", png), ("image/jpeg", jpeg)), key=lambda picture: len(picture[1]))
