"""The statements of a digest's section: a sentence with the passages it cites.

A statement ends at 。！？ and at the end of a line; clauses after a ； share its citations. In a Chinese line a narrow
. ! ? after a Latin word (Sept. 2021, Fig. 3, Yahoo! 问答) belongs to the word, unless citation marks follow it. Marks
look like [17], [17][23], [17, 23], [17-19] or full-width, and stand before or after the final punctuation.
"""

import re
from dataclasses import dataclass

MARK = re.compile(r"[ \u3000]?[\[【［][ ]?\d{1,5}(?:[ ]?[,，、;；~–—-][ ]?\d{1,5}){0,30}[ ]?[\]】］]")
_BULLET = re.compile(r"^[ \t]{0,12}(?:[-*•·▪●‣]|\d{1,2}[.、)）](?!\d))[ \t]{0,4}")
_END = re.compile(r"[。！？!?]{1,3}[”’\"'）)】」』》]{0,3}|\.(?=[ \[【［]|$)")
_ABBREVIATION = re.compile(
    r"(?<![A-Za-z])(?:e\.g|i\.e|et al|etc|vs|cf|resp|Figs?|Eqs?|Secs?|Tabs?|Refs?|Dr|Mr|Mrs|Ms|Prof|Nos?|approx|Inc|Ltd"
    r"|Co|Corp|St|al|Ph\.D|U\.S|w\.r\.t|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec|[A-Z])\.$"
)
_CHINESE = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")
_CLOSERS = re.compile(r"[”’\"'）)」』》]{1,3}(?![\w])")
_QUOTES = "”’\"'）)】」』》]"
_FINAL = re.compile(r"[。！？；.!?;…]{1,6}[”’）)」』]{0,6}$")
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
            if any(map(str.isalnum, words)):
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


def before_final_mark(sentence: str, addition: str) -> str:
    """`addition` put before the sentence's final punctuation, or at its end where it has none."""
    end = final_mark(sentence)
    return sentence[: len(sentence) - len(end)] + addition + end


def final_mark(sentence: str) -> str:
    """The final punctuation of a sentence with the quotes that it closes; "" where it has none."""
    end = _FINAL.search(sentence)
    return end[0] if end else ""


def _sentences(line: str) -> list[str]:
    """Cut at sentence ends; marks and closing quotes after an end stay with the sentence before it."""
    pieces: list[str] = []
    start = position = 0
    chinese = _CHINESE.search(line) is not None
    while end := _END.search(line, position):
        position = end.end()
        if _belongs_to_a_word(line, end) if chinese else _is_dot_of_a_word(line, end):
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


def _belongs_to_a_word(line: str, end: re.Match[str]) -> bool:
    """In a Chinese line: a narrow stop after a Latin letter or a digit, with more of the line to come and no mark."""
    before = line[end.start() - 1 : end.start()]
    of_a_word = end[0][0] in ".!?" and before.isascii() and before.isalnum()
    return of_a_word and MARK.match(line, end.end()) is None and bool(line[end.end() :].strip())


def _is_dot_of_a_word(line: str, end: re.Match[str]) -> bool:
    """In a Latin line: the full stop of an abbreviation, an initial or a list number."""
    if end[0] != ".":
        return False
    before = line[max(0, end.end() - 13) : end.end()]
    return bool(_ABBREVIATION.search(before)) or not re.search(r"[A-Za-z\]】）)”\"][ ]?\.$|\d\.$", before)
