"""Lines that may be headings, for their style and the space around them."""

import re
from dataclasses import dataclass, field
from typing import NamedTuple

from summarizer.pdf.page.layout import Layout
from summarizer.pdf.page.lines import is_upper
from summarizer.pdf.page.pages import Line

# titles that papers share, as `plain` makes them
KNOWN = frozenset(
    """abstract introduction background references bibliography conclusion conclusions discussion acknowledgments
    acknowledgements acknowledgment acknowledgement appendix appendices limitation limitations methods method
    methodology results experiments evaluation relatedwork relatedworks summary ethicsstatement broaderimpact
    broaderimpacts reproducibilitystatement authorcontributions contributions dataavailability codeavailability
    conflictofinterest
    competinginterests supplementarymaterial supplementarymaterials supplementaryinformation materialsandmethods
    futurework
    conclusionandfuturework conclusionsandfuturework discussionandconclusion impactstatement experimentalresults
    experimentalsetup preliminaries problemstatement ethicalconsiderations notation funding literaturecited
    referencesandnotes workscited broaderimpactstatement acknowledgmentsanddisclosureoffunding conclusionsanddiscussion
    discussionandconclusions concludingremarks""".split()  # noqa: SIM905
)
REFERENCES = frozenset(
    {"references", "bibliography", "literaturecited", "referencesandnotes", "workscited", "literature"}
)

_NUMBER = re.compile(
    r"(?P<word>(?:Appendix|APPENDIX|Annex|Section|Chapter|Supplement|Part)\s+)?"
    r"(?P<number>\d{1,2}(?:\.\d{1,2}){0,3}|[A-Z](?:\.\d{1,2}){1,3}|(?:[IVX]{1,5}|[A-Z])(?=[.):\s])"
    r"|S\d{1,2}(?:\.\d{1,2}){0,2})"
    r"(?P<mark>[.):]?)\s+(?P<title>\S.*)",
    re.S,
)
_BARE = re.compile(r"(?:Appendix|APPENDIX|Annex|Chapter|CHAPTER|Part)\s+(?P<number>[A-Z]|\d{1,2}|[IVX]+)\W*$")
_SIGNS = re.compile(r"[\W_]+")
_MAX_LENGTH = 160
_MAX_LINES = 4


class TextStyle(NamedTuple):
    """How a heading is set; `caps` is for capitals of any kind."""

    font: str = ""
    size: float = 0.0
    bold: bool = False
    italic: bool = False
    caps: bool = False


@dataclass(slots=True)
class Candidate:
    """Lines flow[first:last] that may be a heading; `run_in` is the text that follows it on its last line."""

    first: int
    last: int
    lines: list[Line]
    title: str
    number: str = ""
    mark: str = ""
    style: TextStyle = field(default_factory=TextStyle)
    emphasis: int = 0  # 0 none, 1 italic or capitals or another font, 2 bold, 3 larger
    alone: bool = False  # space or a change of style on both sides
    level: int = 1
    run_in: str = ""
    key: tuple[int, ...] = field(default=())


def plain(text: str) -> str:
    """Lower-case letters and digits only, to compare titles."""
    return _SIGNS.sub("", text.lower())


def is_known(candidate: Candidate) -> bool:
    return plain(candidate.title) in KNOWN


def _style(line: Line) -> TextStyle:
    return TextStyle(line.font, line.size, line.bold, line.italic, _is_caps(line))


def _is_caps(line: Line) -> bool:
    return line.caps or is_upper(line.text)


def _emphasis(line: Line, layout: Layout) -> int:
    if line.size >= layout.size + 0.8:
        return 3
    if line.bold and line.size >= layout.size - 1.6:
        return 2
    if line.size >= layout.size - 1.1 and (line.italic or line.font not in layout.fonts or _is_caps(line)):
        return 1
    return 0


def find_candidates(flow: list[Line], layout: Layout) -> list[Candidate]:
    found = []
    index = 0
    while index < len(flow):
        candidate = _candidate_at(flow, index, layout)
        if candidate is None:
            index += 1
        else:
            found.append(candidate)
            index = candidate.last
    return found


def _candidate_at(flow: list[Line], index: int, layout: Layout) -> Candidate | None:
    line = flow[index]
    match = _NUMBER.match(line.text) or _BARE.match(line.text)
    emphasis = _emphasis(line, layout)
    if line.math_share > 0.5 or not (emphasis or match):
        return None
    if index and _same_row(flow[index - 1], line):
        return None
    last = index + 1
    while (
        last < len(flow)
        and last - index < _MAX_LINES
        and _continues(flow[last - 1], flow[last], index == last - 1, layout)
    ):
        last += 1
    if _BARE.match(line.text) and last == index + 1 and last < len(flow) and _emphasis(flow[last], layout) >= 2:
        last += 1  # "Chapter 1" over its title
        while last < len(flow) and last - index < _MAX_LINES and _continues(flow[last - 1], flow[last], False, layout):
            last += 1
    lines = flow[index:last]
    text = _unspaced(" ".join(part.text for part in lines))
    text = re.sub(r"(?<=[a-z])- (?=[a-z])", "", text)
    number, mark, title = "", "", text
    match = _NUMBER.match(text) or _BARE.match(text)
    if match:
        groups = match.groupdict()
        number, mark = groups["number"], groups.get("mark") or ""
        title = groups.get("title") or text
        if not (groups.get("word") or _BARE.match(text) or _number_fits(number)):
            number, mark, title = "", "", text
    if not _title_like(title, bool(number), emphasis):
        return None
    candidate = Candidate(index, last, lines, title.strip(), number, mark, _style(line), emphasis)
    candidate.alone = _alone(flow, index, last, layout)
    return candidate


def _continues(line: Line, following: Line, first: bool, layout: Layout) -> bool:
    """Is `following` the next line of the same heading?"""
    if following.page != line.page or (_NUMBER.match(following.text) and not following.text[0].isalpha()):
        return False
    same = following.font == line.font and abs(following.size - line.size) <= 0.6 and following.bold == line.bold
    if not same or (len(following.text) > 3 and _is_caps(line) != _is_caps(following)):
        return False
    if _same_row(line, following):
        return following.box[0] - line.box[2] < 4 * line.size
    step = following.box[1] - line.box[1]
    if not (0.5 * line.size < step < 1.75 * line.size):
        return False
    if not _emphasis(line, layout):  # plain type: only within its block, and not into running text
        return False
    return first or following.box[0] >= line.box[0] - 40


def _same_row(a: Line, b: Line) -> bool:
    overlap = min(a.box[3], b.box[3]) - max(a.box[1], b.box[1])
    return a.page == b.page and overlap > 0.6 * min(a.height, b.height) and b.box[0] >= a.box[2] - 1


def _unspaced(text: str) -> str:
    """`A B S T R A C T` as one word."""
    tokens = text.split()
    if len(tokens) >= 5 and all(len(t) == 1 for t in tokens):
        return "".join(tokens)
    return text


def _number_fits(number: str) -> bool:
    if re.fullmatch(r"\d+", number) and int(number) > 40:
        return False
    return not number[0].isdigit() or number[0] != "0"


def _title_like(title: str, numbered: bool, emphasis: int) -> bool:
    if len(title) > _MAX_LENGTH or not re.search(r"[^\W\d_]{2}", title):
        return False
    if re.search(r"(\.\s?){4,}|https?://|@|\.{3,}\s*\d+$", title):
        return False
    if title[-1] in ",;" or (title[-1] == "." and (emphasis < 2 or len(title) > 90) and not title.endswith("etc.")):
        return False
    first = re.search(r"\w", title)
    if not first or (first[0].islower() and (not numbered or emphasis < 2) and not re.match(r"\W*[a-z][A-Z]", title)):
        return False
    letters = sum(map(str.isalpha, title))
    return letters >= 0.55 * len(title.replace(" ", ""))


def _alone(flow: list[Line], first: int, last: int, layout: Layout) -> bool:
    """Is flow[first:last] set off from what is above and below, by space, column or style?"""
    line, end = flow[first], flow[last - 1]
    above = flow[first - 1] if first else None
    below = flow[last] if last < len(flow) else None
    if below is not None and _same_row(end, below) and below.box[0] - end.box[2] < 3 * end.size:
        return False
    before = above is None or above.page != line.page or above.box[1] >= line.box[1] or _overlap_x(above, line) <= 0
    space_above = before or (
        above is not None and line.box[3] - above.box[3] > 1.12 * max(layout.pitch, 1.1 * line.size)
    )
    after = below is None or below.page != end.page or below.box[1] <= end.box[1] or _overlap_x(below, end) <= 0
    space_below = after or (below is not None and below.box[3] - end.box[3] > 1.12 * layout.pitch)
    return space_above and (space_below or (below is not None and _style(below) != _style(end)))


def _overlap_x(a: Line, b: Line) -> float:
    return min(a.box[2], b.box[2]) - max(a.box[0], b.box[0])
