"""The issue of a mailing date or of a list: the best of it digested, every paper accounted for."""

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

from summarizer import pipeline
from summarizer.config import Config
from summarizer.errors import (
    AnswerError,
    CeilingError,
    EndpointError,
    PaperError,
    SummarizerError,
    TryLaterError,
    UnknownPaperError,
)
from summarizer.jobs.accounts import Result, digest_in_run, failure, write_account, write_issue
from summarizer.jobs.choice import announced, choice_parts, choose_papers, find_candidates
from summarizer.jobs.job import Job, open_run_when_free
from summarizer.llm.choose import Choice
from summarizer.output import renderer_fingerprint, words
from summarizer.paper.source import Source, stored_source
from summarizer.sources.ids import file_stem, parse_ref, slug
from summarizer.sources.lists.announced import Announcement, NoAnnouncement
from summarizer.sources.lists.given import Given
from summarizer.store.published import load_manifest
from summarizer.store.results import fingerprint, key_of
from summarizer.store.runs import RunFolder, digest_name, issue_name, load_digest
from summarizer.types import Manifest, ManifestEntry, Paper, Usage
from summarizer.work import Work


@dataclass(frozen=True, slots=True)
class Issue:
    """What became of one mailing date, or of a list. `manifest` is None where nothing was announced."""

    date: date  # of a list: when it was made
    written: tuple[Path, ...] = ()
    manifest: Manifest | None = None
    results: tuple[Result, ...] = ()
    note: str = ""  # why there is no issue
    unchanged: bool = False  # the issue was there, and all that it is made of is as it was


async def make_issue(day: date, job: Job) -> Issue:
    """The issue of a mailing date, from the store as far as it is there.

    Raises `TryLaterError` where the date is not announced yet, arXiv or the model is down, or another
    process works on this date; then what is done is kept, and no manifest says that the date is finished.
    """
    announcement = await announced(day, job)
    if isinstance(announcement, NoAnnouncement):
        return Issue(day, note=f"{day}: no announcement: {announcement.reason}")
    return await issue_of(announcement, job)


async def issue_of(
    announcement: Announcement,
    job: Job,
    *,
    retry: bool = True,
    keep: Callable[[ManifestEntry], bool] | None = None,
    failed: dict[str, Result] | None = None,
) -> Issue:
    """The issue of a list. Of several dates at once, earlier ones must be begun earlier.

    All is redone whose inputs have changed, and with `retry` what failed before. With `keep` a finished issue stays
    as it is but for the papers for whose entries it is false. `failed` are papers that failed in an earlier round of
    batches and are not tried again; those of this round are added to it.
    """
    begun, day = time.monotonic(), announcement.date
    ids = [paper.id for paper in announcement.papers]
    async with job.published.turn(day, ids), open_run_when_free(day.isoformat(), job) as run:
        published = job.published.before(day, ids)
        fresh = [paper for paper in announcement.papers if paper.id not in published]
        parts = choice_parts(fresh, job.work)
        before = load_manifest(run.path)
        if before and keep is None and _unchanged(before, key_of("choice", parts), published, job.work, run, retry):
            return Issue(day, tuple(run.issue_pages(issue_name(job.work.style.name))), before, unchanged=True)
        if before and keep:
            return await _make_some_again(before, published, job, run, keep, failed)
        chosen = await choose_papers(fresh, parts, job, run)
        results = await _digest_best(chosen.choices, job, run, failed)
        _check_that_any_was_made(str(day), results)
        if before and any(result.entry.outcome == "not_selected" for result in results.values()):
            raise CeilingError(f"{day}: --max-cost is reached; the issue that is there stays as it is")
        entries = _entries(announcement.papers, chosen.choices, results, published)
        if len(entries) != len(ids):
            raise SummarizerError(f"{day}: {len(ids)} papers announced, {len(entries)} accounted for")
        issue = _finish(
            day, announcement.source, chosen.key, chosen.usage, entries, results, published, job, run, begun
        )
    job.progress(str(day), "done")
    return issue


async def issue_of_list(name: str, listed: Sequence[Given], job: Job) -> Issue:
    """The issue of a list that somebody gives under a name. Raises what `issue_of` raises."""
    begun = time.monotonic()
    found = await find_candidates(listed, job.library)
    texts = fingerprint([[paper.id, paper.title, paper.abstract] for paper in found.papers])
    async with open_run_when_free(f"list-{slug(name)}{texts[:6]}", job) as run:
        before = load_manifest(run.path)
        chosen = await choose_papers(found.papers, choice_parts(found.papers, job.work) | {"list": texts}, job, run)
        results = await _digest_best(chosen.choices, job, run, None)
        _check_that_any_was_made(name, results)
        if before and any(result.entry.outcome == "not_selected" for result in results.values()):
            raise CeilingError(f"{name}: --max-cost is reached; the issue that is there stays as it is")
        entries = _entries(found.papers, chosen.choices, results, {}) + [result.entry for result in found.unusable]
        ranked = [result for result in results.values() if result.digest]
        title = words.list_title(name)
        written = _write_pages(run, title, ranked, job)
        tried = [*results.values(), *found.unusable]
        manifest = write_account(
            run, entries, tried, job.work, begun, source=f"list {name}".rstrip(), choosing=chosen.usage,
            choice=chosen.key, title=title,
        )  # fmt: skip
    job.progress(run.path.name, "done")
    return Issue(run.started.date(), tuple(written), manifest, tuple(tried))


def _finish(
    day: date,
    source: str,
    choice: str,
    choosing: Usage,
    entries: Sequence[ManifestEntry],
    results: Mapping[str, Result],
    published: Mapping[str, date],
    job: Job,
    run: RunFolder,
    begun: float,
) -> Issue:
    """Write the page, in the order of the entries, and the account."""
    config = job.config
    title = (config.issue_title or words.ISSUE_TITLE).replace("{date}", day.isoformat())
    ranked = [results[entry.id] for entry in entries if entry.id in results and results[entry.id].digest]
    written = _write_pages(run, title, ranked, job)
    cut = any(result.entry.outcome == "not_selected" for result in results.values())  # by --max-cost: not finished
    inputs = "" if cut else inputs_fingerprint(choice, _keys(entries, job.work), published, config)
    manifest = write_account(
        run, entries, list(results.values()), job.work, begun, date=day.isoformat(), source=source, choosing=choosing,
        choice=choice, inputs=inputs, title=title,
    )  # fmt: skip
    job.published.record(day, manifest)
    return Issue(day, tuple(written), manifest, tuple(results.values()))


def _write_pages(run: RunFolder, title: str, ranked: Sequence[Result], job: Job) -> list[Path]:
    name, config = issue_name(job.work.style.name), job.config
    return write_issue(run, title, ranked, job, name=name, parts=config.parts, standalone=config.standalone)


async def _make_some_again(
    before: Manifest,
    published: Mapping[str, date],
    job: Job,
    run: RunFolder,
    keep: Callable[[ManifestEntry], bool],
    failed: dict[str, Result] | None,
) -> Issue:
    """A finished issue with some of its papers made again; the choice and the order stay."""
    begun, day = time.monotonic(), date.fromisoformat(run.path.name)
    results = {
        e.id: _as_published(e, before.style, run) for e in before.papers if e.outcome != "not_selected" and keep(e)
    }
    again = [e.id for e in before.papers if e.outcome == "digested" and not keep(e)]
    anew = await _digest_all(again, job, run, failed)
    _check_that_any_was_made(str(day), anew)
    results |= anew
    lost = [e.id for e in before.papers if e.outcome not in ("digested", "not_selected") and not keep(e)]
    while lost and (missing := job.config.top - sum(r.digest is not None for r in results.values())) > 0:
        results |= await _digest_all(lost[:missing], job, run, failed)
        lost = lost[missing:]
    if any(result.entry.outcome == "not_selected" for result in results.values()):
        raise CeilingError(f"{day}: --max-cost is reached; the issue that is there stays as it is")
    entries = [
        replace(made.entry, title=entry.title, score=entry.score, why=entry.why)
        if (made := results.get(entry.id))
        else entry
        for entry in before.papers
    ]
    return _finish(day, before.source, before.choice, before.choosing, entries, results, published, job, run, begun)


def _as_published(entry: ManifestEntry, style: str, run: RunFolder) -> Result:
    stem = file_stem(entry.id)
    digest = load_digest(run.paper_folder(stem), f"{digest_name(style)}.json") if entry.outcome == "digested" else None
    return Result(entry.id, entry, run.digest_page(stem, style) if digest else None, digest)


def _unchanged(
    before: Manifest, choice: str, published: Mapping[str, date], work: Work, run: RunFolder, retry: bool
) -> bool:
    """Whether an issue is what it would become: all that it is made of is as it was, and its files are there."""
    since = work.store.since
    if since and datetime.fromisoformat(before.started) < since:
        return False
    if retry and any(entry.outcome in ("failed", "no_pdf") for entry in before.papers):
        return False
    keys = _keys(before.papers, work)
    stems = {entry.id: file_stem(entry.id) for entry in before.papers if entry.outcome == "digested"}
    if not all(run.has_digest(stem, work.style.name, keys[paper]) for paper, stem in stems.items()):
        return False
    page_is_there = not stems or bool(run.issue_pages(issue_name(work.style.name)))
    return page_is_there and before.inputs == inputs_fingerprint(choice, keys, published, work.config)


def _keys(entries: Sequence[ManifestEntry], work: Work) -> dict[str, str]:
    """{paper id: the key of the digest that it would get now} of all papers that were tried; "" if it is not known."""
    sources = {
        e.id: stored_source(parse_ref(e.id), work.config, work.store) for e in entries if e.outcome != "not_selected"
    }
    return {
        paper: "" if isinstance(source, str) else key_of("digest", pipeline.digest_parts(source, work))
        for paper, source in sources.items()
    }


def inputs_fingerprint(choice: str, keys: Mapping[str, str], published: Mapping[str, date], config: Config) -> str:
    """A digest of all that an issue is made of; `keys` are those of its papers' digests."""
    page = [config.issue_title, config.afterword, config.parts, config.standalone, renderer_fingerprint()]
    earlier = {paper: day.isoformat() for paper, day in published.items()}
    return fingerprint([choice, dict(keys), earlier, page])


async def _digest_best(
    choices: Sequence[Choice], job: Job, run: RunFolder, failed: dict[str, Result] | None
) -> dict[str, Result]:
    """Digests in the order of the choices. A paper without one is replaced by the next in rank.

    At most twice as many papers are tried as wanted: a trouble that all papers share ends here.
    """
    wanted = sum(choice.taken for choice in choices)
    queue = [choice.id for choice in choices if choice.by != "excluded"][: 2 * wanted]
    results: dict[str, Result] = {}
    while queue and (missing := wanted - sum(r.digest is not None for r in results.values())) > 0:
        batch, queue = queue[:missing], queue[missing:]
        results |= await _digest_all(batch, job, run, failed)
        if any(result.entry.outcome == "not_selected" for result in results.values()):
            break  # --max-cost is reached
    return results


def _check_that_any_was_made(name: str, results: Mapping[str, Result]) -> None:
    """Where the model made nothing of any paper, the model or its set-up is the trouble: the issue is not finished.

    Raises `TryLaterError` naming the cause. One paper alone may be its own trouble, unless the endpoint refuses it
    without a word about its content.
    """
    refused = [result.error for result in results.values() if isinstance(result.error, AnswerError)]
    others = any(result.digest or result.entry.outcome == "not_selected" for result in results.values())
    if refused and not others and (len(refused) > 1 or isinstance(refused[0], EndpointError)):
        cause, count = Counter(error.reason for error in refused).most_common(1)[0]
        raise TryLaterError(f"{name}: no paper was digested; {count} of {len(results)} failed alike: {cause}")


async def _digest_all(
    papers: Sequence[str], job: Job, run: RunFolder, failed: dict[str, Result] | None
) -> dict[str, Result]:
    """Side by side. An error that is not of one paper is raised when all have ended, so that none is lost."""

    async def digest(paper_id: str) -> Result:
        if failed and paper_id in failed:
            return failed[paper_id]
        try:
            return await digest_in_run(paper_id, await _find(paper_id, job), job, run)
        except (PaperError, UnknownPaperError) as error:
            return failure(paper_id, error)

    done = await asyncio.gather(*map(digest, papers), return_exceptions=True)
    results = {paper: result for paper, result in zip(papers, done, strict=True) if isinstance(result, Result)}
    if failed is not None:
        failed |= {paper: result for paper, result in results.items() if result.error}
    for result in done:
        if isinstance(result, BaseException):
            raise result
    return results


async def _find(paper_id: str, job: Job) -> Source:
    """The paper with its PDF. A host of a list's paper that is down is that paper's trouble; arXiv is everyone's."""
    ref = parse_ref(paper_id)
    try:
        return await pipeline.find(ref, job.library)
    except TryLaterError as error:
        if ref.kind != "url" or job.stopped.is_set():
            raise
        raise PaperError(paper_id, "failed", str(error)) from error


def _entries(
    papers: Sequence[Paper], choices: Sequence[Choice], results: Mapping[str, Result], published: Mapping[str, date]
) -> list[ManifestEntry]:
    """One entry a paper announced: first in rank order, then those of earlier issues."""
    titles = {paper.id: paper.title for paper in papers}
    entries = []
    for choice in choices:
        result = results.get(choice.id)
        entry = result.entry if result else ManifestEntry(choice.id, "not_selected")
        entries.append(replace(entry, title=titles[choice.id], score=choice.score, why=choice.why))
    for paper in papers:
        if day := published.get(paper.id):
            entries.append(ManifestEntry(paper.id, "not_selected", f"in the issue of {day}", paper.title))
    return entries
