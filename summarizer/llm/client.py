"""One chat-completions endpoint: a prompt and a schema in, one raw reply out, whatever it takes.

Retries, rate limits, rungs and deadlines live here; whether the reply is any good is `ask.py`'s business.
"""

import asyncio
import json
import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypedDict

from summarizer.config import Config
from summarizer.errors import SummarizerError, TryLaterError
from summarizer.llm.endpoint import Endpoint, stopped
from summarizer.llm.faults import (
    CHECK_ADDRESS,
    AskDifferently,
    FormatRefused,
    LimitNameRefused,
    RejectedError,
    Retryable,
    fault_of,
)
from summarizer.llm.limits import Calibration, RateLimiter, estimate_tokens
from summarizer.llm.replies import MalformedReplyError, NoJsonError, extract_json, read_completion
from summarizer.llm.rungs import Rung, RungMemory, response_format, rung_key
from summarizer.types import Reply, Usage

if TYPE_CHECKING:
    import httpx2
    from openai import AsyncOpenAI

_OPENAI_HOST = "api.openai.com"
_TOKENS_PER_MESSAGE = 4  # what marks where one begins and who speaks


class Message(TypedDict):
    role: Literal["system", "user", "assistant"]
    content: str


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked of a model."""

    stage: str  # what it is for: "digest", "notes", "repair", ...
    subject: str  # whom it is for: a paper's id, a date
    key: str  # of its reply in the store
    messages: Sequence[Message]
    schema: dict[str, Any]  # as it goes over the wire
    max_tokens: int


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
    renamed_limit: bool = False


class Client:
    """A configured endpoint. One a process: the limits are its own."""

    def __init__(
        self, config: Config, rungs: RungMemory, on_call: Callable[[CallEvent], None] = lambda _: None
    ) -> None:
        """Raises `UsageError` if the address or the key cannot be one."""
        self.config = config
        self.endpoint = Endpoint(config)
        self.calibration = Calibration()
        self._rungs, self._on_call = rungs, on_call
        self._limiter = RateLimiter(config.requests_per_minute, config.tokens_per_minute, config.in_flight)
        names = ("max_completion_tokens", "max_tokens")
        self._limit_name, self._other_limit_name = names if self.endpoint.host == _OPENAI_HOST else names[::-1]
        self._stopped = False

    def stop(self) -> None:
        """Send no further request; those under way are completed and paid for, so they are worth waiting for."""
        self._stopped = True

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
        """What is sent for a request."""
        body: dict[str, Any] = {
            "model": self.config.model,
            "messages": request.messages,
            self._limit_name: request.max_tokens,
        }
        if self.config.temperature is not None:
            body["temperature"] = self.config.temperature
        if form := response_format(rung, request.schema):
            body["response_format"] = form
        return body

    def read(self, request: Request, rung: Rung, text: str, seconds: float) -> Reply:
        """The reply in the body of a successful response. Raises `MalformedReplyError`."""
        completion = read_completion(text)
        usage = completion.usage or Usage(self._prompt_tokens(request, rung), 0, estimate_tokens(completion.text))
        if completion.usage:
            self.calibration.observe(self.config.model, _estimate(request, rung), usage.prompt)
        return Reply(
            text=completion.text,
            finish_reason=completion.finish_reason,
            model=completion.model or self.config.model,
            rung=rung,
            usage=usage,
            seconds=round(seconds, 3),
            refusal=completion.refusal,
        )

    def learn(self, request: Request, rung: Rung, reply: Reply) -> None:
        """Remember whether a rung gave JSON."""
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
        request, rung, limit_name = call.request, self.rung(call.request), self._limit_name
        body = self.body(request, rung)
        with stopped(clock):
            reservation = await self._limiter.reserve(self._prompt_tokens(request, rung) + request.max_tokens)
        if self._stopped:
            self._limiter.correct(reservation, 0)
            raise TryLaterError("stopped before the model was asked")
        call.attempts += 1
        status, started = 0, time.monotonic()
        try:
            response = await self._exchange(body)
            status, text = response.status_code, self.endpoint.without_key(response.text)
            if not response.is_success:
                raise fault_of(
                    status, response.headers, text, config=self.config, formatted=rung != "text", limit_name=limit_name
                )
            reply = self._read(request, rung, text, time.monotonic() - started)
        except (Retryable, AskDifferently, SummarizerError) as error:
            self._report(call, rung, status, started, problem=str(error))
            self._adapt(call, rung, limit_name, error)
            raise
        self._limiter.correct(reservation, reply.usage.prompt + reply.usage.completion)
        self._report(call, rung, status, started, usage=reply.usage)
        self.learn(request, rung, reply)
        return reply

    async def _exchange(self, body: Mapping[str, Any]) -> "httpx2.Response":
        async def create(sdk: "AsyncOpenAI") -> "httpx2.Response":
            response: httpx2.Response = (await sdk.chat.completions.with_raw_response.create(**body)).http_response
            return response

        return await self.endpoint.exchange(create, self.config.call_timeout_seconds)

    def _read(self, request: Request, rung: Rung, text: str, seconds: float) -> Reply:
        try:
            return self.read(request, rung, text, seconds)
        except MalformedReplyError as error:
            raise Retryable(f"{self.endpoint.host}: HTTP 200 with {error}", CHECK_ADDRESS, brief=True) from None

    def _adapt(self, call: _Call, rung: Rung, limit_name: str, error: Exception) -> None:
        """Change what a refusal asks to change. Raises `RejectedError` where neither name of the limit is taken."""
        if isinstance(error, FormatRefused):
            self._rungs.refused(self._rung_key(call.request), rung)
        elif isinstance(error, LimitNameRefused):
            if limit_name == self._limit_name:  # another call may have changed it already
                self._limit_name, self._other_limit_name = self._other_limit_name, self._limit_name
            if call.renamed_limit:
                raise RejectedError(str(error))
            call.renamed_limit = True

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


def _estimate(request: Request, rung: Rung) -> int:
    """Prompt tokens of a request by its bytes."""
    texts = [message["content"] for message in request.messages]
    if rung == "json_schema":
        texts.append(json.dumps(request.schema))
    return sum(estimate_tokens(text) + _TOKENS_PER_MESSAGE for text in texts)
