"""One paper from arXiv's query API, through the `arxiv` package as parser.

The package (4.0.2) gives an empty list for a captcha page, for "Rate exceeded." and for a feed that lost its entries,
and half an entry for XML that was cut. So every answer is checked here before the package sees it, and it gets its
answers from our `Fetcher`: same queue, timeouts, retries and User-Agent as everything else.
"""

import io
from collections.abc import Mapping
from typing import Any
from xml.etree import ElementTree

import arxiv  # type: ignore[import-untyped]
import requests
from requests.adapters import BaseAdapter

from summarizer.errors import UnknownPaperError
from summarizer.sources.http.answers import Answer, BadAnswer, Page, read_page
from summarizer.sources.http.fetch import Fetcher
from summarizer.sources.ids import Ref
from summarizer.sources.records.paper import choose_version, iso_time, make_paper, name_of
from summarizer.types import Paper


def from_api(ref: Ref, fetcher: Fetcher, tries: int) -> Paper:
    """The entry of the version asked for. Raises `UnknownPaperError`, `BadAnswer` and what `Fetcher.ask` raises.

    Both the latest version and the one asked for are queried: an entry does not tell how many versions there are.
    """
    ids = [ref.value] if ref.version is None else [ref.value, name_of(ref)]
    entries = _entries(ref, _query(ids, fetcher, tries))
    if not entries:
        raise UnknownPaperError(name_of(ref))
    latest = max(entries)
    version = choose_version(ref, latest)
    if version not in entries:
        raise BadAnswer(f"api: asked for {name_of(ref)}, got versions {sorted(entries)}")
    entry = entries[version]
    if not entry.authors or not entry.primary_category:
        raise BadAnswer(f"api: the entry of {name_of(ref)} is incomplete")
    others = [category for category in entry.categories if category != entry.primary_category]
    return make_paper(
        ref,
        version,
        source="api",
        title=entry.title,
        authors=[author.name for author in entry.authors],
        abstract=entry.summary,
        categories=[entry.primary_category, *others],
        published=iso_time(entry.published),
        updated=iso_time(entry.updated),
        versions=latest,
        comment=entry.comment or "",
        journal_ref=entry.journal_ref or "",
        doi=entry.doi or "",
    )


def _entries(ref: Ref, results: list[arxiv.Result]) -> dict[int, arxiv.Result]:
    """Entries by version. Raises `BadAnswer` if one is about another paper."""
    entries = {}
    for result in results:
        base, _, version = result.entry_id.partition("/abs/")[2].rpartition("v")
        if base != ref.value or not version.isdecimal():
            raise BadAnswer(f"api: asked for {ref.value}, got {result.entry_id!r}")
        entries[int(version)] = result
    return entries


def _query(ids: list[str], fetcher: Fetcher, tries: int) -> list[arxiv.Result]:
    client = arxiv.Client(page_size=len(ids), delay_seconds=0, num_retries=0)
    client.query_url_format = fetcher.hosts.api + "?{}"
    adapter = _FetcherAdapter(fetcher, tries)
    client._session.mount("http://", adapter)
    client._session.mount("https://", adapter)
    try:
        results = list(client.results(arxiv.Search(id_list=ids, max_results=len(ids))))
    except arxiv.HTTPError as error:
        if error.status == 400:  # what the API makes of an id that it does not like
            return []
        raise BadAnswer(f"api: HTTP {error.status}") from error
    except ValueError as error:
        raise BadAnswer(f"api: {error}") from error
    if len(results) != adapter.entries:
        raise BadAnswer(f"api: {len(results)} of {adapter.entries} entries can be read")
    return results


class _FetcherAdapter(BaseAdapter):
    """Lets a requests session send through the `Fetcher`. `entries` counts those of the last answer."""

    def __init__(self, fetcher: Fetcher, tries: int) -> None:
        super().__init__()
        self.entries = 0
        self._fetcher, self._tries = fetcher, tries

    def send(self, request: requests.PreparedRequest, *_: Any, **__: Any) -> requests.Response:
        page = self._fetcher.ask(str(request.url), self._read, tries=self._tries)
        response = requests.Response()
        response.request, response.url, response.status_code = request, page.url, page.status
        response.headers.update(_plain(page.headers))
        response.raw = io.BytesIO(page.body)
        return response

    def close(self) -> None:
        """Nothing to close: the connections are the `Fetcher`'s."""

    def _read(self, answer: Answer) -> Page:
        page = read_page(answer)
        if page.status == 200:
            self.entries = _count_entries(page.body)
        return page


def _plain(headers: Mapping[str, str]) -> dict[str, str]:
    """Headers of the decoded body."""
    return {name: value for name, value in headers.items() if name not in ("content-encoding", "content-length")}


def _count_entries(body: bytes) -> int:
    """How many entries an Atom feed has. Raises `BadAnswer` unless it is whole and has as many as it says."""
    try:
        feed = ElementTree.fromstring(body)
    except ElementTree.ParseError as error:
        raise BadAnswer(f"api: not XML ({error})") from error
    if not feed.tag.endswith("}feed"):
        raise BadAnswer(f"api: not a feed but <{feed.tag}>")
    entries = feed.findall("{*}entry")
    if any("/api/errors" in (entry.findtext("{*}id") or "") for entry in entries):
        raise BadAnswer("api: an error as entry")
    total = (feed.findtext("{*}totalResults") or "").strip()
    if total != str(len(entries)):
        raise BadAnswer(f"api: {len(entries)} entries, {total or 'no'} total")
    return len(entries)
