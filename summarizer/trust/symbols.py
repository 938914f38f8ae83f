"""Values that a sentence gives to symbols: N 为 1024，d 为 64; \\beta_1 = 0.9."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence

from summarizer.trust.formula import spelled_out
from summarizer.trust.matching import find
from summarizer.trust.numbers import Quantity

_SYMBOL = r"(?:\\(?:var)?[a-z]{2,7}|[A-Za-zα-ωϵϕ])(?:_?\{?[A-Za-z0-9]{1,3}\}?)?"
_GIVEN = re.compile(rf"(?<![A-Za-z0-9\\_^α-ωϵϕ])({_SYMBOL})\$?[ ]?(?:=|[设取]?为|取)[ ]?\$?[约]?[ ]?$")
_PLAIN = re.compile(r"[\\{}_$ ]")


def given(text: str, numbers: Iterable[Quantity]) -> dict[str, list[Quantity]]:
    """{symbol: the numbers that `text` gives to it}"""
    found: defaultdict[str, list[Quantity]] = defaultdict(list)
    for quantity in numbers:
        before = text[max(0, quantity.span[0] - 24) : quantity.span[0]]
        if symbol := _GIVEN.search(before):
            found[_plain(symbol[1])].append(quantity)
    return found


def given_to_another(
    text: str, numbers: Sequence[Quantity], passages: Iterable[tuple[str, Sequence[Quantity]]]
) -> list[Quantity]:
    """The numbers of `text` whose symbol every passage that has them gives other numbers, and these to others."""
    said = given(text, numbers)
    told = [(given(passage, theirs), theirs) for passage, theirs in passages]
    wrong = []
    for symbol, values in said.items():
        for value in values:
            holding = [own for own, theirs in told if find(value, theirs)]
            if holding and all(symbol in own and not find(value, own[symbol]) for own in holding):
                wrong.append(value)
    return wrong


def _plain(symbol: str) -> str:
    return _PLAIN.sub("", spelled_out(symbol))
