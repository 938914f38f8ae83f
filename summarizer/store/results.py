"""Results of every stage, named by everything that can change them.

    store/<stage>/<2 hex>/<sha256>.json    {"check", "stage", "parts", "created", "uses", <newline> "output"}
    store/image/<2 hex>/<sha256>.png       crops, named by their own bytes
    store/pdf/...                          written by `sources/`, each PDF once
    store/rungs.json                       written by `llm/`
    store/.lock                            held by whoever reads and writes here

A key is the SHA-256 of the canonical JSON of the stage and its parts: never a date, never a path. So
running again is resuming, and a changed prompt redoes exactly the calls that it changes. The parts
are stored beside the result, so that it can be said why a stage is redone, and so is what it was made
from, so that it can be said what no run needs any more (`upkeep.py`). Nothing here is deleted by a run;
a damaged file counts as absent and is redone.

A record is one JSON object on two lines. Its checksum is over the key and all bytes behind it, as they
are on the disk: to trust a result takes a hash, not a parse, and the parts need not be read to load the output.
"""

import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from summarizer.errors import LockedError, StorageError
from summarizer.files import append_to, from_json, to_data, try_lock, write_atomic
from summarizer.types import Reply

T = TypeVar("T")

_REDONE = {"metadata", "html", "choice", "reply", "digest"}  # re-asked under --force: they depend on someone's answer
_TROUBLE, _ASKED_AGAIN = "trouble", "again"
_CHECK, _OUTPUT = b'{"check": "', b',\n"output": '
_BODY = len(_CHECK) + 64 + len(b'", ')  # where the bytes begin that the checksum is over
Parts = Mapping[str, Any]
Use = tuple[str, str]  # a stage and a key

_noted: ContextVar[set[Use] | None] = ContextVar("noted", default=None)  # one set for a task and all it starts


def fingerprint(value: object) -> str:
    """SHA-256 of a value's canonical JSON, in hex."""
    return hashlib.sha256(_canonical(value).encode()).hexdigest()


def key_of(stage: str, parts: Parts) -> str:
    """The name of a stage's result, 64 hex digits."""
    return fingerprint({"stage": stage, "parts": parts})


def _canonical(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


@contextmanager
def noting() -> Iterator[set[Use]]:
    """What is loaded and saved meanwhile, with all that it was made from itself.

    Also by tasks and threads (`asyncio.to_thread`) begun meanwhile:

    with noting() as uses:
        digest = ...
    store.save("digest", parts, digest, uses)
    """
    outer, uses = _noted.get(), set[Use]()
    token = _noted.set(uses)
    try:
        yield uses
    finally:
        _noted.reset(token)
        if outer is not None:
            outer |= uses


def _note(stage: str, key: str, made_from: Iterable[Sequence[str]] = ()) -> None:
    uses = _noted.get()
    if uses is not None:
        uses |= {(stage, key), *((stage, key) for stage, key in made_from)}


class Store:
    """A folder of results. Safe for several processes: files are only ever replaced whole."""

    def __init__(self, root: Path, since: datetime | None = None) -> None:
        """`since`: what a model or a lookup said earlier than this counts as absent, so that it is asked again."""
        self.root, self.since = root, since
        self._kept = True

    @contextmanager
    def held(self, *, alone: bool = False, looks: bool = False) -> Iterator[None]:
        """Keep others from deleting here, or, `alone`, from being here at all.

        Raises `LockedError` where that cannot be now: a night is not lost because somebody tidies up, but may have to
        wait the minute that this takes. Who only `looks` may do so where nothing can be written or locked; then
        nothing is kept.
        """
        with ExitStack() as stack:
            try:
                stack.enter_context(self._locked(alone))
            except StorageError:
                if not looks:
                    raise
                self._kept = False
            yield

    @contextmanager
    def _locked(self, alone: bool) -> Iterator[None]:
        try:
            self.root.mkdir(parents=True, exist_ok=True)
            lock = append_to(self.root / ".lock")
        except OSError as error:
            raise StorageError(f"{self.root}: cannot be written: {error.strerror}") from error
        with lock:
            if not try_lock(lock, shared=not alone):
                raise LockedError(self.root, "a run" if alone else "`summarize store gc`")
            yield

    def load(self, stage: str, parts: Parts, kind: type[T]) -> T | None:
        """The stored result as `kind`, or None where there is none that can be trusted."""
        key = key_of(stage, parts)
        found = self._trusted(stage, key)
        if found is None:
            return None
        try:
            value = from_json(kind, found[1])
        except ValueError:
            return None
        if _noted.get() is not None:
            _note(stage, key, json.loads(found[0])["uses"])
        return value

    def save(self, stage: str, parts: Parts, value: object, uses: Iterable[Use] = ()) -> None:
        """`uses`: the results and images that this one was made from. Raises `StorageError`."""
        key = key_of(stage, parts)
        header = {"stage": stage, "parts": parts, "created": datetime.now(UTC).isoformat(), "uses": sorted(uses)}
        head, output = (json.dumps(part, ensure_ascii=False).encode() for part in (header, to_data(value)))
        body = head[1:-1] + _OUTPUT + output + b"}"
        if self._kept:
            write_atomic(self.path(stage, key), _CHECK + _checksum(key, body) + b'", ' + body)
        _note(stage, key, header["uses"])

    def record(self, stage: str, key: str) -> dict[str, Any] | None:
        """What is known of a stored result: stage, parts, created, uses; None if it is absent or damaged."""
        found = self._record(stage, key)
        return json.loads(found[0]) if found else None

    def find(self, stage: str, parts: Parts) -> dict[str, Any] | None:
        """The same for a stage's parts, if it is not from before `since`."""
        found = self._trusted(stage, key_of(stage, parts))
        return json.loads(found[0]) if found else None

    def has(self, stage: str, parts: Parts) -> bool:
        return self._trusted(stage, key_of(stage, parts)) is not None

    def load_reply(self, parts: Parts) -> Reply | None:
        """None also for a reply that made trouble and has not been asked for again."""
        trouble = self.load("trouble", {"reply": key_of("reply", parts)}, str)
        return None if trouble == _TROUBLE else self.load("reply", parts, Reply)

    def save_reply(self, parts: Parts, reply: Reply) -> None:
        self.save("reply", parts, reply)
        if self.has("trouble", about := {"reply": key_of("reply", parts)}):
            self.save("trouble", about, _ASKED_AGAIN)

    def note_trouble(self, uses: Iterable[Use]) -> None:
        """One of these replies cannot be digested: ask for each again, once, so that none stops every later run."""
        for about in ({"reply": key} for stage, key in uses if stage == "reply"):
            if not self.has("trouble", about):
                self.save("trouble", about, _TROUBLE)

    def save_image(self, png: bytes) -> str:
        """Keep a crop; returns its name for `load_image`."""
        name = hashlib.sha256(png).hexdigest()
        if not self._kept:
            return name
        if self.has_image(name):
            os.utime(self.path("image", name))  # as young as what it was made for now
        else:
            write_atomic(self.path("image", name), png)
        _note("image", name)
        return name

    def has_image(self, name: str) -> bool:
        """Whether a crop is there and whole."""
        return self._image(name) is not None

    def load_image(self, name: str) -> bytes:
        """Raises `StorageError` if it is gone or damaged; `has_image` says so before."""
        png = self._image(name)
        if png is None:
            raise StorageError(f"{self.path('image', name)}: gone or damaged; run again")
        _note("image", name)
        return png

    def path(self, stage: str, key: str) -> Path:
        return self.root / stage / key[:2] / (key + (".png" if stage == "image" else ".json"))

    def _trusted(self, stage: str, key: str) -> tuple[bytes, bytes] | None:
        found = self._record(stage, key)
        if found and self.since and stage in _REDONE:
            created = datetime.fromisoformat(json.loads(found[0])["created"])
            return found if created >= self.since else None
        return found

    def _record(self, stage: str, key: str) -> tuple[bytes, bytes] | None:
        raw = _read(self.path(stage, key))
        return None if raw is None else split_record(key, raw)

    def _image(self, name: str) -> bytes | None:
        png = _read(self.path("image", name))
        return png if png is not None and hashlib.sha256(png).hexdigest() == name else None


def split_record(key: str, raw: bytes) -> tuple[bytes, bytes] | None:
    """The header and the output of a stored record, JSON each; None if a byte of it is not as it was written."""
    body = raw[_BODY:]
    if raw[:_BODY] != _CHECK + _checksum(key, body) + b'", ':
        return None
    head, _, output = body.partition(_OUTPUT)
    return b"{" + head + b"}", output[:-1]


def _checksum(key: str, body: bytes) -> bytes:
    """In hex. The key is part of it: a record under another's name is none."""
    return hashlib.sha256(key.encode() + body).hexdigest().encode()


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise StorageError(f"{path}: cannot be read: {error.strerror}") from error
