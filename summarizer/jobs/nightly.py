"""`summarize nightly`: every mailing date without an issue, oldest first; quiet, and never the same work twice."""

import contextlib
import time
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from summarizer.config import Config
from summarizer.errors import NotAnnouncedError, SourceError, SummarizerError, TryLaterError
from summarizer.files import write_atomic
from summarizer.jobs.choice import announced, known_without_announcement
from summarizer.jobs.issue import Issue, make_issue
from summarizer.jobs.job import Job
from summarizer.jobs.night_log import NightLog
from summarizer.jobs.send import note_due
from summarizer.jobs.waiting import wait
from summarizer.sources.lists.announced import Announcement
from summarizer.sources.lists.schedule import latest_mailing_date, mailing_dates
from summarizer.store.published import finished_issues
from summarizer.store.runs import open_run

_LONGEST_BREAK = timedelta(days=10)  # without a mailing
_FIRST_DATE = "first_date"  # in `.nightly/`: the oldest date that a night has tried


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
    log = NightLog(job.config.runs)
    with open_run(job.config.runs / ".nightly", job.config.clock()) as run:
        log.end_interrupted()
        days = missing_dates(job)
        if days and not _begun(job.config):
            days = [await _newest_announced(days[-1], job)]
        _remember_first(run.path, days)
        note_due(days, job.config)
        if len(days) > 1:
            await _fetch_lists(days, job)
        for day in days:
            if job.stopped.is_set():
                errors.append((day, TryLaterError(f"{day}: stopped before it was begun")))
                break
            begun = time.monotonic()
            log.begin(day)
            try:
                issues.append(await _make_patiently(day, job))
            except SummarizerError as error:
                errors.append((day, error))
                log.end(day, error, time.monotonic() - begun)
            else:
                log.end(day, issues[-1].manifest, time.monotonic() - begun)
    return Night(tuple(issues), tuple(errors))


def missing_dates(job: Job) -> list[date]:
    """Mailing dates without a finished issue, from the first one that was made or tried; on a fresh start the latest.

    An issue of drafts is none where there is a model to ask.
    """
    config = job.config
    latest = latest_mailing_date(config.clock())
    issues = dict(finished_issues(config.runs))
    before = latest - timedelta(days=1)
    if begun := _begun(config):
        before = max(min(begun) - timedelta(days=1), latest - timedelta(days=config.lookback_days))
    finished = {day for day, manifest in issues.items() if manifest.model or not job.work.model}
    return [
        day
        for day in mailing_dates(before, latest)
        if day not in finished and not known_without_announcement(day, job.work.store, config)
    ]


def _begun(config: Config) -> list[date]:
    """The dates that were made or tried first; none on a fresh start."""
    return [*(day for day, _ in finished_issues(config.runs)), *_first_date(config.runs / ".nightly")]


async def _newest_announced(latest: date, job: Job) -> date:
    """Where a fresh start begins: `latest`, or the date before it that has a mailing, over a weekend or holidays."""
    for day in reversed(mailing_dates(latest - _LONGEST_BREAK, latest)):
        try:
            if isinstance(await announced(day, job), Announcement):
                return day
        except NotAnnouncedError:
            continue
        except SummarizerError:  # said when the date has its turn, which is patient
            return day
    return latest


def _first_date(folder: Path) -> list[date]:
    """One date or none."""
    try:
        return [date.fromisoformat((folder / _FIRST_DATE).read_text(encoding="utf-8").strip())]
    except (FileNotFoundError, ValueError):
        return []


def _remember_first(folder: Path, days: list[date]) -> None:
    """A date that was tried is owed, whatever becomes of it."""
    if days and not any(first <= days[0] for first in _first_date(folder)):
        write_atomic(folder / _FIRST_DATE, f"{days[0]}\n")


async def _fetch_lists(days: list[date], job: Job) -> None:
    """The lists of all dates, as far as they can be had: before any PDF, for arXiv shows them for 90 days only."""
    for day in days:
        if not job.stopped.is_set():
            with contextlib.suppress(SummarizerError):  # said when the date has its turn
                await announced(day, job)


async def _make_patiently(day: date, job: Job) -> Issue:
    """The issue of a date; while arXiv is late or away, ask again until the deadline: a night has time."""
    deadline = time.monotonic() + job.config.poll_deadline_seconds
    while True:
        try:
            return await make_issue(day, job)
        except SourceError:
            if time.monotonic() + job.config.poll_seconds > deadline or job.stopped.is_set():
                raise
        await wait(job.config.poll_seconds, job.stopped)
