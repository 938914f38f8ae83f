"""One PDF to one `Parsed`: the readable sequence of steps. Runs in the child process (`child.py`)."""

import re
from collections.abc import Iterator
from dataclasses import replace

import pymupdf
from pymupdf import mupdf

from summarizer.pdf.floats.algorithms import indented
from summarizer.pdf.floats.crops import Crops
from summarizer.pdf.floats.floats import find_floats
from summarizer.pdf.headings.candidates import REFERENCES, plain
from summarizer.pdf.headings.front import find_abstract, find_other_paper, find_title
from summarizer.pdf.headings.headings import Heading, find_headings
from summarizer.pdf.headings.outline import with_outline
from summarizer.pdf.page.boxes import widened
from summarizer.pdf.page.fonts import name_signs
from summarizer.pdf.page.furniture import remove_furniture
from summarizer.pdf.page.glyphs import Glyphs
from summarizer.pdf.page.hidden import addressed_to_models, remove_hidden
from summarizer.pdf.page.layout import Layout, stray_labels, survey
from summarizer.pdf.page.lines import finish
from summarizer.pdf.page.pages import Line, Page, fz_page, read_page
from summarizer.pdf.page.resources import read_resources
from summarizer.pdf.page.unseen_text import find_unseen_text
from summarizer.pdf.text.anchors import attach
from summarizer.pdf.text.footnotes import take_footnotes
from summarizer.pdf.text.passages import Attached, PassagePiece, cut
from summarizer.pdf.text.references import split_references
from summarizer.pdf.text.sentences import ADDRESS_AT_END, PaperWords
from summarizer.types import Algorithm, Box, Document, Equation, Figure, HiddenText, Parsed, Passage, Section, Table

_ANTIALIAS = 4  # bits; the 8 of MuPDF cost a quarter more and look the same in crops
_MARGIN = 3.0  # points around an equation in its picture
_OUT_OF_MEMORY = re.compile(r"alloc \(.*\) failed|out of memory|exceeds maximum")  # MuPDF's and FreeType's


def parse(pdf: bytes, *, crops: bool, outline: bool, max_pages: int) -> Parsed:
    """Parse a PDF. Raises MemoryError or RecursionError; all else that can be wrong with it is an outcome."""
    pymupdf.TOOLS.mupdf_display_errors(False)
    pymupdf.TOOLS.mupdf_display_warnings(False)
    pymupdf.TOOLS.set_aa_level(_ANTIALIAS)
    if not pdf:
        return Parsed("empty", "the file has 0 bytes")
    if b"%PDF-" not in pdf[:1024]:
        return Parsed("not_pdf", f"the file begins with {pdf[:16]!r}, not with %PDF-")
    try:
        with pymupdf.open(stream=pdf, filetype="pdf") as document:
            return _parse(document, crops, outline, max_pages)
    except (RuntimeError, ValueError, mupdf.FzErrorBase) as error:
        text = f"{type(error).__name__}: {error}"
        if _OUT_OF_MEMORY.search(text):
            raise MemoryError from error
        return Parsed("broken", text[:300])


def _parse(document: pymupdf.Document, crops: bool, outline: bool, max_pages: int) -> Parsed:
    if document.needs_pass:
        return Parsed("encrypted", "the file needs a password")
    if not document.page_count:
        return Parsed("broken", "no pages can be read: the file is truncated or damaged")
    warnings = []
    if document.page_count > max_pages:
        warnings.append(f"only the first {max_pages} of {document.page_count} pages were parsed")
    pages, unseen, failures = _read(document, max_pages)
    warnings += failures
    if not unseen and not any(page.lines for page in pages) and failures:
        return Parsed("broken", failures[0])
    hidden = (*unseen, *find_unseen_text(document, pages))
    for page in pages:
        page.lines = [line for line in page.lines if line.text]
        page.rotated = [line for line in page.rotated if line.text]
    pictured = _are_pictures(pages)
    remove_furniture(pages)
    letters = sum(len(line.text) for page in pages for line in page.lines)
    if not letters or (pictured and letters < 80 * len(pages)):  # beside a scan: a stamp, a library's note
        empty = Document("", document.page_count, hidden_text=hidden, warnings=tuple(warnings))
        return Parsed("no_text", "the pages carry no text: a scan?", empty)
    parsed = _assemble(document, pages, hidden, warnings, crops, outline)
    return _as_scanned(parsed) if pictured else parsed


def _are_pictures(pages: list[Page]) -> bool:
    """Is at least every second page one picture?"""
    return sum(any(s.image and _share(s.box, page) > 0.6 for s in page.shapes) for page in pages) >= 0.5 * len(pages)


def _as_scanned(parsed: Parsed) -> Parsed:
    """The text on pictures of pages is what a scanner's reader took it for: no number of it is sure."""
    if parsed.document is None:
        return parsed
    tables = tuple(replace(table, sure=False) for table in parsed.document.tables)
    warning = "the pages are pictures: their text is what a scanner's reader took it for"
    warnings = (*parsed.document.warnings, warning)
    return replace(parsed, document=replace(parsed.document, tables=tables, warnings=warnings))


def _share(box: Box, page: Page) -> float:
    return (box[2] - box[0]) * (box[3] - box[1]) / (page.width * page.height)


def _read(document: pymupdf.Document, max_pages: int) -> tuple[list[Page], list[HiddenText], list[str]]:
    """The pages without their hidden text, this text, and which pages cannot be read.

    A page is done with before the next one is read: what it is made of is in the processor's cache then.
    """
    pages, hidden, failures = list[Page](), list[HiddenText](), list[str]()
    fonts: set[int] = set()
    for number in range(min(document.page_count, max_pages)):
        try:
            handle = document[number]
            resources = read_resources(handle)
            name_signs(document, resources.fonts - fonts)
            fonts |= resources.fonts
            page = read_page(handle, resources)
        except (RuntimeError, ValueError, mupdf.FzErrorBase) as error:
            if _OUT_OF_MEMORY.search(str(error)):
                raise MemoryError from error
            failures.append(f"page {number + 1} cannot be read: {type(error).__name__}: {error}"[:200])
            continue
        hidden += remove_hidden(page)
        for line in (*page.lines, *page.rotated):
            finish(line)
        pages.append(page)
    return pages, hidden, failures


def _assemble(
    document: pymupdf.Document,
    pages: list[Page],
    hidden: tuple[HiddenText, ...],
    warnings: list[str],
    crops: bool,
    outline: bool,
) -> Parsed:
    layout = survey(pages)
    if other := find_other_paper(pages, layout):
        number, title = other
        warnings.append(f"page {number} begins another paper, {title!r}: only the first was read; split the file")
        pages = [page for page in pages if page.number < number]
    words = PaperWords((line for page in pages for line in page.lines), _addresses(pages))
    title, title_lines = find_title(pages[0], layout)
    notes = {page.number: take_footnotes(page, layout) for page in pages}
    glyphs = Glyphs(pages)
    noted = {n: [line for note in own for line in note.lines] for n, own in notes.items()}
    floats = find_floats(pages, layout, words, noted, glyphs)
    inside = {id(line) for f in floats for line in (*f.caption_lines, *f.lines)} | title_lines
    inside |= {id(line) for page in pages for line in stray_labels(page, layout)}
    flow = [line for page in pages for line in page.lines if id(line) not in inside]
    headings = find_headings(flow, layout)
    if outline:
        headings = with_outline(headings, document, flow)
    headings = find_abstract(flow, headings, layout)
    sections = _sections(flow, headings)
    attached = attach(flow, notes, floats, layout, words, glyphs)
    pieces, references = _pieces(flow, headings, layout, words, attached, glyphs)
    spoken = filter(None, (addressed_to_models(piece.page, piece.text) for piece, _ in pieces))
    drawn = (f for f in floats if f.is_table and f.crop and not f.lines)
    warnings += [f"{f.label} on page {f.page} has no text in the file: its cells are a picture" for f in drawn]
    lost = (f for f in floats if not f.crop)
    warnings += [f"{f.label} on page {f.page}: only its caption was found" for f in lost]
    images = Crops(pages) if crops else None
    figures, tables = [], []
    for f in floats:
        image = images.add(f.label, f.page, f.crop) if images else None
        grid = f.grid
        if f.is_table or grid.rows:
            sure = bool(grid.rows) and not grid.doubts
            tables.append(Table(f.label, f.caption, f.page, f.box, image, grid.corner, grid.columns, grid.rows, sure))
        if not f.is_table:
            figures.append(Figure(f.label, f.caption, f.page, f.box, image))
    algorithms = (Algorithm(f.label, indented(f.steps), f.page) for f in floats if f.steps)
    passages, equations = _number(pieces, images)
    result = Document(
        title, document.page_count, tuple(sections), tuple(passages), tuple(figures), tuple(tables),
        references, (*hidden, *spoken), tuple(warnings), _authors(document), tuple(equations), tuple(algorithms),
    )  # fmt: skip
    return Parsed("ok", "", result, images.render() if images else {})


def _addresses(pages: list[Page]) -> Iterator[str]:
    """Where the links lead of the pages that have an address at a line's end."""
    for page in pages:
        if any("://" in line.text and ADDRESS_AT_END.search(line.text) for line in page.lines):
            links = mupdf.fz_load_links(fz_page(page.handle))  # Page.first_link would list the annotations too
            link = links.m_internal
            while link:
                if link.uri:
                    yield link.uri
                link = link.next


def _sections(flow: list[Line], headings: list[Heading]) -> list[Section]:
    sections = []
    references_seen = in_appendix = False
    for heading in headings:
        name = plain(heading.title)
        if name.startswith(("appendi", "supplementary")) or (re.match(r"[A-Z]\b", heading.number) and references_seen):
            in_appendix = True
        closing = name.startswith(("acknowledg", "limitation", "ethic", "broaderimpact"))
        appendix = in_appendix or (references_seen and not closing)
        page = flow[min(heading.first, len(flow) - 1)].page
        sections.append(Section(heading.title, heading.number, heading.level, page, appendix))
        references_seen |= name in REFERENCES
    return sections


def _pieces(
    flow: list[Line],
    headings: list[Heading],
    layout: Layout,
    words: PaperWords,
    attached: Attached,
    glyphs: Glyphs,
) -> tuple[list[tuple[PassagePiece, int | None]], tuple[str, ...]]:
    """Passages with the section they are in, and the entries of the reference list."""
    pieces: list[tuple[PassagePiece, int | None]] = []
    entries: list[str] = []
    first = headings[0].first if headings else len(flow)
    pieces += [(piece, None) for piece in cut(flow[:first], layout, words, attached, glyphs)]
    for index, heading in enumerate(headings):
        end = headings[index + 1].first if index + 1 < len(headings) else len(flow)
        pieces += [(piece, index) for line in flow[heading.first : heading.last] for piece in attached.take(line)]
        lines = flow[heading.last : end]
        if heading.run_in:
            lines = [_rest(flow[heading.last - 1], heading.run_in), *lines]
        if plain(heading.title) in REFERENCES:
            entries += split_references(lines, words)
            pieces += [(piece, index) for line in lines for piece in attached.take(line)]
        else:
            pieces += [(piece, index) for piece in cut(lines, layout, words, attached, glyphs)]
    return pieces, tuple(entries)


def _rest(line: Line, text: str) -> Line:
    return Line(line.page, line.block, line.box, line.spans, text, line.size, line.font)


def _number(
    pieces: list[tuple[PassagePiece, int | None]], images: Crops | None
) -> tuple[list[Passage], list[Equation]]:
    """Passages by number; an equation is an item as well, with its own."""
    passages: list[Passage] = []
    equations: list[Equation] = []
    for n, (p, section) in enumerate(pieces, 1):
        item = p.item
        if p.kind == "equation":
            item = f"E{len(equations) + 1}"
            image = images.add(item, p.page, widened(p.box, _MARGIN)) if images else None
            equations.append(Equation(item, p.number, p.text, p.page, p.box, image=image))
        passages.append(Passage(n, p.page, section, p.text, p.box, p.kind, p.places, item=item, row=p.row))
    return passages, equations


def _authors(document: pymupdf.Document) -> tuple[str, ...]:
    author = (document.metadata or {}).get("author") or ""
    names = [name.strip() for name in re.split(r";|,|\band\b", author)]
    return tuple(name for name in names if re.search(r"[^\W\d_]{2}", name))
