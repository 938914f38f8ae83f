"""How well right claims are told from wrong ones, kind by kind: `python bench/claims.py [--reader VERDICTS]`.

`labelled/<paper>.jsonl` holds claims about a paper: the first line says which paper and whether rules were made on it
("made") or not ("held"); then one claim a line with its `kind` - "right", or how it is wrong - and the fingerprints of
the passages that it cites. No text of a paper is kept. The papers are not part of the project.

VERDICTS are lines of what a second reader said: {"id": ..., "verdict": "supported|partly|contradicted|absent",
"quote": ...}. Together, a claim counts as flagged if the reader flags it, or the checker does and the reader has no
words of the paper for it.
"""

import argparse
import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests"), str(ROOT / "tests" / "llm")]

from recorded_model import fingerprint

from summarizer.pdf import parse_pdf
from summarizer.styles import load_text
from summarizer.trust.check import PUBLISHED, check_statement
from summarizer.trust.claims import Statement
from summarizer.trust.evidence import Evidence
from summarizer.trust.uncited import check_uncited
from summarizer.trust.wordlists import read_vocabulary

LABELLED = ROOT / "bench" / "labelled"
RIGHT = "right"
_WRONG = ("unsupported", "unit")


@dataclass(frozen=True)
class Labelled:
    """A claim with its label. `kind` is "right", or how it is wrong; `cites` are fingerprints of passages."""

    id: str
    section: str
    text: str
    cites: tuple[str, ...]
    kind: str
    held: bool  # whether no rule was made on its paper


@dataclass(frozen=True)
class Judged:
    """Whether a claim is flagged: by what it cites, by the pages that it links to, without citations, by the reader."""

    claim: Labelled
    cited: bool
    pages: bool
    uncited: bool
    reader: bool | None
    together: bool


def read_claims(file: Path) -> tuple[str, list[Labelled]]:
    """The paper's id and its claims."""
    head, *lines = (json.loads(line) for line in file.read_text(encoding="utf-8").splitlines())
    held = head["rules"] == "held"
    fields = ("id", "section", "text", "kind")
    claims = [Labelled(**{f: line[f] for f in fields}, cites=tuple(line["cites"]), held=held) for line in lines]
    return head["paper"], claims


def judge(claims: Iterable[Labelled], evidence: Evidence, reader: Mapping[str, Mapping[str, Any]]) -> Iterator[Judged]:
    """The claims whose passages are all found again."""
    known = {fingerprint(passage.text): passage.id for passage in evidence.document.passages}
    for claim in claims:
        if not set(claim.cites) <= known.keys():
            continue
        statement = Statement(claim.section, claim.text, tuple(known[cite] for cite in claim.cites), 0, 0)
        pages = set(evidence.pages(statement.passages))
        on_pages = tuple(p.id for p in evidence.document.passages if p.page in pages)
        linked = Statement(claim.section, claim.text, on_pages, 0, 0)
        bare = Statement(claim.section, claim.text, (), 0, 0)
        flagged = check_statement(statement, evidence).verdict not in PUBLISHED
        said = reader.get(claim.id)
        doubted = None if said is None else said["verdict"] != "supported"
        yield Judged(
            claim,
            flagged,
            check_statement(linked, evidence).verdict not in PUBLISHED,
            check_uncited(bare, evidence).verdict in _WRONG,
            doubted,
            flagged if said is None else bool(doubted or (flagged and not said["quote"])),
        )


def show(title: str, judged: list[Judged]) -> None:
    """The share of flagged claims by kind; of right ones every flag is a false alarm."""
    print(f"\n{title}\n{'kind':<12}{'claims':>7}{'cited':>8}{'pages':>8}{'uncited':>9}{'reader':>8}{'together':>10}")
    kinds = sorted({j.claim.kind for j in judged}, key=lambda kind: (kind != RIGHT, kind))
    for kind in kinds:
        row = [j for j in judged if j.claim.kind == kind]
        read = [j for j in row if j.reader is not None]
        shares = [share(j.cited for j in row), share(j.pages for j in row), share(j.uncited for j in row)]
        by_reader = share(bool(j.reader) for j in read)
        print(f"{kind:<12}{len(row):>7}{shares[0]:>8}{shares[1]:>8}{shares[2]:>9}{by_reader:>8}"
              f"{share(j.together for j in row):>10}")  # fmt: skip
    flagged = [j for j in judged if j.cited]
    wrong = [j for j in judged if j.claim.kind != RIGHT]
    print(f"precision {share(j.claim.kind != RIGHT for j in flagged)}, recall {share(j.cited for j in wrong)} (cited)")
    published = [j for j in judged if not j.together]
    print(f"published sentences that are right: {share(j.claim.kind == RIGHT for j in published)}")


def share(values: Iterable[bool]) -> str:
    listed = list(values)
    return f"{sum(listed) / len(listed):.3f}" if listed else "-"


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    arguments.add_argument("--corpus", type=Path, default=ROOT.parent / "shared")
    arguments.add_argument("--reader", type=Path, metavar="VERDICTS", help="what a second reader said, JSON lines")
    options = arguments.parse_args()
    lines = options.reader.read_text(encoding="utf-8").splitlines() if options.reader else []
    reader = {said["id"]: said for said in map(json.loads, lines)}
    vocabulary = read_vocabulary(load_text("terms", ".txt"))
    judged: list[Judged] = []
    for file in sorted(LABELLED.glob("*.jsonl")):
        paper, claims = read_claims(file)
        pdf = next((options.corpus / "corpus").glob(f"papers*/{paper}.pdf"), None)
        document = parse_pdf(pdf.read_bytes(), crops=False).document if pdf else None
        if document is None:
            print(f"{paper}: no PDF at hand")
            continue
        found = list(judge(claims, Evidence(document, vocabulary), reader))
        print(f"{paper}: {len(found)} of {len(claims)} claims, the others cite passages that are not found again")
        judged += found
    show("papers that rules were made on", [j for j in judged if not j.claim.held])
    show("papers that no rule was made on", [j for j in judged if j.claim.held])


if __name__ == "__main__":
    main()
