"""The same sentence twice: in two sections of a digest, or in the entries of two papers.

Sentences are compared by their runs of eight letters. Two papers on one subject share terms, not most of a sentence.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from summarizer.trust.context import is_trivial
from summarizer.trust.names import key, names
from summarizer.trust.numbers import quantities

_RUN = 8
_LEAST = 5  # runs: a shorter sentence says too little to be recognized
_SAME = 0.9  # of the shorter sentence's runs, within a digest, where sections may well say related things
_SHARED = 0.6  # between papers, where nothing but terms is common
_TELLINGS = 2  # of one fact in a digest are enough
_TEMPLATE = 3  # entries: what stands in that many is the frame they all have


@dataclass(frozen=True, slots=True)
class Shared:
    """A sentence of entry `first` that entry `second` has, too, in the words `other`."""

    first: str
    second: str
    text: str
    other: str


def repeats(texts: Sequence[str]) -> dict[int, int]:
    """{index of a sentence: index of the earlier one that says the same}."""
    found: dict[int, int] = {}
    earlier: list[tuple[int, frozenset[str]]] = []
    for number, text in enumerate(texts):
        own = _runs(text)
        same = next((n for n, runs in earlier if _overlap(own, runs) >= _SAME), None)
        if same is None:
            earlier.append((number, own))
        else:
            found[number] = same
    return found


def told_before(texts: Sequence[str]) -> dict[int, list[int]]:
    """{index of a sentence: indices of the earlier ones that tell its fact}, from the third telling on.

    A fact is a number that is not trivial, with a name beside it.
    """
    tellings: defaultdict[object, list[int]] = defaultdict(list)
    found: dict[int, list[int]] = {}
    for n, text in enumerate(texts):
        spoken = {key(name.text) for name in names(text)}
        for quantity in quantities(text):
            if quantity.in_name or is_trivial(quantity):
                continue
            for name in spoken:
                earlier = tellings[quantity.kind, quantity.value, quantity.unit, name]
                if len(earlier) >= _TELLINGS:
                    found.setdefault(n, list(earlier))
                if n not in earlier:
                    earlier.append(n)
    return found


def shared_sentences(entries: Mapping[str, Sequence[str]]) -> list[Shared]:
    """The sentences that two entries {name: its sentences} share, apart from what most entries have."""
    names = list(entries)
    runs = [[_runs(text) for text in entries[name]] for name in names]
    common = Counter(run for own in runs for run in frozenset().union(*own))
    rare = [[frozenset(run for run in some if common[run] < _TEMPLATE) for some in own] for own in runs]
    places = defaultdict(list)  # of each run: entry and sentence
    for entry, own in enumerate(rare):
        for sentence, some in enumerate(own):
            for run in some:
                places[run].append((entry, sentence))
    pairs = {(a, b, i, j) for held in places.values() for (a, i), (b, j) in combinations(held, 2) if a != b}
    return [
        Shared(names[a], names[b], entries[names[a]][i], entries[names[b]][j])
        for a, b, i, j in sorted(pairs)
        if _overlap(rare[a][i], rare[b][j]) >= _SHARED
    ]


def _runs(text: str) -> frozenset[str]:
    letters = "".join(c for c in text.lower() if c.isalnum())
    runs = (letters[n : n + _RUN] for n in range(len(letters) - _RUN + 1))
    return frozenset(run for run in runs if not run.isascii())


def _overlap(first: frozenset[str], second: frozenset[str]) -> float:
    """The share of the shorter one's runs that the other has."""
    shorter = min(len(first), len(second))
    return len(first & second) / shorter if shorter >= _LEAST else 0.0
