"""The command that adds up: calls, cost, latency, repairs, omissions and ratings of a period."""

import json
from pathlib import Path

import click

from summarizer.commands.common import DONE, RUNS, parse_period


@click.command()
@click.argument("period", metavar="A..B")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option(
    "--html", type=click.Path(dir_okay=False, path_type=Path), help="Also write a page with plots to this file."
)
@RUNS
def stats(period: str, as_json: bool, html: Path | None, runs: Path | None) -> int:
    """Add up what the days A..B took and brought: calls, tokens, cost, latency, repairs, omissions, ratings."""
    from summarizer.config import load_config
    from summarizer.files import write_atomic
    from summarizer.reports.stats import collect
    from summarizer.reports.stats_text import stats_data, stats_html, stats_text

    first, last = parse_period(period)
    found = collect(load_config({"runs": runs}).runs, first, last)
    if html:
        write_atomic(html, stats_html(found))
    click.echo(json.dumps(stats_data(found), ensure_ascii=False, indent=1) if as_json else stats_text(found))
    return DONE
