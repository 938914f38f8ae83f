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


@pytest.mark.parametrize(
    "sentence",
    [
        "Wikipedia Sept. 2021 的 bpb 为 0.61，对照为 0.65",
        "如 Fig. 3 与 Eq. (7) 所示，i.e. 更大的模型更好",
        "BERT vs. GPT 的差距 approx. 3 倍",
        "由 Yahoo! 问答与 Jeopardy! 题目组成",
        "J. Smith 等人（Ph.D. 学生）来自 U.S. 的大学",
        "数据取自 Is It Right? 语料，共 3 万句",
        "由 Foo Inc. 和 Bar Ltd. 提供",
    ],
)
def test_a_latin_word_with_a_stop_ends_no_chinese_sentence(sentence: str) -> None:
    assert split(f"前一句[1]。{sentence}[2][3]。后一句[4]。") == [
        ("前一句。", (1,)),
        (f"{sentence}。", (2, 3)),
        ("后一句。", (4,)),
    ]
    assert split(f"{sentence}[2].") == [(f"{sentence}.", (2,))]


def test_a_narrow_stop_before_a_mark_ends_a_chinese_sentence() -> None:
    assert split("该模型基于 BERT.[2] 它在 GLUE 上更好.[3]") == [
        ("该模型基于 BERT.", (2,)),
        ("它在 GLUE 上更好.", (3,)),
    ]


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
