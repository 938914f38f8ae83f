"""What all papers of a run share, opened and closed in order."""

import asyncio
import os
import signal
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from contextvars import ContextVar
from dataclasses import asdict, dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from summarizer.cluster import dask_executor
from summarizer.config import Config
from summarizer.errors import PaperError
from summarizer.llm.client import CallEvent, Client, Model
from summarizer.llm.cost import call_cost, cost_usd
from summarizer.llm.digest import Prompts
from summarizer.llm.rungs import RungMemory
from summarizer.published import Published
from summarizer.runs import RunFolder
from summarizer.sources.fetch import Fetcher
from summarizer.store import Store, digest_of
from summarizer.styles import Style, find_style, load_prompt, load_text
from summarizer.trust.glossary import Term, read_glossary
from summarizer.trust.phrases import Phrases, read_phrases
from summarizer.trust.terms import Vocabulary, read_vocabulary
from summarizer.types import Usage, add_usage

if TYPE_CHECKING:
    from summarizer.accounts import Result
    from summarizer.llm.batch import BatchClient

_ARXIV_THREADS = 4  # its answers come one at a time, but what is on the disk need not wait for them
TOTAL = "total"  # what the progress of the whole run goes by, where a paper's goes by its id


@dataclass(slots=True)
class Purse:
    """Dollars promised to the calls under way and spent by those that are done."""

    ceiling: float | None = None
    spent: float = 0.0

    def take(self, paper_id: str, estimate: float | None) -> float:
        """Promise an estimate; returns it. Raises `PaperError` where it would pass the ceiling."""
        if self.ceiling is None:
            return 0.0
        if estimate is None:
            reason = "--max-cost needs the model's price: set [prices] in config.toml"
            raise PaperError(paper_id, "not_selected", reason)
        if self.spent + estimate > self.ceiling:
            reason = f"about ${estimate:.4f} more would pass --max-cost {self.ceiling:g}"
            raise PaperError(paper_id, "not_selected", reason)
        self.spent += estimate
        return estimate

    def settle(self, promised: float, paid: float | None) -> None:
        self.spent += (paid or 0.0) - promised


@dataclass(slots=True)
class Tally:
    """What a piece of work asks for now; stored answers are free. Its calls are recorded in its run."""

    run: RunFolder
    calls: int = 0
    usage: Usage = field(default_factory=Usage)
    cost: float | None = 0.0  # US dollars; None where a price is not known


@dataclass(frozen=True, slots=True)
class Wording:
    """What the Chinese is held to: `glossary.txt`, `phrases.txt` and `terms.txt` in `prompts/`."""

    glossary: tuple[Term, ...]
    phrases: Phrases
    vocabulary: Vocabulary
    digest: str  # of the three files


@dataclass(frozen=True, slots=True)
class Work:
    """What all papers of a run share. `client` is None for offline drafts."""

    config: Config
    store: Store
    style: Style
    prompts: Prompts
    wording: Wording
    fetcher: Fetcher
    executor: Executor  # parses PDFs
    parsing: asyncio.Semaphore  # PDFs in memory: enough to keep the executor busy
    published: Published
    arxiv: Executor  # for what may wait for arXiv, so that nothing else waits behind it
    client: Model | None = None
    batches: "BatchClient | None" = None  # the client again, where it asks in batches
    failed: dict[str, "Result"] = field(default_factory=dict)  # in earlier rounds of batches: not asked for again
    progress: Callable[[str, str], None] = lambda _paper, _stage: None
    purse: Purse = field(default_factory=Purse)
    stopped: asyncio.Event = field(default_factory=asyncio.Event)  # SIGTERM came
    turns: defaultdict[str, asyncio.Lock] = field(default_factory=lambda: defaultdict(asyncio.Lock))  # run folders


current_tally: ContextVar[Tally | None] = ContextVar("current_tally", default=None)  # of the current task


@asynccontextmanager
async def open_work(
    config: Config,
    *,
    offline: bool = False,
    since: datetime | None = None,
    max_cost: float | None = None,
    batches: Path | None = None,
    progress: Callable[[str, str], None] = lambda _paper, _stage: None,
) -> AsyncIterator[Work]:
    """`since`: ask again what a model or a lookup said before. `batches`: ask in batches, and keep them in this folder.

    Raises `UsageError` for a style, a prompt or an endpoint that cannot be.
    """
    style = find_style(config.style)
    prompts = Prompts(load_prompt("notes"), load_prompt("repair"), load_prompt("choose"), load_text("reask"))
    glossary, phrases, terms = (load_text(name, ".txt") for name in ("glossary", "phrases", "terms"))
    wording = Wording(
        read_glossary(glossary), read_phrases(phrases), read_vocabulary(terms), digest_of([glossary, phrases, terms])
    )
    store = Store(config.runs / "store", since)
    async with AsyncExitStack() as stack:
        stack.enter_context(store.held())
        fetcher = stack.enter_context(Fetcher(config))
        if config.executor:
            executor, workers = stack.enter_context(dask_executor(config.executor))
        else:
            workers = os.cpu_count() or 1
            executor = stack.enter_context(ThreadPoolExecutor(workers))
        parsing = asyncio.Semaphore(2 * workers)
        arxiv = stack.enter_context(ThreadPoolExecutor(_ARXIV_THREADS, "arxiv"))
        client = batched = None
        if not (offline or config.offline):
            rungs = RungMemory(store.root / "rungs.json", config.clock)
            spending = _Spending(config, progress)
            client = await stack.enter_async_context(Client(config, rungs, spending.record))
            if batches is not None:
                from summarizer.llm.batch import BatchClient

                batched = BatchClient(
                    client, batches, store, on_call=spending.record, notify=partial(progress, "batch")
                )  # fmt: skip
        work = Work(
            config, store, style, prompts, wording, fetcher, executor, parsing, Published(config.runs), arxiv,
            client=batched or client, batches=batched, progress=progress,
            purse=Purse(None if batched else max_cost),  # what a batch costs is known before it is sent
        )  # fmt: skip
        with _stopped_by_sigterm(work):
            yield work


@contextmanager
def _stopped_by_sigterm(work: Work) -> Iterator[None]:
    """SIGTERM lets the calls under way finish, since they are paid for, and starts nothing more."""
    loop = asyncio.get_running_loop()

    def stop() -> None:
        work.stopped.set()
        work.fetcher.stop()
        if work.client:
            work.client.stop()

    loop.add_signal_handler(signal.SIGTERM, stop)
    try:
        yield
    finally:
        loop.remove_signal_handler(signal.SIGTERM)


class _Spending:
    """Counts the calls of a whole run and shows them under the name `TOTAL`."""

    def __init__(self, config: Config, progress: Callable[[str, str], None]) -> None:
        self._config, self._progress = config, progress
        self._calls, self._usage = 0, Usage()

    def record(self, event: CallEvent) -> None:
        tally = current_tally.get()
        if tally is not None:
            cost = call_cost(event, self._config)
            tally.run.record({"event": "call", **asdict(event), "cost": cost})
            tally.cost = None if cost is None or tally.cost is None else tally.cost + cost
            tally.calls += event.usage is not None
            tally.usage = add_usage([tally.usage, event.usage or Usage()])
        self._calls += event.usage is not None
        self._usage = add_usage([self._usage, event.usage or Usage()])
        cost = cost_usd(self._usage, self._config.model, self._config.prices)
        price = "cost unknown" if cost is None else f"${cost:.4f}"
        tokens = f"{self._usage.prompt} tokens in, {self._usage.completion} out"
        self._progress(TOTAL, f"{self._calls} calls, {tokens}, {price}")
