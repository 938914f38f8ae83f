"""Commands that bring digests to readers: the web site, and messages."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from summarizer.commands.common import DONE, FAILED, FIGURES, RUNS, SOME_FAILED, say

if TYPE_CHECKING:
    from summarizer.reports.export import Form


@click.command()
@click.argument("out", type=click.Path(path_type=Path), default="site")
@RUNS
@FIGURES
def site(out: Path, runs: Path | None, figures: str | None) -> int:
    """Make the runs a web site in the folder OUT [site]: evidence, search, feeds; what has changed only."""
    from summarizer.commands.terminal import show_progress
    from summarizer.config import load_config
    from summarizer.reports.site.build import build_site

    config = load_config({"runs": runs, "figures": figures})
    with show_progress() as progress:
        built = build_site(config, out, progress)
    for problem in built.problems:
        say(problem)
    say(f"papers on the site: {built.papers}, files written: {built.files}")
    click.echo(built.index)
    return DONE


@click.command()
@click.argument("what", metavar="FILE|PAPER|DATE")
@click.option(
    "--to",
    "form",
    type=click.Choice(["wechat", "html", "docx", "bib"]),
    required=True,
    help="A page to paste into WeChat's editor, one file of HTML, a Word document, BibTeX.",
)
@click.option(
    "--out", type=click.Path(path_type=Path), metavar="FILE|DIR", help="Where to write it.  [default: beside the page]"
)
@click.option("--uploads", is_flag=True, help="For wechat: pictures in a folder, to be uploaded by hand.")
@RUNS
def export(what: str, form: "Form", out: Path | None, uploads: bool, runs: Path | None) -> int:
    """Write a digest or an issue for another place. FILE is its page, its JSON or its folder."""
    from summarizer.commands.references import named_pages
    from summarizer.config import load_config
    from summarizer.errors import UsageError
    from summarizer.reports.export import export, page_at

    if uploads and form != "wechat":
        raise UsageError("--uploads is for --to wechat")
    config = load_config({"runs": runs})
    page = page_at(Path(what)) or named_pages(what, config)[0]
    exported = export(page, form, out, uploads=uploads, now=config.clock())
    for problem in exported.problems:
        say(problem)
    for file in exported.files:
        click.echo(file)
    return DONE if exported.whole else SOME_FAILED


@click.command()
@click.argument("day", metavar="DATE|latest")
@click.option(
    "--to", "names", multiple=True, metavar="VARIABLE", help="Only to the address in this variable. Repeatable."
)
@click.option("--again", is_flag=True, help="Also to those that have had it.")
@RUNS
def send(day: str, names: tuple[str, ...], again: bool, runs: Path | None) -> int:
    """Send the issue of DATE to the targets of `send` in the configuration, to each once."""
    from summarizer.commands.dates import parse_date
    from summarizer.config import load_config
    from summarizer.errors import UsageError
    from summarizer.jobs.send import latest_issue, send_issue

    config = load_config({"runs": runs})
    targets = names or config.send
    if not targets:
        raise UsageError("nobody to send to: set send = [...] in the configuration, or say --to VARIABLE")
    date = latest_issue(config) if day == "latest" else parse_date(day, config.clock()).isoformat()
    deliveries = send_issue(date, config, targets, again=again)
    for delivery in deliveries:
        say(str(delivery))
    return FAILED if any(delivery.problem for delivery in deliveries) else DONE
