"""The JSON object in the text of a reply; small slips are mended, within bounds that can be stated.

Mending may change punctuation, and nothing else: every letter and digit of the reply is in the mended object, in
its order, and no other, in as many strings as the reply has quotes that can end one. It never closes what a reply
left open, so that a reply which was cut stays a cut one, and never takes a part of the reply for the whole.
"""

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Literal, SupportsIndex

from summarizer.llm.bodies import check_parts, json_within_bounds

_LONGEST_INTEGER = 18  # digits; longer ones are nobody's score, and a thousand of them stop `int` and `float`

_TAG = re.compile(r"[<◁\[](/?)(?:\w{1,9}:)?(?:think(?:ing)?|thought|reasoning)[>▷\]]", re.IGNORECASE)
_FINAL_CHANNEL = re.compile(r"<\|channel\|>\s?final[^<]{0,40}<\|message\|>|assistantfinal(?=\s*\{)")
_FENCE = re.compile(r"```\w*\s*(?=\{)")
_OPENING = re.compile(r"\{\s*[\"'“”‘’]")
_LETTERS = re.compile(r"[^\W_]+")
_ESCAPED = re.compile(r"\\(?:u([0-9a-fA-F]{4})|[\\bfnrt])")
_STRAY = re.compile(r'(\\\\|\\["/nrt]|\\u[0-9a-fA-F]{4})|\\')  # \b and \f are in no prose, but in \beta and \frac
_QUOTE = re.compile(r'\\.|"', re.DOTALL)
_QUOTE_ESCAPE = re.compile(r'\\["\\]')
_STRING_END = re.compile(  # a quote, and what can follow a string
    r"[\"'”’]\s*(?=[\]}]|$|[,:]\s*[\"'“‘{\[\]}\d\-tfnTFN])|[\"'”’]\s+(?=[\"“'‘])"
)
_KEY = re.compile(r"[\w .-]+")
_COLON = re.compile(r"([\"“”'])\s*：\s*(?=[\"“”'\[{\d-]|(?i:true|false|null|none)\b)")
_COMMA = re.compile(
    r"([\"“”'\]}\d]|\b(?i:true|false|null|none))\s*[，、]\s*(?=[\"“”'\[{\d-]|(?i:true|false|null|none)\b)"
)
_SEPARATED = re.compile(r"\"\s*[，、：]")
_LITERALS = re.compile(r"\b(True|False|None)\b(?=\s*[,}\]])")
_LONGEST_MENDED = 100_000  # characters
_MOST_LOOKS = 1_000_000  # at a character; an answer of 30,000 takes 65,000
_GOES_ON = (",", ":", '"', "]", "'")  # what follows a brace that does not end the object
_SENTINEL = "\ue000"  # a key that is inside what was left open
_CLOSED_BY_MENDING = "missed the closing"  # json_repair's words for a text that was cut

# Valid escapes of JSON that begin the name of a TeX command, where it was written with one backslash.
_TEX = re.compile(
    r"[\x08\x0c](?=[A-Za-z])|\t(?=(?:au|heta|imes|ilde|ext\w{0,2}|frac|op|riangle\w{0,4}|o)(?![A-Za-z]))"
    r"|\r(?=(?:ho|m|ight\w{0,5}|angle|ceil|floor|oot)(?![A-Za-z]))|\n(?=(?:abla|eq|otin|eg)(?![A-Za-z]))"
)
_TEX_IN_MATH = re.compile(r"\n(?=(?:u|e|i|ot|orm|mid|exists)(?![A-Za-z]))")
_MATH = re.compile(r"\$[^$]{1,400}\$")
_ESCAPES = {"\x08": "\\b", "\x0c": "\\f", "\t": "\\t", "\r": "\\r", "\n": "\\n"}
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_UNSEEN = re.compile(  # 1, a zero-width space and 2 are read as 12; and what only programs agree on the meaning of
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ue000-\uf8ff"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e0fff\U000f0000-\U0010ffff]"
)


class NoJsonError(ValueError):
    """The text holds no JSON object. The message names the slip and its place where there is one."""


@dataclass(frozen=True, slots=True)
class Extracted:
    """An object, and what had to be mended; "" for proper JSON."""

    value: dict[str, Any]
    mended: str = ""


def extract_json(text: str) -> Extracted:
    """The first JSON object with a key in it: of a text that is one, of a fenced block, of the rest.

    Never a part of an object that is cut or malformed. Raises `NoJsonError`.
    """
    text = _decoded_once(without_thinking(text))
    text = text[_beginning(text) :]
    try:
        check_parts(text)
        value = _DECODER.raw_decode(text)[0]
        if not value:
            raise NoJsonError("an empty JSON object in the reply")
        return Extracted(_plain(value))
    except json.JSONDecodeError as error:
        slip = f"{error.msg} (line {error.lineno} column {error.colno}, near {_near(text, error.pos)!r})"
    except NoJsonError:
        raise
    except (ValueError, RecursionError) as error:
        raise NoJsonError(f"JSON that cannot be read: {error}") from None
    with suppress(RecursionError):
        if (mended := _mended(text)) is not None:
            return Extracted(_plain(mended), slip)
    raise NoJsonError(f"malformed JSON: {slip}")


def _decoded_once(text: str) -> str:
    """The text of a JSON string, where an object has been encoded twice, with its quotes or without."""
    whole = text if text.startswith('"') else f'"{text}"' if text.startswith('{\\"') else ""
    if whole:
        with suppress(ValueError):
            return str(json_within_bounds(whole)).strip()
    return text


def _beginning(text: str) -> int:
    """Where the object begins. Raises `NoJsonError`."""
    if text.startswith("{"):
        return 0
    fenced = _FENCE.search(text)
    opening = _OPENING.search(text, fenced.end() if fenced else 0) or _OPENING.search(text)
    if opening is None:
        raise NoJsonError("no JSON object in the reply")
    return opening.start()


def without_thinking(text: str) -> str:
    """The text after a byte order mark and `<think>…</think>`, also where the opening tag was swallowed.

    In time that grows with its length, whatever tags a model in a loop writes.
    """
    text = text.removeprefix("\ufeff").lstrip()
    if text.startswith("{"):
        return text  # an answer may well quote such a tag
    if finals := list(_FINAL_CHANNEL.finditer(text)):
        return text[finals[-1].end() :].strip()
    kept: list[str] = []
    begin, opened = 0, -1  # of the text outside of thoughts; the number of parts before a thought that is open
    for tag in _TAG.finditer(text):
        if tag[1]:
            del kept[max(opened, 0) :]
            begin, opened = tag.end(), -1
        elif opened < 0:
            kept.append(text[begin : tag.start()])
            begin, opened = tag.end(), len(kept)
    return "".join([*kept, text[begin:]]).strip()


def _mended(text: str) -> dict[str, Any] | None:
    """The object that a malformed one was meant to be; None where that is not plain."""
    end = text.rfind("}") + 1
    if end > _LONGEST_MENDED or text[end:].lstrip()[:1] in _GOES_ON:
        return None
    text = _STRAY.sub(lambda escape: escape[1] or r"\\", text[:end])
    quoted, half_width = _with_quotes_escaped(text), _half_width(text)
    both = _with_quotes_escaped(half_width)
    for candidate in (quoted, _half_width(quoted), both):
        with suppress(ValueError, RecursionError):
            value = _DECODER.decode(candidate)
            return value if isinstance(value, dict) and _same_words(value, candidate) else None
    for candidate in (quoted, both, text, half_width):
        value, slips = _repaired(candidate)
        cut = any(_CLOSED_BY_MENDING in slip["text"] for slip in slips)
        left_open = _SENTINEL in str(_repaired(f'{candidate},"{_SENTINEL}":0}}')[0])
        if isinstance(value, dict) and not (cut or left_open) and _same_words(value, candidate):
            return value
    return None


def _with_quotes_escaped(text: str) -> str:
    """A quote inside a string that nothing follows which could follow a string is a part of it.

    Such quotes come in pairs: one with a full-width comma or colon behind it opens none, so it ends the string.
    """
    parts: list[str] = []
    copied, inside, opened = 0, False, False
    for found in _QUOTE.finditer(text):
        if found[0] != '"':
            continue  # an escape
        ends = inside and (
            _STRING_END.match(text, found.start()) or (not opened and _SEPARATED.match(text, found.start()))
        )
        if inside and not ends:
            parts += [text[copied : found.start()], "\\"]
            copied, opened = found.start(), not opened
        else:
            inside, opened = not inside, False
    return "".join([*parts, text[copied:]])


class _Metered(str):
    """A text that may be looked at so many times: the time of json_repair grows with the square of some."""

    looks = 0

    def __getitem__(self, place: SupportsIndex | slice) -> str:
        seen = super().__getitem__(place)
        self.looks += 1 + len(seen) // 100
        if self.looks > _MOST_LOOKS:
            raise ValueError("a text that takes too long to mend")
        return seen


def _repaired(text: str) -> tuple[Any, list[dict[str, str]]]:
    from json_repair import repair_json  # few answers need it

    try:
        value, slips = repair_json(_Metered(text), return_objects=True, skip_json_loads=True, logging=True)
    except (ValueError, RecursionError):  # too many looks, a number of thousands of digits, or nesting without end
        return None, []
    return value, slips


def _half_width(text: str) -> str:
    """Colons and commas between the values as JSON has them, and Python's literals."""
    text = _COMMA.sub(r"\1, ", _COLON.sub(r"\1: ", text))
    return _LITERALS.sub(lambda literal: {"None": "null"}.get(literal[0], literal[0].lower()), text)


def _same_words(value: dict[str, Any], text: str) -> bool:
    """Whether a value has the letters and digits of its JSON text, in order, in as many strings, and keys that are
    words."""
    leaves = list(_leaves(value))
    unescaped = _ESCAPED.sub(lambda escape: chr(int(escape[1], 16)) if escape[1] else " ", text)
    plain = all(_KEY.fullmatch(leaf) for leaf, kind in leaves if kind == "key")
    strings = sum(kind != "other" for _, kind in leaves)
    whole = _letters("".join(leaf for leaf, _ in leaves)) == _letters(unescaped)
    return plain and whole and strings == len(_STRING_END.findall(_QUOTE_ESCAPE.sub("", text)))


def _leaves(value: object) -> Iterator[tuple[str, Literal["key", "string", "other"]]]:
    """(text, what it is) of all that a value holds."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield key, "key"
            yield from _leaves(item)
    elif isinstance(value, list):
        for item in value:
            yield from _leaves(item)
    else:
        yield "null" if value is None else str(value), "string" if isinstance(value, str) else "other"


def _letters(text: str) -> str:
    return "".join(_LETTERS.findall(text)).lower()


def _plain(value: Any) -> Any:
    """A value without controls and what is not seen; controls that are the start of a TeX command become it again."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if not isinstance(value, str):
        return value
    if (value := _UNSEEN.sub("", value)).isprintable():
        return value
    value = _MATH.sub(lambda math: _TEX_IN_MATH.sub(_as_escape, math[0]), _TEX.sub(_as_escape, value))
    return _CONTROL.sub("", value.replace("\t", " "))


def _as_escape(control: re.Match[str]) -> str:
    return _ESCAPES[control[0]]


def _integer(digits: str) -> int | float:
    return int(digits) if len(digits) <= _LONGEST_INTEGER else float("inf")


def _near(text: str, place: int) -> str:
    return text[max(0, place - 15) : place + 15]


# strict=False: a raw line break inside a string does no harm
_DECODER = json.JSONDecoder(strict=False, parse_int=_integer)
