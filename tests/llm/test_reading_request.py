"""What the second reader is shown beside a sentence: what it cites, and what the cited sentences lean on."""

import pytest
from small_paper import small_paper

from summarizer.llm.reading import SentenceToRead, reading_messages
from summarizer.styles import load_prompt
from summarizer.types import Document

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


TABLE = small_paper(
    "Tables",
    {1: ("caption", "Table 1: Accuracy of all models.")}
    | {n: ("row", f"Table 1, M{n}: Alpha 6{n % 10}.5; Beta {90 - n}.5") for n in range(2, 14)},
)


def request(text: str, *passages: int, remark: str = "", paper: Document = PAPER) -> str:
    sentence = SentenceToRead("摘要", text, passages, remark)
    return reading_messages(load_prompt("reading"), [sentence], paper)[1]["content"]


def shown(text: str, *passages: int, remark: str = "") -> set[int]:
    asked = request(text, *passages, remark=remark)
    return {n for n, said in enumerate(TEXTS, 1) if f"[{n}] {said}" in asked}


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


def test_a_sentence_that_only_repeats_is_not_doubted() -> None:
    assert shown("对照是微调。", 4, remark="said before in 3") == {4}


def test_of_a_long_table_the_rows_cited_and_the_extremes_of_its_columns_are_shown() -> None:
    lines = request("M4 为 64.5。", 4, paper=TABLE).splitlines()
    rows = [line.split()[1] for line in lines if line.startswith("r")]
    assert rows == ["M2", "M4", "M9", "M10", "M13"]  # the highest and the lowest of Alpha, and of Beta
    assert "(5 of 12 rows)" in lines and "[1] Table 1: Accuracy of all models." in lines


def test_a_caption_alone_brings_its_table_only_where_the_sentence_is_doubted() -> None:
    assert "| c1 Alpha" not in request("列出各模型的准确率。", 1, paper=TABLE)
    asked = request("列出各模型的准确率。", 1, remark="64.5: not in what is cited", paper=TABLE)
    assert asked.count("\nr") == 12


def test_a_heading_is_told_once() -> None:
    sentences = [SentenceToRead(heading, "准确率如何。", (4,), "") for heading in ("摘要", "摘要", "局限")]
    asked = reading_messages(load_prompt("reading"), sentences, PAPER)[1]["content"]
    assert "1. 〔摘要〕" in asked and "2. 〔同上〕" in asked and "3. 〔局限〕" in asked
