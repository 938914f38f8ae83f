"""What documents of Office Open XML need beyond python-docx: Chinese fonts, links, lists from 1, heads of tables.

Element names are those of ECMA-376, part 1, section 17.
"""

from io import BytesIO
from typing import Any

from docx import Document as new_document
from docx.document import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Length, Pt, RGBColor
from docx.table import Table
from docx.text.paragraph import Paragraph
from docx.text.run import Run

_THEMED = ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme")
_INK, _ACCENT, _MUTED = RGBColor(0x23, 0x22, 0x1F), RGBColor(0x0B, 0x5D, 0x69), RGBColor(0x67, 0x64, 0x5D)
_SERIF, _SANS = ("Times New Roman", "宋体"), ("Arial", "黑体")
_STYLES = {  # fonts for Latin and for Chinese, size in points, colour
    "Normal": (_SERIF, 10.5, _INK),
    "Title": (_SANS, 20, _INK),
    "Heading 1": (_SANS, 16, _INK),
    "Heading 2": (_SANS, 13, _ACCENT),
    "Caption": (_SERIF, 9, _MUTED),
    "Quote": (_SERIF, 10.5, _INK),
    "Subtitle": (_SERIF, 10, _MUTED),
}
_FIRST_CHINESE = "\u2e80"


def chinese_document() -> Document:
    """An empty A4 document whose styles have fonts for Chinese."""
    document = new_document()
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Cm(2.5)
    for name, (fonts, size, color) in _STYLES.items():
        style: Any = document.styles[name]
        properties = style.element.get_or_add_rPr()
        properties.remove_all("w:spacing")  # between letters
        _set_fonts(properties, *fonts)
        style.font.size, style.font.color.rgb = Pt(size), color
        style.font.italic, style.font.bold = False, name.startswith(("Title", "Heading"))
    normal: Any = document.styles["Normal"]
    normal.paragraph_format.line_spacing, normal.paragraph_format.space_after = 1.4, Pt(6)
    _set_language(normal.element.get_or_add_rPr())
    return document


def _set_fonts(properties: Any, latin: str, chinese: str) -> None:
    fonts = properties.get_or_add_rFonts()
    for theme in _THEMED:
        fonts.attrib.pop(qn(f"w:{theme}"), None)
    for place in ("ascii", "hAnsi", "cs"):
        fonts.set(qn(f"w:{place}"), latin)
    fonts.set(qn("w:eastAsia"), chinese)


def _set_language(properties: Any) -> None:
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "en-US")
    language.set(qn("w:eastAsia"), "zh-CN")
    properties.append(language)


def add_text(paragraph: Paragraph, text: str) -> Run:
    """Quotation marks and dashes in a run with Chinese are Chinese ones."""
    run = paragraph.add_run(text)
    if any(character >= _FIRST_CHINESE for character in text):
        fonts: Any = run._r.get_or_add_rPr().get_or_add_rFonts()
        fonts.set(qn("w:hint"), "eastAsia")
    return run


def add_link(paragraph: Paragraph, text: str, address: str) -> Run:
    """A run that leads to an address."""
    link = OxmlElement("w:hyperlink")
    link.set(qn("r:id"), paragraph.part.relate_to(address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
    run = add_text(paragraph, text)
    run.font.color.rgb = _ACCENT
    link.append(run._r)
    paragraph._p.append(link)
    return run


def add_picture(paragraph: Paragraph, png: bytes, width: Length, description: str) -> Run:
    """A picture in the line; the description is for those who do not see it."""
    run = paragraph.add_run()
    inline: Any = run.add_picture(BytesIO(png), width=width)._inline
    inline.docPr.set("descr", description)
    for side in ("distT", "distB", "distL", "distR"):  # without them some programs keep the text away
        inline.set(side, "0")
    return run


def begin_list(document: Document) -> int:
    """A new numbering in the manner of the style List Number; give it to `number`."""
    style: Any = document.styles["List Number"]
    numberings: Any = document.part.numbering_part.element
    manner = numberings.num_having_numId(style.element.pPr.numPr.numId.val).abstractNumId.val
    numbering = numberings.add_num(manner)
    numbering.add_lvlOverride(ilvl=0).add_startOverride(1)
    return int(numbering.numId)


def number(paragraph: Paragraph, numbering: int) -> None:
    """Make a paragraph the next item of a list."""
    properties: Any = paragraph._p.get_or_add_pPr()
    properties.get_or_add_numPr().get_or_add_numId().val = numbering


def repeat_head(table: Table) -> None:
    """Show the first row again on every page that the table runs over."""
    row: Any = table.rows[0]._tr
    row.get_or_add_trPr().append(OxmlElement("w:tblHeader"))


def lower(run: Run, points: float) -> None:
    """Set a run, such as a picture, below the baseline."""
    position = OxmlElement("w:position")
    position.set(qn("w:val"), str(round(-2 * points)))  # half-points
    properties: Any = run._r.get_or_add_rPr()
    properties.append(position)
