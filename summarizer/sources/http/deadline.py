"""Connections that keep a deadline, whatever keeps them alive: headers a byte at a time, a proxy that never answers.

A timeout of httpx2 is about one read; a server that sends one byte a minute never meets it.
"""

import concurrent.futures
import math
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from functools import partial
from typing import Any, TypeVar

import httpcore2
import httpx2

from summarizer.errors import TryLaterError

T = TypeVar("T")

_LOOK_SECONDS = 0.25  # of waiting, until it is looked whether there is still a reason to
_UNCONNECTED = (httpcore2.ConnectError, httpcore2.ConnectTimeout, ValueError)  # the last for a host that cannot be one


class Deadline:
    """The end of the time for one document, all its retries included; it comes at once when `stopped` is set."""

    def __init__(self, seconds: float, stopped: threading.Event) -> None:
        self._end, self._stopped = time.monotonic() + seconds, stopped

    def remaining(self) -> float:
        return self._end - time.monotonic()

    def extend(self, seconds: float) -> None:
        self._end += seconds

    def check_running(self) -> None:
        if self._stopped.is_set():
            raise TryLaterError("stopped in the middle of a request; run the same command again")

    @contextmanager
    def kept(self) -> Iterator[None]:
        """Whatever is read and written meanwhile, in this thread, ends in time.

        Raises `httpx2.TimeoutException`, and `TryLaterError` when stopped.
        """
        token = _kept.set(self)
        try:
            yield
        finally:
            _kept.reset(token)


_kept: ContextVar[Deadline] = ContextVar("kept")  # of the exchange under way in this thread


class TimedBackend(httpcore2.SyncBackend):
    """Connects; what goes over the connection keeps the deadline of the exchange that it is used for."""

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.NetworkStream:
        seconds = next(_waits(timeout, httpcore2.ConnectTimeout))
        connect = partial(super().connect_tcp, host, port, seconds, local_address, socket_options)
        return _TimedStream(apart(connect))


class _TimedStream(httpcore2.NetworkStream):
    def __init__(self, stream: httpcore2.NetworkStream) -> None:
        self._stream = stream

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        waits = _waits(timeout, httpcore2.ReadTimeout)
        while True:
            seconds = min(next(waits), _LOOK_SECONDS)
            with suppress(httpcore2.ReadTimeout):
                return self._stream.read(max_bytes, seconds)

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, next(_waits(timeout, httpcore2.WriteTimeout)))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore2.NetworkStream:
        seconds = next(_waits(timeout, httpcore2.ConnectTimeout))
        return _TimedStream(apart(partial(self._stream.start_tls, ssl_context, server_hostname, seconds)))

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def keep_deadlines(client: httpx2.Client) -> httpx2.Client:
    """Make all connections of a client keep deadlines, also those through a proxy that the environment names."""
    # httpx2 2.16 has no public way to say how to connect; the tests fail if this stops working.
    for transport in (client._transport, *client._mounts.values()):
        if isinstance(transport, httpx2.HTTPTransport):
            transport._pool._network_backend = TimedBackend()
    return client


def _waits(timeout: float | None, late: type[httpcore2.TimeoutException]) -> Iterator[float]:
    """Again and again, how long an operation of `timeout` seconds may still take. Raises `late`, or `TryLaterError`."""
    deadline = _kept.get()
    end = math.inf if timeout is None else time.monotonic() + timeout
    while True:
        deadline.check_running()
        left = min(deadline.remaining(), end - time.monotonic())
        if left <= 0:
            raise late("the deadline has passed")
        yield left


def apart(connect: Callable[[], T]) -> T:
    """What `connect` returns, from a thread of its own: names, servers and handshakes that do not answer cannot be
    interrupted, so they are left behind when there is no more time for them."""
    done: concurrent.futures.Future[T] = concurrent.futures.Future()

    def run() -> None:
        try:
            done.set_result(connect())
        except _UNCONNECTED as error:
            done.set_exception(error)

    threading.Thread(target=run, daemon=True).start()
    waits = _waits(None, httpcore2.ConnectTimeout)
    while not done.done():
        concurrent.futures.wait([done], min(next(waits), _LOOK_SECONDS))
    return done.result()
