"""arXiv's RSS feed of several categories: the newest mailing once more, with licences.

It is built anew at midnight Eastern time and names the day it was built, not the mailing that its papers are of: for
single categories it has shown the papers of the day before under the new date. So it is a second opinion, and a source
only where the listing is down. https://info.arxiv.org/help/rss.html; the fields as in arxiv-feed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from email.utils import parsedate_to_datetime
from xml.etree import ElementTree

from summarizer.errors import UsageError
from summarizer.html.markup import MarkupError, parse_xml
from summarizer.sources.http.answers import BadAnswer, FetchedPage, OpenResponse, read_page
from summarizer.sources.http.fetch import TRIES, Fetcher
from summarizer.sources.ids import parse_ref
from summarizer.sources.lists.listing import Kind, ListedPaper
from summarizer.sources.lists.schedule import eastern_date
from summarizer.sources.records.paper import make_paper
from summarizer.sources.records.text import split_authors

_LIMIT = 2000  # of items; some are left out where there would be more
_KINDS: dict[str, Kind] = {"new": "new", "cross": "cross"}


@dataclass(frozen=True, slots=True)
class Feed:
    """`built` is the Eastern day it was made on: the mailing date if all is well."""

    built: date
    entries: tuple[ListedPaper, ...]  # new papers and cross-lists
    whole: bool


def fetch_feed(categories: Sequence[str], fetcher: Fetcher, tries: int = TRIES) -> Feed:
    """The feed of all these categories. Raises `BadAnswer` and what `Fetcher.ask` raises."""

    def read(answer: OpenResponse) -> Feed:
        return _parse(read_page(answer))

    return fetcher.ask(f"{fetcher.hosts.rss}/{'+'.join(categories)}", read, tries=tries)


def _parse(page: FetchedPage) -> Feed:
    if page.status != 200:
        raise BadAnswer(f"rss: HTTP {page.status}")
    try:
        root = parse_xml(page.body)
    except MarkupError as error:
        raise BadAnswer(f"rss: {error}") from error
    channel = root.find("channel")
    if root.tag != "rss" or channel is None:
        raise BadAnswer(f"rss: not a feed but <{root.tag}>")
    try:
        built = eastern_date(parsedate_to_datetime(_text(channel, "pubDate")))
    except ValueError as error:
        raise BadAnswer("rss: the feed has no date") from error
    items = channel.findall("item")
    entries = (_entry(item) for item in items)
    return Feed(built, tuple(entry for entry in entries if entry), len(items) < _LIMIT)


def _entry(item: ElementTree.Element) -> ListedPaper | None:
    kind = _KINDS.get(_text(item, "{*}announce_type"))
    if not kind:
        return None
    name = _text(item, "guid").removeprefix("oai:arXiv.org:")
    try:
        ref = parse_ref(name)
    except UsageError as error:
        raise BadAnswer(f"rss: an item without an id: {name[:80]!r}") from error
    paper = make_paper(
        ref,
        1,
        source="rss",
        title=_text(item, "title"),
        authors=split_authors(_text(item, "{*}creator")),
        abstract=_text(item, "description").partition("Abstract:")[2],
        categories=[category.text or "" for category in item.findall("category")],
        published="",
        updated="",
        versions=1,
        license=_text(item, "{*}rights"),
        journal_ref=_text(item, "{*}journal_reference"),
        doi=_text(item, "{*}DOI"),
    )
    return ListedPaper(kind, paper)


def _text(element: ElementTree.Element, tag: str) -> str:
    return (element.findtext(tag) or "").strip()
