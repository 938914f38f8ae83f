"""A digest as its page shows it: sections of blocks of sentences, each sentence with what it cites.

The only module of the site that knows what a `Digest` is made of.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from typing import Literal

from summarizer.output.markdown import figure_name
from summarizer.output.words import ALL_OMITTED, ALL_REPEATED, CAPS, NOT_RATED, NOTHING, SCORES, WITHHELD
from summarizer.pdf import CitedPlace, Excerpt
from summarizer.site import words
from summarizer.types import FIGURES, RATING, Claim, Digest, Document, Paper, Passage, Place, PlacedFigure, Stars

_GIST_LENGTH = 120  # characters of a card's line


@dataclass(frozen=True, slots=True)
class Picture:
    """A strip of a page with the cited words marked; `file` is relative to the paper's page."""

    file: str
    excerpt: Excerpt


@dataclass(frozen=True, slots=True)
class Quote:
    """A cited passage. `page` 0 is the abstract page."""

    page: int
    heading: str  # of the paper's section
    text: str
    link: str
    pictures: tuple[Picture, ...]


@dataclass(frozen=True, slots=True)
class Sentence:
    """`anchor` names it on its page; "" for text without evidence of its own."""

    text: str
    anchor: str = ""
    quotes: tuple[Quote, ...] = ()
    verdict: str = ""

    @property
    def pages(self) -> list[int]:
        return sorted({quote.page for quote in self.quotes})


@dataclass(frozen=True, slots=True)
class Illustration:
    name: str
    caption: tuple[Sentence, ...]
    page: int
    link: str
    file: str  # "" where the picture may not be shown


@dataclass(frozen=True, slots=True)
class StarRating:
    """`stars` is None where the rating is withheld; `note` says why."""

    stars: int | None
    scores: tuple[tuple[str, int], ...]
    note: str


@dataclass(frozen=True, slots=True)
class Block:
    """What stands in a section. `items` are paragraphs or points of sentences."""

    kind: Literal["prose", "points", "figure", "rating", "nothing"]
    items: tuple[tuple[Sentence, ...], ...] = ()
    figure: Illustration | None = None
    rating: StarRating | None = None
    note: str = ""  # why there is nothing


@dataclass(frozen=True, slots=True)
class ArticleSection:
    name: str
    heading: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Article:
    """A digest, ready to be laid out."""

    paper: Paper
    title: str  # Chinese where there is one
    draft: bool
    abstract_only: bool
    left_out: tuple[str, ...]
    omitted: int
    numbers: int
    sections: tuple[ArticleSection, ...]
    model: str

    @property
    def sentences(self) -> Iterator[Sentence]:
        """Those with evidence, in the order of the page."""
        for section in self.sections:
            for block in section.blocks:
                captions = [block.figure.caption] if block.figure else []
                yield from (s for item in (*block.items, *captions) for s in item if s.anchor)


@dataclass(frozen=True, slots=True)
class Card:
    """What lists and feeds say of a digest. `folder` is that of its page."""

    folder: str
    id: str
    title: str  # Chinese where there is one
    original_title: str
    gist: str
    authors: tuple[str, ...]
    categories: tuple[str, ...]
    tags: tuple[str, ...]
    date: str  # of its issue, or the day on which it was made
    made: str  # ISO time
    url: str  # arXiv's page, or ""
    stars: int | None
    scores: tuple[tuple[str, int], ...]
    weakness: str
    figure: str  # the file of the first one; "" without any
    draft: bool
    issue: str  # the date of the issue that has it, or ""


@dataclass(frozen=True, slots=True)
class Account:
    """What a run says of itself. `ledger` is empty where there is no account: the run was not finished."""

    stamp: str  # of the file that it was read from
    date: str  # the mailing date; "" for papers asked for by hand
    started: str  # ISO time; "" where it is not known
    ledger: dict[str, int]
    folders: tuple[str, ...]  # of the pages of its papers, in their order


@dataclass(frozen=True, slots=True)
class AnnouncedPaper:
    """A line of the account of a mailing date. `folder` is that of its page, "" without one."""

    id: str
    title: str
    folder: str
    outcome: str
    score: float | None
    why: str


def cited_places(digest: Digest, document: Document) -> list[CitedPlace]:
    """Every place that the page can show a picture of."""
    passages = {passage.id: passage for passage in document.passages}
    cited = {number for claim in digest.claims for number in claim.passages}
    return [place for number in sorted(cited & passages.keys()) for place in places(passages[number])]


def places(passage: Passage) -> list[CitedPlace]:
    parts = passage.places or (Place(passage.page, passage.bbox),)
    return [CitedPlace(part.page, part.bbox, passage.text) for part in parts if part.page]


def read(digest: Digest, document: Document | None, pictures: Mapping[CitedPlace, Picture]) -> Article:
    """The article of a digest. Without a document, as in an old or damaged run, pages are cited without quotes."""
    reader = _Reader(digest, document, pictures)
    return Article(
        paper=digest.paper,
        title=digest.title_zh or digest.paper.title,
        draft=digest.basis == "extract",
        abstract_only=digest.basis == "abstract",
        left_out=digest.left_out,
        omitted=len(digest.omitted),
        numbers=digest.numbers,
        sections=tuple(reader.sections()),
        model=digest.model,
    )


class _Reader:
    def __init__(self, digest: Digest, document: Document | None, pictures: Mapping[CitedPlace, Picture]) -> None:
        self._digest, self._pictures = digest, pictures
        self._passages = {p.id: p for p in document.passages} if document else {}
        self._headings = [f"{s.number} {s.title}".strip() for s in document.sections] if document else []
        self._count = 0

    def sections(self) -> Iterator[ArticleSection]:
        digest = self._digest
        for name, heading in digest.headings.items():
            blocks = [
                *self._blocks(name),
                *(Block("figure", figure=self._figure(f)) for f in digest.figures if f.section == name),
            ]
            yield ArticleSection(name, heading, tuple(blocks))

    def _blocks(self, name: str) -> Iterator[Block]:
        kind = self._digest.kinds[name]
        if kind == "rating" and self._digest.rating:
            yield Block("rating", rating=_rating(self._digest.rating))
            if weakness := self._items(RATING):
                yield Block("prose", weakness)
        elif items := self._items(name):
            yield Block("points" if kind == "points" else "prose", items)
        else:
            yield Block("nothing", note=_silence(self._digest, name))

    def _items(self, name: str) -> tuple[tuple[Sentence, ...], ...]:
        claims = (claim for claim in self._digest.claims if claim.section == name)
        return tuple(tuple(map(self._sentence, group)) for _, group in groupby(claims, key=attrgetter("item")))

    def _sentence(self, claim: Claim) -> Sentence:
        self._count += 1
        verdict = words.VERBATIM if self._digest.basis == "extract" else words.CODE_VERDICTS.get(claim.verdict, "")
        return Sentence(claim.text, f"s{self._count}", tuple(self._quotes(claim)), verdict)

    def _quotes(self, claim: Claim) -> Iterator[Quote]:
        known = [self._passages[number] for number in claim.passages if number in self._passages]
        if not known:
            yield from (Quote(page, "", "", self._link(page), ()) for page in dict.fromkeys(claim.pages))
        for passage in known:
            heading = self._headings[passage.section] if passage.section is not None else ""
            pictures = (self._pictures.get(place) for place in places(passage))
            shown = tuple(picture for picture in pictures if picture)
            yield Quote(passage.page, heading, passage.text, self._link(passage.page), shown)

    def _link(self, page: int) -> str:
        return page_link(self._digest.paper, page)

    def _figure(self, figure: PlacedFigure) -> Illustration:
        claims = [c for c in self._digest.claims if c.section == FIGURES and c.item == figure.item]
        caption = tuple(map(self._sentence, claims)) or (Sentence(figure.caption),)
        return Illustration(figure_name(figure.label), caption, figure.page, self._link(figure.page), figure.file)


def page_link(paper: Paper, page: int) -> str:
    return f"{paper.pdf_url}#page={page}" if page else paper.url


def _rating(rating: Stars) -> StarRating:
    if rating.stars is None:
        return StarRating(None, (), "：".join(filter(None, [NOT_RATED, WITHHELD.get(rating.withheld, "")])))
    caps = "；".join(CAPS[name] for name in rating.caps)
    return StarRating(rating.stars, tuple((SCORES[name], score) for name, score in rating.scores.items()), caps)


def _silence(digest: Digest, name: str) -> str:
    """Why nothing stands below a heading: the paper is silent, or what was said has failed."""
    causes = [omission.cause for omission in digest.omitted if omission.section == name]
    if not causes:
        return f"{NOTHING}。"
    return (ALL_REPEATED if set(causes) == {"repeat"} else ALL_OMITTED).format(omitted=len(causes))


def gist(digest: Digest) -> str:
    """What it says in one line."""
    headings = [name for name in digest.headings if name != RATING]
    first = next((claim.text for name in headings for claim in digest.claims if claim.section == name), "")
    return first if len(first) <= _GIST_LENGTH else first[: _GIST_LENGTH - 1] + "…"


def card(digest: Digest, folder: str, *, date: str, made: str, issue: str, tags: Sequence[str]) -> Card:
    article = read(digest, None, {})
    rating = next((b.rating for section in article.sections for b in section.blocks if b.rating), None)
    weakness = next((claim.text for claim in digest.claims if claim.section == RATING), "")
    return Card(
        folder=folder,
        id=digest.paper.id,
        title=article.title,
        original_title=digest.paper.title,
        gist=gist(digest),
        authors=digest.paper.authors,
        categories=digest.paper.categories,
        tags=tuple(tags),
        date=date,
        made=made,
        url=digest.paper.url,
        stars=rating.stars if rating else None,
        scores=rating.scores if rating else (),
        weakness=weakness,
        figure=next((figure.file for figure in digest.figures if figure.file), ""),
        draft=article.draft,
        issue=issue,
    )


def full_text(digest: Digest) -> str:
    """What the search looks through beside the Chinese title, the gist first."""
    article = read(digest, None, {})
    paper = digest.paper
    names = " ".join([paper.title, paper.id, *paper.authors])
    return "\n".join([*(sentence.text for sentence in article.sentences), names])
