"""arXiv's query API, through the `arxiv` package as parser: papers by id, and what was submitted in a time.

The package (4.0.2) gives an empty list for a captcha page, for "Rate exceeded." and for a feed that lost its entries,
and half an entry for XML that was cut. So every answer is checked here before the package sees it, and it gets its
answers from our `Fetcher`: same queue, timeouts, retries and User-Agent as everything else.
"""

import io
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import arxiv  # type: ignore[import-untyped]
import requests
from requests.adapters import BaseAdapter

from summarizer.errors import UNREADABLE, UnknownPaperError, UsageError
from summarizer.html.markup import MarkupError, parse_xml
from summarizer.sources.http.answers import BadAnswer, FetchedPage, OpenResponse, read_page
from summarizer.sources.http.fetch import TRIES, Fetcher
from summarizer.sources.ids import Ref, parse_ref
from summarizer.sources.records.paper import choose_version, iso_time, make_paper, name_of
from summarizer.types import Paper

_PAGE_SIZE = 1000
_IDS = 100  # in one address


def from_api(ref: Ref, fetcher: Fetcher, tries: int) -> Paper:
    """The entry of the version asked for. Raises `UnknownPaperError`, `BadAnswer` and what `Fetcher.ask` raises.

    Both the latest version and the one asked for are queried: an entry does not tell how many versions there are.
    """
    ids = [ref.value] if ref.version is None else [ref.value, name_of(ref)]
    entries = {}
    for result in _by_ids(ids, fetcher, tries):
        found = _ref(result)
        if found.value != ref.value or not found.version:
            raise BadAnswer(f"api: asked for {ref.value}, got {result.entry_id!r}")
        entries[found.version] = result
    if not entries:
        raise UnknownPaperError(name_of(ref))
    latest = max(entries)
    version = choose_version(ref, latest)
    if version not in entries:
        raise BadAnswer(f"api: asked for {name_of(ref)}, got versions {sorted(entries)}")
    return _paper(entries[version], version, latest, entries[version].updated)


def papers_by_id(ids: Sequence[str], fetcher: Fetcher, tries: int = TRIES) -> dict[str, Paper]:
    """{id: paper} of those that the API knows; `ids` and the papers' ids are with version.

    Raises `BadAnswer` and what `Fetcher.ask` raises.
    """
    found: dict[str, Paper] = {}
    for start in range(0, len(ids), _IDS):
        some = ids[start : start + _IDS]
        for result in _by_ids(some, fetcher, tries):
            name = name_of(_ref(result))
            if name not in some:
                raise BadAnswer(f"api: {name} was not asked for")
            found[name] = _first_version(result)
    return found


def submitted(start: datetime, end: datetime, fetcher: Fetcher, categories: Sequence[str] = ()) -> list[Paper]:
    """Version 1 of all papers first submitted from `start` (inclusive) until `end` (exclusive), oldest first.

    `categories` are primary ones or others. Title and abstract are those of the latest version. Raises `BadAnswer` and
    what `Fetcher.ask` raises.
    """
    papers: dict[str, Paper] = {}
    total, at = 1, 0
    while at < total:
        total, results = _search(_submitted(start, end, categories), at, _PAGE_SIZE, fetcher, TRIES)
        at += _PAGE_SIZE
        papers |= {paper.id: paper for paper in map(_first_version, results)}
    if len(papers) != total:
        raise BadAnswer(f"api: {len(papers)} papers on the pages of {total}")
    return [paper for paper in papers.values() if start <= datetime.fromisoformat(paper.published) < end]


def first_submitted(start: datetime, end: datetime, count: int, fetcher: Fetcher) -> list[Paper]:
    """The first `count` papers of all of arXiv that were submitted in that time."""
    _, results = _search(_submitted(start, end, ()), 0, count, fetcher, TRIES)
    return [_first_version(result) for result in results]


def _by_ids(ids: Sequence[str], fetcher: Fetcher, tries: int) -> list[arxiv.Result]:
    total, results = _search(arxiv.Search(id_list=list(ids)), 0, len(ids), fetcher, tries)
    if total != len(results):
        raise BadAnswer(f"api: {len(results)} entries, {total} total")
    return results


def _submitted(start: datetime, end: datetime, categories: Sequence[str]) -> arxiv.Search:
    """`start` and `end` are UTC. The API's limits are to the minute and inclusive."""
    terms = [f"submittedDate:[{start:%Y%m%d%H%M} TO {end:%Y%m%d%H%M}]"]
    if categories:
        names = " OR ".join(f"cat:{name}" if "." in name else f"cat:{name}*" for name in categories)
        terms.append(f"({names})")
    return arxiv.Search(
        query=" AND ".join(terms), sort_by=arxiv.SortCriterion.SubmittedDate, sort_order=arxiv.SortOrder.Ascending
    )


def _search(
    search: arxiv.Search, start: int, size: int, fetcher: Fetcher, tries: int
) -> tuple[int, list[arxiv.Result]]:
    """How many entries match, and those of one page. An id that the API does not like matches nothing."""
    client = arxiv.Client(page_size=size, delay_seconds=0, num_retries=0)
    client.query_url_format = fetcher.hosts.api + "?{}"
    adapter = _FetcherAdapter(fetcher, tries, start, size)
    client._session.mount("http://", adapter)
    client._session.mount("https://", adapter)
    search.max_results = start + size
    try:
        results = list(client.results(search, start))
    except arxiv.HTTPError as error:
        if error.status == 400:
            return 0, []
        raise BadAnswer(f"api: HTTP {error.status}") from error
    except UNREADABLE as error:
        raise BadAnswer(f"api: {error}") from error
    if len(results) != adapter.entries:
        raise BadAnswer(f"api: {len(results)} of {adapter.entries} entries can be read")
    return adapter.total, results


class _FetcherAdapter(BaseAdapter):
    """Lets a requests session send through the `Fetcher`. `entries` and `total` are those of the last answer."""

    def __init__(self, fetcher: Fetcher, tries: int, start: int, size: int) -> None:
        super().__init__()
        self.entries = self.total = 0
        self._fetcher, self._tries, self._start, self._size = fetcher, tries, start, size

    def send(self, request: requests.PreparedRequest, *_: Any, **__: Any) -> requests.Response:
        page = self._fetcher.ask(str(request.url), self._read, tries=self._tries)
        response = requests.Response()
        response.request, response.url, response.status_code = request, page.url, page.status
        response.headers.update(_plain(page.headers))
        response.raw = io.BytesIO(page.body)
        return response

    def close(self) -> None:
        """Nothing to close: the connections are the `Fetcher`'s."""

    def _read(self, answer: OpenResponse) -> FetchedPage:
        page = read_page(answer)
        if page.status == 200:
            self.total, self.entries = _count_entries(page.body)
            if self.entries != min(self._size, max(0, self.total - self._start)):
                raise BadAnswer(f"api: {self.entries} entries from {self._start} of {self.total}")
        return page


def _plain(headers: Mapping[str, str]) -> dict[str, str]:
    """Headers of the decoded body."""
    return {name: value for name, value in headers.items() if name not in ("content-encoding", "content-length")}


def _count_entries(body: bytes) -> tuple[int, int]:
    """How many entries match, and how many an Atom feed has. Raises `BadAnswer` unless it is whole."""
    try:
        feed = parse_xml(body)
    except MarkupError as error:
        raise BadAnswer(f"api: {error}") from error
    if not feed.tag.endswith("}feed"):
        raise BadAnswer(f"api: not a feed but <{feed.tag}>")
    entries = feed.findall("{*}entry")
    if any("/api/errors" in (entry.findtext("{*}id") or "") for entry in entries):
        raise BadAnswer("api: an error as entry")
    total = (feed.findtext("{*}totalResults") or "").strip()
    if not total.isdecimal():
        raise BadAnswer(f"api: {len(entries)} entries, no total")
    return int(total), len(entries)


def _first_version(result: arxiv.Result) -> Paper:
    latest = _ref(result).version
    if not latest:
        raise BadAnswer(f"api: {result.entry_id!r} has no version")
    return _paper(result, 1, latest, result.published)


def _paper(result: arxiv.Result, version: int, latest: int, updated: datetime) -> Paper:
    ref = _ref(result)
    if not result.authors or not result.primary_category:
        raise BadAnswer(f"api: the entry of {ref.value} is incomplete")
    return make_paper(
        ref,
        version,
        source="api",
        title=result.title,
        authors=[author.name for author in result.authors],
        abstract=result.summary,
        categories=dict.fromkeys([result.primary_category, *result.categories]),
        published=iso_time(result.published),
        updated=iso_time(updated),
        versions=latest,
        comment=result.comment or "",
        journal_ref=result.journal_ref or "",
        doi=result.doi or "",
    )


def _ref(result: arxiv.Result) -> Ref:
    try:
        return parse_ref(result.entry_id)
    except UsageError as error:
        raise BadAnswer(f"api: an entry without an id: {result.entry_id[:80]!r}") from error
