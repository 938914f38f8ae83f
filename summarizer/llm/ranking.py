"""Ranking texts by their words, without a model: deterministic, and quick enough for a thousand abstracts.

Relevance is Okapi BM25 (Robertson and Zaragoza, 2009), likeness the cosine of tf-idf vectors, and a choice
of texts that are not all alike is maximal marginal relevance (Carbonell and Goldstein, 1998).
"""

import math
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

Terms = Sequence[str]
Vector = Mapping[str, float]  # of length 1, or empty

_K1, _B = 1.2, 0.75  # how soon a term's count saturates, and how much a long text is held against it

_HAN = "\u3400-\u9fff"
_WORD = re.compile(rf"[{_HAN}]|[^\W_{_HAN}]+")
_ACRONYMS = re.compile(r"(?<=[A-Z]{2})s\b")  # GPUs, VLAs
_PLURAL = re.compile(r"(?<![aius])s$")  # not bias, axis, corpus, loss

# Words of any text, and those with which people say that something interests them.
_COMMON_WORDS = """
a about above after all also although am among an and any are as at based be because been before being between
both but by can cannot could did do doe due each e either especially etc few for from further g had has have
having here how however i if in into is it its itself just least less like more most much my no nor not of off
on once only or other our out over own per s same should since so some such t than that the their them then
there these they this those through thus to too toward under until up upon use used using very via was we were
what when where whether which while who whom why will with within without would you your
article care everything focus follow interest interested interesting keyword love mainly new paper please prefer
read reader research show study thing topic want work
"""
_COMMON = frozenset(_COMMON_WORDS.split())


def words(text: str) -> dict[str, str]:
    """{term: the word as written} of a text, in order."""
    return {term: word for word, term in _read(text)}


def terms(text: str) -> list[str]:
    """The words of a text in order, in lower case and the singular, without the commonest; Han one by one."""
    return [term for _, term in _read(text)]


def _read(text: str) -> list[tuple[str, str]]:
    found = _WORD.findall(_ACRONYMS.sub("", unicodedata.normalize("NFKC", text)))
    pairs = [(word, _singular(word.casefold())) for word in found]
    return [(word, term) for word, term in pairs if term not in _COMMON]


def _singular(word: str) -> str:
    """After the S-stemmer of Harman (1991): studies, classes, models. The result need not be a word."""
    if len(word) < 4:
        return word
    if word.endswith("ies"):
        return word[:-3] + "y"
    return word[:-2] if word.endswith("sses") else _PLURAL.sub("", word)


def contains(text: Terms, phrase: Terms) -> bool:
    """Whether the terms of a phrase stand in the text one after the other; an empty phrase never does."""
    size = len(phrase)
    return size > 0 and any(text[at : at + size] == phrase for at in range(len(text) - size + 1))


def bm25(query: Terms, texts: Sequence[Terms]) -> list[float]:
    """How well each text answers the query; 0 where they share no term. A repeated term of the query counts once."""
    counts = [Counter(text) for text in texts]
    average = sum(map(len, texts)) / len(texts) if any(texts) else 1.0
    wanted = {term: sum(term in count for count in counts) for term in dict.fromkeys(query)}

    def score(count: Counter[str], length: int) -> float:
        norm = _K1 * (1 - _B + _B * length / average)
        return sum(
            _rarity(found, len(texts)) * count[term] * (_K1 + 1) / (count[term] + norm)
            for term, found in wanted.items()
            if term in count
        )

    return [score(count, len(text)) for count, text in zip(counts, texts, strict=True)]


def _rarity(found: int, total: int) -> float:
    """Robertson's idf, with one added inside so that a term in most of the texts does not count against them."""
    return math.log(1 + (total - found + 0.5) / (found + 0.5))


def vectors(texts: Sequence[Terms]) -> list[Vector]:
    """tf-idf vectors: tf * ln(1 + N / df)."""
    found = Counter(term for text in texts for term in dict.fromkeys(text))
    raw = [{term: n * math.log(1 + len(texts) / found[term]) for term, n in Counter(text).items()} for text in texts]
    return [_unit(vector) for vector in raw]


def centrality(points: Sequence[Vector]) -> list[float]:
    """How close each vector is to the mean of all, 0 to 1: what the texts have in common."""
    total: defaultdict[str, float] = defaultdict(float)
    for point in points:
        for term, weight in point.items():
            total[term] += weight
    mean = _unit(total)
    return [cosine(point, mean) for point in points]


def cosine(one: Vector, other: Vector) -> float:
    if len(other) < len(one):
        one, other = other, one
    return sum(weight * other[term] for term, weight in one.items() if term in other)


def spread(scores: Sequence[float], points: Sequence[Vector], count: int, penalty: float) -> list[int]:
    """The indices of up to `count` texts, best first: each time the highest score, less `penalty` times the cosine
    with the most similar text already taken. Of equals the first."""
    left, nearest = list(range(len(scores))), [0.0] * len(scores)
    taken: list[int] = []
    while left and len(taken) < count:
        best = max(left, key=lambda i: scores[i] - penalty * nearest[i])
        left.remove(best)
        taken.append(best)
        for i in left:
            nearest[i] = max(nearest[i], cosine(points[i], points[best]))
    return taken


def _unit(vector: Mapping[str, float]) -> Vector:
    length = math.sqrt(sum(weight * weight for weight in vector.values()))
    return {term: weight / length for term, weight in vector.items()} if length else {}
