"""The parent's side of process isolation: one fork server, one connection for each PDF.

The standard library's forkserver is not used because it loads the parent's main module into every
child (and runs it again if it has no guard). The server of `child.py` is started at the first PDF
and ends with this process. It gets no environment but what Python needs: no key can leak from it.
"""

import atexit
import os
import pickle
import signal
import socket
import struct
import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from summarizer.errors import SummarizerError
from summarizer.types import Parsed

if TYPE_CHECKING:
    from summarizer.pdf import Limits

_START_SECONDS = 30  # on top of the wall limit: a loaded machine takes long to start the first child
_PASSED_ON = ("PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "TMPDIR", "LANG", "LC_ALL")


class _Server:
    """The fork server's process and the socket on which it takes connections."""

    def __init__(self) -> None:
        ours, theirs = socket.socketpair()
        environment = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
        environment["PYTHONPATH"] = os.pathsep.join(
            [str(Path(__file__).parents[2]), *filter(None, [os.environ.get("PYTHONPATH")])]
        )
        with theirs:
            # -P: a working folder must not be able to put modules into the server
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", "summarizer.pdf.child"],
                stdin=theirs.fileno(), stdout=subprocess.DEVNULL, env=environment,
            )  # fmt: skip
        self._socket = ours
        self._lock = threading.Lock()

    def connect(self) -> socket.socket:
        """A connection to a new child. Raises OSError if the server is gone."""
        ours, theirs = socket.socketpair()
        with theirs, self._lock:
            try:
                socket.send_fds(self._socket, [b"+"], [theirs.fileno()])
            except OSError:
                ours.close()
                raise
        return ours

    def close(self) -> None:
        self._socket.close()
        self._process.wait()


_server: _Server | None = None
_server_pid = 0
_server_lock = threading.Lock()


def run(pdf: bytes, task: str, options: Mapping[str, Any], limits: "Limits") -> Any:
    """Send the PDF to a child of its own and wait for what the task (of `child.TASKS`) makes of it.

    A `Parsed` with another outcome than "ok" where the child died of the PDF.
    """
    request = pickle.dumps((pdf, task, dict(options), limits), protocol=5)
    with _connect() as connection:
        connection.settimeout(limits.wall_seconds + _START_SECONDS)
        try:
            connection.sendall(struct.pack("!Q", len(request)))
            connection.sendall(request)
        except TimeoutError:
            return Parsed("timeout", f"the child took no input within {limits.wall_seconds} s")
        except OSError:
            pass  # the child died early: its status tells why
        try:
            reply = _read_all(connection)
        except TimeoutError:
            return Parsed("timeout", f"no answer within {limits.wall_seconds} s")
    if len(reply) < 4:
        raise SummarizerError("the PDF process cannot start: run `python -m summarizer.pdf.child` to see why")
    status = struct.unpack("!i", reply[-4:])[0]
    if status == 0:
        return pickle.loads(memoryview(reply)[:-4])
    return _died(status, limits)


def _died(status: int, limits: "Limits") -> Parsed:
    if status > 0:
        return Parsed("broken", f"the PDF process ended with exit code {status}")
    name = signal.Signals(-status).name
    if name == "SIGALRM":
        return Parsed("timeout", f"not parsed within {limits.wall_seconds} s")
    if name == "SIGXCPU":
        return Parsed("timeout", f"not parsed within {limits.cpu_seconds} s of CPU time")
    if name == "SIGKILL":
        return Parsed("too_big", "the PDF process was killed: out of memory or of CPU time")
    return Parsed("broken", f"the PDF library crashed ({name})")


def _read_all(connection: socket.socket) -> bytes:
    chunks = []
    while chunk := connection.recv(1 << 20):
        chunks.append(chunk)
    return b"".join(chunks)


def _connect() -> socket.socket:
    global _server, _server_pid
    with _server_lock:
        if _server is not None and _server_pid == os.getpid():  # a fork of this process needs its own
            try:
                return _server.connect()
            except OSError:
                _server.close()
        _server, _server_pid = _Server(), os.getpid()
        return _server.connect()


@atexit.register
def _stop() -> None:
    if _server is not None and _server_pid == os.getpid():
        _server.close()
