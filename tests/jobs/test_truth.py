"""A night says what it did, and what is missing is made later."""

import json
import os
from pathlib import Path

import pytest
from common import settings
from llm_server import failure
from scripted_model import model

from summarizer.cli import run
from summarizer.output import words

DAY = "2024-10-17"


@pytest.fixture(autouse=True)
def nights(place, own_home, monkeypatch, arxiv):
    from arxiv_server import Record
    from common import SAMPLE

    arxiv.records = {
        f"2410.{n:05}": Record(
            f"2410.{n:05}", title=f"Study {n}", pdf=SAMPLE.read_bytes(), categories="cs.CL", announced=DAY,
            dates=["2024-10-16T01:00:00Z"],
        )
        for n in range(1, 4)
    }  # fmt: skip
    arxiv.newest = DAY
    monkeypatch.setenv("SUMMARIZER_NOW", f"{DAY}T12:00:00Z")
    settings(own_home, 'categories = ["cs.CL"]\ntop = 2\npoll_seconds = 0.1\npoll_deadline_seconds = 0.3\n')


def log() -> list[str]:
    return Path("runs/nightly.log").read_text().splitlines()


def issue() -> str:
    return Path(f"runs/{DAY}/issue.md").read_text()


def test_a_date_of_which_nothing_was_made_is_not_finished(serve, capsys):
    serve(lambda _: failure(400, "this endpoint has a fault that nobody knows a word for"))
    assert run(["nightly"]) in (1, 2, 75)
    assert not Path(f"runs/{DAY}/manifest.json").exists()
    assert "nobody knows a word for" in capsys.readouterr().err and "error=" in log()[-1]
    serve(model())
    assert run(["nightly"]) == 0
    assert "Study" in issue() and log()[-1].endswith(" ok")


@pytest.mark.parametrize("command", [["nightly"], ["issue", DAY]])
def test_without_a_model_nothing_is_published_unless_drafts_are_asked_for(serve, capsys, command):
    assert run(command) == 2
    assert "say --offline for drafts" in capsys.readouterr().err and not Path("runs").exists()
    assert run([*command, "--offline"]) == 0
    assert words.DRAFT in issue()
    serve(model())
    assert run(["nightly"]) == 0
    assert words.DRAFT not in issue()


def test_a_draft_takes_no_digests_place_unless_it_is_asked_for(serve, monkeypatch, capsys):
    serve(model())
    assert run(["2410.00001"]) == 0
    page = Path(capsys.readouterr().out.strip())
    written = page.read_text()
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL"):
        monkeypatch.delenv(name)
    assert run(["2410.00001"]) == 0
    out, error = capsys.readouterr()
    assert (out.strip(), page.read_text()) == (str(page), written) and "stays" in error
    assert run(["2410.00001", "--offline"]) == 0
    assert words.DRAFT in page.read_text()


@pytest.mark.parametrize("command", [["nightly"], ["issue", DAY], ["2410.00001"]])
def test_a_ceiling_without_a_price_is_said_before_anything_is_done(serve, arxiv, capsys, command):
    server = serve(model())
    assert run([*command, "--max-cost", "5"]) == 2
    assert "--max-cost needs the price of" in capsys.readouterr().err
    assert not server.requests and not arxiv.requests


def test_a_first_date_that_failed_is_made_up(serve, arxiv, monkeypatch):
    serve(lambda _: failure(401, "no"))
    assert run(["nightly"]) == 1
    later = "2024-10-18"
    arxiv.newest = later
    monkeypatch.setenv("SUMMARIZER_NOW", f"{later}T12:00:00Z")
    serve(model())
    run(["nightly"])
    assert "Study" in issue()
    assert [line.split()[1] for line in log() if line.endswith(" begun")].count(f"date={DAY}") == 2


@pytest.mark.slow
def test_a_night_that_was_killed_is_seen_by_the_next_and_by_doctor(serve, capsys):
    if os.fork() == 0:
        from summarizer.jobs.night_log import NightLog

        Path("runs").mkdir()
        NightLog(Path("runs")).begin(DAY)
        os.kill(os.getpid(), 9)
    os.wait()
    serve(model())
    assert run(["doctor"]) == 1
    assert "did not end: it was killed" in capsys.readouterr().out
    assert run(["nightly"]) == 0
    ends = [line for line in log() if not line.endswith(" begun")]
    assert "the night did not end" in ends[0] and ends[1].endswith(" ok")


def test_arxiv_that_is_away_is_asked_again_like_a_list_that_is_late(serve, arxiv, own_home):
    settings(own_home, 'categories = ["cs.CL"]\ntop = 2\npoll_seconds = 0.2\npoll_deadline_seconds = 20\n')
    serve(model())
    arxiv.fault("/", status=503, times=20)
    assert run(["nightly"]) == 0
    assert "Study" in issue()


def test_a_second_style_has_files_of_its_own_and_an_older_form_of_the_page_goes(serve, capsys):
    serve(model())
    assert run(["issue", DAY, "--top", "2"]) == 0
    first = issue()
    assert run(["issue", DAY, "--top", "2", "--parts", "2"]) == 0
    pages = sorted(path.name for path in Path(f"runs/{DAY}").glob("*.md"))
    assert pages == ["issue-1.md", "issue-2.md"]
    assert run(["issue", DAY, "--top", "2"]) == 0
    assert sorted(path.name for path in Path(f"runs/{DAY}").glob("*.md")) == ["issue.md"] and issue() == first
    assert run(["2410.00001"]) == 0
    page = Path(capsys.readouterr().out.split()[-1])
    before = page.read_text()
    assert run(["2410.00001", "--style", "brief", "--offline"]) == 0
    other = Path(capsys.readouterr().out.split()[-1])
    assert (other.name, page.read_text()) == ("digest.brief.md", before)
    assert json.loads(other.with_suffix(".json").read_text())["style"] == "brief"


@pytest.mark.parametrize("command", [[], ["parse"]])
def test_a_local_file_past_the_limit_is_refused_before_it_is_read(place, capsys, command):
    with Path("scan.pdf").open("wb") as file:
        file.write(b"%PDF-1.4\n")
        file.truncate(2 << 30)
    assert run([*command, "scan.pdf"]) == 3
    assert "larger than 100 MB; raise pdf_max_mb" in capsys.readouterr().err


def test_a_reply_that_the_program_cannot_digest_costs_its_paper_and_is_asked_for_again_once(serve, capsys):
    Path("mine.py").write_text(
        "from pydantic import model_validator\n"
        "from summarizer.schema import BaseDigest, Points, section\n"
        "class Digest(BaseDigest):\n"
        "    results: Points = section('实验结果', '带数字', source='results')\n"
        "    @model_validator(mode='after')\n"
        "    def poison(self):\n"
        "        return self if '毒' not in str(self) else 1 / 0\n"
    )
    server = serve(model(lambda body: {"results": ["毒药[1]。"]}))
    command = ["2410.00001", "--style", "./mine.py"]
    for calls in (1, 2, 2):  # asked for again once, and not a third time
        assert run(command) == 3 and len(server.requests) == calls
        assert "2410.00001v1: failed: the program cannot digest it: ZeroDivisionError" in capsys.readouterr().err
