"""What people at a terminal read: progress on stderr (a live table, or plain lines elsewhere) and reports."""

import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from summarizer.files import to_data
from summarizer.papers import Report
from summarizer.work import TOTAL

_VERSION = re.compile(r"v\d+$")
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

    columns = (TextColumn("{task.description}"), BarColumn(bar_width=20), TimeElapsedColumn(), TimeRemainingColumn())
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
            lines = [f"{count} {stage}" for stage, count in under_way.items()]
            text = "\n".join(filter(None, [f"{done} of {len(stages)} done", *lines, spent]))
            table.update(total, description=text, total=len(stages), completed=done)

        yield progress


def _print_line(paper: str, stage: str) -> None:
    if paper != TOTAL:  # the summary says it at the end
        print(f"{paper}: {stage}", file=sys.stderr, flush=True)  # noqa: T201


def summary(report: Report) -> str:
    digested = sum(result.error is None for result in report.results)
    calls = sum(result.calls for result in report.results)
    spent = f"{calls} calls, {report.usage.prompt} tokens in, {report.usage.completion} out"
    cost = "cost unknown" if report.cost is None else f"${report.cost:.4f}"
    return f"{digested} digested, {len(report.results) - digested} failed; {spent}, {cost}; {report.seconds:.1f} s"


def dry_run_text(report: Report) -> str:
    lines = []
    for result in report.results:
        if result.plan is None:
            continue
        cost = result.plan["cost"]
        price = "cost unknown" if cost is None else f"${cost:.4f}"
        state = (
            "stored"
            if result.plan["stored"]
            else f"about {result.plan['calls']} calls, "
            + (f"{result.plan['prompt_tokens']} tokens in, {result.plan['completion_tokens']} out, {price}")
        )
        lines.append(f"{result.entry.id}: {state}")
    return "\n".join(lines)


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
