"""Statements: where they end and what they cite."""

import pytest

from summarizer.trust.claims import Statement, split_statements


def split(text: str) -> list[tuple[str, tuple[int, ...]]]:
    return [(s.text, s.passages) for s in split_statements("摘要", text)]


@pytest.mark.parametrize(
    ("mark", "passages"),
    [
        ("[17]", (17,)),
        ("[17][23]", (17, 23)),
        ("[17, 23]", (17, 23)),
        ("[17，23]", (17, 23)),
        ("[17-19]", (17, 18, 19)),
        ("【17】", (17,)),
        ("［17］", (17,)),
        ("[17] [17]", (17,)),
        ("[3-950]", (3, 950)),
    ],
)
def test_marks(mark: str, passages: tuple[int, ...]) -> None:
    assert split(f"参数减少1万倍{mark}。") == [("参数减少1万倍。", passages)]
    assert split(f"参数减少1万倍。{mark}") == [("参数减少1万倍。", passages)]


def test_clauses_share_the_citation_of_their_sentence() -> None:
    assert split("显存降到350GB；速度提升25%[9]。") == [("显存降到350GB；速度提升25%。", (9,))]


def test_what_does_not_end_a_sentence() -> None:
    text = "结果为 3.5 倍，见 Vaswani et al. 的工作，e.g. BERT[2]。"
    assert split(text) == [("结果为 3.5 倍，见 Vaswani et al. 的工作，e.g. BERT。", (2,))]


def test_quotes_and_brackets_stay_with_their_sentence() -> None:
    assert split("他说“很好。”[8]然后结束[9]。") == [("他说“很好。”", (8,)), ("然后结束。", (9,))]
    assert split("使用“你好！”打招呼[3]。") == [("使用“你好！”打招呼。", (3,))]


def test_english_sentences_are_cut_too() -> None:
    assert split("We prune 50% of it [2]. It works [3].") == [("We prune 50% of it.", (2,)), ("It works.", (3,))]


def test_bullets_are_counted_and_their_signs_removed() -> None:
    statements = split_statements("创新点", "- 第一点[1]。又一句[2]。\n\n2. 第二点[3]\n")
    assert statements == [
        Statement("创新点", "第一点。", (1,), 0, 0),
        Statement("创新点", "又一句。", (2,), 1, 0),
        Statement("创新点", "第二点", (3,), 2, 1),
    ]


def test_a_line_of_marks_belongs_to_the_sentence_before() -> None:
    assert split("一句话。\n[4][5]") == [("一句话。", (4, 5))]


def test_nothing_gives_nothing() -> None:
    assert split(" \n[3]\n") == []
