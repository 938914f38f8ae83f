"""What a backfill would ask for, by stage, before anything is asked or spent.

The requests are counted by the very code that would send them, with a model that notes them down instead. So the count
is exact as far as the store knows the papers; for what it does not know yet (a date without its list, a PDF that
was never parsed) the average of the others stands in.
"""

import math
import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace

from summarizer import pipeline
from summarizer.config import Config
from summarizer.errors import DeferredError, PaperError
from summarizer.jobs.backfill import BackfillOptions, period_dates
from summarizer.jobs.choice import Chosen, choice_parts, stored_list
from summarizer.jobs.job import Job
from summarizer.llm.choose import choose
from summarizer.llm.client import Request
from summarizer.llm.digest import ask_digest
from summarizer.llm.images import IMAGE_TOKENS
from summarizer.llm.interests import read_interests
from summarizer.llm.limits import ANSWER_TOKENS
from summarizer.llm.plan import NOTES_TOKENS, second_reading
from summarizer.llm.spending import cost_usd, discounted, estimated_usage
from summarizer.paper import review
from summarizer.paper.figures import figure_images
from summarizer.paper.source import Source, stored_document, stored_source
from summarizer.sources.ids import parse_ref
from summarizer.sources.lists.announced import Announcement
from summarizer.store.published import Published, load_manifest
from summarizer.types import Document, Paper, Reply, Usage, add_usage
from summarizer.work import Work

_LIST_REQUESTS = 3  # of arXiv, for the list of a date
_PAPER_REQUESTS = 2  # metadata and PDF
_PARSE_SECONDS = 1.5  # CPU a paper with its figures, over 51 papers of 19 pages
_REPAIRS = 0.2  # calls a digest
_REPAIR = Usage(prompt=2_500, completion=ANSWER_TOKENS["repair"])
_CHOICE_CALLS, _CHOICE = 4, Usage(prompt=50_000, completion=8_000)  # of some 150 papers, where no list is there
_UNKNOWN = Usage(prompt=20_000, completion=ANSWER_TOKENS["digest"])  # a digest, where no other paper is there to go by


@dataclass(slots=True)
class StageForecast:
    """How much of a stage is stored, and what the rest takes. `seconds` is the time at the limits."""

    stored: int = 0
    to_do: int = 0
    calls: int = 0
    usage: Usage = field(default_factory=Usage)
    cost: float | None = 0.0
    seconds: float = 0.0

    def count(self, *, stored: bool) -> None:
        self.stored += stored
        self.to_do += not stored

    def add(self, calls: int, usage: Usage) -> None:
        self.calls += calls
        self.usage = add_usage([self.usage, usage])

    def ask(self, requests: Sequence[Request]) -> None:
        self.add(len(requests), add_usage(map(estimated_usage, requests)))


_STAGES = ("list", "choose", "PDF", "parse", "digest", "reading", "repair")


@dataclass(slots=True)
class Forecast:
    """Of `dates` dates; the stages in the order of the work."""

    dates: int = 0
    stages: dict[str, StageForecast] = field(default_factory=lambda: {name: StageForecast() for name in _STAGES})

    @property
    def cost(self) -> float | None:
        costs = [stage.cost for stage in self.stages.values()]
        return None if None in costs else sum(cost for cost in costs if cost)

    @property
    def seconds(self) -> float:
        """arXiv, parsing and the model work side by side; the slowest of them sets the pace."""
        arxiv = sum(self.stages[name].seconds for name in ("list", "PDF"))
        model = sum(self.stages[name].seconds for name in ("choose", "digest", "reading", "repair"))
        return max(arxiv, model, self.stages["parse"].seconds)


class _Counting:
    """A `Model` that notes requests down and answers none."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self.requests: list[Request] = []

    async def complete(self, request: Request) -> Reply:
        self.requests.append(request)
        raise DeferredError(request.subject)

    def stop(self) -> None:
        """Nothing is ever under way."""

    def take(self) -> list[Request]:
        taken, self.requests = self.requests, []
        return taken


async def forecast(job: Job, options: BackfillOptions) -> Forecast:
    """Count what `backfill` would do with the same options. Asks no one and writes nothing."""
    config = job.work.model.config if job.work.model else job.config  # the model may be known to take less
    work, found, model, unknown = job.work, Forecast(), _Counting(config), 0
    for day in period_dates(work, options):
        found.dates += 1
        before = load_manifest(work.config.runs / day.isoformat())
        if before and options.keep:
            found.stages["list"].count(stored=True)
            found.stages["choose"].count(stored=True)
            tried = [entry for entry in before.papers if entry.outcome != "not_selected" and not options.keep(entry)]
            for entry in tried:
                unknown += not await _paper(entry.id, work, model, found)
            continue
        announcement = stored_list(day, work.store, work.config)
        found.stages["list"].count(stored=announcement is not None)
        papers = _candidates(announcement, job.published) if announcement else None
        chosen = await _choice(papers, work, model, found) if papers is not None else None
        found.stages["choose"].count(stored=chosen is not None)
        if chosen is None:
            count = work.config.top if papers is None else min(work.config.top, len(papers))
            unknown += count
            for name in ("PDF", "parse", "digest"):
                found.stages[name].to_do += count
            continue
        lost = {entry.id for entry in before.papers if entry.outcome in ("failed", "no_pdf")} if before else set()
        for choice in chosen.choices:
            if choice.taken and choice.id not in lost:  # what failed is not tried again until something has changed
                unknown += not await _paper(choice.id, work, model, found)
    _add_unknown(found, unknown, work)
    _price(found, work.config, options.batch)
    return found


def _candidates(announcement: Announcement, issues: Published) -> list[Paper]:
    published = issues.before(announcement.date, [paper.id for paper in announcement.papers])
    return [paper for paper in announcement.papers if paper.id not in published]


async def _choice(papers: Sequence[Paper], work: Work, model: _Counting, found: Forecast) -> Chosen | None:
    """The stored choice of a date; None where it would be made anew."""
    if chosen := work.store.load("choice", choice_parts(papers, work), Chosen):
        return chosen
    if work.model is not None:
        with suppress(DeferredError):
            await choose(
                model, work.store, papers, interests=read_interests(work.config.interests),
                excluded=work.config.excluded, top=work.config.top, reask=work.prompts.reask,
                prompt=work.prompts.choose, subject="",
            )  # fmt: skip
        found.stages["choose"].ask(model.take())
    return None


async def _paper(paper_id: str, work: Work, model: _Counting, found: Forecast) -> bool:
    """Count one paper; whether the store knows it well enough to count its requests."""
    source = stored_source(parse_ref(paper_id), work.config, work.store)
    found.stages["PDF"].count(stored=not isinstance(source, str))
    if isinstance(source, str):
        found.stages["parse"].count(stored=False)
        found.stages["digest"].count(stored=False)
        return False
    if work.store.has("digest", pipeline.digest_parts(source, work)):
        found.stages["parse"].count(stored=True)
        found.stages["digest"].count(stored=True)
        return True
    try:
        known = stored_document(source, work.store)
    except PaperError:  # it was parsed, and there is nothing in it to read
        found.stages["parse"].count(stored=True)
        return True
    found.stages["parse"].count(stored=known is not None)
    answered = known is not None and work.model is not None and await _answered(*known, work, model, found)
    found.stages["digest"].count(stored=answered)
    return known is not None


async def _answered(
    source: Source, document: Document, images: Mapping[str, str], work: Work, model: _Counting, found: Forecast
) -> bool:
    """Whether the model's answers are stored; those that are not are counted."""
    try:
        await ask_digest(
            model, work.store, source.paper.title, document, work.style, work.prompts,
            subject=source.paper.id, check=lambda value: review.answer_problems(value, document),
            images=figure_images(document, images, work.store, model.config.figures_to_model),
        )  # fmt: skip
    except DeferredError:
        requests = model.take()
        found.stages["digest"].ask(requests)
        if requests[0].stage == "notes":  # and then the digest of them
            found.stages["digest"].add(1, Usage(prompt=len(requests) * NOTES_TOKENS, completion=_UNKNOWN.completion))
        return False
    except PaperError:  # its stored answers are no use
        return False
    return True


def _add_unknown(found: Forecast, count: int, work: Work) -> None:
    """Papers that the store does not know ask for as much as the others do on average."""
    digest = found.stages["digest"]
    if work.model is None or not count:
        return
    unlisted = found.stages["list"].to_do
    found.stages["choose"].add(
        unlisted * _CHOICE_CALLS, Usage(prompt=unlisted * _CHOICE.prompt, completion=unlisted * _CHOICE.completion)
    )
    known = digest.calls or 1
    average = Usage(prompt=digest.usage.prompt // known, completion=digest.usage.completion // known)
    unknown = replace(_UNKNOWN, prompt=_UNKNOWN.prompt + work.config.figures_to_model * IMAGE_TOKENS)
    each = average if digest.calls else unknown
    digest.add(count, Usage(prompt=each.prompt * count, completion=each.completion * count))


def _price(found: Forecast, config: Config, batch: bool) -> None:
    stages = found.stages
    papers = stages["digest"].to_do
    if stages["digest"].calls and config.reader != "never":
        stages["reading"].add(papers, second_reading(stages["digest"].usage, papers))
    if stages["digest"].calls:
        repairs = math.ceil(papers * _REPAIRS)
        usage = Usage(prompt=repairs * _REPAIR.prompt, completion=repairs * _REPAIR.completion)
        stages["repair"].add(repairs, usage)
    for name, stage in stages.items():
        model = config.reading_model if name == "reading" else config.model
        cost = cost_usd(stage.usage, model, config.prices) if stage.calls else 0.0
        stage.cost = discounted(cost, config) if batch else cost
        tokens = stage.usage.prompt + stage.usage.completion
        stage.seconds = 60 * max(stage.calls / config.requests_per_minute, tokens / config.tokens_per_minute)
    stages["list"].seconds = stages["list"].to_do * _LIST_REQUESTS * config.page_delay_seconds
    stages["PDF"].seconds = stages["PDF"].to_do * _PAPER_REQUESTS * config.api_delay_seconds
    stages["parse"].seconds = stages["parse"].to_do * _PARSE_SECONDS / (os.cpu_count() or 1)
