"""Whether a number that a claim takes from a table is in the row of the thing the claim gives it to."""

import re
from collections.abc import Sequence

from summarizer.trust.evidence import Evidence
from summarizer.trust.matching import Match, find
from summarizer.trust.names import key, latin_words
from summarizer.trust.numbers import Quantity

_CLAUSE_END = re.compile(r"[，；;。]|,(?!\d)")
# Between a name and a number: something else comes in, or the order of a list decides.
_OTHERWISE = re.compile(r"分别|依次|[从由自与和、及对比至到相高低优超落]|不[如及]|[多少]于")


def wrong_row(
    text: str, matches: Sequence[tuple[Quantity, Match | None]], passages: Sequence[int], evidence: Evidence
) -> list[tuple[Quantity, str]]:
    """(number, name) where the name's row does not have the number and another cited row has.

    Judged are numbers that plainly follow, in their clause, the one name that tells the cited rows apart, if that
    name's row has numbers of the same sort and no cited sentence has the number.
    """
    labels = {number: _keys(place[1].label) for number in passages if (place := evidence.row(number))}
    rows = list(labels)
    telling = set().union(*labels.values()) - frozenset.intersection(*labels.values()) if len(rows) > 1 else set()
    others = [number for number in evidence.with_captions(passages) if number not in rows]
    named = [word for word in latin_words(text) if key(word.text) in telling]
    found = []
    for quantity, match in matches if named else ():
        start, end = _clause(text, quantity.span)
        near = {key(word.text): word for word in named if start <= word.span[0] < end}
        owner = next(iter(near.values())) if len(near) == 1 else None
        if match is None or owner is None or owner.span[1] > quantity.span[0]:
            continue
        own = [number for number in rows if key(owner.text) in labels[number]]
        alike = [q for number in own for q in evidence.quantities(number) if _sort(q) == _sort(match.source)]
        elsewhere = any(find(quantity, evidence.quantities(number)) for number in (*own, *others))
        if alike and not elsewhere and not _OTHERWISE.search(text[owner.span[1] : quantity.span[0]]):
            found.append((quantity, owner.text))
    return found


def _keys(text: str) -> frozenset[str]:
    return frozenset(key(word.text) for word in latin_words(text))


def _clause(text: str, span: tuple[int, int]) -> tuple[int, int]:
    """A clause with its asides, LoRA（0.8M）平均 88.6: they belong to the name."""
    start = max((found.end() for found in _CLAUSE_END.finditer(text, 0, span[0])), default=0)
    end = _CLAUSE_END.search(text, span[1])
    return start, end.start() if end else len(text)


def _sort(quantity: Quantity) -> tuple[object, ...]:
    return quantity.kind, quantity.unit, quantity.magnitude or quantity.step
