"""Where the text in a PDF's structures is not the text on its page: ActualText, ToUnicode, notes, outline, metadata."""

import re
import zlib
from collections.abc import Iterator

import pymupdf
from pymupdf import mupdf

from summarizer.pdf.page.fonts import SIGNS, glyph_names, name_at
from summarizer.pdf.page.hidden import INSTRUCTION, severity
from summarizer.pdf.page.lines import finish
from summarizer.pdf.page.pages import TEXT_FLAGS, Page, read_page
from summarizer.types import HiddenText

_ANNOTATION_HIDDEN = mupdf.PDF_ANNOT_IS_HIDDEN | mupdf.PDF_ANNOT_IS_NO_VIEW | mupdf.PDF_ANNOT_IS_INVISIBLE
_BFCHAR = re.compile(rb"<([0-9A-Fa-f]{2})>\s*<([0-9A-Fa-f]{4})>")
_BFRANGE = re.compile(rb"<([0-9A-Fa-f]{2})>\s*<([0-9A-Fa-f]{2})>\s*<([0-9A-Fa-f]{4})>")
_STANDARD = ("WinAnsiEncoding", "MacRomanEncoding", "StandardEncoding")
_MAX_CONTENT = 8_000_000
_LIE = 0.3  # share of a font's letters that its ToUnicode may map elsewhere before it is called a lie


def find_unseen_text(document: pymupdf.Document, pages: list[Page]) -> list[HiddenText]:
    """Report text that only the file's structures carry; take spans of fonts that lie out of the lines, in place."""
    found = [*_outside_pages(document)]
    lying = _lying_fonts(document, pages)
    streams: dict[int, bool] = {}
    for page in pages:
        found += _actual_text(page, streams)
        found += _annotations(page.handle)
    for xref in lying:
        document.xref_set_key(xref, "ToUnicode", "null")
    if lying:
        pymupdf.TOOLS.store_shrink(100)  # of the fonts as they were
    for page in pages:
        if not page.resources.fonts.isdisjoint(lying):
            found += _drop_lies(page)
    return found


def _outside_pages(document: pymupdf.Document) -> Iterator[HiddenText]:
    places = [(str(value), "in the metadata") for value in (document.metadata or {}).values() if value]
    places += [(str(title), "in the outline") for _, title, *_ in document.get_toc()]
    places += [(name, "name of an attachment") for name in document.embfile_names()]
    for text, reason in places:
        if INSTRUCTION.search(text):
            yield HiddenText(1, text[:500], reason, "warn")


def _actual_text(page: Page, verdicts: dict[int, bool]) -> list[HiddenText]:
    """What ActualText puts in place of the drawn glyphs, if it differs."""
    if not _mentions_actual_text(page, verdicts):
        return []
    drawn = {word for line in page.lines for span in line.spans for word in span.text.split()}
    claimed = [
        word for line in read_page(page.handle, page.resources, TEXT_FLAGS & ~pymupdf.TEXT_IGNORE_ACTUALTEXT).lines
        for span in line.spans for word in span.text.split()
    ]  # fmt: skip
    text = " ".join(word for word in claimed if word not in drawn)
    if len(re.findall(r"[^\W\d_]{2}", text)) < 3:
        return []
    return [HiddenText(page.number, text, "ActualText is not what the page shows", severity(text))]


def _mentions_actual_text(page: Page, verdicts: dict[int, bool]) -> bool:
    """Look at the first megabytes of the page's content and of its forms, nested ones too; `verdicts` by stream.

    `Page.read_contents()` would unpack a bomb whole.
    """
    streams = [*page.handle.get_contents(), *page.resources.forms]
    for xref in streams:
        if xref not in verdicts:
            verdicts[xref] = _has_actual_text(page.handle.parent, xref)
    return any(verdicts[xref] for xref in streams)


def _has_actual_text(document: pymupdf.Document, xref: int) -> bool:
    raw = document.xref_stream_raw(xref)
    try:
        raw = zlib.decompressobj().decompress(raw, _MAX_CONTENT)
    except zlib.error:
        if "FlateDecode" in document.xref_get_key(xref, "Filter")[1]:  # MuPDF repairs more than zlib does: look closer
            return True
    return b"/ActualText" in raw


def _annotations(handle: pymupdf.Page) -> Iterator[HiddenText]:
    """Notes with instructions; a reader's own notes are nobody's business."""
    if handle.first_annot is None:
        return
    for annotation in handle.annots():
        text = annotation.info.get("content", "")
        if text and INSTRUCTION.search(text):
            hidden = bool(annotation.flags & _ANNOTATION_HIDDEN)
            yield HiddenText(
                handle.number + 1, text, f"in {'a hidden' if hidden else 'an'} annotation", "high" if hidden else "warn"
            )


def _lying_fonts(document: pymupdf.Document, pages: list[Page]) -> set[int]:
    """Fonts whose ToUnicode contradicts the names of their glyphs."""
    used = set[int]().union(*(page.resources.fonts for page in pages if page.lines))
    return {xref for xref in used if _contradicts(document, xref)}


def _contradicts(document: pymupdf.Document, xref: int) -> bool:
    font = mupdf.pdf_new_indirect(mupdf.pdf_document_from_fz_document(document.this), xref, 0)
    if name_at(font, "Subtype") in ("Type0", "Type3"):  # no glyph names to compare with
        return False
    if SIGNS.search(name_at(font, "BaseFont")):  # is read by its names
        return False
    unicode = mupdf.pdf_dict_gets(font, "ToUnicode")
    if not mupdf.pdf_is_indirect(unicode):
        return False
    stream = document.xref_stream(mupdf.pdf_to_num(unicode)) or b""
    claimed = {int(code, 16): chr(int(char, 16)) for code, char in _BFCHAR.findall(stream)}
    for first, last, char in _BFRANGE.findall(stream):
        for offset in range(int(last, 16) - int(first, 16) + 1):
            claimed[int(first, 16) + offset] = chr(int(char, 16) + offset)
    names = _letters(font)
    compared = [(claimed[code], name) for code, name in names.items() if code in claimed and len(name) == 1]
    wrong = sum(char.lower() != name.lower() for char, name in compared)
    return wrong >= 3 and wrong > _LIE * len(compared)


def _letters(font: mupdf.PdfObj) -> dict[int, str]:
    """Names of glyphs by code, from the font's Differences or from a standard encoding (its letters only)."""
    if name_at(font, "Encoding") in _STANDARD:
        return {code: chr(code) for code in range(0x41, 0x7B) if chr(code).isalpha()}
    return glyph_names(font)


def _drop_lies(page: Page) -> list[HiddenText]:
    """Take out what the page does not show; the honest text of another font of the same name stays."""
    shown = {(span.box, span.text) for line in read_page(page.handle, page.resources).lines for span in line.spans}
    dropped = []
    for line in page.lines:
        dropped += [span.text for span in line.spans if (span.box, span.text) not in shown]
        line.spans = [span for span in line.spans if (span.box, span.text) in shown]
    page.lines = [finish(line) for line in page.lines if line.spans]
    text = " ".join(" ".join(dropped).split())
    return [HiddenText(page.number, text, "ToUnicode contradicts the glyphs", "high")] if text else []
