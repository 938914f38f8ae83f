"""How an endpoint wants to be asked, as far as its refusals have told: no list of vendors, no list of models."""

from collections.abc import Mapping
from typing import Any

from summarizer.config import Config
from summarizer.llm.faults import (
    LIMIT_NAMES,
    AskDifferently,
    FieldRefused,
    LimitNameRefused,
    LimitRefused,
    RejectedError,
    StreamRefused,
)

_OPENAI_HOST = "api.openai.com"


class Dialect:
    """The form of requests to one endpoint. Each refusal changes it once: asking differently ends."""

    def __init__(self, config: Config, host: str) -> None:
        self._config = config
        self._limit_names = list(reversed(LIMIT_NAMES) if host == _OPENAI_HOST else LIMIT_NAMES)  # the first is in use
        self._most_output: int | None = None
        self._left_out: set[str] = set()
        self._stream = config.stream
        self._stream_tried = {config.stream}

    def body(self, messages: object, limit: int, response_format: object) -> dict[str, Any]:
        """What is sent for a request, but for whether it is streamed."""
        config = self._config
        body: dict[str, Any] = {"model": config.model, "messages": messages}
        body[self._limit_names[0]] = min(limit, self._most_output or limit)
        if config.temperature is not None and "temperature" not in self._left_out:
            body["temperature"] = config.temperature
        if response_format:
            body["response_format"] = response_format
        return body | config.request

    def stream_fields(self) -> dict[str, Any]:
        """Always said: servers differ in what they do when it is not."""
        if not self._stream:
            return {"stream": False}
        options = {} if "stream_options" in self._left_out else {"stream_options": {"include_usage": True}}
        return {"stream": True, **options}

    def learn(self, refusal: AskDifferently, asked: Mapping[str, Any]) -> None:
        """Change what was refused of the body `asked`, unless another call has done so already.

        Raises `RejectedError` where everything has been tried.
        """
        match refusal:
            case LimitNameRefused() if self._limit_names[0] in asked:
                if len(self._limit_names) == 1:
                    raise RejectedError(str(refusal))
                del self._limit_names[0]
            case LimitRefused():
                self._most_output = min(refusal.most, self._most_output or refusal.most)
            case FieldRefused():
                self._left_out.add(refusal.name)
            case StreamRefused() if asked.get("stream", False) == self._stream:
                if refusal.stream in self._stream_tried:
                    raise RejectedError(str(refusal))
                self._stream_tried.add(refusal.stream)
                self._stream = refusal.stream
