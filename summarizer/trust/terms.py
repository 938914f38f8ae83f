"""What a sentence speaks of: the field's Chinese terms and the English a paper says them in (`prompts/terms.txt`)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from summarizer.trust.wordlists import items, read_list

_KINDS = _SPECIAL, _COMMON = "专门", "通用"

Terms = Mapping[str, re.Pattern[str]]  # {term: what says it in English}


@dataclass(frozen=True)
class Vocabulary:
    """The terms that are known: `special` ones that only some papers are about, `common` ones of any paper."""

    special: Terms = field(default_factory=dict)
    common: Terms = field(default_factory=dict)

    def terms(self, text: str) -> Terms:
        """The terms in `text`; of overlapping ones the longest."""
        return {term: self._known[term] for term in self._any_term.findall(text)}

    def special_terms(self, text: str) -> Terms:
        """Those of them that only some papers are about."""
        return {term: english for term, english in self.terms(text).items() if term in self.special}

    @cached_property
    def _known(self) -> Terms:
        return {**self.special, **self.common}

    @cached_property
    def _any_term(self) -> re.Pattern[str]:
        longest_first = sorted(self._known, key=len, reverse=True)
        return re.compile("|".join(map(re.escape, longest_first)) or r"(?!)")


def read_vocabulary(text: str) -> Vocabulary:
    """The vocabulary: a line is `专门 | 中文 | english、english`, or 通用 for a common term; # starts a remark.

    Raises `UsageError` naming the line that is malformed.
    """
    found: dict[str, dict[str, re.Pattern[str]]] = {kind: {} for kind in _KINDS}
    for kind, chinese, english in read_list("terms", text, "专门 or 通用 | 中文 | english、english", _is_term):
        said = "|".join(map(_pattern, items(english)))
        found[kind][chinese] = re.compile(rf"(?<![A-Za-z])(?:{said})", re.IGNORECASE)
    return Vocabulary(found[_SPECIAL], found[_COMMON])


def _is_term(columns: list[str]) -> bool:
    kind, chinese, english = columns
    return kind in _KINDS and bool(chinese and items(english))


def _pattern(word: str) -> str:
    """The beginning of an English word or, quoted, a whole one; hyphens and spaces may be left out."""
    whole = word.strip('"')
    pattern = "[- ]?".join(map(re.escape, re.split(r"[- ]", whole)))
    return pattern if whole == word else rf"{pattern}(?![A-Za-z])"
