"""Coroutines at a command line, which SIGINT and SIGTERM cancel."""

import asyncio
import signal
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")

_STOPPING = (signal.SIGINT, signal.SIGTERM)


def run_until_stopped(main: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine to its end; a signal cancels it, and so does each one that follows.

    `asyncio.run` raises KeyboardInterrupt at a second SIGINT, wherever the loop is: a task whose wake-up the loop
    holds at that moment is never woken again, and the end waits for that task for ever.
    Raises `KeyboardInterrupt` once what was cancelled has ended.
    """
    with asyncio.Runner() as runner:
        loop = runner.get_loop()
        task = loop.create_task(main)

        def cancel(*_: object) -> None:
            if not task.done():
                loop.call_soon_threadsafe(task.cancel)

        before = [(stop, signal.signal(stop, cancel)) for stop in _STOPPING]
        try:
            return loop.run_until_complete(task)
        except asyncio.CancelledError:
            raise KeyboardInterrupt from None
        finally:
            runner.close()
            for stop, handler in before:
                signal.signal(stop, handler)
