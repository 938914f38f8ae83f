"""Whether a clause states a change or a level: 提升 0.7 个百分点 is one, 升到 72.3% the other.

Percentage points are a difference of shares. A share itself (胜率为 47.7%), and a change of what is no share (步数增加
20%), has none.
"""

import re

_BOUND = re.compile(r"(?:超过|超出|[高低多少大小]于)[了约近]?[ ]?(?=\d)")  # 超过 50%: how much, not by how much
_CHANGE = re.compile(
    r"提升|提高|增加|增长|上升|改善|降低|减少|下降|缩短|缩小|节省|节约|压缩|加速"
    r"|高出|高于|低于|优于|超过|超出|超越|领先|落后|相差|差距|增益|收益|优势|改进"
    r"|[补找挽追]回|仅差|剩|快|慢|(?<![至许很最众])多(?![模语任轮层头步个样数种次项])|(?<![至很最不])少(?![样量数])|(?<!比)较|相比"
    r"|(?<![方误残偏准])差(?!异)|[高低升降增减涨跌][了约近]{0,2}[ ]?\d|[升降增减涨跌]了"
    r"|比[^，；。]{1,30}[大小长短远近][了约近出]{0,2}[ ]?\d"
    r"|损失[了约近]{0,2}[ ]?\d|牺牲|退步|进步|恶化|带来|[再只又仅][添加]|[升降增减涨跌]幅|更[大小多少高低好差强弱]"
)
_MOVES = r"(?:[升降增减涨跌提]|提升|提高|上升|升高|增加|增长|下降|降低|减少)"
_SAID_OF = r"(?:也|都|均|则|仅|只|就|还|约|近)*"
_REACHED = re.compile(
    rf"{_MOVES}[到至为](?:[^，；。]{{1,12}}的)?[了约近]?[ ]?$"
    rf"|(?:率|起点|终点|得分|成绩|占比|比例){_SAID_OF}(?:[为是有]|达到?)[了约近]?[ ]?$"
)
_START = re.compile(r"(?:从|由)[^，；。]{0,24}$")
_LEAVES = re.compile(rf"[^，；。]{{0,16}}?(?:{_MOVES}|变)[到至为]")
_OF_ANOTHER = re.compile(r"(?:[高低优多少快慢]于|超过|不如|不及)[^，；。]{1,40}的[ ]?$")  # 高于 B 的 60.0%
_NOUN_AFTER = re.compile(r"[ ]?(?:的?(?:胜率|准确率|通过率|召回率)|[胜负平](?!均))")
_DIFFERENCE = re.compile(
    r"差[距异值]|之差|优势|领先|落后|增益|收益|幅度|[升降增减涨跌]幅|缺口|代价|损失"
    r"|(?:提升|提高)(?=[从由])"
)
_AMOUNT = (
    r"(?:步数|轮数|层数|通信量|计算量|数据量|样本数|参数量?|词元数|长度|内存|显存"
    r"|体积|时间|耗时|延迟|成本|开销|吞吐量?|速度)"
)
_OF_AMOUNT = re.compile(
    rf"{_AMOUNT}{_SAID_OF}[略再又]?{_MOVES}了?[约近]?[ ]?$|(?:变[长短快慢]|延长|[快慢]了?|加[快速])[约近]?[ ]?$"
)


def states_change(clause: str) -> bool:
    """Whether a clause speaks of a change or a comparison: 提升, 降低, 高于."""
    return _CHANGE.search(_BOUND.sub("", clause)) is not None


def has_no_points(text: str, span: tuple[int, int]) -> bool:
    """Whether the number at `span` cannot be one of percentage points: 升到 N, 胜率为 N, 高于 B 的 N, 步数增加 N.

    A difference may have a level, too: 差距由 3 升到 5 个百分点.
    """
    before, after = text[: span[0]], text[span[1] :]
    if _OF_AMOUNT.search(before) or _OF_ANOTHER.search(before) or _NOUN_AFTER.match(after):
        return True
    reached = _REACHED.search(before) or (_START.search(before) and _LEAVES.match(after))
    return reached is not None and not _DIFFERENCE.search(before)
