"""Where papers come from: a reference to metadata, a PDF and its HTML, and these to a document; the store first."""

import asyncio
import hashlib
import os
import re
from collections.abc import Iterator, Mapping
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from summarizer.config import Config
from summarizer.errors import PaperError
from summarizer.paper.page import PaperPage, load_page, page_beside, read_page, stored_page
from summarizer.paper.witness import with_witness, without_witness
from summarizer.pdf import PARSER_VERSION, Limits, parse_pdf
from summarizer.pdf.cluster import dask_executor
from summarizer.sources.http.fetch import Fetcher
from summarizer.sources.ids import Ref, pdf_id
from summarizer.sources.pdfs import (
    check_pdf_size,
    fetch_pdf,
    fetch_pdf_url,
    has_pdf,
    pdf_path,
    pdf_sha256,
    pdf_url_path,
    read_pdf,
)
from summarizer.sources.records.metadata import fetch_paper
from summarizer.store.results import Store
from summarizer.types import Document, Paper, Parsed, Passage, Progress

METADATA_FRESH = timedelta(hours=24)  # arXiv's own answers change once a day
LOCAL_PDF = "paper.pdf"  # a PDF without an address of its own is kept beside its digest

_ARXIV_THREADS = 4  # its answers come one at a time, but what is on the disk need not wait for them
_PARSE_FAILURES = {
    "encrypted": "the PDF needs a password",
    "empty": "the PDF has no pages",
    "broken": "the PDF is damaged",
    "not_pdf": "the file is not a PDF",
    "timeout": "parsing took longer than parse_cpu_seconds or parse_wall_seconds allows",
    "too_big": "parsing needs more memory than parse_memory_mb allows",
}


@dataclass(frozen=True, slots=True)
class Library:
    """What papers are found and read with."""

    config: Config
    store: Store
    fetcher: Fetcher
    arxiv: Executor  # for what may wait for arXiv, so that nothing else waits behind it
    executor: Executor  # parses PDFs
    parsing: asyncio.Semaphore  # PDFs in memory: enough to keep the executor busy
    progress: Progress


@dataclass(frozen=True, slots=True)
class Source:
    """A paper with its PDF on the disk. `sha256` is that of the PDF's bytes, `page` what is known of its HTML."""

    paper: Paper
    pdf: Path
    sha256: str
    page: PaperPage | None = None


@dataclass(frozen=True, slots=True)
class StoredParse:
    """A parse as it is stored; pictures by their names in the store."""

    outcome: str
    reason: str
    document: Document | None
    images: dict[str, str] = field(default_factory=dict)


@contextmanager
def open_library(config: Config, store: Store, progress: Progress, *, bulk: bool = False) -> Iterator[Library]:
    """`bulk`: PDFs come in numbers. Raises `UsageError` for a Dask cluster that cannot be used."""
    with ExitStack() as stack:
        fetcher = stack.enter_context(Fetcher(config, bulk=bulk))
        if config.executor:
            executor, workers = stack.enter_context(dask_executor(config.executor))
        else:
            workers = os.cpu_count() or 1
            executor = stack.enter_context(ThreadPoolExecutor(workers))
        arxiv = stack.enter_context(ThreadPoolExecutor(_ARXIV_THREADS, "arxiv"))
        stack.callback(fetcher.stop)  # first: who leaves early does not wait for those who wait for arXiv
        yield Library(config, store, fetcher, arxiv, executor, asyncio.Semaphore(2 * workers), progress)


async def load_source(ref: Ref, library: Library) -> Source:
    """Metadata and PDF of one paper. Raises what `sources/` raises."""
    folder = library.store.root / "pdf"
    ask_arxiv = partial(asyncio.get_running_loop().run_in_executor, library.arxiv)
    if ref.kind == "arxiv":
        paper = await ask_arxiv(load_paper, ref, library)
        if not has_pdf(pdf_path(paper.id, folder)):
            library.progress(paper.id, "fetching PDF")
        path = await ask_arxiv(fetch_pdf, paper, library.fetcher, folder)
        return Source(paper, path, pdf_sha256(path), _known_page(paper.id, library.config, library.store))
    if ref.kind == "url":
        if not has_pdf(pdf_url_path(ref.value, folder)):
            library.progress(ref.value, "fetching PDF")
        path = await ask_arxiv(fetch_pdf_url, ref.value, library.fetcher, folder)
        return _pdf_source(path, pdf_sha256(path), ref.value)
    return _file_source(Path(ref.value), library.config)


async def with_page(source: Source, library: Library) -> Source:
    """The paper with its HTML from arXiv, which is asked once; for papers that are digested."""
    if not library.config.html or source.paper.source == "pdf":
        return source
    if stored_page(source.paper.id, library.store) is None:
        library.progress(source.paper.id, "fetching HTML")
    ask = partial(load_page, source.paper.id, library.store, library.fetcher)
    return replace(source, page=await asyncio.get_running_loop().run_in_executor(library.arxiv, ask))


def stored_source(ref: Ref, config: Config, store: Store) -> Source | str:
    """The paper as far as the store knows it, without a request; a sentence instead where it does not."""
    if ref.kind == "file":
        return _file_source(Path(ref.value), config)
    folder = store.root / "pdf"
    if ref.kind == "url":
        path = pdf_url_path(ref.value, folder)
        return _pdf_source(path, pdf_sha256(path), ref.value) if has_pdf(path) else f"{ref.value}: never fetched"
    wanted = _metadata_parts(ref)
    known = Store(store.root).load("metadata", wanted, tuple[Paper, datetime])
    if known is None:
        return f"{wanted['id']}: never looked up"
    path = pdf_path(known[0].id, folder)
    if not has_pdf(path):
        return f"{known[0].id}: looked up, its PDF never fetched"
    return Source(known[0], path, pdf_sha256(path), _known_page(known[0].id, config, store))


async def load_document(source: Source, library: Library) -> tuple[Source, Document, dict[str, str]]:
    """The parsed PDF and the store's names of its pictures. Raises `PaperError` with the parser's outcome.

    A scan is replaced by a document of the abstract, where metadata has one. A paper that is known by
    its PDF alone gets its title and authors here.
    """
    parts = {"pdf": source.sha256, "parser": PARSER_VERSION}
    stored = library.store.load("parse", parts, StoredParse)
    if stored is None or not all(map(library.store.has_image, stored.images.values())):
        library.progress(source.paper.id, "parsing")
        stored = await _parse(source, parts, library)
    return await asyncio.to_thread(_readable, source, stored, library.store)


def stored_document(source: Source, store: Store) -> tuple[Source, Document, dict[str, str]] | None:
    """The same as far as the store knows it, without parsing; None if it does not."""
    stored = store.load("parse", {"pdf": source.sha256, "parser": PARSER_VERSION}, StoredParse)
    return _readable(source, stored, store) if stored else None


def _readable(source: Source, stored: StoredParse, store: Store) -> tuple[Source, Document, dict[str, str]]:
    """What a digest can be made of. Raises `PaperError` with the parser's outcome."""
    paper, document = source.paper, stored.document
    if stored.outcome == "no_text" and paper.abstract:
        return source, abstract_document(paper, document.pages if document else 0), {}
    if stored.outcome == "no_text":
        raise PaperError(paper.id, "failed", "the PDF has no text (a scan?) and there is no abstract to go by")
    if document is None:
        reason = _PARSE_FAILURES.get(stored.outcome, stored.outcome)
        raise PaperError(paper.id, "failed", f"{reason}{f' ({stored.reason})' if stored.reason else ''}")
    if paper.source == "pdf":
        paper = replace(paper, title=document.title or paper.title, authors=document.authors)
        source = replace(source, paper=paper)
    return source, _witnessed(document, source, store), stored.images


def beside_page(document: Document, pdf: Path) -> Document:
    """What a PDF of the reader's own says, beside the HTML of the same name."""
    page = page_beside(pdf)
    if page is None or not page.sha256:
        return without_witness(document, page.reason if page else "there is none beside the PDF", warn=page is not None)
    return with_witness(document, pdf.with_suffix(".html").read_bytes(), page.address)


def _witnessed(document: Document, source: Source, store: Store) -> Document:
    """The document beside its HTML, where there is one."""
    page = source.page
    if page is None:
        return without_witness(document, "not looked up")
    if source.paper.source == "pdf":
        return beside_page(document, source.pdf)
    if not page.sha256:
        return without_witness(document, page.reason, warn=bool(page.address))
    html = read_page(page, store)
    if html is None:
        return without_witness(document, "it is gone from the store; --force fetches it again", warn=True)
    return with_witness(document, html, page.address, source.paper.id)


def abstract_document(paper: Paper, pages: int) -> Document:
    """A document of the abstract alone, for a PDF without text; its page is 0, the abstract page."""
    texts = re.split(r"(?<=[.!?])\s+(?=[A-Z])", paper.abstract)
    passages = tuple(Passage(n, 0, None, text, (0, 0, 0, 0)) for n, text in enumerate(texts, 1))
    return Document(paper.title, pages, passages=passages, warnings=("no text in the PDF",))


def load_paper(ref: Ref, library: Library) -> Paper:
    """Metadata from the store: for ever for a version, for a day for "the latest version"."""
    wanted = _metadata_parts(ref)
    stored = library.store.load("metadata", wanted, tuple[Paper, datetime])
    if stored and (ref.version or datetime.now(UTC) - stored[1] < METADATA_FRESH):
        return stored[0]
    library.progress(wanted["id"], "looking up")
    paper = fetch_paper(ref, library.fetcher)
    library.store.save("metadata", wanted, (paper, datetime.now(UTC)))
    return paper


def _metadata_parts(ref: Ref) -> dict[str, str]:
    return {"id": f"{ref.value}v{ref.version}" if ref.version else ref.value}


def _known_page(paper_id: str, config: Config, store: Store) -> PaperPage | None:
    return stored_page(paper_id, store) if config.html else None


def _file_source(path: Path, config: Config) -> Source:
    check_pdf_size(str(path), path, config.pdf_max_mb)
    source = _pdf_source(path, hashlib.sha256(path.read_bytes()).hexdigest(), "")
    return replace(source, page=page_beside(path) if config.html else None)


def _pdf_source(path: Path, sha256: str, address: str) -> Source:
    """A paper known by its PDF alone; its title is the file's name until the PDF is parsed."""
    paper = Paper(pdf_id(sha256), path.stem, (), "", address, address or LOCAL_PDF, source="pdf")
    return Source(paper, path, sha256)


async def _parse(source: Source, parts: Mapping[str, Any], library: Library) -> StoredParse:
    """Parse a PDF, maybe on another machine, and store what came of it, unless a next try may go better."""
    config = library.config
    limits = Limits(config.parse_cpu_seconds, config.parse_wall_seconds, config.parse_memory_mb, config.parse_max_pages)
    check_pdf_size(source.paper.id, source.pdf, config.pdf_max_mb)
    async with library.parsing:
        pdf = await asyncio.to_thread(read_pdf, source.paper.id, source.pdf, source.sha256)
        parsed = await asyncio.get_running_loop().run_in_executor(
            library.executor, partial(parse_pdf, pdf, limits=limits)
        )
    return await asyncio.to_thread(_store_parse, parsed, parts, library)


def _store_parse(parsed: Parsed, parts: Mapping[str, Any], library: Library) -> StoredParse:
    images = {name: library.store.save_image(png) for name, png in parsed.images.items()}
    stored = StoredParse(parsed.outcome, parsed.reason, parsed.document, images)
    if parsed.outcome in ("ok", "no_text"):
        library.store.save("parse", parts, stored, [("image", name) for name in images.values()])
    return stored
