"""Batches on their way through the service, each from its file of requests to the answers that came of it."""

import asyncio
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from summarizer.errors import SummarizerError, TryLaterError, UsageError
from summarizer.llm import batch_api
from summarizer.llm.batch_api import AbsentError, Batch, BatchApi, DoubtError, QueueFullError
from summarizer.llm.batch_jobs import BatchJob, Journal
from summarizer.llm.batch_lines import Index, index_batch, judge, lines_path
from summarizer.llm.client import Client
from summarizer.llm.spending import batch_cost

_LATE_LOOKS = 10  # at a completed batch that names no file
_MOST_FAILURES = 5  # of a service that says that it cannot make a batch


class BatchesUnderWay:
    """The batches of one model in one folder that have not come back."""

    def __init__(
        self,
        live: Client,
        folder: Path,
        journal: Journal,
        *,
        came_back: Callable[[BatchJob, Index], None],
        notify: Callable[[str], None],
    ) -> None:
        """`came_back` is given what came of a batch, `notify` takes a line on how they are getting on."""
        self.jobs: list[BatchJob] = []
        self._live, self._folder, self._journal = live, folder, journal
        self._came_back, self._notify = came_back, notify
        self._api = BatchApi(live.endpoint, live.config)
        self._late: Counter[str] = Counter()  # looks at completed batches without a file
        self._failed: Counter[str] = Counter()  # tries to submit a job

    @property
    def promised(self) -> float:
        """US dollars that they will cost, by estimate."""
        return sum(job.estimate or 0.0 for job in self.jobs)

    async def collect(self, stopped: asyncio.Event) -> None:
        """Bring all batches to their end: submitted, waited for, downloaded."""
        held: set[str] = set()  # jobs that the service has no room for now
        while self.jobs:
            await self._submit_waiting(held, stopped)
            running = {job.name: await self._batch_of(job) for job in self.jobs if job.batch_id}
            ended = [job for job in self.jobs if job.name in running and self._has_ended(job, running[job.name])]
            for job in ended:
                await self._finish(job, running[job.name], held)
            if ended and not all(job.name in held for job in ended):
                held.clear()  # there is room again
            elif held and len(running) == len(ended) and not any(job.doubtful_until for job in self.jobs):
                self._halve(next(job for job in self.jobs if job.name in held))
                held.clear()
            if self.jobs:
                done = sum(batch.done for batch in running.values() if not batch.final)
                total = sum(job.requests for job in self.jobs)
                self._notify(f"{len(self.jobs)} batches under way, {done} of {total} requests done")
                with suppress(TimeoutError):
                    async with asyncio.timeout(self._live.config.batch_poll_seconds):
                        await stopped.wait()
                self.require_running(stopped)

    async def _submit_waiting(self, held: set[str], stopped: asyncio.Event) -> None:
        for number, job in enumerate(self.jobs):
            if not job.batch_id and job.name not in held:
                self.require_running(stopped)
                self.jobs[number] = await self._submitted(job, held)

    def _hold(self, job: BatchJob, reason: str, held: set[str]) -> None:
        held.add(job.name)
        self._notify(f"{job.requests} requests wait until there is room for them: {reason}")

    def _has_ended(self, job: BatchJob, batch: Batch) -> bool:
        """Whether a batch is final, with its file; a file that is late is waited for, but not for ever."""
        if not batch.final or not batch.file_missing:
            return batch.final
        self._late[job.name] += 1
        return self._late[job.name] > _LATE_LOOKS

    async def _finish(self, job: BatchJob, batch: Batch, held: set[str]) -> None:
        """Fetch what came of a batch that has ended, or let it wait where the service had no room for it."""
        place = self.jobs.index(job)
        if batch.queue_full:
            self.jobs[place] = self._journal.note(replace(job, batch_id="", refused=(*job.refused, batch.id)))
            self._hold(job, batch.problem, held)
        else:
            await self._download(job, batch)
            del self.jobs[place]

    def _halve(self, job: BatchJob) -> None:
        """Make two jobs of one that is larger than the service takes; a single request is asked live."""
        if job.requests == 1:
            self._notify(f"{job.name}: not even one request is taken in a batch; it is asked live")
            self._came_back(job, index_batch(self._folder, job.name))
            self.jobs.remove(job)
            self._journal.note(replace(job, status="failed", problem="larger than the service takes"))
            return
        head, rest = self._journal.halve(job)
        self.jobs[self.jobs.index(job)] = head
        self.jobs.append(rest)

    def require_running(self, stopped: asyncio.Event) -> None:
        """Raises `TryLaterError` when `stopped` is set: the batches go on without us."""
        if stopped.is_set():
            where = f"{len(self.jobs)} batches under way at {self._live.endpoint.host}"
            raise TryLaterError(f"stopped with {where}; run the same command again to go on")

    async def _submitted(self, job: BatchJob, held: set[str]) -> BatchJob:
        """The job with its batch; without one where there is no room for it, or where there may be one unseen."""
        uploaded_before = bool(job.file_id)
        if not uploaded_before:
            file_id = await self._api.upload(lines_path(self._folder, job.name, "requests"))
            job = self._journal.note(replace(job, file_id=file_id))
        if job.doubtful_until:
            if batch := await self._api.find(job.file_id, job.name, job.refused):
                return self._journal.note(replace(job, batch_id=batch.id, doubtful_until=None))
            if datetime.now(UTC) < job.doubtful_until:
                return job
        job = self._journal.note(replace(job, doubtful_until=_after(batch_api.window_seconds)))
        try:
            batch = await self._api.create(job.file_id, job.name)
        except QueueFullError as error:
            self._hold(job, str(error), held)
            return self._journal.note(replace(job, doubtful_until=None))
        except DoubtError as error:
            return self._doubted(job, error)
        except SummarizerError as error:
            job = self._journal.note(replace(job, doubtful_until=None))
            if uploaded_before and isinstance(error, UsageError):  # the service may have deleted the file since
                return await self._submitted(replace(job, file_id=""), held)
            raise
        return self._journal.note(replace(job, batch_id=batch.id, doubtful_until=None))

    def _doubted(self, job: BatchJob, error: DoubtError) -> BatchJob:
        """The job to look for in the list. Raises `DoubtError` where the service has failed again and again."""
        job = self._journal.note(replace(job, doubtful_until=_after(error.seconds)))
        self._failed[job.name] += 1
        if self._failed[job.name] >= _MOST_FAILURES:
            raise error
        self._notify(
            f"{error}. Whether there is a batch of {job.requests} requests now is seen in the service's list; delete "
            f"{self._journal.path(job.name)} to ask them again without waiting for that"
        )
        return job

    async def _batch_of(self, job: BatchJob) -> Batch:
        try:
            return await self._api.look(job.batch_id)
        except AbsentError:
            raise UsageError(
                f"{job.host}: does not know its batch {job.batch_id} any more; "
                f"delete {self._journal.path(job.name)} to ask its {job.requests} requests again"
            ) from None

    async def _download(self, job: BatchJob, batch: Batch) -> None:
        """Fetch what a batch in its final state has, and note that it is here."""
        output, errors = (lines_path(self._folder, job.name, kind) for kind in ("output", "errors"))
        asked = (await asyncio.to_thread(index_batch, self._folder, job.name)).asked.keys()
        for file_id, path, done in ((batch.output_file, output, batch.done), (batch.error_file, errors, 0)):
            check = partial(judge, asked=asked, done=done)
            if file_id and not path.exists() and not await self._api.download(file_id, path, job.requests, check):
                self._notify(f"{job.batch_id}: {path.name} has been deleted at the service")
        index = await asyncio.to_thread(index_batch, self._folder, job.name)
        self._came_back(job, index)
        if missing := job.requests - len(index.answered):
            said = f": {batch.problem}" if batch.problem else ""
            self._notify(f"{job.batch_id}: {batch.status}{said}; {missing} of {job.requests} requests are asked live")
        self._journal.note(
            replace(
                job, status=batch.status, problem=batch.problem,
                answered=len(index.answered), usage=index.usage, cost=batch_cost(index.usage, self._live.config),
            )
        )  # fmt: skip


def _after(seconds: float) -> datetime:
    return datetime.now(UTC) + timedelta(seconds=seconds)
