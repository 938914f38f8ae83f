"""One term for one thing: the house's translations, kept in `prompts/glossary.txt`."""

from collections.abc import Mapping
from dataclasses import dataclass

from summarizer.errors import UsageError


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
    terms = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        columns = [column.strip() for column in line.split("|")]
        if len(columns) != 3 or not columns[0]:
            raise UsageError(f"glossary line {number}: {line!r} must be 'english | 中文 | avoided、avoided'")
        english, chinese, avoided = columns
        terms.append(Term(english, chinese, tuple(word for word in avoided.split("、") if word)))
    return tuple(terms)


def term_problems(sections: Mapping[str, str], terms: tuple[Term, ...]) -> list[str]:
    """Where `sections` (name -> text) use a rendering that the glossary avoids; short English messages."""
    return [
        f"{name}: {word!r} should be {term.preferred!r} ({term.english})"
        for name, text in sections.items()
        for term in terms
        for word in term.avoided
        if word in text
    ]
