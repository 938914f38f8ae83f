"""Tables that no rule was made for: whatever is in one, the paper around it is read."""

import random
from collections.abc import Callable

import pytest
from drawn_tables import XS, Word, drawn, grid, lines

TEXTS = ("EM", "F1", "Method", "1.5", "2", "x)", "(+1.0)", "-", "one", "Model A", "±", "12,345", "a-", "†", "Base:", "")


def test_heads_that_come_twice_at_once_are_read(draft: Callable) -> None:
    heads = ("Method", "EM", "F1")
    rows = (heads, ("one", "1.5", "2.5"), heads, heads, ("two", "3.5", "4.5"))
    table = drawn(draft(), lines(*rows), 5, (1, 2, 3, 4))
    assert grid(table)[-1] == ("two", "3.5", "4.5")
    assert not table.sure


@pytest.mark.parametrize("seed", range(40))
def test_whatever_is_in_a_table_the_paper_is_read(draft: Callable, seed: int) -> None:
    chance = random.Random(seed)
    rows, words = chance.randint(2, 9), list[Word]()
    usual = [(x + chance.choice((0, 0, 12)), chance.choice(TEXTS)) for x in XS]
    for n in range(rows):
        own = [(x + chance.choice((0, 0, 25)), chance.choice(TEXTS)) for x in XS]
        words += [(x, n + chance.choice((0, 0, 0, 0.5)), text) for x, text in chance.choice((usual, own)) if text]
    assert drawn(draft(), words, rows, [n for n in range(1, rows) if chance.random() < 0.4]).label == "Table 1"
