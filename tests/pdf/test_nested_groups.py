"""Lines that stand over groups of rows, one within the other: in PDFs made on the spot."""

from collections.abc import Callable

from drawn_tables import XS, Word, centred, drawn, lines

from summarizer.types import Table

BOLD, ITALIC = "hebo", "heit"
HEADS = [(x, 0.0, text) for x, text in zip(XS, ("Model", "EM", "F1"), strict=False)]
MIDDLE = 217.0  # of the columns
Line = tuple[float, str]  # the indent, and the title or the name of a row; names in small letters


def body(*rows: Line) -> list[Word]:
    """The heads, and below them titles alone in their line, and names with two values each."""
    words = list(HEADS)
    for n, (indent, text) in enumerate(rows, 1):
        words += [(XS[0] + indent, n, text)]
        words += [(x, n, f"{n}.{k}") for k, x in enumerate(XS[1:3])] if text.islower() else []
    return words


def labels(table: Table) -> list[str]:
    return [row.label for row in table.rows]


def test_a_title_right_above_another_is_over_all_groups_as_indented(draft: Callable) -> None:
    rows = ((0, "Small"), (9, "Window A"), (18, "one"), (18, "two"), (9, "Window B"), (18, "one"))
    table = drawn(draft(), body(*rows, (0, "Large"), (9, "Window A"), (18, "one")), 10, (1, 7))
    own = ["Small / Window A / one", "Small / Window A / two", "Small / Window B / one", "Large / Window A / one"]
    assert labels(table) == own
    assert table.sure


def test_a_title_indented_below_the_rows_of_another_is_within_it(draft: Callable) -> None:
    rows = ((0, "Small"), (9, "one"), (9, "two"), (9, "Hybrid"), (18, "sum"), (0, "Large"), (9, "one"), (9, "two"))
    table = drawn(draft(), body(*rows), 9, (1, 4, 6))
    assert labels(table) == ["Small / one", "Small / two", "Small / Hybrid / sum", "Large / one", "Large / two"]
    assert table.sure


def test_a_title_in_the_middle_is_over_titles_at_the_left(draft: Callable) -> None:
    words = body((0, "base"), (0, "Trained"), (9, "one"), (9, "two"))
    words = [(x, n + (n > 0), text) for x, n, text in words]
    words += centred(1, "Llama (fine-tuned)", middles=(MIDDLE,))
    table = drawn(draft(), words, 6, (1, 2))
    assert labels(table) == [
        "Llama (fine-tuned) / base",
        "Llama (fine-tuned) / Trained / one",
        "Llama (fine-tuned) / Trained / two",
    ]
    assert table.sure


def test_a_style_that_stood_within_another_is_within_it_again(draft: Callable) -> None:
    rows = ((0, "English"), (0, "Open"), (0, "one"), (0, "Closed"), (0, "one"), (0, "French"), (0, "Open"), (0, "one"))
    fonts = {"English": BOLD, "French": BOLD, "Open": ITALIC, "Closed": ITALIC}
    table = drawn(draft(), body(*rows), 9, (1, 6), fonts=fonts)
    assert labels(table) == ["English / Open / one", "English / Closed / one", "French / Open / one"]
    assert table.sure


def test_titles_of_two_styles_whose_order_is_nowhere_seen_leave_a_grid_unsure(draft: Callable) -> None:
    rows = ((0, "English"), (0, "one"), (0, "two"), (0, "Closed"), (0, "one"), (0, "two"))
    table = drawn(draft(), body(*rows), 7, (1,), fonts={"English": BOLD, "Closed": ITALIC})
    assert not table.sure


def test_a_title_below_another_that_has_a_rule_is_like_later_ones_without(draft: Callable) -> None:
    rows = ((0, "Hyde"), (0, "With A"), (9, "one"), (9, "two"), (0, "With B"), (9, "one"), (9, "two"))
    table = drawn(draft(), body(*rows), 8, (1,))
    assert labels(table) == [f"Hyde / With {x} / {name}" for x in "AB" for name in ("one", "two")]
    assert table.sure


def test_two_lines_of_one_title_are_no_levels(draft: Callable) -> None:
    rows = ((0, "Eight A100"), (0, "NVLink"), (0, "one"), (0, "two"), (0, "TPUv3"), (0, "one"), (0, "two"))
    table = drawn(draft(), body(*rows), 8, (1, 5))
    assert labels(table) == ["Eight A100 NVLink / one", "Eight A100 NVLink / two", "TPUv3 / one", "TPUv3 / two"]


def test_a_row_that_is_set_out_again_is_in_no_group(draft: Callable) -> None:
    rows = ((0, "Trained"), (9, "one"), (9, "two"), (0, "oracle"))
    table = drawn(draft(), body(*rows), 5, (1,))
    assert labels(table) == ["Trained / one", "Trained / two", "oracle"]
    assert table.sure


def test_titles_of_two_styles_below_rules_are_beside_each_other(draft: Callable) -> None:
    rows = ((0, "Ours"), (9, "one"), (9, "two"), (0, "Theirs"), (0, "one"), (0, "two"))
    table = drawn(draft(), body(*rows), 7, (1, 4), fonts={"Theirs": ITALIC})
    assert labels(table) == ["Ours / one", "Ours / two", "Theirs / one", "Theirs / two"]
    assert table.sure


def test_a_title_between_two_rules_is_over_one_that_follows_at_once(draft: Callable) -> None:
    rows = ((0, "Other"), (0, "one"), (0, "two"), (0, "Trained"), (0, "one"), (0, "two"))
    words = [(x, n + (n > 0), text) for x, n, text in body(*rows)]
    words += centred(1, "Llama", middles=(MIDDLE,))
    table = drawn(draft(), words, 8, (1, 2, 5))
    assert labels(table) == [f"Llama / {group} / {name}" for group in ("Other", "Trained") for name in ("one", "two")]
    assert table.sure


def test_a_title_in_the_middle_of_the_table_may_be_no_wider_than_a_column(draft: Callable) -> None:
    xs = (100, 200, 270, 340, 410)
    names = ("one", "two")
    words = [(x, 0, text) for x, text in zip(xs, ("Model", "EM", "F1", "MRR", "MAP"), strict=True)]
    for n, measure in enumerate(("nDCG", "Recall")):
        words += [*centred(1 + 4 * n, measure, middles=(261.0,)), (100, 2 + 4 * n, "Without labels")]
        for k, name in enumerate(names, 3 + 4 * n):
            words += [(100, k, name), *((x, k, f"{k}.{x // 10 % 10}") for x in xs[1:])]
    table = drawn(draft(), words, 9, (1, 5))
    assert labels(table) == [f"{measure} / Without labels / {name}" for measure in ("nDCG", "Recall") for name in names]
    assert table.sure


def test_names_that_come_again_set_in_below_others_have_these_before_them(draft: Callable) -> None:
    rows = ((0, "protocol a"), (20, "refinement"), (29, "liveness"), (0, "protocol b"), (18, "refinement"))
    table = drawn(draft(), body(*rows, (27, "liveness"), (0, "library")), 8, (1,))
    own = [f"protocol {x}{name}" for x in "ab" for name in ("", " / refinement", " / liveness")]
    assert labels(table) == [*own, "library"]
    assert table.sure


def test_rows_set_in_whose_names_do_not_come_again_are_named_as_they_are(draft: Callable) -> None:
    rows = ((0, "base"), (9, "+ data"), (9, "+ size"), (0, "base"))
    assert labels(drawn(draft(), body(*rows), 5, (1,))) == ["base", "+ data", "+ size", "base"]


def test_levels_that_names_over_the_labels_and_names_that_come_again_tell_are_no_lines(draft: Callable) -> None:
    words = [(x, n, text) for n, row in enumerate((("Model", "L2(7B)", "L2(7B)"), ("Dataset", "Alpaca", "Evolve")))
             for x, text in zip(XS, row, strict=False)]  # fmt: skip
    words += [(XS[3], 0, "L1(30B)"), (XS[3], 1, "Alpaca")]
    for n, name in enumerate(("base", "ours"), 2):
        words += [(XS[0], n, name), *((x, n, f"{n}.{k}") for k, x in enumerate(XS[1:]))]
    table = drawn(draft(), words, 4, (2,))
    assert (table.corner, table.columns) == (
        "Model / Dataset",
        ("L2(7B) / Alpaca", "L2(7B) / Evolve", "L1(30B) / Alpaca"),
    )


def test_labels_of_which_each_has_the_same_names_beside_it_are_in_the_first_row_of_theirs(draft: Callable) -> None:
    """The second is also in the middle of the five rows below the first."""
    settings = (("Full", "1.5"), ("No RTS", "2.5"), ("No HS", "3.5"))
    rows = [("TRAE", *settings[0]), ("", *settings[1]), ("", *settings[2])]
    rows += [("Live", *settings[0]), ("", *settings[1]), ("", *settings[2])]
    table = drawn(draft(), lines(("Harness", "Setting", "Perf."), *rows), 7, (1,))
    assert [row.label for row in table.rows] == [f"{name} / {own}" for name in ("TRAE", "Live") for own, _ in settings]
    assert table.sure


def test_labels_in_the_first_row_or_in_the_middle_of_theirs_leave_a_grid_unsure(draft: Callable) -> None:
    names = ("Base", "Full", "No RTS", "No HS", "None", "All")
    rows = [({0: "TRAE", 3: "Live"}.get(n, ""), name, f"{n}.5") for n, name in enumerate(names)]
    assert not drawn(draft(), lines(("Harness", "Setting", "Perf."), *rows), 7, (1,)).sure
