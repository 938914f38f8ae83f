"""The issues that are there: their accounts, and which paper is in which."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path

from summarizer.errors import DeferredError
from summarizer.files import from_data, parse_json
from summarizer.sources.ids import file_stem, parse_ref
from summarizer.types import Manifest


def load_manifest(run: Path) -> Manifest | None:
    """The account of a finished run; None if it is not finished or its account is damaged."""
    try:
        return from_data(Manifest, parse_json((run / "manifest.json").read_bytes()))
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return None


def finished_issues(runs: Path) -> Iterator[tuple[date, Manifest]]:
    """The mailing dates whose issue is finished, oldest first, with their accounts."""
    for folder in sorted(runs.glob("[0-9]" * 4 + "-[0-9][0-9]-[0-9][0-9]")):
        manifest = load_manifest(folder)
        if manifest and manifest.date == folder.name:
            yield date.fromisoformat(folder.name), manifest


def base_id(paper_id: str) -> str:
    """An arXiv id without its version: "2410.11988v2" is "2410.11988"."""
    return parse_ref(paper_id).value


def newest_version(paper_id: str, runs: Path) -> int | None:
    """The newest version of an arXiv paper that a run folder has; `paper_id` without a version."""
    folders = runs.glob(f"*/papers/{file_stem(paper_id)}v*")
    numbers = (folder.name.rpartition("v")[2] for folder in folders)
    return max((int(number) for number in numbers if number.isdecimal()), default=None)


class Published:
    """Which issue has which paper, so that none is printed twice.

    Read from the manifests at the first question, and kept up to date by the issues made since. Issues of several
    dates may be made at once; one that shares a paper with an earlier one waits for it.
    """

    def __init__(self, runs: Path) -> None:
        self._runs = runs
        self._papers: dict[date, frozenset[str]] | None = None  # by mailing date, ids without versions
        self._dates: dict[str, list[date]] = {}
        self._under_way: dict[date, tuple[frozenset[str], asyncio.Event]] = {}
        self._deferred: dict[date, frozenset[str]] = {}  # begun, and waiting for a batch

    def before(self, day: date, papers: Iterable[str]) -> dict[str, date]:
        """{paper id: the date of an earlier issue that has it}, for those of `papers` that are in one."""
        self._read()
        dates = {paper: [other for other in self._dates.get(base_id(paper), ()) if other < day] for paper in papers}
        return {paper: min(earlier) for paper, earlier in dates.items() if earlier}

    def record(self, day: date, manifest: Manifest) -> None:
        """An issue was made."""
        self._read()
        self._replace(day, manifest)

    @asynccontextmanager
    async def turn(self, day: date, papers: Iterable[str]) -> AsyncIterator[None]:
        """Hold while an issue of `papers` is made. Earlier dates must have come here before.

        Raises `DeferredError` where one of them shares a paper and itself waits for a batch.
        """
        own, done = frozenset(map(base_id, papers)), asyncio.Event()
        waited_for = [end for other, (ids, end) in self._under_way.items() if other < day and not ids.isdisjoint(own)]
        self._under_way[day] = own, done
        try:
            for end in waited_for:
                await end.wait()
            if any(other < day and not ids.isdisjoint(own) for other, ids in self._deferred.items()):
                raise DeferredError(f"{day}: shares a paper with an earlier issue that waits for a batch")
            yield
            self._deferred.pop(day, None)
        except DeferredError:
            self._deferred[day] = own
            raise
        finally:
            del self._under_way[day]
            done.set()

    def _read(self) -> None:
        if self._papers is None:
            self._papers = {}
            for day, manifest in finished_issues(self._runs):
                self._replace(day, manifest)

    def _replace(self, day: date, manifest: Manifest) -> None:
        assert self._papers is not None
        for paper in self._papers.get(day, ()):
            self._dates[paper].remove(day)
        self._papers[day] = frozenset(base_id(entry.id) for entry in manifest.papers if entry.outcome == "digested")
        for paper in self._papers[day]:
            self._dates.setdefault(paper, []).append(day)
