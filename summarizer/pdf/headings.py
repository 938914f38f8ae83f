"""Headings by their style, their numbers and the space around them.

Numbered lines are headings if they look set off and their numbers form a sequence; unnumbered ones if
they carry a well-known name or share the style of headings found before. A heading's words alone
are never enough.
"""

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from itertools import pairwise

from summarizer.pdf.layout import Layout
from summarizer.pdf.pages import Line, is_upper

KNOWN = frozenset(
    "abstract introduction background references bibliography conclusion conclusions discussion acknowledgments "
    "acknowledgements acknowledgment acknowledgement appendix appendices limitations methods method methodology results "
    "experiments evaluation relatedwork relatedworks summary ethicsstatement broaderimpact broaderimpacts "
    "reproducibilitystatement authorcontributions contributions dataavailability codeavailability conflictofinterest "
    "competinginterests supplementarymaterial supplementarymaterials supplementaryinformation "
    "materialsandmethods futurework conclusionandfuturework conclusionsandfuturework discussionandconclusion impactstatement "
    "experimentalresults experimentalsetup preliminaries problemstatement ethicalconsiderations notation funding "
    "limitation references literaturecited referencesandnotes workscited broaderimpactstatement acknowledgmentsanddisclosureoffunding "
    "conclusionsanddiscussion discussionandconclusions concludingremarks".split()
)
REFERENCES = frozenset("references bibliography literaturecited referencesandnotes workscited literature".split())

_NUMBER = re.compile(
    r"(?P<word>(?:Appendix|APPENDIX|Annex|Section|Chapter|Supplement|Part)\s+)?"
    r"(?P<number>\d{1,2}(?:\.\d{1,2}){0,3}|[A-Z](?:\.\d{1,2}){1,3}|(?:[IVX]{1,5}|[A-Z])(?=[.):\s])|S\d{1,2}(?:\.\d{1,2}){0,2})"
    r"(?P<mark>[.):]?)\s+(?P<title>\S.*)",
    re.S,
)
_BARE = re.compile(r"(?:Appendix|APPENDIX|Annex|Chapter|CHAPTER|Part)\s+(?P<number>[A-Z]|\d{1,2}|[IVX]+)\W*$")
_ROMAN = {"I": 1, "II": 2, "III": 3, "IV": 4, "V": 5, "VI": 6, "VII": 7, "VIII": 8, "IX": 9, "X": 10, "XI": 11, "XII": 12,
          "XIII": 13, "XIV": 14, "XV": 15}  # fmt: skip
_MAX_LENGTH = 160
_MAX_LINES = 4


@dataclass(slots=True)
class Candidate:
    """Lines flow[first:last] that may be a heading. `rest` is the text that follows a run-in heading on its line."""

    first: int
    last: int
    lines: list[Line]
    title: str
    number: str = ""
    mark: str = ""
    style: tuple[object, ...] = ()
    emphasis: int = 0  # 0 none, 1 italic or capitals or another font, 2 bold, 3 larger
    alone: bool = False  # space or a change of style on both sides
    level: int = 1
    run_in: str = ""
    key: tuple[int, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading that takes the place of flow[first:last]; `run_in` is what of the last line is text."""

    first: int
    last: int
    title: str
    number: str
    level: int
    run_in: str = ""


def plain(text: str) -> str:
    """Lower-case letters and digits only, to compare titles."""
    return re.sub(r"[\W_]+", "", text.lower())


def find_headings(flow: list[Line], layout: Layout) -> list[Heading]:
    """All headings of the flow, in order, by style and number alone."""
    candidates = [c for c in _candidates(flow, layout)]
    numbered = _sequences([c for c in candidates if c.number], layout)
    run_ins = _run_ins(flow, layout, numbered)
    unnumbered = _unnumbered([c for c in candidates if not c.number], numbered, layout)
    chosen = _without_overlap(sorted(numbered + run_ins + unnumbered, key=lambda c: (c.first, -len(c.number))))
    _set_levels(chosen)
    return [Heading(c.first, c.last, c.title, c.number, c.level, c.run_in) for c in chosen]


# --- candidates ----------------------------------------------------------------------------------


def _style(line: Line) -> tuple[object, ...]:
    return line.font, line.size, line.bold, line.italic, line.caps or is_upper(line.text)


def _emphasis(line: Line, layout: Layout) -> int:
    style = _style(line)
    if line.size >= layout.size + 0.8:
        return 3
    if line.bold and line.size >= layout.size - 1.6:
        return 2
    if line.size >= layout.size - 1.1 and (style[3] or style[4] or line.font not in layout.fonts):
        return 1
    return 0


def _candidates(flow: list[Line], layout: Layout) -> list[Candidate]:
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
    while last < len(flow) and last - index < _MAX_LINES and _goes_on(flow[last - 1], flow[last], index == last - 1, layout):
        last += 1
    if _BARE.match(line.text) and last == index + 1 and last < len(flow) and _emphasis(flow[last], layout) >= 2:
        last += 1  # "Chapter 1" over its title
        while last < len(flow) and last - index < _MAX_LINES and _goes_on(flow[last - 1], flow[last], False, layout):
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
        if not (groups.get("word") or _BARE.match(text) or _number_fits(number, title)):
            number, mark, title = "", "", text
    if not _title_like(title, bool(number), emphasis):
        return None
    candidate = Candidate(index, last, lines, title.strip(), number, mark, _style(line), emphasis)
    candidate.alone = _alone(flow, index, last, layout)
    return candidate


def _goes_on(line: Line, following: Line, first: bool, layout: Layout) -> bool:
    """Is `following` the next line of the same heading?"""
    if following.page != line.page or _NUMBER.match(following.text) and not following.text[0].isalpha():
        return False
    same = following.font == line.font and abs(following.size - line.size) <= 0.6 and following.bold == line.bold
    if not same or _style(line)[4] != _style(following)[4] and len(following.text) > 3:
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


def _number_fits(number: str, title: str) -> bool:
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
    space_above = before or (above is not None and line.box[3] - above.box[3] > 1.12 * max(layout.pitch, 1.1 * line.size))
    after = below is None or below.page != end.page or below.box[1] <= end.box[1] or _overlap_x(below, end) <= 0
    space_below = after or (below is not None and below.box[3] - end.box[3] > 1.12 * layout.pitch)
    return space_above and (space_below or (below is not None and _style(below) != _style(end)))


def _overlap_x(a: Line, b: Line) -> float:
    return min(a.box[2], b.box[2]) - max(a.box[0], b.box[0])


# --- numbered headings ---------------------------------------------------------------------------


def _key(number: str, roman_top: bool) -> tuple[int, ...]:
    """A number as a tuple that sorts in document order: sections, then appendices."""
    if roman_top and number in _ROMAN:
        return 0, _ROMAN[number]
    head, *rest = number.split(".")
    tail = tuple(int(part) for part in rest)
    if head.isdigit():
        return 0, int(head), *tail
    if re.fullmatch(r"S\d+", head):
        return 2, int(head[1:]), *tail
    return 1, ord(head[0]) - 64, *tail


def _sequences(candidates: list[Candidate], layout: Layout) -> list[Candidate]:
    romans = [c for c in candidates if c.number in _ROMAN and (c.emphasis or c.alone)]
    roman_top = len({c.number for c in romans}) >= 3 and {"I", "II"} <= {c.number for c in romans}
    usual = Counter(c.style for c in candidates if c.alone and c.emphasis)
    fit = []
    for c in candidates:
        if c.mark == ")" and not (roman_top and c.number.isdigit()):
            continue
        if not c.alone and not (c.emphasis >= 2 and usual[c.style] >= 3 and len(c.number) > 1):
            continue
        if not c.emphasis and not (usual.total() == 0 and c.alone):
            continue
        fit.append(c)
    if roman_top:
        return _roman_scheme(fit)
    for c in fit:
        c.key = _key(c.number, False)
        c.level = len(c.key) - 1
    return _longest(_with_neighbours(fit))


def _with_neighbours(candidates: list[Candidate]) -> list[Candidate]:
    """Numbers that follow or are followed by another: `2` after `1`, `2.1` after `2`."""
    keys = {c.key for c in candidates}
    kept = []
    for c in candidates:
        before = (*c.key[:-1], c.key[-1] - 1)
        after = (*c.key[:-1], c.key[-1] + 1)
        parent = c.key[:-1] if len(c.key) > 2 else None
        opens = c.key[-1] == 1 and (parent in keys or (len(c.key) == 2 and (*c.key, 1) in keys))
        if before in keys or after in keys or opens or (c.emphasis >= 2 and c.alone and parent in keys):
            kept.append(c)
        elif c.key[0] == 1 and c.emphasis >= 2 and c.alone and c.key[-1] == 1:  # a single appendix A
            kept.append(c)
    return kept


def _longest(candidates: list[Candidate]) -> list[Candidate]:
    """The heaviest increasing sequence of numbers; weight is how much a candidate looks like a heading."""
    usual = Counter((c.style, len(c.key)) for c in candidates)
    best: list[tuple[float, int]] = []  # weight of the best sequence that ends here, its predecessor
    for i, c in enumerate(candidates):
        own = 0.2 + c.emphasis + c.alone + min(3, usual[c.style, len(c.key)]) * 0.5
        weight, previous = own, -1
        for j in range(i):
            other = candidates[j]
            if other.key < c.key and best[j][0] + own + _step(other.key, c.key) > weight:
                weight, previous = best[j][0] + own + _step(other.key, c.key), j
        best.append((weight, previous))
    chain = []
    at = max(range(len(best)), key=lambda i: best[i][0], default=-1)
    while at >= 0:
        chain.append(candidates[at])
        at = best[at][1]
    return chain[::-1]


def _step(a: tuple[int, ...], b: tuple[int, ...]) -> float:
    """A bonus for numbers that follow each other directly, a malus for a jump."""
    if len(b) == len(a) + 1 and b[:-1] == a and b[-1] == 1:
        return 1.0
    depth = len(b) - 1
    if len(a) >= len(b) and a[:depth] == b[:depth] and b[depth] == a[depth] + 1:
        return 1.0
    if a[0] != b[0]:
        return 0.5 if len(b) == 2 and b[-1] == 1 else -1.0
    return -min(3.0, 0.7 * abs(b[1] - a[1]))


def _roman_scheme(candidates: list[Candidate]) -> list[Candidate]:
    """IEEE and REVTeX: I. > A. > 1) with letters and digits that begin anew in each section."""
    kept: list[Candidate] = []
    section = letter = digit = 0
    in_appendix = False
    for c in candidates:
        value = _ROMAN.get(c.number, 0)
        single = ord(c.number) - 64 if len(c.number) == 1 and c.number.isalpha() else 0
        if value and section < value <= section + 2 and not (single == letter + 1 and letter and value != section + 1):
            section, letter, digit, c.level = value, 0, 0, 1
        elif single and letter < single <= letter + 2:
            letter, digit = single, 0
            c.level = 1 if in_appendix else 2
        elif c.number.isdigit() and digit < int(c.number) <= digit + 2 and section:
            digit, c.level = int(c.number), 3
        else:
            continue
        kept.append(c)
    return kept


def _run_ins(flow: list[Line], layout: Layout, numbered: list[Candidate]) -> list[Candidate]:
    """`1) Title: text` and `2.1.3. Title. text`, where such numbers continue a sequence of the document."""
    roman = any(c.number in _ROMAN for c in numbered)
    deep = {c.key[:-1] for c in numbered if len(c.key) >= 3} | {c.key for c in numbered if len(c.key) >= 3}
    taken = {i for c in numbered for i in range(c.first, c.last)}
    found: list[Candidate] = []
    expected = 1
    tops = {c.first for c in numbered}
    for index, line in enumerate(flow):
        if index in tops:
            expected = 1
        if index in taken or not (match := _RUN_IN.match(line.text)):
            continue
        number = match["number"]
        if roman and match["mark"] == ")" and int(number) == expected if number.isdigit() else False:
            expected += 1
            level = 3
        elif "." in number and tuple(_key(number, False))[:-1] in deep and (line.spans[0].italic or line.spans[0].bold):
            level = number.count(".") + 1
        else:
            continue
        found.append(Candidate(index, index + 1, [line], match["title"], number, match["mark"], ("run-in",), 1, True, level,
                               match["rest"], _key(number, False)))  # fmt: skip
    return found


_RUN_IN = re.compile(
    r"(?P<number>\d{1,2}|\d(?:\.\d{1,2}){2,3})(?P<mark>[.)]?)\s+(?P<title>[A-Z][^.:]{2,90})(?:(?<=\w)[:.])(?:\s+(?P<rest>.*))?$"
)


# --- unnumbered headings -------------------------------------------------------------------------


def _unnumbered(candidates: list[Candidate], numbered: list[Candidate], layout: Layout) -> list[Candidate]:
    alone = [c for c in candidates if c.alone and (c.emphasis or _is_known(c))]
    known = [c for c in alone if _is_known(c)]
    if len(numbered) >= 3:
        tops = {c.style for c in numbered if c.level == 1 and c.emphasis == 3 or c.style[4] and c.level == 1}
        after = min(c.first for c in numbered)
        return known + [c for c in alone if c.style in tops and not _is_known(c) and c.first > after and len(c.title) < 90]
    by_style: dict[tuple[object, ...], list[Candidate]] = defaultdict(list)
    for c in alone:
        by_style[c.style].append(c)
    start = min((c.first for c in known), default=0)
    sure = {c.style for c in known if c.emphasis and plain(c.title) != "abstract"} or {c.style for c in known if c.emphasis}
    largest = max((float(str(s[1])) for s in sure), default=0.0)
    chosen = list(known)
    for style, members in by_style.items():
        members = [c for c in members if not _is_known(c) and c.first > start and not c.title.endswith((".", "?!"))]
        spread = len({c.lines[0].page for c in members})
        strong = style in sure or (
            sure and float(str(style[1])) <= largest and members and members[0].emphasis >= 1 and len(members) >= 2
            and spread >= min(2, len(members) - 1) and _followed_by_text(members)
        )  # fmt: skip
        if strong:
            chosen += members
    return chosen


def _followed_by_text(members: list[Candidate]) -> bool:
    return sum(len(c.title) < 100 for c in members) >= 0.9 * len(members)


def _is_known(candidate: Candidate) -> bool:
    return plain(candidate.title) in KNOWN


def _without_overlap(candidates: list[Candidate]) -> list[Candidate]:
    kept: list[Candidate] = []
    for c in candidates:
        if not kept or c.first >= kept[-1].last:
            kept.append(c)
    return kept


def _set_levels(chosen: list[Candidate]) -> None:
    """Unnumbered headings take the level of numbered ones of their style, else one by size and emphasis."""
    levels: dict[tuple[object, ...], int] = {}
    for c in chosen:
        if c.number:
            levels.setdefault(c.style, c.level)
    free = [c for c in chosen if not c.number and c.style not in levels and not _is_known(c)]
    tops = {c.style for c in chosen if _is_known(c) and plain(c.title) != "abstract"}
    order = sorted({c.style for c in free} - tops, key=lambda s: (-float(str(s[1])), -int(bool(s[2])), -int(bool(s[4])), int(bool(s[3]))))
    for c in chosen:
        if c.number:
            continue
        if _is_known(c) or c.style in tops:
            c.level = levels.get(c.style, 1) if not _is_known(c) else 1
        elif c.style in levels:
            c.level = levels[c.style]
        else:
            c.level = min(4, (2 if tops else 1) + order.index(c.style))


