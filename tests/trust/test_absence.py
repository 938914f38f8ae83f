"""What is said not to be reported: true where the paper has none of the words for it."""

import pytest

from summarizer.trust.absence import check_absence
from summarizer.trust.claims import Statement
from summarizer.trust.evidence import Evidence
from summarizer.trust.wordlists import read_vocabulary
from summarizer.types import Document, Passage

PAPER = Document("T", 1, passages=(Passage(1, 1, None, "We train three models with random seeds.", (0, 0, 1, 1)),))
EVIDENCE = Evidence(PAPER, read_vocabulary("通用 | 方差 | variance、standard deviation\n通用 | 种子 | seed\n"))


@pytest.mark.parametrize(
    ("text", "words", "verdict"),
    [
        ("未报告方差。", ["variance", "standard deviation"], "supported"),
        ("未报告方差。", [], "supported"),  # by the list of terms
        ("未报告随机种子。", ["random seed"], "unsupported"),
        ("未报告随机种子。", [], "unsupported"),
        ("未报告随机种子。", ["variance", "seed"], "unsupported"),
        ("未报告训练成本。", [], "uncited"),
        ("未报告训练成本。", ["…", "成本", "x"], "uncited"),
    ],
)
def test_absence(text: str, words: list[str], verdict: str) -> None:
    claim = check_absence(Statement("limits", text, (), 0, 0), words, EVIDENCE)
    assert claim.verdict == verdict and claim.passages == ()
