"""A number computed again from a few that somebody points at: no words need say what was done with them."""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import permutations

from summarizer.trust.matching import is_result
from summarizer.trust.numbers import Quantity

_MOST = 8  # numbers pointed at; of more some pair makes nearly any number
_LEAST_OF_A_MEAN = 3


def follows(claim: Quantity, numbers: Sequence[Quantity]) -> bool:
    """Whether it is a difference, sum, product, ratio, share, relative change or mean of the numbers."""
    values = list(dict.fromkeys(number.value for number in numbers if number.about != "±"))
    if len(values) > _MOST:
        return False
    pairs = (value for a, b in permutations(values, 2) for value in _results(claim, a, b))
    return any(is_result(claim, value) for value in (*pairs, *_means(claim, values)))


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


def _means(claim: Quantity, values: Sequence[Fraction]) -> Iterator[Fraction]:
    if claim.kind != "times" and len(values) >= _LEAST_OF_A_MEAN:
        yield sum(values, Fraction(0)) / len(values)
