"""Answers at half the price from the Batch API, within a day instead of a minute.

Running again is resuming, so a batch run goes in rounds: everything is done as if the model were there, and
what is asked of it is queued (`DeferredError`). `submit` sends the queue as batches and waits for them; in the
next round the answers are there. What a batch did not answer is asked live.

    folder/<name>.requests.jsonl   the requests of a batch; a custom_id is the key of the reply in the store
    folder/<name>.json             its `BatchJob`: written before anything is sent, so that no batch is submitted twice
    folder/<name>.output.jsonl     its answers, in any order
    folder/<name>.errors.jsonl     what became of the others

When all answers of a batch are in the store, only its `BatchJob` stays. Memory holds keys, no requests or answers.
"""

import asyncio
from collections.abc import Callable, Sequence, Set
from contextlib import suppress
from datetime import UTC, datetime
from itertools import accumulate, islice
from pathlib import Path

from summarizer.config import Config
from summarizer.errors import CeilingError, DeferredError, UsageError
from summarizer.llm.ask import side_by_side
from summarizer.llm.batch_jobs import BatchJob, Journal
from summarizer.llm.batch_lines import BatchLine, BatchQueue, Index, index_batch, read_outcome
from summarizer.llm.batch_progress import BatchesUnderWay
from summarizer.llm.client import CallEvent, Client, Model, Request
from summarizer.llm.replies import MalformedReplyError, error_words, excerpt
from summarizer.llm.spending import batch_cost, estimated_usage
from summarizer.store.results import Store
from summarizer.types import Reply


class BatchClient:
    """A `Model` that answers from batches. One process at a time works in its folder: the caller sees to that."""

    def __init__(
        self,
        live: Client,
        folder: Path,
        store: Store,
        *,
        fallback: Model,
        on_call: Callable[[CallEvent], None] = lambda _: None,
        notify: Callable[[str], None] = lambda _: None,
    ) -> None:
        """Takes up the batches of earlier runs. `store` is where the replies go, `fallback` is asked what a batch
        did not answer, `notify` takes a line on how the batches are getting on."""
        self._live, self._folder, self._store, self._fallback = live, folder, store, fallback
        self._on_call, self._notify = on_call, notify
        self._queue, self._journal = BatchQueue(folder), Journal(folder)
        self.under_way = BatchesUnderWay(live, folder, self._journal, came_back=self._keep_answers, notify=notify)
        self._asked: set[str] = set()  # keys of the requests under way
        self._lines: dict[str, BatchLine | None] = {}  # of all requests that came back; None: ask live from now on
        self._here: list[tuple[BatchJob, set[str]]] = []  # back, with keys of answers not stored yet
        self._resume()

    @property
    def config(self) -> Config:
        return self._live.config

    def stop(self) -> None:
        self._live.stop()

    async def complete(self, request: Request) -> Reply:
        """The answer of a batch, or of a live call where a batch gave none.

        Raises `DeferredError` for what comes with the next batch, and what `Client.complete` raises.
        """
        key = request.key
        if key in self._lines:
            line, self._lines[key] = self._lines[key], None
            reply = self._reply(request, line) if line else None
            return reply or await self._fallback.complete(request)
        if key not in self._asked:
            body = self._live.body(request, self._live.rung(request))
            self._queue.add(key, body, batch_cost(estimated_usage(request), self.config))
        raise DeferredError(f"{request.subject}: asked in the next batch")

    def cut_batches(self, stopped: asyncio.Event, room: float | None) -> int:
        """Make batches of what is queued, as far as it fits into `room` beside those under way.

        Requests are taken in their order until the next one would cost more; returns how many were left out.
        """
        self._sweep()
        self.under_way.require_running(stopped)
        costs = list(self._queue.costs.values())
        fitting = len(costs) if room is None else self._fitting(costs, room)
        left_out = len(costs) - fitting
        for name, requests in self._queue.take(fitting):
            estimates, costs = costs[:requests], costs[requests:]
            estimate = None if None in estimates else sum(cost or 0.0 for cost in estimates)
            job = BatchJob(name, self._live.endpoint.host, self.config.model, requests, estimate, datetime.now(UTC))
            self.under_way.jobs.append(self._journal.note(job))
        return left_out

    def _fitting(self, costs: Sequence[float | None], room: float) -> int:
        """How many requests at the head of the queue fit into `room` beside those under way."""
        if None in costs:
            raise UsageError("--max-cost needs the model's price: set [prices] in config.toml")
        spent = accumulate((cost or 0.0 for cost in costs), initial=self.under_way.promised)
        return sum(total <= room for total in islice(spent, 1, None))

    async def collect(self, stopped: asyncio.Event) -> None:
        """Bring all batches to their end: submitted, waited for, downloaded."""
        await self.under_way.collect(stopped)
        self._asked.clear()

    def _resume(self) -> None:
        """Find what is under way, and what came back and has not been asked for."""
        for left_over in self._folder.glob(".*.tmp"):
            left_over.unlink(missing_ok=True)
        for requests in sorted(self._folder.glob("*.requests.jsonl")):
            name = requests.name.split(".")[0]
            if not self._journal.path(name).exists():  # it was not to be submitted yet
                requests.unlink()
            elif job := self._read_job(name):
                index = index_batch(self._folder, job.name)
                if job.status:
                    self._keep_answers(job, index, {key for key in index.asked if self._is_stored(key, job)})
                else:
                    self.under_way.jobs.append(job)
                    self._asked |= index.asked.keys()
        self._sweep()

    def _keep_answers(self, job: BatchJob, index: Index, stored: Set[str] = frozenset()) -> None:
        self._lines |= {key: index.lines.get(key) for key in index.asked if key not in stored}
        self._here.append((job, index.answered - stored))

    def _is_stored(self, key: str, job: BatchJob) -> bool:
        """Whether a reply is in the store that may be from this job."""
        record = self._store.record("reply", key)
        return record is not None and datetime.fromisoformat(record["created"]) >= job.created

    def _read_job(self, name: str) -> BatchJob | None:
        """A job of this model; others are left alone."""
        path = self._journal.path(name)
        try:
            job = self._journal.read(name)
        except ValueError:
            self._notify(f"{path}: damaged, its batch is left alone")
            return None
        if (job.host, job.model) == (self._live.endpoint.host, self.config.model):
            return job
        self._notify(f"{path}: a batch of {job.model} at {job.host} is left alone; it is collected with that model")
        return None

    def _reply(self, request: Request, line: BatchLine) -> Reply | None:
        """What a batch answered; None for a request that failed."""
        try:
            status, body = read_outcome(line)
        except FileNotFoundError:  # there was nothing but failures left in it
            return None
        body, reply = self._live.endpoint.without_key(body), None
        if status == 200:
            with suppress(MalformedReplyError):
                reply = self._live.read(request, line.rung, body, seconds=0.0)
        self._on_call(
            CallEvent(
                request.stage, request.subject, request.key, self.config.model, line.rung,
                attempt=1, status=status, seconds=0.0, batch=True,
                usage=reply.usage if reply else None, problem="" if reply else excerpt(error_words(body)),
            )
        )  # fmt: skip
        if reply:
            self._live.learn(request, line.rung, reply)
        return reply

    def _sweep(self) -> None:
        """Delete the large files of batches whose answers are all in the store."""
        here, self._here = self._here, []
        for job, keys in here:
            if missing := {key for key in keys if self._lines[key] or not self._is_stored(key, job)}:
                self._here.append((job, missing))
            else:
                for path in sorted(
                    self._folder.glob(f"{job.name}.*.jsonl")
                ):  # the requests last: they lead to the rest
                    path.unlink()


async def submit(clients: Sequence[BatchClient], stopped: asyncio.Event, room: float | None = None) -> int:
    """Send what the clients have queued and wait until all batches have come back, at the end of a round.

    `room` is how many US dollars may be spent by all; returns how many requests were left out for want of it. Raises
    `CeilingError` when nothing is sent and nothing was under way for that reason, `TryLaterError` when `stopped` is
    set and the batches go on without us, `UsageError` where `room` cannot be kept to or there is no Batch API, and
    `RefusedError`.
    """
    left_out = 0
    for client in clients:
        others = sum(other.under_way.promised for other in clients if other is not client)
        left_out += client.cut_batches(stopped, None if room is None else room - others)
    if left_out and not any(client.under_way.jobs for client in clients):
        raise CeilingError(f"{left_out} requests are not sent: they would pass --max-cost")
    await side_by_side(client.collect(stopped) for client in clients)
    return left_out
