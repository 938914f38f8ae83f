"""`summarize verify`: which statements of a digest, ours or anybody's, do its papers not support?

A text is cut into entries, each entry's paper is found, and each statement is judged: by the passages our own
`digest.json` names, by the page its link leads to, or, without citations, by the passages that fit it best.
"""

import asyncio
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from summarizer import pipeline
from summarizer.entries import Entry, split_entries
from summarizer.errors import SummarizerError, UsageError
from summarizer.files import from_data
from summarizer.output import markdown
from summarizer.runs import load_digest
from summarizer.sources.ids import Ref, parse_ref
from summarizer.trust.check import PUBLISHED, candidates, check_statement
from summarizer.trust.chinese import language_problems
from summarizer.trust.claims import Statement
from summarizer.trust.evidence import Evidence
from summarizer.trust.glossary import term_problems
from summarizer.trust.names import key, names
from summarizer.trust.phrases import phrase_problem
from summarizer.trust.repeats import repeats, shared_sentences
from summarizer.trust.uncited import check_uncited
from summarizer.types import Claim, Digest, Document, EntryReport, Judged, Passage
from summarizer.work import Work

_WRONG = frozenset({"unsupported", "unit"})
_SHOWN = 3  # passages


@dataclass(frozen=True)
class Found:
    """The paper of an entry. `cited` has the passages of our own sentences, by their letters."""

    paper: str
    pdf_url: str
    evidence: Evidence
    cited: Mapping[str, Claim] = field(default_factory=dict)


@dataclass(frozen=True)
class Shelf:
    """Where papers are looked for before anything is fetched."""

    digests: Sequence[tuple[Digest, Document]]  # beside the text that is verified
    pdfs: Mapping[str, Path]  # file name without .pdf, "/" of old ids as "_" -> PDF


async def verify(path: Path, papers: Path | None, work: Work) -> list[EntryReport]:
    """One report an entry of the Markdown or text at `path`, a file or a run folder.

    `papers` is a folder of PDFs named by their ids; with it, nothing is fetched. Raises `UsageError`.
    """
    reports = []
    for name, text, digests in _texts(path):
        reports += await _verify_text(name, text, Shelf(digests, _pdfs(papers)), work)
    if not reports:
        raise UsageError(f"{path}: no entry of a digest found; give a digest's Markdown or its run folder")
    return reports


def _pdfs(folder: Path | None) -> dict[str, Path]:
    return {pdf.stem: pdf for pdf in sorted(folder.glob("*.pdf"))} if folder else {}


def _texts(path: Path) -> list[tuple[str, str, list[tuple[Digest, Document]]]]:
    """(name, text, our digests beside it) of each text at `path`."""
    if not path.exists():
        raise UsageError(f"{path}: no such file or folder")
    if path.is_file():
        return [(str(path), _read(path), _digests(path.parent))]
    issues = [p for p in sorted(path.glob("issue*.md")) if not p.stem.endswith("-standalone")]
    files = issues or sorted(path.glob("papers/*/digest.md")) or sorted([*path.glob("*.md"), *path.glob("*.txt")])
    if files:
        return [(str(file), _read(file), _digests(file.parent)) for file in files]
    digests = _digests(path)
    if not digests:
        raise UsageError(f"{path}: holds neither Markdown nor a digest.json with its document.json")
    return [(digest.paper.id, markdown.page(digest), [(digest, document)]) for digest, document in digests]


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: cannot be read: {error}") from None


def _digests(folder: Path) -> list[tuple[Digest, Document]]:
    """The digests in a folder or in its `papers/`, each with its parsed paper."""
    found = []
    for place in (folder, *sorted(file.parent for file in folder.glob("papers/*/digest.json"))):
        digest = load_digest(place)
        try:
            document = from_data(Document, json.loads((place / "document.json").read_bytes())) if digest else None
        except (FileNotFoundError, ValueError):
            continue
        if digest and document:
            found.append((digest, document))
    return found


async def _verify_text(name: str, text: str, shelf: Shelf, work: Work) -> list[EntryReport]:
    entries = split_entries(text)
    found = await asyncio.gather(*(_find(entry, shelf, work) for entry in entries))
    known = {paper.paper: paper for paper in found if isinstance(paper, Found)}
    shared = _shared_remarks(entries)
    reports = []
    for number, (entry, paper) in enumerate(zip(entries, found, strict=True)):
        remarks = (*_remarks(entry, work), *shared.get(number, ()))
        if isinstance(paper, Found):
            others = [other for other in known.values() if other.paper != paper.paper]
            judged = tuple(_judge(statement, paper, others) for statement in _all_statements(entry, paper))
            reports.append(EntryReport(name, entry.title, paper.paper, paper.pdf_url, "", judged, remarks))
        else:
            reports.append(EntryReport(name, entry.title, "", "", paper, remarks=remarks))
    return reports


# ---- whose paper


async def _find(entry: Entry, shelf: Shelf, work: Work) -> Found | str:
    """The entry's paper: beside the text, among the PDFs given, in the store, from arXiv; else why not."""
    wanted = {_base(ref) for ref in entry.refs[:1]}
    for digest, document in shelf.digests:
        paper = digest.paper
        own = wanted & {_base(paper.id), paper.pdf_url}
        titled = {key(paper.title), key(digest.title_zh)} & {key(title) for title in (*entry.titles, entry.title)}
        if own or (not wanted and (titled - {""} or len(shelf.digests) == 1)):
            cited = {_letters(claim.text): claim for claim in digest.claims}
            return Found(paper.id, paper.pdf_url, Evidence(document), cited)
    try:
        if not entry.refs:
            return await _find_by_title(entry, shelf, work)
        ref = entry.refs[0]
        pdf = next((p for stem, p in shelf.pdfs.items() if _base(stem) == _base(ref)), None)
        named = Ref("file", str(pdf)) if pdf else parse_ref(ref)
        source = pipeline.stored_source(named, work)
        if isinstance(source, str):
            if shelf.pdfs:
                return f"{ref}: not among the PDFs given"
            source = await pipeline.load_source(named, work)
        source, document, _ = await pipeline.load_document(source, work)
    except SummarizerError as error:
        return str(error)
    address = f"https://arxiv.org/pdf/{ref}" if pdf and not ref.startswith("http") else source.paper.pdf_url
    return Found(ref if pdf else source.paper.id, address, Evidence(document))


async def _find_by_title(entry: Entry, shelf: Shelf, work: Work) -> Found | str:
    """The PDF given whose title the entry names."""
    titles = {key(title) for title in entry.titles}
    for stem, pdf in shelf.pdfs.items() if titles else ():
        try:
            source, document, _ = await pipeline.load_document(
                await pipeline.load_source(Ref("file", str(pdf)), work), work
            )
        except SummarizerError:
            continue  # not a paper that can be read, so not this one
        if key(document.title) in titles:
            return Found(stem, source.paper.pdf_url, Evidence(document))
    return "it names no arXiv id, no PDF's address and no title of a PDF given"


def _base(ref: str) -> str:
    """An id as it is compared: without version, "/" as in file names."""
    try:
        return parse_ref(ref.replace("_", "/")).value.replace("/", "_")
    except UsageError:
        return ref


# ---- what is true of it


def _all_statements(entry: Entry, paper: Found) -> list[Statement]:
    """The entry's sentences, and those of its `digest.json` that the Markdown does not show."""
    shown = {_letters(statement.text) for statement in entry.statements}
    hidden = [claim for letters, claim in paper.cited.items() if letters not in shown]
    return [*entry.statements, *(Statement(claim.section, claim.text, (), 0, 0) for claim in hidden)]


def _judge(statement: Statement, paper: Found, others: Iterable[Found]) -> Judged:
    evidence = paper.evidence
    own = paper.cited.get(_letters(statement.text))
    pages = set(statement.passages)
    if own is not None:
        claim = check_statement(replace(statement, passages=own.passages), evidence)
    elif on_pages := tuple(p.id for p in evidence.document.passages if p.page in pages):
        claim = check_statement(replace(statement, passages=on_pages), evidence)
    else:
        claim = check_uncited(replace(statement, passages=()), evidence)
    wrong = claim.verdict in _WRONG
    if wrong and (home := next((other.paper for other in others if _fits(statement, other, evidence)), "")):
        claim = replace(claim, reason=f"{claim.reason}; {home} has it")
    return Judged(claim, _best(claim, evidence), wrong)


def _fits(statement: Statement, other: Found, own: Evidence) -> bool:
    """Whether another paper of the text has what the entry's own paper lacks: its names, else its numbers."""
    missing = [name.text for name in names(statement.text) if name.text not in own.names]
    if missing:
        return all(name in other.evidence.names for name in missing)
    return check_uncited(replace(statement, passages=()), other.evidence).verdict in PUBLISHED


def _best(claim: Claim, evidence: Evidence) -> tuple[Passage, ...]:
    """The few passages to show: those cited, or of a whole page those nearest to the claim."""
    if 0 < len(claim.passages) <= _SHOWN:
        return tuple(evidence.passages[number] for number in claim.passages)
    near = candidates(claim.text, evidence, len(evidence.passages))
    return tuple(p for p in near if not claim.passages or p.id in claim.passages)[:_SHOWN]


def _remarks(entry: Entry, work: Work) -> list[str]:
    """What is odd about the Chinese of an entry."""
    sections: dict[str, list[str]] = {}
    for statement in entry.statements:
        sections.setdefault(statement.section, []).append(statement.text)
    texts = {name: "\n".join(sentences) for name, sentences in sections.items()}
    spoken = [statement.text for statement in entry.statements]
    found = [f"{name or 'text'}: {problem}" for name, text in texts.items() for problem in language_problems(text)]
    found += [f"{text[:30]!r}: {p}" for text in spoken if (p := phrase_problem(text, work.wording.phrases))]
    found += [f"{spoken[again][:30]!r}: said before" for again in repeats(spoken)]
    found += [f"{heading}: nothing below this heading" for heading in entry.empty]
    return found + term_problems(texts, work.wording.glossary)


def _shared_remarks(entries: Sequence[Entry]) -> dict[int, list[str]]:
    """{position of an entry: the sentences it shares with another}."""
    texts = {str(n): [statement.text for statement in entry.statements] for n, entry in enumerate(entries)}
    found: dict[int, list[str]] = {}
    for shared in shared_sentences(texts):
        first, second = int(shared.first), int(shared.second)
        found.setdefault(first, []).append(f"{shared.text[:40]!r}: also said of {entries[second].title!r}")
        found.setdefault(second, []).append(f"{shared.other[:40]!r}: also said of {entries[first].title!r}")
    return found


def _letters(text: str) -> str:
    return "".join(c for c in text if c.isalnum())
