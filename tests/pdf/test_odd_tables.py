"""Tables that no rule was made for: whatever is in one, the paper around it is read."""

import random
from collections.abc import Callable

import pytest
from drawn_tables import XS, Word, drawn, grid, lines, width

from summarizer.pdf import parse_pdf

TEXTS = ("EM", "F1", "Method", "1.5", "2", "x)", "(+1.0)", "-", "one", "Model A", "±", "12,345", "a-", "†", "Base:", "")


def test_heads_that_come_twice_at_once_are_read(draft: Callable) -> None:
    heads = ("Method", "EM", "F1")
    rows = (heads, ("one", "1.5", "2.5"), heads, heads, ("two", "3.5", "4.5"))
    table = drawn(draft(), lines(*rows), 5, (1, 2, 3, 4))
    assert grid(table)[-1] == ("two", "3.5", "4.5")
    assert not table.sure


def test_tables_side_by_side_are_read_one_after_the_other(draft: Callable) -> None:
    left = (("Model", "EM"), ("one", "1.5"), ("two", "2.5"), ("three", "3.5"))
    right = (("Model", "EM"), ("four", "4.5"), ("five", "5.5"), ("six", "6.5"))
    words = [(x, n, text) for n, row in enumerate(left) for x, text in zip((100, 180), row, strict=True)]
    words += [(x, n, text) for n, row in enumerate(right) for x, text in zip((260, 340), row, strict=True)]
    short = [(n, 250, 380) for n in (0, 1, 4)]
    table = drawn(draft(), words, 4, (1,), right=220, short=short)
    assert grid(table) == [*left, *right[1:]]
    assert table.sure


def test_heads_that_come_again_at_the_right_begin_a_table_of_their_own(draft: Callable) -> None:
    rows = (("Player", "EPVA", "Player", "EPVA"), ("Paul", "3.48", "Rubio", "-3.33"), ("Nash", "2.60", "Love", "-2.38"))
    rows = (*rows, ("Curry", "2.52", "Gordon", "-2.07"))
    table = drawn(draft(), lines(*rows), 4, (1,))
    assert grid(table) == [row[:2] for row in rows] + [row[2:] for row in rows[1:]]
    assert table.sure


def test_two_groups_of_columns_under_rules_of_their_own_are_one_table(draft: Callable) -> None:
    words = [(210, 0, "Set A"), (340, 0, "Set B")]
    words += [(x, 1, text) for x, text in zip((100, 200, 250, 330, 380), ("Name", "EM", "F1", "EM", "F1"), strict=True)]
    for n, name in enumerate(("one", "two", "three"), 2):
        words += [(100, n, name), *((x, n, f"{n}.{x // 10 % 10}") for x in (200, 250, 330, 380))]
    table = drawn(draft(), words, 5, (2,), short=[(1, 195, 275), (1, 325, 405)])
    assert grid(table)[0] == ("Name", "Set A / EM", "Set A / F1", "Set B / EM", "Set B / F1")


def test_lines_of_a_label_beside_the_rows_of_other_groups_are_one_label(draft: Callable) -> None:
    names = ("CoT", "SCoT")
    words = lines(("Set", "Method", "EM"), first=0)
    words += [(100, 1, "MMLU"), (100, 2, "Math"), (100, 3.5, "SQA"), (100, 5.5, "Object")]
    words += [(220, n + 1, names[n % 2]) for n in range(6)] + [(320, n + 1, f"{n}.5") for n in range(6)]
    table = drawn(draft(), words, 7, (1, 3, 5))
    assert [row.label for row in table.rows][:3] == ["MMLU Math / CoT", "MMLU Math / SCoT", "SQA / CoT"]
    assert table.sure


def test_what_is_in_brackets_below_a_label_belongs_to_it(draft: Callable) -> None:
    words = lines(("Data", "n", "EM"))
    words += [(100, 2, "313B bytes"), (100, 3, "(0.5 epochs)"), (100, 5, "1T tokens"), (100, 6, "(4 epochs)")]
    words += [(220, n + 1, f"{2**n}") for n in range(6)] + [(320, n + 1, f"{n}.5") for n in range(6)]
    table = drawn(draft(), words, 7, (1, 5))
    assert [row.label for row in table.rows] == ["313B bytes (0.5 epochs)"] * 4 + ["1T tokens (4 epochs)"] * 2
    assert table.sure


def test_a_total_below_a_rule_is_of_all_sections(draft: Callable) -> None:
    parts = (("Spec:",), ("one", "1", "2"), ("two", "2", "3"), ("Proof:",), ("one", "3", "4"), ("two", "4", "5"))
    table = drawn(draft(), lines(("Part", "EM", "F1"), *parts, ("Total", "10", "14")), 8, (1, 4, 7))
    labels = ["Spec: / one", "Spec: / two", "Proof: / one", "Proof: / two", "Total"]
    assert [row.label for row in table.rows] == labels


def test_a_list_of_names_and_values_with_units_has_no_heads(draft: Callable) -> None:
    rows = (
        ("Jobs", "29,423"),
        ("Time", "634 secs"),
        ("Days", "79,186 days"),
        ("Input", "3,288 TB"),
        ("Output", "193 TB"),
    )
    assert grid(drawn(draft(), lines(*rows), 5, (3,))) == [("", ""), *rows]


def test_a_line_above_the_rules_of_a_table_leaves_it_unsure(draft: Callable) -> None:
    words = lines(("", "evaluation"), ("Data", "EM", "F1"), ("one", "1.5", "2.5"), ("two", "3.5", "4.5"))
    paper = draft()
    paper.text("Table 1: The data that was used in the", gap=0)  # type: ignore[attr-defined]
    page, top = paper.page, paper.y  # type: ignore[attr-defined]
    for x, row, text in words:
        page.insert_text((x, top + 12 + 14 * row), text, fontsize=9)
    for row in (1, 2, 4):
        page.draw_line((90, top + 2 + 14 * row), (480, top + 2 + 14 * row))
    paper.y = top + 80  # type: ignore[attr-defined]
    paper.text("The larger model of Table 1 is better than the smaller one in all of our runs. " * 3)  # type: ignore[attr-defined]
    document = parse_pdf(paper.bytes(), crops=False).document  # type: ignore[attr-defined]
    assert document is not None
    assert not document.tables[0].sure or "evaluation" in document.tables[0].caption


def test_labels_of_groups_that_run_upwards_name_the_rows_beside_them(draft: Callable) -> None:
    left, *rest = (108.0, 150.0, 300.0, 420.0)
    rows = [("one", "1.5", "2.5"), ("two", "3.5", "4.5"), ("three", "5.5", "6.5"), ("four", "7.5", "8.5")]
    words = [
        (x, n, text)
        for n, row in enumerate([("Method", "EM", "F1"), *rows, *rows])
        for x, text in zip(rest, row, strict=True)
    ]
    words.append((90, 0, "Phase"))
    table = drawn(
        draft(), words, 9, (1, 5), turned=[(left, 2.5, "Building"), (left - 10, 6.5, "Search-"), (left, 6.5, "ing")]
    )
    names = [f"{group} / {row[0]}" for group in ("Building", "Searching") for row in rows]
    values = [row[1:] for row in rows] * 2
    assert grid(table) == [
        ("Phase / Method", "EM", "F1"),
        *((name, *own) for name, own in zip(names, values, strict=True)),
    ]
    assert table.sure


def test_a_label_that_runs_upwards_beside_some_rows_only_leaves_a_table_unsure(draft: Callable) -> None:
    rows = [(str(n) * 3, f"{n}.5", f"{n}.1") for n in range(1, 7)]
    words = [
        (x, n, text) for n, row in enumerate([("Method", "EM", "F1"), *rows]) for x, text in zip(XS, row, strict=False)
    ]
    assert not drawn(draft(), words, 7, (1,), left=78, turned=[(88, 5, "generic")]).sure


def test_a_small_number_at_the_foot_of_another_is_no_part_of_it(draft: Callable) -> None:
    rows = (("Task", "Basic", "Full"), ("one", "75.2", "76.8"), ("two", "41.7", "41.7"))
    table = drawn(draft(), lines(*rows), 3, (1,), small=[(XS[2] + width("41.7"), 2, "0.0")])
    assert [row.cells for row in table.rows] == [("75.2", "76.8"), ("41.7", "41.7 0.0")]


def test_labels_of_two_columns_that_nearly_touch_are_labels_each(draft: Callable) -> None:
    rows = (("Type", "Task", "EM", "F1"), ("Standard", "Average", "1.5", "2.5"), ("Advanced", "Kernels", "3.5", "4.5"))
    rows = (*rows, ("Advanced", "Circles", "5.5", "6.5"))
    xs = (100.0, 100.0 + width("Advanced") + 6, 300.0, 420.0)
    table = drawn(
        draft(), [(x, n, text) for n, row in enumerate(rows) for x, text in zip(xs, row, strict=True)], 4, (1,)
    )
    assert [row.label for row in table.rows] == ["Standard / Average", "Advanced / Kernels", "Advanced / Circles"]
    assert table.corner == "Type / Task"


@pytest.mark.parametrize("seed", range(40))
def test_whatever_is_in_a_table_the_paper_is_read(draft: Callable, seed: int) -> None:
    chance = random.Random(seed)
    rows, words = chance.randint(2, 9), list[Word]()
    usual = [(x + chance.choice((0, 0, 12)), chance.choice(TEXTS)) for x in XS]
    for n in range(rows):
        own = [(x + chance.choice((0, 0, 25)), chance.choice(TEXTS)) for x in XS]
        words += [(x, n + chance.choice((0, 0, 0, 0.5)), text) for x, text in chance.choice((usual, own)) if text]
    assert drawn(draft(), words, rows, [n for n in range(1, rows) if chance.random() < 0.4]).label == "Table 1"
