"""Which rows of the page's display equations are which equation of the PDF.

A PDF gives of a formula its signs in the order of painting, so they are compared as a bag; what decides is the place:
between the same sentences, in the same order, with the same number.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from summarizer.html.agree import adds, is_printed
from summarizer.html.flow import Flow
from summarizer.html.letters import letters
from summarizer.html.paper import Display

_NUMBER = re.compile(r"\((?:[A-Z]\.?)?\d+(?:\.\d+)*[a-z]?\)")
_SIGNS = re.compile(r"(?<![^\W\d_])(?:sum|prod|sqrt|overline)(?=[_^(])")  # words that stand for signs in the PDF's text
_LIKE = 0.5  # share of common letters, the number weighed in, from which a formula is another's
_SAME_NUMBER = 0.3
_MOST_ROWS, _MOST_PIECES = 12, 3


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula of the PDF, or a piece of one. It stands on the page between the letters `low` and `high`."""

    text: str
    low: int
    high: int


def link(formulas: Sequence[Formula], flow: Flow) -> list[tuple[range, tuple[Display, ...]]]:
    """Which formulas, as a range of them, are together which rows of the page; both in their order."""
    linked: list[tuple[range, tuple[Display, ...]]] = []
    for _, group in groupby(range(len(formulas)), key=lambda n: (formulas[n].low, formulas[n].high)):
        numbers = list(group)
        low, high = formulas[numbers[0]].low, formulas[numbers[0]].high
        rows = [display for display in flow.paper.displays if low <= flow.letter(display.start) < high]
        texts = [formulas[n].text for n in numbers]
        for pieces, own in _shared_out(texts, rows, flow):
            linked.append((range(numbers[0] + pieces.start, numbers[0] + pieces.stop), own))
    return linked


def _shared_out(
    texts: Sequence[str], rows: Sequence[Display], flow: Flow
) -> Iterator[tuple[range, tuple[Display, ...]]]:
    """Rows in order to formulas in order, so that they are as alike as they can be in all; from the last."""
    best = [[0.0] * (len(rows) + 1) for _ in range(len(texts) + 1)]
    steps = [[(0, 0)] * (len(rows) + 1) for _ in range(len(texts) + 1)]
    for n in range(len(texts) + 1):
        for m in range(len(rows) + 1):
            options = [(best[n - 1][m], (1, 0))] if n else []
            options += [(best[n][m - 1], (0, 1))] if m else []
            for pieces in range(1, min(n, _MOST_PIECES) + 1):
                text = " ".join(texts[n - pieces : n])
                for size in range(1, min(m, _MOST_ROWS) + 1):
                    worth = likeness(text, rows[m - size : m], flow) - _LIKE
                    options.append((best[n - pieces][m - size] + worth, (pieces, size)))
            if options:
                best[n][m], steps[n][m] = max(options)
    n, m = len(texts), len(rows)
    while n and m:
        pieces, size = steps[n][m]
        if pieces and size:
            yield range(n - pieces, n), tuple(rows[m - size : m])
        n, m = n - pieces, m - size


def likeness(text: str, rows: Sequence[Display], flow: Flow) -> float:
    """Share of letters in common, more or less where the numbers are the same or others."""
    numbers = set(_NUMBER.findall(text))
    printed = Counter(letters(_SIGNS.sub("", _NUMBER.sub("", text))))
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
    name, between = ("aligned", " & ") if any(len(row.cells) > 1 for row in rows) else ("gathered", "")
    lines = r" \\ ".join(row.cells[0] + between + " ".join(filter(None, row.cells[1:])) for row in rows)
    return rf"\begin{{{name}}} {lines} \end{{{name}}}"
