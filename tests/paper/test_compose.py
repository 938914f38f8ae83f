"""The model points, the code shows: cells and formulas come from the document, never from the answer."""

import pytest

from summarizer.config import Config
from summarizer.paper.compose import place_equations, place_figures, place_tables
from summarizer.schema import BaseDigest, ComposedTable, FigureChoice, Step, Steps, Tables, section
from summarizer.trust.evidence import Evidence
from summarizer.trust.wordlists import Vocabulary
from summarizer.types import Claim, Document, Equation, Paper, Row, Table

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


def answer(*tables: ComposedTable, equation: str = "E1", tex: str = "", figures: list[FigureChoice] = []) -> Style:  # noqa: B006
    steps = [Step(equation=equation, tex=tex, explain="", text="") for _ in range(2)]
    return Style(model=steps, results=list(tables), figures=figures)


def document(table: Table = SCORES) -> Document:
    return Document("T", 9, tables=(table,), equations=(LOSS,))


def test_the_written_rows_of_a_table_are_those_of_its_own_claims() -> None:
    one = ComposedTable(title="", columns=["方法", "EM=T2c1"], rows=["T2r1", "人类 | 9[1]"], reading="")
    claims = [
        Claim("results", f"方法：{who}；EM：9", (1,), (2,), "supported", item=n, row=1) for n, who in enumerate("甲乙")
    ]
    first, second = place_tables(answer(one, one), Evidence(document(), Vocabulary()), claims)
    assert [row.label for row in first.rows] == ["A", "甲"] and [row.label for row in second.rows] == ["A", "乙"]


def test_a_figure_is_not_shown_beside_the_table_of_its_cells() -> None:
    asked = answer(figures=[FigureChoice(label="Table 2", section="results", caption="")])
    (figure,) = place_figures(asked, document(), {"t2.png": "abc"}, PAPER, Config(), ())
    assert (figure.label, figure.section, figure.file) == ("Table 2", "results", "figures/table-2.png")
    assert list(place_figures(asked, document(), {"t2.png": "abc"}, PAPER, Config(), {"Table 2"})) == []


@pytest.mark.parametrize(
    ("tex", "shown"),
    [(r"L=\sum_{i} x_i/2", True), (r"L=\sum_{i} y_i/2", False), ("", False), (r"L=\sum_i x_i/2 + 1", False)],
)
def test_the_models_latex_is_shown_if_it_is_the_same_formula(tex: str, shown: bool) -> None:
    plain = Document("T", 9, equations=(Equation("E1", "", "L = sum_i x_i/2", 4, BOX, image="e1.png"),))
    (placed,) = place_equations(answer(tex=tex), plain, {"e1.png": "abc"}, PAPER, Config())
    assert placed.tex == (tex if shown else "") and placed.file == "figures/e1.png"


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
