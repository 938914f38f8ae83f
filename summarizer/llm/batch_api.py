"""The files and batches of an OpenAI-compatible endpoint over HTTP.

The SDK sends the requests; its types are not used, for the reasons that `replies.py` gives.
"""

import asyncio
import json
import os
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from summarizer.config import Config
from summarizer.errors import RefusedError, StorageError, UsageError
from summarizer.llm.endpoint import Endpoint
from summarizer.llm.faults import CHECK_ADDRESS, Retryable, fault_of
from summarizer.llm.replies import error_words, excerpt

if TYPE_CHECKING:
    import httpx2
    from openai import AsyncOpenAI

REQUEST_URL: Final = "/v1/chat/completions"  # of every line, whatever the path of the endpoint

_FINAL = {"completed", "failed", "expired", "cancelled"}
_WINDOW: Final = "24h"  # the only one there is
_NAME = "summarizer"  # of the metadata that holds a batch's name
_PAGE = 100  # batches, the most a page of the list may have
_TRANSFER_SECONDS = 3600.0  # for a file of 200 MB and all its retries
_ERRORS_SHOWN = 3
_ABSENT = {404, 405, 501}

Send = Callable[["AsyncOpenAI"], Awaitable["httpx2.Response"]]


class AbsentError(UsageError):
    """The service has no such file or batch, or no Batch API at all."""


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


class BatchApi:
    """Every call is retried as `Client.complete` is. All raise `RefusedError`, `TryLaterError` or `UsageError`."""

    def __init__(self, endpoint: Endpoint, config: Config) -> None:
        self._endpoint, self._config = endpoint, config
        self._transfer_seconds = max(_TRANSFER_SECONDS, config.call_deadline_seconds)

    async def upload(self, path: Path) -> str:
        """Upload a file of requests; returns its id."""

        async def send(sdk: "AsyncOpenAI") -> "httpx2.Response":
            with await asyncio.to_thread(path.open, "rb") as file:  # a file is streamed, a path is read whole
                return (await sdk.files.with_raw_response.create(file=file, purpose="batch")).http_response

        async def attempt(_: asyncio.Timeout) -> str:
            return str((await self._object(send, self._transfer_seconds))["id"])

        return await self._endpoint.persist(attempt, self._transfer_seconds)

    async def create(self, file_id: str, name: str) -> Batch:
        """Submit an uploaded file, unless that has been done: a process can be killed, or a response be lost,
        after the service has taken a batch."""

        async def send(sdk: "AsyncOpenAI") -> "httpx2.Response":
            raw = await sdk.batches.with_raw_response.create(
                completion_window=_WINDOW, endpoint=REQUEST_URL, input_file_id=file_id, metadata={_NAME: name}
            )
            return raw.http_response

        async def attempt(_: asyncio.Timeout) -> Batch:
            return await self._find(file_id, name) or _batch(await self._object(send))

        return await self._endpoint.persist(attempt, self._config.call_deadline_seconds)

    async def look(self, batch_id: str) -> Batch:
        """How a batch is getting on."""

        async def send(sdk: "AsyncOpenAI") -> "httpx2.Response":
            return (await sdk.batches.with_raw_response.retrieve(batch_id)).http_response

        async def attempt(_: asyncio.Timeout) -> Batch:
            return _batch(await self._object(send))

        return await self._endpoint.persist(attempt, self._config.call_deadline_seconds)

    async def download(self, file_id: str, path: Path) -> bool:
        """Download a file to `path`, which is then the whole file; False if the service has it no more.

        Raises `StorageError`, too.
        """
        temporary = path.with_name(f".{path.name}.tmp")

        async def send(sdk: "AsyncOpenAI") -> "httpx2.Response":
            async with sdk.files.with_streaming_response.content(file_id) as raw:
                await raw.stream_to_file(temporary)
                return raw.http_response

        async def attempt(_: asyncio.Timeout) -> None:
            await self._response(send, self._transfer_seconds)

        try:
            await self._endpoint.persist(attempt, self._transfer_seconds)
            await asyncio.to_thread(_rename_whole, temporary, path)
            return True
        except AbsentError:
            return False
        except OSError as error:
            raise StorageError(f"{path}: cannot be written: {error.strerror or error}") from error

    async def _find(self, file_id: str, name: str) -> Batch | None:
        """The batch that was made of an uploaded file."""
        after = ""

        async def send(sdk: "AsyncOpenAI") -> "httpx2.Response":
            query = {"limit": _PAGE, "after": after} if after else {"limit": _PAGE}
            return (await sdk.batches.with_raw_response.list(extra_query=query)).http_response

        while True:
            page = await self._object(send, key="data")
            batches = page["data"] or []
            for batch in batches:
                if batch.get("input_file_id") == file_id or (batch.get("metadata") or {}).get(_NAME) == name:
                    return _batch(batch)
            if not page.get("has_more") or not batches or batches[-1]["id"] == after:
                return None
            after = batches[-1]["id"]

    async def _object(self, send: Send, seconds: float | None = None, key: str = "id") -> dict[str, Any]:
        """The JSON object of a successful response, which holds `key`. Raises `Retryable` for anything else."""
        text = self._endpoint.without_key((await self._response(send, seconds)).text)
        try:
            data = json.loads(text)
        except ValueError:
            data = None
        if not isinstance(data, dict) or key not in data:
            reason = f"{self._endpoint.host}: HTTP 200 with neither a file nor a batch: {excerpt(text)}"
            raise Retryable(reason, CHECK_ADDRESS, brief=True)
        return data

    async def _response(self, send: Send, seconds: float | None = None) -> "httpx2.Response":
        """A successful response."""
        response = await self._endpoint.exchange(send, seconds or self._config.call_timeout_seconds)
        if response.is_success:
            return response
        status, body = response.status_code, self._endpoint.without_key(response.text)
        said = f"{self._endpoint.host}: HTTP {status} for {response.request.url.path}: {excerpt(error_words(body))}"
        if status in _ABSENT:
            raise AbsentError(f"{said}. This endpoint has no Batch API; run without --batch")
        fault = fault_of(status, response.headers, body, config=self._config, formatted=False, limit_name="max_tokens")
        if isinstance(fault, Retryable | RefusedError):
            raise fault
        raise UsageError(f"{said}. Run without --batch if {self._config.model} takes no batches")


def _batch(data: Mapping[str, Any]) -> Batch:
    errors = (data.get("errors") or {}).get("data") or []
    problems = [f"{error.get('message')} [{error.get('code')}]" for error in errors[:_ERRORS_SHOWN]]
    return Batch(
        id=str(data["id"]),
        status=str(data.get("status", "")).lower(),
        output_file=data.get("output_file_id") or "",
        error_file=data.get("error_file_id") or "",
        done=(data.get("request_counts") or {}).get("completed") or 0,
        problem=excerpt("; ".join(problems)),
    )


def _rename_whole(temporary: Path, path: Path) -> None:
    with temporary.open("rb") as file:
        os.fsync(file.fileno())
    temporary.replace(path)
