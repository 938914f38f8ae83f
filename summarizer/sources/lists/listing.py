"""arXiv's listing pages: `/list/<category>/new`, the newest mailing, and `/catchup/<category>/<date>`, for 90 days.

A page names its date, the number of its entries and how many of each section it shows; a page is believed only if what
was read of it agrees with all of these. Classes and headings as in arxiv-browse, templates/list and catchup.html.
"""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Literal

from summarizer.errors import UsageError
from summarizer.html.markup import Element, MarkupError, parse_html
from summarizer.sources.http.answers import BadAnswer, FetchedPage, OpenResponse, read_page
from summarizer.sources.http.fetch import Fetcher
from summarizer.sources.ids import Ref, parse_ref
from summarizer.sources.records.paper import SITE, make_paper
from summarizer.sources.records.text import split_authors
from summarizer.types import Paper

Kind = Literal["new", "cross", "replaced"]

AUTHORS_SHOWN = 100  # of longer lists the page shows the first ones, and does not say so
_PAGE_SIZE = 2000

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DATED = re.compile(
    r"(?:Showing new listings for|Catchup results for .+ on) \w+, (?P<day>\d{1,2}) (?P<month>[A-Z][a-z]{2})[a-z]* "
    r"(?P<year>\d{4})"
)
_SECTION = re.compile(
    r"(?P<kind>New|Cross|Replacement)[a-z]* submissions \((?:continued, )?showing (?:first |last )*"
    r"(?P<shown>\d+) of (?P<all>\d+) entries ?\)"
)
_KINDS: dict[str, Kind] = {"New": "new", "Cross": "cross", "Replacement": "replaced"}
_TOTAL = re.compile(r"Total of (\d+) entries")
_NO_UPDATES = re.compile(r"No (?:further )?updates (?:today|for)\b")
_CATEGORY = re.compile(r"\(([a-z-]+(?:\.[A-Za-z-]+)?)\)")
_NEXT_DAY = re.compile(r"/catchup/[^/]+/(\d{4}-\d{2}-\d{2})\b")
_SHORTENED = frozenset({"this https URL", "this http URL"})


@dataclass(frozen=True, slots=True)
class ListedPaper:
    """A line of a listing. `paper` is version 1; it lacks what the page does not show."""

    kind: Kind
    paper: Paper


@dataclass(frozen=True, slots=True)
class Listing:
    """What one category got in one mailing. `entries` are the new papers and the cross-lists."""

    category: str
    day: date
    total: int  # with replacements
    entries: tuple[ListedPaper, ...]
    following: date | None = None  # the next mailing, if the page names it


def newest_listing(category: str, fetcher: Fetcher) -> Listing:
    """The newest mailing, whatever its date. Raises `UsageError`, `BadAnswer` and what `Fetcher.ask` raises."""
    address = f"{fetcher.hosts.site}/list/{category}/new"
    return _read(category, lambda n: f"{address}?skip={n * _PAGE_SIZE}&show={_PAGE_SIZE}" if n else address, fetcher)


def listing_of(category: str, day: date, fetcher: Fetcher) -> Listing:
    """The mailing of one of the last 90 days. Raises `UsageError`, `BadAnswer` and what `Fetcher.ask` raises."""
    address = f"{fetcher.hosts.site}/catchup/{category}/{day}"
    listing = _read(category, lambda n: f"{address}?abs=True&page={n + 1}", fetcher)
    if listing.day != day:
        raise BadAnswer(f"{category}: asked for the listing of {day}, got that of {listing.day}")
    return listing


@dataclass(frozen=True, slots=True)
class _ListingPage:
    day: date
    total: int
    sections: dict[Kind, int]  # all entries, on whatever page
    counts: Counter[Kind]  # on this page
    entries: tuple[ListedPaper, ...]
    following: date | None


def _read(category: str, address: Callable[[int], str], fetcher: Fetcher) -> Listing:
    """All pages of a listing. `address` takes the number of the page, from 0."""
    pages: list[_ListingPage] = []
    while not pages or len(pages) * _PAGE_SIZE < pages[0].total:
        number = len(pages)

        def read(answer: OpenResponse, number: int = number) -> _ListingPage:
            return _parse(category, read_page(answer), number)

        pages.append(fetcher.ask(address(number), read))
        if (pages[-1].day, pages[-1].total) != (pages[0].day, pages[0].total):
            raise BadAnswer(f"{category}: the listing changed while it was read")
    counted = sum((page.counts for page in pages), Counter[Kind]())
    if any(counted[kind] != number for page in pages for kind, number in page.sections.items()):
        raise BadAnswer(f"{category}: the pages of {pages[0].day} do not add up to their sections")
    entries = tuple(entry for page in pages for entry in page.entries)
    return Listing(category, pages[0].day, pages[0].total, entries, pages[0].following)


def _parse(category: str, page: FetchedPage, number: int) -> _ListingPage:
    _check(category, page)
    try:
        root = parse_html(page.body)
    except MarkupError as error:
        raise BadAnswer(f"{category}: not a listing ({error})") from error
    _smooth(root)
    day = next((day for heading in root.iter("h1", "h2", "h3") if (day := _date(_text(heading)))), None)
    outside = " ".join(" ".join(root.xpath("//body//text()[not(ancestor::dl)]")).split())
    total = _TOTAL.search(outside)
    if not day or not (total or _NO_UPDATES.search(outside)):
        raise BadAnswer(f"{category}: not a listing, or only a part of one")
    size = int(total[1]) if total else 0
    sections, shown, entries = _read_sections(category, root)
    counts = Counter(kind for kind, _ in entries)
    expected = min(_PAGE_SIZE, max(0, size - number * _PAGE_SIZE))
    if counts != +shown or counts.total() != expected:
        raise BadAnswer(f"{category}: {dict(counts)} of {dict(shown)} entries, {expected} expected, can be read")
    links = (_NEXT_DAY.search(a.get("href", "")) for a in root.iter("a") if "next day" in _text(a))
    following = next(filter(None, links), None)
    return _ListingPage(
        day,
        size,
        sections,
        counts,
        tuple(ListedPaper(kind, paper) for kind, paper in entries if paper),
        date.fromisoformat(following[1]) if following else None,
    )


def _check(category: str, page: FetchedPage) -> None:
    if page.status == 400 and re.search(rb"invalid (?:archive|subject)", page.body, re.IGNORECASE):
        raise UsageError(f"{category}: arXiv has no such category; see https://arxiv.org/category_taxonomy")
    if page.status != 200:
        raise BadAnswer(f"{category}: HTTP {page.status} for {page.url}")
    if b"</html" not in page.body[-1000:].lower():
        raise BadAnswer(f"{category}: the page has no end")


def _smooth(root: Element) -> None:
    """Make the text of elements what was submitted: no labels, lines apart, addresses instead of "this https URL"."""
    for label in root.find_class("descriptor"):
        label.drop_tree()
    for line_end in root.iter("br"):
        line_end.tail = f"\n{line_end.tail or ''}"
    for link in root.iter("a"):
        if link.text in _SHORTENED:
            link.text = link.get("href")


def _read_sections(
    category: str, root: Element
) -> tuple[dict[Kind, int], Counter[Kind], list[tuple[Kind, Paper | None]]]:
    """Of each section the number of all entries and of those shown here; the entries, replacements without paper."""
    sections: dict[Kind, int] = {}
    shown: Counter[Kind] = Counter()
    entries: list[tuple[Kind, Paper | None]] = []
    kind: Kind | None = None
    for element in root.iter("h3", "dt"):
        if element.tag == "h3":
            if section := _SECTION.match(_text(element)):
                kind = _KINDS[section["kind"]]
                sections[kind], shown[kind] = int(section["all"]), int(section["shown"])
        elif kind is None:
            raise BadAnswer(f"{category}: entries without a heading")
        else:
            entries.append((kind, None if kind == "replaced" else _paper(category, element)))
    return sections, shown, entries


def _paper(category: str, head: Element) -> Paper:
    body = head.getnext()
    if body is None or body.tag != "dd":
        raise BadAnswer(f"{category}: an entry without its second half: {_text(head)[:80]}")
    authors = _part(body, "div", "list-authors")
    return make_paper(
        _ref(category, head),
        1,
        source="list",
        title=_part(body, "div", "list-title"),
        authors=() if "unavailable" in authors else split_authors(authors),
        abstract=_part(body, "p", "mathjax"),
        categories=dict.fromkeys(_CATEGORY.findall(_part(body, "div", "list-subjects"))),
        published="",
        updated="",
        versions=1,
        comment=_part(body, "div", "list-comments"),
        journal_ref=_part(body, "div", "list-journal-ref"),
    )


def _ref(category: str, head: Element) -> Ref:
    path = next((href for a in head.iter("a") if "/abs/" in (href := a.get("href", ""))), "")
    try:
        return parse_ref(f"{SITE}/abs/{path.rpartition('/abs/')[2]}")
    except UsageError as error:
        raise BadAnswer(f"{category}: an entry without an id: {_text(head)[:80]}") from error


def _date(heading: str) -> date | None:
    found = _DATED.match(heading)
    if not found or found["month"] not in _MONTHS:
        return None
    try:
        return date(int(found["year"]), _MONTHS.index(found["month"]) + 1, int(found["day"]))
    except ValueError:
        return None


def _part(body: Element, tag: str, css_class: str) -> str:
    return next((_text(element) for element in body.iter(tag) if css_class in element.get("class", "").split()), "")


def _text(element: Element) -> str:
    return " ".join(str(element.text_content()).split())
