"""Labelled claims about papers, as files: which sentences of a digest are right, which are wrong, and how.

`<paper>.jsonl`, one file a paper. The first line is about the paper:

    {"paper": "1706.03762", "rules": "made" | "held", "writer": "a"}

"held" if no rule of the checker was made on it; `writer` tells writers apart, without a name. Then one claim a line:

    {"id": "1706.03762-12", "section": "实验效果", "text": "…", "cites": ["a511ba5fb9e4"], "kind": "right"}
    {"id": "1706.03762-12w", …, "kind": "column", "of": "1706.03762-12", "words": "base 27.3 | big 28.4"}

`cites` are fingerprints of passages, so that no text of a paper is kept and a changed parser still finds them. `kind`
is "right" or how the claim is wrong. `of` names the right claim that a wrong one was made of; a claim that its writer
got wrong has none. `words` are the few words of the paper, 120 characters at most, that show it.
"""

import json
import sys
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests"), str(ROOT / "tests" / "llm")]

from recorded_model import fingerprint

from summarizer.paper.source import beside_page
from summarizer.pdf import parse_pdf
from summarizer.types import Document

LABELLED = ROOT / "bench" / "labelled"
RIGHT = "right"
MADE = {  # how a claim is made wrong, by somebody who is not its writer
    "column": "the value of another column of the same row",
    "row": "the value of another row of the same column",
    "exchange": "two values of the sentence exchanged",
    "condition": "a condition dropped or replaced: data set, size, number of samples, decoding, judge",
    "direction": "higher for lower, faster for slower, better for worse",
    "rival": "compared with another system than the paper does",
    "scope": "one setting or data set told as a general result",
    "cause": "a cause claimed that the paper does not claim",
    "unit": "another unit or magnitude: 亿 for 万, points for per cent, hours for days",
    "digit": "a digit changed",
    "name": "another name: of a data set, model, metric",
    "sibling": "a sentence that would be true of another paper on the same subject",
    "absence": "said to be missing, not done or not reported, though the paper has it",
}
NATURAL = ("hedge", "term", "metric", "reference", "number", "elsewhere")  # and any of the above: slips of its writer
LONGEST_WORDS = 120


@dataclass(frozen=True)
class Labelled:
    """A claim with its label."""

    id: str
    section: str
    text: str
    cites: tuple[str, ...]
    kind: str
    of: str = ""
    words: str = ""

    @property
    def natural(self) -> bool:
        """Whether it stands as its writer wrote it."""
        return not self.of


@dataclass(frozen=True)
class LabelledPaper:
    """A paper's claims. `held`: no rule was made on it."""

    paper: str
    held: bool
    claims: tuple[Labelled, ...]
    writer: str = ""

    @cached_property
    def with_errors(self) -> list[Labelled]:
        """The digest as a reader gets it: each wrong claim in the place of the right one, the first of several."""
        wrong: dict[str, Labelled] = {}
        for claim in self.claims:
            if claim.of:
                wrong.setdefault(claim.of, claim)
        return [wrong.get(claim.id, claim) for claim in self.claims if claim.natural]


def read_labels(file: Path) -> LabelledPaper:
    head, *lines = map(json.loads, file.read_text(encoding="utf-8").splitlines())
    claims = tuple(Labelled(**{**line, "cites": tuple(line["cites"])}) for line in lines)
    return LabelledPaper(head["paper"], head["rules"] == "held", claims, head.get("writer", ""))


def write_labels(folder: Path, labels: LabelledPaper) -> Path:
    head = {"paper": labels.paper, "rules": "held" if labels.held else "made", "writer": labels.writer}
    lines = [head, *({k: v for k, v in asdict(claim).items() if v or k == "section"} for claim in labels.claims)]
    file = folder / f"{labels.paper}.jsonl"
    folder.mkdir(parents=True, exist_ok=True)
    file.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), encoding="utf-8")
    return file


def passages_of(claim: Labelled, known: Mapping[str, int]) -> tuple[int, ...] | None:
    """The numbers of the passages that a claim cites; None where one is not found again."""
    if not set(claim.cites) <= known.keys():
        return None
    return tuple(known[cite] for cite in claim.cites)


def fingerprints(document: Document) -> dict[str, int]:
    """{fingerprint of a passage: its number}"""
    return {fingerprint(passage.text): passage.id for passage in document.passages}


def find_document(paper: str, folders: Iterable[Path]) -> Document | None:
    """The paper parsed, from the first folder that has its PDF, beside its HTML where that lies there, too."""
    pdf = next((file for folder in folders if (file := folder / f"{paper}.pdf").exists()), None)
    document = parse_pdf(pdf.read_bytes(), crops=False).document if pdf else None
    return beside_page(document, pdf) if document and pdf else None
