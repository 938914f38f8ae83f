"""From a prompt and a pydantic class to a value of that class: stored replies first, re-asks where needed.

A reply is stored as it was paid for, before anybody judges it, under a key that holds everything that
can change it and nothing else. So a run that is repeated walks the same chain of replies (the question,
its re-asks) without a call, and a better validator costs nothing.
"""

import asyncio
from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence
from dataclasses import dataclass
from string import Template
from typing import Any, Generic, Protocol, TypeVar, cast

from pydantic import BaseModel, ValidationError

from summarizer.errors import AnswerError, ContextLengthError, DeferredError, EndpointError, ModeratedError, UsageError
from summarizer.llm.client import ChatMessage, Model, Request
from summarizer.llm.faults import RejectedError
from summarizer.llm.images import IMAGE_TOKENS, FigureImage
from summarizer.llm.json_text import NoJsonError, extract_json, without_thinking
from summarizer.llm.limits import estimate_tokens
from summarizer.llm.replies import excerpt, valid_unicode
from summarizer.llm.wire import wire_schema
from summarizer.store.results import key_of
from summarizer.types import Reply, Usage, add_usage

T = TypeVar("T", bound=BaseModel)
R = TypeVar("R")

VERSION = 1  # of the key: raise it when the same parts no longer lead to the same request

_REASKS = 2
_PROBLEMS_SHOWN = 10
_PROBLEM_LENGTH = 200
_PROSE_SHOWN = 2_000  # characters of a reply without JSON that go back to the model
_CHARACTERS_A_TOKEN = 8  # at most, of an answer; a longer reply is none, and would be paid for once more as a question
_CUT = {"length", "max_tokens", "model_length", "max_output_tokens"}  # finish_reason


class ReplyStore(Protocol):
    """Where raw replies are kept, under the parts of their key."""

    def load_reply(self, parts: Mapping[str, Any]) -> Reply | None: ...

    def save_reply(self, parts: Mapping[str, Any], reply: Reply) -> None: ...


@dataclass(frozen=True, slots=True)
class Answer(Generic[T]):
    """A valid answer. `usage` covers all `replies` it took, stored ones too; `calls` were made now.

    `mended` says which slip of JSON had to be mended in the accepted reply; "" for none.
    """

    value: T
    usage: Usage
    calls: int
    replies: int
    reasks: int
    parts: Mapping[str, Any]  # the store's key of the accepted reply
    mended: str = ""


class _Unusable(Exception):
    """What is wrong with a reply, a line each. `cut`: it ended at the limit of tokens."""

    def __init__(self, problems: Sequence[str], *, cut: bool = False) -> None:
        super().__init__("; ".join(problems))
        self.problems, self.cut = problems, cut


async def ask(
    client: Model,
    store: ReplyStore,
    *,
    stage: str,
    messages: Sequence[ChatMessage],
    schema: type[T],
    max_tokens: int,
    subject: str,
    reask: str,
    check: Callable[[T], list[str]] = lambda _: [],
    images: Sequence[FigureImage] = (),
) -> Answer[T]:
    """Ask until the answer is a `schema` that passes `check` (which returns what is wrong, a line each).

    At most two re-asks, each with the last reply and what is wrong with it put into the template `reask`
    at $errors. A reply that was cut is asked for again once with twice the limit. A stored chain that
    ends without an answer is asked again live, once a run.

    Raises `AnswerError` for `subject` (a paper's id), `ContextLengthError`, or what `Model.complete` raises.
    """
    template = Template(reask)
    if not template.is_valid() or template.get_identifiers() != ["errors"]:
        raise UsageError("the re-ask prompt must hold $errors and no other placeholder")
    clean = [ChatMessage(role=message["role"], content=valid_unicode(message["content"])) for message in messages]
    wire = wire_schema(schema)
    chain = _Chain(client, store, stage, clean, schema, wire, max_tokens, subject, template, check, images)
    try:
        return await chain.walk(stored=True)
    except AnswerError:
        if chain.calls:
            raise
    return await chain.walk(stored=False)


async def side_by_side(questions: Iterable[Coroutine[Any, Any, R]]) -> list[R]:
    """The results of all questions. The first error ends the others, so that they are not paid for any more.

    Only `DeferredError` waits until the others have been asked too: they go out with the same batch.
    """
    deferred: list[DeferredError] = []

    async def result(question: Coroutine[Any, Any, R]) -> R | None:
        try:
            return await question
        except DeferredError as error:
            deferred.append(error)
            return None

    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(result(question)) for question in questions]
    except ExceptionGroup as failures:
        raise failures.exceptions[0] from None
    if deferred:
        raise deferred[0]
    return [cast(R, task.result()) for task in tasks]


@dataclass(slots=True)
class _Chain(Generic[T]):
    """One question with its re-asks."""

    client: Model
    store: ReplyStore
    stage: str
    messages: list[ChatMessage]
    schema: type[T]
    wire: dict[str, Any]
    max_tokens: int
    subject: str
    reask: Template
    check: Callable[[T], list[str]]
    images: Sequence[FigureImage]
    calls: int = 0  # live ones, failed ones too

    async def walk(self, *, stored: bool) -> Answer[T]:
        """From the question to a valid reply, or `AnswerError`. `stored`: replies of earlier runs count."""
        conversation, limit = self.messages, self.max_tokens
        usage, replies, reasks = Usage(), 0, 0
        while True:
            parts = self._parts(conversation, limit, reasks)
            reply = self.store.load_reply(parts) if stored else None
            if reply is None:
                reply = await self._live(parts, conversation, limit)
                self.store.save_reply(parts, reply)
            usage, replies = add_usage([usage, reply.usage]), replies + 1
            try:
                value, mended = self._judge(reply)
                return Answer(value, usage, self.calls, replies, reasks, parts, mended)
            except _Unusable as unusable:
                if unusable.cut and limit == self.max_tokens and self._raised_limit(conversation) > limit:
                    limit = self._raised_limit(conversation)
                elif unusable.cut or reasks == _REASKS:
                    reason = f"{self.stage}: no usable answer in {replies} replies: {excerpt(str(unusable), 500)}"
                    raise AnswerError(self.subject, reason) from None
                else:
                    conversation, reasks = self._reask(reply, unusable), reasks + 1

    async def _live(self, parts: Mapping[str, Any], conversation: Sequence[ChatMessage], limit: int) -> Reply:
        self.calls += 1
        key = key_of("reply", parts)
        try:
            return await self.client.complete(
                Request(self.stage, self.subject, key, conversation, self.wire, limit, self.images)
            )
        except RejectedError as error:
            kind = ContextLengthError if error.too_long else ModeratedError if error.moderated else EndpointError
            raise kind(self.subject, f"{self.stage}: {error}") from None

    def _parts(self, conversation: Sequence[ChatMessage], limit: int, reask: int) -> dict[str, Any]:
        """All that can change the reply: no endpoint, no rung, no date, no path.

        `reask` counts, because a model that repeats its mistake is asked twice in the same words.
        """
        config = self.client.config
        params: dict[str, Any] = {"temperature": config.temperature, "max_tokens": limit}
        if config.request:
            params["request"] = config.request
        parts = {
            "stage": self.stage,
            "version": VERSION,
            "model": config.model,
            "params": params,
            "reask": reask,
            "messages": list(conversation),
            "schema": self.wire,
        }
        return parts | {"images": [image.key for image in self.images]} if self.images else parts

    def _raised_limit(self, conversation: Sequence[ChatMessage]) -> int:
        """Twice the limit, as far as the model's context reaches."""
        config = self.client.config
        prompt = sum(estimate_tokens(message["content"]) for message in conversation)
        return min(2 * self.max_tokens, config.context_tokens - prompt - len(self.images) * IMAGE_TOKENS)

    def _judge(self, reply: Reply) -> tuple[T, str]:
        """The valid value in a reply, and what was mended in its JSON. Raises `_Unusable`."""
        try:
            found = extract_json(reply.text)
            if found.mended and (strange := found.value.keys() - self.schema.model_fields.keys()):
                raise NoJsonError(
                    f"malformed JSON: {found.mended} (it would have the fields {', '.join(sorted(strange))})"
                )
            value = self.schema.model_validate(found.value)
        except NoJsonError as error:
            if reply.finish_reason in _CUT:
                raise _Unusable(["the reply was cut at its limit of tokens (max_output_tokens)"], cut=True) from None
            if reply.refusal:
                raise _Unusable([f"the model refused: {excerpt(reply.refusal, _PROBLEM_LENGTH)}"]) from None
            empty = "the reply was empty" if not reply.text.strip() else str(error)
            raise _Unusable([f"{empty} (finish_reason {reply.finish_reason})"]) from None
        except ValidationError as error:
            raise _Unusable(
                [f"{_location(line['loc'])}: {line['msg']}" for line in error.errors(include_url=False)]
            ) from None
        if problems := self.check(value):
            raise _Unusable(problems)
        return value, found.mended

    def _reask(self, reply: Reply, unusable: _Unusable) -> list[ChatMessage]:
        """The question, the last reply and what is wrong with it; earlier tries are left out."""
        lines = [f"- {excerpt(problem, _PROBLEM_LENGTH)}" for problem in unusable.problems[:_PROBLEMS_SHOWN]]
        said = without_thinking(reply.text) or reply.refusal or "{}"  # some servers refuse an empty message
        said = said[: _CHARACTERS_A_TOKEN * self.max_tokens if "{" in said else _PROSE_SHOWN]
        return [
            *self.messages,
            ChatMessage(role="assistant", content=said),
            ChatMessage(role="user", content=self.reask.substitute(errors="\n".join(lines))),
        ]


def _location(path: Sequence[str | int]) -> str:
    return ".".join(str(step) for step in path) or "answer"
