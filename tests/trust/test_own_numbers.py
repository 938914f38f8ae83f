"""Numbers that writers make of a paper's: gaps and ratios of rounded numbers, products, examples, counts told elsewhere."""

import pytest
from small_paper import published, small_paper

from summarizer.trust.evidence import Evidence
from summarizer.trust.wordlists import read_vocabulary
from summarizer.types import PassageKind

TEXTS: dict[int, tuple[PassageKind, str]] = {
    1: ("text", "The corpus of Nq is around 21M passages of 100 tokens, that of Kilt around 36M passages."),
    2: ("text", "Search takes ~16 minutes and ~35 minutes with a beam size of 5 or 15 on 1 machine."),
    3: ("text", "We use 50000 timesteps per batch; the timestep was 0.01 seconds."),
    4: ("text", "The pair is correctly labeled with probability P(a | x) ≥ 1 − 2ϵ."),
    5: ("text", "We set β = 0.2 and α = 1.5 in all experiments on Nq."),
    6: ("text", "We test all 7 models on three datasets."),
    7: ("text", "Accuracy improvements of Servo range widely, with gains ranging from 1.11% to 24.13%."),
    8: ("text", "The teachers reach 72.5%, 66.9% and 71.4% on Reddit, Helpful and Harmless respectively."),
    9: ("text", "A feedforward network has three hidden layers of 100, 50 and 25 units."),
    10: ("caption", "Table 1: Size of the indexes and length of the replies."),
    11: ("row", "Table 1, Dense: Size (GB) 18.8; Tokens 858.507"),
    12: ("row", "Table 1, Sparse: Size (GB) 8.8; Tokens 611.848"),
    13: ("text", "Win rates are averaged over 500-3k unlabeled queries, with margins of 85 ± 3 and 61 ± 4."),
    14: ("text", "We average 21 runs of one task, 9 runs of another and 5 runs of a third."),
    15: ("text", "The hyperparameters γ and λ are set to 2.0 and 0.8 on Nq."),
    17: ("text", "Each example has 1024 tokens, and there are 217,000,000 of them."),
    18: ("text", "We took 101 skills and left out 17; scaling up 10x. This doubles k."),
    19: ("text", "At least 1/3 of the replies are new; sharding yields a 4x reduction of memory."),
    20: ("text", "Even models of Servo win against Davin with probability exceeding 90%, Magna is second."),
    21: ("text", "We take another 150 questions in addition to the 150 of Proof, and label 8 by hand."),
    22: ("text", "Of 126 marks, 35 were chosen by two, 6 by three, and 2 by four of them."),
    23: ("text", "We collected 417 replies (180, 108, 129 for each topic, respectively)."),
    25: ("text", "The layer might be 500 to 2000 wide; we follow WMT 2014 and the rules made in 2011."),
    26: (
        "text",
        "Replies of M1 have an average length of 1092, of M2 1552, and for M3 they are 2552, after 3 of 8 steps.",
    ),
    27: ("text", "Of the sequences 60.1% end in an optimal plan."),
    28: ("text", "With a gain of 9.66% and 14.93% on Nq and Kilt; the second step is a 5-token (72 to 67) reduction."),
    24: ("equation", "P(a_s) = 1/M sum_{i=1}^M I(a_i = a_s), a_s ∈ {True, False}"),
    16: ("text", "Lengths went from 4222 tokens at steps 1, 2, 3, 4, 5, 6 and 8 to 3094 tokens."),
}
TERMS = "通用 | 模型 | model\n通用 | 数据集 | dataset\n通用 | 长度 | length\n通用 | 索引 | index"
PAPER = Evidence(small_paper("Small Numbers", TEXTS), read_vocabulary(TERMS))


@pytest.mark.parametrize(
    ("right", "value", "wrong"),
    [
        ("Kilt 的段落数约为 Nq 的 1.7 倍[1]。", "1.7", "2.7"),
        ("检索由约 16 分钟增至约 35 分钟，约 2.2 倍[2]。", "2.2", "3.2"),
        ("每步 0.01 秒，一批 5 万步共 500 秒[3]。", "500 秒", "50 秒"),
        ("例如 $\\epsilon=0.1$ 时，概率至少为 0.8[4]。", "例如 $\\epsilon=0.1$ 时，概率", "概率"),
        ("例如 $\\beta=0.2$[5]。", "0.2", "0.3"),  # the paper gives it a number
        ("假设有 30 段，每段 40 字，共 1200 字[4]。", "假设有", "Nq 有"),
        ("例如 Nq 上取 $\\beta=0.2$[5]。", "0.2", "0.7"),  # something real
        ("7 个模型的提升在 1.11 到 24.13 个百分点之间[7]。", "7 个", "8 个"),  # told elsewhere
        ("提升 1.11 到 24.13 个百分点[7]。", "24.13", "42.13"),
        ("在 Reddit、Helpful 与 Harmless 上为 72.5%、66.9% 和 71.4%[8]。", "66.9% 和 71.4%", "71.4% 和 66.9%"),
        ("三层各有 100、50 和 25 个单元[9]。", "50 和 25", "25 和 50"),
        ("$\\gamma$ 与 $\\lambda$ 为 2.0 和 0.8[15]。", "2.0 和 0.8", "0.8 和 2.0"),
        ("Sparse 的索引比 Dense 的小 10.0 GB[11][12]。", "10.0", "12.0"),
        ("回答由 858.507 降到 611.848，少约 247 个词元[11][12]。", "247", "427"),
        ("在 500 至 3k 条查询上取平均[13]。", "500", "50"),
        ("第一项任务取 21 次的平均[14]。", "21", "12"),  # no mean of all
        ("合计约 2222 亿个词元[17]。", "2222 亿", "2522 亿"),
        ("去掉之后剩 84 项[18]。", "84", "48"),
        ("放大 10 倍时翻倍[18]。", "10 倍", "20 倍"),
        ("至少三分之一的回答是新的[19]。", "三分之一", "三分之二"),
        ("内存降到四分之一[19]。", "四分之一", "五分之一"),
        ("Servo 的模型已能胜过 Davin，概率超过 90%[20]。", "90%", "80%"),
        ("该层宽 500 至 2000[25]。", "2000", "3000"),
        ("M3 的平均长度约为 M1 的 2.3 倍[26]。", "2.3", "3.2"),
        ("约四成得不到最优解[27]。", "四成", "七成"),
        ("Nq 与 Kilt 分别损失 9.66 和 14.93 个百分点[28]。", "14.93", "19.43"),
        ("平均减少 5 个词元，从 72 降到 67[28]。", "67", "76"),
        ("两者共 300 题，各占一半[21]。", "300", "310"),
        ("被两个以上选中的共 43 个，约占三分之一[22]。", "43", "53"),
        ("三个主题分别有 180、108 和 129 份[23]。", "108 和 129", "129 和 108"),
        ("例如 $M=5$、三个为 True 时，$P=0.6$[24]。", "例如 ", "Nq 上"),
        ("长度共减少 1128 个词元[16]。", "1128", "1182"),
    ],
)
def test_what_the_writer_makes_of_numbers(right: str, value: str, wrong: str) -> None:
    assert published(right, PAPER), right
    assert not published(right.replace(value, wrong), PAPER), wrong


@pytest.mark.parametrize(
    "text",
    [
        "在 Harmless、Reddit 与 Helpful 上为 71.4%、72.5% 和 66.9%[8]。",  # in an order of its own
        "各层由小到大有 25、50 和 100 个单元[9]。",
    ],
)
def test_a_list_in_another_order_with_its_names_is_right(text: str) -> None:
    assert published(text, PAPER)
