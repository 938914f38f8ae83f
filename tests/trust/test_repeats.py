"""The same sentence in two sections or in two entries, and phrases that say nothing."""

import pytest

from summarizer.errors import UsageError
from summarizer.styles import load_text
from summarizer.trust.phrases import Phrases, phrase_problem, read_phrases
from summarizer.trust.repeats import repeats, shared_sentences

LONG = "该方法在推理阶段通过向中间层加入偏移向量来引导模型的输出"
OTHER = "作者把论文切成句子并给每个句子编号以便在解读中逐句引用"


def test_a_sentence_said_again_points_at_the_first_one() -> None:
    assert repeats([f"{LONG}。", f"{OTHER}。", f"，{LONG}", "", "很好。", "很好。"]) == {2: 0}


def test_related_sentences_are_no_repeats() -> None:
    assert (
        repeats(["在 A 数据集上准确率从 71.2% 提高到 74.5%。", "在 A 数据集上准确率提高了 3.3 个百分点，超过基线。"])
        == {}
    )


def test_two_entries_that_share_a_sentence_are_named() -> None:
    found = shared_sentences({"1": [f"{OTHER}。", f"此外，{LONG}。"], "2": [f"{LONG}，效果更好。"]})
    assert [(shared.first, shared.second, shared.text) for shared in found] == [("1", "2", f"此外，{LONG}。")]


def test_what_all_entries_have_is_their_frame() -> None:
    assert shared_sentences({name: [f"{LONG}。"] for name in "123"}) == []


def test_the_shipped_list_tells_filler_and_leaks_from_sentences() -> None:
    phrases = read_phrases(load_text("phrases", ".txt"))
    assert "says nothing" in phrase_problem("这一发现对该领域具有重要意义。", phrases)
    assert "words of the prompt" in phrase_problem("句末标出片段编号。", phrases)
    assert phrase_problem("LoRA 在 GPT-3 上减少 3 倍显存，具有重要意义。", phrases) == ""
    assert phrase_problem(f"{LONG}，具有重要意义。", phrases) == ""
    assert phrase_problem("模型有 5 亿参数。", Phrases()) == ""


@pytest.mark.parametrize("line", ["空话", "空话 | ", "废话 | 很好"])
def test_a_malformed_line_is_named(line: str) -> None:
    with pytest.raises(UsageError, match="line 2"):
        read_phrases(f"# remark\n{line}\n")
