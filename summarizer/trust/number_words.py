"""Numbers in words: fifty-five thousand, half a billion, twice, two-thirds; 四个, 一百二十层, 两倍, 三分之一."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

WordKind = Literal["count", "times", "percent"]


@dataclass(frozen=True, slots=True)
class WordNumber:
    """A number written in words at `text[start:end]`."""

    value: Fraction
    kind: WordKind
    start: int
    end: int
    step: Fraction = Fraction(1)  # what it is exact to: 六成 says no more than 55 to 65 %


_ENGLISH = {
    "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16,
    "seventeen": 17, "eighteen": 18, "nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50,
    "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
}  # fmt: skip
_SCALES = {"hundred": 100, "thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}
_WORD = "|".join([*_ENGLISH, *_SCALES])
_ENGLISH_NUMBER = re.compile(
    rf"\b(?<!-)(?=[abefhmnostz])(?:half (?:a )?(?P<half>hundred|thousand|million|billion|trillion)"
    rf"|(?:an? )?(?P<words>(?:{_WORD})(?:(?: and |[ -])(?:{_WORD})){{0,6}}))(?![A-Za-z])",
    re.IGNORECASE,
)
_ENGLISH_TIMES = {
    "twic": Fraction(2), "doub": Fraction(2), "trip": Fraction(3), "quad": Fraction(4),
    "halv": Fraction(1, 2), "half": Fraction(1, 2),
}  # fmt: skip
_FOLD = re.compile(r"\b(two|three|four|five|six|seven|eight|nine|ten|twenty|hundred)[ -]?fold\b", re.IGNORECASE)
_TIMES_WORD = re.compile(
    r"\b(?<!-)(?=[dhqt])(twice|(?:doubl|tripl|quadrupl)(?:es?|ed|ing)|halv(?:es?|ed|ing)"
    r"|half(?! (?:a )?(?:h|th|m|b|tr)))(?![A-Za-z-])",
    re.IGNORECASE,
)
_FRACTION_WORD = re.compile(
    r"\b(?<!-)(?=[aotf])(an?|one|two|three|four|five)[ -]((?:third|quarter|fourth|fifth|sixth|tenth)s?)(?![A-Za-z])",
    re.IGNORECASE,
)
_DENOMINATORS = {"third": 3, "quarter": 4, "fourth": 4, "fifth": 5, "sixth": 6, "tenth": 10}

_DIGITS = {"零": 0, "〇": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_UNITS = {"十": 10, "百": 100, "千": 1000}
# A lone numeral counts only before a measure word: 一般, 统一, 十分, 四元组 are no numbers.
_MEASURE = "个种项类倍层步块篇名位张条轮次组章天周年月秒小大阶段维套款批份段句幅台卡人对路跳"
_CHINESE_NUMBER = re.compile(
    rf"(?<![第其唯统零〇一二两三四五六七八九十百千万亿几数上成之])"
    rf"(?P<percent>百分之)?(?P<numeral>[一二两三四五六七八九十][零〇一二两三四五六七八九十百千万亿]{{0,12}})"
    rf"(?:点(?P<decimals>[零〇一二三四五六七八九]{{1,6}}))?"
    rf"(?P<next>[{_MEASURE}]|成(?![绩果本就为功员分立熟对人年长])|分之[一二两三四五六七八九十])?"
)
_VAGUE = re.compile(r"一两|两三|二三|三四|四五|五六|六七|七八|八九")  # 一两个百分点, 三四十层: which, is not said
_HALF = re.compile(r"(?<![A-Za-z一])(?:一半|半数)")


def word_numbers(text: str) -> Iterator[WordNumber]:
    """Numbers in words that are certain to be numbers. Vague ones (数百, 一两个, several) are left out."""
    for found in _ENGLISH_NUMBER.finditer(text):
        if found["half"]:
            yield WordNumber(Fraction(_SCALES[found["half"].lower()], 2), "count", *found.span())
        elif not re.fullmatch(r"(?:hundred|thousand|million|billion|trillion)s?", found[0], re.IGNORECASE):
            yield WordNumber(Fraction(_english(found["words"])), "count", *found.span())
    for found in _FOLD.finditer(text):
        times = {**_ENGLISH, **_SCALES}[found[1].lower()]
        yield WordNumber(Fraction(times), "times", *found.span())
    for found in _TIMES_WORD.finditer(text):
        yield WordNumber(_ENGLISH_TIMES[found[1][:4].lower()], "times", *found.span())
    for found in _FRACTION_WORD.finditer(text):
        top = 1 if found[1].lower() in ("a", "an") else _ENGLISH[found[1].lower()]
        yield WordNumber(Fraction(top, _DENOMINATORS[found[2].lower().removesuffix("s")]), "times", *found.span())
    for found in _HALF.finditer(text):
        yield WordNumber(Fraction(1, 2), "times", *found.span(), Fraction(1, 10))
    if not text.isascii():
        yield from _chinese_numbers(text)


def _english(words: str) -> int:
    total = group = 0
    for word in re.split(r" and |[ -]", words.lower()):
        if word == "hundred":
            group = max(group, 1) * 100
        elif word in _SCALES:
            total, group = total + max(group, 1) * _SCALES[word], 0
        else:
            group += _ENGLISH[word]
    return total + group


def _chinese_numbers(text: str) -> Iterator[WordNumber]:
    for found in _CHINESE_NUMBER.finditer(text):
        numeral, following = found["numeral"], found["next"] or ""
        if _VAGUE.search(numeral):
            continue
        end = found.end("decimals") if found["decimals"] else found.end("numeral")
        value = Fraction(_chinese(numeral))
        if found["decimals"]:
            digits = "".join(str(_DIGITS[c]) for c in found["decimals"])
            value += Fraction(int(digits), 10 ** len(digits))
        if following.startswith("分之"):
            if following[2] in _DIGITS and value:
                yield WordNumber(Fraction(_DIGITS[following[2]]) / value, "times", found.start(), found.end())
        elif found["percent"]:
            yield WordNumber(value, "percent", found.start(), end)
        elif following == "倍":
            yield WordNumber(value, "times", found.start(), found.end())
        elif following == "成" and value < 10:
            yield WordNumber(value * 10, "percent", found.start(), found.end(), Fraction(10))
        elif following or _is_compound(numeral):
            yield WordNumber(value, "count", found.start(), end)


def _is_compound(numeral: str) -> bool:
    return len(numeral) > 1 and any(c in numeral for c in "百千万亿") and any(c in numeral for c in _DIGITS)


def _chinese(numeral: str) -> int:
    total = section = digit = 0
    for character in numeral:
        if character in _DIGITS:
            digit = _DIGITS[character]
        elif character in _UNITS:
            section, digit = section + max(digit, 0 if section else 1) * _UNITS[character], 0
        else:
            section += digit
            total = total + section * 10**4 if character == "万" else (total + section) * 10**8
            section = digit = 0
    return total + section + digit
