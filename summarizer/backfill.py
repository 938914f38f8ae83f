"""`summarize backfill A..B`: the issues of old dates made again, as far as what they are made of has changed.

Running again is resuming: whatever is stored is not asked for a second time, so a backfill that was stopped goes on
with the same command. With the Batch API it works in rounds: every issue is made as far as the answers reach, what
they still ask for is sent off together, and when the answers are there the unfinished issues are made again.
"""

import asyncio
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Literal

from summarizer.config import Config
from summarizer.errors import DeferredError, StorageError, SummarizerError, TryLaterError
from summarizer.files import write_atomic
from summarizer.issues import Issue, announced, issue_of, known_without_announcement
from summarizer.published import base_id, load_manifest
from summarizer.runs import RunFolder, open_run
from summarizer.sources.announced import Announcement
from summarizer.sources.schedule import latest_mailing_date, mailing_dates
from summarizer.types import Usage, add_usage
from summarizer.work import Work, open_work

Redo = Literal["changed", "failed", "all"]

FOLDER = ".backfill"  # in the runs folder: one backfill at a time
_DATES_AT_ONCE = 8  # an issue is one to a few calls deep, so several fill the calls in flight


@dataclass(frozen=True, slots=True)
class Options:
    """What to make again. `only` holds ids without versions; () for all papers."""

    first: date
    last: date
    redo: Redo = "changed"
    only: tuple[str, ...] = ()
    batch: bool = False
    max_cost: float | None = None

    @property
    def keep(self) -> Callable[[str], bool] | None:
        """Whether a paper's finished digest stays as it is, whatever has changed; None: nothing does."""
        if self.only:
            return lambda paper: base_id(paper) not in self.only
        return (lambda _paper: True) if self.redo == "failed" else None


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


async def backfill(config: Config, options: Options, progress: Callable[[str, str], None]) -> Backfilled:
    """Make the issues of a period again. Raises `TryLaterError` if another backfill is under way."""
    done = Backfilled()
    with open_run(config.runs / FOLDER, config.clock()) as run:
        since = _begun(run, config, options) if options.redo == "all" else None
        batches = run.path / "batches" if options.batch else None
        async with open_work(
            config, since=since, max_cost=options.max_cost, batches=batches, progress=progress
        ) as work:  # fmt: skip
            await _rounds(work, options, done)
        if since and not done.errors:
            _job(run).unlink()
    return done


def period_dates(work: Work, options: Options) -> list[date]:
    """The dates of a period that can have an issue and are not known to have none, oldest first."""
    until = min(options.last, latest_mailing_date(work.config.clock()))
    days = mailing_dates(options.first - timedelta(days=1), until)
    return [day for day in days if not known_without_announcement(day, work) and _wanted(day, work.config, options)]


def _wanted(day: date, config: Config, options: Options) -> bool:
    if options.redo == "changed" and not options.only:
        return True
    manifest = load_manifest(config.runs / day.isoformat())
    if manifest is None:
        return not options.only
    if options.only:
        return any(base_id(entry.id) in options.only for entry in manifest.papers)
    return options.redo == "all" or any(entry.outcome in ("failed", "no_pdf") for entry in manifest.papers)


async def _rounds(work: Work, options: Options, done: Backfilled) -> None:
    days: Sequence[date] = period_dates(work, options)
    while days and not work.stopped.is_set():
        days = await _round(days, work, options, done)
        if not days or work.batches is None:
            return
        left = None if options.max_cost is None else options.max_cost - work.purse.spent
        try:
            await work.batches.submit(work.stopped, left)
        except SummarizerError as error:  # what was made so far is there, and the same command goes on
            done.errors.append(error)
            return


async def _round(days: Sequence[date], work: Work, options: Options, done: Backfilled) -> list[date]:
    """Make the issues of `days`, several at once; returns those that wait for a batch."""
    waiting: list[date] = []
    slots = asyncio.Semaphore(_DATES_AT_ONCE)
    hopeless = asyncio.Event()  # something that the other dates would meet, too

    async def make(announcement: Announcement) -> None:
        try:
            _take(await issue_of(announcement, work, retry=options.redo == "all", keep=options.keep), done)
        except DeferredError:
            waiting.append(announcement.date)
        except SummarizerError as error:
            done.errors.append(error)
            hopeless.set()
        finally:
            slots.release()

    async with asyncio.TaskGroup() as group:
        for day in days:
            await slots.acquire()
            if hopeless.is_set() or work.stopped.is_set():
                slots.release()
                break
            try:
                found = await announced(day, work)
            except TryLaterError as error:  # this list cannot be had; those of other dates may be stored
                done.errors.append(error)
                slots.release()
                continue
            if isinstance(found, Announcement):
                group.create_task(make(found))  # in order: an issue that shares a paper with an earlier one waits
            else:
                done.notes[day] = f"{day}: no announcement: {found.reason}"
                slots.release()
    return sorted(waiting)


def _take(issue: Issue, done: Backfilled) -> None:
    if issue.unchanged:
        done.unchanged.append(issue.date)
        return
    done.made[issue.date] = issue.written
    for result in issue.results:
        done.digests += result.digest is not None
        done.calls += result.calls
        done.usage = add_usage([done.usage, result.usage])
        done.cost = None if done.cost is None or result.paid is None else done.cost + result.paid
        if result.error:
            done.errors.append(result.error)


def _begun(run: RunFolder, config: Config, options: Options) -> datetime:
    """Since when answers count: the start of this backfill, or of the same one if it was not finished."""
    job = {key: str(value) for key, value in asdict(options).items() if key in ("first", "last", "only")}
    job |= {"style": config.style, "model": config.model}
    path = _job(run)
    try:
        known = json.loads(path.read_bytes())
        if known.pop("started", None) and known == job:
            return datetime.fromisoformat(json.loads(path.read_bytes())["started"])
    except FileNotFoundError:
        pass
    except (OSError, ValueError) as error:
        raise StorageError(f"{path}: cannot be read: {error}; delete it to begin again") from error
    now = datetime.now(UTC)
    write_atomic(path, json.dumps(job | {"started": now.isoformat()}))
    return now


def _job(run: RunFolder) -> Path:
    return run.path / "job.json"
