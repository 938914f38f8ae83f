"""The rows of a table's blocks, put together into one grid; what holds wherever the rows were read.

Without MuPDF: the pages of HTML are read in the main process.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from summarizer.types import Box, Row

_UNIT = r"[%x×]|[BMGTK]i?B?(?:/s)?|[GMTP]?FLOPS?|[nmuμµ]?s|min|hr?s?|days?|[mk]?W|MWh|[MG]Hz"
_NUMBER = rf"[(~<>≈≤≥±+−–-]*[$€£]?[.\d][\d.,/]* ?(?:{_UNIT})?"
_SEVERAL = rf"{_NUMBER}(?: / {_NUMBER}){{0,4}}"  # as a result by two measures
DATUM = re.compile(
    rf"{_SEVERAL}\W{{0,2}}(\s?([±^(·×]|E[-−+\d]).*)?$|{_NUMBER} ?→ ?{_NUMBER}$|[-–—✓✗✔✘×]+$|n/a$|oom$", re.I
)
# Results have these, sizes and settings in heads rarely.
FRACTION = re.compile(r"\d{0,9}\.\d{1,9}(?![\d.]{0,9}[KMBT]B?\b)|%|±|\d\d\d,?\d\d\d")
ENUMERATED = re.compile(r"\(?\w{1,4}\)")
_RANGE = ("..", "...", "–", "-", "—", "to")
LEVEL: str = " / "  # between a group and what is in it


@dataclass(frozen=True, slots=True)
class Grid:
    """`boxes` are those of the rows, in their order. `doubts` say what is not sure of the grid; none: all of it is.

    `notes` are the lines below the table that belong to it.
    """

    corner: str = ""
    columns: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()
    boxes: tuple[Box, ...] = ()
    notes: tuple[tuple[str, Box], ...] = ()
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Record:
    """A row of the table: its cells by the column, "" where there is none."""

    title: str  # what stands over the row and its like, alone in a row
    cells: list[str]
    box: Box


@dataclass(frozen=True, slots=True)
class Part:
    """A block that is read: the first `stub` of its columns hold labels. `title` is the caption that it has alone."""

    heads: tuple[str, ...]
    stub: int
    records: list[Record]
    title: str = ""


def count_labels(heads: tuple[str, ...], records: list[Record]) -> int:
    """How many columns from the left it takes to tell the rows apart, as long as they hold names.

    Those under one head belong together.
    """
    first = next((n for n, head in enumerate(heads) if head != heads[0]), len(heads)) if heads[0] else 1
    for stub in range(min(first, len(heads) - 1), len(heads) - 1):
        names = {(record.title, *record.cells[:stub]) for record in records}
        following = [record.cells[stub] for record in records]
        headless = stub == 1 and not heads[stub] and any(heads[stub:])  # as the labels before it
        numbers = any(map(DATUM.match, following))
        if not headless and (len(names) == len(records) or not all(following) or numbers):
            return stub
    return max(1, len(heads) - 1)


def assembled(parts: list[Part], doubts: list[str]) -> Grid:
    """One grid of all blocks. A block with other heads than those above it has columns of its own.

    What stands over the labels names the block where blocks differ in nothing else.
    """
    columns: list[str] = []
    places = [_places(columns, part) for part in parts]
    corners = [_joined(part.heads[: part.stub]) for part in parts]
    are_names = len(set(map(tuple, places))) == 1 < len(set(corners))
    for part in parts:
        labelled = [bool(record.cells[0]) for record in part.records]
        if not all(labelled[labelled.index(True) :] if any(labelled) else ()):
            doubts.append("a row without a label of its own")
    rows, boxes = [], []
    for part, place, corner in zip(parts, places, corners, strict=True):
        block = corner if are_names else ""
        for record in part.records:
            cells = [""] * len(columns)
            for n, cell in zip(place, record.cells[part.stub :], strict=True):
                cells[n] = cell
            label = LEVEL.join(filter(None, (part.title, block, record.title, *_as_ranges(record.cells[: part.stub]))))
            rows.append(Row(label, tuple(cells)))
            boxes.append(record.box)
    corner = "" if are_names else _corner(corners, parts[0])
    return Grid(corner, tuple(columns), tuple(rows), tuple(boxes), doubts=tuple(doubts))


def _as_ranges(labels: list[str]) -> list[str]:
    """The labels of a row, two numbers with a sign of a range between them as one."""
    for n, (first, sign, last) in enumerate(zip(labels, labels[1:], labels[2:], strict=False)):
        if sign in _RANGE and DATUM.match(first) and DATUM.match(last):
            return [*labels[:n], f"{first} {sign} {last}", *_as_ranges(labels[n + 3 :])]
    return labels


def _places(columns: list[str], part: Part) -> list[int]:
    """Where the cells of a block stand among the columns, which grow by those that it has alone.

    One with a caption of its own shares columns by their heads, others only all of their columns together.
    """
    own = list(part.heads[part.stub :])
    start = next((s for s in range(len(columns)) if columns[s : s + len(own)] == own), len(columns))
    shared = part.title and len(set(own)) == len(own) and len(set(columns)) == len(columns)
    if start < len(columns) or not shared:
        columns[start : start + len(own)] = own
        return list(range(start, start + len(own)))
    columns += [head for head in own if head not in columns]
    return [columns.index(head) for head in own]


def _corner(corners: list[str], first: Part) -> str:
    """What is over the labels of the first block, but for a head of all its columns that other blocks do not have."""
    over = {level for head in first.heads[first.stub :] for level in head.split(LEVEL)}
    own = corners[0].split(LEVEL)
    return LEVEL.join(level for level in own if level not in over or all(level in c.split(LEVEL) for c in corners))


def _joined(names: Iterable[str]) -> str:
    """The heads of the labels as one text, what is over several of them once."""
    return LEVEL.join(dict.fromkeys(level for name in names if name for level in name.split(LEVEL)))
