"""What writers make of a paper's numbers and words - gaps, ratios, points, bits - each beside a wrong one of its kind."""

import pytest
from small_paper import published, small_paper

from summarizer.trust.evidence import Evidence
from summarizer.trust.wordlists import read_vocabulary
from summarizer.types import PassageKind

TEXTS: dict[int, tuple[PassageKind, str]] = {
    1: ("caption", "Table 1: Quality and time of both encoders."),
    2: ("row", "Table 1, Servo: Simple 0.965; Complex 0.934; Pile 0.955; Time (secs) 2.73; Size 412"),
    3: ("row", "Table 1, Magna: Simple 0.969; Complex 0.927; Pile 0.944; Time (secs) 5.39; Size 977"),
    4: ("row", "Table 1, Quark: Simple 0.955; Complex 0.861; Pile 0.859; Time (secs) 1.22; Size 310"),
    5: ("text", "Using prompts helps (60.9% to 68.8% without it, 69.9% to 72.3% with it) [Wei et al., 2021]."),
    6: ("caption", "Table 2: Accuracy (%) of 6 students over 8 tasks with 2 teachers."),
    7: ("row", "Table 2, Direct: Accuracy (%) 60.0"),
    8: ("text", "Predicting ahead helped by 0.3% on Gsm and 3.1% on Csqa."),
    9: ("text", "The loss falls by 5% in relative terms, and training is 30% faster."),
    10: ("text", "After running it for 16 iterations we use 8 parallel attention layers, or heads."),
    11: ("row", "Table 3, BFloat16: Mean 53.0"),
    12: ("row", "Table 3, NFloat4 + DQ: Mean 53.1"),
    13: ("text", "Judges give scores r ∈ [0, 5] to each answer."),
    14: ("text", "For the top-20/30% of the parameters the score falls."),
    15: ("text", "We encode with byte-pair encoding over a shared vocabulary."),
    16: ("equation", "-tr(H)/2 = f(x) - E f(x + z)."),
    17: ("text", "A dropout of 0.05 is useful for small models (7B, 13B), and 0.1 is for none."),
    18: ("text", "This suggests that determining compatibility is not easy."),
    19: ("row", "Table 4, Full / semi-supervised: WSJ 23 F1 92.7"),
    20: ("row", "Table 4, Full / WSJ only: WSJ 23 F1 91.3"),
    21: ("text", "Servo outperforms Magna across the board."),
    22: ("row", "Table 5, Overhead: 2^16 21MB; 2^18 64MB; 2^20 256MB"),
    24: ("row", "Table 6, Pile: Source / Docs 2.8; Source / Words 216.1; Source / Sents 9.2; Target / Words 26.4"),
    25: ("text", "It outperforms the rest by 0.5% on GSM8K and 3% on CSQA."),
    26: ("text", "Good values are α = 0.001, β1 = 0.9 and β2 = 0.999."),
    27: ("text", "Servo and Magna reach 61.2 and 58.4, respectively."),
    28: ("text", "A baseline trained on 10,000 examples for 5,000 steps is behind."),
    23: ("text", "We reduce the memory complexity; the time complexity is still quadratic."),
    35: ("caption", "Table 7: Time. Train is the overall training hours, Test is given in ms/sample."),
    36: ("row", "Table 7, Train: Servo 28.75; Magna 26.10; Quark 30.5; Size [days x cores] 2 x 140"),
    37: ("row", "Table 7, Test: Servo 4.09; Magna 8.59; Quark 5.5; Size [days x cores] 3 x 140"),
    38: ("row", "Table 8, Pile: Alpha 96.70; Beta 96.77; Gamma 95.92; Delta 93.26; Eps 92.5; Zeta 92.9; Eta 93.02"),
    39: ("row", "Table 9, Pile: Alpha 77.60+15.00; Beta 24.67+3.27"),
    40: ("text", "We collected 35 proofs, and then 65 more that suit the other method."),
    29: ("equation", "-tr(H) = 2f(x) - E f(x + z)."),
    30: ("text", "Several samples beat a strong baseline (by roughly 0.5% on GSM8K tasks and 3% on CSQA tasks)."),
    31: ("text", "For the base model we average the last 5 checkpoints, written every 10 minutes."),
    32: ("text", "For the big model we average the last 20 checkpoints."),
    33: ("text", "Answers of Servo were preferred 5020 times, compared to 4143 times for Magna."),
    34: ("text", "On Pile, the sampling results in a 5.0% boost over the base model, from 5.9% to 10.9%."),
}
TERMS = "通用 | 时间 | time\n专门 | 提示 | prompt、suggest\n通用 | 匹配 | match、compatib\n专门 | 检查点 | checkpoint"
PAPER = Evidence(small_paper("Small Encoders", TEXTS), read_vocabulary(TERMS))


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("Servo 在 Pile 上只比 Magna 高 0.011[2][3]。", "Servo 在 Pile 上只比 Magna 高 0.017[2][3]。"),
        ("Pile 上的提升只有约 0.01[2][3]。", "Pile 上的提升只有约 0.03[2][3]。"),
        ("Quark 的时间比 Magna 快约 4.4 倍[3][4]。", "Quark 的时间比 Magna 快约 5.2 倍[3][4]。"),
        ("Servo 的时间降到 Magna 的 51%[2][3]。", "Servo 的时间降到 Magna 的 61%[2][3]。"),
        ("Quark 在 Simple 与 Complex 之间相差 0.094[4]。", "Quark 在 Simple 与 Complex 之间相差 0.049[4]。"),
        ("用提示的版本升幅为 2.4 个百分点[5]。", "用提示的版本升幅为 2.9 个百分点[5]。"),
        ("不用它时只比 Direct 高 0.9 个百分点[5][7]。", "不用它时只比 Direct 高 1.9 个百分点[5][7]。"),
        ("在 Gsm 上带来 0.3 个百分点，在 Csqa 上带来 3.1 个百分点[8]。", "在 Gsm 上带来 3.3 个百分点[8]。"),
        ("训练快 30%[9]。", "训练快 30 个百分点[9]。"),
        ("损失下降 5%[9]。", "损失下降 5 个百分点[9]。"),
        ("运行 16 轮[10]。", "运行 61 轮[10]。"),
        ("文中取 8 个头[10]。", "文中取 8 个词元[10]。"),
        ("16 位基线为 53.0，4 比特的为 53.1[11][12]。", "8 比特的为 53.1[12]。"),
        ("由同一模型给出 0 到 5 分[13]。", "由同一模型给出 0 到 7 分[13]。"),
        ("前 20% 或 30% 的参数[14]。", "前 20% 或 40% 的参数[14]。"),
        ("用 BPE 编码[15]。", "用 BPR 编码[15]。"),
        ("这一式估计负迹的一半[16]。", "这一式估计负迹的 3 倍[16]。"),
        ("小模型用 0.05、13B 及以下可用[17]。", "小模型用 0.06、13B 及以下可用[17]。"),
        ("这提示匹配并不容易[18]。", "检查点的提示匹配[14]。"),
        ("半监督时在 WSJ 第 23 节上的 F1 为 92.7[19]。", "WSJ only 的 F1 为 92.7[19]。"),
        ("正文称 Servo 优于 Magna，但在 Simple 上为 0.965 对 0.969[2][3][21]。", "Servo 优于 Magna，为 0.965 对 0.969[2][3][21]。"),
        ("长度从 2^18 到 2^20，额外内存由 64 MB 变为 256 MB[22]。", "长度从 2^18 到 2^21，额外内存由 64 MB 变为 256 MB[22]。"),
        ("Pile 平均 2.8 篇文档，源文 216.1 词、9.2 句[24]。", "Pile 平均 9.2 篇文档，源文 216.1 词[24]。"),
        ("Pile 的源文有 216.1 词[24]。", "Pile 的源文有 9.2 词[24]。"),
        ("不用它时升了 7.9 个百分点[5]。", "不用它时相对提高 7.9%[5]。"),
        ("在 GSM8K 上高 0.5%，在 CSQA 上高 3%[25]。", "在 GSM8K 上高 3%，在 CSQA 上高 0.5%[25]。"),
        ("建议 $β_1$ 取 0.9、$β_2$ 取 0.999[26]。", "建议 $β_1$ 取 0.999、$β_2$ 取 0.9[26]。"),
        ("Servo 为 61.2，Magna 为 58.4[27]。", "Servo 为 58.4，Magna 为 61.2[27]。"),
        ("用 10,000 个样本训练 5,000 步[28]。", "用 5,000 个样本训练 10,000 步[28]。"),
        ("但计算量仍随长度平方增长[23]。", "但内存复杂度比以前上升[23]。"),
        ("Complex 上领先 Magna 0.007[2][3]。", "Complex 上领先 Magna 0.071[2][3]。"),
        ("Pile 上 Servo 只比 Magna 高 0.011[2][3]。", "Pile 上 Servo 只比 Quark 高 0.011[2][3]。"),  # another rival
        ("Complex 上 Servo 比 Magna 高 0.007[2][3]。", "Complex 上 Servo 比 Magna 高 0.011[2][3]。"),  # another column
        ("Complex 上 Servo 高 0.7 个百分点[2][3]。", "Complex 上 Servo 高 1.7 个百分点[2][3]。"),
        ("Servo 的时间降了，快约一倍[2][3]。", "Quark 的时间降了，快约一倍[3][4]。"),
        ("Servo 的时间约为 Magna 的五成[2][3]。", "Servo 的时间约为 Magna 的三成[2][3]。"),
        ("Servo 在所列 5 项上都高于 Quark[2][4]。", "Servo 在所列 7 项上都高于 Quark[2][4]。"),
        ("右边是两倍的 $f(x)$[29]。", "右边是三倍的 $f(x)$[29]。"),
        ("GSM8K 上约高 0.5 个百分点，CSQA 上约高 3 个百分点[30]。", "GSM8K 上约高 3 个百分点，CSQA 上约高 0.5 个百分点[30]。"),
        ("base 平均最后 5 个检查点，big 平均最后 20 个[31][32]。", "base 平均最后 20 个检查点，big 平均最后 5 个[31][32]。"),
        ("Servo 为 5020 次，Magna 为 4143 次[33]。", "Servo 为 4143 次，Magna 为 5020 次[33]。"),
        ("训练上 Servo 用 28.75 小时[36]。", "训练上 Servo 用 28.75 天[36]。"),
        ("与 Alpha 相比，Pile 上 Beta 只高 0.07 个百分点[38]。", "与 Alpha 相比，Pile 上 Beta 只高 0.85 个百分点[38]。"),
        ("其次是 Alpha 的 15.00 个百分点[39]。", "其次是 Alpha 的 77.60 个百分点[39]。"),
        ("证明题由 35 道增至 100 道[40]。", "证明题由 35 道增至 110 道[40]。"),
        ("每次取 R 个，共 2R 个[14]。", "每次取 R 个，共 Rx 个[14]。"),
        ("Pile 上多出 5.0 个百分点[34]。", "Pile 上达到 10.9 个百分点[34]。"),
    ],
)  # fmt: skip
def test_what_is_computed_is_told_from_what_is_wrong(right: str, wrong: str) -> None:
    assert published(right, PAPER), right
    assert not published(wrong, PAPER), wrong


def test_an_absence_and_the_task_that_is_solved_are_not_looked_for_in_what_is_cited() -> None:
    assert published("针对检查点的提示，参数的得分下降，却未说明检查点如何匹配[14]。", PAPER)
