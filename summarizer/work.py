"""What all papers of a run share, opened and closed in order."""

import asyncio
import os
import signal
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from summarizer.config import Config
from summarizer.llm.client import Client, Model
from summarizer.llm.digest import Prompts
from summarizer.llm.rungs import RungMemory
from summarizer.llm.spending import Frugal, Spending
from summarizer.pdf.cluster import dask_executor
from summarizer.sources.http.fetch import Fetcher
from summarizer.store.published import Published
from summarizer.store.results import Store, digest_of
from summarizer.styles import Style, find_style, load_prompt, load_text
from summarizer.trust.phrases import Phrases, read_phrases
from summarizer.trust.wordlists import Term, Vocabulary, read_glossary, read_vocabulary

if TYPE_CHECKING:
    from summarizer.jobs.accounts import Result
    from summarizer.llm.batch import BatchClient

_ARXIV_THREADS = 4  # its answers come one at a time, but what is on the disk need not wait for them


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
    spending: Spending
    client: Model | None = None
    batches: "BatchClient | None" = None  # the client again, where it asks in batches
    failed: dict[str, "Result"] = field(default_factory=dict)  # in earlier rounds of batches: not asked for again
    progress: Callable[[str, str], None] = lambda _paper, _stage: None
    stopped: asyncio.Event = field(default_factory=asyncio.Event)  # SIGTERM came
    turns: defaultdict[str, asyncio.Lock] = field(default_factory=lambda: defaultdict(asyncio.Lock))  # run folders


@asynccontextmanager
async def open_work(
    config: Config,
    *,
    offline: bool = False,
    since: datetime | None = None,
    max_cost: float | None = None,
    batches: Path | None = None,
    bulk: bool = False,
    progress: Callable[[str, str], None] = lambda _paper, _stage: None,
) -> AsyncIterator[Work]:
    """`since`: ask again what a model or a lookup said before. `batches`: ask in batches, and keep them in this folder.

    `bulk`: PDFs come in numbers.     Raises `UsageError` for a style, a prompt or an endpoint that cannot be.
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
        fetcher = stack.enter_context(Fetcher(config, bulk=bulk))
        if config.executor:
            executor, workers = stack.enter_context(dask_executor(config.executor))
        else:
            workers = os.cpu_count() or 1
            executor = stack.enter_context(ThreadPoolExecutor(workers))
        parsing = asyncio.Semaphore(2 * workers)
        arxiv = stack.enter_context(ThreadPoolExecutor(_ARXIV_THREADS, "arxiv"))
        spending = Spending(config, max_cost, progress)
        client: Model | None = None
        batched = None
        if not (offline or config.offline):
            rungs = RungMemory(store.root / "rungs.json", config.clock)
            live = await stack.enter_async_context(Client(config, rungs, spending.record))
            client = Frugal(live, spending)
            if batches is not None:
                from summarizer.llm.batch import BatchClient

                notify = partial(progress, "batch")
                client = batched = BatchClient(
                    live, batches, store, fallback=client, on_call=spending.record, notify=notify
                )
        work = Work(
            config, store, style, prompts, wording, fetcher, executor, parsing, Published(config.runs), arxiv,
            spending, client=client, batches=batched, progress=progress,
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
