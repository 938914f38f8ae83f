"""Whether a claim says of a thing what the paper says of it: up or down, by or to, relative or absolute, over or under.

Conservative: a contradiction is reported only where both texts speak plainly and every place that has the number
contradicts the claim. A course has two axes, since both "reduces errors" and "raises accuracy" improve: the amount
(up +1, down -1) and the quality (better +1, worse -1); 0 where the words do not tell.
"""

import re
from collections.abc import Iterable
from typing import NamedTuple


class _Course(NamedTuple):
    amount: int
    quality: int


HIGHER_IS_BETTER = re.compile(
    r"准确|精度|性能|得分|分数|召回|成功率|胜率|通过率|速度|吞吐|效率|质量|能力|BLEU|F1|ROUGE|表现|效果|泛化|鲁棒|一致性|利用率|[Aa]ccuracy"
)
LOWER_IS_BETTER = re.compile(
    r"延迟|误差|错误|损失|困惑|内存|显存|存储|成本|费用|开销|时间|耗时|能耗|功耗|参数|计算量|算力|(?<![零少单])样本(?!效率)|数据量|有毒|毒性|幻觉|偏见"
    r"|方差|距离|漏检|误拒|代价|FID|WER|PPL|NLL|LPIPS|MSE|MAE|FLOP|GPU"
    r"|[Pp]erplexity|[Ll]atency|[Ll]oss|[Ee]rror|[Mm]emory"
)
_EN_HIGHER_IS_BETTER = re.compile(
    r"accura|performance|score|recall|precision|success|win rate|speed|throughput|efficien|quality|abilit|capabilit"
    r"|BLEU|\bF1\b|ROUGE|generaliz|robust|results?\b",
    re.IGNORECASE,
)
_EN_LOWER_IS_BETTER = re.compile(
    r"latenc|error|\bloss|perplexit|memor|storage|\bcosts?\b|overhead|\btimes?\b|energy|parameter|comput|FLOP|toxic"
    r"|hallucinat|\bbias|varianc|\bFID\b|\bWER\b|\bPPL\b|\bMSE\b|footprint|\bmiss",
    re.IGNORECASE,
)
NEGATION = re.compile(
    r"\b(?:no|not|without|never|neither|nor|cannot|fails?|unlike|instead|avoid\w*)\b|n't|不|未|没有|无|避免"
)

_NO_NAME = "(?![版型器率比])"  # 缩短版, 压缩率, 增长率 are things
_CHINESE = {
    "up": re.compile(rf"(?:增加|增长|上升|升至|增至|升高|变多|变长|增大|扩大){_NO_NAME}"),
    "better": re.compile(rf"(?:提升|提高|改善){_NO_NAME}"),
    "down": re.compile(rf"(?:降低|减少|下降|降至|减至|缩短|缩小|下滑|减小|节省|压缩|削减){_NO_NAME}"),
    "worse": re.compile(rf"(?:恶化|退化|变差|受损){_NO_NAME}"),
}
_ENGLISH = {
    "up": re.compile(
        r"\b(?:increas|rais|ris(?:e|ing)|rose|gr[eo]w|higher|larger|longer|adds?\b|added\b)\w{0,6}", re.IGNORECASE
    ),
    "better": re.compile(
        r"\b(?:improv|gain|boost|enhanc|outperform|surpass|exceed|better|speed-?up|faster)\w{0,8}", re.IGNORECASE
    ),
    "down": re.compile(
        r"\b(?:decreas|reduc|drop(?!out)|declin|lower|fewer(?! than)|less(?! than)|shrink|smaller|shorter"
        r"|sav(?:e|es|ing)|fell\b|falls?\b)\w{0,8}",
        re.IGNORECASE,
    ),
    "worse": re.compile(r"\b(?:degrad|worse|deteriorat|hurt|harm|underperform|slower)\w{0,8}", re.IGNORECASE),
}

# How one thing goes with another, not what was changed.
_SCALING = re.compile(r"随(?!之)[^，。；]{1,24}(?:增|升|减|降|变)")
_DELTA = re.compile(r"(?:提升|提高|增加|增长|上升|降低|减少|下降)了?(?:约|近|超过|大约|多达|至少)?[ ]?$")
_LEVEL = re.compile(r"(?:提升|提高|增加|增长|上升|降低|减少|下降|升|降|减|增)[到至为][了约]?[ ]?$|达到?了?[ ]?$")
_GAP_REACHED = re.compile(  # 领先达 22.2: how far ahead
    r"(?:领先|落后|优势|差距|增益|收益|幅度|[升降增减涨跌]幅|提升|提高|增长|改善|下降|降低|减少)[多高]?达到?了?[ ]?$"
)
_EN_DELTA_BEFORE = re.compile(
    r"\bby (?:about |around |up to |over |more than |nearly |an? )?(?:[A-Za-z]{1,20} )?[~+]?$", re.IGNORECASE
)
_EN_DELTA_AFTER = re.compile(
    r"^\)?[ ]?(?:points? |absolute |relative |performance |accuracy ){0,3}"
    r"(?:improvement|gain|increase|reduction|drop|boost|decrease|decline)"
)
_EN_LEVEL = re.compile(
    r"\b(?:(?<!up )to|from|reach(?:es|ed|ing)?|achiev(?:es|ed|ing)|attain(?:s|ed)|(?:accuracy|score) of)"
    r" (?:about |around |over |up to )?$",
    re.IGNORECASE,
)
CHANGES_FROM = re.compile(  # improvements ranging from 1.1% to 24.1%
    r"\b(?:improve|gain|boost|increase|decrease|drop|decline)(?:ment)?s? (?:ranging|varying) (?:from|between) "
    r"(?:[\d.]{1,6} ?%? (?:to|and) )?$",
    re.IGNORECASE,
)
_OVER = re.compile(r"(?<![不未])(?:超过|高于|大于|多于)[ ]?$")
_UNDER = re.compile(r"(?<![不未])(?:低于|少于|小于|不到|不足)[ ]?$")
_EN_OVER = re.compile(
    r"(?<!no )(?:\b(?:more|greater|larger|higher) than|\bover|\babove|\bbeyond|\bexceed(?:s|ing)?|>) ?$", re.I
)
_EN_UNDER = re.compile(r"(?<!no )(?:\b(?:less|fewer|smaller|lower) than|\bunder|\bbelow|<) ?$", re.I)

_SIGN = re.compile(r"(?<![\w%)])[-+]$")  # no hyphen, no range

_WINDOW = 120  # characters of a passage on each side of a number that speak of it, at most
_NEAR = 40  # a "not" farther away is about something else
_OBJECT = 32  # characters around a direction word that say what goes up or down
_PART_END = re.compile(r"[,;:](?= )|\b(?:while|whereas|but)\b")


def contradiction(clause: str, number: str, passage: str, span: tuple[int, int]) -> str:
    """How `passage`, at its number `span`, contradicts the `clause` that states `number`; "" if it does not."""
    before = _PART_END.split(passage[max(0, span[0] - _WINDOW) : span[0]])[-1]
    after = _PART_END.split(passage[span[1] : span[1] + _WINDOW], maxsplit=1)[0]
    around = f"{before} {after}"
    lead, _, _ = clause.partition(number)
    stated = _chinese_course(clause)
    if "相对" in lead[-10:] and "absolute" in around and "relative" not in around:
        return "the evidence says absolute, not relative"
    if "绝对" in clause and "relative" in around and "absolute" not in around:
        return "the evidence says relative, not absolute"
    reached = _EN_LEVEL.search(before) and not CHANGES_FROM.search(before)
    if _DELTA.search(lead) and reached and not _EN_DELTA_AFTER.search(after):
        return "the evidence gives it as the value reached, not as the change"
    part = "分之" in number or "半" in number  # 减到四分之一 is a 4x reduction
    moved = _EN_LEVEL.search(before)  # (72 to 67) reduction
    if (
        _LEVEL.search(lead)
        and not (part or moved or _GAP_REACHED.search(lead))
        and (_EN_DELTA_BEFORE.search(before) or _EN_DELTA_AFTER.search(after))
    ):
        return "the evidence gives it as the change, not as the value reached"
    sign = _SIGN.search(before)
    if _DELTA.search(lead) and stated and sign and stated.amount == {"+": -1, "-": 1}[sign[0]]:
        return f"the evidence has it with {sign[0]}"
    if _UNDER.search(lead) and _EN_OVER.search(before):
        return "the evidence says more than that"
    if _OVER.search(lead) and _EN_UNDER.search(before):
        return "the evidence says less than that"
    found = _english_courses(around)
    if not stated or not found:
        return ""
    if stated.quality and all(course.quality for course in found):
        opposite = all(course == (-stated.amount, -stated.quality) for course in found)
    else:  # of an amount without a name, more is better
        opposite = all((course.amount or course.quality) == -stated.amount != 0 for course in found)
    return _other_way(stated, found) if opposite else ""


def opposite_direction(clause: str, passages: Iterable[str]) -> str:
    """How the passages contradict a clause without numbers (性能下降 where they only improve it); "" if they do not.

    Both axes must be known and opposite: higher costs and better accuracy are two things, not a contradiction.
    """
    stated = _chinese_course(clause)
    if not stated or not (stated.amount and stated.quality):
        return ""
    found = [course for text in passages for course in _english_courses(text)]
    if not found:
        return ""
    opposite = all(course == (-stated.amount, -stated.quality) for course in found)
    return _other_way(stated, found) if opposite else ""


def _other_way(stated: _Course, found: Iterable[_Course]) -> str:
    if all(course.amount == -stated.amount != 0 for course in found):
        return f"the evidence says it goes {'down' if stated.amount > 0 else 'up'}"
    return f"the evidence says it gets {'worse' if (stated.quality or stated.amount) > 0 else 'better'}"


def _chinese_course(clause: str) -> _Course | None:
    """What the one direction word of a clause says; None without one, or where it is denied or not the only one."""
    if NEGATION.search(clause) or _SCALING.search(clause):
        return None
    said = {kind for kind, pattern in _CHINESE.items() if pattern.search(clause)}
    if said == {"up", "better"}:
        said = {"better"}
    if len(said) != 1:
        return None
    wanted = _wanted(clause, HIGHER_IS_BETTER, LOWER_IS_BETTER)
    (kind,) = said
    return _course("up" if kind == "better" and wanted < 0 and "改善" not in clause else kind, wanted)


def _english_courses(text: str) -> list[_Course]:
    """What each direction word says; a word that may be denied says nothing: (0, 0)."""
    found = []
    for kind, pattern in _ENGLISH.items():
        for word in pattern.finditer(text):
            if NEGATION.search(text, max(0, word.start() - _NEAR), word.end() + _NEAR):
                return [_Course(0, 0)]
            near = text[max(0, word.start() - _OBJECT) : word.end() + _OBJECT]
            found.append(_course(kind, _wanted(near, _EN_HIGHER_IS_BETTER, _EN_LOWER_IS_BETTER)))
    return found


def _wanted(text: str, higher: re.Pattern[str], lower: re.Pattern[str]) -> int:
    """+1 where more of what the text speaks of is better, -1 where less is, 0 if it does not say."""
    return bool(higher.search(text)) - bool(lower.search(text))


def _course(kind: str, wanted: int) -> _Course:
    sign = 1 if kind in ("up", "better") else -1
    if kind in ("up", "down"):
        return _Course(sign, sign * wanted)
    return _Course(sign * wanted, sign)
