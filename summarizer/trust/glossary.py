"""One term for one thing: the house's translations, kept in `prompts/glossary.txt`."""

from collections.abc import Mapping
from dataclasses import dataclass

from summarizer.trust.wordlists import items, read_list


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
