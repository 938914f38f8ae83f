"""What there is in the runs, without reading what it says: quick enough for thousands of digests."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from summarizer.store.results import fingerprint

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_STEM = re.compile(r"\w[\w.+-]*")
_DIGEST = re.compile(r"digest(?:\.[\w-]+)?\.json")
_DEFAULT, _BEFORE = "digest.json", "digest.before.json"  # of the default style; what was there before it


@dataclass(frozen=True, slots=True)
class DigestFile:
    """A finished digest in a run. `stamp` changes with it, and with the files beside it."""

    path: Path  # of the JSON
    run: Path
    stamp: str

    @property
    def folder(self) -> Path:
        return self.path.parent

    @property
    def stem(self) -> str:
        return self.path.parent.name


def digest_files(run: Path) -> Iterator[DigestFile]:
    """One of each paper: that of the default style, else the first of another. Half-written papers have none yet."""
    for folder in sorted(path for path in (run / "papers").glob("*") if _STEM.fullmatch(path.name)):
        names = sorted(path.name for path in folder.iterdir() if _DIGEST.fullmatch(path.name) and path.name != _BEFORE)
        if names:
            file = folder / (_DEFAULT if _DEFAULT in names else names[0])
            yield DigestFile(file, run, stamp_of(file))


def run_folders(runs: Path) -> list[Path]:
    """The dated ones first, the newest before the others; then those asked for by hand."""
    folders = [path for path in runs.glob("*") if path.name != "store" and _STEM.fullmatch(path.name) and path.is_dir()]
    dated = sorted((path for path in folders if is_dated(path)), reverse=True)
    return dated + sorted(path for path in folders if not is_dated(path))


def is_dated(run: Path) -> bool:
    return _DATE.fullmatch(run.name) is not None


def stamp_of(file: Path) -> str:
    """Of a file's content and of the names and sizes of what lies beside it.

    Not of times: a checkout of the same runs is the same.
    """
    beside = sorted(path for path in file.parent.rglob("*") if path.is_file() and path.suffix != ".tmp")
    sizes = [[str(path.relative_to(file.parent)), path.stat().st_size] for path in beside]
    return fingerprint([hashlib.sha256(file.read_bytes()).hexdigest(), sizes])
