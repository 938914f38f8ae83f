"""A paper as its page has it: one flow of text, and what is where in it."""

from dataclasses import dataclass, field
from typing import Literal

BlockKind = Literal["text", "caption", "equation", "code", "cell"]
MarkKind = Literal["formula", "reference", "error"]


@dataclass(frozen=True, slots=True)
class Mark:
    """A range of the text that is no plain word."""

    start: int
    end: int
    kind: MarkKind
    tex: str = ""  # of a formula


@dataclass(frozen=True, slots=True)
class HtmlBlock:
    start: int
    end: int
    kind: BlockKind


@dataclass(frozen=True, slots=True)
class Display:
    """A row of a display equation. Rows of one `align` have one `group`."""

    start: int
    end: int
    number: str  # "(7)"; "" without one
    cells: tuple[str, ...]  # LaTeX
    group: int


@dataclass(frozen=True, slots=True)
class HtmlCell:
    """A cell of a tabular; how many columns and rows it covers, and where it has rules."""

    start: int
    end: int
    columns: int
    rows: int
    head: bool  # LaTeXML takes it for the head of a column
    rule_above: bool
    rule_below: bool


@dataclass(slots=True)
class HtmlFloat:
    """A captioned table, figure, algorithm or listing. `label` is as in the PDF: "Table 3"; "" without a number."""

    label: str = ""
    caption: tuple[int, int] = (0, 0)
    tables: list[list[list[HtmlCell]]] = field(default_factory=list)
    lines: list[tuple[int, int]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class HtmlPaper:
    """All positions are indices into `text`."""

    text: str
    blocks: tuple[HtmlBlock, ...]
    marks: tuple[Mark, ...]
    displays: tuple[Display, ...]
    floats: tuple[HtmlFloat, ...]
    hidden: int  # pieces that no reader sees, left out

    def errors_in(self, start: int, end: int) -> list[Mark]:
        """What LaTeXML could not convert in a range."""
        return [mark for mark in self.marks if mark.kind == "error" and start <= mark.start < end]
