"""An OpenAI-compatible endpoint: one exchange with it, and attempts until one succeeds.

Chat completions go through OpenAI's SDK (`sdk.py`), files and batches over plain HTTP, since they are streamed from and
to the disk. Both are imported with the first exchange: --help and a run without a model need not pay for them.
"""

import asyncio
import math
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import random
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit, urlunsplit

from tenacity import AsyncRetrying, RetryCallState, retry_if_exception_type, wait_exponential_jitter

from summarizer.config import Config
from summarizer.errors import TryLaterError, UsageError
from summarizer.llm.bodies import MOST_BYTES, decoded, unpacked
from summarizer.llm.faults import CHECK_ADDRESS, CHECK_SERVICE, AskDifferently, Retryable, host_of
from summarizer.llm.replies import excerpt
from summarizer.llm.secret import without_secret
from summarizer.sources.http.environment import check_network_environment
from summarizer.sources.http.packing import ASKED_FOR

if TYPE_CHECKING:
    import httpx2
    from openai import AsyncOpenAI

T = TypeVar("T")
_CONNECT_SECONDS = 10.0

_SHORTEST_WAIT = 0.5  # "Retry-After: 0" is not taken as an invitation to hammer
_BRIEF_ATTEMPTS = 7  # in a row: half a minute for a server that is not there, hangs up, or is none for chat completions
_backoff = wait_exponential_jitter(multiplier=_SHORTEST_WAIT, max=30, jitter=0.5)


@dataclass(frozen=True, slots=True)
class Received:
    """A whole response. `text` is "" for one that was written to a file."""

    status: int
    headers: Mapping[str, str]
    text: str

    @property
    def is_success(self) -> bool:
        return 200 <= self.status < 300


class Endpoint:
    """The address and the key of a configuration, and the connections to it."""

    def __init__(self, config: Config) -> None:
        """Raises `UsageError` if the address, the key or a proxy cannot be one."""
        self.host = host_of(config.endpoint)
        self._config = config
        self._address = urlsplit(config.endpoint)
        self._key = config.api_key.get_secret_value()
        if not (self._key.isascii() and self._key.isprintable()):
            raise UsageError(f"{config.api_key_env}: holds characters that no key has; set it again")
        self._http: httpx2.AsyncClient | None = None
        self._sdk: AsyncOpenAI | None = None
        self._waits: set[asyncio.Timeout] = set()  # of what ends when this is stopped
        self.stopped = False

    def stop(self) -> None:
        """End all waiting but that for chat completions which have been asked for: they are paid for."""
        if not self.stopped:
            self.stopped = True
            for clock in self._waits:
                clock.reschedule(0)

    @asynccontextmanager
    async def while_running(self) -> AsyncIterator[None]:
        """What is waited for meanwhile ends with `TryLaterError` when this is stopped."""
        try:
            async with asyncio.timeout(0 if self.stopped else None) as clock:
                self._waits.add(clock)
                try:
                    yield
                finally:
                    self._waits.remove(clock)
        except TimeoutError:
            if not self.stopped:
                raise
            raise TryLaterError(f"{self.host}: stopped; run the same command again to go on") from None

    async def close(self) -> None:
        if self._http is not None:
            await self._http.aclose()
        if self._sdk is not None:
            await self._sdk.close()

    def without_key(self, text: str) -> str:
        return without_secret(text, self._key)

    @property
    def address(self) -> str:
        """Below which requests go."""
        return urlunsplit(self._address)

    def has_other(self, tried: str) -> bool:
        """Whether requests go elsewhere than to `tried` from now on: below /v1, which is easily left out."""
        if self.address == tried and not self._address.path.strip("/"):
            self._address = self._address._replace(path="/v1")
        return self.address != tried

    async def complete(self, path: str, body: Mapping[str, Any], seconds: float) -> Received:
        """The response to one chat completion of at most `seconds`, whatever its status.

        Raises `Retryable` if none came that can be read.
        """
        sdk = await self._connected()
        from summarizer.llm.sdk import post

        async def send() -> Received:
            response = await post(sdk, self._url(path), body)
            text = decoded(response.content, response.charset_encoding, response.extensions["content_encoding"])
            return Received(response.status_code, response.headers, text)

        return await self._answered(send, seconds)

    async def exchange(
        self,
        method: str,
        path: str,
        seconds: float,
        *,
        file: Path | None = None,
        most: int = MOST_BYTES,
        **content: Any,
    ) -> Received:
        """The response to one request of at most `seconds`, whatever its status, of at most `most` bytes unpacked.

        `content` is what httpx2 takes: json, files, data, params. With `file` a successful body is written there.
        Raises `Retryable` if none came that can be read, `OSError` from writing.
        """

        async def send() -> Received:
            async with self._client().stream(method, self._url(path), **content) as response:
                body = unpacked(response.aiter_raw(), most)
                if file and response.is_success:
                    await _written(body, file, self.without_key)
                    return Received(response.status_code, response.headers, "")
                data, headers = b"".join([piece async for piece in body]), response.headers
                text = decoded(data, response.charset_encoding, headers.get("content-encoding", ""))
                return Received(response.status_code, headers, text)

        async with self.while_running():
            return await self._answered(send, seconds)

    async def _answered(self, send: Callable[[], Awaitable[Received]], seconds: float) -> Received:
        import httpx2

        try:
            async with asyncio.timeout(seconds):
                return await send()
        except httpx2.RequestError as error:
            unreached = isinstance(error, httpx2.ConnectError | httpx2.ConnectTimeout)
            said = f"{self.host}: {type(error).__name__} {excerpt(self.without_key(str(error)))}".rstrip()
            brief = unreached or not isinstance(error, httpx2.TimeoutException)
            raise Retryable(said, CHECK_ADDRESS, brief=brief, obeyed="no" if unreached else "maybe") from None
        except TimeoutError:
            reason = f"{self.host}: no answer to a request within {seconds:g} s"
            raise Retryable(reason, CHECK_SERVICE) from None
        except ValueError as error:
            said = f"an answer that cannot be read: {error}"
            raise Retryable(f"{self.host}: {said}", CHECK_ADDRESS, brief=True) from None

    async def persist(self, attempt: Callable[[asyncio.Timeout], Awaitable[T]], seconds: float) -> T:
        """What `attempt` returns, once it does so without `Retryable` or `AskDifferently`.

        It is given the clock of the deadline, which is `seconds` away. Raises `TryLaterError` after that, and instead
        of another attempt when stopped.
        """
        last_problem = ""

        def remember(state: RetryCallState) -> None:
            nonlocal last_problem
            last_problem = str(state.outcome.exception()) if state.outcome else ""

        async def sleep(seconds: float) -> None:
            async with self.while_running():
                await asyncio.sleep(seconds)

        retrying = AsyncRetrying(
            retry=retry_if_exception_type((Retryable, AskDifferently)),
            wait=wait, before_sleep=remember, sleep=sleep, reraise=True,
        )  # fmt: skip
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

    def _url(self, path: str) -> str:
        """Of a page of the API; a query in the address, as Azure has one, stays."""
        return urlunsplit(self._address._replace(path=f"{self._address.path.rstrip('/')}/{path}", fragment=""))

    async def _connected(self) -> "AsyncOpenAI":
        if self._sdk is None:
            await asyncio.to_thread(warm_up)
        if self._sdk is None:
            from summarizer.llm.sdk import connect

            self._sdk = connect(self.address, self._key or "none", **self._options())
        return self._sdk

    def _client(self) -> "httpx2.AsyncClient":
        if self._http is None:
            import httpx2

            headers = {"Authorization": f"Bearer {self._key or 'none'}", "Accept-Encoding": ASKED_FOR}
            self._http = httpx2.AsyncClient(headers=headers, **self._options())
        return self._http

    def _options(self) -> dict[str, Any]:
        import httpx2

        check_network_environment()
        seconds = self._config.call_timeout_seconds
        return {
            "timeout": httpx2.Timeout(seconds, connect=min(seconds, _CONNECT_SECONDS)),
            "limits": httpx2.Limits(max_connections=None, max_keepalive_connections=self._config.in_flight),
            "follow_redirects": True,
        }


def warm_up() -> None:
    """Import what the first call needs; meant for a thread."""
    import summarizer.llm.sdk  # noqa: F401


async def _written(pieces: AsyncIterator[bytes], path: Path, struck: Callable[[str], str]) -> None:
    """Write a body line by line, each as `struck` leaves it."""
    with await asyncio.to_thread(path.open, "wb") as file:

        def write(text: bytes) -> None:
            file.write(struck(text.decode("utf-8", "surrogateescape")).encode("utf-8", "surrogateescape"))

        begun: list[bytes] = []  # of a line
        async for piece in pieces:
            whole, end, rest = piece.rpartition(b"\n")
            if end:
                await asyncio.to_thread(write, b"".join([*begun, whole, end]))
                begun = []
            begun.append(rest)
            if sum(map(len, begun)) > MOST_BYTES:
                raise ValueError(f"a line of more than {MOST_BYTES // 2**20} MB")
        await asyncio.to_thread(write, b"".join(begun))


def wait(state: RetryCallState) -> float:
    """Seconds before the next attempt: as the server asks, else growing with each attempt."""
    error = state.outcome.exception() if state.outcome else None
    if isinstance(error, AskDifferently):
        return 0
    if isinstance(error, Retryable) and error.wait is not None and error.wait >= _SHORTEST_WAIT:
        return error.wait + random() / 4  # not all at once
    return _backoff(state)


def stop_before(clock: asyncio.Timeout) -> Callable[[RetryCallState], bool]:
    """Give up at once where the next attempt would come after the deadline, or nothing else than brief faults comes."""
    brief = 0

    def stop(state: RetryCallState) -> bool:
        nonlocal brief
        error = state.outcome.exception() if state.outcome else None
        if not isinstance(error, Retryable):
            return False
        brief = brief + 1 if error.brief else 0
        deadline = clock.when()
        late = deadline is not None and asyncio.get_running_loop().time() + state.upcoming_sleep >= deadline
        return late or brief >= _BRIEF_ATTEMPTS

    return stop


@contextmanager
def paused(clock: asyncio.Timeout) -> Iterator[None]:
    """Time that does not count against the deadline."""
    now = asyncio.get_running_loop().time
    deadline = clock.when()
    left = math.inf if deadline is None else deadline - now()
    clock.reschedule(None)
    try:
        yield
    finally:
        clock.reschedule(now() + left)
