"""How well right claims are told from wrong ones, kind by kind: by code alone, by a second reader alone, by both.

    python bench/claims.py [--labels FOLDER ...] [--papers FOLDER ...] [--runs RUNS]

The claims are in `labelled/` (their form is told in `labels.py`); the papers are not part of the project, and what is
not at hand is left out.

The second reading is the product's own: for each paper one call over all its sentences, the wrong ones in the places
of the right ones. Its replies are in RUNS/store; those that are not yet are asked for, of the endpoint that is
configured. Without --runs there is code alone.
"""

import argparse
import asyncio
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from labels import LABELLED, RIGHT, ROOT, Labelled, LabelledPaper, find_document, fingerprints, passages_of, read_labels

from summarizer.config import load_config
from summarizer.errors import SummarizerError
from summarizer.jobs.job import Job, open_job
from summarizer.paper.reading import read_again
from summarizer.styles import load_text
from summarizer.trust.check import PUBLISHED, check_statement
from summarizer.trust.claims import Statement
from summarizer.trust.evidence import Evidence
from summarizer.trust.uncited import check_uncited
from summarizer.trust.wordlists import read_vocabulary
from summarizer.types import Claim

_WRONG = ("unsupported", "unit")


@dataclass(frozen=True)
class ByCode:
    """Whether code flags a claim: by what it cites, by the pages that it links to, without citations."""

    claim: Labelled
    held: bool
    cited: bool
    pages: bool
    uncited: bool


@dataclass(frozen=True)
class ByBoth:
    """Whether a claim is flagged by code and by the reader, and what becomes of it: as it was, changed, left out."""

    claim: Labelled
    held: bool
    code: bool
    reader: bool
    published: bool
    changed: bool
    again: bool  # it would be sent back once more

    @property
    def stopped(self) -> bool:
        return self.changed or not self.published


def judge(labels: LabelledPaper, evidence: Evidence) -> Iterator[ByCode]:
    """By code, the claims whose passages are all found again."""
    known = fingerprints(evidence.document)
    for claim in labels.claims:
        passages = passages_of(claim, known)
        if passages is None:
            continue
        pages = set(evidence.pages(passages))
        on_pages = tuple(p.id for p in evidence.document.passages if p.page in pages)
        yield ByCode(
            claim,
            labels.held,
            check_statement(_statement(claim, passages), evidence).verdict not in PUBLISHED,
            check_statement(_statement(claim, on_pages), evidence).verdict not in PUBLISHED,
            check_uncited(_statement(claim, ()), evidence).verdict in _WRONG,
        )


async def read(labels: LabelledPaper, evidence: Evidence, job: Job) -> list[ByBoth]:
    """By code and the second reader, a digest in which the wrong claims stand in the places of the right ones."""
    known = fingerprints(evidence.document)
    shown = [(claim, found) for claim in labels.with_errors if (found := passages_of(claim, known)) is not None]
    checked = [
        replace(check_statement(_statement(claim, passages), evidence), item=n)
        for n, (claim, passages) in enumerate(shown)
    ]
    reader = job.work.reader or job.work.model
    if reader is None:
        return []
    result = await read_again(checked, evidence, labels.paper, job.work, reader, job.progress)
    for warning in result.warnings:
        print(f"{labels.paper}: {warning}")
    if not result.spent:
        return []
    became: dict[int, list[Claim]] = defaultdict(list)
    for new in result.claims:
        became[new.item].append(new)
    return [_by_both(claim, labels.held, checked[n], became[n]) for n, (claim, _) in enumerate(shown)]


def _by_both(claim: Labelled, held: bool, before: Claim, after: Sequence[Claim]) -> ByBoth:
    said = after[0].reader
    published = all(new.verdict in PUBLISHED for new in after)
    return ByBoth(
        claim,
        held,
        before.verdict not in PUBLISHED,
        after[0].decision == "unfounded" or (said is not None and said.verdict != "supported"),
        published,
        published and "".join(new.text for new in after) != before.text,
        not published and after[0].decision != "dropped",
    )


def _statement(claim: Labelled, passages: tuple[int, ...]) -> Statement:
    return Statement(claim.section, claim.text, passages, 0, 0)


def show_code(title: str, judged: Sequence[ByCode]) -> None:
    """The share of flagged claims by kind; of right ones every flag is a false alarm."""
    print(f"\n{title}, by code\n{'kind':<12}{'claims':>7}{'cited':>8}{'pages':>8}{'uncited':>9}")
    for kind in _kinds(j.claim for j in judged):
        row = [j for j in judged if j.claim.kind == kind]
        shares = share(j.cited for j in row), share(j.pages for j in row), share(j.uncited for j in row)
        print(f"{kind:<12}{len(row):>7}{shares[0]:>8}{shares[1]:>8}{shares[2]:>9}")
    print(_precision_recall("passages cited", [(j.claim, j.cited) for j in judged]))


def show_both(title: str, judged: Sequence[ByBoth]) -> None:
    print(f"\n{title}, second reading\n{'kind':<12}{'claims':>7}{'code':>8}{'reader':>8}{'both':>8}")
    for kind in _kinds(j.claim for j in judged):
        row = [j for j in judged if j.claim.kind == kind]
        shares = share(j.code for j in row), share(j.reader for j in row), share(j.stopped for j in row)
        print(f"{kind:<12}{len(row):>7}{shares[0]:>8}{shares[1]:>8}{shares[2]:>8}")
    for name, flags in (
        ("code", [(j.claim, j.code) for j in judged]),
        ("reader", [(j.claim, j.reader) for j in judged]),
        ("both", [(j.claim, j.stopped) for j in judged]),
    ):
        print(_precision_recall(name, flags))
    right = [j for j in judged if j.claim.kind == RIGHT]
    print(f"right sentences changed {share(j.changed for j in right)}, "
          f"left out or sent back {share(not j.published for j in right)}")  # fmt: skip
    natural = [j for j in judged if j.claim.natural]
    kept = [j for j in natural if not j.stopped]
    print(f"fully supported: of the sentences as written {share(j.claim.kind == RIGHT for j in natural)}, "
          f"of those published {share(j.claim.kind == RIGHT for j in kept)}")  # fmt: skip
    print(f"sent back once more: {sum(j.again for j in judged)} of {len(judged)} sentences")


def _kinds(claims: Iterable[Labelled]) -> list[str]:
    return sorted({claim.kind for claim in claims}, key=lambda kind: (kind != RIGHT, kind))


def _precision_recall(name: str, flags: Sequence[tuple[Labelled, bool]]) -> str:
    precision = share(claim.kind != RIGHT for claim, flagged in flags if flagged)
    recall = share(flagged for claim, flagged in flags if claim.kind != RIGHT)
    return f"{name}: precision {precision}, recall {recall}"


def share(values: Iterable[bool]) -> str:
    listed = list(values)
    return f"{sum(listed) / len(listed):.3f}" if listed else "-"


async def measure(labelled: Sequence[LabelledPaper], papers: Sequence[Path], runs: Path | None) -> None:
    vocabulary = read_vocabulary(load_text("terms", ".txt"))
    by_code: list[ByCode] = []
    evidence: list[tuple[LabelledPaper, Evidence]] = []
    for labels in labelled:
        document = find_document(labels.paper, papers)
        if document is None:
            print(f"{labels.paper}: no PDF at hand")
            continue
        evidence.append((labels, Evidence(document, vocabulary)))
        found = list(judge(*evidence[-1]))
        lost = len(labels.claims) - len(found)
        print(f"{labels.paper}: {len(found)} claims" + (f"; {lost} cite passages not found again" if lost else ""))
        by_code += found
    by_both: list[ByBoth] = []
    if runs is None:
        print("no second reading: --runs names no store of its replies")
    else:
        async with open_job(load_config({"runs": runs, "reader": "always"})) as job:
            outcomes = await asyncio.gather(*(read(*pair, job) for pair in evidence), return_exceptions=True)
        for (labels, _), outcome in zip(evidence, outcomes, strict=True):
            if isinstance(outcome, SummarizerError):
                print(f"{labels.paper}: not read: {outcome}")
            elif isinstance(outcome, BaseException):
                raise outcome
            else:
                by_both += outcome
    for title, held in (("papers that rules were made on", False), ("papers that no rule was made on", True)):
        if any(j.held == held for j in by_code):
            show_code(title, [j for j in by_code if j.held == held])
        if any(j.held == held for j in by_both):
            show_both(title, [j for j in by_both if j.held == held])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    corpus = sorted((ROOT.parent / "shared" / "corpus").glob("papers*"))
    parser.add_argument("--labels", type=Path, nargs="+", default=[LABELLED], help="folders of labelled claims")
    parser.add_argument("--papers", type=Path, nargs="+", default=corpus, help="folders of PDFs named by their ids")
    parser.add_argument("--runs", type=Path, help="whose store has, or gets, the second reader's replies")
    options = parser.parse_args()
    files = [file for folder in options.labels for file in sorted(folder.glob("*.jsonl")) if ".wrong" not in file.name]
    asyncio.run(measure([read_labels(file) for file in files], options.papers, options.runs))


if __name__ == "__main__":
    main()
