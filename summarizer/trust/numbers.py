"""The quantities of a text, exactly, in English and Chinese: 0.5B and 5亿 are the same number.

A number that names something is no quantity: GPT-4, MRR@100, F1, ResNet-50, Figure 3, 第4节, [17], a year.
The size in a model's name (LLaMA-13B) is read but marked `in_name`: it is evidence, not a claim.
Every regular expression is bounded, so the time is linear in the text.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import lru_cache
from math import inf
from typing import Literal

from summarizer.trust.dates import DATE
from summarizer.trust.names import FAMILY_BEFORE
from summarizer.trust.number_words import word_numbers
from summarizer.trust.units import HARD_UNITS, MAGNITUDE, MAGNITUDES, hard_unit, soft_unit

Kind = Literal["percent", "points", "times", "count"]
About = Literal["", "~", ">", "<", "±"]

_MOST_DIGITS = 1000  # of a longer number the first ones are read: Python itself reads no more than 4300
_DIGIT = re.compile(r"\d")
_NUMBER = re.compile(r"(?:\d{1,3}(?:(?:,\n?|\{,\}|[\u2009\u202f])\d{3})+(?![\d])|\d+)(?:\.\n?\d+)?|(?<![\w.)\]])\.\d+")
_SCIENTIFIC = re.compile(
    r"(?:[ \n]?[x×*·⋅][ \n]?1)?(?:\.?[eE]|(?<=\d)\.?[eE]\^(?=-))(?P<e>(?: ?[-+] ?)?\d{1,2})(?!\w|\.\d)"  # 3.0e^-4
    r"|[ \n]?(?:[x×*·⋅]|\\times|\\cdot)[ \n]?10"
    r"(?:[ ]?(?:\^|\*\*)[ ]?\{?[ ]?(?P<caret>-?\d{1,2})\}?|(?P<super>⁻?[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,2}))"
)
_POWER = re.compile(
    r"(?:\^|\*\*)[ ]?\{?[ ]?(-?\d{1,2})\}?|(⁻?[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,2})|[ ]?的[ ]?([-负]?[ ]?\d{1,2})[ ]?次(?:方|幂)"
)
_EXPONENT = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻负", "0123456789--", " ")
_PERCENT = re.compile(r"[ \n]{0,2}(?:%|percent(?![a-z])|per cent(?![a-z])|pct(?![a-z]))")
_POINTS = re.compile(
    r"[ \n]?个?(?:绝对)?百分点|[ \n]?个点(?!的?[位云])"
    r"|[ \n-]{0,2}(?:(?:absolute|percentage|percent|pct|%|accuracy|BLEU|F1|EM)[ \n-]?){0,2}"
    r"(?:points?|pts?|pp)(?![A-Za-z])"
)
_TIMES = re.compile(
    r"[ \n]?倍|[ \n]?(?:[xX](?![ ]?\.?\d|[A-Za-z])|×(?![ ]?[\d.A-Z]))|[ \n]times(?![A-Za-z])|[ \n-]?folds?(?![A-Za-z])"
)
_TENTHS = re.compile(r"成(?=[的以左多余，。；、,;)）]|$)")
_FACTOR_BEFORE = re.compile(r"factors? (?:of|by) (?:about |around |over |up to |~ ?)?$")
_PERCENT_BEFORE = re.compile(r"百分之$")
# What a number belongs to when it is no quantity, blanked before anything is read.
_PLACE = r"[A-Z]?\.?\d{1,3}(?:\.\d{1,3}){0,3}[a-z]?"
_REFERENCES = re.compile(
    r"https?://[^\s\u3000-\uffef]{1,300}|(?:arxiv|arXiv):? ?\d{4}\.\d{4,5}(?:v\d+)?|doi:? ?10\.\S{1,80}"
    r"|(?<![A-Za-z^_])(?:[Ff]ig(?:ure|s|ures)?|FIG(?:URE)?|[Tt]ab(?:le|les)?|TABLE|[Ss]ec(?:tion|tions|s)?"
    r"|[Ee]q(?:uation|n|s|uations)?|[Aa]lg(?:orithm)?|[Aa]ppendix|[Cc]hapter|[Tt]heorem|[Ll]emma|[Pp]roposition"
    r"|[Cc]orollary|[Ff]ootnote|[Pp]age|(?:[Pp]p?|[Vv]ol|[Nn]o)(?!\.?\())"
    rf"(?:\.[ \n]?|[ \n]|\.?\()\(?{_PLACE}\)?(?:[ ]?(?:,|-|and|&)[ ]?{_PLACE}(?![\w%.]))?"
    r"|〔\d{4}[a-z]?〕|§ ?\d{1,2}(?:\.\d{1,2}){0,3}"
    r"|(?:图|表|式|公式|方程|算法|附录|定理|引理|命题|推论|脚注|注|阶段|步骤|层级|级别|问题|实验)[ ]?"
    r"[(（]?[A-Z]?\d{1,3}(?:[.-]\d{1,3}){0,2}[a-z]?[)）]?(?![\d.]{0,9}[%倍万亿个])"
    r"|文献[ ]?\d{1,3}(?:[、,，][ ]?\d{1,3}){0,5}|第[ ]?\d{1,4}(?:\.\d{1,2}){0,3}(?:[-~、到至]\d{1,4})?[ ]?"
    r"|(?<![\d.])\d{1,2}(?:\.\d{1,2}){1,3}[ ]?[小章]?节"
    r"|(?<!∈)(?<!∈ )\[(?!0(?!\d))\d{1,4}(?:[ ]?[,;，-][ ]?\d{1,4}){0,30}\]"
    r"|(?<=[A-Za-z])['’]\d\d(?!\d)|(?<![A-Za-z0-9])[vV]\d{1,2}(?:\.\d{1,3}){0,3}(?![A-Za-z0-9])|\d{1,4}(?:st|nd|rd|th)(?![A-Za-z])"
)
_LIST_MARKER = re.compile(
    r"(?:^|(?<=[。；：:;\n]))[ ]{0,4}[(（]?\d{1,2}(?:[)）]|、(?![ ]?\d)|\.(?!\n?\d|[eE]\^?-))|[(（]\d{1,2}[)）]"
)
_SUBSCRIPT = re.compile(r"(?<=[A-Za-zΑ-ω}])_\{?\d{1,3}\}?")  # N_{18}
_WORD_BEFORE = re.compile(r"[A-Za-zΑ-ω0-9_@./+-]{1,40}$")
_PLAIN_PREFIX = re.compile(
    r"(?:[Tt]op|[Bb]ottom|sub|non|pre|post|over|up|about|from|to|of|by|at|n|k|N|K|x|[a-z]{3,20}ed)[-/+](?:\d[\d.]{0,5}%?/)?|USD|RMB|EUR|[-+~/.]"
)
_INITIAL = re.compile(r"(?<![A-Za-z])[A-Z]\.$")  # H.264, 附录 B.2
_FAR_APART = 100
_NAME_OR_TIME = re.compile(  # WMT 2014, Chen et al. 2024, in 2014; but 500 to 2000
    r"(?<![A-Za-z])(?:[A-Z][\w-]{0,20}|al\.?,?"
    r"|in|since|until|by|from|of|years?|during|before|after|early|late|mid)[ -]?$"
)
_YEAR = re.compile(r"(?:19[89]|20[0-3])\d$")
# Sign, what stands before such a number, what stands after it.
_ABOUT: tuple[tuple[About, re.Pattern[str], re.Pattern[str]], ...] = (
    ("±", re.compile(r"(?:±|\\pm)[ ]{0,2}$"), re.compile(r"(?!)")),
    (
        "~",
        re.compile(r"(?:约|大约|近似|about|around|approximately|roughly|~|\\sim)[为 ]{0,2}$"),
        re.compile(r"左右|上下"),
    ),
    (
        ">",
        re.compile(r"(?:超过|超|逾|多于|大于|高于|至少|不少于|>|≥|over|more than|at least|exceed(?:s|ing)?)[ ]?$"),
        re.compile(r"多(?![模语任轮层头步个])|余|以上"),
    ),
    (
        "<",
        re.compile(r"(?:近|不到|不足|低于|少于|小于|至多|<|≤|nearly|almost|less than|under|at most|up to)[ ]?$"),
        re.compile(r"以下|以内"),
    ),
)
_ABOUT_A_SHARE = re.compile(  # 略多于 A 的一半: of B 的 60.0% it would be the value of B
    r"(?:(?P<over>[略稍](?:多|高|大)于|超过)|[略稍](?:少|低|小)于|不到|不足)[^，；。、\d]{1,20}的[ ]?$"
)
_MORE = re.compile(r"[多余]")  # 110 多亿
_RANGE = re.compile(r"[ ]?(?:-|~|±|到|至|--|to|and)[ ]?[约+]?")
_LIST = re.compile(r"[ ]?(?:[、,，/]|[、,，]?[ ]?(?:和|与|及|以及|或|and|or))[ ]?")
_SURE_LIST = re.compile(r"[ ]?、[ ]?")

_KINDS: tuple[tuple[Kind, re.Pattern[str]], ...] = (("points", _POINTS), ("percent", _PERCENT), ("times", _TIMES))

_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−﹣－"), "-")
_SPACES = dict.fromkeys(map(ord, "\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u200a\u205f\u3000"), " ")
_OTHERS = {ord("～"): "~", ord("∼"): "~", ord("〜"): "~", ord("≈"): "~", ord("％"): "%", ord("﹪"): "%"}
# Superscripts and thin spaces carry meaning (10⁶, 10 000) that their compatibility form loses.
_KEPT = frozenset("⁰¹²³⁴⁵⁶⁷⁸⁹⁻½¼¾⅓⅔\u2009\u202f")
_TABLE = _DASHES | _SPACES | _OTHERS
_LATEX = re.compile(r"\\(?:space|,|;|!|quad|text[a-z]{0,4}\{|mathrm\{|mathbf\{)|\$")
_ESCAPED_PERCENT = re.compile(r"\\%")


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with what it counts.

    `value` is absolute and in base units: 5亿 is 500000000, 24 hours is 86400, 12 % is 12. `step` is the worth
    of its last written digit in the same units, `raw` the number as written without magnitude and unit.
    """

    value: Fraction
    kind: Kind
    step: Fraction
    raw: Fraction
    text: str
    span: tuple[int, int]
    unit: str = ""
    magnitude: bool = False
    about: About = ""
    in_name: bool = False
    listed: bool = False  # its unit may be that of a later number of its list
    size: float = field(init=False, repr=False, compare=False)  # `value`, for comparisons that need not be exact

    def __post_init__(self) -> None:
        try:
            size = float(self.value)
        except OverflowError:  # an RSA modulus, a model in a loop
            size = inf
        object.__setattr__(self, "size", size)

    @property
    def coarseness(self) -> Fraction:
        """The worth of the last digit that is not 0: 10000 for 5万, 10 for 380."""
        written = str(int(self.value / self.step))
        return self.step * Fraction(10 ** (len(written) - len(written.rstrip("0"))))

    @property
    def bare(self) -> "Quantity":
        """The number as written, without magnitude and unit."""
        step = self.step * self.raw / self.value if self.value else self.step
        return replace(self, value=self.raw, step=step, kind="count", unit="", magnitude=False, listed=False)


def quantities(text: str) -> list[Quantity]:
    """All quantities of `text` in reading order. Spans are offsets in `text`."""
    return list(_read(text))


@lru_cache(maxsize=1024)  # a sentence is asked by every rule
def _read(text: str) -> tuple[Quantity, ...]:
    folded = fold(text)
    has_digits = _DIGIT.search(folded) is not None
    masked = folded
    for pattern in (_REFERENCES, DATE, _LIST_MARKER, _SUBSCRIPT) if has_digits else ():
        masked = _mask(masked, pattern)
    found = list(_digit_quantities(folded, masked))
    taken = [quantity.span for quantity in found]
    for word in sorted(word_numbers(masked), key=lambda word: word.start - word.end):  # the longest first
        if not any(start < word.end and word.start < end for start, end in taken):
            taken.append((word.start, word.end))
            found.append(_measured(folded, masked, word.start, word.end, word.value, word.step, word.kind))
    found.sort(key=lambda quantity: quantity.span)
    return tuple(_share_units(folded, found))


def with_unit(quantity: Quantity, unit: str) -> Quantity | None:
    """A bare number read with a unit that is stated elsewhere; None where it has its own."""
    if quantity.kind != "count" or quantity.unit or quantity.magnitude or not quantity.text[0].isdigit():
        return None
    read = quantities(f"{quantity.text} {unit}")
    return replace(read[0], span=quantity.span, text=quantity.text) if len(read) == 1 else None


def _mask(text: str, pattern: re.Pattern[str]) -> str:
    return pattern.sub(lambda found: "\x00" * len(found[0]), text)


def _digit_quantities(folded: str, masked: str) -> Iterator[Quantity]:
    position = 0
    while found := _NUMBER.search(masked, position):
        start, end = found.span()
        position = end
        name = _name_before(folded, start)
        digits = re.sub(r"[^\d.]", "", found[0])[:_MOST_DIGITS]
        value = Fraction(digits if not digits.startswith(".") else "0" + digits)
        step = Fraction(1, 10 ** len(digits.partition(".")[2]))
        value, step, end = _scaled(masked, end, digits, value, step)
        quantity = _measured(folded, masked, start, end, value, step, "count")
        position = max(position, quantity.span[1])
        if name:
            if quantity.magnitude and not quantity.unit:
                yield replace(quantity, in_name=True)
        elif not _is_label(folded, quantity):
            yield quantity


def _scaled(text: str, end: int, digits: str, value: Fraction, step: Fraction) -> tuple[Fraction, Fraction, int]:
    """Value, step and end of a number with the power that follows it: 10^6, 2^18, 1.5 × 10^6, 3e-4."""
    if digits in ("2", "10") and (power := _POWER.match(text, end)):
        value = Fraction(digits) ** int((power[1] or power[2] or power[3]).translate(_EXPONENT))
        return value, value, power.end()
    if found := _SCIENTIFIC.match(text, end):
        exponent: str = found["e"] or found["caret"] or found["super"]
        factor = Fraction(10) ** int(exponent.translate(_EXPONENT))
        return value * factor, step * factor, found.end()
    return value, step, end


def _measured(folded: str, masked: str, start: int, end: int, value: Fraction, step: Fraction, kind: Kind) -> Quantity:
    """The quantity whose digits are `folded[start:end]`, with the magnitude and unit that follow them."""
    raw, unit, magnitude = value, "", False
    before = folded[max(0, start - 24) : start]
    if kind == "count":
        if found := MAGNITUDE.match(masked, end):
            factor = MAGNITUDES[found[0].strip(" \n-多余").lower().removesuffix("s")]
            value, step, end, magnitude = value * factor, step * factor, found.end(), True
        after_more = end + 1 if magnitude and masked[end : end + 1] in ("多", "余") else end
        kind, end = _kind(masked, after_more, before, end)
        if kind == "count" and (found := _TENTHS.match(masked, end)) and not magnitude and value < 10:
            value, step, kind, end = value * 10, step * 10, "percent", found.end()
    if kind == "count":
        if (hard := hard_unit(masked, after_more)) is not None:
            unit, factor_of_unit, end = hard
            value, step = value * factor_of_unit, step * factor_of_unit
        else:
            unit = soft_unit(masked, after_more)
    about = _about(before, folded[end : end + 4], kind) or (
        ">" if magnitude and _MORE.search(masked[start:end]) else ""
    )
    return Quantity(value, kind, step, raw, folded[start:end].strip(), (start, end), unit, magnitude, about)


def _kind(masked: str, position: int, before: str, end: int) -> tuple[Kind, int]:
    for kind, pattern in _KINDS:
        if found := pattern.match(masked, position):
            return kind, found.end()
    if _PERCENT_BEFORE.search(before):
        return "percent", end
    if _FACTOR_BEFORE.search(before):
        return "times", end
    return "count", end


def _about(before: str, after: str, kind: Kind) -> About:
    for sign, left, right in _ABOUT:
        if left.search(before) or right.match(after):
            return sign
    shared = _ABOUT_A_SHARE.search(before) if kind in ("times", "percent") else None
    return "" if shared is None else ">" if shared["over"] else "<"


def _name_before(folded: str, start: int) -> bool:
    """Whether the digits at `start` belong to a word on their left: GPT-4, MRR@100, LLaMA-2-7B, Llama 3.1."""
    word = _WORD_BEFORE.search(folded, max(0, start - 40), start)
    if word is None:
        return False
    attached = word[0]
    tail = re.search(r"[A-Za-zΑ-ω][A-Za-zΑ-ω0-9_@.+/-]{0,40}$", attached)
    if attached == "@":
        return True  # MBPP @1
    if tail is None or _PLAIN_PREFIX.fullmatch(tail[0]) or (attached[0].isdigit() and "-" in attached):
        return False
    full_stop = attached[-1] == "." and not _INITIAL.search(attached)
    return not (full_stop or (attached[-1] == "/" and tail[0][-2:-1].islower()))


def _is_label(folded: str, quantity: Quantity) -> bool:
    """Whether a bare number is a year, a version or the head of a name (3D, Llama 3.1, WMT 2014)."""
    if quantity.kind != "count" or quantity.unit or quantity.magnitude:
        return False
    start, end = quantity.span
    before, after = folded[max(0, start - 20) : start], folded[end : end + 1]
    if after.isascii() and after.isalpha() and quantity.text[-1].isdigit():
        return True
    if FAMILY_BEFORE.search(before) and "," not in quantity.text:
        return True
    return bool(_YEAR.match(quantity.text) and _NAME_OR_TIME.search(before))


def _share_units(folded: str, found: list[Quantity]) -> list[Quantity]:
    """In 1.5-1.9倍, 5 to 7% and 3-5 GB the first number has the unit of the second; in 6.9、11.5、21.0 天 all may."""
    for i in range(len(found) - 2, -1, -1):
        low, high = found[i], found[i + 1]
        gap = folded[low.span[1] : high.span[0]]
        bare = low.kind == "count" and not low.magnitude and low.unit not in ("byte", "second")
        if not bare or low.in_name or high.in_name:
            continue
        measured = high.kind != "count" or high.magnitude or high.unit in HARD_UNITS
        shared = _with_unit_of(low, high)
        apart = high.magnitude and low.raw >= _FAR_APART * high.raw  # 500 至 3k begins with 500
        rising = shared.value <= high.value or (gap.strip() in ("到", "至", "to", "±") and not apart)
        if _RANGE.fullmatch(gap) and rising and (measured or high.unit or gap.strip() not in ("and", "to")):
            found[i] = shared
        elif _LIST.fullmatch(gap) and measured and not low.unit:
            alike = high.bare.step == low.step  # 0.05、13B 及以下 is no list of sizes
            found[i] = replace(shared, listed=not (alike and _SURE_LIST.fullmatch(gap)))
    return found


def _with_unit_of(bare: Quantity, other: Quantity) -> Quantity:
    factor = other.value / other.raw if other.raw else Fraction(1)
    value, step = bare.raw * factor, bare.step * factor
    return replace(bare, value=value, step=step, kind=other.kind, unit=other.unit, magnitude=other.magnitude)


def fold(text: str) -> str:
    """NFKC, plain dashes and spaces, LaTeX maths delimiters blanked; as long as `text`."""
    text = text.translate(_TABLE)
    if not text.isascii():
        text = "".join(map(_fold_character, text))
    if "\\" in text or "$" in text:
        text = _ESCAPED_PERCENT.sub(" %", _LATEX.sub(lambda found: " " * len(found[0]), text))
    return text


def _fold_character(character: str) -> str:
    if character < "\x80" or "\u4e00" <= character <= "\u9fff" or character in _KEPT:
        return character
    folded = unicodedata.normalize("NFKC", character)
    return folded if len(folded) == 1 else character
