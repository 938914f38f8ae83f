"""Commands that make digests: papers by hand, the issue of a date or of a list, the night."""

import json
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from summarizer.commands.common import (
    FIGURES,
    FORCE,
    MAX_COST,
    MODEL,
    NO_HTML,
    OFFLINE,
    OUT,
    RUNS,
    STYLE,
    deliver,
    exit_code,
    require_model,
    say,
    since_now,
    text_or_file,
)
from summarizer.commands.dates import parse_date
from summarizer.commands.stopping import run_until_stopped
from summarizer.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from summarizer.config import Config
    from summarizer.jobs.accounts import Result
    from summarizer.jobs.issue import Issue
    from summarizer.jobs.job import Job
    from summarizer.jobs.nightly import Night


@click.command(hidden=True)
@click.argument("papers", nargs=-1, required=True)
@STYLE
@RUNS
@MODEL
@NO_HTML
@OFFLINE
@FORCE
@click.option("--dry-run", is_flag=True, help="Say calls, tokens and cost; spend nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of paths.")
@FIGURES
@MAX_COST
@click.option("--issue", metavar="TITLE", help="One page of all papers, under this title.")
@OUT
@click.option("--standalone", is_flag=True, help="Put the pictures inside the page of --out.")
def paper(
    papers: tuple[str, ...],
    style: str | None,
    runs: Path | None,
    model: str | None,
    html: bool | None,
    offline: bool,
    force: bool,
    dry_run: bool,
    as_json: bool,
    figures: str | None,
    max_cost: float | None,
    issue: str | None,
    out: Path | None,
    standalone: bool,
) -> int:
    """Digest PAPERS."""
    from summarizer.commands.references import named_papers
    from summarizer.commands.terminal import dry_run_text, report_data, show_progress, summary
    from summarizer.config import load_config
    from summarizer.jobs.papers import PaperOptions, digest_papers

    if standalone and not out:
        raise UsageError("--standalone is for the page that --out names")
    refs = [(text, ref) for ref, text in named_papers(papers).items()]
    config = load_config({"style": style, "runs": runs, "model": model, "figures": figures, "html": html})
    options = PaperOptions(offline, since_now(force), dry_run, max_cost, issue)
    with show_progress() as progress:
        report = run_until_stopped(digest_papers(refs, config, options, progress))
    errors = [result.error for result in report.results if result.error]
    for error in errors:
        say(str(error))
    say(dry_run_text(report) if dry_run else summary(report))
    if as_json:
        click.echo(json.dumps(report_data(report, exit_code(errors)), ensure_ascii=False, indent=1))
    else:
        deliver(report.written, out, standalone=standalone)
    return exit_code(errors)


@click.command()
@click.argument("day", metavar="DATE", required=False)
@click.option(
    "--from",
    "listing",
    metavar="FILE|-",
    help="Choose from a list instead: CSV, JSON lines, BibTeX, or ids and addresses a line.",
)
@STYLE
@RUNS
@MODEL
@NO_HTML
@click.option("--categories", help="arXiv categories, with commas.  [default: cs.CL,cs.AI,cs.LG]")
@click.option("--cross-lists", is_flag=True, default=None, help="Also papers that are cross-listed there.")
@click.option("--interests", metavar="TEXT|FILE", help="What to choose by, in plain words.")
@click.option("--exclude", multiple=True, metavar="WORDS", help="Never take papers with these words. Repeatable.")
@click.option("--top", type=click.IntRange(min=1), help="How many papers.  [default: 7]")
@click.option("--parts", type=click.IntRange(min=1), help="Split the page into parts （上）（下）.  [default: 1]")
@click.option("--standalone", is_flag=True, default=None, help="Also a page with the pictures inside.")
@FIGURES
@OFFLINE
@FORCE
@MAX_COST
@click.option("--json", "as_json", is_flag=True, help="Print the manifest instead of paths.")
@OUT
def issue(
    day: str | None,
    listing: str | None,
    out: Path | None,
    offline: bool,
    force: bool,
    max_cost: float | None,
    as_json: bool,
    categories: str | None,
    interests: str | None,
    exclude: tuple[str, ...],
    **flags: Any,
) -> int:
    """Make the issue of the mailing date DATE (the weekday that arXiv's listing names), or of a list of papers."""
    from summarizer.commands.terminal import show_progress
    from summarizer.config import load_config
    from summarizer.files import to_data
    from summarizer.jobs.job import open_job

    flags["categories"] = tuple(categories.replace(" ", "").split(",")) if categories else None
    flags["excluded"] = exclude or None
    flags["interests"] = text_or_file(interests)
    config = load_config(flags)
    make_it = _date_or_list(day, listing, config)
    require_model(config, offline)

    async def make() -> "Issue":
        with show_progress() as progress:
            async with open_job(
                config, offline=offline, since=since_now(force), max_cost=max_cost, progress=progress
            ) as job:
                return await make_it(job)

    made = run_until_stopped(make())
    errors = [result.error for result in made.results if result.error]
    for error in errors:
        say(str(error))
    if made.manifest is None:
        say(made.note)
    if as_json:
        click.echo(json.dumps(to_data(made.manifest) if made.manifest else {"note": made.note}, ensure_ascii=False))
    else:
        deliver(made.written, out, standalone=config.standalone)
    return exit_code(errors)


def _date_or_list(day: str | None, listing: str | None, config: "Config") -> "Callable[[Job], Awaitable[Issue]]":
    """What makes the issue that is asked for. Raises `UsageError` where it is no date and no list, or both."""
    from summarizer.commands.references import read_listing
    from summarizer.jobs.issue import issue_of_list, make_issue
    from summarizer.sources.lists.given import read_list

    if day and listing is None:
        return partial(make_issue, parse_date(day, config.clock()))
    if listing and day is None:
        name = "" if listing == "-" else Path(listing).stem
        return partial(issue_of_list, name, read_list(read_listing(listing), listing))
    raise UsageError("say which issue: a date such as 2024-10-17, or --from with a list of papers")


@click.command()
@RUNS
@NO_HTML
@OFFLINE
@MAX_COST
@click.option("--newer", is_flag=True, help="Also digest new versions of papers of the last lookback_days.")
@click.option("--verbose", is_flag=True, help="Say what is going on and what was written.")
def nightly(
    runs: Path | None, html: bool | None, offline: bool, max_cost: float | None, newer: bool, verbose: bool
) -> int:
    """Make every issue that is missing, oldest first. For cron: silent unless something is wrong."""
    from summarizer.commands.terminal import show_progress
    from summarizer.config import load_config
    from summarizer.jobs.job import open_job
    from summarizer.jobs.newer import digest_newer
    from summarizer.jobs.nightly import run_night
    from summarizer.jobs.send import send_due

    config = load_config({"runs": runs, "html": html})
    require_model(config, offline)

    async def night() -> "tuple[Night, list[Result]]":
        with show_progress(quiet=not verbose) as progress:
            async with open_job(config, offline=offline, max_cost=max_cost, progress=progress) as job:
                return await run_night(job), await digest_newer(job) if newer else []

    done, redone = run_until_stopped(night())
    results = [*(result for made in done.issues for result in made.results), *redone]
    failed = [result.error for result in results if result.error]
    errors = [error for _, error in done.errors]
    for error in [*errors, *failed]:
        say(str(error))
    for delivery in send_due(config):
        if delivery.problem:
            say(str(delivery))
    if verbose:
        paths = [path for made in done.issues for path in made.written]
        for path in [*paths, *(result.markdown for result in redone if result.markdown)]:
            click.echo(path)
    return exit_code([*errors, *failed])
