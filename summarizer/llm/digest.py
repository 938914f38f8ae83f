"""A document to a style's answer: one call where the paper fits, else notes by chunk, then a digest of the notes.

Static text comes first and the paper last, for the servers' prefix caches.
"""

import hashlib
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import chain, zip_longest
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from summarizer.config import Config
from summarizer.errors import ContextLengthError
from summarizer.llm.ask import Answer, ReplyStore, ask, side_by_side
from summarizer.llm.chunks import section_chunks
from summarizer.llm.client import ChatMessage, Model
from summarizer.llm.limits import ANSWER_TOKENS, estimate_tokens
from summarizer.llm.messages import fenced, schema_text
from summarizer.llm.paper_text import BRACKETS, paper_text, readable
from summarizer.schema import BaseDigest
from summarizer.styles import Prompt, Style
from summarizer.trust.marks import Marks
from summarizer.types import Document, Figure, Passage, Table, Usage, add_usage

NOTES_TOKENS = 3_000  # output of one chunk's notes
_READING_SHARE = 0.6  # of a second reading's prompt against that of the digest
_LEAST_ROOM = 800  # tokens of a paper beside the instructions; with less there would be a chunk a paragraph
_MARGIN_TOKENS = 200  # what servers add around messages


class Notes(BaseModel):
    """What the model notes down of one chunk."""

    model_config = ConfigDict(frozen=True)

    notes: list[str] = Field(max_length=40)


@dataclass(frozen=True, slots=True)
class Plan:
    """What will be asked. `chunks` is empty where the paper fits into `messages`."""

    messages: tuple[ChatMessage, ...]
    chunks: tuple[tuple[ChatMessage, ...], ...]
    left_out: tuple[str, ...]  # titles of sections that do not fit
    read_again: bool

    def estimate(self) -> tuple[int, Usage]:
        """Number of calls and about how many tokens, if no answer needs a repair."""
        tokens = sum(message_tokens(m) for m in (self.messages, *self.chunks))
        answers = ANSWER_TOKENS["digest"] + len(self.chunks) * ANSWER_TOKENS["notes"]
        merge = len(self.chunks) * NOTES_TOKENS if self.chunks else 0
        reading = second_reading(Usage(prompt=tokens + merge), 1) if self.read_again else Usage()
        usage = add_usage([Usage(prompt=tokens + merge, completion=answers), reading])
        return 1 + len(self.chunks) + self.read_again, usage


def second_reading(digests: Usage, papers: int) -> Usage:
    """About what reading `papers` digests again takes, by what asking for them takes."""
    return Usage(prompt=round(_READING_SHARE * digests.prompt), completion=ANSWER_TOKENS["reading"] * papers)


@dataclass(frozen=True, slots=True)
class Prompts:
    """The prompts that all styles share."""

    notes: Prompt
    repair: Prompt
    reading: Prompt
    choose: Prompt
    reask: str

    def fingerprints(self, style: Style) -> dict[str, str]:
        """Of those that a digest in this style depends on."""
        return {
            style.prompt.name: style.prompt.fingerprint,
            "notes": self.notes.fingerprint,
            "repair": self.repair.fingerprint,
            "reading": self.reading.fingerprint,
            "reask": hashlib.sha256(self.reask.encode()).hexdigest(),
        }


def message_tokens(messages: Iterable[ChatMessage]) -> int:
    return sum(estimate_tokens(m["content"]) for m in messages)


def plan_digest(title: str, document: Document, style: Style, prompts: Prompts, config: Config) -> Plan:
    """Decide between one call and chunks, by the estimated size; the same input gives the same plan."""
    passages = readable(document, front_matter=style.schema.front_matter)
    again = config.reader == "always"
    whole = digest_messages(title, document, style, paper_text(document, passages))
    room = _room(config)
    if message_tokens(whole) <= room:
        return Plan(whole, (), (), again)
    empty = _notes_messages(prompts.notes, "")
    chunks, left_out = section_chunks(
        document, passages, min(room, _notes_room(config)) - message_tokens(empty), config.max_chunks
    )
    texts = [paper_text(document, chunk) for chunk in chunks]
    frame = digest_messages(title, document, style, "")
    return Plan(frame, tuple(_notes_messages(prompts.notes, text) for text in texts), left_out, again)


async def ask_digest(
    client: Model,
    store: ReplyStore,
    title: str,
    document: Document,
    style: Style,
    prompts: Prompts,
    *,
    subject: str,
    check: Callable[[BaseDigest], list[str]],
) -> tuple[Answer[BaseDigest], tuple[str, ...]]:
    """The style's answer for a document, and what of the paper was left out.

    A paper that turns out to be too long for the server is cut into chunks for the window that it has, once.
    Raises `AnswerError` for `subject` if no usable answer came, and what `Client` raises.
    """
    writing = _Writing(client, store, title, document, style, prompts, subject, check)
    planned_for = client.config.context_tokens
    try:
        return await writing.answer()
    except ContextLengthError:
        if client.config.context_tokens >= planned_for or writing.room() < _LEAST_ROOM:
            raise
    return await writing.answer()


@dataclass(frozen=True, slots=True)
class _Writing:
    """A digest to be asked for, in the window that the client knows of at the moment."""

    client: Model
    store: ReplyStore
    title: str
    document: Document
    style: Style
    prompts: Prompts
    subject: str
    check: Callable[[BaseDigest], list[str]]

    def room(self) -> int:
        """Tokens for the paper beside the instructions, in the smaller of the two kinds of requests."""
        config = self.client.config
        frame = message_tokens(digest_messages(self.title, self.document, self.style, ""))
        return min(_room(config) - frame, _notes_room(config) - message_tokens(_notes_messages(self.prompts.notes, "")))

    async def answer(self) -> tuple[Answer[BaseDigest], tuple[str, ...]]:
        config = self.client.config
        plan = plan_digest(self.title, self.document, self.style, self.prompts, config)
        messages, left_out = plan.messages, plan.left_out
        spent: Sequence[Answer[Notes]] = ()
        if plan.chunks:
            spent = await _ask_notes(self.client, self.store, plan.chunks, self.prompts, subject=self.subject)
            room = _room(config) - message_tokens(messages)
            text, dropped = merged_text(self.document, [answer.value.notes for answer in spent], room)
            messages = digest_messages(self.title, self.document, self.style, text)
            left_out += dropped
        answer = await ask(
            self.client, self.store, stage="digest", messages=messages, schema=self.style.schema,
            max_tokens=config.max_output_tokens, subject=self.subject, reask=self.prompts.reask, check=self.check,
        )  # fmt: skip
        usage = add_usage([*(notes.usage for notes in spent), answer.usage])
        replies = sum(notes.replies for notes in spent) + answer.replies
        return replace(answer, usage=usage, replies=replies), left_out


async def _ask_notes(
    client: Model,
    store: ReplyStore,
    chunks: Sequence[Sequence[ChatMessage]],
    prompts: Prompts,
    *,
    subject: str,
) -> list[Answer[Notes]]:
    """Notes on all chunks at once; when one fails for good the others are not paid for any more."""
    return await side_by_side(
        ask(
            client, store, stage="notes", messages=chunk, schema=Notes, max_tokens=_notes_tokens(client.config),
            subject=subject, reask=prompts.reask,
        )
        for chunk in chunks
    )  # fmt: skip


def digest_messages(title: str, document: Document, style: Style, text: str) -> tuple[ChatMessage, ...]:
    """The request for a digest of `text`, which is the paper or notes on it."""
    pictures: tuple[Figure | Table, ...] = (*document.figures, *document.tables)
    labels = [item.label for item in pictures if item.image]
    content = f"{title}\n{text}"
    return fenced(
        style.prompt, content, schema=schema_text(style.schema), figures="; ".join(labels) or "-", paper=content
    )


def merged_text(document: Document, notes: Sequence[Sequence[str]], room: int) -> tuple[str, tuple[str, ...]]:
    """Notes, captions and the passages the notes cite, cut to `room` tokens.

    Passages go first, evenly from all chunks, then captions, then the last notes. Also says what went.
    """
    lines = [f"- {' '.join(note.split())}" for chunk in notes for note in chunk]
    known = {p.id: p for p in document.passages}
    marks = Marks(document)
    in_turn = chain.from_iterable(zip_longest(*(_numbers(map(marks.as_numbers, chunk)) for chunk in notes)))
    captions = [p.id for p in document.passages if p.kind == "caption"]
    shown = [known[n] for n in dict.fromkeys((*captions, *in_turn)) if n in known]
    dropped_notes = 0
    text = _notes_text(document, lines, shown)
    while estimate_tokens(text) > room and (shown or lines):
        shorter: list[Any] = shown or lines
        removed = len(shorter) // 8 + 1
        dropped_notes += 0 if shown else removed  # a passage left out is still in the notes
        del shorter[-removed:]
        text = _notes_text(document, lines, shown)
    return text, (f"{dropped_notes} notes",) if dropped_notes else ()


def _notes_text(document: Document, lines: Sequence[str], cited: Sequence[Passage]) -> str:
    return "\n".join(["## Notes", *lines, paper_text(document, sorted(cited, key=lambda p: p.id))])


def _numbers(lines: Iterable[str]) -> list[int]:
    return [int(n) for line in lines for mark in BRACKETS.findall(line) for n in re.findall(r"\d+", mark)]


def _room(config: Config) -> int:
    """Tokens for the prompt of a digest."""
    return config.context_tokens - config.max_output_tokens - _MARGIN_TOKENS


def _notes_room(config: Config) -> int:
    return config.context_tokens - _notes_tokens(config) - _MARGIN_TOKENS


def _notes_tokens(config: Config) -> int:
    """Of output, for one chunk's notes."""
    return min(NOTES_TOKENS, config.max_output_tokens)


def _notes_messages(prompt: Prompt, text: str) -> tuple[ChatMessage, ...]:
    return fenced(prompt, text, schema=schema_text(Notes), paper=text)
