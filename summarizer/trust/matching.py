"""Whether a number of a claim is one of the evidence's numbers, or follows from them."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain, combinations, permutations
from math import ceil, floor
from typing import Literal

from summarizer.trust.changes import states_change
from summarizer.trust.numbers import Kind, Quantity
from summarizer.trust.units import HARD_UNITS

_RATIO = re.compile(r"占|比例|仅为|只有|相当于|达到|[降减缩][到至为]|的[ ]?约?[ ]?[\d一二三四五六七八九两]")
_PART = re.compile(r"占|比例|来自|归[于功]")  # of the sum of both
_REST = re.compile(r"不|未|没|失败|其余|余下|剩|错")
_SUM = re.compile(r"共|总|合计|之和|一共|累计|增[至到]|扩[大充]?[至到]")
_SMALLEST = 10  # of what is no unit's
_ROUNDING = Fraction(5, 100)  # rounding may move a number by its last digit, and by no more than this
_ABOUT = Fraction(12, 100)  # 约, 近, 超过 may leave out the small digits, but not more than this
_ABOUT_TIMES = Fraction(25, 100)
_BOUND = Fraction(25, 100)  # what is computed may be this far below 不到 3 倍, or above 超过 3 倍
FEW_OPERANDS = 6  # with more numbers than this in the evidence some pair of them makes any claim "derived"

MANY_OPERANDS = 12  # unless the claim has four digits, which no pair gives by chance
_FINE = 1000


@dataclass(frozen=True, slots=True)
class Match:
    """How a number is supported: `strong` if kind and unit agree too, not only the digits."""

    verdict: Literal["supported", "derived"]
    source: Quantity
    strong: bool = True


def find(claim: Quantity, evidence: Iterable[Quantity]) -> Match | None:
    """The best direct match: equal, rounded to the claim's digits, or converted (0.634 for 63.4%)."""
    best: Match | None = None
    for other in evidence:
        if not _within_reach(claim.size, other.size):
            continue
        strength = _compatible(claim, other)
        exact = claim.value == other.value or strength == "strong" or claim.kind != "times" or claim.value < 1
        if strength and exact and _same_value(claim, other):
            if strength == "strong":
                return Match("supported", other)
            best = best or Match("supported", other, strong=False)
        elif best is None and _converted(claim, other):
            best = Match("supported", other, strong=False)
    return best


def find_unit_error(claim: Quantity, evidence: Iterable[Quantity]) -> Quantity | None:
    """The number the claim meant: the same digits or value in another unit or kind, else another power of ten."""
    known = list(evidence)
    for other in known:
        if claim.raw == other.raw or (claim.value == other.value and not _compatible(claim, other)):
            return other
    for other in known:
        if claim.magnitude and claim.value and other.value >= 1000 and _is_power_of_ten(claim.value / other.value):
            return other
    return None


def derive(claim: Quantity, clause: str, own: Sequence[Quantity], evidence: Sequence[Quantity]) -> Match | None:
    """A difference, sum, ratio, mean or relative change of numbers that are in the evidence.

    `own` are the supported numbers of the same claim: they are always tried. The evidence's own numbers are
    tried where they are few, or any claim could be derived from some of them.
    """
    found = compute(claim, clause, own) or compute(claim, clause, evidence)
    return found or (_from_factor(claim, evidence) if states_change(clause) else None)


def compute(claim: Quantity, text: str, numbers: Sequence[Quantity]) -> Match | None:
    """The same of a few numbers that belong together. `text` must say that something was computed: 提升 for a change,
    共 for a sum, 平均 for a mean."""
    operands = _distinct(numbers)
    limit = MANY_OPERANDS if _is_fine(claim) else FEW_OPERANDS
    alike_to = defaultdict[Kind, list[Quantity]](list)
    for operand in operands:
        alike_to[operand.kind].append(operand)
    told = (_told(alike, limit) for alike in alike_to.values())
    few = [alike for alike in told if len({operand.raw for operand in alike}) <= limit]
    for a, b in chain.from_iterable(permutations(alike, 2) for alike in few):
        alike = b.value and (a.unit == b.unit or not (a.unit and b.unit))
        if alike and any(is_result(claim, value) for value in _results(claim, text, a, b)):
            return Match("derived", a)
    if _SUM.search(text) and any(is_result(claim, value) for value in _sums(claim, numbers)):
        return Match("derived", operands[0])
    means = "平均" in text.partition(claim.text)[0]  # 平均为 3.1, not 取 3 次的平均
    if means and len(operands) >= 3 and _near(claim, _mean(operands)):
        return Match("derived", operands[0])
    return None


def _told(alike: list[Quantity], limit: int) -> list[Quantity]:
    """All of them; of more than `limit` none of the small ones: nobody computes with "by two of them", iteration 3."""
    return alike if len(alike) <= limit else [quantity for quantity in alike if not _is_small(quantity)]


def _sums(claim: Quantity, numbers: Sequence[Quantity]) -> Iterator[Fraction]:
    """Twice a number that stands there twice (another 150), and, for a number of two digits, the sums of three."""
    counts = [n for n in numbers if n.kind == "count" and n.text[:1].isdigit() and _counts_alike(claim, n)]
    at = {(n.span, n.value): n.value for n in counts}
    yield from (2 * value for value, times in Counter(at.values()).items() if times > 1)
    if claim.value >= _SMALLEST and len(at) <= FEW_OPERANDS:
        yield from map(sum, combinations(at.values(), 3))


def _within_reach(a: float, b: float) -> bool:
    """Whether two sizes can be the same number, a conversion between per cent and a ratio, or each other's inverse."""
    return any(0.8 * b <= size <= 1.25 * b for size in (a, a / 100, a * 100)) or (0 < a < 1 and 0.8 < a * b < 1.25)


def _compatible(claim: Quantity, other: Quantity) -> Literal["strong", "weak", ""]:
    if claim.kind == other.kind:
        return _units_agree(claim, other)
    plain = other.kind == "count" and not (other.unit or other.magnitude or other.in_name)
    if claim.kind in ("percent", "times", "points") and plain:
        return "" if claim.kind == "times" and claim.value == 1 else "weak"  # nobody writes 一倍 as 1.0
    own = claim.kind == "count" and claim.unit not in HARD_UNITS and not claim.magnitude
    if own and not claim.unit and other.kind in ("percent", "times", "points"):
        return "weak"
    return ""


def _units_agree(claim: Quantity, other: Quantity) -> Literal["strong", "weak", ""]:
    if claim.unit == other.unit:
        return "strong"
    if claim.unit in HARD_UNITS or other.unit in HARD_UNITS:
        bare = not (claim.unit or claim.magnitude) or not (other.unit or other.magnitude)
        return "weak" if bare else ""
    return "" if claim.unit and other.unit and _exclusive(claim.unit, other.unit) else "strong"


_NOUNS_APART = frozenset({"layer", "head", "step", "round", "token", "gpu", "dimension", "language", "sample"})


def _exclusive(a: str, b: str) -> bool:
    return a in _NOUNS_APART and b in _NOUNS_APART


def _same_value(claim: Quantity, other: Quantity) -> bool:
    value = other.value
    if claim.value == value:
        return True
    if claim.about and _within(claim, value, _ABOUT):
        coarse = claim.coarseness
        if claim.about == ">" and value >= claim.value:
            return floor(value / coarse) * coarse == claim.value
        if claim.about == "<" and value <= claim.value:
            return ceil(value / coarse) * coarse == claim.value
        if claim.about == "~":
            return abs(claim.value - value) <= coarse / 2
    return _near(claim, value) and other.step < claim.step


def _near(claim: Quantity, value: Fraction) -> bool:
    """`value` rounds to the claim (half may go either way)."""
    return abs(claim.value - abs(value)) <= claim.step / 2 and _within(claim, abs(value), _ROUNDING)


def is_result(claim: Quantity, value: Fraction) -> bool:
    """The same of what was computed; 约 0.01 for a gap of 0.011, which of a number of the paper would be too coarse."""
    if claim.about == "~":
        close = claim.kind != "times" or _within(claim, abs(value), _ABOUT_TIMES)
        return close and abs(claim.value - abs(value)) <= claim.step / 2
    reach = max(claim.step, claim.value * _BOUND) if claim.kind == "times" else claim.step
    over = claim.about == ">" and claim.value <= abs(value) < claim.value + reach
    under = claim.about == "<" and claim.value - reach < abs(value) <= claim.value
    return _near(claim, value) or over or under


def _within(claim: Quantity, value: Fraction, share: Fraction) -> bool:
    return abs(claim.value - value) <= share * claim.value


def _converted(claim: Quantity, other: Quantity) -> bool:
    plain = other.kind == "count" and not other.unit and not other.magnitude
    if claim.kind == "percent" and plain and 0 < other.value < 1:
        return _near(claim, other.value * 100)
    if claim.kind == "count" and 0 < claim.value < 1 and not claim.unit and other.kind == "percent":
        return _near(claim, other.value / 100)
    if claim.kind == other.kind == "times" and other.value:
        return claim.value == 1 / other.value  # 一半 for twice as few
    if claim.kind == "times" and claim.value < 1:
        return other.kind == "percent" and _within(claim, other.value / 100, _ROUNDING)
    return False


def _results(claim: Quantity, clause: str, a: Quantity, b: Quantity) -> Iterator[Fraction]:
    """What a writer may compute from two numbers of one kind and unit and state as a number like `claim`."""
    gap = abs(a.value - b.value)
    if claim.kind == "times":
        if claim.value != 1:
            if claim.value > 1 or _may_shrink(b):  # 2 of 6 are no third of what is counted
                yield a.value / b.value
        elif a.value > b.value and states_change(clause):
            yield a.value / b.value - 1  # 快一倍 is twice as fast
    elif claim.kind == "points":
        if not (a.unit or b.unit):
            yield gap
        if a.kind == "count" and max(a.value, b.value) <= 1:
            yield gap * 100  # of shares such as 0.51
    elif claim.kind == "percent":
        if states_change(clause) and ((_may_shrink(a) and _may_shrink(b)) or "相对" in clause):
            yield gap / b.value * 100
        if _RATIO.search(clause) and a.value < b.value:
            yield a.value / b.value * 100
        if _PART.search(clause):
            yield a.value / (a.value + b.value) * 100
    elif a.kind == "count" and _counts_alike(claim, a) and _counts_alike(claim, b):
        if states_change(clause):
            yield gap
        if _SUM.search(clause):
            yield a.value + b.value


def _may_shrink(operand: Quantity) -> bool:
    """Whether a change is told of it in per cent: of 8 layers, not of two tasks and one model, nor of other changes."""
    return operand.kind == "count" and not _is_small(operand)


def _is_small(operand: Quantity) -> bool:
    return operand.step == 1 and operand.value < _SMALLEST and not operand.unit


def _counts_alike(claim: Quantity, operand: Quantity) -> bool:
    """Whether a count may be a gap or a sum of such numbers: 1B is none of gigabytes."""
    if not claim.unit:
        return not (claim.magnitude and operand.unit in HARD_UNITS)
    return claim.unit == operand.unit or not (operand.unit or claim.unit in HARD_UNITS)


def rest(claim: Quantity, clause: str, evidence: Sequence[Quantity]) -> Match | None:
    """What a share leaves: 四成得不到 where 60.1% get it."""
    shares = [other for other in _distinct(evidence) if other.kind == "percent"]
    if claim.kind != "percent" or not _REST.search(clause) or len(shares) > FEW_OPERANDS:
        return None
    return next((Match("derived", other) for other in shares if is_result(claim, 100 - other.value)), None)


def _from_factor(claim: Quantity, evidence: Sequence[Quantity]) -> Match | None:
    """3x fewer is 67 % less, 1.5x faster is 50 % more; 25 % of is 4 times less; twice is 多一倍."""
    for other in evidence:
        if claim.kind == other.kind == "times" and claim.value == 1 and other.value == 2:
            return Match("derived", other)
        if claim.kind == "percent" and other.kind == "times" and other.value > 1:
            if _near(claim, (other.value - 1) * 100) or _near(claim, (1 - 1 / other.value) * 100):
                return Match("derived", other)
        elif claim.kind == "times" and other.kind == "percent" and 0 < other.value < 100:
            left = 1 - other.value / 100
            if _near(claim, 1 / left) or _near(claim, 100 / other.value) or _near(claim, 1 + other.value / 100):
                return Match("derived", other)
    return None


def _mean(operands: Sequence[Quantity]) -> Fraction:
    return sum((operand.value for operand in operands), Fraction(0)) / len(operands)


def _is_fine(claim: Quantity) -> bool:
    """Whether it is given in four digits or more."""
    return claim.about != "~" and claim.value / claim.coarseness >= _FINE


def _distinct(evidence: Sequence[Quantity]) -> list[Quantity]:
    """Each number once, without margins of error (85 ± 3 %)."""
    return list({(o.value, o.kind, o.unit): o for o in evidence if o.about != "±"}.values())


def _is_power_of_ten(ratio: Fraction) -> bool:
    if ratio < 1:
        ratio = 1 / ratio
    return ratio.denominator == 1 and str(ratio.numerator).strip("0") == "1"
