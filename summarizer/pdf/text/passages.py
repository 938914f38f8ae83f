"""The flow of lines between headings to passages: paragraphs, formulas and code first, then sentences."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from operator import itemgetter

from summarizer.pdf.page.glyphs import Glyphs
from summarizer.pdf.page.layout import Layout
from summarizer.pdf.page.pages import Line, union
from summarizer.pdf.text.formula import linear
from summarizer.pdf.text.sentences import PaperWords, is_address_cut, is_cut, join_lines, places_of, split_sentences
from summarizer.types import Box, PassageKind, Place

_BULLET = re.compile(r"([•◦▪■●○–∗*·➢✓►-]|\(?[a-z0-9]{1,3}[.)]|\[[A-Z]?\d+\])\s+\S")
_EQUATION_NUMBER = re.compile(r"\([A-Z]?\.?\d{1,3}(\.\d{1,3})?[a-z]?\)")
_WORD = re.compile(r"[^\W\d_]{3,}")
_WORDS_OR_NUMBERS = re.compile(r"[^\W\d_]|\d\d")
_OPERATOR = re.compile(r"[=≈≤≥<>∈∼≡→←↦∝≜≪≫]|:=|\+|−|∑|∏|∫|√")
_FINAL = re.compile(r"[.!?:;。！？]['\"”’)\]]*$")


@dataclass(frozen=True, slots=True)
class PassagePiece:
    """A passage before it has a number and a section; its fields are a passage's."""

    page: int
    box: Box
    text: str
    kind: PassageKind
    item: str = ""  # the label of the float that it is a part of
    row: int | None = None
    places: tuple[Place, ...] = ()
    number: str = ""  # of an equation


@dataclass(frozen=True, slots=True)
class Attached:
    """Footnotes and floats as pieces, by the `id()` of a line of the paragraph before or after which they come.

    Each has a rank: those of one paragraph keep their order on the pages, whichever line of it names them.
    """

    before: defaultdict[int, list[tuple[int, list[PassagePiece]]]] = field(default_factory=lambda: defaultdict(list))
    after: defaultdict[int, list[tuple[int, list[PassagePiece]]]] = field(default_factory=lambda: defaultdict(list))

    def take(self, line: Line) -> Iterator[PassagePiece]:
        """What is attached to the line, once."""
        yield from _popped(self.before, [line])
        yield from _popped(self.after, [line])


def _popped(attached: dict[int, list[tuple[int, list[PassagePiece]]]], lines: Iterable[Line]) -> Iterator[PassagePiece]:
    ranked = [item for line in lines for item in attached.pop(id(line), ())]
    for _, pieces in sorted(ranked, key=itemgetter(0)):
        yield from pieces


def cut(
    lines: Sequence[Line], layout: Layout, words: PaperWords, attached: Attached, glyphs: Glyphs
) -> Iterator[PassagePiece]:
    """Pieces of the text between two headings, in order; footnotes and floats around the paragraphs they belong to."""
    for kind, group in _groups(lines, layout):
        yield from _popped(attached.before, group)
        yield from _cut_group(kind, group, words, glyphs)
        yield from _popped(attached.after, group)


def _cut_group(kind: PassageKind, group: list[Line], words: PaperWords, glyphs: Glyphs) -> Iterator[PassagePiece]:
    if kind == "text":
        text, starts = join_lines(group, words)
        for start, end in split_sentences(text):
            if _WORDS_OR_NUMBERS.search(text, start, end):
                most, places = places_of(group, starts, start, end)
                yield PassagePiece(most.page, most.bbox, text[start:end], "text", places=places)
        return
    number = ""
    if kind == "code":
        text = _code(group, words)
    else:
        text, number = linear(*glyphs.of(group))
    if re.search(r"[^\W\d_]", text):  # else the number or a stray part of a formula
        yield PassagePiece(group[0].page, union(line.box for line in group), text, kind, number=number)


def _code(lines: Sequence[Line], words: PaperWords) -> str:
    """The lines as they are printed, but for an address that goes on in the next one."""
    written = [lines[0].text]
    for line in lines[1:]:
        if is_address_cut(written[-1], line.text, words.addresses):
            written[-1] += line.text
        else:
            written.append(line.text)
    return "\n".join(written)


def _groups(lines: Sequence[Line], layout: Layout) -> Iterator[tuple[PassageKind, list[Line]]]:
    """Paragraphs (possibly over columns and pages), display formulas, listings."""
    group: list[Line] = []
    kind: PassageKind = "text"
    for line, own in zip(lines, _kinds(lines, layout), strict=True):
        if group and kind == "text" and own != "code" and is_cut(group[-1].text) and line.text[:1].islower():
            group.append(line)
            continue
        if group and (
            own != kind
            or (kind == "text" and _breaks(group, line, layout))
            or (kind != "text" and _apart(group[-1], line, layout))
        ):
            yield kind, group
            group = []
        kind = own
        group.append(line)
    if group:
        yield kind, group


def _kinds(lines: Sequence[Line], layout: Layout) -> list[PassageKind]:
    """What each line is: scraps at the edge of a formula are part of it, signs and code within a paragraph are not."""
    kinds = [_kind(line, layout) for line in lines]
    down = [(n, n - 1) for n in range(1, len(lines))]
    up = [(n, n + 1) for n in reversed(range(len(lines) - 1))]
    for here, beside in down + up:
        if kinds[here] == "text" and kinds[beside] == "equation" and _is_scrap(lines[here], lines[beside], layout):
            kinds[here] = "equation"
    for here, beside in down + up:
        if kinds[here] != kinds[beside] and "code" not in (kinds[here], kinds[beside]):
            kinds[here] = _beside_in_row(lines[here], kinds[here], lines[beside], layout)
    for here in range(1, len(lines)):
        if kinds[here] == "equation" and kinds[here - 1] == "text" and _continues(lines[here - 1], lines[here], layout):
            kinds[here] = "text"
    for here in range(1, len(lines) - 1):
        before, line, after = lines[here - 1 : here + 2]
        within = before.page == after.page and (before.block == line.block == after.block or _is_script(line, before))
        if within and kinds[here - 1] == kinds[here + 1] == "text":
            kinds[here] = "text"
    return kinds


def _beside_in_row(line: Line, kind: PassageKind, other: Line, layout: Layout) -> PassageKind:
    """A row from the column's edge is prose, and one set in from it a formula, if a part of it is."""
    gap = max(line.box[0] - other.box[2], other.box[0] - line.box[2])
    if not _in_row(line, other) or gap > 1.5 * layout.size:
        return kind
    first = min(line, other, key=lambda part: part.box[0])
    if not _is_inset(first, layout):
        return "text"
    return "equation" if len(_WORD.findall(line.text)) <= 6 else kind


def _in_row(line: Line, other: Line) -> bool:
    overlap = min(line.box[3], other.box[3]) - max(line.box[1], other.box[1])
    return line.page == other.page and overlap > 0.5 * min(line.height, other.height)


def _continues(before: Line, line: Line, layout: Layout) -> bool:
    """Is the line, full of signs though it is, the next of a paragraph?"""
    column = layout.column_of(before)
    if column is None or before.page != line.page or _is_inset(line, layout):
        return False
    full = column[1] - before.box[2] < 2 * layout.size
    return full and 0 < line.box[3] - before.box[3] < 1.7 * layout.pitch


def _is_script(line: Line, before: Line) -> bool:
    """An index or exponent of the text line before it, that MuPDF takes for a line of its own."""
    return len(line.text) <= 3 and line.box[1] < before.box[3] - 1 < line.box[3]


def _is_scrap(line: Line, formula: Line, layout: Layout) -> bool:
    """A few signs that reach into the height of the formula, as the limits of a sum do."""
    if len(line.text) > 15 or not _is_inset(line, layout) or len(_WORD.findall(line.text)) > 1:
        return False
    gap = max(line.box[1] - formula.box[3], formula.box[1] - line.box[3])
    return line.page == formula.page and gap < 0.4 * layout.size


def _kind(line: Line, layout: Layout) -> PassageKind:
    if line.mono and len(line.text) > 3:
        return "code"
    if _is_formula(line, layout):
        return "equation"
    return "text"


def _is_formula(line: Line, layout: Layout) -> bool:
    if line.math_share <= 0.1:
        return len(line.text) <= 12 and bool(_EQUATION_NUMBER.fullmatch(line.text)) and _is_inset(line, layout)
    if is_cut(line.text):
        return False
    words = len(_WORD.findall(line.text))
    if line.math_share >= 0.35 and words <= 3:
        return True
    return words <= 4 and _is_inset(line, layout) and _OPERATOR.search(line.text) is not None


def _is_inset(line: Line, layout: Layout) -> bool:
    column = layout.column_of(line)
    return column is None or line.box[0] - column[0] > 1.5 * layout.size


def _apart(last: Line, line: Line, layout: Layout) -> bool:
    """For formulas and code: does a new one begin?"""
    if line.page != last.page:
        return True
    if _EQUATION_NUMBER.fullmatch(last.text) and line.box[1] > last.box[1] and not _in_row(last, line):
        return True
    gap = max(line.box[1] - last.box[3], last.box[1] - line.box[3])
    return gap > 2 * layout.pitch


def _breaks(group: list[Line], line: Line, layout: Layout) -> bool:
    """Does `line` begin a new paragraph after `group`?"""
    last = group[-1]
    if is_address_cut(last.text, line.text):
        return False
    if abs(line.size - last.size) > 0.9 and line.size != group[0].size:
        return True
    if _BULLET.match(line.text) and not re.match(r"[-–]", line.text):
        return (line.page, line.block) != (last.page, last.block) or _FINAL.search(last.text[-4:]) is not None
    if not _FINAL.search(last.text[-4:]):
        return bool(line.bold and not last.bold and line.box[1] - last.box[3] > 0.4 * layout.pitch)
    if line.page != last.page or line.box[1] < last.box[1]:  # a new column
        here, there = layout.column_of(line), layout.column_of(last)
        return bool(
            (here and line.box[0] - here[0] > 0.7 * layout.size) or (there and there[1] - last.box[2] > 2 * layout.size)
        )
    indent = line.box[0] - min(part.box[0] for part in group[-3:] if part.page == line.page)
    short = max(part.box[2] for part in group[-3:]) - last.box[2] > 2 * layout.size
    return indent > 0.7 * layout.size or short or line.box[1] - last.box[3] > 0.5 * layout.pitch
