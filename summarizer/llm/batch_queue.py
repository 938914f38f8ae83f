"""Requests on their way into batches, kept on the disk."""

import json
import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from summarizer.errors import StorageError
from summarizer.llm.batch_api import REQUEST_URL
from summarizer.llm.batch_lines import lines_path

# https://developers.openai.com/api/docs/guides/batch: what one batch may hold
MOST_REQUESTS = 50_000
MOST_BYTES = 200_000_000


class BatchQueue:
    """Requests in the order they came, in as many files as the service's limits ask for."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.costs: dict[str, float | None] = {}  # {key of a request: its estimate in US dollars}
        self._files: list[tuple[str, int]] = []  # names of batches with the number of their requests
        self._size = 0  # of the last file, in bytes

    def add(self, key: str, body: Mapping[str, Any], cost: float | None) -> None:
        """Queue a request, once. Raises `StorageError`."""
        if key in self.costs:
            return
        line = {"custom_id": key, "method": "POST", "url": REQUEST_URL, "body": body}
        data = json.dumps(line, ensure_ascii=False).encode() + b"\n"
        if not self._files or self._files[-1][1] == MOST_REQUESTS or self._size + len(data) > MOST_BYTES:
            self._files.append((secrets.token_hex(8), 0))
            self._size = 0
        name, requests = self._files[-1]
        with _writing(self._folder):
            self._folder.mkdir(parents=True, exist_ok=True)
            with lines_path(self._folder, name, "requests").open("ab") as file:
                file.write(data)
        self._files[-1] = (name, requests + 1)
        self._size += len(data)
        self.costs[key] = cost

    def take(self, number: int) -> list[tuple[str, int]]:
        """The first `number` requests as whole batches, each with its name and its number of requests.

        The others are forgotten. Raises `StorageError`.
        """
        files, self._files = self._files, []
        self.costs = {}
        taken = []
        with _writing(self._folder):
            for name, requests in files:
                kept = min(requests, number)
                number -= kept
                if kept:
                    _cut(lines_path(self._folder, name, "requests"), kept)
                    taken.append((name, kept))
                else:
                    lines_path(self._folder, name, "requests").unlink()
        return taken


def _cut(path: Path, lines: int) -> None:
    """Leave the first `lines` of a file, for good."""
    with path.open("rb+") as file:
        for _ in range(lines):
            file.readline()
        file.truncate(file.tell())
        os.fsync(file.fileno())


@contextmanager
def _writing(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StorageError(f"{folder}: cannot be written: {error.strerror or error}") from error
