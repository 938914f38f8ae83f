"""A statement of a digest against the paper: is what it says in the passages it cites?

Numbers must be in the cited passages, with unit and magnitude; names in them or elsewhere in the paper. A number
that is only elsewhere, beside the claim's names, moves the citation there.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from summarizer.trust.claims import Statement
from summarizer.trust.direction import contradiction, reversed_comparison
from summarizer.trust.evidence import Evidence
from summarizer.trust.matching import Match, derive, find, find_unit_error
from summarizer.trust.names import GENERAL, key, names
from summarizer.trust.numbers import Quantity, quantities
from summarizer.types import Claim, Document, Passage, Verdict

CHECKER_VERSION = 1  # raise it when a verdict can change: stored checks are redone

PUBLISHED: frozenset[Verdict] = frozenset({"supported", "derived", "moved"})

_CLAUSE_END = re.compile(r"[，,；;。！？、（(：:](?!\d)")
_GRAVITY: tuple[Verdict, ...] = ("supported", "derived", "moved", "unit", "unsupported", "uncited")


@dataclass(frozen=True, slots=True)
class Finding:
    """The verdict on one number or name of a statement; `moved_to` is the passage that has it."""

    text: str
    verdict: Verdict
    reason: str = ""
    moved_to: int | None = None


def check_statement(statement: Statement, paper: Document | Evidence) -> Claim:
    """The statement as a claim with its verdict; give an `Evidence` to check many against one paper."""
    evidence = paper if isinstance(paper, Evidence) else Evidence(paper)
    passages = tuple(number for number in statement.passages if number in evidence.passages)
    claim = Claim(statement.section, statement.text, passages, evidence.pages(passages), "supported")
    missing = [number for number in statement.passages if number not in evidence.passages]
    if not passages:
        reason = f"cites {_marks(missing)}, which the paper does not have" if missing else "cites no passage"
        return replace(claim, verdict="uncited", reason=reason)
    findings = examine(statement.text, passages, evidence)
    verdicts = {finding.verdict for finding in findings}
    worst: Verdict = next((verdict for verdict in reversed(_GRAVITY) if verdict in verdicts), "supported")
    reasons = [finding.reason for finding in findings if finding.verdict == worst and finding.reason]
    moves = [finding.moved_to for finding in findings if finding.moved_to is not None]
    if worst == "moved":
        passages = _corrected(statement.text, passages, moves, evidence)
    return replace(
        claim, passages=passages, pages=evidence.pages(passages), verdict=worst, reason="; ".join(reasons[:4])
    )


def examine(text: str, passages: Sequence[int], evidence: Evidence) -> list[Finding]:
    """One finding for each number and each name of `text` that needs evidence."""
    claimed = [quantity for quantity in quantities(text) if not quantity.in_name]
    cited = [other for number in passages for other in evidence.quantities(number)]
    matches = [find(quantity, cited) for quantity in claimed]
    own = [match.source for match in matches if match is not None]
    findings = [
        _judge(quantity, match, own, cited, text, passages, evidence)
        for quantity, match in zip(claimed, matches, strict=True)
        if match is not None or not is_trivial(quantity)
    ]
    if turned := reversed_comparison(text, [evidence.passages[number].text for number in passages]):
        findings.append(Finding(turned, "unsupported", f"{turned}: the evidence ranks them the other way round"))
    for name in names(text):
        if name.text not in evidence.names:
            findings.append(Finding(name.text, "unsupported", f"{name.text}: the paper does not mention it"))
    return findings


def is_trivial(quantity: Quantity) -> bool:
    """三个, 两种, 1: small counts that need no evidence. 3倍, 2% and 3天 do."""
    small = quantity.value <= 3 and quantity.step == 1 and quantity.kind == "count"
    return small and not quantity.magnitude and quantity.unit not in ("byte", "second", "month", "bit")


def candidates(text: str, paper: Document | Evidence, limit: int = 8) -> list[Passage]:
    """The passages most likely to support `text`, best first: by its names (rare ones weigh more) and numbers."""
    evidence = paper if isinstance(paper, Evidence) else Evidence(paper)
    scores = _scores(text, evidence)
    ranked = sorted(scores, key=lambda number: (-scores[number], number))
    return [evidence.passages[number] for number in ranked[:limit]]


def _scores(text: str, evidence: Evidence) -> dict[int, float]:
    scores: dict[int, float] = {}
    for name_key in {key(name.text) for name in names(text)} - GENERAL:
        holders = evidence.by_name.get(name_key, ())
        for number in holders:
            scores[number] = scores.get(number, 0.0) + 1 / (1 + len(holders) / 10)
    for quantity in quantities(text):
        if quantity.in_name or is_trivial(quantity):
            continue
        for number in evidence.holding(quantity):
            match = find(quantity, evidence.quantities(number))
            if match is not None:
                scores[number] = scores.get(number, 0.0) + (2.0 if match.strong else 1.0)
    return scores


def _judge(
    quantity: Quantity,
    match: Match | None,
    own: Sequence[Quantity],
    cited: Sequence[Quantity],
    text: str,
    passages: Sequence[int],
    evidence: Evidence,
) -> Finding:
    shown = quantity.text
    clause = clause_of(text, quantity.span)
    if match is not None:
        if against := _contradicted(quantity, clause, passages, evidence):
            return Finding(shown, "unsupported", f"{shown}: {against}")
        return Finding(shown, match.verdict)
    if (derived := derive(quantity, clause, own, cited)) is not None:
        return Finding(shown, "derived", f"{shown}: follows from {derived.source.text}")
    if (elsewhere := _elsewhere(quantity, text, passages, evidence)) is not None:
        return Finding(shown, "moved", f"{shown}: found in {_marks([elsewhere])} instead", elsewhere)
    if (meant := find_unit_error(quantity, cited)) is not None:
        return Finding(shown, "unit", f"{shown}: the evidence says {' '.join(meant.text.split())}")
    said = ", ".join(dict.fromkeys(" ".join(other.text.split()) for other in cited[:12]))
    return Finding(shown, "unsupported", f"{shown}: not in {_marks(passages)}, which has {said or 'no number'}")


def _contradicted(quantity: Quantity, clause: str, passages: Sequence[int], evidence: Evidence) -> str:
    """What the paper says instead, if it contradicts the clause wherever it has the number."""
    against = ""
    for number in passages:
        for other in evidence.quantities(number):
            if find(quantity, [other]) is not None:
                against = contradiction(clause, quantity.text, evidence.passages[number].text, other.span)
                if not against:
                    return ""
    return against


def _elsewhere(quantity: Quantity, text: str, passages: Sequence[int], evidence: Evidence) -> int | None:
    """Another passage with exactly this number and the claim's context, the best first.

    Some passage of a long paper has almost any number, so the context must be there as well: at least half of the
    claim's names, and for a bare number two things of the claim's names and other numbers.
    """
    wanted = {key(name.text) for name in names(text)} - GENERAL
    others = [other for other in quantities(text) if other.span != quantity.span and not is_trivial(other)]
    telling = quantity.kind != "count" or bool(quantity.unit) or quantity.magnitude
    best: tuple[int, int] | None = None
    for number in sorted(evidence.holding(quantity) - set(passages)):
        if not any(_identical(quantity, other) for other in evidence.quantities(number)):
            continue
        named = sum(number in evidence.by_name.get(name, ()) for name in wanted)
        if 2 * named < len(wanted):
            continue
        beside = any(abs(number - cited) <= 2 for cited in passages)
        shared = named + sum(any(_identical(other, o) for o in evidence.quantities(number)) for other in others)
        if shared + beside >= (1 if telling else 2) and (best is None or shared > best[0]):
            best = shared, number
    return best[1] if best else None


def _identical(quantity: Quantity, other: Quantity) -> bool:
    """The same number of the same kind and unit, neither rounded nor converted."""
    same = quantity.size == other.size and quantity.kind == other.kind and quantity.magnitude == other.magnitude
    return same and (quantity.unit == other.unit or not (quantity.unit and other.unit))


def clause_of(text: str, span: tuple[int, int]) -> str:
    """The part of a sentence, between commas or the like, that holds `span`."""
    start = max((found.end() for found in _CLAUSE_END.finditer(text, 0, span[0])), default=0)
    end = _CLAUSE_END.search(text, span[1])
    return text[start : end.start() if end else len(text)]


def _corrected(text: str, passages: Sequence[int], moves: Sequence[int], evidence: Evidence) -> tuple[int, ...]:
    """The cited passages that still carry a number or a name of the claim, then the ones it moved to."""
    wanted = {key(name.text) for name in names(text)} - GENERAL
    claimed = [quantity for quantity in quantities(text) if not is_trivial(quantity)]
    kept = [
        number
        for number in passages
        if any(number in evidence.by_name.get(name, ()) for name in wanted)
        or any(find(quantity, evidence.quantities(number)) for quantity in claimed)
    ]
    return tuple(dict.fromkeys((*kept, *moves)))


def _marks(numbers: Sequence[int]) -> str:
    return "".join(f"[{number}]" for number in numbers)
