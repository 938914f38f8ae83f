"""Rows of texts that run over lines, and lines that are rows: tables set at given places, in PDFs made on the spot."""

from collections.abc import Callable

import pytest
from drawn_tables import XS, Word, drawn, grid, lines, width


def test_results_by_two_measures_are_one_value_each_and_their_lines_rows(draft: Callable) -> None:
    rows = (("Task", "Model", "Ours"), ("", "7B", "67.50 / 94.29"), ("", "8B", "71.79 / 96.43"))
    rows = (*rows, ("", "32B", "9.34 / 34.35"), ("", "72B", "11.15 / 40.00"), ("", "70B", "9.33 / 30.30"))
    words = [*lines(*rows), (100, 1.5, "ALFWorld"), (100, 4, "Contests")]
    table = drawn(draft(), words, 6, (1, 3))
    tasks = ["ALFWorld"] * 2 + ["Contests"] * 3
    assert grid(table)[1:] == [(task, *row[1:]) for task, row in zip(tasks, rows[1:], strict=True)]
    assert table.sure


def schema(
    *groups: tuple[str, tuple[tuple[str, str, str], ...]],
) -> tuple[list[Word], list[tuple[str, ...]], list[int]]:
    """The words of groups of rows below heads, with their names beside the middle; their grid; where rules are."""
    words, rows, rules = lines(("Object", "Field", "Meaning", "Role")), list[tuple[str, ...]](), [1]
    for name, fields in groups:
        first = rules[-1]
        words.append((XS[0], first + (len(fields) - 1) / 2, name))
        for n, field in enumerate(fields, first):
            words += [(x, n, text) for x, text in zip(XS[1:], field, strict=True)]
            rows.append((f"{name} / {field[0]}", *field[1:]))
        rules.append(first + len(fields))
    return words, rows, rules[:-1]


def test_lines_of_several_short_texts_between_two_rules_are_rows(draft: Callable) -> None:
    gene = (("type", "Kind", "typing"), ("id", "Mark", "reference"), ("hash", "A print of all of them", "provenance"))
    event = (("run", "Name", "trace"), ("cause", "Trigger", "why it starts"))
    capsule = (*gene[:2], *event)
    words, rows, rules = schema(("Gene", gene), ("Event", event), ("Capsule", capsule))
    table = drawn(draft(), words, 1 + len(rows), rules)
    assert grid(table)[1:] == rows
    assert table.sure


def test_lines_between_two_rules_that_go_on_above_may_be_one_row(draft: Callable) -> None:
    gene = (("type", "Kind of the first", "typing"), ("id", "and second", "reference"), ("hash", "Print", "provenance"))
    gene = (*gene, ("run", "Sum", "sums"), ("day", "Date", "dates"))
    words, rows, rules = schema(("Gene", gene), ("Event", gene[2:]), ("Capsule", gene[2:4]))
    assert not drawn(draft(), words, 1 + len(rows), rules).sure


def test_a_label_of_fewer_lines_than_the_texts_beside_it_is_one(draft: Callable) -> None:
    rows = (("Case", "Description", "Outcome"), ("Valid", "The action is", "All the steps are"))
    rows = (*rows, ("action", "correct, and its", "incremented, and"), ("", "form as well", "feedback is given"))
    rows = (*rows, ("Invalid", "Mostly an error", "Generation steps"), ("action", "of brackets or", "are incremented"))
    rows = (*rows, ("", "characters", "and told again"), ("Invalid", "No sign of what", "Generation steps"))
    rows = (*rows, ("belief", "was believed in", "are incremented"), ("", "tags of its own", "and told again"))
    table = drawn(draft(), lines(*rows), 10, (1, 4, 7))
    assert [row.label for row in table.rows] == ["Valid action", "Invalid action", "Invalid belief"]


@pytest.mark.parametrize("below", [("Vector DB", "+ API key"), ("Vector DB",)])
def test_words_alone_below_a_row_that_has_all_cells_go_on_above(draft: Callable, below: tuple[str, ...]) -> None:
    rows = (("System", "Writes", "Runs on", "Cost"), ("one", "1", "Moorcheh", "Zero"))
    rows = (*rows, *(("", "", text, "") for text in below), ("two", "2", "Vector DB", "Fixed"))
    rows = (*rows, ("three", "3", "Vector of", "Fixed"), ("", "", "a graph", ""))
    table = drawn(draft(), lines(*rows), len(rows), (1,))
    assert [row.cells[1] for row in table.rows] == [" ".join(("Moorcheh", *below)), "Vector DB", "Vector of a graph"]
    assert table.sure


def test_words_that_are_stretched_apart_are_one_text(draft: Callable) -> None:
    whole = "Modes of a run, its set"
    words = lines(
        ("File", "Size", "Duty"), ("main", "804KB", whole), (), ("query", "68KB", whole), (), ("tool", "9KB", "Core")
    )
    words += [(320, 2, "up"), (320, 4, "up"), (360, 5, "of a"), (395, 5, "loop"), (320, 6, "inside")]
    words += lines(("test", "7KB", "All of it"), first=7)
    table = drawn(draft(), words, 8, (1,))
    duties = [f"{whole} up"] * 2 + ["Core of a loop inside", "All of it"]
    assert [row.cells[1] for row in table.rows] == duties
    assert table.sure


SUMS = (
    ("Maths", "Sum", "Add the numbers."),
    ("", "Mean", "Take the middle of it."),
    ("", "Share", "Take a part of all."),
)


def test_rows_begin_where_more_columns_are_filled_than_above(draft: Callable) -> None:
    """All cells of a row begin at the top, so that its last lines are in fewer columns."""
    code = (("Code", "Write Python", "Writes what is asked"), ("", "", "for."), ("", "Debug", "Mends what is broken"))
    text = (
        ("Text", "Write Mail", "Writes letters, which"),
        ("", "", "are kind."),
        ("", "Short", "Sums up a long one."),
    )
    rows = (("Domain", "Skill", "Descriptor"), *SUMS, *code, *text)
    table = drawn(draft(), lines(*rows), len(rows), (1, 4, 7))
    assert [(row.label, *row.cells) for row in table.rows] == [
        ("Maths / Sum", "Add the numbers."),
        ("Maths / Mean", "Take the middle of it."),
        ("Maths / Share", "Take a part of all."),
        ("Code / Write Python", "Writes what is asked for."),
        ("Code / Debug", "Mends what is broken"),
        ("Text / Write Mail", "Writes letters, which are kind."),
        ("Text / Short", "Sums up a long one."),
    ]


def test_between_two_rules_may_be_several_rows_of_several_lines(draft: Callable) -> None:
    one = (("Claude", "Glob", "cc_glob_list", "Files can be found"), ("", "", "of_a_folder", "by running of code"))
    two = (("Claude", "Grep", "cc_grep_todo", "Text can be found"), ("", "", "", "by reading of files"))
    more = ((*one[0][:1], "Fetch", *one[0][2:]), one[1], (*two[0][:1], "Agent", *two[0][2:]), two[1])
    open_ = (("Open", "Nodes", "oc_csv", "Sums are got by the"), ("", "", "", "running of code."))
    rows = (("Source", "Tool", "Task", "Argument"), *one, *two, *more, *open_)
    table = drawn(draft(), lines(*rows), len(rows), (1, 5, 9), right=520)
    names = ("Claude / Glob", "Claude / Grep", "Claude / Fetch", "Claude / Agent", "Open / Nodes")
    assert tuple(row.label for row in table.rows) == names
    assert table.rows[0].cells == ("cc_glob_list of_a_folder", "Files can be found by running of code")


def test_rows_that_space_parts_in_each_column_are_whole(draft: Callable) -> None:
    """Their cells are at different heights."""
    words = [*lines(("Sample", "Outcome", "Lesson"))]
    for n, (first, second) in enumerate((("lib_", "lib-24"), ("web_", "web-14"), ("sum_", "sum-23"))):
        top = 1.2 + 4 * n
        words += [
            (100, top, first),
            (100, top + 1, second),
            (220, top + 0.3, "Fails while"),
            (220, top + 1.3, "others work."),
        ]
        words += [
            (320, top + 0.6, "Some of the repairs"),
            (320, top + 1.6, "are of little use but"),
            (320, top + 2.6, "harm."),
        ]
    table = drawn(draft(), words, 13, (1,))
    lesson = "Some of the repairs are of little use but harm."
    assert grid(table)[1:] == [
        (f"{name}_ {name}-{number}", "Fails while others work.", lesson)
        for name, number in (("lib", 24), ("web", 14), ("sum", 23))
    ]


def test_labels_of_several_lines_are_whole_where_texts_run_on_beside_them(draft: Callable) -> None:
    one = (("Token-based", "Tools", "Greedy, within the"), ("selection", "", "budget of each"))
    two = (
        ("Config file", "Aider", "Static, as the user"),
        ("loading", "(.aider.conf)", "has written it for"),
        ("", "", "all."),
    )
    rows = (("Strategy", "Agents", "How"), *one, *two, ("None", "Codex", "All of it goes on"), ("", "", "without."))
    table = drawn(draft(), lines(*rows), len(rows), (1,), right=410)
    assert grid(table)[1:] == [
        ("Token-based selection", "Tools", "Greedy, within the budget of each"),
        ("Config file loading", "Aider (.aider.conf)", "Static, as the user has written it for all."),
        ("None", "Codex", "All of it goes on without."),
    ]


def test_rows_of_words_in_small_letters_are_rows(draft: Callable) -> None:
    rows = (("Positive", "Negative"), ("coherent", "incoherent"), ("clear", "confusing"), ("logical", "illogical"))
    table = drawn(draft(), lines(*rows), len(rows), (1,))
    assert grid(table) == list(rows)
    assert table.sure


def test_the_ends_of_lines_that_are_stretched_apart_are_no_column(draft: Callable) -> None:
    one = (("Search", "SWE-agent,", "Calls of grep"), ("", "Hands and", ""), ("", "Code", ""))
    two = (("Map", "Moatless", "Ranks of names"), ("", "DARS-Agent", ""), ("Graph", "Prometheus", "A store of nodes"))
    rows = (("Strategy", "Agents", "How"), *one, *two)
    ends = [(320 - 12 - width(text), n, text) for n, text in ((1, "Open-"), (2, "CLI,"), (4, "Tools,"))]
    table = drawn(draft(), [*lines(*rows), *ends], len(rows), (1,))
    assert table.columns == ("Agents", "How")
    assert [row.cells[0] for row in table.rows] == [
        "SWE-agent, Open-Hands and CLI, Code",
        "Moatless Tools, DARS-Agent",
        "Prometheus",
    ]


def test_numbers_with_commas_after_them_are_one_list(draft: Callable) -> None:
    rows = (("Principle", "Values", "Sections"), ("Deny first", "Safety", "5, 8"), ("Trust", "Authority", "4, 9"))
    rows = (*rows, ("Depth", "Safety", "3, 5"), ("Context", "Capability", "6, 7"))
    words = [word for word in lines(*rows) if word[0] != XS[2] or word[1] == 0]
    for n, row in enumerate(rows[1:], 1):
        left = XS[2] + 20 - width(row[2]) / 2
        for sign in row[2].replace(" ", ""):  # a link each, in a style of its own
            words.append((left, n, sign))
            left += width(sign) + (4 if sign == "," else 0)
    bold = dict.fromkeys("3456789", "hebo")
    table = drawn(draft(), words, len(rows), (1, 2, 3, 4), fonts=bold)
    assert grid(table) == list(rows)
    assert table.sure


def test_a_title_in_bold_above_rows_that_begin_at_the_top_is_none_of_their_lines(draft: Callable) -> None:
    app = (("AppWorld",), ("Easy", "Mark the trip in my"), ("", "list as not done."), ("Hard", "Like all of those"))
    app = (*app, ("", "payments from today."))
    office = (("Office",), ("1-app", "Write a new file and"), ("", "add the content."), ("2-app", "Sum up the grades,"))
    rows = (("Level", "Task"), *app, *office, ("", "send a letter."))
    bold = {"AppWorld": "hebo", "Office": "hebo"}
    table = drawn(draft(), lines(*rows), len(rows), (1, 6), right=330, fonts=bold)
    assert grid(table)[1:] == [
        ("AppWorld / Easy", "Mark the trip in my list as not done."),
        ("AppWorld / Hard", "Like all of those payments from today."),
        ("Office / 1-app", "Write a new file and add the content."),
        ("Office / 2-app", "Sum up the grades, send a letter."),
    ]


def test_lists_of_which_each_line_has_a_capital_leave_a_grid_unsure(draft: Callable) -> None:
    lists = (
        ("Solver", "solve", "Break it in steps"),
        ("Critic", "judge", "Run all of these"),
        ("Judge", "check", "Judge the result"),
    )
    words = [*lines(("Task", "Agent", "Skill", "Purpose"))]
    for first, name in ((1, "one"), (4, "two"), (7, "three"), (10, "four")):
        words += [(x, n, text) for n, own in enumerate(lists, first) for x, text in zip(XS[1:], own, strict=True)]
        words.append((XS[0], first + 1, name))
    assert not drawn(draft(), words, 13, (1, 4, 7, 10), right=510).sure
