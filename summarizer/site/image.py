"""Pictures of a paper with their sizes, so that a page is laid out before they have come."""

import re
from dataclasses import dataclass

_PNG = re.compile(rb"\x89PNG\r\n\x1a\n.{4}IHDR(.{4})(.{4})", re.DOTALL)  # PNG specification, 5.2 and 11.2.2


@dataclass(frozen=True, slots=True)
class Image:
    """A figure, table or equation of the paper. Sizes in pixels."""

    file: str  # relative to the digest
    png: bytes
    width: int
    height: int


def read_image(file: str, png: bytes) -> Image | None:
    """None for what is no PNG."""
    found = _PNG.match(png)
    return Image(file, png, int.from_bytes(found[1]), int.from_bytes(found[2])) if found else None
