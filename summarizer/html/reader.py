"""A page of LaTeXML to one flow of text with the places of its parts.

Everything is written into one string, in the order of the page; blocks, formulas, references, cells and lines are
ranges of it. So the PDF's passages can be laid along the whole paper by letters, and a range of letters says which
words and which LaTeX stand there. Footnotes follow the paragraph that carries their mark, as in the PDF.
"""

import re
from collections.abc import Iterator

from summarizer.html.markup import Element
from summarizer.html.mathml import is_sign, latex_of, linear
from summarizer.html.page import UselessPage, open_page
from summarizer.html.paper import BlockKind, Display, HtmlBlock, HtmlCell, HtmlFloat, HtmlPaper, Mark, MarkKind

_MOST_CHARACTERS = 3_000_000  # a long thesis has a million
_LEFT_OUT = {
    "ltx_TOC", "ltx_pagination", "ltx_note_mark", "ltx_note_type", "ltx_tag_note", "ltx_contact_name",
    "ltx_listing_data", "ltx_page_navbar", "ltx_rule",
}  # fmt: skip
_NUMBERS = {"ltx_cite", "ltx_tag"}  # what is printed by number: the two witnesses may differ, the PDF is right
_NOTES = {"ltx_note", "ltx_role_thanks"}
_LINKS = {"ltx_href", "ltx_url"}  # references whose text is the authors' own
_BLOCKS = {
    "p", "div", "section", "figure", "figcaption", "h1", "h2", "h3", "h4", "h5", "h6", "li", "dt", "dd", "ul", "ol",
    "dl", "blockquote", "table", "tr", "td", "th", "pre", "br",
}  # fmt: skip
_BLOCK_CLASSES = {"ltx_p", "ltx_inline-block", "ltx_listingline", "ltx_creator", "ltx_contact", "ltx_personname"}
_LABEL = re.compile(
    r"\s*(Table|Tab|Figure|Fig|Algorithm|Listing)\W*?\s*([A-Z]?\.?\d+(?:\.\d+)*|[IVXL]+)\b", re.IGNORECASE
)
_LABEL_NAMES = {"tab": "Table", "fig": "Figure"}


def read_html(page: bytes, paper_id: str = "") -> HtmlPaper:
    """Raises `UselessPage`. `paper_id`: see `open_page`."""
    article, hidden = open_page(page, paper_id)
    writer = _Writer()
    writer.children(article)
    return writer.finish(hidden)


class _Writer:
    """Walks the elements and writes the flow."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._size = 0
        self._blank = True  # at the beginning of a block, or behind a blank
        self._block_start = 0
        self._kind: BlockKind = "text"
        self._blocks: list[HtmlBlock] = []
        self._marks: list[Mark] = []
        self._displays: list[Display] = []
        self._notes: list[Element] = []
        self._floats: list[HtmlFloat] = []
        self._open = [HtmlFloat()]  # from the outside in; the first is the page itself

    def finish(self, hidden: int) -> HtmlPaper:
        self._break()
        floats = tuple(f for f in (*self._floats, self._open[0]) if f.tables or f.lines or f.label)
        return HtmlPaper(
            "".join(self._parts), tuple(self._blocks), tuple(self._marks), tuple(self._displays), floats, hidden
        )

    def children(self, element: Element) -> None:
        self._write(element.text)
        for child in element:
            self._element(child)
            self._write(child.tail)

    def _element(self, element: Element) -> None:
        classes = set((element.get("class") or "").split())
        if classes & _LEFT_OUT:
            return
        if element.tag == "math":
            self._formula(element)
        elif classes & _NOTES:
            self._notes.append(element)
            self._marks.append(Mark(self._size, self._size, "reference"))  # its number, which the PDF has in the text
        elif "ltx_ERROR" in classes:
            self._marked(element, "error")
        elif classes & _NUMBERS or ("ltx_ref" in classes and not classes & _LINKS):
            self._marked(element, "reference")
        elif element.tag == "table" and classes & {"ltx_equation", "ltx_equationgroup"}:
            self._equation(element)
        elif "ltx_tabular" in classes and self._kind != "cell" and not _is_layout(element):
            self._tabular(element)
        elif element.tag in ("figure", "figcaption"):
            self._float(element)
        elif "ltx_listingline" in classes:
            self._open[-1].lines.append(self._as_block(element, "code"))
        elif element.tag == "sup":
            if any(map(str.isalnum, "".join(element.itertext()))):
                self._append("^")  # a reader does not take it for one number with what it stands at
            self.children(element)
        elif element.tag == "svg":
            for inside in element.iter("foreignobject", "foreignObject"):
                self._as_block(inside, self._kind)
        elif element.tag in _BLOCKS or classes & _BLOCK_CLASSES:
            self._as_block(element, "code" if "ltx_verbatim" in classes else self._kind)
        else:
            self.children(element)

    def _write(self, text: str | None) -> None:
        if not text:
            return
        words = " ".join(text.split())
        if not self._blank and (text[:1].isspace() or not words):
            words = f" {words}"
        if words and text[-1].isspace() and not words.endswith(" "):
            words += " "
        self._append(words)

    def _append(self, text: str) -> None:
        text = "".join(filter(is_sign, text))
        if text:
            self._parts.append(text)
            self._size += len(text)
            if self._size > _MOST_CHARACTERS:
                raise UselessPage("it has more text than any paper")
            self._blank = text.endswith((" ", "\n"))

    def _break(self) -> None:
        """End the block that is being written; the footnotes it carries become blocks after it."""
        if self._size > self._block_start:
            self._blocks.append(HtmlBlock(self._block_start, self._size, self._kind))
            self._append("\n")
        self._blank = True
        self._block_start = self._size
        if self._kind != "cell":
            notes, self._notes = self._notes, []
            for note in notes:
                self._marks.append(Mark(self._size, self._size, "reference"))
                self._as_block(note, "text")

    def _as_block(self, element: Element, kind: BlockKind) -> tuple[int, int]:
        """Write an element as blocks of their own; returns their range."""
        self._break()
        outer, self._kind = self._kind, kind
        start = self._size
        self.children(element)
        end = self._size
        self._break()
        self._kind = outer
        return start, end

    def _marked(self, element: Element, kind: MarkKind) -> None:
        """What is within the element is one mark, a citation of many numbers too."""
        start, within = self._size, len(self._marks)
        self.children(element)
        self._marks[within:] = [Mark(start, self._size, kind)]

    def _formula(self, math: Element) -> None:
        start = self._size
        self._append(linear(math))
        self._marks.append(Mark(start, self._size, "formula", latex_of(math)))

    def _equation(self, table: Element) -> None:
        group = len(self._displays)
        for row in table.iter("tr"):
            self._break()
            outer, self._kind = self._kind, "equation"
            start = self._size
            cells: list[str] = []
            number = ""
            for cell in row.iter("td", "th"):
                classes = cell.get("class") or ""
                if "ltx_eqn_eqno" in classes:
                    number = "".join(cell.itertext()).strip()
                elif "pad" not in classes:
                    cells.append(" ".join(map(latex_of, cell.iter("math"))))
                for math in cell.iter("math"):
                    self._formula(math)
                    self._append(" ")
            end = self._size
            self._break()
            self._kind = outer
            if any(cells):
                self._displays.append(Display(start, end, number, tuple(cells), group))

    def _tabular(self, table: Element) -> None:
        rows: list[list[HtmlCell]] = []
        for row in _own_rows(table):
            rows.append([])
            for cell in _having(row, "ltx_td"):
                start, end = self._as_block(cell, "cell")
                classes = set((cell.get("class") or "").split())
                rows[-1].append(
                    HtmlCell(
                        start,
                        end,
                        _span(cell, "colspan"),
                        _span(cell, "rowspan"),
                        head="ltx_th_column" in classes,
                        rule_above=not classes.isdisjoint({"ltx_border_t", "ltx_border_tt"}),
                        rule_below=not classes.isdisjoint({"ltx_border_b", "ltx_border_bb"}),
                    )
                )
        self._open[-1].tables.append(rows)

    def _float(self, element: Element) -> None:
        if element.tag == "figcaption":
            own = self._open[-1]
            own.caption = self._as_block(element, "caption")
            own.label = _label("".join(element.itertext()))
            return
        self._open.append(HtmlFloat())
        self._as_block(element, self._kind)
        done = self._open.pop()
        if done.label:
            self._floats.append(done)
        else:  # a panel: what it holds is its figure's
            self._open[-1].tables += done.tables
            self._open[-1].lines += done.lines


def _label(caption: str) -> str:
    found = _LABEL.match(caption)
    return f"{_LABEL_NAMES.get(found[1].lower(), found[1].capitalize())} {found[2]}" if found else ""


def _own_rows(table: Element) -> Iterator[Element]:
    """The rows of a tabular, not those of tabulars within its cells. Within a line they are no `tr`, but of a class."""
    for child in table:
        classes = child.get("class") or ""
        if "ltx_thead" in classes or "ltx_tbody" in classes or "ltx_tfoot" in classes:
            yield from _having(child, "ltx_tr")
        elif child.tag == "tbody":  # lxml's, around rows without one
            yield from child
    yield from _having(table, "ltx_tr")


def _having(parent: Element, css_class: str) -> list[Element]:
    return [child for child in parent if css_class in (child.get("class") or "").split()]


def _is_layout(table: Element) -> bool:
    """Does a tabular only put others side by side?"""
    inner = [other for other in table.find_class("ltx_tabular") if other is not table]
    return any(sum(len(_having(row, "ltx_td")) > 1 for row in _own_rows(other)) > 1 for other in inner)


def _span(cell: Element, name: str) -> int:
    """How many columns or rows a cell covers: an attribute, or a class where it is no `td`."""
    found = re.search(rf"\bltx_{name}_(\d+)", cell.get("class") or "")
    value = cell.get(name) or (found[1] if found else "1")
    return min(int(value), 100) if value.isdecimal() and int(value) else 1
