"""Composed tables: the cells are the paper's own, whatever the model calls their rows and columns."""

from dataclasses import replace

import pytest

from summarizer.paper.best import best_cells
from summarizer.paper.pieces import Piece, check_piece
from summarizer.paper.tables import TableFiller
from summarizer.schema import ComposedTable
from summarizer.trust.evidence import Evidence
from summarizer.trust.wordlists import Vocabulary
from summarizer.types import Claim, Document, Passage, PlacedTable, Row, Table

BOX = (0.0, 0.0, 1.0, 1.0)
SCORES = Table(
    "Table 2", "Table 2: Scores of 7B models.", 5, BOX, corner="Model", columns=("EM", "F1 ↑", "Latency (ms)"),
    rows=(Row("Llama", ("61.0", "70.1", "12")), Row("Mistral", ("63.5", "", "1,240")), Row("Falcon", ("62.0±0.3", "72.4", "9"))),
    sure=True,
)  # fmt: skip
MORE = Table(
    "Table 3", "Table 3: Math.", 7, BOX, corner="Model", columns=("GSM8K",),
    rows=(Row("Mistral", ("52.1",)), Row("Llama", ("14.6",))), sure=True,
)  # fmt: skip
UNSURE = Table("Table 4", "Table 4: Rest.", 8, BOX, columns=("x",), rows=(Row("Llama", ("5",)),))


def document() -> Document:
    tables = (SCORES, MORE, UNSURE)
    rows = [(table, n, row) for table in tables for n, row in enumerate(table.rows, 1)]
    passages = tuple(
        Passage(10 + k, t.page, None, f"{t.label}, {row.label}", BOX, "row", item=t.label, row=n)
        for k, (t, n, row) in enumerate(rows)
    )
    said = Passage(1, 2, None, "Humans reach an EM of 93.1. Llama, Mistral and Falcon are compared.", BOX)
    return Document("T", 9, tables=tables, passages=(said, *passages))


def fill(columns: list[str], rows: list[str], title: str = "", claims: tuple[Claim, ...] = ()) -> PlacedTable | None:
    filler = TableFiller(Evidence(document(), Vocabulary()))
    table = ComposedTable(title=title, columns=columns, rows=rows, reading="")
    return filler.fill(table, "results", 0, claims)


def shown(*args, **named) -> list[list[str]]:
    placed = fill(*args, **named)
    assert placed is not None
    return [[placed.corner, *placed.columns], *([row.label, *row.cells] for row in placed.rows)]


def test_cells_come_from_the_paper_and_the_best_of_its_whole_column_is_marked() -> None:
    placed = fill(["方法", "EM ↑=T2c1", "F1=T2c2"], ["Mistral=T2r2", "T2r1"], "7B 模型的得分")
    assert placed is not None
    assert [(row.label, row.cells, row.passages) for row in placed.rows] == [
        ("Mistral", ("63.5", "–"), (11,)),
        ("Llama", ("61.0", "70.1"), (10,)),
    ]
    assert (placed.label, placed.page, placed.title, placed.columns) == ("Table 2", 5, "7B 模型的得分", ("EM ↑", "F1"))
    assert placed.best == ((0, 0),), "72.4 of Falcon is the best F1, and Falcon is not shown"


def test_one_row_may_stand_in_several_tables() -> None:
    placed = fill(["方法", "EM=T2c1", "GSM8K=T3c1"], ["Mistral=T2r2+T3r1", "Llama=T2r1+T3r2"])
    assert placed is not None
    assert [row.cells for row in placed.rows] == [("63.5", "52.1"), ("61.0", "14.6")]
    assert (placed.label, placed.also) == ("Table 2", (("Table 3", 7),))


def test_a_table_may_be_turned() -> None:
    assert shown(["指标", "Llama=T2r1", "Mistral=T2r2"], ["EM=T2c1", "延迟=T2c3"]) == [
        ["指标", "Llama", "Mistral"], ["EM", "61.0", "63.5"], ["延迟", "12", "1,240"],
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("label", "called"),
    [
        ("基线（Llama）", "基线（Llama）"),
        ("Mistral", "Llama"),  # the name of another row
        ("GPT-9", "Llama"),  # what the paper does not have
        ("Llama，13B", "Llama"),  # a number of nowhere
        ("Llama 7B", "Llama 7B"),  # a number of the caption
        ("", "Llama"),
    ],
)
def test_a_row_that_is_called_what_it_is_not_has_the_papers_name(label: str, called: str) -> None:
    assert shown(["方法", "EM=T2c1"], [f"{label}=T2r1"])[1] == [called, "61.0"]


def test_a_column_that_is_called_what_it_is_not_has_the_papers_head() -> None:
    assert shown(["方法", "F1=T2c1", "准确率 ↑=T2c2"], ["T2r1"])[0] == ["方法", "EM", "准确率 ↑"]


def test_a_row_or_a_column_is_joined_only_with_what_may_be_the_same() -> None:
    columns = ["方法", "EM=T2c1", "F1=T2c2", "GSM8K=T3c1"]
    assert shown(columns, ["Llama=T2r1+T3r1", "Mistral=T2r2+T2r1+T3r1"])[1:] == [
        ["Llama", "61.0", "70.1", "–"], ["Mistral", "63.5", "–", "52.1"],
    ]  # fmt: skip


def test_a_column_is_not_called_what_only_another_table_has() -> None:
    assert shown(["方法", "EM=T3c1"], ["Mistral=T3r1"]) == [["方法", "GSM8K"], ["Mistral", "52.1"]]
    joined = shown(["方法", "EM=T2c1+T3c1"], ["Llama=T2r1", "Falcon=T2r3", "Mistral=T3r1"])
    assert joined[1:] == [["Llama", "61.0"], ["Falcon", "62.0±0.3"]]
    assert shown(["方法", "得分=T2c1+T3c1"], ["Llama=T2r1", "Mistral=T3r1"])[1:] == [
        ["Llama", "61.0"],
        ["Mistral", "52.1"],
    ]


def test_an_arrow_does_not_turn_that_of_the_paper() -> None:
    placed = fill(["方法", "F1 ↓=T2c2"], ["Llama=T2r1", "T2r3"])
    assert placed is not None and placed.columns == ("F1 ↑",) and placed.best == ((1, 0),)


def test_words_that_point_at_nothing_are_of_the_paper_or_not_shown() -> None:
    for words in ("提升 99.9%", "胜过 GPT-9", "$\\omega$", "长" * 200, "`GPT-9`", "见 https://gpt-9.com", "<b>好</b>"):
        assert shown([words, words, "EM=T2c1"], ["Llama | 好=T2r1"], words) == [
            ["Model", "", "EM"],
            ["Llama", "好", "61.0"],
        ]
        placed = fill(["方法", "EM=T2c1"], ["T2r1"], words)
        assert placed is not None and placed.title == ""


def test_further_columns_of_words_are_filled_by_the_row() -> None:
    assert shown(["方法", "规模", "EM=T2c1"], ["Llama | 7B=T2r1", "Falcon | 70B=T2r3"])[1:] == [
        ["Llama", "7B", "61.0"], ["Falcon", "–", "62.0±0.3"],
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("columns", "rows"),
    [
        (["方法", "EM=T9c1"], ["T9r1"]),
        (["方法", "EM=T2c1"], ["T2r99"]),
        (["方法", "EM=T2c9"], ["T2r1"]),
        (["方法", "F1=T2c2"], ["T2r2"]),
        (["方法", "x=T4c1"], ["T4r1"]),
        (["方法", "EM=T2c1"], ["T2r1", "T2r8", "T2r9"]),
        (["方法"], ["T2r1"]),
        ([], []),
    ],
    ids=["no such table", "no such row", "no such column", "an empty cell alone", "not sure", "most rows lost", "no cells", "nothing"],
)  # fmt: skip
def test_a_table_of_nothing_is_left_out(columns: list[str], rows: list[str]) -> None:
    assert fill(columns, rows) is None


def test_a_written_row_is_shown_as_it_was_checked_or_not_at_all() -> None:
    columns, rows = ["方法", "EM=T2c1"], ["T2r1", "人类 | 94.1[1]", "T2r3"]
    said = Claim("results", "方法：人类；EM：93.1", (1,), (2,), "supported", row=1)
    assert shown(columns, rows, claims=(said,))[1:] == [
        ["Llama", "61.0"],
        ["人类", "93.1"],
        ["Falcon", "62.0±0.3"],
    ]
    assert [row[0] for row in shown(columns, rows)[1:]] == ["Llama", "Falcon"]


def test_a_title_with_a_number_that_the_tables_do_not_have_is_left_out() -> None:
    beside = Claim("results", "人类更好。", (1,), (2,), "supported")
    for title, shown_title in (
        ("13 个种子的得分", ""),
        ("得分（13 个种子）", "得分"),
        ("得分，温度 0.5", "得分"),
        ("7B 模型（人类为 93.1）", "7B 模型（人类为 93.1）"),
    ):
        placed = fill(["方法", "EM=T2c1"], ["T2r1"], title, claims=(beside,))
        assert placed is not None and placed.title == shown_title


@pytest.mark.parametrize(
    ("cells", "best"),
    [
        (("1.8⋅10^20", "9.6⋅10^18", "2.3 · 10^19"), [1]),  # powers of ten
        (("−3.2", "−1.0", "0.5"), [0]),
        (("450 ms", "1.2 s", "0.4 s"), [2]),
        (("12%", "3", "7"), []),  # two things in one column
        (("12.0 (3)", "-", "9.5 [+0.4]"), [2]),
        (("12.1 / 13.5", "14", "13"), [2]),  # a cell with two values
        (("5", "5"), []),
    ],
)
def test_the_lowest_value_of_a_column(cells: tuple[str, ...], best: list[int]) -> None:
    assert best_cells(cells, cells, "↓") == best
    assert best_cells(cells, cells, "") == []


def test_where_methods_are_columns_the_best_of_a_row_is_marked() -> None:
    placed = fill(["数据集", "Llama=T2r1", "Falcon=T2r3"], ["EM ↑=T2c1", "延迟 ↓=T2c3", "F1=T2c2"])
    assert placed is not None and placed.rows[0].label == "EM"
    assert placed.best == ((0, 1), (1, 1))


@pytest.mark.parametrize(("rows", "partial"), [(["T2r1", "T2r2"], True), (["T2r3", "T2r2", "T2r1"], False)])
def test_a_table_of_which_something_is_left_out_is_an_excerpt(rows: list[str], partial: bool) -> None:
    placed = fill(["方法", "EM=T2c1", "F1=T2c2", "延迟=T2c3"], rows)
    assert placed is not None and placed.partial is partial


def test_a_column_of_words_that_is_left_out_makes_no_excerpt() -> None:
    table = replace(
        MORE, columns=("Kind", "GSM8K"), rows=(Row("Mistral", ("base", "52.1")), Row("Llama", ("base", "14.6")))
    )
    composed = ComposedTable(title="", columns=["方法", "GSM8K=T3c2"], rows=["T3r1", "T3r2"], reading="")
    placed = TableFiller(Evidence(Document("T", 9, tables=(table,)), Vocabulary())).fill(composed, "results", 0, ())
    assert placed is not None and not placed.partial


def test_the_size_in_the_name_of_a_row_is_not_the_name_of_another() -> None:
    rows = (Row("Ours 70B / M1", ("1", "2", "3")), Row("Others / Llama 70B", ("4", "5", "6")))
    evidence = Evidence(Document("T", 9, tables=(replace(SCORES, rows=rows),)), Vocabulary())
    composed = ComposedTable(
        title="", columns=["方法", "n = 2 增量", "EM=T2c1"], rows=["Llama 70B | -=T2r2"], reading=""
    )
    placed = TableFiller(evidence).fill(composed, "results", 0, ())
    assert placed is not None and placed.rows[0].label == "Llama 70B" and placed.columns == ("n = 2 增量", "EM")


@pytest.mark.parametrize(
    ("row", "verdict"),
    [
        ("方法：Mistral；EM：63.5", "supported"),
        ("方法：本文；EM：63.5", "supported"),
        ("方法：Falcon；EM：63.5", "unsupported"),
        ("方法：Falcon；延迟：9；EM：63.5", "unsupported"),
        ("数据集：EM；Llama：61.0；Mistral：63.5", "supported"),
        ("数据集：EM；Llama：63.5；Mistral：61.0", "unsupported"),
    ],
)
def test_a_written_row_has_the_numbers_of_what_it_is_called_not_of_what_it_cites(row: str, verdict: str) -> None:
    (claim,) = check_piece(
        Piece("results", 0, "", f"{row}[10][11][12]", row=0), Evidence(document(), Vocabulary()), None
    )
    assert claim.verdict == verdict
