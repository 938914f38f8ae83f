"""The cells of a table: from the lines in its region to rows of cells of one height."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import groupby, pairwise
from operator import itemgetter

import pymupdf

from summarizer.pdf.page.boxes import middle
from summarizer.pdf.page.lines import line_text
from summarizer.pdf.page.pages import TEXT_FLAGS, Line, Page, Span, union
from summarizer.pdf.text.sentences import PaperWords, is_cut
from summarizer.types import Box


@dataclass(frozen=True, slots=True)
class Cell:
    """`words` are its parts, each with its place; empty if there is one only."""

    box: Box
    text: str
    words: tuple["Cell", ...] = ()
    bold: bool = False  # all but formulas
    italic: bool = False

    @property
    def middle(self) -> float:
        return (self.box[1] + self.box[3]) / 2


CellRow = list[Cell]
Column = tuple[float, float]  # its left and right edge
Glyphs = dict[Box, list[tuple[str, Box]]]  # by the box of their span
_Word = tuple[list[Span], str]  # spans that touch, and their text

_NUMBER = re.compile(r"[±+−–-]?\.?\d[\d.,]*(±[\d.]+)?[%BMGTKk×x]?[*∗†‡]?$")
# Stands apart from its value, but is no cell.
_SPREAD = re.compile(r"±\s?[\d.]+$|\([±+−–-]?[\d.]+ ?[%×x]?\)$|\([—–-]\)$")
_WORD_SPACE = 0.5  # em; a wider space parts a word and a number
_TEXT_SPACE = 1.0  # em; a narrower one may be within justified text
_APART = 0.35  # heights of a cell: more than between two words
_ASCENT, _DESCENT, _TALL = 0.75, 0.25, 1.4  # em
_TOUCH = 0.1  # em; a narrower one is none
_MOSTLY = 0.7  # of the rows
_BAYS = 3  # columns at least
_TWO = 2
_UNEVEN = 0.4  # heights of a cell
_ACROSS = 1.5  # points: how far a word may reach over the rule at the edge of its cell


def read_cells(
    lines: list[Line], uprights: list[Box], labels: list[Cell], glyphs: Glyphs | None = None
) -> list[CellRow]:
    """Rows of cells from the top, each from left to right; `labels` are those that run upwards.

    Without `glyphs` spaces within a span part no cells, which is wrong for columns that nearly touch.
    """
    beside = ((line, _at_height(line.box, uprights)) for line in lines)
    cells = [cell for line, own in beside for cell in _cells(line.spans, own, glyphs or {})]
    return _rows([*cells, *labels])


def _at_height(box: Box, uprights: list[Box]) -> list[Box]:
    """The upright rules that are beside the box somewhere: TeX draws one for each row."""
    return [rule for rule in uprights if rule[1] - 1 <= box[3] and box[1] <= rule[3] + 1]


def join_in_bays(rows: list[CellRow], uprights: list[Box]) -> list[CellRow]:
    """The rows with one cell between two upright rules, if these part all columns: words are set wide apart there."""
    if not uprights:
        return rows
    beside = [_at_height(union([cell.box for cell in row]), uprights) for row in rows]
    bays = [[bay_of(cell.box, own) for cell in row] for row, own in zip(rows, beside, strict=True)]
    apart = sum(len(own) == len(set(own)) for own in bays)
    if apart < _MOSTLY * len(rows) or len({bay for own in bays for bay in own}) < _BAYS:
        return rows
    pairs = (zip(own, row, strict=True) for own, row in zip(bays, rows, strict=True))
    return [[_one([cell for _, cell in cells]) for _, cells in groupby(row, itemgetter(0))] for row in pairs]


def part_at_starts(rows: list[CellRow]) -> list[CellRow]:
    """The rows with their first cells parted where most rows begin: labels of groups nearly touch those beside them."""
    starts = Counter(round(row[0].box[0]) for row in rows)
    left, times = max(starts.items(), key=itemgetter(1), default=(0, 0))
    if 2 * times < len(rows) or times < _BAYS or left == min(starts):
        second = _second_start([row for row in rows if len(row) > 1 and row[0].box[0] < min(starts) + 1])
        return rows if second is None else [[*_parted_at(row[0], second), *row[1:]] for row in rows]
    return [[*_parted_at(row[0], left), *row[1:]] for row in rows]


def _second_start(rows: list[CellRow]) -> float | None:
    """Where all rows have a word in line, behind words that end at several places: labels of two columns.

    They nearly touch in some rows, and are cells of their own in others.
    """
    together = min((row[0] for row in rows if row[0].words), key=lambda cell: len(cell.words), default=None)
    for word in together.words[1:] if together and len(rows) >= _BAYS else ():
        pairs = [[*_parted_at(row[0], word.box[0]), row[1]][:_TWO] for row in rows]
        ends = [left.box[2] for left, _ in pairs]
        in_line = all(abs(right.box[0] - word.box[0]) < 1 for _, right in pairs)
        if in_line and max(ends) - min(ends) > _UNEVEN * (word.box[3] - word.box[1]):
            return word.box[0]
    return None


def _parted_at(cell: Cell, left: float) -> list[Cell]:
    for n, (before, word) in enumerate(pairwise(cell.words), 1):
        if abs(word.box[0] - left) < 1 and word.box[0] - before.box[2] > _APART * (cell.box[3] - cell.box[1]):
            return [_one(list(cell.words[:n])), _one(list(cell.words[n:]))]
    return [cell]


def bay_of(box: Box, uprights: list[Box]) -> Column:
    """The place between the nearest upright rules beside the box, at its height; infinite where there is none."""
    centre, height = (box[0] + box[2]) / 2, middle(box)
    beside = [round((rule[0] + rule[2]) / 2, 1) for rule in uprights if rule[1] - 1 <= height <= rule[3] + 1]
    left = max((x for x in beside if x <= centre), default=float("-inf"))
    return left, min((x for x in beside if x > centre), default=float("inf"))


def _one(parts: list[Cell]) -> Cell:
    if len(parts) == 1:
        return parts[0]
    text, first = " ".join(part.text for part in parts), parts[0]
    return Cell(union([part.box for part in parts]), text, tuple(parts), first.bold, first.italic)


def find_glyphs(page: Page, lines: list[Line]) -> Glyphs:
    """The place of each glyph of the lines that have a space within a span. Costs another pass over the page."""
    spaced = [line.box for line in lines if any(" " in span.text.strip() for span in line.spans)]
    if not spaced:
        return {}
    clip = union(spaced)
    raw = page.handle.get_text("rawdict", clip=clip, flags=TEXT_FLAGS & ~pymupdf.TEXT_COLLECT_VECTORS)
    return {
        span["bbox"]: [(char["c"], char["bbox"]) for char in span["chars"]]
        for block in raw["blocks"] for line in block.get("lines", ()) for span in line["spans"]
    }  # fmt: skip


def run_on(above: str, below: str, words: PaperWords) -> str:
    """Two lines of one cell as one text."""
    return words.join(above, below) if is_cut(above) and below[:1].isalpha() else f"{above} {below}".strip()


def _cells(spans: list[Span], uprights: list[Box], glyphs: Glyphs) -> Iterator[Cell]:
    group: list[_Word] = []
    for spans_of_word in _words(spans, glyphs):
        word = spans_of_word, line_text(spans_of_word)
        if group and (_parts_cells(group[-1], word) or _is_between(uprights, group[-1], word)):
            yield _joined(group)
            group = []
        group.append(word)
    if group:
        yield _joined(group)


def _words(spans: list[Span], glyphs: Glyphs) -> list[list[Span]]:
    """Spans, or their parts between spaces, that touch."""
    words: list[list[Span]] = []
    for span in spans:
        for n, part in enumerate(_parted(span, glyphs.get(span.box))):
            if words and n == 0 and part.box[0] - words[-1][-1].box[2] < _TOUCH * part.size:
                words[-1].append(part)
            else:
                words.append([part])
    return words


def _parts_cells(left: _Word, right: _Word) -> bool:
    """Is the space between two words wider than one within a cell may be?"""
    (*_, last), text_before = left
    (first, *_), text = right
    gap = (first.box[0] - last.box[2]) / max(last.size, first.size)
    if gap <= _TOUCH:
        return False
    if text_before.endswith("±"):  # spreads are set in line below each other
        return False
    if text_before.endswith(",") and gap <= _WORD_SPACE:  # a list goes on
        return False
    widest = _WORD_SPACE
    if gap <= _TEXT_SPACE and not first.starts_cell:  # a wider one parts whatever words
        numbers = (_NUMBER.match(text_before) is not None) + (_NUMBER.match(text) is not None)
        widest = (_TEXT_SPACE, _WORD_SPACE, _TOUCH)[numbers]
    return gap > widest and not _SPREAD.match(text) and "&" not in (text_before, text)


def _is_between(uprights: list[Box], left: _Word, right: _Word) -> bool:
    """Is there an upright rule between two words? They may run into it a little."""
    _, y0, x1, y1 = left[0][-1].box
    after = right[0][0].box[0]
    height = (y0 + y1) / 2
    return any(
        rule[1] - 1 <= height <= rule[3] + 1 and x1 - _ACROSS <= (rule[0] + rule[2]) / 2 <= after + _ACROSS
        for rule in uprights
    )


def _joined(words: list[_Word]) -> Cell:
    spans = [span for word, _ in words for span in word]
    bold, italic = _style(spans)
    if len(spans) == 1:
        (span,) = spans
        return Cell(_upright(span.box, span.size, span.base), words[0][1], (), bold, italic)
    size, base = max([(span.size, span.base) for span in spans])
    parts = tuple(
        Cell(_upright(union([span.box for span in word]), size, base), text, (), bold, italic) for word, text in words
    )
    return parts[0] if len(parts) == 1 else Cell(union([p.box for p in parts]), line_text(spans), parts, bold, italic)


def _style(spans: list[Span]) -> tuple[bool, bool]:
    """Is all that is no formula bold, italic?"""
    bold = italic = False
    for n, span in enumerate([span for span in spans if not span.math]):
        bold = span.bold and (bold or not n)
        italic = span.italic and (italic or not n)
    return bold, italic


def _upright(box: Box, size: float, base: float) -> Box:
    """The box as high as letters of this size are over their baseline, if fonts of signs make it higher."""
    x0, y0, x1, y1 = box
    return box if y1 - y0 < _TALL * size else (x0, base - _ASCENT * size, x1, base + _DESCENT * size)


def _parted(span: Span, glyphs: list[tuple[str, Box]] | None) -> list[Span]:
    """The span's words; the span itself if its glyphs are not known."""
    if glyphs is None or " " not in span.text.strip():
        return [span]
    words: list[Span] = []
    for spaced, run in groupby(glyphs, key=lambda glyph: glyph[0].isspace()):
        if spaced and words:
            words[-1].text += " "
        elif not spaced:
            parts = list(run)
            words.append(replace(span, text="".join(c for c, _ in parts), box=union([box for _, box in parts])))
    return words


def _rows(cells: list[Cell]) -> list[CellRow]:
    """Cells whose middles are at one height.

    A row keeps the height of its first line of cells: a label set between two rows reaches into both and
    must not draw them together.
    """
    rows: list[CellRow] = []
    lowest = 0.0  # the height of the lowest cell of the last row
    for cell in sorted(cells, key=lambda cell: cell.middle):
        own = cell.box[3] - cell.box[1]
        if rows and _level(rows[-1], cell, min(lowest, own)):
            rows[-1].append(cell)
            lowest = min(lowest, own)
        else:
            rows.append([cell])
            lowest = own
    return [sorted(row, key=lambda cell: cell.box[0]) for row in rows]


def _level(row: CellRow, cell: Cell, height: float) -> bool:
    """Is the cell at the height of the row's cells, sorted by it, and none of them in its place already?

    `height` is that of the lowest of them.
    """
    middle = cell.middle
    if abs(row[len(row) // 2].middle - middle) > 0.42 * height:
        return False
    if middle - row[0].middle <= 0.3 * height:  # as in most rows: none is higher
        return True
    return not any(middle - other.middle > 0.3 * height and _across(other.box, cell.box) for other in row)


def _across(one: Box, other: Box) -> bool:
    return min(one[2], other[2]) - max(one[0], other[0]) > 1
