"""Two numbers that a sentence holds against each other, 3.1 对 2.9: of which cells of a table they can be."""

import re
from collections.abc import Iterable

from summarizer.trust.grid import EvidenceCell, EvidenceGrid

_PART_END = re.compile(r"[；。]")
_TURNED = re.compile(r"[比较被与和]")  # 比 B 高，A 为 3.1 对 2.9
_RELATED = re.compile(rf"{_TURNED.pattern}|于|不如|不及|超过|落后|领先|胜过")  # 落后于 B（3.1 对 2.9）

# What stands between two numbers of which the second is the first's new value, or what the first is measured by.
_UNIT = r"[ ]?(?:%|个百分点|分)?[ ]?"
_MOVES = r"[升降增减提跌涨掉][高低升加少至到]{0,2}[到至为]"
COURSE = re.compile(rf"{_UNIT}[^，；。,\d]{{0,8}}?{_MOVES}[约近]?[ ]?")
HELD_AGAINST = re.compile(
    rf"{_UNIT}[，,]?[^，；。,\d]{{0,12}}?"
    rf"(?:{_MOVES}|(?:[高低优多少大小]于|超过|不及|不如|接近)[^，；。,]{{0,30}}的?)[约近]?[ ]?"
)

_Pair = tuple[EvidenceCell, EvidenceCell]


def in_line(first: Iterable[EvidenceCell], second: Iterable[EvidenceCell]) -> list[_Pair]:
    """The pairs of different cells that stand in one column or in one row."""
    others = list(second)
    return [(a, b) for a in first for b in others if (a.row == b.row) != (a.column == b.column)]


def compared(
    first: Iterable[EvidenceCell], second: Iterable[EvidenceCell], before: str, grid: EvidenceGrid
) -> list[_Pair]:
    """The pairs of cells that stand in one column or in one row and are of what `before` names.

    A 略高（3.1 对 2.9）, and A 优于 B，为 3.1 对 2.9: the first number is the first name's, unless words may turn
    them round; then each name has one of the two. What the table does not name may be any row.
    """
    pairs = in_line(first, second)
    part = _PART_END.split(before)[-1]
    for level in (level for level in grid.levels if level[0] == "row"):
        named = [labels for labels, _ in grid.named(part, level)]
        if len(named) == 1 or (len(named) == 2 and not named[0] & named[1]):
            either = (_RELATED if len(named) == 1 else _TURNED).search(part)
            labels = {(a, b): (grid.label(a, level), grid.label(b, level)) for a, b in pairs}
            pairs = [
                pair
                for pair, found in labels.items()
                if any(
                    all(label in {"", *name} for label, name in zip(order, named, strict=False))
                    for order in ((found, found[::-1]) if either else (found,))
                )
            ]
    return pairs
