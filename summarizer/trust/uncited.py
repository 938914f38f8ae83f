"""Statements without citations, as in other people's digests: find the evidence first, then judge.

A number counts as the paper's where a passage has it together with its context: names, other numbers of the
statement, its unit. Presence alone says little: a long paper has most two-digit numbers somewhere.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from summarizer.trust.check import check_statement, examine
from summarizer.trust.claims import Statement
from summarizer.trust.context import context_keys, is_trivial, name_scores, term_scores
from summarizer.trust.evidence import Evidence
from summarizer.trust.matching import find
from summarizer.trust.numbers import Quantity, quantities
from summarizer.trust.topic import foreign
from summarizer.trust.units import HARD_UNITS
from summarizer.types import Claim

# Found on the labelled numbers of six papers: between these scores right and wrong overlap least.
_ENOUGH = 0.7
_DENSE = {"row": 0.5, "labels": 1.0}  # by kind: of so many numbers one fits by chance
_COMMON_NAME = 0.4  # a name in more than a tenth of the passages, against 1 for a rare one


def check_uncited(statement: Statement, evidence: Evidence) -> Claim:
    """The statement judged by the passages that fit it best, which become its citations.

    "uncited" if it has neither a number nor a name to look for; "unsupported" if no passage fits those it has, or if
    the paper has none of its terms.
    """
    passages = supporting(statement.text, evidence)
    claim = check_statement(replace(statement, passages=passages), evidence, searched=True)
    if not passages:
        sought = [f.text for f in examine(statement.text, (), evidence)] or foreign(statement.text, evidence)
        if sought:
            return replace(claim, verdict="unsupported", reason=f"{', '.join(sought)}: no passage fits")
    return replace(claim, verdict="supported", reason="") if claim.verdict == "moved" else claim


def supporting(text: str, evidence: Evidence) -> tuple[int, ...]:
    """The best passage of each number of `text`; without numbers, the passage that shares most names, then terms."""
    looked_for = [quantity for quantity in quantities(text) if not quantity.in_name and not is_trivial(quantity)]
    shared_terms = term_scores(text, evidence)
    found = [located for q in looked_for if (located := _locate(q, text, looked_for, shared_terms, evidence))]
    if found:
        return tuple(dict.fromkeys(found))
    scores = name_scores(text, evidence)
    if not scores:
        return ()
    for number, score in shared_terms.items():
        scores[number] = scores.get(number, 0.0) + score
    return (min(scores, key=lambda number: (-scores[number], number)),)


def _locate(
    quantity: Quantity,
    text: str,
    looked_for: Sequence[Quantity],
    shared_terms: Mapping[int, float],
    evidence: Evidence,
) -> int | None:
    """The passage that holds `quantity` in the best context, if any context is good enough."""
    common = len(evidence.passages) / 10
    weights = {
        name: 1.0 if len(evidence.by_name.get(name, ())) <= common else _COMMON_NAME for name in context_keys(text)
    }
    others = [other for other in looked_for if other.value != quantity.value]
    best, best_score = None, _ENOUGH
    for number in sorted(evidence.holding(quantity)):
        match = find(quantity, evidence.quantities(number))
        if match is None:
            continue
        measured = quantity.kind != "count" or quantity.magnitude or quantity.unit in HARD_UNITS
        score = sum(weight for name, weight in weights.items() if number in evidence.by_name.get(name, ()))
        score += sum(_is_near(other, number, evidence) for other in others)
        score += shared_terms.get(number, 0.0)
        score += (1.0 * measured if match.strong else -0.7) + 0.5 * (match.source.unit == quantity.unit != "")
        score -= _DENSE.get(evidence.passages[number].kind, 0.0)
        if score > best_score:
            best, best_score = number, score
    return best


def _is_near(other: Quantity, number: int, evidence: Evidence) -> bool:
    """Whether passage `number` or a neighbour has `other` too, with its unit."""
    near = (near for near in (number - 1, number, number + 1) if near in evidence.passages)
    return any((match := find(other, evidence.quantities(place))) is not None and match.strong for place in near)
