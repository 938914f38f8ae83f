"""Pages of HTML: one request a paper through the queue, limits, and what is no page."""

import pytest
from arxiv_server import ArxivServer

from summarizer.errors import RefusedError, TryLaterError
from summarizer.html.page import MAX_BYTES
from summarizer.sources.html import fetch_html
from summarizer.sources.http.fetch import Fetcher

PAPER = "2401.00001v1"


def test_the_page_of_the_version(server: ArxivServer, fetcher: Fetcher) -> None:
    page = fetch_html(PAPER, fetcher)
    assert b"A study" in page.body and b"arXiv:2401.00001v1" in page.body
    assert (page.address, page.reason) == (f"https://arxiv.org/html/{PAPER}", "")
    assert page.etag.startswith('"')
    assert server.paths() == [f"/html/{PAPER}"]


def test_old_style_ids_keep_their_slash(server: ArxivServer, fetcher: Fetcher) -> None:
    assert "no HTML" in fetch_html("hep-th/9901001v1", fetcher).reason
    assert server.paths() == ["/html/hep-th/9901001v1"]


def test_none(server: ArxivServer, fetcher: Fetcher) -> None:
    page = fetch_html("2401.00002v2", fetcher)
    assert (page.address, page.body, page.reason) == ("", b"", "arXiv has no HTML of this paper (HTTP 404)")
    assert len(server.requests) == 1


def test_too_large_is_not_read_to_the_end(server: ArxivServer, fetcher: Fetcher) -> None:
    server.records["2401.00001"].html = b"<article>" + b"x" * (20 * MAX_BYTES)
    page = fetch_html(PAPER, fetcher)
    assert page.body == b""
    assert str(MAX_BYTES) in page.reason
    assert len(server.requests) == 1


def test_cut_short_is_asked_for_again(server: ArxivServer, fetcher: Fetcher) -> None:
    server.fault("/html", truncate=30, times=1)
    assert b"A study" in fetch_html(PAPER, fetcher).body
    assert len(server.requests) == 2


@pytest.mark.parametrize(("status", "error"), [(403, RefusedError), (503, TryLaterError)])
def test_a_service_that_does_not_answer(
    server: ArxivServer, fetcher: Fetcher, status: int, error: type[Exception]
) -> None:
    server.fault("/html", status=status)
    with pytest.raises(error):
        fetch_html(PAPER, fetcher)
    assert len(server.requests) <= 3
