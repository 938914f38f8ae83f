"""How a model writes a table that it puts together: heads and rows that point at the paper's.

A head is `EM ↑=T2c3`: its words, perhaps an arrow for what is better in the column, and the column that fills it;
without a pointer it is a column of words. A row is `GPT-3 | 175B=T2r4`: the words for the columns of words, in order,
and the row that fills the others; its label may have the arrow, for what is better in the row. Pointers are joined
where one row stands in several tables: `TIES=T2r4+T3r5`. Heads may point at rows and rows at columns, which turns the
table. A row without a pointer is written: a text for every column, parted by `|`, with the citations that prove it:
`批大小 | 1024[231]`. Without words a head or a row is called as the paper calls it.
"""

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from summarizer.schema import ComposedTable
from summarizer.trust.chinese import polish
from summarizer.trust.marks import CITATION

_POINTER = r"T[A-Z]?\.?\d{1,3}(?:\.\d{1,3})?[A-Za-z]?x{0,3}[rc]\d{1,3}"
_JOINED = re.compile(rf"{_POINTER}(?:\]? ?[+＋、,] ?\[?{_POINTER}){{0,7}}\]?$")
_PARTS = re.compile(r"(?P<table>T[^rc+＋、, ]{1,12})(?P<axis>[rc])(?P<number>\d{1,3})")
_ARROW = re.compile(r"[（(]?([↑↓])[）)]?$")
_NOTHING = frozenset("-–—/")  # what stands for an empty cell
NO_VALUE = "–"

Better = Literal["", "↑", "↓"]  # which values are better: the higher, the lower, or nobody says


@dataclass(frozen=True, slots=True)
class Pointer:
    """A row or a column of a table, by its mark; `number` counts from 1."""

    table: str
    axis: Literal["r", "c"]
    number: int


@dataclass(frozen=True, slots=True)
class Head:
    """`pointers` is empty for a column of words."""

    words: str
    better: Better
    pointers: tuple[Pointer, ...]


@dataclass(frozen=True, slots=True)
class WordedRow:
    """`words` are for the columns of words, or for all columns where there is no pointer; then `marks` prove them."""

    words: tuple[str, ...]
    better: Better
    pointers: tuple[Pointer, ...]
    marks: str


@dataclass(frozen=True)
class Composition:
    """A composed table, read. The first column is one of words: it has the labels of the rows."""

    heads: tuple[Head, ...]
    rows: tuple[WordedRow, ...]

    @cached_property
    def worded(self) -> list[int]:
        """The columns of words."""
        return [n for n, head in enumerate(self.heads) if not head.pointers]

    def statement(self, row: WordedRow) -> str:
        """A written row as a sentence, `模型：X；批大小：1024[231]`; "" if it has too few texts, or too many."""
        if row.pointers or len(row.words) != len(self.heads):
            return ""
        told = (f"{self._called(n)}：{words}" for n, words in enumerate(row.words) if words)
        return f"{'；'.join(told)}{row.marks}"

    def cells(self, sentence: str) -> list[str] | None:
        """The texts for all columns in such a sentence, as it was mended; None where it is no such sentence."""
        cells, rest = [NO_VALUE] * len(self.heads), sentence.rstrip("。")
        for n in reversed(range(len(self.heads))):
            before, found, text = rest.rpartition(f"{self._called(n)}：")
            if found:
                cells[n], rest = text.strip("； "), before.rstrip("； ")
        return None if rest or cells.count(NO_VALUE) == len(cells) else cells

    def _called(self, column: int) -> str:
        """A head in a statement; one that ends in a digit would make a ratio of the colon: pass@1：19."""
        words = self.heads[column].words or f"列 {column + 1}"
        return f"“{words}”" if words[-1].isdigit() else words


def read_composition(table: ComposedTable) -> Composition:
    """The heads and rows of an answer; what cannot be read is words."""
    heads = [_head(text) for text in table.columns]
    if heads and heads[0].pointers:
        heads.insert(0, Head("", "", ()))
    return Composition(tuple(heads), tuple(map(_row, table.rows)))


def _head(text: str) -> Head:
    words, pointers = _pointed(text)
    return Head(*_without_arrow(polish(CITATION.sub("", words))), pointers)


def _row(text: str) -> WordedRow:
    words, pointers = _pointed(text)
    marks = "" if pointers else "".join(found[0] for found in CITATION.finditer(words))
    cells = [polish(CITATION.sub("", cell)).strip() for cell in re.split("[|｜]", words.strip("| "))]
    label, better = _without_arrow(cells[0])
    return WordedRow((label, *("" if set(cell) <= _NOTHING else cell for cell in cells[1:])), better, pointers, marks)


def _without_arrow(words: str) -> tuple[str, Better]:
    arrow = _ARROW.search(words := words.strip())
    better: Better = "" if not arrow else "↑" if arrow[1] == "↑" else "↓"
    return _ARROW.sub("", words).strip(), better


def _pointed(text: str) -> tuple[str, tuple[Pointer, ...]]:
    """The words of a head or a row, and what it points at."""
    line = " ".join(text.split())
    found = _JOINED.search(line)
    before = line[: found.start()] if found else line
    words = before.rstrip("[ ").rstrip("= ＝")
    signed = len(words) < len(before.rstrip("[ "))
    if found is None or not (signed or not before or before[-1] == " "):  # in brackets it would be a citation
        return line, ()
    parts = _PARTS.finditer(found[0])
    pointers = tuple(Pointer(p["table"], "r" if p["axis"] == "r" else "c", int(p["number"])) for p in parts)
    return words, pointers
