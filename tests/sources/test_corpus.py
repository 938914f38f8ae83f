"""Against the shared fake of arXiv and the records of real papers, where they stand beside the checkout."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from recorded_arxiv import FAKE, PAPERS, RECORDS, Fake

from summarizer.config import Config
from summarizer.errors import PaperError, RefusedError, TryLaterError
from summarizer.sources.http.fetch import Fetcher
from summarizer.sources.ids import Ref
from summarizer.sources.pdfs import fetch_pdf
from summarizer.sources.records.metadata import fetch_paper

pytestmark = pytest.mark.skipif(not FAKE.exists(), reason="the shared corpus is not beside the checkout")


@pytest.fixture(scope="module")
def fake(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fake]:
    root = tmp_path_factory.mktemp("arxiv")
    (root / "pdf").symlink_to(PAPERS)
    records = json.loads((RECORDS / "records.json").read_text("utf-8"))
    records += [
        {**records[0], "id": "2001.00001", "versions": [{"date": "2020-01-01T00:00:00Z", "withdrawn": True}]},
        {**records[0], "id": "2001.00002", "pdf": "unavailable"},
        {**records[0], "id": "2001.00003", "pdf": "cannot_build"},
        {**records[0], "id": "2001.00004", "pdf": "not_pdf"},
    ]
    (root / "records.json").write_text(json.dumps(records))
    process = subprocess.Popen([sys.executable, str(FAKE), "--root", str(root)], stdout=subprocess.PIPE, text=True)
    assert process.stdout
    with process.stdout:
        port = process.stdout.readline().split()[1]
        yield Fake(f"http://127.0.0.1:{port}", records)
        process.terminate()
        process.wait()


@pytest.fixture
def make(fake: Fake) -> Iterator[Callable[..., Fetcher]]:
    fake.faults()
    made: list[Fetcher] = []

    def build(**settings: object) -> Fetcher:
        settings = {"arxiv_url": fake.url, "arxiv_delay_seconds": 0.002, **settings}
        made.append(Fetcher(Config.model_validate(settings)))
        return made[-1]

    yield build
    for fetcher in made:
        with fetcher:
            pass


@pytest.mark.parametrize(("down", "source"), [("^$", "oai"), ("^/oai", "api")])
def test_the_metadata_of_every_paper(fake: Fake, make: Callable[..., Fetcher], down: str, source: str) -> None:
    fake.faults({"match": down, "kind": "status", "code": 404})
    fetcher = make(arxiv_delay_seconds=0)
    for record in fake.records if source == "oai" else fake.records[::4]:
        paper = fetch_paper(Ref("arxiv", record["id"]), fetcher)
        assert paper.source == source
        assert paper.id == f"{record['id']}v{len(record['versions'])}"
        assert paper.authors == tuple(record["authors"])
        assert paper.title == " ".join(record["title"].split())
        assert paper.categories == tuple(record["categories"].split())
        assert (paper.published, paper.updated) == (record["versions"][0]["date"], record["versions"][-1]["date"])
        assert paper.license == (record["license"] if source == "oai" else "")


def test_the_bare_abstract_page(fake: Fake, make: Callable[..., Fetcher]) -> None:
    fake.faults({"match": "^/(oai|api)", "kind": "status", "code": 503})
    paper = fetch_paper(Ref("arxiv", "1706.03762"), make())
    assert (paper.title, paper.source) == ("Attention Is All You Need", "abs")
    assert paper.license.startswith("http://arxiv.org/licenses/")


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "status", "code": 429, "times": 2},
        {"kind": "status", "code": 503, "times": 1, "retry_after": "1"},
        {"kind": "reset", "times": 2},
        {"kind": "reset", "bytes": 900, "times": 2},
        {"kind": "hang", "seconds": 1, "times": 1},
        {"kind": "truncate", "bytes": 2000, "times": 2},
        {"kind": "cut", "bytes": 900, "times": 1},
        {"kind": "html", "page": "captcha", "times": 1},
        {"kind": "html", "page": "unavailable", "times": 1},
    ],
)
def test_faults_that_pass(fake: Fake, make: Callable[..., Fetcher], tmp_path: Path, fault: dict[str, Any]) -> None:
    fake.faults({"match": "^/oai", **fault}, {"match": "^/pdf", **fault})
    fetcher = make(fetch_timeout_seconds=0.5)
    paper = fetch_paper(Ref("arxiv", "2106.09685"), fetcher)
    assert paper.source == "oai"
    assert fetch_pdf(paper, fetcher, tmp_path).read_bytes() == (PAPERS / "2106.09685.pdf").read_bytes()


@pytest.mark.parametrize("kind", ["norange", "etag"])
def test_a_download_that_cannot_go_on(fake: Fake, make: Callable[..., Fetcher], tmp_path: Path, kind: str) -> None:
    fake.faults({"match": "^/pdf", "kind": "reset", "bytes": 99_999, "times": 1}, {"match": "^/pdf", "kind": kind})
    fetcher = make()
    paper = fetch_paper(Ref("arxiv", "2106.09685"), fetcher)
    assert fetch_pdf(paper, fetcher, tmp_path).read_bytes() == (PAPERS / "2106.09685.pdf").read_bytes()


@pytest.mark.parametrize(
    ("paper_id", "outcome"),
    [("2001.00001", "withdrawn"), ("2001.00002", "no_pdf"), ("2001.00003", "no_pdf"), ("2001.00004", "no_pdf")],
)
def test_papers_without_pdf(make: Callable[..., Fetcher], tmp_path: Path, paper_id: str, outcome: str) -> None:
    fetcher = make()
    with pytest.raises(PaperError) as caught:
        fetch_pdf(fetch_paper(Ref("arxiv", paper_id), fetcher), fetcher, tmp_path)
    assert caught.value.outcome == outcome


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ({"kind": "status", "code": 403}, RefusedError),
        ({"kind": "status", "code": 503}, TryLaterError),
        ({"kind": "html", "page": "maintenance"}, PaperError),
        ({"kind": "cut", "bytes": 20_000}, PaperError),
        ({"kind": "truncate", "bytes": 0}, PaperError),
    ],
)
def test_faults_that_stay(
    fake: Fake, make: Callable[..., Fetcher], tmp_path: Path, fault: dict[str, Any], error: type[Exception]
) -> None:
    fake.faults({"match": "^/pdf", **fault})
    fetcher = make()
    paper = fetch_paper(Ref("arxiv", "2106.09685"), fetcher)
    with pytest.raises(error):
        fetch_pdf(paper, fetcher, tmp_path)
    assert not list(tmp_path.rglob("*.pdf"))


def test_three_papers_and_the_same_again(fake: Fake, make: Callable[..., Fetcher], tmp_path: Path) -> None:
    before = len(fake.log())
    fetcher = make(arxiv_delay_seconds=0.1)
    for paper_id in ("1706.03762", "2106.09685", "2305.14314"):
        paper = fetch_paper(Ref("arxiv", paper_id), fetcher)
        path = fetch_pdf(paper, fetcher, tmp_path)
        assert path.read_bytes() == (PAPERS / f"{paper_id}.pdf").read_bytes()
        assert fetch_pdf(paper, fetcher, tmp_path) == path
    lines = fake.log()[before:]
    assert len(lines) == 6
    assert all(line["inflight"] == 1 for line in lines)
    assert all(line["gap"] >= 0.1 for line in lines[1:])
    assert {line["conn"] for line in lines} == {lines[0]["conn"]}
