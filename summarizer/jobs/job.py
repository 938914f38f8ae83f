"""What one command works with, on however many papers; opened and closed in order."""

import asyncio
import signal
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from types import FrameType

from summarizer.config import Config
from summarizer.errors import UsageError
from summarizer.jobs.waiting import when_free
from summarizer.llm.batch import BatchClient
from summarizer.llm.client import Client, Model
from summarizer.llm.rungs import RungMemory
from summarizer.llm.spending import CappedModel, Spending
from summarizer.paper.source import Library, open_library
from summarizer.store.published import Published
from summarizer.store.results import Store
from summarizer.store.runs import RunFolder, open_run
from summarizer.types import Progress
from summarizer.work import Work, load_work

_READER = "reader"  # the folder of its batches within that of all


@dataclass(frozen=True, slots=True)
class Job:
    """One command's work. `batches` are the models again, where they are asked in batches."""

    work: Work
    library: Library
    published: Published
    spending: Spending
    progress: Progress
    batches: tuple[BatchClient, ...] = ()
    drafts_wanted: bool = False  # asked for, not for want of a model: only then may they take a digest's place
    stopped: asyncio.Event = field(default_factory=asyncio.Event)  # SIGTERM came
    turns: defaultdict[str, asyncio.Lock] = field(default_factory=lambda: defaultdict(asyncio.Lock))  # run folders

    @property
    def config(self) -> Config:
        return self.work.config


@asynccontextmanager
async def open_job(
    config: Config,
    *,
    offline: bool = False,
    since: datetime | None = None,
    max_cost: float | None = None,
    batches: Path | None = None,
    bulk: bool = False,
    looks: bool = False,
    progress: Progress = lambda _paper, _stage: None,
) -> AsyncIterator[Job]:
    """`since`: ask again what a model or a lookup said before. `batches`: ask in batches, and keep them in this folder.
    `bulk`: PDFs come in numbers. `looks`: nothing need be kept.

    Raises `UsageError` for a style, a prompt or an endpoint that cannot be, and for a ceiling without a price.
    """
    if max_cost is not None and not (offline or config.offline):
        _require_prices(config)
    store = Store(config.runs / "store", since)
    spending = Spending(config, max_cost, progress)
    async with AsyncExitStack() as stack:
        held = partial(store.held, looks=looks)
        await stack.enter_async_context(when_free(held, config, partial(progress, "store")))
        model: Model | None = None
        reader: Model | None = None
        batched: list[BatchClient] = []
        rungs = RungMemory(store.root / "rungs.json", config.clock)

        async def opened(config: Config, folder: Path | None) -> Model:
            live = await stack.enter_async_context(Client(config, rungs, spending.record))
            capped = CappedModel(live, spending)
            if folder is None:
                return capped
            notify = partial(progress, "batch")
            batched.append(BatchClient(live, folder, store, fallback=capped, on_call=spending.record, notify=notify))
            return batched[-1]

        if not (offline or config.offline):
            model = await opened(config, batches)
            if config.reading_model != config.model and config.reader != "never":
                other = config.model_copy(update={"model": config.reading_model})
                reader = await opened(other, batches and batches / _READER)
        work = load_work(config, store, model, reader)
        library = stack.enter_context(open_library(config, store, progress, bulk=bulk))
        job = Job(work, library, Published(config.runs), spending, progress, tuple(batched), drafts_wanted=offline)
        with _stopped_by_signals(job):
            yield job


def _require_prices(config: Config) -> None:
    """Raises `UsageError` where a ceiling could not be kept, for want of a price."""
    asked = [config.model, *([config.reading_model] if config.reader != "never" else [])]
    if unknown := next((model for model in asked if model not in config.prices), None):
        raise UsageError(f'--max-cost needs the price of {unknown}: set [prices."{unknown}"] in config.toml')


def open_run_when_free(name: str, job: Job) -> AbstractAsyncContextManager[RunFolder]:
    """A run folder, after another process that is at work on the same: what it makes need not be made again."""
    config = job.config
    enter = partial(open_run, config.runs / name, config.clock())
    return when_free(enter, config, partial(job.progress, name), job.stopped)


@contextmanager
def _stopped_by_signals(job: Job) -> Iterator[None]:
    """SIGTERM and a first Ctrl-C let the calls under way finish, since they are paid for, and start nothing more.

    A second Ctrl-C does what the first one would do without this.
    """
    loop = asyncio.get_running_loop()

    def stop() -> None:
        job.stopped.set()
        job.library.fetcher.stop()
        for model in filter(None, (job.work.model, job.work.reader)):
            model.stop()

    def interrupted(number: int, frame: FrameType | None) -> None:
        if job.stopped.is_set() and callable(interrupt_before):
            interrupt_before(number, frame)
        else:
            loop.call_soon_threadsafe(stop)
            said = "answers under way are waited for, since they are paid for; Ctrl-C again ends at once"
            loop.call_soon_threadsafe(job.progress, "stopping", said)

    terminate_before = signal.signal(signal.SIGTERM, lambda *_: loop.call_soon_threadsafe(stop))
    interrupt_before = signal.signal(signal.SIGINT, interrupted)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, terminate_before)
        signal.signal(signal.SIGINT, interrupt_before)
