"""One paper, start to end: reference -> paper and PDF -> document -> digest -> files.

Every step is first looked up in the store; what is there is not done again. Papers are independent:
one that fails becomes an outcome and the others go on.
"""

import asyncio
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from summarizer.compose import draft_digest, write_digest
from summarizer.config import Config
from summarizer.errors import PaperError
from summarizer.llm import offline
from summarizer.llm.digest import Plan, plan_digest
from summarizer.llm.spending import cost_usd
from summarizer.llm.wire import wire_schema
from summarizer.output import markdown
from summarizer.pdf import PARSER_VERSION, Limits, parse_pdf
from summarizer.schema import sections
from summarizer.sources.ids import Ref, file_stem, pdf_id
from summarizer.sources.pdfs import fetch_pdf, fetch_pdf_url, has_pdf, pdf_digest, pdf_path, pdf_url_path, read_pdf
from summarizer.sources.records.metadata import fetch_paper
from summarizer.store.results import Store, digest_of, key_of, noting
from summarizer.store.runs import RunFolder
from summarizer.trust.check import CHECKER_VERSION
from summarizer.types import (
    Digest,
    Document,
    ManifestEntry,
    Paper,
    Parsed,
    Passage,
)
from summarizer.work import Work

WRITER_VERSION = 1  # bumped when sections, figures or their Markdown are made differently
METADATA_FRESH = timedelta(hours=24)  # arXiv's own answers change once a day

LOCAL_PDF = "paper.pdf"  # a PDF without an address of its own is kept beside its digest
_PARSE_FAILURES = {
    "encrypted": "the PDF needs a password",
    "empty": "the PDF has no pages",
    "broken": "the PDF is damaged",
    "not_pdf": "the file is not a PDF",
    "timeout": "parsing took longer than parse_cpu_seconds or parse_wall_seconds allows",
    "too_big": "parsing needs more memory than parse_memory_mb allows",
}


@dataclass(frozen=True, slots=True)
class Source:
    """A paper with its PDF on the disk. `digest` is the SHA-256 of the PDF's bytes."""

    paper: Paper
    pdf: Path
    digest: str


@dataclass(frozen=True, slots=True)
class StoredParse:
    """A parse as it is stored; pictures by their names in the store."""

    outcome: str
    reason: str
    document: Document | None
    images: dict[str, str] = field(default_factory=dict)


async def load_source(ref: Ref, work: Work) -> Source:
    """Metadata and PDF of one paper. Raises what `sources/` raises."""
    folder = work.store.root / "pdf"
    ask_arxiv = partial(asyncio.get_running_loop().run_in_executor, work.arxiv)
    if ref.kind == "arxiv":
        paper = await ask_arxiv(_load_paper, ref, work)
        work.progress(paper.id, "fetching PDF")
        path = await ask_arxiv(fetch_pdf, paper, work.fetcher, folder)
        return Source(paper, path, pdf_digest(path))
    if ref.kind == "url":
        work.progress(ref.value, "fetching PDF")
        path = await ask_arxiv(fetch_pdf_url, ref.value, work.fetcher, folder)
        return _pdf_source(path, pdf_digest(path), ref.value)
    return _file_source(Path(ref.value))


def stored_source(ref: Ref, work: Work) -> Source | str:
    """The paper as far as the store knows it, without a request; a sentence instead where it does not."""
    if ref.kind == "file":
        return _file_source(Path(ref.value))
    folder = work.store.root / "pdf"
    if ref.kind == "url":
        path = pdf_url_path(ref.value, folder)
        return _pdf_source(path, pdf_digest(path), ref.value) if has_pdf(path) else f"{ref.value}: never fetched"
    wanted = _metadata_parts(ref)
    known = Store(work.store.root).load("metadata", wanted, tuple[Paper, datetime])
    if known is None:
        return f"{wanted['id']}: never looked up"
    path = pdf_path(known[0].id, folder)
    if not has_pdf(path):
        return f"{known[0].id}: looked up, its PDF never fetched"
    return Source(known[0], path, pdf_digest(path))


async def load_document(source: Source, work: Work) -> tuple[Source, Document, dict[str, str]]:
    """The parsed PDF and the store's names of its pictures. Raises `PaperError` with the parser's outcome.

    A scan is replaced by a document of the abstract, where metadata has one. A paper that is known by
    its PDF alone gets its title and authors here.
    """
    parts = {"pdf": source.digest, "parser": PARSER_VERSION}
    stored = work.store.load("parse", parts, StoredParse)
    if stored is None or not all(map(work.store.has_image, stored.images.values())):
        work.progress(source.paper.id, "parsing")
        stored = await _parse(source, parts, work)
    return _readable(source, stored)


def stored_document(source: Source, work: Work) -> tuple[Source, Document, dict[str, str]] | None:
    """The same as far as the store knows it, without parsing; None if it does not."""
    stored = work.store.load("parse", {"pdf": source.digest, "parser": PARSER_VERSION}, StoredParse)
    return _readable(source, stored) if stored else None


def _readable(source: Source, stored: StoredParse) -> tuple[Source, Document, dict[str, str]]:
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
    return source, document, stored.images


async def make_digest(source: Source, work: Work) -> Digest:
    """The checked digest of a paper, from the store where nothing that makes it has changed."""
    parts = digest_parts(source, work)
    if stored := work.store.load("digest", parts, Digest):
        return stored
    with noting() as uses:
        source, document, images = await load_document(source, work)
        work.progress(source.paper.id, "drafting" if work.client is None else "asking the model")
        if work.client is None:
            digest = draft_digest(source.paper, document, images, work)
        else:
            digest = await write_digest(source.paper, document, images, work, work.client)
    digest = replace(digest, key=key_of("digest", parts))
    work.store.save("digest", parts, digest, uses)
    return digest


def digest_parts(source: Source, work: Work) -> dict[str, Any]:
    """All that a digest depends on: the parts of its key in the store."""
    config, paper = work.config, source.paper
    model = {"extract": offline.EXTRACT_VERSION} if work.client is None else {
        "model": config.model,
        "temperature": config.temperature,
        "max_output_tokens": config.max_output_tokens,
        "context_tokens": config.context_tokens,
        "max_chunks": config.max_chunks,
        "checker": CHECKER_VERSION,
        "prompts": work.prompts.digests(work.style),
        "wording": work.wording.digest,
        "rating": config.rating,
    }  # fmt: skip
    named = [] if paper.source == "pdf" else [paper.title, list(paper.authors), paper.abstract, list(paper.categories)]
    return {
        "paper": digest_of([paper.id, paper.url, paper.pdf_url, paper.license, *named]),
        "pdf": source.digest,
        "parser": PARSER_VERSION,
        "engine": model,
        "schema": wire_schema(work.style.schema),
        "headings": sections(work.style.schema),
        "layout": work.style.schema.layout,
        "figures": config.figures,
        "writer": WRITER_VERSION,
    }


async def publish(digest: Digest, source: Source, work: Work, run: RunFolder) -> Path:
    """Write a digest's files into the run folder, unless they are there; returns the path of the Markdown."""
    stem, page = file_stem(digest.paper.id), markdown.page(digest)
    if run.has_paper(stem, digest, page):
        return run.paper_folder(stem) / "digest.md"
    _, document, _ = await load_document(source, work)  # first: it makes pictures again that are gone
    files = {figure.file: work.store.load_image(figure.image) for figure in digest.figures if figure.file}
    if digest.paper.pdf_url == LOCAL_PDF:
        files[LOCAL_PDF] = source.pdf.read_bytes()
    return await asyncio.to_thread(run.write_paper, stem, digest, page, document, files)


def manifest_entry(digest: Digest) -> ManifestEntry:
    return ManifestEntry(
        digest.paper.id,
        "digested",
        claims=len(digest.claims),
        citations=sum(len(claim.passages) for claim in digest.claims),
        numbers=digest.numbers,
        repaired=digest.repaired,
        omitted=len(digest.omitted),
        calls=digest.calls,
        usage=digest.usage,
        key=digest.key,
    )


def plan(source: Source, document: Document, work: Work) -> tuple[bool, Plan]:
    """For a dry run: whether the digest is stored, and what would be asked otherwise."""
    stored = work.store.has("digest", digest_parts(source, work))
    return stored, plan_digest(source.paper.title, document, work.style, work.prompts, work.config)


def estimated_cost(plan: Plan, config: Config) -> float | None:
    """US dollars for a plan; None where the model's price is not configured."""
    return cost_usd(plan.estimate()[1], config.model, config.prices)


def abstract_document(paper: Paper, pages: int) -> Document:
    """A document of the abstract alone, for a PDF without text; its page is 0, the abstract page."""
    texts = re.split(r"(?<=[.!?])\s+(?=[A-Z])", paper.abstract)
    passages = tuple(Passage(n, 0, None, text, (0, 0, 0, 0)) for n, text in enumerate(texts, 1))
    return Document(paper.title, pages, passages=passages, warnings=("no text in the PDF",))


def _load_paper(ref: Ref, work: Work) -> Paper:
    """Metadata from the store: for ever for a version, for a day for "the latest version"."""
    wanted = _metadata_parts(ref)
    stored = work.store.load("metadata", wanted, tuple[Paper, datetime])
    if stored and (ref.version or datetime.now(UTC) - stored[1] < METADATA_FRESH):
        return stored[0]
    work.progress(wanted["id"], "looking up")
    paper = fetch_paper(ref, work.fetcher)
    work.store.save("metadata", wanted, (paper, datetime.now(UTC)))
    return paper


def _metadata_parts(ref: Ref) -> dict[str, str]:
    return {"id": f"{ref.value}v{ref.version}" if ref.version else ref.value}


def _file_source(path: Path) -> Source:
    return _pdf_source(path, hashlib.sha256(path.read_bytes()).hexdigest(), "")


def _pdf_source(path: Path, digest: str, address: str) -> Source:
    """A paper known by its PDF alone; its title is the file's name until the PDF is parsed."""
    paper = Paper(pdf_id(digest), path.stem, (), "", address, address or LOCAL_PDF, source="pdf")
    return Source(paper, path, digest)


async def _parse(source: Source, parts: Mapping[str, Any], work: Work) -> StoredParse:
    """Parse a PDF, maybe on another machine, and store what came of it, unless a next try may go better."""
    config = work.config
    limits = Limits(config.parse_cpu_seconds, config.parse_wall_seconds, config.parse_memory_mb, config.parse_max_pages)
    async with work.parsing:
        pdf = await asyncio.to_thread(read_pdf, source.paper.id, source.pdf, source.digest)
        parsed = await asyncio.get_running_loop().run_in_executor(work.executor, partial(parse_pdf, pdf, limits=limits))
    return await asyncio.to_thread(_keep, parsed, parts, work)


def _keep(parsed: Parsed, parts: Mapping[str, Any], work: Work) -> StoredParse:
    images = {name: work.store.save_image(png) for name, png in parsed.images.items()}
    stored = StoredParse(parsed.outcome, parsed.reason, parsed.document, images)
    if parsed.outcome in ("ok", "no_text"):
        work.store.save("parse", parts, stored, [("image", name) for name in images.values()])
    return stored
