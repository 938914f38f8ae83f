"""What a sentence gives its numbers to: the rows and columns of a table that its words name, level by level.

以 PaLM 2 为骨干，Dater 在 TabFact 上为 84.63: a number belongs to the names of its clause; without any to those before
it, unless something comes between that the table does not name (简单平均为 2.1). As many names as a list has numbers
belong to them one by one. A number may be a name itself: 需要 3 次操作的样本有 1481 个.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from summarizer.trust.grid import EvidenceGrid, Level, Mention
from summarizer.trust.label_names import Labels
from summarizer.trust.label_words import contrasts
from summarizer.trust.numbers import Quantity
from summarizer.trust.units import HARD_UNITS
from summarizer.trust.wordlists import Vocabulary

_LIST = re.compile(r"[^\w，；。]{0,3}(?:[、,/]|和|与|及|以及|或)[ ]?")
_NAME_GAP = re.compile(r"[ ]?[\d.]{0,5}[KMBT]?[^\w，；。]{0,3}(?:[、,/]|和|与|及|以及|或)[ ]?")  # Guanaco 33B 和
_CLAUSE_END = re.compile(r"[，；。：;]|,(?!\d)")
_BRACKET = re.compile(r"[^，；。、（(\d]{0,4}[（(]([^（）()\d]{1,40})[）)]")
_ASIDE_END = re.compile(r"[^（(，；。]*[）)]")  # LoRA（4.7M 可训练参数）
# 24.0 篇文档, 53.3% 单步检索: what is counted tells the place, in words that the table need not have.
_COUNTED = re.compile(
    r"[ ]?个?[\u4e00-\u9fff]"
    r"(?<![个分倍点的降升减增提下上略远高低优超落领比而与和及到至以是为在得约则时])"
)
_COUNTED_NOUN = re.compile(rf"{_COUNTED.pattern}[\u4e00-\u9fff]{{0,2}}的")  # 2.13 亿参数的大模型
_OWNER = re.compile(r"[ ]?(?:个?[\u4e00-\u9fff]{1,3})?的")  # 100 维的 NNLM, 84 小时的 NNLM
_OWNER_END = re.compile(r"[，；。：\d比较]")
_IN_ORDER = re.compile(r"分别|依次")
# Another thing comes in (低于 B 的 2.1), or the number is what lies between two (高 2.1, 降到 2.1).
_CHANGE = (
    r"(?<!最)(?:[高低快慢超升降增减差]|[多少](?![步轮跳头层语]|任务|样本|模态))"
    r"|领先|落后|改善|提高|缩短|节省|压缩(?![比率])"
)
_RELATION = re.compile(rf"{_CHANGE}|[比较优劣从由]|不如|不及|变[为到成]")
_CONTRAST = re.compile(r"但|而|却|不过|只是")  # 英德上超过 A，但英法只有 2.1: what was spoken of before is left
_COURSE = re.compile(r"[了低高少加]?[到至为][约近只仅]?[ ]?$")  # Chain 降到 2.1: a new value of Chain's
_AMOUNT = re.compile(rf"(?:{_CHANGE})[出了约近达过于]{{0,2}}[ ]?$")
_GAP_TO = re.compile(r"(?:领先|落后|高于|低于|优于|超过|胜过|多于|少于)[^，；。（(的]{1,40}$")  # 领先 B 0.7
_COMPARED = re.compile(r"[高低优多少快慢]于|[比较]|超过|领先|落后|不如|不及|对")
AGAINST = re.compile(r"[ ]?(?:对|比|vs\.?)[ ]?")  # 3.1 对 2.1: which is whose, the words before do not tell
_AGAINST_NEXT = re.compile(rf"{AGAINST.pattern}\d")
_SHARE = re.compile(r"(?:得分|分数|成绩|性能|水平|大小|总量|参数|时间)的[ ]?$")  # ChatGPT 得分的 97.8%
_PLAIN = re.compile(
    r"数据集|任务|基准|得分|分数|成绩|结果|模型|方法|设置|骨干|版本|方案|策略|样本|标准|普通|原始|完整|基线|对手"
    r"|原文表|表格|正文|作者|标题|引言|摘要|(?:开发|验证|测试|训练)集|例外|消融|实现|问题|数据|总体|最[高低大小多少]"
    r"|[称说写话]|[一两三四五六七八九十几这那][类种]?"
    r"|分别|依次|其中|同样|前者|后者|两者|本文|划分|包含|包括|使用|采用|需要|取得|获得|报告|第[一二三]|次[优好佳强]|最[好佳强弱]"
    r"|[在上中里时的为是得达到至有只仅则而也都均约共即其以用当与和及下却略还仍各好强个对条句次项组要占给把将]"
    r"|(?<![A-Za-z])\d+|[^\w]"
)
_PART_OF_NAME = re.compile(r"[A-Za-z][ ]?$")  # Guanaco 33B
_MODIFIER = re.compile(r"-[A-Za-z]")  # 5-shot
_IN_BRACKETS = re.compile(r"[（(][^（）()\n]{1,60}[)）]")
_CONDITION = re.compile(r"=[ ]?$")  # n = 4
_ITEM_END = re.compile(r"[、和与及]")
_STRANGE = 2  # characters: the least that names something the table does not

Sort = tuple[object, ...]


@dataclass(frozen=True)
class NamedPlace:
    """What a number is given to. A level that is not in `labels` may have any; `amount` is a difference, no value."""

    labels: Mapping[Level, Labels] = field(default_factory=dict)
    said: frozenset[str] = frozenset()  # the axes of which its own clause names something
    strange: bool = False  # its clause names something else, too
    related: bool = False  # to another thing: 低于 B 的 2.1, 降到 2.1
    compared: bool = False  # with the number before: 低于 B 的 2.1, 3.1 对 2.1
    amount: bool = False
    joined: bool = False  # in one clause with the number before


def sort_of(quantity: Quantity) -> Sort:
    """What may stand in one column: shares, hours, whole numbers, numbers with decimals."""
    return quantity.kind, quantity.unit, quantity.magnitude, quantity.step < 1


def are_alike(quantity: Quantity, other: Quantity) -> bool:
    """Whether two numbers may stand in one column: of one sort, or 12 个参数 and 24 个, of which one has no noun."""
    bare = [replace(q, unit="") for q in (quantity, other) if q.unit not in HARD_UNITS]
    return sort_of(quantity) == sort_of(other) or (
        len(bare) == len({quantity.unit, other.unit} - {""}) + 1 and sort_of(bare[0]) == sort_of(bare[1])
    )


def _is_measured(quantity: Quantity) -> bool:
    return quantity.magnitude or quantity.unit in HARD_UNITS


def runs(text: str, numbers: Sequence[Quantity]) -> Iterator[list[Quantity]]:
    """The numbers of a sentence, those of a list (3.1、2.9 和 4.0) together."""
    run: list[Quantity] = []
    for quantity in numbers:
        before = text[: quantity.span[0]]
        modifies = _MODIFIER.match(text, quantity.span[1]) is not None
        if modifies or _CONDITION.search(before) or (_PART_OF_NAME.search(before) and quantity.text[-1] in "KMBT"):
            continue
        if run and not _LIST.fullmatch(text[run[-1].span[1] : quantity.span[0]]):
            yield run
            run = []
        run.append(quantity)
    if run:
        yield run


class Reader:
    """Reads a sentence from left to right and remembers, level by level, what it has named."""

    def __init__(self, text: str, grid: EvidenceGrid, vocabulary: Vocabulary) -> None:
        self._text, self._grid, self._vocabulary = text, grid, vocabulary
        overshadowed = _overshadowed(text, grid)
        self._levels = [level for level in grid.levels if level not in overshadowed]
        self._end = 0  # of what has been read
        self._last: dict[Level, list[Labels]] = {}  # the names of the last clause, or list of clauses, that had any
        self._numbered: dict[Level, list[Labels]] = {}  # the labels that the runs just before are themselves
        self._earlier: dict[Level, Labels] = {}  # all names before
        self._sorts: dict[Level, set[Sort]] = {}  # of the numbers that were given to these; () for any
        self._singly: dict[Level, list[Labels]] = {}  # what each number that is in no list was given to, in its clause
        self._strange: set[str] = set()  # the axes of which something unknown has been named, too

    def read(self, run: Sequence[Quantity]) -> list[NamedPlace]:
        """The place of each number of the next run."""
        start, end = run[0].span[0], run[-1].span[1]
        context, own, between = self._before_run(start)
        amount = (_AMOUNT.search(own) or _GAP_TO.search(own)) is not None
        share = run[0].kind in ("percent", "times") and _SHARE.search(own) is not None
        bracket = _BRACKET.match(self._text, end)
        own += bracket[0] if bracket else ""
        after = [relation.end() for relation in _RELATION.finditer(own)]
        strange = self._is_strange(context + own)
        names: dict[Level, list[Labels]] = {}
        said: set[str] = set()
        here: set[Level] = set()
        for level in self._levels:
            named = self._said(level, context, own, run[0], strange)
            said |= {level[0]} if named else set()
            here |= {level} if named else set()
            if after and level[0] == "row" and not (named and _COURSE.match(own, after[-1])):  # 低于 B 的: B's alone
                other = own[after[-1] :]
                named = [labels for labels, _ in self._grid.named(other, level)] or self._grid.worded(other, level)
            elif not named:
                named = self._listed(level, len(run), own) or ([] if strange else self._before(level, run[0]))
            names[level] = named or self._listed(level, len(run), own)
            if len(run) == 1 and level in here:
                self._singly.setdefault(level, []).append(_nth(named, 0, 1))
        if strange:  # beside a column it is most likely a row, and the other way round
            self._strange |= {"row", "column"} - (said if len(said) == 1 else set())
        self._numbered = {
            level: [*self._numbered.get(level, []), *labels]
            for level in self._levels
            if (labels := self._labels_of(run, level))
        }
        self._end = bracket.end() if bracket else end
        if _COUNTED.match(self._text, end):
            names |= self._counted(run[-1], {level: names[level] for level in here})
            names |= {level: named for level, named in self._of_kind(end).items() if level not in here}
            said |= {"row", "column"}
        names |= self._owner(end)
        if len(run) > 1 and _IN_ORDER.search(own):
            names |= self._itemized(own, len(run))
        compared = _COMPARED.search(own) is not None
        joined = own.startswith(between)
        place = NamedPlace({}, frozenset(said), strange, bool(after), compared, amount, joined)
        second = AGAINST.fullmatch(between) is not None
        if second or _AGAINST_NEXT.match(self._text, end):
            of_columns = {level: _nth(named, 0, 0) for level, named in names.items() if level[0] == "column" and named}
            place = replace(place, related=True, compared=True, said=frozenset())
            stands = not second and self._grid.has(of_columns)  # the second in its column, or in another of its row
            return [replace(place, labels=of_columns) if stands else place] * len(run)
        return self._given(run, own, names, place, share)

    def _given(
        self, run: Sequence[Quantity], own: str, names: dict[Level, list[Labels]], place: NamedPlace, share: bool
    ) -> list[NamedPlace]:
        """The place with the names of each number of the run: its own of as many, or all of them."""
        paired = len(run) == 1 or any(len(named) == len(run) for named in names.values())
        ordered = _IN_ORDER.split(own)
        if share or (not paired and (place.strange or (len(ordered) > 1 and _ITEM_END.search(ordered[0])))):
            return [place] * len(run)
        if not paired and len(ordered) > 1:  # 三类的准确率依次为: what is named once holds for all of them
            once = {level: named[:1] for level, named in names.items() if len({*named}) == 1}
            names = {level: named for level, named in once.items() if not 1 < len(named[0]) < len(run)}  # 从 A 到 D
        if place.amount:  # a difference may have a column of its own; which row it is in, who is compared does not tell
            names = {level: named for level, named in names.items() if level[0] == "column" and "column" in place.said}
        given = [{level: _nth(named, n, len(run)) for level, named in names.items() if named} for n in range(len(run))]
        return [replace(place, labels=labels) if self._grid.has(labels) else place for labels in given]

    def _before_run(self, start: int) -> tuple[str, str, str]:
        """The clauses before the run's own, its own up to the run, and all that is between it and the run before."""
        aside = _ASIDE_END.match(self._text, self._end, start)
        noun = _COUNTED_NOUN.match(self._text, self._end, start) if self._end else None
        begin = max(found.end() for found in (aside, noun) if found) if aside or noun else self._end
        asides = [aside.span() for aside in _IN_BRACKETS.finditer(self._text, begin, start)]  # （8-shot，maj@8）
        last = start - 1 if self._text[:start].endswith("：") else start  # 平均：3.1 is one clause
        found = (stop.end() for stop in _CLAUSE_END.finditer(self._text, begin, last))
        stops = [stop for stop in found if not any(left < stop < right for left, right in asides)]
        clause = stops[-1] if stops else begin
        counted = stops[0] if stops and begin else begin  # 1,056 个可训练参数，: what the number before counts
        return self._text[counted:clause], self._text[clause:start], self._text[begin:start]

    def _said(self, level: Level, context: str, own: str, number: Quantity, strange: bool) -> list[Labels]:
        """What the clause names at a level, in order; else its terms, sizes just before it, the clause before it."""
        mentions = self._grid.named(own, level, loosely=strange)
        around = [labels for labels, _ in self._grid.named(context, level)]
        both = frozenset().union(*around)
        if mentions and all(labels & both for labels, _ in mentions):
            whole = {span for labels, span in self._grid.named(own, level) if len(labels) == 1}  # SFT beside SFT→RL
            mentions = [(labels if span in whole else labels & both, span) for labels, span in mentions]
        found = _listed_names(own, mentions)
        if terms := self._terms(own, level, bool(mentions)):
            earlier = both | self._earlier.get(level, frozenset())
            terms = [labels & earlier or labels for labels in terms]  # MNLI-m 的准确率
            self._earlier[level] = self._earlier.get(level, frozenset()).union(*terms)
            return _together([*found, *terms]) if found else terms
        if not found:
            found = ([] if strange else self._numbered.get(level, [])) or _together(around)
            if not found and level[0] == "column" and not _CONTRAST.match(own):
                found = _together(self._terms(context, level, named=False))
        if not found:
            return []
        aside = not mentions and level[0] == "column" and _is_measured(number)
        self._last[level] = [*self._last.get(level, []), *found] if own.startswith("、") else found
        self._earlier[level] = self._earlier.get(level, frozenset()).union(*found)
        self._sorts.setdefault(level, set()).add(() if aside else sort_of(number))
        return [] if aside else found  # LoRA（0.8M）: it has a column of its own

    def _terms(self, clause: str, level: Level, named: bool) -> list[Labels]:
        """The terms of a clause that speak of a level: where it has names, too, or no level of the axis has any."""
        others = (other for other in self._levels if other[0] == level[0])
        if named or not any(self._grid.named(clause, other) for other in others):
            return self._grid.termed(clause, level, self._vocabulary)
        return self._grid.worded(clause, level)

    def _before(self, level: Level, number: Quantity) -> list[Labels]:
        """What has been named at a level for numbers of this sort; [] if something else may be meant."""
        sorts = {sort_of(number)} if _is_measured(number) else {sort_of(number), ()}
        other_column = level[0] == "column" and not sorts & self._sorts.get(level, set())
        if level[0] in self._strange or level not in self._last or other_column:
            return []
        return [self._earlier[level]]

    def _counted(self, quantity: Quantity, said: Mapping[Level, list[Labels]]) -> dict[Level, list[Labels]]:
        """What is counted at each level of the columns, 216.1 词; else what the clause names there, if one column has
        both."""
        counted_as = _CLAUSE_END.split(self._text[quantity.span[1] :], maxsplit=1)[0]
        levels = [level for level in self._levels if level[0] == "column"]
        found = {
            level: self._grid.counting(quantity.unit, level)
            or self._grid.termed(counted_as, level, self._vocabulary)[:1]
            for level in levels
        }
        for level in levels:
            both = {
                other: _nth(labels, 0, 0) for other, labels in {**found, level: said.get(level, [])}.items() if labels
            }
            if level in said and not found[level] and self._grid.has_column(both):
                found[level] = said[level]
        return found

    def _of_kind(self, end: int) -> dict[Level, list[Labels]]:
        """The rows of which a share is told: 8.6% 单步检索."""
        after = _OWNER_END.split(self._text[end:], maxsplit=1)[0]
        rows = (level for level in self._levels if level[0] == "row")
        return {level: named[:1] for level in rows if (named := self._grid.worded(after, level))}

    def _owner(self, end: int) -> dict[Level, list[Labels]]:
        """The rows that a number which ends at `end` is said to be of: 100 维的 NNLM, 84 小时的 NNLM."""
        owner = _OWNER.match(self._text, end)
        after = _OWNER_END.split(self._text[owner.end() :], maxsplit=1)[0] if owner else ""
        rows = [level for level in self._levels if level[0] == "row"]
        found = {level: [labels for labels, _ in self._grid.named(after, level)] for level in rows}
        found = {level: named or self._grid.worded(after, level)[:1] for level, named in found.items()}
        return {level: named for level, named in found.items() if named}

    def _itemized(self, clause: str, count: int) -> dict[Level, list[Labels]]:
        """What a list of as many items as numbers names, item by item: 计算、缺步、语义错误分别为.

        An item that the table has in other words may be any.
        """
        items = _ITEM_END.split(_IN_ORDER.split(clause)[0])[-count:]
        found = {}
        for level in self._levels:
            named = [
                frozenset().union(
                    *(labels for labels, _ in self._grid.named(item, level)),
                    *self._grid.termed(item, level, self._vocabulary),
                )
                for item in items
            ]
            if len(items) == count and any(named):
                found[level] = [labels or self._grid.levels[level] for labels in named]
        return found

    def _listed(self, level: Level, count: int, clause: str) -> list[Labels]:
        """The names before, if they are as many as the numbers of a list: of a list, or of as many single numbers."""
        last, single = self._last.get(level, []), self._singly.get(level, [])
        if len(last) == count > 1:
            return last
        return single if _IN_ORDER.search(clause) and len({*single}) == len(single) == count > 1 else []

    def _labels_of(self, run: Sequence[Quantity], level: Level) -> list[Labels]:
        """The labels that the numbers of a run name themselves, such as 3 次操作 or a size of 60M."""
        numbered = [self._grid.numbered(quantity, level) for quantity in run]
        return numbered if all(numbered) else []

    def _is_strange(self, text: str) -> bool:
        """Whether `text` speaks of something besides what the table names, as of 单任务 beside a row Multitask."""
        has = self._grid.has_word
        if any(has(any_of_them) and not has(word) for word, any_of_them in contrasts(text)):
            return True
        rest = self._grid.rest(text, self._vocabulary)
        return len(_RELATION.sub("", _PLAIN.sub("", rest))) >= _STRANGE


def _overshadowed(text: str, grid: EvidenceGrid) -> set[Level]:
    """The levels all of whose names in `text`, with others, are those of another level of the axis, too.

    M3 比 M2: beside Iter 3 (M3) and Iter 2 (M2) the data of M2, on which M3 is trained, are not meant.
    """
    spans = {level: {span for _, span in grid.named(text, level)} for level in grid.levels}
    return {
        level
        for level, own in spans.items()
        if own and any(other[0] == level[0] and own < theirs for other, theirs in spans.items())
    }


def _listed_names(clause: str, mentions: Sequence[Mention]) -> list[Labels]:
    """The names of a list (A、B 和 C) one by one; of others what they have in common, or else all together.

    GPT-2 medium 用 A、B: a name that goes with all others narrows them.
    """
    for mention in mentions:
        others = [(labels & mention[0], span) for labels, span in mentions if span != mention[1]]
        if others and all(labels for labels, _ in others):
            return _listed_names(clause, others)
    gaps = (clause[a[1] : b[0]] for (_, a), (_, b) in pairwise(mentions))
    names = [labels for labels, _ in mentions]
    return names if all(_NAME_GAP.fullmatch(gap) for gap in gaps) else _together(names)


def _together(names: list[Labels]) -> list[Labels]:
    return [frozenset().union(*names)] if names else []


def _nth(names: list[Labels], n: int, count: int) -> Labels:
    """The labels of number `n` of `count`: its own name where there are as many names, else any of them."""
    return names[n] if len(names) == count else frozenset().union(*names)
