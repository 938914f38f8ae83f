"""What is going on, on stderr: a live table on a terminal, plain lines otherwise."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def show_progress(*, quiet: bool = False) -> Iterator[Callable[[str, str], None]]:
    """Yields `progress(paper, stage)`, callable from any thread."""
    if quiet:
        yield lambda _paper, _stage: None
        return
    if not sys.stderr.isatty():
        yield lambda paper, stage: print(f"{paper}: {stage}", file=sys.stderr, flush=True)  # noqa: T201
        return
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as table:
        tasks: dict[str, int] = {}

        def progress(paper: str, stage: str) -> None:
            if paper not in tasks:
                tasks[paper] = table.add_task(paper, total=1)
            done = int(stage == "done")
            table.update(tasks[paper], description=f"{paper}  {stage}", completed=done)  # type: ignore[arg-type]

        yield progress
