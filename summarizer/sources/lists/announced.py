"""What arXiv announced on a date: the papers whose version 1 was in the mailing that arXiv dates with it.

The newest mailing is read from the listing page and compared with RSS, which also stands in for it; those of the last
90 days from the catchup pages; older ones are reconstructed from the query API. An empty list is never believed alone.
"""

import logging
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from summarizer.errors import RefusedError, SourceError, TryLaterError, UsageError
from summarizer.sources.http.answers import BadAnswer
from summarizer.sources.http.fetch import Fetcher
from summarizer.sources.lists import merging
from summarizer.sources.lists.listing import ListedPaper, Listing, listing_of, newest_listing
from summarizer.sources.lists.merging import belongs
from summarizer.sources.lists.rss import Feed, fetch_feed
from summarizer.sources.lists.schedule import (
    FIRST_DATE,
    due,
    eastern_date,
    id_order,
    is_dropped,
    is_weekend,
    latest_mailing_date,
    mailing_dates,
    may_be_dropped,
    next_mailing_date,
    submission_window,
)
from summarizer.sources.records.api import first_submitted, submitted
from summarizer.sources.records.paper import iso_time
from summarizer.types import Paper

__all__ = [
    "Announcement", "NoAnnouncement", "NotYet", "State", "announced_on", "latest_mailing_date", "mailing_dates"
]  # fmt: skip
_KEPT_DAYS = 90  # how long there are catchup pages
_FEED_TRIES = 2  # for comparison only
_CATEGORY = re.compile(r"[a-z-]+(?:\.[A-Za-z-]+)?")
log = logging.getLogger(__name__)

_HELD = timedelta(days=10)  # moderation takes "1 to 4 days, sometimes longer"
_SAMPLE = 100  # the first submissions of a window; ids roughly follow the order of submission


@dataclass(frozen=True, slots=True)
class Announcement:
    """The mailing of a date. `papers` are at version 1, each once, the new ones first, in the order of their ids."""

    date: date
    categories: tuple[str, ...]
    papers: tuple[Paper, ...]
    source: str  # "list", "catchup", "rss", "reconstructed"
    warnings: tuple[str, ...] = ()
    fetched: str = ""  # ISO time


@dataclass(frozen=True, slots=True)
class NoAnnouncement:
    """There is nothing for this date. If it is not `settled`, only the calendar says so: ask again on a later day."""

    date: date
    reason: str
    settled: bool = True


@dataclass(frozen=True, slots=True)
class NotYet:
    """The mailing of this date is not out. Ask again in a quarter of an hour."""

    date: date
    reason: str


State = Announcement | NoAnnouncement | NotYet


@dataclass(frozen=True, slots=True)
class _Question:
    day: date
    categories: tuple[str, ...]
    cross: bool
    now: datetime
    fetcher: Fetcher

    def answer(
        self, entries: Sequence[ListedPaper], source: str, warnings: tuple[str, ...] = (), feed: Feed | None = None
    ) -> Announcement | None:
        """None if there is no paper among the entries."""
        chosen, doubts = merging.drop_earlier(merging.merge(entries, self.cross), self.day, self.fetcher)
        others = {entry.paper.id: entry.paper for entry in feed.entries} if feed else {}
        papers, gaps = merging.complete([entry.paper for entry in chosen], others, self.fetcher)
        if not papers:
            return None
        return Announcement(self.day, self.categories, papers, source, (*warnings, *doubts, *gaps), iso_time(self.now))


def announced_on(
    day: date, categories: Sequence[str], fetcher: Fetcher, *, now: datetime, cross: bool = False
) -> State:
    """The new papers of these categories on the mailing date `day`, with `cross` also those new elsewhere.

    `categories` are arXiv's, as "cs.CL", or archives, as "cs". Raises `UsageError` (no such category),
    `TryLaterError` (down, busy, incomplete, or empty on a working day) and `RefusedError`.
    """
    question = _Question(day, _checked(categories), cross, now, fetcher)
    if is_weekend(day):
        return NoAnnouncement(day, f"{day} is a {day:%A}: arXiv's mailings are dated Monday to Friday")
    latest = latest_mailing_date(now)
    if day > latest:
        return NotYet(day, f"the mailing of {day} is due at {iso_time(due(day))}")
    try:
        if eastern_date(now) - day > timedelta(days=_KEPT_DAYS):
            return _old(question)
        return _newest(question) if day == latest else _recent(question)
    except BadAnswer as error:
        raise SourceError(f"the list of {day}: {error}; try again later") from error


def _checked(categories: Sequence[str]) -> tuple[str, ...]:
    names = tuple(dict.fromkeys(name.strip() for name in categories))
    for name in names:
        if not _CATEGORY.fullmatch(name):
            raise UsageError(f"{name!r}: not a category of arXiv; they look like cs.CL or hep-th")
    if not names:
        raise UsageError("no categories: name at least one, such as cs.CL")
    return names


def _newest(question: _Question) -> State:
    day, fetcher = question.day, question.fetcher
    try:
        listings = _read(question, lambda name: newest_listing(name, fetcher))
    except (BadAnswer, TryLaterError) as error:
        log.info("%s: the listing is not to be had, turning to RSS: %s", day, error)
        return _from_feed(question, error)
    if any(listing.day > day for listing in listings):
        return _recent(question)  # arXiv is ahead of our clock
    if any(listing.day < day for listing in listings):
        return _late(question, listings)
    entries, warnings = [entry for listing in listings for entry in listing.entries], _quiet(listings)
    feed, trouble = _compared_feed(question)
    if feed:
        more, doubts = merging.unlisted(feed, entries, day, question.categories, question.cross, fetcher)
        entries, warnings = [*entries, *more], (*warnings, *doubts)
    if found := question.answer(entries, "list", (*warnings, *trouble), feed):
        return found
    if any(listing.total for listing in listings) and feed:
        return NoAnnouncement(day, _nothing_new(question))
    if may_be_dropped(day):
        return NoAnnouncement(day, f"the listing of {day} is empty, a holiday by arXiv's calendar", settled=False)
    raise BadAnswer("the listing is empty on a working day")


def _compared_feed(question: _Question) -> tuple[Feed | None, tuple[str, ...]]:
    """The feed if it was built on the day itself: before midnight Eastern time it is still that of the day before."""
    try:
        feed = fetch_feed(question.categories, question.fetcher, _FEED_TRIES)
    except (BadAnswer, TryLaterError, RefusedError) as error:
        return None, (f"not compared with RSS: {error}",)
    if feed.built != question.day:
        log.info("%s: not compared with RSS, which is of %s", question.day, feed.built)
        return None, ()
    return feed, ()


def _late(question: _Question, listings: Sequence[Listing]) -> State:
    """A page shows an older mailing. On a holiday all do, and that is final; but only the next mailing proves it."""
    day = question.day
    late = [listing for listing in listings if listing.day < day]
    shown = f"newest listings: {', '.join(f'{listing.category} of {listing.day}' for listing in late)}"
    if len(late) == len(listings) and may_be_dropped(day) and eastern_date(question.now) >= day:
        return NoAnnouncement(day, f"{shown}; a holiday by arXiv's calendar", settled=False)
    return NotYet(day, shown)


def _from_feed(question: _Question, trouble: Exception) -> State:
    """The feed alone. Each category in it has to prove that it is not of the day before."""
    day, fetcher = question.day, question.fetcher
    try:
        feed = fetch_feed(question.categories, fetcher)
        if feed.built != day or not feed.whole:
            raise BadAnswer(f"rss: {'cut off' if feed.built == day else f'built on {feed.built}, not on {day}'}")
        groups = merging.by_category(merging.merge(feed.entries, cross=False), question.categories)
        for category, group in groups.items():
            if not merging.is_of_date(day, group, fetcher):
                raise BadAnswer(f"rss: the papers of {category} are not those of {day}")
        if not groups:
            raise BadAnswer("rss: no new papers")
    except (BadAnswer, TryLaterError) as error:
        raise SourceError(f"the list of {day}: {trouble}; {error}; try again later") from error
    found = question.answer(feed.entries, "rss", (f"from RSS, the listing was not to be had: {trouble}",), feed)
    if not found:
        raise BadAnswer("rss: no new papers")
    return found


def _recent(question: _Question) -> State:
    day, fetcher = question.day, question.fetcher
    listings = _read(question, lambda name: listing_of(name, day, fetcher))
    if not any(listing.total for listing in listings):
        return _empty(question, listings[0])
    entries = [entry for listing in listings for entry in listing.entries]
    final = any(listing.following for listing in listings)
    if found := question.answer(entries, "catchup", () if final else _quiet(listings)):
        return found
    if final:
        return NoAnnouncement(day, _nothing_new(question))
    raise BadAnswer("nothing new on a working day")


def _empty(question: _Question, listing: Listing) -> State:
    """No entries at all. The page of the day before says which mailing came next, and so whether there was one."""
    day = question.day
    following = listing_of(listing.category, day - timedelta(days=1), question.fetcher).following
    if following and following > day:
        return NoAnnouncement(day, f"arXiv had no mailing of {day}, the next one is that of {following}")
    if following == day and listing.following:
        return NoAnnouncement(day, _nothing_new(question))  # later mailings are out: this one will not change
    if may_be_dropped(day):
        return NoAnnouncement(day, f"the listing of {day} is empty, a holiday by arXiv's calendar")
    raise BadAnswer("the listing is empty on a working day")


def _old(question: _Question) -> State:
    day = question.day
    if is_dropped(day):
        return NoAnnouncement(day, f"no mailing of {day}: the evening before was a holiday by arXiv's calendar")
    entries, warnings = reconstruct(day, question.categories, question.fetcher)
    if found := question.answer(entries, "reconstructed", warnings):
        return found
    raise BadAnswer("the API knows no papers of a working day")


def _read(question: _Question, read: Callable[[str], Listing]) -> list[Listing]:
    """One listing a category; empty ones are asked for once more: that is how a lagging replica shows."""
    listings = [read(name) for name in question.categories]
    return [listing if listing.total else read(listing.category) for listing in listings]


def _quiet(listings: Sequence[Listing]) -> tuple[str, ...]:
    return tuple(f"{listing.category}: the listing is empty" for listing in listings if not listing.total)


def _nothing_new(question: _Question) -> str:
    return f"nothing new in {', '.join(question.categories)} on {question.day}"


def reconstruct(day: date, categories: Sequence[str], fetcher: Fetcher) -> tuple[list[ListedPaper], tuple[str, ...]]:
    """The entries of a past mailing, new papers and cross-lists, and what is uncertain about them.

    Title, abstract and categories are those of today. Raises `UsageError` for dates before `FIRST_DATE`, `BadAnswer`
    and what `Fetcher.ask` raises.
    """
    if day < FIRST_DATE:
        raise UsageError(f"{day}: lists can be reconstructed from {FIRST_DATE} on, when arXiv's ids became consecutive")
    begin = _first_id(day, fetcher)
    following = next_mailing_date(day)
    end = _first_id(following, fetcher)
    warnings = () if end else (f"no end: the API has no papers for {following}, some of them may be in this list",)
    start, stop = submission_window(day)
    entries = []
    for paper in submitted(start - _HELD, stop, fetcher, categories):
        place = id_order(paper.id)
        in_time = datetime.fromisoformat(paper.published) >= start
        if (in_time or (begin and begin <= place)) and not (end and end <= place):
            is_new = any(belongs(paper.categories[0], name) for name in categories)
            entries.append(ListedPaper("new" if is_new else "cross", paper))
    return entries, warnings


def _first_id(day: date, fetcher: Fetcher) -> tuple[int, int] | None:
    papers = first_submitted(*submission_window(day), _SAMPLE, fetcher)
    return min((id_order(paper.id) for paper in papers), default=None)
