"""The command line. Errors become messages and exit codes here and nowhere else.

    0 done    1 failed    2 usage or configuration    3 finished, some papers failed    75 try again later

stdout holds the paths of the Markdown files written, or one JSON object with --json; all else goes to
stderr. Only `click` is imported at the start, so that --help costs nothing.
"""

import asyncio
import json
import re
import signal
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from summarizer import __version__
from summarizer.errors import (
    PaperError,
    RefusedError,
    StorageError,
    SummarizerError,
    TryLaterError,
    UsageError,
)

if TYPE_CHECKING:
    from datetime import date, datetime

    from summarizer.accounts import Result
    from summarizer.issues import Issue
    from summarizer.nightly import Night
    from summarizer.types import EntryReport

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")

DONE, FAILED, USAGE, SOME_FAILED, TRY_LATER = 0, 1, 2, 3, 75

# What a run with several kinds of errors exits with: the first that applies.
_EXIT_CODES: tuple[tuple[type[SummarizerError], int], ...] = (
    (RefusedError, FAILED),
    (StorageError, FAILED),
    (TryLaterError, TRY_LATER),
    (UsageError, USAGE),
    (PaperError, SOME_FAILED),
)


# Options that several commands take.
STYLE = click.option("--style", help="Digest style, by name or by the path of its .py file.  [default: daily]")
RUNS = click.option("--runs", type=click.Path(path_type=Path), help="Folder for results.  [default: runs]")
MODEL = click.option("--model", help="Model to ask (SUMMARIZER_MODEL).")
OFFLINE = click.option("--offline", is_flag=True, help="Do not ask a model: make extractive drafts.")
FORCE = click.option("--force", is_flag=True, help="Ask again, whatever is stored.")
MAX_COST = click.option(
    "--max-cost", type=click.FloatRange(min=0), metavar="USD", help="Begin no paper that would pass this."
)
FIGURES = click.option(
    "--figures",
    type=click.Choice(["always", "cc", "never"]),
    help="Figures to show: all, only those under a CC licence, none.  [default: always]",
)


class _PapersByDefault(click.Group):
    """`summarize 2410.11988` is `summarize paper 2410.11988`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if args and args[0] not in self.commands and args[0] not in ("--help", "--version"):
            args = ["paper", *args]
        return super().parse_args(ctx, args)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        click.Command.format_options(self.commands["paper"], ctx, formatter)
        self.format_commands(ctx, formatter)


@click.group(
    cls=_PapersByDefault,
    subcommand_metavar="PAPER... | COMMAND",
    context_settings={"help_option_names": ["--help"], "max_content_width": 110},
    no_args_is_help=True,
)
@click.version_option(__version__, message="%(version)s")
def cli() -> None:
    """Digest papers into Chinese Markdown in which every sentence links to the page that says it.

    PAPER is an arXiv id (2410.11988, 2410.11988v2, hep-th/9901001), an arXiv address, a DOI of arXiv's,
    another PDF's URL, or a local PDF. Without OPENAI_API_KEY and OPENAI_BASE_URL an offline draft is made.
    """


@cli.command(hidden=True)
@click.argument("papers", nargs=-1, required=True)
@STYLE
@RUNS
@MODEL
@OFFLINE
@FORCE
@click.option("--dry-run", is_flag=True, help="Say calls, tokens and cost; spend nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of paths.")
@FIGURES
@MAX_COST
@click.option("--issue", metavar="TITLE", help="One page of all papers, under this title.")
def paper(
    papers: tuple[str, ...],
    style: str | None,
    runs: Path | None,
    model: str | None,
    offline: bool,
    force: bool,
    dry_run: bool,
    as_json: bool,
    figures: str | None,
    max_cost: float | None,
    issue: str | None,
) -> int:
    """Digest PAPERS."""
    from summarizer.config import load_config
    from summarizer.papers import Options, digest_papers
    from summarizer.sources.ids import parse_ref
    from summarizer.terminal import dry_run_text, report_data, show_progress, summary

    refs = {text: parse_ref(text) for text in papers}  # asked for twice is asked for once
    config = load_config({"style": style, "runs": runs, "model": model, "figures": figures})
    options = Options(offline, force, dry_run, max_cost, issue)
    with show_progress() as progress:
        report = asyncio.run(digest_papers(list(refs.items()), config, options, progress))
    errors = [result.error for result in report.results if result.error]
    for error in errors:
        _say(str(error))
    _say(dry_run_text(report) if dry_run else summary(report))
    if as_json:
        click.echo(json.dumps(report_data(report, _exit_code(errors)), ensure_ascii=False, indent=1))
    else:
        for path in report.written:
            click.echo(path)
    return _exit_code(errors)


@cli.command()
@click.argument("pdf", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print the whole document.")
@click.option("--no-outline", is_flag=True, help="Find headings without the PDF's own outline.")
def parse(pdf: Path, as_json: bool, no_outline: bool) -> int:
    """Show what the parser sees in a PDF."""
    from summarizer.files import to_data
    from summarizer.pdf import parse_pdf

    parsed = parse_pdf(pdf.read_bytes(), crops=False, outline=not no_outline)
    document = parsed.document
    if as_json:
        data = to_data(document) if document else {}
        click.echo(json.dumps({"outcome": parsed.outcome, "reason": parsed.reason, **data}, ensure_ascii=False))
    elif document:
        click.echo(f"{document.title}\n{document.pages} pages, {len(document.passages)} passages, "
                   f"{len(document.figures)} figures, {len(document.tables)} tables, "
                   f"{len(document.references)} references")  # fmt: skip
        for section in document.sections:
            click.echo(f"{'  ' * section.level}{section.number} {section.title}  p. {section.page}")
        for hidden in document.hidden_text:
            _say(f"p. {hidden.page}: hidden text ({hidden.severity}, {hidden.reason}): {hidden.text[:80]}")
    if parsed.outcome != "ok":
        _say(f"{pdf}: {parsed.outcome}: {parsed.reason}")
    return DONE if parsed.outcome == "ok" else SOME_FAILED


@cli.command()
def styles() -> int:
    """List the digest styles and their sections."""
    from summarizer.schema import sections
    from summarizer.styles import find_style, style_names

    for name in style_names():
        click.echo(f"{name}: {' '.join(sections(find_style(name).schema).values())}")
    return DONE


@cli.command()
@click.argument("day", metavar="DATE", type=click.DateTime(["%Y-%m-%d"]))
@STYLE
@RUNS
@MODEL
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
def issue(
    day: "datetime",
    offline: bool,
    force: bool,
    max_cost: float | None,
    as_json: bool,
    categories: str | None,
    interests: str | None,
    exclude: tuple[str, ...],
    **flags: Any,
) -> int:
    """Make the issue of the mailing date DATE (YYYY-MM-DD, the weekday that arXiv's listing names)."""
    from summarizer.config import load_config
    from summarizer.files import to_data
    from summarizer.issues import make_issue
    from summarizer.terminal import show_progress
    from summarizer.work import open_work

    flags["categories"] = tuple(categories.replace(" ", "").split(",")) if categories else None
    flags["excluded"] = exclude or None
    flags["interests"] = _text_or_file(interests)
    config = load_config(flags)

    async def make() -> "Issue":
        with show_progress() as progress:
            async with open_work(config, offline=offline, force=force, max_cost=max_cost, progress=progress) as work:
                return await make_issue(day.date(), work)

    made = asyncio.run(make())
    errors = [result.error for result in made.results if result.error]
    for error in errors:
        _say(str(error))
    if made.manifest is None:
        _say(made.note)
    if as_json:
        click.echo(json.dumps(to_data(made.manifest) if made.manifest else {"note": made.note}, ensure_ascii=False))
    else:
        for path in made.written:
            click.echo(path)
    return _exit_code(errors)


@cli.command()
@RUNS
@OFFLINE
@MAX_COST
@click.option("--verbose", is_flag=True, help="Say what is going on and what was written.")
def nightly(runs: Path | None, offline: bool, max_cost: float | None, verbose: bool) -> int:
    """Make every issue that is missing, oldest first. For cron: silent unless something is wrong."""
    from summarizer.config import load_config
    from summarizer.nightly import run_night
    from summarizer.terminal import show_progress
    from summarizer.work import open_work

    config = load_config({"runs": runs})

    async def night() -> "Night":
        with show_progress(quiet=not verbose) as progress:
            async with open_work(config, offline=offline, max_cost=max_cost, progress=progress) as work:
                return await run_night(work)

    done = asyncio.run(night())
    failed = [result.error for made in done.issues for result in made.results if result.error]
    errors = [error for _, error in done.errors]
    for error in [*errors, *failed]:
        _say(str(error))
    if verbose:
        for made in done.issues:
            for path in made.written:
                click.echo(path)
    return _exit_code([*errors, *failed])


@cli.command()
@click.argument("period", metavar="A..B")
@click.option("--top", type=click.IntRange(min=1), default=5, show_default=True, help="How many papers.")
@click.option("--style", default="weekly", show_default=True, help="Digest style.")
@RUNS
@MODEL
@OFFLINE
@MAX_COST
def picks(period: str, top: int, offline: bool, max_cost: float | None, **flags: Any) -> int:
    """Pick the best papers of the issues of A..B (2024-10-14..2024-10-18)."""
    from summarizer.config import load_config
    from summarizer.picks import make_picks
    from summarizer.terminal import show_progress
    from summarizer.work import open_work

    first, last = _period(period)
    config = load_config(flags)

    async def make() -> "tuple[list[Result], list[Path]]":
        with show_progress() as progress:
            async with open_work(config, offline=offline, max_cost=max_cost, progress=progress) as work:
                return await make_picks(first, last, top, work)

    results, written = asyncio.run(make())
    errors = [result.error for result in results if result.error]
    for error in errors:
        _say(str(error))
    for path in written:
        click.echo(path)
    return _exit_code(errors)


@cli.command()
@click.argument("what", metavar="PAPER|DATE")
@STYLE
@RUNS
@MODEL
def explain(what: str, **flags: Any) -> int:
    """Say what is stored, what would be redone, and why; for a DATE, how its papers were chosen. Asks no one."""
    from summarizer.config import load_config
    from summarizer.explain import explain_date, explain_paper
    from summarizer.sources.ids import parse_ref
    from summarizer.work import open_work

    config = load_config(flags)

    async def lines() -> list[str]:
        async with open_work(config) as work:
            return list(explain_paper(parse_ref(what), work))

    for line in explain_date(_date(what), config.runs) if _DATE.fullmatch(what) else asyncio.run(lines()):
        click.echo(line)
    return DONE


@cli.command()
@click.argument("path", metavar="FILE|DIR", type=click.Path(path_type=Path))
@click.option("--papers", type=click.Path(exists=True, file_okay=False, path_type=Path), metavar="FOLDER",
              help="PDFs named by their ids, used before anything is fetched.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option("--html", type=click.Path(dir_okay=False, path_type=Path), help="Also write a page to this file.")
@RUNS
def verify(path: Path, papers: Path | None, as_json: bool, html: Path | None, runs: Path | None) -> int:
    """Say which statements of a digest, ours or anybody's, its papers do not support. Exits 3 if there are any."""
    from summarizer.config import load_config
    from summarizer.files import to_data, write_atomic
    from summarizer.output.report import report_html, report_text, summary
    from summarizer.terminal import show_progress
    from summarizer.verify import verify as verify_path
    from summarizer.work import open_work

    config = load_config({"runs": runs})

    async def check() -> "list[EntryReport]":
        with show_progress() as progress:
            async with open_work(config, offline=True, progress=progress) as work:
                return await verify_path(path, papers, work)

    reports = asyncio.run(check())
    code = SOME_FAILED if any(judged.wrong for report in reports for judged in report.judged) else DONE
    if html:
        write_atomic(html, report_html(reports, path.name))
    if as_json:
        data = {"entries": to_data(reports), "summary": summary(reports), "exit": code}
        click.echo(json.dumps(data, ensure_ascii=False, indent=1))
    else:
        click.echo(report_text(reports))
    return code


@cli.command()
@RUNS
@MODEL
@click.option("--ratings", is_flag=True, help="Only the stars given in the last months.")
def doctor(runs: Path | None, model: str | None, ratings: bool) -> int:
    """Check key, endpoint, model, arXiv, disk, clock and the last nights."""
    from summarizer.config import load_config
    from summarizer.doctor import examine
    from summarizer.ratings import examine_ratings

    config = load_config({"runs": runs, "model": model})
    findings = examine_ratings(config.runs) if ratings else asyncio.run(examine(config))
    for finding in findings:
        click.echo(f"{'ok  ' if finding.ok else 'FAIL'}  {finding.subject}: {finding.text}")
    return DONE if all(finding.ok for finding in findings) else FAILED


def main(arguments: Sequence[str] | None = None) -> None:
    """The entry point of the `summarize` command."""
    sys.exit(run(arguments))


def run(arguments: Sequence[str] | None = None) -> int:
    """Run a command line; returns the exit code. SIGTERM stops as Ctrl-C does: nothing stored is lost."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        code = cli.main(args=arguments, prog_name="summarize", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        return USAGE
    except SummarizerError as error:
        _say(str(error))
        return _exit_code([error])
    except (KeyboardInterrupt, click.Abort):
        _say("stopped; what is done is kept: the same command goes on from here")
        return TRY_LATER
    except BrokenPipeError:
        sys.stderr.close()  # the reader of our output has gone; there is nobody to tell
        return FAILED
    return code if isinstance(code, int) else DONE


def _date(text: str) -> "date":
    from datetime import date

    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError(f"{text!r}: not a date; write YYYY-MM-DD") from None


def _period(text: str) -> "tuple[date, date]":
    first, separator, last = text.partition("..")
    if not separator:
        raise UsageError(f"{text!r}: not a period; write 2024-10-14..2024-10-18")
    if (begin := _date(first)) > (end := _date(last)):
        raise UsageError(f"{text!r}: ends before it begins")
    return begin, end


def _text_or_file(value: str | None) -> str | None:
    """What is in the file of this name, if there is one; else the text itself."""
    try:
        return Path(value).read_text(encoding="utf-8") if value and Path(value).is_file() else value
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{value}: cannot be read: {error}") from None


def _exit_code(errors: Iterable[SummarizerError]) -> int:
    found = list(errors)
    codes = (code for kind, code in _EXIT_CODES if any(isinstance(error, kind) for error in found))
    return next(codes, FAILED if found else DONE)


def _say(text: str) -> None:
    if text:
        click.echo(text, err=True)
