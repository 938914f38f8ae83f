"""A real day of 301 papers and a made night, served by the shared fake of arXiv, where it stands beside the checkout."""

import itertools
import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from recorded_arxiv import FAKE, RECORDS, Fake

from summarizer.config import Config
from summarizer.errors import RefusedError, TryLaterError
from summarizer.sources.http.fetch import Fetcher
from summarizer.sources.lists.announced import Announcement, announced_on

DAYS = {"records-2026-07-01.json": date(2026, 7, 1), "records-night.json": date(2026, 11, 19)}
DAY = date(2026, 7, 1)
MORNING = datetime.fromisoformat("2026-07-01T09:00:00-04:00")
CATEGORIES = ("cs.CL", "cs.AI", "cs.LG")

pytestmark = pytest.mark.skipif(not FAKE.exists(), reason="the shared corpus is not beside the checkout")


@pytest.fixture(scope="module", params=list(DAYS))
def any_fake(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Fake, date]]:
    yield from ((fake, DAYS[request.param]) for fake in _start(request.param, tmp_path_factory))


@pytest.fixture(scope="module")
def fake(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fake]:
    yield from _start("records-2026-07-01.json", tmp_path_factory)


def _start(name: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fake]:
    root = tmp_path_factory.mktemp("arxiv")
    text = (RECORDS / name).read_text("utf-8")
    (root / "records.json").write_text(text)
    command = [sys.executable, str(FAKE), "--root", str(root), "--now", str(DAYS[name])]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout
    with process.stdout:
        yield Fake(f"http://127.0.0.1:{process.stdout.readline().split()[1]}", json.loads(text))
        process.terminate()
        process.wait()


def fetcher_for(fake: Fake, **settings: object) -> Fetcher:
    return Fetcher(Config.model_validate({"arxiv_url": fake.url, "arxiv_delay_seconds": 0.002, **settings}))


def expected(fake: Fake, cross: bool = False) -> set[str]:
    return {
        f"{record['id']}v1"
        for record in fake.records
        if (own := record["categories"].split())[0] in CATEGORIES or (cross and set(own) & set(CATEGORIES))
    }


@pytest.mark.parametrize("cross", [False, True])
@pytest.mark.parametrize(("days", "source"), [(0, "list"), (9, "catchup"), (140, "reconstructed")])
def test_every_paper_of_the_day(any_fake: tuple[Fake, date], days: int, source: str, cross: bool) -> None:
    fake, day = any_fake
    now = datetime.fromisoformat(f"{day}T13:00:00Z") + timedelta(days=days)
    with fetcher_for(fake) as fetcher:
        state = announced_on(day, CATEGORIES, fetcher, now=now, cross=cross)
    assert isinstance(state, Announcement) and state.source == source
    assert {paper.id for paper in state.papers} == expected(fake, cross) and len(state.papers) == len(
        expected(fake, cross)
    )
    records = {record["id"]: record for record in fake.records}
    for paper in state.papers:
        record = records[paper.id.removesuffix("v1")]
        assert paper.authors == tuple(record["authors"])
        assert paper.categories == tuple(record["categories"].split())
        assert paper.abstract and paper.title


def test_all_of_cs_is_301_papers(fake: Fake) -> None:
    with fetcher_for(fake) as fetcher:
        state = announced_on(DAY, ["cs"], fetcher, now=MORNING)
    assert isinstance(state, Announcement) and len(state.papers) == 301


FAULTS: list[dict[str, Any]] = [
    {"kind": "status", "code": 429, "times": 2},
    {"kind": "status", "code": 429, "times": 1, "retry_after": "1"},
    {"kind": "status", "code": 503, "times": 2},
    {"kind": "hang", "seconds": 0.7, "times": 1},
    {"kind": "reset", "times": 2},
    {"kind": "reset", "bytes": 3000, "times": 2},
    {"kind": "slow", "bps": 1_000_000, "times": 3},
    {"kind": "truncate", "bytes": 3000, "times": 2},
    {"kind": "cut", "bytes": 3000, "times": 1},
    {"kind": "html", "page": "captcha", "times": 1},
    {"kind": "html", "page": "maintenance", "times": 1},
    {"kind": "empty_page", "times": 1},
    {"kind": "total", "value": 7, "times": 1},
    {"kind": "stale"},
]


@pytest.mark.parametrize(
    ("match", "fault"),
    [
        *(("^/list/cs.AI", fault) for fault in FAULTS),
        *(("^/rss", fault) for fault in FAULTS if fault["kind"] in ("reset", "cut", "html", "stale")),
        *(("^/api", fault) for fault in FAULTS if fault["kind"] in ("cut", "html", "empty_page", "total")),
    ],
)
def test_faults_that_pass(fake: Fake, match: str, fault: dict[str, Any]) -> None:
    fake.faults({"match": match, **fault}, *([{"match": "^/rss", "kind": "status", "code": 404}] * (match == "^/api")))
    with fetcher_for(fake, fetch_timeout_seconds=0.5) as fetcher:
        state = announced_on(DAY, CATEGORIES, fetcher, now=MORNING)
    assert isinstance(state, Announcement) and {paper.id for paper in state.papers} == expected(fake)


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ({"kind": "status", "code": 403}, RefusedError),
        ({"kind": "status", "code": 503}, TryLaterError),
        ({"kind": "html", "page": "captcha"}, TryLaterError),
        ({"kind": "cut", "bytes": 9000}, TryLaterError),
        ({"kind": "reset"}, TryLaterError),
    ],
)
@pytest.mark.parametrize("match", ["", "^/(list|rss)"])
def test_faults_that_stay(fake: Fake, match: str, fault: dict[str, Any], error: type[Exception]) -> None:
    fake.faults({"match": match, **fault})
    with fetcher_for(fake) as fetcher, pytest.raises(error):
        announced_on(DAY, CATEGORIES, fetcher, now=MORNING)


def test_only_the_listing_is_down(fake: Fake) -> None:
    fake.faults({"match": "^/list", "kind": "status", "code": 503})
    with fetcher_for(fake) as fetcher:
        state = announced_on(DAY, CATEGORIES, fetcher, now=MORNING)
    assert isinstance(state, Announcement) and state.source == "rss"
    assert {paper.id for paper in state.papers} == expected(fake)


def test_a_polite_reader(fake: Fake) -> None:
    fake.faults()
    before = len(fake.log())
    with fetcher_for(fake, arxiv_delay_seconds=0.1) as fetcher:
        announced_on(DAY, CATEGORIES, fetcher, now=MORNING, cross=True)
    lines = fake.log()[before:]
    assert [line["path"] for line in lines] == [
        "/list/cs.CL/new",
        "/list/cs.AI/new",
        "/list/cs.LG/new",
        "/rss/cs.CL+cs.AI+cs.LG",
    ]
    assert all(line["inflight"] == 1 for line in lines)
    assert all(b["t"] - a["t"] >= 0.099 for a, b in itertools.pairwise(lines))
