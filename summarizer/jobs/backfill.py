"""`summarize backfill A..B`: the issues of old dates made again, as far as what they are made of has changed.

Running again is resuming: whatever is stored is not asked for a second time, so a backfill that was stopped goes on
with the same command. With the Batch API it works in rounds: every issue is made as far as the answers reach, what
they still ask for is sent off together, and when the answers are there the unfinished issues are made again.
"""

import asyncio
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Literal

from summarizer.config import Config
from summarizer.errors import (
    DeferredError,
    LockedError,
    PaperError,
    StorageError,
    SummarizerError,
    TryLaterError,
    UnknownPaperError,
    UsageError,
)
from summarizer.files import parse_json, write_atomic
from summarizer.jobs.accounts import Result
from summarizer.jobs.choice import announced, known_without_announcement
from summarizer.jobs.issue import Issue, issue_of
from summarizer.jobs.job import Job, open_job
from summarizer.jobs.waiting import when_free
from summarizer.llm.batch import submit
from summarizer.sources.lists.announced import Announcement
from summarizer.sources.lists.schedule import FIRST_DATE, latest_mailing_date, mailing_dates
from summarizer.store.published import base_id, load_manifest
from summarizer.store.results import fingerprint
from summarizer.store.runs import open_run
from summarizer.types import ManifestEntry, Usage
from summarizer.work import Work

Redo = Literal["changed", "failed", "all"]

FOLDER = ".backfill"  # in the runs folder: one backfill at a time
_DATES_AT_ONCE = 8  # an issue is one to a few calls deep, so several fill the calls in flight


@dataclass(frozen=True, slots=True)
class BackfillOptions:
    """What to make again. `only` holds ids without versions; () for all papers."""

    first: date
    last: date
    redo: Redo = "changed"
    only: tuple[str, ...] = ()
    batch: bool = False
    max_cost: float | None = None

    @property
    def keep(self) -> Callable[[ManifestEntry], bool] | None:
        """Which papers of a finished issue stay as they are, whatever has changed; None: as their inputs say."""
        if self.only:
            return lambda entry: base_id(entry.id) not in self.only
        return (lambda entry: entry.outcome == "digested") if self.redo == "failed" else None


@dataclass(slots=True)
class Backfilled:
    """What became of the dates of a period. Digests are not kept: there may be years of them."""

    made: dict[date, tuple[Path, ...]] = field(default_factory=dict)
    unchanged: list[date] = field(default_factory=list)
    notes: dict[date, str] = field(default_factory=dict)  # why there is no issue
    errors: list[SummarizerError] = field(default_factory=list)
    digests: int = 0
    calls: int = 0
    usage: Usage = field(default_factory=Usage)
    cost: float | None = 0.0  # US dollars paid now; None where a price is not known


async def backfill(config: Config, options: BackfillOptions, progress: Callable[[str, str], None]) -> Backfilled:
    """Make the issues of a period again. Waits for another backfill. Raises `LockedError`, `UsageError`."""
    done = Backfilled()
    enter = partial(open_run, config.runs / FOLDER, config.clock())
    async with when_free(enter, config, partial(progress, "backfill")) as run:
        marker, since = find_marker(config, options)
        if since:
            write_atomic(marker, json.dumps({"since": since.isoformat()}))
        batches = run.path / "batches"
        if not options.batch and any(batches.rglob("*.requests.jsonl")):
            progress("batch", "batches are under way; without --batch what they ask for is asked and paid again")
        async with open_job(
            config,
            since=since,
            max_cost=options.max_cost,
            batches=batches if options.batch else None,
            bulk=True,
            progress=progress,
        ) as job:
            _require_known_papers(job.work, options)
            await _rounds(job, options, done)
            if job.stopped.is_set() and not any(isinstance(error, TryLaterError) for error in done.errors):
                done.errors.append(TryLaterError("stopped; the same command goes on from here"))
            done.calls, done.usage, done.cost = job.spending.calls, job.spending.usage, job.spending.cost
        if all(isinstance(error, PaperError | UnknownPaperError) for error in done.errors):
            marker.unlink(missing_ok=True)
    return done


def find_marker(config: Config, options: BackfillOptions) -> tuple[Path, datetime | None]:
    """The file of a backfill that asks for everything anew, and since when answers count for it.

    That is its start: stopped in the middle, the same command goes on. For other backfills all answers count.
    """
    what = [str(options.first), str(options.last), list(options.only), config.style, config.model]
    path = config.runs / FOLDER / f"all-{fingerprint(what)[:12]}.json"
    if options.redo != "all":
        return path, None
    try:
        known = parse_json(path.read_bytes())
        return path, datetime.fromisoformat(known["since"])
    except FileNotFoundError:
        return path, datetime.now(UTC)
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise StorageError(f"{path}: cannot be read: {error!r}; delete it to begin again") from error


def _require_known_papers(work: Work, options: BackfillOptions) -> None:
    """Raises `UsageError` for papers that no issue of the period has, and for drafts in place of digests."""
    manifests = [
        manifest
        for day in period_dates(work, options)
        if (manifest := load_manifest(work.config.runs / day.isoformat()))
    ]
    known = {base_id(entry.id) for m in manifests for entry in m.papers if entry.outcome != "not_selected"}
    if missing := [paper for paper in options.only if paper not in known]:
        raise UsageError(f"{', '.join(missing)}: in no finished issue of {options.first} to {options.last}")
    if work.model is None and (written := next((m for m in manifests if m.model), None)):
        text = f"{written.date} was written with {written.model}, and would become a draft: set OPENAI_API_KEY"
        raise UsageError(f"{text}, or name another folder with --runs")


def period_dates(work: Work, options: BackfillOptions) -> list[date]:
    """The dates of a period that can have an issue and are not known to have none, oldest first."""
    first = max(options.first, FIRST_DATE)
    days = mailing_dates(first - timedelta(days=1), min(options.last, latest_mailing_date(work.config.clock())))
    return [
        day
        for day in days
        if not known_without_announcement(day, work.store, work.config) and _wanted(day, work.config, options)
    ]


def _wanted(day: date, config: Config, options: BackfillOptions) -> bool:
    if options.keep is None:
        return True
    manifest = load_manifest(config.runs / day.isoformat())
    entries = manifest.papers if manifest else ()
    return any(entry.outcome != "not_selected" and not options.keep(entry) for entry in entries)


async def _rounds(job: Job, options: BackfillOptions, done: Backfilled) -> None:
    failed: dict[str, Result] | None = {} if job.batches else None
    days: Sequence[date] = period_dates(job.work, options)
    while days and not job.stopped.is_set():
        days, blocked = await _round(days, job, options, done, failed)
        if not days or blocked or not job.batches:
            return
        try:
            await submit(job.batches, job.stopped, job.spending.left)
        except SummarizerError as error:  # what was made so far is there, and the same command goes on
            done.errors.append(error)
            return


async def _round(
    days: Sequence[date], job: Job, options: BackfillOptions, done: Backfilled, failed: dict[str, Result] | None
) -> tuple[list[date], bool]:
    """Make the issues of `days`, several at once; those that wait for a batch, and whether something keeps the
    others from being made."""
    waiting: list[date] = []
    slots = asyncio.Semaphore(_DATES_AT_ONCE)
    blocked = asyncio.Event()  # by something that the other dates would meet, too

    def record(error: SummarizerError) -> None:
        done.errors.append(error)
        if not isinstance(error, LockedError):
            blocked.set()

    async def make(announcement: Announcement) -> None:
        try:
            issue = await issue_of(announcement, job, retry=options.redo == "all", keep=options.keep, failed=failed)
        except DeferredError:
            waiting.append(announcement.date)
        except SummarizerError as error:
            record(error)
        else:
            if any(result.entry.outcome == "not_selected" for result in issue.results):
                blocked.set()  # --max-cost is reached
            _count(issue, done)
        finally:
            slots.release()

    async with asyncio.TaskGroup() as group:
        for day in days:
            await slots.acquire()
            if blocked.is_set() or job.stopped.is_set():
                break
            try:
                found = await announced(day, job)
            except TryLaterError as error:  # this list cannot be had; those of other dates may be stored
                done.errors.append(error)
                slots.release()
            except SummarizerError as error:
                record(error)
                slots.release()
            else:
                if isinstance(found, Announcement):
                    group.create_task(make(found))  # in order: an issue that shares a paper with an earlier one waits
                    continue
                done.notes[day] = f"{day}: no announcement: {found.reason}"
                slots.release()
    return sorted(waiting), blocked.is_set()


def _count(issue: Issue, done: Backfilled) -> None:
    if issue.unchanged:
        done.unchanged.append(issue.date)
        return
    done.made[issue.date] = issue.written
    done.digests += sum(result.digest is not None for result in issue.results)
    done.errors += [result.error for result in issue.results if result.error]
