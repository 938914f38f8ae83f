"""Comparisons that their own numbers or the cited passages refute, and the many that nobody can judge."""

import pytest

from summarizer.trust.ranking import false_comparison, reversed_comparison


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("平均困惑度为 27.41，低于 Float4（E3M0）的 29.48。", ("低于", "高于")),
        ("P@1 为 96.6，略低于 B 的 96.8，P@5 为 68.8，略高于后者的 68.7。", ("略高于", "略低于")),
        (
            "BLEU 为 57.0±.1，高于全量微调（774M）的 55.5，低于 Adapter（23M）的 57.7±.1。",
            ("低于 Adapter", "高于 Adapter"),
        ),
        ("4 层模型的 F1 为 91.3，低于 Dyer et al. (2016) 的 91.7。", ("低于", "超过")),
        ("密度约为 0.15，与人写摘要的 0.151 一致，明显高于普通提示的 0.122。", ("高于", "低于")),
        ("五项指标均高于全量微调，首列指标为 70.4±.1 对 68.2。", ("高于", "低于")),
        ("评分也高于人工，Elo 分别为 1348 和 1176。", ("高于", "低于")),
        ("显存需求从超过 780GB 降到不足 48GB。", ("降到", "升到")),
        ("密度从最初的 0.089 升到 5 步之后的 0.167。", ("升到", "降到")),
        ("漏检从 2.1% 和 0.8%，升到读全文时的 44.5% 和 40.7%。", ("升到", "降到")),
    ],
)
def test_numbers_that_refute_their_own_comparison(right: str, wrong: tuple[str, str]) -> None:
    assert false_comparison(right) == ""
    assert false_comparison(right.replace(*wrong)) != ""


@pytest.mark.parametrize(
    "text",
    [
        "准确率为 71.2%，不低于 70%。",
        "准确率为 60.1%，高于 A 的 58.0% 和 B 的 59.3%。",  # one against two
        "在 1 个数据集上高于基线 2.1 分。",  # a gap
        "平均提升为 1.5 个百分点，最多超过 2 个百分点。",
        "困惑度为 27.4，优于基线的 29.5。",  # less is better
        "困惑度从 29.5 改善到 27.4。",
        "排名从第 3 升到第 1。",
        "P@3 依次为 83.3、81.4、83.4，略高于基线。",
    ],
)
def test_what_is_not_judged(text: str) -> None:
    assert false_comparison(text) == ""


PASSAGE = "RAFT consistently outperforms supervised fine-tuning across PubMed and HotpotQA."


@pytest.mark.parametrize(
    ("text", "passage", "wrong"),
    [
        ("RAFT 优于监督微调。", PASSAGE, False),
        ("RAFT 在 PubMed 上不如监督微调。", PASSAGE, False),  # PubMed is on the other side: unclear
        ("RAFT 不如监督微调。", PASSAGE, True),
        ("只用 oracle 文档微调，不如加入更多干扰文档。", "Tuning with oracle documents only is worse than with more distractors.", False),
        ("只用 oracle 文档微调，优于加入更多干扰文档。", "Tuning with oracle documents only is worse than with more distractors.", True),
        ("pass@k 都优于基线。", "Both beat the baseline on pass@k.", False),  # the metric is no competitor
        ("P@5 超过 2 个百分点。", "Others beat P@5.", False),  # a number is none either
        ("7B 模型的得分不如基线。", "The 7B model beats all baselines.", False),
        ("RAFT 不如监督微调。", "We study RAFT. On these, the larger model outperforms the smaller.", False),  # another sentence
        ("RAFT 不如监督微调。", "RAFT does not outperform supervised fine-tuning.", False),
    ],
)  # fmt: skip
def test_rankings_are_compared_with_those_of_the_passages(text: str, passage: str, wrong: bool) -> None:
    assert bool(reversed_comparison(text, [passage])) == wrong
