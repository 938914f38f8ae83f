"""The body of a chat completion, read with the patience that the vendors' dialects need."""

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from summarizer.errors import UNREADABLE
from summarizer.llm.bodies import flat_text, json_value, json_within_bounds
from summarizer.types import Usage

_ENVELOPES = ("data", "result", "response", "output", "body")  # around a completion
_INSIDE = {"choices", "candidates", "message", "text", "error", *_ENVELOPES}
_BARE_TEXTS = ("response", "text", "generated_text", "reply", "result", "content")  # in place of choices
_PROMPT_COUNTS = ("prompt_tokens", "input_tokens", "prompt_eval_count", "promptTokenCount", "inputTokens")
_COMPLETION_COUNTS = ("completion_tokens", "output_tokens", "eval_count", "candidatesTokenCount", "outputTokens")
_DEEPEST = 3  # envelopes
_DEEPEST_WORDS = 8  # errors are passed on inside errors
_LONGEST_NAME = 200  # characters of a model's name; longer ones are none
_MOST_TOKENS = 10**7  # a larger count is not one of a call

_SAID = (
    "message", "msg", "detail", "details", "error", "error_msg", "error_message", "errorMessage", "error_description",
    "status_msg", "raw", "reason", "innererror", "metadata", "errors", "base_resp", "loc",
)  # fmt: skip
_NAMED = ("code", "type", "param", "status", "error_code", "status_code", "http_code", "n_ctx", "retryDelay")
_ERROR_FIELDS = {"message", "msg", "base_resp", "error_msg", "detail"}  # of a body that is an error
_STATUSES = ("status_code", "http_code", "status", "code")
_FAILED_STATUS = re.compile("[45][0-9]{2}")


class MalformedReplyError(ValueError):
    """Not a chat completion, although the server said 200."""


class NoChoicesError(MalformedReplyError):
    """A completion in form that holds none: some servers answer so where they cannot keep to a format."""


class ReportedError(MalformedReplyError):
    """An error that came under status 200. `status` is the one it names itself, 0 if it names none."""

    def __init__(self, status: int, body: str) -> None:
        super().__init__(error_words(body))
        self.status, self.body = status, body


@dataclass(frozen=True, slots=True)
class Completion:
    """What a server answered. `usage` is None where it did not count."""

    text: str
    refusal: str
    finish_reason: str
    model: str
    usage: Usage | None


def valid_unicode(text: str) -> str:
    """`text` with half surrogates replaced: they cannot be sent or stored as UTF-8."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def read_completion(body: str) -> Completion:
    """Raises `MalformedReplyError` saying what came instead, `ReportedError` for an error."""
    try:
        return _completion(json_value(body), body)
    except MalformedReplyError:
        raise
    except UNREADABLE as error:
        raise MalformedReplyError(f"a body that cannot be read ({error}): {excerpt(body)}") from None


def _completion(data: object, body: str) -> Completion:
    inner = _without_envelopes(data)
    choice = _first_choice(inner)
    text = _answer(choice) if choice else ""
    if (
        not text.strip() or _says_something(inner.get("error")) or _finish_reason(choice or {}) == "error"
    ):  # it may break off with one
        _raise_reported(data, inner, choice or {})
    if choice is None:
        kind = NoChoicesError if "choices" in inner else MalformedReplyError
        raise kind(f"a body without choices: {excerpt(error_words(body))}")
    message = _mapping(choice.get("message"))
    return Completion(
        text=valid_unicode(text),
        refusal=valid_unicode(flat_text(message.get("refusal"))),
        finish_reason=valid_unicode(_finish_reason(choice)[:_LONGEST_NAME]),
        model=valid_unicode(flat_text(inner.get("model"))[:_LONGEST_NAME]),
        usage=_usage(inner) or _usage(choice) or _usage(_mapping(data)),
    )


def error_words(body: str) -> str:
    """What a server's error body says, with its codes and types; a body of no known shape as it is.

    The request, which some servers repeat in it, is not part of that.
    """
    try:
        return _said(json_value(body))
    except UNREADABLE:
        return body


def _said(data: object) -> str:
    said: list[str] = []
    named: list[str] = []
    for name, value in _words(data, _DEEPEST_WORDS):
        (named if name in _NAMED else said).append(value if name not in ("n_ctx", "retryDelay") else f"{name} {value}")
    if not said:
        return json.dumps(data, ensure_ascii=False)
    words = " ".join(dict.fromkeys(said))
    return " ".join([words, *(f"[{word}]" for word in dict.fromkeys(named) if word not in words)])


def excerpt(text: str, limit: int = 300) -> str:
    """One line of at most `limit` characters."""
    line = " ".join(valid_unicode(text[: 20 * limit]).split())
    return line if len(line) <= limit else line[: limit - 1] + "…"


def _words(value: object, depth: int, name: str = "message") -> Iterator[tuple[str, str]]:
    """(name of its field, text) of all that says what an error is; JSON inside a text is read, too."""
    if depth == 0:
        return
    if isinstance(value, list) and name == "loc":
        yield name, " ".join(map(str, value))
    elif isinstance(value, list):
        for entry in value:
            yield from _words(entry, depth, name)
    elif isinstance(value, dict):
        for key in (*_SAID, *_NAMED):
            if key in value:
                yield from _words(value[key], depth - 1, key)
    elif isinstance(value, str) and value.lstrip()[:1] in ("{", "["):
        try:
            yield from _words(json_within_bounds(value), depth - 1, name)
        except (ValueError, RecursionError):
            yield name, value
    elif isinstance(value, str | int) and not isinstance(value, bool) and value != "":
        yield name, str(value)[:2_000]


def _without_envelopes(data: object) -> Mapping[str, Any]:
    """What stands in place of a completion, without what gateways put around it."""
    for _ in range(_DEEPEST):
        if isinstance(data, list) and len(data) == 1:
            data = data[0]
        if not isinstance(data, dict) or data.get("choices") or isinstance(data.get("message"), dict):
            break
        inner = next((value for name in _ENVELOPES if (value := _opened(data.get(name))).keys() & _INSIDE), None)
        if inner is None:
            break
        data = inner
    return _mapping(data)


def _opened(value: object) -> Mapping[str, Any]:
    """What is in an envelope, which may hold JSON as a text."""
    if isinstance(value, str) and value.lstrip().startswith("{"):
        with suppress(ValueError, RecursionError):
            return _mapping(json_within_bounds(value))
    return _mapping(value)


def _first_choice(data: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The first choice that says something; where there are none, what other APIs and their gateways send instead:
    Gemini's candidates, the messages of an output, a bare text."""
    choices = data.get("choices") or data.get("candidates")
    choices = [choices] if isinstance(choices, dict) else choices
    if isinstance(choices, list) and (found := [choice for choice in choices if isinstance(choice, dict)]):
        return next((choice for choice in found if _answer(choice).strip()), found[0])
    if isinstance(data.get("message"), dict):
        return data
    output = data.get("output")
    if isinstance(output, list):
        parts = [_mapping(part).get("content") for part in output if _mapping(part).get("type") == "message"]
        return {"message": {"content": "".join(map(flat_text, parts))}}
    text = None if data.keys() & _ERROR_FIELDS else next((data[name] for name in _BARE_TEXTS if data.get(name)), None)
    return {**data, "message": {"content": text}} if isinstance(text, str | dict | list) else None


def _answer(choice: Mapping[str, Any]) -> str:
    """The text of a choice, wherever a server files it."""
    message = choice.get("message")
    if isinstance(message, str):
        return message
    message = _mapping(message) or _mapping(choice.get("delta")) or _mapping(choice.get("content"))
    calls = message.get("tool_calls")
    functions = [_mapping(_mapping(call).get("function")) for call in (calls if isinstance(calls, list) else ())]
    functions.append(_mapping(message.get("function_call")))
    places = (
        message.get("content"),
        message.get("parts"),
        message.get("parsed"),
        choice.get("text"),
        choice.get("messages"),
        *(function.get("arguments") for function in functions),  # gateways may make a tool of a schema
        *(message.get(name) for name in ("reasoning_content", "reasoning", "thinking")),  # of a reasoning parser
    )
    return next((text for text in map(flat_text, places) if text.strip()), "")


def _finish_reason(choice: Mapping[str, Any]) -> str:
    names = ("finish_reason", "stop_reason", "finishReason", "stopReason", "done_reason")
    reason = next((choice[name] for name in names if choice.get(name)), None)
    reason = reason.get("type") if isinstance(reason, dict) else reason
    text = flat_text(reason).lower()
    return text if text not in ("", "null", "none") else "stop"


def _says_something(error: object) -> bool:
    """Whether this is an error: some servers always send the field, empty or with the code 0."""
    return any(_mapping(error).values()) if isinstance(error, dict) else bool(error)


def _raise_reported(data: object, inner: Mapping[str, Any], choice: Mapping[str, Any]) -> None:
    """Raises `ReportedError` where a body without an answer holds an error."""
    outer = _mapping(data[0] if isinstance(data, list) and data else data)
    error = inner.get("error") or outer.get("error") or choice.get("error")
    if not error and not choice and outer.keys() & _ERROR_FIELDS:
        error = outer
    if not error and _finish_reason(choice) == "error":
        error = {"message": "finish_reason error"}
    if error:
        raise ReportedError(_status(error) or _status(outer), json.dumps({"error": error, **outer}, ensure_ascii=False))


def _status(error: object) -> int:
    """The HTTP status that an error names."""
    values = (str(_mapping(error).get(name)) for name in _STATUSES)
    return next((int(value) for value in values if _FAILED_STATUS.fullmatch(value)), 0)


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _usage(data: Mapping[str, Any]) -> Usage | None:
    usage = _mapping(data.get("usage")) or _mapping(_mapping(data.get("x_groq")).get("usage"))
    usage = _mapping(usage.get("tokens")) or usage or _mapping(data.get("usageMetadata")) or data
    prompt = _first_count(
        usage, "prompt_tokens", "input_tokens", "prompt_eval_count", "promptTokenCount", "inputTokens"
    )
    completion = _first_count(
        usage, "completion_tokens", "output_tokens", "eval_count", "candidatesTokenCount", "outputTokens"
    )
    if prompt is None or completion is None:
        return None
    details = _mapping(usage.get("prompt_tokens_details"))
    cached = _first_count(details, "cached_tokens") or _first_count(
        usage, "prompt_cache_hit_tokens", "cached_tokens"  # DeepSeek, Moonshot
    )  # fmt: skip
    beside = ("cache_read_input_tokens", "cache_creation_input_tokens")  # Anthropic counts them beside the others
    apart, created = (_first_count(usage, name) or 0 for name in beside)
    if "prompt_tokens" not in usage:
        prompt += apart + created
    return Usage(prompt=prompt, cached=min(cached or apart, prompt), completion=completion)


def _first_count(usage: Mapping[str, Any], *names: str) -> int | None:
    """The first of these fields that holds a number of tokens."""
    values = (usage.get(name) for name in names)
    return next((v for v in values if isinstance(v, int) and not isinstance(v, bool) and 0 <= v <= _MOST_TOKENS), None)
