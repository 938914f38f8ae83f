"""The JSON object in the text of a reply."""

import json
import re
from typing import Any

_DECODER = json.JSONDecoder(strict=False)  # a raw line break inside a string does no harm
_OPENING = re.compile(r'\{\s*"')
_MOST_STARTS = 100  # a text with more braces that open nothing is not an answer
_FENCE = re.compile(r"```\w*\s*(?=\{)")
_THINKING = re.compile(r"<think(?:ing)?>.*?</think(?:ing)?>", re.DOTALL)
_THOUGHT_END = re.compile(r"</think(?:ing)?>")


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
