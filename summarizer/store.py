"""Results of every stage, named by everything that can change them.

    store/<stage>/<2 hex>/<sha256>.json    {"stage", "parts", "created", "check", "output"}
    store/image/<2 hex>/<sha256>.png       crops, named by their own bytes
    store/pdf/...                          written by `sources/`, each PDF once
    store/rungs.json                       written by `llm/`

A key is the SHA-256 of the canonical JSON of the stage and its parts: never a date, never a path. So
running again is resuming, and a changed prompt redoes exactly the calls that it changes. The parts
are stored beside the result, so that it can be said why a stage is redone. Nothing here is deleted by
a run; a damaged file counts as absent and is redone.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from summarizer.errors import StorageError
from summarizer.files import from_data, to_data, write_atomic
from summarizer.types import Reply

T = TypeVar("T")

_REDONE = {"metadata", "choice", "reply", "digest"}  # stages that `since` is about: they depend on someone's answer
Parts = Mapping[str, Any]


def digest_of(value: object) -> str:
    """SHA-256 of a value's canonical JSON, in hex."""
    return hashlib.sha256(_canonical(value).encode()).hexdigest()


def key_of(stage: str, parts: Parts) -> str:
    """The name of a stage's result, 64 hex digits."""
    return digest_of({"stage": stage, "parts": parts})


def _canonical(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


class Store:
    """A folder of results. Safe for several processes: files are only ever replaced whole."""

    def __init__(self, root: Path, since: datetime | None = None) -> None:
        """`since`: what a model or a lookup said earlier than this counts as absent, so that it is asked again."""
        self.root, self.since = root, since

    def load(self, stage: str, parts: Parts, kind: type[T]) -> T | None:
        """The stored result as `kind`, or None where there is none that can be trusted."""
        record = self.find(stage, parts)
        if record is None:
            return None
        try:
            return from_data(kind, record["output"])
        except ValueError:
            return None

    def save(self, stage: str, parts: Parts, value: object) -> None:
        """Raises `StorageError`."""
        output = to_data(value)
        record = {
            "stage": stage,
            "parts": parts,
            "created": datetime.now(UTC).isoformat(),
            "check": digest_of(output),
            "output": output,
        }
        write_atomic(self._path(stage, key_of(stage, parts)), json.dumps(record, ensure_ascii=False))

    def record(self, stage: str, key: str) -> dict[str, Any] | None:
        """The whole stored record of a key: parts, time and output; None if absent or damaged."""
        path = self._path(stage, key)
        try:
            record = json.loads(path.read_bytes())
        except (FileNotFoundError, NotADirectoryError, ValueError):
            return None
        except OSError as error:
            raise StorageError(f"{path}: cannot be read: {error.strerror}") from error
        if not isinstance(record, dict) or record.get("check") != digest_of(record.get("output")):
            return None
        return record

    def find(self, stage: str, parts: Parts) -> dict[str, Any] | None:
        """The whole stored record of a stage's parts, if it is not from before `since`."""
        record = self.record(stage, key_of(stage, parts))
        if record is None or (
            self.since and stage in _REDONE and datetime.fromisoformat(record["created"]) < self.since
        ):
            return None
        return record

    def has(self, stage: str, parts: Parts) -> bool:
        return self.find(stage, parts) is not None

    def load_reply(self, parts: Parts) -> Reply | None:
        return self.load("reply", parts, Reply)

    def save_reply(self, parts: Parts, reply: Reply) -> None:
        self.save("reply", parts, reply)

    def save_image(self, png: bytes) -> str:
        """Keep a crop; returns its name for `load_image`."""
        name = hashlib.sha256(png).hexdigest()
        path = self._path("image", name, ".png")
        if not path.exists():
            write_atomic(path, png)
        return name

    def load_image(self, name: str) -> bytes:
        """Raises `StorageError` if somebody deleted it."""
        path = self._path("image", name, ".png")
        try:
            return path.read_bytes()
        except OSError as error:
            raise StorageError(f"{path}: {error.strerror}; run again with --force") from error

    def _path(self, stage: str, key: str, suffix: str = ".json") -> Path:
        return self.root / stage / key[:2] / (key + suffix)
