"""Answers of arXiv that are small on the wire and without end in memory or time: refused, within the usual memory."""

import json
import os
import subprocess
import sys
import time
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from arxiv_server import ArxivServer, Record
from common import IDS, SAMPLE

pytestmark = pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is read where Linux says it")

DAY = "2024-10-17"
NESTED = 3_000_000
MOST_MB = 150  # beyond what a run takes that meets no bomb

_MEASURED = r"""
import re, sys
from summarizer.cli import run
code = run(sys.argv[1:])
with open("/proc/self/status") as status:
    print(int(re.search(r"VmHWM:\s+(\d+)", status.read())[1]) // 1024, file=sys.stderr)
sys.exit(code)
"""


def nested(root: str) -> bytes:
    return f"<{root}>".encode() + b"<a>" * NESTED + b"</a>" * NESTED + f"</{root}>".encode()


def multiplying(root: str) -> bytes:
    lines = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else "b" * 10}">' for n in range(12))
    return f"<?xml version='1.0'?><!DOCTYPE r [{lines}]><{root}>&e11;</{root}>".encode()


def zeros() -> bytes:
    """1 GB of zeros in 1 MB."""
    packer = zlib.compressobj(9, wbits=31)
    return b"".join(packer.compress(bytes(2**20)) for _ in range(1_000)) + packer.flush()


BOMBS = {
    "nested": lambda: nested("feed"),
    "entities": lambda: multiplying("feed"),
    "rss": lambda: multiplying("rss"),
    "attributes": lambda: b"<html><body><p " + b"".join(b"b%d " % n for n in range(NESTED)) + b"></html>",
    "50 MB": lambda: b"<html><body>" + b"<p>A listing without end.</p>\n" * 1_800_000 + b"</body></html>",
    "gzip": zeros,
}


def summarize(*arguments: str) -> tuple[int, int, float, str]:
    """Exit code, MB at most, seconds of the process, what it said."""
    begun = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", _MEASURED, *arguments], env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    said, _, size = done.stderr.strip().rpartition("\n")
    assert "Traceback" not in said
    return done.returncode, int(size), time.monotonic() - begun, said


@pytest.fixture(scope="module")
def usual(tmp_path_factory) -> int:
    """MB of a run that meets no bomb."""
    folder = tmp_path_factory.mktemp("usual")
    return summarize("--offline", "--runs", str(folder), str(SAMPLE))[1]


@pytest.fixture
def arxiv() -> Iterator[ArxivServer]:
    records = [Record(i, pdf=SAMPLE.read_bytes(), categories="cs.CL", announced=DAY) for i in IDS]
    with ArxivServer(records) as server:
        server.newest = DAY
        yield server


def explode(arxiv: ArxivServer, match: str, bomb: str) -> None:
    headers = {"Content-Encoding": "gzip"} if bomb == "gzip" else {}
    arxiv.fault(match, status=200, body=BOMBS[bomb](), headers=headers)


@pytest.mark.parametrize("bomb", ["nested", "gzip"])
@pytest.mark.parametrize("match", ["^/oai", "^/(oai|api)"])
def test_metadata_comes_from_the_next_source(place, arxiv, usual, match, bomb):
    explode(arxiv, match, bomb)
    code, size, seconds, _ = summarize("--offline", "--no-html", IDS[0])
    assert (code, len(list(Path("runs").glob("*/papers/*/digest.md")))) == (0, 1)
    assert size < usual + MOST_MB and seconds < 30


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_list_that_is_a_bomb_is_try_again_later(place, arxiv, usual, bomb, monkeypatch):
    monkeypatch.setenv("SUMMARIZER_NOW", f"{DAY}T01:30:00+00:00")
    explode(arxiv, "^/(list|catchup|rss|api)", bomb)
    code, size, seconds, said = summarize("issue", DAY, "--offline", "--categories", "cs.CL")
    assert code == 75 and f"the list of {DAY}" in said
    assert size < usual + MOST_MB and seconds < 30
    assert not list(Path("runs").glob("*/manifest.json"))


def test_a_feed_that_is_a_bomb_costs_the_comparison_only(place, arxiv, usual, monkeypatch):
    monkeypatch.setenv("SUMMARIZER_NOW", f"{DAY}T01:30:00+00:00")
    explode(arxiv, "^/rss", "nested")
    code, size, _, _ = summarize("issue", DAY, "--offline", "--categories", "cs.CL", "--top", "1")
    assert code == 0 and size < usual + MOST_MB
    assert json.loads(Path(f"runs/{DAY}/manifest.json").read_text())["ledger"]["announced"] == len(IDS)


@pytest.mark.parametrize("packed", [zeros()[:1_000], b"\x1f\x8b not gzip", b""], ids=["cut", "other", "empty"])
def test_damaged_encodings_are_bad_answers(place, arxiv, packed):
    arxiv.fault("^/oai", status=200, body=packed, headers={"Content-Encoding": "gzip"})
    assert summarize("--offline", "--no-html", IDS[0])[0] == 0
