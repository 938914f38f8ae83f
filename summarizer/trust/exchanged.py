"""Two numbers of a claim that a cited sentence gives to each other's names: 0.5% on GSM8K and 3% on CSQA, exchanged.

Only a plain order is judged, in both texts: name, number, name, number; number, name, number, name; or two names and
then two numbers that stand for them in this order.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from summarizer.trust.matching import find
from summarizer.trust.names import GENERAL, key, latin_words
from summarizer.trust.numbers import Quantity, quantities
from summarizer.trust.wordlists import Vocabulary

_IN_ORDER = re.compile(r"分别|依次|respectively")

_Token = tuple[int, str, bool]  # where it stands, what it is, whether it is one of the two numbers
_Pair = tuple[Quantity, Quantity]


def exchanged(text: str, passage: str, vocabulary: Vocabulary) -> list[Quantity]:
    """The numbers of `text` that `passage` gives to each other's names."""
    own, theirs = _values(text), _values(passage)
    wrong: dict[Quantity, None] = {}
    for n, (first, second) in enumerate(pairwise(own)):
        held = [[other for other in theirs if find(quantity, [other])] for quantity in (first, second)]
        if first.value == second.value or [len(some) for some in held] != [1, 1] or held[0] == held[1]:
            continue
        said = _given(_window(text, own, n), (first, second), text, passage, vocabulary, english=False)
        place = sorted(theirs.index(some[0]) for some in held)
        if place[1] - place[0] != 1:
            continue
        window = _window(passage, theirs, place[0])
        meant = _given(window, (held[0][0], held[1][0]), text, passage, vocabulary, english=True)
        if said and meant and said == (meant[1], meant[0]):
            wrong |= {first: None, second: None}
    return list(wrong)


def _values(text: str) -> list[Quantity]:
    """The numbers of a text but those of names and the sizes of models (Llama 2 13B)."""
    return [q for q in quantities(text) if not (q.in_name or (q.magnitude and q.text[-1] in "KMBT"))]


def _window(text: str, numbers: Sequence[Quantity], n: int) -> tuple[int, int]:
    """From the number before the n-th to the one after the next."""
    start = numbers[n - 1].span[1] if n else 0
    return start, numbers[n + 2].span[0] if n + 2 < len(numbers) else len(text)


def _given(
    window: tuple[int, int], pair: _Pair, text: str, passage: str, vocabulary: Vocabulary, *, english: bool
) -> tuple[str, str] | None:
    """The names that the two numbers are given to, of those that both texts have once."""
    shown = passage if english else text
    tokens: list[_Token] = [(quantity.span[0], str(n), True) for n, quantity in enumerate(pair)]
    tokens += [token for token in _anchors(text, passage, vocabulary, english) if window[0] <= token[0] < window[1]]
    tokens.sort()
    if len(tokens) != 4:
        return None
    (_, a, first), (_, b, second), (_, c, third), (_, d, _) = tokens
    if (first, second, third) == (False, True, False):
        given = {b: a, d: c}
    elif (first, second, third) == (True, False, True):
        given = {a: b, c: d}
    elif (first, second, third) == (False, False, True) and _IN_ORDER.search(shown):
        given = {c: a, d: b}
    else:
        return None
    return given["0"], given["1"]


def _anchors(text: str, passage: str, vocabulary: Vocabulary, english: bool) -> Iterator[_Token]:
    """The names and terms that both texts have, once each, where they stand in the one or in the other."""
    words, others = ([(key(w.text), w.span[0]) for w in latin_words(t)] for t in (text, passage))
    ours, theirs = [word for word, _ in words], [word for word, _ in others]
    for word, place in others if english else words:
        if ours.count(word) == theirs.count(word) == 1 and not word.isdigit() and word not in GENERAL:
            yield place, word, False
    for (start, end), says in vocabulary.occurrences(text, special=True):
        found = list(says.finditer(passage))
        if len(found) == 1 and text.count(text[start:end]) == 1:
            yield found[0].start() if english else start, text[start:end], False
