"""The folder of a web site: parts that know what they were made of, so that only what has changed is made again."""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from summarizer.errors import UsageError
from summarizer.files import from_json, lock_folder, to_json, write_atomic
from summarizer.site.article import Account, Card
from summarizer.site.rich import visible

STATE = ".site.json"
STALE = ""  # the inputs of a part that could not be made again

Files = Mapping[str, str | bytes]  # by their paths in the site


@dataclass(frozen=True, slots=True)
class SitePart:
    """Some files that are made together. `card` is what other parts say of it, where it is a paper."""

    inputs: str  # fingerprint of all that it was made of
    files: tuple[str, ...]  # the page first
    card: Card | None = None


@dataclass(frozen=True, slots=True)
class SiteRecord:
    """What the folder holds, and what is known of the runs that it was made from."""

    parts: dict[str, SitePart] = field(default_factory=dict)
    accounts: dict[str, Account] = field(default_factory=dict)


class SiteFolder:
    """Use `open_site`. Parts may be made side by side by several threads."""

    def __init__(self, path: Path, before: SiteRecord) -> None:
        self.path, self.before = path, before
        self.parts: dict[str, SitePart] = {}
        self.written = 0

    def unchanged(self, name: str, inputs: str) -> SitePart | None:
        """The part as it is there, if nothing that it is made of has changed."""
        part = self.before.parts.get(name)
        if part is None or part.inputs != inputs or not all((self.path / file).exists() for file in part.files[:1]):
            return None
        self.parts[name] = part
        return part

    def write(self, name: str, inputs: str, files: Files, card: Card | None = None) -> SitePart:
        """Write a part, its page last: what the page shows is there before."""
        for file in reversed(list(files)):
            content = files[file]
            write_atomic(self.path / file, visible(content) if isinstance(content, str) else content, durable=False)
        self.parts[name] = SitePart(inputs, tuple(files), card)
        self.written += len(files)
        return self.parts[name]

    def keep(self, name: str) -> SitePart | None:
        """A part that cannot be made now stays as it is there, and is made as soon as it can be."""
        part = self.before.parts.get(name)
        if part is None:
            return None
        self.parts[name] = replace(part, inputs=STALE)
        return self.parts[name]

    def make(self, name: str, inputs: str, files: Callable[[], Files]) -> None:
        """A part without a card."""
        if not self.unchanged(name, inputs):
            self.write(name, inputs, files())

    def finish(self, accounts: dict[str, Account]) -> None:
        """Record what is there, and remove what no part has any more."""
        if self.written:
            os.sync()
        write_atomic(self.path / STATE, to_json(SiteRecord(dict(sorted(self.parts.items())), accounts)))
        current = {file for part in self.parts.values() for file in part.files}
        for file in {file for part in self.before.parts.values() for file in part.files} - current:
            (self.path / file).unlink(missing_ok=True)
            for folder in list((self.path / file).parents)[: file.count("/")]:
                with suppress(OSError):  # something else is in it
                    folder.rmdir()


@contextmanager
def open_site(path: Path) -> Iterator[SiteFolder]:
    """Raises `UsageError` for a folder with other things in it, `LockedError` while another process writes there."""
    state = path / STATE
    if path.exists() and not path.is_dir():
        raise UsageError(f"{path}: not a folder")
    if path.is_dir() and not state.exists() and any(child.name != ".lock" for child in path.iterdir()):
        raise UsageError(f"{path}: has other files in it; name an empty folder or a new one")
    with lock_folder(path):
        if not state.exists():
            write_atomic(state, to_json(SiteRecord()))  # from now on the folder is ours
        yield SiteFolder(path, _read(state))


def _read(state: Path) -> SiteRecord:
    """Nothing of a damaged record counts: then every part is made again."""
    try:
        return from_json(SiteRecord, state.read_bytes())
    except ValueError:
        return SiteRecord()
