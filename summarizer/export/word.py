"""Digests as a document for word processors: real headings, lists and tables, formulas and pictures in place."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from io import BytesIO

from docx.document import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Cm, Emu, Pt
from docx.text.paragraph import Paragraph

from summarizer.export import words
from summarizer.export.formulas import FormulaPicture, formula_picture, formula_runs
from summarizer.export.ooxml import (
    add_link,
    add_picture,
    add_text,
    begin_list,
    chinese_document,
    lower,
    number,
    repeat_head,
)
from summarizer.output.markdown import stars
from summarizer.site.article import (
    Article,
    ArticleBlock,
    ArticleItem,
    Illustration,
    ShownEquation,
    ShownTable,
    SourcedText,
)
from summarizer.site.image import Image
from summarizer.site.pages import parted
from summarizer.site.rich import split_formulas, visible

_LONGEST_PROPERTY = 255  # characters
_TEXT_WIDTH, _TALLEST = Cm(16), Cm(20)
_POINTS_A_PIXEL = 0.5  # of crops: two pixels a point
_EM = 10.5  # points
_TABLE_SIZE, _MARK_SIZE = Pt(9), Pt(8)


def word_document(title: str, articles: Sequence[Article], made: datetime) -> bytes:
    """A .docx file. `title` is that of an issue, "" of one digest."""
    document = chinese_document()
    known, name = document.core_properties, visible(title or articles[0].title)
    known.title, known.author, known.language = name[:_LONGEST_PROPERTY], "summarizer", "zh-CN"
    known.created = known.modified = made
    if title:
        document.add_paragraph(visible(title), style="Title")
        for n, article in enumerate(articles, 1):
            rated = f"  {stars(article.stars)}" if article.stars else ""
            add_text(document.add_paragraph(), visible(f"{n}. {article.title}{rated}"))
    for n, article in enumerate(articles, 1):
        _DigestWriter(document, article).write(f"{n}. " if title else "")
    file = BytesIO()
    document.save(file)
    return file.getvalue()


class _DigestWriter:
    """Writes one digest at the end of a document."""

    def __init__(self, document: Document, article: Article) -> None:
        self._document, self._article = document, article

    def write(self, before_title: str) -> None:
        article, paper = self._article, self._article.paper
        self._text(self._document.add_heading(level=1), f"{before_title}{article.title}")
        if paper.title != article.title:
            self._text(self._paragraph("Subtitle"), paper.title)
        if article.gist:
            self._sentences(self._paragraph("Quote"), article.gist)
        self._facts(self._paragraph("Subtitle"))
        for note in article.notes:
            self._text(self._paragraph("Quote"), note)
        for section in article.sections:
            if section.heading and section.blocks:
                self._text(self._document.add_heading(level=2), section.heading)
            elif section.lead_in and section.blocks:
                lead_in = self._paragraph()
                lead_in.paragraph_format.keep_with_next = True
                self._text(lead_in, section.lead_in, bold=True)
            for block in section.blocks:
                self._block(block)
        self._text(self._paragraph("Caption"), article.checked)

    def _facts(self, paragraph: Paragraph) -> None:
        article, paper = self._article, self._article.paper
        rated = [stars(article.stars)] if article.stars else []
        self._text(paragraph, " · ".join([*rated, *words.facts(article)]))
        for name, address in ((paper.id, paper.url), ("PDF", paper.pdf_url), (words.CODE, article.code)):
            if address.startswith("http"):
                self._text(paragraph, " · ")
                add_link(paragraph, visible(name), address)

    def _block(self, block: ArticleBlock) -> None:
        if block.kind in ("prose", "points", "steps"):
            style = {"points": "List Bullet", "steps": "List Number"}.get(block.kind, "Normal")
            numbering = begin_list(self._document) if block.kind == "steps" else None
            for item in block.items:
                self._item(item, style, numbering)
        elif block.figure:
            self._figure(block.figure)
        elif block.rating:
            if block.rating.stars:
                self._text(self._paragraph(), stars(block.rating.stars))
            for name, score, reason in block.rating.scores:
                self._text(self._paragraph("List Bullet"), f"{name} {score}/4{f'：{reason}' if reason else ''}")
            if block.rating.note:
                self._text(self._paragraph(), block.rating.note)
        else:
            self._text(self._paragraph(), block.note)

    def _item(self, item: ArticleItem, style: str, numbering: int | None) -> None:
        for grid in item.grids:
            self._grid(grid)
        if item.said:
            paragraph = self._paragraph(style)
            if numbering is not None:
                number(paragraph, numbering)
            if item.label:
                self._text(paragraph, item.label, bold=True)
                self._text(paragraph, "：")
            self._sentences(paragraph, item.said)
        for formula in item.formulas:
            self._formula(formula)
        if item.explained:
            self._sentences(self._paragraph("Normal" if style == "Normal" else "List Continue"), item.explained)

    def _grid(self, grid: ShownTable) -> None:
        caption = self._paragraph("Caption")
        caption.paragraph_format.keep_with_next = True
        self._text(caption, grid.title, bold=True)
        self._text(caption, f"（{grid.source}" if grid.title and grid.source else grid.source)
        self._mark(caption, list(grid.pages))
        self._text(caption, "）" if grid.title and grid.source else "")
        table = self._document.add_table(rows=0, cols=1 + len(grid.columns), style="Table Grid")
        table.alignment = WD_TABLE_ALIGNMENT.CENTER
        heads = [(head, True) for head in (grid.corner, *grid.columns)]
        rows = [heads, *([(row.label, False), *row.cells] for row in grid.rows)]
        written = [None, *(row.source if row.written else None for row in grid.rows)]
        widths = _column_widths([[text for text, _ in row] for row in rows])
        for row, source in zip(rows, written, strict=True):
            for n, (cell, (text, bold)) in enumerate(zip(table.add_row().cells, row, strict=True)):
                cell.width, paragraph = widths[n], cell.paragraphs[0]
                paragraph.paragraph_format.space_after = Pt(0)
                paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT if n else WD_ALIGN_PARAGRAPH.LEFT
                self._text(paragraph, text, bold=bold)
                if source and n == len(grid.columns):
                    self._marks(paragraph, source)
                for run in paragraph.runs:
                    run.font.size = _TABLE_SIZE
        for column, width in zip(table.columns, widths, strict=True):
            column.width = width
        repeat_head(table)
        self._paragraph().paragraph_format.space_after = Pt(0)

    def _figure(self, figure: Illustration) -> None:
        if figure.image:
            self._picture(figure.image, figure.name)
        caption = self._paragraph("Caption")
        self._text(caption, f"{figure.name}：")
        self._sentences(caption, figure.caption)
        if figure.absent:
            self._text(caption, words.ABSENT.format(reason=figure.absent))
        if not figure.caption[0].anchor:
            self._mark(caption, [(figure.page, figure.link)])

    def _formula(self, formula: ShownEquation) -> None:
        picture = formula_picture(formula.tex, block=True) if formula.tex else None
        if picture:
            paragraph = self._paragraph()
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
            self._drawn(paragraph, picture, formula.tex)
        elif formula.image:
            self._picture(formula.image, formula.source.text)
        elif formula.tex:
            self._text(self._paragraph(), formula.tex)
        caption = self._paragraph("Caption")
        caption.alignment = WD_ALIGN_PARAGRAPH.CENTER
        self._text(caption, formula.source.text)
        self._marks(caption, formula.source)

    def _sentences(self, paragraph: Paragraph, sentences: Iterable[SourcedText]) -> None:
        """Each with its mark before the final punctuation."""
        for sentence in sentences:
            head, last, end = parted(sentence.text)
            self._text(paragraph, head + last)
            self._marks(paragraph, sentence)
            self._text(paragraph, f"{end} " if sentence.text[-1:] in ".!?" else end)

    def _marks(self, paragraph: Paragraph, source: SourcedText) -> None:
        self._mark(paragraph, list({quote.page: (quote.page, quote.link) for quote in source.quotes}.values()))

    def _mark(self, paragraph: Paragraph, places: Sequence[tuple[int, str]]) -> None:
        """`[p5,p7]`, raised, each page a link where the PDF has an address."""
        runs = []
        for n, (page, link) in enumerate(sorted(places)):
            runs.append(add_text(paragraph, "," if n else "["))
            name = words.PDF_PAGE.format(page=page) if page else words.ABSTRACT_PAGE
            runs.append(add_link(paragraph, name, link) if link.startswith("http") else add_text(paragraph, name))
        runs += [add_text(paragraph, "]")] if runs else []
        for run in runs:
            run.font.superscript, run.font.size = True, _MARK_SIZE

    def _text(self, paragraph: Paragraph, text: str, *, bold: bool = False) -> None:
        """Text with its formulas: as letters where these will do, else drawn."""
        for plain, latex in split_formulas(visible(text)):
            if plain:
                add_text(paragraph, plain).bold = bold or None
            runs = formula_runs(latex) if latex else ()
            for run in runs:
                made = add_text(paragraph, run.text)
                made.italic, made.bold = run.italic or None, bold or run.bold or None
                if run.script == "sub":
                    made.font.subscript = True
                elif run.script == "sup":
                    made.font.superscript = True
            if latex and not runs:
                if picture := formula_picture(latex, block=False):
                    self._drawn(paragraph, picture, latex)
                else:
                    add_text(paragraph, latex)

    def _drawn(self, paragraph: Paragraph, picture: FormulaPicture, latex: str) -> None:
        width = min(Pt(picture.width * _EM), _TEXT_WIDTH)
        lower(add_picture(paragraph, picture.png, width, latex), picture.depth * _EM)

    def _picture(self, image: Image, name: str) -> None:
        paragraph = self._paragraph()
        paragraph.alignment, paragraph.paragraph_format.keep_with_next = WD_ALIGN_PARAGRAPH.CENTER, True
        wide = min(_TEXT_WIDTH, Pt(image.width * _POINTS_A_PIXEL), Emu(_TALLEST * image.width // image.height))
        add_picture(paragraph, image.png, wide, name)

    def _paragraph(self, style: str = "Normal") -> Paragraph:
        return self._document.add_paragraph(style=style)


def _column_widths(rows: Sequence[Sequence[str]]) -> list[Emu]:
    """Of the whole text width, by the longest word of each column, and half of what is longer."""
    weights = [
        max(max(len(max(text.split(), key=len, default="")), len(text) / 2) for text in column) + 2
        for column in zip(*rows, strict=True)
    ]
    return [Emu(int(_TEXT_WIDTH * weight / sum(weights))) for weight in weights]
