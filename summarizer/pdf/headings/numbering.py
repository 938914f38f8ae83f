"""Numbered headings: candidates whose numbers form a sequence."""

import re
from collections import Counter

from summarizer.pdf.headings.candidates import Candidate, TextStyle, is_known
from summarizer.pdf.page.pages import Line

_ROMAN = {n: i for i, n in enumerate("I II III IV V VI VII VIII IX X XI XII XIII XIV XV".split(), 1)}  # noqa: SIM905
_RUN_IN = re.compile(
    r"(?P<number>\d{1,2}|\d(?:\.\d{1,2}){2,3})(?P<mark>[.)]?)\s+"
    r"(?P<title>[A-Z][^.:]{2,90})(?:(?<=\w)[:.])(?:\s+(?P<rest>.*))?$"
)

_RUN_IN_STYLE = TextStyle("run-in")


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


def in_sequence(candidates: list[Candidate]) -> list[Candidate]:
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
        named = c.emphasis >= 2 and c.alone and is_known(c)
        if (
            before in keys
            or after in keys
            or opens
            or named
            or (c.emphasis >= 2 and c.alone and parent in keys)
            or (c.key[0] == 1 and c.emphasis >= 2 and c.alone and c.key[-1] == 1)
        ):
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
        near = section < value <= section + 2 or (section < value and is_known(c))
        if near and not (single == letter + 1 and letter and value != section + 1):
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


def run_ins(flow: list[Line], numbered: list[Candidate]) -> list[Candidate]:
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
        key = _key(number, False)
        marked = line.spans[0].italic or line.spans[0].bold
        if roman and match["mark"] == ")" and number == str(expected):
            expected += 1
            level = 3
        elif "." in number and key[:-1] in deep and marked:
            level = number.count(".") + 1
        else:
            continue
        candidate = Candidate(index, index + 1, [line], match["title"], number, match["mark"], key=key, level=level)
        candidate.style, candidate.run_in = _RUN_IN_STYLE, match["rest"] or ""
        found.append(candidate)
    return found
