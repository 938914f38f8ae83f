"""The files of a batch: one request or one outcome a line, too many to be held in memory."""

import json
import os
import secrets
import shutil
from collections.abc import Iterator, Mapping, Set
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, Literal

from summarizer.errors import StorageError
from summarizer.llm.batch_api import REQUEST_URL
from summarizer.llm.bodies import MOST_BYTES as MOST_BYTES_OF_A_BODY
from summarizer.llm.bodies import decoded, json_within_bounds
from summarizer.llm.replies import MalformedReplyError, read_completion
from summarizer.llm.rungs import Rung
from summarizer.types import Usage, add_usage

# https://developers.openai.com/api/docs/guides/batch: what one batch may hold
MOST_REQUESTS = 50_000
MOST_BYTES = 200_000_000


@dataclass(frozen=True, slots=True)
class BatchLine:
    """Where the outcome of a request is, and on which rung it was asked."""

    file: Path
    offset: int
    rung: Rung


@dataclass(slots=True)
class Index:
    """What the files of a batch hold, by the keys of the requests."""

    asked: dict[str, Rung] = field(default_factory=dict)
    lines: dict[str, BatchLine] = field(default_factory=dict)  # fewer, where a batch was not finished
    answered: set[str] = field(default_factory=set)  # fewer still, where requests failed
    usage: Usage = field(default_factory=Usage)


def lines_path(folder: Path, batch: str, kind: Literal["requests", "output", "errors"]) -> Path:
    """A file of the batch with this name."""
    return folder / f"{batch}.{kind}.jsonl"


def index_batch(folder: Path, batch: str) -> Index:
    """Read through all files of a batch that are there."""
    index = Index()
    for _, request in _objects(lines_path(folder, batch, "requests")):
        form = request["body"].get("response_format")
        index.asked[request["custom_id"]] = form["type"] if form else "text"
    for path in (lines_path(folder, batch, "errors"), lines_path(folder, batch, "output")):
        for offset, line in _objects(path):
            key = str(line.get("custom_id"))
            if key not in index.asked or key in index.answered:
                continue
            index.lines[key] = BatchLine(path, offset, index.asked[key])
            status, body = _outcome(line)
            with suppress(MalformedReplyError):
                if status == 200:
                    index.usage = add_usage([index.usage, read_completion(body).usage or Usage()])
                    index.answered.add(key)
    return index


def read_outcome(line: BatchLine) -> tuple[int, str]:
    """The status of a response and its body, which is JSON; 0 and the error where there was no response.

    Raises `FileNotFoundError`.
    """
    with line.file.open("rb") as file:
        file.seek(line.offset)
        return _outcome(json_within_bounds(decoded(file.readline())))


def judge(path: Path, asked: Set[str], done: int) -> Literal["whole", "odd", "foreign"]:
    """What a downloaded file is: outcomes of at least `done` requests, something with some of them, or none."""
    ours = strange = 0
    with path.open("rb") as file:
        for line in filter(bytes.strip, _lines(file)):
            try:
                value = json_within_bounds(decoded(line))
                known = isinstance(value, dict) and str(value.get("custom_id")) in asked
            except (ValueError, RecursionError):
                known = False
            ours, strange = ours + known, strange + (not known)
    if not ours and (strange or done):
        return "foreign"
    return "odd" if strange or ours < done else "whole"


def _outcome(line: dict[str, Any]) -> tuple[int, str]:
    """The status of a response and its body; 0 and the error where there is none that can be written as JSON."""
    response = line.get("response")
    try:
        if isinstance(response, dict):
            status = response.get("status_code")
            return status if isinstance(status, int) else 0, json.dumps(response.get("body"))
        return 0, json.dumps(line.get("error"))
    except RecursionError:
        return 0, "nested without end"


def _lines(file: BinaryIO) -> Iterator[bytes]:
    """The lines of a file; one without end comes in pieces, which are no outcomes."""
    while line := file.readline(MOST_BYTES_OF_A_BODY):
        yield line


def _objects(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """The JSON objects of a file with their offsets; none of a file that is not there."""
    offset = 0
    with suppress(FileNotFoundError), path.open("rb") as file:
        for line in _lines(file):
            with suppress(ValueError, RecursionError):
                if isinstance(value := json_within_bounds(decoded(line)), dict):
                    yield offset, value
            offset += len(line)


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
        with writing(self._folder):
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
        with writing(self._folder):
            for name, requests in files:
                kept = min(requests, number)
                number -= kept
                if kept:
                    cut(lines_path(self._folder, name, "requests"), kept)
                    taken.append((name, kept))
                else:
                    lines_path(self._folder, name, "requests").unlink()
        return taken


def cut(path: Path, lines: int) -> None:
    """Leave the first `lines` of a file, for good."""
    with path.open("rb+") as file:
        for _ in range(lines):
            file.readline()
        file.truncate(file.tell())
        os.fsync(file.fileno())


def copy_rest(path: Path, lines: int, to: Path) -> None:
    """Write all but the first `lines` of a file into another one, for good."""
    with path.open("rb") as file, to.open("wb") as rest:
        for _ in range(lines):
            file.readline()
        shutil.copyfileobj(file, rest)
        os.fsync(rest.fileno())


@contextmanager
def writing(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StorageError(f"{folder}: cannot be written: {error.strerror or error}") from error
