"""What was announced on a date, from pages as arXiv makes them."""

import itertools
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta

import pytest
from arxiv_server import ArxivServer, Record

from summarizer.config import Config
from summarizer.errors import RefusedError, TryLaterError, UsageError
from summarizer.sources.http.fetch import TRIES, Fetcher
from summarizer.sources.lists.announced import Announcement, NoAnnouncement, NotYet, announced_on
from summarizer.sources.lists.schedule import due, submission_window

BEFORE, DAY, AFTER = date(2026, 5, 12), date(2026, 5, 13), date(2026, 5, 14)  # a Wednesday and its neighbours
MORNING = datetime.fromisoformat("2026-05-13T09:00:00-04:00")
LATER = MORNING + timedelta(days=7)
MUCH_LATER = MORNING + timedelta(days=200)
CATEGORIES = ("cs.CL", "cs.AI")

CAPTCHA = b"<!DOCTYPE html><html><body><h1>Verify you are human</h1></body></html>"


def record(number: int, day: date = DAY, categories: str = "cs.CL", **more: object) -> Record:
    start, _ = submission_window(day)
    when = f"{start + timedelta(minutes=10):%Y-%m-%dT%H:%M:%SZ}"
    return Record(
        **{"id": f"2605.{number:05}", "categories": categories, "announced": str(day), "dates": [when], **more}
    )  # type: ignore[arg-type]


def mailings() -> list[Record]:
    return [
        record(1001, BEFORE, "cs.CL"),
        record(1002, BEFORE, "cs.CV cs.AI", later={str(DAY): "cross"}),
        record(1003, BEFORE, "cs.AI", later={str(DAY): "replaced"}),
        record(2001, DAY, "cs.CL cs.AI", title=r"On $\alpha$ by Erd{\H{o}}s", license=""),
        record(2002, DAY, "cs.AI cs.CL", abstract="We show it.\nCode is at https://example.org/code."),
        record(2003, DAY, "cs.CV cs.CL", comments="9 pages"),
        record(2004, DAY, "cs.CV"),
        record(2005, DAY, "cs.CL", authors=", ".join(f"Ann{n} Lee" for n in range(3))),
        record(3001, AFTER, "cs.CL"),
        record(3002, AFTER, "cs.AI cs.CL"),
    ]


@pytest.fixture
def server() -> Iterator[ArxivServer]:
    with ArxivServer(mailings()) as server:
        server.newest = str(DAY)
        yield server


def ids(state: object) -> list[str]:
    assert isinstance(state, Announcement), state
    return [paper.id.removeprefix("2605.") for paper in state.papers]


def test_the_newest(server: ArxivServer, fetcher: Fetcher) -> None:
    state = announced_on(DAY, CATEGORIES, fetcher, now=MORNING)
    assert isinstance(state, Announcement)
    assert ids(state) == ["02001v1", "02002v1", "02005v1"]
    assert (state.date, state.categories, state.source, state.warnings) == (DAY, CATEGORIES, "list", ())
    assert state.fetched == "2026-05-13T13:00:00Z"
    first, second, _ = state.papers
    assert first.title == r"On $\alpha$ by Erdős"
    assert first.authors == ("Zoë Müller", "Ann Lee", "Bo Chen")
    assert first.categories == ("cs.CL", "cs.AI") and first.source == "list"
    assert (first.url, first.pdf_url) == ("https://arxiv.org/abs/2605.02001v1", "https://arxiv.org/pdf/2605.02001v1")
    assert second.abstract == "We show it. Code is at https://example.org/code."
    assert server.paths() == ["/list/cs.CL/new", "/list/cs.AI/new", "/rss/cs.CL+cs.AI"]


def test_cross_lists_but_not_of_papers_announced_before(server: ArxivServer, fetcher: Fetcher) -> None:
    state = announced_on(DAY, CATEGORIES, fetcher, now=MORNING, cross=True)
    assert ids(state) == ["02001v1", "02002v1", "02005v1", "02003v1"]
    assert isinstance(state, Announcement) and state.papers[-1].comment == "9 pages"
    server.fault("/api", status=404)
    state = announced_on(DAY, CATEGORIES, fetcher, now=MORNING, cross=True)
    assert ids(state)[-1] == "02003v1"
    assert isinstance(state, Announcement) and "2605.01002v1" in state.warnings[0]


def test_each_paper_belongs_to_one_date(server: ArxivServer, configure: Callable[..., Config]) -> None:
    held = record(2999, BEFORE, "cs.CL", announced=str(DAY))
    server.records[held.id] = held
    server.newest = str(AFTER)
    for now, source in ((LATER, "catchup"), (MUCH_LATER, "reconstructed")):
        with Fetcher(configure()) as fetcher:
            states = [announced_on(day, CATEGORIES, fetcher, now=now, cross=True) for day in (BEFORE, DAY, AFTER)]
        assert {state.source for state in states if isinstance(state, Announcement)} == {source}
        found = [number.removesuffix("v1") for state in states for number in ids(state)]
        assert len(found) == len(set(found))
        assert "02999" in [number.removesuffix("v1") for number in ids(states[1])]
        for state, day in zip(states, (BEFORE, DAY, AFTER), strict=True):
            for number in ids(state):
                assert server.records[f"2605.{number.removesuffix('v1')}"].announced == str(day)
    assert {"01001", "01003", "02001", "02002", "02003", "02005", "03001", "03002"} <= set(found)


def test_long_listings_have_pages(server: ArxivServer, fetcher: Fetcher) -> None:
    server.records = {
        entry.id: entry for entry in (record(n, authors="A. Lee", abstract="Short.") for n in range(1, 2102))
    }
    server.records |= {
        entry.id: entry for entry in (record(n, BEFORE, later={str(DAY): "replaced"}) for n in range(5000, 5100))
    }
    for now, paths in (
        (MORNING, ["/list/cs.CL/new", "/list/cs.CL/new?skip=2000&show=2000"]),
        (LATER, [f"/catchup/cs.CL/{DAY}?abs=True&page={n}" for n in (1, 2)]),
    ):
        server.requests.clear()
        state = announced_on(DAY, ["cs.CL"], fetcher, now=now)
        assert len(ids(state)) == 2101
        assert [path for path in server.paths() if not path.startswith("/rss")] == paths


def test_author_lists_that_the_page_cuts(server: ArxivServer, fetcher: Fetcher) -> None:
    names = [f"Ann{n} Lee" for n in range(150)]
    entry = server.records["2605.02001"]
    full, entry.authors = ", ".join(names), ", ".join(names[:100])
    server.pages["/list/cs.CL/new"] = (200, {}, fetcher.get(f"{server.url}/list/cs.CL/new").body)
    entry.authors = full
    state = announced_on(DAY, ["cs.CL"], fetcher, now=MORNING)
    assert isinstance(state, Announcement) and len(state.papers[0].authors) == 150 and not state.warnings
    server.fault("^/(rss|api)", status=404)
    state = announced_on(DAY, ["cs.CL"], fetcher, now=MORNING)
    assert isinstance(state, Announcement) and len(state.papers[0].authors) == 100
    assert any("first 100 authors" in warning and "2605.02001v1" in warning for warning in state.warnings)


PASSING = [
    {"status": 429, "times": 2},
    {"status": 503, "times": 1, "headers": {"Retry-After": "1"}},
    {"hang": 0.6, "times": 1},
    {"reset": 0, "times": 2},
    {"reset": 900, "times": 2},
    {"truncate": 900, "times": 2},
    {"cut": 1200, "times": 1},
    {"status": 200, "body": CAPTCHA, "times": 1},
    {"status": 200, "body": b"", "times": 1},
    {"status": 200, "body": b"Rate exceeded.", "times": 1},
    {"bytes_per_second": 40_000},
]


@pytest.mark.parametrize(
    ("now", "path", "fault"),
    [
        *((MORNING, "^/list/cs.AI", fault) for fault in PASSING),
        *((LATER, "^/catchup/cs.AI", fault) for fault in PASSING[3:8]),
        *((MUCH_LATER, "^/api", fault) for fault in PASSING[3:10]),
    ],
)
def test_faults_that_pass(
    server: ArxivServer, configure: Callable[..., Config], fault: dict, now: datetime, path: str
) -> None:
    server.fault(path, **fault)
    with Fetcher(configure(fetch_timeout_seconds=0.5)) as fetcher:
        state = announced_on(DAY, CATEGORIES, fetcher, now=now)
    assert ids(state) == ["02001v1", "02002v1", "02005v1"]


def test_a_page_that_is_cut_is_never_believed(server: ArxivServer, fetcher: Fetcher) -> None:
    path = f"/catchup/cs.CL/{DAY}"
    body = fetcher.get(f"{server.url}{path}?abs=True&page=1").body
    for size in range(0, len(body.rstrip()), 199):
        server.pages[path] = (200, {}, body[:size])
        with pytest.raises(TryLaterError):
            announced_on(DAY, ["cs.CL"], fetcher, now=LATER)
    end = b"</div></body></html>"
    for cut in (
        body.index(b"<dl"),
        body.index(b"<dt"),
        body.index(b"Cross submissions") - 30,
        body.rindex(b"<dt"),
        body.rindex(b"<dd"),
    ):
        server.pages[path] = (200, {}, body[:cut] + end)  # a whole page, but not all of its entries
        with pytest.raises(TryLaterError):
            announced_on(DAY, ["cs.CL"], fetcher, now=LATER)


@pytest.mark.parametrize(
    ("old", "new"),
    [(b"showing 2 of 2", b"showing 3 of 3"), (b"showing 2 of 2", b"showing 2 of 9"), (b"Total of", b"Sum of")],
)
def test_counts_that_do_not_add_up(server: ArxivServer, fetcher: Fetcher, old: bytes, new: bytes) -> None:
    path = f"/catchup/cs.CL/{DAY}"
    body = fetcher.get(f"{server.url}{path}?abs=True&page=1").body
    assert old in body
    server.pages[path] = (200, {}, body.replace(old, new))
    with pytest.raises(TryLaterError, match=r"cs\.CL"):
        announced_on(DAY, CATEGORIES, fetcher, now=LATER)


@pytest.mark.parametrize("now", [MORNING, LATER, MUCH_LATER])
def test_refused(server: ArxivServer, fetcher: Fetcher, now: datetime) -> None:
    server.fault("^/(list|catchup|api)", status=403)
    with pytest.raises(RefusedError):
        announced_on(DAY, CATEGORIES, fetcher, now=now)
    assert len(server.requests) == 1


def test_the_listing_is_down_and_rss_stands_in(server: ArxivServer, fetcher: Fetcher) -> None:
    server.fault("^/list", status=503)
    state = announced_on(DAY, CATEGORIES, fetcher, now=MORNING)
    assert ids(state) == ["02001v1", "02002v1", "02005v1"]
    assert isinstance(state, Announcement) and state.source == "rss" and "RSS" in state.warnings[0]
    assert state.papers[1].abstract.startswith("We show it") and state.papers[1].license
    assert len(server.paths("/list")) == TRIES


@pytest.mark.parametrize("stuck", [["cs.CL"], ["cs.AI"], ["cs.CL", "cs.AI"]])
def test_stale_rss_never_stands_in(server: ArxivServer, fetcher: Fetcher, stuck: list[str]) -> None:
    server.rss_of = dict.fromkeys(stuck, str(BEFORE))
    server.fault("^/list", status=200, body=CAPTCHA)
    with pytest.raises(TryLaterError, match="are not those of 2026-05-13"):
        announced_on(DAY, CATEGORIES, fetcher, now=MORNING)


@pytest.mark.parametrize("stuck", [["cs.CL"], ["cs.AI"], ["cs.CL", "cs.AI"]])
def test_stale_rss_changes_nothing(server: ArxivServer, fetcher: Fetcher, stuck: list[str]) -> None:
    server.rss_of = dict.fromkeys(stuck, str(BEFORE))
    state = announced_on(DAY, CATEGORIES, fetcher, now=MORNING)
    assert ids(state) == ["02001v1", "02002v1", "02005v1"]
    assert isinstance(state, Announcement) and len(state.warnings) == len(stuck)
    assert all("not added" in warning for warning in state.warnings)


def test_rss_of_the_day_before_is_not_compared(server: ArxivServer, fetcher: Fetcher) -> None:
    server.rss_of, server.rss_built = dict.fromkeys(CATEGORIES, str(BEFORE)), str(BEFORE)
    state = announced_on(DAY, CATEGORIES, fetcher, now=due(DAY))
    assert isinstance(state, Announcement) and state.warnings == ()


@pytest.mark.parametrize("fault", [{"status": 503}, {"status": 403}, {"status": 200, "body": CAPTCHA}, {"cut": 500}])
def test_rss_failing_is_a_warning(server: ArxivServer, fetcher: Fetcher, fault: dict) -> None:
    server.fault("^/rss", **fault)
    state = announced_on(DAY, CATEGORIES, fetcher, now=MORNING)
    assert ids(state) == ["02001v1", "02002v1", "02005v1"]
    assert isinstance(state, Announcement) and "not compared with RSS" in state.warnings[0]


@pytest.mark.parametrize("gone", ["2605.02001", "2605.02005", "2605.02002"])
def test_what_only_rss_has_is_not_lost(server: ArxivServer, fetcher: Fetcher, gone: str) -> None:
    """At the start of the block, at its end, and all of its category."""
    category = server.records[gone].categories.split()[0]
    for name in CATEGORIES:
        entry = server.records.pop(gone)
        server.pages[f"/list/{name}/new"] = (200, {}, fetcher.get(f"{server.url}/list/{name}/new").body)
        server.records[gone] = entry
    state = announced_on(DAY, CATEGORIES, fetcher, now=MORNING)
    assert ids(state) == ["02001v1", "02002v1", "02005v1"]
    assert isinstance(state, Announcement)
    assert any(category in warning and f"added: {gone}v1" in warning for warning in state.warnings)


def test_not_out_yet(server: ArxivServer, fetcher: Fetcher) -> None:
    state = announced_on(DAY, CATEGORIES, fetcher, now=due(DAY) - timedelta(seconds=1))
    assert isinstance(state, NotYet) and "2026-05-13T00:00:00Z" in state.reason and not server.requests
    server.newest = str(BEFORE)
    state = announced_on(DAY, CATEGORIES, fetcher, now=MORNING)
    assert isinstance(state, NotYet) and "2026-05-12" in state.reason


def test_one_page_lags_behind(server: ArxivServer, fetcher: Fetcher) -> None:
    server.newest = str(BEFORE)
    server.pages["/list/cs.AI/new"] = (200, {}, fetcher.get(f"{server.url}/list/cs.AI/new").body)
    server.newest = str(DAY)
    state = announced_on(DAY, CATEGORIES, fetcher, now=MORNING)
    assert isinstance(state, NotYet) and "cs.AI" in state.reason and "cs.CL" not in state.reason


def test_arxiv_is_ahead_of_the_clock(server: ArxivServer, fetcher: Fetcher) -> None:
    server.newest = str(AFTER)
    state = announced_on(DAY, CATEGORIES, fetcher, now=MORNING)
    assert ids(state) == ["02001v1", "02002v1", "02005v1"]
    assert isinstance(state, Announcement) and state.source == "catchup"


def test_a_catchup_page_of_another_date(server: ArxivServer, fetcher: Fetcher) -> None:
    other = fetcher.get(f"{server.url}/catchup/cs.CL/{BEFORE}?abs=True&page=1").body
    server.pages[f"/catchup/cs.CL/{DAY}"] = (200, {}, other)
    with pytest.raises(TryLaterError, match="got that of 2026-05-12"):
        announced_on(DAY, CATEGORIES, fetcher, now=LATER)


def test_weekends(server: ArxivServer, fetcher: Fetcher) -> None:
    state = announced_on(date(2026, 5, 16), CATEGORIES, fetcher, now=LATER)
    assert isinstance(state, NoAnnouncement) and "Saturday" in state.reason and state.settled
    assert not server.requests


def test_a_day_that_arxiv_left_out(server: ArxivServer, fetcher: Fetcher) -> None:
    server.records = {name: entry for name, entry in server.records.items() if entry.announced != str(DAY)}
    for entry in server.records.values():
        entry.later = {}
    server.newest = str(AFTER)
    state = announced_on(DAY, CATEGORIES, fetcher, now=LATER)
    assert isinstance(state, NoAnnouncement) and "next one is that of 2026-05-14" in state.reason and state.settled


def test_an_empty_page_on_a_working_day(server: ArxivServer, fetcher: Fetcher) -> None:
    server.records = {"2605.01001": server.records["2605.01001"]}
    for now in (MORNING, LATER, MUCH_LATER):
        with pytest.raises(TryLaterError, match=f"{DAY}"):
            announced_on(DAY, CATEGORIES, fetcher, now=now)


def test_an_empty_page_that_fills_up(server: ArxivServer, fetcher: Fetcher) -> None:
    empty = fetcher.get(f"{server.url}/list/math.AG/new").body
    server.fault("^/list", status=200, body=empty, times=2)
    state = announced_on(DAY, CATEGORIES, fetcher, now=MORNING)
    assert ids(state) == ["02001v1", "02002v1", "02005v1"]


def test_a_small_category_on_a_quiet_day(server: ArxivServer, fetcher: Fetcher) -> None:
    server.newest = str(AFTER)
    state = announced_on(DAY, ["hep-th"], fetcher, now=LATER)
    assert isinstance(state, NoAnnouncement) and "hep-th" in state.reason
    assert ids(announced_on(DAY, ["cs.CL", "hep-th"], fetcher, now=LATER)) == ["02001v1", "02005v1"]
    server.records["2605.01001"].categories, server.records["2605.01001"].later = "q-bio.SC", {str(AFTER): "replaced"}
    state = announced_on(AFTER, ["q-bio.SC"], fetcher, now=MORNING + timedelta(days=1))
    assert isinstance(state, NoAnnouncement) and "nothing new in q-bio.SC" in state.reason


def test_holidays(server: ArxivServer, fetcher: Fetcher) -> None:
    thanksgiving, friday = date(2026, 11, 26), date(2026, 11, 27)
    server.records = {"2611.00001": Record("2611.00001", announced=str(thanksgiving))}
    server.newest = str(thanksgiving)
    early = announced_on(friday, CATEGORIES, fetcher, now=due(friday) + timedelta(minutes=30))
    assert isinstance(early, NotYet)
    state = announced_on(friday, CATEGORIES, fetcher, now=due(friday) + timedelta(hours=6))
    assert isinstance(state, NoAnnouncement) and not state.settled
    server.newest = str(date(2026, 11, 30))
    server.records["2611.00002"] = Record("2611.00002", announced=server.newest)
    state = announced_on(friday, CATEGORIES, fetcher, now=due(date(2026, 11, 30)))
    assert isinstance(state, NoAnnouncement) and state.settled
    old = announced_on(date(2024, 12, 26), CATEGORIES, fetcher, now=MORNING)
    assert isinstance(old, NoAnnouncement) and "holiday" in old.reason


def test_a_holiday_that_was_none(server: ArxivServer, fetcher: Fetcher) -> None:
    friday = date(2026, 11, 27)
    server.records = {"2611.00001": Record("2611.00001", announced=str(friday))}
    server.newest = str(friday)
    state = announced_on(friday, ["cs.CL"], fetcher, now=due(friday) + timedelta(hours=6))
    assert isinstance(state, Announcement) and len(state.papers) == 1


@pytest.mark.parametrize("categories", [[], ["cs CL"], ["../abs"], ["cs.CL+cs.AI"]])
def test_what_is_no_category(server: ArxivServer, fetcher: Fetcher, categories: list[str]) -> None:
    with pytest.raises(UsageError):
        announced_on(DAY, categories, fetcher, now=MORNING)
    assert not server.requests


@pytest.mark.parametrize("now", [MORNING, LATER])
def test_a_category_that_arxiv_does_not_know(server: ArxivServer, fetcher: Fetcher, now: datetime) -> None:
    with pytest.raises(UsageError, match=r"dogs\.CL"):
        announced_on(DAY, ["dogs.CL"], fetcher, now=now)


@pytest.mark.parametrize("total", [b"0", b"1", b"99"])
def test_a_wrong_total_of_the_api(server: ArxivServer, fetcher: Fetcher, total: bytes) -> None:
    question = "search_query=submittedDate:[202605111800 TO 202605121800]&start=0&max_results=100"
    body = fetcher.get(f"{server.url}/api/query?{question.replace(' ', '%20')}").body
    right = b"<opensearch:totalResults>5<"
    assert right in body
    server.fault("^/api", status=200, body=body.replace(right, right.replace(b"5", total)))
    with pytest.raises(TryLaterError, match="entries"):
        announced_on(DAY, CATEGORIES, fetcher, now=MUCH_LATER)


def test_before_ids_were_in_order(fetcher: Fetcher) -> None:
    with pytest.raises(UsageError, match="2007"):
        announced_on(date(2006, 5, 3), CATEGORIES, fetcher, now=MORNING)


def test_requests_keep_their_distance(server: ArxivServer, configure: Callable[..., Config]) -> None:
    with Fetcher(configure(arxiv_delay_seconds=0.1)) as fetcher:
        announced_on(DAY, CATEGORIES, fetcher, now=MORNING, cross=True)
    times = [seen.time for seen in server.requests]
    assert len(times) == 4 and min(b - a for a, b in itertools.pairwise(times)) >= 0.1
