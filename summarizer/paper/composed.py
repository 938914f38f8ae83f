"""How a model writes a table that it puts together: heads and rows that point at the paper's.

A head is `EM ↑=T2c3`: its words, perhaps an arrow for what is better in the column, and the column that fills it;
without a pointer it is a column of words. A row is `GPT-3 | 175B=T2r4`: the words for the columns of words, in order,
and the row that fills the others; its label may have the arrow, for what is better in the row. Pointers are joined
where one row stands in several tables: `TIES=T2r4+T3r5`. Heads may point at rows and rows at columns, which turns the
table. A row without a pointer is written: a text for every column, parted by `|`, with the citations that prove it:
`批大小 | 1024[231]`. Without words a head or a row is called as the paper calls it.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, TypeVar

from summarizer.schema import ComposedTable
from summarizer.trust.chinese import polish
from summarizer.trust.formula import hide_formulas, mend_tex, show_formulas
from summarizer.trust.marks import CITATION

_POINTER = r"T[A-Z]?\.?\d{1,3}(?:\.\d{1,3})?[A-Za-z]?x{0,3}[rc]\d{1,3}"
_JOINED = re.compile(rf"{_POINTER}(?:\]? ?[+＋、,] ?\[?{_POINTER}){{0,7}}\]?$")
_POINTS_SOMEWHERE = re.compile(rf"(?<![A-Za-z0-9.]){_POINTER}(?![A-Za-z0-9])")
_PARTS = re.compile(r"(?P<table>T[^rc+＋、, ]{1,12})(?P<axis>[rc])(?P<number>\d{1,3})")
_ARROW = re.compile(r"(?: ?[（(]?[↑↓][）)]?){1,3}$")
_AFTER_POINTER = re.compile(r"(?<=[rc\d\]]) ?[（(]?([↑↓])[）)]?$")
_NOTHING = frozenset("-–—/")  # what stands for an empty cell
_CELL_END = re.compile(r"(?<!\\)[|｜]")
_MOST_COLUMNS, _MOST_ROWS = 12, 40  # more than twice of what is asked for: no reader looks through them
_LONGEST = 400  # characters of a head or a row
NO_VALUE = "–"

T = TypeVar("T", "Head", "WordedRow")
Better = Literal["", "↑", "↓"]  # which values are better: the higher, the lower, or nobody says


@dataclass(frozen=True, slots=True)
class Pointer:
    """A row or a column of a table, by its mark; `number` counts from 1."""

    table: str
    axis: Literal["r", "c"]
    number: int


_NOWHERE = Pointer("", "c", 0)


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
        """A written row as a sentence, `模型：X；批大小：1024[231]`; "" if it has too few texts, or too many.

        An empty cell is told where another column has the same head.
        """
        if row.pointers or len(row.words) != len(self.heads):
            return ""
        count = Counter(self._called)
        cells = zip(self._called, row.words, strict=True)
        told = (f"{called}：{self._as_one(words) or NO_VALUE}" for called, words in cells if words or count[called] > 1)
        return f"{'；'.join(told)}{row.marks}"

    def cells(self, sentence: str) -> list[str] | None:
        """The texts for all columns in such a sentence, as it was mended; None where it is no such sentence, or does
        not say for sure which column has what."""
        before, *told = self._begin.split(hide_formulas(sentence.rstrip("。")))
        found = defaultdict[str, list[str]](list)
        for head, text in zip(told[::2], told[1::2], strict=True):
            found[show_formulas(head).strip("“”")].append(show_formulas(text).strip("； "))
        names = [called.strip("“”") for called in self._called]
        if before.strip() or any(len(texts) != names.count(name) for name, texts in found.items()):
            return None
        cells = [found[name].pop(0) if found[name] else NO_VALUE for name in names]
        return cells if cells[0] not in ("", NO_VALUE) else None

    def _as_one(self, words: str) -> str:
        """The text of a cell, in which no other one begins."""
        return show_formulas(
            self._begin.sub(lambda found: found[0].replace("；", "，").replace(";", "，"), hide_formulas(words))
        )

    @cached_property
    def _begin(self) -> re.Pattern[str]:
        """Where a cell begins in a statement whose formulas are hidden."""
        heads = sorted(map(hide_formulas, self._called), key=len, reverse=True)
        known = "|".join(f"“?{re.escape(head.strip('“”'))}”?" for head in heads)
        return re.compile(rf"(?:^|[；;])\s?({known})\s?[：:]")

    @cached_property
    def _called(self) -> list[str]:
        """The heads in a statement; one that ends in a digit would make a ratio of the colon: pass@1：19."""
        named = (head.words.replace("；", "，") or f"列 {n}" for n, head in enumerate(self.heads, 1))
        return [f"“{words}”" if words[-1].isdigit() else words for words in named]


def read_composition(table: ComposedTable) -> Composition:
    """The heads and rows of an answer, each place that they point at once; what cannot be read is words."""
    heads = list(_each_once(map(_head, map(_bounded, table.columns[:_MOST_COLUMNS]))))
    if heads and heads[0].pointers:
        heads.insert(0, Head("", "", ()))
    return Composition(tuple(heads), tuple(_each_once(map(_row, map(_bounded, table.rows[:_MOST_ROWS])))))


def _bounded(text: str) -> str:
    return text if len(text) <= _LONGEST else ""


def _each_once(found: Iterable[T]) -> Iterator[T]:
    """Without those that point where one before them does."""
    seen = set[tuple[Pointer, ...]]()
    for one in found:
        if not one.pointers or one.pointers not in seen:
            yield one
        seen.add(one.pointers)


def _head(text: str) -> Head:
    words, pointers = _pointed(text)
    words = CITATION.sub("", words)
    if _POINTS_SOMEWHERE.search(words):  # at more than can be read: T2c2 − T2c1
        return Head("", "", (_NOWHERE,))
    return Head(*_without_arrow(polish(show_formulas(words.rstrip("。；：:; ")))), pointers)


def _row(text: str) -> WordedRow:
    words, pointers = _pointed(text)
    marks = "" if pointers else "".join(found[0] for found in CITATION.finditer(words))
    cells = list(map(_cell, _CELL_END.split(CITATION.sub("", words).strip("| "))))
    label, better = _without_arrow(cells[0])
    return WordedRow((label, *("" if set(cell) <= _NOTHING else cell for cell in cells[1:])), better, pointers, marks)


def _cell(text: str) -> str:
    """A text of a row, in which nothing ends it but its own end."""
    return polish(show_formulas(text.replace("\\|", "|").rstrip("。； "))).strip()


def _without_arrow(words: str) -> tuple[str, Better]:
    arrow = _ARROW.search(words := words.strip())
    better: Better = "" if not arrow else "↑" if "↑" in arrow[0] else "↓"
    return _ARROW.sub("", words).strip(), better


def _pointed(text: str) -> tuple[str, tuple[Pointer, ...]]:
    """The words of a head or a row, their formulas hidden, and what it points at."""
    whole = " ".join(hide_formulas(mend_tex(text)).split())
    line, arrow = _AFTER_POINTER.sub("", whole), _AFTER_POINTER.search(whole)
    found = _JOINED.search(line)
    before = line[: found.start()] if found else line
    words = before.rstrip("[ ").rstrip("= ＝")
    signed = len(words) < len(before.rstrip("[ "))
    if found is None or not (signed or not before or before[-1] == " "):  # in brackets it would be a citation
        return whole, ()
    parts = _PARTS.finditer(found[0])
    pointers = tuple(Pointer(p["table"], "r" if p["axis"] == "r" else "c", int(p["number"])) for p in parts)
    return f"{words} {arrow[1]}" if arrow else words, pointers
