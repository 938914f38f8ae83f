"""`summarize doctor`: is everything there that a run needs?"""

import asyncio
import re
import shutil
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path

from pydantic import BaseModel

from summarizer.config import Config
from summarizer.errors import SummarizerError
from summarizer.files import write_atomic
from summarizer.jobs.night_log import NightEntry, NightLog
from summarizer.llm.ask import ask
from summarizer.llm.client import CallEvent, ChatMessage, Client
from summarizer.llm.faults import host_of
from summarizer.llm.rungs import RungMemory
from summarizer.sources.http.answers import FetchedPage
from summarizer.sources.http.fetch import Fetcher
from summarizer.store.published import finished_issues
from summarizer.store.results import Store
from summarizer.store.runs import is_locked, load_digest
from summarizer.styles import load_text

NIGHTS_SHOWN = 7
MINIMUM_FREE_GB = 1.0
MAXIMUM_CLOCK_ERROR_SECONDS = 300

MONTHS_SHOWN = 6
MAXIMUM_SHARE = 0.6  # of a month's ratings that may be equal
LEAST = 5  # ratings: fewer say nothing about how they are given
_MONTH = re.compile(r"\d{4}-\d{2}(?=-\d{2})")


@dataclass(frozen=True, slots=True)
class Checkup:
    ok: bool
    subject: str
    text: str


class Probe(BaseModel):
    """The smallest answer that shows a model can fill in a schema."""

    ok: bool


async def examine(config: Config) -> list[Checkup]:
    """Every check, in order; spends one tiny call if a model is configured."""
    model, arxiv = await asyncio.gather(examine_model(config), _arxiv(config))
    price = [] if config.offline else [_price(config)]
    return [_disk(config), *model, *price, *arxiv, *_nights(config)]


def _nights(config: Config) -> list[Checkup]:
    """The last nights by their ends; of one that began and has none, what is known."""
    entries = NightLog(config.runs).entries()
    ends = [Checkup(entry.ok, "night", entry.text) for entry in entries if not entry.begun][-NIGHTS_SHOWN:]
    last = entries[-1] if entries else None
    return [*ends, _unfinished(last, config.runs)] if last and last.begun else ends


def _unfinished(entry: NightEntry, runs: Path) -> Checkup:
    if is_locked(runs / ".nightly"):
        return Checkup(True, "night", f"{entry.text}, and is under way")
    made = max((day for day, manifest in finished_issues(runs) if manifest.ledger["digested"]), default=None)
    since = f"the last issue made is that of {made}" if made else "no issue was ever made"
    return Checkup(False, "night", f"{entry.text}, and did not end: it was killed, or the machine went off; {since}")


def _disk(config: Config) -> Checkup:
    probe = config.runs / ".doctor"
    try:
        write_atomic(probe, "")
        probe.unlink()
    except SummarizerError as error:
        return Checkup(False, "runs", str(error))
    free = shutil.disk_usage(config.runs).free / 1e9
    return Checkup(free >= MINIMUM_FREE_GB, "runs", f"{config.runs} is writable, {free:.1f} GB free")


async def examine_model(config: Config) -> list[Checkup]:
    if config.offline:
        text = f"neither {config.api_key_env} nor base_url is set: digests are offline drafts; see `summarize init`"
        return [Checkup(True, "model", text)]
    events: list[CallEvent] = []
    store = Store(config.runs / "store", since=datetime.now(UTC))
    rungs = RungMemory(store.root / "rungs.json", config.clock)
    messages = [ChatMessage(role="user", content='Reply with the JSON object {"ok": true}.')]
    try:
        async with Client(config, rungs, events.append) as client:
            await ask(
                client, store, stage="doctor", messages=messages, schema=Probe, max_tokens=500,
                subject="doctor", reask=load_text("reask"),
            )  # fmt: skip
    except SummarizerError as error:
        return [Checkup(False, "model", str(error))]
    last = events[-1]
    text = f"{config.model} at {host_of(config.endpoint)} answers with {last.rung} in {last.seconds:.1f} s"
    return [Checkup(True, "model", text), *_figures(config, client.config.figures_to_model, store)]


def _figures(config: Config, taken: int, store: Store) -> Iterator[Checkup]:
    """Whether the model is known to take fewer figures than it should be shown."""
    if taken < config.figures_to_model:
        text = f"{config.model} has refused more than {taken} images: it is shown no more for 30 days"
        yield Checkup(
            False, "figures", f"{text}; set figures_to_model = {taken}, or delete {store.root / 'rungs.json'}"
        )


def _price(config: Config) -> Checkup:
    if price := config.prices.get(config.model):
        return Checkup(True, "price", f"${price.input:g} in, ${price.output:g} out, a million tokens")
    text = "costs will be unknown, and --max-cost is refused"
    return Checkup(False, "price", f'{text}: set [prices."{config.model}"] in config.toml, 0 where it costs nothing')


async def _arxiv(config: Config) -> list[Checkup]:
    try:
        fetcher = Fetcher(config)
        url = f"{fetcher.hosts.oai}?verb=Identify"
        try:
            page = await asyncio.to_thread(_fetched, url, fetcher)
        finally:
            fetcher.stop()  # who leaves early does not wait for arXiv
    except SummarizerError as error:
        return [Checkup(False, "arXiv", str(error))]
    findings = [Checkup(page.status == 200, "arXiv", f"{url} answers with status {page.status}")]
    if sent := page.headers.get("date"):
        error_seconds = abs((datetime.now(UTC) - parsedate_to_datetime(sent)).total_seconds())
        text = f"{error_seconds:.0f} s from arXiv's"
        findings.append(Checkup(error_seconds < MAXIMUM_CLOCK_ERROR_SECONDS, "clock", text))
    return findings


def _fetched(url: str, fetcher: Fetcher) -> FetchedPage:
    with fetcher:
        return fetcher.get(url, tries=1)


def examine_ratings(runs: Path) -> list[Checkup]:
    """One finding a month, the newest last; not ok where more than `MAXIMUM_SHARE` of its stars are equal."""
    months = stars_by_month(runs)
    if not months:
        return [Checkup(True, "ratings", f"{runs} has no rated digest")]
    return [_finding(month, list(months[month].values())) for month in sorted(months)[-MONTHS_SHOWN:]]


def stars_by_month(runs: Path) -> dict[str, dict[str, int]]:
    """{"2024-10": {paper id: stars}}, by the date of the issue, else by the date of the paper's version."""
    months: dict[str, dict[str, int]] = defaultdict(dict)
    for folder in sorted({file.parent for file in runs.glob("*/papers/*/digest*.json")}):
        digest = load_digest(folder)
        if digest is None or digest.rating is None or digest.rating.stars is None:
            continue
        if month := _MONTH.match(folder.parts[-3]) or _MONTH.match(digest.paper.updated or digest.paper.published):
            months[month[0]].setdefault(digest.paper.id, digest.rating.stars)
    return months


def _finding(month: str, stars: list[int]) -> Checkup:
    counts = Counter(stars)
    most, times = counts.most_common(1)[0]
    shown = "  ".join(f"{n}★ {counts[n]}" for n in range(5, 0, -1))
    alike = len(stars) >= LEAST and times > MAXIMUM_SHARE * len(stars)
    warning = f"; {100 * times // len(stars)}% have {most} stars: they say nothing" if alike else ""
    return Checkup(not alike, month, f"{shown}  of {len(stars)}{warning}")
