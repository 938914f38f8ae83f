"""What people read, in their language.

Inside the program a message is an English sentence: what is stored, logged and compared does not depend on who looks
on. Here, at the door, it is said in the reader's language. A catalogue in gettext's format holds each sentence with
{0}, {1}, ... where values stand, as the f-strings of the code make them; a sentence that was said is known again by
the words between its values, and a value that is itself a message is said in that language, too.
"""

import json
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

LANGUAGES = ("zh", "en")

_LONGEST = 4_000  # characters: no message of ours

_FOLDER = Path(__file__).parent.parent / "locale"
_TEXT = r'((?:"(?:[^"\\]|\\.)*"\s*)+)'
_ENTRY = re.compile(rf"^msgid {_TEXT}msgstr {_TEXT}", re.MULTILINE)
# What a value may be: text whose brackets belong together, else any text.
_VALUES = (r"((?:[^()]|\([^()]*\))*?)", "(.*?)")
_VALUE = re.compile(r"\{(\d+)\}")


@dataclass(frozen=True, slots=True)
class _Sentence:
    """A sentence with values: the words around them, which of them stands where, and the translation."""

    template: str
    words: tuple[str, ...]
    numbers: tuple[int, ...]
    translation: str

    @property
    def _begins_with_a_value(self) -> bool:
        """Other than what it is about, as in "{0}: what is wrong"."""
        return not self.words[0] and not self.words[1].startswith(":")

    def said_in(self, text: str) -> Iterator[str]:
        """The translation, if `text` is this sentence."""
        if not all(word in text for word in self.words):
            return
        patterns = (re.compile(value.join(map(re.escape, self.words)), re.DOTALL) for value in _VALUES)
        found = next(filter(None, (pattern.fullmatch(text) for pattern in patterns)), None)
        if found and not (self._begins_with_a_value and ": " in found[1]):  # that is a subject, and then a message
            messages = (translated(value) if " " in value else value for value in found.groups())
            values = dict(zip(self.numbers, messages, strict=True))
            yield _VALUE.sub(lambda match: values[int(match[1])], self.translation)


def language(environment: Mapping[str, str] = os.environ) -> str:
    """Of the reader: "zh" or "en", by the variables that gettext looks at, in its order."""
    named = (environment.get(name) for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"))
    return "zh" if next(filter(None, named), "").lower().startswith("zh") else "en"


def translated(text: str) -> str:
    """A message in the reader's language; as it is where the catalogue lacks it.

    Of a text of several lines each is a message; of "2410.11988: what is wrong" what stands behind the colon.
    """
    if language() == "en" or not text.strip() or len(text) > _LONGEST:
        return text
    exact, sentences = read_catalogue(language())
    if text in exact:
        return exact[text]
    whole = (said for sentence in sentences for said in sentence.said_in(text))
    if (said := next(whole, None)) is not None:
        return said
    line, newline, more = text.partition("\n")
    if newline:
        return f"{translated(line)}\n{translated(more)}"
    subject, colon, rest = text.partition(": ")
    said = translated(rest) if colon else rest
    return text if said == rest else f"{exact.get(subject, subject)}：{said}"


@cache
def read_catalogue(name: str) -> tuple[dict[str, str], tuple[_Sentence, ...]]:
    """The sentences without values, and those with values: first the ones that say most themselves."""
    text = (_FOLDER / name / "LC_MESSAGES" / "summarizer.po").read_text(encoding="utf-8")
    entries = {_joined(msgid): _joined(msgstr) for msgid, msgstr in _ENTRY.findall(text)}
    exact = {msgid: msgstr for msgid, msgstr in entries.items() if msgid and not _VALUE.search(msgid)}
    made = [_sentence(msgid, msgstr) for msgid, msgstr in entries.items() if _VALUE.search(msgid)]
    return exact, tuple(sorted(made, key=lambda sentence: -sum(map(len, sentence.words))))


def _sentence(msgid: str, msgstr: str) -> _Sentence:
    return _Sentence(msgid, tuple(_VALUE.split(msgid)[::2]), tuple(int(n) for n in _VALUE.findall(msgid)), msgstr)


def _joined(quoted: str) -> str:
    """The text of the quoted lines of an entry; they are quoted as JSON's are."""
    return "".join(map(json.loads, filter(None, quoted.split("\n"))))
