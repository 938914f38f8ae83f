"""The files of a batch: one request or one outcome a line, too many to be held in memory."""

import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from summarizer.llm.replies import MalformedReplyError, read_completion
from summarizer.llm.rungs import Rung
from summarizer.types import Usage, add_usage


@dataclass(frozen=True, slots=True)
class Line:
    """Where the outcome of a request is, and on which rung it was asked."""

    file: Path
    offset: int
    rung: Rung


@dataclass(slots=True)
class Index:
    """What the files of a batch hold, by the keys of the requests."""

    asked: dict[str, Rung] = field(default_factory=dict)
    lines: dict[str, Line] = field(default_factory=dict)  # fewer, where a batch was not finished
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
            index.lines[key] = Line(path, offset, index.asked[key])
            status, body = _outcome(line)
            with suppress(MalformedReplyError):
                if status == 200:
                    index.usage = add_usage([index.usage, read_completion(body).usage or Usage()])
                    index.answered.add(key)
    return index


def read_outcome(line: Line) -> tuple[int, str]:
    """The status of a response and its body, which is JSON; 0 and the error where there was no response.

    Raises `FileNotFoundError`.
    """
    with line.file.open("rb") as file:
        file.seek(line.offset)
        return _outcome(json.loads(file.readline()))


def _outcome(line: dict[str, Any]) -> tuple[int, str]:
    response = line.get("response")
    if isinstance(response, dict):
        return response.get("status_code") or 0, json.dumps(response.get("body"))
    return 0, json.dumps(line.get("error"))


def _objects(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """The JSON objects of a file with their offsets; none of a file that is not there."""
    offset = 0
    with suppress(FileNotFoundError), path.open("rb") as file:
        for line in file:
            with suppress(ValueError):
                if isinstance(value := json.loads(line), dict):
                    yield offset, value
            offset += len(line)
