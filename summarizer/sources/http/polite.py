"""The polite queue: one request at a time and a pause between two, over all threads and processes of a user.

arXiv asks for at most one request in three seconds and a single connection, over all machines one controls
(https://info.arxiv.org/help/api/tou.html), and on arxiv.org itself, pages and PDFs, for one in fifteen
(https://arxiv.org/robots.txt). Who fetches PDFs in numbers does so from export.arxiv.org
(https://info.arxiv.org/help/bulk_data.html).
"""

import math
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO
from urllib.parse import urlsplit

from summarizer.config import Config, cache_folder
from summarizer.errors import StorageError, TryLaterError
from summarizer.files import try_lock

_POLL_SECONDS = 0.05


class PoliteQueue:
    """The turns at one service, named by its host.

    Processes meet at a file that is locked for a turn and holds the CLOCK_MONOTONIC times of the last start and of
    the last start of a page. That clock is the same for all processes and nobody can set it back; after a reboot it
    starts anew, which shows as a time in the future and counts as long ago.
    """

    def __init__(self, name: str, delay: float, stopped: threading.Event, *, page_delay: float = 0) -> None:
        """`delay` is the seconds between any two requests, `page_delay` those between two for pages."""
        self._path = cache_folder() / f"queue-{re.sub(r'[^A-Za-z0-9.]+', '-', name)}.lock"
        self._delay, self._page_delay = delay, page_delay
        self._stopped = stopped
        self._thread_lock = threading.Lock()

    @contextmanager
    def turn(self, *, page: bool = False) -> Iterator[Callable[[], None]]:
        """Wait for the turn and hold it. Yields a function to call once the server has begun to answer.

        The delay is counted from when that answer began, so that the requests are as far apart for the server as
        they are here. Raises `TryLaterError` when the queue is stopped while waiting.
        """
        with self._thread_lock, self._open() as file:
            self._lock(file)
            last, last_page = self._starts(file)
            due = max(last + self._delay, last_page + self._page_delay if page else 0)
            self._sleep(due - time.monotonic())

            def stamp() -> None:
                self._stamp(file, time.monotonic() if page else last_page)

            stamp()
            yield stamp

    def _open(self) -> IO[str]:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            return self._path.open("a+", encoding="ascii", errors="replace")
        except OSError as error:
            raise StorageError(
                f"{self._path}: cannot be written: {error.strerror}; XDG_CACHE_HOME can name another folder"
            ) from error

    def _lock(self, file: IO[str]) -> None:
        """Polls, because a blocking lock could not be stopped."""
        while not try_lock(file):
            self._sleep(_POLL_SECONDS)

    def _starts(self, file: IO[str]) -> tuple[float, float]:
        """When the last request and the last one for a page began; minus infinity where that is not known."""
        file.seek(0)
        try:
            times = [float(number) for number in file.read(80).split()]
        except ValueError:  # torn by a crash
            times = []
        known = [start if start <= time.monotonic() else -math.inf for start in times]
        return known[0] if known else -math.inf, known[1] if len(known) > 1 else -math.inf

    def _stamp(self, file: IO[str], last_page: float) -> None:
        try:
            file.seek(0)
            file.truncate()
            file.write(f"{time.monotonic():.6f}\n" + (f"{last_page:.6f}\n" if math.isfinite(last_page) else ""))
            file.flush()
        except OSError as error:
            raise StorageError(f"{self._path}: cannot be written: {error.strerror}") from error

    def _sleep(self, seconds: float) -> None:
        if self._stopped.wait(max(seconds, 0.0)):
            raise TryLaterError("stopped while waiting for a turn at arXiv; run the same command again")


@dataclass(frozen=True, slots=True)
class Hosts:
    """Base addresses, without a slash at the end."""

    oai: str
    api: str
    site: str  # serves /abs/<id>, /html/<id>, /list/<category>/new and /catchup/<category>/<date>
    pdf: str  # serves /pdf/<id>
    rss: str
    root: str = ""  # what the user set instead of arXiv; "" for arXiv itself

    @property
    def name(self) -> str:
        """What the polite queue of these hosts is called: one queue for all of arXiv."""
        return urlsplit(self.root).netloc or "arxiv.org"

    def serve(self, url: str) -> bool:
        """Is `url` on these hosts, so that it has to wait for its turn?"""
        parts = urlsplit(url)
        if self.root:
            root = urlsplit(self.root)
            return (parts.scheme, parts.netloc) == (root.scheme, root.netloc)
        host = (parts.hostname or "").rstrip(".")
        return host == "arxiv.org" or host.endswith(".arxiv.org")

    def has_page(self, url: str) -> bool:
        """Is `url`, which these hosts serve, a page or a PDF of arxiv.org, and not one of the API hosts?"""
        if self.root:
            return not url.startswith((f"{self.root}/oai", f"{self.root}/api/", f"{self.root}/rss"))
        return (urlsplit(url).hostname or "").rstrip(".") in ("arxiv.org", "www.arxiv.org")


def arxiv_hosts(config: Config, *, bulk: bool = False) -> Hosts:
    """The addresses to use, with `bulk` those for many PDFs. `config.arxiv_url` is one root for all of them."""
    if root := config.arxiv_url.rstrip("/"):
        return Hosts(oai=f"{root}/oai", api=f"{root}/api/query", site=root, pdf=root, rss=f"{root}/rss", root=root)
    return Hosts(
        oai="https://oaipmh.arxiv.org/oai",
        api="https://export.arxiv.org/api/query",
        site="https://arxiv.org",
        pdf="https://export.arxiv.org" if bulk else "https://arxiv.org",
        rss="https://rss.arxiv.org/rss",
    )
