"""Who wins when the checker and the second reader differ.

Code judges digits, the reader meaning. A sentence stays if both agree, or if the reader quotes words that the paper
has. What the reader would change is changed if the checker finds nothing in the new sentence; what it rejects by the
paper's words and cannot mend is left out; a reader whose quotes are not in the paper counts for nothing.

What was read off a figure is read again only by a reader who sees the same figure, and has no words to quote.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import Any, get_args

from summarizer.errors import AnswerError, EndpointError, ModeratedError
from summarizer.llm.ask import Answer
from summarizer.llm.client import Model
from summarizer.llm.images import FigureImage
from summarizer.llm.paper_text import readable
from summarizer.llm.reading import ReadSentence, ReadSentences, SentenceToRead, ask_reader
from summarizer.paper.pieces import Piece, check_piece
from summarizer.paper.quotes import Quotes
from summarizer.schema import kinds, sections
from summarizer.trust.check import PUBLISHED
from summarizer.trust.chinese import language_problems
from summarizer.trust.context import candidates
from summarizer.trust.evidence import Evidence
from summarizer.trust.phrases import Phrases, phrase_problem
from summarizer.trust.repeats import told_before
from summarizer.types import Claim, LimitKind, Progress, Reading, Verdict
from summarizer.work import Work

_BESIDE = 0.12  # of the paper's text
_PLACES = 5  # for one claim
_SWEEPING = re.compile(  # what every row, setting, or place of the paper must bear out
    r"[只仅都均各未无]|任何|始终|唯一|除[^，。]{1,16}外|消失|不复|没有|缺少|缺乏|难以|全部|一直|从不|越[^，。]{1,8}越|最|不能|不足|矛盾|不一致|对不上"
)


@dataclass(frozen=True, slots=True)
class Read:
    """The claims after the second reading; `warnings` where it was of no use."""

    claims: tuple[Claim, ...]
    spent: tuple[Answer[Any], ...] = ()
    warnings: tuple[str, ...] = ()


async def read_again(
    claims: Sequence[Claim],
    evidence: Evidence,
    paper_id: str,
    work: Work,
    reader: Model,
    progress: Progress,
    images: Sequence[FigureImage] = (),
) -> Read:
    """Every claim with what the reader says of it and what was done; `images` are the figures that claims may cite.

    Raises what `Client` raises.
    """
    if work.config.reader == "never":
        return Read(tuple(claims))
    try:
        asked = await _ReadingAgain(claims, evidence, paper_id, work, reader, progress).ask(images)
    except AnswerError as error:
        return Read(tuple(claims), warnings=(f"second reading: {error.reason}",))
    if asked is None:
        return Read(tuple(claims))
    chosen, said, answer = asked
    quotes = Quotes(evidence)
    if useless := quotes.useless(said.values()):
        return Read(tuple(claims), (answer,), (f"second reading: {useless}",))
    judged = {chosen[n]: item for n, item in said.items()}
    settled = [
        new
        for n, claim in enumerate(claims)
        for new in (settle(claim, judged[n], quotes, evidence, work.wording.phrases) if n in judged else [claim])
    ]
    missing = len(chosen) - len(judged)
    return Read(tuple(settled), (answer,), (f"second reading: {missing} sentences not read",) if missing else ())


_Asked = tuple[list[int], dict[int, ReadSentence], Answer[ReadSentences]]  # indices of claims, what is said of each


@dataclass(frozen=True, slots=True)
class _ReadingAgain:
    """The claims of a digest, and who reads them again."""

    claims: Sequence[Claim]
    evidence: Evidence
    paper_id: str
    work: Work
    reader: Model
    progress: Progress

    async def ask(self, images: Sequence[FigureImage]) -> _Asked | None:
        """What the reader says, None if there is nothing to read; who does not take the images is asked without."""
        wanted = [
            n for n, c in enumerate(self.claims) if self.work.config.reader == "always" or c.verdict not in PUBLISHED
        ]
        cited = set[str]().union(*(self._figures(n) for n in wanted))
        shown = [image for image in images if image.label in cited][: self.reader.config.figures_to_model]
        try:
            return await self._ask(wanted, shown)
        except (EndpointError, ModeratedError):
            if not shown:
                raise
        return await self._ask(wanted, ())

    async def _ask(self, wanted: Sequence[int], images: Sequence[FigureImage]) -> _Asked | None:
        work, seen = self.work, {image.label for image in images}
        chosen = [n for n in wanted if self._figures(n) <= seen]
        if not chosen:
            return None
        self.progress(self.paper_id, f"reading {len(chosen)} sentences again")
        prompt = work.prompts.reading_with_images if images else work.prompts.reading
        said, answer = await ask_reader(
            self.reader, work.store, prompt, work.prompts.reask, _sentences(self.claims, chosen, work),
            self.evidence.document, subject=self.paper_id, max_tokens=work.config.max_output_tokens, images=images,
            beside=beside([self.claims[n] for n in chosen], self.evidence),
        )  # fmt: skip
        return chosen, said, answer

    def _figures(self, n: int) -> set[str]:
        """Labels of the figures that a claim was read off."""
        known = self.evidence.passages
        cited = (known[number] for number in self.claims[n].passages if number in known)
        return {passage.item for passage in cited if passage.kind == "figure"}


def beside(claims: Sequence[Claim], evidence: Evidence) -> set[int]:
    """Passages that no claim cites, and that may speak against those which sum up or judge: what they say of all
    settings, or that something is missing, may be untrue by a place far away.

    As many as make `_BESIDE` of the paper's text, those that fit a claim best first.
    """
    shown = {number for claim in claims for number in claim.passages}
    readable_ids = {passage.id for passage in readable(evidence.document)}
    room = _BESIDE * sum(len(evidence.passages[number].text) for number in readable_ids)
    sweeping = [c for c in claims if c.passages and (c.part in get_args(LimitKind) or _SWEEPING.search(c.text))]
    ranked = [candidates(claim.text, evidence, _PLACES) for claim in sweeping]
    found: set[int] = set()
    for passage in (p for places in zip_longest(*ranked) for p in places if p is not None):
        if passage.id in readable_ids - shown - found:
            room -= len(passage.text)
            if room < 0:
                break
            found.add(passage.id)
    return found


def _sentences(claims: Sequence[Claim], chosen: Sequence[int], work: Work) -> list[SentenceToRead]:
    headings, kind = sections(work.style.schema), kinds(work.style.schema)
    silent = [kind.get(claim.section) == "gist" or claim.row is not None for claim in claims]
    told = told_before(["" if skip else claim.text for skip, claim in zip(silent, claims, strict=True)])
    number = {claim: n for n, claim in enumerate(chosen, 1)}
    found = []
    for n in chosen:
        claim = claims[n]
        doubts = [claim.reason] if claim.verdict not in PUBLISHED else []
        earlier = [str(number[m]) for m in told.get(n, ()) if m in number]
        doubts += [f"said before in {', '.join(earlier)}"] if earlier else []
        found.append(
            SentenceToRead(headings.get(claim.section) or claim.section, claim.text, claim.passages, "; ".join(doubts))
        )
    return found


def settle(claim: Claim, said: ReadSentence, quotes: Quotes, evidence: Evidence, phrases: Phrases) -> list[Claim]:
    """The claim, or what takes its place, with the reader's words and the decision."""
    founded = quotes.has(said.quote) or claim.verdict == "figure"  # a picture has no words to name
    reading = Reading(said.verdict, said.problem, said.quote if quotes.has(said.quote) else "")
    approved = claim.verdict in PUBLISHED
    said_absent = approved and not claim.passages and said.verdict == "absent"  # which is what the sentence says
    if said.verdict == "supported" or said_absent:
        if approved:
            return [replace(claim, reader=reading, decision="agreed")]
        if claim.verdict != "language" and founded and quotes.numbers_hold(claim, said.quote):
            cited = claim.passages or quotes.passages(said.quote)[:_PLACES]
            pages = evidence.pages(cited)
            return [replace(claim, passages=cited, pages=pages, verdict="read", reader=reading, decision="overruled")]
        return [replace(claim, reader=reading)]
    if approved and not founded and said.verdict in ("partly", "contradicted"):
        return [replace(claim, decision="unfounded")]  # whoever objects must name the words
    if corrected := _corrected(claim, said, quotes, evidence, phrases):
        return [replace(new, reader=reading, decision="corrected") for new in corrected]
    verdict: Verdict = "repeat" if said.verdict == "repeated" else "disputed"
    reason = f"second reading: {said.verdict}, {said.problem}" + (f': "{reading.quote}"' if reading.quote else "")
    final = verdict == "repeat" or (founded and not said.text.strip())
    reasons = "; ".join(filter(None, (claim.reason, reason)))
    return [replace(claim, verdict=verdict, reason=reasons, reader=reading, decision="dropped" if final else "")]


def _corrected(claim: Claim, said: ReadSentence, quotes: Quotes, evidence: Evidence, phrases: Phrases) -> list[Claim]:
    """The reader's sentence as claims, if the checker finds nothing wrong in it but numbers that the reader's quote
    holds, and names or comparisons that the sentence before has, too; else nothing."""
    if not said.text.strip():
        return []
    piece = Piece(claim.section, claim.item, claim.part, said.text, row=claim.row)
    found = []
    for new in check_piece(piece, evidence, phrases):
        if new.verdict not in PUBLISHED:
            doubted = new.verdict in ("unsupported", "unit") and quotes.has(said.quote)
            strange = [what for what in quotes.doubted_words(new) if what not in claim.text]
            if not doubted or strange or not quotes.numbers_hold(new, said.quote) or not _is_clean(new, phrases):
                return []
            new = replace(new, verdict="read")
        found.append(new)
    return found


def _is_clean(claim: Claim, phrases: Phrases) -> bool:
    """Whether it is Chinese prose, which of doubted sentences nobody has looked at yet; a row need not be."""
    return claim.row is not None or not (language_problems(claim.text) or phrase_problem(claim.text, phrases))
