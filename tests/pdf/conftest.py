"""Small PDFs made on the spot."""

from collections.abc import Callable

import pymupdf
import pytest

BODY = (
    "Large language models are evaluated on many tasks. We train a 7B model on 1.2T tokens and report the results of "
    "three runs. The method is simple and needs no labels. It is described in the next section in more detail. "
)


class Draft:
    """A one-column paper under construction."""

    def __init__(self) -> None:
        self.document = pymupdf.open()
        self.page = self.document.new_page(width=612, height=792)
        self.y = 72.0

    def text(self, text: str, size: float = 10, font: str = "helv", gap: float = 8, **style: object) -> "Draft":
        box = pymupdf.Rect(72, self.y, 540, 760)
        left = self.page.insert_textbox(box, text, fontsize=size, fontname=font, align=0, **style)
        self.y += (box.height - left) + gap
        return self

    def heading(self, text: str) -> "Draft":
        self.y += 6
        return self.text(text, size=13, font="hebo", gap=6)

    def new_page(self) -> "Draft":
        self.page = self.document.new_page(width=612, height=792)
        self.y = 72.0
        return self

    def bytes(self, **options: object) -> bytes:
        data: bytes = self.document.tobytes(**options)
        return data


@pytest.fixture
def draft() -> Callable[[], Draft]:
    """A paper with a title, an abstract, an introduction; tests add to it."""

    def make() -> Draft:
        paper = Draft().text("A Method for Small Things", size=18, font="hebo", gap=16)
        paper.heading("Abstract").text(BODY)
        return paper.heading("1 Introduction").text(BODY).text(BODY)

    return make
