"""How composed tables are written: heads and rows that point, rows of words with their citations."""

import pytest

from summarizer.paper.composed import NO_VALUE, read_composition
from summarizer.schema import ComposedTable
from summarizer.trust.numbers import quantities


def composition(columns: list[str], rows: list[str]):
    return read_composition(ComposedTable(title="", columns=columns, rows=rows, reading=""))


@pytest.mark.parametrize(
    ("text", "words", "better", "pointers"),
    [
        ("EM ↑=T2c3", "EM", "↑", [("T2", "c", 3)]),
        ("T2c3", "", "", [("T2", "c", 3)]),
        ("↓=T2c3", "", "↓", [("T2", "c", 3)]),
        ("延迟（↓）=[T2c3]", "延迟", "↓", [("T2", "c", 3)]),
        ("n=2=T10r1", "n=2", "", [("T10", "r", 1)]),
        ("平均＝TA.1c3＋T3c4", "平均", "", [("TA.1", "c", 3), ("T3", "c", 4)]),
        ("T5-base=T1c2", "T5-base", "", [("T1", "c", 2)]),
        ("规模[12]", "规模", "", []),
        ("n=2", "n=2", "", []),
        ("EM=T2c3 ↑", "EM", "↑", [("T2", "c", 3)]),
        ("EM ↑↑=T2c3", "EM", "↑", [("T2", "c", 3)]),
        ("$\tau$=T2c3", "$\\tau$", "", [("T2", "c", 3)]),  # JSON has read its backslash as a tab
        ("$p(y|x)$=T2c3", "$p(y|x)$", "", [("T2", "c", 3)]),
        ("增益=T2c3-T2c1", "", "", [("", "c", 0)]),  # cannot be read, and is shown to nobody
    ],
)
def test_a_head_has_words_a_direction_and_what_it_points_at(text, words, better, pointers) -> None:
    head = composition(["方法", text], []).heads[1]
    assert (head.words, head.better) == (words, better)
    assert [(p.table, p.axis, p.number) for p in head.pointers] == pointers


@pytest.mark.parametrize(
    ("text", "words", "pointers", "marks"),
    [
        ("GPT-3 | 175B=T2r4", ("GPT-3", "175B"), [("T2", 4)], ""),
        ("T2r4", ("",), [("T2", 4)], ""),
        ("TIES=T2r4+T3r5", ("TIES",), [("T2", 4), ("T3", 5)], ""),
        ("批大小|1024[231]", ("批大小", "1024"), [], "[231]"),
        ("$p(y|x)$ | $x\\in[0,1]$[7]", ("$p(y|x)$", "$x\\in[0,1]$"), [], "[7]"),
        ("A\\|B | 1；2。[7]", ("A|B", "1；2"), [], "[7]"),
        ("人类 | 93.1[8] | -[T2r4][9]", ("人类", "93.1", ""), [], "[8][T2r4][9]"),
    ],
)
def test_a_row_points_at_one_of_the_papers_or_is_written_with_its_citations(text, words, pointers, marks) -> None:
    (row,) = composition(["方法", "规模"], [text]).rows
    assert row.words == words and [(p.table, p.number) for p in row.pointers] == pointers and row.marks == marks


def test_the_label_of_a_row_may_say_which_way_is_better() -> None:
    (row,) = composition(["指标", "A=T2r1"], ["延迟 ↓=T2c3"]).rows
    assert (row.words, row.better) == (("延迟",), "↓")


def test_the_first_column_is_always_one_of_labels() -> None:
    assert [head.words for head in composition(["T2c1", "EM=T2c2"], []).heads] == ["", "", "EM"]


def test_a_written_row_is_a_statement_that_can_be_read_back() -> None:
    table = composition(["项", "取值", "说明"], ["批大小 | 1024 | -[7]", "学习率 | 0.1[8]"])
    assert table.statement(table.rows[0]) == "项：批大小；取值：1024[7]"
    assert table.cells("项：批大小；取值：2048。") == ["批大小", "2048", NO_VALUE]
    assert table.statement(table.rows[1]) == "", "it has a text too few"
    assert table.cells("批大小为 2048") is None


def test_a_head_that_ends_in_a_digit_makes_no_ratio_of_its_value() -> None:
    table = composition(["方法", "pass@1", "pass@100"], ["n = 4 | 19.3 | 64.7[7]"])
    said = table.statement(table.rows[0])
    assert said == "方法：n = 4；“pass@1”：19.3；“pass@100”：64.7[7]"
    assert [q.text for q in quantities(said.removesuffix("[7]")) if not q.in_name][-2:] == ["19.3", "64.7"]
    assert table.cells(said.removesuffix("[7]")) == ["n = 4", "19.3", "64.7"]


@pytest.mark.parametrize(
    ("columns", "row", "cells"),
    [
        (["方法", "宏准确率", "准确率"], "X | 1 | -[7]", ["X", "1", NO_VALUE]),
        (["方法", "得分", "得分"], "X | 1 | -[7]", ["X", "1", NO_VALUE]),
        (["方法", "得分", "得分"], "X | - | 1[7]", ["X", NO_VALUE, "1"]),
        (["方法", "EM", "F"], "X | F：2 | -[7]", ["X", "F：2", NO_VALUE]),
        (["方法", "EM", "F"], "X | 1；F：2 | -[7]", ["X", "1，F：2", NO_VALUE]),
        (["方法", "EM", "F"], "F：1；2 | 3；4 | -[7]", ["F：1；2", "3；4", NO_VALUE]),
        (["方法；规模", "EM：", "得分。"], "X | 1 | 2[7]", ["X", "1", "2"]),
        (["方法", "$p(y|x)$", "$f:X$"], "$a;b$ | 1 | 2[7]", ["$a;b$", "1", "2"]),
        (["", "", ""], "X | 1 | 2[7]", ["X", "1", "2"]),
    ],
)  # fmt: skip
def test_no_cell_is_read_back_as_that_of_another_column(columns: list[str], row: str, cells: list[str]) -> None:
    table = composition(columns, [row])
    assert table.cells(table.statement(table.rows[0]).removesuffix("[7]")) == cells


@pytest.mark.parametrize(
    ("sentence", "cells"),
    [
        ("方法: X; EM: 1", ["X", "1", NO_VALUE]),
        ("F：2；方法：X", ["X", NO_VALUE, "2"]),
        ("方法：X；EM：1；EM：2", None),
        ("EM：1；F：2", None),
        ("；F：2", None),
        ("据称方法：X；EM：1", None),
    ],
)
def test_a_mended_row_is_read_only_where_it_is_clear(sentence: str, cells: list[str] | None) -> None:
    assert composition(["方法", "EM", "F"], []).cells(sentence) == cells


def test_what_points_at_one_place_is_there_once_and_nobody_writes_thousands() -> None:
    table = composition(["方法", "EM=T2c1", "得分=T2c1", *(f"T2c{n}" for n in range(2, 900))], ["A=T2r1", "B=T2r1"] * 9)
    assert len(table.heads) == 11 and [row.words for row in table.rows] == [("A",)]
    assert len(composition(["方法"], [f"T2r{n}" for n in range(9_000)]).rows) == 40
    assert composition(["方法"], ["长" * 1_000_000 + "=T2r1"]).rows[0].words == ("",)
