"""The finished pages of the runs: which file a reader means, and copies of it for other places."""

import base64
import hashlib
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from urllib.parse import quote

from summarizer.errors import StorageError, UsageError
from summarizer.files import write_atomic
from summarizer.sources.ids import Ref, file_stem, pdf_id
from summarizer.sources.pdfs import pdf_url_path
from summarizer.store.published import newest_version

_STANDALONE = "-standalone"
_LINK = re.compile(r"\]\((?!\w+:|[#/])([^()\s#]+)(#[^()\s]*)?\)")  # to a file beside the page
_IMAGE = re.compile(r"(!\[[^\]]*\])\(([\w./-]+\.png)\)")


def pages_of_issue(folder: Path) -> list[Path]:
    """The pages of a run folder's issue, in the order of its parts; those of the default style first."""
    pages = sorted(folder.glob("issue*.md"), key=lambda path: (path.name.count("."), path.name))
    return [path for path in pages if not path.stem.endswith(_STANDALONE)]


def page_of_paper(ref: Ref, runs: Path) -> Path | None:
    """The page of a paper asked for by hand, else the newest; without a version, of the newest version that is here."""
    if ref.kind == "arxiv":
        version = ref.version or newest_version(ref.value, runs)
        stem = f"{file_stem(ref.value)}v{version}"
    else:
        pdf = Path(ref.value) if ref.kind == "file" else pdf_url_path(ref.value, runs / "store" / "pdf")
        if not pdf.is_file():
            return None
        stem = pdf_id(hashlib.sha256(pdf.read_bytes()).hexdigest())
    own = runs / stem / "papers" / stem
    return _newest(own.glob("digest*.md")) or _newest(runs.glob(f"*/papers/{stem}/digest*.md"))


def newest_page(runs: Path) -> Path | None:
    """The page that was written last: an issue, or a paper asked for by hand."""
    issues = (page for folder in runs.glob("*") for page in pages_of_issue(folder))
    return _newest([*issues, *runs.glob("*/papers/*/digest*.md")])


def copy_pages(pages: Sequence[Path], target: Path, *, standalone: bool) -> list[Path]:
    """Copy pages with what they show to a file, or under names of their own into a folder; returns the copies.

    Pictures come into a folder beside the copy, or with `standalone` into the page.
    Raises `UsageError`, `StorageError`.
    """
    pages = [page for page in pages if not page.stem.endswith(_STANDALONE)]
    is_folder = target.is_dir() or not target.suffix
    if len(pages) > 1 and not is_folder:
        raise UsageError(f"{target}: {len(pages)} pages need a folder")
    copies = [target / name_of(page) if is_folder else target for page in pages]
    for page, copy in zip(pages, copies, strict=True):
        _copy_page(page, copy, standalone)
    return copies


def name_of(page: Path) -> str:
    """What a page is called away from its folder: 2024-10-17.md, 2024-10-17-2.md, 2410.11988v1.md."""
    return page.parent.name + page.name.removeprefix("issue").removeprefix("digest")


def with_pictures(page: str, folder: Path) -> str:
    """The same page with its pictures inside it, no wider than a blog's text. Raises `StorageError`."""
    from summarizer.pdf.pictures import small_picture  # brings MuPDF

    def embed(match: re.Match[str]) -> str:
        kind, picture = small_picture(_read(folder / match[2]))
        return f"{match[1]}(data:{kind};base64,{base64.b64encode(picture).decode()})"

    return _IMAGE.sub(embed, page)


def _copy_page(page: Path, copy: Path, standalone: bool) -> None:
    text, beside = _read(page).decode(), f"{copy.stem}.files"
    if standalone:
        text = with_pictures(text, page.parent)

    def bring(match: re.Match[str]) -> str:
        file = (page.parent / match[1]).resolve()
        if not (file.is_relative_to(page.parent.resolve()) and file.is_file()):
            return match[0]
        write_atomic(copy.parent / beside / match[1], _read(file))
        return f"]({quote(beside)}/{match[1]}{match[2] or ''})"

    write_atomic(copy, _LINK.sub(bring, text))


def _newest(pages: Iterable[Path]) -> Path | None:
    return max(pages, key=lambda page: page.stat().st_mtime, default=None)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise StorageError(f"{path}: cannot be read: {error.strerror}") from error
