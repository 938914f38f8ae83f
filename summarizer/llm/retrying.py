"""When the next attempt is made, and when no more is: strategies for tenacity, the only one who retries."""

import asyncio
import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from random import random

from tenacity import RetryCallState, wait_exponential_jitter

from summarizer.llm.faults import AskDifferently, Retryable

_SHORTEST_WAIT = 0.5  # "Retry-After: 0" is not taken as an invitation to hammer
_BRIEF_ATTEMPTS = 7  # about half a minute for a server that is not there, or is no chat-completions server

_backoff = wait_exponential_jitter(multiplier=_SHORTEST_WAIT, max=30, jitter=0.5)


def wait(state: RetryCallState) -> float:
    """Seconds before the next attempt: as the server asks, else growing with each attempt."""
    error = state.outcome.exception() if state.outcome else None
    if isinstance(error, AskDifferently):
        return 0
    if isinstance(error, Retryable) and error.wait is not None and error.wait >= _SHORTEST_WAIT:
        return error.wait + random() / 4  # not all at once
    return _backoff(state)


def stop_before(clock: asyncio.Timeout) -> Callable[[RetryCallState], bool]:
    """Give up at once where the next attempt would come after the deadline."""

    def stop(state: RetryCallState) -> bool:
        error = state.outcome.exception() if state.outcome else None
        if not isinstance(error, Retryable):
            return False
        deadline = clock.when()
        late = deadline is not None and asyncio.get_running_loop().time() + state.upcoming_sleep >= deadline
        return late or (error.brief and state.attempt_number >= _BRIEF_ATTEMPTS)

    return stop


@contextmanager
def stopped(clock: asyncio.Timeout) -> Iterator[None]:
    """Time that does not count against the deadline."""
    now = asyncio.get_running_loop().time
    deadline = clock.when()
    left = math.inf if deadline is None else deadline - now()
    clock.reschedule(None)
    try:
        yield
    finally:
        clock.reschedule(now() + left)
