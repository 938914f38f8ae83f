"""Reads the lists in `prompts/` that a maintainer may edit: a line is `column | column`, # starts a remark."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from summarizer.errors import UsageError

_KINDS = _SPECIAL, _COMMON = "专门", "通用"
Terms = Mapping[str, re.Pattern[str]]  # {term: what says it in English}


def read_list(name: str, text: str, form: str, valid: Callable[[list[str]], bool]) -> Iterator[list[str]]:
    """The columns of each line. `form` shows what a line must look like, `valid` tells whether its columns do.

    Raises `UsageError` naming the line that is malformed.
    """
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        columns = [column.strip() for column in line.split("|")]
        if len(columns) != form.count("|") + 1 or not valid(columns):
            raise UsageError(f"{name} line {number}: {line!r} must be {form!r}")
        yield columns


def items(column: str) -> list[str]:
    """What a column lists: `a、b`."""
    return [item.strip() for item in column.split("、") if item.strip()]


@dataclass(frozen=True, slots=True)
class Term:
    """A term of the field; `chinese` is "" where the English word is kept."""

    english: str
    chinese: str
    avoided: tuple[str, ...]

    @property
    def preferred(self) -> str:
        return self.chinese or self.english


def read_glossary(text: str) -> tuple[Term, ...]:
    """The terms of a glossary: a line is `english | 中文 | avoided、avoided`; # starts a remark.

    Raises `UsageError` naming the line that is malformed.
    """
    lines = read_list("glossary", text, "english | 中文 | avoided、avoided", lambda columns: bool(columns[0]))
    return tuple(Term(english, chinese, tuple(items(avoided))) for english, chinese, avoided in lines)


def term_problems(sections: Mapping[str, str], terms: tuple[Term, ...]) -> list[str]:
    """Where `sections` (name -> text) use a rendering that the glossary avoids; short English messages."""
    return [
        f"{name}: {word!r} should be {term.preferred!r} ({term.english})"
        for name, text in sections.items()
        for term in terms
        for word in term.avoided
        if word in text
    ]


@dataclass(frozen=True)
class Vocabulary:
    """The terms that are known: `special` ones that only some papers are about, `common` ones of any paper."""

    special: Terms = field(default_factory=dict)
    common: Terms = field(default_factory=dict)

    def terms(self, text: str) -> Terms:
        """The terms in `text`; of overlapping ones the longest."""
        return {term: self._known[term] for term in self._any_term.findall(text)}

    def occurrences(self, text: str, *, special: bool) -> Iterator[tuple[tuple[int, int], re.Pattern[str]]]:
        """Where `text` has a term, or a `special` one, and what says it in English."""
        for found in self._any_term.finditer(text):
            if found[0] in self.special or not special:
                yield found.span(), self._known[found[0]]

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
