"""`summarize explain PAPER`: what is stored, what would be redone, and which part of which key changed."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from summarizer import pipeline
from summarizer.paper.source import Source, stored_document, stored_source
from summarizer.pdf import PARSER_VERSION
from summarizer.pdf.samples import find_samples
from summarizer.sources.ids import Ref, file_stem, parse_ref
from summarizer.store.published import load_manifest, newest_version
from summarizer.store.runs import digest_name, load_digest
from summarizer.types import Witness
from summarizer.work import Work


def explain_paper(ref: Ref, work: Work) -> Iterator[str]:
    """Lines of text. Reads the store and the run folders, asks no one."""
    source = _stored_source(ref, work)
    if isinstance(source, str):
        yield source
        return
    paper = source.paper
    yield f"metadata: {paper.id}, {paper.title!r}, from {paper.source}"
    yield f"pdf: {source.pdf}, {source.pdf.stat().st_size} bytes"
    parts = {"pdf": source.sha256, "parser": PARSER_VERSION}
    yield _page_line(source, work)
    yield f"parse: {'stored' if work.store.has('parse', parts) else 'to do'} (parser {PARSER_VERSION})"
    yield from _sample_lines(source, work)
    yield from _digest_lines(source, work)


def _sample_lines(source: Source, work: Work) -> Iterator[str]:
    """What of the paper no request holds."""
    known = stored_document(source, work.store)
    for sample in find_samples(known[1]) if known else ():
        yield f"left out of requests: {sample.name} ({sample.kind}, passages: {len(sample.passages)})"


def _page_line(source: Source, work: Work) -> str:
    """What is known of the HTML, and whether it serves."""
    page = source.page
    if page is None:
        return f"html: {'not looked up' if work.config.html else 'switched off'}"
    if not page.sha256:
        return f"html: none: {page.reason}"
    known = stored_document(source, work.store)
    witness = known[1].witness if known else Witness(page.address)
    use = f"not used: {witness.reason}" if witness.reason else "beside the PDF"
    return f"html: {page.address}, {page.sha256[:12]}, {use}"


def _stored_source(ref: Ref, work: Work) -> Source | str:
    """What is stored of a paper; without a version, of the newest version that is known here."""
    found = stored_source(ref, work.config, work.store)
    newest = newest_version(ref.value, work.config.runs) if ref.kind == "arxiv" and ref.version is None else None
    if newest is None or (isinstance(found, Source) and (parse_ref(found.paper.id).version or 0) >= newest):
        return found
    return stored_source(replace(ref, version=newest), work.config, work.store)


def explain_date(day: date, runs: Path) -> Iterator[str]:
    """How the papers of an issue were chosen: every candidate with its outcome, score and reason."""
    manifest = load_manifest(runs / day.isoformat())
    if manifest is None:
        yield f"{day}: no finished issue in {runs}"
        return
    counts = ", ".join(f"{count} {word}" for word, count in manifest.ledger.items())
    yield f"{day}: list from {manifest.source}; {counts}; model {manifest.model or 'none'}, style {manifest.style}"
    for entry in manifest.papers:
        score = "  - " if entry.score is None else f"{entry.score:4.1f}"
        yield f"{score}  {entry.outcome:12}  {entry.id}  {'; '.join(filter(None, (entry.reason, entry.why)))}"


def _digest_lines(source: Source, work: Work) -> Iterator[str]:
    parts = pipeline.digest_parts(source, work)
    if record := work.store.find("digest", parts):
        yield f"digest: stored {record['created']}, nothing to redo"
    else:
        yield f"digest: to do with style {work.style.name}"
    stem = file_stem(source.paper.id)
    for folder in sorted(work.config.runs.glob(f"*/papers/{stem}")):
        digest = load_digest(folder, f"{digest_name(work.style.name)}.json") or load_digest(folder)
        before = work.store.record("digest", digest.key) if digest else None
        if digest is None and (folder / "digest.json").exists():
            yield f"{folder}: written by an earlier version, or damaged: would be redone"
            continue
        if digest is None or before is None:
            yield f"{folder}: no finished digest"
            continue
        if digest.style != work.style.name:
            yield f"{folder}: style {digest.style}, made {before['created']}: see --style {digest.style}"
            continue
        changes = list(changed(before["parts"], parts))
        state = "up to date" if not changes else "would be redone, because these changed:"
        yield f"{folder}: style {digest.style}, made {before['created']}: {state}"
        yield from (f"  {change}" for change in changes)


def changed(before: Any, now: Any, path: str = "") -> Iterator[str]:
    """The paths of the leaves that differ, with their values: `engine.model: 'a' -> 'b'`."""
    if isinstance(before, dict) and isinstance(now, dict):
        for name in dict.fromkeys([*before, *now]):
            yield from changed(before.get(name), now.get(name), f"{path}.{name}" if path else str(name))
    elif before != now:
        yield f"{path}: {_short(before)} -> {_short(now)}"


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
