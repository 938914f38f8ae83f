"""Heads of several lines and levels, and which columns they are over: in PDFs made on the spot."""

from collections.abc import Callable

from drawn_tables import LEFT, RIGHT, centred, drawn, grid, lines, width

MIDDLES = (130.0, 230.0, 310.0, 390.0, 450.0)
BODY = (("one", "1.5", "2.5", "3.5", "4.5"), ("two", "5.5", "6.5", "7.5", "8.5"))


def body(first: float) -> list[tuple[float, float, str]]:
    return [word for n, row in enumerate(BODY) for word in centred(n + first, *row, middles=MIDDLES)]


def test_a_head_in_the_middle_of_a_box_is_over_all_its_columns(draft: Callable) -> None:
    rows = (("Method", "EM", "F1"), ("one", "1.5", "2.5"), ("two", "3.5", "4.5"))
    words = [word for n, row in enumerate(rows, 1) for word in centred(n, *row, middles=(135, 285, 435))]
    upright = [(LEFT, 0, 4), (180, 1, 4), (390, 1, 4), (RIGHT, 0, 4)]
    table = drawn(draft(), [*words, *centred(0, "model-2", middles=[285])], 4, (1, 2, 3), upright=upright)
    assert grid(table)[0] == ("model-2 / Method", "model-2 / EM", "model-2 / F1")
    assert table.sure


def test_a_rule_across_the_table_parts_levels_of_heads(draft: Callable) -> None:
    words = lines(("Task", "NQ", "ASQA", "ELI5"), ("Metric", "match", "recall", "(words)"), *(row[:4] for row in BODY))
    assert grid(drawn(draft(), words, 4, (1, 2)))[0] == ("Task / Metric", "NQ / match", "ASQA / recall", "ELI5 (words)")


def test_a_rule_under_heads_of_one_and_two_lines_is_under_them_all(draft: Callable) -> None:
    words = [*body(2), *centred(0, "", "", "Self-", middles=MIDDLES), *centred(1, "", "", "TER", middles=MIDDLES)]
    words += centred(0.5, "Method", "BERT", "", "iBLEU", "SARI", middles=MIDDLES)
    table = drawn(draft(), words, 4, (), short=[(2, 200, RIGHT)])
    assert grid(table)[0] == ("Method", "BERT", "Self-TER", "iBLEU", "SARI")
    assert table.sure


def test_heads_on_one_rule_share_the_columns_above_it(draft: Callable) -> None:
    words = [*body(2), *centred(0, "", "EM", "F1", "EM", "F1", middles=MIDDLES)]
    words += centred(1, "Method", "Questions of the set A", "Questions of B", middles=(MIDDLES[0], 270.0, 420.5))
    table = drawn(draft(), words, 4, (1,), short=[(2, 200, RIGHT)])
    assert grid(table)[0] == (
        "Method",
        "EM / Questions of the set A",
        "F1 / Questions of the set A",
        "EM / Questions of B",
        "F1 / Questions of B",
    )


def test_a_head_of_two_lines_is_over_no_column_that_has_one_beside_it(draft: Callable) -> None:
    words = [*body(2.4), *centred(0, "", "Abstract", middles=MIDDLES), *centred(0.9, "", "Algebra", middles=MIDDLES)]
    words += centred(0.45, "Method", "", "Anatomy", "Law", "Math", middles=MIDDLES)
    short = [(2.2, x - 25, x + 25) for x in MIDDLES[1:]]
    table = drawn(draft(), words, 4.4, (2.4,), short=short)
    assert grid(table)[0] == ("Method", "Abstract Algebra", "Anatomy", "Law", "Math")


def test_heads_of_two_lines_that_nearly_touch_are_heads_each(draft: Callable) -> None:
    half = width("DeepSeek") / 2
    middles = (130.0, 200.0, 200 + 2 * half + 4.2, 200 + 4 * half + 8.4)
    rows = (("Size", "21B", "22B", "37B"), ("MMLU", "78.2", "80.6", "88.5"))
    words = [word for n, row in enumerate(rows, 2) for word in centred(n, *row, middles=middles)]
    words += [*centred(0, "", *["DeepSeek"] * 3, middles=middles), *centred(1, "", "V2", "V2.5", "V3", middles=middles)]
    table = drawn(draft(), [*words, *centred(0.5, "Name", middles=middles)], 4, (2,), right=300)
    assert grid(table)[0] == ("Name", "DeepSeek V2", "DeepSeek V2.5", "DeepSeek V3")


def test_a_head_left_of_the_first_upright_rule_is_not_over_the_labels(draft: Callable) -> None:
    words = [*body(2), *centred(0, "acc@k", "EM", middles=(310.0, MIDDLES[4]))]
    words += [*centred(1, "", "5", "20", "100", "dev", middles=MIDDLES), *centred(0.5, "System", middles=MIDDLES)]
    table = drawn(draft(), words, 4, (2,), upright=[(430, 0, 4)])
    assert grid(table)[0] == ("System", "acc@k / 5", "acc@k / 20", "acc@k / 100", "EM dev")


def test_words_as_far_apart_within_columns_as_between_them_are_one_cell(draft: Callable) -> None:
    middles = (130.0, 230.0, 270.0, 310.0)
    rows = (("Name", "EM", "F1", "P"), ("one", "0.001", "0.002", "0.003"), ("two", "0.004", "0.005", "0.006"))
    words = [word for n, row in enumerate(rows) for word in centred(n, *row, middles=middles)]
    words += centred(3, "three", "", "rate set to a half", middles=middles)
    assert grid(drawn(draft(), words, 4, (1,)))[3] == ("three", *["rate set to a half"] * 3)


def test_levels_that_the_heads_over_the_labels_name_are_no_lines_of_one_head(draft: Callable) -> None:
    words = [*body(2), *centred(0, "Dataset", "GLUE", middles=MIDDLES), *centred(0, "Natural Questions", middles=[382])]
    words += centred(1, "Model", "large", "80M", "250M", "780M", middles=MIDDLES)
    table = drawn(draft(), words, 4, (2,))
    questions = [f"Natural Questions / {size}" for size in ("80M", "250M", "780M")]
    assert grid(table)[0] == ("Dataset / Model", "GLUE / large", *questions)


def test_heads_of_which_only_some_have_a_rule_below_go_on_where_they_have_none(draft: Callable) -> None:
    words = [*body(2), *centred(0, "Model", "Word sets", middles=(MIDDLES[0], 310)), *centred(0, "Test", middles=[450])]
    words += centred(1, "Architecture", "80M", "250M", "780M", "set", middles=MIDDLES)
    table = drawn(draft(), words, 4, (2,), short=[(1, 195, 425)])
    sizes = [f"Word sets / {size}" for size in ("80M", "250M", "780M")]
    assert grid(table)[0] == ("Model Architecture", *sizes, "Test set")


def test_where_the_lowest_heads_come_again_with_other_words_those_above_hold_on(draft: Callable) -> None:
    pairs = (MIDDLES[0], 270.0, 420.0)
    words = [*centred(0, "", "EM", "F1", "EM", "F1", middles=MIDDLES), *body(2), *body(5)]
    words += [
        *centred(1, "Method", "Set A", "Set B", middles=pairs),
        *centred(4, "Method", "Set C", "Set D", middles=pairs),
    ]
    table = drawn(draft(), words, 7, (2, 4, 5), short=[(1, 200, RIGHT)])
    head, *rows = grid(table)
    assert head[1:] == (
        *("EM / Set A", "F1 / Set A", "EM / Set B", "F1 / Set B"),
        *("EM / Set C", "F1 / Set C", "EM / Set D", "F1 / Set D"),
    )
    assert [row[1:] for row in rows[:1]] == [("1.5", "2.5", "3.5", "4.5", "", "", "", "")]
    assert [row[1:] for row in rows[2:3]] == [("", "", "", "", "1.5", "2.5", "3.5", "4.5")]


def test_a_head_below_one_over_several_columns_is_of_its_level_wherever_it_stands(draft: Callable) -> None:
    words = [*body(2), *centred(0, "Retry", "Clarify", "Other", middles=(270, 382, 450))]
    words += centred(1, "Name", "Success", "Turns", "Success", "Success", middles=MIDDLES)
    table = drawn(draft(), words, 4, (2,), short=[(1, 200, 340)])
    assert grid(table)[0][-3:] == ("Retry / Turns", "Clarify / Success", "Other / Success")


def test_heads_in_bold_at_the_left_of_their_columns_are_over_them_up_to_the_next(draft: Callable) -> None:
    xs = (100.0, 200.0, 250.0, 300.0, 350.0, 400.0, 450.0)
    words = [(200, 0, "Performance"), (350, 0, "Outcomes (%)"), (350, 1, "Answers"), (400, 1, "Crashes")]
    rows = [
        ("Method", "Good", "True", "Apt", "given", "seen", "Late"),
        *((name, *("1.5", "2.5") * 3) for name in ("a", "b")),
    ]
    words += [(x, n, text) for n, row in enumerate(rows, 2) for x, text in zip(xs, row, strict=True)]
    table = drawn(draft(), words, 5, (3,), fonts={"Performance": "hebo", "Outcomes (%)": "hebo", "Method": "hebo"})
    assert table.columns == (
        *(f"Performance / {head}" for head in ("Good", "True", "Apt")),
        *(f"Outcomes (%) / {head}" for head in ("Answers given", "Crashes seen", "Late")),
    )


def test_the_words_of_a_head_over_a_whole_block_are_no_heads_of_its_columns(draft: Callable) -> None:
    """Though each is in the middle of one; the block below has another."""
    upper, lower = "Knowledge Accumulation (1-Agent)", "Evolution (4-Agent)"
    left = 250 - width(upper) / 2
    middles = [left + width("Knowledge") / 2, left + width("Knowledge ") + width("Accumulation") / 2]
    middles.append(left + width("Knowledge Accumulation ") + width("(1-Agent)") / 2)
    words = centred(0, upper, middles=(250,)) + centred(4, lower, middles=(250,))
    for first, heads in ((1, ("Task", "with", "without")), (5, ("Task", "joint", "alone"))):
        for n, row in enumerate([heads, ("Kernels", "1350", "1601"), ("Circles", "80.2", "77.3")], first):
            words += centred(n, *row, middles=middles)
    table = drawn(draft(), words, 8, (2, 4, 6), left=150, right=350)
    heads = [f"{upper} / {head}" for head in ("with", "without")] + [f"{lower} / {head}" for head in ("joint", "alone")]
    assert (table.corner, list(table.columns)) == ("Task", heads)
