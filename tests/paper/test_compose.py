"""The model points, the code shows: cells and formulas come from the document, never from the answer."""

import pytest

from summarizer.config import Config
from summarizer.paper.compose import best_rows, place_equations, place_figures, place_table, place_tables
from summarizer.schema import BaseDigest, FigureChoice, Step, Steps, TableChoice, Tables, section
from summarizer.types import Document, Equation, Paper, Row, Table

BOX = (0.0, 0.0, 1.0, 1.0)
PAPER = Paper("2401.00001v1", "T", (), "", "", "", license="http://creativecommons.org/licenses/by/4.0/")
SCORES = Table(
    "Table 2", "Table 2: Scores.", 5, BOX, "t2.png", "Model", ("EM", "F1 ↑", "ms"),
    (Row("A", ("61.0", "70.1", "12")), Row("B / large", ("63.5", "", "1,240")), Row("C", ("62.0±0.3", "72.4", "9"))),
    sure=True,
)  # fmt: skip
LOSS = Equation("E1", "(3)", "L = ...", 4, BOX, tex=r"L=\sum_i x_i", image="e1.png")


class Style(BaseDigest):
    model: Steps = section("算法模型", "")
    results: Tables = section("实验效果", "")
    figures: list[FigureChoice]


def choice(**changes: object) -> TableChoice:
    values = {"table": "T2", "rows": [1, 2, 3], "columns": [1, 2], "higher": [1], "lower": [3], "reading": ""}
    return TableChoice.model_validate(values | changes)


def answer(*tables: TableChoice, equation: str = "E1") -> Style:
    steps = [Step(equation=equation, explain="", text=""), Step(equation=equation, explain="", text="")]
    return Style(model=steps, results=list(tables), figures=[])


def document(table: Table = SCORES) -> Document:
    return Document("T", 9, tables=(table,), equations=(LOSS,))


def test_cells_are_the_papers_own_and_the_best_of_the_whole_column_is_marked() -> None:
    (placed,) = place_tables(answer(choice(rows=[2, 1])), document())
    assert (placed.corner, placed.columns) == ("Model", ("EM", "F1 ↑"))
    assert placed.rows == (Row("B / large", ("63.5", "")), Row("A", ("61.0", "70.1")))
    assert placed.best == ((0, 0),), "72.4 of C is the best F1, and C is not shown"


@pytest.mark.parametrize(
    ("changes", "best"),
    [
        ({"columns": [3], "lower": [3]}, ((2, 0),)),
        ({"columns": [3], "lower": []}, ()),
        ({"columns": [3], "higher": [3]}, ()),
    ],
    ids=["lower is better", "nobody says", "both said"],
)
def test_which_way_is_better_must_be_said(changes: dict, best: tuple) -> None:
    (placed,) = place_tables(answer(choice(**changes)), document())
    assert placed.best == best


@pytest.mark.parametrize(
    ("cells", "best"),
    [
        (("1.8⋅10^20", "9.6⋅10^18", "2.3 · 10^19"), [1]),  # powers of ten
        (("−3.2", "−1.0", "0.5"), [0]),
        (("450 ms", "1.2 s", "0.4 s"), [2]),
        (("12%", "3", "7"), []),  # two things in one column
        (("12.0 (3)", "-", "9.5 [+0.4]"), [2]),
    ],
)
def test_the_lowest_value_of_a_column(cells: tuple[str, ...], best: list[int]) -> None:
    table = Table("Table 1", "", 1, BOX, columns=("Cost ↓",), rows=tuple(Row("A", (cell,)) for cell in cells))
    assert best_rows(cells, table, 0, choice(lower=[], higher=[])) == best


@pytest.mark.parametrize(
    "wrong",
    [{"table": "T9"}, {"table": ""}, {"rows": []}, {"rows": [99]}, {"columns": [0]}, {"rows": [2], "columns": [2]}],
    ids=["no such table", "no table", "no rows", "no such row", "no such column", "an empty cell alone"],
)
def test_a_choice_of_nothing_is_left_out(wrong: dict) -> None:
    assert list(place_tables(answer(choice(**wrong)), document())) == []


def test_rows_and_columns_that_are_not_there_are_passed_over() -> None:
    placed = place_table(SCORES, "results", 0, choice(rows=[1, 1, 77], columns=[1, 9]))
    assert placed is not None and placed.rows == (Row("A", ("61.0",)),)


def test_a_table_that_is_not_sure_is_shown_as_its_picture() -> None:
    unsure = Table("Table 2", "Table 2: Scores.", 5, BOX, "t2.png", "Model", SCORES.columns, SCORES.rows, sure=False)
    asked = answer(choice())
    assert list(place_tables(asked, document(unsure))) == []
    (figure,) = place_figures(asked, document(unsure), {"t2.png": "abc"}, PAPER, Config(), ())
    assert (figure.label, figure.section, figure.file) == ("Table 2", "results", "figures/table-2.png")


def test_an_equation_is_shown_once_where_it_was_first_pointed_at() -> None:
    (placed,) = place_equations(answer(equation="[E1]"), document(), {"e1.png": "abc"}, PAPER, Config())
    assert (placed.item, placed.number, placed.tex, placed.file) == (0, "(3)", LOSS.tex, "figures/e1.png")
    assert list(place_equations(answer(equation="E7"), document(), {}, PAPER, Config())) == []


def test_a_picture_that_may_not_be_shown_is_not() -> None:
    bare = Document("T", 9, equations=(Equation("E1", "", "L = ...", 4, BOX, image="e1.png"),))
    closed = Paper("2401.00001v1", "T", (), "", "", "")
    config = Config(figures="cc")
    assert list(place_equations(answer(), bare, {"e1.png": "abc"}, closed, config)) == []
    (shown,) = place_equations(answer(), bare, {"e1.png": "abc"}, PAPER, config)
    assert shown.file == "figures/e1.png"
