"""The second reading: one call that holds every sentence of a digest against what it cites."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import pairwise

from pydantic import BaseModel, ConfigDict

from summarizer.llm.ask import Answer, ReplyStore, ask
from summarizer.llm.client import ChatMessage, Model
from summarizer.llm.images import FigureImage
from summarizer.llm.messages import fenced, schema_text
from summarizer.llm.paper_text import paper_text, readable
from summarizer.styles import Prompt
from summarizer.trust.absence import says_absent
from summarizer.trust.marks import Marks
from summarizer.types import Document, Passage, ReaderProblem, ReaderVerdict

STAGE = "reading"
_SHORT = 60  # characters of a sentence that says little without the one before
_LEANS_BACK = re.compile(
    r"(?:It|Its|This|These|Those|They|Their|Such|He|She|Both|Neither|Each|Here|There|Then|Thus|Hence|Therefore|Also"
    r"|Similarly|Likewise|Specifically|Moreover|Furthermore|Consequently|Conversely|Instead|However|But|Yet|Still"
    r"|Nevertheless|Nonetheless|Otherwise|In (?:particular|contrast|addition|comparison|this|these|both|all)"
    r"|For (?:example|instance|this|these)|As (?:a result|expected|such)|On the (?:other hand|contrary)"
    r"|The (?:latter|former|same|other|rest|results?|improvement|gap))\b"
)
_QUALIFIES = re.compile(
    r"(?:However|But|Yet|Still|Nevertheless|Nonetheless|Note|Although|Though|While|Except|Unfortunately|Of course"
    r"|That said|In contrast|Conversely|On the other hand|One (?:limitation|caveat|exception)"
    r"|We (?:note|caution|hypothesi[sz]e|suspect))\b"
)


class ReadSentence(BaseModel):
    """What the reader says of one sentence. `quote` are words of the paper, `text` is the sentence as it should be."""

    model_config = ConfigDict(frozen=True)

    id: int
    verdict: ReaderVerdict
    problem: ReaderProblem
    quote: str
    text: str


class ReadSentences(BaseModel):
    """One item a sentence."""

    model_config = ConfigDict(frozen=True)

    items: list[ReadSentence]


@dataclass(frozen=True, slots=True)
class SentenceToRead:
    """A sentence to be read: under which heading, what it cites, what the program doubts."""

    heading: str
    text: str
    passages: tuple[int, ...]
    remark: str


async def ask_reader(
    client: Model,
    store: ReplyStore,
    prompt: Prompt,
    reask: str,
    sentences: Sequence[SentenceToRead],
    document: Document,
    *,
    subject: str,
    max_tokens: int,
    images: Sequence[FigureImage] = (),
    sections: bool = False,
) -> tuple[dict[int, ReadSentence], Answer[ReadSentences]]:
    """{index into `sentences`: what the reader says}; what it says of no sentence, or twice of one, is dropped.

    With `sections` it sees the whole sections that the passages stand in, for those that were only searched for.

    Raises `AnswerError` for `subject` if no usable answer came.
    """
    messages = reading_messages(prompt, sentences, document, sections)
    answer = await ask(
        client, store, stage=STAGE, messages=messages, schema=ReadSentences, max_tokens=max_tokens, subject=subject,
        reask=reask, images=images,
    )  # fmt: skip
    said: dict[int, ReadSentence] = {}
    for item in answer.value.items:
        if 0 < item.id <= len(sentences):
            said.setdefault(item.id - 1, item)
    return said, answer


def reading_messages(
    prompt: Prompt, sentences: Sequence[SentenceToRead], document: Document, sections: bool = False
) -> tuple[ChatMessage, ...]:
    marks = Marks(document)
    lines = []
    for number, sentence in enumerate(sentences, 1):
        pointers = "".join(f"[{mark}]" for mark in marks.of_passages(sentence.passages))
        lines.append(f"{number}. 〔{sentence.heading}〕{sentence.text}{pointers}")
        lines += [f"   （{sentence.remark}）"] if sentence.remark else []
    cited = {number for sentence in sentences for number in sentence.passages}
    doubted = {n for sentence in sentences if sentence.remark or says_absent(sentence.text) for n in sentence.passages}
    shown = _with_context(document, cited | (_sections_of(document, cited) if sections else set()), doubted)
    claims = "\n".join([*lines, "", paper_text(document, shown)])
    return fenced(prompt, claims, schema=schema_text(ReadSentences), claims=claims)


def _sections_of(document: Document, cited: set[int]) -> set[int]:
    """The passages of all sections that a cited one stands in, but rows of tables that are not cited."""
    wanted = {passage.section for passage in document.passages if passage.id in cited}
    return {passage.id for passage in readable(document) if passage.section in wanted and passage.kind != "row"}


def _with_context(document: Document, cited: Collection[int], doubted: Collection[int]) -> list[Passage]:
    """The cited passages, of text also the sentences that they lean on, of tables the whole, of figures a caption.

    A sentence leans on the one before if it begins with This, However or the like, or is short, and on one after it
    that qualifies it; of those that are `doubted` both are shown, since what is wrong may stand there.
    """
    passages = document.passages
    items = {
        kind: {p.item for p in passages if p.id in cited and p.kind == kind and p.item} for kind in ("row", "figure")
    }
    wanted = {n for n, passage in enumerate(passages) if passage.id in cited or passage.item in items["row"]}
    wanted |= {n for n, passage in enumerate(passages) if passage.kind == "caption" and passage.item in items["figure"]}
    for n, (before, after) in enumerate(pairwise(passages)):
        if before.kind != "text" or after.kind != "text":
            continue
        if after.id in doubted or before.id in doubted:
            wanted |= {n, n + 1}
        if after.id in cited and (len(after.text) <= _SHORT or _LEANS_BACK.match(after.text)):
            wanted.add(n)
        if before.id in cited and _QUALIFIES.match(after.text):
            wanted.add(n + 1)
    return [passages[n] for n in sorted(wanted)]
