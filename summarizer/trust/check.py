"""A statement of a digest against the paper: is what it says in the passages it cites?

Numbers must be in the cited passages, with unit and magnitude; names in them or elsewhere in the paper. A number
that is only elsewhere, beside the claim's names, moves the citation there.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from summarizer.trust.audience import names_readers
from summarizer.trust.case import Case
from summarizer.trust.changes import has_no_points, states_change
from summarizer.trust.claims import Statement
from summarizer.trust.computed import bounds_all, computed, from_table
from summarizer.trust.context import clause_of, clauses, corrected, elsewhere, is_trivial
from summarizer.trust.counting import counts_a_list
from summarizer.trust.crossed import crossed
from summarizer.trust.dates import months, named_days, years
from summarizer.trust.direction import contradiction, opposite_direction
from summarizer.trust.estimates import estimate_problem
from summarizer.trust.evidence import Evidence
from summarizer.trust.examples import is_example
from summarizer.trust.exchanged import exchanged
from summarizer.trust.listed import out_of_order, turned_ranges
from summarizer.trust.matching import Match, find, find_unit_error
from summarizer.trust.names import latin_words, names, spelled_out
from summarizer.trust.numbers import Quantity
from summarizer.trust.ranking import false_comparison, reversed_comparison
from summarizer.trust.refuted import refuted
from summarizer.trust.symbols import given_to_another
from summarizer.trust.topic import off_topic
from summarizer.trust.wrong_cell import WHOLE_PAGE, wrong_cells
from summarizer.types import Claim, Verdict

CHECKER_VERSION = 23  # raise it when a verdict can change: stored checks are redone

PUBLISHED: frozenset[Verdict] = frozenset({"supported", "derived", "moved", "read", "figure"})

_GRAVITY: tuple[Verdict, ...] = ("supported", "figure", "derived", "moved", "unit", "unsupported", "uncited")
_SHOWN_REASONS = 4
_SHOWN_NUMBERS = 12
_SHOWN_MARKS = 6
_NAMED_BY = 3  # passages


@dataclass(frozen=True, slots=True)
class Finding:
    """The verdict on one number, name or comparison of a statement; `moved_to` is the passage that has it."""

    text: str
    verdict: Verdict
    reason: str = ""
    moved_to: int | None = None


def check_statement(statement: Statement, evidence: Evidence, *, searched: bool = False, row: bool = False) -> Claim:
    """The statement as a claim with its verdict.

    `searched` if its passages are a search's and not the writer's: then their topic says nothing about the writer.
    `row` if it is the row of a table: which one is told by its own name, not by what it cites.
    """
    passages = tuple(number for number in statement.passages if number in evidence.passages)
    claim = Claim(statement.section, statement.text, passages, evidence.pages(passages), "supported")
    if not passages:
        missing = _marks(statement.passages)
        reason = f"cites {missing}, which the paper does not have" if missing else "cites no passage"
        return replace(claim, verdict="uncited", reason=reason)
    case = Case(statement.text, passages, evidence, searched or row)
    if any(evidence.passages[number].kind == "figure" for number in passages):
        findings = list(_readings(case))
    else:
        findings = [*_findings(case), *(() if searched else _strayed(case))]
    verdicts = {finding.verdict for finding in findings}
    worst: Verdict = next((verdict for verdict in reversed(_GRAVITY) if verdict in verdicts), "supported")
    reasons = [finding.reason for finding in findings if finding.verdict == worst and finding.reason]
    if worst == "moved":
        moves = [finding.moved_to for finding in findings if finding.moved_to is not None]
        passages = corrected(statement.text, passages, moves, evidence)
    return replace(
        claim,
        passages=passages,
        pages=evidence.pages(passages),
        verdict=worst,
        reason="; ".join(reasons[:_SHOWN_REASONS]),
    )


def examine(text: str, passages: Sequence[int], evidence: Evidence) -> list[Finding]:
    """One finding for each number, name and comparison of `text` that needs evidence."""
    return _findings(Case(text, tuple(passages), evidence))


def unmentioned(text: str, passages: Sequence[int], evidence: Evidence) -> list[str]:
    """The names, years and places that `text` has and the paper does not."""
    return [what for what, _ in _absences(Case(text, tuple(passages), evidence))]


def _findings(case: Case) -> list[Finding]:
    numbers = [_judge(q, match, case) for q, match in case.matches if match is not None or not is_trivial(q)]
    return numbers + [_unsupported(what, why) for what, why in (*_contradictions(case), *_absences(case))]


def _readings(case: Case) -> Iterator[Finding]:
    """Of what is read off a figure: its numbers are nowhere in the text, its names are."""
    yield Finding(case.text, "figure")
    read_off = [quantity for quantity, match in case.matches if match is None and not is_trivial(quantity)]
    if problem := estimate_problem(case.text, read_off):
        yield Finding(case.text, "unsupported", problem)
    yield from (_unsupported(what, why) for what, why in _absences(case))


def _contradictions(case: Case) -> Iterator[tuple[str, str]]:
    """What the passages, or the sentence's own numbers, say the other way round; and why."""
    texts = [case.evidence.passages[number].text for number in case.passages]
    if turned := reversed_comparison(case.text, texts):
        yield turned, "the evidence ranks them the other way round"
    if wrong := false_comparison(case.text) or refuted(case.text):
        yield wrong, "the numbers themselves say otherwise"
    for clause in clauses(case.text):
        if against := opposite_direction(clause, texts):
            yield clause.strip(), against
    for quantity in _exchanged(case) if len(texts) <= WHOLE_PAGE else ():
        yield quantity.text, "the evidence gives it to the other one"
    for quantity, place in wrong_cells(case.text, case.matches, case.passages, case.evidence, searched=case.searched):
        clause = clause_of(case.text, quantity.span)
        change = quantity.kind in ("times", "points") or quantity.text.endswith("成") or states_change(clause)
        if change and not has_no_points(case.text, quantity.span) and from_table(quantity, clause, case):
            continue  # 快 1.8 倍 is no cell that happens to hold 1.8; 升到 1.8 is one
        yield quantity.text, f"the table has it elsewhere: {place}"


def _exchanged(case: Case) -> set[Quantity]:
    """Numbers that the cited sentences give to each other's names, or to others than the sentence does."""
    evidence, own = case.evidence, [quantity for quantity, _ in case.matches]
    told = [(evidence.passages[n].text, evidence.quantities(n)) for n in case.passages]
    rows = any(evidence.passages[n].kind == "row" for n in case.passages)
    found = {
        *crossed(case.text, own, case.passages, evidence),
        *(() if rows else given_to_another(case.text, own, told)),
    }
    for number in case.passages:
        for last in (number, number + 1):
            if last in case.passages:
                text, numbers = evidence.joined(number, last)
                found.update(exchanged(case.text, text, numbers, evidence.vocabulary))
                found.update(out_of_order(case.text, own, text, numbers))
                found.update(turned_ranges(case.text, own, numbers))
    return found


def _absences(case: Case) -> Iterator[tuple[str, str]]:
    """What neither the passages nor the paper mention; and why it matters."""
    cited = " ".join(case.evidence.passages[number].text for number in case.passages)
    for name in names(case.text):
        known = name.text in case.evidence.names or spelled_out(name.text, cited)
        if not known and not names_readers(clause_of(case.text, name.span)):
            yield name.text, "the paper does not mention it"
    for year in sorted(years(case.text) - case.evidence.years):
        yield year, "the paper does not mention this year"
    for month in sorted(months(case.text) - case.evidence.months):
        yield f"{month} 月", "the paper does not mention this month"
    days = case.evidence.days
    for month, day in sorted(named_days([case.text]) - days):
        if month in {other for other, _ in days}:
            yield f"{month} 月 {day} 日", "the paper has another day of this month"
    for work in case.evidence.pointers.other_years(case.text):
        yield work, "the paper names this work with another year"
    for place in case.evidence.pointers.unknown_places(case.text):
        yield place, "the paper has none of this number"


def _strayed(case: Case) -> Iterator[Finding]:
    """That the passages speak of something else, where no number of the sentence is in them."""
    anchored = any(match and not is_trivial(quantity) for quantity, match in case.matches)
    if anchored or names_readers(case.text):
        return
    if strange := off_topic(case.text, case.passages, case.evidence):
        yield _unsupported("、".join(strange), f"what is cited on {_pages(case.passages, case)} does not speak of this")


def _unsupported(what: str, why: str) -> Finding:
    return Finding(what, "unsupported", f"{what}: {why}")


def _judge(quantity: Quantity, match: Match | None, case: Case) -> Finding:
    shown = quantity.text
    clause = clause_of(case.text, quantity.span)
    if match is not None:
        if against := _contradicted(quantity, clause, case):
            return _unsupported(shown, against)
        return Finding(shown, match.verdict)
    if _is_part_of_a_name(quantity, case):
        return Finding(shown, "supported")
    if derived := computed(quantity, clause, case) or bounds_all(quantity, clause, case):
        return Finding(shown, "derived", f"{shown}: follows from {_line(derived.source)}")
    if is_example(quantity, case.text, case.passages, case.evidence):
        return Finding(shown, "derived", f"{shown}: an example of the writer's own")
    if counts_a_list(quantity, case.text, case.passages, case.evidence):
        return Finding(shown, "derived", f"{shown}: counts what is listed")
    if not (case.is_level(quantity) or _has_rival(quantity, case)):
        place = elsewhere(quantity, case.text, case.passages, case.evidence)
        if place is not None and not _is_misplaced(quantity, place, case):
            return Finding(shown, "moved", f"{shown}: found on {_pages([place], case)} instead", place)
    if (meant := find_unit_error(quantity, case.cited)) is not None:
        unit = f" {meant.unit}" if _line(meant) == shown else ""  # else "4: the evidence says 4"
        return Finding(shown, "unit", f"{shown}: the evidence says {_line(meant)}{unit}")
    said = ", ".join(dict.fromkeys(_line(other) for other in case.cited[:_SHOWN_NUMBERS])) or "no number"
    return _unsupported(shown, f"not in what is cited on {_pages(case.passages, case)}, which has {said}")


def _is_misplaced(quantity: Quantity, passage: int, case: Case) -> bool:
    """Whether the passage is a row of something else than the sentence gives the number to."""
    matches = [(other, find(other, case.evidence.quantities(passage))) for other, _ in case.matches]
    wrong = wrong_cells(case.text, matches, (passage,), case.evidence, searched=True)
    return any(other == quantity for other, _ in wrong)


def _has_rival(quantity: Quantity, case: Case) -> bool:
    """Whether a cited passage has a number of the same sort that the sentence leaves unused: likely the true one."""
    return any(
        other not in case.own
        and (other.kind, other.unit, other.magnitude) == (quantity.kind, quantity.unit, quantity.magnitude)
        for other in case.cited
    )


def _contradicted(quantity: Quantity, clause: str, case: Case) -> str:
    """What the paper says instead, if its sentences contradict the clause wherever they have the number."""
    against = ""
    for number in case.evidence.with_captions(case.passages):
        passage = case.evidence.passages[number]
        for other in case.evidence.quantities(number):
            if find(quantity, [other]) is not None:
                against = contradiction(clause, quantity.text, passage.text, other.span)
                if not against:
                    return ""
    return against


def _is_part_of_a_name(quantity: Quantity, case: Case) -> bool:
    """Whether the number belongs to a name written apart: Qwen2 0.5B, GPT-3 (175B), wav2vec 2.0, 20 Newsgroups."""
    near = [name for name in latin_words(case.text) if 0 <= quantity.span[0] - name.span[1] <= 2]
    if quantity.magnitude and not quantity.unit and quantity.text[-1] in "KMBT":
        if case.evidence.uses(quantity) >= _NAMED_BY:
            return True  # a 7B model is called so
        return any(f"{name.text} {quantity.text}" in case.evidence.names for name in near)
    after = [name for name in names(case.text) if 0 <= name.span[0] - quantity.span[1] <= 1]
    spelled = [f"{name.text} {quantity.text}" for name in near] + [f"{quantity.text} {name.text}" for name in after]
    plain = quantity.kind == "count" and not quantity.unit
    return plain and any(case.evidence.is_numbered_name(name) for name in spelled)


def _line(quantity: Quantity) -> str:
    return " ".join(quantity.text.split())


def _pages(passages: Sequence[int], case: Case) -> str:
    return pages_text(case.evidence.pages(passages))


def pages_text(pages: Sequence[int]) -> str:
    """p. 3, 7; 0 is the abstract page; "" of none."""
    return "p. " + ", ".join(str(page) if page else "abs" for page in sorted(set(pages))) if pages else ""


def _marks(numbers: Sequence[int]) -> str:
    """[17][23]: as the writer cited them."""
    shown = "".join(f"[{number}]" for number in numbers[:_SHOWN_MARKS])
    return shown + ("…" if len(numbers) > _SHOWN_MARKS else "")
