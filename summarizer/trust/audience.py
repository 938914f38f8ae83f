"""Sentences that say who should read a paper. Whom it suits, and for what, is the writer's own judgement."""

import re

_READERS = r"(?:读者|研究者|研究人员|研究生|工程师|从业者|开发者|实践者|架构师|团队|学生|同行|人士|人群|初学者|的人)"
_READING = r"(?:[一精细通略速重再先]?读|阅读|参考|借鉴|关注|跳过|不必读|略过|入门)"
_AUDIENCE = re.compile(
    rf"读者|(?:值得|适合|推荐|建议|供|面向|不适合)[^，。；]{{0,30}}{_READING}"
    rf"|(?:值得|适合|推荐|建议|供|面向|不适合)[^，。；]{{0,40}}{_READERS}"
    rf"|{_READERS}[^，。；]{{0,16}}(?:值得|适合|可[以先只]?|应[当该]?|该|不必|无需|不用|须|需要)[^，。；]{{0,16}}{_READING}"
)


def names_readers(text: str) -> bool:
    """Whether `text`, a sentence or a clause, recommends the paper to somebody, or says who need not read it."""
    return _AUDIENCE.search(text) is not None
