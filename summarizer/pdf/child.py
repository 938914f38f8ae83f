"""The child's side of process isolation: `python -m summarizer.pdf.child`, started by `isolation.py`.

    server   loads MuPDF once, takes connections on its standard input, forks for each a
    warden   which forks a worker and appends the worker's exit status to the reply, and the
    worker   which limits itself, reads the PDF from the connection and writes the pickled result of its task

CPU and wall limits are signals with their default action, so they end even a loop inside MuPDF.
"""

import gc
import os
import pickle
import resource
import signal
import socket
import struct
from collections.abc import Callable
from typing import TYPE_CHECKING

from summarizer.pdf.document import parse
from summarizer.pdf.excerpts import excerpts
from summarizer.types import Parsed

if TYPE_CHECKING:
    from summarizer.pdf import Limits

TASKS: dict[str, Callable[..., object]] = {"parse": parse, "excerpts": excerpts}


def serve() -> None:
    """Fork a warden for each connection until the parent closes its end."""
    gc.disable()  # a worker lives for one PDF
    listener = socket.socket(fileno=0)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # wardens are not waited for
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides when to stop
    while True:
        message, descriptors, _, _ = socket.recv_fds(listener, 1, 1)
        if not message:
            return
        with socket.socket(fileno=descriptors[0]) as connection:
            if os.fork() == 0:
                os.close(listener.fileno())
                _warden(connection)


def _warden(connection: socket.socket) -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    worker = os.fork()
    if worker == 0:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        _worker(connection)
    status = os.waitstatus_to_exitcode(os.waitpid(worker, 0)[1])
    _send(connection, struct.pack("!i", status))
    os._exit(0)


def _worker(connection: socket.socket) -> None:
    """Never returns: leaves the process, so that nothing of the server's runs twice."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)  # MuPDF and the C library complain there
    (length,) = struct.unpack("!Q", _receive(connection, 8))
    pdf, task, options, limits = pickle.loads(_receive(connection, length))
    _limit(limits)
    try:
        reply = pickle.dumps(TASKS[task](pdf, **options), protocol=5)
    except MemoryError:
        reply = pickle.dumps(Parsed("too_big", f"more than {limits.memory_mb} MB of memory needed"))
    except RecursionError:
        reply = pickle.dumps(Parsed("broken", "nested too deeply"))
    _send(connection, reply)
    os._exit(0)


def _limit(limits: "Limits") -> None:
    memory = limits.memory_mb << 20
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (limits.cpu_seconds, limits.cpu_seconds + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.setitimer(signal.ITIMER_REAL, limits.wall_seconds)


def _send(connection: socket.socket, data: bytes) -> None:
    try:
        connection.sendall(data)
    except OSError:
        os._exit(0)  # the parent is gone


def _receive(connection: socket.socket, length: int) -> bytes:
    data = bytearray()
    while len(data) < length:
        chunk = connection.recv(min(1 << 20, length - len(data)))
        if not chunk:
            os._exit(0)  # the parent is gone
        data += chunk
    return bytes(data)


if __name__ == "__main__":
    serve()
