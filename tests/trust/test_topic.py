"""Sentences without numbers: do the cited passages speak of the same things?"""

import pytest

from summarizer.trust.check import check_statement
from summarizer.trust.claims import Statement
from summarizer.trust.evidence import Evidence
from summarizer.trust.topic import foreign
from summarizer.trust.uncited import check_uncited
from summarizer.trust.wordlists import read_vocabulary
from summarizer.types import Document, Passage

TEXTS = (
    "We study retrieval for question answering.",
    "The encoder maps each document to a vector.",
    "Training uses the Adam optimizer with dropout.",
    "We thank the reviewers.",
    "The authors declare no conflict.",
    "Figures are best viewed in color.",
    "Loss of overlap is due to Fully Sharded Data Parallel.",
    "A function q(· | x) gives versions ˜x of x.",
    "An empty document ∅ is added to them.",
)
TERMS = """
专门 | 编码器 | encod
专门 | 文档 | document
专门 | 向量 | vector
专门 | 量化 | quanti
专门 | 剪枝 | prun
专门 | 蒸馏 | distil
专门 | 去噪 | denois
专门 | 检索 | retriev
专门 | 问答 | question
专门 | 优化器 | optimi
通用 | 训练 | train
通用 | 模型 | model
通用 | 权重 | weight
"""
PAPER = Evidence(
    Document("P", 1, passages=tuple(Passage(n, 1, None, text, (0, 0, 1, 1)) for n, text in enumerate(TEXTS, 1))),
    read_vocabulary(TERMS),
)


@pytest.mark.parametrize(
    ("text", "passage", "wrong"),
    [
        ("编码器把文档映射为向量。", 2, False),
        ("编码器把文档映射为向量。", 1, False),  # the sentence after the cited one
        ("编码器把文档映射为向量。", 6, True),
        ("作者对权重做量化和剪枝。", 2, True),  # another paper's
        ("作者对权重做量化。", 6, True),  # one term, nowhere in the paper
        ("作者用优化器训练。", 6, False),  # too little to judge by, and the paper has it
        ("作者提出了新的方法。", 6, False),
        ("作者用 dropout 训练。", 3, False),
        ("编码器、文档、训练与优化器。", 6, True),  # none of four
        ("编码器、文档、训练与优化器。", 4, False),  # half of them are in the sentence before
        ("检索为问答找出文档，再做量化、剪枝、蒸馏和去噪。", 1, True),  # less than half
        ("编码器为问答检索文档。", 1, False),
        ("编码器为问答检索文档并量化。", 1, False),  # all but one
        ("编码器量化文档。", 2, False),
        ("编码器量化并剪枝文档。", 2, True),  # the whole paper has nothing of 量化 and 剪枝: they count twice
        (r"函数 $q(\cdot \mid x)$ 给出 $\tilde{x}$ 与 $\hat{\theta}$，一如 $\bmod$。", 8, False),  # no words, but LaTeX
        (r"加入空文档 $\emptyset$。", 9, False),
        (r"加入 \emptyset 与 \propto 的向量。", 9, True),  # outside of a formula it is a word
        ("作者归因于 FSDP 用得不好。", 7, False),  # the passage has the words that it is the initials of
        ("作者归因于 DDPM 用得不好。", 7, True),
        ("量化与剪枝：由编码器映射为向量。", 2, False),  # what comes before the colon is what the writer calls it
        ("编码器：由量化与剪枝得到的权重。", 2, True),
        ("研究量化、剪枝、蒸馏与去噪的人该读。", 6, False),
        ("研究量化、剪枝、蒸馏与去噪的人该用。", 6, True),
        ("一个量化、剪枝后的模型。", 6, True),  # 一个 is no number that the passage shares
    ],
)
def test_a_sentence_must_keep_to_the_topic_of_its_passages(text: str, passage: int, wrong: bool) -> None:
    claim = check_statement(Statement("", text, (passage,), 0, 0), PAPER)
    assert (claim.verdict == "unsupported") == wrong, claim.reason
    assert not wrong or "does not speak of this" in claim.reason


def test_a_sentence_without_citations_is_foreign_only_if_the_paper_has_none_of_its_terms() -> None:
    assert foreign("作者对权重做量化和剪枝。", PAPER) == ["量化", "剪枝"]
    assert foreign("检索模型的量化和剪枝。", PAPER) == [] and foreign("作者对权重做量化。", PAPER) == []
    assert check_uncited(Statement("", "作者对权重做量化和剪枝。", (), 0, 0), PAPER).verdict == "unsupported"
    assert check_uncited(Statement("", "编码器把文档映射为向量。", (), 0, 0), PAPER).verdict == "uncited"
