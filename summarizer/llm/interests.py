"""What a reader is interested in: words, and the papers of a library of their own.

A library is a file: BibTeX, what Zotero exports (CSL JSON, Better BibTeX JSON, CSV, RIS), or what the site exports
(the starred papers). Titles and abstracts are all that is read of it.
"""

import csv
import io
import json
import logging
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from summarizer.config import LIBRARIES
from summarizer.errors import UsageError
from summarizer.files import read_text

_RIS_LINE = re.compile(r"^(T[I1]|AB|N2|ER)  - ?(.*)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class LibraryPaper:
    title: str
    abstract: str = ""


@dataclass(frozen=True, slots=True)
class Interests:
    words: str
    library: tuple[LibraryPaper, ...] = ()


def read_interests(text: str) -> Interests:
    """Lines that name a library are read as one, the others are words. Raises `UsageError` naming the file."""
    words: list[str] = []
    library: list[LibraryPaper] = []
    for line in text.splitlines():
        path = Path(line.strip()).expanduser()
        if path.suffix.lower() in LIBRARIES and len(line) < 1000:
            library += _read(path)
        else:
            words.append(line)
    return Interests("\n".join(words).strip(), tuple(library))


def _read(path: Path) -> tuple[LibraryPaper, ...]:
    try:
        return _library(path, path.stat().st_mtime_ns)
    except FileNotFoundError:
        raise UsageError(f"interests: {path}: no such file") from None
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"interests: {path}: cannot be read: {error}") from None


@cache
def _library(path: Path, _changed: int) -> tuple[LibraryPaper, ...]:
    """Read once for all dates of a run."""
    text = read_text(path, "utf-8-sig")
    readers = {".bib": _bibtex, ".csv": _csv, ".json": _json, ".ris": _ris}
    papers = [paper for paper in readers[path.suffix.lower()](text) if paper.title.strip()]
    if not papers:
        raise UsageError(f"interests: {path}: no titles in it; export a library as BibTeX, CSL JSON, CSV or RIS")
    return tuple(dict.fromkeys(papers))


def _bibtex(text: str) -> Iterator[LibraryPaper]:
    """Entries that are no BibTeX are passed over: what is left is the library."""
    from bibtexparser.entrypoint import parse_string

    logging.getLogger("bibtexparser").setLevel(logging.CRITICAL)
    for entry in parse_string(text).entries:
        fields = {field.key.lower(): str(field.value) for field in entry.fields}
        yield LibraryPaper(_plain(fields.get("title", "")), _plain(fields.get("abstract", "")))


def _plain(tex: str) -> str:
    """Words of a TeX text; its commands are none."""
    return " ".join(re.sub(r"\\[A-Za-z]+|[{}\\$]", " ", tex).split())


def _json(text: str) -> Iterator[LibraryPaper]:
    try:
        told = json.loads(text)
    except (ValueError, RecursionError):
        return
    items: Sequence[Any] = told if isinstance(told, list) else ()
    if isinstance(told, dict):
        starred = told.get("papers")
        items = told.get("items") or [p for p in (starred.values() if isinstance(starred, dict) else ()) if _starred(p)]
    for item in items:
        if isinstance(item, Mapping):
            yield LibraryPaper(
                str(item.get("title") or ""), str(item.get("abstract") or item.get("abstractNote") or "")
            )


def _starred(paper: object) -> bool:
    return isinstance(paper, Mapping) and paper.get("starred") is True


def _csv(text: str) -> Iterator[LibraryPaper]:
    for row in csv.DictReader(io.StringIO(text)):
        yield LibraryPaper(row.get("Title") or "", row.get("Abstract Note") or "")


def _ris(text: str) -> Iterator[LibraryPaper]:
    title = abstract = ""
    for tag, value in _RIS_LINE.findall(text):
        if tag == "ER":
            yield LibraryPaper(title, abstract)
            title = abstract = ""
        elif tag in ("TI", "T1"):
            title = title or value
        else:
            abstract = abstract or value
