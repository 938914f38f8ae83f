"""Many papers at once from arXiv's query API: by their ids, or by when they were submitted.

https://info.arxiv.org/help/api/user-manual.html. Every answer has to have as many entries as its own total promises:
the API has answered 200 with an empty feed, with "Rate exceeded." and with the wrong total.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode
from xml.etree import ElementTree

from summarizer.errors import UsageError
from summarizer.sources.http.answers import Answer, BadAnswer, Page, read_page
from summarizer.sources.http.fetch import TRIES, Fetcher
from summarizer.sources.ids import Ref, parse_ref
from summarizer.sources.records.paper import iso_time, make_paper
from summarizer.types import Paper

_PAGE_SIZE = 1000
_IDS = 100  # in one address


def papers_by_id(ids: Sequence[str], fetcher: Fetcher, tries: int = TRIES) -> dict[str, Paper]:
    """{id: paper} of those that the API knows; `ids` and the papers' ids are with version.

    Raises `BadAnswer` and what `Fetcher.ask` raises.
    """
    found: dict[str, Paper] = {}
    for start in range(0, len(ids), _IDS):
        some = ids[start : start + _IDS]
        feed = _ask({"id_list": ",".join(some)}, 0, len(some), fetcher, tries)
        for paper, version in feed.papers:
            name = f"{_base(paper)}v{version}"
            if name not in some:
                raise BadAnswer(f"api: {name} was not asked for")
            found[name] = paper
    return found


def submitted(start: datetime, end: datetime, fetcher: Fetcher, categories: Sequence[str] = ()) -> list[Paper]:
    """Version 1 of all papers first submitted from `start` (inclusive) until `end` (exclusive), oldest first.

    `categories` are primary ones or others. Title and abstract are those of the latest version. Raises `BadAnswer` and
    what `Fetcher.ask` raises.
    """
    query = _query(start, end, categories)
    papers: dict[str, Paper] = {}
    total, at = 1, 0
    while at < total:
        feed = _ask(query, at, _PAGE_SIZE, fetcher)
        total = feed.total
        at += _PAGE_SIZE
        papers |= {paper.id: paper for paper, _ in feed.papers}
    if len(papers) != total:
        raise BadAnswer(f"api: {len(papers)} papers on the pages of {total}")
    return [paper for paper in papers.values() if start <= datetime.fromisoformat(paper.published) < end]


def first_submitted(start: datetime, end: datetime, count: int, fetcher: Fetcher) -> list[Paper]:
    """The first `count` papers of all of arXiv that were submitted in that time."""
    return [paper for paper, _ in _ask(_query(start, end, ()), 0, count, fetcher).papers]


@dataclass(frozen=True, slots=True)
class _Feed:
    total: int
    papers: tuple[tuple[Paper, int], ...]  # with the version that the entry is about


def _query(start: datetime, end: datetime, categories: Sequence[str]) -> dict[str, str]:
    """`start` and `end` are UTC. The API's limits are to the minute and inclusive."""
    terms = [f"submittedDate:[{start:%Y%m%d%H%M} TO {end:%Y%m%d%H%M}]"]
    if categories:
        names = " OR ".join(f"cat:{name}" if "." in name else f"cat:{name}*" for name in categories)
        terms.append(f"({names})")
    return {"search_query": " AND ".join(terms), "sortBy": "submittedDate", "sortOrder": "ascending"}


def _ask(question: dict[str, str], start: int, size: int, fetcher: Fetcher, tries: int = TRIES) -> _Feed:
    url = f"{fetcher.hosts.api}?{urlencode({**question, 'start': start, 'max_results': size})}"

    def read(answer: Answer) -> _Feed:
        feed = _parse(read_page(answer))
        if len(feed.papers) != min(size, max(0, feed.total - start)):
            raise BadAnswer(f"api: {len(feed.papers)} entries from {start} of {feed.total}")
        return feed

    return fetcher.ask(url, read, tries=tries)


def _parse(page: Page) -> _Feed:
    if page.status != 200:
        raise BadAnswer(f"api: HTTP {page.status}")
    try:
        root = ElementTree.fromstring(page.body)
    except ElementTree.ParseError as error:
        raise BadAnswer(f"api: not XML ({error})") from error
    total = root.findtext("{*}totalResults") or ""
    if not root.tag.endswith("}feed") or not total.strip().isdecimal():
        raise BadAnswer(f"api: not a feed but <{root.tag}>")
    return _Feed(int(total), tuple(_paper(entry) for entry in root.findall("{*}entry")))


def _paper(entry: ElementTree.Element) -> tuple[Paper, int]:
    ref = _ref(_text(entry, "id"))
    primary = entry.find("{*}primary_category")
    authors = [_text(author, "name") for author in entry.findall("{*}author")]
    if primary is None or not authors or not ref.version:
        raise BadAnswer(f"api: the entry of {ref.value} is incomplete")
    categories = [primary.get("term", ""), *(category.get("term", "") for category in entry.findall("{*}category"))]
    try:
        published = iso_time(datetime.fromisoformat(_text(entry, "published")))
    except ValueError as error:
        raise BadAnswer(f"api: {ref.value} has no date") from error
    paper = make_paper(
        ref,
        1,
        source="api",
        title=_text(entry, "title"),
        authors=authors,
        abstract=_text(entry, "summary"),
        categories=dict.fromkeys(categories),
        published=published,
        updated=published,
        versions=ref.version,
        comment=_text(entry, "comment"),
        journal_ref=_text(entry, "journal_ref"),
        doi=_text(entry, "doi"),
    )
    return paper, ref.version


def _ref(address: str) -> Ref:
    try:
        return parse_ref(address)
    except UsageError as error:
        raise BadAnswer(f"api: an entry without an id: {address[:80]!r}") from error


def _base(paper: Paper) -> str:
    return paper.id.removesuffix("v1")


def _text(element: ElementTree.Element, tag: str) -> str:
    return (element.findtext(f"{{*}}{tag}") or "").strip()
