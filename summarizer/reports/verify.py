"""`summarize verify`: which statements of a digest, ours or anybody's, do its papers not support?

A text is cut into entries, each entry's paper is found, and each statement is judged: by the passages our own
`digest.json` names, by the page its link leads to, or, without citations, by the passages that fit it best.
"""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from summarizer.errors import PaperError, TryLaterError, UsageError
from summarizer.html.markup import MarkupError
from summarizer.llm.ask import side_by_side
from summarizer.llm.client import Model
from summarizer.output import markdown, words
from summarizer.paper.source import Library
from summarizer.reports.entries import DigestEntry, split_entries
from summarizer.reports.lookup import Found, Lookup, Missing, OwnDigest, letters, own_digest
from summarizer.reports.page_text import page_text
from summarizer.reports.verify_reading import read_entry
from summarizer.trust.check import PUBLISHED, check_statement
from summarizer.trust.chinese import language_problems
from summarizer.trust.claims import Statement
from summarizer.trust.context import candidates, is_trivial
from summarizer.trust.estimates import estimate_problem
from summarizer.trust.evidence import Evidence
from summarizer.trust.names import names
from summarizer.trust.numbers import quantities
from summarizer.trust.phrases import phrase_problem
from summarizer.trust.repeats import repeats, shared_sentences
from summarizer.trust.uncited import check_uncited
from summarizer.trust.wordlists import term_problems
from summarizer.types import Claim, EntryReport, Judged, Passage
from summarizer.work import Wording, Work

_WRONG = frozenset({"unsupported", "unit"})
_PAGES = (".html", ".htm")
_SUFFIXES = (".md", ".txt", *_PAGES)
_SHOWN = 3  # passages
_REASONS_SHOWN = 3


@dataclass(frozen=True)
class Verified:
    """One report an entry. `failure` if no entry's paper was found: nothing checked must not look like success."""

    reports: list[EntryReport]
    failure: TryLaterError | PaperError | None


async def verify(
    path: Path, papers: Path | None, work: Work, library: Library, reader: Model | None = None
) -> Verified:
    """The entries of the Markdown, HTML or text at `path`, a file or a folder, against their papers.

    `papers` is a folder of PDFs named by their ids; with it, no paper is fetched. With a `reader` every entry is read a
    second time, in one call. Raises `UsageError`, and what the model raises.
    """
    wording = work.wording
    texts = [(name, split_entries(text), digests) for name, text, digests in _texts(path)]
    placed = [(name, entry, digests) for name, entries, digests in texts for entry in entries]
    if not placed:
        raise UsageError(f"{path}: no entry of a digest found; give a digest's Markdown or its run folder")
    lookup = Lookup(papers, library, wording.vocabulary)
    found = await asyncio.gather(*(lookup.find(entry, digests) for _, entry, digests in placed))
    missing = [paper for paper in found if isinstance(paper, Missing)]
    shared = _shared_remarks([entry for _, entry, _ in placed])
    reports = [
        _report(name, entry, paper, found, (*_remarks(entry, wording), *shared[n]))
        for n, ((name, entry, _), paper) in enumerate(zip(placed, found, strict=True))
    ]
    if reader:
        again = (_read_again(report, paper, work, reader) for report, paper in zip(reports, found, strict=True))
        reports = await side_by_side(again)
    return Verified(reports, _nothing_checked(path, missing) if len(missing) == len(found) else None)


async def _read_again(report: EntryReport, paper: Found | Missing, work: Work, reader: Model) -> EntryReport:
    if isinstance(paper, Missing) or not report.judged:
        return report
    return await read_entry(report, paper.evidence, work, reader)


def _nothing_checked(path: Path, missing: Sequence[Missing]) -> TryLaterError | PaperError:
    reasons = list(dict.fromkeys(paper.reason for paper in missing))
    more = f"; and {len(reasons) - _REASONS_SHOWN} more" if len(reasons) > _REASONS_SHOWN else ""
    listed = "; ".join(reasons[:_REASONS_SHOWN]) + more
    advice = "give the PDFs with --papers"
    if any(paper.passing for paper in missing):
        return TryLaterError(f"{path}: nothing could be checked: {listed}; or {advice}")
    return PaperError(str(path), "not checked", f"no entry's paper was found: {listed}; {advice}")


def _report(
    name: str, entry: DigestEntry, paper: Found | Missing, found: Sequence[Found | Missing], remarks: tuple[str, ...]
) -> EntryReport:
    if isinstance(paper, Missing):
        return EntryReport(name, entry.title, "", "", paper.reason, remarks=remarks)
    others = {other.paper: other for other in found if isinstance(other, Found) and other.paper != paper.paper}
    judged = tuple(_judge(statement, paper, others.values()) for statement in _all_statements(entry, paper))
    return EntryReport(name, entry.title, paper.paper, paper.pdf_url, "", judged, remarks)


# ---- what is to be verified


def _texts(path: Path) -> list[tuple[str, str, list[OwnDigest]]]:
    """(name, text, our digests beside it) of each text at `path`."""
    if not path.exists():
        raise UsageError(f"{path}: no such file or folder")
    if path.is_file():
        return [(str(path), _read(path), _digests(path.parent))]
    issues = [p for p in sorted(path.glob("issue*.md")) if not p.stem.endswith("-standalone")]
    files = issues or sorted(path.glob("papers/*/digest*.md")) or sorted(path.glob("papers/*/index.html"))
    files = files or sorted(file for file in path.iterdir() if file.suffix in _SUFFIXES)
    if files:
        return [(str(file), _read(file), _digests(file.parent)) for file in files]
    digests = _digests(path)
    if not digests:
        raise UsageError(f"{path}: holds neither Markdown nor a digest.json with its document.json")
    return [(digest.paper.id, markdown.page(digest), [(digest, document)]) for digest, document in digests]


def _read(path: Path) -> str:
    try:
        return page_text(path.read_bytes()) if path.suffix in _PAGES else path.read_text(encoding="utf-8-sig")
    except MarkupError as error:
        raise UsageError(f"{path}: cannot be read: {error}") from None
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: cannot be read: {error}") from None


def _digests(folder: Path) -> list[OwnDigest]:
    """The digests in a folder or in its `papers/`, each with its parsed paper."""
    places = (folder, *sorted({file.parent for file in folder.glob("papers/*/digest*.json")}))
    return [own for place in places if (own := own_digest(place))]


# ---- what is true of it


def _all_statements(entry: DigestEntry, paper: Found) -> list[Statement]:
    """The entry's sentences, and those of its `digest.json` that the Markdown does not show."""
    shown = {letters(statement.text) for statement in entry.statements}
    hidden = [claim for spelled, claim in paper.cited.items() if spelled not in shown]
    return [*entry.statements, *(Statement(claim.section, claim.text, (), 0, 0) for claim in hidden)]


def _judge(statement: Statement, paper: Found, others: Iterable[Found]) -> Judged:
    evidence = paper.evidence
    own = paper.cited.get(letters(statement.text))
    pages = set(statement.passages)
    if own is not None:
        claim = check_statement(replace(statement, passages=own.passages), evidence, row=own.row is not None)
    elif words.READ_OFF in statement.text:
        claim = _read_off(statement, evidence)
    elif on_pages := tuple(p.id for p in evidence.document.passages if p.page in pages and p.kind != "figure"):
        claim = check_statement(replace(statement, passages=on_pages), evidence)
    else:
        claim = check_uncited(replace(statement, passages=()), evidence)
    wrong = claim.verdict in _WRONG
    if wrong and (home := next((other.paper for other in others if _fits(statement, other, evidence)), "")):
        claim = replace(claim, reason=f"{claim.reason}; {home} has it")
    return Judged(claim, _best(claim, evidence), wrong)


def _read_off(statement: Statement, evidence: Evidence) -> Claim:
    """A sentence that says itself that its numbers are a figure's, away from what knows which."""
    numbers = [q for q in quantities(statement.text) if not (q.in_name or is_trivial(q))]
    problem = estimate_problem(statement.text, numbers)
    shown = tuple(p.id for p in evidence.document.passages if p.page in statement.passages and p.kind == "caption")
    claim = Claim(statement.section, statement.text, shown, statement.passages, "figure")
    return replace(claim, verdict="unsupported", reason=problem) if problem else claim


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


def _remarks(entry: DigestEntry, wording: Wording) -> list[str]:
    """What is odd about the Chinese of an entry."""
    sections: dict[str, list[str]] = {}
    for statement in entry.statements:
        sections.setdefault(statement.section, []).append(statement.text)
    texts = {name: "\n".join(sentences) for name, sentences in sections.items()}
    spoken = [statement.text for statement in entry.statements]
    found = [f"{name or 'text'}: {problem}" for name, text in texts.items() for problem in language_problems(text)]
    found += [f"{text[:30]!r}: {p}" for text in spoken if (p := phrase_problem(text, wording.phrases))]
    found += [f"{spoken[again][:30]!r}: said before" for again in repeats(spoken)]
    found += [f"{heading}: nothing below this heading" for heading in entry.empty]
    return found + term_problems(texts, wording.glossary)


def _shared_remarks(entries: Sequence[DigestEntry]) -> Mapping[int, list[str]]:
    """{position of an entry: the sentences it shares with another}: one of the two may be about the other paper."""
    texts = {str(n): [statement.text for statement in entry.statements] for n, entry in enumerate(entries)}
    found: defaultdict[int, list[str]] = defaultdict(list)
    for shared in shared_sentences(texts):
        first, second = int(shared.first), int(shared.second)
        found[first].append(f"{shared.text[:40]!r}: also said of {entries[second].title!r}")
        found[second].append(f"{shared.other[:40]!r}: also said of {entries[first].title!r}")
    return found
