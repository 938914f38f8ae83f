"""Pictures made small enough to travel inside a page."""

import pymupdf

_WIDTH = 800  # pixels: the text width of a blog
_QUALITY = 80  # of JPEG, in percent: letters of labels stay clean


def small_picture(png: bytes) -> tuple[str, bytes]:
    """The media type and the bytes of a picture at most as wide as a blog's text: PNG or JPEG, whichever is smaller."""
    pixmap = pymupdf.Pixmap(png)
    if pixmap.width > _WIDTH:
        pixmap = pymupdf.Pixmap(pixmap, _WIDTH, max(1, round(pixmap.height * _WIDTH / pixmap.width)), None)
        png = pixmap.tobytes("png")
    jpeg = pixmap.tobytes("jpeg", jpg_quality=_QUALITY)
    return min((("image/png", png), ("image/jpeg", jpeg)), key=lambda picture: len(picture[1]))
