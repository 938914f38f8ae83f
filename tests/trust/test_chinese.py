"""Chinese prose: what is reported, and that polishing keeps what must be kept."""

import random
import re

import pytest

from summarizer.trust.chinese import language_problems, polish


@pytest.mark.parametrize(
    "text",
    [
        "本文提出 LoRA，将可训练参数减少 10,000 倍[17]。",
        "原文未提及",
        "- **低秩适应**：冻结预训练权重[3]\n- 推理时没有额外延迟[4]",
        "使用 BERT (Bidirectional Encoder Representations from Transformers) 模型[2]。",
        "在“Attention Is All You Need: a paper that many people read and cite”中提出[2]。",
        "具体数据如下：\n- 准确率 63.4%[3]。\n- 速度提升 25%[4]。",
        "LLaMA-13B、GPT-3、MMLU、HellaSwag、PIQA、SIQA、WinoGrande 与 ARC[9]。",
        r"损失取决于权重 $\beta$ 与 $\tau$，以及速率 $\nu$ 与梯度 $\nabla f$[2]。",
    ],
)
def test_clean_chinese_has_no_problem(text: str) -> None:
    assert language_problems(text) == []


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "empty"),
        ("We propose a novel method for pruning large language models that works well.", "too little Chinese: 0%"),
        ("本文提出了一种方法，we propose a novel method for pruning large language models，效果很好，优于现有的各种方法。", "untranslated English"),
        ("作为一个AI语言模型，我无法阅读论文。", "leaked"),
        (r"本文提出了方法。\n结果更好。", "leaked"),
        ('{"text": "本文提出了方法。"}', "leaked"),
        ("他們提出了一個方法，實現了很好的效果。", "traditional characters"),
        ("本文提出了一种新的方法，通过", "ends in the middle"),
        ("本文很好。本文提出了一种新的用于大规模语言模型结构化剪枝的方法并在多个数据集上验证了其有效性以及推理速度方面的优", "ends in the middle"),
        ("这一方法“很好。", "unbalanced “”"),
        ("方法很好。。", "doubled punctuation"),
        ("该方法在所有数据集上均取得提升。该方法在所有数据集上均取得提升。", "said twice"),
    ],
)  # fmt: skip
def test_problems(text: str, problem: str) -> None:
    assert any(problem in found for found in language_problems(text)), language_problems(text)


@pytest.mark.parametrize(
    ("text", "polished"),
    [
        ("本文提出LoRA,在GPT-3上将参数减少10,000倍[17]。", "本文提出 LoRA，在 GPT-3 上将参数减少 10,000 倍[17]。"),
        ("达到 99.3%,比Chinchilla-70B高2-3个百分点;很好!", "达到 99.3%，比 Chinchilla-70B 高 2-3 个百分点；很好！"),
        ("效果好(见图3)[4].", "效果好（见图 3）[4]。"),
        (
            "复杂度为$O(n^2),好$,见`a,b`和[说明](https://a.b/c,d)。",
            "复杂度为$O(n^2),好$，见`a,b`和[说明](https://a.b/c,d)。",
        ),
        ("利用 LLMs’ Latent 空间与编码器-解码器", "利用 LLMs’ Latent 空间与编码器-解码器"),
        ("Enwik8：6 个块；F1：0.8", "Enwik8：6 个块；F1：0.8"),
        ("比例为1:3，时间12:30，F1=93.2", "比例为 1:3，时间 12:30，F1=93.2"),
    ],
)
def test_polish(text: str, polished: str) -> None:
    assert polish(text) == polished


def test_polish_is_idempotent_and_keeps_letters_digits_and_marks() -> None:
    pieces = re.split(
        " ",
        "本文 提出 LoRA GPT-4o , . ; : ? ! ( ) （ ） “ ” [17] [3,4] 【5】 $x,y$ `a b` 10,000 3.5% -  ** * ’ / \n 倍 的 。",
    )
    chance = random.Random(3)
    for _ in range(600):
        text = "".join(chance.choices(pieces, k=14))
        once = polish(text)
        assert polish(once) == once, text
        assert [c for c in once if c.isascii() and c.isalnum()] == [c for c in text if c.isascii() and c.isalnum()]
        assert once.count("\n") == text.count("\n")
