"""Phrases that say nothing, and words of the prompts: the list kept in `prompts/phrases.txt`."""

import re
from dataclasses import dataclass

from summarizer.errors import UsageError
from summarizer.trust.context import is_trivial
from summarizer.trust.names import names
from summarizer.trust.numbers import quantities

_KINDS = {"空话": "filler", "泄漏": "leaked"}
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
    found: dict[str, list[str]] = {"filler": [], "leaked": []}
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        kind, _, phrase = (part.strip() for part in line.partition("|"))
        if kind not in _KINDS or not phrase:
            raise UsageError(f"phrases line {number}: {line!r} must be '空话 | phrase' or '泄漏 | phrase'")
        found[_KINDS[kind]].append(phrase)
    longest_first = sorted(found["filler"], key=len, reverse=True)  # 具有重要意义 goes before 有重要意义
    return Phrases(tuple(longest_first), tuple(found["leaked"]))


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
