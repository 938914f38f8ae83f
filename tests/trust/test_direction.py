"""Up or down, better or worse, over or under: what a clause says against what a passage says."""

import pytest

from summarizer.trust.direction import contradiction, opposite_direction


def said_of(number: str, clause: str, passage: str) -> str:
    at = passage.index(number)
    return contradiction(clause, number, passage, (at, at + len(number)))


@pytest.mark.parametrize(
    ("clause", "passage", "reason"),
    [
        ("延迟增加25%", "latency is reduced by 25%", "goes down"),
        ("延迟降低25%", "latency is reduced by 25%", ""),
        ("结果降低了 25%", "a 25% improvement over the baseline", "better"),
        ("准确率提高 25%", "the error is reduced by 25%", ""),  # both are better
        ("误差降低 25%", "we improve accuracy by 25%", ""),
        ("平均给每个参数减少 25%", "this adds on average 25% per parameter", "goes up"),
        ("分别降低 25%", "Table 9, Average: ∆n=2 +25%", "with +"),
        ("分别提高 25%", "Table 9, Average: ∆n=2 +25%", ""),
        ("显存低于 25%", "requires more than 25% of the memory", "more than that"),
        ("显存不低于 25%", "requires more than 25% of the memory", ""),
        ("超过 25%", "it needs less than 25% of it", "less than that"),
        ("延迟增加25%", "latency does not drop by 25%", ""),  # denied: unclear
    ],
)
def test_the_clause_of_a_number(clause: str, passage: str, reason: str) -> None:
    found = said_of("25%", clause, passage)
    assert reason in found and bool(reason) == bool(found)


@pytest.mark.parametrize(
    ("clause", "passage", "wrong"),
    [
        ("量化后性能有所下降", "quantization leads to performance degradation", False),
        ("量化后性能有所上升", "quantization leads to performance degradation", True),
        ("切换开销随之上升", "switching reduces the overhead of storage", True),
        ("切换开销随之下降", "switching reduces the overhead of storage", False),
        ("训练成本下降", "performance improves considerably", False),  # both are good
        ("训练成本上升", "performance improves considerably", False),  # two things
        ("性能没有下降", "performance degrades", False),  # denied
        ("随步数增加，抽象程度下降", "abstractiveness increases with the number of steps", False),  # several words
        ("性能有所上升", "it may not lead to performance degradation", False),
        ("性能有所上升", "accuracy degrades, but throughput improves", False),  # the passage says both
        ("性能有所上升", "the model is trained on code", False),
    ],
)
def test_a_clause_without_a_number(clause: str, passage: str, wrong: bool) -> None:
    assert bool(opposite_direction(clause, [passage])) == wrong
