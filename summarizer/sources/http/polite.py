"""The polite queue: one request at a time and a pause between two, over all threads and processes of a user.

arXiv asks for at most one request in three seconds and a single connection, over all machines one controls
(https://info.arxiv.org/help/api/tou.html).
"""

import fcntl
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

_POLL_SECONDS = 0.05


class PoliteQueue:
    """The turns at one service, named by its host.

    Processes meet at a file that is locked for a turn and holds the CLOCK_MONOTONIC time of the last start. That
    clock is the same for all processes and nobody can set it back; after a reboot it starts anew, which shows as a
    time in the future and counts as long ago.
    """

    def __init__(self, name: str, delay: float, stopped: threading.Event) -> None:
        self._path = cache_folder() / f"queue-{re.sub(r'[^A-Za-z0-9.]+', '-', name)}.lock"
        self._delay = delay
        self._stopped = stopped
        self._thread_lock = threading.Lock()

    @contextmanager
    def turn(self) -> Iterator[Callable[[], None]]:
        """Wait for the turn and hold it. Yields a function to call once the server has begun to answer.

        The next turn begins `delay` seconds after that answer began, so that the requests are as far apart for the
        server as they are here. Raises `TryLaterError` when the queue is stopped while waiting.
        """
        with self._thread_lock, self._open() as file:
            self._lock(file)
            try:
                self._sleep(self._due(file) - time.monotonic())
                self._stamp(file)
                yield lambda: self._stamp(file)
            finally:
                fcntl.flock(file, fcntl.LOCK_UN)

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
        while True:
            try:
                return fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                self._sleep(_POLL_SECONDS)

    def _due(self, file: IO[str]) -> float:
        file.seek(0)
        try:
            last = float(file.read(40))
        except ValueError:
            return 0.0  # new, or torn by a crash
        return last + self._delay if last <= time.monotonic() else 0.0

    def _stamp(self, file: IO[str]) -> None:
        try:
            file.seek(0)
            file.truncate()
            file.write(f"{time.monotonic():.6f}\n")
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
    site: str  # serves /abs/<id>, /pdf/<id>, /list/<category>/new and /catchup/<category>/<date>
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


def arxiv_hosts(config: Config) -> Hosts:
    """The addresses to use. `config.arxiv_url` is one root for all of them."""
    if root := config.arxiv_url.rstrip("/"):
        return Hosts(oai=f"{root}/oai", api=f"{root}/api/query", site=root, rss=f"{root}/rss", root=root)
    return Hosts(
        oai="https://oaipmh.arxiv.org/oai",
        api="https://export.arxiv.org/api/query",
        site="https://arxiv.org",
        rss="https://rss.arxiv.org/rss",
    )
