"""Which papers of a list to digest: every candidate scored from its title and abstract, then a choice that is spread.

The model scores many candidates in one call. It knows them by small numbers, which are shorter than ids
and cannot be mistyped, and what it leaves out is asked again, alone. Whatever then has no score gets one
by its words, so that no paper is lost: as many choices come out as papers went in.
"""

import asyncio
import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from summarizer.errors import AnswerError
from summarizer.llm.ask import Answer, ReplyStore, ask
from summarizer.llm.client import Client, Message
from summarizer.llm.ranking import bm25, centrality, contains, cosine, spread, terms, vectors, words
from summarizer.llm.replies import excerpt
from summarizer.llm.tokens import estimate_tokens
from summarizer.llm.wire import wire_schema
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
_LIKENESS = 10.0  # points a twin of a paper already taken loses; two papers on one method have a cosine of 0.25 to 0.5


@dataclass(frozen=True, slots=True)
class Choice:
    """What became of one candidate. `score` is 0 to 10, `by` says who gave it."""

    id: str
    score: float
    why: str
    taken: bool
    by: Literal["model", "bm25", "excluded"]


class Score(BaseModel):
    """Of candidate number `n`. The reason stands before the score, so that a model gives its reasons first.

    The bounds are for the wire only: one score outside of them must not cost the others of its answer.
    """

    model_config = ConfigDict(frozen=True)

    n: int
    why: str
    score: float = Field(json_schema_extra={"minimum": 0, "maximum": BEST})


class Scores(BaseModel):
    """What the model sends back."""

    model_config = ConfigDict(frozen=True)

    items: list[Score]


async def choose(
    client: Client | None,
    store: ReplyStore,
    papers: Sequence[Paper],
    *,
    interests: str,
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

    Without a client the score is the offline one: BM25 against `interests` in words, 10 for the best match. Where
    no interests are given, or none of their words occurs, it is how typical a paper is of the list: the cosine of
    its tf-idf vector with the mean of all, 5 for the highest, for it says nothing about anyone's liking.

    Raises `RefusedError`, `TryLaterError` or `UsageError` as `ask` does; calls still under way are cancelled.
    """
    papers = sorted(papers, key=lambda paper: paper.id)
    texts = [terms(f"{paper.title} {paper.title} {paper.abstract}") for paper in papers]
    offline = _offline(texts, interests)
    barred = {paper.id: word for paper in papers if (word := _excluded_word(paper, excluded))}
    scoring = _Scoring(store, prompt, reask, subject, interests.strip() or "-", "; ".join(excluded) or "-")
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
