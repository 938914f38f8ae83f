"""A paper's HTML from arXiv: /html/<id>v<n>, which LaTeXML made of nearly every TeX source since December 2023.

It answers 404 where there is none (arxiv-browse, controllers/files/dissemination.py). Pages of a fixed version are made
anew now and then, so a page is known by its ETag and its bytes, not by its address.
"""

from dataclasses import dataclass

from summarizer.html.page import MAX_BYTES
from summarizer.sources.http.answers import BadAnswer, Busy, OpenResponse, is_busy
from summarizer.sources.http.fetch import Fetcher

_TRIES = 3  # the PDF alone will do


@dataclass(frozen=True, slots=True)
class HtmlPage:
    """A page as it came; without one `reason` says why, and `address` is "" if arXiv has none."""

    address: str
    body: bytes = b""
    etag: str = ""
    reason: str = ""


def fetch_html(paper_id: str, fetcher: Fetcher) -> HtmlPage:
    """The page of a paper, named by its id with version. Raises `RefusedError`, `TryLaterError`."""
    address = page_address(paper_id)

    def read(answer: OpenResponse) -> HtmlPage:
        if is_busy(answer.status):
            raise Busy(f"HTTP {answer.status}")
        if answer.status != 200:
            return HtmlPage("", reason=f"arXiv has no HTML of this paper (HTTP {answer.status})")
        page = answer.page(MAX_BYTES)
        return HtmlPage(address, page.body, page.headers.get("etag", ""))

    try:
        return fetcher.ask(f"{fetcher.hosts.site}/html/{paper_id}", read, tries=_TRIES)
    except BadAnswer as error:
        return HtmlPage(address, reason=str(error))


def page_address(paper_id: str) -> str:
    """Where a reader finds the page, whatever serves it here."""
    return f"https://arxiv.org/html/{paper_id}"
