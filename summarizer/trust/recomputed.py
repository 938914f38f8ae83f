"""A number computed again from those that somebody points at: no words need say what was done with them."""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import chain, permutations

from summarizer.trust.matching import is_result
from summarizer.trust.numbers import Quantity

_MOST = 8  # numbers pointed at; of more some pair makes nearly any number
_LEAST_OF_A_MEAN = 3


def follows(claim: Quantity, places: Sequence[Sequence[Quantity]]) -> bool:
    """Whether it is a difference, sum, product, ratio, share, relative change or mean of the numbers of the places; of
    long ones, as rows of a table are, only of those that stand at the same point of each."""
    lists = [[number.value for number in place if number.about != "±"] for place in places]
    together = list(dict.fromkeys(chain.from_iterable(lists)))
    groups = [together] if len(together) <= _MOST else [list(values) for values in zip(*lists, strict=False)]
    few = [values for values in groups if len(values) <= _MOST]
    return any(is_result(claim, value) for values in few for value in _follow(claim, values))


def _follow(claim: Quantity, values: Sequence[Fraction]) -> Iterator[Fraction]:
    for a, b in permutations(values, 2):
        yield from _results(claim, a, b)
    if claim.kind != "times" and len(values) >= _LEAST_OF_A_MEAN:
        yield sum(values, Fraction(0)) / len(values)


def _results(claim: Quantity, a: Fraction, b: Fraction) -> Iterator[Fraction]:
    if claim.kind == "points":
        yield a - b
        if max(a, b) <= 1:
            yield (a - b) * 100  # of shares such as 0.51
    elif claim.kind == "count":
        yield from (a - b, a + b, a * b)
        if b:
            yield a / b
    elif b:
        share = 100 if claim.kind == "percent" else 1
        yield a / b * share
        yield (a - b) / b * share
        if a + b:
            yield a / (a + b) * share
