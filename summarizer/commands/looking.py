"""Commands that look at what is there and change nothing."""

import json
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from summarizer.commands.common import DONE, FAILED, MODEL, NO_HTML, RUNS, SOME_FAILED, STYLE, say
from summarizer.commands.dates import find_date, parse_period
from summarizer.commands.references import named_pages
from summarizer.commands.stopping import run_until_stopped
from summarizer.commands.words import translated
from summarizer.errors import UsageError

if TYPE_CHECKING:
    from summarizer.reports.stats import By
    from summarizer.reports.verify import Verified

_PERIOD = re.compile(r"[^/.]+\.\.[^/.]+")


@click.command()
@click.argument("pdf", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print the whole document.")
@click.option("--no-outline", is_flag=True, help="Find headings without the PDF's own outline.")
@NO_HTML
def parse(pdf: Path, as_json: bool, no_outline: bool, html: bool | None) -> int:
    """Show what the parser sees in a PDF, and in the HTML of the same name beside it."""
    from summarizer.config import load_config
    from summarizer.files import to_data
    from summarizer.paper.source import beside_page
    from summarizer.paper.witness import without_witness
    from summarizer.pdf import parse_pdf
    from summarizer.sources.pdfs import check_pdf_size

    check_pdf_size(str(pdf), pdf, load_config().pdf_max_mb)
    parsed = parse_pdf(pdf.read_bytes(), crops=False, outline=not no_outline)
    document = parsed.document
    if document:
        switched_off = html is False
        document = without_witness(document, "switched off") if switched_off else beside_page(document, pdf)
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
            say(f"p. {hidden.page}: hidden text ({hidden.severity}, {hidden.reason}): {hidden.text[:80]}")
    if parsed.outcome != "ok":
        say(f"{pdf}: {parsed.outcome}: {parsed.reason}")
    return DONE if parsed.outcome == "ok" else SOME_FAILED


@click.command()
def styles() -> int:
    """List the digest styles and their sections."""
    from summarizer.schema import sections
    from summarizer.styles import find_style, style_names

    for name in style_names():
        click.echo(f"{name}: {' '.join(sections(find_style(name).schema).values())}")
    return DONE


@click.command()
@click.argument("what", metavar="PAPER|DATE")
@STYLE
@RUNS
@MODEL
@NO_HTML
def explain(what: str, **flags: Any) -> int:
    """Say what is stored, what would be redone, and why; for a DATE, how its papers were chosen. Asks no one."""
    from summarizer.config import load_config
    from summarizer.jobs.job import open_job
    from summarizer.reports.explain import explain_date, explain_paper
    from summarizer.sources.ids import parse_ref

    config = load_config(flags)

    async def lines() -> list[str]:
        async with open_job(config.model_copy(update={"executor": ""}), looks=True) as job:  # nothing is parsed
            return list(explain_paper(parse_ref(what), job.work))

    day = find_date(what, config.clock())
    for line in explain_date(day, config.runs) if day else run_until_stopped(lines()):
        click.echo(translated(line))
    return DONE


@click.command("open")
@click.argument("what", metavar="[PAPER|DATE]", required=False)
@RUNS
def open_page(what: str | None, runs: Path | None) -> int:
    """Print where the page of a paper or a date is, or the newest, and open it if this is a screen."""
    from summarizer.config import load_config

    config = load_config({"runs": runs})
    pages = named_pages(what, config)
    for page in pages:
        click.echo(page)
    if sys.stdout.isatty():
        click.launch(str(pages[0]))
    return DONE


@click.command()
@click.argument("path", metavar="FILE|DIR", type=click.Path(path_type=Path))
@click.option("--papers", type=click.Path(exists=True, file_okay=False, path_type=Path), metavar="FOLDER",
              help="PDFs named by their ids, used before anything is fetched.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option("--html", type=click.Path(dir_okay=False, path_type=Path), help="Also write a page to this file.")
@click.option("--reader", is_flag=True, help="Have the model read every sentence, too: one call for each paper.")
@RUNS
def verify(path: Path, papers: Path | None, as_json: bool, html: Path | None, reader: bool, runs: Path | None) -> int:
    """Say which statements of a digest, ours or anybody's, its papers do not support. Exits 3 if there are any.

    FILE is Markdown, HTML or plain text; DIR is a run folder or a site.
    """
    from summarizer.commands.terminal import show_progress
    from summarizer.config import load_config
    from summarizer.files import to_data, write_atomic
    from summarizer.jobs.job import open_job
    from summarizer.reports.verify import verify as verify_path
    from summarizer.reports.verify_text import report_html, report_text, summary

    config = load_config({"runs": runs})
    if reader and config.offline:
        raise UsageError(f"--reader: there is no model to ask: set {config.api_key_env} or base_url")

    async def check() -> "Verified":
        with show_progress() as progress:
            async with open_job(config, offline=not reader, looks=True, progress=progress) as job:
                model = job.work.reader or job.work.model
                return await verify_path(path, papers, job.work, job.library, model)

    verified = run_until_stopped(check())
    reports = verified.reports
    code = SOME_FAILED if any(judged.wrong for report in reports for judged in report.judged) else DONE
    if html:
        write_atomic(html, report_html(reports, path.name, translated))
    if verified.failure:
        raise verified.failure
    if as_json:
        data = {"entries": to_data(reports), "summary": summary(reports), "exit": code}
        click.echo(json.dumps(data, ensure_ascii=False, indent=1))
    else:
        click.echo(report_text(reports, translated))
    return code


@click.command()
@RUNS
@MODEL
@click.option("--ratings", is_flag=True, help="Only the stars given in the last months.")
def doctor(runs: Path | None, model: str | None, ratings: bool) -> int:
    """Check key, endpoint, model, arXiv, disk, clock and the last nights."""
    from summarizer.config import load_config
    from summarizer.reports.doctor import examine, examine_ratings

    config = load_config({"runs": runs, "model": model})
    findings = examine_ratings(config.runs) if ratings else run_until_stopped(examine(config))
    for finding in findings:
        mark, subject = translated("ok  " if finding.ok else "FAIL"), translated(finding.subject)
        click.echo(f"{mark}  {subject}: {translated(finding.text)}")
    return DONE if all(finding.ok for finding in findings) else FAILED


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
        comparison = compare_versions(find_issues(*parse_period(what[0], config.clock()), config.runs), config.prices)
    else:
        days = [find_date(name, config.clock()) for name in what]
        names = [day.isoformat() if day else name for day, name in zip(days, what, strict=True)]
        folders = [find_run(name, config.runs) for name in names]
        if len(folders) == 1:
            comparison = compare_versions(folders, config.prices)
        else:
            comparison = compare_runs(folders[0], folders[1], config.prices)
    if as_json:
        click.echo(json.dumps(to_data(comparison), ensure_ascii=False, indent=1))
    else:
        click.echo(comparison_text(comparison, brief=is_period))
    return DONE


@click.command()
@click.argument("period", metavar="A..B")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option(
    "--html", type=click.Path(dir_okay=False, path_type=Path), help="Also write a page with plots to this file."
)
@click.option("--by", type=click.Choice(["mailing", "call"]), default="mailing", show_default=True,
              help="The date of a call: of the issue it was made for, or the day it was made.")  # fmt: skip
@RUNS
def stats(period: str, as_json: bool, html: Path | None, by: "By", runs: Path | None) -> int:
    """Add up what the days A..B took and brought: calls, tokens, cost, latency, repairs, omissions, ratings."""
    from summarizer.config import load_config
    from summarizer.files import write_atomic
    from summarizer.reports.stats import collect
    from summarizer.reports.stats_text import stats_data, stats_html, stats_text

    config = load_config({"runs": runs})
    found = collect(config.runs, *parse_period(period, config.clock()), by)
    if html:
        write_atomic(html, stats_html(found))
    click.echo(json.dumps(stats_data(found), ensure_ascii=False, indent=1) if as_json else stats_text(found))
    return DONE
