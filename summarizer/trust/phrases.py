"""Phrases that say nothing, and words of the prompts: the list kept in `prompts/phrases.txt`."""

import re
from dataclasses import dataclass

from summarizer.trust.context import is_trivial
from summarizer.trust.names import names
from summarizer.trust.numbers import quantities
from summarizer.trust.wordlists import read_list

_KINDS = _FILLER, _LEAKED = "空话", "泄漏"
_LITTLE = 12  # characters: what is left of a sentence that says nothing but a phrase


@dataclass(frozen=True, slots=True)
class Phrases:
    """`filler` may stand beside something said; `leaked` may not stand anywhere."""

    filler: tuple[str, ...] = ()
    leaked: tuple[str, ...] = ()


def read_phrases(text: str) -> Phrases:
    """The list: a line is `空话 | phrase` or `泄漏 | phrase`; # starts a remark.

    Raises `UsageError` naming the line that is malformed.
    """
    found: dict[str, list[str]] = {kind: [] for kind in _KINDS}
    for kind, phrase in read_list("phrases", text, "空话 or 泄漏 | phrase", lambda c: c[0] in _KINDS and bool(c[1])):
        found[kind].append(phrase)
    longest_first = sorted(found[_FILLER], key=len, reverse=True)  # 具有重要意义 goes before 有重要意义
    return Phrases(tuple(longest_first), tuple(found[_LEAKED]))


def phrase_problem(sentence: str, phrases: Phrases) -> str:
    """Why a sentence is not worth printing, or "": it leaks words of the prompt, or says nothing but a phrase."""
    if leak := next((phrase for phrase in phrases.leaked if phrase in sentence), ""):
        return f"words of the prompt: {leak!r}"
    empty = [phrase for phrase in phrases.filler if phrase in sentence]
    rest = sentence
    for phrase in empty:
        rest = rest.replace(phrase, "")
    little = len(re.findall(r"\w", rest)) <= _LITTLE
    if not empty or not little or names(rest) or any(not is_trivial(quantity) for quantity in quantities(rest)):
        return ""
    return f"says nothing but {empty[0]!r}"
