"""`summarize stats A..B`: what the calls of a period took, and what became of its papers.

Papers count by the mailing date of their issue, and those asked for by hand by the day their run began. Calls count by
the mailing date of the issue they were made for, or all by the UTC day on which they were made: a month that was redone
is one month or the other. Events are read one by one and only added up, so that memory does not grow with them.
"""

import statistics
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date
from pathlib import Path
from typing import Literal

from pydantic import AwareDatetime, FiniteFloat

from summarizer.errors import StorageError
from summarizer.files import from_data, parse_json
from summarizer.sources.ids import file_stem
from summarizer.store.published import finished_issues, load_manifest
from summarizer.store.runs import load_digest
from summarizer.types import Usage

By = Literal["mailing", "call"]  # the date that a call counts by
QUANTILES = (0.5, 0.9, 0.99)


@dataclass(frozen=True, slots=True)
class Attempt:
    """One line of `events.jsonl`; `usage` is None where the attempt brought no counted reply."""

    event: str
    time: AwareDatetime
    subject: str = ""  # a paper, or a date
    stage: str = ""
    model: str = ""
    seconds: FiniteFloat = 0.0
    usage: Usage | None = None
    problem: str = ""
    cost: FiniteFloat | None = None
    batch: bool = False


@dataclass(slots=True)
class SpendingTotals:
    """What some attempts took. A call is an attempt that brought a reply."""

    calls: int = 0
    failed: int = 0  # attempts
    batch: int = 0  # calls that went through the Batch API
    prompt: int = 0  # tokens
    cached: int = 0  # of these
    completion: int = 0
    dollars: float = 0.0  # of the calls whose price is known
    unpriced: int = 0  # calls whose price is not

    @property
    def cost(self) -> float | None:
        """US dollars; None where no price is known."""
        return None if self.unpriced and not self.dollars else self.dollars

    def add(self, attempt: Attempt) -> None:
        usage = attempt.usage or Usage()
        self.calls += not attempt.problem
        self.failed += bool(attempt.problem)
        self.batch += attempt.batch and not attempt.problem
        self.prompt += usage.prompt
        self.cached += usage.cached
        self.completion += usage.completion
        self.dollars += attempt.cost or 0.0
        self.unpriced += attempt.cost is None and not attempt.problem


def quantile(seconds: Sequence[float], share: float) -> float | None:
    """Seconds that about `share` of the calls did not exceed; None without calls."""
    if len(seconds) < 2:
        return seconds[0] if seconds else None
    hundredths: list[float] = statistics.quantiles(seconds, n=100, method="inclusive")
    return hundredths[round(100 * share) - 1]


@dataclass(slots=True)
class StageTotals:
    """The attempts of one stage; `latencies` are the seconds of live calls that brought a reply."""

    spending: SpendingTotals = field(default_factory=SpendingTotals)
    latencies: list[float] = field(default_factory=list)


@dataclass(slots=True)
class Day:
    """What became of the papers of a day."""

    outcomes: Counter[str] = field(default_factory=Counter)
    digests: int = 0
    claims: int = 0
    repaired: int = 0
    omitted: int = 0
    decisions: Counter[str] = field(default_factory=Counter)  # on sentences that were read a second time


@dataclass(slots=True)
class Stats:
    """Everything about a period, its ends included."""

    first: date
    last: date
    by: By = "mailing"
    spending: dict[tuple[date, str], SpendingTotals] = field(
        default_factory=lambda: defaultdict(SpendingTotals)
    )  # day and model
    stages: dict[str, StageTotals] = field(default_factory=lambda: defaultdict(StageTotals))
    days: dict[date, Day] = field(default_factory=lambda: defaultdict(Day))
    stars: Counter[int] = field(default_factory=Counter)
    unreadable: int = 0  # lines of events: the last one of a process that was killed

    def total(self) -> SpendingTotals:
        total = SpendingTotals()
        for one in self.spending.values():
            for name in SpendingTotals.__slots__:
                setattr(total, name, getattr(total, name) + getattr(one, name))
        return total


def collect(runs: Path, first: date, last: date, by: By = "mailing") -> Stats:
    """Read the events and the accounts of all run folders."""
    stats = Stats(first, last, by)
    seen: set[str] = set()  # a digest that is in several folders counts once
    papers = _mailing_dates(runs) if by == "mailing" else {}
    for folder in sorted(path for path in runs.glob("*") if path.is_dir()):
        issue = _date_of(folder) if by == "mailing" else None
        _add_events(stats, folder / "events.jsonl", issue, papers if folder.name.startswith(".") else {})
        _add_account(stats, folder, seen)
    return stats


def _mailing_dates(runs: Path) -> dict[str, date]:
    """{paper in an issue: its mailing date}, for the calls of a backfill, which has one folder for all."""
    issues = finished_issues(runs)
    return {entry.id: day for day, manifest in issues for entry in manifest.papers if entry.outcome != "not_selected"}


def _date_of(folder: Path) -> date | None:
    """The mailing date of an issue's folder; None for what was asked for by hand."""
    try:
        return date.fromisoformat(folder.name)
    except ValueError:
        return None


def _add_events(stats: Stats, path: Path, issue: date | None, papers: Mapping[str, date]) -> None:
    for attempt in _attempts(path):
        if attempt is None:
            stats.unreadable += 1
            continue
        day = issue or papers.get(attempt.subject) or attempt.time.astimezone(UTC).date()
        if attempt.event == "call" and stats.first <= day <= stats.last:
            stats.spending[day, attempt.model].add(attempt)
            stage = stats.stages[attempt.stage]
            stage.spending.add(attempt)
            if not (attempt.problem or attempt.batch):
                stage.latencies.append(attempt.seconds)


def _attempts(path: Path) -> Iterator[Attempt | None]:
    """The lines of a file; None for one that cannot be understood. Raises `StorageError`."""
    try:
        lines = path.open("rb")
    except FileNotFoundError:
        return
    except OSError as error:
        raise StorageError(f"{path}: cannot be read: {error.strerror}") from error
    with lines:
        for line in lines:
            try:
                yield from_data(Attempt, parse_json(line))
            except ValueError:
                yield None


def _add_account(stats: Stats, folder: Path, seen: set[str]) -> None:
    manifest = load_manifest(folder)
    if manifest is None:
        return
    begun = date.fromisoformat(manifest.date or manifest.started[:10])
    if not stats.first <= begun <= stats.last:
        return
    day = stats.days[begun]
    for entry in manifest.papers:
        day.outcomes[entry.outcome] += 1
        if entry.outcome != "digested":
            continue
        digest = load_digest(folder / "papers" / file_stem(entry.id))
        if digest is None or digest.key in seen:
            continue
        seen.add(digest.key)
        day.digests += 1
        day.claims += len(digest.claims)
        day.repaired += digest.repaired
        day.omitted += len(digest.omitted)
        day.decisions.update(claim.decision for claim in digest.claims if claim.decision)
        day.decisions.update("dropped" for omission in digest.omitted if omission.cause == "disputed")
        if digest.rating and digest.rating.stars:
            stats.stars[digest.rating.stars] += 1
