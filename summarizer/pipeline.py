"""One paper, from a reference to files; read it from top to bottom.

    find -> document -> ask -> check -> read again -> mend -> compose -> publish

Every step is first looked up in the store; what is there is not done again. Papers are independent: one that fails
becomes an outcome and the others go on.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from summarizer.llm.client import Model
from summarizer.llm.digest import ask_digest
from summarizer.llm.plan import Plan, plan_digest
from summarizer.llm.wire import wire_schema
from summarizer.output import markdown
from summarizer.paper import review
from summarizer.paper.compose import compose_digest
from summarizer.paper.draft import EXTRACT_VERSION, draft_digest
from summarizer.paper.figures import figure_images, with_figures
from summarizer.paper.pieces import check
from summarizer.paper.reading import read_again
from summarizer.paper.source import LOCAL_PDF, Library, Source, load_document, load_source, with_page
from summarizer.paper.witness import WITNESS_VERSION
from summarizer.pdf import PARSER_VERSION
from summarizer.schema import sections
from summarizer.sources.ids import Ref, file_stem
from summarizer.store.results import fingerprint, key_of, noting
from summarizer.store.runs import RunFolder
from summarizer.trust.check import CHECKER_VERSION
from summarizer.trust.evidence import Evidence
from summarizer.types import Digest, Document, Paper, PlacedEquation, PlacedFigure, add_usage
from summarizer.work import Work

WRITER_VERSION = 3  # bumped when a digest is composed differently


async def find(ref: Ref, library: Library) -> Source:
    """The paper that a reference names, with its PDF and its HTML on the disk. Raises what `sources/` raises."""
    return await with_page(await load_source(ref, library), library)


async def make_digest(source: Source, work: Work, library: Library) -> Digest:
    """The checked digest of a paper, from the store where nothing that makes it has changed.

    Raises `PaperError` where the paper gives none, and what the model raises.
    """
    parts = digest_parts(source, work)
    if stored := work.store.load("digest", parts, Digest):
        return stored
    with noting() as uses:
        source, document, images = await load_document(source, library)
        if work.model is None:
            library.progress(source.paper.id, "drafting")
            digest = draft_digest(source.paper, document, images, work)
        else:
            digest = await _write_digest(source.paper, document, images, work, work.model, library)
    digest = replace(digest, key=key_of("digest", parts))
    work.store.save("digest", parts, digest, uses)
    return digest


async def _write_digest(
    paper: Paper, document: Document, images: Mapping[str, str], work: Work, model: Model, library: Library
) -> Digest:
    """Ask the model, check every sentence, have it read again, mend once what fails, leave out what fails again."""
    library.progress(paper.id, "asking the model")
    written = await ask_digest(
        model, work.store, paper.title, document, work.style, work.prompts,
        subject=paper.id, check=lambda value: review.answer_problems(value, document),
        images=figure_images(document, images, work.store, work.config.figures_to_model),
    )  # fmt: skip
    blind = [f"figures not shown to the model: {written.refused}"] if written.refused else []
    for warning in blind:
        library.progress(paper.id, warning)
    library.progress(paper.id, "checking")
    seen = tuple(image.label for image in written.images)
    answer, evidence = written.answer, Evidence(with_figures(document, seen), work.wording.vocabulary)
    claims = check(answer.value, evidence, work.wording.phrases)
    read = await read_again(claims, evidence, paper.id, work, work.reader or model, library.progress, written.images)
    reviewed, mending = await review.mend(read.claims, evidence, paper.id, work, model, library.progress)
    digest = compose_digest(
        paper, evidence, images, answer.value, reviewed, work,
        left_out=written.left_out, spent=[answer, *read.spent, *mending], warnings=[*blind, *read.warnings],
    )  # fmt: skip
    reading = add_usage(reply.usage for reply in read.spent)
    return replace(digest, figures_seen=seen, reader=work.config.reading_model if read.spent else "", reading=reading)


async def publish(digest: Digest, source: Source, library: Library, run: RunFolder) -> Path:
    """Write a digest's files into the run folder, unless they are there; returns the path of the Markdown."""
    stem, page = file_stem(digest.paper.id), markdown.page(digest)
    if run.has_paper(stem, digest, page):
        return run.digest_page(stem, digest.style)
    _, document, _ = await load_document(source, library)  # first: it makes pictures again that are gone
    pictures: Sequence[PlacedFigure | PlacedEquation] = (*digest.figures, *digest.equations)
    files = {picture.file: library.store.load_image(picture.image) for picture in pictures if picture.file}
    if digest.paper.pdf_url == LOCAL_PDF:
        files[LOCAL_PDF] = source.pdf.read_bytes()
    document = with_figures(document, digest.figures_seen)
    return await asyncio.to_thread(run.write_paper, stem, digest, page, document, files)


def digest_parts(source: Source, work: Work) -> dict[str, Any]:
    """All that a digest depends on: the parts of its key in the store."""
    config, paper = work.config, source.paper
    engine = {"extract": EXTRACT_VERSION} if work.model is None else {
        "model": config.model,
        "temperature": config.temperature,
        **({"request": config.request} if config.request else {}),
        "max_output_tokens": config.max_output_tokens,
        "context_tokens": config.context_tokens,
        "max_chunks": config.max_chunks,
        "checker": CHECKER_VERSION,
        "prompts": work.prompt_fingerprints,
        "wording": work.wording.fingerprint,
        "reader": [config.reader, config.reader_model],
        "rating": config.rating,
        **({"figures_to_model": config.figures_to_model} if config.figures_to_model else {}),
    }  # fmt: skip
    named = [] if paper.source == "pdf" else [paper.title, list(paper.authors), paper.abstract, list(paper.categories)]
    return {
        "paper": fingerprint([paper.id, paper.url, paper.pdf_url, paper.license, *named]),
        "pdf": source.sha256,
        "parser": PARSER_VERSION,
        "html": [source.page.sha256, WITNESS_VERSION] if source.page and source.page.sha256 else [],
        "engine": engine,
        "schema": wire_schema(work.style.schema),
        "headings": sections(work.style.schema),
        "layout": work.style.schema.layout,
        "figures": config.figures,
        "writer": WRITER_VERSION,
    }


def plan(source: Source, document: Document, images: Mapping[str, str], work: Work) -> tuple[bool, Plan]:
    """For a dry run: whether the digest is stored, and what would be asked otherwise."""
    stored = work.store.has("digest", digest_parts(source, work))
    config = work.model.config if work.model else work.config  # the model may be known to take less
    shown = figure_images(document, images, work.store, config.figures_to_model)
    return stored, plan_digest(source.paper.title, document, work.style, work.prompts, config, shown)
