"""What a digest style is made of: field types that say how a section is shown, and the base class.

A style is a subclass of `BaseDigest`. The order of its fields is the order of the sections; `section`
gives a field its heading and tells the model what to write. A field without `section` (`figures`) is
no section.
"""

from typing import Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

from summarizer.types import SectionKind

# What part of a paper an offline draft takes a section from.
Source = Literal["abstract", "background", "challenges", "method", "contributions", "results", "numbers", "conclusion"]

Prose = Annotated[str, "prose"]  # a paragraph or several
Points = Annotated[list[str], "points"]  # a bullet each
ChineseTitle = Annotated[str, "title"]  # no citations; shown with the paper's own title
Line = Annotated[str, "line"]  # a fact in one line, among those from the metadata

# "entry": title, facts, sections under headings. "pick": a numbered paragraph, the link last.
# "list": Chinese title first, then title, picture, facts, paragraphs.
Layout = Literal["entry", "pick", "list"]


class Rating(BaseModel):
    """Sub-scores from 0 to 4; the stars are computed from them, never asked for."""

    model_config = ConfigDict(frozen=True)

    novelty: int = Field(ge=0, le=4)
    rigour: int = Field(ge=0, le=4)
    evidence: int = Field(ge=0, le=4)
    usefulness: int = Field(ge=0, le=4)
    reproducibility: int = Field(ge=0, le=4)
    weakness: str = Field(min_length=1)

    def scores(self) -> dict[str, int]:
        return {name: getattr(self, name) for name in RATED}


RATED = ("novelty", "rigour", "evidence", "usefulness", "reproducibility")


class FigureChoice(BaseModel):
    """A figure or table of the paper, by its label, the field of the digest it belongs to, and its caption."""

    model_config = ConfigDict(frozen=True)

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
    return next((mark for mark in field.metadata if mark in ("prose", "points", "title", "line")), "prose")


def source(digest: type[BaseDigest], name: str) -> Source | None:
    """Where an offline draft takes this section from; None: it leaves the section out."""
    extra = digest.model_fields[name].json_schema_extra
    return extra.get("source") if isinstance(extra, dict) else None  # type: ignore[return-value]
