"""Numbers of prose that a sentence gives to each other's things: in other clauses, to other symbols, in turned ranges."""

import pytest
from small_paper import published, small_paper

from summarizer.trust.evidence import Evidence
from summarizer.trust.wordlists import read_vocabulary
from summarizer.types import PassageKind

TEXTS: dict[int, tuple[PassageKind, str]] = {
    1: ("text", "After running Servo for 16 iterations, the overall accuracy is 89.5%."),
    2: ("text", "For reference, a baseline trained on 10,000 examples for 5,000 steps attains 76.3%."),
    3: ("text", "Often N is large (e.g., for Magna, N = 1024 and d = 64) and the decay rate β1 = 0.9."),
    4: ("text", "Updating is 5-10x slower, and tasks vary between 1024 and 4096 in length."),
    5: ("text", "Large models exist, such as Servo (1.5B), Magna (8.3B) and Davin (11B)."),
    6: ("text", "Clusters reach over 38 TFlops per GPU and an aggregate performance over 15 Petaflops."),
    7: ("text", "The memory for weights is 3 GB on Servo, and the activations need 60 GB on Magna."),
    9: ("text", "Servo needs 17.4 ± 1.4 minutes, Magna 20.0 ± 1.5 minutes."),
    8: ("text", "Training grows from 10 to 5 heads; d = 128 holds for the decoder."),
}
TERMS = (
    "专门 | 基线 | baseline\n专门 | 解码器 | decod\n通用 | 准确率 | accura\n通用 | 权重 | weight\n专门 | 激活 | activat"
)
PAPER = Evidence(small_paper("Small Servers", TEXTS), read_vocabulary(TERMS))


@pytest.mark.parametrize(
    ("right", "value", "wrong"),
    [
        ("Servo 运行 16 轮后为 89.5%，训练 5,000 步的基线为 76.3%[1][2]。", "89.5%，训练 5,000 步的基线为 76.3", "76.3%，训练 5,000 步的基线为 89.5"),
        ("权重在 Servo 上占 3 GB，激活在 Magna 上占 60 GB[7]。", "3 GB，激活在 Magna 上占 60", "60 GB，激活在 Magna 上占 3"),
        ("Magna 的 N 为 1024，d 为 64[3]。", "N 为 1024，d 为 64", "N 为 64，d 为 1024"),
        (r"Magna 取 $N=1024$，衰减率 $\\beta_{1}=0.9$[3]。", "N=1024", "N=64"),
        ("更新慢 5 至 10 倍[4]。", "5 至 10", "10 至 5"),
        ("任务的长度在 1024 到 4096 之间[4]。", "1024 到 4096", "4096 到 1024"),
        ("Servo 用 17.4 ± 1.4 分钟，Magna 用 20.0 ± 1.5 分钟[9]。", "20.0 ± 1.5", "1.5 ± 20.0"),
        ("Magna 有 83 亿，Davin 有 110 亿[5]。", "83 亿，Davin 有 110", "110 亿，Davin 有 83"),
        ("每块 GPU 超过 38 TFlops，总共超过 15 Petaflops[6]。", "38 TFlops，总共超过 15", "15 TFlops，总共超过 38"),
    ],
)  # fmt: skip
def test_numbers_that_are_given_to_each_others_things_are_found(right: str, value: str, wrong: str) -> None:
    assert published(right, PAPER)
    assert not published(right.replace(value, wrong), PAPER)


@pytest.mark.parametrize(
    "text",
    [
        "头数从 10 减到 5[8]。",
        "解码器取 $d=128$，Magna 取 $d=64$[3][8]。",  # one symbol in two places
        "基线为 76.3%，本文方法为 89.5%[1][2]。",
        "Servo 与 Magna 分别为 3 GB 和 60 GB[7]。",
        "Magna 的 n 为 64[3]。",  # another symbol
    ],
)
def test_what_is_told_once_more_in_other_words_is_left(text: str) -> None:
    assert published(text, PAPER)


def test_a_number_after_an_at_sign_is_a_name_and_symbols_of_rows_are_not_compared() -> None:
    rows: dict[int, tuple[PassageKind, str]] = {
        1: ("row", "Table 1, K = 64: Fact@1 75.07; Wiki 30.1"),
        2: ("row", "Table 1, K = 128: Fact@1 74.88; Wiki 30.2"),
        3: ("row", "Table 1, MultiR: Fact@1 70.10; Wiki 30.3"),
        4: ("row", "Table 1, fs-100: Fact@1 70.90; Wiki 30.9"),
    }
    evidence = Evidence(small_paper("Rows", rows), read_vocabulary(""))
    assert published("K=64 与 K=128 的 Fact @1 几乎相同（75.07 与 74.88）[1][2]。", evidence)
    assert published("两者接近（Fact@1：75.07 对 74.88）[1][2]。", evidence)  # and no time of the day
    sizes: dict[int, tuple[PassageKind, str]] = {
        1: ("row", "Table 1, LLaMA / 13B: Piqa 80.1; Race 47.2"),
        2: ("row", "Table 1, LLaMA / 65B: Piqa 82.8; Race 51.6"),
        3: ("row", "Table 1, GPT-3 / 175B: Piqa 81.0; Race 45.5"),
    }
    models = Evidence(small_paper("Sizes", sizes), read_vocabulary(""))
    assert published("LLaMA-13B 与 GPT-3 接近，Piqa 略低（80.1 对 81.0）[1][3]。", models)
    assert not published("LLaMA-13B 的 Piqa 为 82.8[1][2]。", models)
    assert published("多轮后 Wiki 升到 30.9[4]。", evidence)  # MultiR is no word for it
    assert published("样本增到 100 个时 Wiki 为 30.9[4]。", evidence)
