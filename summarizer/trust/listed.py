"""Numbers of a list that a cited sentence has in another order: 72.5%, 66.9% and 71.4% for A, B and C."""

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

from summarizer.trust.matching import find
from summarizer.trust.numbers import Quantity

_CHINESE_GAP = re.compile(r"[ ]?[%％]?[ ]?(?:[、,，/]|[、,，]?[ ]?(?:和|与|及|以及))[ ]?")
_ENGLISH_GAP = re.compile(r" ?%?(?:, ?(?:and )?| and | ?/ ?)")
_WORD = re.compile(r"\\[A-Za-z]{2,12}|[A-Za-zΑ-ω][\w.-]*")
_SYMBOLS = {"\\alpha": "α", "\\beta": "β", "\\gamma": "γ", "\\lambda": "λ", "\\mu": "μ", "\\sigma": "σ", "\\tau": "τ"}
_IN_ORDER = re.compile(r"分别|依次")
_EACH = re.compile(r"respectively|for each|in order")
_NAMES = re.compile(r"[、和与]")
_LEAST = 2
_TO = re.compile(r"[ ]?(?:%|[KMGT]?B|倍|个百分点)?[ ]?(?:至|到|~|～|–|—|-)[ ]?")
_COURSE = re.compile(r"(?:[从由自]|降低|减少|缩短|下降)[^，；。]{0,24}$")  # 从 10 到 5
_NEAR = 12  # characters


def out_of_order(text: str, own: Sequence[Quantity], passage: str, evidence: Sequence[Quantity]) -> list[Quantity]:
    """The numbers of a list in `text` that `passage` lists in another order, though both name the same in one order.

    `evidence` are the passage's numbers. Where nothing is named, only a list that the passage has rising or falling and
    the text has not is out of order.
    """
    wrong: list[Quantity] = []
    for run in _runs(text, own, _CHINESE_GAP.fullmatch):
        for listed in _runs(passage, _in_order(evidence), _ENGLISH_GAP.fullmatch):
            order = [next((n for n, other in enumerate(listed) if find(q, [other])), -1) for q in run]
            if len(run) == len(listed) and sorted(order) == list(range(len(run))) != order:
                named = _common_names(text, passage)
                same = len(named) >= len(run) and sorted(named, key=_words(passage).index) == named
                jumbled = len(named) < _LEAST and _is_sorted(listed) and not _is_sorted(run)
                told = _IN_ORDER.search(text) and _EACH.search(passage) and len(named) < _LEAST
                unnamed = told and not _NAMES.search(text[: run[0].span[0]])
                wrong += run if same or jumbled or unnamed else []
    return wrong


def turned_ranges(text: str, own: Sequence[Quantity], evidence: Sequence[Quantity]) -> list[Quantity]:
    """The ends of the falling ranges in `text` (10 至 5 倍) that a passage has rising, and a value exchanged with its
    spread (1.5 ± 20.0); the passage's numbers are `evidence`."""
    theirs = _in_order(evidence)
    wrong: list[Quantity] = []
    for first, last in pairwise(own):
        falls = first.value > last.value and _TO.fullmatch(text[first.span[1] : last.span[0]])
        if last.about == "±" or (falls and not _COURSE.search(text[: first.span[0]])):
            straight = any(find(first, [a]) and find(last, [b]) for a, b in pairwise(theirs))
            ends = [(a, b) for a, b in pairwise(theirs) if not straight and find(last, [a]) and find(first, [b])]
            wrong += [first, last] if any(b.span[0] - a.span[1] <= _NEAR for a, b in ends) else []
    return wrong


def _runs(
    text: str, numbers: Sequence[Quantity], joins: Callable[[str], re.Match[str] | None]
) -> Iterator[list[Quantity]]:
    run: list[Quantity] = []
    for quantity in numbers:
        if run and not joins(text[run[-1].span[1] : quantity.span[0]]):
            if len(run) >= _LEAST:
                yield run
            run = []
        run.append(quantity)
    if len(run) >= _LEAST:
        yield run


def _in_order(numbers: Sequence[Quantity]) -> list[Quantity]:
    """Each number once, in the order of the text; of 180, 108 two and not one with a wide comma."""
    found = sorted({quantity.span: quantity for quantity in numbers}.values(), key=lambda q: (q.span[1], -q.span[0]))
    kept: list[Quantity] = []
    for quantity in found:
        if not kept or kept[-1].span[0] < quantity.span[0]:
            kept.append(quantity)
    return kept


def _common_names(text: str, passage: str) -> list[str]:
    """What both texts name, once each, in the order of the first."""
    said, told = _words(text), _words(passage)
    return [word for word in said if told.count(word) == said.count(word) == 1]


def _words(text: str) -> list[str]:
    return [_SYMBOLS.get(word[0], word[0]).rstrip(".") for word in _WORD.finditer(text)]


def _is_sorted(numbers: Sequence[Quantity]) -> bool:
    values = [quantity.value for quantity in numbers]
    return values in (sorted(values), sorted(values, reverse=True))
