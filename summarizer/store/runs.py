"""Run folders: what a run leaves for readers and for the next run.

    runs/<name>/                    <name> is a date, a paper's id, or issue-<12 hex>
        issue.md  manifest.json  events.jsonl  .lock  attempts/<run id>.json
        papers/<id>/  digest.md  document.json  figures/fig2.png  digest.json

Files of another style than the default one have its name in theirs: digest.brief.md, digest.brief.json, issue.brief.md.
A run folder is a view that can be rebuilt from the store. `digest.json` is written last and marks a
paper as done. One process at a time works in a folder: the kernel frees the lock when it dies.
"""

import json
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from summarizer.config import DEFAULT_STYLE
from summarizer.errors import StorageError
from summarizer.files import append_to, from_data, from_json, lock_folder, parse_json, to_json, try_lock, write_atomic
from summarizer.types import Digest, Document, Manifest, ManifestEntry

_HEAD = 200  # characters: the key comes first in a digest
LEDGER = ("digested", "not_selected", "withdrawn", "no_pdf", "failed")


class RunFolder:
    """One run's folder. Use `open_run`."""

    def __init__(self, path: Path, started: datetime) -> None:
        self.path = path
        self.started = started
        self.run_id = f"{started:%Y%m%dT%H%M%SZ}-{os.getpid()}"

    def paper_folder(self, stem: str) -> Path:
        return self.path / "papers" / stem

    def has_paper(self, stem: str, digest: Digest, markdown: str) -> bool:
        """Whether exactly this digest has been written and is whole."""
        file = self._digest_file(stem, digest.style)
        try:
            same = file.read_text(encoding="utf-8") == to_json(digest)
            return same and file.with_suffix(".md").read_text(encoding="utf-8") == markdown
        except (FileNotFoundError, UnicodeDecodeError):
            return False

    def has_digest(self, stem: str, style: str, key: str) -> bool:
        """Whether the digest with this key has been written; cheaper than `has_paper`, which compares the whole."""
        path = self._digest_file(stem, style)
        try:
            with path.open(encoding="utf-8") as file:
                head = file.read(_HEAD)
        except (FileNotFoundError, UnicodeDecodeError):
            return False
        return f'"key": "{key}"' in head and path.with_suffix(".md").exists()

    def digest_page(self, stem: str, style: str) -> Path:
        """Where the Markdown of a paper is, or will be."""
        return self._digest_file(stem, style).with_suffix(".md")

    def issue_pages(self, name: str) -> list[Path]:
        """The pages of the issue of this name, in whatever form: whole, in parts, with pictures inside."""
        forms = re.compile(rf"{re.escape(name)}(-\d+)?(-standalone)?\.md")
        return [path for path in sorted(self.path.glob(f"{name}*.md")) if forms.fullmatch(path.name)]

    def _digest_file(self, stem: str, style: str) -> Path:
        return self.paper_folder(stem) / f"{digest_name(style)}.json"

    def record(self, event: Mapping[str, Any]) -> None:
        """Append one line to `events.jsonl`. A line is written whole or, after a crash, cut at the end."""
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        line = json.dumps({"time": now, "run": self.run_id, **event}, ensure_ascii=False) + "\n"
        try:
            with append_to(self.path / "events.jsonl") as file:
                file.write(line)
        except OSError as error:
            raise StorageError(f"{self.path}/events.jsonl: cannot be written: {error.strerror}") from error

    def write_paper(
        self, stem: str, digest: Digest, markdown: str, document: Document, files: Mapping[str, bytes]
    ) -> Path:
        """Write one paper's files, `digest.json` last. Returns the path of the Markdown.

        `files` are the pictures, and the PDF itself where it has no address of its own. A digest that is replaced
        by one with another key is kept as `digest.before.json`, for `summarize diff`.
        """
        folder, own = self.paper_folder(stem), digest_name(digest.style)
        self._check_place(folder / "figures")
        before = load_digest(folder, f"{own}.json")
        if before and before.key != digest.key:
            write_atomic(folder / f"{own}.before.json", to_json(before))
        for name, content in files.items():
            write_atomic(folder / name, content)
        write_atomic(folder / "document.json", to_json(document))
        write_atomic(folder / f"{own}.md", markdown)
        write_atomic(folder / f"{own}.json", to_json(digest))
        return folder / f"{own}.md"

    def _check_place(self, folder: Path) -> None:
        """Raises `StorageError` where a link leads out of the run folder, which may be somebody else's."""
        if not folder.resolve().is_relative_to(self.path.resolve()):
            raise StorageError(f"{folder}: a link that leads out of {self.path}; remove it")

    def write_manifest(self, manifest: Manifest) -> None:
        write_atomic(self.path / "manifest.json", to_json(manifest))

    def write_attempt(self, exit_word: str, counts: Mapping[str, int]) -> None:
        """One file a start of the program, so that restarts can be told apart."""
        attempt = {"run": self.run_id, "started": self.started.isoformat(), "end": exit_word, "counts": dict(counts)}
        write_atomic(self.path / "attempts" / f"{self.run_id}.json", to_json(attempt))


@contextmanager
def open_run(path: Path, started: datetime) -> Iterator[RunFolder]:
    """Lock and open a run folder. Raises `LockedError` if another process works there, `StorageError` for a link."""
    if path.is_symlink():
        raise StorageError(f"{path}: a link to another folder; remove it, or name that folder's parent with --runs")
    with lock_folder(path):
        for left_over in path.rglob(".*.tmp"):  # of a process that was killed while it wrote; the lock is ours now
            left_over.unlink(missing_ok=True)
        _end_last_line(path / "events.jsonl")
        yield RunFolder(path, started)


def is_locked(path: Path) -> bool:
    """Whether a process is at work in a run folder."""
    try:
        with (path / ".lock").open("rb") as lock:
            return not try_lock(lock, shared=True)
    except (FileNotFoundError, StorageError):
        return False


def _end_last_line(path: Path) -> None:
    """A process that was killed may have left half a line; what comes next must not be glued to it."""
    try:
        with append_to(path, "rb+") as file:
            if file.seek(0, os.SEEK_END) and file.seek(-1, os.SEEK_END) >= 0 and file.read(1) != b"\n":
                file.write(b"\n")
    except FileNotFoundError:
        return
    except OSError as error:
        raise StorageError(f"{path}: cannot be written: {error.strerror}") from error


def digest_name(style: str) -> str:
    """What the files of a digest are called, without their endings."""
    return "digest" if style == DEFAULT_STYLE else f"digest.{style}"


def issue_name(style: str) -> str:
    """What the pages of an issue are called, without their numbers and endings."""
    return "issue" if style == DEFAULT_STYLE else f"issue.{style}"


def load_digest(folder: Path, name: str = "") -> Digest | None:
    """A finished digest of a paper's folder; None if there is none or it is damaged.

    Without the `name` of a file it is that of the default style, else of the first other one.
    """
    try:
        return from_data(Digest, parse_json((folder / (name or _any_digest(folder))).read_bytes()))
    except (FileNotFoundError, ValueError):
        return None


def stored_document(folder: Path) -> Document | None:
    """The parsed paper beside a digest; None if it is gone, damaged, or of another version of the program."""
    try:
        return from_json(Document, (folder / "document.json").read_bytes())
    except (OSError, ValueError):
        return None


def _any_digest(folder: Path) -> str:
    others = (path.name for path in sorted(folder.glob("digest.*.json")) if not path.stem.endswith(".before"))
    usual = "digest.json"
    return usual if (folder / usual).exists() else next(others, usual)


def ledger(entries: Sequence[ManifestEntry]) -> dict[str, int]:
    """Counts by outcome; `announced` is their sum."""
    counts = {word: sum(entry.outcome == word for entry in entries) for word in LEDGER}
    return {"announced": sum(counts.values()), **counts}


def failed_entry(paper_id: str, outcome: str, reason: str) -> ManifestEntry:
    """An entry for a paper without a digest; an outcome the ledger does not know counts as failed."""
    entry = ManifestEntry(paper_id, "failed", reason)
    return replace(entry, outcome=outcome) if outcome in LEDGER else entry  # type: ignore[arg-type]
