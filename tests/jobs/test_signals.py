"""SIGTERM and SIGINT at any moment: the documented exit code, nothing lost, nothing half made."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from llm_server import Received, Scripted
from scripted_model import model

from summarizer.cli import run

PAPER = "2401.00001"
MOMENTS = (0.0, 0.02, 0.05, 0.1)  # seconds; the first ones meet the interpreter before our first line
RANDOM_MOMENTS = 12


def started() -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "summarizer", PAPER], text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )  # fmt: skip


def slow(body: dict) -> Scripted:
    time.sleep(0.3)
    return model()(body)


def assert_nothing_asked_twice(requests: list[Received]) -> None:
    questions = [json.dumps(request.body["messages"]) for request in requests]
    assert len(questions) == len(set(questions))


def page() -> bytes:
    return Path(f"runs/{PAPER}v1/papers/{PAPER}v1/digest.md").read_bytes()


@pytest.mark.slow
@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_at_any_moment_ends_with_75_and_loses_nothing(serve, place, stop):
    server = serve(slow)
    begun = time.monotonic()
    assert run([PAPER]) == 0
    whole, seconds = page(), time.monotonic() - begun
    moments = random.Random(stop).choices(range(int(2000 * seconds)), k=RANDOM_MOMENTS)
    for moment in (*MOMENTS, *(ms / 1000 for ms in moments)):
        Path("runs").rename(f"before-{moment}-{time.monotonic_ns()}")
        server.requests.clear()
        process = started()
        time.sleep(moment)
        process.send_signal(stop)
        _, said = process.communicate(timeout=60)
        if process.returncode not in (0, 75):  # not one line of ours has run
            assert moment < 0.2 and not Path("runs").exists() and "cli.py" not in said, (moment, said)
        assert "Exception ignored" not in said
        assert run([PAPER]) == 0
        assert page() == whole
        assert_nothing_asked_twice(server.requests)
        assert not list(Path("runs").rglob("*.tmp"))


@pytest.mark.slow
@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT])
def test_an_answer_under_way_is_waited_for_and_not_paid_for_twice(serve, place, stop):
    server = serve(slow)
    process = started()
    while not server.requests:
        time.sleep(0.01)
    process.send_signal(stop)
    _, said = process.communicate(timeout=60)
    assert process.returncode in (0, 75) and "Traceback" not in said
    assert run([PAPER]) == 0
    assert_nothing_asked_twice(server.requests)


@pytest.mark.slow
def test_a_second_interrupt_waits_for_nothing(serve, place):
    server = serve(lambda body: Scripted(delay=60))
    process = started()
    while not server.requests:
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    while "Ctrl-C again" not in process.stderr.readline():
        assert process.poll() is None
    begun = time.monotonic()
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)
    assert process.returncode == 75 and time.monotonic() - begun < 10


@pytest.mark.slow
@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT])
def test_a_second_signal_is_no_traceback(serve, place, stop):
    serve(slow)
    for gap in (0.0, 0.01, 0.1, 0.3):
        process = started()
        while PAPER not in process.stderr.readline():
            assert process.poll() is None
        for _ in range(3):
            process.send_signal(stop)
            time.sleep(gap)
        _, said = process.communicate(timeout=60)
        assert process.returncode in (0, 75) and "Traceback" not in said, said
    assert run([PAPER]) == 0
