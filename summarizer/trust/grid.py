"""A paper's table made ready to be asked: which numbers stand in which row and column, and what these are called."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from typing import Literal

from summarizer.trust.label_names import LONGEST_NAME, WORD, Labels, is_size, name_key, named_by, parts_of
from summarizer.trust.label_words import label_words
from summarizer.trust.matching import find
from summarizer.trust.names import key
from summarizer.trust.numbers import Quantity, quantities, with_unit
from summarizer.trust.units import HARD_UNITS, mentioned_units, soft_nouns, stated_units
from summarizer.trust.wordlists import Vocabulary
from summarizer.types import Table

Level = tuple[Literal["row", "column"], int]  # a level of the labels or of the heads, 0 the leftmost or uppermost
Mention = tuple[Labels, tuple[int, int]]  # the labels that a word may mean, and where it stands

_SEPARATOR = " / "
_SPEEDUP = re.compile(r"\bspeed-?ups?\b", re.IGNORECASE)
_SIZE_HEAD = re.compile(r"param|size|token", re.IGNORECASE)
_SMALL_MILLION = re.compile(r"(?<=\d)m(?![A-Za-z])")  # 330m parameters
# A term that is a word of its own, not of 全参数微调.
_TERM_END = re.compile(
    r"(?:[量数率值分集列]|模型|方法|版本|成绩|得分|结果|任务|一[列栏类项])?(?:$|[^\u4e00-\u9fff]|[为是的有得达在上约仅只从由和与到各高低升降比]|分别|依次)"
)
_TERM_START = re.compile(r"(?:^|[^\u4e00-\u9fff]|[用的和与及在比于由从对按以而但则只仅经上下中里时后是为即])$")
_WITHOUT = re.compile(
    r"(?:去掉|去除|除去|移除|不用|不加|不带|不含|没有|取消|关掉|[无非])[ ]?$"
)  # 去掉 RoPE is another row
_MODIFIED = re.compile(r"(?:微调|精调|量化|蒸馏|预训练)[过后好]?[的版]?[ ]?$")  # 微调 CodeBERT may be FT CodeBERT
_EN_WITHOUT = re.compile(r"\b(?:no|not|non|w/?o|without|minus|remov\w*)\b|^[-−–]", re.IGNORECASE)
_ACTION = re.compile(r"微调|训练|学习|量化|推理")
_GAP = re.compile(r"[ \-–/（(]{0,3}")  # between the words of one name
_SHORTEST_NAME = 2  # letters and digits
_SUFFIX = re.compile(r"(?<=[A-Za-z]-)\d{1,4}(?![\w.])")
_BARE = re.compile(r"[\d.,]+")


@dataclass(frozen=True, slots=True)
class EvidenceCell:
    """A number of a table in its row and column, both counted from 0."""

    row: int
    column: int
    quantity: Quantity
    beside: bool = False  # it stands beside the cell's own number, or has a sign: 74.4 [+0.9], −3.2


class EvidenceGrid:
    """A table's numbers by row and column, each with the units that its head or the caption gives it."""

    def __init__(self, table: Table, aliases: Mapping[str, str]) -> None:
        """`aliases`: {key of a name: key of its abbreviation}, and the reverse."""
        self._aliases = aliases
        self.sure = table.sure
        self.table = table.label
        self.caption = table.caption
        self.height = len(table.rows)
        self._table = table
        self._caption_units = mentioned_units(table.caption)
        self._caption_words = {key(word[0]) for word in WORD.finditer(table.caption)}
        self._labels = {
            "row": [row.label.split(_SEPARATOR) for row in table.rows],
            "column": [head.split(_SEPARATOR) for head in table.columns],
        }

    @cached_property
    def cells(self) -> list[EvidenceCell]:
        """Every number of every cell, as it stands, with each unit stated for it, and with a sign as points."""
        return [
            EvidenceCell(n, m, quantity, quantity.span[0] > 0)
            for n, row in enumerate(self._table.rows)
            for m, (head, text) in enumerate(zip(self._table.columns, row.cells, strict=False))
            for quantity in self._readings(text, head)
        ]

    @cached_property
    def columns(self) -> set[int]:
        """The columns that hold numbers, counted from 0."""
        return {cell.column for cell in self.cells}

    def row(self, number: int) -> list[Quantity]:
        """The numbers of a row, counted from 0: of its cells, its label, and, as names, the heads of its cells."""
        row = self._table.rows[number]
        heads = [head for head, text in zip(self._table.columns, row.cells, strict=False) if text]
        own = [cell.quantity for cell in self.cells if cell.row == number]
        return [*own, *self._readings(row.label, self._table.corner), *self._in_names([row.label, *heads])]

    @staticmethod
    def _in_names(names: Iterable[str]) -> Iterator[Quantity]:
        """The numbers of labels and heads, also of those such as fs-100."""
        texts = (text for name in names for text in (name, *_SUFFIX.findall(name)))
        return (replace(quantity, in_name=True) for text in texts for quantity in quantities(text))

    def columns_ahead(self, row: int, other: int) -> int:
        """In how many columns the number of one row is higher than that of the other."""
        first = {(cell.row, cell.column): cell.quantity.value for cell in reversed(self.cells)}
        pairs = ((first.get((row, n)), first.get((other, n))) for n in self.columns)
        return sum(a is not None and b is not None and a > b for a, b in pairs)

    def name(self, row: int) -> str:
        """The label of a row."""
        return self._table.rows[row].label

    def group(self, row: int) -> tuple[str, ...]:
        """The labels of the groups that a row is in."""
        return tuple(self._labels["row"][row][:-1])

    def called(self, cell: EvidenceCell) -> str:
        """What the place of a cell is called: "Dater, TabFact"."""
        return f"{self.name(cell.row)}, {self._table.columns[cell.column]}"

    def label(self, cell: EvidenceCell, level: Level) -> str:
        """The label of a cell at one level, "" if its label has no such level."""
        return self.label_at(cell.row if level[0] == "row" else cell.column, level)

    def label_at(self, place: int, level: Level) -> str:
        """The same of a row or a column, counted from 0."""
        axis, depth = level
        labels = self._labels[axis][place]
        return labels[depth] if depth < len(labels) else ""

    @cached_property
    def levels(self) -> dict[Level, Labels]:
        """The labels of each level that tells rows or columns apart."""
        found: defaultdict[Level, set[str]] = defaultdict(set)
        for row in self._labels["row"]:
            for depth, label in enumerate(row):
                found["row", depth].add(label)
        for head in self._labels["column"]:
            for depth, label in enumerate(head):
                found["column", depth].add(label)
        return {level: frozenset(labels) for level, labels in found.items() if len(labels) > 1}

    def has(self, labels: Mapping[Level, Labels]) -> bool:
        """Whether some cell has all the labels."""
        return all(
            any(all(name[depth] in allowed for depth, allowed in wanted if depth < len(name)) for name in names)
            for axis, names in self._labels.items()
            if (wanted := [(depth, allowed) for (of, depth), allowed in labels.items() if of == axis])
        )

    def has_column(self, labels: Mapping[Level, Labels]) -> bool:
        """Whether one column has a label at each of the levels."""
        return any(all(self.label_at(n, level) in allowed for level, allowed in labels.items()) for n in self.columns)

    def named(self, text: str, level: Level, *, loosely: bool = False) -> list[Mention]:
        """The names of `text`, in order, each with the labels of the level that it may mean.

        `loosely`: something unknown is said, too, so that Reptile may be Reptile + Transduction.
        """
        parts = self._names[level][1]
        return self._of_numbers(
            [
                (labels | parts.get(name_key(text[slice(*span)]), labels) if loosely or modified else labels, span)
                for labels, span in self._names_in(text, level)
                for modified in [_MODIFIED.search(text[: span[0]])]
                if not _WITHOUT.search(text[: span[0]]) or any(map(_EN_WITHOUT.search, labels))
            ],
            level,
        )

    def _of_numbers(self, mentions: Iterable[Mention], level: Level) -> list[Mention]:
        """The mentions without heads that have no numbers under them: Pre-training, whose cells are names."""
        if level[0] == "row":
            return list(mentions)
        numbered = {self.label_at(column, level) for column in self.columns}
        return [(labels & numbered, span) for labels, span in mentions if labels & numbered]

    def places(self, text: str, axis: Literal["row", "column"], vocabulary: Vocabulary) -> set[int]:
        """The rows, or the columns that hold numbers, that the names of `text` speak of, at all levels; of columns its
        terms, too."""
        said = {}
        for level in (level for level in self.levels if level[0] == axis):
            terms = self.termed(text, level, vocabulary) if axis == "column" else []
            if labels := frozenset[str]().union(*(labels for labels, _ in self.named(text, level)), *terms):
                said[level] = labels
        numbered = self.columns if axis == "column" else range(len(self._table.rows))
        return {n for n in numbered if said and all(self.label_at(n, level) in {"", *said[level]} for level in said)}

    def numbered(self, quantity: Quantity, level: Level) -> Labels:
        """The labels of the level that are the number in digits, or give it as their size: 3, Small (60M)."""
        if not quantity.text[0].isdigit():
            return frozenset()
        return frozenset(label for label, numbers in self._numbers[level].items() if find(quantity, numbers))

    def worded(self, text: str, level: Level) -> list[Labels]:
        """The labels of the level that each small word of labels in `text` may mean, in order: 默认 for Default."""
        return self.termed(text, level, Vocabulary())

    def termed(self, text: str, level: Level, vocabulary: Vocabulary) -> list[Labels]:
        """The same of each Chinese term, too."""
        return [labels for labels, _ in self._of_numbers(self._terms_in(text, level, vocabulary), level)]

    def may_hold(self, quantity: Quantity, cell: EvidenceCell) -> bool:
        """Whether the head of a cell does not state another unit than the quantity has: 0.35% is no Time (Sec.)."""
        own, stated = _dimension(quantity), self._dimensions[cell.column]
        return not own or not stated or own in stated or not _BARE.fullmatch(cell.quantity.text)

    def counting(self, unit: str, level: Level) -> list[Labels]:
        """The labels of the level whose heads count the noun: Source / Words for 7775 词; [] if none does."""
        labels = frozenset(label for label in self.levels[level] if unit and unit in soft_nouns(label))
        return [labels] if labels else []

    def rest(self, text: str, vocabulary: Vocabulary) -> str:
        """`text` without the words that name anything of the table, or that its caption uses, in either language."""
        found = [span for level in self.levels for _, span in self._names_in(text, level)]
        terms = (*label_words(text), *vocabulary.occurrences(text, special=False))
        found += [span for span, english in terms if english.search(self._words_of_all)]
        found += [word.span() for word in WORD.finditer(text) if key(word[0]) in self._caption_words]
        return "".join(c for n, c in enumerate(text) if not any(start <= n < end for start, end in found))

    def has_word(self, english: re.Pattern[str]) -> bool:
        """Whether a label that tells rows or columns apart has the word."""
        return any(english.search(label) for labels in self.levels.values() for label in labels)

    def _terms_in(self, text: str, level: Level, vocabulary: Vocabulary) -> Iterator[Mention]:
        """A row's name is its own, so a special term, or a word of labels, at its beginning must say it; a head may
        speak of anything."""
        row = level[0] == "row"
        small = {span for span, _ in label_words(text)}
        found: list[Mention] = []
        for span, english in (*label_words(text), *vocabulary.occurrences(text, special=row)):
            says = english.match if row else english.search
            if labels := frozenset(label for label in self.levels[level] if says(label)):
                found.append((labels, span))
        starts = {span[0] for span, _ in vocabulary.occurrences(text, special=False)}
        rows = {
            span
            for level in self.levels
            if not row and level[0] == "row"
            for _, span in self._terms_in(text, level, vocabulary)
        }
        for labels, span in sorted(found, key=lambda mention: mention[1]):
            if span in rows:
                continue
            if row and span not in small and not _TERM_START.search(text, 0, span[0]):
                continue  # 手工提示微调 is another row than 微调
            joined = span[1] in starts and not _ACTION.match(text, span[1])  # 平均准确率
            if span in small or joined or _TERM_END.match(text, span[1]):
                yield labels, span

    def _names_in(self, text: str, level: Level) -> Iterator[Mention]:
        words = list(WORD.finditer(text))
        n = 0
        while n < len(words):
            for length in range(min(LONGEST_NAME, len(words) - n), 0, -1):
                run = words[n : n + length]
                name = name_key("".join(word[0] for word in run))
                labels = self._called(name, level) or self._called(self._aliases.get(name, ""), level)
                labels = labels or (self._part_of(run[0][0], level) if length == 1 else None)
                joined = all(_GAP.fullmatch(text[a.end() : b.start()]) for a, b in pairwise(run))
                if labels and joined and len(name) >= _SHORTEST_NAME and not name.isdigit():
                    yield labels, (run[0].start(), run[-1].end())
                    n += length
                    break
            else:
                n += 1

    def _part_of(self, word: str, level: Level) -> Labels | None:
        """The labels of the level that a part of a word is: NeoX of GPT-NeoX, LLaMA and 13B of LLaMA-13B."""
        return next((found for part in parts_of(word) if (found := self._names[level][0].get(part))), None)

    def _called(self, name: str, level: Level) -> Labels | None:
        """The labels of the level that are the name or, if nothing else is called so, have it as a part."""
        whole, parts = self._names[level]
        known = name in self._whole_names or name in self._words[level[0]]
        return whole.get(name) or (None if known else parts.get(name))

    @cached_property
    def _names(self) -> dict[Level, tuple[dict[str, Labels], dict[str, Labels]]]:
        """For each level the labels that a name is, and those that it is a part of, by the name's key."""
        return {level: named_by(labels) for level, labels in self.levels.items()}

    @cached_property
    def _whole_names(self) -> set[str]:
        """What is the name of a row or column is no part of another's: GPT-4 beside a head "rated by GPT-4"."""
        return {name for whole, _ in self._names.values() for name in whole}

    @cached_property
    def _words(self) -> dict[str, set[str]]:
        """For each axis the words of the other one: WSJ of a head "WSJ 23 F1" tells no row "WSJ only" apart."""
        words = {
            axis: {key(word[0]) for labels in own for label in labels for word in WORD.finditer(label)}
            for axis, own in self._labels.items()
        }
        return {"row": words["column"], "column": words["row"]}

    @cached_property
    def _words_of_all(self) -> str:
        """The caption, the labels and the heads."""
        return "\n".join([self._table.caption, *(row.label for row in self._table.rows), *self._table.columns])

    @cached_property
    def _numbers(self) -> dict[Level, dict[str, list[Quantity]]]:
        return {
            level: {label: [number for number in quantities(label) if is_size(number, label)] for label in labels}
            for level, labels in self.levels.items()
        }

    @cached_property
    def _dimensions(self) -> list[set[str]]:
        """What each column's head says that its numbers measure: {"percent"}, {"second"}, {"scaled"} for
        thousands; an empty set if nothing."""
        read = ([q for unit in stated_units(head) for q in quantities(f"1 {unit}")] for head in self._table.columns)
        return [{_dimension(q) or ("scaled" if q.value > 1 else "") for q in found} - {""} for found in read]

    def _readings(self, text: str, head: str) -> Iterator[Quantity]:
        units = stated_units(head) or self._caption_units
        text = _SMALL_MILLION.sub("M", text) if _SIZE_HEAD.search(head) else text
        for quantity in _with_points(text):
            yield quantity
            yield from (read for unit in units if (read := with_unit(quantity, unit)))
            if _SPEEDUP.search(head) and quantity.kind == "count" and not quantity.unit:
                yield replace(quantity, kind="times")


def _dimension(quantity: Quantity) -> str:
    """What a number measures; "" for a count, which may be of anything."""
    if quantity.kind in ("percent", "points"):
        return "percent"
    return "times" if quantity.kind == "times" else quantity.unit if quantity.unit in HARD_UNITS else ""


def _with_points(text: str) -> Iterator[Quantity]:
    """The numbers of a cell; one that stands beside another as a change, 77.6+15.0, also in points."""
    for quantity in quantities(text):
        yield quantity
        if (
            quantity.span[0] > 1
            and text[quantity.span[0] - 1] in "+-−"
            and quantity.kind == "count"
            and not quantity.unit
        ):
            yield replace(quantity, kind="points")
