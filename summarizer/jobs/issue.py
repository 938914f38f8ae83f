"""The dated issue: what was announced on a mailing date, the best of it digested, every paper accounted for."""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

from summarizer import pipeline
from summarizer.config import Config
from summarizer.errors import CeilingError, NotAnnouncedError, PaperError, SummarizerError, UnknownPaperError
from summarizer.jobs.accounts import Result, digest_in_run, failure, write_account, write_issue
from summarizer.llm.choose import Choice, choose
from summarizer.llm.spending import Tally, current_tally
from summarizer.output import renderer_digest, words
from summarizer.sources.ids import file_stem, parse_ref
from summarizer.sources.lists.announced import Announcement, NoAnnouncement, NotYet, announced_on
from summarizer.store.published import load_manifest
from summarizer.store.results import digest_of, key_of, noting
from summarizer.store.runs import RunFolder, load_digest, open_run
from summarizer.types import Manifest, ManifestEntry, Paper, Usage
from summarizer.work import Work


@dataclass(frozen=True, slots=True)
class Issue:
    """What became of one mailing date. `manifest` is None where nothing was announced."""

    date: date
    written: tuple[Path, ...] = ()
    manifest: Manifest | None = None
    results: tuple[Result, ...] = ()
    note: str = ""  # why there is no issue
    unchanged: bool = False  # the issue was there, and all that it is made of is as it was


@dataclass(frozen=True, slots=True)
class Chosen:
    """The candidates in rank order, and what ranking them took."""

    key: str  # in the store
    choices: tuple[Choice, ...]
    usage: Usage
    calls: int


async def make_issue(day: date, work: Work) -> Issue:
    """The issue of a mailing date, from the store as far as it is there.

    Raises `TryLaterError` where the date is not announced yet, arXiv or the model is down, or another
    process works on this date; then what is done is kept, and no manifest says that the date is finished.
    """
    announcement = await announced(day, work)
    if isinstance(announcement, NoAnnouncement):
        return Issue(day, note=f"{day}: no announcement: {announcement.reason}")
    return await issue_of(announcement, work)


async def announced(day: date, work: Work) -> Announcement | NoAnnouncement:
    """The list of a mailing date. Raises `TryLaterError` where it is not out yet or arXiv is down."""
    return await asyncio.get_running_loop().run_in_executor(work.arxiv, _announcement, day, work)


async def issue_of(
    announcement: Announcement, work: Work, *, retry: bool = True, keep: Callable[[ManifestEntry], bool] | None = None
) -> Issue:
    """The issue of a list. Of several dates at once, earlier ones must be begun earlier.

    All is redone whose inputs have changed, and with `retry` what failed before. With `keep` a finished issue stays
    as it is but for the papers for whose entries it is false.
    """
    begun, day = time.monotonic(), announcement.date
    ids = [paper.id for paper in announcement.papers]
    async with work.published.turn(day, ids):
        with open_run(work.config.runs / day.isoformat(), work.config.clock()) as run:
            published = work.published.before(day, ids)
            fresh = [paper for paper in announcement.papers if paper.id not in published]
            parts = choice_parts(fresh, work)
            before = load_manifest(run.path)
            if before and keep is None and _unchanged(before, key_of("choice", parts), published, work, run, retry):
                return Issue(day, tuple(sorted(run.path.glob("issue*.md"))), before, unchanged=True)
            if before and keep:
                return await _mend(before, published, work, run, keep)
            chosen = await _choose(fresh, parts, work, run)
            results = await _digest_best(chosen.choices, work, run)
            if before and any(result.entry.outcome == "not_selected" for result in results.values()):
                raise CeilingError(f"{day}: --max-cost is reached; the issue that is there stays as it is")
            entries = _entries(announcement.papers, chosen.choices, results, published)
            if len(entries) != len(ids):
                raise SummarizerError(f"{day}: {len(ids)} papers announced, {len(entries)} accounted for")
            issue = _finish(
                day, announcement.source, chosen.key, chosen.usage, entries, results, published, work, run, begun
            )
    work.progress(str(day), "done")
    return issue


def _finish(
    day: date,
    source: str,
    choice: str,
    choosing: Usage,
    entries: Sequence[ManifestEntry],
    results: Mapping[str, Result],
    published: Mapping[str, date],
    work: Work,
    run: RunFolder,
    begun: float,
) -> Issue:
    """Write the page, in the order of the entries, and the account."""
    config = work.config
    title = (config.issue_title or words.ISSUE_TITLE).replace("{date}", day.isoformat())
    ranked = [results[entry.id] for entry in entries if entry.id in results and results[entry.id].digest]
    written = write_issue(run, title, ranked, work, parts=config.parts, standalone=config.standalone)
    cut = any(result.entry.outcome == "not_selected" for result in results.values())  # by --max-cost: not finished
    manifest = write_account(
        run, entries, list(results.values()), work, begun, date=day.isoformat(), source=source, choosing=choosing,
        choice=choice, inputs="" if cut else inputs_digest(choice, _keys(entries, work), published, work),
    )  # fmt: skip
    work.published.record(day, manifest)
    return Issue(day, tuple(written), manifest, tuple(results.values()))


async def _mend(
    before: Manifest, published: Mapping[str, date], work: Work, run: RunFolder, keep: Callable[[ManifestEntry], bool]
) -> Issue:
    """A finished issue with some of its papers made again; the choice and the order stay."""
    begun, day = time.monotonic(), date.fromisoformat(run.path.name)
    results = {e.id: _kept(e, run) for e in before.papers if e.outcome != "not_selected" and keep(e)}
    again = [e.id for e in before.papers if e.outcome == "digested" and not keep(e)]
    results |= await _all(again, work, run)
    lost = [e.id for e in before.papers if e.outcome not in ("digested", "not_selected") and not keep(e)]
    while lost and (missing := work.config.top - sum(r.digest is not None for r in results.values())) > 0:
        results |= await _all(lost[:missing], work, run)
        lost = lost[missing:]
    if any(result.entry.outcome == "not_selected" for result in results.values()):
        raise CeilingError(f"{day}: --max-cost is reached; the issue that is there stays as it is")
    entries = [
        replace(results[entry.id].entry, score=entry.score, why=entry.why) if entry.id in results else entry
        for entry in before.papers
    ]
    return _finish(day, before.source, before.choice, before.choosing, entries, results, published, work, run, begun)


def _kept(entry: ManifestEntry, run: RunFolder) -> Result:
    digest = load_digest(folder := run.paper_folder(file_stem(entry.id))) if entry.outcome == "digested" else None
    return Result(entry.id, entry, folder / "digest.md" if digest else None, digest)


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
    if not all(run.has_digest(stem, keys[paper]) for paper, stem in stems.items()):
        return False
    page_is_there = not stems or any(run.path.glob("issue*.md"))
    return page_is_there and before.inputs == inputs_digest(choice, keys, published, work)


def _keys(entries: Sequence[ManifestEntry], work: Work) -> dict[str, str]:
    """{paper id: the key of the digest that it would get now} of all papers that were tried; "" if it is not known."""
    sources = {e.id: pipeline.stored_source(parse_ref(e.id), work) for e in entries if e.outcome != "not_selected"}
    return {
        paper: "" if isinstance(source, str) else key_of("digest", pipeline.digest_parts(source, work))
        for paper, source in sources.items()
    }


def inputs_digest(choice: str, keys: Mapping[str, str], published: Mapping[str, date], work: Work) -> str:
    """A digest of all that an issue is made of; `keys` are those of its papers' digests."""
    config = work.config
    page = [config.issue_title, config.afterword, config.parts, config.standalone, renderer_digest()]
    earlier = {paper: day.isoformat() for paper, day in published.items()}
    return digest_of([choice, dict(keys), earlier, page])


def known_without_announcement(day: date, work: Work) -> bool:
    """Whether arXiv has already said that nothing was announced on `day`."""
    return work.store.has("no_announcement", list_parts(day, work.config))


def stored_list(day: date, work: Work) -> Announcement | None:
    """The list of a mailing date as it was when it was first used."""
    return work.store.load("announced", list_parts(day, work.config), Announcement)


def _announcement(day: date, work: Work) -> Announcement | NoAnnouncement:
    """The stored list of a date, else arXiv's: a list that was used once is never asked for again."""
    if known := stored_list(day, work):
        return known
    config, parts = work.config, list_parts(day, work.config)
    work.progress(str(day), "asking for the list")
    found = announced_on(day, config.categories, work.fetcher, now=config.clock(), cross=config.cross_lists)
    if isinstance(found, NotYet):
        raise NotAnnouncedError(f"{day}: not announced yet: {found.reason}")
    if isinstance(found, Announcement):
        work.store.save("announced", parts, found)
    elif found.settled:
        work.store.save("no_announcement", parts, found)
    return found


def list_parts(day: date, config: Config) -> dict[str, object]:
    return {"date": day.isoformat(), "categories": sorted(config.categories), "cross": config.cross_lists}


def choice_parts(papers: Sequence[Paper], work: Work) -> dict[str, object]:
    """All that a choice depends on: the parts of its key in the store."""
    config = work.config
    return {
        "papers": sorted(paper.id for paper in papers),
        "interests": config.interests,
        "excluded": config.excluded,
        "top": config.top,
        "model": config.model if work.client else None,
        "prompt": work.prompts.choose.digest,
    }


async def _choose(papers: Sequence[Paper], parts: Mapping[str, object], work: Work, run: RunFolder) -> Chosen:
    """Stored as a whole: a reply that once was no use must not change an issue that is made again."""
    config, subject = work.config, run.path.name
    if stored := work.store.load("choice", parts, Chosen):
        return stored
    work.progress(subject, f"choosing {config.top} of {len(papers)}")
    tally = Tally(run)
    token = current_tally.set(tally)
    try:
        with noting() as uses:
            choices, usage, calls = await choose(
                work.client, work.store, papers, interests=config.interests, excluded=config.excluded, top=config.top,
                reask=work.prompts.reask, prompt=work.prompts.choose, subject=subject,
            )  # fmt: skip
    finally:
        current_tally.reset(token)
    chosen = Chosen(key_of("choice", parts), tuple(choices), usage, calls)
    work.store.save("choice", parts, chosen, uses)
    return chosen


async def _digest_best(choices: Sequence[Choice], work: Work, run: RunFolder) -> dict[str, Result]:
    """Digests in the order of the choices. A paper without one is replaced by the next in rank.

    At most twice as many papers are tried as wanted: a trouble that all papers share ends here.
    """
    wanted = sum(choice.taken for choice in choices)
    queue = [choice.id for choice in choices if choice.by != "excluded"][: 2 * wanted]
    results: dict[str, Result] = {}
    while queue and (missing := wanted - sum(r.digest is not None for r in results.values())) > 0:
        batch, queue = queue[:missing], queue[missing:]
        results |= await _all(batch, work, run)
        if any(result.entry.outcome == "not_selected" for result in results.values()):
            break  # --max-cost is reached
    return results


async def _all(papers: Sequence[str], work: Work, run: RunFolder) -> dict[str, Result]:
    """Side by side. An error that is not of one paper is raised when all have ended, so that none is lost."""
    done = await asyncio.gather(*(_one(paper, work, run) for paper in papers), return_exceptions=True)
    for result in done:
        if isinstance(result, BaseException):
            raise result
    return {paper: result for paper, result in zip(papers, done, strict=True) if isinstance(result, Result)}


async def _one(paper_id: str, work: Work, run: RunFolder) -> Result:
    if paper_id in work.failed:
        return work.failed[paper_id]
    try:
        result = await digest_in_run(paper_id, await pipeline.load_source(parse_ref(paper_id), work), work, run)
    except (PaperError, UnknownPaperError) as error:
        result = failure(paper_id, error)
    if result.error and work.batches:
        work.failed[paper_id] = result
    return result


def _entries(
    papers: Sequence[Paper], choices: Sequence[Choice], results: Mapping[str, Result], published: Mapping[str, date]
) -> list[ManifestEntry]:
    """One entry a paper announced: first in rank order, then those of earlier issues."""
    entries = []
    for choice in choices:
        result = results.get(choice.id)
        entry = result.entry if result else ManifestEntry(choice.id, "not_selected")
        entries.append(replace(entry, score=choice.score, why=choice.why))
    for paper in papers:
        if day := published.get(paper.id):
            entries.append(ManifestEntry(paper.id, "not_selected", f"in the issue of {day}"))
    return entries
