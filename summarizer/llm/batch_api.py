"""The files and batches of an OpenAI-compatible endpoint over HTTP: slow, flapping, behind gateways of their own."""

import asyncio
import hashlib
import os
import time
from collections.abc import Callable, Container, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal
from urllib.parse import quote

from summarizer.config import Config
from summarizer.errors import RefusedError, StorageError, TryLaterError, UsageError
from summarizer.llm import refusals
from summarizer.llm.bodies import MOST_BYTES, json_within_bounds
from summarizer.llm.endpoint import Endpoint, Received
from summarizer.llm.faults import CHECK_ADDRESS, Retryable, fault_of
from summarizer.llm.replies import error_words, excerpt

REQUEST_URL: Final = "/v1/chat/completions"  # of every line, whatever the path of the endpoint

_FINAL = {"completed", "failed", "expired", "cancelled"}
_PREFERRED = ("completed", "finalizing", "in_progress", "validating")  # of two batches of one file
_WINDOW: Final = "24h"  # the only one there is
_NAME = "summarizer"  # of the metadata that holds a batch's name
_PAGE = 100  # batches, the most a page of the list may have
_MOST_PAGES = 1_000
_LONGEST_ID = 1_000  # characters
_MOST_REQUESTS = 10**6  # a larger count is not one
_MOST_LINE_BYTES = 2**20  # of an outcome; 50,000 of them have some 500 MB
_MOST_FILE_BYTES = 2 * 2**30
_TRANSFER_SECONDS = 3600.0  # for a file of 200 MB and all its retries
_ERRORS_SHOWN = 3
_ABSENT = {404, 405, 501}

list_lag_seconds = 300.0  # until a batch that was accepted is in the list, in a service that answers
window_seconds = 86_400.0  # within which a batch ends: what is in no list until then is under way nowhere


class AbsentError(UsageError):
    """The service has no such file or batch, or no Batch API at all."""


class QueueFullError(TryLaterError):
    """The service holds as many tokens of ours as it may; it takes no more until it has worked on them."""


class DoubtError(TryLaterError):
    """The service may have obeyed, and shows it only later: for so many `seconds` nothing may be asked anew."""

    def __init__(self, reason: str, seconds: float) -> None:
        super().__init__(reason)
        self.seconds = seconds


@dataclass(frozen=True, slots=True)
class Batch:
    """What the service says about a batch."""

    id: str
    status: str
    output_file: str  # its id; "" where there is none, also of a completed batch
    error_file: str
    done: int
    problem: str  # why validation failed

    @property
    def final(self) -> bool:
        return self.status in _FINAL

    @property
    def file_missing(self) -> bool:
        """Completed, but what came of it is not named yet."""
        return self.status == "completed" and not self.output_file and (self.done > 0 or not self.error_file)

    @property
    def queue_full(self) -> bool:
        return self.status == "failed" and refusals.queue_full(self.problem)


class BatchApi:
    """Every call is retried as `Client.complete` is. All raise `RefusedError`, `TryLaterError` or `UsageError`."""

    def __init__(self, endpoint: Endpoint, config: Config) -> None:
        self._endpoint, self._config = endpoint, config
        self._transfer_seconds = max(_TRANSFER_SECONDS, config.call_deadline_seconds)

    async def upload(self, path: Path) -> str:
        """Upload a file of requests; returns its id."""

        async def attempt(_: asyncio.Timeout) -> str:
            with await asyncio.to_thread(path.open, "rb") as file:  # it is streamed, not read whole
                uploaded = await self._object(
                    "POST", "files", self._transfer_seconds,
                    files={"file": (path.name, file, "application/jsonl")}, data={"purpose": "batch"},
                )  # fmt: skip
                return str(uploaded["id"])

        return await self._endpoint.persist(attempt, self._transfer_seconds)

    async def create(self, file_id: str, name: str) -> Batch:
        """Submit an uploaded file under a name, for the first time. Raises `QueueFullError`, `DoubtError`."""
        wanted = {
            "input_file_id": file_id, "endpoint": REQUEST_URL, "completion_window": _WINDOW, "metadata": {_NAME: name},
        }  # fmt: skip

        doubt = 0.0

        async def attempt(_: asyncio.Timeout) -> Batch:
            nonlocal doubt
            doubt = window_seconds  # while its answer is on the way
            try:
                return _batch(await self._object("POST", "batches", json=wanted))
            except Retryable as error:
                doubt = {"no": 0.0, "hardly": list_lag_seconds, "maybe": window_seconds}[error.obeyed]
                if not doubt:
                    raise
                raise TryLaterError(f"{error}. {error.hint}") from None

        try:
            return await self._endpoint.persist(attempt, self._config.call_deadline_seconds)
        except QueueFullError:
            raise
        except TryLaterError as error:
            if not doubt:
                raise
            raise DoubtError(str(error), doubt) from None

    async def find(self, file_id: str, name: str, others: Container[str]) -> Batch | None:
        """The batch of an uploaded file that the service's list shows, but for those whose ids are in `others`.

        Where there are two, the further one; the other is cancelled.
        """

        async def attempt(_: asyncio.Timeout) -> list[Batch]:
            return await self._listed(file_id, name, others)

        try:
            found = await self._endpoint.persist(attempt, self._config.call_deadline_seconds)
        except AbsentError:  # lists come and go
            found = []
        if not found:
            return None
        best = min(found, key=lambda batch: _PREFERRED.index(batch.status) if batch.status in _PREFERRED else 99)
        for other in found:
            if other is not best and not other.final:
                with suppress(UsageError):
                    await self._response("POST", f"batches/{_in_path(other.id)}/cancel")
        return best

    async def look(self, batch_id: str) -> Batch:
        """How a batch is getting on. Raises `AbsentError` if the service knows nothing of it for a while."""
        absent_since: float | None = None

        async def attempt(_: asyncio.Timeout) -> Batch:
            nonlocal absent_since
            try:
                return _batch(await self._object("GET", f"batches/{_in_path(batch_id)}"))
            except AbsentError as error:
                absent_since = absent_since or time.monotonic()
                if time.monotonic() - absent_since >= list_lag_seconds:
                    raise
                raise Retryable(str(error), CHECK_ADDRESS, wait=self._pause) from None

        return await self._endpoint.persist(attempt, self._patience)

    async def download(
        self, file_id: str, path: Path, requests: int, judge: Callable[[Path], Literal["whole", "odd", "foreign"]]
    ) -> bool:
        """Download a file on so many requests to `path`, which is then the whole file; False if the service has it no
        more.

        What `judge` calls foreign (a gateway's page) is fetched again until `call_deadline_seconds` are over, and what
        it calls odd (lines are missing) until it has come twice. Raises `StorageError`, too.
        """
        temporary = path.with_name(f".{path.name}.tmp")
        most = min(MOST_BYTES + requests * _MOST_LINE_BYTES, _MOST_FILE_BYTES)
        seen: set[str] = set()
        given_up = time.monotonic() + self._config.call_deadline_seconds

        async def attempt(_: asyncio.Timeout) -> None:
            content = f"files/{_in_path(file_id)}/content"
            await self._response("GET", content, self._transfer_seconds, file=temporary, most=most)
            sha256 = await asyncio.to_thread(_sha256, temporary)
            verdict = await asyncio.to_thread(judge, temporary)
            if verdict == "foreign" or (verdict == "odd" and sha256 not in seen):
                seen.add(sha256)
                said = f"{self._endpoint.host}: file {excerpt(file_id)} does not hold the answers yet"
                if verdict == "foreign" and time.monotonic() >= given_up:
                    raise TryLaterError(f"{said}; run the same command again later")
                raise Retryable(said, CHECK_ADDRESS)

        try:
            await self._endpoint.persist(attempt, self._transfer_seconds)
            await asyncio.to_thread(_rename_whole, temporary, path)
            return True
        except AbsentError:
            return False
        except OSError as error:
            raise StorageError(f"{path}: cannot be written: {error.strerror or error}") from error

    @property
    def _patience(self) -> float:
        """Seconds for a question that may have to wait for the list."""
        return max(self._config.call_deadline_seconds, 2 * list_lag_seconds)

    @property
    def _pause(self) -> float:
        """Seconds between two looks for what may not be visible yet."""
        return min(list_lag_seconds / 5, self._config.batch_poll_seconds)

    async def _listed(self, file_id: str, name: str, others: Container[str]) -> list[Batch]:
        found: list[Batch] = []
        after = ""
        for _ in range(_MOST_PAGES):
            query = {"limit": str(_PAGE), **({"after": after} if after else {})}
            page = await self._object("GET", "batches", key="data", params=query)
            batches = [batch for batch in _entries(page["data"]) if _mapping(batch).get("id") and _is_proper(batch)]
            found += [
                _batch(batch)
                for batch in batches
                if batch.get("input_file_id") == file_id or _mapping(batch.get("metadata")).get(_NAME) == name
            ]
            found = [batch for batch in found if batch.id not in others]
            last = str(batches[-1]["id"]) if batches else after
            if found or not page.get("has_more") or last == after:
                break
            after = last
        return found

    async def _object(
        self, method: str, path: str, seconds: float | None = None, key: str = "id", **content: Any
    ) -> dict[str, Any]:
        """The JSON object of a successful response, which holds `key`. Raises `Retryable` for anything else."""
        text = self._endpoint.without_key((await self._response(method, path, seconds, **content)).text)
        try:
            data = json_within_bounds(text)
        except (ValueError, RecursionError):
            data = None
        if not isinstance(data, dict) or key not in data or not _is_proper(data):
            reason = f"{self._endpoint.host}: HTTP 200 with neither a file nor a batch: {excerpt(text)}"
            raise Retryable(reason, CHECK_ADDRESS, brief=True)
        return data

    async def _response(self, method: str, path: str, seconds: float | None = None, **content: Any) -> Received:
        """A successful response."""
        seconds = seconds or self._config.call_timeout_seconds
        received = await self._endpoint.exchange(method, path, seconds, **content)
        if received.is_success:
            return received
        status, body = received.status, self._endpoint.without_key(received.text)
        words = error_words(body)
        said = f"{self._endpoint.host}: HTTP {status} for /{path}: {excerpt(words)}"
        if method == "POST" and refusals.queue_full(words):
            raise QueueFullError(said)
        if status in _ABSENT:
            raise AbsentError(f"{said}. This endpoint has no Batch API; run without --batch")
        fault = fault_of(status, received.headers, body, config=self._config, asked={})
        if isinstance(fault, Retryable | RefusedError):
            raise fault
        raise UsageError(f"{said}. Run without --batch if {self._config.model} takes no batches")


def _is_proper(data: Mapping[str, Any]) -> bool:
    """Whether the ids of a file or a batch can be ones: they stand in the addresses that are asked next."""
    return all(len(str(data.get(name) or "")) <= _LONGEST_ID for name in ("id", "output_file_id", "error_file_id"))


def _in_path(name: str) -> str:
    return quote(name, safe="/:@")


def _batch(data: Mapping[str, Any]) -> Batch:
    errors = _entries(_mapping(data.get("errors")).get("data"))
    shown = [_mapping(error) for error in errors[:_ERRORS_SHOWN]]
    done = _mapping(data.get("request_counts")).get("completed")
    return Batch(
        id=str(data["id"]),
        status=str(data.get("status", "")).lower(),
        output_file=str(data.get("output_file_id") or ""),
        error_file=str(data.get("error_file_id") or ""),
        done=done if isinstance(done, int) and 0 <= done <= _MOST_REQUESTS else 0,
        problem=excerpt("; ".join(f"{error.get('message')} [{error.get('code')}]" for error in shown)),
    )


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _entries(value: object) -> Sequence[Any]:
    return value if isinstance(value, list) else ()


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _rename_whole(temporary: Path, path: Path) -> None:
    with temporary.open("rb") as file:
        os.fsync(file.fileno())
    temporary.replace(path)
