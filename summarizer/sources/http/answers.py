"""What comes back from the network, and the two ways in which it can be no use."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import httpx2

from summarizer.sources.http.packing import unasked

PAGE_BYTES = 32 * 2**20  # a listing of 2000 papers with abstracts is about 5 MB


@dataclass(frozen=True, slots=True)
class FetchedPage:
    """A whole answer. Header names are lower case; `url` is where redirects led."""

    status: int
    url: str
    headers: Mapping[str, str]
    body: bytes


class BadAnswer(Exception):
    """The answer arrived but is not what was asked for: a web page, nothing, half a file.

    `tries` is how many bad answers there may be before this reaches the caller.
    """

    def __init__(self, reason: str, tries: int = 2) -> None:
        self.tries = tries
        super().__init__(reason)


class Busy(Exception):
    """The service cannot answer now. Repeated, at last a `TryLaterError`."""


class OpenResponse:
    """An open response: status and headers are there, the body is still to be read."""

    def __init__(self, response: httpx2.Response) -> None:
        self.status, self.url, self.headers = response.status_code, str(response.url), response.headers
        self._response = response

    def chunks(self) -> Iterator[bytes]:
        """The body, unpacked, piece by piece. Raises `BadAnswer` where it is packed in a way that was not asked for."""
        if packing := unasked(self.headers.get("content-encoding", "")):
            raise BadAnswer(f"packed as {packing}, which was not asked for")
        return self._response.iter_bytes()

    def page(self, limit: int = PAGE_BYTES) -> FetchedPage:
        """The whole answer. Raises `BadAnswer` if the body has more than `limit` bytes."""
        body = bytearray()
        for chunk in self.chunks():
            body += chunk
            if len(body) > limit:
                raise BadAnswer(f"more than {limit} bytes", tries=1)
        return FetchedPage(self.status, self.url, dict(self.headers), bytes(body))


def is_busy(status: int) -> bool:
    """Whether a status is about the service, not about what was asked: every 5xx, those of proxies (511, 520) too."""
    return status in (408, 425, 429) or status >= 500


def read_page(answer: OpenResponse) -> FetchedPage:
    """The usual reader of text pages: all of it, unless the server failed."""
    if is_busy(answer.status):
        raise Busy(f"HTTP {answer.status}")
    return answer.page()
