"""Where in a paper a number stands with the context a claim gives it."""

import re
from collections.abc import Sequence

from summarizer.trust.evidence import Evidence
from summarizer.trust.matching import find
from summarizer.trust.names import GENERAL, key, names
from summarizer.trust.numbers import Quantity, quantities
from summarizer.trust.units import HARD_UNITS
from summarizer.types import Passage

_CLAUSE_END = re.compile(r"[，,；;。！？、（(：:](?!\d)")
_CLAUSE_END_BUT_IN_LISTS = re.compile(r"[，,；;。！？（(：:](?!\d)")
_MEASURED = HARD_UNITS | {"layer", "head", "gpu", "token"}
_COUNTED_NOUN = re.compile(r"[ ]?[个种类组款项套道份篇条名位]?[ ]?(?:[A-Za-z0-9^-]{1,12}[ ])?([\u4e00-\u9fff]{2,6})")
_AFTER = 24  # characters from a number to what it counts
_TERM = 0.4  # what sharing a term is worth, against 1 for a rare name
_FEW = 8  # passages: a name with no more than these, or in a tenth of the paper, tells where we are


def context_keys(text: str) -> set[str]:
    """Keys of the names that say what a text is about."""
    return {key(name.text) for name in names(text)} - GENERAL


def clause_of(text: str, span: tuple[int, int], *, lists: bool = False) -> str:
    """The part of a sentence, between commas or the like, that holds `span`; with `lists` a 、 does not end it."""
    ends = _CLAUSE_END_BUT_IN_LISTS if lists else _CLAUSE_END
    start = max((found.end() for found in ends.finditer(text, 0, span[0])), default=0)
    end = ends.search(text, span[1])
    return text[start : end.start() if end else len(text)]


def clauses(text: str) -> list[str]:
    """The parts of a sentence between commas or the like."""
    return [clause for clause in _CLAUSE_END.split(text) if clause]


def is_trivial(quantity: Quantity) -> bool:
    """三个, 两种, 五项, 1: small counts that need no evidence. 3倍, 2%, 3天, 六层 and, in digits, 2层 do.

    Writers count what a paper lists, in words; up to ten such a count is the writer's own.
    """
    in_digits = quantity.text[0].isdigit()
    if (
        quantity.value > (3 if in_digits else 10)
        or quantity.step != 1
        or quantity.kind != "count"
        or quantity.magnitude
    ):
        return False
    strict = (in_digits and quantity.value > 1) or quantity.value > 3
    return quantity.unit not in (_MEASURED if strict else HARD_UNITS)


def candidates(text: str, evidence: Evidence, limit: int = 8) -> list[Passage]:
    """The passages most likely to support `text`, best first: by its names (rare ones first), terms and numbers."""
    scores = name_scores(text, evidence)
    for number, score in term_scores(text, evidence).items():
        scores[number] = scores.get(number, 0.0) + score
    for quantity in quantities(text):
        if quantity.in_name or is_trivial(quantity):
            continue
        for number in evidence.holding(quantity):
            match = find(quantity, evidence.quantities(number))
            if match is not None:
                scores[number] = scores.get(number, 0.0) + (2.0 if match.strong else 1.0)
    ranked = sorted(scores, key=lambda number: (-scores[number], number))
    return [evidence.passages[number] for number in ranked[:limit]]


def name_scores(text: str, evidence: Evidence) -> dict[int, float]:
    """Passage id -> how many names it shares with `text`, a rare name weighing more."""
    scores: dict[int, float] = {}
    for name in sorted(context_keys(text)):
        holders = evidence.by_name.get(name, ())
        for number in holders:
            scores[number] = scores.get(number, 0.0) + 1 / (1 + len(holders) / 10)
    return scores


def term_scores(text: str, evidence: Evidence) -> dict[int, float]:
    """Passage id -> how many terms it shares with `text`, where it shares any."""
    spoken = evidence.vocabulary.terms(text).values()
    found = {n: sum(bool(term.search(p.text)) for term in spoken) for n, p in evidence.passages.items()}
    return {number: _TERM * shared for number, shared in found.items() if shared}


def elsewhere(quantity: Quantity, text: str, passages: Sequence[int], evidence: Evidence) -> int | None:
    """Another passage than `passages` with exactly this number and the context of `text`, the best first.

    Some passage of a long paper has almost any number, so the context must be there as well: at least half of the
    claim's names, and for a bare number two things of the claim's names and other numbers. Names that the paper
    uses everywhere are no context.
    """
    common = max(_FEW, len(evidence.passages) // 10)
    wanted = {name for name in context_keys(text) if len(evidence.by_name.get(name, ())) <= common}
    others = [other for other in quantities(text) if other.span != quantity.span and _is_telling(other)]
    best: tuple[int, int] | None = None
    for number in sorted(evidence.holding(quantity) - set(passages)):
        if not any(_identical(quantity, other) for other in evidence.quantities(number)):
            continue
        named = sum(number in evidence.by_name.get(name, ()) for name in wanted)
        counted = _counts_the_same(quantity, text, number, evidence)
        if 2 * named < len(wanted) and not counted:
            continue
        shared = named + sum(any(_identical(other, o) for o in evidence.quantities(number)) for other in others)
        shared += _nearness(number, passages, evidence) + 2 * counted
        if shared >= (1 if _is_telling(quantity) else 2) and (best is None or shared > best[0]):
            best = shared, number
    return best[1] if best else None


def _counts_the_same(quantity: Quantity, text: str, number: int, evidence: Evidence) -> bool:
    """Whether the passage has the number before the same noun: 7 个模型, on all 7 models."""
    noun = _COUNTED_NOUN.match(text, quantity.span[1])
    says = evidence.vocabulary.terms(noun[1]).values() if noun else ()
    passage = evidence.passages[number].text
    return any(
        english.search(passage, other.span[1], other.span[1] + _AFTER)
        for other in evidence.quantities(number)
        if _identical(quantity, other)
        for english in says
    )


def corrected(text: str, passages: Sequence[int], moves: Sequence[int], evidence: Evidence) -> tuple[int, ...]:
    """The cited passages that still carry a number or a name of the claim, then the ones it moved to."""
    wanted = context_keys(text)
    claimed = [quantity for quantity in quantities(text) if not is_trivial(quantity)]
    kept = [
        number
        for number in passages
        if any(number in evidence.by_name.get(name, ()) for name in wanted)
        or any(find(quantity, evidence.quantities(number)) for quantity in claimed)
    ]
    return tuple(dict.fromkeys((*kept, *moves)))


def _is_telling(quantity: Quantity) -> bool:
    """Whether a number is seldom met by chance: it has a unit, a decimal or three digits."""
    plain = quantity.kind == "count" and not quantity.magnitude and quantity.unit not in HARD_UNITS
    return not plain or quantity.step < 1 or quantity.value >= 100


def _nearness(number: int, passages: Sequence[int], evidence: Evidence) -> int:
    """2 for the sentence before or after a cited one, 1 for the next but one, else 0."""
    distance = min((abs(number - cited) for cited in passages), default=99)
    if distance == 1 and evidence.passages[number].kind != "row":
        return 2
    return 1 if distance == 2 else 0


def _identical(quantity: Quantity, other: Quantity) -> bool:
    """The same number of the same kind and unit, neither rounded nor converted."""
    same = quantity.size == other.size and quantity.kind == other.kind and quantity.magnitude == other.magnitude
    loose = quantity.unit not in HARD_UNITS and not (quantity.unit and other.unit)
    return same and (quantity.unit == other.unit or loose)
