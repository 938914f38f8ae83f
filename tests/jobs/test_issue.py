"""The dated issue, the night and picks, against a loopback arXiv with mailings."""

import json
import os
import random
import re
import signal
import subprocess
import sys
import time
from fcntl import LOCK_EX, flock
from pathlib import Path

import pytest
from arxiv_server import ArxivServer, Record
from common import SAMPLE, settings
from llm_server import Scripted, raw
from scripted_model import model

from summarizer.cli import run
from summarizer.output import words

DAY, EVE = "2024-10-17", "2024-10-16"
TOPICS = [
    "pruning",
    "retrieval",
    "agents",
    "speech",
    "alignment",
    "diffusion",
    "graphs",
    "tokens",
    "planning",
    "vision",
]


def record(n: int, day: str, **changes: object) -> Record:
    topic = TOPICS[n % len(TOPICS)]
    title = f"{'A very ' * (n % 7)}long study {n} of {topic}"
    return Record(
        f"2410.{n:05d}", title=title, abstract=f"We study {topic} {n}. " * 3, categories="cs.CL", announced=day,
        pdf=SAMPLE.read_bytes(), dates=["2024-10-15T18:47:12Z"], **changes,
    )  # fmt: skip


@pytest.fixture
def arxiv():
    with ArxivServer([record(n, EVE) for n in range(1, 6)] + [record(n, DAY) for n in range(11, 31)]) as server:
        server.newest = DAY
        yield server


@pytest.fixture(autouse=True)
def night(place, own_home, monkeypatch):
    monkeypatch.setenv("SUMMARIZER_NOW", f"{DAY}T01:30:00+00:00")
    settings(own_home, 'categories = ["cs.CL"]\ntop = 3\npoll_seconds = 0.1\npoll_deadline_seconds = 0.3\n')


def manifest(day: str = DAY) -> dict:
    return json.loads(Path(f"runs/{day}/manifest.json").read_text())


def test_a_night_makes_the_issue_and_is_silent_and_the_next_does_nothing(serve, arxiv, capsys):
    server = serve(model())
    assert run(["nightly"]) == 0
    assert capsys.readouterr() == ("", "")
    page = Path(f"runs/{DAY}/issue.md").read_text()
    assert page.startswith("# " + words.ISSUE_TITLE.format(date=DAY))
    assert len(re.findall(r"^## \d\. ", page, re.MULTILINE)) == 3 and words.CONTENTS in page and words.AFTERWORD in page
    account = manifest()
    assert account["ledger"] == {
        "announced": 20,
        "digested": 3,
        "not_selected": 17,
        "withdrawn": 0,
        "no_pdf": 0,
        "failed": 0,
    }
    assert all(entry["why"] and entry["score"] is not None for entry in account["papers"])
    assert len({entry["id"] for entry in account["papers"]}) == 20
    assert f"date={DAY} announced=20 digested=3" in Path("runs/nightly.log").read_text()
    asked = len(server.requests), len(arxiv.requests)
    assert run(["nightly"]) == 0
    assert (len(server.requests), len(arxiv.requests)) == asked
    assert max(seen.in_flight for seen in arxiv.requests) == 1


def test_missed_dates_are_made_oldest_first_and_no_paper_twice(serve, arxiv, monkeypatch, capsys):
    serve(model())
    monkeypatch.setenv("SUMMARIZER_NOW", "2024-10-15T01:30:00+00:00")
    arxiv.newest = "2024-10-15"
    arxiv.records["2410.00001"].announced = "2024-10-15"
    assert run(["nightly"]) == 0
    assert manifest("2024-10-15")["ledger"]["announced"] == 1
    arxiv.newest = DAY
    monkeypatch.setenv("SUMMARIZER_NOW", f"{DAY}T01:30:00+00:00")
    assert run(["nightly", "--verbose"]) == 0
    assert capsys.readouterr().out.split() == [f"runs/{EVE}/issue.md", f"runs/{DAY}/issue.md"]
    assert manifest(EVE)["ledger"]["announced"] == 4


def test_a_paper_of_an_earlier_issue_is_not_chosen_again(serve, arxiv):
    serve(model())
    assert run(["issue", EVE, "--top", "5"]) == 0
    arxiv.records["2410.00001"].announced = DAY
    assert run(["issue", DAY, "--top", "20"]) == 0
    again = next(entry for entry in manifest()["papers"] if entry["id"] == "2410.00001v1")
    assert (again["outcome"], again["reason"]) == ("not_selected", f"in the issue of {EVE}")
    assert manifest()["ledger"]["announced"] == 21


def test_papers_without_a_digest_are_replaced_and_accounted_for(serve, arxiv, capsys):
    best = sorted(arxiv.records.values(), key=lambda r: -len(r.title) * (r.announced == DAY))[:2]
    best[0].pdf = None
    best[1].withdrawn.add(1)
    serve(model())
    assert run(["issue", DAY]) == 3
    assert manifest()["ledger"] == {
        "announced": 20,
        "digested": 3,
        "not_selected": 15,
        "withdrawn": 1,
        "no_pdf": 1,
        "failed": 0,
    }
    assert best[0].id in capsys.readouterr().err


def test_a_weekend_is_no_announcement_and_leaves_no_file(serve, capsys):
    serve(model())
    assert run(["issue", "2024-10-19"]) == 0
    out, err = capsys.readouterr()
    assert out == "" and "no announcement" in err and not Path("runs/2024-10-19").exists()


@pytest.mark.parametrize(
    ("now", "newest"),
    [
        ("2024-10-19T12:00:00", "2024-10-18"),  # a Saturday
        ("2024-10-20T23:00:00", "2024-10-18"),  # a Sunday, an hour before the next mailing
        ("2024-11-30T12:00:00", "2024-11-28"),  # no mailing on the evening of Thanksgiving
        ("2025-01-02T02:30:00", "2024-12-31"),  # nor on the last two evenings of the year
        ("2026-03-09T00:30:00", "2026-03-09"),  # clocks went forward in the night before: due at 00:00 UTC
        ("2026-11-02T01:30:00", "2026-11-02"),  # and back: due at 01:00 UTC
        ("2026-11-02T00:30:00", "2026-10-30"),
        ("2024-10-18T01:30:00", DAY),  # an evening that the calendar does not know, or a listing that is late
    ],
)
def test_a_fresh_machine_makes_the_newest_mailing_that_there_is(serve, arxiv, monkeypatch, capsys, now, newest):
    serve(model())
    for entry in arxiv.records.values():
        entry.announced = newest
    arxiv.newest = newest
    monkeypatch.setenv("SUMMARIZER_NOW", f"{now}+00:00")
    assert run(["nightly"]) == 0
    assert capsys.readouterr().err == ""
    assert manifest(newest)["ledger"]["announced"] == 25
    assert [path.parent.name for path in Path("runs").glob("*/issue.md")] == [newest]


def test_a_date_that_is_not_announced_yet_is_asked_again_then_75(serve, arxiv, capsys):
    serve(model())
    arxiv.newest = EVE
    assert run(["issue", EVE]) == 0
    assert run(["nightly"]) == 75
    assert "not announced yet" in capsys.readouterr().err
    assert len(arxiv.paths("/list/cs.CL/new")) >= 2
    arxiv.newest = DAY
    assert run(["nightly"]) == 0


def test_one_date_that_fails_does_not_hide_another(serve, arxiv, monkeypatch, capsys):
    serve(model())
    monkeypatch.setenv("SUMMARIZER_NOW", "2024-10-15T01:30:00+00:00")
    arxiv.newest = "2024-10-15"
    arxiv.records["2410.00001"].announced = "2024-10-15"
    assert run(["nightly"]) == 0
    arxiv.newest = DAY
    monkeypatch.setenv("SUMMARIZER_NOW", f"{DAY}T01:30:00+00:00")
    arxiv.fault(f"/catchup/cs.CL/{EVE}", status=503, times=20)
    assert run(["nightly"]) == 75
    assert EVE in capsys.readouterr().err and not Path(f"runs/{EVE}/manifest.json").exists()
    assert manifest()["ledger"]["digested"] == 3
    arxiv.faults.clear()
    assert run(["nightly"]) == 0
    assert manifest(EVE)["ledger"]["digested"] == 3


def test_a_cost_ceiling_begins_no_further_paper(serve, own_home, capsys):
    settings(own_home, 'categories = ["cs.CL"]\ntop = 3\n[prices."gpt-5.4-mini"]\ninput = 60\noutput = 60\n')
    whole = model()

    def dear(body: dict) -> Scripted:
        answer = json.loads(whole(body).body)
        return raw(answer | {"usage": {"prompt_tokens": 7_000, "completion_tokens": 3_500}})

    serve(dear)
    assert run(["issue", DAY, "--max-cost", "2"]) == 3
    account = manifest()
    assert (
        0 < account["ledger"]["digested"] < 3
        and account["cost"] <= 2
        and sum(v for k, v in account["ledger"].items() if k != "announced") == 20
    )
    assert "--max-cost" in capsys.readouterr().err


def test_two_nights_at_once(serve, capsys):
    serve(model())
    Path("runs/.nightly").mkdir(parents=True)
    with Path("runs/.nightly/.lock").open("w") as lock:
        flock(lock, LOCK_EX)
        assert run(["nightly"]) == 75
    assert "another process" in capsys.readouterr().err
    assert run(["nightly"]) == 0


def test_without_a_model_the_issue_is_chosen_by_words_and_drafted(arxiv, capsys):
    assert (
        run(["issue", DAY, "--interests", "alignment of language models", "--parts", "2", "--standalone", "--offline"])
        == 0
    )
    paths = [Path(line) for line in capsys.readouterr().out.split()]
    assert [p.name for p in paths] == ["issue-1.md", "issue-1-standalone.md", "issue-2.md", "issue-2-standalone.md"]
    assert "（上）" in paths[0].read_text() and "data:image/" in paths[1].read_text()
    assert words.DRAFT in paths[0].read_text()
    assert "alignment" in manifest()["papers"][0]["why"]
    assert run(["explain", DAY]) == 0
    out = capsys.readouterr().out
    assert out.count("not_selected") == 18 and "20 announced" in out


def test_explain_without_a_version_means_the_newest_that_an_issue_has(serve, capsys):
    serve(model())
    assert run(["issue", DAY, "--top", "1"]) == 0
    paper = Path(capsys.readouterr().out.strip()).parent.joinpath("papers")
    (name,) = [folder.name for folder in paper.iterdir()]
    assert run(["explain", name.removesuffix("v1")]) == 0
    out = capsys.readouterr().out
    assert f"metadata: {name}" in out and "digest: stored" in out


def test_picks_are_the_best_of_a_period_in_one_paragraph_each(serve, capsys):
    serve(model())
    assert run(["issue", EVE]) == 0
    assert run(["issue", DAY]) == 0
    capsys.readouterr()
    assert run(["picks", f"{EVE}..{DAY}", "--top", "4"]) == 0
    page = Path(capsys.readouterr().out.strip())
    text = page.read_text()
    assert page == Path(f"runs/picks-{EVE}_{DAY}/issue.md")
    assert text.count("\n**") == 4 and text.count(f"{words.LINK}：[") == 4 and "## 摘要" not in text
    assert run(["picks", "2023-01-01..2023-01-31"]) == 2
    assert run(["picks", "tomorrow"]) == 2
    assert "2024-10-14..2024-10-18" in capsys.readouterr().err


def test_the_reading_list_takes_ids_urls_and_files(serve, arxiv, capsys):
    serve(model())
    command = [
        "--style",
        "reading_list",
        "--issue",
        "论文清单",
        "2410.00001",
        f"{arxiv.url}/pdf/2410.00002v1",
        str(SAMPLE),
    ]
    assert run(command) == 0
    text = Path(capsys.readouterr().out.strip()).read_text()
    assert text.count("机构：summarizer") == 3 and text.count(f"{words.ORIGINAL}：") == 3
    assert "](papers/pdf-" in text and "paper.pdf#page=1" in text


@pytest.mark.slow
def test_killed_again_and_again_the_issue_is_the_same_as_an_undisturbed_one(serve, arxiv, own_home, tmp_path):
    settings(own_home, 'categories = ["cs.CL"]\ntop = 8\nin_flight = 4\n')
    whole = model()
    server = serve(lambda body: Scripted(200, whole(body).body, whole(body).headers, delay=0.1))
    assert run(["--runs", "undisturbed", "issue", DAY]) == 2  # options of a command stand after it
    assert run(["issue", DAY, "--runs", "undisturbed"]) == 0
    calls = len(server.requests)
    command = [sys.executable, "-m", "summarizer", "issue", DAY]
    moments = random.Random(7)
    kills = 0
    while kills < 6:
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(moments.uniform(0.6, 2.2))
        if process.poll() is not None:
            break
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        kills += 1
    assert subprocess.run(command, check=False, capture_output=True).returncode == 0
    assert Path(f"runs/{DAY}/issue.md").read_text() == Path(f"undisturbed/{DAY}/issue.md").read_text()
    assert manifest()["ledger"] == json.loads(Path(f"undisturbed/{DAY}/manifest.json").read_text())["ledger"]
    assert len(server.requests) - calls <= calls + 4 * kills
    assert kills >= 1
