"""Waiting that a signal ends: for another process that is at work on the same, or for time to pass."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractContextManager, ExitStack, asynccontextmanager, suppress
from typing import TypeVar

from summarizer.config import Config
from summarizer.errors import LockedError

T = TypeVar("T")

_LOOK_AGAIN_SECONDS = 0.2  # whether another process has finished
_SILENT_SECONDS = 1.5  # of waiting that nobody need hear of


@asynccontextmanager
async def when_free(
    enter: Callable[[], AbstractContextManager[T]],
    config: Config,
    notify: Callable[[str], None],
    stopped: asyncio.Event | None = None,
) -> AsyncIterator[T]:
    """Enter a place once no other process is at work there; `notify` is told whom this waits for.

    Raises `LockedError` after `poll_deadline_seconds`, or when `stopped`.
    """
    stopped = stopped or asyncio.Event()
    begun, told = time.monotonic(), False
    with ExitStack() as stack:
        while True:
            try:
                place = stack.enter_context(enter())
                break
            except LockedError as error:
                waited = time.monotonic() - begun
                if stopped.is_set() or waited >= config.poll_deadline_seconds:
                    raise
                if waited >= _SILENT_SECONDS and not told:
                    notify(f"waiting for {error.holder}, which is at work on the same")
                    told = True
            await wait(_LOOK_AGAIN_SECONDS, stopped)
        yield place


async def wait(seconds: float, stopped: asyncio.Event) -> None:
    """Sleep, or until `stopped`."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await stopped.wait()
