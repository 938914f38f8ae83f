"""Statements without citations: the evidence is found by number and context together."""

import pytest

from summarizer.trust.claims import Statement
from summarizer.trust.evidence import Evidence
from summarizer.trust.uncited import check_uncited
from summarizer.trust.wordlists import read_vocabulary
from summarizer.types import Claim, Document, Passage

TEXTS = (
    "We train Foobar-7B on 1.4T tokens with 2,048 A100 GPUs for 21 days.",
    "Foobar reduces GPU memory by 3 times compared with LoRA.",
    "Foobar reaches 63.4% on MMLU.",
    "The appendix lists 52 prompts of at most 93 words.",
    "Quux uses 24 GB of memory and runs for 12 hours.",
)
EVIDENCE = Evidence(
    Document("Foobar", 1, passages=tuple(Passage(n, n, None, text, (0, 0, 1, 1)) for n, text in enumerate(TEXTS, 1))),
    read_vocabulary(""),
)


def check(text: str) -> Claim:
    return check_uncited(Statement("摘要", text, (), 0, 0), EVIDENCE)


def test_evidence_is_found_and_cited() -> None:
    claim = check("Foobar 在1.4万亿个token上用2048块A100训练21天。")
    assert (claim.verdict, claim.passages, claim.pages) == ("supported", (1,), (1,))


def test_each_number_gets_its_own_passage() -> None:
    assert check("与 LoRA 相比显存减少3倍，MMLU 达到63.4%。").passages == (2, 3)


@pytest.mark.parametrize("text", ["MMLU 达到64.3%。", "在14万亿个token上训练。", "显存减少13倍。", "MMLU 得分为93。"])
def test_numbers_the_paper_lacks_or_has_in_another_context(text: str) -> None:
    assert check(text).verdict in ("unsupported", "unit", "uncited")


def test_a_sentence_with_nothing_to_look_for_stays_uncited() -> None:
    assert check("该方法效果很好。").verdict == "uncited"
