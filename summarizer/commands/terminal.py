"""What people at a terminal read: progress on stderr (a live table, or plain lines elsewhere) and reports."""

import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from summarizer.commands.common import say
from summarizer.commands.words import translated
from summarizer.files import to_data
from summarizer.jobs.backfill import Backfilled
from summarizer.jobs.forecast import Forecast
from summarizer.jobs.papers import Report
from summarizer.llm.spending import TOTAL
from summarizer.reports.plain import TextTable, table_text
from summarizer.types import Usage, add_usage

_VERSION = re.compile(r"v\d+$")
_SPENT = ("calls", "tokens in", "out", "cost")
_FREE = {"list", "PDF", "parse"}  # stages without calls of a model
_UNKNOWN = "cost unknown: no [prices] for the model in config.toml"
DONE = "done"  # the last stage of a paper


@contextmanager
def show_progress(*, quiet: bool = False) -> Iterator[Callable[[str, str], None]]:
    """Yields `progress(paper, stage)`, callable from any thread."""
    if quiet:
        yield lambda _paper, _stage: None
        return
    if not sys.stderr.isatty():
        yield _print_line
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

    text_column = TextColumn("{task.description}", markup=False)  # what papers are called is no markup
    columns = (text_column, BarColumn(bar_width=20), TimeElapsedColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as table:
        total = table.add_task("", total=None)
        stages: dict[str, str] = {}
        spent = ""

        def progress(paper: str, stage: str) -> None:
            nonlocal spent
            if paper == TOTAL:
                spent = stage
            else:
                stages[_VERSION.sub("", paper)] = stage  # looked up without one, known with one
            done = sum(stage == DONE for stage in stages.values())
            under_way = Counter(stage for stage in stages.values() if stage != DONE)
            lines = [f"{count} {translated(stage)}" for stage, count in under_way.items()]
            text = "\n".join(filter(None, [translated(f"{done} of {len(stages)} done"), *lines, translated(spent)]))
            table.update(total, description=text, total=len(stages), completed=done)

        yield progress


def _print_line(paper: str, stage: str) -> None:
    if paper != TOTAL:  # the summary says it at the end
        say(f"{paper}: {stage}")


def summary(report: Report) -> str:
    digested = sum(result.error is None for result in report.results)
    calls = sum(result.calls for result in report.results)
    failed = len(report.results) - digested
    spent = _spent(report.usage, report.cost if calls else 0.0)
    return f"{digested} digested, {failed} failed; {calls} calls, {spent}; {report.seconds:.1f} s"


def _spent(usage: Usage, cost: float | None) -> str:
    price = _UNKNOWN if cost is None else f"${cost:.4f}"
    return f"{usage.prompt} tokens in, {usage.completion} out, {price}"


def dry_run_text(report: Report) -> str:
    plans = ((result.entry.id, result.plan) for result in report.results if result.plan is not None)
    return "\n".join(f"{paper}: {_planned(plan)}" for paper, plan in plans)


def _planned(plan: Mapping[str, object]) -> str:
    if plan["stored"]:
        return "stored"
    price = _UNKNOWN if plan["cost"] is None else f"${plan['cost']:.4f}"
    tokens = f"{plan['prompt_tokens']} tokens in, {plan['completion_tokens']} out"
    return f"about {plan['calls']} calls; {tokens}; {price}"


def report_data(report: Report, code: int) -> dict[str, Any]:
    papers = [
        {
            **to_data(result.entry),
            "asked": result.ref,
            "outcome": None if result.plan else result.entry.outcome,
            "markdown": str(result.markdown) if result.markdown else None,
            "plan": result.plan,
        }
        for result in report.results
    ]
    return {
        "papers": papers,
        "written": [str(path) for path in report.written],
        "usage": to_data(report.usage),
        "cost": report.cost,
        "seconds": round(report.seconds, 3),
        "exit": code,
    }


def backfill_text(done: Backfilled) -> str:
    dates = f"{len(done.made)} issues made, {len(done.unchanged)} unchanged, {len(done.notes)} dates without one"
    return f"{dates}; {done.digests} digests, {done.calls} calls, {_spent(done.usage, done.cost)}"


def backfill_data(done: Backfilled) -> dict[str, Any]:
    return {
        "made": {str(day): [str(path) for path in written] for day, written in sorted(done.made.items())},
        "unchanged": [str(day) for day in sorted(done.unchanged)],
        "notes": {str(day): note for day, note in sorted(done.notes.items())},
        "errors": [str(error) for error in done.errors],
        "digests": done.digests,
        "calls": done.calls,
        "usage": to_data(done.usage),
        "cost": done.cost,
    }


def forecast_text(found: Forecast) -> str:
    """A table, a line a stage."""
    rows = []
    for name, stage in found.stages.items():
        spent = _spent_cells(stage.calls, stage.usage, stage.cost) if name not in _FREE else ("",) * len(_SPENT)
        rows.append((name, f"{stage.stored:,}", f"{stage.to_do:,}", *spent, _duration(stage.seconds)))
    calls = sum(stage.calls for stage in found.stages.values())
    usage = add_usage(stage.usage for stage in found.stages.values())
    rows.append(("total", "", "", *_spent_cells(calls, usage, found.cost), _duration(found.seconds)))
    head = ("stage", "stored", "to do", *_SPENT, "time at the limits")
    return table_text(TextTable(f"{found.dates} date{'' if found.dates == 1 else 's'}", head, rows))


def _spent_cells(calls: int, usage: Usage, cost: float | None) -> tuple[str, ...]:
    price = "unknown" if cost is None else f"${cost:.2f}"
    return f"{calls:,}", f"{usage.prompt:,}", f"{usage.completion:,}", price


def forecast_data(found: Forecast) -> dict[str, Any]:
    data: dict[str, Any] = to_data(found)
    return data | {"cost": found.cost, "seconds": round(found.seconds, 1)}


def _duration(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
