"""Tables with upright rules, with rules between their rows, and what stands beside such: in PDFs made on the spot."""

from collections.abc import Callable

import pymupdf

from summarizer.pdf import parse_pdf
from summarizer.types import Table

EDGES = (90.0, 190.0, 270.0, 350.0, 430.0)  # of the columns
PITCH = 12.0
Words = tuple[float, float, str]  # column, row, text


def table_of(paper: object, label: str = "Table 1") -> Table:
    document = parse_pdf(paper.bytes(), crops=False).document  # type: ignore[attr-defined]
    assert document is not None
    return next(table for table in document.tables if table.label == label)


def grid_of(table: Table) -> list[tuple[str, ...]]:
    return [(table.corner, *table.columns), *((row.label, *row.cells) for row in table.rows)]


def boxed(
    paper: object,
    words: list[Words],
    rows: int,
    across: tuple[float, ...],
    part: tuple[tuple[int, float], ...] = (),
    upright: dict[int, tuple[float, float]] | None = None,
) -> None:
    """Words centred in a column at a row; `across` are the rows with a rule above.

    `part` are rules from an edge to the right end, `upright` the edges with a rule and the rows that it is beside.
    """
    page, top = paper.page, paper.y  # type: ignore[attr-defined]
    for column, row, text in words:
        left = EDGES[int(column)] + (EDGES[1] - EDGES[0]) * (column % 1)
        middle = (left + EDGES[int(column) + 1]) / 2 if column % 1 == 0 else left
        width = pymupdf.get_text_length(text, fontsize=9)
        page.insert_text((middle - width / 2, top + 9 + PITCH * row), text, fontsize=9)
    for row in (0, *across, rows):
        page.draw_line((EDGES[0], top + PITCH * row), (EDGES[-1], top + PITCH * row), width=0.4)
    for edge, row in part:
        page.draw_line((EDGES[edge], top + PITCH * row), (EDGES[-1], top + PITCH * row), width=0.4)
    for edge, (first, last) in (upright or dict.fromkeys(range(len(EDGES)), (0, rows))).items():
        page.draw_line((EDGES[edge], top + PITCH * first), (EDGES[edge], top + PITCH * last), width=0.4)
    paper.y = top + PITCH * rows + 20  # type: ignore[attr-defined]


def titled(paper: object) -> object:
    return paper.text("Table 1: Scores.", gap=6)  # type: ignore[attr-defined]


def ended(paper: object) -> object:
    return paper.text("The larger model of Table 1 is better than the smaller one in all of our runs. " * 3)  # type: ignore[attr-defined]


def test_a_head_is_over_the_columns_between_two_upright_rules(draft: Callable) -> None:
    paper = titled(draft())
    words: list[Words] = [(0, 0, "Method"), (1, 1, "MRR"), (2, 1, "P@1"), (3, 1, "MRR")]
    words += [(c, r + 2, text) for r, row in enumerate((("A", "0.298", "0.103", "0.303"), ("B", "0.337", "0.142", "0.4")))
              for c, text in enumerate(row)]  # fmt: skip
    boxed(paper, words, 4, (1, 2), upright={0: (0, 4), 1: (0, 4), 2: (1, 4), 3: (0, 4), 4: (0, 4)})
    x = (EDGES[1] + EDGES[3]) / 2
    top = paper.y - 20 - PITCH * 4  # type: ignore[attr-defined]
    for text, middle in (("All Users", x), ("New", (EDGES[3] + EDGES[4]) / 2)):
        width = pymupdf.get_text_length(text, fontsize=9)
        paper.page.insert_text((middle - width / 2, top + 9), text, fontsize=9)  # type: ignore[attr-defined]
    table = table_of(ended(paper))
    assert grid_of(table)[0] == ("Method", "All Users / MRR", "All Users / P@1", "New / MRR")
    assert table.sure


def test_lines_between_two_rules_are_one_row_whatever_their_heights(draft: Callable) -> None:
    paper = titled(draft())
    words: list[Words] = [(0, 0, "Task"), (1, 0, "Data"), (2, 0, "Steps"), (3, 0, "Score")]
    for n, (task, data) in enumerate((("packet", "(Liang)"), ("congestion", "(Jay)"), ("resource", "(Mao)"))):
        top = 1 + 2 * n
        words += [(0, top, task), (0, top + 1, "control"), (1, top + 0.5, data)]
        words += [(2, top + 0.5, f"{n}00"), (3, top + 0.5, f"{n}.5")]
    boxed(paper, words, 7, (1, 3, 5))
    table = table_of(ended(paper))
    assert grid_of(table) == [
        ("Task", "Data", "Steps", "Score"),
        ("packet control", "(Liang)", "000", "0.5"),
        ("congestion control", "(Jay)", "100", "1.5"),
        ("resource control", "(Mao)", "200", "2.5"),
    ]
    assert table.sure


def test_a_label_that_the_rules_between_rows_leave_out_is_for_all_of_them(draft: Callable) -> None:
    paper = titled(draft())
    words: list[Words] = [(0, 0, "Domain"), (1, 0, "Method"), (2, 0, "P@1"), (3, 0, "MAP")]
    for n, (upper, lower) in enumerate((("DM to", "Theory"), ("MI to", "DB"))):
        top = 1 + 2 * n
        words += [(0, top, upper), (0, top + 1, lower)]
        words += [(1, top, "CTL"), (2, top, f"{n}.1"), (3, top, f"{n}.2")]
        words += [(1, top + 1, "SV"), (2, top + 1, f"{n}.3"), (3, top + 1, f"{n}.4")]
    boxed(paper, words, 5, (1, 3), part=((1, 2), (1, 4)))
    assert [row.label for row in table_of(ended(paper)).rows] == [
        "DM to Theory / CTL", "DM to Theory / SV", "MI to DB / CTL", "MI to DB / SV",
    ]  # fmt: skip


def test_heads_may_be_growing_percentages(draft: Callable) -> None:
    paper = titled(draft())
    rows = (("Method", "10%", "20%", "30%"), ("A", "79.63", "80.51", "80.94"), ("B", "78.89", "79.92", "80.41"))
    boxed(paper, [(c, r, text) for r, row in enumerate(rows) for c, text in enumerate(row)], 3, (1,))
    table = table_of(ended(paper))
    assert table.columns == ("10%", "20%", "30%")
    assert table.sure


def test_what_stands_over_the_labels_names_a_block_of_equal_heads(draft: Callable) -> None:
    paper = titled(draft())
    rows = (("Swing Up", "EM", "F1", "MAP"), ("A", "1.5", "2.5", "3.5"), ("B", "4.5", "5.5", "6.5"),
            ("Biped", "EM", "F1", "MAP"), ("A", "7.5", "8.5", "9.5"), ("B", "1.7", "2.7", "3.7"))  # fmt: skip
    boxed(paper, [(c, r, text) for r, row in enumerate(rows) for c, text in enumerate(row)], 6, (1, 3, 4))
    table = table_of(ended(paper))
    assert [row.label for row in table.rows] == ["Swing Up / A", "Swing Up / B", "Biped / A", "Biped / B"]
    assert table.sure


def test_a_rule_under_one_row_among_rows_with_rules_begins_no_block(draft: Callable) -> None:
    paper = titled(draft())
    rows = (("Data", "What", "Size", "Use"), ("MNIST", "digits", "60+10", "overfit"), ("SVHN", "houses", "73+26", "robust"),
            ("IRIS", "flowers", "150", "overfit"), ("DSRC", "signals", "10", "robust"))  # fmt: skip
    boxed(paper, [(c, r, text) for r, row in enumerate(rows) for c, text in enumerate(row)], 5, (1, 2, 3, 4))
    assert grid_of(table_of(ended(paper))) == list(rows)


def test_numbers_half_a_line_beside_a_label_of_two_lines_are_its_row(draft: Callable) -> None:
    paper = titled(draft())
    words: list[Words] = [(0, 0, "Method"), (1, 0, "Unit"), (2, 0, "EM"), (3, 0, "F1")]
    words += [(0, 1, "Dropout"), (1, 1, "ReLU"), (2, 1, "1.35"), (3, 1, "2.35")]
    words += [(0, 2, "Dropout + norm"), (1, 2.5, "Maxout"), (2, 2.5, "0.94"), (3, 2.5, "1.94"), (0, 3, "constraint")]
    words += [(0, 4, "DBN"), (1, 4, "Logistic"), (2, 4, "1.18"), (3, 4, "2.18")]
    boxed(paper, words, 5, (1,), upright={})
    assert [(row.label, *row.cells) for row in table_of(ended(paper)).rows] == [
        ("Dropout", "ReLU", "1.35", "2.35"),
        ("Dropout + norm constraint", "Maxout", "0.94", "1.94"),
        ("DBN", "Logistic", "1.18", "2.18"),
    ]


def test_a_label_goes_on_while_its_bracket_is_open(draft: Callable) -> None:
    paper = titled(draft())
    rows = (
        ("Method", "EM", "F1", "MAP"),
        ("Pooling (Malin &", "4.5", "5.5", "6.5"),
        ("Fritz, 2013)",),
        ("Maxout", "1", "2", "3"),
    )
    boxed(paper, [(c, r, text) for r, row in enumerate(rows) for c, text in enumerate(row)], 4, (1,), upright={})
    assert [row.label for row in table_of(ended(paper)).rows] == ["Pooling (Malin & Fritz, 2013)", "Maxout"]


def test_heads_of_a_table_are_no_line_of_its_caption(draft: Callable) -> None:
    paper = draft()
    paper.text("Table 1. Depthwise separable against full convolution in all of the layers of the model", gap=-6)
    top = paper.y + 8
    for n, row in enumerate((("Model", "Image", "Million", "Million"), ("", "Accuracy", "Adds", "Parameters"),
                             ("Conv", "71.7%", "4866", "29.3"), ("Depth", "70.6%", "569", "4.2"))):  # fmt: skip
        for x, cell in zip((80, 200, 320, 420), row, strict=True):
            paper.page.insert_text((x, top + 11.5 * n), cell, fontsize=10)
    for row in (1, 3):
        paper.page.draw_line((72, top + 3 + 11.5 * row), (520, top + 3 + 11.5 * row), width=0.4)
    paper.y = top + 70
    table = table_of(ended(paper))
    assert table.caption.endswith("layers of the model")
    assert grid_of(table)[0] == ("Model", "Image Accuracy", "Million Adds", "Million Parameters")


def test_counting_labels_of_a_table_are_no_line_numbers(draft: Callable) -> None:
    paper = titled(draft())
    rows = (("Rank", "EMP", "GM", "RG"), *((str(n), f"{n}.1%", f"{n}.2%", f"{n}.3%") for n in range(1, 19)))
    boxed(paper, [(c, r, text) for r, row in enumerate(rows) for c, text in enumerate(row)], 19, (1,))
    assert [row.label for row in table_of(ended(paper)).rows] == [str(n) for n in range(1, 19)]


def test_a_title_over_the_first_rows_is_no_head(draft: Callable) -> None:
    paper = titled(draft())
    words: list[Words] = []
    for n, (title, city, team) in enumerate((("Papers", "Boston", "Globe"), ("Teams", "Detroit", "Lions"))):
        words += [
            (1.8, 2 * n, title),
            (0, 2 * n + 1, city),
            (1, 2 * n + 1, team),
            (2, 2 * n + 1, city),
            (3, 2 * n + 1, team),
        ]
    boxed(paper, words, 4, (1, 2, 3), upright={})
    assert [row.label for row in table_of(ended(paper)).rows] == ["Papers / Boston", "Teams / Detroit"]


def test_heads_in_a_row_without_upright_rules_are_over_the_columns_that_those_below_part(draft: Callable) -> None:
    paper = titled(draft())
    rows = (("", "", "", ""), ("Method", "MRR", "P@1", "MAP"), ("A", "1.5", "2.5", "3.5"), ("B", "4.5", "5.5", "6.5"))
    words: list[Words] = [(c, r, text) for r, row in enumerate(rows) for c, text in enumerate(row) if text]
    boxed(paper, words, 4, (2,), upright={1: (1, 4), 3: (1, 4)})
    top = paper.y - 20 - PITCH * 4  # type: ignore[attr-defined]
    for text, edges in (("Digital", (1, 3)), ("Noise", (3, 4))):
        middle = (EDGES[edges[0]] + EDGES[edges[1]]) / 2 + 6  # nearer to one of the columns
        width = pymupdf.get_text_length(text, fontsize=9)
        paper.page.insert_text((middle - width / 2, top + 9), text, fontsize=9)  # type: ignore[attr-defined]
    assert grid_of(table_of(ended(paper)))[0] == ("Method", "Digital / MRR", "Digital / P@1", "Noise MAP")


def test_a_label_between_two_rows_joins_them_not(draft: Callable) -> None:
    paper = titled(draft())
    words: list[Words] = [(0, 0, "Model"), (1, 0, "Regular"), (2, 0, "Train"), (3, 0, "Test")]
    for n, name in enumerate(("Inception", "Alexnet", "MLP", "Deep MLP"), 1):
        words += [(0, n, name), (2, n, f"{n}.1"), (3, n, f"{n}.2")]
    boxed(paper, [*words, (1, 2.5, "Weight")], 5, (1,), upright={})
    assert [(row.label, *row.cells) for row in table_of(ended(paper)).rows] == [
        ("Inception", "Weight", "1.1", "1.2"), ("Alexnet", "Weight", "2.1", "2.2"),
        ("MLP", "Weight", "3.1", "3.2"), ("Deep MLP", "Weight", "4.1", "4.2"),
    ]  # fmt: skip


def test_two_labels_of_one_name_are_both_said(draft: Callable) -> None:
    paper = titled(draft())
    rows = (("First?", "Second?", "EM", "F1"), ("No", "No", "17.6", "23.6"), ("Yes", "No", "16.5", "18.8"),
            ("Yes", "Yes", "15.2", "18.9"))  # fmt: skip
    boxed(paper, [(c, r, text) for r, row in enumerate(rows) for c, text in enumerate(row)], 4, (1, 2, 3))
    assert [row.label for row in table_of(ended(paper)).rows] == ["No / No", "Yes / No", "Yes / Yes"]


def test_a_row_with_numbers_between_rules_is_no_head(draft: Callable) -> None:
    paper = titled(draft())
    rows = (
        ("Unit", "Power", "Hours", "Total"),
        ("OPT", "400W", "809,472", "356"),
        ("BLOOM", "410W", "1,082,880", "475"),
    )
    boxed(paper, [(c, r, text) for r, row in enumerate(rows) for c, text in enumerate(row)], 3, (1, 2), upright={})
    assert grid_of(table_of(ended(paper))) == list(rows)


def test_fractions_and_lists_without_heads_leave_a_grid_unsure(draft: Callable) -> None:
    paper = titled(draft())
    rows = (("Score", "Term", "EM", "F1"), ("Jaccard", "", "1.5", "2.5"), ("Common", "n + m", "3.5", "4.5"))
    boxed(
        paper, [(c, r, text) for r, row in enumerate(rows) for c, text in enumerate(row) if text], 3, (1,), upright={}
    )
    middle = (EDGES[1] + EDGES[2]) / 2
    bar = paper.y - 20 - PITCH * 2 + 6.5  # type: ignore[attr-defined]
    for text, y in (("a", bar - 2), ("b", bar + 5)):
        paper.page.insert_text((middle - 1, y), text, fontsize=5)  # type: ignore[attr-defined]
    paper.page.draw_line((middle - 6, bar), (middle + 6, bar), width=0.3)  # type: ignore[attr-defined]
    assert not table_of(ended(paper)).sure
    listed = titled(draft())
    rows = (("to", "text"), ("date", "date"), ("cc", "text"), ("words", "text"))
    boxed(listed, [(c, r, text) for r, row in enumerate(rows) for c, text in enumerate(row)], 4, (), upright={})
    assert not table_of(ended(listed)).sure


def test_a_dashed_rule_that_leaves_out_the_labels_leaves_them_unsure(draft: Callable) -> None:
    paper = draft()
    top = titled(paper).y  # type: ignore[attr-defined]
    words = [(0, 0, "Model"), (1, 0, "Method"), (2, 0, "EM"), (0, 1, "GPT-3 (1-shot)"), (1, 1, "CoT"), (2, 1, "27.5")]
    words += [(0, 2, "(175B)"), (1, 2, "Sub-ques"), (2, 2, "47.1")]
    for x in range(200, 430, 8):
        paper.page.draw_line((x, top + 2 * PITCH), (x + 4, top + 2 * PITCH), width=0.4)  # type: ignore[attr-defined]
    boxed(paper, words, 3, (1,), upright={})
    table = table_of(ended(paper))
    assert len(table.rows) == 2
    assert not table.sure


def test_numbers_without_heads_are_no_list_of_names_and_numbers(draft: Callable) -> None:
    paper = draft()
    boxed(titled(paper), [(0, 0, "1"), (1, 0, "2"), (0, 1, "3"), (1, 1, "4")], 2, ())
    assert not table_of(ended(paper)).sure
