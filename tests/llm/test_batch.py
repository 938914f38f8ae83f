"""Answers from batches: the same as live ones, whatever the service and the process go through."""

import asyncio
import json
import os
import random
import re
import signal
import subprocess
import sys
import threading
import time
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import batch_rounds
import pytest
from batch_rounds import live, rounds
from batch_server import LOST, BatchServer, Ended, Line, answered, expired
from llm_bench import KEY, settings
from llm_server import Scripted, completion, failure, html, raw

from summarizer.config import Config
from summarizer.errors import DeferredError, RefusedError, StorageError, TryLaterError, UsageError
from summarizer.llm import batch_api, batch_lines
from summarizer.llm.ask import Answer, side_by_side
from summarizer.llm.batch import BatchClient, submit
from summarizer.llm.choose import choose
from summarizer.llm.client import CallEvent, Client
from summarizer.llm.interests import Interests
from summarizer.llm.rungs import RungMemory
from summarizer.llm.spending import call_cost
from summarizer.store.results import Store
from summarizer.styles import load_prompt
from summarizer.types import Paper, Usage

QUESTIONS = [f"q{n}" for n in range(8)]
PRICES = {"m": {"input": 1.0, "output": 10.0}}


def careful(body: Line) -> Scripted:
    """A good answer; for every fourth question only when it is asked again."""
    question = body["messages"][1]["content"]
    again = len(body["messages"]) > 2
    rating = 9 if int(question[1:]) % 4 == 0 and not again else 3
    return completion(json.dumps({"why": f"因为 {question}", "rating": rating}, ensure_ascii=False))


def good(body: Line) -> Scripted:
    return completion('{"why": "因为", "rating": 3}')


@pytest.fixture
def server() -> Iterator[BatchServer]:
    with BatchServer(careful) as server:
        yield server


class Desk:
    """Runs over the same questions, each as a new process would make it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.events: list[CallEvent] = []
        self.notes: list[str] = []

    def config(self, server: BatchServer, **changes: Any) -> Config:
        return settings(server.url, **{"batch_poll_seconds": 0.01, "call_deadline_seconds": 5} | changes)

    def run(
        self,
        server: BatchServer,
        *,
        room: float | None = None,
        stopped: asyncio.Event | None = None,
        since: datetime | None = None,
        questions: list[str] = QUESTIONS,
        **changes: Any,
    ) -> dict[str, Any]:
        config = self.config(server, **changes)
        run = rounds(
            config, self.folder, questions, room=room, stopped=stopped, since=since,
            on_call=self.events.append, notify=self.notes.append,
        )  # fmt: skip
        return asyncio.run(run)

    def batches(self) -> Path:
        return self.folder / "batches"

    def jobs(self) -> list[dict[str, Any]]:
        return [json.loads(path.read_text()) for path in sorted(self.batches().glob("*.json"))]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path / "run")


def replies(folder: Path) -> dict[str, Any]:
    """What is stored, but for times."""
    found = {}
    for path in sorted((folder / "store" / "reply").rglob("*.json")):
        record = json.loads(path.read_text(encoding="utf-8"))
        del record["created"], record["check"], record["output"]["seconds"]
        found[path.name] = record
    return found


def all_good(results: dict[str, Any]) -> bool:
    return bool(results) and all(isinstance(result, Answer) for result in results.values())


def test_a_batch_run_leaves_the_replies_of_a_live_run(server: BatchServer, desk: Desk, tmp_path: Path) -> None:
    server.polls = 3
    assert all_good(desk.run(server))
    assert not server.requests
    assert [len(batch.lines) for batch in server.batches.values()] == [8, 2]  # the questions, then the re-asks
    asyncio.run(live(desk.config(server), tmp_path / "live", QUESTIONS))
    assert all(request.body.pop("stream") is False for request in server.requests)  # batches are told nothing of it
    sent = {json.dumps(request.body, sort_keys=True) for request in server.requests}
    assert {json.dumps(line["body"], sort_keys=True) for b in server.batches.values() for line in b.lines} == sent
    assert len(replies(desk.folder)) == 10
    assert replies(desk.folder) == replies(tmp_path / "live")


def test_calls_of_a_batch_are_reported_at_half_the_price(server: BatchServer, desk: Desk) -> None:
    desk.run(server, prices=PRICES)
    assert len(desk.events) == 10
    event = desk.events[0]
    assert (event.batch, event.status, event.stage, event.rung) == (True, 200, "digest", "json_schema")
    assert event.usage == Usage(100, 0, 20)
    config = desk.config(server, prices=PRICES)
    assert call_cost(event, config) == pytest.approx((100 * 1 + 20 * 10) / 1e6 / 2)
    assert sum(job["cost"] for job in desk.jobs()) == pytest.approx(10 * 150 / 1e6)


def test_running_again_sends_nothing_and_only_the_journal_is_left(server: BatchServer, desk: Desk) -> None:
    desk.run(server)
    assert [path.suffix for path in desk.batches().iterdir()] == [".json", ".json"]
    seen = server.seen.copy()
    assert all_good(desk.run(server))
    assert server.seen == seen
    assert {(job["status"], job["answered"], job["requests"]) for job in desk.jobs()} == {
        ("completed", 8, 8),
        ("completed", 2, 2),
    }
    assert sum(job["usage"]["prompt"] for job in desk.jobs()) == 1_000


def test_no_secret_and_no_question_reach_the_journal(server: BatchServer, desk: Desk) -> None:
    server.end = lambda lines: Ended(None, status="failed", problem=f"bad key {KEY}")
    desk.run(server)
    text = "".join(path.read_text() for path in desk.batches().glob("*.json")) + repr(desk.events) + repr(desk.notes)
    assert "bad key ***" in text
    assert KEY not in text


def test_lines_that_failed_are_asked_live(server: BatchServer, desk: Desk) -> None:
    def end(lines: list[Line]) -> Ended:
        bad = [answered(lines[0], failure(400, "filtered")), answered(lines[1], failure(500, "oops"))]
        return Ended([*server.answered(lines[3:]), answered(lines[2], Scripted(200, b'{"odd": 1}'))], bad)

    server.end = end
    assert all_good(desk.run(server, questions=QUESTIONS[1:4] + QUESTIONS[5:8]))
    assert sorted(request.body["messages"][1]["content"] for request in server.requests) == ["q1", "q2", "q3"]
    failed = [(event.status, event.problem) for event in desk.events if event.problem]
    assert failed == [(400, "filtered"), (500, "oops"), (200, '{"odd": 1}')]
    assert any("3 of 6 requests are asked live" in note for note in desk.notes)


@pytest.mark.parametrize("status", ["expired", "cancelled"])
def test_what_an_ended_batch_has_answered_is_used(server: BatchServer, desk: Desk, status: str) -> None:
    server.end = lambda lines: Ended(
        server.answered(lines[:2]), [expired(line) for line in lines[2:]] if status == "expired" else None, status
    )
    assert all_good(desk.run(server, questions=["q1", "q2", "q3", "q5"]))
    assert len(server.requests) == 2
    assert max(server.asked().values()) == 1
    assert any(f"{status}; 2 of 4" in note for note in desk.notes)


def test_a_batch_that_fails_validation_is_asked_live_and_says_why(server: BatchServer, desk: Desk) -> None:
    server.end = lambda lines: Ended(None, status="failed", problem="The file is no JSONL")
    assert all_good(desk.run(server, questions=["q1", "q2"]))
    assert len(server.requests) == 2
    assert any("failed: The file is no JSONL [invalid]; 2 of 2" in note for note in desk.notes)
    assert not list(desk.batches().glob("*.jsonl"))


def test_a_completed_batch_without_an_output_file(server: BatchServer, desk: Desk) -> None:
    server.end = lambda lines: Ended(None, [answered(line, failure(429, "busy")) for line in lines])
    assert all_good(desk.run(server, questions=["q1", "q2"]))
    assert len(server.requests) == 2


def test_an_output_file_that_is_gone(server: BatchServer, desk: Desk) -> None:
    server.faults["GET /files/content"] = [failure(404, "No such File object")]
    assert all_good(desk.run(server, questions=["q1", "q2"]))
    assert len(server.requests) == 2
    assert any("has been deleted" in note for note in desk.notes)


def test_a_format_that_is_refused_in_a_batch_is_asked_for_in_another_way_live(desk: Desk) -> None:
    def plain(body: Line) -> Scripted:
        if body.get("response_format", {}).get("type") == "json_schema":
            return failure(400, "response_format json_schema is not supported")
        return good(body)

    with BatchServer(plain) as server:
        assert all_good(desk.run(server, questions=["q1"]))
        assert all_good(desk.run(server, questions=["q2"]))  # the rung is remembered
    first, second = (batch.lines[0]["body"]["response_format"]["type"] for batch in server.batches.values())
    assert (first, second) == ("json_schema", "json_object")
    assert {record["output"]["rung"] for record in replies(desk.folder).values()} == {"json_object"}


def test_tokens_that_are_not_counted_are_estimated(desk: Desk) -> None:
    with BatchServer(lambda body: completion('{"why": "", "rating": 3}', usage=None)) as server:
        answer = desk.run(server, questions=["q1"])["q1"]
    assert 10 < answer.usage.prompt < 100
    assert answer.usage.completion == 8


@pytest.mark.usefixtures("short_backoff")
@pytest.mark.parametrize("request_name", ["POST /files", "POST /batches", "GET /batches", "GET /files/content"])
@pytest.mark.parametrize(
    "fault",
    [failure(429, "slow down"), failure(500, "oops"), LOST, html()],
    ids=["busy", "broken", "reset", "gateway"],
)
def test_passing_faults_are_retried(server: BatchServer, desk: Desk, request_name: str, fault: Scripted) -> None:
    if request_name == "GET /files/content" and fault == html():
        pytest.skip("a file may hold anything; what is no answer in it is asked live")
    server.faults[request_name] = [fault, fault]
    assert all_good(desk.run(server))
    assert not server.requests
    assert max(server.asked().values()) == 1


@pytest.mark.parametrize("odd", ["\x00", "\r\nX: y", " ?a=b#c", "%2e", "编号", ":a@b"])
def test_ids_may_hold_anything(desk: Desk, odd: str) -> None:
    with BatchServer(good) as server:
        server.odd = odd
        assert all_good(desk.run(server))
    assert not server.requests


@pytest.mark.usefixtures("short_backoff")
@pytest.mark.parametrize(
    "odd", [{"id": "b" * 200_000}, {"id": "b", "output_file_id": "f" * 200_000}, {"data": 5}, [], 5]
)
@pytest.mark.parametrize("request_name", ["POST /files", "GET /batches"])
def test_what_is_neither_a_file_nor_a_batch_is_asked_for_again(
    server: BatchServer, desk: Desk, request_name: str, odd: object
) -> None:
    server.faults[request_name] = [raw(odd), raw(odd)]
    assert all_good(desk.run(server))
    assert max(server.asked().values()) == 1


@pytest.mark.usefixtures("short_backoff")
def test_a_list_that_is_none_is_looked_at_again(server: BatchServer, desk: Desk) -> None:
    server.lost["POST /batches"] = 1
    server.faults["GET /batches"] = [raw({"data": 5}), raw({"data": [5, None, {"id": None}, {"id": "x" * 9_000}]})]
    assert all_good(desk.run(server))
    assert max(server.asked().values()) == 1


def test_a_key_in_an_output_file_never_reaches_the_disk(server: BatchServer, desk: Desk, tmp_path: Path) -> None:
    server.end = lambda lines: Ended([answered(line, failure(400, f"no access with {KEY}")) for line in lines])
    written: list[str] = []
    server.watch = lambda obeyed: written.extend(path.read_text() for path in tmp_path.rglob("*.output.jsonl*"))
    assert all_good(desk.run(server))
    assert any("no access with ***" in text for text in written) and not any(KEY in text for text in written)


@pytest.mark.usefixtures("short_backoff")
@pytest.mark.parametrize("page", [html(), Scripted(200, b""), Scripted(200, b'[{"custom_id": "q1"}]')])
def test_a_file_that_never_holds_the_answers_is_try_later(server: BatchServer, desk: Desk, page: Scripted) -> None:
    server.counts = True
    server.faults["GET /files/content"] = [page] * 1_000
    with pytest.raises(TryLaterError, match="does not hold the answers"):
        desk.run(server, call_deadline_seconds=0.5)
    server.faults.clear()
    assert all_good(desk.run(server))
    assert max(server.asked().values()) == 1


@pytest.mark.usefixtures("short_backoff")
def test_an_output_file_that_unpacks_without_end_is_not_written(
    server: BatchServer, desk: Desk, tmp_path: Path
) -> None:
    packer = zlib.compressobj(9, wbits=31)
    bomb = b"".join(packer.compress(b"x" * 2**20) for _ in range(400)) + packer.flush()
    server.faults["GET /files/content"] = [Scripted(200, bomb)] * 2
    assert all_good(desk.run(server))
    assert not server.requests
    assert all(path.stat().st_size < 2**20 for path in tmp_path.rglob("*") if path.is_file())


@pytest.mark.usefixtures("short_backoff")
def test_a_batch_whose_acceptance_was_lost_is_found_among_many(desk: Desk) -> None:
    with BatchServer(good, page=2) as server:
        server.lost["POST /batches"] = 1
        inner = server.watch

        def others_come(obeyed: bool) -> None:
            if obeyed and len(server.batches) == 1:
                for _ in range(5):
                    name = server._keep(b"")
                    server._create(
                        {"endpoint": "/v1/chat/completions", "completion_window": "24h", "input_file_id": name}
                    )
            inner(obeyed)

        server.watch = others_come
        assert all_good(desk.run(server, questions=["q1", "q2"]))
    assert len(server.batches) == 6
    assert max(server.asked().values()) == 1


@pytest.mark.parametrize("status", [401, 403])
def test_a_wrong_key_is_refused(server: BatchServer, desk: Desk, status: int) -> None:
    server.faults["POST /files"] = [failure(status, f"no access with {KEY}")]
    with pytest.raises(RefusedError, match="OPENAI_API_KEY") as caught:
        desk.run(server)
    assert KEY not in str(caught.value)


@pytest.mark.parametrize("request_name", ["POST /files", "POST /batches"])
def test_an_endpoint_without_batches_says_so(server: BatchServer, desk: Desk, request_name: str) -> None:
    server.faults[request_name] = [failure(404, "Not Found")]
    with pytest.raises(UsageError, match="has no Batch API; run without --batch"):
        desk.run(server)


def test_a_model_without_batches_is_said_in_the_services_words(server: BatchServer, desk: Desk) -> None:
    server.faults["POST /batches"] = [failure(400, "gpt-x is not available in the Batch API")]
    with pytest.raises(UsageError, match=r"gpt-x is not available.*without --batch"):
        desk.run(server)


@pytest.mark.usefixtures("short_backoff")
def test_a_service_that_stays_down_is_try_later_and_the_next_run_goes_on(server: BatchServer, desk: Desk) -> None:
    server.faults["GET /batches"] = [failure(503, "down")] * 1_000
    with pytest.raises(TryLaterError, match="down"):
        desk.run(server, call_deadline_seconds=0.5)
    server.faults.clear()
    assert all_good(desk.run(server))
    assert max(server.asked().values()) == 1


def test_a_stopped_run_leaves_its_batches_and_the_next_collects_them(server: BatchServer, desk: Desk) -> None:
    async def stopped_while_it_waits() -> None:
        stopped = asyncio.Event()
        config = desk.config(server, batch_poll_seconds=30)
        run = asyncio.create_task(rounds(config, desk.folder, QUESTIONS, stopped=stopped))
        await asyncio.to_thread(looked.wait)
        stopped.set()
        with pytest.raises(TryLaterError, match=r"1 batches under way at 127.0.0.1.*run the same command again"):
            await run

    server.polls, looked = 2, threading.Event()
    server.watch = lambda obeyed: looked.set() if server.seen["GET /batches"] else None
    asyncio.run(stopped_while_it_waits())
    assert all_good(desk.run(server))
    assert max(server.asked().values()) == 1
    assert len(server.batches) == 2
    assert not server.requests


def test_nothing_is_sent_when_stopped_before(server: BatchServer, desk: Desk) -> None:
    stopped = asyncio.Event()
    stopped.set()
    with pytest.raises(TryLaterError):
        desk.run(server, stopped=stopped)
    assert not server.seen


def test_a_batch_the_service_does_not_know_is_not_asked_again_unbidden(server: BatchServer, desk: Desk) -> None:
    server.faults["GET /batches"] = [failure(404, "no such batch")] * 99
    with pytest.raises(UsageError, match=r"batch_0 any more; delete .*\.json to ask its 8 requests again"):
        desk.run(server)
    assert not server.requests


def test_files_are_split_at_the_limits(server: BatchServer, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch_lines, "MOST_REQUESTS", 3)
    assert all_good(desk.run(server, questions=["q1", "q2", "q3", "q5", "q6", "q7", "q9"]))
    assert [len(batch.lines) for batch in server.batches.values()] == [3, 3, 1]
    size = len(server.files["file-2"])
    monkeypatch.setattr(batch_lines, "MOST_BYTES", 2 * size)
    assert all_good(desk.run(server, questions=["p1", "p2", "p3"]))
    assert [len(batch.lines) for batch in server.batches.values()][3:] == [2, 1]
    assert max(server.asked().values()) == 1


def test_only_what_there_is_money_for_is_sent(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch_lines, "MOST_REQUESTS", 2)
    typical = {"prompt_tokens": 100, "completion_tokens": 3_500, "total_tokens": 3_600}
    dollars = (100 * 1 + 3_500 * 10) / 1e6 / 2
    with BatchServer(lambda body: completion('{"why": "", "rating": 3}', usage=typical)) as server:
        results = desk.run(server, questions=["q1", "q2", "q3", "q5", "q6"], room=3.5 * dollars, prices=PRICES)
    assert [len(batch.lines) for batch in server.batches.values()] == [2, 1]
    assert all_good({question: results.pop(question) for question in ("q1", "q2", "q3")})
    assert [type(result) for result in results.values()] == [DeferredError, DeferredError]
    assert not list(desk.batches().glob("*.jsonl"))


def test_no_money_sends_nothing_and_leaves_the_questions_deferred(server: BatchServer, desk: Desk) -> None:
    results = desk.run(server, room=0, prices=PRICES)
    assert all(isinstance(result, DeferredError) for result in results.values())
    assert not server.seen


def test_a_ceiling_needs_a_price(server: BatchServer, desk: Desk) -> None:
    with pytest.raises(UsageError, match=r"\[prices\]"):
        desk.run(server, room=1.0)
    assert not server.seen


def test_batches_of_another_model_are_left_alone(server: BatchServer, desk: Desk) -> None:
    server.faults["GET /batches"] = [Scripted(200, b'{"data": []}'), failure(403, "not now")]
    with pytest.raises(RefusedError):
        desk.run(server)
    assert all_good(desk.run(server, model="m2"))
    assert len(server.batches) == 3
    assert any("a batch of m at 127.0.0.1" in note and "left alone" in note for note in desk.notes)
    assert all_good(desk.run(server))
    assert not server.requests
    assert max(server.asked().values()) == 1


def test_a_disk_that_cannot_be_written_is_said(server: BatchServer, desk: Desk) -> None:
    desk.folder.mkdir()
    (desk.folder / "batches").write_text("in the way")
    with pytest.raises(StorageError, match="cannot be written"):
        desk.run(server)


def test_a_stored_chain_that_ended_badly_is_asked_afresh_in_a_batch(desk: Desk) -> None:
    with BatchServer(lambda body: completion("no")) as server:
        results = desk.run(server, questions=["q1"])
        assert "no usable answer" in str(results["q1"])
        assert len(server.batches) == 3  # the question and two re-asks
    with BatchServer(good) as server:
        assert all_good(desk.run(server, questions=["q1"]))
        assert (len(server.batches), len(server.requests)) == (1, 0)


def test_what_is_deferred_does_not_cancel_its_siblings() -> None:
    done = []

    async def deferred() -> None:
        raise DeferredError("in the next batch")

    async def slow() -> None:
        await asyncio.sleep(0.02)
        done.append("paid for")

    async def failing() -> None:
        raise TryLaterError("down")

    with pytest.raises(DeferredError):
        asyncio.run(side_by_side([deferred(), slow()]))
    assert done == ["paid for"]
    with pytest.raises(TryLaterError):
        asyncio.run(side_by_side([deferred(), failing(), slow()]))
    assert done == ["paid for"]


@pytest.mark.parametrize("afresh", [False, True])
def test_answers_that_could_not_be_stored_are_not_paid_for_twice(
    server: BatchServer, desk: Desk, monkeypatch: pytest.MonkeyPatch, afresh: bool
) -> None:
    """Also where older replies are there: with `since` they do not count."""

    def full(*arguments: object) -> None:
        raise StorageError("no space left on device")

    questions = ["q1", "q2"]
    if afresh:
        desk.run(server, questions=questions)
    since, before = datetime.now(UTC), len(server.batches)
    with monkeypatch.context() as patch:
        patch.setattr(Store, "save_reply", full)
        results = desk.run(server, questions=questions, since=since)
    assert all(isinstance(result, StorageError) for result in results.values())
    assert all_good(desk.run(server, questions=questions, since=since))
    assert len(server.batches) == before + 1
    assert not server.requests
    assert not list(desk.batches().glob("*.jsonl"))
    assert all_good(desk.run(server, questions=questions, since=datetime.now(UTC)))
    assert len(server.batches) == before + 2


def test_all_requests_of_a_stage_are_in_one_batch(tmp_path: Path) -> None:
    def scores(body: Line) -> Scripted:
        numbers = re.findall(r"^(\d+)\. \[", body["messages"][1]["content"], re.MULTILINE)
        return completion(json.dumps({"items": [{"n": int(n), "why": "x", "score": 5} for n in numbers]}))

    async def chosen(server: BatchServer) -> int:
        config, store = settings(server.url, batch_poll_seconds=0.01), Store(tmp_path / "store")
        papers = [Paper(f"2410.{n:05}v1", f"Title {n}", (), "Abstract", "", "") for n in range(100)]
        rungs = RungMemory(tmp_path / "rungs.json", lambda: datetime.now(UTC))
        async with Client(config, rungs) as client:
            batches = BatchClient(client, tmp_path / "batches", store, fallback=client)
            for _ in range(2):
                with suppress(DeferredError):
                    choices, _, replies = await choose(
                        batches, store, papers, interests=Interests(""), excluded=(), top=3, reask="$errors",
                        prompt=load_prompt("choose"), subject="2024-10-17",
                    )  # fmt: skip
                    assert {choice.by for choice in choices} == {"model"}
                    return replies
                await submit([batches], asyncio.Event())
        raise AssertionError("two rounds were not enough")

    with BatchServer(scores) as server:
        assert asyncio.run(chosen(server)) == 3
        assert [len(batch.lines) for batch in server.batches.values()] == [3]


class Runs:
    """Runs in processes of their own, which can be killed; see `batch_rounds`."""

    def __init__(self, server: BatchServer, folder: Path, questions: int) -> None:
        path = os.pathsep.join(entry for entry in sys.path if entry)
        self._parent = subprocess.Popen(
            [sys.executable, batch_rounds.__file__, server.url, str(folder), str(questions)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": path},
        )  # fmt: skip

    def __enter__(self) -> "Runs":
        return self

    def __exit__(self, *exception: object) -> None:
        assert self._parent.stdin
        assert self._parent.stdout
        self._parent.stdin.close()
        self._parent.wait()
        self._parent.stdout.close()

    def run(self, started: Callable[[int], None]) -> int:
        """The exit code of one run; `started` is told its pid."""
        assert self._parent.stdin
        assert self._parent.stdout
        self._parent.stdin.write("\n")
        self._parent.stdin.flush()
        started(int(self._parent.stdout.readline()))
        return int(self._parent.stdout.readline())


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2])
def test_killed_at_any_moment_a_run_submits_each_batch_once(tmp_path: Path, seed: int) -> None:
    """Killed -9 again and again: at a request, before or after it was obeyed, or some milliseconds later."""
    dice, questions, kills, code = random.Random(seed), 40, 0, -1
    with BatchServer(careful, polls=15) as server, Runs(server, tmp_path, questions) as runs:
        while code != 0:
            killer = _Killer(dice.randint(1, 5) if kills < 14 else 0, dice.choice([0.0, 0.0, 0.005, 0.02]))
            server.watch = killer
            code = runs.run(killer.aim)
            assert code in (0, -signal.SIGKILL)
            kills += code != 0
    assert kills >= 10
    assert not server.requests
    assert set(server.asked().values()) == {1}
    assert len(server.asked()) == len(replies(tmp_path)) == questions + questions // 4
    assert not list((tmp_path / "batches").glob("*.jsonl"))


class _Killer:
    """Kills a process when it has come to its n-th event at the server; 0: never."""

    def __init__(self, moment: int, delay: float) -> None:
        self._left, self._delay = moment, delay
        self._aimed, self._pid = threading.Event(), 0

    def aim(self, pid: int) -> None:
        self._pid = pid
        self._aimed.set()

    def __call__(self, obeyed: bool) -> None:
        self._aimed.wait()
        self._left -= 1
        if self._left == 0:
            threading.Event().wait(self._delay)
            os.kill(self._pid, signal.SIGKILL)


def test_questions_of_two_papers_with_one_key_are_sent_once(server: BatchServer, desk: Desk) -> None:
    async def twice() -> dict[str, Any]:
        return await rounds(desk.config(server), desk.folder, ["q1", "q1"])

    assert all_good(asyncio.run(twice()))
    assert server.asked() == Counter(server.asked().keys())
    assert not server.requests


@pytest.mark.parametrize("lag", [0.0, 0.12])
def test_a_lost_response_is_found_in_a_list_that_lags(server: BatchServer, desk: Desk, lag: float) -> None:
    server.lost["POST /batches"], server.list_lag = 1, lag
    assert all_good(desk.run(server))
    assert max(server.asked().values()) == 1
    assert not server.requests


def test_a_killed_run_finds_its_batch_in_a_list_that_lags(
    server: BatchServer, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batch_api, "window_seconds", 60)
    server.lost["POST /batches"], server.list_lag = 1, 0.5
    with pytest.raises(TimeoutError):
        asyncio.run(asyncio.wait_for(rounds(desk.config(server), desk.folder, QUESTIONS), 0.15))
    time.sleep(0.5)
    assert all_good(desk.run(server))
    assert max(server.asked().values()) == 1


@pytest.mark.parametrize("answer", [LOST, html(502)], ids=["reset", "gateway"])
def test_what_the_service_may_have_accepted_is_not_sent_again_while_it_may_be_under_way(
    server: BatchServer, desk: Desk, monkeypatch: pytest.MonkeyPatch, answer: Scripted
) -> None:
    """A list that lags for longer than any list should."""
    monkeypatch.setattr(batch_api, "window_seconds", 60)
    server.lost["POST /batches"], server.lost_answer, server.list_lag = 1, answer, 1.5
    assert all_good(desk.run(server))
    assert max(server.asked().values()) == 1
    assert not server.requests
    (said,) = [note for note in desk.notes if "delete " in note]
    assert re.search(r"a batch of 8 requests now is seen in the service's list; delete \S+\.json to ask", said)


def test_what_is_in_doubt_stays_so_for_the_next_run(
    server: BatchServer, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batch_api, "window_seconds", 60)
    server.lost["POST /batches"], server.list_lag = 1, 1.0
    for _ in range(3):
        with pytest.raises(TimeoutError):
            asyncio.run(asyncio.wait_for(rounds(desk.config(server), desk.folder, QUESTIONS), 0.25))
    time.sleep(0.5)
    assert all_good(desk.run(server))
    assert max(server.asked().values()) == 1


def test_a_service_that_fails_after_it_has_obeyed(server: BatchServer, desk: Desk) -> None:
    server.lost["POST /batches"], server.lost_answer, server.list_lag = 1, failure(500, "oops"), 0.1
    assert all_good(desk.run(server))
    assert max(server.asked().values()) == 1


@pytest.mark.parametrize("refusal", [failure(401, "wrong key"), failure(429, "slow down")])
@pytest.mark.usefixtures("short_backoff")
def test_what_was_refused_is_not_in_doubt(
    server: BatchServer, desk: Desk, monkeypatch: pytest.MonkeyPatch, refusal: Scripted
) -> None:
    monkeypatch.setattr(batch_api, "window_seconds", 60)
    server.faults["POST /batches"] = [refusal] * 100
    with pytest.raises((RefusedError, TryLaterError)):
        desk.run(server, call_deadline_seconds=0.5)
    server.faults.clear()
    assert all_good(desk.run(server))
    assert max(server.asked().values()) == 1


def test_a_list_that_is_away_is_no_proof(server: BatchServer, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch_api, "window_seconds", 60)
    server.lost["POST /batches"] = 1
    server.faults["GET /batches"] = [failure(404, "Not Found")] * 5
    assert all_good(desk.run(server))
    assert max(server.asked().values()) == 1


@pytest.mark.usefixtures("short_backoff")
def test_an_earlier_batch_that_was_refused_is_not_taken_for_one_whose_acceptance_was_lost(
    server: BatchServer, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def room_for_all(obeyed: bool) -> None:
        if obeyed and len(server.batches) == 1 and not server.lost_once:
            server.room, server.lost_once = None, True
            server.lost["POST /batches"], server.list_lag = 1, 0.4

    monkeypatch.setattr(batch_api, "window_seconds", 60)
    server.room, server.late_refusal, server.watch = 7, True, room_for_all
    assert all_good(desk.run(server))
    assert set(server.asked().values()) == {1}


def test_two_batches_of_one_file_become_one(server: BatchServer, desk: Desk) -> None:
    def obeyed_twice(obeyed: bool) -> None:
        if obeyed and len(server.batches) == 1 and server.lost_once:
            batch = server.batches["batch_0"]
            server.batches["batch_1"] = replace(batch, id="batch_1", files={})
            server.lost_once = False

    server.lost["POST /batches"], server.watch, server.lost_once = 1, obeyed_twice, True
    assert all_good(desk.run(server, questions=["q1", "q2"]))
    assert [batch.cancelled for batch in server.batches.values()].count(True) == 1
    assert max(server.asked().values()) == 1


@pytest.mark.parametrize(
    "page",
    [
        Scripted(200, b"<!DOCTYPE html><html>One moment</html>", {"Content-Type": "text/html"}),
        Scripted(200, b""),
        Scripted(200, b'{"error": {"message": "not ready"}}'),
        Scripted(200, b'{"custom_id": "somebody else\'s", "response": {"status_code": 200, "body": {}}}\n'),
    ],
)
@pytest.mark.usefixtures("short_backoff")
def test_an_output_file_without_a_line_of_ours_is_fetched_again(
    server: BatchServer, desk: Desk, page: Scripted
) -> None:
    server.counts = True
    server.faults["GET /files/content"] = [page, page, page]
    assert all_good(desk.run(server))
    assert not server.requests
    assert max(server.asked().values()) == 1


@pytest.mark.usefixtures("short_backoff")
def test_an_output_file_that_is_cut_is_fetched_again_and_then_believed(server: BatchServer, desk: Desk) -> None:
    def cut(lines: list[dict[str, Any]]) -> Ended:
        return Ended(server.answered(lines)[:-1])

    server.counts, server.end = True, cut
    assert all_good(desk.run(server, questions=["q1", "q2", "q3"]))
    assert server.seen["GET /files/content"] >= 2
    assert len(server.requests) == 1  # what the whole file leaves out


@pytest.mark.parametrize("late", [1, 3])
def test_an_output_file_that_is_named_late_is_waited_for(server: BatchServer, desk: Desk, late: int) -> None:
    server.late_looks = late
    assert all_good(desk.run(server))
    assert not server.requests


def test_a_batch_that_flickers_in_and_out_of_sight_is_looked_at_again(server: BatchServer, desk: Desk) -> None:
    server.faults["GET /batches"] = [failure(404, "no such batch"), Scripted(200, b'{"data": 7}'), failure(503, "down")]
    assert all_good(desk.run(server))
    assert max(server.asked().values()) == 1


@pytest.mark.parametrize("late", [False, True])
@pytest.mark.parametrize("room", [1, 2, 3, 5])
def test_a_batch_larger_than_the_service_holds_is_split(server: BatchServer, desk: Desk, room: int, late: bool) -> None:
    server.room, server.late_refusal = room, late
    assert all_good(desk.run(server, questions=["q1", "q2", "q3", "q5", "q6"]))
    assert not server.requests
    assert set(server.asked().values()) == {1}
    assert not list(desk.batches().glob("*.jsonl"))


def test_a_request_that_fits_into_no_batch_is_asked_live(server: BatchServer, desk: Desk) -> None:
    server.room = 0
    assert all_good(desk.run(server, questions=["q1", "q2", "q3"]))
    assert len(server.requests) == 3
    assert not server.batches


def test_a_split_that_is_stopped_goes_on(server: BatchServer, desk: Desk) -> None:
    server.room = 2
    for polls in (0.05, 0.1, 0.2, 0.4):
        stopped = asyncio.Event()

        async def stopped_soon(stopped: asyncio.Event = stopped, seconds: float = polls) -> None:
            asyncio.get_running_loop().call_later(seconds, stopped.set)
            with suppress(TryLaterError):
                await rounds(desk.config(server), desk.folder, QUESTIONS, stopped=stopped)

        asyncio.run(stopped_soon())
    assert all_good(desk.run(server))
    assert set(server.asked().values()) == {1}
    assert not server.requests


def test_numbers_that_no_service_means_do_no_harm(server: BatchServer, desk: Desk) -> None:
    server.counts = 10**300
    assert all_good(desk.run(server))
