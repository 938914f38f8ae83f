"""Whether a claim says of a number what the paper says of it: up or down, by or to, relative or absolute.

Conservative: a contradiction is reported only where both texts speak plainly and every place that has the number
contradicts the claim. "Improves" alone is not plain: an improved latency is a lower one.
"""

import re

from summarizer.trust.names import key, names
from summarizer.trust.numbers import Quantity, quantities

_UP = re.compile(r"增加|增长|上升|升至|增至|升高|变多|变长")
_RISE = re.compile(r"提升|提高|改善|升高")
_DOWN = re.compile(r"降低|减少|下降|降至|减至|缩短|缩小|下滑|减小|节省|压缩|削减")
_HIGHER_IS_BETTER = re.compile(
    r"准确|精度|性能|得分|分数|召回|成功率|胜率|通过率|速度|吞吐|效率|质量|能力|BLEU|F1|ROUGE|[Aa]ccuracy"
)
_LOWER_IS_BETTER = re.compile(
    r"延迟|误差|错误|损失|困惑|内存|显存|存储|成本|费用|开销|时间|耗时|能耗|功耗|参数|计算量|算力|样本|数据量|有毒|毒性|幻觉|偏见"
    r"|方差|距离|FID|WER|PPL|MSE|MAE|FLOP|GPU|RMSE"
)
_EN_UP = re.compile(r"\b(?:increas|rais|ris(?:e|ing)|rose|gr[eo]w|higher|larger|longer)\w{0,6}", re.IGNORECASE)
_EN_BETTER = re.compile(
    r"\b(?:improv|gain|boost|enhanc|outperform|surpass|exceed|better|speed-?up|faster)\w{0,8}", re.IGNORECASE
)
_EN_DOWN = re.compile(
    r"\b(?:decreas|reduc|drop|declin|lower|fewer|less|shrink|smaller|shorter|sav(?:e|es|ing)|fell|fall|degrad|worse)"
    r"\w{0,8}",
    re.IGNORECASE,
)
_NOT = re.compile(r"\b(?:no|not|without|never|neither)\b|n't|不|未|没有|无")

_DELTA = re.compile(r"(?:提升|提高|增加|增长|上升|降低|减少|下降)了?(?:约|近|超过|大约|多达|至少)?[ ]?$")
_LEVEL = re.compile(r"(?:提升|提高|增加|增长|上升|降低|减少|下降|升|降|减|增)[到至为][了约]?[ ]?$|达到?了?[ ]?$")
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

_WINDOW = 120  # characters of a passage on each side of a number that speak of it, at most
_NEAR = 40  # a "not" farther away is about something else
_PART_END = re.compile(r"[,;:](?= )|\b(?:while|whereas|but)\b")

_BETTER = re.compile(r"优于|超过|超越|胜过|领先于?|高于|好于|强于")
_WORSE = re.compile(r"不如|逊于|劣于|低于|落后于?|差于|不及|弱于")
_EN_BEATS = re.compile(
    r"\b(?:outperform|surpass|exceed|beat)(?:s|es|ed|ing)?\b"
    r"|\b(?:better|higher|superior|stronger|preferred|more accurate) (?:than|to|over)\b",
    re.IGNORECASE,
)
_EN_LOSES = re.compile(
    r"\bunderperform(?:s|ed|ing)?\b|\b(?:worse|lower|inferior|weaker|less accurate) (?:than|to)\b"
    r"|\b(?:lags?|lagging|falls?) behind\b",
    re.IGNORECASE,
)
_PASSIVE = re.compile(r"\b(?:is|are|was|were|be|been|being) (?:\w+ )?$", re.IGNORECASE)


_ABOVE = ("高于", "大于", "多于", "高过")
_NUMERIC = re.compile("|".join((*_ABOVE, "低于", "小于", "少于")))
_PARTS = re.compile(r"[；;。！？]")
_ASIDE = re.compile(r"（[^（）]{0,80}）|\([^()]{0,80}\)|±[ ]?[\d.]{1,8}")  # sizes, dates and spreads are not compared


def contradiction(clause: str, number: str, passage: str, span: tuple[int, int]) -> str:
    """How `passage`, at its number `span`, contradicts the `clause` that states `number`; "" if it does not."""
    before = _PART_END.split(passage[max(0, span[0] - _WINDOW) : span[0]])[-1]
    after = _PART_END.split(passage[span[1] : span[1] + _WINDOW], maxsplit=1)[0]
    around = f"{before} {after}"
    lead, _, _ = clause.partition(number)
    if "相对" in lead[-10:] and "absolute" in around and "relative" not in around:
        return "the evidence says absolute, not relative"
    if "绝对" in clause and "relative" in around and "absolute" not in around:
        return "the evidence says relative, not absolute"
    if _DELTA.search(lead) and _EN_LEVEL.search(before) and not _EN_DELTA_AFTER.search(after):
        return "the evidence gives it as the value reached, not as the change"
    if _LEVEL.search(lead) and (_EN_DELTA_BEFORE.search(before) or _EN_DELTA_AFTER.search(after)):
        return "the evidence gives it as the change, not as the value reached"
    return _opposite(clause, around, before[-_NEAR:] + after[:_NEAR])


def _opposite(clause: str, around: str, near: str) -> str:
    up, rise, down = bool(_UP.search(clause)), bool(_RISE.search(clause)), bool(_DOWN.search(clause))
    if (up or rise) == down or _NOT.search(clause) or _NOT.search(near):
        return ""
    says_up, says_better, says_down = (bool(pattern.search(around)) for pattern in (_EN_UP, _EN_BETTER, _EN_DOWN))
    higher, lower = bool(_HIGHER_IS_BETTER.search(clause)), bool(_LOWER_IS_BETTER.search(clause))
    if (up or (rise and not higher)) and says_down and not (says_up or says_better):
        return "the evidence says it goes down"
    if down and not says_down and (says_up or (says_better and (higher or not lower))):
        return "the evidence says it goes up"
    return ""


def reversed_comparison(text: str, passages: list[str]) -> str:
    """The comparison of two named things (A 优于 B) that the passages state the other way round, or ""."""
    stated = _ranking(text, _BETTER, _WORSE)
    if stated is None:
        return ""
    winner, loser, words = stated
    verdicts = [order for passage in passages if (order := _order(passage, winner, loser)) is not None]
    return words if verdicts and not any(verdicts) else ""


def false_comparison(text: str) -> str:
    """The comparison of numbers that their own values refute (27.41 高于 29.48), or "".

    Only a clause with one comparing word and as many numbers of one sort before it as behind it is judged.
    """
    for part in _PARTS.split(_ASIDE.sub("", text)):
        verbs = list(_NUMERIC.finditer(part))
        if len(verbs) != 1 or _NOT.search(part[max(0, verbs[0].start() - 2) : verbs[0].start()]):
            continue
        after = _plain(part[verbs[0].end() :])
        sort = [(q.kind, q.unit) for q in after[:1]]
        before = [q for q in _plain(part[: verbs[0].start()]) if [(q.kind, q.unit)] == sort]
        above = verbs[0][0] in _ABOVE
        pairs = list(zip(before, after, strict=False)) if len(before) == len(after) else []
        if pairs and all(a.value < b.value if above else a.value > b.value for a, b in pairs):
            return f"{before[0].text} {verbs[0][0]} {after[0].text}"
    return ""


def _plain(text: str) -> list[Quantity]:
    return [q for q in quantities(text) if not (q.in_name or q.magnitude or q.about)]


def _ranking(text: str, better: re.Pattern[str], worse: re.Pattern[str]) -> tuple[str, str, str] | None:
    """Keys of winner and loser of the one comparison in `text`, and how it is worded."""
    found = [(match, True) for match in better.finditer(text)] + [(match, False) for match in worse.finditer(text)]
    if len(found) != 1 or re.search(r"不$|[未并]?不能?$|没有$", text[: found[0][0].start()]):
        return None
    verb, wins = found[0]
    left = [name for name in names(text) if name.span[1] <= verb.start()]
    right = [name for name in names(text) if name.span[0] >= verb.end()]
    if not left or not right:
        return None
    first, second = left[-1].text, right[0].text
    words = f"{first} {verb[0]} {second}"
    return (key(first), key(second), words) if wins else (key(second), key(first), words)


def _order(passage: str, winner: str, loser: str) -> bool | None:
    """Whether the passage ranks them so; None if it does not plainly rank them."""
    found = [(match, True) for match in _EN_BEATS.finditer(passage)] + [
        (match, False) for match in _EN_LOSES.finditer(passage)
    ]
    if len(found) != 1 or _NOT.search(passage.replace(found[0][0][0], "")):
        return None
    verb, wins = found[0]
    if verb[0].lower().endswith("ed") and _PASSIVE.search(passage[: verb.start()]):
        wins = not wins
    left = {key(name.text) for name in names(passage[: verb.start()])}
    right = {key(name.text) for name in names(passage[verb.end() :])}
    if winner in left and loser in right and not (winner in right or loser in left):
        return wins
    if loser in left and winner in right and not (loser in right or winner in left):
        return not wins
    return None
