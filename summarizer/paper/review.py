"""From a model's answer to what may be published: every sentence checked, mended once, or left out."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, get_args

from summarizer.errors import AnswerError
from summarizer.llm.ask import Answer
from summarizer.llm.client import Model
from summarizer.llm.repair import Failing, ask_repairs
from summarizer.output import words
from summarizer.paper.pieces import Piece, check_piece, figure_choices, phrases_for, pieces_of
from summarizer.schema import (
    BaseDigest,
    FigureChoice,
    Rating,
    kinds,
    sections,
    shape,
)
from summarizer.trust.check import PUBLISHED
from summarizer.trust.chinese import language_problems, polish
from summarizer.trust.claims import before_final_mark, split_statements
from summarizer.trust.context import candidates, is_trivial
from summarizer.trust.evidence import Evidence
from summarizer.trust.marks import Marks
from summarizer.trust.numbers import quantities
from summarizer.trust.phrases import Phrases
from summarizer.trust.rating import injected
from summarizer.trust.rating import rate as stars_for
from summarizer.trust.repeats import repeats
from summarizer.trust.wordlists import Term, term_problems
from summarizer.types import (
    FIGURES,
    RATING,
    Cause,
    Claim,
    Document,
    Figure,
    Omission,
    Progress,
    Stars,
    Table,
)
from summarizer.work import Work

MAXIMUM_FIGURES = 4
_VISIBLE = "visible text"  # what the parser calls instructions that a reader sees, too
_LONGEST_REASON = 40  # characters, twice of what is asked for
SHORT_PAPER = 30  # passages; less than that may well have nothing to say in most sections


@dataclass(frozen=True, slots=True)
class Reviewed:
    """The checked sentences, in the order of the digest, and what was left out."""

    claims: tuple[Claim, ...]
    omitted: tuple[Omission, ...]
    repaired: int

    def of(self, section: str) -> list[Claim]:
        return [claim for claim in self.claims if claim.section == section]


def answer_problems(answer: BaseDigest, document: Document) -> list[str]:
    """Reasons to ask for the whole answer again: mostly not Chinese, nothing cited, nearly nothing said."""
    texts: dict[str, str] = {}
    for piece in pieces_of(answer):
        if piece.text.strip() and piece.section not in (FIGURES, RATING):
            texts[piece.section] = "\n".join(filter(None, (texts.get(piece.section), piece.text.strip())))
    if not texts or (len(texts) * 2 < len(sections(type(answer))) and len(document.passages) >= SHORT_PAPER):
        return ["more than half of the sections are empty"]
    problems = [f"{name}: {found[0]}" for name, text in texts.items() if (found := language_problems(text))]
    if len(problems) * 2 > len(texts):
        return problems
    marks = Marks(document)
    if not any(s.passages for name, text in texts.items() for s in split_statements(name, marks.as_numbers(text))):
        return ["no sentence cites a passage, as [17], or a table or an equation, as [T2] or [E3]"]
    return []


async def mend(
    claims: Sequence[Claim], evidence: Evidence, paper_id: str, work: Work, model: Model, progress: Progress
) -> tuple[Reviewed, list[Answer[Any]]]:
    """The sentences that may be published, those that failed mended by one call; and what the call took.

    Raises `AnswerError` where nothing is left, and what `Client` raises.
    """
    failed = failing(claims, evidence)
    texts: Mapping[int, str] = {}
    spent: list[Answer[Any]] = []
    if failed:
        progress(paper_id, f"mending {len(failed)} sentences")
        try:
            texts, repair = await ask_repairs(
                model, work.store, work.prompts.repair, work.prompts.reask, list(failed.values()),
                subject=paper_id, max_tokens=work.config.max_output_tokens,
            )  # fmt: skip
            spent.append(repair)
        except AnswerError as error:  # the sentences are left out, the rest of the digest is good
            progress(paper_id, f"not mended: {error.reason}")
    mended = {place: texts[n] for n, place in enumerate(failed) if n in texts}
    reviewed = with_mended(claims, mended, evidence, work.style.schema, work.wording.phrases)
    if not any(claim.section not in (FIGURES, RATING) for claim in reviewed.claims):
        raise AnswerError(paper_id, "the paper supports no sentence of the model's answer")
    return reviewed, spent


def failing(claims: Sequence[Claim], evidence: Evidence) -> dict[int, Failing]:
    """{index of a claim that may be published once it is mended: what the model needs for that}."""
    known = evidence.passages
    found = {}
    for n, claim in enumerate(claims):
        if claim.verdict not in PUBLISHED and claim.decision != "dropped":
            cited = [known[number] for number in claim.passages if number in known]
            others = [p for p in candidates(claim.text, evidence) if p not in cited]
            marks = "".join(f"[{number}]" for number in claim.passages)
            text = before_final_mark(claim.text, marks)
            found[n] = Failing(text, claim.reason, tuple(cited + others))
    return found


def with_mended(
    claims: Sequence[Claim],
    mended: Mapping[int, str],
    evidence: Evidence,
    schema: type[BaseDigest],
    phrases: Phrases,
) -> Reviewed:
    """Put mended sentences in the place of the failed ones; what fails again is left out and recorded.

    So is a sentence that says what an earlier section has said. `mended` is {index of a failed claim: new text}.
    """
    published: list[Claim] = []
    omitted: list[Omission] = []
    for n, claim in enumerate(claims):
        if claim.verdict in PUBLISHED:
            published.append(claim)
            continue
        piece = Piece(claim.section, claim.item, claim.part, mended.get(n, ""), row=claim.row)
        new = check_piece(piece, evidence, phrases_for(claim.section, schema, phrases))
        if new and all(part.verdict in PUBLISHED for part in new):
            published += new
        else:
            omitted.append(_omission(claim, new[-1].reason if new else claim.reason))
    silent = (FIGURES, *(name for name, kind in kinds(schema).items() if kind == "line"))
    repeated = repeats([c.text if c.section not in silent and c.row is None else "" for c in published])
    for again, first in repeated.items():
        reason = f"repeats a sentence of {published[first].section}"
        omitted.append(Omission(published[again].section, published[again].text, "repeat", reason))
    kept = tuple(claim for n, claim in enumerate(published) if n not in repeated)
    return Reviewed(kept, tuple(omitted), sum(c.verdict not in PUBLISHED or c.decision == "corrected" for c in claims))


def _omission(claim: Claim, reason: str) -> Omission:
    causes: dict[str, Cause] = {cause: cause for cause in get_args(Cause)}
    return Omission(claim.section, claim.text, causes.get(claim.verdict, "unsupported"), reason)


def rate(answer: BaseDigest, reviewed: Reviewed, document: Document) -> Stars | None:
    """Stars from the answer's sub-scores; withheld where the file tries to instruct its readers' programs, and where
    the paper does not support the weakness that every rating must name."""
    rating = next((value for _, value in answer if isinstance(value, Rating)), None)
    if rating is None:
        return None
    if injected(document):
        return Stars(None, withheld="hidden text")
    if not reviewed.of(RATING):
        return Stars(None, withheld="no weakness")
    scores = rating.scores()
    reasons = {name: polish(Marks.without(score.reason)).strip().rstrip("。") for name, score in scores.items()}
    stars = stars_for({name: score.score for name, score in scores.items()}, document)
    return replace(stars, reasons={name: text for name, text in reasons.items() if _is_reason(text)})


def _is_reason(text: str) -> bool:
    """A few words of Chinese without a number: it cites nothing that a number could be checked against."""
    return 0 < len(text) <= _LONGEST_REASON and not any(not is_trivial(q) and not q.in_name for q in quantities(text))


def warnings(answer: BaseDigest, reviewed: Reviewed, document: Document, glossary: tuple[Term, ...]) -> tuple[str, ...]:
    """What a maintainer should look at, though it does not keep the digest from being published."""
    names = dict.fromkeys(piece.section for piece in pieces_of(answer))
    texts = {name: "".join(claim.text for claim in reviewed.of(name)) for name in names}
    spoken = [hidden for hidden in document.hidden_text if hidden.reason.startswith(_VISIBLE)]
    return (
        *document.warnings,
        *(f"page {hidden.page}: {hidden.reason}: {hidden.text[:80]}" for hidden in spoken),
        *(f"{name}: nothing left to say" for name, text in texts.items() if not text),
        *term_problems(texts, glossary),
    )


def chosen_figures(answer: BaseDigest, document: Document) -> list[tuple[int, FigureChoice, Figure | Table]]:
    """(index in the answer, choice, item) of the figures that exist and belong to a section; each once."""
    pictures: tuple[Figure | Table, ...] = (*document.figures, *document.tables)
    known = {_label(item.label): item for item in pictures if item.image}
    headings = sections(type(answer))
    found: dict[str, tuple[int, FigureChoice, Figure | Table]] = {}
    for n, choice in enumerate(figure_choices(answer)):
        label = _label(choice.label)
        if label in known and choice.section in headings and shape(type(answer), choice.section) != "rating":
            found.setdefault(label, (n, choice, known[label]))
    return list(found.values())[:MAXIMUM_FIGURES]


def count_numbers(claims: Iterable[Claim]) -> int:
    """Quantities that needed evidence and were found in it, names such as GPT-4 and "three kinds" not counted."""
    checked = (claim for claim in claims if claim.verdict != "figure")
    return sum(not (q.in_name or is_trivial(q)) for claim in checked for q in quantities(claim.text))


def _label(label: str) -> str:
    """ "Fig. 2", "figure 2:" and "图 2" are one label."""
    kinds = {"fig": "figure", "figs": "figure", "tab": "table", "alg": "algorithm"}
    kinds |= {chinese: english for english, chinese in words.FIGURE_KINDS.items()}
    match = re.match(r"\s*([^\W\d]+)[.\s]*([\w.-]*\w)?", label.lower())
    if not match:
        return label.lower()
    return f"{kinds.get(match[1], match[1])} {match[2] or ''}".strip()
