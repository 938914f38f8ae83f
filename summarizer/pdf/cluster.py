"""Parsing on many machines: the workers of a Dask cluster behind `concurrent.futures.Executor`.

A call travels with the PDF's bytes through the scheduler to a worker, its result comes back the same
way; nothing else does. Each worker parses in children of its own as this machine would
(`summarizer/pdf/isolation.py`). How to run a cluster is told in docs/scale.md.
"""

import logging
import re
import time
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Executor, Future, ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from summarizer import __version__
from summarizer.errors import TryLaterError, UsageError
from summarizer.pdf import PARSER_VERSION
from summarizer.types import Parsed

if TYPE_CHECKING:
    from distributed import Client
    from distributed import Future as Task

CONNECT_SECONDS = 10  # for the scheduler to answer, and for a first worker to be there
WORKERLESS_SECONDS = 300  # a machine that restarts is waited for
_SETTINGS = {
    "distributed.admin.large-graph-warning-threshold": "1 TiB",  # a call with its PDF is meant to be large
    "distributed.admin.low-level-log-length": 0,  # or the last 1,000 messages, with their PDFs, stay in memory
}


@contextmanager
def dask_executor(address: str) -> Iterator[tuple[Executor, int]]:
    """An executor for calls of `parse_pdf` on the cluster at `dask://host:port`, and its number of threads.

    Raises `UsageError` where `distributed` is missing, the address is malformed, or the scheduler or a
    worker has another version than this machine; `TryLaterError` where there is no scheduler or no worker.
    The executor's calls raise the same; a worker that dies costs a call only time.
    """
    place = _place(address)
    try:
        import dask
        from distributed import Client
    except ImportError:
        raise UsageError(f"{address}: needs Dask: pip install 'arxiv-digest-summarizer[dask]'") from None
    logging.getLogger("distributed.client").setLevel(logging.CRITICAL)  # what it would say is raised
    with dask.config.set(_SETTINGS):
        try:
            client = Client(place, timeout=CONNECT_SECONDS, set_as_default=False)
        except OSError as error:
            raise TryLaterError(f"{address}: no Dask scheduler answers: {error}") from None
        with client:
            threads = _threads(client, address)
            executor = _Cluster(client, address, 2 * threads)
            try:
                yield executor, threads
            finally:
                executor.shutdown(wait=False, cancel_futures=True)  # calls under way end as the client closes


class _Cluster(ThreadPoolExecutor):
    """One thread for each call under way, which does nothing but wait for it."""

    def __init__(self, client: "Client", address: str, in_flight: int) -> None:
        super().__init__(in_flight, "dask")
        self._client, self._address = client, address
        self._lost = ""  # why there is nothing more to hope for from the cluster

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        return super().submit(self._call, partial(fn, *args, **kwargs))

    def _call(self, parse: Callable[[], Parsed]) -> Parsed:
        """Raises `TryLaterError` if the cluster is lost, and from then on at once."""
        from distributed import KilledWorker
        from distributed.client import ClosedClientError

        if self._lost:
            raise TryLaterError(self._lost)
        try:
            task = self._client.submit(_on_worker, parse, versions(), pure=False)
            problem = self._wait(task)
            if problem is None:
                parsed: Parsed = task.result(timeout=WORKERLESS_SECONDS)
                return parsed
        except (CancelledError, ClosedClientError, OSError):
            self._lost = f"{self._address}: the Dask scheduler is gone"
            raise TryLaterError(self._lost) from None
        if isinstance(problem, KilledWorker):
            return Parsed("broken", f"{problem.allowed_failures + 1} Dask workers died while they parsed it")
        if isinstance(problem, OSError):  # no processes, no memory, no disk there
            raise TryLaterError(f"{self._address}: a Dask worker cannot parse: {problem}")
        raise problem

    def _wait(self, task: "Task[Parsed]") -> BaseException | None:
        """What the call raised, if anything, once it has ended. Raises `CancelledError` if it never will."""
        seen = time.monotonic()
        while True:
            try:
                problem: BaseException | None = task.exception(timeout=WORKERLESS_SECONDS / 10)
            except TimeoutError:
                if self._client.scheduler_info(n_workers=0).get("total_threads"):
                    seen = time.monotonic()
                elif time.monotonic() - seen > WORKERLESS_SECONDS:
                    self._lost = f"{self._address}: no Dask worker for {WORKERLESS_SECONDS} s"
                    raise TryLaterError(self._lost) from None
            else:
                if task.cancelled():
                    raise CancelledError
                return problem


def _threads(client: "Client", address: str) -> int:
    """How many calls the cluster can work on at once, when it is there and of this version."""
    try:
        client.wait_for_workers(1, timeout=CONNECT_SECONDS)
        _check_versions(client, address)
        threads: int = sum(client.nthreads().values())
    except TimeoutError:
        raise TryLaterError(f"{address}: the Dask scheduler has no workers") from None
    except OSError as error:
        raise TryLaterError(f"{address}: the Dask scheduler is gone: {error}") from None
    return max(1, threads)  # the last worker may have died since


def versions() -> str:
    """What the result of a parse depends on besides the PDF."""
    return f"summarizer {__version__}, parser {PARSER_VERSION}, pymupdf {version('pymupdf-lite')}"


def _on_worker(parse: Callable[[], Parsed], wanted: str) -> Parsed:
    """Runs on a worker, which may have joined after the check at the start."""
    from distributed import get_worker

    if versions() != wanted:
        raise UsageError(_mismatch(get_worker().address, versions(), wanted))
    return parse()


def _check_versions(client: "Client", address: str) -> None:
    found: dict[str, Any] = client.run(versions, on_error="return")
    try:
        found[address] = client.run_on_scheduler(versions)
    except ImportError as error:
        found[address] = error
    for machine, answer in found.items():
        if answer != versions() and not isinstance(answer, OSError):  # a worker that just died is no matter
            raise UsageError(_mismatch(machine, answer, versions()))


def _mismatch(machine: str, found: object, wanted: str) -> str:
    return f"{machine}: {found}, but this machine has {wanted}: install the same version on all machines"


def _place(address: str) -> str:
    """`host:port`: Dask's own configuration says whether that is TCP or TLS. Raises `UsageError`."""
    match = re.fullmatch(r"dask://([^/@\s]+:\d+)", address)
    if match is None:
        raise UsageError(f"{address}: not the address of an executor; expected dask://host:port")
    return match[1]
