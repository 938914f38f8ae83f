"""Two numbers of a claim that a cited sentence gives to each other's names: 0.5% on GSM8K and 3% on CSQA, exchanged.

In the claim a number belongs to the last name before it, or two names have two numbers in their order. In the sentence
only a plain order of the two names and numbers is judged: name, number, name, number; number, name, number, name; two
names and their numbers, respectively; name, number, number, name (A reaches 3.1 against 2.9 for B).
"""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from summarizer.trust.matching import find
from summarizer.trust.names import GENERAL, key, latin_words
from summarizer.trust.numbers import Quantity, quantities
from summarizer.trust.wordlists import Vocabulary

_IN_ORDER = re.compile(r"分别|依次|respectively")
_JOINED = re.compile(r"[率度]?[ ]?[和与及、/][ ]?")
_CLAUSE_END = re.compile(r"[，；：。]")

Span = tuple[int, int]
_Name = tuple[Span, re.Pattern[str]]  # where the claim has it, and what says it in the sentence
_Pair = tuple[re.Pattern[str], re.Pattern[str]]


def exchanged(text: str, passage: str, evidence: Sequence[Quantity], vocabulary: Vocabulary) -> list[Quantity]:
    """The numbers of `text` that `passage`, whose numbers in all their readings are `evidence`, gives to each other's
    names."""
    own = [quantity for quantity in quantities(text) if _is_value(quantity, text)]
    theirs = [other for other in evidence if _is_value(other, passage)]
    held = [{other.span for other in theirs if find(quantity, [other])} for quantity in own]
    names = sorted(_names(text, passage, vocabulary), key=lambda name: name[0])
    wrong: dict[Quantity, None] = {}
    for n, (first, second) in enumerate(pairwise(own)):
        if first.value == second.value or (first.kind, first.unit) != (second.kind, second.unit):
            continue  # 200 steps and 0.12 are not exchanged
        if [len(spans) for spans in held[n : n + 2]] != [1, 1]:
            continue
        (place,), (other,) = held[n : n + 2]
        start = own[n - 1].span[1] if n else 0
        given = _given(text, (start, first.span[0]), (first.span[1], second.span[0]), names)
        if given and given[0].pattern != given[1].pattern and _are_given(passage, (other, place), given, theirs):
            wrong |= {first: None, second: None}
    return list(wrong)


def _is_value(quantity: Quantity, text: str) -> bool:
    """No number of a name and no size that a model is called by: Llama 2 13B, a 13B model; but GPT-2 (1.5B)."""
    if quantity.in_name or not (quantity.magnitude and quantity.text[-1] in "KMBT"):
        return not quantity.in_name
    start, end = quantity.span
    return text[start - 1 : start] == "(" and text[end : end + 1] == ")"


def _names(text: str, passage: str, vocabulary: Vocabulary) -> Iterator[_Name]:
    """The names and special terms that both texts have."""
    theirs = {key(word.text): word.text for word in latin_words(passage)}
    for word in latin_words(text):
        if word.text[0].isalpha() and key(word.text) in theirs.keys() - GENERAL:
            yield word.span, re.compile(rf"(?<!\w){re.escape(theirs[key(word.text)])}(?!\w)", re.IGNORECASE)
    for span, says in vocabulary.occurrences(text, special=True):
        if says.search(passage):
            yield span, says


def _given(text: str, before: Span, between: Span, names: Sequence[_Name]) -> _Pair | None:
    """The names of two numbers, of which `before` and `between` are the text before them: in the clause of each, or,
    where the two numbers stand in order, the last two names of a list."""
    led, parted = ([name for name in names if start <= name[0][0] < end] for start, end in (before, between))
    if _IN_ORDER.search(text[slice(*before)]):
        listed = [pair for pair in pairwise(led) if _JOINED.fullmatch(text[pair[0][0][1] : pair[1][0][0]])]
        return (listed[-1][0][1], listed[-1][1][1]) if listed and not parted else None
    if not led or not parted:
        return None
    away = text[led[-1][0][1] : before[1]] + text[parted[-1][0][1] : between[1]]
    return None if _CLAUSE_END.search(away) else (led[-1][1], parted[-1][1])


def _are_given(passage: str, numbers: tuple[Span, Span], names: _Pair, theirs: Sequence[Quantity]) -> bool:
    """Whether the passage gives the first number to the first name and the second to the second."""
    first, last = sorted(numbers)
    start = max((other.span[1] for other in theirs if other.span[1] <= first[0]), default=0)
    end = min((other.span[0] for other in theirs if other.span[0] >= last[1]), default=len(passage))
    found = [[name.span() for name in says.finditer(passage, start, end)] for says in names]
    if any(len(spans) != 1 for spans in found):
        return False
    tokens = sorted([(numbers[0], 0), (numbers[1], 1), (found[0][0], 2), (found[1][0], 3)])
    order = tuple(what for _, what in tokens)
    listed = order in ((2, 3, 0, 1), (3, 2, 1, 0)) and _IN_ORDER.search(passage)
    plain = {(2, 0, 3, 1), (3, 1, 2, 0), (0, 2, 1, 3), (1, 3, 0, 2), (2, 0, 1, 3), (3, 1, 0, 2)}
    return bool(listed) or order in plain
