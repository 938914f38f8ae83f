"""What a number counts: magnitudes, units and unit nouns, in English and Chinese.

A *hard* unit has a dimension: two numbers of the same dimension are compared in its base unit (24 hours is
1 day, 1.2 TB is 1200 GB) and never match a number of another dimension. A *soft* unit is a noun (layers,
tokens): it only speaks against a match when the other number carries a different soft noun.
"""

import re
from fractions import Fraction

MAGNITUDES: dict[str, int] = {
    "万亿": 10**12, "千亿": 10**11, "百亿": 10**10, "十亿": 10**9, "亿": 10**8,
    "千万": 10**7, "百万": 10**6, "十万": 10**5, "万": 10**4, "千": 10**3, "百": 10**2,
    "hundred": 10**2, "thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12,
    "mn": 10**6, "bn": 10**9, "k": 10**3, "m": 10**6, "b": 10**9, "t": 10**12,
}  # fmt: skip

# A capital letter is a magnitude (7B, 50K); the small letters only where they cannot be a unit of length or time.
MAGNITUDE = re.compile(
    r"[ \n]?[多余]?(?:万亿|千亿|百亿|十亿|亿|千万|百万|十万|万|千(?![克米瓦])|百(?!分))"
    r"|[ \n-]{0,10}(?:[Hh]undred|[Tt]housand|[Mm]illion|[Bb]illion|[Tt]rillion)s?(?![A-Za-z])"
    r"|[ ]?(?:mn|bn|[KMBT])(?![A-Za-z0-9])|[kb](?![A-Za-z0-9])"
    r"|m(?=[ -]?(?:param|token|model|sample|example|image|sentence|参数))"
)

_PREFIX = {"": 0, "K": 3, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18, "Z": 21}
_TIME = {
    "微秒": Fraction(1, 10**6), "μs": Fraction(1, 10**6), "us": Fraction(1, 10**6), "µs": Fraction(1, 10**6),
    "毫秒": Fraction(1, 1000), "ms": Fraction(1, 1000), "millisecond": Fraction(1, 1000), "msec": Fraction(1, 1000),
    "秒": Fraction(1), "s": Fraction(1), "sec": Fraction(1), "second": Fraction(1),
    "分钟": Fraction(60), "min": Fraction(60), "minute": Fraction(60),
    "小时": Fraction(3600), "h": Fraction(3600), "hr": Fraction(3600), "hour": Fraction(3600),
    "天": Fraction(86400), "日内": Fraction(86400), "day": Fraction(86400),
    "周": Fraction(604800), "星期": Fraction(604800), "week": Fraction(604800),
}  # fmt: skip

_HARD = re.compile(
    r"(?: or (?:more|fewer|less|so) |[ \n-]?)(?:(?P<byte>[KkMGTPE]i?B(?![A-Za-z])|bytes?(?![A-Za-z])|字节)"
    r"|(?P<flop>(?:[KMGTPEZ]|[Pp]eta|[Tt]era|[Gg]iga|[Ee]xa)?[ -]?(?:FLOP|[Ff]lop)(?:s|S|/s)?(?![A-Za-z]))"
    r"|(?P<rate>FPS|fps|[kMG]?Hz|帧/秒|帧每秒)(?![A-Za-z])"
    r"|个?(?P<time>微秒|毫秒|秒|分钟|小时|天|周|星期"
    r"|(?:[uμµm]?s|msecs?|secs?|mins?|h|hrs?|milliseconds?|seconds?|minutes?|hours?|days?|weeks?)(?![A-Za-z]))"
    r"|(?P<month>个月|months?(?![A-Za-z]))"
    r"|(?P<bit>bits?(?![A-Za-z])|比特|位(?=量化|精度|整数|整型|浮点|微调|权重|模型|表示|优化|训练|推理|的?量化)))"
)

_SOFT_WORDS = {
    "layer": r"layers?|blocks?|层",
    "head": r"heads?|头",
    "step": r"steps?|步",
    "iteration": r"iterations?|次迭代",  # may be 轮 as well as 步
    "round": r"epochs?|rounds?|turns?|轮",
    "token": r"tokens?|词元|标记|令牌",
    "parameter": r"param(?:eter)?s?|参数",
    "gpu": r"(?:[A-Z][A-Za-z0-9-]{1,12} ){0,3}(?:GPU|TPU)s?|显卡|卡"
    r"|(?:(?<=[张块台卡颗])|(?<=[张块台卡颗] ))[A-Z]{1,3}[ ]?\d{2,4}",  # 八张 A100
    "dimension": r"dim(?:ension)?s?|dimensional(?:ity)?|维",
    "language": r"languages?|种语言|语种",
    "image": r"images?|图像|图片",
    "person": r"people|persons?|annotators?|labell?ers?|participants?|workers?|人|名标注|位标注",
    "document": r"doc(?:ument)?s?|articles?|文档|篇",
    "word": r"words?|词(?![元汇表典])",
    "sentence": r"sent(?:ence)?s?|句",
    "sample": r"samples?|examples?|样本",
    "frame": r"frames?|帧",
}
_SOFT_HEADS = {
    noun: re.compile(rf"(?<![A-Za-z])(?:{words})(?![A-Za-z])", re.IGNORECASE) for noun, words in _SOFT_WORDS.items()
}
_SOFT = re.compile(
    r"[ \n-]?(?:[a-z]{2,14}[ -]){0,2}?个?(?:[\u4e00-\u9fff]{0,3}?)[ ]?"
    r"(?:[A-Z][A-Za-z0-9-]{1,14} (?=[\u4e00-\u9fff]))?(?:"  # 六个 LSTM 层
    + "|".join(f"(?P<{name}>{words})" for name, words in _SOFT_WORDS.items())
    + r")(?![A-Za-z])"
)

# A unit that is stated apart from its numbers: "Latency in ms", "Memory (GB)", 延迟（毫秒）, 单位为 ms.
_STATED = (
    r"[kKMBT]|millions?|billions?|thousands?|百万|十亿|亿|万|千|%|percent(?:ages?)?|per cent|percentage points|百分比"
    r"|[KMGT]i?B|bytes?|[KMGTPEZ]?FLOP(?:s|S|/s)?|bits?|比特|fps|FPS|[kMG]?Hz|[GT]PU[- ]?(?:hours|days)"
    r"|[uμµm]?s|msecs?|[Ss]ecs?\.?|[Mm]ins?\.?|hrs?|h|milliseconds?|microseconds?|seconds?|minutes?|hours?|days?|weeks?|months?"
    r"|微秒|毫秒|秒|分钟|小时|天|周|(?:[×x] ?)?10 ?\^? ?\{?[1-9]\d?\}?|[×x] ?1e[1-9]"
)
_UNIT_WORD = re.compile(r"(?<![\w.-])(?<!\d )(?:milliseconds|seconds|minutes|hours|days|weeks|GB|MB)(?![\w-])")
_LONG = r"ms|secs?|seconds?|mins?|minutes?|hrs?|hours?|days?|weeks?|[KMGT]i?B|bits?"
_STATED_UNIT = re.compile(
    rf"[(\[（](?:in |unit:? |单位[:：为]? ?|约[，、 ]?|[\u4e00-\u9fff]{{1,6}}[，、 ])?(?P<bracketed>{_STATED})[)\]）]"
    rf"|[(\[（](?P<compound>{_LONG})[ ]?(?:/|per|[x×])[^)\]）]{{1,24}}[)\]）]"  # [days x CPU cores], (ms/sample)
    rf"|(?<![A-Za-z])in (?P<said>(?!h\b|s\b|[kKMBT]\b)(?:{_STATED}))(?![A-Za-z])"
    rf"|单位[:：为是]{{0,2}} ?(?P<named>{_STATED})(?![A-Za-z])|(?P<power>[×x] ?10 ?\^? ?[1-9]\d?|[×x] ?1e[1-9])"
)


def mentioned_units(caption: str) -> tuple[str, ...]:
    """The units that a caption states, or names without a number: the overall training hours."""
    found = (unit[0] for unit in _UNIT_WORD.finditer(caption))
    return tuple(dict.fromkeys((*stated_units(caption), *found)))


def stated_units(text: str) -> tuple[str, ...]:
    """The units that `text` states for numbers elsewhere, as they may be written after a number."""
    groups = ("bracketed", "compound", "said", "named", "power")
    found = (next(filter(None, map(match.group, groups))) for match in _STATED_UNIT.finditer(text))
    return tuple(dict.fromkeys(_spelled(unit) for unit in found))


def _spelled(unit: str) -> str:
    if unit == "百分比" or (unit.startswith("percent") and "point" not in unit):
        return "%"
    return f"×{unit}" if unit.startswith("10") else unit.rstrip(".").replace("S", "s") if len(unit) > 2 else unit


HARD_UNITS = frozenset({"byte", "flop", "rate", "second", "month", "bit"})


def hard_unit(text: str, position: int) -> tuple[str, Fraction, int] | None:
    """The dimension, its factor to the base unit and the end of a hard unit at `position`, or None."""
    match = _HARD.match(text, position)
    if match is None or match.lastgroup is None:
        return None
    kind, word = match.lastgroup, match[match.lastgroup]
    if kind == "time":
        return "second", _time_factor(word), match.end()
    if kind in ("byte", "flop"):
        prefix = "" if word.lower().startswith(("byte", "字节", "flop")) else word[0].upper()
        return kind, Fraction(10 ** _PREFIX[prefix]), match.end()
    return kind, Fraction(1), match.end()


def _time_factor(word: str) -> Fraction:
    return _TIME[word] if word in _TIME else _TIME[word.removesuffix("s")]


def soft_nouns(head: str) -> set[str]:
    """The nouns that the head of a column counts: Source / Words."""
    return {noun for noun, words in _SOFT_HEADS.items() if words.search(head)}


def soft_unit(text: str, position: int) -> str:
    """The unit noun that follows `position` within a few words, or ""."""
    match = _SOFT.match(text, position)
    return match.lastgroup or "" if match else ""
