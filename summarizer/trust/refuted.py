"""Numbers of a sentence that refute what it says of them: a fall to more, a value outside of what it lies between, a
share or a multiple that they are not.

Conservative: what a number is set against must be plain. A comparison with its two sides is `ranking.false_comparison`.
"""

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import pairwise

from summarizer.trust.direction import LOWER_IS_BETTER
from summarizer.trust.naming import sort_of
from summarizer.trust.numbers import Quantity, quantities
from summarizer.trust.pairs import COURSE

_NEXT = r"[约近]?[ ]?$"
_BECOMES = re.compile(
    rf"(?:(?P<up>[升增涨]|提[高升]|上升|增加)|(?P<down>[降减跌掉]|下降|降低|减少))[到至为]{_NEXT}|(?P<left>[只仅]剩){_NEXT}"
)
# What is changed of the thing before, and nothing else is spoken of: 去掉 A 后, 换成 B 后; but 基线换成 B 后.
_CHANGED = re.compile(
    r"[，；,;](?:[但而却若再]|一旦|如果)?(?:换[成用]|改[用为名成]|去[掉除]|移除|删去|加上|加入|不[用加]|关掉|取消|慢"
    r"|第[ ]?[一二三四五六七八九十\d]{1,3}[轮步次])"
    r"[^；。]{0,40}?(?:[后时便就]|，)[^；。，从由自]{0,12}$"
)
_BETWEEN = re.compile(r"介于[^；。]{1,60}?之间")
_OF = re.compile(r"[^\d，；。]{0,3}的[ ]?[约近]?[ ]?")
_OF_BEFORE = re.compile(r"[^；。\d]{0,12}(?:[是为]|相当于)(?:原来|原先|此前|之前)的[ ]?[约近]?[ ]?")
_IS = re.compile(r"(?:[是为]|相当于)[^；。，是为]{0,24}$")
_FAR = re.compile(r"[；。\d]|[，,].*[，,]")
_THAN = re.compile(r"[，,]?[^，；。]{0,6}(?:比|较)[^，；。]{1,24}$")
_MORE = re.compile(r"[^，；。\d]{0,6}(?:[高多大]|高出|提高|领先)[了出约近]{0,2}[ ]?")
_LESS = re.compile(r"[^，；。\d]{0,6}(?:[低少小]|落后|降低)[了约近]{0,2}[ ]?")
_APART = re.compile(r"[^；。\d]{0,4}，?(?:两者|二者)?相差[约近]?[ ]?")
_ROUNDED = Fraction(12, 100)


def refuted(text: str) -> str:
    """The words of `text` that its own numbers refute, or ""."""
    numbers = [q for q in quantities(text) if not (q.in_name or (q.magnitude and q.text[-1] in "KMBT"))]
    kinds = (_turned, _outside, _shares, _gaps)
    return next((words for kind in kinds for words in kind(text, numbers)), "")


def _turned(text: str, numbers: Sequence[Quantity]) -> Iterator[str]:
    """为 46.9；去掉标签后降到 48.2: a fall to more than all values before, or a rise to less."""
    for n, quantity in enumerate(numbers):
        before = text[: quantity.span[0]]
        change = _BECOMES.search(before)
        earlier = [other.value for other in numbers[:n] if sort_of(other) == sort_of(quantity)]
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
            inside = [
                q for q in numbers if found.start() <= q.span[0] < found.end() and sort_of(q) == sort_of(quantity)
            ]
            ends = sorted(q.value for q in inside)
            if len(ends) == 2 and not ends[0] <= quantity.value <= ends[1]:
                yield f"{quantity.text} {found[0]}"


def _shares(text: str, numbers: Sequence[Quantity]) -> Iterator[str]:
    """27 秒，约为单步（3 秒）的 9 倍; 20%，约为 GPT-4 的 49% 的四成; 由 2 增至 64，是原来的 32 倍: is it that much?"""
    for n, (second, share) in enumerate(pairwise(numbers)):
        between = text[second.span[1] : share.span[0]]
        if n and COURSE.fullmatch(text[numbers[n - 1].span[1] : second.span[0]]) and _OF_BEFORE.fullmatch(between):
            parts = [(second, numbers[n - 1])]
        else:
            parts = [(first, second) for first in _set_against(text, numbers[:n], second) if _OF.fullmatch(between)]
        for whole, part in parts:
            if share.kind in ("times", "percent") and _are_alike(whole, part) and whole.value and part.value:
                unit = 100 if share.kind == "percent" else 1
                told = share.value / unit
                if abs(whole.value / part.value - told) > max(_ROUNDED * told, share.step / unit):
                    yield f"{whole.text} … {part.text} {share.text}"


def _set_against(text: str, before: Sequence[Quantity], second: Quantity) -> list[Quantity]:
    """The number that 是 or 为 sets against another one: that just before it."""
    verb = _IS.search(text[: second.span[0]])
    near = [q for q in before if verb and q.span[1] <= verb.start()][-1:]
    return [q for q in near if verb and not _FAR.search(text[q.span[1] : verb.start()])]


def _gaps(text: str, numbers: Sequence[Quantity]) -> Iterator[str]:
    """51.9，比零样本的 55.1 高 3.3: lower by it; A 为 90.0，B 为 90.3，相差 5.4: they differ by 0.3."""
    for (first, second), (_, gap) in pairwise(pairwise(numbers)):
        between, after = text[first.span[1] : second.span[0]], text[second.span[1] : gap.span[0]]
        if not _are_alike(first, second) or "；" in between or gap.value == 0:
            continue
        real = first.value - second.value
        rounded = gap.step + first.step + second.step
        more, less, apart = (word.fullmatch(after) for word in (_MORE, _LESS, _APART))
        than = _THAN.search(between) and abs(abs(real) - gap.value) <= rounded
        turned = than and ((more and real < 0) or (less and real > 0))
        if turned or (apart and gap.kind == "points" and abs(abs(real) - gap.value) > rounded):
            yield f"{first.text} {between.strip()} {second.text} {gap.text}"


def _are_alike(first: Quantity, second: Quantity) -> bool:
    return first.kind == second.kind and (first.unit == second.unit or not (first.unit and second.unit))
