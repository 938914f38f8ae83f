"""PDFs on disk: streamed to `.part`, resumed, checked, renamed; each fetched once ever.

    <folder>/<2 hex>/<stem>.pdf            whole and checked
    <folder>/<2 hex>/<stem>.pdf.sha256     its size, time of change and SHA-256 when it was first read
    <folder>/<2 hex>/<stem>.pdf.part       under way; locked by the process that writes it
    <folder>/<2 hex>/<stem>.pdf.etag       which file the .part is the beginning of

Opening a PDF proves nothing (a PDF cut at a third opens with all its pages), so the bytes are checked: `%PDF-` near
the start, `%%EOF` near the end, and the announced length. A PDF that is not what it was when it was first read
counts as absent and is fetched again.
"""

import hashlib
import os
import re
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import BinaryIO

import httpx2

from summarizer.errors import PaperError, RefusedError, StorageError
from summarizer.files import try_lock, write_atomic
from summarizer.sources.http.answers import BadAnswer, Busy, OpenResponse
from summarizer.sources.http.fetch import TRIES, Fetcher
from summarizer.sources.http.public import PrivateAddressError
from summarizer.sources.ids import file_stem
from summarizer.types import Paper

_HEAD, _TAIL = 1024, 2048  # where `%PDF-` and `%%EOF` must be
_ERROR_PAGE_BYTES = 2**20
_STRONG_ETAG = re.compile(r'"[!#-~]*"')  # a weak one says nothing about bytes
_SHA256_FILE = re.compile(r"(\d+) (\d+) ([0-9a-f]{64})\n")
_LOOK_AGAIN_SECONDS = 0.1  # whether another process has finished
_RANGE = re.compile(r"bytes (\d+)-\d+/(\d+)")
_NO_PDF = re.compile(
    r"pdf unavailable|file unavailable|unable to produce|failed to produce|not pdf|no pdf", re.IGNORECASE
)


def pdf_path(paper_id: str, folder: Path) -> Path:
    """Where the PDF of an arXiv paper is kept."""
    stem = file_stem(paper_id)
    return folder / _two_hex(stem) / f"{stem}.pdf"


def pdf_url_path(url: str, folder: Path) -> Path:
    """Where the PDF from another address is kept."""
    name = hashlib.sha256(url.encode()).hexdigest()
    return folder / name[:2] / f"url-{name[:32]}.pdf"


def pdf_sha256(path: Path) -> str:
    """SHA-256 of a stored PDF's bytes, in hex; without reading them again while size and time of change are the same.

    Raises `StorageError` if it is gone or damaged; `has_pdf` says so before.
    """
    digest = _digest(path)
    if digest is None:
        raise StorageError(f"{path}: gone or damaged; run again to fetch it again")
    return digest


def has_pdf(path: Path) -> bool:
    """Whether a stored PDF is there and, by its size and time of change or else by its bytes, as it was fetched."""
    return _digest(path) is not None


def check_pdf_size(paper_id: str, path: Path, max_mb: int) -> None:
    """Raises `PaperError` where a file is larger than `pdf_max_mb` allows, or has no size, before it is read."""
    with _disk(path):
        found = path.stat()
    if not stat.S_ISREG(found.st_mode):
        raise PaperError(paper_id, "failed", f"{path}: no file, but a device or a pipe")
    if found.st_size > max_mb * 10**6:
        raise _too_large(paper_id, max_mb)


def read_pdf(paper_id: str, path: Path, digest: str) -> bytes:
    """The bytes whose `pdf_sha256` was `digest`. Raises `PaperError` if the file has others."""
    with _disk(path):
        pdf = path.read_bytes()
        if hashlib.sha256(pdf).hexdigest() == digest:
            return pdf
        if sha256_file(path).exists():
            path.touch()  # so that `has_pdf` looks at the bytes
    raise PaperError(paper_id, "failed", f"{path}: damaged on the disk; run again to fetch it again")


def _too_large(paper_id: str, max_mb: int) -> PaperError:
    reason = f"the PDF is larger than {max_mb} MB; raise pdf_max_mb in the configuration to read it all the same"
    return PaperError(paper_id, "failed", reason)


def is_whole_pdf(path: Path) -> bool:
    """Read a stored PDF: whether it is what it was when it was first read, or else begins and ends like a PDF.

    Raises `OSError`.
    """
    with path.open("rb") as file:
        known = _known(path)
        return _looks_whole(file) if known is None else hashlib.file_digest(file, "sha256").hexdigest() == known[2]


def sha256_file(path: Path) -> Path:
    return path.with_name(f"{path.name}.sha256")


def fetch_pdf(paper: Paper, fetcher: Fetcher, folder: Path) -> Path:
    """The PDF of an arXiv paper below `folder`; without any request if it is there.

    Raises `PaperError` with the outcome `withdrawn`, `no_pdf` or `failed`, `RefusedError`, `TryLaterError`,
    `StorageError`.
    """
    target = pdf_path(paper.id, folder)
    if has_pdf(target):
        return target
    if paper.withdrawn:
        raise PaperError(paper.id, "withdrawn", "arXiv marks this version as withdrawn")

    def refuse(answer: OpenResponse) -> None:
        _raise_for_arxiv(paper.id, answer)

    return _Download(paper.id, f"{fetcher.hosts.pdf}/pdf/{paper.id}", target, fetcher, refuse).run()


def fetch_pdf_url(url: str, fetcher: Fetcher, folder: Path) -> Path:
    """A PDF from any other address, stored once by its URL (its id is `ids.pdf_id` of the bytes).

    Raises `PaperError(url, "failed", ...)` also for what is wrong with the host: no access, a private address.
    """
    target = pdf_url_path(url, folder)
    if has_pdf(target):
        return target

    def refuse(answer: OpenResponse) -> None:
        if answer.status == 500:
            raise Busy("HTTP 500")
        if answer.status not in (200, 206, 416):
            raise PaperError(url, "failed", f"HTTP {answer.status}: no PDF at this address")

    try:
        return _Download(url, url, target, fetcher, refuse).run()
    except PrivateAddressError as error:
        raise PaperError(url, "failed", str(error)) from error
    except RefusedError as error:
        if fetcher.hosts.serve(url):
            raise
        raise PaperError(url, "failed", f"the host denies access; download it and give the file ({error})") from error


class _Download:
    """One file on its way from `url` to `target`. `refuse` raises for a status that is no file."""

    def __init__(
        self, paper_id: str, url: str, target: Path, fetcher: Fetcher, refuse: Callable[[OpenResponse], None]
    ) -> None:
        self._paper_id, self._url, self._target = paper_id, url, target
        self._fetcher, self._refuse = fetcher, refuse
        self._limit = fetcher.config.pdf_max_mb * 10**6
        self._etag_file = target.with_name(f"{target.name}.etag")

    def run(self) -> Path:
        unfinished = self._target.with_name(f"{self._target.name}.part")
        with _disk(self._target), _locked(unfinished, self._fetcher) as part:
            if has_pdf(self._target):  # another process was first
                return self._target
            try:
                self._fetcher.ask(
                    self._url, lambda answer: self._receive(answer, part), headers=lambda: self._range(part)
                )
            except BadAnswer as error:
                raise PaperError(self._paper_id, "failed", f"{self._url}: {error}") from error
            os.fsync(part.fileno())
            sha256_file(self._target).unlink(missing_ok=True)  # of a damaged one
            Path(part.name).replace(self._target)
            self._etag_file.unlink(missing_ok=True)
            _sync_folder(self._target.parent)
        return self._target

    def _range(self, part: BinaryIO) -> dict[str, str]:
        """Ask for the rest where the beginning is known to be of the same file."""
        headers = {"Accept-Encoding": "identity", "Accept": "application/pdf"}
        if (size := _size(part)) and (etag := self._etag()):
            headers |= {"Range": f"bytes={size}-", "If-Range": etag}
        return headers

    def _etag(self) -> str:
        try:
            etag = self._etag_file.read_text("ascii")
        except (FileNotFoundError, UnicodeDecodeError):
            return ""
        return etag if _STRONG_ETAG.fullmatch(etag) else ""

    def _receive(self, answer: OpenResponse, part: BinaryIO) -> None:
        self._refuse(answer)
        chunks = self._body(answer, part)
        total: int | None
        if answer.status == 206:
            total = self._resume(answer, part)
        else:
            length = "" if "content-encoding" in answer.headers else answer.headers.get("content-length", "")
            total = int(length) if length.isdecimal() else None
            self._check_size(total or 0, part)
            chunks = self._start(answer, chunks, part)
        for chunk in chunks:
            part.write(chunk)
            self._check_size(_size(part), part)
        part.seek(-min(_TAIL, _size(part)), os.SEEK_END)
        if b"%%EOF" not in part.read() or total not in (None, _size(part)):
            size = _size(part)
            self._discard(part)
            raise BadAnswer(f"truncated after {size} bytes" + (f" of {total}" if total else ""))

    def _body(self, answer: OpenResponse, part: BinaryIO) -> Iterator[bytes]:
        """The pieces of the answer. What is known to be a beginning is worth more tries than what is not."""
        try:
            yield from answer.chunks()
        except httpx2.RemoteProtocolError as error:  # closed before the announced end
            raise BadAnswer(f"truncated after {_size(part)} bytes", tries=TRIES if self._etag() else 2) from error

    def _resume(self, answer: OpenResponse, part: BinaryIO) -> int:
        """Go to where the answer continues. Returns the announced size of the whole."""
        found = _RANGE.fullmatch(answer.headers.get("content-range", ""))
        if not found or int(found[1]) != _size(part):
            self._discard(part)
            raise BadAnswer(f"wrong range {answer.headers.get('content-range', '')!r}")
        self._check_size(int(found[2]), part)
        part.seek(0, os.SEEK_END)
        return int(found[2])

    def _start(self, answer: OpenResponse, chunks: Iterator[bytes], part: BinaryIO) -> Iterator[bytes]:
        """Make room for a whole new file, but only for what begins like a PDF."""
        head = b""
        if answer.status == 200:
            for chunk in chunks:
                head += chunk
                if len(head) >= _HEAD:
                    break
        if b"%PDF-" not in head[:_HEAD]:
            if answer.status == 416:
                self._discard(part)
            raise BadAnswer(_describe(answer.status, head))
        self._discard(part)
        os.fsync(part.fileno())  # a crash must not leave the old bytes under the new ETag
        if _STRONG_ETAG.fullmatch(etag := answer.headers.get("etag", "")):
            self._etag_file.write_text(etag, "ascii")
        return chain([head], chunks)

    def _check_size(self, size: int, part: BinaryIO) -> None:
        if size > self._limit:
            self._discard(part)
            raise _too_large(self._paper_id, self._fetcher.config.pdf_max_mb)

    def _discard(self, part: BinaryIO) -> None:
        part.seek(0)
        part.truncate()
        self._etag_file.unlink(missing_ok=True)


def _raise_for_arxiv(paper_id: str, answer: OpenResponse) -> None:
    """What a status of /pdf means (arxiv-browse, controllers/files/dissemination.py)."""
    if answer.status in (200, 206, 416):
        return
    text = answer.page(_ERROR_PAGE_BYTES).body.decode("utf-8", errors="replace")
    if answer.status == 404 and "withdrawn" in text.lower():
        raise PaperError(paper_id, "withdrawn", "arXiv says that this version has been withdrawn")
    if answer.status == 404 or (answer.status == 500 and _NO_PDF.search(text)):
        raise PaperError(paper_id, "no_pdf", f"arXiv has no PDF of it (HTTP {answer.status}): {_title(text)}")
    if answer.status == 500:
        raise Busy("HTTP 500")
    raise PaperError(paper_id, "failed", f"HTTP {answer.status}: {_title(text)}")


def _describe(status: int, head: bytes) -> str:
    if status not in (200, 206):
        return f"HTTP {status}"
    if not head:
        return "0 bytes instead of a PDF"
    text = head.decode("utf-8", errors="replace")
    if re.match(r"\s*<(!doctype|html|\?xml)", text, re.IGNORECASE):
        return f"a web page instead of a PDF: {_title(text)}"
    return "not a PDF"


def _title(html: str) -> str:
    found = re.search(r"<title[^>]*>([^<]*)", html, re.IGNORECASE)
    return (" ".join(found[1].split()) if found else "")[:100] or "no reason given"


def _digest(path: Path) -> str | None:
    """None where there is no PDF, and where its bytes are not those that it had first."""
    with _disk(path):
        try:
            file = path.open("rb")
        except FileNotFoundError:
            return None
        with file:
            stat, known = os.fstat(file.fileno()), _known(path)
            if known and known[:2] == (stat.st_size, stat.st_mtime_ns):
                return known[2]
            if known is None and not _looks_whole(file):
                return None
            file.seek(0)
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    if known and known[2] != digest:
        return None
    write_atomic(sha256_file(path), f"{stat.st_size} {stat.st_mtime_ns} {digest}\n")
    return digest


def _known(path: Path) -> tuple[int, int, str] | None:
    """Size, time of change in ns, and digest of a PDF when it was first read; None if that is not known."""
    try:
        found = _SHA256_FILE.fullmatch(sha256_file(path).read_text("ascii"))
    except (FileNotFoundError, UnicodeDecodeError):
        return None
    return (int(found[1]), int(found[2]), found[3]) if found else None


def _looks_whole(file: BinaryIO) -> bool:
    head = file.read(_HEAD)
    file.seek(max(0, os.fstat(file.fileno()).st_size - _TAIL))
    return b"%PDF-" in head and b"%%EOF" in file.read()


def _two_hex(stem: str) -> str:
    return hashlib.sha256(stem.encode()).hexdigest()[:2]


def _size(file: BinaryIO) -> int:
    file.flush()
    return os.fstat(file.fileno()).st_size


@contextmanager
def _disk(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StorageError(
            f"{error.filename or path}: cannot be written: {error.strerror or error}; free some space or choose "
            "another folder with --runs"
        ) from error


@contextmanager
def _locked(path: Path, fetcher: Fetcher) -> Iterator[BinaryIO]:
    """Open `path` for appending and lock it; removed if it stays empty.

    Waits for another process that is fetching the same file. Raises `TryLaterError` once the fetcher is stopped.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    while True:
        with path.open("a+b") as file:
            while not try_lock(file):
                fetcher.sleep(_LOOK_AGAIN_SECONDS)
            if not _is_still(path, file):  # its last owner has finished and renamed it
                continue
            try:
                yield file
            finally:
                if _is_still(path, file) and not _size(file):
                    path.unlink()
            return


def _is_still(path: Path, file: BinaryIO) -> bool:
    try:
        return os.path.samestat(path.stat(), os.fstat(file.fileno()))
    except FileNotFoundError:
        return False


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
