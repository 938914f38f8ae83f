"""New versions of papers: named on the old page, digested on demand, and what they change."""

from pathlib import Path

import pytest
from arxiv_server import ArxivServer, Record
from common import SAMPLE, settings
from lxml import html
from scripted_model import model

from summarizer.cli import run

DAY, OLD, NEW = "2024-10-17", "2410.00001v1", "2410.00001v2"


@pytest.fixture
def arxiv():
    record = Record("2410.00001", title="Study 1", pdf=SAMPLE.read_bytes(), categories="cs.CL", announced=DAY)
    with ArxivServer(
        [record, Record("2410.00002", pdf=SAMPLE.read_bytes(), categories="cs.CL", announced=DAY)]
    ) as server:
        server.newest = DAY
        yield server


@pytest.fixture(autouse=True)
def night(place, own_home, serve, monkeypatch):
    answers = {"title_zh": "只看全文还不够"}
    serve(model(lambda body: answers))
    monkeypatch.setenv("SUMMARIZER_NOW", f"{DAY}T01:30:00+00:00")
    settings(own_home, 'categories = ["cs.CL"]\ntop = 2\npoll_seconds = 0.1\npoll_deadline_seconds = 0.3\n')
    assert run(["nightly"]) == 0
    return answers


def replaced(arxiv, monkeypatch) -> None:
    """arXiv gets a second version, and a day passes."""
    record = arxiv.records["2410.00001"]
    record.dates.append("2024-10-18T08:00:00Z")
    record.title, record.old_titles[1] = "Study 1, revised", record.title
    for path in Path("runs/store/metadata").rglob("*.json"):
        if '"id": "2410.00001"' in path.read_text():
            path.unlink()


def notes(stem: str) -> str:
    return " ".join(html.parse(f"out/papers/{stem}/index.html").xpath("string(//article/header)").split())


def test_a_night_looks_for_new_versions_when_it_is_told_to(arxiv, monkeypatch, night, capsys):
    replaced(arxiv, monkeypatch)
    assert run(["nightly"]) == 0 and not Path(f"runs/{NEW}").exists()
    night["title_zh"] = "解读要引用到句子"
    assert run(["nightly", "--newer", "--verbose"]) == 0
    assert capsys.readouterr().out.split() == [f"runs/{NEW}/papers/{NEW}/digest.md"]
    assert (Path(f"runs/{DAY}/papers") / OLD / "digest.json").exists()  # the old one stays
    asked = len(arxiv.requests)
    assert run(["nightly", "--newer"]) == 0 and len(arxiv.requests) == asked  # once a day
    assert run(["site", "out"]) == 0
    assert "已有第 2 版，本页读的是第 1 版。 新版的解读" in notes(OLD).replace("版。新", "版。 新")
    assert "两版解读的差别" in notes(NEW)
    changes = html.parse(f"out/papers/{NEW}/changes.html")
    assert changes.xpath("string(//del)") == "只看全文还不够" and changes.xpath("string(//ins)") == "解读要引用到句子"


def test_a_page_says_that_a_new_version_is_known(arxiv, monkeypatch):
    replaced(arxiv, monkeypatch)
    assert run(["--dry-run", "2410.00001"]) == 0  # asks for the newest version, digests nothing
    assert run(["site", "out"]) == 0
    assert "已有第 2 版" in notes(OLD) and "看新版" in notes(OLD) and "已有第" not in notes("2410.00002v1")
    assert not Path(f"out/papers/{NEW}").exists()


def test_a_paper_that_is_gone_does_not_keep_the_others_from_being_looked_at(arxiv, monkeypatch, capsys):
    replaced(arxiv, monkeypatch)
    arxiv.records["2410.00001"].withdrawn.add(2)
    assert run(["nightly", "--newer"]) == 3
    assert "withdrawn" in capsys.readouterr().err
