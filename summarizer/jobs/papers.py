"""Papers asked for by hand, side by side: `summarize PAPER...`, and `summarize picks A..B`, the best of some issues."""

import asyncio
import hashlib
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from summarizer import pipeline
from summarizer.config import Config
from summarizer.errors import PaperError, SummarizerError, UsageError
from summarizer.jobs.accounts import Result, digest_in_run, failure, write_account, write_issue
from summarizer.jobs.job import Job, open_job, open_run_when_free
from summarizer.llm.spending import cost_with_reading
from summarizer.output import words
from summarizer.paper.source import Library, Source, load_document
from summarizer.sources.ids import Ref, file_stem, parse_ref, slug
from summarizer.store.published import finished_issues
from summarizer.store.runs import RunFolder, issue_name, load_digest
from summarizer.types import ManifestEntry, Usage


@dataclass(frozen=True, slots=True)
class PaperOptions:
    """What the command line asks for besides the configuration."""

    offline: bool = False
    since: datetime | None = None  # ask again what was said before
    dry_run: bool = False
    max_cost: float | None = None
    issue: str | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """All papers asked for, in the order asked; the paths written; what it cost."""

    results: tuple[Result, ...]
    written: tuple[Path, ...]
    usage: Usage
    cost: float | None
    seconds: float


async def digest_papers(
    refs: Sequence[tuple[str, Ref]], config: Config, options: PaperOptions, progress: Callable[[str, str], None]
) -> Report:
    """Digest each paper into its own run folder, or all into one with `options.issue`.

    Raises `UsageError` for a wrong style or endpoint; what happens to single papers is in the report.
    """
    begun = time.monotonic()
    async with open_job(
        config, offline=options.offline, since=options.since, max_cost=options.max_cost, progress=progress
    ) as job:
        if options.dry_run:
            results = _each_once(await asyncio.gather(*(_plan(text, ref, job) for text, ref in refs)))
            written = []
        elif options.issue is None:
            results = _each_once(await asyncio.gather(*(digest_paper(text, ref, job) for text, ref in refs)))
            written = [result.markdown for result in results if result.markdown]
        else:
            results, written = await _issue(refs, job, options.issue)
        spent = job.spending
    return Report(tuple(results), tuple(written), spent.usage, spent.cost, time.monotonic() - begun)


def _each_once(results: Sequence[Result]) -> list[Result]:
    """A paper that was named with and without its version is one; what it took is with the one that was made."""
    once: dict[str, Result] = {}
    for result in results:
        if result.entry.id not in once or result.calls:
            once[result.entry.id] = result
    return list(once.values())


async def _folder_name(source: Source, library: Library) -> str:
    """The run folder of one paper: arXiv's id; of another PDF the words of its title and its fingerprint."""
    stem = file_stem(source.paper.id)
    if source.paper.source != "pdf":
        return stem
    try:
        titled, _, _ = await load_document(source, library)
    except PaperError:
        return stem
    return (slug(titled.paper.title) or "pdf-") + stem.removeprefix("pdf-")


async def digest_paper(text: str, ref: Ref, job: Job) -> Result:
    """One paper in a run folder of its own."""
    begun = time.monotonic()
    try:
        source: Source | PaperError = await pipeline.find(ref, job.library)
    except PaperError as error:
        if error.paper_id == text:
            return failure(text, error)  # an address that gave nothing: there is no paper to keep an account of
        source = error
    except SummarizerError as error:
        return failure(text, error)
    paper_id = source.paper_id if isinstance(source, PaperError) else source.paper.id
    try:
        name = file_stem(paper_id) if isinstance(source, PaperError) else await _folder_name(source, job.library)
        async with job.turns[name], open_run_when_free(name, job) as run:  # the turn: the same paper under two names
            if isinstance(source, PaperError):
                result = failure(text, source)
            else:
                result = await digest_in_run(text, source, job, run)
            write_account(run, [result.entry], [result], job.work, begun)
            return result
    except SummarizerError as error:
        return failure(text, error, paper_id)


async def _issue(refs: Sequence[tuple[str, Ref]], job: Job, title: str) -> tuple[list[Result], list[Path]]:
    """All papers in one run folder, and one page of those that have a digest."""
    begun = time.monotonic()
    name = (slug(title) or "issue-") + hashlib.sha256("\n".join(text for text, _ in refs).encode()).hexdigest()[:12]

    async def one(text: str, ref: Ref, run: RunFolder) -> Result:
        try:
            source = await pipeline.find(ref, job.library)
            async with job.turns[source.paper.id]:  # the same paper under two names
                return await digest_in_run(text, source, job, run)
        except SummarizerError as error:
            return failure(text, error)

    async with open_run_when_free(name, job) as run:
        results = _each_once(await asyncio.gather(*(one(text, ref, run) for text, ref in refs)))
        written = write_issue(run, title, results, job, name=issue_name(job.work.style.name))
        write_account(run, [result.entry for result in results], results, job.work, begun, title=title)
    return results, written


async def _plan(text: str, ref: Ref, job: Job) -> Result:
    """What digesting a paper would ask for."""
    try:
        source = await pipeline.find(ref, job.library)
        _, document, images = await load_document(source, job.library)
    except SummarizerError as error:
        return failure(text, error)
    stored, plan = pipeline.plan(source, document, images, job.work)
    calls, usage, reading = (0, Usage(), Usage()) if stored or job.work.model is None else plan.estimate()
    config = job.config
    cost = cost_with_reading(usage, config.model, reading, config.reading_model, config.prices) if calls else 0.0
    shown: dict[str, object] = {
        "stored": stored,
        "calls": calls,
        "prompt_tokens": usage.prompt,
        "completion_tokens": usage.completion,
        "cost": cost,
        "left_out": list(plan.left_out),
    }
    return Result(text, ManifestEntry(source.paper.id, "not_selected", "dry run"), plan=shown)


async def make_picks(first: date, last: date, top: int, job: Job) -> tuple[list[Result], list[Path]]:
    """Digest the `top` papers of a period in the style of the job. Raises `UsageError` if it has no issues."""
    begun = time.monotonic()
    ids = best_papers(job.config.runs, first, last)[:top]
    if not ids:
        raise UsageError(f"{job.config.runs}: no issues from {first} to {last}; make them with `summarize issue`")
    period = f"{first}_{last}"

    async def one(paper_id: str) -> Result:
        try:
            return await digest_in_run(paper_id, await pipeline.find(parse_ref(paper_id), job.library), job, run)
        except SummarizerError as error:
            return failure(paper_id, error)

    async with open_run_when_free(f"picks-{period}", job) as run:
        results = list(await asyncio.gather(*map(one, ids)))
        title = words.PICKS_TITLE.format(date=f"{first}–{last}")
        written = write_issue(run, title, results, job)
        source = f"issues of {first} to {last}"
        write_account(run, [r.entry for r in results], results, job.work, begun, source=source, title=title)
    return results, written


def best_papers(runs: Path, first: date, last: date) -> Sequence[str]:
    """Ids of all papers digested for issues of a period: most stars first, then the score they were chosen with."""
    ranked = []
    for day, manifest in finished_issues(runs):
        if first <= day <= last:
            for entry in manifest.papers:
                if entry.outcome == "digested":
                    digest = load_digest(runs / day.isoformat() / "papers" / file_stem(entry.id))
                    stars = digest.rating.stars if digest and digest.rating else None
                    ranked.append((-(stars or 0), -(entry.score or 0), entry.id))
    return [paper_id for _, _, paper_id in sorted(ranked)]
