import itertools
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from arxiv_server import ArxivServer, abs_page, atom_feed, oai_record

from summarizer.config import Config
from summarizer.errors import RefusedError, TryLaterError, UnknownPaperError, UsageError
from summarizer.sources.http.fetch import Fetcher
from summarizer.sources.ids import Ref, parse_ref
from summarizer.sources.records.api import submitted
from summarizer.sources.records.metadata import fetch_paper

ONE = Ref("arxiv", "2401.00001")
TWO = Ref("arxiv", "2401.00002")


def test_oai_gives_everything(server: ArxivServer, fetcher: Fetcher) -> None:
    server.records["2401.00002"].comments = "12 pages"
    paper = fetch_paper(TWO, fetcher)
    assert paper.id == "2401.00002v2"
    assert paper.title == "A Study of Small Servers"
    assert paper.authors == ("Zoë Müller", "Ann Lee", "Bo Chen")
    assert paper.abstract == "We show that a small server is enough."
    assert (paper.url, paper.pdf_url) == ("https://arxiv.org/abs/2401.00002v2", "https://arxiv.org/pdf/2401.00002v2")
    assert paper.categories == ("cs.CL", "cs.AI")
    assert (paper.published, paper.updated) == ("2024-01-02T03:04:05Z", "2024-02-03T04:05:06Z")
    assert (paper.versions, paper.withdrawn, paper.source) == (2, False, "oai")
    assert paper.license == "http://creativecommons.org/licenses/by/4.0/"
    assert paper.comment == "12 pages"
    assert len(server.requests) == 1


def test_old_style_ids(server: ArxivServer, fetcher: Fetcher) -> None:
    paper = fetch_paper(parse_ref("hep-th/9901001v1"), fetcher)
    assert (paper.id, paper.pdf_url) == ("hep-th/9901001v1", "https://arxiv.org/pdf/hep-th/9901001v1")
    assert paper.license == ""


@pytest.mark.parametrize(
    ("fault", "source", "oai_requests"),
    [
        ({"status": 503}, "api", 3),
        ({"status": 200, "body": b"<!DOCTYPE html><html><body>Verify you are human</body></html>"}, "api", 2),
        ({"status": 200, "body": b""}, "api", 2),
        ({"status": 200, "body": b"Rate exceeded."}, "api", 2),
        ({"cut": 300}, "api", 2),
        ({"status": 404}, "api", 2),
    ],
)
def test_the_api_steps_in(server: ArxivServer, fetcher: Fetcher, fault: dict, source: str, oai_requests: int) -> None:
    server.fault("/oai", **fault)
    paper = fetch_paper(TWO, fetcher)
    assert (paper.source, paper.id, paper.versions) == (source, "2401.00002v2", 2)
    assert paper.authors == ("Zoë Müller", "Ann Lee", "Bo Chen")
    assert paper.categories == ("cs.CL", "cs.AI")
    assert (paper.published, paper.updated) == ("2024-01-02T03:04:05Z", "2024-02-03T04:05:06Z")
    assert len(server.paths("/oai")) == oai_requests
    assert len(server.paths("/api")) == 1
    assert {seen.headers["user-agent"].split("/")[0] for seen in server.requests} == {"summarizer"}


@pytest.mark.parametrize("fault", [{"status": 429}, {"status": 200, "body": b"<html></html>"}, {"cut": 500}])
def test_the_abstract_page_is_the_last_resort(server: ArxivServer, fetcher: Fetcher, fault: dict) -> None:
    server.fault("/oai", status=503)
    server.fault("/api", **fault)
    paper = fetch_paper(TWO, fetcher)
    assert (paper.source, paper.id, paper.versions) == ("abs", "2401.00002v2", 2)
    assert paper.title == "A Study of Small Servers"
    assert paper.authors == ("Zoë Müller", "Ann Lee", "Bo Chen")
    assert paper.abstract == "We show that a small server is enough."
    assert paper.categories == ("cs.CL", "cs.AI")
    assert (paper.published, paper.updated) == ("2024-01-02T03:04:05Z", "2024-02-03T04:05:06Z")
    assert paper.license == "http://creativecommons.org/licenses/by/4.0/"


def _feed(server: ArxivServer, **query: str) -> str:
    return atom_feed(server, query)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("2401.00001v1", "2401.00002v1"),  # another paper
        ("<opensearch:totalResults>1<", "<opensearch:totalResults>35<"),
        ("<author>", "<writer>"),  # and so not XML any more
        ("arxiv:primary_category", "arxiv:category"),
        ("<published>", "<published>not a date"),
        ("http://arxiv.org/abs/", "https://arxiv.org/api/errors#"),
        ("<published>2024", "<published>99999"),
    ],
)
def test_the_silent_failures_of_the_api_are_loud(server: ArxivServer, fetcher: Fetcher, old: str, new: str) -> None:
    feed = _feed(server, id_list="2401.00001")
    assert old in feed
    server.fault("/oai", status=503)
    server.pages["/api/query"] = (200, {}, feed.replace(old, new).encode())
    assert fetch_paper(ONE, fetcher).source == "abs"


@pytest.mark.parametrize("year", ["0001", "0999", "9999"])
def test_a_time_of_any_year_is_one(server: ArxivServer, fetcher: Fetcher, year: str) -> None:
    feed = _feed(server, id_list="2401.00001").replace("<published>2024", f"<published>{year}")
    server.pages["/api/query"] = (200, {}, feed.encode())
    assert submitted(datetime(2024, 1, 1, tzinfo=UTC), datetime(2024, 2, 1, tzinfo=UTC), fetcher) == []


def test_an_empty_feed_that_promises_entries_is_not_an_answer(server: ArxivServer, fetcher: Fetcher) -> None:
    feed = _feed(server, id_list="").replace("Results>0<", "Results>1<")
    server.fault("/oai", status=503)
    server.pages["/api/query"] = (200, {}, feed.encode())
    assert fetch_paper(ONE, fetcher).source == "abs"


def test_no_cut_feed_passes_as_a_whole_one(server: ArxivServer, fetcher: Fetcher) -> None:
    feed = _feed(server, id_list="2401.00001").encode()
    server.fault("/oai", status=404)
    for length in range(100, len(feed) - 1, 97):
        server.pages["/api/query"] = (200, {}, feed[:length])
        assert fetch_paper(ONE, fetcher).source == "abs", length


def test_no_cut_record_passes_as_a_whole_one(server: ArxivServer, fetcher: Fetcher) -> None:
    record = oai_record(server, {"identifier": "oai:arXiv.org:2401.00001"}).encode()
    for length in range(100, len(record) - 1, 97):
        server.pages["/oai"] = (200, {}, record[:length])
        assert fetch_paper(ONE, fetcher).source == "api", length


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("<id>2401.00001</id>", "<id>2401.00002</id>"),
        ("<authors>", "<authors/><x>"),
        ("<date>", "<date>yesterday "),
        ('version="v1"', 'version="one"'),
        ("<title>A Study of Small Servers</title>", "<title> </title>"),
    ],
)
def test_broken_records_are_not_believed(server: ArxivServer, fetcher: Fetcher, old: str, new: str) -> None:
    record = oai_record(server, {"identifier": "oai:arXiv.org:2401.00001"})
    assert old in record
    server.pages["/oai"] = (200, {}, record.replace(old, new).encode())
    assert fetch_paper(ONE, fetcher).source == "api"


def test_an_earlier_version_has_its_own_title(server: ArxivServer, fetcher: Fetcher) -> None:
    paper = fetch_paper(Ref("arxiv", "2401.00002", 1), fetcher)
    assert (paper.id, paper.title, paper.source) == ("2401.00002v1", "An Early Title", "oai")
    assert (paper.versions, paper.updated) == (2, "2024-01-02T03:04:05Z")
    assert paper.license.startswith("http://creativecommons")
    server.fault("/api", status=503)
    assert fetch_paper(Ref("arxiv", "2401.00002", 1), fetcher).id == "2401.00002v1"


def test_unknown_is_said_by_two_sources(server: ArxivServer, fetcher: Fetcher) -> None:
    with pytest.raises(UnknownPaperError, match=r"2401\.99999") as caught:
        fetch_paper(Ref("arxiv", "2401.99999"), fetcher)
    assert isinstance(caught.value, UsageError)
    assert [path.split("?")[0] for path in server.paths()] == ["/oai", "/api/query"]


def test_unknown_to_oai_alone_is_not_unknown(server: ArxivServer, fetcher: Fetcher) -> None:
    server.pages["/oai"] = (200, {}, oai_record(server, {}).encode())  # announced an hour ago
    assert fetch_paper(ONE, fetcher).source == "api"


def test_unknown_to_one_while_the_others_are_down_is_open(server: ArxivServer, fetcher: Fetcher) -> None:
    server.fault("/api|/abs", status=503)
    with pytest.raises(TryLaterError, match=r"2401\.99999"):
        fetch_paper(Ref("arxiv", "2401.99999"), fetcher)


def test_a_version_too_many_names_the_latest(fetcher: Fetcher) -> None:
    with pytest.raises(UnknownPaperError, match=r"2401\.00002v3.*the latest is v2"):
        fetch_paper(Ref("arxiv", "2401.00002", 3), fetcher)


def test_withdrawn_versions(server: ArxivServer, fetcher: Fetcher) -> None:
    assert fetch_paper(Ref("arxiv", "2401.00003"), fetcher).withdrawn
    assert not fetch_paper(Ref("arxiv", "2401.00003", 1), fetcher).withdrawn
    server.fault("/oai|/api", status=503)
    assert fetch_paper(Ref("arxiv", "2401.00003"), fetcher).withdrawn
    assert not fetch_paper(Ref("arxiv", "2401.00003", 1), fetcher).withdrawn


def test_a_refusal_is_not_gone_around(server: ArxivServer, fetcher: Fetcher) -> None:
    server.fault("/oai", status=403)
    with pytest.raises(RefusedError):
        fetch_paper(ONE, fetcher)
    assert len(server.requests) == 1


def test_everything_down(server: ArxivServer, fetcher: Fetcher) -> None:
    server.fault("", status=503)
    with pytest.raises(TryLaterError, match="no metadata to be had") as caught:
        fetch_paper(ONE, fetcher)
    assert "503" in str(caught.value)


def test_a_captcha_everywhere(server: ArxivServer, fetcher: Fetcher) -> None:
    server.fault("", status=200, body=b"<!DOCTYPE html><html><title>Verify you are human</title></html>")
    with pytest.raises(TryLaterError):
        fetch_paper(ONE, fetcher)
    assert len(server.requests) == 6


def test_invisible_and_tex_characters(server: ArxivServer, fetcher: Fetcher) -> None:
    record = server.records["2401.00001"]
    record.title = "On \u202eSchr{\\\"o}dinger's\u200b $\\alpha$ &\n  <b>"
    record.authors = r"{\L}ukasz  Kaiser (Google, Brain), Aidan N. G{\'o}mez and Illia\u200b Polosukhin".replace(
        r"\u200b", "\u200b"
    )
    paper = fetch_paper(ONE, fetcher)
    assert paper.title == "On Schrödinger's $\\alpha$ & <b>"
    assert paper.authors == ("Łukasz Kaiser", "Aidan N. Gómez", "Illia Polosukhin")


def test_metadata_takes_turns_with_the_rest(server: ArxivServer, configure: Callable[..., Config]) -> None:
    server.fault("/oai", status=404)
    with Fetcher(configure(arxiv_delay_seconds=0.1)) as fetcher:
        fetch_paper(TWO, fetcher)
    times = [seen.time for seen in server.requests]
    assert len(times) == 3 and min(b - a for a, b in itertools.pairwise(times)) >= 0.1


def test_the_page_of_another_paper_is_not_believed(server: ArxivServer, fetcher: Fetcher) -> None:
    server.fault("/oai|/api", status=503)
    server.pages["/abs/2401.00001"] = (200, {}, abs_page(server.records["2401.00002"], 1).encode())
    with pytest.raises(TryLaterError, match=r"not the page of 2401\.00001"):
        fetch_paper(ONE, fetcher)


def test_the_usual_way_needs_neither_requests_nor_lxml() -> None:
    code = "import sys, summarizer.sources.records.metadata; print({'arxiv', 'requests', 'lxml'} & set(sys.modules))"
    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "set()"
