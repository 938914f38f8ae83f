"""One chat-completions endpoint: a prompt and a schema in, one raw reply out, whatever it takes.

Retries, rate limits, rungs and deadlines live here; whether the reply is any good is `ask.py`'s business.
`openai` is imported with the first call: it costs 0.75 s, which --help and a run without calls need not pay.
"""

import asyncio
import json
import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypedDict

from tenacity import AsyncRetrying, retry_if_exception_type

from summarizer.config import Config
from summarizer.errors import SummarizerError, TryLaterError, UsageError
from summarizer.llm.extract import NoJsonError, extract_json
from summarizer.llm.faults import (
    CHECK_ADDRESS,
    CHECK_SERVICE,
    AskDifferently,
    FormatRefused,
    LimitNameRefused,
    RejectedError,
    Retryable,
    fault_of,
    host_of,
)
from summarizer.llm.limits import RateLimiter
from summarizer.llm.replies import Completion, MalformedReplyError, excerpt, read_completion
from summarizer.llm.retrying import stop_before, stopped, wait
from summarizer.llm.rungs import Rung, RungMemory, response_format, rung_key
from summarizer.llm.tokens import Calibration, estimate_tokens
from summarizer.types import Reply, Usage

if TYPE_CHECKING:
    from openai import AsyncOpenAI

_CONNECT_SECONDS = 10.0
_SHORTEST_SECRET = 8  # a shorter key ("x", "none") is a dummy for a local server, and may be a word
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

    async def complete(self, request: Request) -> Reply: ...

    def stop(self) -> None: ...


@dataclass(frozen=True, slots=True)
class CallEvent:
    """One HTTP attempt that ended: `status` 0 means no response, `problem` is "" on success."""

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


@dataclass(slots=True)
class _Call:
    """A call under way."""

    request: Request
    rung_key: str
    attempts: int = 0
    last_problem: str = ""
    renamed_limit: bool = False


def warm_up() -> None:
    """Import what the first call needs; meant for a thread, while a PDF is being fetched."""
    import openai.resources.chat.completions  # noqa: F401


class Client:
    """A configured endpoint. One a process: the limits are its own."""

    def __init__(
        self, config: Config, rungs: RungMemory, on_call: Callable[[CallEvent], None] = lambda _: None
    ) -> None:
        """Raises `UsageError` if the address or the key cannot be one."""
        self.config = config
        self.calibration = Calibration()
        self._host = host_of(config.endpoint)
        self._key = config.api_key.get_secret_value()
        if not (self._key.isascii() and self._key.isprintable()):
            raise UsageError(f"{config.api_key_env}: holds characters that no key has; set it again")
        self._rungs, self._on_call = rungs, on_call
        self._limiter = RateLimiter(config.requests_per_minute, config.tokens_per_minute, config.in_flight)
        names = ("max_completion_tokens", "max_tokens")
        self._limit_name, self._other_limit_name = names if self._host == _OPENAI_HOST else names[::-1]
        self._sdk: AsyncOpenAI | None = None
        self._stopped = False

    def stop(self) -> None:
        """Send no further request; those under way are completed and paid for, so they are worth waiting for."""
        self._stopped = True

    async def __aenter__(self) -> "Client":
        return self

    async def __aexit__(self, *exception: object) -> None:
        if self._sdk is not None:
            await self._sdk.close()

    async def complete(self, request: Request) -> Reply:
        """Ask once, retrying what can be retried within `call_deadline_seconds`; waiting for the limits is not counted.

        Raises `RefusedError`, `UsageError`, `RejectedError` (this request is not taken) or `TryLaterError`.
        """
        config = self.config
        call = _Call(request, rung_key(config.endpoint, config.model, request.schema))
        async with self._limiter.slot():
            try:
                async with asyncio.timeout(config.call_deadline_seconds) as clock:
                    retrying = AsyncRetrying(
                        retry=retry_if_exception_type((Retryable, AskDifferently)),
                        wait=wait,
                        stop=stop_before(clock),
                        reraise=True,
                    )
                    reply: Reply = await retrying(self._attempt, call, clock)
                    return reply
            except Retryable as error:
                raise TryLaterError(f"{error} ({call.attempts} attempts). {error.hint}") from None
            except TimeoutError:
                seen = f"; the last one: {call.last_problem}" if call.last_problem else ""
                raise TryLaterError(
                    f"{self._host}: no answer in {config.call_deadline_seconds:g} s ({call.attempts} attempts{seen}). "
                    "Run the same command again later, or raise call_deadline_seconds"
                ) from None

    async def _attempt(self, call: _Call, clock: asyncio.Timeout) -> Reply:
        """One HTTP request, and what is to be learnt from its outcome for the next one."""
        rung, limit_name = self._rungs.current(call.rung_key), self._limit_name
        body = self._body(call.request, rung, limit_name)
        estimate = _estimate(body)
        prompt = math.ceil(estimate * self.calibration.ratio(self.config.model))
        with stopped(clock):
            reservation = await self._limiter.reserve(prompt + call.request.max_tokens)
        if self._stopped:
            self._limiter.correct(reservation, 0)
            raise TryLaterError("stopped before the model was asked")
        call.attempts += 1
        status, started = 0, time.monotonic()
        try:
            status, headers, text = await self._exchange(body)
            if not 200 <= status < 300:
                raise fault_of(
                    status, headers, text, config=self.config, formatted=rung != "text", limit_name=limit_name
                )
            completion = self._read(text)
        except (Retryable, AskDifferently, SummarizerError) as error:
            call.last_problem = str(error)
            self._report(call, rung, status, started, problem=str(error))
            self._adapt(call, rung, limit_name, error)
            raise
        usage = completion.usage or Usage(prompt=prompt, completion=estimate_tokens(completion.text))
        self._limiter.correct(reservation, usage.prompt + usage.completion)
        if completion.usage:
            self.calibration.observe(self.config.model, estimate, usage.prompt)
        self._report(call, rung, status, started, usage=usage)
        self._learn_rung(call.rung_key, rung, completion)
        return Reply(
            text=completion.text,
            finish_reason=completion.finish_reason,
            model=completion.model or self.config.model,
            rung=rung,
            usage=usage,
            seconds=round(time.monotonic() - started, 3),
            refusal=completion.refusal,
        )

    def _body(self, request: Request, rung: Rung, limit_name: str) -> dict[str, Any]:
        body: dict[str, Any] = {
            "model": self.config.model,
            "messages": request.messages,
            limit_name: request.max_tokens,
        }
        if self.config.temperature is not None:
            body["temperature"] = self.config.temperature
        if form := response_format(rung, request.schema):
            body["response_format"] = form
        return body

    async def _exchange(self, body: Mapping[str, Any]) -> tuple[int, Mapping[str, str], str]:
        """Send one request: status, headers and text of the response, the key struck out. Raises `Retryable`."""
        sdk = await self._connected()
        import httpx2
        import openai

        try:
            async with asyncio.timeout(self.config.call_timeout_seconds):
                response = (await sdk.chat.completions.with_raw_response.create(**body)).http_response
        except openai.APIStatusError as error:
            response = error.response
        except openai.APIConnectionError as error:
            cause = error.__cause__ or error
            absent = isinstance(cause, httpx2.ConnectError | httpx2.ConnectTimeout)
            reason = f"{self._host}: {type(cause).__name__} {self._without_key(excerpt(str(cause)))}".rstrip()
            raise Retryable(reason, CHECK_ADDRESS, brief=absent) from None
        except TimeoutError:
            reason = f"{self._host}: no answer to a request within {self.config.call_timeout_seconds:g} s"
            raise Retryable(reason, CHECK_SERVICE) from None
        return response.status_code, response.headers, self._without_key(response.text)

    async def _connected(self) -> "AsyncOpenAI":
        if self._sdk is None:
            await asyncio.to_thread(warm_up)
        if self._sdk is None:
            import httpx2
            from openai import AsyncOpenAI

            seconds = self.config.call_timeout_seconds
            self._sdk = AsyncOpenAI(
                base_url=self.config.endpoint,
                api_key=self._key or "none",  # a server without keys ignores it
                max_retries=0,
                timeout=httpx2.Timeout(seconds, connect=min(seconds, _CONNECT_SECONDS)),
            )
        return self._sdk

    def _read(self, text: str) -> Completion:
        try:
            return read_completion(text)
        except MalformedReplyError as error:
            raise Retryable(f"{self._host}: HTTP 200 with {error}", CHECK_ADDRESS, brief=True) from None

    def _adapt(self, call: _Call, rung: Rung, limit_name: str, error: Exception) -> None:
        """Change what a refusal asks to change. Raises `RejectedError` where neither name of the limit is taken."""
        if isinstance(error, FormatRefused):
            self._rungs.refused(call.rung_key, rung)
        elif isinstance(error, LimitNameRefused):
            if limit_name == self._limit_name:  # another call may have changed it already
                self._limit_name, self._other_limit_name = self._other_limit_name, self._limit_name
            if call.renamed_limit:
                raise RejectedError(str(error))
            call.renamed_limit = True

    def _learn_rung(self, key: str, rung: Rung, completion: Completion) -> None:
        try:
            extract_json(completion.text)
        except NoJsonError:
            if completion.finish_reason == "stop" and not completion.refusal:
                self._rungs.gave_prose(key, rung)
        else:
            self._rungs.gave_json(key, rung)

    def _report(
        self, call: _Call, rung: Rung, status: int, started: float, usage: Usage | None = None, problem: str = ""
    ) -> None:
        seconds = round(time.monotonic() - started, 3)
        model, asked = self.config.model, call.request
        event = CallEvent(
            asked.stage, asked.subject, asked.key, model, rung, call.attempts, status, seconds, usage, problem
        )
        self._on_call(event)

    def _without_key(self, text: str) -> str:
        return text.replace(self._key, "***") if len(self._key) >= _SHORTEST_SECRET else text


def _estimate(body: Mapping[str, Any]) -> int:
    """Prompt tokens of a request by its bytes."""
    schema = body.get("response_format", {}).get("json_schema")
    texts = [message["content"] for message in body["messages"]] + ([json.dumps(schema)] if schema else [])
    return sum(estimate_tokens(text) + _TOKENS_PER_MESSAGE for text in texts)
