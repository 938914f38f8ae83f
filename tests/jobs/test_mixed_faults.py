"""Everything goes wrong now and then, at arXiv and at the model, and the issue is complete all the same."""

import json
import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pymupdf
import pytest
from arxiv_server import ArxivServer, Fault, Record
from common import settings
from llm_server import Scripted, completion, failure
from scripted_model import model

from summarizer.cli import run

DAY = "2024-10-17"
PAPERS = 40
SHARE = 0.2  # of the exchanges that go wrong
SENTENCES = (
    "Machine {n} answers nearly as fast as its larger sister and fails no more often than she does.",
    "Its use of energy drops with its size, and the savings that it brings grow with the load that it has to bear.",
    "We saw no load under which the small machine was less safe than the large one, by day or by night.",
    "Engine {n} was measured in a hall of its own, with the doors shut and the lamps out.",
)
AT_ARXIV = (
    {"status": 503},
    {"status": 429, "headers": {"Retry-After": "1"}},
    {"status": 200, "body": b"<!DOCTYPE html><html><body>Verify you are human</body></html>"},
    {"reset": 200},
    {"truncate": 200},
    {"cut": 300},
    {"hang": 1.5},
)
AT_THE_MODEL = (
    failure(429, "slow down"),
    failure(500, "internal error"),
    Scripted(delay=30),
    Scripted(200, b'{"choices": [{"message": {"content": "', {"Content-Type": "application/json"}, drop=True),
    completion('{"title_zh": 3, "abstract": ["'),
    completion("Certainly! Here is what I think of the paper."),
)


def small_pdf(number: int) -> bytes:
    with pymupdf.open() as pdf:
        for page in range(2):
            text = "\n\n".join(sentence.format(n=10 * number + page) for sentence in SENTENCES)
            pdf.new_page().insert_textbox((60, 60, 540, 780), f"{page + 1} Machines\n\n{text}", fontsize=11)
        data: bytes = pdf.tobytes()
    return data


class Unsteady:
    """A model that fails now and then: never twice in a row with the same question, as no run is without end."""

    def __init__(self, seed: int) -> None:
        self._random, self._failed = random.Random(seed), set[str]()
        self.faults: Counter[int] = Counter()

    def __call__(self, body: dict) -> Scripted:
        asked = json.dumps(body["messages"])
        if asked not in self._failed and self._random.random() < SHARE:
            self._failed.add(asked)
            kind = sum(self.faults.values()) % len(AT_THE_MODEL)
            self.faults[kind] += 1
            return AT_THE_MODEL[kind]
        return model()(body)


@pytest.fixture
def arxiv() -> Iterator[ArxivServer]:
    records = [
        Record(
            f"2410.{n:05}", title=f"Machines of Size {n}", abstract=f"We study machines of size {n}. " * 3,
            pdf=small_pdf(n), categories="cs.CL", announced=DAY, dates=["2024-10-15T18:47:12Z"],
        )
        for n in range(1, PAPERS + 1)
    ]  # fmt: skip
    with ArxivServer(records) as server:
        server.newest = DAY
        yield server


@pytest.mark.slow
def test_forty_papers_in_the_worst_of_nights(serve, arxiv, own_home, monkeypatch, capsys):
    settings(
        own_home,
        f'categories = ["cs.CL"]\ntop = {PAPERS}\nfetch_timeout_seconds = 1\ncall_timeout_seconds = 3\nhtml = true\n',
    )
    monkeypatch.setenv("SUMMARIZER_NOW", f"{DAY}T01:30:00+00:00")
    chance, kinds = random.Random(13), Counter[int]()
    for path in ["/list", "/rss", *(f"/{kind}/{name}" for name in arxiv.records for kind in ("pdf", "html"))]:
        if path == "/list" or chance.random() < SHARE:
            kind = sum(kinds.values()) % len(AT_ARXIV)
            kinds[kind] += 1
            arxiv.faults.append(Fault(f"^{path}", times=1, **AT_ARXIV[kind]))
    unsteady = Unsteady(7)
    server = serve(unsteady)
    assert run(["issue", DAY]) == 0, capsys.readouterr().err
    assert len(kinds) == len(AT_ARXIV) and len(unsteady.faults) == len(AT_THE_MODEL)
    account = json.loads(Path(f"runs/{DAY}/manifest.json").read_text())
    assert account["ledger"] == {
        "announced": PAPERS, "digested": PAPERS, "not_selected": 0, "withdrawn": 0, "no_pdf": 0, "failed": 0,
    }  # fmt: skip
    digests = list(Path(f"runs/{DAY}/papers").glob("*/digest.json"))
    assert len(digests) == PAPERS and all(json.loads(path.read_text())["claims"] for path in digests)
    calls = [
        event
        for line in Path(f"runs/{DAY}/events.jsonl").read_text().splitlines()
        if (event := json.loads(line))["event"] == "call"
    ]
    paid = [event["usage"] for event in calls if event["usage"]]
    for of_usage in ("prompt", "completion"):
        assert account["usage"][of_usage] == sum(usage[of_usage] for usage in paid)
    assert len(calls) == len(server.requests) and len(paid) < len(calls)
    asked = len(server.requests)
    assert run(["issue", DAY]) == 0
    assert len(server.requests) == asked
