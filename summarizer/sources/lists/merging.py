"""From the entries of several pages to the papers of one mailing: each once, complete, none of another date."""

import logging
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from summarizer.errors import TryLaterError, UnknownPaperError
from summarizer.sources.http.answers import BadAnswer
from summarizer.sources.http.fetch import Fetcher
from summarizer.sources.ids import parse_ref
from summarizer.sources.lists.listing import AUTHORS_SHOWN, ListedPaper
from summarizer.sources.lists.rss import Feed
from summarizer.sources.lists.schedule import id_order, mailing_date
from summarizer.sources.records.abs_page import from_abs
from summarizer.sources.records.api import papers_by_id
from summarizer.sources.records.metadata import fetch_paper
from summarizer.types import Paper

_TRIES = 3  # for what would only be nice to know
_SAMPLES = 3
log = logging.getLogger(__name__)


def merge(entries: Iterable[ListedPaper], cross: bool) -> list[ListedPaper]:
    """Each paper once, as "new" if it is new anywhere; the new ones first, both in the order of their ids."""
    found: dict[str, ListedPaper] = {}
    for entry in entries:
        if entry.kind == "new" or (cross and entry.paper.id not in found):
            found[entry.paper.id] = entry
    return sorted(found.values(), key=lambda entry: (entry.kind != "new", id_order(entry.paper.id)))


def drop_earlier(
    entries: Sequence[ListedPaper], day: date, fetcher: Fetcher
) -> tuple[list[ListedPaper], tuple[str, ...]]:
    """Leave out the cross-lists of papers that were announced before `day`, with warnings if that cannot be told.

    An id above one that is new on this day was given on this day. What the API does not know yet is new as well.
    Papers whose submission is known already are not doubted.
    """
    first = min((id_order(entry.paper.id) for entry in entries if entry.kind == "new"), default=None)
    crosses = [entry.paper.id for entry in entries if entry.kind == "cross" and not entry.paper.published]
    doubtful = [name for name in crosses if first is None or id_order(name) < first]
    if not doubtful:
        return list(entries), ()
    try:
        known = papers_by_id(doubtful, fetcher, _TRIES)
    except (TryLaterError, BadAnswer) as error:
        kept = [entry for entry in entries if entry.paper.id not in doubtful]
        return kept, (f"cross-lists left out, their first date is not to be had: {', '.join(doubtful)} ({error})",)
    earlier = {name for name, paper in known.items() if _mailed(paper) != day}
    return [entry for entry in entries if entry.paper.id not in earlier], ()


def complete(
    papers: Sequence[Paper], others: Mapping[str, Paper], fetcher: Fetcher
) -> tuple[tuple[Paper, ...], tuple[str, ...]]:
    """Put the papers of `others`, else those of the API, where the listing is short of something.

    Raises `BadAnswer` and what `Fetcher.ask` raises if a paper stays without authors, abstract or categories.
    """
    missing = [paper.id for paper in papers if _is_short(paper) and paper.id not in others]
    known = dict(others)
    try:
        known |= papers_by_id(missing, fetcher)
    except (TryLaterError, BadAnswer) as error:
        if not all(_is_usable(paper) for paper in papers if paper.id in missing):
            raise
        log.info("author lists stay cut: %s", error)
    whole = tuple(known.get(paper.id, paper) if _is_short(paper) else paper for paper in papers)
    if short := [paper.id for paper in whole if not _is_usable(paper)]:
        raise BadAnswer(f"no authors, abstract or categories to be had of {len(short)} papers, {', '.join(short[:5])}")
    cut = [paper.id for paper in whole if paper.source == "list" and _is_short(paper)]
    return whole, (f"only the first {AUTHORS_SHOWN} authors are known of {', '.join(cut)}",) if cut else ()


def unlisted(
    feed: Feed, listed: Sequence[ListedPaper], day: date, categories: Sequence[str], cross: bool, fetcher: Fetcher
) -> tuple[list[ListedPaper], tuple[str, ...]]:
    """The papers of `day` that the feed has and the listing has not, and a warning for all that is only in the feed.

    A feed can be of the day before, for one category or for all: then no paper of that category is in the listing.
    """
    ids = {entry.paper.id for entry in listed}
    block = sorted(id_order(entry.paper.id) for entry in listed if entry.kind == "new")
    found: list[ListedPaper] = []
    warnings: list[str] = []
    for category, group in by_category(merge(feed.entries, cross), categories).items():
        extra = [entry for entry in group if entry.paper.id not in ids]
        if extra and len(extra) == len(group):
            fresh = extra if is_of_date(day, group, fetcher) else []
        else:
            inside = [entry for entry in extra if block and block[0] < id_order(entry.paper.id) < block[-1]]
            outside = [entry for entry in extra if entry not in inside]
            fresh = inside + [entry for entry in outside[:_SAMPLES] if is_of_date(day, [entry], fetcher)]
        found += fresh
        for which, kept in (("added", fresh), ("not added", [entry for entry in extra if entry not in fresh])):
            if kept:
                names = ", ".join(entry.paper.id for entry in kept)
                warnings.append(f"rss: {category}: {len(kept)} papers not in the listing of {day}, {which}: {names}")
    return found, tuple(warnings)


def by_category(entries: Iterable[ListedPaper], categories: Sequence[str]) -> dict[str, list[ListedPaper]]:
    """Entries by the category asked for that their primary one belongs to, else by the primary one."""
    groups: dict[str, list[ListedPaper]] = {}
    for entry in entries:
        primary = next(iter(entry.paper.categories), "")
        name = next((name for name in categories if belongs(primary, name)), primary)
        groups.setdefault(name, []).append(entry)
    return groups


def belongs(category: str, asked: str) -> bool:
    """An archive such as `cs` stands for all of its categories."""
    return category == asked or category.startswith(f"{asked}.")


def is_of_date(day: date, entries: Sequence[ListedPaper], fetcher: Fetcher) -> bool:
    """Was at least one of the last ids submitted for the mailing of `day`? False too if there is no telling."""
    last = sorted(entries, key=lambda entry: id_order(entry.paper.id))[-_SAMPLES:]
    return any(_submitted_for(day, entry.paper.id, fetcher) for entry in reversed(last))


def _submitted_for(day: date, paper_id: str, fetcher: Fetcher) -> bool:
    """On the evening of an announcement OAI and the API do not know its papers yet; the abstract page does."""
    ref = parse_ref(paper_id)
    try:
        try:
            paper = fetch_paper(ref, fetcher)
        except UnknownPaperError:
            paper = from_abs(ref, fetcher, _TRIES)
    except (UnknownPaperError, TryLaterError, BadAnswer) as error:
        log.info("%s: no date to be had: %s", paper_id, error)
        return False
    return _mailed(paper) == day


def _mailed(paper: Paper) -> date:
    return mailing_date(datetime.fromisoformat(paper.published))


def _is_usable(paper: Paper) -> bool:
    return bool(paper.authors and paper.abstract and paper.categories)


def _is_short(paper: Paper) -> bool:
    return not _is_usable(paper) or len(paper.authors) >= AUTHORS_SHOWN
