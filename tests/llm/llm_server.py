"""A chat-completions server on the loopback address that answers by a script and logs what it was sent.

    with LlmServer([failure(429, "slow down", retry_after="1"), completion('{"a": 1}')]) as server:
        ... server.url ... server.requests[0].body["messages"]

The last entry of a script is repeated for all further requests. A script can also be a function from
the request's body to what to answer.
"""

import json
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

COUNTED = {"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120}


@dataclass(frozen=True)
class Scripted:
    """What to answer. `drop`: close the connection after `body` without the length that was promised."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    delay: float = 0.0  # seconds
    drop: bool = False


@dataclass(frozen=True)
class Received:
    time: float  # monotonic seconds
    path: str
    headers: Mapping[str, str]
    body: dict[str, Any]


def completion(
    text: str | None, finish: str = "stop", usage: object = COUNTED, delay: float = 0.0, **message: object
) -> Scripted:
    """A chat completion; further arguments are further fields of its message."""
    choice = {"index": 0, "finish_reason": finish, "message": {"role": "assistant", "content": text, **message}}
    return raw(
        {"id": "c1", "object": "chat.completion", "model": "m-2026", "choices": [choice], "usage": usage}, delay=delay
    )


def raw(data: object, status: int = 200, delay: float = 0.0, **headers: str) -> Scripted:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Scripted(status, json.dumps(data).encode(), {"Content-Type": "application/json", **named}, delay)


def failure(status: int, message: str, code: str = "", **headers: str) -> Scripted:
    return raw({"error": {"message": message, "code": code}}, status, **headers)


def html(status: int = 200) -> Scripted:
    return Scripted(status, b"<html><body>Welcome to the gateway</body></html>", {"Content-Type": "text/html"})


Script = Sequence[Scripted] | Callable[[dict[str, Any]], Scripted]


class LlmServer:
    """Serves while it is used as a context manager."""

    def __init__(self, script: Script) -> None:
        self.requests: list[Received] = []
        self.most_in_flight = 0
        self._script, self._in_flight, self._lock = script, 0, threading.Lock()
        self._stopping = threading.Event()
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._http.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._http.server_address[1]}/v1"

    def __enter__(self) -> "LlmServer":
        threading.Thread(target=self._http.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._stopping.set()
        self._http.shutdown()
        self._http.server_close()

    def _next(self, received: Received) -> Scripted:
        with self._lock:
            self.requests.append(received)
            if callable(self._script):
                return self._script(received.body)
            return self._script[min(len(self.requests), len(self._script)) - 1]

    def _count(self, change: int) -> None:
        with self._lock:
            self._in_flight += change
            self.most_in_flight = max(self.most_in_flight, self._in_flight)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            wbufsize = 1 << 16  # headers and body in one packet

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                headers = {name.lower(): value for name, value in self.headers.items()}
                answer = server._next(Received(time.monotonic(), self.path, headers, body))
                server._count(+1)
                server._stopping.wait(answer.delay)
                server._count(-1)
                try:
                    self._answer(answer)
                except OSError:  # the client did not wait
                    self.close_connection = True

            def _answer(self, answer: Scripted) -> None:
                self.send_response(answer.status)
                for name, value in answer.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(answer.body) + (1_000 if answer.drop else 0)))
                self.end_headers()
                self.wfile.write(answer.body)
                self.close_connection = self.close_connection or answer.drop

            def log_message(self, *arguments: object) -> None:
                pass

        return Handler
