"""Numbers read off a figure: no text has them, so only somebody who sees the figure can say whether they are right.

A program can ask that they are given as what they are: about so much, and no finer than an eye can tell.
"""

import re
from collections.abc import Sequence

from summarizer.trust.numbers import Quantity

_ABOUT = re.compile(r"约|左右|上下|大致|大概|接近|将近|近似|估计|略[高低多少大小]|不到|不足|超过|逾|以[上下内]|之间")
_COUNTED = re.compile(r"[ ]?[条个幅张种组根类项处次]")  # curves, panels: counted, not read off an axis
_FINEST = 3  # significant digits


def estimate_problem(text: str, read_off: Sequence[Quantity]) -> str:
    """What is wrong with how a sentence gives the numbers that it has read off a figure; "" if nothing is."""
    numbers = [q for q in read_off if not (q.kind == "count" and _COUNTED.match(text, q.span[1]))]
    if fine := next((q for q in numbers if _digits(q.text) > _FINEST), None):
        return f"{fine.text}: finer than can be read off a figure"
    if numbers and not (_ABOUT.search(text) or any(q.about for q in numbers)):
        return f"{numbers[0].text}: read off a figure, and not said to be about so much"
    return ""


def _digits(number: str) -> int:
    """Significant digits: three in 0.375 and in 12,500."""
    written = re.search(r"\d[\d,.]*", number)
    digits = re.sub(r"\D", "", written[0] if written else "").lstrip("0")
    return len(digits.rstrip("0")) if written and "." not in written[0] else len(digits)
