"""What will be asked for a document in a style: one call where the paper fits, else notes by chunk first.

Static text comes first and the paper last, for the servers' prefix caches; figures stand behind it.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, Field

from summarizer.config import Config
from summarizer.llm.chunks import section_chunks
from summarizer.llm.client import ChatMessage
from summarizer.llm.images import IMAGE_TOKENS, FigureImage
from summarizer.llm.limits import ANSWER_TOKENS, estimate_tokens
from summarizer.llm.messages import fenced, schema_text
from summarizer.llm.paper_text import paper_text, readable
from summarizer.styles import Prompt, Style
from summarizer.trust.rating import code_link
from summarizer.types import Document, Figure, Table, Usage, add_usage

NOTES_TOKENS = 3_000  # output of one chunk's notes
_READING_SHARE = 0.6  # of a second reading's prompt against that of the digest
_MARGIN_TOKENS = 200  # what servers add around messages
_MOST_FOR_IMAGES = 0.5  # of the room, where notes stand for the paper


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
    images: tuple[FigureImage, ...] = ()  # that go along with `messages`

    def estimate(self) -> tuple[int, Usage, Usage]:
        """Number of calls, about how many tokens, and of these the second reading's, if no answer needs a repair."""
        text = sum(message_tokens(m) for m in (self.messages, *self.chunks))
        tokens = text + len(self.images) * IMAGE_TOKENS
        answers = ANSWER_TOKENS["digest"] + len(self.chunks) * ANSWER_TOKENS["notes"]
        merge = len(self.chunks) * NOTES_TOKENS if self.chunks else 0
        reading = second_reading(Usage(prompt=tokens + merge), 1) if self.read_again else Usage()
        usage = add_usage([Usage(prompt=tokens + merge, completion=answers), reading])
        return 1 + len(self.chunks) + self.read_again, usage, reading


def second_reading(digests: Usage, papers: int) -> Usage:
    """About what reading `papers` digests again takes, by what asking for them takes."""
    return Usage(prompt=round(_READING_SHARE * digests.prompt), completion=ANSWER_TOKENS["reading"] * papers)


@dataclass(frozen=True, slots=True)
class Prompts:
    """The prompts that all styles share."""

    notes: Prompt
    repair: Prompt
    reading: Prompt
    reading_with_images: Prompt
    choose: Prompt
    reask: str

    def fingerprints(self, style: Style, *, images: bool) -> dict[str, str]:
        """Of those that a digest in this style depends on; `images`: one that figures may go along for."""
        looking = {
            f"{style.prompt.name}+images": style.prompt_with_images.fingerprint,
            "reading+images": self.reading_with_images.fingerprint,
        }
        return {
            style.prompt.name: style.prompt.fingerprint,
            "notes": self.notes.fingerprint,
            "repair": self.repair.fingerprint,
            "reading": self.reading.fingerprint,
            "reask": hashlib.sha256(self.reask.encode()).hexdigest(),
            **(looking if images else {}),
        }


def message_tokens(messages: Iterable[ChatMessage]) -> int:
    return sum(estimate_tokens(m["content"]) for m in messages)


def plan_digest(
    title: str,
    document: Document,
    style: Style,
    prompts: Prompts,
    config: Config,
    images: tuple[FigureImage, ...] = (),
) -> Plan:
    """Decide between one call and chunks, by the estimated size; the same input gives the same plan.

    So many of the images go along as the model takes and as there is room for: to see fewer of them is better than
    to read in chunks.
    """
    passages = readable(document, front_matter=style.schema.front_matter)
    again = config.reader == "always"
    images = images[: config.figures_to_model]
    room = digest_room(config)
    text = paper_text(document, passages)
    whole = digest_messages(title, document, style, text, images=bool(images))
    shown = _fitting(images, room - message_tokens(whole))
    if images and not shown:
        whole = digest_messages(title, document, style, text)
    if message_tokens(whole) <= room:
        return Plan(whole, (), (), again, shown)
    empty = _notes_messages(prompts.notes, "")
    chunks, left_out = section_chunks(
        document, passages, min(room, _notes_room(config)) - message_tokens(empty), config.max_chunks
    )
    texts = [paper_text(document, chunk) for chunk in chunks]
    frame = digest_messages(title, document, style, "", images=bool(images))
    shown = _fitting(images, round(_MOST_FOR_IMAGES * (room - message_tokens(frame))))
    if images and not shown:
        frame = digest_messages(title, document, style, "")
    return Plan(frame, tuple(_notes_messages(prompts.notes, text) for text in texts), left_out, again, shown)


def _fitting(images: tuple[FigureImage, ...], tokens: int) -> tuple[FigureImage, ...]:
    return images[: max(0, tokens) // IMAGE_TOKENS]


def digest_messages(
    title: str, document: Document, style: Style, text: str, *, images: bool = False
) -> tuple[ChatMessage, ...]:
    """The request for a digest of `text`, which is the paper or notes on it. `images`: figures go along."""
    pictures: tuple[Figure | Table, ...] = (*document.figures, *document.tables)
    labels = [item.label for item in pictures if item.image]
    link = code_link(document)  # it may stand in a footnote that is no sentence of the text
    content = "\n".join(filter(None, [title, f"Code: {link}" if link else "", text]))
    prompt = style.prompt_with_images if images else style.prompt
    return fenced(prompt, content, schema=schema_text(style.schema), figures="; ".join(labels) or "-", paper=content)


def least_room(title: str, document: Document, style: Style, prompts: Prompts, config: Config) -> int:
    """Tokens for the paper beside the instructions, in the smaller of the two kinds of requests."""
    frame = message_tokens(digest_messages(title, document, style, ""))
    return min(digest_room(config) - frame, _notes_room(config) - message_tokens(_notes_messages(prompts.notes, "")))


def digest_room(config: Config) -> int:
    """Tokens for the prompt of a digest."""
    return config.context_tokens - config.max_output_tokens - _MARGIN_TOKENS


def _notes_room(config: Config) -> int:
    return config.context_tokens - notes_tokens(config) - _MARGIN_TOKENS


def notes_tokens(config: Config) -> int:
    """Of output, for one chunk's notes."""
    return min(NOTES_TOKENS, config.max_output_tokens)


def _notes_messages(prompt: Prompt, text: str) -> tuple[ChatMessage, ...]:
    return fenced(prompt, text, schema=schema_text(Notes), paper=text)
