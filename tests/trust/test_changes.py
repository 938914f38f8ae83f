"""Points are differences of shares: no level, and no change of what is no share; what a writer computes is a change."""

import pytest
from small_paper import small_paper

from summarizer.trust.changes import has_no_points, states_change
from summarizer.trust.check import check_statement
from summarizer.trust.claims import split_statements
from summarizer.trust.evidence import Evidence
from summarizer.trust.wordlists import read_vocabulary
from summarizer.types import PassageKind, Verdict

TEXTS: dict[int, tuple[PassageKind, str]] = {
    1: ("text", "Zero-shot accuracy improves on Csqa (36.3%→47.2%) and Gsm (5.9%→10.9%)."),
    2: ("text", "We see a further gain of Servo, with 47.7% wins compared to only 12.5% for Magna."),
    3: ("text", "We start with 40 steps and increase the number of training steps by 20% each time."),
    4: ("text", "Quantized memory and an optimizer raise the communication volume by 50% at most."),
    5: ("text", "Servo improves accuracy by 8.7%, while the gap to Magna grows from 3.2 points to 5.1 points."),
    6: ("caption", "Table 1: Relative speedups, accuracy in percent."),
    7: ("row", "Table 1, Servo: Speedup 3.05; Accuracy 73.0"),
    8: ("row", "Table 1, Magna: Speedup 2.74; Accuracy 72.3"),
    9: ("text", "Merging two tasks, both get close to one; plain averaging suffers from a 10% drop."),
    10: ("text", "Splitting over 64 GPUs yields a 64x reduction of memory, 16 GB a GPU."),
    11: ("text", "It scales to sequences of 1M tokens, where attention needs 1GB."),
    12: ("text", "Judges compare both models on 256 prompts."),
    13: ("text", "Servo solves 12% more problems on Eval and 17% more on Mbpp."),
    14: ("text", "Magna reaches 60.0% and Servo 72.3% on Csqa, of 8 layers the best uses 6 layers."),
}
PAPER = Evidence(small_paper("Small Changes", TEXTS), read_vocabulary(""))


def verdict(text: str) -> Verdict:
    (statement,) = split_statements("", text)
    return check_statement(statement, PAPER).verdict


@pytest.mark.parametrize(
    ("right", "value", "wrong"),
    [
        ("Gsm 从 5.9% 升到 10.9%[1]。", "10.9%", "10.9 个百分点"),
        ("Gsm 从 5.9% 升到 10.9%[1]。", "5.9%", "5.9 个百分点"),
        ("Csqa 的准确率由 36.3% 升至 47.2%[1]。", "36.3%", "36.3 个百分点"),
        ("Gsm 升 5.0 个百分点[1]。", "5.0 个百分点", "5.0%"),
        ("Servo 对 Magna 有 47.7% 胜、12.5% 负[2]。", "47.7%", "47.7 个百分点"),
        ("Servo 的胜率为 47.7%[2]。", "47.7%", "47.7 个百分点"),
        ("Csqa 只涨 10.9 个百分点[1]。", "10.9", "19.0"),
        ("此后每次增加 20%[3]。", "20%", "20 个百分点"),
        ("通信量至多增加 50%[4]。", "50%", "50 个百分点"),
        ("与 Magna 的差距由 3.2 个百分点升到 5.1 个百分点[5]。", "5.1 个", "5.2 个"),
        ("准确率提高 8.7 个百分点[5]。", "8.7", "7.8"),
        ("Servo 为 73.0%，比 Magna 高 0.7 个百分点[7][8]。", "0.7 个百分点", "0.7%"),
        ("Servo 达 72.3%，高于 Magna 的 60.0%[14]。", "60.0%", "60.0 个百分点"),
        ("用 64 块 GPU 时内存减少 64 倍[10]。", "64 倍", "64%"),
        ("合并两个任务时都接近 1，简单平均则下降 10%[9]。", "10%", "50%"),
        ("可处理 1M 的长度，需 1 GB[11]。", "1M", "1B"),
        ("在 256 条提示上两两比较[12]。", "256", "255"),
        ("在 Eval 上多解出 12%，在 Mbpp 上多解出 17%[13]。", "12%", "42%"),
        ("由 8 层减到 6 层，少 25%[14]。", "25%", "35%"),
    ],
)
def test_a_change_is_told_from_a_level_and_a_wrong_unit_from_both(right: str, value: str, wrong: str) -> None:
    assert verdict(right) in ("supported", "derived"), right
    assert verdict(right.replace(value, wrong, 1)) in ("unit", "unsupported"), wrong


@pytest.mark.parametrize(
    ("text", "change"),
    [
        ("准确率提升了 3", True), ("比 A 高 3", True), ("增益只有 3", True), ("两者差 3", True), ("快 3", True),
        ("至少 3", False), ("两两比较 3", False), ("标准差 3", False), ("都超过 50", False), ("至多 3", False),
        ("多数任务 3", False), ("高于 A 的 50", True), ("领先超过 3", True),
    ],
)  # fmt: skip
def test_words_of_change(text: str, change: bool) -> None:
    assert states_change(text) is change


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("升到#", True), ("胜率只有#", True), ("准确率为约#", True), ("由#升至 3%", True), ("步数再增加#", True), ("输入变长#", True),
        ("高于 B 的#", True), ("为#的胜率", True),
        ("高#", False), ("差距升到#", False), ("领先从#扩大到 3", False), ("增益达#", False), ("为#", False), ("提升由#降到 2", False),
        ("只快了准确率的#", False), ("显存减半，只降#", False),
    ],
)  # fmt: skip
def test_what_has_no_points(text: str, level: bool) -> None:
    before, after = text.split("#")
    number = " 10.9 个百分点"
    assert has_no_points(before + number + after, (len(before) + 1, len(before) + len(number))) is level
