"""Commands over a period: its issues made again, the best of them picked."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from summarizer.commands.common import (
    DONE,
    MAX_COST,
    MODEL,
    NO_HTML,
    OFFLINE,
    OUT,
    RUNS,
    STYLE,
    deliver,
    exit_code,
    say,
)
from summarizer.commands.dates import parse_period
from summarizer.commands.stopping import run_until_stopped
from summarizer.errors import UsageError

if TYPE_CHECKING:
    from summarizer.jobs.accounts import Result
    from summarizer.jobs.backfill import Redo
    from summarizer.jobs.forecast import Forecast


@click.command()
@click.argument("period", metavar="A..B")
@click.option(
    "--redo",
    type=click.Choice(["changed", "failed", "all"]),
    default="changed",
    show_default=True,
    help="What is made of inputs that changed; papers that failed; everything.",
)
@click.option("--only", metavar="ID,ID", help="Only these papers; the others stay as they are.")
@STYLE
@RUNS
@MODEL
@NO_HTML
@click.option("--batch", is_flag=True, help="Ask through the Batch API: half the price, an answer within a day.")
@click.option("--executor", metavar="URL", help="Parse PDFs on a Dask cluster (dask://host:8786).")
@click.option("--dry-run", is_flag=True, help="Say by stage what is stored, to do, and what it costs; ask no one.")
@MAX_COST
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of paths.")
def backfill(
    period: str, redo: "Redo", only: str | None, batch: bool, dry_run: bool, max_cost: float | None, as_json: bool,
    **flags: Any,
) -> int:  # fmt: skip
    """Make the issues of the mailing dates A..B again, what changed only (2024-10-01..2024-10-31)."""
    from summarizer.commands.references import named_papers
    from summarizer.commands.terminal import backfill_data, backfill_text, forecast_data, forecast_text, show_progress
    from summarizer.config import load_config
    from summarizer.jobs import backfill as old_dates
    from summarizer.jobs.forecast import forecast
    from summarizer.jobs.job import open_job

    config = load_config(flags)
    first, last = parse_period(period, config.clock())
    papers = () if only is None else tuple(ref.value for ref in named_papers([only]))
    options = old_dates.BackfillOptions(first, last, redo, papers, batch, max_cost)
    if batch and config.offline:
        raise UsageError("--batch needs a model: set OPENAI_API_KEY")

    async def count() -> "Forecast":
        nobody = config.model_copy(update={"executor": ""})  # nothing is parsed
        async with open_job(nobody, since=old_dates.find_marker(config, options)[1]) as job:
            return await forecast(job, options)

    if dry_run:
        found = run_until_stopped(count())
        click.echo(json.dumps(forecast_data(found), indent=1) if as_json else forecast_text(found))
        return DONE
    with show_progress() as progress:
        done = run_until_stopped(old_dates.backfill(config, options, progress))
    for text in [*done.notes.values(), *map(str, done.errors)]:
        say(text)
    say(backfill_text(done))
    if as_json:
        click.echo(json.dumps(backfill_data(done), ensure_ascii=False, indent=1))
    else:
        for _, written in sorted(done.made.items()):
            for path in written:
                click.echo(path)
    return exit_code(done.errors)


@click.command()
@click.argument("period", metavar="A..B")
@click.option("--top", type=click.IntRange(min=1), default=5, show_default=True, help="How many papers.")
@click.option("--style", default="weekly", show_default=True, help="Digest style.")
@RUNS
@MODEL
@NO_HTML
@OFFLINE
@MAX_COST
@OUT
def picks(period: str, top: int, offline: bool, max_cost: float | None, out: Path | None, **flags: Any) -> int:
    """Pick the best papers of the issues of A..B (2024-10-14..2024-10-18)."""
    from summarizer.commands.terminal import show_progress
    from summarizer.config import load_config
    from summarizer.jobs.job import open_job
    from summarizer.jobs.papers import make_picks

    config = load_config(flags)
    first, last = parse_period(period, config.clock())

    async def make() -> "tuple[list[Result], list[Path]]":
        with show_progress() as progress:
            async with open_job(config, offline=offline, max_cost=max_cost, progress=progress) as job:
                return await make_picks(first, last, top, job)

    results, written = run_until_stopped(make())
    errors = [result.error for result in results if result.error]
    for error in errors:
        say(str(error))
    deliver(written, out)
    return exit_code(errors)
