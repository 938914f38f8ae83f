"""The reference list: found by its heading, cut into entries by numbers, labels or indents."""

import re
from collections.abc import Sequence

from summarizer.pdf.pages import Line
from summarizer.pdf.sentences import Vocabulary, join_lines

_LABEL = re.compile(r"(\[[^\]]{1,12}\]|\(\d{1,3}\)|\d{1,3}\.)\s*")


def split_references(lines: Sequence[Line], words: Vocabulary) -> tuple[str, ...]:
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
    pages: dict[int, list[Line]] = {}
    for line in lines:
        pages.setdefault(line.page, []).append(line)
    starts = []
    indented = 0
    for i, line in enumerate(lines):
        left = min(other.box[0] for other in pages[line.page] if _same_column(other, line))
        if line.box[0] - left < 3:
            starts.append(i)
        elif line.box[0] - left < 40:
            indented += 1
    return starts if indented >= 0.25 * len(lines) and len(starts) >= 2 else []


def _same_column(a: Line, b: Line) -> bool:
    return min(a.box[2], b.box[2]) - max(a.box[0], b.box[0]) > 0


def _blocks(lines: Sequence[Line]) -> list[int]:
    """Entries set off by space, or that follow a full stop at the end of a short line."""
    starts = [0]
    for i in range(1, len(lines)):
        line, last = lines[i], lines[i - 1]
        new_block = (line.page, line.block) != (last.page, last.block)
        if new_block and last.text.endswith(".") and line.text[:1].isupper():
            starts.append(i)
    return starts
