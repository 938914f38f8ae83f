"""What of a paper is samples: prompts, dialogues, questionnaires, tables of prose. They stay in the document.

A property of the parsed document alone. The caption of such a table is no part of the sample.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from summarizer.types import Document, Passage, Table

SampleKind = Literal["prose cells", "dialogue", "questionnaire", "prompt"]

_WORDS = re.compile(r"[^\W\d_]{2,}")
_TURN = re.compile(
    r"(?:Q|A|User|Assistant|Human|AI|Bot|Model|System|Question|Answer|Instruction|Input|Output|Prompt|Response|Context|"
    r"Problem|Solution|Passage|Sentence|Task|Class label|Options?|Agent|Student|Teacher|Judge|\[?(?:INST|SYS))"
    r"\s*\d{0,2}"
    r"(?:\s?\([^)]{1,20}\))?\s?[:\]]"
)
_NUMERIC = 0.15  # share of cells with a number from which on a table is one of results
_PROSE = 4.0  # words a cell from which on it is text
_TURNS = 0.2  # share of a section's sentences that open a turn, from which on it is a dialogue
_QUESTIONS = 0.4  # share of a section's sentences that are questions, from which on it is a questionnaire
_LONG = 120  # words from which on a table of prose is more than a definition or an example
_FEW = 5  # turns, questions, or lines of a prompt, that are an example in the text and stay
_CODE = re.compile(r"[{}();=<>\[\]]|^[ \t]*(?:def|class|import|return|for|if)\b", re.M)


@dataclass(frozen=True, slots=True)
class Sample:
    """A table or section by name, what it is, and the passages that are the sample."""

    name: str
    kind: SampleKind
    passages: frozenset[int]


def find_samples(document: Document) -> tuple[Sample, ...]:
    """All samples, tables first."""
    return (*_tables(document), *_sections(document))


def _tables(document: Document) -> Iterator[Sample]:
    rows: dict[str, set[int]] = defaultdict(set)
    for passage in document.passages:
        if passage.kind == "row":
            rows[passage.item].add(passage.id)
    for table in document.tables:
        if rows[table.label] and _is_prose(table):
            yield Sample(table.label, "prose cells", frozenset(rows[table.label]))


def _is_prose(table: Table) -> bool:
    """Are its cells text, and hardly any of them a value?"""
    cells = [cell for row in table.rows for cell in (row.cells or (row.label,)) if cell]
    if not cells:
        return False
    words = [len(_WORDS.findall(cell)) for cell in cells]
    values = sum(count <= 2 and any(map(str.isdigit, cell)) for cell, count in zip(cells, words, strict=True))
    return values < _NUMERIC * len(cells) and sum(words) >= max(_LONG, _PROSE * len(cells))


def _sections(document: Document) -> Iterator[Sample]:
    """Sections of the appendix that are turns of a dialogue or questions, and prompts set in typewriter type there."""
    own: dict[int, list[Passage]] = defaultdict(list)
    for passage in document.passages:
        if passage.section is not None and document.sections[passage.section].appendix and not passage.item:
            own[passage.section].append(passage)
    for index, passages in own.items():
        section = document.sections[index]
        name = f"{section.number} {section.title}".strip()
        said = [p for p in passages if p.kind in ("text", "code")]
        turns = sum(_TURN.match(p.text) is not None for p in said)
        questions = sum(p.text.rstrip("”\"'").endswith("?") for p in said)
        prompts = [p for p in said if p.kind == "code" and _is_prompt(p.text)]
        if turns > _FEW and turns >= _TURNS * len(said):
            yield Sample(name, "dialogue", frozenset(p.id for p in said))
        elif questions > _FEW and questions >= _QUESTIONS * len(said):
            yield Sample(name, "questionnaire", frozenset(p.id for p in said))
        elif sum(p.text.count("\n") + 1 for p in prompts) > _FEW:
            yield Sample(name, "prompt", frozenset(p.id for p in prompts))


def _is_prompt(text: str) -> bool:
    """Is what is set as code plain words?"""
    return len(_WORDS.findall(text)) > 3 * len(_CODE.findall(text))
