"""The steps from cells to a grid, each alone: blocks, heads, wrapped rows, titles, notes, checks."""

import pytest

from summarizer.pdf.tables.assembly import Grid
from summarizer.pdf.tables.blocks import split_blocks
from summarizer.pdf.tables.cells import Cell, CellRow
from summarizer.pdf.tables.checks import find_doubts
from summarizer.pdf.tables.columns import around, find_columns
from summarizer.pdf.tables.groups import carry_labels
from summarizer.pdf.tables.heads import place_heads
from summarizer.pdf.tables.sections import split_notes, split_sections
from summarizer.pdf.tables.text import row_text
from summarizer.pdf.tables.touching import split, split_surely
from summarizer.pdf.tables.wraps import join_wrapped
from summarizer.pdf.text.sentences import PaperWords
from summarizer.types import Box, Row

PITCH, HEIGHT, EM = 12.0, 10.0, 5.0
XS = (100.0, 200.0, 260.0, 320.0, 380.0)
NO_WORDS = PaperWords([])


def row(n: float, *texts: str, xs: tuple[float, ...] = XS) -> CellRow:
    """Cells that begin at `xs`, "" for none, in the n-th row from the top."""
    top = PITCH * n
    boxes = ((x, top, x + EM * len(text), top + HEIGHT) for x, text in zip(xs, texts, strict=False))
    return [Cell(box, text) for box, text in zip(boxes, texts, strict=False) if text]


def rule(n: float, left: float = 95.0, right: float = 420.0) -> Box:
    """Above the n-th row."""
    y = PITCH * n - 1
    return left, y - 0.2, right, y + 0.2


def texts(rows: list[CellRow]) -> list[list[str]]:
    return [[cell.text for cell in cells] for cells in rows]


def test_heads_that_come_again_begin_a_block() -> None:
    rows = [
        row(0, "Method", "EM", "F1"),
        row(1, "one", "1.5", "2.5"),
        row(2, "Method", "EM", "F1"),
        row(3, "one", "3.5", "4.5"),
    ]
    blocks = split_blocks(rows, [rule(1), rule(2), rule(3)])
    assert [(texts(block.head), texts(block.body)) for block in blocks] == [
        ([["Method", "EM", "F1"]], [["one", "1.5", "2.5"]]),
        ([["Method", "EM", "F1"]], [["one", "3.5", "4.5"]]),
    ]


def test_a_row_of_words_among_rows_of_numbers_begins_no_block() -> None:
    rows = [
        row(0, "Method", "EM", "F1"),
        row(1, "one", "1.5", "2.5"),
        row(2, "two", "n/a", "none"),
        row(3, "three", "3.5", "4.5"),
    ]
    assert len(split_blocks(rows, [rule(1)])) == 1


def test_a_value_between_two_columns_makes_no_third() -> None:
    rows = [row(0, "a", "1E-04", "2E-04", xs=(100, 200, 230)), row(1, "b", "8", xs=(100, 225.5))]
    columns = find_columns(rows)
    assert len(columns) == 3
    assert around(rows[1][1].box, columns) == [1, 2]


@pytest.mark.parametrize(
    ("upper", "xs", "rules", "heads"),
    [
        (("NQ", "ASQA"), (212, 332), [], ["NQ / EM", "NQ / F1", "ASQA / EM", "ASQA / F1"]),  # equal patterns
        (("BLEU",), (225,), [rule(1, 198, 272)], ["BLEU / EM", "BLEU / F1", "EM", "F1"]),  # the rule under it
        (("WebNLG",), (283,), [], ["WebNLG / EM", "WebNLG / F1", "WebNLG / EM", "WebNLG / F1"]),  # alone, in the middle
    ],
)
def test_a_head_is_over_all_its_columns(
    upper: tuple[str, ...], xs: tuple[float, ...], rules: list[Box], heads: list[str]
) -> None:
    body = [row(2, "one", "1.5", "2.5", "3.5", "4.5")]
    found, unplaced = place_heads(
        [row(0, *upper, xs=xs), row(1, "Name", "EM", "F1", "EM", "F1")], find_columns(body), rules, [], NO_WORDS
    )
    assert list(found) == ["Name", *heads]
    assert not unplaced


def test_lines_of_one_head_are_no_levels() -> None:
    body = [row(2, "one", "1.5", "2.5")]
    found, _ = place_heads(
        [row(0, "", "Exact", "F1"), row(1, "Name", "match", "")], find_columns(body), [], [], NO_WORDS
    )
    assert found == ("Name", "Exact match", "F1")


def test_lines_between_two_rules_are_one_row() -> None:
    lines = [
        row(0, "Positive Ex-", "a day that is", "0.71", xs=(100, 180, 300)), row(1, "ample", "too long", xs=(100, 180)),
        row(2, "Negative Ex-", "a night that is", "0.11", xs=(100, 180, 300)), row(3, "ample", "too short", xs=(100, 180)),
    ]  # fmt: skip
    assert texts(join_wrapped(lines, find_columns(lines), [rule(2)], NO_WORDS, [])) == [
        ["Positive Example", "a day that is too long", "0.71"],
        ["Negative Example", "a night that is too short", "0.11"],
    ]


def test_a_sign_below_two_values_joins_none() -> None:
    lines = [row(0, "one", "7", "8", xs=(100, 200, 210)), row(1, "two", "±", xs=(100, 205)), row(2, "three")]
    assert join_wrapped(lines, [(100, 120), (200, 215)], [], NO_WORDS, []) == lines


@pytest.mark.parametrize(("parts", "cells"), [(("<", ".1", "<", ".1"), 2), (("a", "=", "b", "=", "8"), 1)])
def test_words_as_far_apart_within_columns_as_between_them_are_numbers_or_one_cell(
    parts: tuple[str, ...], cells: int
) -> None:
    words = tuple(Cell((200 + 8 * n, 0, 205 + 8 * n, 10), part) for n, part in enumerate(parts))
    whole = Cell((200, 0, words[-1].box[2], 10), " ".join(parts), words)
    assert len(split(whole, [(100, 150), (198, 214), (215, 240)])) == cells


@pytest.mark.parametrize(("left", "sure"), [(260.0, True), (265.0, False)])
def test_words_in_line_with_nothing_in_their_column_may_be_of_the_text_before_them(left: float, *, sure: bool) -> None:
    words = Cell((205, 0, 250, 10), "where U"), Cell((left, 0, left + 40, 10), "trades")
    doubts: list[str] = []
    parts = split_surely(Cell((205, 0, left + 40, 10), "where U trades", words), [(200, 250), (260, 340)], doubts)
    assert [part.text for part in parts] == ["where U", "trades"]
    assert sure == (not doubts)


def test_lines_with_a_number_each_are_rows() -> None:
    lines = [row(n, f"run {n}", f"{n}.5", f"{n}.7") for n in range(4)]
    assert join_wrapped(lines, find_columns(lines), [rule(2)], NO_WORDS, []) == lines


def test_a_title_of_two_lines_is_over_the_rows_below() -> None:
    rows = [row(0, "8x A100"), row(1, "NVLink"), row(2, "3B", "4", "32"), row(3, "TPUv4"), row(4, "7B", "2", "16")]
    found = list(split_sections(rows, find_columns(rows), [rule(3)], []))
    assert [(title, texts(run)) for title, run in found if run] == [
        ("8x A100 NVLink", [["3B", "4", "32"]]),
        ("TPUv4", [["7B", "2", "16"]]),
    ]


def test_a_note_below_the_last_rule_is_no_row() -> None:
    rows = [row(0, "Name", "EM"), row(1, "one", "1.5"), row(2, "two", "2.5"), row(3, "* With twice as many steps.")]
    kept, notes = split_notes(rows, [rule(0), rule(1), rule(3)])
    assert (kept, texts(notes)) == (rows[:3], [["* With twice as many steps."]])
    assert split_notes(rows, [rule(0), rule(1), rule(3), rule(4)]) == (rows, [])  # a rule below: it is a row


def grid(*rows: Row, corner: str = "Name", columns: tuple[str, ...] = ("EM", "F1")) -> Grid:
    return Grid(corner, columns, rows)


ONE, TWO = Row("one", ("1.5", "2.5")), Row("two", ("3.5", "4.5"))


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (grid(ONE), "3.5, 4.5 in no cell"),
        (grid(ONE, TWO, columns=("EM", "")), "column 2 has no head"),
        (grid(ONE, TWO, columns=("EM", "EM")), "2 columns under 'EM'"),
        (grid(ONE, TWO, columns=("EM", "3.7")), "the head '3.7' is a result"),
        (grid(ONE, TWO, columns=("Self- / EM", "F1")), "the head 'Self- / EM' is cut"),
        (
            grid(ONE, TWO, corner="Name / Accuracy", columns=("Accuracy / EM", "F1")),
            "the head 'Accuracy' is over labels and cells",
        ),
        (grid(ONE, Row("one", ("3.5", "4.5"))), "two rows named 'one'"),
        (grid(ONE, Row("", ("3.5", "4.5"))), "a row without a label"),
        (grid(ONE, TWO, Row("three", ("", ""))), "no cells beside 'three'"),
        (grid(ONE, Row("two", ("3.5 4.5", ""))), "two numbers in one cell: '3.5 4.5'"),
        (
            grid(Row("Method", ("words of a head", "")), ONE, TWO, corner=""),
            "the first row, 'Method', has words among numbers",
        ),
    ],
)
def test_a_check_fails(found: Grid, said: str) -> None:
    assert said in list(find_doubts(found, ["one 1.5 2.5", "two 3.5 4.5"]))


def test_no_check_fails_where_all_is_in_its_place() -> None:
    assert not list(find_doubts(grid(ONE, TWO), ["Name EM F1", "one 1.5 2.5", "two 3.5 4.5"]))
    percentiles = grid(Row("one", ("1.5", "2.5")), columns=("25%", "50%"))
    assert not list(find_doubts(percentiles, ["one 1.5 2.5"]))


def test_a_row_can_be_read_alone() -> None:
    assert row_text("Table 2", "Name", ("EM", "F1"), ONE) == "Table 2, one: EM 1.5; F1 2.5"
    assert row_text("Table 2", "Step", ("EM", "F1"), Row("3", ("", "2.5"))) == "Table 2, Step 3: F1 2.5"
    assert row_text("Table 2", "", (), Row("as it stands 1.5", ())) == "Table 2: as it stands 1.5"


@pytest.mark.parametrize(
    ("found", "printed", "said"),
    [
        (grid(ONE, TWO), ["Method of ours", "one 1.5 2.5", "two 3.5 4.5"], "'Method' in no cell"),
        (Grid("", (), ()), [], "no columns"),
        (
            grid(Row("a", ("1", "2", "3", "", "", "")), Row("b", ("", "", "", "4", "5", "6")), columns=tuple("uvwxyz")),
            [],
            "the columns of 'a' are in no other row",
        ),
        (grid(Row("Micro", ("SkipGram", "1.5")), Row("Micro", ("LINE", "2.5")), Row("Micro", ("DeepWalk", "3")),
              Row("Micro", ("", "4.5"))), [], "a row without a name"),
        (grid(ONE, columns=("α α", "β")), [], "'α α' may be two heads"),
        (grid(ONE, Row("two", ("< .1 < .1", "2"))), [], "two numbers in one cell: '< .1 < .1'"),
        (grid(Row("HDFS", ("1000-", "10")), ONE), [], "'1000-' is cut"),
        (
            grid(Row("Serial", ("defined", "defined")), Row("success", ("", "interspersed"))),
            [],
            "the row of 'success' may be the second line of the one above",
        ),
        (grid(Row("e ::=", ("x", "y"))), [], "a grammar"),
        (grid(Row("6%", ("2%", "24%"))), [], "the value '6%' is a label"),
        (grid(Row("Hessian", ("1.5", "2.5")), Row("-vector", ("3.5", "4.5"))), [], "'-vector' is the end of a word"),
    ],
)  # fmt: skip
def test_another_check_fails(found: Grid, printed: list[str], said: str) -> None:
    assert said in list(find_doubts(found, printed))


def test_heads_that_come_again_and_lists_of_numbers_are_nothing_to_doubt() -> None:
    assert not list(find_doubts(grid(ONE, TWO), ["Name EM F1", "one 1.5 2.5", "Name EM F1", "two 3.5 4.5"]))
    pair = grid(Row("one", ("1.5, 2.5", "3")), TWO)
    assert not list(find_doubts(pair, ["one 1.5, 2.5 3", "two 3.5 4.5"]))


def test_lines_of_the_label_that_are_level_with_rows_are_no_label_of_them_all() -> None:
    rows = [row(0, "", "yes", "no"), row(1, "Positive", "TP", "FN"), row(2, "Negative", "FP", "TN")]
    assert [labels for _, labels in carry_labels(rows, find_columns(rows), [], [])] == [{}, {}, {}]


def test_labels_that_may_be_lines_of_one_leave_a_grid_unsure() -> None:
    rows = [
        row(n, name, f"set {n}", f"{n}.5") for n, name in enumerate(("Common", "Reasoning", "", "Symbolic", "Problem"))
    ]
    doubts: list[str] = []
    carry_labels(rows, find_columns(rows), [rule(3)], doubts)
    assert doubts == [f"{label!r} may be the first line of a label" for label in ("Common", "Symbolic")]


def test_a_lone_head_over_the_labels_is_no_title() -> None:
    rows = [row(0, "statistic"), row(1, "tasks", "52,445"), row(2, "inputs", "11,584")]
    (block,) = split_blocks(rows, [rule(1)])
    assert (texts(block.head), len(block.body)) == ([["statistic"]], 2)


def test_labels_each_level_with_a_row_are_no_label_in_the_middle_of_them() -> None:
    rows = [row(0, "", "Go"), row(1, "Steps", "700k"), row(2, "Time", "9h"), row(3, "Games", "44"), row(4, "", "40 ms")]
    assert all(not labels for _, labels in carry_labels(rows, find_columns(rows), [], []))


def test_three_results_that_grow_are_no_heads() -> None:
    rows = [
        row(0, "Method", "Calc", "Missing", "Other"),
        row(1, "CoT", "7%", "12%", "27%"),
        row(2, "PS", "7%", "10%", "26%"),
    ]
    (block,) = split_blocks(rows, [rule(1), rule(2)])
    assert texts(block.head) == [["Method", "Calc", "Missing", "Other"]]
    rows[0] = row(0, "Method", "5%", "10%", "20%")
    (block,) = split_blocks(rows, [rule(1)])
    assert texts(block.head) == [["Method", "5%", "10%", "20%"]]


def test_a_cell_between_two_rows_leaves_a_grid_unsure() -> None:
    rows = [
        Row("MLP", ("CUB", "0.4", "0.9", "")),
        Row("MLP", ("", "", "", "Fixed")),
        Row("MLP", ("AS", "0.3", "0.5", "")),
    ]
    assert "'Fixed' stands alone between two rows" in list(find_doubts(grid(*rows, columns=tuple("abcd")), []))
