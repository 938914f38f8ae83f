"""What pages are made of: a digest ready to be laid out, and what lists say of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from summarizer.pdf import Excerpt
from summarizer.site.image import Image
from summarizer.types import Paper


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
    text: str  # with LaTeX between dollar signs where it is known
    tex: str  # of a display equation, where it is known
    link: str
    pictures: tuple[Picture, ...]


@dataclass(frozen=True, slots=True)
class SourcedText:
    """Something that is said or shown, and what it is shown by. `anchor` names it on its page; "" without evidence."""

    text: str
    anchor: str = ""
    quotes: tuple[Quote, ...] = ()
    verdicts: tuple[tuple[str, bool], ...] = ()  # what each check says, and whether that is for the sentence

    @property
    def pages(self) -> list[int]:
        return sorted({quote.page for quote in self.quotes})


@dataclass(frozen=True, slots=True)
class ShownRow:
    """`cells`: the text of each, and whether it is the best of its column."""

    source: SourcedText  # its name, and the rows in the paper, or what proves what is written
    label: str
    cells: tuple[tuple[str, bool], ...]
    written: bool = False  # its words are the digest's, so that it has a mark where pages are printed


@dataclass(frozen=True, slots=True)
class ShownTable:
    """A table under its title; `source` says which tables of the paper it is from, "" for none, `pages` are theirs."""

    title: str
    source: str
    pages: tuple[tuple[int, str], ...]  # with their links
    corner: str
    columns: tuple[str, ...]
    rows: tuple[ShownRow, ...]


@dataclass(frozen=True, slots=True)
class ShownEquation:
    """A display equation: its LaTeX, else its picture."""

    source: SourcedText  # its name, and the equation in the paper
    tex: str
    image: Image | None


@dataclass(frozen=True, slots=True)
class Illustration:
    name: str
    caption: tuple[SourcedText, ...]
    page: int
    link: str
    image: Image | None
    absent: str  # why there is no picture, or ""


@dataclass(frozen=True, slots=True)
class StarRating:
    """`stars` is None where the rating is withheld; `note` says why, or how it was capped."""

    stars: int | None
    scores: tuple[tuple[str, int, str], ...]  # name, 0 to 4, reason or ""
    note: str


@dataclass(frozen=True, slots=True)
class ArticleItem:
    """A paragraph, a bullet or a step with what belongs to it, in the order in which it is shown."""

    grids: tuple[ShownTable, ...]
    label: str  # the words that lead it in, or ""
    said: tuple[SourcedText, ...]
    formulas: tuple[ShownEquation, ...]
    explained: tuple[SourcedText, ...]  # what the formulas' symbols mean


@dataclass(frozen=True, slots=True)
class ArticleBlock:
    """What stands in a section."""

    kind: Literal["prose", "points", "steps", "figure", "rating", "nothing"]
    items: tuple[ArticleItem, ...] = ()
    figure: Illustration | None = None
    rating: StarRating | None = None
    note: str = ""  # why there is nothing

    @property
    def sentences(self) -> Iterator[SourcedText]:
        """All that has an anchor, in order."""
        for item in self.items:
            for grid in item.grids:
                yield from (row.source for row in grid.rows if row.source.anchor)
            yield from (sentence for sentence in (*item.said, *item.explained) if sentence.anchor)
            yield from (formula.source for formula in item.formulas if formula.source.anchor)
        if self.figure:
            yield from (sentence for sentence in self.figure.caption if sentence.anchor)


@dataclass(frozen=True, slots=True)
class ArticleSection:
    name: str
    heading: str
    lead_in: str  # in place of a heading, what it is about; or ""
    blocks: tuple[ArticleBlock, ...]


@dataclass(frozen=True, slots=True)
class Article:
    """A digest, ready to be laid out. `anchor` begins all names on its page where others stand there, too."""

    anchor: str
    paper: Paper
    title: str  # Chinese where there is one
    gist: tuple[SourcedText, ...]
    draft: bool
    venue: str
    license: str
    code: str  # address, or ""
    notes: tuple[str, ...]  # what a reader must know before
    sections: tuple[ArticleSection, ...]
    checked: str  # what was checked, in a line

    @property
    def stars(self) -> int | None:
        ratings = (block.rating for section in self.sections for block in section.blocks if block.rating)
        return next((rating.stars for rating in ratings), None)

    @property
    def sentences(self) -> Iterator[SourcedText]:
        """All with evidence, in the order of the page."""
        yield from (sentence for sentence in self.gist if sentence.anchor)
        for section in self.sections:
            for block in section.blocks:
                yield from block.sentences


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
    scores: tuple[tuple[str, int, str], ...]  # name, 0 to 4, reason or ""
    weakness: str
    figure: str  # the file of the first one; "" without any
    figure_size: tuple[int, int]  # width and height in pixels
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
