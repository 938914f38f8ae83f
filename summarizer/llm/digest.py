"""A document to a style's answer: one call where the paper fits, else notes by chunk, then a digest of the notes."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import chain, zip_longest
from typing import Any

from summarizer.errors import ContextLengthError, EndpointError, ModeratedError
from summarizer.llm.ask import Answer, ReplyStore, ask, side_by_side
from summarizer.llm.client import ChatMessage, Model
from summarizer.llm.images import IMAGE_TOKENS, FigureImage
from summarizer.llm.limits import estimate_tokens
from summarizer.llm.paper_text import BRACKETS, paper_text
from summarizer.llm.plan import (
    Notes,
    Prompts,
    digest_messages,
    digest_room,
    least_room,
    message_tokens,
    notes_tokens,
    plan_digest,
)
from summarizer.schema import BaseDigest
from summarizer.styles import Style
from summarizer.trust.marks import Marks
from summarizer.types import Document, Passage, add_usage

_LEAST_ROOM = 800  # tokens of a paper beside the instructions; with less there would be a chunk a paragraph


@dataclass(frozen=True, slots=True)
class Written:
    """The style's answer for a document, what of the paper was left out, and the figures that the model looked at.

    `refused` says why it was shown fewer than it should have been, or is "".
    """

    answer: Answer[BaseDigest]
    left_out: tuple[str, ...]
    images: tuple[FigureImage, ...]
    refused: str = ""


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
    images: tuple[FigureImage, ...] = (),
) -> Written:
    """The style's answer for a document; a server that does not take the images is asked with fewer, or without.

    A paper that turns out to be too long for the server is cut into chunks for the window that it has, once.
    Raises `AnswerError` for `subject` if no usable answer came, and what `Client` raises.
    """
    writing = _Writing(client, store, title, document, style, prompts, subject, check, images)
    refused = ""
    while True:
        try:
            return replace(await writing.within_window(), refused=refused)
        except (EndpointError, ModeratedError) as error:
            if not writing.images:
                raise
            refused = error.reason
            fewer = writing.images[: client.config.figures_to_model]
            writing = replace(writing, images=fewer if len(fewer) < len(writing.images) else ())


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
    images: tuple[FigureImage, ...]

    async def within_window(self) -> Written:
        planned_for = self.client.config.context_tokens
        try:
            return await self._answer()
        except ContextLengthError:
            config = self.client.config
            room = least_room(self.title, self.document, self.style, self.prompts, config)
            if config.context_tokens >= planned_for or room < _LEAST_ROOM:
                raise
        return await self._answer()

    async def _answer(self) -> Written:
        config = self.client.config
        plan = plan_digest(self.title, self.document, self.style, self.prompts, config, self.images)
        messages, left_out = plan.messages, plan.left_out
        spent: Sequence[Answer[Notes]] = ()
        if plan.chunks:
            spent = await _ask_notes(self.client, self.store, plan.chunks, self.prompts, subject=self.subject)
            room = digest_room(config) - message_tokens(messages) - len(plan.images) * IMAGE_TOKENS
            text, dropped = merged_text(self.document, [answer.value.notes for answer in spent], room)
            messages = digest_messages(self.title, self.document, self.style, text, images=bool(plan.images))
            left_out += dropped
        answer = await ask(
            self.client, self.store, stage="digest", messages=messages, schema=self.style.schema, images=plan.images,
            max_tokens=config.max_output_tokens, subject=self.subject, reask=self.prompts.reask, check=self.check,
        )  # fmt: skip
        usage = add_usage([*(notes.usage for notes in spent), answer.usage])
        replies = sum(notes.replies for notes in spent) + answer.replies
        return Written(replace(answer, usage=usage, replies=replies), left_out, plan.images)


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
            client, store, stage="notes", messages=chunk, schema=Notes, max_tokens=notes_tokens(client.config),
            subject=subject, reask=prompts.reask,
        )
        for chunk in chunks
    )  # fmt: skip


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
