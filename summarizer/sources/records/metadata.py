"""What is known of a paper without reading it: OAI-PMH first, then the query API, then the abstract page."""

import logging
from dataclasses import replace

from summarizer.errors import SourceError, TryLaterError, UnknownPaperError
from summarizer.sources.http.answers import BadAnswer
from summarizer.sources.http.fetch import TRIES, Fetcher
from summarizer.sources.ids import Ref
from summarizer.sources.records.abs_page import from_abs
from summarizer.sources.records.oai import from_oai
from summarizer.sources.records.paper import name_of
from summarizer.types import Paper

_FIRST_TRIES = 3  # while there is another source to turn to
log = logging.getLogger(__name__)


def fetch_paper(ref: Ref, fetcher: Fetcher) -> Paper:
    """Metadata of an arXiv paper (`ref.kind == "arxiv"`): of the version asked for, else of the latest.

    A source that is down or answers nonsense is followed by the next. "Unknown" counts when two sources say it: OAI
    and the API lag behind an announcement by hours. Raises `UnknownPaperError`, `RefusedError` (at once),
    `TryLaterError`.
    """
    unknown: list[UnknownPaperError] = []
    troubles: list[str] = []
    for source, tries in ((_from_oai, _FIRST_TRIES), (_from_api, _FIRST_TRIES), (from_abs, TRIES)):
        try:
            return source(ref, fetcher, tries)
        except UnknownPaperError as error:
            unknown.append(error)
            troubles.append(str(error))
            if len(unknown) == 2:
                raise max(unknown, key=lambda e: len(str(e))) from None  # the one that names the latest version
        except (TryLaterError, BadAnswer) as error:
            log.info("%s: %s", name_of(ref), error)
            troubles.append(str(error))
    raise SourceError(f"{name_of(ref)}: no metadata to be had: {'; '.join(troubles)}")


def _from_oai(ref: Ref, fetcher: Fetcher, tries: int) -> Paper:
    """OAI describes the latest version only, so the words of an earlier one come from the API where it answers."""
    paper = from_oai(ref, fetcher, tries)
    if ref.version in (None, paper.versions):
        return paper
    try:
        own = _from_api(ref, fetcher, tries)
    except (UnknownPaperError, TryLaterError, BadAnswer) as error:
        log.info("%s: title and abstract are those of the latest version: %s", paper.id, error)
        return paper
    return replace(
        paper,
        title=own.title,
        authors=own.authors,
        abstract=own.abstract,
        categories=own.categories,
        comment=own.comment,
        journal_ref=own.journal_ref,
        doi=own.doi,
    )


def _from_api(ref: Ref, fetcher: Fetcher, tries: int) -> Paper:
    from summarizer.sources.records.api import from_api  # brings requests and lxml, which the usual run does not need

    return from_api(ref, fetcher, tries)
