"""What a sentence gives its numbers to: the rows and columns of a table that its words name, level by level.

以 PaLM 2 为骨干，Dater 在 TabFact 上为 84.63: a number belongs to the names of its clause; without any to those before
it, unless something comes between that the table does not name (简单平均为 2.1). As many names as a list has numbers
belong to them one by one. A number may be a name itself: 需要 3 次操作的样本有 1481 个.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from summarizer.trust.grid import Grid, Labels, Level
from summarizer.trust.numbers import Quantity
from summarizer.trust.wordlists import Vocabulary

_LIST = re.compile(r"[^\w，；。]{0,3}(?:[、,/]|和|与|及|以及|或)[ ]?")
_CLAUSE_END = re.compile(r"[，；。：;]|,(?!\d)")
_BRACKET = re.compile(r"[^，；。、（(\d]{0,4}[（(]([^（）()\d]{1,40})[）)]")
_IN_ORDER = re.compile(r"分别|依次")
# Another thing comes in (低于 B 的 2.1), or the number is what lies between two (高 2.1, 降到 2.1).
_RELATION = re.compile(r"[比较高低多少快慢超升降增减优劣差]|领先|落后|不如|不及|改善|提高|缩短|节省|压缩|相差|从|由")
_AMOUNT = re.compile(r"(?:[高低多少快慢超升降增减差]|领先|落后|改善|提高|缩短|节省|压缩)[出了约近达过于]{0,2}[ ]?$")
_PLAIN = re.compile(
    r"数据集|任务|基准|得分|分数|成绩|结果|模型|方法|设置|骨干|训练|微调|版本|方案|策略|样本|标准|普通|原始|完整|基线|对手"
    r"|分别|依次|其中|同样|第[一二三]|次[优好佳强]|最[好佳强弱大小多少]"
    r"|[在上中里时的为是得达到至有只仅则而也都均约共即其以用当与和及下却略还仍各好强个对条句次项组]|[^\w]"
)
_STRANGE = 2  # characters: the least that names something the table does not


@dataclass(frozen=True)
class Place:
    """What a number is given to. A level that is not in `labels` may have any; `amount` is a difference, no value."""

    labels: Mapping[Level, Labels] = field(default_factory=dict)
    said: frozenset[str] = frozenset()  # the axes of which its own clause names something
    strange: bool = False  # its clause names something else, too
    related: bool = False  # to another thing: 低于 B 的 2.1, 降到 2.1
    amount: bool = False
    joined: bool = False  # in one clause with the number before

    def names(self, axis: str) -> bool:
        return any(level[0] == axis for level in self.labels)


def runs(text: str, numbers: Sequence[Quantity]) -> Iterator[list[Quantity]]:
    """The numbers of a sentence, those of a list (3.1、2.9 和 4.0) together."""
    run: list[Quantity] = []
    for quantity in numbers:
        if run and not _LIST.fullmatch(text[run[-1].span[1] : quantity.span[0]]):
            yield run
            run = []
        run.append(quantity)
    if run:
        yield run


class Reader:
    """Reads a sentence from left to right and remembers, level by level, what it has named."""

    def __init__(self, text: str, grid: Grid, vocabulary: Vocabulary) -> None:
        self._text, self._grid, self._vocabulary = text, grid, vocabulary
        self._end = 0  # of what has been read
        self._last: dict[Level, list[Labels]] = {}  # the names of the last clause, or list of clauses, that had any
        self._numbered: dict[Level, list[Labels]] = {}  # the labels that the runs just before are themselves
        self._earlier: dict[Level, Labels] = {}  # all names before
        self._strange: set[Level] = set()  # levels of which something unknown may have been named

    def read(self, run: Sequence[Quantity]) -> list[Place]:
        """The place of each number of the next run."""
        start, end = run[0].span[0], run[-1].span[1]
        clause = max((stop.end() for stop in _CLAUSE_END.finditer(self._text, self._end, start)), default=self._end)
        context, own = self._text[self._end : clause], self._text[clause:start]
        relation, amount = _RELATION.search(own) is not None, _AMOUNT.search(own) is not None
        bracket = _BRACKET.match(self._text, end) if len(run) == 1 else None
        own += bracket[0] if bracket else ""
        self._end = end
        strange = self._is_strange(context + own)
        said = frozenset(axis for axis, depth in self._grid.levels if self._says((axis, depth), context + own))
        known = {level: self._names(level, context, own, strange, relation) for level in self._grid.levels}
        known = {level: names or self._listed(level, len(run)) for level, names in known.items()}
        paired = any(len(names) == len(run) for names in known.values()) or not _IN_ORDER.search(own)
        given = [
            {level: _nth(names, n, len(run)) for level, names in known.items() if names and paired and not amount}
            for n in range(len(run))
        ]
        self._numbered = {
            level: [*self._numbered.get(level, []), *labels]
            for level in self._grid.levels
            if (labels := self._labels_of(run, level))
        }
        joined = not context
        known_places = [labels if self._grid.has(labels) else {} for labels in given]
        return [Place(labels, said, strange, relation, amount, joined) for labels in known_places]

    def _names(self, level: Level, context: str, own: str, strange: bool, relation: bool) -> list[Labels]:
        """What the clause names at a level, or else what was named before; [] if that may be anything."""
        around, named = self._grid.named(context, level), self._grid.named(own, level)
        if named and around:
            both = around[0].union(*around)
            named = [labels & both for labels in named] if all(labels & both for labels in named) else named
        if said := _narrowed(named or around) or self._numbered.get(level, []):
            self._remember(level, said, goes_on=own.startswith("、"))
            return said
        plain = not any(self._grid.named(own, other) for other in self._grid.levels if other[0] == level[0])
        if plain and (terms := self._grid.termed(own, level, self._vocabulary)):
            self._earlier[level] = self._earlier.get(level, frozenset()).union(*terms)
            return terms
        if strange:
            self._strange.add(level)
        if level in self._strange or level not in self._last or (relation and level[0] == "row"):
            return []
        return [self._earlier[level]]

    def _says(self, level: Level, clause: str) -> bool:
        named = self._grid.named(clause, level) or self._grid.termed(clause, level, self._vocabulary)
        return bool(named or level in self._numbered)

    def _listed(self, level: Level, count: int) -> list[Labels]:
        """The names before, if they are as many as the numbers of a list."""
        last = self._last.get(level, [])
        return last if len(last) == count > 1 else []

    def _labels_of(self, run: Sequence[Quantity], level: Level) -> list[Labels]:
        """The labels that the numbers of a run name themselves, such as 3 次操作 or a size of 60M."""
        numbered = [self._grid.numbered(quantity, level) for quantity in run]
        return numbered if all(numbered) else []

    def _remember(self, level: Level, names: list[Labels], *, goes_on: bool) -> None:
        self._last[level] = [*self._last.get(level, []), *names] if goes_on else names
        self._earlier[level] = self._earlier.get(level, frozenset()).union(*names)

    def _is_strange(self, text: str) -> bool:
        """Whether `text` speaks of something besides what the table names."""
        rest = self._grid.rest(text, self._vocabulary)
        return len(_RELATION.sub("", _PLAIN.sub("", rest))) >= _STRANGE


def _narrowed(names: list[Labels]) -> list[Labels]:
    """GPT-2 medium 用 A、B: a name that goes with all others narrows them."""
    for name in names:
        others = [other & name for other in names if other is not name]
        if others and all(others):
            return others
    return names


def _nth(names: list[Labels], n: int, count: int) -> Labels:
    """The labels of number `n` of `count`: its own name where there are as many names, else any of them."""
    return names[n] if len(names) == count else frozenset().union(*names)
