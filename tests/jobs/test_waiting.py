"""Several runs on the same papers: they wait for each other, say so, and stop when they are told to."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from arxiv_server import ArxivServer, Record
from common import SAMPLE, settings
from llm_server import failure
from scripted_model import model

from summarizer.cli import run
from summarizer.files import lock_folder
from summarizer.store.results import Store

DAY = "2024-10-17"
SETTINGS = 'categories = ["cs.CL"]\ntop = 1\npoll_seconds = 0.1\npoll_deadline_seconds = {patience}\n'
PAPER = "2410.00001"

# What is started by hand, and the folder that it works in.
BY_HAND = [
    ([PAPER], f"{PAPER}v1"),
    (["--issue", "Papers", PAPER], "papers-*"),
    (["issue", DAY], DAY),
    (["issue", "--from", "ids.txt"], "list-ids-*"),
    (["picks", DAY], f"picks-{DAY}_{DAY}"),
    (["backfill", f"{DAY}..{DAY}"], ".backfill"),
    (["backfill", f"{DAY}..{DAY}", "--redo", "all"], DAY),
]


@pytest.fixture
def arxiv() -> Iterator[ArxivServer]:
    record = Record(PAPER, pdf=SAMPLE.read_bytes(), categories="cs.CL", announced=DAY, dates=["2024-10-15T18:47:12Z"])
    with ArxivServer([record]) as server:
        server.newest = DAY
        yield server


@pytest.fixture(autouse=True)
def made(serve, own_home, monkeypatch, capsys) -> None:
    """The issue has been made once, so that nothing takes long."""
    settings(own_home, SETTINGS.format(patience=60))
    monkeypatch.setenv("SUMMARIZER_NOW", f"{DAY}T01:30:00+00:00")
    Path("ids.txt").write_text(f"{PAPER}\n")
    serve(model())
    assert run(["issue", DAY, "--offline"]) == 0
    capsys.readouterr()


def folder(pattern: str) -> Path:
    (found,) = Path("runs").glob(pattern)
    return found


@contextmanager
def at_work(place: Path, seconds: float = 0) -> Iterator[None]:
    """Somebody works there, for so many seconds if any are named."""
    with ExitStack() as stack:
        stack.enter_context(lock_folder(place))
        if seconds:
            threading.Timer(seconds, stack.close).start()
        yield


@contextmanager
def started(*arguments: str) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "summarizer", *arguments], text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )  # fmt: skip
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


@pytest.mark.parametrize(("command", "where"), BY_HAND, ids=[" ".join(command[:2]) for command, _ in BY_HAND])
def test_what_is_started_by_hand_waits_and_says_for_whom(capsys, command, where):
    assert run(command) == 0  # so that its folder is there
    capsys.readouterr()
    with at_work(folder(where), seconds=2.2):
        begun = time.monotonic()
        assert run(command) == 0
    assert time.monotonic() - begun > 2
    said = capsys.readouterr().err
    assert said.count(f"waiting for process {os.getpid()}, which is at work on the same") == 1


def test_a_short_wait_is_not_worth_a_word(capsys):
    with at_work(folder(DAY), seconds=0.5):
        assert run(["issue", DAY]) == 0
    assert "waiting" not in capsys.readouterr().err


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize(("command", "where"), [BY_HAND[0], BY_HAND[2], BY_HAND[5]])
def test_who_waits_stops_at_once(command, where, stop):
    Path("runs", where).mkdir(exist_ok=True)
    with at_work(folder(where)), started(*command) as process:
        while "waiting for process" not in process.stderr.readline():
            assert process.poll() is None
        process.send_signal(stop)
        begun = time.monotonic()
        assert process.wait(10) == 75
        assert time.monotonic() - begun < 8  # of as long as the other takes


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT])
def test_who_waits_for_the_store_stops_at_once(stop):
    with Store(Path("runs/store")).held(alone=True), started(PAPER) as process:
        while "waiting for `summarize store gc`" not in process.stderr.readline():
            assert process.poll() is None
        process.send_signal(stop)
        assert process.wait(3) == 75


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("busy", ["queue", "pdf"])
def test_who_waits_for_arxiv_stops_at_once(arxiv, own_home, stop, busy):
    if busy == "queue":
        arxiv.fault("^/oai", status=429, headers={"Retry-After": "300"})
    else:
        arxiv.fault("^/pdf", hang=1, bytes_per_second=100)
    arxiv.requests.clear()  # of what was made before
    with started("--runs", "others", "--offline", PAPER) as first, ExitStack() as stack:
        deadline = time.monotonic() + 20
        while not arxiv.paths("/oai" if busy == "queue" else "/pdf") and time.monotonic() < deadline:
            time.sleep(0.05)
        second = stack.enter_context(started("--runs", "others", "--offline", PAPER))
        while ("looking up" if busy == "queue" else "fetching PDF") not in second.stderr.readline():
            assert second.poll() is None
        time.sleep(0.3)
        second.send_signal(stop)
        code = second.wait(10)
        assert code == 75, second.stderr.read()
        first.kill()


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize(
    ("command", "path", "fault"),
    [
        ([PAPER], "/pdf", {"bytes_per_second": 100}),
        ([PAPER], "/html", {"bytes_per_second": 100}),
        ([PAPER], "/oai", {"hang": 60}),
        (["issue", DAY], "/list", {"bytes_per_second": 100}),
        (["nightly"], "/list", {"hang": 60}),
        (["backfill", "2024-10-16..2024-10-16"], "/catchup", {"hang": 60}),
        (["doctor"], "/oai", {"hang": 60}),
    ],
    ids=["pdf", "html", "oai", "issue", "nightly", "backfill", "doctor"],
)
def test_a_signal_ends_a_request_to_arxiv(arxiv, stop, command, path, fault):
    arxiv.records[PAPER].html = b"<html><body><article>" + b"<p>Text.</p>" * 10_000 + b"</article></body></html>"
    arxiv.fault(f"^{path}", **fault)
    arxiv.requests.clear()
    with started(*command, "--runs", "others") as process:
        deadline = time.monotonic() + 20
        while not arxiv.paths(path) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert arxiv.paths(path)
        time.sleep(0.3)
        process.send_signal(stop)
        begun = time.monotonic()
        code = process.wait(30)
        assert code == 75, process.stderr.read()
        assert time.monotonic() - begun < 15  # of 60 and more


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize(
    ("script", "limits"),
    [([failure(429, "slow down", retry_after="300")], ""), (model(), 'tokens_per_minute = 1_000\nreader = "always"\n')],
    ids=["as the server asks", "as its limits ask"],
)
def test_a_signal_ends_the_wait_until_a_model_may_be_asked(serve, own_home, stop, script, limits):
    settings(own_home, SETTINGS.format(patience=60) + limits)
    server = serve(script)
    with started("--runs", "others", PAPER) as process:
        deadline = time.monotonic() + 20
        while not server.requests and time.monotonic() < deadline:
            time.sleep(0.05)
        time.sleep(0.5)
        process.send_signal(stop)
        begun = time.monotonic()
        code = process.wait(30)
        assert code == 75, process.stderr.read()
        assert time.monotonic() - begun < 15  # of 60 and more
    assert len(server.requests) == 1


def test_a_night_waits_for_a_date_that_is_being_made_and_not_for_another_night(capsys):
    (folder(DAY) / "manifest.json").unlink()
    with at_work(folder(DAY), seconds=1):
        assert run(["nightly"]) == 0
    assert capsys.readouterr().err == ""
    with at_work(Path("runs/.nightly")):
        begun = time.monotonic()
        assert run(["nightly"]) == 75
        assert time.monotonic() - begun < 8  # of as long as the other takes
    assert f"process {os.getpid()} is at work here" in capsys.readouterr().err


def test_patience_has_an_end(own_home, capsys):
    settings(own_home, SETTINGS.format(patience=0.5))
    (folder(DAY) / "manifest.json").unlink()
    with at_work(folder(DAY)):
        for command in (["issue", DAY], ["nightly"]):
            assert run(command) == 75, command
    assert capsys.readouterr().err.count("is at work here; try again when it has finished") == 2
    assert run(["nightly"]) == 0
