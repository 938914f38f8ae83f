"""What writers say of tables and curves in words of their own, each beside a wrong one of its kind."""

import pytest
from small_paper import published, small_paper

from summarizer.trust.evidence import Evidence
from summarizer.trust.wordlists import read_vocabulary
from summarizer.types import PassageKind

TEXTS: dict[int, tuple[PassageKind, str]] = {
    1: ("caption", "Table 1: Success rates (%) of each way of sampling."),
    2: ("row", "Table 1, Model-32B: Alone 48.92; Again 51.48; Tree 55.52"),
    3: ("row", "Table 1, Model-72B: Alone 48.65; Again 49.52; Tree 54.30"),
    4: ("row", "Table 1, Other-70B: Alone 30.20; Again 38.10; Tree 42.50"),
    5: ("caption", "Table 2: Main results."),
    6: ("row", "Table 2, Qwen-7B / ReSum: Browse 1.0; Hop 54.8"),
    7: ("row", "Table 2, Qwen-7B / ARC: Browse 2.0; Hop 66.7"),
    8: ("row", "Table 2, Qwen-32B / ReSum: Browse 1.2; Hop 68.6"),
    9: ("row", "Table 2, Qwen-32B / ARC: Browse 3.0; Hop 71.3"),
    10: ("row", "Table 2, Seek-3 / ReSum: Browse 22.2; Hop 80.7"),
    11: ("row", "Table 2, Seek-3 / ARC: Browse 26.6; Hop 79.8"),
    12: ("row", "Table 2, Vote / Vote: Browse 24.3; Hop 79.1"),
    13: ("text", "We fine-tune Qwen-32B-Instruct; the baseline uses a tenfold lower rate than the others."),
    14: ("text", "We increase the learning rate from 1 × 10^-6 to 5 × 10^-6."),
    15: ("text", "The full pipeline is ahead of every method by +22.2 points on Llama."),
    16: ("caption", "Table 3: GRPO suffers clear degradation, whereas LEAFE can even surpass the base model."),
    17: ("text", "After 200 steps, the entropy decreases to approximately 0.12 and the reward ceases to increase."),
    18: ("row", "Table 4, Multi-Hop: Samples 282; Proportion 14.2%"),
    19: ("row", "Table 4, Adversarial: Samples 446; Proportion 22.5%"),
    20: ("row", "Table 5, SFT: GPQA 24.6; Minerva 40.6; Time 56"),
    21: ("row", "Table 5, SFT+RL: GPQA 40.6; Minerva 43.9; Time 38"),
    22: ("row", "Table 6, RoPE: SWDE 20.0; FDA 10.9"),
    23: ("row", "Table 6, No RoPE: SWDE 17.1; FDA 13.4"),
    24: ("row", "Table 7, SFT (50 steps): Math 55.6; MMLU 53.9; Avg. 59.2"),
    25: ("row", "Table 7, SFT: Math 52.2; MMLU 50.2; Avg. 52.4"),
    26: ("text", "After filtering 78 instances are left; training LaCT takes roughly 56 hours and ViT 16 hours."),
    27: ("caption", "Table 8: Scores on both suites of tasks."),
    28: ("row", "Table 8, Judge: Science 24.36; Table 78"),
    29: ("row", "Table 8, Reward: Science 25.64; Table 77"),
    30: ("text", "The learning rate is 1e^-3, we use flash-attention and flash-linear-attention."),
    31: ("row", "Table 9, 2B: FLOPs 3.63"),
    32: ("row", "Table 9, LUFFY: FLOPs 6.65"),
    33: ("row", "Table 0, Ruby: CodeBERT 0.006; FT CodeBERT 0.547; Large 0.705"),
    34: ("row", "Table 0, Go: CodeBERT 0.002; FT CodeBERT 0.619; Large 0.757"),
    35: (
        "text",
        "CodeBERT delivers moderate gains (ranging from+0.042 to +0.075), N_18 is a child of the best epsilon.",
    ),
    36: ("equation", "Call(T, Ω) = (A_t, ∆Ω_t)"),
}
TERMS = """
通用 | 平均 | averag、avg
通用 | 均分 | averag、avg
通用 | 样本 | sample
专门 | 奖励 | reward
专门 | 熵 | entropy
通用 | 时间 | time
"""
PAPER = Evidence(small_paper("Agents and Tables", TEXTS), read_vocabulary(TERMS))


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        # ranges of gaps, within the rows of a small table, and of groups
        ("三个模型上 Tree 比重试高 4.04 至 4.78 个百分点[2][3][4]。", "三个模型上 Tree 比重试高 4.04 至 5.87 个百分点[2][3][4]。"),
        (
            "在 Qwen 上 Browse 相对 ReSum 的增幅反而最小，只有 1.0 至 1.8 个百分点[6][7][8][9][10][11][12]。",
            "在 Qwen 上 Browse 相对 ReSum 的增幅反而最小，只有 1.0 至 2.7 个百分点[6][7][8][9][10][11][12]。",
        ),
        (
            "完整的 ARC 在 Hop、Browse 上只比 ReSum 多 11.9、1.0 个百分点[6][7]。",
            "完整的 ARC 在 Hop、Browse 上只比 ReSum 多 11.6、1.0 个百分点[6][7]。",
        ),
        ("Browse 上领先 2.3 个百分点[6][7][8][9][10][11][12]。", "Browse 上领先 3.7 个百分点[6][7][8][9][10][11][12]。"),
        # bounds of what is computed
        ("Model-72B 上 Tree 比 Again 高出不足 5 个百分点[3]。", "Model-72B 上 Tree 比 Again 高出不足 3 个百分点[3]。"),
        ("算力略多于 LUFFY 的一半[31][32]。", "算力略多于 LUFFY 的七成[31][32]。"),
        ("只修这一处就补回 0.90 个百分点，Hop 上仍不及 ReSum[10][11]。", "只修这一处就补回 0.09 个百分点[10][11]。"),
        ("Llama 上的领先达 22.2 个百分点[15]。", "Llama 上的得分提升到 22.2 个百分点[15]。"),
        ("基线的学习率只有别家的十分之一[13]。", "基线的学习率只有别家的五分之一[13]。"),
        # words that only look like a direction, and names of versions
        ("缩短版把学习率从 1×10^-6 提到 5×10^-6[14]。", "缩短版把学习率从 1×10^-6 提到 6×10^-6[14]。"),
        ("微调的是 Qwen-32B[13]。", "微调的是 Qwen-64B[13]。"),
        ("GRPO 低于未训练的基座[16]。", "LEAFE 不及未训练的基座[16]。"),
        ("学习率为 1e-3[30]。", "学习率为 1e-4[30]。"),
        # what a number of a table is given to
        ("结果奖励训练 200 步后熵降到约 0.12[17]。", "结果奖励训练 200 步后熵降到约 0.21[17]。"),
        ("Adversarial 这一类占样本的 22.5%[19]。", "Adversarial 这一类占样本的 14.2%[18][19]。"),
        ("RL 对 GPQA 要紧：只做 SFT 时为 24.6[20][21]。", "RL 对 GPQA 要紧：只做 SFT 时为 40.6[20][21]。"),
        ("去掉 RoPE 之后，SWDE：17.1；FDA：13.4[23]。", "RoPE 的 SWDE 为 17.1[22][23]。"),
        ("SFT（50 步）：Math 为 55.6，均分：59.2[24]。", "SFT（50 步）：Math 为 55.6，均分：53.9[24]。"),
        ("Science 上只有 78 题，领先的 1.28 分只合一题[26][28][29]。", "Science 上 Judge 得 78[28][29]。"),
        ("微调 CodeBERT 在 Ruby 上为 0.547[33]。", "Large 在 Ruby 上为 0.547[33]。"),
        ("提升幅度为 0.042 至 0.075[35]。", "提升幅度为 0.024 至 0.075[35]。"),
        ("$N_{18}$ 取最佳的 0.075[35]。", "取最佳的 18 个[35]。"),
        ("项目：训练耗时（约，小时）；LaCT：56；ViT：16[26]", "项目：训练耗时（约，天）；LaCT：56；ViT：16[26]"),
    ],
)  # fmt: skip
def test_a_right_sentence_and_a_wrong_one_of_its_kind(right: str, wrong: str) -> None:
    assert published(right, PAPER), right
    assert not published(wrong, PAPER), wrong


@pytest.mark.parametrize("vague", ["一两个百分点", "三四成", "两三倍"])
def test_how_much_a_vague_number_is_only_a_reader_can_judge(vague: str) -> None:
    assert published(f"Tree 比 Again 高{vague}[3]。", PAPER)


def test_a_number_after_a_comma_does_not_end_a_clause() -> None:
    assert not published("Tree 各项都算过，48.92 和 51.49 分别是 Alone 与 Again 的[2]。", PAPER)


def test_nothing_times_a_power_of_ten_is_a_number_of_the_paper() -> None:
    assert not published("最后剩下 0 万个[25][26][21][30][18]，而不是 0K 步。", PAPER)
