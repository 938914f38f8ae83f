"""An OpenAI-compatible endpoint: one exchange with it, and attempts until one succeeds.

`openai` is imported with the first exchange: it costs 0.75 s, which --help and a run without calls need not pay.
"""

import asyncio
import math
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from random import random
from typing import TYPE_CHECKING, TypeVar

from tenacity import AsyncRetrying, RetryCallState, retry_if_exception_type, wait_exponential_jitter

from summarizer.config import Config
from summarizer.errors import TryLaterError, UsageError
from summarizer.llm.faults import CHECK_ADDRESS, CHECK_SERVICE, AskDifferently, Retryable, host_of
from summarizer.llm.replies import excerpt
from summarizer.llm.secret import without_secret

if TYPE_CHECKING:
    import httpx2
    from openai import AsyncOpenAI

T = TypeVar("T")
_CONNECT_SECONDS = 10.0
_SHORTEST_WAIT = 0.5  # "Retry-After: 0" is not taken as an invitation to hammer
_BRIEF_ATTEMPTS = 7  # about half a minute for a server that is not there, or is no chat-completions server
_backoff = wait_exponential_jitter(multiplier=_SHORTEST_WAIT, max=30, jitter=0.5)


def warm_up() -> None:
    """Import what the first call needs; meant for a thread, while a PDF is being fetched."""
    import openai.resources.chat.completions  # noqa: F401


class Endpoint:
    """The address and the key of a configuration, and the connections to it."""

    def __init__(self, config: Config) -> None:
        """Raises `UsageError` if the address or the key cannot be one."""
        self.host = host_of(config.endpoint)
        self._config = config
        self._key = config.api_key.get_secret_value()
        if not (self._key.isascii() and self._key.isprintable()):
            raise UsageError(f"{config.api_key_env}: holds characters that no key has; set it again")
        self._sdk: AsyncOpenAI | None = None

    async def close(self) -> None:
        if self._sdk is not None:
            await self._sdk.close()

    def without_key(self, text: str) -> str:
        return without_secret(text, self._key)

    async def exchange(
        self, send: Callable[["AsyncOpenAI"], Awaitable["httpx2.Response"]], seconds: float
    ) -> "httpx2.Response":
        """The response to one request of at most `seconds`, whatever its status. Raises `Retryable` if none came."""
        sdk = await self._connected()
        import httpx2
        import openai

        try:
            async with asyncio.timeout(seconds):
                return await send(sdk)
        except openai.APIStatusError as error:
            return error.response
        except (openai.APIConnectionError, httpx2.RequestError) as error:  # the latter in the middle of a download
            cause = error.__cause__ or error
            absent = isinstance(cause, httpx2.ConnectError | httpx2.ConnectTimeout)
            reason = f"{self.host}: {type(cause).__name__} {excerpt(self.without_key(str(cause)))}".rstrip()
            raise Retryable(reason, CHECK_ADDRESS, brief=absent) from None
        except TimeoutError:
            reason = f"{self.host}: no answer to a request within {seconds:g} s"
            raise Retryable(reason, CHECK_SERVICE) from None

    async def persist(self, attempt: Callable[[asyncio.Timeout], Awaitable[T]], seconds: float) -> T:
        """What `attempt` returns, once it does so without `Retryable` or `AskDifferently`.

        It is given the clock of the deadline, which is `seconds` away. Raises `TryLaterError` after that.
        """
        last_problem = ""

        def remember(state: RetryCallState) -> None:
            nonlocal last_problem
            last_problem = str(state.outcome.exception()) if state.outcome else ""

        retrying = AsyncRetrying(
            retry=retry_if_exception_type((Retryable, AskDifferently)), wait=wait, before_sleep=remember, reraise=True
        )
        try:
            async with asyncio.timeout(seconds) as clock:
                retrying.stop = stop_before(clock)
                result: T = await retrying(attempt, clock)
                return result
        except Retryable as error:
            attempts = retrying.statistics["attempt_number"]
            raise TryLaterError(f"{error} ({attempts} attempts). {error.hint}") from None
        except TimeoutError:
            attempts = retrying.statistics["attempt_number"]
            seen = f"; the last one: {last_problem}" if last_problem else ""
            raise TryLaterError(
                f"{self.host}: no answer in {seconds:g} s ({attempts} attempts{seen}). "
                "Run the same command again later, or raise call_deadline_seconds"
            ) from None

    async def _connected(self) -> "AsyncOpenAI":
        if self._sdk is None:
            await asyncio.to_thread(warm_up)
        if self._sdk is None:
            import httpx2
            from openai import AsyncOpenAI

            seconds = self._config.call_timeout_seconds
            self._sdk = AsyncOpenAI(
                base_url=self._config.endpoint,
                api_key=self._key or "none",  # a server without keys ignores it
                max_retries=0,
                timeout=httpx2.Timeout(seconds, connect=min(seconds, _CONNECT_SECONDS)),
            )
        return self._sdk


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
