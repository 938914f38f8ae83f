"""Which papers are digested: what a mailing date announced or a list names, and the ranking of it."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from summarizer.config import Config
from summarizer.errors import NotAnnouncedError, PaperError, UnknownPaperError, UsageError
from summarizer.files import to_data
from summarizer.jobs.accounts import Result, failure
from summarizer.jobs.job import Job
from summarizer.llm.choose import Choice, choose
from summarizer.llm.interests import Interests, read_interests
from summarizer.llm.spending import Tally, current_tally
from summarizer.paper.source import Library, load_paper
from summarizer.sources.ids import Ref, parse_ref
from summarizer.sources.lists.announced import Announcement, NoAnnouncement, NotYet, announced_on
from summarizer.sources.lists.given import Given
from summarizer.sources.records.paper import name_of
from summarizer.store.results import Store, fingerprint, key_of, noting
from summarizer.store.runs import RunFolder
from summarizer.types import Paper, Usage
from summarizer.work import Work


@dataclass(frozen=True, slots=True)
class Chosen:
    """The candidates in rank order, and what ranking them took."""

    key: str  # in the store
    choices: tuple[Choice, ...]
    usage: Usage
    calls: int


async def announced(day: date, job: Job) -> Announcement | NoAnnouncement:
    """The list of a mailing date. Raises `TryLaterError` where it is not out yet or arXiv is down."""
    return await asyncio.get_running_loop().run_in_executor(job.library.arxiv, _announcement, day, job)


def known_without_announcement(day: date, store: Store, config: Config) -> bool:
    """Whether arXiv has already said that nothing was announced on `day`."""
    return store.has("no_announcement", list_parts(day, config))


def stored_list(day: date, store: Store, config: Config) -> Announcement | None:
    """The list of a mailing date as it was when it was first used."""
    return store.load("announced", list_parts(day, config), Announcement)


def _announcement(day: date, job: Job) -> Announcement | NoAnnouncement:
    """The stored list of a date, else arXiv's: a list that was used once is never asked for again."""
    config, store = job.config, job.work.store
    if known := stored_list(day, store, config):
        return known
    parts = list_parts(day, config)
    job.progress(str(day), "asking for the list")
    found = announced_on(day, config.categories, job.library.fetcher, now=config.clock(), cross=config.cross_lists)
    if isinstance(found, NotYet):
        raise NotAnnouncedError(f"{day}: not announced yet: {found.reason}")
    if isinstance(found, Announcement):
        store.save("announced", parts, found)
    elif found.settled:
        store.save("no_announcement", parts, found)
    return found


@dataclass(frozen=True, slots=True)
class Candidates:
    """The papers that a list names, each once, and what it holds besides."""

    papers: tuple[Paper, ...]  # their ids are what `parse_ref` reads: arXiv's, an address, a file
    unusable: tuple[Result, ...]


async def find_candidates(listed: Sequence[Given], library: Library) -> Candidates:
    """Titles and abstracts are those of the list where it has them, else looked up. Raises `TryLaterError`."""
    papers: dict[Ref, Paper] = {}
    unusable: list[Result] = []
    for given in listed:
        try:
            ref = parse_ref(given.reference)
            if ref not in papers:
                papers[ref] = await _candidate(ref, given, library)
        except UsageError as error:
            unknown = isinstance(error, UnknownPaperError)
            reason = str(error) if unknown else "the list gives no id, address or file of it"
            unusable.append(failure(given.reference, PaperError(given.reference, "failed", reason)))
    return Candidates(tuple({paper.id: paper for paper in papers.values()}.values()), tuple(unusable))


async def _candidate(ref: Ref, given: Given, library: Library) -> Paper:
    if ref.kind == "arxiv" and not given.abstract:
        return await asyncio.get_running_loop().run_in_executor(library.arxiv, load_paper, ref, library)
    return Paper(name_of(ref), given.title or Path(ref.value).stem, (), given.abstract, "", "", source="list")


def list_parts(day: date, config: Config) -> dict[str, object]:
    return {"date": day.isoformat(), "categories": sorted(config.categories), "cross": config.cross_lists}


def choice_parts(papers: Sequence[Paper], work: Work) -> dict[str, object]:
    """All that a choice depends on: the parts of its key in the store."""
    config = work.config
    return {
        "papers": sorted(paper.id for paper in papers),
        "interests": _interests_parts(read_interests(config.interests)),
        "excluded": config.excluded,
        "top": config.top,
        "model": config.model if work.model else None,
        "prompt": work.prompts.choose.fingerprint,
        **({"request": config.request} if config.request and work.model else {}),
    }


def _interests_parts(interests: Interests) -> object:
    """Words as they are; of a library its fingerprint."""
    return [interests.words, fingerprint(to_data(interests.library))] if interests.library else interests.words


async def choose_papers(papers: Sequence[Paper], parts: Mapping[str, object], job: Job, run: RunFolder) -> Chosen:
    """The papers in rank order.

    Stored as a whole: a reply that once was no use must not change an issue that is made again.
    """
    work, config, subject = job.work, job.config, run.path.name
    if stored := work.store.load("choice", parts, Chosen):
        return stored
    job.progress(subject, f"choosing {min(config.top, len(papers))} of {len(papers)}")
    tally = Tally(run)
    token = current_tally.set(tally)
    try:
        with noting() as uses:
            choices, usage, calls = await choose(
                work.model, work.store, papers, interests=read_interests(config.interests), excluded=config.excluded,
                top=config.top, reask=work.prompts.reask, prompt=work.prompts.choose, subject=subject,
            )  # fmt: skip
    finally:
        current_tally.reset(token)
    chosen = Chosen(key_of("choice", parts), tuple(choices), usage, calls)
    work.store.save("choice", parts, chosen, uses)
    return chosen
