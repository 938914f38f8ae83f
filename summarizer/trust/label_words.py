"""Chinese for the small words of labels and heads, by which a table tells its rows and columns apart: No, One, Multi,
Small, Dev, Overall, Iter 2.

They are no terms of a field: every paper has them, so they tell nothing about what a passage speaks of.
"""

import re
from collections.abc import Iterator

_SETS = (  # of words that stand against each other
    (
        (r"(?:不[使采]?用?|无(?:需)?|没有)(?=检索|微调|训练|提示|示例|增强|思考|合理化)", r"no|none"),
        (r"单(?=[步轮跳次头类]|任务|语)", r"one|single|mono\w*"),
        (
            r"多(?=[步轮跳头]|任务|语种|语言)",
            r"many|multi(?:ple)?(?:[- ]?(?:step|turn|round|hop|head|task|lingual)\w*)?",
        ),
    ),
    (
        (r"小(?=[型表]|规模)(?!型?语言)", r"small|tiny"),
        (r"中(?=[型表]|规模)", r"medium|mid|middle"),
        (r"大(?=型(?!语言|模型))|大(?=表(?:格|上|时|的|为))", r"large|big"),
    ),
    (
        (r"(?:验证|开发)集", r"dev|val|valid|validation|development"),
        (r"测试集", r"test"),
        (r"训练集", r"train|training"),
    ),
    ((r"总体|整体|全部|总的?(?=准确率|得分|分数|成绩)", r"all|overall|total|average|avg|mean"),),
    ((r"默认", r"default|original"), (r"[改换]名|重命名", r"renam\w*")),
)
_WORD = r"(?<![A-Za-z])(?:{})(?![A-Za-z])"
_WORDS = tuple(
    (
        re.compile(chinese),
        re.compile(_WORD.format(english), re.IGNORECASE),
        re.compile(_WORD.format("|".join(other for _, other in words)), re.IGNORECASE),
    )
    for words in _SETS
    for chinese, english in words
)
_NUMERALS = "一二三四五六七八九十"
_NUMBER = rf"([{_NUMERALS}]|\d{{1,2}})[ ]?"
_TURN = re.compile(rf"第[ ]?{_NUMBER}(?:轮|次迭代|阶段)|{_NUMBER}次迭代")
_TURNS = r"(?:iter(?:ation)?|round|epoch|stage|phase|step)s?[ .#-]?"


def label_words(text: str) -> Iterator[tuple[tuple[int, int], re.Pattern[str]]]:
    """Where `text` has such a word, and what says it in a label."""
    for chinese, english, _ in _WORDS:
        yield from ((found.span(), english) for found in chinese.finditer(text))
    for found in _TURN.finditer(text):
        yield found.span(), re.compile(rf"{_TURNS}{_digits(found[1] or found[2])}(?!\d)", re.IGNORECASE)


def contrasts(text: str) -> Iterator[tuple[re.Pattern[str], re.Pattern[str]]]:
    """For each such word of `text` what says it, and what says it or a word that stands against it."""
    return ((english, any_of_them) for chinese, english, any_of_them in _WORDS if chinese.search(text))


def _digits(number: str) -> str:
    return str(_NUMERALS.index(number) + 1) if number in _NUMERALS else number
