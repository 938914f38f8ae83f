"""Tables under one caption that have captions of their own: in PDFs made on the spot."""

from collections.abc import Callable

from drawn_tables import XS, Word, centred, drawn, grid, lines

HEADS = ("EM", "F1", "Mean")


def part(first: float, corner: str, *names: str) -> list[Word]:
    rows = [(name, *(f"{n}.{m}" for m in (1, 5, 7))) for n, name in enumerate(names, round(first))]
    return lines((corner, *HEADS), *rows, first=first)


def values(first: int) -> tuple[str, ...]:
    return tuple(f"{first}.{m}" for m in (1, 5, 7))


def test_tables_below_each_other_are_named_by_the_captions_below_them(draft: Callable) -> None:
    words = part(0, "Method", "one", "two") + part(4, "Window", "5", "7", "9")
    words += centred(3, "(a) Comparison of methods.", middles=(270,)) + centred(8, "(b) Sizes.", middles=(270,))
    table = drawn(draft(), words, 9, (1, 3, 4, 5, 8))
    names = [f"(a) Comparison of methods / Method / {name}" for name in ("one", "two")]
    names += [f"(b) Sizes / Window / {name}" for name in ("5", "7", "9")]
    assert grid(table) == [
        ("", *HEADS),
        *((name, *values(n)) for name, n in zip(names, (0, 1, 4, 5, 6), strict=True)),
    ]
    assert table.sure


def test_tables_with_captions_above_share_the_columns_of_one_name(draft: Callable) -> None:
    lower = lines(("Method", "Steps", "F1"), ("one", "15.7", "8.1"), ("two", "19.2", "9.5"), first=5)
    words = centred(0, "(a) Office", middles=(270,)) + part(1, "Method", "one", "two")
    words += centred(4, "(b) Questions", middles=(250,)) + lower
    table = drawn(draft(), words, 8, (1, 2, 4, 5, 6))
    assert grid(table) == [
        ("Method", *HEADS, "Steps"),
        ("(a) Office / one", *values(1), ""),
        ("(a) Office / two", *values(2), ""),
        ("(b) Questions / one", "", "8.1", "", "15.7"),
        ("(b) Questions / two", "", "9.5", "", "19.2"),
    ]
    assert table.sure


def test_titles_with_letters_within_a_table_are_over_their_rows(draft: Callable) -> None:
    """They have no heads below them."""
    words = [*lines(("Method", *HEADS)), (XS[0], 1, "(a) Small"), (XS[0], 3, "(b) Large")]
    words += lines(("one", *values(1)), first=2) + lines(("one", *values(2)), first=4)
    table = drawn(draft(), words, 5, (1, 2, 3, 4))
    assert grid(table) == [("Method", *HEADS), ("(a) Small / one", *values(1)), ("(b) Large / one", *values(2))]
