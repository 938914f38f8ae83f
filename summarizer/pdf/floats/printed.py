"""What is printed in a figure: bar labels, cells of heat maps, words of diagrams, legends.

The ticks of axes and running text (dialogues, prompts, examples) are left out.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from summarizer.pdf.floats.rows import Label, rows_of
from summarizer.pdf.floats.ticks import find_ticks, is_number, is_round
from summarizer.pdf.page.boxes import middle
from summarizer.pdf.page.lines import line_text
from summarizer.pdf.page.pages import UNKNOWN, Line, Span, union

_LONGEST = 600  # characters
_MOST_LINES = 1000  # of a figure that is looked at
_FEWEST, _MOST = 3, 300  # labels of one that can be told
_VALUES = 0.3  # share of labels with a number in a text that may be told in part
_WORD = re.compile(r"[^\W\d_]{2,}")
_FACTOR = re.compile(r"[·×] ?10\b")
_PARAGRAPH = 12  # words of running text
_A_LINE = 3.0  # of its words in a line
_SENTENCE = 8  # words of a line that is running text by itself
_SPOKEN = 0.12  # share of the words of sentences from which on a text is one of sentences, however short its lines are
_OF_SENTENCES = re.compile(
    r"\b(?:an|the|is|are|was|were|be|been|it|its|this|that|these|those|there|here|you|he|she|we|they|me|my|your|his|her|"
    r"our|their|can|could|will|would|should|do|does|did|have|has|had|what|who|how|if|but|not|please)\b",
    re.I,
)
_SPACE, _SPACE_OF_NUMBERS = 0.6, 0.15  # em: more is between labels


def printed_text(lines: Sequence[Line], upright: Sequence[Line]) -> str:
    """The text of a figure's lines, its rows parted by bars; "" if that is little, too much, or running text.

    `upright` are the lines that do not run from left to right.
    """
    if not _FEWEST <= len(lines) + len(upright) <= _MOST_LINES:
        return ""
    labels = [label for line in _without_running_text(lines) for label in _labels_of(line)]
    labels += [Label(line.text, line.box, upright=True) for line in upright]
    labels = [label for label in dict.fromkeys(labels) if _says_something(label.text)]  # some are painted twice
    labels = _without_ticks(_with_brackets(labels))
    said = " ".join(label.text for label in labels)
    words = len(_WORD.findall(said))
    if not _FEWEST <= len(labels) <= _MOST or not words or len(_OF_SENTENCES.findall(said)) > _SPOKEN * words:
        return ""
    text = " | ".join(_told_once(map(_row_text, rows_of(labels))))
    if len(text) <= _LONGEST:
        return text
    values = sum(any(map(str.isdigit, label.text)) for label in labels)
    return f"{text[:_LONGEST].rsplit(maxsplit=1)[0]} …" if values >= _VALUES * len(labels) else ""


def _without_running_text(lines: Sequence[Line]) -> list[Line]:
    """The lines but for sentences and paragraphs of many words; none if these are the most."""
    words = {id(line): len(_WORD.findall(line.text)) for line in lines}
    running: set[int] = set()
    for paragraph in _paragraphs([line for line in lines if words[id(line)] > 1]):
        count = sum(words[id(line)] for line in paragraph)
        whole = count >= _PARAGRAPH and count >= _A_LINE * len(paragraph)
        running.update(id(line) for line in paragraph if whole or words[id(line)] >= _SENTENCE)
    if 2 * sum(words[line] for line in running) > sum(words.values()):
        return []
    return [line for line in lines if id(line) not in running]


def _paragraphs(lines: Iterable[Line]) -> list[list[Line]]:
    """Lines close under each other in one type, from one left edge or around one middle."""
    paragraphs: list[list[Line]] = []
    for line in sorted(lines, key=lambda line: (line.box[1], line.box[0])):
        own = next((paragraph for paragraph in reversed(paragraphs) if _goes_on(paragraph[-1], line)), None)
        if own is None:
            paragraphs.append([line])
        else:
            own.append(line)
    return paragraphs


def _goes_on(last: Line, line: Line) -> bool:
    step = line.box[3] - last.box[3]
    if not 0.4 * line.height < step < 1.6 * max(line.size, last.size) or abs(line.size - last.size) > 1:
        return False
    middles = (line.box[0] + line.box[2] - last.box[0] - last.box[2]) / 2
    return min(abs(line.box[0] - last.box[0]), abs(middles)) < line.size


def _labels_of(line: Line) -> Iterator[Label]:
    """The line parted at its wide spaces, and numbers at any."""
    spans: list[Span] = []
    for span in line.spans:
        if spans and _is_apart(spans[-1], span):
            yield from _numbers_apart(_label(spans))
            spans = []
        spans.append(span)
    yield from _numbers_apart(_label(spans))


def _is_apart(last: Span, span: Span) -> bool:
    gap = (span.box[0] - last.box[2]) / last.size if last.size else 0.0
    if gap <= _SPACE_OF_NUMBERS:
        return False
    return gap > _SPACE or (is_number(last.text) and is_number(span.text) and not span.superscript)


def _label(spans: Sequence[Span]) -> Label:
    return Label(line_text(list(spans)).strip(" :;,|"), union(span.box for span in spans))


def _numbers_apart(label: Label) -> Iterator[Label]:
    """The label, or if it is all numbers each of them; where they stand is told by their letters."""
    parts = label.text.split()
    if len(parts) < 2 or not all(map(is_number, parts)):
        yield label
        return
    x0, y0, x1, y1 = label.box
    width, at = (x1 - x0) / len(label.text), 0
    for part in parts:
        at = label.text.index(part, at)
        yield Label(part, (x0 + at * width, y0, x0 + (at + len(part)) * width, y1))
        at += len(part)


def _says_something(text: str) -> bool:
    """Is it no mere symbol of a formula, no factor of an axis, and nothing that cannot be read?"""
    if UNKNOWN in text or _FACTOR.match(text):
        return False
    return bool(_WORD.search(text)) or (any(map(str.isdigit, text)) and ("=" in text or not text[0].islower()))


def _with_brackets(labels: Sequence[Label]) -> list[Label]:
    """The labels, a number in brackets with the number that stands over it, or under it, close by."""
    bracketed = [label for label in labels if label.text.startswith("(") and is_number(label.text)]
    plain = [label for label in labels if not label.text.startswith("(") and is_number(label.text)]
    own: dict[Label, Label] = {}
    for label in bracketed:
        near = (other for other in plain if other not in own and _is_close(label, other))
        nearest = min(near, key=lambda other: abs(middle(other.box) - middle(label.box)), default=None)
        if nearest:
            own[nearest] = label
    joined = {a: Label(f"{a.text} {b.text}", union((a.box, b.box))) for a, b in own.items()}
    taken = set(own.values())
    return [joined.get(label, label) for label in labels if label not in taken]


def _is_close(label: Label, other: Label) -> bool:
    aside = abs(label.box[0] + label.box[2] - other.box[0] - other.box[2])
    return aside < label.height and abs(middle(label.box) - middle(other.box)) < 1.5 * label.height


def _without_ticks(labels: Sequence[Label]) -> list[Label]:
    numbers = [label for label in labels if is_number(label.text)]
    ticks = {numbers[n] for n in find_ticks([(label.text, label.box) for label in numbers])}
    if ticks and all(is_round(label.text) for label in numbers if label not in ticks):
        ticks.update(numbers)  # the two ticks of a short axis are no progression
    return [label for label in labels if label not in ticks]


def _row_text(row: Sequence[str]) -> str:
    """Numbers are parted by spaces, anything else by semicolons."""
    parts = _of_one_panel(row)
    gaps = (" " if is_number(before) and is_number(after) else "; " for before, after in pairwise(parts))
    return parts[0] + "".join(gap + part for gap, part in zip(gaps, parts[1:], strict=True))


def _of_one_panel(row: Sequence[str]) -> Sequence[str]:
    """The row, once if its words come again in the same order, as names below the bars of several panels do."""
    if not all(map(is_number, row)):
        for length in range(1, len(row) // 2 + 1):
            times, rest = divmod(len(row), length)
            if not rest and list(row) == list(row[:length]) * times:
                return row[:length]
    return row


def _told_once(rows: Iterable[str]) -> Iterator[str]:
    """The rows without those of words that came before, as legends of several panels do."""
    told: set[str] = set()
    for row in rows:
        if row not in told or any(map(str.isdigit, row)):
            yield row
        told.add(row)
