"""The second reading: one call that holds every sentence of a digest against what it cites."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict

from summarizer.llm.ask import Answer, ReplyStore, ask
from summarizer.llm.client import ChatMessage, Model
from summarizer.llm.images import FigureImage
from summarizer.llm.messages import fenced, schema_text
from summarizer.llm.paper_text import paper_text, readable
from summarizer.styles import Prompt
from summarizer.trust.marks import Marks
from summarizer.types import Document, Passage, ReaderProblem, ReaderVerdict

STAGE = "reading"


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
    shown = _with_neighbours(document, cited | (_sections_of(document, cited) if sections else set()))
    claims = "\n".join([*lines, "", paper_text(document, shown)])
    return fenced(prompt, claims, schema=schema_text(ReadSentences), claims=claims)


def _sections_of(document: Document, cited: set[int]) -> set[int]:
    """The passages of all sections that a cited one stands in, but rows of tables that are not cited."""
    wanted = {passage.section for passage in document.passages if passage.id in cited}
    return {passage.id for passage in readable(document) if passage.section in wanted and passage.kind != "row"}


def _with_neighbours(document: Document, cited: Iterable[int]) -> list[Passage]:
    """The cited passages, of text also the one before and the one after, of tables the whole, of figures a caption."""
    passages = document.passages
    place = {passage.id: n for n, passage in enumerate(passages)}
    wanted: set[int] = set()
    tables: set[str] = set()
    figures: set[str] = set()
    for number in cited:
        at = place.get(number)
        if at is None:
            continue
        wanted.add(at)
        if passages[at].kind == "row":
            tables.add(passages[at].item)
        elif passages[at].kind == "figure":
            figures.add(passages[at].item)
        elif passages[at].kind == "text":
            wanted |= {n for n in (at - 1, at + 1) if 0 <= n < len(passages) and passages[n].kind == "text"}
    whole = {n for n, passage in enumerate(passages) if passage.item in tables and passage.item}
    captions = {n for n, passage in enumerate(passages) if passage.kind == "caption" and passage.item in figures}
    return [passages[n] for n in sorted(wanted | whole | captions)]
