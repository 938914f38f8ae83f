"""The signs of mathematical fonts, by the names of their glyphs.

Some producers map such fonts to Unicode by their codes in other fonts: theta to a check mark, "is in" to a 2. Others
give no map, and MuPDF does not know TeX's names of large signs. So a font whose name says that it is one of signs gets
a map made of the names that its encoding, or the font program's own, gives its codes.
"""

import re
import unicodedata
from collections.abc import Iterable

import pymupdf
from pymupdf import mupdf

from summarizer.pdf.page.pages import UNKNOWN

SIGNS = re.compile(
    r"CM(MI|SY|EX|BSY)|MT(MI|SY|EX)|MS[AB]M|[tpn]x(sy|ex|mi)|New[TP]XMI|LMMath|STIXMath|Pazo|TeX-math|EU[FSE]M|rsfs|wasy"
    r"|stmary|esint|Dingbat|Math",
)
_BUILT_IN = re.compile(rb"dup\s+(\d+)\s*/(\S+)\s+put")
_SIZE = re.compile(r"(?<=[a-z])(?:[bB]igg?|display|text|wide|wider|widest|v\d)$")
_HEXADECIMAL = re.compile(r"u(?:ni)?([0-9A-F]{4,5})$")
_NOTHING = "\u200b"  # zero width: a piece of a sign that another piece stands for
_OTHER = {  # names that are not in MuPDF's list
    "hat": "ˆ", "vextendsingle": "|", "vextenddouble": "∥", "a19": "✓", "a20": "✔", "a21": "✕", "a22": "✖", "a23": "✗",
    "a24": "✘", "Circle": "○", "CIRCLE": "●", "radicalbt": "√", "radicalvertex": _NOTHING, "radicaltp": _NOTHING,
    "bracehtipdownleft": _NOTHING, "bracehtipdownright": _NOTHING, "bracehtipupleft": _NOTHING,
    "bracehtipupright": _NOTHING,
}  # fmt: skip
_MATHABX = {  # has its signs under the names of the letters that the encoding T1 has there
    "matha": {
        "grave": "+", "acute": "−", "circumflex": "×", "dieresis": "·", "quotedblleft": "=", "P": "∈", "bar": "|",
        "p": "(", "q": ")", "r": "[", "s": "]", "t": "{", "u": "}",
    },
    "mathx": {"rcaron": "∑", "ydieresis": "∑", "sacute": "∏", "zacute": "∏"} | dict.fromkeys("hijklmno", _NOTHING),
}  # fmt: skip
_CMAP = """/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /Signs def /CMapType 2 def
1 begincodespacerange <00> <FF> endcodespacerange
{count} beginbfchar
{lines}
endbfchar
endcmap CMapName currentdict /CMap defineresource pop end end"""


def name_signs(document: pymupdf.Document, fonts: Iterable[int]) -> None:
    """Map the mathematical fonts among `fonts` (xrefs) to Unicode by names; to be called before a page is read."""
    pdf = mupdf.pdf_document_from_fz_document(document.this)
    for xref in fonts:
        font = mupdf.pdf_new_indirect(pdf, xref, 0)
        if name_at(font, "Subtype") == "Type1" and SIGNS.search(name_at(font, "BaseFont")):
            names = glyph_names(font)
            known = _MATHABX.get(name_at(font, "BaseFont").partition("TeX-")[2][:5])
            signs = {code: known.get(name, UNKNOWN) if known else sign_of(name) for code, name in names.items()}
            if names:
                _map(document, xref, names, signs)


def glyph_names(font: mupdf.PdfObj) -> dict[int, str]:
    """The names that a simple font gives its codes: its Differences, else those of an embedded Type 1 program."""
    encoding = mupdf.pdf_dict_gets(font, "Encoding")
    listed = mupdf.pdf_dict_gets(encoding, "Differences")
    names: dict[int, str] = {}
    code = 0
    for n in range(mupdf.pdf_array_len(listed)):
        item = mupdf.pdf_array_get(listed, n)
        if mupdf.pdf_is_name(item):
            names[code] = mupdf.pdf_to_name(item)
            code += 1
        else:
            code = mupdf.pdf_to_int(item)
    if names or not mupdf.pdf_is_null(encoding):
        return names
    program = mupdf.pdf_dict_gets(mupdf.pdf_dict_gets(font, "FontDescriptor"), "FontFile")
    if not mupdf.pdf_is_stream(program):
        return {}
    clear, _, _ = mupdf.pdf_load_stream(program).fz_buffer_extract_copy().partition(b"eexec")
    return {int(code): name.decode("latin-1") for code, name in _BUILT_IN.findall(clear)}


def name_at(font: mupdf.PdfObj, key: str) -> str:
    """The name under this key; "" if there is none."""
    return str(mupdf.pdf_to_name(mupdf.pdf_dict_gets(font, key)))


def sign_of(name: str) -> str | None:
    """What a glyph of that name says; None if the name is not known."""
    stem = name.partition(".")[0]
    for known in (stem, _SIZE.sub("", stem)):
        if known in _OTHER:
            return _OTHER[known]
        if found := _HEXADECIMAL.match(known):
            return unicodedata.normalize("NFKC", chr(int(found[1], 16)))  # italic letters of formulas as letters
        if code := mupdf.fz_unicode_from_glyph_name_strict(known):
            return chr(code)
    return None


def _map(document: pymupdf.Document, xref: int, names: dict[int, str], signs: dict[int, str | None]) -> None:
    """Replace the font's ToUnicode by one for the names that MuPDF reads differently; the others need none."""
    own = {
        code: sign for code, sign in signs.items()
        if sign is not None and mupdf.fz_unicode_from_glyph_name(names[code]) != ord(sign)
    }  # fmt: skip
    if not own:
        document.xref_set_key(xref, "ToUnicode", "null")
        return
    lines = "\n".join(f"<{code:02X}> <{sign.encode('utf-16-be').hex()}>" for code, sign in own.items())
    stream = document.get_new_xref()
    document.update_object(stream, "<<>>")
    document.update_stream(stream, _CMAP.format(count=len(own), lines=lines).encode())
    document.xref_set_key(xref, "ToUnicode", f"{stream} 0 R")
