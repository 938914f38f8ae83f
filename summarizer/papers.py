"""`summarize PAPER...`: papers asked for by hand, side by side, each accounted for."""

import asyncio
import hashlib
import os
import time
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, asynccontextmanager
from contextvars import ContextVar
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC
from pathlib import Path

from summarizer import __version__, pipeline
from summarizer.config import Config
from summarizer.errors import PaperError, SummarizerError
from summarizer.files import write_atomic
from summarizer.llm.client import CallEvent, Client, warm_up
from summarizer.llm.cost import cost_usd
from summarizer.llm.digest import Prompts
from summarizer.llm.rungs import RungMemory
from summarizer.output import markdown
from summarizer.pipeline import Work
from summarizer.runs import RunFolder, failed_entry, ledger, open_run
from summarizer.sources.fetch import Fetcher
from summarizer.sources.ids import Ref, file_stem
from summarizer.store import Store, digest_of
from summarizer.styles import find_style, load_prompt, load_text
from summarizer.types import Digest, Manifest, ManifestEntry, Usage, add_usage


@dataclass(slots=True)
class _Tally:
    """What one paper asks for now; stored answers are free. Its calls are recorded in its run."""

    run: RunFolder
    calls: int = 0
    usage: Usage = field(default_factory=Usage)


_tally: ContextVar[_Tally | None] = ContextVar("tally", default=None)  # of the paper the current task works on


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line asks for besides the configuration."""

    offline: bool = False
    force: bool = False
    dry_run: bool = False
    max_cost: float | None = None
    issue: str | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one paper asked for. `error` is None for a digest, old or new."""

    ref: str
    entry: ManifestEntry
    markdown: Path | None = None
    digest: Digest | None = None
    calls: int = 0  # made now
    usage: Usage = field(default_factory=Usage)  # of these calls
    error: SummarizerError | None = None
    plan: dict[str, object] | None = None  # of a dry run


@dataclass(frozen=True, slots=True)
class Report:
    """All papers asked for, in the order asked; the paths written; what it cost."""

    results: tuple[Result, ...]
    written: tuple[Path, ...]
    usage: Usage
    cost: float | None
    seconds: float


@dataclass(slots=True)
class _Purse:
    """Dollars promised to the calls under way and spent by those that are done."""

    ceiling: float | None
    spent: float = 0.0

    def take(self, paper_id: str, estimate: float | None) -> float:
        if self.ceiling is None:
            return 0.0
        if estimate is None:
            raise PaperError(paper_id, "failed", "--max-cost needs the model's price: set [prices] in config.toml")
        if self.spent + estimate > self.ceiling:
            reason = f"about ${estimate:.4f} more would pass --max-cost {self.ceiling:g}"
            raise PaperError(paper_id, "failed", reason)
        self.spent += estimate
        return estimate

    def settle(self, promised: float, paid: float | None) -> None:
        self.spent += (paid or 0.0) - promised


@asynccontextmanager
async def open_work(
    config: Config,
    *,
    offline: bool = False,
    force: bool = False,
    progress: Callable[[str, str], None] = lambda _paper, _stage: None,
) -> AsyncIterator[Work]:
    """Everything that the papers of a run share, opened and closed in order."""
    style = find_style(config.style)
    prompts = Prompts(load_prompt("notes"), load_prompt("repair"), load_text("reask"))
    store = Store(config.runs / "store")
    async with AsyncExitStack() as stack:
        fetcher = stack.enter_context(Fetcher(config))
        executor = stack.enter_context(ThreadPoolExecutor(os.cpu_count() or 1))
        client = None
        if not (offline or config.offline):
            rungs = RungMemory(store.root / "rungs.json", config.clock)
            client = await stack.enter_async_context(Client(config, rungs, _record_call))
        yield Work(config, store, style, prompts, fetcher, executor, client, force, progress)


async def digest_papers(
    refs: Sequence[tuple[str, Ref]], config: Config, options: Options, progress: Callable[[str, str], None]
) -> Report:
    """Digest each paper into its own run folder, or all into one with `options.issue`.

    Raises `UsageError` for a wrong style or model; what happens to single papers is in the report.
    """
    begun = time.monotonic()
    purse = _Purse(options.max_cost)
    async with open_work(config, offline=options.offline, force=options.force, progress=progress) as work:
        if work.client and not options.dry_run:
            work.executor.submit(warm_up)
        if options.issue is None:
            results = await asyncio.gather(*(_single(text, ref, work, options, purse) for text, ref in refs))
            written = [result.markdown for result in results if result.markdown]
        else:
            results, written = await _issue(refs, work, options, purse)
    usage = add_usage(result.usage for result in results)
    cost = cost_usd(usage, config.model, config.prices) if work.client else 0.0
    return Report(tuple(results), tuple(written), usage, cost, time.monotonic() - begun)


async def _single(text: str, ref: Ref, work: Work, options: Options, purse: _Purse) -> Result:
    """One paper in a run folder of its own."""
    try:
        source = await pipeline.load_source(ref, work)
        if options.dry_run:
            return await _plan(text, source, work)
    except PaperError as error:
        if options.dry_run or error.paper_id == text:
            return _failure(text, error)
        with open_run(work.config.runs / file_stem(error.paper_id), work.config.clock()) as run:
            result = _failure(text, error)
            _finish(run, [result], work, time.monotonic())
            return result
    except SummarizerError as error:
        return _failure(text, error)
    begun = time.monotonic()
    stem = file_stem(source.paper.id)
    try:
        async with work.turns[stem]:  # the same paper under two names
            with open_run(work.config.runs / stem, work.config.clock()) as run:
                result = await _in_run(text, source, work, run, purse)
                _finish(run, [result], work, begun)
                return result
    except SummarizerError as error:
        return _failure(text, error, source.paper.id)


async def _issue(
    refs: Sequence[tuple[str, Ref]], work: Work, options: Options, purse: _Purse
) -> tuple[list[Result], list[Path]]:
    """All papers in one run folder, and one page of those that have a digest."""
    name = "issue-" + hashlib.sha256("\n".join(text for text, _ in refs).encode()).hexdigest()[:12]
    begun = time.monotonic()

    async def one(text: str, ref: Ref, run: RunFolder | None) -> Result:
        try:
            source = await pipeline.load_source(ref, work)
            return await (_plan(text, source, work) if run is None else _in_run(text, source, work, run, purse))
        except SummarizerError as error:
            return _failure(text, error)

    if options.dry_run:
        return list(await asyncio.gather(*(one(text, ref, None) for text, ref in refs))), []
    with open_run(work.config.runs / name, work.config.clock()) as run:
        results = list(await asyncio.gather(*(one(text, ref, run) for text, ref in refs)))
        digests = [
            (r.digest, f"papers/{file_stem(r.digest.paper.id)}/") for r in results if r.digest is not None
        ]
        written = []
        if digests:
            write_atomic(run.path / "issue.md", markdown.issue(options.issue or name, digests))
            written.append(run.path / "issue.md")
        _finish(run, results, work, begun)
    return results, written


async def _in_run(text: str, source: pipeline.Source, work: Work, run: RunFolder, purse: _Purse) -> Result:
    tally = _Tally(run)
    token = _tally.set(tally)
    promised = 0.0
    try:
        if purse.ceiling is not None and work.client:
            _, document, _ = await pipeline.load_document(source, work)
            stored, plan = pipeline.plan(source, document, work)
            promised = 0.0 if stored else purse.take(source.paper.id, pipeline.estimated_cost(plan, work.config))
        digest = await pipeline.make_digest(source, work)
        path = await pipeline.publish(digest, source, work, run)
        work.progress(source.paper.id, "done")
        return Result(text, pipeline.manifest_entry(digest), path, digest, tally.calls, tally.usage)
    except PaperError as error:
        return replace(_failure(text, error, source.paper.id), calls=tally.calls, usage=tally.usage)
    finally:
        purse.settle(promised, cost_usd(tally.usage, work.config.model, work.config.prices))
        _tally.reset(token)


async def _plan(text: str, source: pipeline.Source, work: Work) -> Result:
    _, document, _ = await pipeline.load_document(source, work)
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


def _failure(text: str, error: SummarizerError, paper_id: str | None = None) -> Result:
    if isinstance(error, PaperError):
        return Result(text, failed_entry(error.paper_id, error.outcome, error.reason), error=error)
    return Result(text, failed_entry(paper_id or text, "failed", str(error)), error=error)


def _finish(run: RunFolder, results: Sequence[Result], work: Work, begun: float) -> None:
    """Write the account of a run."""
    entries = tuple(result.entry for result in results)
    usage = add_usage(entry.usage for entry in entries)
    model = work.config.model if work.client else ""
    made = next((result.digest for result in results if result.digest), None)
    run.write_manifest(
        Manifest(
            date=None,
            source="command line",
            ledger=ledger(entries),
            papers=entries,
            usage=usage,
            cost=cost_usd(usage, model, work.config.prices) if model else 0.0,
            code_version=__version__,
            model=model,
            style=work.style.name,
            prompt_digest=made.prompt_digest if made else digest_of(work.prompts.digests(work.style)),
            schema_digest=made.schema_digest if made else "",
            started=run.started.astimezone(UTC).isoformat(timespec="seconds"),
            seconds=round(time.monotonic() - begun, 3),
        )
    )
    failed = sum(result.error is not None for result in results)
    calls = sum(result.calls for result in results)
    run.write_attempt("failed" if failed else "done", {"papers": len(results), "failed": failed, "calls": calls})


def _record_call(event: CallEvent) -> None:
    tally = _tally.get()
    if tally is not None:
        tally.run.record({"event": "call", **asdict(event)})
        tally.calls += event.usage is not None
        tally.usage = add_usage([tally.usage, event.usage or Usage()])
