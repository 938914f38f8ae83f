"""Connections that keep a deadline, whatever keeps them alive: headers a byte at a time, a proxy that never answers.

A timeout of httpx2 is about one read; a server that sends one byte a minute never meets it.
"""

import ssl
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import httpcore2
import httpx2


class Deadline:
    """The end of the time for one document, all its retries included."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    def remaining(self) -> float:
        return self._end - time.monotonic()

    def extend(self, seconds: float) -> None:
        self._end += seconds

    @contextmanager
    def kept(self) -> Iterator[None]:
        """Whatever is read and written meanwhile, in this thread, ends in time. Raises `httpx2.TimeoutException`."""
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
        seconds = _left(timeout, httpcore2.ConnectTimeout)
        return _TimedStream(super().connect_tcp(host, port, seconds, local_address, socket_options))


class _TimedStream(httpcore2.NetworkStream):
    def __init__(self, stream: httpcore2.NetworkStream) -> None:
        self._stream = stream

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, _left(timeout, httpcore2.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, _left(timeout, httpcore2.WriteTimeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore2.NetworkStream:
        seconds = _left(timeout, httpcore2.ConnectTimeout)
        return _TimedStream(self._stream.start_tls(ssl_context, server_hostname, seconds))

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def keep_deadlines(client: httpx2.Client) -> httpx2.Client:
    """Make all connections of a client keep deadlines, also those through a proxy that the environment names."""
    # httpx2 2.16 has no public way to say how to connect; the tests fail if this stops working.
    for transport in (client._transport, *client._mounts.values()):
        if isinstance(transport, httpx2.HTTPTransport):
            transport._pool._network_backend = TimedBackend()
    return client


def _left(timeout: float | None, late: type[httpcore2.TimeoutException]) -> float | None:
    deadline = _kept.get(None)
    if deadline is None:
        return timeout
    left = deadline.remaining()
    if left <= 0:
        raise late("the deadline has passed")
    return left if timeout is None else min(timeout, left)
