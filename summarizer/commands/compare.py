"""The command that compares: what a changed prompt or model did to the digests."""

import json
import re
from pathlib import Path

import click

from summarizer.commands.common import DONE, RUNS, parse_period
from summarizer.errors import UsageError

_PERIOD = re.compile(r"[^/.]+\.\.[^/.]+")


@click.command()
@click.argument("what", metavar="OLD NEW | RUN | A..B", nargs=-1, required=True)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@RUNS
def diff(what: tuple[str, ...], as_json: bool, runs: Path | None) -> int:
    """Show what a reader sees differently in two runs, or in a RUN or the issues of A..B since they were redone.

    A run is a folder, or the name of one in --runs: 2024-10-17, 2410.11988v1.
    """
    from summarizer.config import load_config
    from summarizer.files import to_data
    from summarizer.reports.diff import compare_runs, compare_versions, find_issues, find_run
    from summarizer.reports.diff_text import comparison_text

    if len(what) > 2:
        raise UsageError(f"{' '.join(what)}: compare two runs, or one run or period with what was there before")
    config = load_config({"runs": runs})
    is_period = len(what) == 1 and _PERIOD.fullmatch(what[0]) is not None
    if is_period:
        comparison = compare_versions(find_issues(*parse_period(what[0]), config.runs), config.prices)
    else:
        folders = [find_run(name, config.runs) for name in what]
        if len(folders) == 1:
            comparison = compare_versions(folders, config.prices)
        else:
            comparison = compare_runs(folders[0], folders[1], config.prices)
    if as_json:
        click.echo(json.dumps(to_data(comparison), ensure_ascii=False, indent=1))
    else:
        click.echo(comparison_text(comparison, brief=is_period))
    return DONE
