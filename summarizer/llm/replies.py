"""The body of a chat completion, read with the patience that the vendors' dialects need.

The SDK's own types are not used: on `choices: null`, an error object or a page of HTML under status
200 they raise errors of every kind and lose the text and the usage.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from summarizer.types import Usage

_DECODER = json.JSONDecoder(strict=False)  # a raw line break inside a string does no harm
_OPENING = re.compile(r'\{\s*"')
_MOST_STARTS = 100  # a text with more braces that open nothing is not an answer
_FENCE = re.compile(r"```\w*\s*(?=\{)")
_THINKING = re.compile(r"<think(?:ing)?>.*?</think(?:ing)?>", re.DOTALL)
_THOUGHT_END = re.compile(r"</think(?:ing)?>")


class MalformedReplyError(ValueError):
    """Not a chat completion, although the server said 200."""


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
    """Raises `MalformedReplyError` saying what came instead."""
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        raise MalformedReplyError(f"a body that is not JSON: {excerpt(body)}") from None
    choice = _first_choice(data)
    if choice is None:
        raise MalformedReplyError(f"a body without choices: {excerpt(error_words(body))}")
    message = _mapping(choice.get("message"))
    text = _text(message.get("content"))
    if not text.strip():  # servers with a reasoning parser may file the whole answer there
        text = _text(message.get("reasoning_content")) or _text(message.get("reasoning"))
    return Completion(
        text=valid_unicode(text),
        refusal=valid_unicode(_text(message.get("refusal"))),
        finish_reason=_text(choice.get("finish_reason")) or "stop",
        model=_text(data.get("model")),
        usage=_usage(_mapping(data.get("usage"))),
    )


def error_words(body: str) -> str:
    """What a server's error body says, with its code and type; a body of no known shape as it is.

    The request, which some servers repeat in it, is not part of that.
    """
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        return body
    error = data.get("error") or data.get("detail") or data if isinstance(data, dict) else data
    if isinstance(error, list):  # FastAPI: one entry a field
        return "; ".join(f"{_mapping(entry).get('loc', '')} {_mapping(entry).get('msg', entry)}" for entry in error)
    if not isinstance(error, dict):
        return str(error)
    message = _text(error.get("message")) or _text(error.get("detail")) or json.dumps(error, ensure_ascii=False)
    extra = [_text(error.get(name)) for name in ("code", "type", "param")]
    return " ".join([message, *(f"[{word}]" for word in extra if word and word not in message)])


def excerpt(text: str, limit: int = 300) -> str:
    """One line of at most `limit` characters."""
    line = " ".join(valid_unicode(text).split())
    return line if len(line) <= limit else line[: limit - 1] + "…"


def _first_choice(data: object) -> dict[str, Any] | None:
    choices = _mapping(data).get("choices")
    if isinstance(choices, list) and choices and isinstance(choices[0], dict):
        return choices[0]
    return None


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: object) -> str:
    """A string, or the text parts of a list of parts."""
    if isinstance(value, list):
        return "".join(_text(_mapping(part).get("text")) for part in value)
    return value if isinstance(value, str) else ""


def _usage(usage: Mapping[str, Any]) -> Usage | None:
    prompt, completion = _count(usage.get("prompt_tokens")), _count(usage.get("completion_tokens"))
    if prompt is None or completion is None:
        return None
    counts = (
        _mapping(usage.get("prompt_tokens_details")).get("cached_tokens"),
        usage.get("prompt_cache_hit_tokens"),  # DeepSeek
        usage.get("cached_tokens"),  # Moonshot
    )
    cached = next((count for count in map(_count, counts) if count), 0)
    return Usage(prompt=prompt, cached=min(cached, prompt), completion=completion)


def _count(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


class NoJsonError(ValueError):
    """The text holds no JSON object."""


def without_thinking(text: str) -> str:
    """The text after a byte order mark and `<think>…</think>`, also where the opening tag was swallowed."""
    text = text.removeprefix("\ufeff").lstrip()
    if text.startswith("{"):
        return text  # an answer may well quote such a tag
    text = _THINKING.sub("", text)
    last = max((match.end() for match in _THOUGHT_END.finditer(text)), default=0)
    return text[last:].strip()


def extract_json(text: str) -> dict[str, Any]:
    """The first JSON object with a key in it: of a text that is one, of a fenced block, of the rest.

    Never a part of an object that is cut or malformed. Raises `NoJsonError`.
    """
    text = without_thinking(text)
    starts = [0] if text.startswith("{") else [match.end() for match in _FENCE.finditer(text)]
    for start in [*starts, 0]:
        if (found := _first_object(text, start)) is not None:
            return found
    raise NoJsonError("no JSON object in the reply")


def _first_object(text: str, start: int) -> dict[str, Any] | None:
    for _ in range(_MOST_STARTS):
        opening = _OPENING.search(text, start)
        if opening is None:
            return None
        try:
            return dict(_DECODER.raw_decode(text, opening.start())[0])
        except json.JSONDecodeError as error:
            # Go on where decoding failed: what was read before belongs to the broken object.
            start = max(error.pos, opening.end())
        except (ValueError, RecursionError):  # a number of thousands of digits, or nesting without end
            return None
    return None
