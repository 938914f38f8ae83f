"""Numbers of a sentence that refute what it says of them: a fall to more, a value outside of what it lies between, a
share or a multiple that they are not.

Conservative: what a number is set against must be plain. A comparison with its two sides is `ranking.false_comparison`.
"""

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import pairwise

from summarizer.trust.direction import LOWER_IS_BETTER
from summarizer.trust.numbers import Quantity, quantities
from summarizer.trust.pairs import COURSE

_NEXT = r"[约近]?[ ]?$"
_BECOMES = re.compile(
    rf"(?:(?P<up>[升增涨]|提[高升]|上升|增加)|(?P<down>[降减跌]|下降|降低|减少))[到至为]{_NEXT}|(?P<left>[只仅]剩){_NEXT}"
)
# What is changed of the thing before, and nothing else is spoken of: 去掉 A 后, 换成 B 后; but 基线换成 B 后.
_CHANGED = re.compile(
    r"[，；,;](?:[但而却若再]|一旦|如果)?(?:换[成用]|改[用为名成]|去[掉除]|移除|删去|加上|加入|不[用加]|关掉|取消|慢)"
    r"[^；。]{0,40}?(?:[后时便就]|，)[^；。，从由自]{0,12}$"
)
_BETWEEN = re.compile(r"介于[^；。]{1,60}?之间")
_OF = re.compile(r"[^\d，；。]{0,3}的[ ]?[约近]?[ ]?")
_OF_BEFORE = re.compile(r"[^；。\d]{0,12}(?:[是为]|相当于)(?:原来|原先|此前|之前)的[ ]?[约近]?[ ]?")
_IS = re.compile(r"^[^，；。\d]{0,3}，?[^，；。\d]{0,4}(?:[是为]|相当于)[^；。，]{0,20}$")
_ROUNDED = Fraction(12, 100)

_Sort = tuple[str, str, bool, bool]


def refuted(text: str) -> str:
    """The words of `text` that its own numbers refute, or ""."""
    numbers = [quantity for quantity in quantities(text) if not quantity.in_name]
    return next((words for words in (*_turned(text, numbers), *_outside(text, numbers), *_shares(text, numbers))), "")


def _sort(quantity: Quantity) -> _Sort:
    return quantity.kind, quantity.unit, quantity.magnitude, quantity.step < 1


def _turned(text: str, numbers: Sequence[Quantity]) -> Iterator[str]:
    """为 46.9；去掉标签后降到 48.2: a fall to more than all values before, or a rise to less."""
    for n, quantity in enumerate(numbers):
        before = text[: quantity.span[0]]
        change = _BECOMES.search(before)
        earlier = [other.value for other in numbers[:n] if _sort(other) == _sort(quantity)]
        if change is None or not earlier or not _CHANGED.search(before[: change.start()]):
            continue
        up = change["up"] is not None
        if up and change["up"].startswith("提") and LOWER_IS_BETTER.search(text):
            continue
        if quantity.value < min(earlier) if up else quantity.value > max(earlier):
            yield f"{change[0].strip()} {quantity.text}"


def _outside(text: str, numbers: Sequence[Quantity]) -> Iterator[str]:
    """983，介于 964 和 1084 之间."""
    for found in _BETWEEN.finditer(text):
        for quantity in [q for q in numbers if q.span[1] <= found.start()][-1:]:
            inside = [q for q in numbers if found.start() <= q.span[0] < found.end() and _sort(q) == _sort(quantity)]
            ends = sorted(q.value for q in inside)
            if len(ends) == 2 and not ends[0] <= quantity.value <= ends[1]:
                yield f"{quantity.text} {found[0]}"


def _shares(text: str, numbers: Sequence[Quantity]) -> Iterator[str]:
    """27 秒，约为单步（3 秒）的 9 倍; 20%，约为 GPT-4 的 49% 的四成; 由 2 增至 64，是原来的 32 倍: is it that much?"""
    for (first, second), (_, share) in pairwise(pairwise(numbers)):
        gap, end = text[first.span[1] : second.span[0]], text[second.span[1] : share.span[0]]
        alike = first.kind == second.kind and (first.unit == second.unit or not (first.unit and second.unit))
        if share.kind not in ("times", "percent") or not alike:
            continue
        parts = (first, second) if _IS.search(gap) and _OF.fullmatch(end) else None
        if COURSE.fullmatch(gap) and _OF_BEFORE.fullmatch(end):
            parts = second, first
        unit = 100 if share.kind == "percent" else 1
        if parts and parts[0].value and parts[1].value:
            told = share.value / unit
            if abs(parts[0].value / parts[1].value - told) > max(_ROUNDED * told, share.step / unit):
                yield f"{first.text} {gap.strip()} {second.text} {share.text}"
