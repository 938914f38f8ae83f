"""Numbers of an example that the writer makes up to explain a formula: 例如 $\\epsilon=0.1$ 时，至少为 0.8.

Nobody's passages have them. They are the writer's own only where nothing real is named: no system and no data set, and
no symbol to which the passages themselves give a number.
"""

import re
from collections.abc import Sequence

from summarizer.trust.evidence import Evidence
from summarizer.trust.formula import MATH
from summarizer.trust.names import names
from summarizer.trust.numbers import Quantity

_IMAGINED = re.compile(r"(?:^|[，；：。（])(?:假设|设想|假如|假定|打个比方|试想)")
_FOR_EXAMPLE = re.compile(r"(?:^|[，；：。（])(?:例如|比如|譬如|举例[来而]?[说言]?|以[^，。]{1,20}为例)")
_GIVEN = re.compile(
    r"(?P<symbol>[A-Za-zΑ-ωϵ]|\\[A-Za-z]+)(?:[_^](?:\{[^{}]*\}|\w|\*|\\[A-Za-z]+)){0,2}\s*(?:=|取|为)\s*\d"
)
_ANSWERS = frozenset({"True", "False", "Unknown", "Yes", "No", "yes", "no", "OK"})
_GREEK = {"α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "epsilon", "ϵ": "epsilon", "λ": "lambda",
          "μ": "mu", "σ": "sigma", "τ": "tau", "η": "eta", "θ": "theta", "ρ": "rho", "κ": "kappa"}  # fmt: skip


def is_example(quantity: Quantity, text: str, passages: Sequence[int], evidence: Evidence) -> bool:
    """Whether a number is one of an example that the sentence makes up."""
    start = _IMAGINED.search(text) or _FOR_EXAMPLE.search(text)
    real = [name for name in names(MATH.sub(" ", text)) if name.text not in _ANSWERS]
    if start is None or quantity.span[0] < start.start() or real:
        return False
    if _IMAGINED.search(text):
        return True
    given = {_symbol(found["symbol"]) for found in _GIVEN.finditer(text)}
    near = evidence.surroundings(passages)
    return bool(given) and not given & {_symbol(found["symbol"]) for found in _GIVEN.finditer(near)}


def _symbol(written: str) -> str:
    """epsilon for \\epsilon and ε."""
    return _GREEK.get(written, written.removeprefix("\\").removeprefix("var"))
