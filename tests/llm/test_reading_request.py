"""What the second reader is shown beside a sentence: what it cites, and what the cited sentences lean on."""

import pytest
from small_paper import small_paper

from summarizer.llm.reading import SentenceToRead, reading_messages
from summarizer.styles import load_prompt

TEXTS = [
    "We train all of our models on the same four data sets with eight-shot prompts.",  # 1
    "These models reach an accuracy of 72.3% on the first of the four data sets.",
    "However, the gain does not appear to hold on the larger one of the four data sets.",
    "Our baseline is a model that was fine-tuned to answer without any rationale.",
    "Sampling several thoughts for each position takes most of the time of training.",  # 5
    "Accuracy is 61.2%.",
    "Samples are drawn at a temperature of one and scored by the model that drew them.",
]
PAPER = small_paper("Small", {n: ("text", text) for n, text in enumerate(TEXTS, 1)})


def shown(text: str, *passages: int, remark: str = "") -> set[int]:
    sentence = SentenceToRead("摘要", text, passages, remark)
    request = reading_messages(load_prompt("reading"), [sentence], PAPER)[1]["content"]
    return {n for n, said in enumerate(TEXTS, 1) if f"[{n}] {said}" in request}


@pytest.mark.parametrize(
    ("cited", "seen"),
    [
        (2, {1, 2, 3}),  # These leans back, However qualifies
        (4, {4}),
        (6, {5, 6}),  # short
        (3, {2, 3}),
    ],
)
def test_a_cited_sentence_is_shown_with_those_it_leans_on(cited: int, seen: set[int]) -> None:
    assert shown("准确率如何。", cited) == seen


def test_a_doubted_sentence_and_an_absence_are_shown_with_both_neighbours() -> None:
    assert shown("对照是微调。", 4, remark="4: not in what is cited") == {3, 4, 5}
    assert shown("原文没有给出对照的大小。", 4) == {3, 4, 5}
