"""A loopback server that speaks files, batches and chat completions, and answers all by one script.

    with BatchServer(script) as server:
        ... server.url ... server.batches ... server.requests (the live calls)

Batches end after `polls` looks, as `end` says. `faults` answers the next requests to a method and path instead.
A batch is in the list after `list_lag` seconds, and names its output after `late_looks` looks. The service holds
`room` requests at once; a batch beyond that is refused at once, or (`late_refusal`) fails when it is looked at.
"""

import json
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from llm_server import LlmServer, Scripted, failure, raw

Line = dict[str, Any]
QUEUE_FULL = "Enqueued token limit reached for m. Please try again once some in_progress batches have been completed."
LOST = Scripted(drop=True)  # the connection breaks in the middle of a response


@dataclass
class Ended:
    """How a batch ends: None for a file that it does not have."""

    output: list[Line] | None
    errors: list[Line] | None = None
    status: str = "completed"
    problem: str = ""


@dataclass
class Submitted:
    """One accepted batch."""

    id: str
    file: str
    metadata: dict[str, str]
    lines: list[Line]
    looks: int = 0
    born: float = field(default_factory=time.monotonic)
    cancelled: bool = False
    ended: Ended | None = None
    files: dict[str, str] = field(default_factory=dict)


class BatchServer(LlmServer):
    def __init__(self, script: Callable[[Line], Scripted], polls: int = 1, page: int = 100) -> None:
        super().__init__(script)
        self.answer, self.polls, self.page = script, polls, page
        self.end: Callable[[list[Line]], Ended] = self.all_answered
        self.files: dict[str, bytes] = {}
        self.batches: dict[str, Submitted] = {}
        self.faults: dict[str, list[Scripted]] = defaultdict(list)  # {"POST /files": [...]}
        self.lost: Counter[str] = Counter()  # responses that are lost after the request has been obeyed
        self.lost_answer = LOST  # what comes instead
        self.watch: Callable[[bool], None] = lambda obeyed: None  # called before and after each request is obeyed
        self.seen: Counter[str] = Counter()
        self.list_lag = 0.0
        self.late_looks = 0
        self.room: int | None = None
        self.late_refusal = False
        self.counts: int = 0  # what a batch says that it has completed; True: the truth
        self.lost_once = False
        self.odd = ""  # the end of all ids
        self._changing = threading.RLock()

    # how batches end

    def answered(self, lines: Iterable[Line]) -> list[Line]:
        """Lines of an output file, the last request first."""
        return [answered(line, self.answer(line["body"])) for line in reversed(list(lines))]

    def all_answered(self, lines: list[Line]) -> Ended:
        return Ended(self.answered(lines))

    # what the service does

    def asked(self) -> Counter[str]:
        """How often each request was in a batch that was worked on."""
        return Counter(
            line["custom_id"] for batch in self.batches.values() if not refused(batch) for line in batch.lines
        )

    def _has_room(self, lines: int) -> bool:
        held = sum(len(batch.lines) for batch in self.batches.values() if not batch.ended)
        return self.room is None or held + lines <= self.room

    def obey(self, method: str, target: str, body: bytes, boundary: bytes) -> Scripted:
        path = unquote(urlsplit(target).path).removeprefix("/v1")
        name = f"{method} {'/'.join(path.split('/')[:2])}" + ("/content" if path.endswith("/content") else "")
        self.watch(False)
        with self._changing:
            self.seen[name] += 1
            if self.faults[name]:
                return self.faults[name].pop(0)
            answer = self._obey(method, path, parse_qs(urlsplit(target).query), body, boundary)
            if self.lost[name]:
                self.lost[name] -= 1
                answer = self.lost_answer
        return answer

    def _obey(self, method: str, path: str, query: dict[str, list[str]], body: bytes, boundary: bytes) -> Scripted:
        match method, path.strip("/").split("/"):
            case "POST", ["files"]:
                return raw({"id": self._keep(_uploaded(body, boundary)), "object": "file"})
            case "GET", ["files", name, "content"] if name in self.files:
                return Scripted(200, self.files[name], {"Content-Type": "application/octet-stream"})
            case "POST", ["batches"]:
                return self._create(json.loads(body))
            case "GET", ["batches"]:
                return self._list(query.get("after", [""])[0])
            case "POST", ["batches", name, "cancel"] if name in self.batches:
                self.batches[name].cancelled = True
                return raw(self._shown(self.batches[name]))
            case "GET", ["batches", name] if name in self.batches:
                return raw(self._looked_at(self.batches[name]))
        return failure(404, "no such thing")

    def _create(self, body: Line) -> Scripted:
        assert body["endpoint"] == "/v1/chat/completions"
        assert body["completion_window"] == "24h"
        if body["input_file_id"] not in self.files:
            return failure(400, "no such file")
        lines = [json.loads(line) for line in self.files[body["input_file_id"]].splitlines()]
        fits = self._has_room(len(lines))
        if not fits and not self.late_refusal:
            return failure(429, QUEUE_FULL, "token_limit_exceeded")
        batch = Submitted(
            f"batch_{len(self.batches)}{self.odd}", body["input_file_id"], body.get("metadata", {}), lines
        )
        self.batches[batch.id] = batch
        if not fits:
            batch.ended = Ended(None, status="failed", problem=QUEUE_FULL)
        return raw(self._shown(batch))

    def _list(self, after: str) -> Scripted:
        now = time.monotonic()
        newest = [batch for batch in reversed(self.batches.values()) if now - batch.born >= self.list_lag]
        start = next((n for n, batch in enumerate(newest, 1) if batch.id == after), 0)
        shown = [self._shown(batch) for batch in newest[start : start + self.page]]
        return raw({"object": "list", "data": shown, "has_more": start + self.page < len(newest)})

    def _looked_at(self, batch: Submitted) -> Line:
        batch.looks += 1
        if batch.ended is None and batch.looks >= self.polls:
            batch.ended = self.end(batch.lines)
        if batch.ended and not batch.files:
            for name, lines in (("output_file_id", batch.ended.output), ("error_file_id", batch.ended.errors)):
                if lines is not None:
                    content = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
                    batch.files[name] = self._keep(content.encode())
        return self._shown(batch)

    def _shown(self, batch: Submitted) -> Line:
        ended = batch.ended
        problems = [{"code": "invalid", "message": ended.problem, "line": None}] if ended and ended.problem else None
        return {
            "id": batch.id,
            "object": "batch",
            "endpoint": "/v1/chat/completions",
            "completion_window": "24h",
            "created_at": int(time.time()),
            "input_file_id": batch.file,
            "metadata": batch.metadata,
            "status": ended.status if ended else ("in_progress" if batch.looks else "validating"),
            "errors": {"object": "list", "data": problems} if problems else None,
            "output_file_id": None,
            "error_file_id": None,
            "request_counts": {"total": len(batch.lines), "completed": self._completed(batch), "failed": 0},
            **(batch.files if batch.looks >= self.polls + self.late_looks else {}),
        }

    def _completed(self, batch: Submitted) -> int:
        if self.counts is True:
            return len(batch.lines) if batch.ended and batch.ended.status == "completed" else 0
        return self.counts

    def _keep(self, content: bytes) -> str:
        name = f"file-{len(self.files)}{self.odd}"
        self.files[name] = content
        return name

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server, chat = self, super()._handler()

        class Handler(chat):  # type: ignore[misc, valid-type]
            def handle(self) -> None:
                with suppress(ConnectionResetError):  # by a client that was killed
                    super().handle()

            def do_GET(self) -> None:
                self._obey("GET", b"")

            def do_POST(self) -> None:
                if self.path.endswith("/chat/completions"):
                    server.watch(False)
                    super().do_POST()
                    server.watch(True)
                else:
                    self._obey("POST", self.rfile.read(int(self.headers["Content-Length"])))

            def _obey(self, method: str, body: bytes) -> None:
                boundary = self.headers.get("Content-Type", "").partition("boundary=")[2].encode()
                answer = server.obey(method, self.path, body, boundary)
                try:
                    self._answer(answer)
                    self.wfile.flush()
                except OSError:  # the client is gone
                    self.close_connection = True
                server.watch(True)

        return Handler


def answered(line: Line, answer: Scripted) -> Line:
    """The line that a request gets in an output or error file."""
    response = {"status_code": answer.status, "request_id": "r", "body": json.loads(answer.body)}
    return {"id": "l", "custom_id": line["custom_id"], "response": response, "error": None}


def refused(batch: Submitted) -> bool:
    return bool(batch.cancelled or (batch.ended and batch.ended.problem == QUEUE_FULL))


def expired(line: Line) -> Line:
    error = {"code": "batch_expired", "message": "This request could not be executed before the window ended."}
    return {"id": "l", "custom_id": line["custom_id"], "response": None, "error": error}


def _uploaded(body: bytes, boundary: bytes) -> bytes:
    """The file in a form."""
    parts = [part.partition(b"\r\n\r\n") for part in body.split(b"--" + boundary)]
    fields = {head.partition(b'name="')[2].partition(b'"')[0]: content[:-2] for head, _, content in parts}
    assert fields[b"purpose"] == b"batch"
    return fields[b"file"]
