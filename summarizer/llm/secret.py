"""The key struck out of what servers send back, however they spell it."""

import base64
import re
from collections.abc import Iterator
from functools import cache
from html.entities import codepoint2name

_SHORTEST = 8  # a shorter key ("x", "none") is a dummy for a local server, and may be a word
_BEGINNING = 12  # so much of a key is struck out also where the rest is cut off
_MASK = "***"


def without_secret(text: str, key: str) -> str:
    r"""`text` without `key`: plain, with escapes of JSON (`\/`, `\u003d`), URLs, HTML or mail, in base64 or in hex.

    The raw text of a response is what this is meant for: what is decoded later has been struck out before.
    """
    return _spellings(key).sub(_MASK, text) if len(key) >= _SHORTEST else text


@cache
def _spellings(key: str) -> re.Pattern[str]:
    whole = [_escaped(key)]
    whole += [f"(?i:{key.encode().hex()})", *map(re.escape, _base64(key))]
    return re.compile("|".join(whole))


def _escaped(key: str) -> str:
    """A pattern of the key's characters, each in whatever spelling; the end may be missing."""
    spelled = [_character(character) for character in key]
    rest = ""
    for character in reversed(spelled[_BEGINNING:]):
        rest = f"(?:{character}{rest})?"
    return "".join(spelled[:_BEGINNING]) + rest


def _character(character: str) -> str:
    code = ord(character)
    entities = [f"#0{{0,5}}{code}", f"#[xX]0{{0,4}}(?i:{code:x})", *filter(None, [codepoint2name.get(code)])]
    backslashes = r"\\{0,8}"  # more of them the deeper strings are nested; bounded, so that the time is linear
    return (  # the character itself comes last: "=3D" begins with "="
        rf"(?:%(?:25){{0,4}}(?i:{code:02x})|=(?i:{code:02x})|&(?:{'|'.join(entities)});"
        rf"|{backslashes}(?:(?<=\\)[uU]0{{2,6}}(?i:{code:02x})|(?<=\\)x(?i:{code:02x})|{re.escape(character)}))"
    )


def _base64(key: str) -> Iterator[str]:
    """The key within something in base64, wherever it begins: what all of the six spellings have in common."""
    for before in range(3):
        data = base64.b64encode(bytes(before) + key.encode()).decode().rstrip("=")
        core = data[before and before + 1 :]
        core = core if (before + len(key)) % 3 == 0 else core[:-1]  # the last one depends on what follows
        yield core
        yield core.translate(str.maketrans("+/", "-_"))
