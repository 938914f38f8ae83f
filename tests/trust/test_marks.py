"""Marks of tables and equations mean passages, whatever a table is called and however a mark is written."""

import pytest

from summarizer.trust.marks import Marks
from summarizer.types import Document, Equation, Passage, Row, Table

BOX = (0.0, 0.0, 1.0, 1.0)


def table(label: str, rows: int, sure: bool = True) -> Table:
    grid = tuple(Row(f"run {n}", (str(n),)) for n in range(1, rows + 1))
    return Table(label, f"{label}: Scores.", 1, BOX, columns=("F1",), rows=grid, sure=sure)


def document(*tables: Table) -> Document:
    passages = [Passage(1, 1, None, "We score.", BOX)]
    for one in tables:
        passages.append(Passage(len(passages) + 1, 1, None, one.caption, BOX, "caption", item=one.label))
        for n in range(1, len(one.rows) + 1):
            text = f"{one.label}, run {n}: F1 {n}"
            passages.append(Passage(len(passages) + 1, 1, None, text, BOX, "row", item=one.label, row=n))
    number = len(passages) + 1
    passages.append(Passage(number, 2, None, "y = ax", BOX, "equation", item="E1"))
    return Document(
        "T", 2, passages=tuple(passages), tables=tables, equations=(Equation("E1", "(1)", "y = ax", 2, BOX),)
    )


PAPER = document(
    table("Table 2", 3), table("Table A.1", 2, sure=False)
)  # 2: caption, 3-5; 6: caption, 7-8; 9: equation


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("高[T2r2]。", "高[4]。"),
        ("高[T2r1-3]。", "高[3, 4, 5]。"),
        ("高[T2r1–r2]。", "高[3, 4]。"),
        ("高[T2r2c1]。", "高[4]。"),
        ("高[T2]。", "高[2, 3, 4, 5]。"),
        ("高[TA.1r1]。", "高[7]。"),
        ("高[1, T2r1，E1]。", "高[1, 3, 9]。"),
        ("高【E1】。", "高[9]。"),
        ("高[17][3-5]。", "高[17][3-5]。"),
        ("高[T9]。", "高[0]。"),
        ("高[T2r7]。", "高[0]。"),
        ("[Tab] [EU] [T-5] 不是标记。", "[Tab] [EU] [T-5] 不是标记。"),
    ],
)
def test_a_mark_is_the_numbers_of_its_passages(text: str, numbers: str) -> None:
    assert Marks(PAPER).as_numbers(text) == numbers


def test_passages_are_named_by_what_they_belong_to() -> None:
    marks = Marks(PAPER)
    assert marks.of_passages([1, 4, 9]) == ["1", "T2r2", "E1"]
    assert marks.of_passages([2, 3, 4, 5]) == ["2", "T2"]
    assert marks.of_passages([7, 8]) == ["7", "8"], "rows of a table that is not sure are passages"


def test_a_label_printed_twice_names_two_tables() -> None:
    marks = Marks(document(table("Table 1", 1), table("Table 1", 2)))
    assert list(marks.tables) == ["T1", "T1x"]


def test_a_whole_table_of_many_rows_is_several_marks() -> None:
    text = Marks(document(table("Table 1", 70))).as_numbers("[T1]")
    assert text.count("[") == 3 and text.count(",") == 71 - 3
