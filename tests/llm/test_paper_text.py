"""What a model sees of a document: passages by number, sure tables as rows and columns, equations by mark."""

from dataclasses import replace

from summarizer.llm.paper_text import paper_text
from summarizer.llm.plan import digest_messages
from summarizer.styles import find_style
from summarizer.types import Document, Equation, Passage, Row, Section, Table

BOX = (0.0, 0.0, 1.0, 1.0)


def paper(*, sure: bool) -> Document:
    table = Table("Table 2", "Table 2: Scores [3].", 1, BOX, corner="Model", columns=("EM", "F1 / dev"),
                  rows=(Row("A", ("61.0", "")), Row("B", ("63.5", "71"))), sure=sure)  # fmt: skip
    passages = (
        Passage(1, 1, 0, "As in [12] and [T2], we\nscore.", BOX),
        Passage(2, 1, 0, "Table 2: Scores [3].", BOX, "caption", item="Table 2"),
        Passage(3, 1, 0, "Table 2, A: EM 61.0", BOX, "row", item="Table 2", row=1),
        Passage(4, 1, 0, "Table 2, B: EM 63.5; F1 dev 71", BOX, "row", item="Table 2", row=2),
        Passage(5, 1, 0, "L = a x", BOX, "equation", item="E1"),
        Passage(6, 1, 0, "Here α is small.", BOX, tex=r"Here $\alpha$ is small."),
    )
    equation = Equation("E1", "(1)", "L = a x", 1, BOX, tex=r"L=\alpha x")
    return Document("T", 1, (Section("Results", "4", 1, 1),), passages, tables=(table,), equations=(equation,))


def test_a_sure_table_stands_there_once_as_a_grid() -> None:
    document = paper(sure=True)
    assert paper_text(document, document.passages).splitlines() == [
        "## 4 Results",
        "[1] As in 〔12〕 and 〔T2〕, we score.",
        "[2] Table 2: Scores 〔3〕.",
        "[T2] Model | c1 EM | c2 F1 / dev",
        "r1 A | 61.0 |",
        "r2 B | 63.5 | 71",
        "[E1] (1) L=\\alpha x",
        "[6] Here $\\alpha$ is small.",
    ]


def test_rows_of_a_table_that_is_not_sure_are_passages() -> None:
    document = paper(sure=False)
    lines = paper_text(document, document.passages).splitlines()
    assert lines[3:6] == ["Table 2: Model | EM | F1 / dev", "[3] A | 61.0 |", "[4] B | 63.5 | 71"]


def test_heads_of_a_table_that_is_not_sure_stand_above_its_first_row_in_each_text() -> None:
    document = paper(sure=False)
    later = paper_text(document, document.passages[3:]).splitlines()
    assert later[1:3] == ["Table 2: Model | EM | F1 / dev", "[4] B | 63.5 | 71"]


def test_rows_without_columns_stand_as_they_are_printed() -> None:
    table = Table("Table 1", "Table 1", 1, BOX, rows=(Row("one; 61.0", ()),))
    row = Passage(7, 1, 0, "Table 1: one; 61.0", BOX, "row", item="Table 1", row=1)
    document = Document("T", 1, (Section("Results", "4", 1, 1),), (row,), tables=(table,))
    assert paper_text(document, document.passages).splitlines()[1:] == ["[7] Table 1: one; 61.0"]


def test_the_link_to_the_code_is_told_though_it_stands_in_a_footnote() -> None:
    note = Passage(7, 1, 0, "1Our code is available at https://github.com/a/b", BOX, "footnote")
    document = replace(paper(sure=True), passages=(*paper(sure=True).passages, note))
    asked = digest_messages("T", document, find_style("daily"), "[1] text")[1]["content"]
    assert "\nT\nCode: https://github.com/a/b\n[1] text" in asked
    assert "Code:" not in digest_messages("T", paper(sure=True), find_style("daily"), "[1] text")[1]["content"]
