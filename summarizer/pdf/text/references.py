"""The reference list: found by its heading, cut into entries by numbers, labels or indents."""

import re
from collections.abc import Sequence

from summarizer.pdf.page.pages import Line
from summarizer.pdf.text.sentences import PaperWords, join_lines

_LABEL = re.compile(r"(\[[^\]]{1,12}\]|\(\d{1,3}\)|\d{1,3}\.)\s*")


def split_references(lines: Sequence[Line], words: PaperWords) -> tuple[str, ...]:
    """One string for each entry. Labels if most entries could have one, else hanging indents, else blocks."""
    if not lines:
        return ()
    starts = _labelled(lines) or _hanging(lines) or _blocks(lines)
    entries = []
    for first, last in zip(starts, [*starts[1:], len(lines)], strict=True):
        text, _ = join_lines(lines[first:last], words)
        if len(text) > 10:
            entries.append(text)
    return tuple(entries)


def _labelled(lines: Sequence[Line]) -> list[int]:
    starts = [i for i, line in enumerate(lines) if _LABEL.match(line.text)]
    return starts if len(starts) >= 2 and len(starts) >= len(lines) / 12 and starts[0] <= 2 else []


def _hanging(lines: Sequence[Line]) -> list[int]:
    """Entries begin at a column's left edge, their further lines are indented."""
    lefts: dict[tuple[int, bool], float] = {}
    middles = {page: _middle([line for line in lines if line.page == page]) for page in {line.page for line in lines}}
    columns = [(line.page, line.box[0] > middles[line.page]) for line in lines]
    for column, line in zip(columns, lines, strict=True):
        lefts[column] = min(lefts.get(column, line.box[0]), line.box[0])
    indents = [line.box[0] - lefts[column] for column, line in zip(columns, lines, strict=True)]
    starts = [i for i, indent in enumerate(indents) if indent < 3]
    hanging = sum(3 <= indent < 40 for indent in indents)
    return starts if hanging >= 0.25 * len(lines) and len(starts) >= 2 else []


def _middle(lines: Sequence[Line]) -> float:
    return (min(line.box[0] for line in lines) + max(line.box[2] for line in lines)) / 2


def _blocks(lines: Sequence[Line]) -> list[int]:
    """Entries set off by space, or that follow a full stop at the end of a short line."""
    starts = [0]
    for i in range(1, len(lines)):
        line, last = lines[i], lines[i - 1]
        new_block = (line.page, line.block) != (last.page, last.block)
        if new_block and last.text.endswith(".") and line.text[:1].isupper():
            starts.append(i)
    return starts
