"""What a command line names: papers by references, several in one word, lists of them, folders of PDFs; pages."""

import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from summarizer.commands.dates import find_date
from summarizer.errors import UsageError

if TYPE_CHECKING:
    from summarizer.config import Config
    from summarizer.sources.ids import Ref

_BETWEEN = re.compile(r"[,，、;；\s]+")
_HEAD_BYTES = 1024  # of a PDF, in which `%PDF-` must be


def named_papers(arguments: Iterable[str]) -> "dict[Ref, str]":
    """{paper: as it was first named}; a paper that is named twice, in whatever spelling, is there once.

    Raises `UsageError` naming the first word that names no paper.
    """
    from summarizer.sources.ids import parse_ref

    papers: dict[Ref, str] = {}
    for argument in arguments:
        for text in _references(argument):
            ref = parse_ref(text)
            if ref.kind == "file":
                _check_pdf(text)
            papers.setdefault(ref, text)
    return papers


def named_pages(what: str | None, config: "Config") -> list[Path]:
    """The pages that a word means. Raises `UsageError` where there are none."""
    from summarizer.sources.ids import parse_ref
    from summarizer.store.pages import newest_page, page_of_paper, pages_of_issue

    if what is None:
        pages = [newest_page(config.runs)]
    elif day := find_date(what, config.clock()):
        pages = [*pages_of_issue(config.runs / day.isoformat())]
    elif (folder := config.runs / what).is_dir() and (of_run := pages_of_issue(folder)):
        pages = [*of_run]
    else:
        pages = [page_of_paper(parse_ref(what), config.runs)]
    if found := [page for page in pages if page]:
        return found
    raise UsageError(f"{what or config.runs}: no finished page in {config.runs}; make it, or name another --runs")


def read_listing(name: str) -> str:
    """The text of a list: of standard input for "-", else of the file. Raises `UsageError`."""
    from summarizer.files import read_text

    if name == "-" and sys.stdin is None:
        raise UsageError("-: there is no standard input")
    try:
        return read_text(sys.stdin.buffer if name == "-" else Path(name))
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not a text in UTF-8"
        raise UsageError(f"{name}: cannot be read: {reason}") from None


def _references(argument: str) -> Iterator[str]:
    from summarizer.sources.lists.given import read_list, references_in

    if argument == "-" or (argument.startswith("@") and len(argument) > 1):
        name = argument.removeprefix("@")
        yield from (given.reference for given in read_list(read_listing(name), name))
    elif _is_folder(argument):
        yield from _pdfs_in(Path(argument))
    else:
        found = references_in(argument)
        words = [word for word in _BETWEEN.split(argument) if word]
        if len(words) > 1 and not _is_file(argument) and all(map(_is_file, words)):
            yield from words
        elif found == [argument] or not found:
            yield argument
        elif len(words) == 1:
            yield from found  # a link of Markdown
        else:
            yield from words  # each must be a paper: what is typed is meant


def _is_folder(name: str) -> bool:
    try:
        return name.strip() != "" and Path(name).is_dir()
    except OSError:  # longer than a name can be
        return False


def _is_file(name: str) -> bool:
    try:
        return Path(name).is_file()
    except OSError:  # longer than a name can be
        return False


def _pdfs_in(folder: Path) -> list[str]:
    try:
        pdfs = sorted(str(path) for path in folder.iterdir() if path.suffix.lower() == ".pdf")
    except OSError as error:
        raise UsageError(f"{folder}: cannot be read: {error.strerror}") from None
    if not pdfs:
        raise UsageError(f"{folder}: a folder without PDFs")
    return pdfs


def _check_pdf(name: str) -> None:
    """A list given as if it were a paper is worth a word; a damaged PDF is the parser's to judge."""
    if name.lower().endswith(".pdf"):
        return
    try:
        with Path(name).open("rb") as file:
            is_pdf = b"%PDF-" in file.read(_HEAD_BYTES)
    except OSError as error:
        raise UsageError(f"{name}: cannot be read: {error.strerror}") from None
    if not is_pdf:
        raise UsageError(f"{name}: not a PDF; if it is a list of papers, write @{name}")
