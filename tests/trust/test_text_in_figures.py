"""The text in a figure as evidence: its numbers as they stand, each for itself."""

import pytest

from summarizer.llm.paper_text import paper_text, readable
from summarizer.trust.check import check_statement
from summarizer.trust.claims import split_statements
from summarizer.trust.evidence import Evidence
from summarizer.trust.wordlists import Vocabulary
from summarizer.types import Document, Passage, Section

BOX = (0.0, 0.0, 1.0, 1.0)
BARS = (
    "Figure 4, text in the figure: Detection AUROC | 0.981 0.991 0.773 60 120 240 | RoB-base; DetectGPT; Rank"
    " | XSum; 10% 85% | 12 layers"
)
PAPER = Document(
    "Detection", 2, sections=(Section("Results", "1", 1, 1),),
    passages=(
        Passage(1, 1, 0, "DetectGPT detects the text of machines without training.", BOX),
        Passage(2, 2, 0, "Figure 4: Detection by DetectGPT and by supervised models.", BOX, "caption", item="Figure 4"),
        Passage(3, 2, 0, BARS, BOX, "labels", item="Figure 4"),
    ),
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("DetectGPT 在 XSum 上的 AUROC 为 0.991，RoB-base 为 0.981[3]。", "supported"),
        ("XSum 上的比例为 85%[3]。", "supported"),
        ("DetectGPT 在 XSum 上的 AUROC 为 0.997[3]。", "unsupported"),
        ("DetectGPT 用了 60120240 个样本[3]。", "unsupported"),  # numbers side by side are not one
        ("DetectGPT 在 Rank 上的 AUROC 为 4[3]。", "unsupported"),  # nor is the figure's own
    ],
)
def test_a_claim_may_cite_the_text_in_a_figure(text: str, verdict: str) -> None:
    claim = check_statement(split_statements("results", text)[0], Evidence(PAPER, Vocabulary()))
    assert claim.verdict == verdict, claim.reason
    assert claim.pages == (2,)


def test_a_model_reads_it_behind_the_caption() -> None:
    assert paper_text(PAPER, readable(PAPER)).splitlines()[-1] == f"[3] {BARS}"
