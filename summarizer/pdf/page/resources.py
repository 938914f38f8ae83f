"""What the resources of a page and of the forms on it list.

PyMuPDF's `get_page_fonts()` and its like walk them once for each kind and describe every entry anew on every page.
"""

from dataclasses import dataclass, field

import pymupdf
from pymupdf import mupdf

_WIDTH = mupdf.PDF_ENUM_NAME_Width, mupdf.PDF_ENUM_NAME_W
_HEIGHT = mupdf.PDF_ENUM_NAME_Height, mupdf.PDF_ENUM_NAME_H


@dataclass(slots=True)
class Resources:
    """`fonts` and `forms` are xrefs, `images` are width and height in pixels."""

    fonts: set[int] = field(default_factory=set)
    forms: set[int] = field(default_factory=set)
    images: list[tuple[int, int]] = field(default_factory=list)


def read_resources(page: pymupdf.Page) -> Resources:
    """One walk through the page's resources and those of its forms, nested ones too."""
    found = Resources()
    whole = mupdf.pdf_page_from_fz_page(page.this).obj()
    todo = [mupdf.pdf_dict_get_inheritable(whole, mupdf.PDF_ENUM_NAME_Resources)]
    while todo:
        own = todo.pop()
        fonts = mupdf.pdf_dict_get(own, mupdf.PDF_ENUM_NAME_Font)
        for n in range(mupdf.pdf_dict_len(fonts)):
            found.fonts.add(mupdf.pdf_to_num(mupdf.pdf_dict_get_val(fonts, n)))
        drawn = mupdf.pdf_dict_get(own, mupdf.PDF_ENUM_NAME_XObject)
        for n in range(mupdf.pdf_dict_len(drawn)):
            stream = mupdf.pdf_dict_get_val(drawn, n)
            xref = mupdf.pdf_to_num(stream)
            kind = mupdf.pdf_to_name(mupdf.pdf_dict_get(stream, mupdf.PDF_ENUM_NAME_Subtype))
            if kind == "Image":
                found.images.append((_integer(stream, _WIDTH), _integer(stream, _HEIGHT)))
            elif xref not in found.forms:
                found.forms.add(xref)
                todo.append(mupdf.pdf_dict_get(stream, mupdf.PDF_ENUM_NAME_Resources))
    found.fonts.discard(0)  # a font that is no object of its own
    found.forms.discard(0)
    return found


def _integer(image: mupdf.PdfObj, names: tuple[int, int]) -> int:
    return int(mupdf.pdf_to_int(mupdf.pdf_dict_geta(image, *names)))
