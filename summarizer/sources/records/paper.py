"""From what a source says of a paper to a `Paper`: cleaned, complete, with arXiv's public addresses."""

from collections.abc import Iterable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Literal

from summarizer.errors import UnknownPaperError
from summarizer.sources.http.answers import BadAnswer
from summarizer.sources.ids import Ref
from summarizer.sources.records.text import clean, detex
from summarizer.types import Paper

SITE = "https://arxiv.org"


def make_paper(
    ref: Ref,
    version: int,
    *,
    source: Literal["oai", "api", "abs", "list", "rss"],
    title: str,
    authors: Iterable[str],
    abstract: str,
    categories: Iterable[str],
    published: str,
    updated: str,
    versions: int,
    license: str = "",
    comment: str = "",
    journal_ref: str = "",
    doi: str = "",
    withdrawn: bool = False,
) -> Paper:
    """One version of a paper. Raises `BadAnswer` if the title is missing."""
    paper_id = f"{ref.value}v{version}"
    if not clean(title):
        raise BadAnswer(f"{source}: no title for {paper_id}")
    return Paper(
        id=paper_id,
        title=clean(detex(title)),
        authors=tuple(name for name in (clean(detex(author)) for author in authors) if name),
        abstract=clean(detex(abstract)),
        url=f"{SITE}/abs/{paper_id}",
        pdf_url=f"{SITE}/pdf/{paper_id}",
        categories=tuple(clean(category) for category in categories),
        published=published,
        updated=updated,
        versions=versions,
        license=license.strip() if license.strip().startswith(("http://", "https://")) else "",
        comment=clean(detex(comment)),
        journal_ref=clean(detex(journal_ref)),
        doi=clean(doi),
        withdrawn=withdrawn,
        source=source,
    )


def choose_version(ref: Ref, latest: int) -> int:
    """The version asked for, else the latest. Raises `UnknownPaperError` naming the latest if there is no such."""
    if ref.version is None:
        return latest
    if ref.version > latest:
        raise UnknownPaperError(f"{ref.value}v{ref.version}", f"; the latest is v{latest}")
    return ref.version


def name_of(ref: Ref) -> str:
    """The id as asked for: with its version if one was given."""
    return ref.value if ref.version is None else f"{ref.value}v{ref.version}"


def iso_time(moment: datetime) -> str:
    """UTC to the second: "2024-10-15T18:47:12Z". A time without zone is taken for UTC."""
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return aware.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def iso_from_mail(date: str) -> str:
    """The same from "Tue, 15 Oct 2024 18:47:12 GMT". Raises `BadAnswer` on anything else."""
    try:
        return iso_time(parsedate_to_datetime(date))
    except ValueError as error:
        raise BadAnswer(f"not a date: {date!r}") from error
