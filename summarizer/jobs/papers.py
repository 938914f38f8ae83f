"""`summarize PAPER...`: papers asked for by hand, side by side."""

import asyncio
import hashlib
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from summarizer import pipeline
from summarizer.config import Config
from summarizer.errors import PaperError, SummarizerError
from summarizer.jobs.accounts import Result, digest_in_run, failure, write_account, write_issue
from summarizer.llm.endpoint import warm_up
from summarizer.llm.spending import cost_usd
from summarizer.sources.ids import Ref, file_stem
from summarizer.store.runs import RunFolder, open_run
from summarizer.types import ManifestEntry, Usage, add_usage
from summarizer.work import Work, open_work


@dataclass(frozen=True, slots=True)
class Options:
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
    refs: Sequence[tuple[str, Ref]], config: Config, options: Options, progress: Callable[[str, str], None]
) -> Report:
    """Digest each paper into its own run folder, or all into one with `options.issue`.

    Raises `UsageError` for a wrong style or endpoint; what happens to single papers is in the report.
    """
    begun = time.monotonic()
    async with open_work(
        config, offline=options.offline, since=options.since, max_cost=options.max_cost, progress=progress
    ) as work:
        if work.client and not options.dry_run:
            work.arxiv.submit(warm_up)
        if options.dry_run:
            results = await asyncio.gather(*(_plan(text, ref, work) for text, ref in refs))
            written = []
        elif options.issue is None:
            results = await asyncio.gather(*(_single(text, ref, work) for text, ref in refs))
            written = [result.markdown for result in results if result.markdown]
        else:
            results, written = await _issue(refs, work, options.issue)
        usage = add_usage(result.usage for result in results)
        cost = cost_usd(usage, config.model, config.prices) if work.client else 0.0
    return Report(tuple(results), tuple(written), usage, cost, time.monotonic() - begun)


async def _single(text: str, ref: Ref, work: Work) -> Result:
    """One paper in a run folder of its own."""
    begun = time.monotonic()
    try:
        source: pipeline.Source | PaperError = await pipeline.load_source(ref, work)
    except PaperError as error:
        if error.paper_id == text:
            return failure(text, error)  # an address that gave nothing: there is no paper to keep an account of
        source = error
    except SummarizerError as error:
        return failure(text, error)
    paper_id = source.paper_id if isinstance(source, PaperError) else source.paper.id
    stem = file_stem(paper_id)
    try:
        async with work.turns[stem]:  # the same paper under two names
            with open_run(work.config.runs / stem, work.config.clock()) as run:
                if isinstance(source, PaperError):
                    result = failure(text, source)
                else:
                    result = await digest_in_run(text, source, work, run)
                write_account(run, [result.entry], [result], work, begun)
                return result
    except SummarizerError as error:
        return failure(text, error, paper_id)


async def _issue(refs: Sequence[tuple[str, Ref]], work: Work, title: str) -> tuple[list[Result], list[Path]]:
    """All papers in one run folder, and one page of those that have a digest."""
    begun = time.monotonic()
    name = "issue-" + hashlib.sha256("\n".join(text for text, _ in refs).encode()).hexdigest()[:12]

    async def one(text: str, ref: Ref, run: RunFolder) -> Result:
        try:
            return await digest_in_run(text, await pipeline.load_source(ref, work), work, run)
        except SummarizerError as error:
            return failure(text, error)

    with open_run(work.config.runs / name, work.config.clock()) as run:
        results = list(await asyncio.gather(*(one(text, ref, run) for text, ref in refs)))
        written = write_issue(run, title, results, work)
        write_account(run, [result.entry for result in results], results, work, begun)
    return results, written


async def _plan(text: str, ref: Ref, work: Work) -> Result:
    """What digesting a paper would ask for."""
    try:
        source = await pipeline.load_source(ref, work)
        _, document, _ = await pipeline.load_document(source, work)
    except SummarizerError as error:
        return failure(text, error)
    stored, plan = pipeline.plan(source, document, work)
    calls, usage = (0, Usage()) if stored or work.client is None else plan.estimate()
    shown: dict[str, object] = {
        "stored": stored,
        "calls": calls,
        "prompt_tokens": usage.prompt,
        "completion_tokens": usage.completion,
        "cost": cost_usd(usage, work.config.model, work.config.prices) if calls else 0.0,
        "left_out": list(plan.left_out),
    }
    return Result(text, ManifestEntry(source.paper.id, "not_selected", "dry run"), plan=shown)
