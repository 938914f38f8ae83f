"""The statements of a digest's section: a sentence with the passages it cites.

A statement ends at 。！？ (also ! ? and the end of a line); clauses after a ； share its citations. Marks look like
[17], [17][23], [17, 23], [17-19] or full-width, and stand before or after the final punctuation.
"""

import re
from dataclasses import dataclass

MARK = re.compile(r"[ \u3000]?[\[【［][ ]?\d{1,5}(?:[ ]?[,，、;；~–—-][ ]?\d{1,5}){0,30}[ ]?[\]】］]")
_BULLET = re.compile(r"^[ \t]{0,12}(?:[-*•·▪●‣]|\d{1,2}[.、)）](?!\d))[ \t]{0,4}")
_END = re.compile(r"[。！？!?]{1,3}[”’\"'）)】」』》]{0,3}|\.{1}(?=[ ]|$)")
_ABBREVIATION = re.compile(
    r"(?<![A-Za-z])(?:e\.g|i\.e|et al|etc|vs|cf|resp|Figs?|Eqs?|Sec|Tab|Dr|Mr|Ms|Prof|No|approx|Inc|St|al|[A-Z])\.$"
)
_CLOSERS = re.compile(r"[”’\"'）)」』》]{1,3}(?![\w])")
_QUOTES = "”’\"'）)】」』》]"
_WIDEST_RANGE = 20  # [17-19] lists passages; [3-950] is a mistake and stays what it says: two of them


@dataclass(frozen=True, slots=True)
class Statement:
    """One claim of a section. `index` counts within the section, `bullet` is its list item or line."""

    section: str
    text: str
    passages: tuple[int, ...]
    index: int
    bullet: int


def split_statements(section: str, text: str) -> list[Statement]:
    """The statements of `text` in order. Lines that hold nothing but marks belong to the statement before."""
    found: list[Statement] = []
    bullet = -1
    for line in text.splitlines():
        if not line.strip():
            continue
        bullet += 1
        for sentence in _sentences(_BULLET.sub("", line, count=1)):
            passages = cited(sentence)
            words = MARK.sub("", sentence).strip()
            if words:
                found.append(Statement(section, words, passages, len(found), bullet))
            elif passages and found:
                last = found[-1]
                merged = tuple(dict.fromkeys((*last.passages, *passages)))
                found[-1] = Statement(section, last.text, merged, last.index, last.bullet)
    return found


def cited(text: str) -> tuple[int, ...]:
    """The passage numbers of all marks in `text`, each once, in order; [17-19] is 17, 18, 19."""
    numbers: dict[int, None] = {}
    for mark in MARK.finditer(text):
        for part in re.split(r"[,，、;；]", mark[0].strip(" \u3000[]【】［］")):
            ends = [int(number) for number in re.findall(r"\d{1,5}", part)]
            if len(ends) == 2 and 0 < ends[1] - ends[0] <= _WIDEST_RANGE:
                ends = list(range(ends[0], ends[1] + 1))
            numbers.update(dict.fromkeys(ends))
    return tuple(numbers)


def _sentences(line: str) -> list[str]:
    """Cut at sentence ends; marks and closing quotes after an end stay with the sentence before it."""
    pieces: list[str] = []
    start = position = 0
    while end := _END.search(line, position):
        position = end.end()
        if end[0] == "." and _is_dot_of_a_word(line, end.start()):
            continue
        while (more := MARK.match(line, position) or _CLOSERS.match(line, position)) is not None:
            position = more.end()
        if end[0][-1] in _QUOTES and position == end.end() and re.match(r"[\u4e00-\u9fff，、]", line[position:]):
            continue  # “你好！”打招呼: the quotation ends, the sentence goes on
        pieces.append(line[start:position])
        start = position
    if line[start:].strip():
        pieces.append(line[start:])
    return pieces


def _is_dot_of_a_word(line: str, dot: int) -> bool:
    """Only a full stop after a Latin sentence cuts: never after an abbreviation, an initial or a list number."""
    before = line[max(0, dot - 12) : dot + 1]
    return bool(_ABBREVIATION.search(before)) or not re.search(r"[A-Za-z\]】）)”\"][ ]?\.$|\d\.$", before)
