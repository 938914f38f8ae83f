"""Every paper of a run accounted for: what became of it, what it cost, and the manifest that says so."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC
from pathlib import Path

from summarizer import __version__, pipeline
from summarizer.errors import PaperError, SummarizerError
from summarizer.files import write_atomic
from summarizer.jobs.job import Job
from summarizer.llm.spending import Tally, cost_with_reading, current_tally
from summarizer.output import words
from summarizer.output.issue import Placed, issue_pages
from summarizer.paper.source import Source
from summarizer.sources.ids import file_stem
from summarizer.store.pages import with_pictures
from summarizer.store.results import fingerprint, noting
from summarizer.store.runs import RunFolder, digest_name, failed_entry, ledger, load_digest
from summarizer.trust.repeats import shared_sentences
from summarizer.types import Digest, Manifest, ManifestEntry, Usage, add_usage
from summarizer.work import Work

_NOTHING = Usage()

# What is raised where a value is not what it is taken for. No paper's content ends more than its own digest.
_INDIGESTIBLE = (ArithmeticError, AssertionError, AttributeError, LookupError, RecursionError, TypeError, ValueError)


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one paper. `error` is None for a digest, old or new."""

    ref: str  # as it was asked for
    entry: ManifestEntry
    markdown: Path | None = None
    digest: Digest | None = None
    calls: int = 0  # made now
    usage: Usage = field(default_factory=Usage)  # of these calls
    error: SummarizerError | None = None
    plan: dict[str, object] | None = None  # of a dry run


async def digest_in_run(text: str, source: Source, job: Job, run: RunFolder) -> Result:
    """Digest one paper into a run folder. Raises what is not this paper's own trouble.

    A digest that a model wrote stays where there would only be a draft, unless drafts are wanted.
    """
    if not (job.work.model or job.drafts_wanted) and (written := _written_by_model(text, source, job, run)):
        job.progress(source.paper.id, "there is no model to ask: the digest that one wrote stays")
        return written
    tally = Tally(run)
    token = current_tally.set(tally)
    try:
        with noting() as uses:
            digest = await pipeline.make_digest(source, job.work, job.library)
        path = await pipeline.publish(digest, source, job.library, run)
        job.progress(source.paper.id, "done")
        return Result(text, _entry(digest), path, digest, tally.calls, tally.usage)
    except PaperError as error:
        return replace(failure(text, error, source.paper.id), calls=tally.calls, usage=tally.usage)
    except _INDIGESTIBLE as fault:
        job.work.store.note_trouble(uses)
        reason = f"the program cannot digest it: {type(fault).__name__}: {fault}"
        failed = failure(text, PaperError(source.paper.id, "failed", reason))
        return replace(failed, calls=tally.calls, usage=tally.usage)
    finally:
        current_tally.reset(token)


def _written_by_model(text: str, source: Source, job: Job, run: RunFolder) -> Result | None:
    """The digest that a model wrote, as it is in the run folder."""
    stem, style = file_stem(source.paper.id), job.work.style.name
    digest = load_digest(run.paper_folder(stem), f"{digest_name(style)}.json")
    if digest is None or not digest.model:
        return None
    return Result(text, _entry(digest), run.digest_page(stem, style), digest)


def _entry(digest: Digest) -> ManifestEntry:
    return ManifestEntry(
        digest.paper.id,
        "digested",
        claims=len(digest.claims),
        citations=sum(len(claim.passages) for claim in digest.claims),
        numbers=digest.numbers,
        repaired=digest.repaired,
        omitted=len(digest.omitted),
        calls=digest.calls,
        usage=digest.usage,
        key=digest.key,
        reading=digest.reading,
    )


def failure(text: str, error: SummarizerError, paper_id: str | None = None) -> Result:
    error = error.with_traceback(None)  # its frames hold PDFs and documents
    if isinstance(error, PaperError):
        return Result(text, failed_entry(error.paper_id, error.outcome, error.reason), error=error)
    return Result(text, failed_entry(paper_id or text, "failed", str(error)), error=error)


def write_issue(
    run: RunFolder,
    title: str,
    results: Sequence[Result],
    job: Job,
    *,
    name: str = "issue",
    parts: int = 1,
    standalone: bool = False,
) -> list[Path]:
    """Write the digests of a run as `<name>.md` (`<name>-1.md`, ... in parts); nothing if there are none.

    Pages of the same name in another form are taken away when these are complete.

    Sentences that two entries share go into the run's events as warnings: one of them may be the other paper's.
    """
    placed = [Placed(r.digest, f"papers/{file_stem(r.digest.paper.id)}/") for r in results if r.digest is not None]
    if not placed:
        return []
    for shared in shared_sentences({p.digest.paper.id: [c.text for c in p.digest.claims] for p in placed}):
        text = f"{shared.first} and {shared.second} share a sentence: {shared.text}"
        run.record({"event": "warning", "text": text})
        job.progress(run.path.name, text)
    written = []
    pages = issue_pages(title, placed, job.config.afterword or words.ISSUE_AFTERWORD, parts)
    for number, page in enumerate(pages, 1):
        part = name if len(pages) == 1 else f"{name}-{number}"
        written.append(run.path / f"{part}.md")
        write_atomic(written[-1], page)
        if standalone:
            written.append(run.path / f"{part}-standalone.md")
            write_atomic(written[-1], with_pictures(page, run.path))
    for page_before in set(run.issue_pages(name)) - set(written):
        page_before.unlink()
    return written


def write_account(
    run: RunFolder,
    entries: Sequence[ManifestEntry],
    results: Sequence[Result],
    work: Work,
    begun: float,
    *,
    date: str | None = None,
    source: str = "command line",
    choosing: Usage = _NOTHING,
    choice: str = "",
    inputs: str = "",
    title: str = "",
) -> Manifest:
    """Write the manifest and the record of this attempt. `begun` is in seconds of the monotonic clock."""
    usage = add_usage([choosing, *(entry.usage for entry in entries)])
    reading = add_usage(entry.reading for entry in entries)
    config, model = work.config, work.config.model if work.model else ""
    made = next((result.digest for result in results if result.digest), None)
    manifest = Manifest(
        date=date,
        source=source,
        ledger=ledger(entries),
        papers=tuple(entries),
        usage=usage,
        cost=cost_with_reading(usage, model, reading, config.reading_model, config.prices) if model else 0.0,
        code_version=__version__,
        model=model,
        style=work.style.name,
        prompt_fingerprint=made.prompt_fingerprint if made else fingerprint(work.prompt_fingerprints),
        schema_fingerprint=made.schema_fingerprint if made else "",
        started=run.started.astimezone(UTC).isoformat(timespec="seconds"),
        seconds=round(time.monotonic() - begun, 3),
        choice=choice,
        choosing=choosing,
        inputs=inputs,
        title=title,
    )
    run.write_manifest(manifest)
    failed = sum(result.error is not None for result in results)
    calls = sum(result.calls for result in results)
    run.write_attempt("failed" if failed else "done", {"papers": len(results), "failed": failed, "calls": calls})
    return manifest
