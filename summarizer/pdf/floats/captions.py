"""Captions: lines that begin with a float's label and are not a sentence that happens to."""

import re
from dataclasses import dataclass, field
from itertools import pairwise

from summarizer.pdf.page.layout import Layout
from summarizer.pdf.page.pages import Line, Page, union
from summarizer.pdf.text.sentences import PaperWords, join_lines
from summarizer.types import Box

_LABEL = re.compile(
    r"(?:Supplementary |Supplemental |Extended Data |Appendix |Online )?"
    r"(?P<word>Figure|Fig\.?|Table|Tab\.|Algorithm|Alg\.|Listing|Scheme|Chart|Box|Exhibit)\s*"
    r"(?P<number>[A-Z]{0,2}\.?\d{1,3}(?:\.\d{1,3})?[a-z]?|[IVXL]{1,6})(?![\w%])"
    r"\s*(?P<mark>[.:|–—-]?)\s*",
    re.I,
)
_KIND = {
    "fig": "Figure", "tab": "Table", "alg": "Algorithm", "lis": "Listing", "sch": "Scheme", "cha": "Chart",
    "box": "Box", "exh": "Exhibit",
}  # fmt: skip
_VERB = re.compile(
    r"(shows?|presents?|lists?|gives?|reports?|illustrates?|summari[sz]es?|compares?|depicts?|demonstrates?|contains?|"
    r"provides?|describes?|displays?|plots?|and|in|is|are|we|to|also|of|for|with|on|from)\b|[,)\]]"
)
_CELL_SPACE = 2.0  # em
_BESIDE = 80.0  # points: a table may be wider than its caption
_CELLS = 2  # such spaces at least
_SOLID = 0.8  # em: lines are at least so far apart
_LISTED = re.compile(r"(algorithm|alg\.|listing)\s*\d", re.I)
_STATEMENT = re.compile(r"\d{1,2}\s*:|(input|output|require|ensure|data|result|parameter|initiali[sz]e)s?\b", re.I)


@dataclass(slots=True)
class Caption:
    """`label` is normalised ("Figure 2", "Table IV"); `sure` is False if it could be a sentence."""

    label: str
    is_table: bool
    lines: list[Line]
    sure: bool
    text: str = ""
    box: Box = field(default=(0, 0, 0, 0))

    @property
    def is_listing(self) -> bool:
        return self.label.startswith(("Algorithm", "Listing"))


def find_captions(page: Page, layout: Layout, words: PaperWords) -> list[Caption]:
    """The captions of a page in paint order; their lines are disjoint."""
    found: list[Caption] = []
    taken: set[int] = set()
    for index, line in enumerate(page.lines):
        match = _LABEL.match(line.text)
        if not match or id(line) in taken or not line.text[0].isupper():
            continue
        sure = _is_caption(page, index, match, layout)
        if sure is None:
            continue
        lines = _extent(page, line, taken)
        taken.update(map(id, lines))
        kind = _KIND[match["word"][:3].lower()]
        caption = Caption(f"{kind} {match['number']}", kind == "Table", lines, sure)
        caption.text, _ = join_lines(lines, words)
        caption.box = union(part.box for part in lines)
        if caption.text == match[0].strip():  # a cell may say so too
            caption.sure = False
        found.append(caption)
    return found


def _is_caption(page: Page, index: int, match: re.Match[str], layout: Layout) -> bool | None:
    """True: surely; False: perhaps; None: no."""
    line = page.lines[index]
    rest = line.text[match.end() :]
    styled = _label_styled(line, layout)
    roman = match["number"].isalpha() and not match["word"].isupper() and not match["mark"]
    if roman and rest and not styled:  # "Table I would like"
        return None
    before = page.lines[index - 1] if index else None
    if before and _runs_on(before, line, layout) and not (match["mark"] == ":" and before.text[-1] in ".!?:"):
        return None
    if not match["mark"] and _VERB.match(rest):
        return None
    if match["mark"] in (":", "|") or (match["mark"] in ("–", "—") and rest[:1].isupper()):
        return True
    if not rest and line.size != layout.size:
        return True
    if styled or line.size < layout.size - 0.4:
        return True if match["mark"] or not rest or rest[0].isupper() else None
    if match["mark"] == "." and (not rest or rest[0].isupper()):
        return False
    return False if not rest and match["word"].isupper() else None


def _runs_on(before: Line, line: Line, layout: Layout) -> bool:
    """Is `line` the next line of a paragraph of the body?"""
    return (
        layout.is_body_type(before) and before.size == line.size and before.font == line.font
        and 0 < line.box[1] - before.box[1] < 1.25 * layout.pitch
        and abs(before.box[0] - line.box[0]) < 2.5 * layout.size
    )  # fmt: skip


def _label_styled(line: Line, layout: Layout) -> bool:
    first = line.spans[0]
    return first.bold or first.italic or first.caps or first.font not in layout.fonts


def _extent(page: Page, first: Line, taken: set[int]) -> list[Line]:
    """The caption's lines: those right below in the same type, over which it runs."""
    lines = [first]
    pool = sorted((o for o in page.lines if o is not first and id(o) not in taken), key=lambda o: (o.box[1], o.box[0]))
    rules = [s.box for s in page.shapes if s.box[3] - s.box[1] < 3 and s.box[2] - s.box[0] > 40]
    box = first.box
    pitch = 0.0
    for line in pool:
        width = min(line.box[2], box[2]) - max(line.box[0], box[0])
        if line.box[1] < first.box[1] - 2 or width < min(10, 0.3 * (line.box[2] - line.box[0])):
            continue
        if not _belongs(line, lines, box, pitch, rules) or _is_row(line, pool, box):
            break
        step = min(line.box[3] - lines[-1].box[3], line.box[1] - lines[-1].box[1])
        if step > _SOLID * first.size:  # less is a line made higher by a formula, or the same line
            pitch = max(pitch, step)
        lines.append(line)
        box = union((box, line.box))
    return lines


def _belongs(line: Line, lines: list[Line], box: Box, pitch: float, rules: list[Box]) -> bool:
    """Is the line below the caption's `lines` its next one?"""
    first, last = lines[0], lines[-1]
    if _LISTED.match(first.text) and _STATEMENT.match(line.text):
        return False
    if _is_part_of_formula(line, lines, box):
        return True
    step = min(line.box[3] - last.box[3], line.box[1] - last.box[1])  # a formula makes a line higher
    if line.box[1] - last.box[3] > 0.55 * first.size or (
        step > 2 and _LABEL.match(line.text) and line.text[0].isupper()
    ):
        return False
    tolerance = 1.1 if line.block == first.block else 0.6
    if abs(line.size - first.size) > tolerance and line.math_share < 0.3 and not _near_size(line, first):
        return False
    if any(last.box[3] - 3 <= r[1] <= line.box[1] + 3 and r[0] < box[2] and r[2] > box[0] for r in rules):
        return False
    if pitch and step > 1.3 * pitch + 1:
        return False
    return len(lines) == 1 or step <= 2 or not _ends_paragraph(lines, line, box)


def _is_row(line: Line, pool: list[Line], box: Box) -> bool:
    """Has the line its height, under the caption's box or beside, in pieces as wide apart as the heads of a table?"""
    row = [o for o in pool if abs(o.box[3] - line.box[3]) < 0.3 * line.height]
    left, right = box[0] - _BESIDE, box[2] + _BESIDE
    pieces = [span.box for o in row for span in o.spans if left <= span.box[0] and span.box[2] <= right]
    gaps = (after[0] - before[2] for before, after in pairwise(sorted(pieces)))
    return sum(gap > _CELL_SPACE * line.size for gap in gaps) >= _CELLS


def _is_part_of_formula(line: Line, lines: list[Line], box: Box) -> bool:
    """Is it the lower part of a fraction in one of the caption's `lines`?"""
    within = box[0] - 3 <= line.box[0] and line.box[2] <= box[2] + 3
    return within and line.size < lines[0].size - 1 and box[3] - line.box[1] > 0.4 * line.height


def _near_size(line: Line, first: Line) -> bool:
    return any(abs(span.size - first.size) <= 0.6 for span in line.spans)


def _ends_paragraph(lines: list[Line], line: Line, box: Box) -> bool:
    """A short last line with a full stop, and the next is wider than any line of the caption so far."""
    last = lines[-1]
    return (
        last.text.endswith(".")
        and last.box[2] < box[2] - 40
        and line.block != last.block
        and line.box[2] > last.box[2] + 30
    )
