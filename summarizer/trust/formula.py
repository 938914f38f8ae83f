"""Formulas in a digest's prose: `$...$`, whose symbols must be those of the paper."""

import re
import unicodedata
from collections.abc import Container

MATH = re.compile(r"(?<![\\$])\$(?! )([^$\n]{1,300}?)(?<![ \\])\$(?![\d$])")
_COMMAND = re.compile(r"\\([A-Za-z]+)")
_WORDS = re.compile(
    r"\\(?:text|mathrm|operatorname|textbf|textit|mathit|mathsf|mathtt|mbox|label|tag)\*?\{[^{}]{0,80}\}"
)
_GREEK = {  # \tau: τ
    name.removeprefix("GREEK SMALL LETTER ").lower(): chr(code)
    for code in range(0x3B1, 0x3CA)
    if (name := unicodedata.name(chr(code))) and "FINAL" not in name
}
_GREEK["lambda"] = _GREEK.pop("lamda")
_FUNCTIONS = re.findall(r"\w+", "log exp sin cos tan max min arg argmax argmin lim sup inf det mod gcd softmax sigmoid")
_RUN = re.compile(r"[^\W\d_]+")
_LOST_BACKSLASH = {"\b": "b", "\f": "f", "\t": "t", "\n": "n", "\r": "r"}
_EATEN = re.compile(r"[\b\f\t\n\r](?=[A-Za-z])")
_IN_DOLLARS = re.compile(r"\$[^$]{1,300}\$")


def mend_tex(text: str) -> str:
    """Commands whose backslash JSON took for an escape: `"\\tau"` is a tab and "au" once it is read."""
    return _IN_DOLLARS.sub(lambda math: _EATEN.sub(lambda c: "\\" + _LOST_BACKSLASH[c[0]], math[0]), text)


def unknown_symbols(text: str, evidence: str) -> list[str]:
    """The symbols of the formulas in `text` that `evidence` does not have, in order.

    Symbols are single letters, Latin and Greek; commands that arrange them, and words set as words, are none.
    """
    known, words = symbols(evidence), " ".join([_spelled_out(evidence), *_FUNCTIONS])
    found = dict.fromkeys(symbol for math in MATH.finditer(text) for symbol in _ordered_symbols(math[1], words))
    return [symbol for symbol in found if symbol not in known]


def symbols(text: str) -> set[str]:
    """What may be a symbol in a text: letters that stand alone, in pairs or as capitals, and all that are not Latin.

    Those that LaTeX commands stand for are included; 𝜏 and ϵ are τ and ε.
    """
    runs = _RUN.findall(_COMMAND.sub(" ", _spelled_out(text)))
    return {c for run in runs for c in run if len(run) <= 2 or run.isupper() or not c.isascii()}


def _ordered_symbols(math: str, words: Container[str]) -> list[str]:
    """The single letters; a run of them that is in `words`, or a part of one (join of joinBERT), is a name."""
    runs = _RUN.findall(_COMMAND.sub(" ", _spelled_out(_WORDS.sub(" ", math))))
    return [c for run in runs if not (len(run) > 2 and run in words) for c in run]


def _spelled_out(text: str) -> str:
    """The text with letters in the place of commands, and without accents: \\hat{Y}, Ŷ, ˜x are Y and x."""
    spelled = _COMMAND.sub(lambda command: _letter_of(command[1]) or command[0], text)
    plain = "".join(c for c in unicodedata.normalize("NFKD", spelled) if not unicodedata.combining(c))
    return plain.replace("ϵ", "ε").replace("ϕ", "φ").replace("ς", "σ")


def _letter_of(command: str) -> str:
    small = _GREEK.get(command.lower().removeprefix("var"), "")
    return small.upper() if command[:1].isupper() and small else small
