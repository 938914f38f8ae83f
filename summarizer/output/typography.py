"""How what has no marks of its own is set: powers in tables, the words that lead in an item of a list."""

import re

from summarizer.trust.formula import MATH

_EXPONENT = re.compile(r"(?<=[\w)])\^\{?([-\N{MINUS SIGN}]?\d{1,2})\}?(?!\w)")
_LEAD = re.compile(r"([^，。；：！？$|]{2,18})：(?=\S)")
_RAISED = str.maketrans("0123456789-\N{MINUS SIGN}", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁻")


def raise_exponents(text: str) -> str:
    """`10^3` as 10³; a text with formulas stays as it is."""
    return text if MATH.search(text) else _EXPONENT.sub(lambda exponent: exponent[1].translate(_RAISED), text)


def split_lead(text: str) -> tuple[str, str]:
    """(梯度偏差, the rest) of 梯度偏差：…, ("", the text) where it has no such words at its beginning."""
    found = _LEAD.match(text)
    return (found[1], text[found.end() :]) if found else ("", text)
