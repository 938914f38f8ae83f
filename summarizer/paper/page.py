"""The HTML page of a paper: from the store, else from arXiv; for a PDF of the reader's own, the file beside it.

    store/html/...    what is known of a paper's page: its address, SHA-256 and ETag, or why there is none
    store/page/...    pages, by their SHA-256

A page is fetched once. That arXiv has none is asked again after a day; what kept us from asking, the next time.
"""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from summarizer.errors import RefusedError, TryLaterError
from summarizer.html.page import MAX_BYTES, UselessPage, open_page
from summarizer.sources.html import HtmlPage, fetch_html, page_address
from summarizer.sources.http.fetch import Fetcher
from summarizer.store.results import Store

_NONE_FRESH = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class PaperPage:
    """What is known of a paper's page. `sha256` is that of its bytes, "" where it cannot serve, as `reason` says.

    `address` is "" where there is no page at all.
    """

    address: str = ""
    sha256: str = ""
    etag: str = ""
    reason: str = ""
    asked: datetime | None = None  # when; None for what was not asked for


def stored_page(paper_id: str, store: Store) -> PaperPage | None:
    """What the store knows of the page of an arXiv paper."""
    return store.load("html", {"id": paper_id}, PaperPage)


def load_page(paper_id: str, store: Store, fetcher: Fetcher) -> PaperPage:
    """The page of an arXiv paper, named with its version. Whatever is wrong with it is its `reason`."""
    known = stored_page(paper_id, store)
    now = datetime.now(UTC)
    if known and (known.sha256 or (known.asked and now - known.asked < _NONE_FRESH)):
        return known
    try:
        found = fetch_html(paper_id, fetcher)
    except (RefusedError, TryLaterError) as error:
        return PaperPage(page_address(paper_id), reason=str(error))
    page = _examined(found, paper_id, now)
    if page.sha256:
        store.save("page", {"sha256": page.sha256}, found.body.decode("utf-8", "replace"))
    store.save("html", {"id": paper_id}, page)
    return page


def _examined(found: HtmlPage, paper_id: str, now: datetime) -> PaperPage:
    """A page that is not this paper's is none."""
    reason = found.reason
    if not reason:
        try:
            open_page(found.body, paper_id)
        except UselessPage as error:
            reason = str(error)
    return PaperPage(found.address, "" if reason else _sha256(found.body), found.etag, reason, now)


def page_beside(pdf: Path) -> PaperPage | None:
    """The page beside a PDF of the reader's own: `paper.html` beside `paper.pdf`."""
    path = pdf.with_suffix(".html")
    if not path.is_file():
        return None
    try:
        return PaperPage(path.name, _sha256(_read_file(path)))
    except (OSError, UselessPage) as error:
        return PaperPage(path.name, reason=str(error))


def read_page(page: PaperPage, store: Store) -> bytes | None:
    """The bytes of a stored page; None if they are gone."""
    text = store.load("page", {"sha256": page.sha256}, str)
    return None if text is None else text.encode()


def _read_file(path: Path) -> bytes:
    with path.open("rb") as file:
        page = file.read(MAX_BYTES + 1)
    if len(page) > MAX_BYTES:
        raise UselessPage(f"the page is larger than {MAX_BYTES // 10**6} MB")
    return page


def _sha256(page: bytes) -> str:
    return hashlib.sha256(page).hexdigest()
