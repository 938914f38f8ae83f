"""The dated issue: what was announced on a mailing date, the best of it digested, every paper accounted for."""

import asyncio
import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from summarizer import pipeline
from summarizer.accounts import Result, digest_in_run, failure, write_account, write_issue
from summarizer.config import Config
from summarizer.errors import NotAnnouncedError, PaperError, SummarizerError
from summarizer.files import from_data
from summarizer.llm.choose import Choice, choose
from summarizer.llm.cost import cost_usd
from summarizer.output import words
from summarizer.runs import RunFolder, open_run
from summarizer.sources.announced import Announcement, NoAnnouncement, NotYet, announced_on
from summarizer.sources.ids import parse_ref
from summarizer.styles import load_prompt
from summarizer.types import Manifest, ManifestEntry, Paper, Usage
from summarizer.work import Tally, Work, current_tally


@dataclass(frozen=True, slots=True)
class Issue:
    """What became of one mailing date. `manifest` is None where nothing was announced."""

    date: date
    written: tuple[Path, ...] = ()
    manifest: Manifest | None = None
    results: tuple[Result, ...] = ()
    note: str = ""  # why there is no issue


@dataclass(frozen=True, slots=True)
class Chosen:
    """The candidates in rank order, and what ranking them took."""

    choices: tuple[Choice, ...]
    usage: Usage
    calls: int


async def make_issue(day: date, work: Work) -> Issue:
    """The issue of a mailing date, from the store as far as it is there.

    Raises `TryLaterError` where the date is not announced yet, arXiv or the model is down, or another
    process works on this date; then what is done is kept, and no manifest says that the date is finished.
    """
    begun = time.monotonic()
    announcement = await asyncio.get_running_loop().run_in_executor(work.arxiv, _announcement, day, work)
    if isinstance(announcement, NoAnnouncement):
        return Issue(day, note=f"{day}: no announcement: {announcement.reason}")
    with open_run(work.config.runs / day.isoformat(), work.config.clock()) as run:
        published = _published(work.config.runs, day)
        fresh = [paper for paper in announcement.papers if _base(paper.id) not in published]
        chosen = await _choose(fresh, work, run, str(day))
        choices = chosen.choices
        results = await _digest_best(choices, work, run)
        entries = _entries(announcement.papers, choices, results, published)
        title = (work.config.issue_title or words.ISSUE_TITLE).replace("{date}", day.isoformat())
        ranked = [results[c.id] for c in choices if c.id in results and results[c.id].digest]
        written = write_issue(run, title, ranked, work, parts=work.config.parts, standalone=work.config.standalone)
        if len(entries) != len(announcement.papers):
            raise SummarizerError(f"{day}: {len(announcement.papers)} papers announced, {len(entries)} accounted for")
        manifest = write_account(
            run, entries, list(results.values()), work, begun, date=day.isoformat(), source=announcement.source,
            choosing=chosen.usage,
        )  # fmt: skip
    return Issue(day, tuple(written), manifest, tuple(results.values()))


def load_manifest(run: Path) -> Manifest | None:
    """The account of a finished run; None if it is not finished or its account is damaged."""
    try:
        return from_data(Manifest, json.loads((run / "manifest.json").read_bytes()))
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return None


def finished_dates(runs: Path) -> dict[date, Manifest]:
    """{mailing date: its account} of the issues that are there."""
    found = {}
    for folder in sorted(runs.glob("[0-9]" * 4 + "-[0-9][0-9]-[0-9][0-9]")):
        manifest = load_manifest(folder)
        if manifest and manifest.date == folder.name:
            found[date.fromisoformat(folder.name)] = manifest
    return found


def known_without_announcement(day: date, work: Work) -> bool:
    """Whether arXiv has already said that nothing was announced on `day`."""
    return work.store.has("no_announcement", _list_parts(day, work.config))


def _announcement(day: date, work: Work) -> Announcement | NoAnnouncement:
    """The stored list of a date, else arXiv's: a list that was used once is never asked for again."""
    config = work.config
    parts = _list_parts(day, config)
    if known := work.store.load("announced", parts, Announcement):
        return known
    work.progress(str(day), "asking for the list")
    found = announced_on(day, config.categories, work.fetcher, now=config.clock(), cross=config.cross_lists)
    if isinstance(found, NotYet):
        raise NotAnnouncedError(f"{day}: not announced yet: {found.reason}")
    if isinstance(found, Announcement):
        work.store.save("announced", parts, found)
    elif found.settled:
        work.store.save("no_announcement", parts, found)
    return found


def _list_parts(day: date, config: Config) -> dict[str, object]:
    return {"date": day.isoformat(), "categories": sorted(config.categories), "cross": config.cross_lists}


async def _choose(papers: Sequence[Paper], work: Work, run: RunFolder, subject: str) -> Chosen:
    """Stored as a whole: a reply that once was no use must not change an issue that is made again."""
    config, prompt = work.config, load_prompt("choose")
    parts = {
        "papers": sorted(paper.id for paper in papers),
        "interests": config.interests,
        "excluded": config.excluded,
        "top": config.top,
        "model": config.model if work.client else None,
        "prompt": prompt.digest,
    }
    if stored := work.store.load("choice", parts, Chosen):
        return stored
    work.progress(subject, f"choosing {config.top} of {len(papers)}")
    tally = Tally(run)
    token = current_tally.set(tally)
    try:
        choices, usage, calls = await choose(
            work.client, work.store, papers, interests=config.interests, excluded=config.excluded, top=config.top,
            reask=work.prompts.reask, prompt=prompt, subject=subject,
        )  # fmt: skip
    finally:
        current_tally.reset(token)
        work.purse.settle(0, cost_usd(tally.usage, config.model, config.prices))
    chosen = Chosen(tuple(choices), usage, calls)
    work.store.save("choice", parts, chosen)
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
        done = await asyncio.gather(*(_one(paper_id, work, run) for paper_id in batch), return_exceptions=True)
        for paper_id, result in zip(batch, done, strict=True):
            if isinstance(result, BaseException):
                raise result
            results[paper_id] = result
        if any(result.entry.outcome == "not_selected" for result in results.values()):
            break  # --max-cost is reached
    return results


async def _one(paper_id: str, work: Work, run: RunFolder) -> Result:
    try:
        return await digest_in_run(paper_id, await pipeline.load_source(parse_ref(paper_id), work), work, run)
    except PaperError as error:
        return failure(paper_id, error)


def _entries(
    papers: Sequence[Paper], choices: Sequence[Choice], results: Mapping[str, Result], published: Mapping[str, str]
) -> list[ManifestEntry]:
    """One entry a paper announced: first in rank order, then those of earlier issues."""
    entries = []
    for choice in choices:
        result = results.get(choice.id)
        entry = result.entry if result else ManifestEntry(choice.id, "not_selected")
        entries.append(replace(entry, score=choice.score, why=choice.why))
    for paper in papers:
        if day := published.get(_base(paper.id)):
            entries.append(ManifestEntry(paper.id, "not_selected", f"in the issue of {day}"))
    return entries


def _published(runs: Path, day: date) -> dict[str, str]:
    """{id without version: date} of all papers in earlier issues."""
    earlier = {other: manifest for other, manifest in finished_dates(runs).items() if other < day}
    return {
        _base(entry.id): other.isoformat()
        for other, manifest in earlier.items()
        for entry in manifest.papers
        if entry.outcome == "digested"
    }


def _base(paper_id: str) -> str:
    """An arXiv id without its version: "2410.11988v2" is "2410.11988"."""
    return parse_ref(paper_id).value
