"""The values that travel from stage to stage: `Paper -> Document -> Answer -> Digest`.

Frozen and without behaviour, so that a stage is a function of values and its result can be stored
as JSON. Pages count from 1. Boxes are (x0, y0, x1, y1) in points, the origin at the top left.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Literal

Box = tuple[float, float, float, float]
Progress = Callable[[str, str], None]  # told of a paper, or of something else by its name, and what is done with it

FIGURES = "figures"  # the captions of figures are claims of this section
RATING = "rating"  # and the named weakness is one of this

PassageKind = Literal["text", "caption", "row", "equation", "code", "labels", "figure"]
ParseOutcome = Literal["ok", "no_text", "encrypted", "empty", "broken", "not_pdf", "timeout", "too_big"]
Severity = Literal["high", "warn", "info"]
Outcome = Literal["digested", "not_selected", "withdrawn", "no_pdf", "failed"]
Verdict = Literal[
    "supported",
    "derived",
    "moved",
    "read",
    "figure",
    "unit",
    "unsupported",
    "uncited",
    "language",
    "disputed",
    "repeat",
]  # "read": published on the second reader's word, "disputed": left out on it, "figure": read off a figure
ReaderVerdict = Literal["supported", "partly", "contradicted", "absent", "repeated"]
ReaderProblem = Literal[
    "none", "number", "condition", "rival", "hedge", "scope", "cause", "direction", "term", "metric", "reference",
    "elsewhere",
]  # fmt: skip
Decision = Literal["", "agreed", "overruled", "unfounded", "corrected", "dropped"]
Cause = Literal["unit", "unsupported", "uncited", "language", "disputed", "repeat"]  # why a sentence is left out
SectionKind = Literal["gist", "prose", "points", "steps", "tables", "equations", "limits", "line", "rating"]
LimitKind = Literal["admitted", "unreported", "inconsistent", "uncompared"]


@dataclass(frozen=True, slots=True)
class Paper:
    """What is known of a paper without reading it. Never written by a model."""

    id: str  # "2410.11988v1", "hep-th/9901001v2"; "pdf-<12 hex>" for a PDF that is not arXiv's
    title: str
    authors: tuple[str, ...]
    abstract: str
    url: str  # the abstract page; "" for a local PDF
    pdf_url: str  # page links are this + "#page=7"; a relative path for a local PDF
    categories: tuple[str, ...] = ()  # primary first
    published: str = ""  # ISO time of version 1
    updated: str = ""  # ISO time of this version
    versions: int = 1
    license: str = ""  # URL; "" if unknown
    comment: str = ""
    journal_ref: str = ""
    doi: str = ""
    withdrawn: bool = False
    source: Literal["oai", "api", "abs", "list", "rss", "pdf"] = "oai"


@dataclass(frozen=True, slots=True)
class Section:
    """A heading of the paper. `level` is 1 for a section, 2 for a subsection, ..."""

    title: str
    number: str
    level: int
    page: int
    appendix: bool = False


@dataclass(frozen=True, slots=True)
class Passage:
    """The unit of citation: a sentence, a caption, a table row, a display equation, a line of an algorithm, or the
    text that is printed in a figure ("labels").

    A figure that a model has looked at is one as well; its text is its label.
    `section` is an index into `Document.sections`; None for what stands before the first heading.
    """

    id: int
    page: int  # the one that has most of it
    section: int | None
    text: str
    bbox: Box  # its part on that page
    kind: PassageKind = "text"
    places: tuple["Place", ...] = ()  # all its parts, in order, where it runs over a column or a page; else empty
    tex: str = ""  # the text with its formulas as LaTeX, where they are known
    item: str = ""  # the label of the table, equation or algorithm that it is a part of
    row: int | None = None  # its row of that table, from 1


@dataclass(frozen=True, slots=True)
class Place:
    """Where a part of a passage stands."""

    page: int
    bbox: Box


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure or an algorithm. `image` names its crop in `Parsed.images`; None if none was made."""

    label: str  # "Figure 2", "Algorithm 1"
    caption: str
    page: int
    bbox: Box
    image: str | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table: a cell for each column, "" where it is empty."""

    label: str  # its groups and its name, joined with " / "
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table; `rows` is empty where its grid could not be read.

    A grid is `sure` if it passed all checks that can fail: only then are its cells shown and cited as cells.
    """

    label: str
    caption: str
    page: int
    bbox: Box
    image: str | None = None
    corner: str = ""  # the head of the labels
    columns: tuple[str, ...] = ()  # the full head of each column, its levels joined with " / "
    rows: tuple[Row, ...] = ()
    sure: bool = False
    source: Literal["pdf", "html"] = "pdf"


@dataclass(frozen=True, slots=True)
class Equation:
    """A display equation. `tex` is "" where only its glyphs are known."""

    label: str  # "E3", counted through the paper
    number: str  # as printed, "(7)"; "" without one
    text: str
    page: int
    bbox: Box
    tex: str = ""
    image: str | None = None


@dataclass(frozen=True, slots=True)
class Algorithm:
    """The lines of an algorithm, or of a listing; its picture is the `Figure` of the same label."""

    label: str
    lines: tuple[str, ...]
    page: int


@dataclass(frozen=True, slots=True)
class Witness:
    """The paper's HTML beside its PDF. `html` is its address, "" if it was not used; `reason` says why not."""

    html: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class HiddenText:
    """Text that a program extracts but a reader does not see. Never part of a passage."""

    page: int
    text: str
    reason: str
    severity: Severity


@dataclass(frozen=True, slots=True)
class Document:
    """A parsed PDF. This is what `summarize parse --json` prints."""

    title: str
    pages: int
    sections: tuple[Section, ...] = ()
    passages: tuple[Passage, ...] = ()
    figures: tuple[Figure, ...] = ()
    tables: tuple[Table, ...] = ()
    references: tuple[str, ...] = ()
    hidden_text: tuple[HiddenText, ...] = ()
    warnings: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()  # from the PDF's own metadata; often empty
    equations: tuple[Equation, ...] = ()
    algorithms: tuple[Algorithm, ...] = ()
    witness: Witness = Witness()


@dataclass(frozen=True, slots=True)
class Parsed:
    """What became of a PDF. `document` is None unless the outcome is "ok" or "no_text"."""

    outcome: ParseOutcome
    reason: str = ""
    document: Document | None = None
    images: dict[str, bytes] = field(default_factory=dict)  # file name -> PNG


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens of one call or of several; `cached` is the part of `prompt` that the server had cached."""

    prompt: int = 0
    cached: int = 0
    completion: int = 0


def add_usage(usages: Iterable[Usage]) -> Usage:
    total = Usage()
    for u in usages:
        total = Usage(total.prompt + u.prompt, total.cached + u.cached, total.completion + u.completion)
    return total


@dataclass(frozen=True, slots=True)
class Reply:
    """One raw answer of a model, as paid for."""

    text: str
    finish_reason: str
    model: str
    rung: str
    usage: Usage
    seconds: float
    refusal: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """What the second reader says of a sentence. `quote` are the paper's words that it goes by, if they are."""

    verdict: ReaderVerdict
    problem: ReaderProblem
    quote: str


@dataclass(frozen=True, slots=True)
class Claim:
    """A sentence of a digest with the passages it cites."""

    section: str
    text: str  # without its citation marks
    passages: tuple[int, ...]
    pages: tuple[int, ...]  # 0 is the abstract page
    verdict: Verdict
    reason: str = ""
    item: int = 0  # which bullet, step, table or figure of its section it belongs to
    part: Literal["", "explain"] | LimitKind = ""  # "explain": it says what an equation's symbols mean
    row: int | None = None  # which row of its table it is, from 0, where the row is written and not the paper's
    reader: Reading | None = None
    decision: Decision = ""  # how checker and reader came to one verdict, where both were asked


@dataclass(frozen=True, slots=True)
class Omission:
    """What the model wrote and the checker did not let through."""

    section: str
    text: str
    cause: Cause
    reason: str


@dataclass(frozen=True, slots=True)
class PlacedFigure:
    """A figure or table of the paper, shown in a section of the digest.

    What stands below it are the claims of the section "figures" with its `item`, or in a draft the paper's `caption`.
    """

    label: str
    caption: str
    page: int
    section: str
    file: str  # "figures/fig2.png", relative to the digest; "" where the picture may not be shown
    image: str = ""  # its name in the store
    item: int = 0


@dataclass(frozen=True, slots=True)
class PlacedRow:
    """A row of a shown table. `passages` are the rows of the paper that its cells are from.

    `claim` is the `row` of the claims that say it, where it is written; None where the cells are the paper's own.
    """

    label: str
    cells: tuple[str, ...]
    passages: tuple[int, ...] = ()
    claim: int | None = None


@dataclass(frozen=True, slots=True)
class PlacedTable:
    """A table that is shown: cells as the paper has them, and written rows; its claims have its `item`.

    `label` is the table of the paper that it is from, "" where all rows are written; `also` are further ones, with
    their pages.
    """

    label: str
    page: int
    section: str
    item: int
    corner: str
    columns: tuple[str, ...]
    rows: tuple[PlacedRow, ...]
    best: tuple[tuple[int, int], ...] = ()  # (row, column), from 0, of cells that nothing they compare with surpasses
    partial: bool = False  # a table that it is from has more rows or columns
    title: str = ""
    also: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class PlacedEquation:
    """A display equation of the paper: its LaTeX where that is known, else its picture."""

    label: str
    number: str
    page: int
    section: str
    item: int
    tex: str
    file: str = ""  # as of a `PlacedFigure`
    image: str = ""


@dataclass(frozen=True, slots=True)
class Stars:
    """The recommendation. `stars` is None where the rating is withheld, `withheld` says why, if it was for a reason."""

    stars: int | None  # 1 to 5
    scores: dict[str, int] = field(default_factory=dict)  # 0 to 4 each, lowered to the caps
    reasons: dict[str, str] = field(default_factory=dict)  # of some or all of the scores, a few words each
    caps: tuple[str, ...] = ()  # the scores that were lowered
    withheld: Literal["", "hidden text", "no weakness"] = ""
    ten: int | None = None  # 1 to 10, of the same mean
    scale: Literal["stars", "ten"] = "stars"  # which of them is shown


@dataclass(frozen=True, slots=True)
class Digest:
    """One digest: what `digest.json` holds, and all that a page is made of.

    Claims of the section "rating" name the weakness, those of "figures" stand below figures.
    """

    key: str  # of its record in the store
    paper: Paper
    style: str
    layout: Literal["entry", "pick", "list"]
    basis: Literal["full text", "abstract", "extract"]  # "extract": an offline draft
    title_zh: str
    headings: dict[str, str]  # {field: heading}, in order; an empty one is not shown
    kinds: dict[str, SectionKind]  # {field: how it is shown}
    claims: tuple[Claim, ...]  # in the order of the sections, then the weakness and the captions
    omitted: tuple[Omission, ...]
    figures: tuple[PlacedFigure, ...]
    rating: Stars | None
    numbers: int  # quantities in the published claims, each found in its passages
    repaired: int  # claims that were sent back
    left_out: tuple[str, ...]  # parts of the paper that did not fit
    warnings: tuple[str, ...]
    calls: int  # replies it took, repairs included
    usage: Usage  # of all of them
    model: str
    prompt_fingerprint: str
    schema_fingerprint: str
    tables: tuple[PlacedTable, ...] = ()
    equations: tuple[PlacedEquation, ...] = ()
    code: str = ""  # the address where the paper says that its code or data is
    figures_seen: tuple[str, ...] = ()  # labels of those that the model looked at
    reader: str = ""  # the model of the second reading
    reading: Usage = Usage()  # the part of `usage` that it took


@dataclass(frozen=True, slots=True)
class ManifestEntry:
    """What became of one paper of a run."""

    id: str
    outcome: Outcome
    reason: str = ""
    title: str = ""  # of the paper, where it was announced
    score: float | None = None  # how it was chosen, where papers are chosen
    why: str = ""
    claims: int = 0
    citations: int = 0
    numbers: int = 0
    repaired: int = 0
    omitted: int = 0
    calls: int = 0  # what the digest took, whenever it was made
    usage: Usage = Usage()
    key: str = ""  # of the digest's record in the store
    reading: Usage = Usage()  # the part of `usage` that the second reading took


@dataclass(frozen=True, slots=True)
class Manifest:
    """The account of a run: every paper, what it cost, what it was made with."""

    date: str | None  # the mailing date; None for papers asked for by hand
    source: str  # where the list of papers came from
    ledger: dict[str, int]  # announced = the sum of the others
    papers: tuple[ManifestEntry, ...]
    usage: Usage
    cost: float | None  # US dollars at the price of live calls; None where the model's price is not known
    code_version: str
    model: str
    style: str
    prompt_fingerprint: str
    schema_fingerprint: str
    started: str
    seconds: float
    choice: str = ""  # key of the choice in the store, where papers were chosen
    choosing: Usage = Usage()  # what choosing took
    inputs: str = ""  # digest of all that the issue was made of: equal means that there is nothing to redo
    title: str = ""  # of the issue; "" for papers by themselves


@dataclass(frozen=True, slots=True)
class Judged:
    """A statement of anybody's digest with the passages it was judged by, the best first."""

    claim: Claim
    evidence: tuple[Passage, ...]
    wrong: bool


@dataclass(frozen=True, slots=True)
class EntryReport:
    """What became of one entry of a verified text. `unchecked` says why its paper was not found, or is ""."""

    file: str
    title: str
    paper: str  # its id, "" if it is not known
    pdf_url: str
    unchecked: str
    judged: tuple[Judged, ...] = ()
    remarks: tuple[str, ...] = ()  # on the Chinese and on other entries; nothing that is wrong by itself
