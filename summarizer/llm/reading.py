"""The second reading: one call that holds every sentence of a digest against what it cites."""

import re
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
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
from summarizer.trust.grid import EvidenceCell, EvidenceGrid
from summarizer.trust.marks import Marks
from summarizer.types import Document, Passage, ReaderProblem, ReaderVerdict, Table

STAGE = "reading"
_SHORT = 60  # characters of a sentence that says little without the one before
REPEATED = "said before in"  # how a remark begins that only names the sentences with the same fact
_SAME = "同上"
_LONG_TABLE = 8  # rows
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
    beside: Collection[int] = (),
    sections: bool = False,
) -> tuple[dict[int, ReadSentence], Answer[ReadSentences]]:
    """{index into `sentences`: what the reader says}; what it says of no sentence, or twice of one, is dropped.

    It sees the passages `beside` those that are cited, too, and with `sections` the whole sections that the passages
    stand in, for those that were only searched for.

    Raises `AnswerError` for `subject` if no usable answer came.
    """
    messages = reading_messages(prompt, sentences, document, beside, sections)
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
    prompt: Prompt,
    sentences: Sequence[SentenceToRead],
    document: Document,
    beside: Collection[int] = (),
    sections: bool = False,
) -> tuple[ChatMessage, ...]:
    marks = Marks(document)
    lines = []
    heading = ""
    for number, sentence in enumerate(sentences, 1):
        pointers = "".join(f"[{mark}]" for mark in marks.of_passages(sentence.passages))
        shown_heading = _SAME if sentence.heading == heading else sentence.heading
        lines.append(f"{number}. 〔{shown_heading}〕{sentence.text}{pointers}")
        heading = sentence.heading
        lines += [f"   （{sentence.remark}）"] if sentence.remark else []
    cited = {number for sentence in sentences for number in sentence.passages}.union(beside)
    doubted = {n for sentence in sentences if _is_doubted(sentence) for n in sentence.passages}
    rows = _rows_shown(document, cited, doubted)
    shown = _with_context(document, cited | (_sections_of(document, cited) if sections else set()), doubted, rows)
    claims = "\n".join([*lines, "", paper_text(document, shown, rows)])
    return fenced(prompt, claims, schema=schema_text(ReadSentences), claims=claims)


def _is_doubted(sentence: SentenceToRead) -> bool:
    """Whether the program finds fault, or whether it is told that something is not there; a repetition is no doubt."""
    return bool(sentence.remark and not sentence.remark.startswith(REPEATED)) or says_absent(sentence.text)


def _sections_of(document: Document, cited: set[int]) -> set[int]:
    """The passages of all sections that a cited one stands in, but rows of tables that are not cited."""
    wanted = {passage.section for passage in document.passages if passage.id in cited}
    return {passage.id for passage in readable(document) if passage.section in wanted and passage.kind != "row"}


def _rows_shown(document: Document, cited: Collection[int], doubted: Collection[int]) -> dict[str, set[int]]:
    """{label of a table: its rows, counted from 1, that are shown}; of a long one those cited and what may be a rival.

    Where the caption alone is cited, the rows matter if the program doubts the sentence.
    """
    found: dict[str, set[int]] = {}
    for table in document.tables:
        own = {p.row for p in document.passages if p.id in cited and p.item == table.label and p.row is not None}
        captioned = any(p.item == table.label and p.kind == "caption" for p in document.passages if p.id in doubted)
        whole = captioned or len(table.rows) <= _LONG_TABLE
        if own or captioned:
            found[table.label] = set(range(1, len(table.rows) + 1)) if whole else own | _extreme_rows(table)
    return found


def _extreme_rows(table: Table) -> set[int]:
    """The rows, counted from 1, that hold the highest or the lowest number of a column."""
    columns = defaultdict[int, list[EvidenceCell]](list)
    for cell in EvidenceGrid(table, {}).cells:
        if not cell.beside:
            columns[cell.column].append(cell)
    extremes = (pick(cells, key=lambda cell: cell.quantity.size) for cells in columns.values() for pick in (max, min))
    return {cell.row + 1 for cell in extremes}


def _with_context(
    document: Document, cited: Collection[int], doubted: Collection[int], rows: Mapping[str, Collection[int]]
) -> list[Passage]:
    """The cited passages, of text also the sentences that they lean on, of tables the caption and `rows`, of figures a
    caption.

    A sentence leans on the one before if it begins with This, However or the like, or is short, and on one after it
    that qualifies it; of those that are `doubted` both are shown, since what is wrong may stand there.
    """
    passages = document.passages
    figures = {p.item for p in passages if p.id in cited and p.kind == "figure" and p.item}
    wanted = {
        n for n, p in enumerate(passages) if p.id in cited or (p.row is not None and p.row in rows.get(p.item, ()))
    }
    wanted |= {n for n, p in enumerate(passages) if p.kind == "caption" and (p.item in figures or p.item in rows)}
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
