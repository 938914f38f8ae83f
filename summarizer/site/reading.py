"""A `Digest` and its `Document` to an `Article`: the only module of the site that knows what those are made of."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Literal

from summarizer.output import words as said
from summarizer.output.markdown import figure_name, led_in, license_name, table_pages, table_source, venue
from summarizer.output.notes import checked, notes, silence
from summarizer.output.typography import raise_exponents
from summarizer.pdf import CitedPlace
from summarizer.site import words
from summarizer.site.article import (
    Article,
    ArticleBlock,
    ArticleItem,
    ArticleSection,
    Card,
    Illustration,
    Picture,
    Quote,
    ShownEquation,
    ShownRow,
    ShownTable,
    SourcedText,
    StarRating,
)
from summarizer.site.image import Image
from summarizer.site.rich import mathml
from summarizer.trust.claims import before_final_mark
from summarizer.types import (
    FIGURES,
    RATING,
    Claim,
    Digest,
    Document,
    Passage,
    Place,
    PlacedEquation,
    PlacedFigure,
    PlacedRow,
    PlacedTable,
    SectionKind,
    Stars,
)

Verdict = tuple[str, bool]

_VERBATIM: Verdict = (words.VERBATIM, True)
_GIST_LENGTH = 120  # characters of a card's line
_LISTS: dict[SectionKind, Literal["points", "steps"]] = {"points": "points", "limits": "points", "steps": "steps"}


class CitedPassages:
    """What a digest cites, found in the document of its paper; nothing where that is not there any more."""

    def __init__(self, digest: Digest, document: Document | None) -> None:
        self.digest = digest
        passages = document.passages if document else ()
        self._passages = {passage.id: passage for passage in passages}
        self._tables = {table.label: table for table in document.tables} if document else {}
        self._headings = [f"{s.number} {s.title}".strip() for s in document.sections] if document else []
        self._items = {p.item: p for p in passages if p.item and not p.row}

    def cited(self, claim: Claim) -> list[Passage]:
        return [self._passages[number] for number in claim.passages if number in self._passages]

    def row(self, row: PlacedRow) -> list[Passage]:
        """The rows of the paper that a shown one is from."""
        return [self._passages[number] for number in row.passages if number in self._passages]

    def equation(self, placed: PlacedEquation) -> Passage | None:
        return self._items.get(placed.label)

    def heading(self, passage: Passage) -> str:
        return self._headings[passage.section] if passage.section is not None else ""

    def places(self, passage: Passage) -> list[CitedPlace]:
        """Where it stands; a row is shown with its whole table, for it says little without the heads."""
        table = self._tables.get(passage.item) if passage.row else None
        parts = passage.places or (Place(passage.page, passage.bbox),)
        return [
            CitedPlace(part.page, part.bbox, passage.text, table.bbox if table and table.page == part.page else None)
            for part in parts
            if part.page
        ]

    def shown(self) -> Iterator[Passage]:
        """Everything that the page shows the evidence of."""
        for claim in self.digest.claims:
            yield from self.cited(claim)
        for table in self.digest.tables:
            for row in table.rows:
                yield from self.row(row)
        yield from filter(None, map(self.equation, self.digest.equations))


def cited_places(digest: Digest, document: Document) -> list[CitedPlace]:
    """Every place that the page can show a picture of."""
    source = CitedPassages(digest, document)
    return list(dict.fromkeys(place for passage in source.shown() for place in source.places(passage)))


def read(
    digest: Digest,
    document: Document | None,
    pictures: Mapping[CitedPlace, Picture],
    images: Mapping[str, Image],
    *,
    anchor: str = "",
) -> Article:
    """The article of a digest. Without a document, as in an old or damaged run, pages are cited without quotes.

    `pictures` are strips of pages, `images` the digest's own, by their files.
    """
    reader = _Reader(CitedPassages(digest, document), pictures, images, anchor)
    named = [name for name, kind in digest.kinds.items() if kind == "gist"]
    return Article(
        anchor=anchor,
        paper=digest.paper,
        title=digest.title_zh or digest.paper.title,
        gist=tuple(s for name in named for item in reader.items(name) for s in item.said),
        draft=digest.basis == "extract",
        venue=venue(digest.paper),
        license=license_name(digest.paper.license),
        code=digest.code,
        notes=tuple(notes(digest)),
        sections=tuple(reader.section(name) for name in digest.headings if name not in named),
        checked=checked(digest),
    )


class _Reader:
    """Numbers what has evidence as it goes."""

    def __init__(
        self,
        source: CitedPassages,
        pictures: Mapping[CitedPlace, Picture],
        images: Mapping[str, Image],
        anchor: str,
    ) -> None:
        self._source, self._digest, self._pictures, self._images = source, source.digest, pictures, images
        self._anchor = anchor
        self._count = 0

    def section(self, name: str) -> ArticleSection:
        figures = (self._illustration(figure) for figure in self._digest.figures if figure.section == name)
        blocks = (*self._blocks(name), *(ArticleBlock("figure", figure=figure) for figure in figures))
        heading = self._digest.headings[name]
        lead_in = said.LIMITS_LEAD_IN if self._digest.kinds[name] == "limits" and not heading else ""
        return ArticleSection(name, heading, lead_in, blocks)

    def _blocks(self, name: str) -> Iterator[ArticleBlock]:
        kind = self._digest.kinds[name]
        if kind == "rating" and self._digest.rating:
            yield ArticleBlock("rating", rating=_rating(self._digest.rating))
            if weakness := self.items(RATING):
                yield ArticleBlock("prose", (replace(weakness[0], label=said.WEAKNESS.rstrip("：")), *weakness[1:]))
        elif items := self.items(name):
            yield ArticleBlock(_LISTS.get(kind, "prose"), items)
        elif note := silence(self._digest, name):
            yield ArticleBlock("nothing", note=note)

    def items(self, name: str) -> tuple[ArticleItem, ...]:
        placed: Iterable[PlacedTable | PlacedEquation] = (*self._digest.tables, *self._digest.equations)
        claims = [claim for claim in self._digest.claims if claim.section == name]
        numbers = {claim.item for claim in claims} | {shown.item for shown in placed if shown.section == name}
        return tuple(self._item(name, n, [c for c in claims if c.item == n]) for n in sorted(numbers))

    def _item(self, name: str, number: int, claims: Sequence[Claim]) -> ArticleItem:
        at = name, number
        lead, said = led_in(self._digest, name, [c for c in claims if c.part != "explain" and c.row is None])
        return ArticleItem(
            grids=tuple(self._grid(t, claims) for t in self._digest.tables if (t.section, t.item) == at),
            label=lead,
            said=tuple(map(self._sentence, said)),
            formulas=tuple(self._formula(e) for e in self._digest.equations if (e.section, e.item) == at),
            explained=tuple(self._sentence(claim) for claim in claims if claim.part == "explain"),
        )

    def _sentence(self, claim: Claim) -> SourcedText:
        verdicts = (_VERBATIM,) if self._digest.basis == "extract" else tuple(_verdicts(claim))
        quotes = [self._quote(passage) for passage in self._source.cited(claim)]
        quotes = quotes or [self._page(page) for page in dict.fromkeys(claim.pages)]
        text = before_final_mark(claim.text, said.READ_OFF) if claim.verdict == "figure" else claim.text
        return self._evident(text, quotes, verdicts) if quotes else SourcedText(text)

    def _evident(self, text: str, quotes: Sequence[Quote], verdicts: tuple[Verdict, ...]) -> SourcedText:
        self._count += 1
        return SourcedText(text, f"{self._anchor}s{self._count}", tuple(quotes), verdicts)

    def _quote(self, passage: Passage) -> Quote:
        pictures = (self._pictures.get(place) for place in self._source.places(passage))
        shown = tuple(picture for picture in pictures if picture)
        display = passage.kind == "equation"
        text, tex = (passage.text, passage.tex) if display else (passage.tex or passage.text, "")
        return Quote(passage.page, self._source.heading(passage), text, tex, self._link(passage.page), shown)

    def _page(self, page: int) -> Quote:
        return Quote(page, "", "", "", self._link(page), ())

    def _link(self, page: int) -> str:
        paper = self._digest.paper
        return f"{paper.pdf_url}#page={page}" if page else paper.url

    def _shown(self, text: str, passages: Sequence[Passage], page: int) -> SourcedText:
        """The evidence of what the paper itself has."""
        return self._evident(text, [self._quote(p) for p in passages] or [self._page(page)], (_VERBATIM,))

    def _grid(self, table: PlacedTable, claims: Sequence[Claim]) -> ShownTable:
        rows = []
        for y, row in enumerate(table.rows):
            said = [claim for claim in claims if claim.row is not None and claim.row == row.claim]
            name = " · ".join(filter(None, [figure_name(table.label), row.label]))
            source = self._sentence(said[0]) if said else self._shown(name, self._source.row(row), table.page)
            cells = ((raise_exponents(cell), (y, x) in table.best) for x, cell in enumerate(row.cells))
            rows.append(ShownRow(source, raise_exponents(row.label), tuple(cells), bool(said)))
        corner, *columns = map(raise_exponents, (table.corner, *table.columns))
        pages = tuple((page, self._link(page)) for page in dict.fromkeys(table_pages(table)))
        return ShownTable(table.title, table_source(table), pages, corner, tuple(columns), tuple(rows))

    def _formula(self, equation: PlacedEquation) -> ShownEquation:
        number = equation.number
        name = said.EQUATION.format(number=number) if number else said.EQUATION_UNNUMBERED
        source = self._shown(name, list(filter(None, [self._source.equation(equation)])), equation.page)
        image = self._images.get(equation.file)
        tex = (
            "" if image and not mathml(equation.tex) else equation.tex
        )  # what cannot be set is shown as the paper has it
        return ShownEquation(source, tex, image)

    def _illustration(self, figure: PlacedFigure) -> Illustration:
        claims = [c for c in self._digest.claims if c.section == FIGURES and c.item == figure.item]
        caption = tuple(map(self._sentence, claims)) or (SourcedText(figure.caption),)
        image, link = self._images.get(figure.file), self._link(figure.page)
        absent = "" if image else words.PICTURE_GONE if figure.file else words.PICTURE_NOT_ALLOWED
        return Illustration(figure_name(figure.label), caption, figure.page, link, image, absent)


def _verdicts(claim: Claim) -> Iterator[Verdict]:
    """What the checks say: the program's, and the second reader's where it was asked."""
    if by_code := words.CODE_VERDICTS.get(claim.verdict):
        yield by_code, claim.verdict not in ("read", "figure")  # published on the word of who saw it
    if claim.reader:
        verdict, quote = words.READER_VERDICTS[claim.reader.verdict], claim.reader.quote
        text = words.READER_QUOTE.format(verdict=verdict, quote=quote) if quote else verdict
        yield text, claim.reader.verdict in ("supported", "repeated")


def _rating(rating: Stars) -> StarRating:
    if rating.stars is None:
        return StarRating(None, (), "：".join(filter(None, [said.NOT_RATED, said.WITHHELD.get(rating.withheld, "")])))
    scores = ((said.SCORES[name], score, rating.reasons.get(name, "")) for name, score in rating.scores.items())
    return StarRating(rating.stars, tuple(scores), "；".join(said.CAPS[name] for name in rating.caps))


def gist(digest: Digest) -> str:
    """What it says in one line: its gist, else the first sentence of its first section."""
    names = sorted(digest.headings, key=lambda name: digest.kinds[name] != "gist")
    first = next((claim.text for name in names for claim in digest.claims if claim.section == name), "")
    return first if len(first) <= _GIST_LENGTH else first[: _GIST_LENGTH - 1] + "…"


def card(
    digest: Digest, folder: str, images: Mapping[str, Image], *, date: str, made: str, issue: str, tags: Sequence[str]
) -> Card:
    """What lists say of a digest whose page is in `folder`."""
    paper = digest.paper
    figure = next((images[figure.file] for figure in digest.figures if figure.file in images), None)
    rating = _rating(digest.rating) if digest.rating else None
    return Card(
        folder=folder,
        id=paper.id,
        title=digest.title_zh or paper.title,
        original_title=paper.title,
        gist=gist(digest),
        authors=paper.authors,
        categories=paper.categories,
        tags=tuple(tags),
        date=date,
        made=made,
        url=paper.url,
        stars=rating.stars if rating else None,
        scores=rating.scores if rating else (),
        weakness=next((claim.text for claim in digest.claims if claim.section == RATING), ""),
        figure=figure.file if figure else "",
        figure_size=(figure.width, figure.height) if figure else (0, 0),
        draft=digest.basis == "extract",
        issue=issue,
    )


def full_text(digest: Digest) -> str:
    """What the search looks through beside the Chinese title: what is said in its order, tables, names."""
    cells = (" ".join([row.label, *row.cells]) for t in digest.tables for row in t.rows if row.claim is None)
    titles = (table.title for table in digest.tables)
    paper = digest.paper
    names = " ".join([paper.title, paper.id, *paper.authors])
    texts = sorted(digest.claims, key=lambda claim: digest.kinds.get(claim.section) != "gist")
    return "\n".join([*(claim.text for claim in texts), *titles, *cells, names])
