"""The key struck out of what servers send back, however they spell it."""

import base64
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from html.entities import codepoint2name
from itertools import islice

_SHORTEST = 8  # a shorter key ("x", "none") is a dummy for a local server, and may be a word
_BEGINNING = 12  # so much of a key is struck out also where the rest is cut off
_PREFIX = re.compile(r"[-_.]")  # ends "sk-" and "sk-proj-", which gateways take off, and the first half of others
_MOST_PREFIXES = 6
_LINE_BREAK = r"(?:\\{1,8}[rn]|\s){0,4}"  # within base64, escaped or not
_BETWEEN_BYTES = r"(?:\\{1,8}[rn]|0x|[\s:,-]){0,4}"  # within hex
_MASK = "***"


def without_secret(text: str, key: str) -> str:
    r"""`text` without `key`: plain, with escapes of JSON (`\/`, `\u003d`), URLs, HTML or mail, in base64 or in hex.

    Both the raw text of a response and what it is put together to are what this is meant for.
    """
    if len(key) < _SHORTEST:
        return text
    beginnings, rests = _spellings(key)
    kept, done = [], 0
    while found := beginnings.search(text, done):
        kept += [text[done : found.start()], _MASK]
        done = found.end()
        for character in rests[found.lastindex or 0]:
            following = character.match(text, done)
            if not following:
                break
            done = following.end()
    return "".join([*kept, text[done:]])


@cache
def _spellings(key: str) -> tuple[re.Pattern[str], Mapping[int, Sequence[re.Pattern[str]]]]:
    """A pattern with a group for the beginning of each spelling; by that group, those of the characters after it."""
    spelled = [([f"(?i:{_character(character)})" for character in tail], _BEGINNING) for tail in _tails(key)]
    spelled += [(_parted([f"(?i:{byte:02x})" for byte in key.encode()], _BETWEEN_BYTES), _BEGINNING)]
    spelled += [(_parted([*map(re.escape, core)], _LINE_BREAK), _BEGINNING * 4 // 3) for core in _base64(key)]
    beginnings = "|".join(f"({''.join(characters[:least])})" for characters, least in spelled)
    rests = {
        number: [re.compile(character) for character in characters[least:]]
        for number, (characters, least) in enumerate(spelled, 1)
    }
    return re.compile(beginnings), rests


def _tails(key: str) -> list[str]:
    """The key, and what is left of it without each of its prefixes, as far as that is a secret still."""
    tails = [key[prefix.end() :] for prefix in islice(_PREFIX.finditer(key), _MOST_PREFIXES)]
    return [key, *(tail for tail in tails if len(tail) >= _BEGINNING)]


def _parted(pieces: Sequence[str], between: str) -> list[str]:
    return [pieces[0], *(between + piece for piece in pieces[1:])]


def _character(character: str) -> str:
    code = ord(character)
    entities = [f"#0{{0,5}}{code}", f"#[xX]0{{0,4}}(?i:{code:x})", *filter(None, [codepoint2name.get(code)])]
    backslashes = r"(?<!\\)\\*+"  # more of them the deeper strings are nested; a run is looked at from its start alone
    return (  # the character itself comes last: "=3D" begins with "="
        rf"(?:%(?:25){{0,4}}(?:u00)?(?i:{code:02x})|=(?i:{code:02x})|&(?:{'|'.join(entities)});"
        rf"|{backslashes}(?:(?<=\\)[uU]0{{2,6}}(?i:{code:02x})|(?<=\\)u\{{0{{0,4}}(?i:{code:x})\}}"
        rf"|(?<=\\)x(?i:{code:02x})|(?<=\\){code:03o}|{re.escape(character)}))"
    )


def _base64(key: str) -> Iterator[str]:
    """The key within something in base64, wherever it begins: what all of the six spellings have in common."""
    for before in range(3):
        data = base64.b64encode(bytes(before) + key.encode()).decode().rstrip("=")
        core = data[before and before + 1 :]
        core = core if (before + len(key)) % 3 == 0 else core[:-1]  # the last one depends on what follows
        yield core
        yield core.translate(str.maketrans("+/", "-_"))
