"""The store as a whole: what is in it, what no run needs any more, what is damaged.

A run folder names the keys of its digests (`papers/*/digest.json`, also the one before) and of its choice
(`manifest.json`); the records of these name all replies, parses and images that they were made from. What else
there is of these stages can go; lists, metadata and the PDFs of papers that have a run stay.

Everything streams: of a file no more is known than a directory entry says, of a reference 8 bytes are kept.
"""

import hashlib
import json
import os
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from summarizer.errors import StorageError
from summarizer.sources.ids import pdf_id
from summarizer.sources.pdfs import has_pdf, is_whole_pdf, pdf_sha256
from summarizer.store.published import load_manifest
from summarizer.store.results import Store, key_of, split_record

_COLLECTED = (
    "choice",
    "digest",
    "parse",
    "reply",
    "page",
    "image",
    "pdf",
)  # what is made from others before the others
_OWN = {".lock", "rungs.json"}
_TEMPORARY_SECONDS = 86_400  # a file still being written is younger
_NAMES = {
    "pdf": re.compile(r"(?P<key>[A-Za-z0-9][\w.-]{0,250})\.pdf(?P<beside>\.part|\.etag|\.sha256)?"),
    "image": re.compile(r"(?P<key>[0-9a-f]{64})\.png"),
}
_RECORD = re.compile(r"(?P<key>[0-9a-f]{64})\.json")
_DIGEST_KEY = re.compile(rb'\{\s*"key":\s*"([0-9a-f]{64})"')  # the first field of a `Digest`
_KEY_WITHIN = 128  # bytes


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file of the store, by its directory entry."""

    kind: Literal["result", "beside", "temporary", "foreign"]  # "beside": what is kept beside a PDF
    path: str
    stage: str
    key: str  # of a PDF: the stem of its name
    bytes: int
    changed: float  # seconds since 1970


@dataclass(slots=True)
class StageStats:
    """What is stored of a stage. `referenced` is None where everything is kept, whatever refers to it."""

    files: int = 0
    bytes: int = 0
    oldest: float | None = None
    newest: float | None = None
    referenced: int | None = None

    def add(self, file: StoredFile) -> None:
        self.bytes += file.bytes
        if file.kind == "result":
            self.files += 1
            self.oldest = min(self.oldest or file.changed, file.changed)
            self.newest = max(self.newest or file.changed, file.changed)


@dataclass(frozen=True, slots=True)
class StoreStats:
    """`damaged` is what a look at names and sizes shows; `find_damage` reads the files."""

    stages: dict[str, StageStats]
    temporary: int
    foreign: tuple[str, ...]
    damaged: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Collected:
    """What was deleted, or would be. Nothing as old as `kept_before` was, for `unclear` may be made from it."""

    stages: dict[str, StageStats]
    temporary: int
    unclear: tuple[str, ...]
    kept_before: float


@dataclass(slots=True)
class References:
    """Keys and papers that the run folders refer to."""

    unclear: list[str] = field(default_factory=list)  # files of runs that do not say what they were made from
    kept_before: float = 0.0  # when the youngest of them was written
    _keys: set[str] = field(default_factory=set)

    def has(self, file: StoredFile) -> bool:
        if file.stage != "pdf":
            return file.key in self
        pdf = Path(file.path).with_name(f"{file.key}.pdf")
        by_bytes = file.key.startswith("url-") and has_pdf(pdf)  # its address is not the paper's id
        return _paper_key(pdf_id(pdf_sha256(pdf)) if by_bytes else file.key) in self

    def __contains__(self, key: str) -> bool:
        return key in self._keys

    @classmethod
    def of_runs(cls, runs: Path, store: Store) -> "References":
        """Read all run folders and the records of their digests and choices."""
        found = cls()
        for run in _folders(runs):
            if run != store.root:
                found._read_run(run, store)
        return found

    def _read_run(self, run: Path, store: Store) -> None:
        account = run / "manifest.json"
        manifest = load_manifest(run)
        for entry in manifest.papers if manifest else ():
            if entry.outcome in ("digested", "failed"):
                self._add(_paper_key(entry.id))
        if manifest and manifest.choice:
            self._add_made("choice", manifest.choice, account, store)
        elif manifest.date if manifest else account.exists():
            self._add_unclear(account)
        for folder in _folders(run / "papers"):
            self._add(_paper_key(folder.name))
            for path in folder.glob("digest*.json"):
                self._read_digest(path, store)

    def _read_digest(self, path: Path, store: Store) -> None:
        try:
            with path.open("rb") as file:
                key = _DIGEST_KEY.match(file.read(_KEY_WITHIN))
        except FileNotFoundError:
            return
        if key:
            self._add_made("digest", key[1].decode(), path, store)
        else:
            self._add_unclear(path)

    def _add_made(self, stage: str, key: str, named_by: Path, store: Store) -> None:
        self._add(key)
        record = store.record(stage, key)
        if record is None:
            self._add_unclear(named_by)
        else:
            for _, used in record["uses"]:
                self._add(used)

    def _add(self, key: str) -> None:
        self._keys.add(key)

    def _add_unclear(self, path: Path) -> None:
        self.unclear.append(str(path))
        self.kept_before = max(self.kept_before, path.stat().st_mtime)


def store_stats(store: Store, runs: Path) -> StoreStats:
    """Count everything. Raises `StorageError`."""
    with store.held(looks=True), _readable(store.root):
        references = References.of_runs(runs, store)
        stages: dict[str, StageStats] = {}
        foreign, damaged, temporary = [], [], 0
        for file in stored_files(store.root):
            if file.kind == "foreign":
                foreign.append(file.path)
            elif file.kind == "temporary":
                temporary += 1
            else:
                stats = stages.setdefault(file.stage, StageStats(referenced=0 if file.stage in _COLLECTED else None))
                stats.add(file)
                if file.kind == "result" and not file.bytes:
                    damaged.append(file.path)
                elif file.kind == "result" and stats.referenced is not None:
                    stats.referenced += references.has(file)
    return StoreStats(dict(sorted(stages.items())), temporary, tuple(foreign), tuple(damaged))


def collect_garbage(store: Store, runs: Path, older_than_days: float, *, dry_run: bool = False) -> Collected:
    """Delete what no run folder refers to and what is older, and what killed processes left half written.

    What is made from others goes before these: the store is whole wherever this is interrupted. Raises
    `TryLaterError` while runs are at work, `StorageError`.
    """
    now = time.time()
    stages: dict[str, StageStats] = {}
    temporary = 0
    with store.held(alone=not dry_run, looks=dry_run), _readable(store.root):
        references = References.of_runs(runs, store)
        limit = now - 86_400 * older_than_days
        for stage in _COLLECTED:
            for file in _stage_files(store.root / stage):
                unneeded = file.kind in ("result", "beside") and file.changed < limit
                if unneeded and file.changed > references.kept_before and not references.has(file):
                    stages.setdefault(stage, StageStats()).add(file)
                    if not dry_run:
                        Path(file.path).unlink(missing_ok=True)
        for file in stored_files(store.root):
            if file.kind == "temporary" and file.changed < now - _TEMPORARY_SECONDS:
                temporary += 1
                if not dry_run:
                    Path(file.path).unlink(missing_ok=True)
    return Collected(stages, temporary, tuple(references.unclear), references.kept_before)


def find_damage(store: Store) -> Iterator[tuple[StoredFile, str]]:
    """Read everything: each file with what is wrong with it, "" if nothing is."""
    with store.held(looks=True), _readable(store.root):
        for file in stored_files(store.root):
            if file.kind == "result":
                try:
                    yield file, _fault(file)
                except OSError as error:
                    yield file, f"cannot be read: {error.strerror}"


def _fault(file: StoredFile) -> str:
    if file.stage == "pdf":
        return "" if is_whole_pdf(Path(file.path)) else "not the PDF that was fetched"
    raw = Path(file.path).read_bytes()
    if file.stage == "image":
        return "" if hashlib.sha256(raw).hexdigest() == file.key else "its bytes are not those it is named by"
    header = split_record(file.key, raw)
    if header is None:
        return "its checksum is wrong"
    parts = json.loads(header[0])
    named = parts["stage"] == file.stage and key_of(file.stage, parts["parts"]) == file.key
    return "" if named else "its parts are not those it is named by"


def stored_files(root: Path) -> Iterator[StoredFile]:
    """Every file of the store, in no order; nothing of it is read."""
    for entry in _entries(root):
        if entry.is_dir(follow_symlinks=False):
            yield from _stage_files(Path(entry.path))
        elif entry.name not in _OWN:
            yield _stored_file(entry, "", "")


def _stage_files(folder: Path) -> Iterator[StoredFile]:
    for two_hex in _entries(folder):
        if not two_hex.is_dir(follow_symlinks=False):
            yield _stored_file(two_hex, folder.name, "")
            continue
        for entry in _entries(two_hex.path):
            with suppress(FileNotFoundError):  # a temporary file that has got its name meanwhile
                yield _stored_file(entry, folder.name, two_hex.name)


def _stored_file(entry: "os.DirEntry[str]", stage: str, folder: str) -> StoredFile:
    stat, found = entry.stat(follow_symlinks=False), _NAMES.get(stage, _RECORD).fullmatch(entry.name)
    kind: Literal["result", "beside", "temporary", "foreign"] = "foreign"
    if entry.name.startswith(".") and entry.name.endswith(".tmp"):
        kind = "temporary"
    elif found and (stage == "pdf" or found["key"].startswith(folder or "-")):
        kind = "beside" if found.groupdict().get("beside") else "result"
    return StoredFile(kind, entry.path, stage, found["key"] if found else "", stat.st_size, stat.st_mtime)


def _entries(folder: str | Path) -> "list[os.DirEntry[str]]":
    """At most a two-hundred-and-fifty-sixth of a stage: what is deleted meanwhile does not disturb the reading."""
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except FileNotFoundError:
        return []


def _folders(folder: Path) -> Iterator[Path]:
    return (Path(entry.path) for entry in _entries(folder) if entry.is_dir())


def _paper_key(paper_id: str) -> str:
    """What stands for a paper among the keys, by its id or by the stem of its files."""
    return hashlib.sha256(paper_id.replace("/", "_").encode()).hexdigest()


@contextmanager
def _readable(root: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StorageError(f"{error.filename or root}: {error.strerror or error}") from error
