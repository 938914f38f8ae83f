"""How what a table has is set where there is no LaTeX for it."""

import re

from summarizer.trust.formula import MATH

_EXPONENT = re.compile(r"(?<=[\w)])\^\{?([-\N{MINUS SIGN}]?\d{1,2})\}?(?!\w)")
_RAISED = str.maketrans("0123456789-\N{MINUS SIGN}", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁻")


def raise_exponents(text: str) -> str:
    """`10^3` as 10³; a text with formulas stays as it is."""
    return text if MATH.search(text) else _EXPONENT.sub(lambda exponent: exponent[1].translate(_RAISED), text)
