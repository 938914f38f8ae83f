"""OpenAI's SDK for chat completions, with what it reads kept within bounds.

The SDK reads a failed response whole, whatever its size, and unpacks what a few kilobytes of gzip may claim to be. So
each response passes a hook that unpacks it up to a limit before anybody reads it. Retries belong to tenacity:
`max_retries=0`.
Imported with the first call: that takes 0.7 s, which --help and a run without a model need not pay for.
"""

from collections.abc import AsyncIterator
from typing import Any

import httpx2
import openai
from openai import AsyncOpenAI

from summarizer.llm.bodies import unpacked
from summarizer.sources.http.packing import ASKED_FOR

_MOST_OF_AN_ERROR = 2 * 2**20  # bytes; the SDK makes a value of it, some servers put the whole request into it
_STREAM_END = b"[DONE]"  # some servers keep the connection open behind it


class _Bounded(httpx2.AsyncByteStream):
    """The unpacked body of a response, up to the end of a stream of events; of one that `failed` only the beginning."""

    def __init__(self, packed: httpx2.AsyncByteStream, failed: bool) -> None:
        self._packed, self._failed = packed, failed

    async def __aiter__(self) -> AsyncIterator[bytes]:
        tail, size = b"", 0
        async for piece in unpacked(aiter(self._packed)):
            if not (self._failed and size > _MOST_OF_AN_ERROR):
                yield piece
            tail, size = (tail + piece)[-32:], size + len(piece)
            if tail.rstrip().endswith(_STREAM_END):
                break

    async def aclose(self) -> None:
        await self._packed.aclose()


async def _bound(response: httpx2.Response) -> None:
    response.extensions["content_encoding"] = response.headers.pop("content-encoding", "")
    if isinstance(response.stream, httpx2.AsyncByteStream):
        response.stream = _Bounded(response.stream, response.is_error)


def connect(address: str, key: str, **options: Any) -> AsyncOpenAI:
    """`options` are those of an `httpx2.AsyncClient`."""
    http = httpx2.AsyncClient(event_hooks={"response": [_bound]}, **options)
    return AsyncOpenAI(base_url=address, api_key=key, max_retries=0, http_client=http, timeout=options["timeout"])


async def post(sdk: AsyncOpenAI, url: str, body: object) -> httpx2.Response:
    """The response to a JSON request, whatever its status. Raises `httpx2.RequestError` and `ValueError`."""
    try:
        return await sdk.post(
            url, cast_to=httpx2.Response, body=body, options={"headers": {"Accept-Encoding": ASKED_FOR}}
        )
    except openai.APIStatusError as error:
        return error.response
    except openai.APIConnectionError as error:
        if isinstance(error.__cause__, httpx2.RequestError):
            raise error.__cause__ from None
        raise
