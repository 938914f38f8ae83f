"""The pictures that a digest shows, as they lie beside it."""

import re
from pathlib import Path

from summarizer.site.image import Image, read_image
from summarizer.types import Digest

_FIGURE = re.compile(r"figures/[\w.-]+\.png")


def image_files(digest: Digest) -> list[str]:
    """The files that it names."""
    files = (*(figure.file for figure in digest.figures), *(equation.file for equation in digest.equations))
    return [file for file in files if file]


def load_images(digest: Digest, folder: Path) -> dict[str, Image]:
    """By their files; without those that are gone, that are no PNG, or that lie elsewhere than pictures do."""
    files = [file for file in image_files(digest) if _FIGURE.fullmatch(file) and (folder / file).is_file()]
    images = (read_image(file, (folder / file).read_bytes()) for file in files)
    return {image.file: image for image in images if image}
