"""The steps of an algorithm or a listing: the rows of its region in order, with number and indent."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from summarizer.pdf.page.glyphs import Glyphs
from summarizer.pdf.page.pages import Line, Span, union
from summarizer.pdf.text.formula import linear
from summarizer.pdf.text.sentences import PaperWords
from summarizer.pdf.text.signs import LARGE
from summarizer.types import Box

_NUMBER = re.compile(r"(?P<value>\d{1,3})\s?[:.]?(?:\s+|$)")
_WORD = re.compile(r"[^\W\d_]{3,}")
_GOES_ON = re.compile(r"(?!(?:end|for|if|else|elif|while|until|repeat|return|do|then|input|output)\b)[a-z]{2,}\b(?! =)")
_LEVEL = 4.0  # points that a level is indented by at least
_FULL = 20.0  # points from the right edge within which a row may be wrapped


@dataclass(frozen=True, slots=True)
class AlgorithmStep:
    """`left` is where its text begins, after the number; `right` is where its last row ends."""

    number: str
    text: str
    left: float
    right: float
    box: Box
    mono: bool


def read_steps(lines: Sequence[Line], glyphs: Glyphs, words: PaperWords) -> list[AlgorithmStep]:
    """The steps in the lines of one page; a step that is wrapped is one."""
    rows = [_step(row, glyphs) for row in _rows(lines)]
    edge = max((row.right for row in rows), default=0.0) - _FULL
    counted = _counted([row.number for row in rows])
    steps: list[AlgorithmStep] = []
    for row, count in zip(rows, counted, strict=True):
        if not count:
            row = replace(row, number="", text=f"{row.number} {row.text}".strip())
        if steps and _is_wrapped(steps[-1], row, edge):
            steps[-1] = _joined(steps[-1], row, words)
        elif row.text:
            steps.append(row)
    return steps


def indented(steps: Sequence[AlgorithmStep]) -> tuple[str, ...]:
    """The steps as lines of text, two spaces for each level of indentation."""
    levels: list[float] = []
    for left in sorted(step.left for step in steps):
        if not levels or left - levels[-1] > _LEVEL:
            levels.append(left)
    depths = (sum(level <= step.left for level in levels) - 1 for step in steps)
    return tuple(
        f"{step.number} {'  ' * depth}{step.text}" if step.number else "  " * depth + step.text
        for step, depth in zip(steps, depths, strict=True)
    )


def _rows(lines: Sequence[Line]) -> list[list[Line]]:
    """Lines on one baseline, from left to right, with what is above and below it in smaller print."""
    sizes = Counter[float]()
    for line in lines:
        sizes[line.size] += len(line.text)
    usual = max(sizes, key=sizes.__getitem__, default=0.0)
    bases: list[float] = []
    for base in sorted(map(_base, [line for line in lines if _is_full(line, usual)] or lines)):
        if not bases or base - bases[-1] > 0.6 * usual:
            bases.append(base)
    rows: dict[float, list[Line]] = {base: [] for base in bases}
    for line in sorted(lines, key=lambda line: line.box[0]):
        rows[min(bases, key=lambda base: abs(base - _base(line)))].append(line)
    return list(rows.values())


def _is_full(line: Line, usual: float) -> bool:
    """Is it no index and no part of a fraction?"""
    letters = (span for span in line.spans if not LARGE.issuperset(span.text.strip()))
    return any(span.size > 0.8 * usual for span in letters) or len(_WORD.findall(line.text)) > 1


def _base(line: Line) -> float:
    return max(line.spans, key=lambda span: (span.size, len(span.text))).base


def _step(row: list[Line], glyphs: Glyphs) -> AlgorithmStep:
    spans = [span for line in row for span in line.spans]
    box = union(line.box for line in row)
    number = _NUMBER.match(row[0].text)
    left = _after_number(spans, box) if number else box[0]
    if any(span.math for span in spans):
        signs, rules = glyphs.of(row)
        text = " ".join(filter(None, linear((sign for sign in signs if sign.box[2] > left), rules)))
    else:
        text = " ".join(line.text for line in row)
    again = _NUMBER.match(text)  # number and text in one span
    if number and again and again["value"] == number["value"]:
        text = text[again.end() :]
    return AlgorithmStep(number[0].strip() if number else "", text, left, box[2], box, row[0].mono)


def _after_number(spans: list[Span], box: Box) -> float:
    """Where the text begins."""
    others = (span.box[0] for span in spans[1:] if not _NUMBER.fullmatch(span.text.strip()))
    return next(others, box[0]) if _NUMBER.fullmatch(spans[0].text.strip()) else box[0]


def _counted(numbers: list[str]) -> list[bool]:
    """Which rows are numbered: those whose numbers follow each other, if they are many."""
    last, counted = None, []
    for number in numbers:
        match = _NUMBER.match(number)
        value = int(match["value"]) if match else None
        counted.append(value is not None and (last is None or last < value <= last + 2))
        last = value if counted[-1] else last
    return counted if sum(counted) > 0.3 * len(numbers) else [False] * len(numbers)


def _is_wrapped(step: AlgorithmStep, row: AlgorithmStep, edge: float) -> bool:
    """Does the row go on with the step before it? `edge` is from where on a row is full."""
    if row.number or not row.text:
        return False
    if step.number:
        return row.left > step.box[0] + _LEVEL
    return step.right > edge and _GOES_ON.match(row.text) is not None and not step.mono and "←" not in row.text


def _joined(step: AlgorithmStep, row: AlgorithmStep, words: PaperWords) -> AlgorithmStep:
    cut = step.text.endswith("-") and row.text[0].isalnum()
    text = words.join(step.text, row.text) if cut else f"{step.text} {row.text}"
    return replace(step, text=text, right=row.right, box=union((step.box, row.box)))
