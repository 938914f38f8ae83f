"""One chat-completions endpoint: a prompt and a schema in, one raw reply out, whatever it takes.

Retries, rate limits, rungs and deadlines live here; whether the reply is any good is `ask.py`'s business.
"""

import asyncio
import json
import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol, TypedDict

from summarizer.config import Config
from summarizer.errors import SummarizerError, TryLaterError
from summarizer.llm.dialect import Dialect
from summarizer.llm.endpoint import Endpoint, Received, paused
from summarizer.llm.faults import (
    CHECK_ADDRESS,
    AddressRefused,
    AskDifferently,
    FormatRefused,
    RejectedError,
    Retryable,
    fault_of,
)
from summarizer.llm.images import IMAGE_TOKENS, FigureImage, with_images
from summarizer.llm.json_text import NoJsonError, extract_json
from summarizer.llm.limits import Calibration, RateLimiter, estimate_tokens, least_tokens
from summarizer.llm.replies import MalformedReplyError, NoChoicesError, ReportedError, read_completion
from summarizer.llm.rungs import Rung, RungMemory, next_rung, response_format, rung_key
from summarizer.types import Reply, Usage

_CHAT = "chat/completions"
_SMALLEST_WINDOW = 1_000  # tokens; a server that counts fewer of a long prompt does not count it at all
_WINDOWS = 2_048  # tokens; windows are set in multiples of it
_LEAST_READ = 0.9  # of an estimate, where the count is such a multiple
_UNSEEN_PROMPT = 20_000  # tokens that a service may add of its own
_MOST_OVER_LIMIT = 10
_TOKENS_PER_MESSAGE = 4  # what marks where one begins and who speaks
_ATTEMPTS_WITH_IMAGES = 3  # that a server fails at: some fall over images instead of refusing them


class ChatMessage(TypedDict):
    role: Literal["system", "user", "assistant"]
    content: str


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked of a model."""

    stage: str  # what it is for: "digest", "notes", "repair", ...
    subject: str  # whom it is for: a paper's id, a date
    key: str  # of its reply in the store
    messages: Sequence[ChatMessage]
    schema: dict[str, Any]  # as it goes over the wire
    max_tokens: int
    images: Sequence[FigureImage] = ()


class Model(Protocol):
    """Where requests are answered."""

    @property
    def config(self) -> Config: ...

    async def complete(self, request: Request) -> Reply:
        """The reply to a request. Raises `DeferredError` if it comes with the next batch."""

    def stop(self) -> None: ...


@dataclass(frozen=True, slots=True)
class CallEvent:
    """One HTTP attempt that ended, or one line of a batch that came back.

    `status` 0 means no response, `problem` is "" on success.
    """

    stage: str
    subject: str
    key: str
    model: str
    rung: Rung
    attempt: int
    status: int
    seconds: float
    usage: Usage | None = None
    problem: str = ""
    batch: bool = False


@dataclass(slots=True)
class _Call:
    """A call under way."""

    request: Request
    attempts: int = 0
    address: str = ""  # where the last attempt went
    doubted: list[Rung] = field(default_factory=list)  # refused in words that do not say so
    without_choices: bool = False  # an attempt was answered so


class Client:
    """A configured endpoint. One a process: the limits are its own."""

    def __init__(
        self, config: Config, rungs: RungMemory, on_call: Callable[[CallEvent], None] = lambda _: None
    ) -> None:
        """Raises `UsageError` if the address or the key cannot be one."""
        self.config = rungs.without_refused_images(config)
        self.endpoint = Endpoint(config)
        self.calibration = Calibration()
        self._rungs, self._on_call = rungs, on_call
        self._limiter = RateLimiter(config.requests_per_minute, config.tokens_per_minute, config.in_flight)
        self._dialect = Dialect(config, self.endpoint.host)
        self._proven = False  # the key has been good for an answer

    def stop(self) -> None:
        """Send no further request; those under way are completed and paid for, so they are worth waiting for."""
        self.endpoint.stop()

    async def __aenter__(self) -> "Client":
        return self

    async def __aexit__(self, *exception: object) -> None:
        await self.endpoint.close()

    async def complete(self, request: Request) -> Reply:
        """Ask once, retrying what can be retried within `call_deadline_seconds`; waiting for the limits is not counted.

        Raises `RefusedError`, `UsageError`, `RejectedError` (this request is not taken) or `TryLaterError`.
        """
        call = _Call(request)

        async def attempt(clock: asyncio.Timeout) -> Reply:
            return await self._attempt(call, clock)

        async with self._limiter.slot():
            return await self.endpoint.persist(attempt, self.config.call_deadline_seconds)

    def rung(self, request: Request) -> Rung:
        """How JSON is asked for, by what is known of the server so far."""
        return self._rungs.current(self._rung_key(request))

    def body(self, request: Request, rung: Rung) -> dict[str, Any]:
        """What is sent for a request, in a batch as it is."""
        messages = with_images(request.messages, request.images)
        return self._dialect.body(messages, request.max_tokens, response_format(rung, request.schema))

    def read(self, request: Request, rung: Rung, text: str, seconds: float) -> Reply:
        """The reply in the body of a successful response. Raises `MalformedReplyError`."""
        completion = read_completion(text)
        counted = completion.usage if completion.usage and _can_be(completion.usage, request, rung) else None
        written = min(estimate_tokens(completion.text), _most_written(request))
        usage = counted or Usage(self._prompt_tokens(request, rung), 0, written)
        if counted and not _half_read(request, usage.prompt):
            self.calibration.observe(self.config.model, _estimate(request, rung), usage.prompt)
        return Reply(
            text=self.endpoint.without_key(completion.text),  # a stream may have it in pieces
            finish_reason=completion.finish_reason,
            model=completion.model or self.config.model,
            rung=rung,
            usage=usage,
            seconds=round(seconds, 3),
            refusal=self.endpoint.without_key(completion.refusal),
        )

    def learn(self, request: Request, rung: Rung, reply: Reply) -> None:
        """Remember whether a rung gave JSON. Raises `RejectedError` where the server has not read the whole prompt."""
        counted, expected = reply.usage.prompt, _message_tokens(request)
        if _half_read(request, counted):
            self._narrow(request, rung, counted)
            raise RejectedError(
                f"{self.endpoint.host}: read {counted} of about {expected} tokens of the prompt and dropped the rest. "
                f"Give the server a larger window (Ollama: num_ctx), or set context_tokens to {counted}",
                too_long=True,
                window=counted,
            )
        key = self._rung_key(request)
        try:
            extract_json(reply.text)
        except NoJsonError:
            if reply.finish_reason == "stop" and not reply.refusal:
                self._rungs.gave_prose(key, rung)
        else:
            self._rungs.gave_json(key, rung)

    async def _attempt(self, call: _Call, clock: asyncio.Timeout) -> Reply:
        """One HTTP request, and what is to be learnt from its outcome for the next one."""
        request = call.request
        rung = next_rung(call.doubted[-1]) if call.doubted else self.rung(request)
        body = self.body(request, rung) | self._dialect.stream_fields()
        with paused(clock):
            async with self.endpoint.while_running():
                reservation = await self._limiter.reserve(self._prompt_tokens(request, rung) + request.max_tokens)
        if self.endpoint.stopped:
            self._limiter.correct(reservation, 0)
            raise TryLaterError("stopped before the model was asked")
        call.attempts, call.address = call.attempts + 1, self.endpoint.address
        status, started = 0, time.monotonic()
        try:
            received = await self.endpoint.complete(_CHAT, body, self.config.call_timeout_seconds)
            status = received.status
            reply = self._read(call, rung, received, body, time.monotonic() - started)
        except (Retryable, AskDifferently, SummarizerError) as error:
            self._report(call, rung, status, started, problem=str(error))
            self._adapt(call, rung, body, error)
            if request.images and status >= 500 and call.attempts >= _ATTEMPTS_WITH_IMAGES:
                raise RejectedError(f"{error}, again and again with images") from None
            raise
        self._limiter.correct(reservation, reply.usage.prompt + reply.usage.completion)
        self._report(call, rung, status, started, usage=reply.usage)
        self._proven = True
        for refused in call.doubted:
            self._rungs.refused(self._rung_key(request), refused)
        self.learn(request, rung, reply)
        return reply

    def _read(self, call: _Call, rung: Rung, received: Received, body: Mapping[str, Any], seconds: float) -> Reply:
        """The reply in a response. Raises what else it is: `Retryable`, `AskDifferently`, `SummarizerError`."""
        status, text = received.status, self.endpoint.without_key(received.text)
        try:
            if received.is_success:
                return self.read(call.request, rung, text, seconds)
        except ReportedError as error:
            status, text = error.status, self.endpoint.without_key(error.body)
        except MalformedReplyError as error:
            said = f"{self.endpoint.host}: HTTP 200 with {error}"
            if isinstance(error, NoChoicesError) and "response_format" in body:
                if call.without_choices:  # twice in a row: modelscope/modelscope#1801
                    raise FormatRefused(said, sure=False) from None
                call.without_choices = True
            raise Retryable(said, CHECK_ADDRESS, brief=True) from None
        raise fault_of(status, received.headers, text, config=self.config, asked=body, proven=self._proven)

    def _adapt(self, call: _Call, rung: Rung, body: Mapping[str, Any], error: Exception) -> None:
        """Change what a refusal asks to change. Raises another error where there is nothing left to change."""
        match error:
            case FormatRefused(sure=True) if not call.doubted:
                self._rungs.refused(self._rung_key(call.request), rung)
            case FormatRefused():
                call.doubted.append(rung)
            case AddressRefused():
                if not self.endpoint.has_other(call.address):
                    raise error.otherwise
            case AskDifferently():
                self._dialect.learn(error, body)
            case RejectedError(too_long=True):
                self._narrow(call.request, rung, error.window)
            case RejectedError(images=int(most)):
                self._rungs.images_refused(self.config, most)
                self.config = self._rungs.without_refused_images(self.config)

    def _narrow(self, request: Request, rung: Rung, window: int | None) -> None:
        """From now on plan for the window that a refusal names; for half of what was refused where it names none, or
        one that should have been wide enough."""
        asked = self._prompt_tokens(request, rung) + request.max_tokens
        tokens = window if window and window < asked else asked // 2
        if tokens < self.config.context_tokens:
            output = min(self.config.max_output_tokens, tokens // 2)
            self.config = self.config.model_copy(update={"context_tokens": tokens, "max_output_tokens": output})

    def _prompt_tokens(self, request: Request, rung: Rung) -> int:
        """What a request's prompt will be counted as, about."""
        return math.ceil(_estimate(request, rung) * self.calibration.ratio(self.config.model))

    def _rung_key(self, request: Request) -> str:
        return rung_key(self.config.endpoint, self.config.model, request.schema)

    def _report(
        self, call: _Call, rung: Rung, status: int, started: float, usage: Usage | None = None, problem: str = ""
    ) -> None:
        seconds = round(time.monotonic() - started, 3)
        model, asked = self.config.model, call.request
        event = CallEvent(
            asked.stage, asked.subject, asked.key, model, rung, call.attempts, status, seconds, usage, problem
        )
        self._on_call(event)


def _half_read(request: Request, counted: int) -> bool:
    """Whether a server has dropped much of a prompt without a word, as Ollama does.

    A count that is short of the estimate at the size of a window to the token is no chance.
    """
    if counted < _SMALLEST_WINDOW:
        return False
    of_window = counted % _WINDOWS == 0 and counted < _message_tokens(request) * _LEAST_READ
    return of_window or counted < sum(least_tokens(message["content"]) for message in request.messages)


def _can_be(usage: Usage, request: Request, rung: Rung) -> bool:
    """Whether a server may have counted so many tokens: what it says is paid, limited and kept to by.

    A token has a byte at least, three of which make one of an estimate. What it thinks is not shown, and not always
    within the limit that was asked for.
    """
    most_read = 3 * _estimate(request, rung) + _UNSEEN_PROMPT
    return usage.prompt <= most_read and usage.completion <= _most_written(request)


def _most_written(request: Request) -> int:
    """Tokens of an answer, with what the model thinks."""
    return _MOST_OVER_LIMIT * request.max_tokens + _UNSEEN_PROMPT


def _estimate(request: Request, rung: Rung) -> int:
    """Prompt tokens of a request by its bytes."""
    schema = estimate_tokens(json.dumps(request.schema, ensure_ascii=False)) if rung == "json_schema" else 0
    return _message_tokens(request) + len(request.images) * IMAGE_TOKENS + schema


def _message_tokens(request: Request) -> int:
    """Of its text alone."""
    return sum(estimate_tokens(message["content"]) + _TOKENS_PER_MESSAGE for message in request.messages)
