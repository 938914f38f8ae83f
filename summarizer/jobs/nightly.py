"""`summarize nightly`: every mailing date without an issue, oldest first; quiet, and never the same work twice."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from summarizer.errors import NotAnnouncedError, StorageError, SummarizerError, TryLaterError
from summarizer.jobs.choice import known_without_announcement
from summarizer.jobs.issue import Issue, make_issue
from summarizer.jobs.job import Job
from summarizer.jobs.send import note_due
from summarizer.sources.lists.schedule import latest_mailing_date, mailing_dates
from summarizer.store.published import finished_issues
from summarizer.store.runs import open_run

LOG = "nightly.log"


@dataclass(frozen=True, slots=True)
class Night:
    """What a night did: an issue or an error for each date it worked on."""

    issues: tuple[Issue, ...]
    errors: tuple[tuple[date, SummarizerError], ...]


async def run_night(job: Job) -> Night:
    """Make the missing issues. Raises `TryLaterError` if another night is under way.

    A date that fails does not keep the others from being made: it is tried again the next night.
    """
    issues: list[Issue] = []
    errors: list[tuple[date, SummarizerError]] = []
    with open_run(job.config.runs / ".nightly", job.config.clock()):
        note_due(days := missing_dates(job), job.config)
        for day in days:
            if job.stopped.is_set():
                errors.append((day, TryLaterError(f"{day}: stopped before it was begun")))
                break
            begun = time.monotonic()
            try:
                issues.append(await _when_announced(day, job))
            except SummarizerError as error:
                errors.append((day, error))
                _log(job, day, None, error, time.monotonic() - begun)
            else:
                _log(job, day, issues[-1], None, time.monotonic() - begun)
    return Night(tuple(issues), tuple(errors))


def missing_dates(job: Job) -> list[date]:
    """Mailing dates without a finished issue, from the oldest finished one up to now; on a fresh start the latest."""
    latest = latest_mailing_date(job.config.clock())
    finished = {day for day, _ in finished_issues(job.config.runs)}
    before = latest - timedelta(days=1)
    if finished:
        before = max(min(finished) - timedelta(days=1), latest - timedelta(days=job.config.lookback_days))
    dates = mailing_dates(before, latest)
    return [
        day for day in dates if day not in finished and not known_without_announcement(day, job.work.store, job.config)
    ]


async def _when_announced(day: date, job: Job) -> Issue:
    """The issue of a date; while arXiv has not announced the latest one yet, ask again until the deadline."""
    deadline = time.monotonic() + job.config.poll_deadline_seconds
    while True:
        try:
            return await make_issue(day, job)
        except NotAnnouncedError:
            if time.monotonic() + job.config.poll_seconds > deadline or job.stopped.is_set():
                raise
        await _wait(job.stopped, job.config.poll_seconds)


async def _wait(stopped: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await stopped.wait()
    except TimeoutError:
        return


def last_nights(runs: Path, count: int) -> Sequence[str]:
    """The newest lines of the log, oldest first."""
    try:
        return (runs / LOG).read_text(encoding="utf-8").splitlines()[-count:]
    except FileNotFoundError:
        return ()


def _log(job: Job, day: date, issue: Issue | None, error: SummarizerError | None, seconds: float) -> None:
    """One line that `grep` and people can read."""
    fields = {"date": day.isoformat()}
    if issue and issue.manifest:
        fields |= {word: str(count) for word, count in issue.manifest.ledger.items()}
        fields |= {
            "tokens_in": str(issue.manifest.usage.prompt),
            "tokens_out": str(issue.manifest.usage.completion),
            "cost": "unknown" if issue.manifest.cost is None else f"{issue.manifest.cost:.4f}",
        }
    fields["seconds"] = f"{seconds:.1f}"
    end = f"error={str(error)!r}" if error else ("ok" if issue and issue.manifest else "no announcement")
    line = " ".join([datetime.now(UTC).isoformat(timespec="seconds"), *(f"{k}={v}" for k, v in fields.items()), end])
    path = job.config.runs / LOG
    try:
        with path.open("a", encoding="utf-8") as log:
            log.write(line + "\n")
    except OSError as problem:
        raise StorageError(f"{path}: cannot be written: {problem.strerror}") from problem
