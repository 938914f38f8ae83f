"""What a digest style is made of: field types that say how a section is shown, and the base class.

A style is a subclass of `BaseDigest`. The order of its fields is the order of the sections; `section`
gives a field its heading and tells the model what to write. A field without `section` (`figures`) is
no section.
"""

from typing import Annotated, Any, ClassVar, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field

from summarizer.types import LimitKind, SectionKind

_SHAPES = (*get_args(SectionKind), "title")

# What part of a paper an offline draft takes a section from.
Source = Literal["abstract", "background", "challenges", "method", "contributions", "results", "numbers", "conclusion"]

Prose = Annotated[str, "prose"]  # a paragraph or several
Points = Annotated[list[str], "points"]  # a bullet each
Gist = Annotated[str, "gist"]  # the paper in one line, shown below its title
ChineseTitle = Annotated[str, "title"]  # no citations; shown with the paper's own title
Line = Annotated[str, "line"]  # a fact in one line, among those from the metadata

# "entry": title, facts, sections under headings. "pick": a numbered paragraph, the link last.
# "list": Chinese title first, then title, picture, facts, paragraphs.
Layout = Literal["entry", "pick", "list"]


class _Answered(BaseModel):
    model_config = ConfigDict(frozen=True)


class EquationChoice(_Answered):
    """A display equation, by its mark ("E3"; "" for none), its LaTeX, and what its symbols mean.

    The LaTeX is asked for where the paper's is not known, and shown only if it has the same symbols in the same order.
    """

    equation: str
    tex: str = ""
    explain: str


class Step(EquationChoice):
    """A numbered step, which may hold an equation. `words` are what a thing it calls not given would be called."""

    text: str
    words: list[str] = []


class ComposedTable(_Answered):
    """A table put together from the paper's: heads and rows that point at columns and rows of it.

    `summarizer.paper.composed` says how they are written. Without columns it is the reading alone.
    """

    title: str
    columns: list[str]
    rows: list[str]
    reading: str


class Limit(_Answered):
    """What the paper does not do or show. `words` are what an unreported thing would be called in the paper."""

    kind: LimitKind
    text: str
    words: list[str]


Steps = Annotated[list[Step], "steps"]
Tables = Annotated[list[ComposedTable], "tables"]
Equations = Annotated[list[EquationChoice], "equations"]
Limits = Annotated[list[Limit], "limits"]


class Score(_Answered):
    """A sub-score from 0 to 4 with its reason, a few words."""

    score: int = Field(ge=0, le=4)
    reason: str


class Rating(_Answered):
    """Sub-scores; the stars are computed from them, never asked for."""

    novelty: Score
    rigour: Score
    evidence: Score
    usefulness: Score
    reproducibility: Score
    weakness: str = Field(min_length=1)

    def scores(self) -> dict[str, Score]:
        return {name: getattr(self, name) for name in RATED}


RATED = ("novelty", "rigour", "evidence", "usefulness", "reproducibility")


class FigureChoice(_Answered):
    """A figure or table of the paper, by its label, the field of the digest it belongs to, and its caption."""

    label: str
    section: str
    caption: str


class BaseDigest(BaseModel):
    """What every style has. Unknown fields of an answer are ignored: they do no harm."""

    model_config = ConfigDict(frozen=True)

    layout: ClassVar[Layout] = "entry"
    front_matter: ClassVar[bool] = False  # whether the model sees the lines with authors and affiliations


def section(heading: str, description: str, *, source: Source | None = None) -> Any:
    """A field that is a section of the digest. The model is told the heading and the description.

    An empty heading is not shown: the text stands by itself.
    """
    extra: dict[str, Any] | None = {"source": source} if source else None
    told = f"{heading}：{description}" if heading else description
    return Field(title=heading, description=told, json_schema_extra=extra)


def sections(digest: type[BaseDigest]) -> dict[str, str]:
    """{field: heading} of a style's sections, in order. The Chinese title is shown, but not under a heading."""
    titled = {name: field.title for name, field in digest.model_fields.items() if field.title is not None}
    return {name: heading for name, heading in titled.items() if shape(digest, name) != "title"}


def kinds(digest: type[BaseDigest]) -> dict[str, SectionKind]:
    """{field: how it is shown} of a style's sections."""
    return {name: kind for name in sections(digest) if (kind := shape(digest, name)) != "title"}


def shape(digest: type[BaseDigest], name: str) -> SectionKind | Literal["title"]:
    """How a field is shown."""
    field = digest.model_fields[name]
    if field.annotation is Rating:
        return "rating"
    return next((mark for mark in field.metadata if mark in _SHAPES), "prose")


def source(digest: type[BaseDigest], name: str) -> Source | None:
    """Where an offline draft takes this section from; None: it leaves the section out."""
    extra = digest.model_fields[name].json_schema_extra
    return extra.get("source") if isinstance(extra, dict) else None  # type: ignore[return-value]
