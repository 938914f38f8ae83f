"""What makes a grid right, and what must leave it unsure: tables set at given places, in PDFs made on the spot."""

from collections.abc import Callable
from itertools import pairwise

import pymupdf
import pytest
from drawn_tables import LEFT, PITCH, RIGHT, SIZE, XS, centred, drawn, grid, lines, width

from summarizer.pdf import parse_pdf


def test_values_with_units_are_no_heads(draft: Callable) -> None:
    rows = (
        ("Metric", "A", "B"),
        ("Latency", "27.90us", "52.93us"),
        ("Rate", "313 GB/s", "161 GB/s"),
        ("Size", "512", "128"),
        ("Count", "5", "2"),
    )
    table = drawn(draft(), lines(*rows), 5, (1, 2, 3, 4))
    assert grid(table) == list(rows)
    assert table.sure


def test_words_between_two_rules_are_no_heads_where_all_rows_have_rules(draft: Callable) -> None:
    rows = (
        ("Feature", "H100", "A100"),
        ("Design", "Hopper", "Ampere"),
        ("Units", "132", "108"),
        ("Cache", "256", "192"),
    )
    assert grid(drawn(draft(), lines(*rows), 4, (1, 2, 3))) == list(rows)


def test_changes_in_brackets_belong_to_the_values_above(draft: Callable) -> None:
    words = lines(
        ("Method", "CB", "RTE"), ("Tuning", "77.2", "75.1"), ("Prompt", "78.9", "75.5"), ("", "(+1.1)", "(-0.3)")
    )
    table = drawn(draft(), words, 4, (1,))
    assert grid(table)[1:] == [("Tuning", "77.2", "75.1"), ("Prompt", "78.9 (+1.1)", "75.5 (-0.3)")]
    assert table.sure


def test_a_ratio_set_apart_from_its_value_is_no_cell(draft: Callable) -> None:
    rows = [("Method", "rounds", "loss"), ("base", "1468", "0.5"), ("ours", "156", "0.4"), ("both", "92", "0.6")]
    words = [
        *lines(*rows),
        *((XS[1] + width(rows[n][1]) + 6, n, ratio) for n, ratio in ((2, "(9.4×)"), (3, "(16.0×)"))),
    ]
    assert grid(drawn(draft(), words, 4, (1,)))[2:] == [("ours", "156 (9.4×)", "0.4"), ("both", "92 (16.0×)", "0.6")]


def test_a_spread_set_below_its_value_is_one_cell_with_it(draft: Callable) -> None:
    words = lines(("Batch", "short", "long"))
    for n, (batch, one, two) in enumerate((("32", "1.4", "1.3"), ("64", "2.5", "2.4"))):
        row = 1 + 3 * n
        words += [
            (XS[0], row + 1, batch),
            (XS[1], row, one),
            (XS[1], row + 1, "±"),
            (XS[1], row + 2, "0.1"),
            (XS[2], row + 1, two),
        ]
    table = drawn(draft(), words, 7, (1, 4))
    assert grid(table)[1:] == [("32", "1.4 ± 0.1", "1.3"), ("64", "2.5 ± 0.1", "2.4")]
    assert table.sure


@pytest.mark.parametrize(("first", "heads"), [(("All", "81.1M"), ("", "")), (("Model", "Score"), ("Model", "Score"))])
def test_a_value_in_the_first_row_is_no_head(draft: Callable, first: tuple[str, str], heads: tuple[str, str]) -> None:
    rows = (first, ("with PDF", "28.9M"), ("with DOI", "52.2M"))
    assert grid(drawn(draft(), lines(*rows), 3, (1,)))[0] == heads


def test_a_text_in_the_first_row_is_no_head(draft: Callable) -> None:
    words = lines(("Prompt", "Is there any way in which I could make it up to them"), ("", "after all that they did?"))
    words += lines(("Ours", "Perhaps by a letter that says so."), ("Judge", "The answer is short."), first=2)
    table = drawn(draft(), words, 4, (2, 3))
    assert [row.label for row in table.rows] == ["Prompt", "Ours", "Judge"]
    assert table.rows[0].cells == ("Is there any way in which I could make it up to them after all that they did?",)
    assert not table.sure


def test_the_only_head_is_over_the_values(draft: Callable) -> None:
    rows = (("", "Deviation"), ("Small model", "0.015"), ("Large model", "0.021"))
    assert grid(drawn(draft(), lines(*rows), 3, (1,))) == list(rows)


def test_heads_part_columns_that_nearly_touch(draft: Callable) -> None:
    second = XS[0] + width("LLaMA-13B") + 6
    words = [(XS[0], 0, "Model"), (second, 0, "GPU"), (XS[2], 0, "Count")]
    for n, (model, gpu, count) in enumerate(
        (("LLaMA-13B", "A6000", "1"), ("LLaMA-33B", "A100", "2"), ("GPT-3", "A100", "64"))
    ):
        words += [(XS[0], n + 1, model), (second, n + 1, gpu), (XS[2], n + 1, count)]
    table = drawn(draft(), words, 4, (1,))
    assert grid(table) == [
        ("Model", "GPU", "Count"),
        ("LLaMA-13B", "A6000", "1"),
        ("LLaMA-33B", "A100", "2"),
        ("GPT-3", "A100", "64"),
    ]


def test_a_group_that_nearly_touches_the_labels_beside_it_is_no_part_of_them(draft: Callable) -> None:
    second = LEFT + 4 + width("General") + 5
    words = [(second, 0, "Benchmark"), (XS[1], 0, "old"), (XS[2], 0, "new")]
    for n, name in enumerate(("MMLU", "GPQA", "Last Exam", "AIME", "HMMT", "CNMO")):
        words += [(second, n + 1, name), (XS[1], n + 1, f"{80 + n}.1"), (XS[2], n + 1, f"{70 + n}.2")]
    words += [(LEFT + 4, 2, "General"), (LEFT + 8, 5, "Math")]
    table = drawn(draft(), words, 7, (1, 4))
    assert [row.label for row in table.rows] == [
        "General / MMLU", "General / GPQA", "General / Last Exam", "Math / AIME", "Math / HMMT", "Math / CNMO",
    ]  # fmt: skip


def test_a_value_between_rules_of_its_own_is_for_all_rows_between_them(draft: Callable) -> None:
    paper = draft()
    words = lines(("Size", "Batch", "GPUs", "Days"))
    words += lines(
        ("175", "", "384", "90"),
        ("175", "", "768", "74"),
        ("530", "", "640", "169"),
        ("530", "", "1120", "137"),
        first=1,
    )
    words += [(XS[1], 1.5, "1536"), (XS[1], 3.5, "2240")]
    page, top = paper.page, paper.y + 12 + 4  # type: ignore[attr-defined]
    for row in (2, 4):
        page.draw_line((XS[2] - 10, top + 2 + PITCH * row), (RIGHT, top + 2 + PITCH * row))
    table = drawn(paper, words, 5, (1, 3))
    assert [row.cells[0] for row in table.rows] == ["1536", "1536", "2240", "2240"]


def test_a_remark_in_brackets_below_a_label_belongs_to_it(draft: Callable) -> None:
    words = lines(
        ("Task", "one", "two"), ("Lambada", "5.5", "5.7"), ("(openai)",), ("Lambada", "2.1", "0.9"), ("(plain)",)
    )
    assert [row.label for row in drawn(draft(), words, 5, (1,)).rows] == ["Lambada (openai)", "Lambada (plain)"]


def test_a_table_wider_than_the_column_of_its_caption_is_read_whole(draft: Callable) -> None:
    paper = draft().new_page()
    prose = "We train all of the models on the same data and for the same number of steps as in the runs before them. "
    for x in (72, 312):
        paper.page.insert_textbox(pymupdf.Rect(x, 260, x + 228, 740), prose * 14, fontsize=10)
    paper.page.insert_text((72, 84), "Table 1: Scores.", fontsize=10)
    for n, row in enumerate(
        (("Name", "one", "two", "three", "four"), ("A", "1.5", "2.5", "3.5", "4.5"), ("B", "1.7", "2.7", "3.7", "4.7"))
    ):
        for x, text in zip((80, 180, 280, 380, 480), row, strict=True):
            paper.page.insert_text((x, 104 + PITCH * n), text, fontsize=SIZE)
    for y in (94, 108, 136):
        paper.page.draw_line((72, y), (540, y))
    document = parse_pdf(paper.bytes(), crops=False).document
    assert document is not None
    assert grid(document.tables[0])[1:] == [("A", "1.5", "2.5", "3.5", "4.5"), ("B", "1.7", "2.7", "3.7", "4.7")]


UNSURE = {
    "two heads over one column": (("Kind", "Hops", "", "Zone"), ("one", "5.5", "", ""), ("two", "6.5", "", "")),
    "numbers as heads": (("All", "28", "81", "35"), ("GPT", "20", "10", "30"), ("T5", "21", "50", "5")),
    "a second table beside the first": (
        ("Race", "Accuracy", "Model", "NDCG"), ("GPT", "59.0", "DRMM", "24.3"), ("XLNet", "85.4", "XLNet", "31.1"),
    ),
    "a bracket over two rows": (("System", "EM", "F1"), ("Ours (with", "5.5", "6.5"), ("filter)", "7.5", "8.5")),
    "a group that may go on": (("Group", "Tool", "Score"), ("A", "one", "5.5"), ("B", "two", "6.5"), ("", "three", "7.5")),
    "lines of one row": (("No", "Skill", "Job"), ("1", "Learning,", ""), ("1", "", "Engineer"), ("2", "Vision", "Analyst")),
    "a value for two rows": (
        ("Site", "time", "share"), ("a", "1", "0.3"), ("b", "", "0.4"), ("c", "2", "0.5"), ("d", "", "0.6"),
    ),
    "a spread in a label": (("Game", "", "Ours"), ("Pong", "102 (±4)", "107"), ("Alien", "326 (±11)", "692")),
    "a row without a label": (("Model", "EM", "F1"), ("Large",), ("small", "5.5", "6.5"), ("", "7.5", "8.5")),
}  # fmt: skip


@pytest.mark.parametrize("rows", UNSURE.values(), ids=UNSURE)
def test_what_speaks_against_a_grid_leaves_it_unsure(draft: Callable, rows: tuple[tuple[str, ...], ...]) -> None:
    assert not drawn(draft(), lines(*rows), len(rows), (1,)).sure


def test_heads_that_come_again_over_numbers_without_labels_begin_a_block(draft: Callable) -> None:
    rows = (("ResNet-18", "ResNet-50"), ("81.25%", "83.98%"), ("MobileNet-1", "GoogLeNet"), ("82.03%", "87.89%"))
    table = drawn(draft(), lines(*rows), 4, (1, 2, 3))
    assert "MobileNet-1" not in [row.label for row in table.rows]
    assert not table.sure


def test_a_table_that_the_page_cuts_off_is_unsure(draft: Callable) -> None:
    rows = (("Model", "one", "two"), ("A", "5.5", "6.5"), ("B", "7.5", "8.5"))
    assert drawn(draft(), lines(*rows), 3, (1,)).sure
    assert not drawn(draft(), lines(*rows), 3, (1,), right=700).sure


def test_a_list_of_words_without_heads_is_unsure(draft: Callable) -> None:
    assert not drawn(draft(), lines(("First turn", "Second turn")), 1, ()).sure


def test_lines_of_which_each_fills_all_columns_may_be_rows(draft: Callable) -> None:
    words = lines(("Loss", "Joint", "Later"), ("Linear, one", "", "Post-S"), ("Linear, more", "", "Post-M"))
    words += [(XS[1], 1.0, "Joint-S"), (XS[1], 1.6, "Joint-M"), (XS[1], 2.2, "(Aligner)")]
    assert not drawn(draft(), [*words, *lines(("None", "Joint-N", "Post-N"), first=3)], 4, (1, 3)).sure


def test_heads_that_nearly_touch_go_to_the_columns_they_are_aligned_with(draft: Callable) -> None:
    end = 240.0 + width("byte codes/sec")
    words = [(100, 0, "Date"), (240, 0, "byte codes/sec"), (end + 4, 0, "sends/sec")]
    for n, (day, codes, sends) in enumerate((("April", "458K", "22,928"), ("May", "1,111K", "60,287")), 1):
        last = end + 4 + width("sends/sec")
        words += [(100, n, day), (end - width(codes), n, codes), (last - width(sends), n, sends)]
    table = drawn(draft(), words, 3, ())
    rows = [("Date", "byte codes/sec", "sends/sec"), ("April", "458K", "22,928"), ("May", "1,111K", "60,287")]
    assert grid(table) == rows
    assert table.sure


def test_heads_of_a_row_that_nearly_touch_above_others_are_one_for_each_column(draft: Callable) -> None:
    names = ("LMB.", "PIQA", "Hella.", "Wino.")
    middles = [200.0]
    for left, right in pairwise(names):
        middles.append(middles[-1] + (width(left) + width(right)) / 2 + 3)
    words = [(100, 0, "Model"), *centred(0, *names, middles=middles), *centred(1, *["acc"] * 4, middles=middles)]
    for n, name in enumerate(("one", "two", "three"), 2):
        words += [(100, n, name), *centred(n, *(f"{n}.{k}" for k in range(4)), middles=middles)]
    table = drawn(draft(), words, 5, (2,))
    assert grid(table)[0] == ("Model", *(f"{name} acc" for name in names))
    assert table.sure


def test_a_head_over_a_column_that_has_none_leaves_a_grid_unsure(draft: Callable) -> None:
    words = [(100, 0, "Date"), (215, 0, "steps each second"), (400, 0, "EM")]
    for n, name in enumerate(("one", "two", "three"), 1):
        words += [(100, n, name), (220, n, f"{n}"), (262, n, f"{n}.5"), (400, n, f"{n}.7")]
    assert not drawn(draft(), words, 4, (1,)).sure


def test_brackets_of_a_matrix_leave_a_grid_unsure(draft: Callable) -> None:
    rows = (("Set", "EM", "F1"), ("H = [ 1", "1.5", "2.5"), ("two", "3.5", "4.5 ]"))
    assert not drawn(draft(), lines(*rows), 3, (1,)).sure


def test_a_first_row_with_numbers_between_rules_as_all_others_is_no_head(draft: Callable) -> None:
    rows = (("", "XServe", "IBM Power"), ("CPUs", "2x 2.0GHz G5", "8x 1.45GHz P4"), ("Fence", "78ns", "76ns"))
    rows = (*rows, ("CAS", "52ns", "59ns"), ("Lock", "231ns", "243ns"))
    table = drawn(draft(), lines(*rows), 5, (1, 2, 3, 4))
    assert grid(table) == list(rows)
    assert table.sure


def test_tables_side_by_side_with_other_heads_leave_a_grid_unsure(draft: Callable) -> None:
    left = (("id", "date", "value"), ("a", "May", "1.5"), ("b", "June", "2.5"), ("c", "July", "3.5"))
    right = (("id", "least", "most"), ("a", "1.0", "4.5"), ("b", "2.0", "5.5"), ("c", "3.0", "6.5"))
    words = [(x, n, text) for n, row in enumerate(left) for x, text in zip((100, 130, 180), row, strict=True)]
    words += [(x, n, text) for n, row in enumerate(right) for x, text in zip((260, 300, 350), row, strict=True)]
    table = drawn(draft(), words, 4, (1,), right=220, short=[(n, 250, 390) for n in (0, 1, 4)])
    assert not table.sure


def test_tables_of_pages_that_are_pictures_are_not_sure(draft: Callable) -> None:
    paper = draft()
    picture = pymupdf.Pixmap(pymupdf.csGRAY, pymupdf.IRect(0, 0, 61, 79))
    picture.clear_with(255)
    paper.page.insert_image(paper.page.rect, pixmap=picture)  # type: ignore[attr-defined]
    paper.text("Whatever a scanner reads is printed on the picture of its page as well. " * 9)  # type: ignore[attr-defined]
    table = drawn(paper, lines(("Model", "EM", "F1"), ("one", "1.5", "2.5"), ("two", "3.5", "4.5")), 3, (1,))
    assert len(table.rows) == 2
    assert not table.sure


def test_numbers_below_names_of_methods_are_a_level_of_the_heads(draft: Callable) -> None:
    words = lines(("Method", "Auto-", "COSP", "Chain"), ("", "CoT", "(Ours)", "CoT"), ("# Paths", "14", "7+7", "14"))
    words += lines(("AddSub", "69.1", "78.9", "72.4"), ("GSM-8K", "20.9", "30.2", "30.3"), first=3)
    table = drawn(draft(), words, 5, (3,))
    assert grid(table)[0] == ("Method / # Paths", "Auto-CoT / 14", "COSP (Ours) / 7+7", "Chain CoT / 14")


def test_values_alone_in_the_middle_of_all_columns_are_in_each(draft: Callable) -> None:
    words = [*centred(0, "Small", "Large", middles=(250, 290)), (100, 0, "Setting")]
    for n, (name, *values) in enumerate(
        (("layers", "24"), ("size", "1024", "2048"), ("rate", "0.0001"), ("n", "1", "3"))
    ):
        middles = (250, 290) if len(values) == 2 else (270,)
        words += [(100, n + 1, name), *centred(n + 1, *values, middles=middles)]
    table = drawn(draft(), words, 5, (1,))
    assert grid(table)[1:] == [
        ("layers", "24", "24"),
        ("size", "1024", "2048"),
        ("rate", "0.0001", "0.0001"),
        ("n", "1", "3"),
    ]
    assert table.sure


def test_a_spread_set_apart_from_its_sign_is_of_the_value(draft: Callable) -> None:
    words = lines(("Model", "Parity", "Mod"), ("one", "0.3 ± 1.3"), ("two", "100.0 ± 0.0"), ("three", "99.9 ± 0.6"))
    for n, (value, spread) in enumerate((("1.8 ±", "0.9"), ("21.4 ±", "2.7"), ("82.6 ±", "14.6")), 1):
        words += [(370 - width(value), n, value), (400 - width(spread), n, spread)]
    table = drawn(draft(), words, 4, (1,))
    assert [row.cells for row in table.rows] == [
        ("0.3 ± 1.3", "1.8 ± 0.9"),
        ("100.0 ± 0.0", "21.4 ± 2.7"),
        ("99.9 ± 0.6", "82.6 ± 14.6"),
    ]
    assert table.sure


def test_numbers_with_a_sign_of_a_range_between_them_are_one_label(draft: Callable) -> None:
    rows = (("0", "..", "19", "259"), ("20", "..", "49", "47"), ("> 500", "", "", "12"))
    words = [(96, 0, "# of all servers"), (XS[3], 0, "# of clusters")]
    words += [
        (x, n, text) for n, row in enumerate(rows, 1) for x, text in zip((100, 130, 145, XS[3]), row, strict=True)
    ]
    table = drawn(draft(), words, 4, (1,))
    assert grid(table)[1:] == [("0 .. 19", "259"), ("20 .. 49", "47"), ("> 500", "12")]
