"""Numbers that a writer computes: gaps, ratios, shares and products of what the paper has."""

import re
from fractions import Fraction
from itertools import permutations

from summarizer.trust.case import Case
from summarizer.trust.changes import states_change
from summarizer.trust.context import clause_of, is_trivial
from summarizer.trust.matching import Match, compute, derive, is_result, rest
from summarizer.trust.numbers import Quantity
from summarizer.trust.operands import operands

_NAMED = re.compile(r"[ ]?[位号版](?![置])")  # 16 位, a name of the format
_THAN_BEFORE = re.compile(r"原来|原先|此前|之前")  # 由 2 升到 4，是原来的 2 倍
_TOTAL = re.compile(r"[共合即每乘×=]|相当于|总计")


_IN_ORDER = re.compile(r"分别|依次")
_PART = re.compile(r"[^，；。]+")
_ALL = re.compile(r"[都均皆]|全部|每[个项种次]")
_CLOSE = Fraction(1, 5)
_PAIR = 2
_MOST = 4  # numbers whose products are not any number


def computed(quantity: Quantity, clause: str, case: Case) -> Match | None:
    """What the number follows from: numbers of the sentence, a few of its passages, those of a row or a column."""
    if case.is_level(quantity) or (quantity.kind == "points" and not states_change(case.text)):
        return None
    if _NAMED.match(case.text, quantity.span[1]):
        return None
    telling = [other for other in case.own if not is_trivial(other)] + case.derived
    if quantity.kind == "times" and len(telling) >= _PAIR and _THAN_BEFORE.search(clause):
        return compute(quantity, clause, telling)
    found = (
        derive(quantity, clause, telling, [*case.operands, *case.derived])
        or from_table(quantity, clause, case)
        or _product(quantity, case)
        or rest(quantity, clause, case.cited)
    )
    if found:
        case.derived.append(quantity)
    return found


def bounds_all(quantity: Quantity, clause: str, case: Case) -> Match | None:
    """The nearest of what the passages have, if all of it is on that side of the number: 各数据集都不到 1.2%."""
    if quantity.about not in ("<", ">") or not _ALL.search(clause):
        return None
    alike = [o for o in case.cited if not o.in_name and (o.kind, o.unit) == (quantity.kind, quantity.unit)]
    nearest = (max if quantity.about == "<" else min)(alike, key=lambda other: other.value, default=None)
    if nearest is None or len(alike) < _PAIR or abs(nearest.value - quantity.value) > _CLOSE * quantity.value:
        return None
    beyond = nearest.value < quantity.value if quantity.about == "<" else nearest.value > quantity.value
    return Match("derived", nearest) if beyond else None


def from_table(quantity: Quantity, clause: str, case: Case) -> Match | None:
    """What the number follows from within a column or a row of a cited table."""
    if _IN_ORDER.search(clause):  # P@1、P@3 分别差 0.8 和 0.35: a list's columns are named together
        clause = next((part for part in _PART.findall(case.text) if clause.strip() in part), clause)
    scopes = dict.fromkeys((clause, clause_of(case.text, quantity.span, lists=True)))  # 在 A、B 上只多 2.8 与 2.3
    groups = (
        group for scope in scopes for group in operands(case.text, scope, case.passages, case.evidence, case.operands)
    )
    return next((found for group in groups if (found := compute(quantity, case.text, group))), None)


def _product(quantity: Quantity, case: Case) -> Match | None:
    """Of two numbers of the sentence one of which counts the other: 0.01 s a step, 50,000 steps are 500 s."""
    if quantity.kind != "count" or not _TOTAL.search(case.text):
        return None
    known = case.own if len(case.own) >= _PAIR else case.operands
    counts = [other for other in known if other.kind == "count" and not is_trivial(other)]
    if len({other.raw for other in counts}) > _MOST:
        return None
    for a, b in permutations(counts, 2):
        if a.unit == quantity.unit and b.unit != a.unit and is_result(quantity, a.value * b.value):
            return Match("derived", a)
    return None
