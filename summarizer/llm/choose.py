"""Which papers of a list to digest: every candidate scored from its title and abstract, then a choice that is spread.

The model scores many candidates in one call. It knows them by small numbers, which are shorter than ids
and cannot be mistyped, and what it leaves out is asked again, alone. Whatever then has no score gets one
by its words, so that no paper is lost: as many choices come out as papers went in.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from summarizer.errors import AnswerError, EndpointError, ModeratedError, TryLaterError
from summarizer.llm.ask import Answer, ReplyStore, ask, side_by_side
from summarizer.llm.client import ChatMessage, Model
from summarizer.llm.interests import Interests, LibraryPaper
from summarizer.llm.limits import estimate_tokens
from summarizer.llm.messages import fenced, schema_text
from summarizer.llm.ranking import Vector, bm25, centrality, contains, cosine, spread, terms, vectors, words
from summarizer.llm.replies import excerpt
from summarizer.styles import Prompt
from summarizer.types import Paper, Usage, add_usage

BEST = 10.0

_ROUNDS = (40, 10, 3)  # most candidates a call, when first asked and when asked again
_ANSWER_TOKENS = 80  # one score with its reason, generously
_MARGIN_TOKENS = 200  # what servers add around messages
_ABSTRACT_LENGTH = 2_500  # characters; arXiv's own limit is 1,920
_WHY_LENGTH = 120
_FAULT_LENGTH = 200

_TYPICAL = BEST / 2  # the most a paper can get from a rule that knows no interests
_NEAREST = 5  # papers of a library that a candidate is measured by, and that the model is shown
_TITLE_LENGTH = 100
_LIKENESS = 10.0  # points a twin of a paper already taken loses; two papers on one method have a cosine of 0.25 to 0.5


@dataclass(frozen=True, slots=True)
class Choice:
    """What became of one candidate. `score` is 0 to 10, `by` says who gave it."""

    id: str
    score: float
    why: str
    taken: bool
    by: Literal["model", "bm25", "excluded"]


# Docstrings of these two would be sent with the schema.
class CandidateScore(BaseModel):
    model_config = ConfigDict(frozen=True)

    n: int
    why: str  # before the score, so that a model gives its reasons first
    # Bounds for the wire only: one score outside of them must not cost the others of its answer.
    score: float = Field(json_schema_extra={"minimum": 0, "maximum": 10})


class Scores(BaseModel):
    model_config = ConfigDict(frozen=True)

    items: list[CandidateScore]


async def choose(
    client: Model | None,
    store: ReplyStore,
    papers: Sequence[Paper],
    *,
    interests: Interests,
    excluded: Sequence[str],
    top: int,
    reask: str,
    prompt: Prompt,
    subject: str,
) -> tuple[list[Choice], Usage, int]:
    """One `Choice` a paper, the `top` taken ones first; the usage of all usable answers and how many replies they took.

    A paper with one of the `excluded` words or phrases in its title or abstract is not sent and never taken.
    The others are ranked by score, then by the offline score, then by id, and taken greedily from the top, each
    one lowered by its likeness to those already taken. The order of `papers` does not matter; their ids differ.

    Without a client the score is the offline one, 10 for the best match: BM25 of the words of the interests in the
    papers, and of each paper in the library of the interests, where there is one. Where no interests are given, or
    none of their words occurs, it is how typical a paper is of the list: the cosine of its tf-idf vector with the
    mean of all, 5 for the highest, for it says nothing about anyone's liking. The model sees the words and those
    papers of the library that are nearest to the list.

    Raises `RefusedError`, `TryLaterError` or `UsageError` as `ask` does; calls still under way are cancelled.
    """
    papers = sorted(papers, key=lambda paper: paper.id)
    texts = [terms(f"{paper.title} {paper.title} {paper.abstract}") for paper in papers]
    offline = _offline(texts, interests)
    barred = {paper.id: word for paper in papers if (word := _excluded_word(paper, excluded))}
    unwanted = "; ".join(word for word in excluded if word.strip())
    near = _nearest(texts, interests.library)
    scoring = _Scoring(store, prompt, reask, subject, interests.words or "-", "; ".join(near) or "-", unwanted or "-")
    if client is not None:
        await scoring.run(client, [paper for paper in papers if paper.id not in barred])

    def judged(paper: Paper, score: float, why: str) -> Choice:
        if word := barred.get(paper.id):
            return Choice(paper.id, 0.0, f"excluded word: {word}", False, "excluded")
        if known := scoring.scores.get(paper.id):
            return Choice(paper.id, round(known.score, 1), excerpt(known.why, _WHY_LENGTH), False, "model")
        if client is not None:
            why = f"{scoring.faults.get(paper.id, 'the model left it out')}; {why}"
        return Choice(paper.id, score, why, False, "bm25")

    choices = [judged(paper, *line) for paper, line in zip(papers, offline, strict=True)]
    order = sorted(range(len(papers)), key=lambda i: (-choices[i].score, -offline[i][0]))
    points = vectors(texts)
    return _taken([choices[i] for i in order], [points[i] for i in order], top), scoring.usage, scoring.replies


@dataclass(slots=True)
class _Scoring:
    """The model's scores of all candidates, gathered over a few rounds."""

    store: ReplyStore
    prompt: Prompt
    reask: str
    subject: str
    interests: str
    library: str
    excluded: str
    scores: dict[str, CandidateScore] = field(default_factory=dict)
    faults: dict[str, str] = field(default_factory=dict)  # why a paper's last call came to nothing
    usage: Usage = field(default_factory=Usage)
    replies: int = 0

    async def run(self, client: Model, papers: Sequence[Paper]) -> None:
        """Ask for all, then for those left out, in ever smaller batches: one abstract that a service refuses to
        read must not cost its neighbours their scores. A round that was paid for without any usable answer is the last.

        Raises `TryLaterError` where the endpoint takes no batch, however small: scores by words are no choice then.
        """
        errors: list[AnswerError] = []
        for number, most in enumerate(_ROUNDS, 1):
            missing = [paper for paper in papers if paper.id not in self.scores]
            if not missing:
                return
            errors, answered = await self._round(client, missing, number, most)
            if not answered and not all(isinstance(error, EndpointError | ModeratedError) for error in errors):
                return
        if not self.scores and all(isinstance(error, EndpointError) for error in errors):
            raise TryLaterError(f"{self.subject}: no paper is chosen, {errors[0].reason}")

    async def _round(
        self, client: Model, papers: Sequence[Paper], number: int, most: int
    ) -> tuple[list[AnswerError], int]:
        """Ask for `papers` in calls side by side; returns what failed, and the number of answers.

        The first error of another kind ends the other calls.
        """
        batches = list(self._batches(client, papers, most))
        answers = await side_by_side(self._ask(client, batch, f"choose-{number}") for batch in batches)
        errors = []
        for batch, answer in zip(batches, answers, strict=True):
            if isinstance(answer, AnswerError):
                errors.append(answer)
                self.faults |= {paper.id: excerpt(answer.reason, _FAULT_LENGTH) for paper in batch}
            else:
                self._keep_scores(batch, answer)
        return errors, len(answers) - len(errors)

    async def _ask(self, client: Model, batch: Sequence[Paper], stage: str) -> Answer[Scores] | AnswerError:
        """The round is part of the stage's name, and so of the store's key: the same words are asked afresh."""
        try:
            return await ask(
                client, self.store, stage=stage, messages=self._messages(batch), schema=Scores,
                max_tokens=client.config.max_output_tokens, subject=self.subject, reask=self.reask,
            )  # fmt: skip
        except AnswerError as error:
            return error

    def _keep_scores(self, batch: Sequence[Paper], answer: Answer[Scores]) -> None:
        """Keep the first usable score of each candidate; numbers that nobody has are ignored."""
        self.usage, self.replies = add_usage([self.usage, answer.usage]), self.replies + answer.replies
        for item in answer.value.items:
            if 1 <= item.n <= len(batch) and 0 <= item.score <= BEST and item.why.strip():
                self.scores.setdefault(batch[item.n - 1].id, item)
        for paper in batch:
            self.faults.pop(paper.id, None)

    def _batches(self, client: Model, papers: Sequence[Paper], most: int) -> Iterator[list[Paper]]:
        """Of at most `most`, and as many as the model's context and its answer have room for; one at the least."""
        config = client.config
        frame = sum(estimate_tokens(message["content"]) for message in self._messages([]))
        room = config.context_tokens - config.max_output_tokens - _MARGIN_TOKENS - frame
        most = max(1, min(most, config.max_output_tokens // _ANSWER_TOKENS))
        batch: list[Paper] = []
        size = 0
        for paper in papers:
            tokens = estimate_tokens(_candidate(most, paper))
            if batch and (len(batch) == most or size + tokens > room):
                yield batch
                batch, size = [], 0
            batch.append(paper)
            size += tokens
        yield batch

    def _messages(self, batch: Sequence[Paper]) -> tuple[ChatMessage, ...]:
        candidates = "\n".join(_candidate(number, paper) for number, paper in enumerate(batch, 1))
        return fenced(
            self.prompt,
            candidates,
            schema=schema_text(Scores),
            interests=self.interests,
            library=self.library,
            excluded=self.excluded,
            count=str(len(batch)),
            candidates=candidates,
        )


def _candidate(number: int, paper: Paper) -> str:
    title, abstract = " ".join(paper.title.split()), " ".join(paper.abstract.split())
    return f"{number}. [{' '.join(paper.categories)}] {title}\n{abstract[:_ABSTRACT_LENGTH]}"


def _excluded_word(paper: Paper, excluded: Sequence[str]) -> str | None:
    """The first excluded word or phrase in a paper's title or abstract, whatever its case or number."""
    texts = [terms(paper.title), terms(paper.abstract)]
    return next((phrase for phrase in excluded if any(contains(text, terms(phrase)) for text in texts)), None)


def _offline(texts: Sequence[Sequence[str]], interests: Interests) -> list[tuple[float, str]]:
    """A score and its reason for each text, as `choose` says."""
    wanted = words(interests.words)
    told = [line for line in (_by_words(texts, wanted), _by_library(texts, interests.library)) if line]
    if told:
        return [
            (round(sum(score for score, _ in line) / len(line), 2), "; ".join(why for _, why in line))
            for line in zip(*told, strict=True)
        ]
    why = "no candidate has a word of the interests" if wanted else "no interests given"
    scores = centrality(vectors(texts))
    best = max(scores, default=0.0) or 1.0
    return [(round(_TYPICAL * score / best, 2), f"{why}: how typical it is of the list") for score in scores]


def _by_words(texts: Sequence[Sequence[str]], wanted: Mapping[str, str]) -> list[tuple[float, str]]:
    """Empty where no text has one of the words."""
    scores = bm25(list(wanted), texts)
    found = [[word for term, word in wanted.items() if term in text] for text in texts]
    whys = [f"words of the interests: {', '.join(line)}" if line else "no word of the interests" for line in found]
    best = max(scores, default=0.0)
    return [(BEST * score / best, why) for score, why in zip(scores, whys, strict=True)] if best else []


def _by_library(texts: Sequence[Sequence[str]], library: Sequence[LibraryPaper]) -> list[tuple[float, str]]:
    """By the mean of the papers of the library that are nearest; empty where none is near."""
    likeness = _likeness(texts, library)
    columns = list(zip(*likeness, strict=True))  # for each text
    means = [sum(sorted(column)[-_NEAREST:]) / _NEAREST for column in columns]
    best = max(means, default=0.0)
    if not best:
        return []
    titles = [excerpt(library[column.index(max(column))].title, _TITLE_LENGTH) for column in columns]
    return [(BEST * mean / best, f"near to {title} of the library") for mean, title in zip(means, titles, strict=True)]


def _nearest(texts: Sequence[Sequence[str]], library: Sequence[LibraryPaper]) -> list[str]:
    """The titles of the library that are nearest to some text of the list."""
    nearness = [max(line, default=0.0) for line in _likeness(texts, library)]
    ranked = sorted(zip(nearness, library, strict=True), key=lambda pair: -pair[0])
    return [excerpt(paper.title, _TITLE_LENGTH) for near, paper in ranked[:_NEAREST] if near]


def _likeness(texts: Sequence[Sequence[str]], library: Sequence[LibraryPaper]) -> list[list[float]]:
    """For each paper of the library, how well each text answers it as a query: BM25, rarity as in the list."""
    return [bm25(terms(f"{paper.title} {paper.abstract}"), texts) for paper in library]


def _taken(ranked: Sequence[Choice], points: Sequence[Vector], top: int) -> list[Choice]:
    """The choices with those that are taken in front, both parts in order of rank. A paper that lost its place to
    one that ranks lower says so."""
    candidates = [rank for rank, choice in enumerate(ranked) if choice.by != "excluded"]
    picks = spread([ranked[i].score for i in candidates], [points[i] for i in candidates], top, _LIKENESS)
    taken = sorted(candidates[pick] for pick in picks)

    def explained(rank: int) -> Choice:
        if rank not in candidates[:top]:
            return ranked[rank]
        twin = ranked[max(taken, key=lambda other: cosine(points[rank], points[other]))]
        return replace(ranked[rank], why=f"{ranked[rank].why} (passed over: close to {twin.id})")

    rest = [explained(rank) for rank in range(len(ranked)) if rank not in taken]
    return [replace(ranked[rank], taken=True) for rank in taken] + rest
