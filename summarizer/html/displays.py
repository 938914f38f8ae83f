"""Which rows of the page's display equations are which equation of the PDF.

A PDF gives of a formula its signs in the order of painting, so they are compared as a bag; what decides is the place:
between the same sentences, in the same order, with the same number.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from summarizer.html.agree import adds, is_printed
from summarizer.html.flow import Flow
from summarizer.html.letters import letters
from summarizer.html.paper import Display

_NUMBER = re.compile(r"\((?:[A-Z]\.?)?\d+(?:\.\d+)*[a-z]?\)")
_LIKE = 0.5  # share of common letters, the number weighed in, from which a formula is another's
_SAME_NUMBER = 0.3
_MOST_ROWS = 12


@dataclass(frozen=True, slots=True)
class Formula:
    """An equation of the PDF. It stands on the page between the letters `low` and `high`."""

    text: str
    low: int
    high: int


def link(formulas: Sequence[Formula], flow: Flow) -> list[tuple[Display, ...]]:
    """For each formula, in their order, the rows that are its; () where there are none."""
    linked: list[tuple[Display, ...]] = []
    while len(linked) < len(formulas):
        first = formulas[len(linked)]
        together = [f for f in formulas[len(linked) :] if (f.low, f.high) == (first.low, first.high)]
        rows = [d for d in flow.paper.displays if first.low <= flow.letter(d.start) < first.high]
        linked += _shared_out(together, rows, flow)
    return linked


def _shared_out(formulas: Sequence[Formula], rows: Sequence[Display], flow: Flow) -> list[tuple[Display, ...]]:
    """Rows in order to formulas in order, as their likeness is greatest in all."""
    best = [[0.0] * (len(rows) + 1) for _ in range(len(formulas) + 1)]
    taken = [[0] * (len(rows) + 1) for _ in range(len(formulas) + 1)]
    for n, formula in enumerate(formulas, 1):
        for m in range(len(rows) + 1):
            options = [(best[n - 1][m], 0), (best[n][m - 1] if m else 0.0, -1)]
            for size in range(1, min(m, _MOST_ROWS) + 1):
                worth = likeness(formula.text, rows[m - size : m], flow) - _LIKE
                options.append((best[n - 1][m - size] + worth, size))
            best[n][m], taken[n][m] = max(options)
    result: list[tuple[Display, ...]] = []
    m = len(rows)
    for n in range(len(formulas), 0, -1):
        while taken[n][m] < 0:
            m -= 1
        result.append(tuple(rows[m - taken[n][m] : m]))
        m -= taken[n][m]
    return result[::-1]


def likeness(text: str, rows: Sequence[Display], flow: Flow) -> float:
    """Share of letters in common, more or less where the numbers are the same or others."""
    numbers = set(_NUMBER.findall(text))
    printed = Counter(letters(_NUMBER.sub("", text)))
    written = Counter(letters("".join(flow.paper.text[row.start : row.end] for row in rows)))
    common = 2 * (printed & written).total() / max(1, printed.total() + written.total())
    own = {row.number for row in rows if row.number}
    if not (numbers and own):
        return common
    return common + (_SAME_NUMBER if numbers & own else -_SAME_NUMBER)


def tex_of(text: str, rows: Sequence[Display], flow: Flow) -> str:
    """The LaTeX of the rows of one formula; "" where the PDF's `text` does not bear it out."""
    tex = _joined(rows)
    printed = letters(text)
    written = letters("".join(flow.paper.text[row.start : row.end] for row in rows))
    digits = Counter(filter(str.isdigit, written)) - Counter(filter(str.isdigit, printed))
    return tex if is_printed(tex, written, printed) and not adds(written, printed) and not digits else ""


def _joined(rows: Sequence[Display]) -> str:
    if len(rows) == 1:
        return " ".join(filter(None, rows[0].cells))
    lines = r" \\ ".join(f"{row.cells[0]} & {' '.join(filter(None, row.cells[1:]))}" for row in rows)
    return rf"\begin{{aligned}} {lines} \end{{aligned}}"
