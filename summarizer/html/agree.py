"""Do the PDF and the page say the same? If so, the words of a passage as the page has them.

Letters and numbers must be the same outside formulas and references. References (citations, numbers of sections and
theorems, marks of notes) are the PDF's. Of the formulas the signs must be those that the PDF prints, in any order, and
their LaTeX must hold nothing else: what only the page says, shown or hidden, reaches no passage.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from rapidfuzz.distance import Indel

from summarizer.html.align import Range
from summarizer.html.flow import Flow
from summarizer.html.letters import letters, positions
from summarizer.html.paper import Mark

Difference = Literal["letters", "numbers", "formulas", "conversion errors"]

_UNSEEN = re.compile(
    r"\\(?:begin|end)\{[A-Za-z]+\*?\}(?:\[\w\])?(?:\{[lcr|@{}]*\})?|\\(?:text)?color(?:\[\w+\])?\{[^{}]*\}"
    r"|\\[hv](?:skip|space\*?)\s*\{?-?[\d.]+\s*[a-z]{2}\}?|\\[A-Za-z]+|\\."
)
_ACTIVE = re.compile(
    r"\\(?:href|url|include\w*|input|html\w*|class|cssId|style|require|unicode|def|let|write|catcode|csname|newcommand)"
    r"(?![A-Za-z])|(?<!\\)\$"
)
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_RUN = re.compile(r"[A-Za-z]{4,}")
_LOST = (1, 0.1)  # letters of a passage's formulas that the PDF's fonts may have no names for: so many, and this share


@dataclass(frozen=True, slots=True)
class Words:
    """A passage in the page's words; `tex` with the LaTeX of its formulas, "" where it has none."""

    text: str
    tex: str


@dataclass(frozen=True, slots=True)
class _Slice:
    """A mark within the range: its letters on the page, and the range of the PDF's letters that stand for it."""

    mark: Mark
    page: str
    first: int
    end: int


def agreed(passage: str, found: Range, flow: Flow) -> Words | Difference:
    """The passage in the page's words, or in what the two differ."""
    marks = flow.marks_in(found.start, found.end)
    if any(mark.kind == "error" for _, _, mark in marks):
        return "conversion errors"
    pdf, page = letters(passage), flow.letters[found.start : found.end]
    if not all(map(flow.begins_word, (found.start, found.end))):
        return "letters"
    if any(start < found.start or end > found.end for start, end, _ in marks):
        return "letters"
    loose = [(start - found.start, end - found.start, mark) for start, end, mark in marks]
    slices = _slices(pdf, page, loose) or _slices(pdf, *_without_references(page, loose))
    if slices is None:
        return "letters"
    first, last = _text_range(found, flow)
    if _numbers_of_pdf(passage, slices) != _numbers_of_page(first, last, flow, marks):
        return "numbers"
    formulas = [part for part in slices if part.mark.kind == "formula"]
    printed = "".join(pdf[part.first : part.end] for part in formulas)
    written = "".join(part.page for part in formulas)
    if Counter(filter(str.isdigit, printed)) != Counter(filter(str.isdigit, written)):
        return "numbers"
    if any(not is_printed(part.mark.tex, part.page, pdf) for part in formulas) or adds(written, printed):
        return "formulas"
    words = _rendered(passage, first, last, flow, slices)
    return Words(passage, words) if formulas else Words(words, "")


def _slices(pdf: str, page: str, loose: list[tuple[int, int, Mark]]) -> list[_Slice] | None:
    """What of the PDF stands for each mark; None where the two differ outside the marks."""
    free = [False] * (len(page) + 1)
    gaps: set[int] = set()
    notes = {start for start, end, _ in loose if start == end}  # marks of footnotes, which the page has elsewhere
    before, after = [0] * (len(page) + 1), [len(pdf)] * (len(page) + 1)
    for start, end, _ in loose:
        free[start:end] = [True] * (end - start)
        gaps |= {start, end}
    for operation in Indel.opcodes(pdf, page):
        i, j = operation.src_start, operation.dest_start
        if operation.tag == "insert" and not all(free[j : operation.dest_end]):
            return None
        if operation.tag == "delete" and not (free[j] or j in gaps):
            return None
        for n in range(operation.dest_end - j):
            step = n if operation.tag == "equal" else 0
            after[j + n] = i + step
            before[j + n + 1] = i + step + (operation.tag == "equal")
    slices = []
    for start, end, mark in loose:
        first = before[start] if start in notes or not (start and free[start - 1]) else after[start]
        last = before[end] if end in notes and end > start else after[end]
        slices.append(_Slice(mark, page[start:end], first, last))
    return slices


def _without_references(page: str, loose: list[tuple[int, int, Mark]]) -> tuple[str, list[tuple[int, int, Mark]]]:
    """The same without the letters of references, for those that the PDF prints in another way altogether."""
    bare, first, own = "", 0, []
    for start, end, mark in loose:
        bare += page[first:start]
        inside = page[start:end] if mark.kind != "reference" else ""
        own.append((len(bare), len(bare) + len(inside), mark))
        bare += inside
        first = end
    return bare + page[first:], own


def _text_range(found: Range, flow: Flow) -> tuple[int, int]:
    """The range of the text that has these letters, with the signs and quotes around them."""
    text, places = flow.paper.text, flow.places
    low = places[found.start - 1] + 1 if found.start else 0
    high = places[found.end] if found.end < len(places) else len(text)
    first, last = places[found.start], places[found.end - 1] + 1
    while first > low and not text[first - 1].isspace():
        first -= 1
    while last < high and not text[last].isspace():
        last += 1
    return first, last


def _numbers_of_pdf(passage: str, slices: list[_Slice]) -> list[str]:
    places = positions(passage)
    ranges = [(places[part.first], places[part.end - 1] + 1) for part in slices if part.end > part.first]
    return _NUMBER.findall("".join(_without(passage, 0, len(passage), ranges)))


def _numbers_of_page(first: int, last: int, flow: Flow, marks: list[tuple[int, int, Mark]]) -> list[str]:
    return _NUMBER.findall("".join(_without(flow.paper.text, first, last, [(m.start, m.end) for _, _, m in marks])))


def _without(text: str, first: int, last: int, ranges: Iterable[tuple[int, int]]) -> Iterator[str]:
    for start, end in sorted(ranges):
        if end > first:
            yield text[first:start] + " "
            first = end
    yield text[first:last]


def is_printed(tex: str, written: str, printed: str) -> bool:
    """Does the LaTeX hold only what the page shows of it (`written`) and the PDF too? Both are letters."""
    seen = _UNSEEN.sub(" ", tex)
    if _ACTIVE.search(tex) or Counter(letters(seen)) - Counter(written):
        return False
    return all(letters(run) in printed for run in _RUN.findall(seen))


def adds(written: str, printed: str) -> bool:
    """Has the page letters that the PDF has not, more than fonts may have lost?"""
    return (Counter(written) - Counter(printed)).total() > _LOST[0] + _LOST[1] * len(written)


def _rendered(passage: str, first: int, last: int, flow: Flow, slices: list[_Slice]) -> str:
    """The words of the page with LaTeX for its formulas and the PDF's references."""
    text = flow.paper.text
    places = positions(passage)
    parts = []
    for part in slices:
        mark = part.mark
        if not first <= mark.start < last:
            continue
        parts.append(text[first : mark.start])
        if mark.kind == "formula" and mark.tex:
            parts.append(f"${mark.tex}$")
        else:
            bare = "[" not in text[max(first, mark.start - 1) : mark.end]
            parts.append(_reference(text[mark.start : mark.end], _printed(passage, places, part, bare)))
        first = mark.end
    lines = "".join([*parts, text[first:last]]).split("\n")
    return ("\n" if "\n" in passage else " ").join(" ".join(line.split()) for line in lines)


def _printed(passage: str, places: list[int], part: _Slice, bare: bool) -> str:
    """A reference in the PDF; in its brackets, if the page has none."""
    if part.first >= part.end:
        return ""
    start, end = places[part.first], places[part.end - 1] + 1
    bracketed = passage[start - 1 : start] == "[" and passage[end : end + 1] == "]"
    return passage[start - 1 : end + 1] if bare and bracketed else passage[start:end]


def _reference(written: str, printed: str) -> str:
    """A reference as the PDF has it, in the page's brackets; what only the page has is none."""
    places = positions(written)
    if not places or letters(written) == letters(printed):
        return written
    return f"{written[: places[0]]}{printed}{written[places[-1] + 1 :]}" if printed else ""
