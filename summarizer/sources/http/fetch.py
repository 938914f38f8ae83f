"""HTTP for everything that comes in: politeness, timeouts, retries and errors are decided here and nowhere else.

A caller gives a URL and a function that reads the response; the function may raise `BadAnswer` to have the question
asked once more. tenacity is the only one who repeats a request.
"""

import logging
import random
import ssl
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from functools import cache, cached_property
from types import TracebackType
from typing import Self, TypeVar, cast
from urllib.parse import urljoin, urlsplit

import httpx2
from tenacity import RetryCallState, Retrying, retry_if_exception_type

from summarizer import __version__
from summarizer.config import Config
from summarizer.errors import UNREADABLE, RefusedError, SourceError, TryLaterError
from summarizer.sources.http.answers import BadAnswer, Busy, FetchedPage, OpenResponse, is_busy, read_page
from summarizer.sources.http.deadline import Deadline, keep_deadlines
from summarizer.sources.http.environment import check_network_environment
from summarizer.sources.http.packing import ASKED_FOR
from summarizer.sources.http.pauses import retry_after
from summarizer.sources.http.polite import PoliteQueue, arxiv_hosts
from summarizer.sources.http.public import PrivateAddressError, PublicTransport

USER_AGENT = f"summarizer/{__version__} (digests of arXiv papers)"
_HEADERS = {"User-Agent": USER_AGENT, "Accept-Encoding": ASKED_FOR}
TRIES = 7  # with the real delay: waits of 6, 12, 24, 48, 96 and 120 s
CONNECT_TRIES = 4  # an unreachable host is more often our network than theirs

_MAX_BACKOFF_SECONDS = 120.0
_CONNECT_SECONDS = 20.0
_MAX_REDIRECTS = 5
_LONGEST_PAUSE_SECONDS = 7 * 86400.0  # a Retry-After beyond it is no usable time

T = TypeVar("T")
log = logging.getLogger(__name__)


class Fetcher:
    """The way to the network; one per process, for all threads. A context manager.

    Requests to arXiv's hosts (or to the root in `config.arxiv_url`) take turns in one queue of all processes.
    Requests to other hosts do not, but go to public addresses only.
    """

    def __init__(self, config: Config, *, bulk: bool = False) -> None:
        """`bulk`: PDFs come in numbers, so from arXiv's host for that.

        Raises `UsageError` for an environment in which no request can be made.
        """
        check_network_environment()
        self.config = config
        self.hosts = arxiv_hosts(config, bulk=bulk)
        self._stopped = threading.Event()
        self._queue = PoliteQueue(
            self.hosts.name, config.api_delay_seconds, self._stopped, page_delay=config.page_delay_seconds
        )
        self._not_before: dict[str, float] = {}  # service -> monotonic time, from Retry-After

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        for name in ("_arxiv_client", "_other_client"):
            if client := self.__dict__.get(name):
                client.close()

    def stop(self) -> None:
        """End all waiting with `TryLaterError`, that for a server in the middle of a request, too. For any thread."""
        self._stopped.set()

    def get(self, url: str, tries: int = TRIES) -> FetchedPage:
        """A page of text, whatever its status, 200, 400 and 404 included.

        Raises `RefusedError` (401, 403), `TryLaterError` (busy or unreachable to the end of retries) and
        `BadAnswer` (larger than `answers.PAGE_BYTES`, no proper address).
        """
        return self.ask(url, read_page, tries=tries)

    def ask(
        self,
        url: str,
        read: Callable[[OpenResponse], T],
        *,
        headers: Callable[[], Mapping[str, str]] = dict,
        tries: int = TRIES,
    ) -> T:
        """GET `url` and `read` the answer while it is open; both again on failures that may pass.

        `headers` is called before each request. `read` sees every status but redirects, 401, 403, 429, 502, 503
        and 504; it may raise `Busy` or `BadAnswer` and must not ask again itself: its turn lasts until it returns.
        Raises `RefusedError`, `TryLaterError`, `BadAnswer`; `PrivateAddressError` for an address that is not arXiv's.
        """
        deadline = Deadline(self.config.fetch_deadline_seconds, self._stopped)
        failures: Counter[type[BaseException]] = Counter()

        def last(state: RetryCallState) -> bool:
            error = _error(state)
            failures[type(error)] += 1
            spent = state.attempt_number >= tries or failures[type(error)] >= _tries(error)
            return spent or state.upcoming_sleep >= deadline.remaining()

        def wait(state: RetryCallState) -> float:
            return max(self._backoff(state.attempt_number), self._pause(url))

        retrying = Retrying(
            retry=retry_if_exception_type((BadAnswer, Busy, httpx2.RequestError)),
            stop=last,
            wait=wait,
            sleep=self.sleep,
            before_sleep=lambda state: _log_retry(url, state),
            reraise=True,
        )
        try:
            with deadline.kept():
                return cast(T, retrying(self._once, url, read, headers, deadline))
        except PrivateAddressError as error:
            if not self.hosts.serve(url):
                raise
            raise SourceError(
                f"{_host(url)} sends us on to {error.host}, a private address ({url}): is this the sign-in page of "
                "the network? Sign in, then run the same command again"
            ) from error
        except (Busy, httpx2.RequestError) as error:
            pause = self._pause(url)
            advice = f"it asks to come back in {pause:.0f} s" if pause else "try again later"
            made = retrying.statistics.get("attempt_number", 1)
            raise SourceError(f"{_host(url)}: {_what(error)} ({made} tries, {url}); {advice}") from error

    def _once(
        self, url: str, read: Callable[[OpenResponse], T], headers: Callable[[], Mapping[str, str]], deadline: Deadline
    ) -> T:
        for _ in range(_MAX_REDIRECTS + 1):
            _check_url(url)
            self._wait_out(url, deadline)
            with self._turn(url, deadline) as answered, self._open(url, headers(), deadline) as response:
                answered()
                if not response.has_redirect_location:
                    self._raise_for_service(url, response)
                    return _read(read, OpenResponse(response))
                url = _redirected(url, response.headers["location"])
        raise BadAnswer("too many redirects", tries=1)

    @contextmanager
    def _turn(self, url: str, deadline: Deadline) -> Iterator[Callable[[], None]]:
        """The turn at arXiv. Waiting for it is not the document's fault and does not count for its deadline."""
        if not self.hosts.serve(url):
            yield lambda: None
            return
        asked = time.monotonic()
        with self._queue.turn(page=self.hosts.has_page(url)) as answered:
            deadline.extend(time.monotonic() - asked)
            yield answered

    def _open(
        self, url: str, headers: Mapping[str, str], deadline: Deadline
    ) -> AbstractContextManager[httpx2.Response]:
        client = self._arxiv_client if self.hosts.serve(url) else self._other_client
        seconds = max(0.01, min(self.config.fetch_timeout_seconds, deadline.remaining()))
        timeout = httpx2.Timeout(seconds, connect=min(seconds, _CONNECT_SECONDS))
        return client.stream("GET", url, headers=dict(headers), timeout=timeout)

    @cached_property
    def _arxiv_client(self) -> httpx2.Client:
        return keep_deadlines(
            httpx2.Client(
                headers=_HEADERS,
                verify=_tls(),
                limits=httpx2.Limits(max_connections=1, max_keepalive_connections=1),
                trust_env=not self.hosts.root,  # a root of one's own is reached directly, not through a proxy
            )
        )

    @cached_property
    def _other_client(self) -> httpx2.Client:
        return httpx2.Client(headers=_HEADERS, transport=PublicTransport(_tls()))

    def _raise_for_service(self, url: str, response: httpx2.Response) -> None:
        status = response.status_code
        if status in (401, 403):
            raise RefusedError(
                f"{_host(url)}: HTTP {status} for {url}: access denied; asking again at once makes it worse, "
                "see https://info.arxiv.org/help/robots.html if this is arXiv"
            )
        if is_busy(status):
            if 0 < (seconds := retry_after(response.headers) or 0.0) <= _LONGEST_PAUSE_SECONDS:
                self._not_before[_service(url)] = time.monotonic() + seconds
            if status != 500:  # at /pdf a 500 can be about the paper
                raise Busy(f"HTTP {status}")

    def _backoff(self, attempt: int) -> float:
        base = self.config.api_delay_seconds
        return min(base * 2.0**attempt, _MAX_BACKOFF_SECONDS) + random.uniform(0, base)

    def _pause(self, url: str) -> float:
        """Seconds until the service of `url` wants to be asked again."""
        return max(0.0, self._not_before.get(_service(url), 0.0) - time.monotonic())

    def _wait_out(self, url: str, deadline: Deadline) -> None:
        if pause := self._pause(url):
            if pause >= deadline.remaining():
                raise Busy(f"asks to come back in {pause:.0f} s")
            self.sleep(pause)

    def sleep(self, seconds: float) -> None:
        """Wait. Raises `TryLaterError` once this is stopped."""
        if self._stopped.wait(seconds):
            raise TryLaterError("stopped between two requests; run the same command again")


@cache
def _tls() -> ssl.SSLContext:
    """One for the process: reading the certificates takes longer than everything else in making a client."""
    return httpx2.create_ssl_context()


def _read(read: Callable[[OpenResponse], T], answer: OpenResponse) -> T:
    """What an answer says. Nothing that it says may end more than this question: raises `BadAnswer`."""
    try:
        return read(answer)
    except UNREADABLE as error:
        raise BadAnswer(f"{answer.url}: cannot be read: {type(error).__name__}: {error}") from error


def _redirected(url: str, location: str) -> str:
    try:
        return urljoin(url, location)
    except ValueError as error:
        raise BadAnswer(f"{url}: leads to {location[:200]!r}: {error}", tries=1) from error


def _check_url(url: str) -> None:
    """Redirects are checked like the first address."""
    try:
        scheme = httpx2.URL(url).scheme
    except httpx2.InvalidURL as error:
        raise BadAnswer(f"{url}: {error}", tries=1) from error
    if scheme not in ("http", "https"):
        raise BadAnswer(f"{url}: only http and https addresses are fetched", tries=1)


def _tries(error: BaseException) -> int:
    match error:
        case BadAnswer():
            return error.tries
        case httpx2.ConnectError() | httpx2.ConnectTimeout():
            return CONNECT_TRIES
    return TRIES


def _what(error: BaseException) -> str:
    match error:
        case httpx2.ConnectError() | httpx2.ConnectTimeout():
            return f"cannot be reached, check the network ({error})"
        case httpx2.TimeoutException():
            return "no whole answer in time"
        case httpx2.RequestError():
            return f"the connection broke ({error})"
    return str(error)


def _log_retry(url: str, state: RetryCallState) -> None:
    log.info("%s: %s; asking again in %.1f s", url, _what(_error(state)), state.upcoming_sleep)


def _error(state: RetryCallState) -> BaseException:
    """What the last try ended with. tenacity asks for the next step only after a failure."""
    error = state.outcome.exception() if state.outcome else None
    if error is None:
        raise AssertionError("a retry without a failure")
    return error


def _host(url: str) -> str:
    return urlsplit(url).netloc


def _service(url: str) -> str:
    """What a Retry-After is about: the host and the first part of the path, as /api or /pdf."""
    parts = urlsplit(url)
    return f"{parts.netloc}/{parts.path.lstrip('/').partition('/')[0]}"
