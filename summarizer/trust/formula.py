"""Formulas in a digest's prose: `$...$`, whose symbols must be those of the paper."""

import re
import unicodedata
from collections.abc import Container

MATH = re.compile(r"(?<![\\$])\$(?! )([^$\n]{1,300}?)(?<![ \\])\$(?![\d$])")
_COMMAND = re.compile(r"\\([A-Za-z]+)")
_WORDS = re.compile(
    r"\\(?:text|mathrm|operatorname|textbf|textit|mathit|mathsf|mathtt|mbox|label|tag)\*?\{[^{}]{0,80}\}"
)
_SUBSCRIBED = re.compile(r"(?P<symbol>[A-Za-z])_\{?(?:\\(?:text|mathrm|mathit|rm)\{)?(?P<word>[A-Za-z]{2,12})\}{0,2}")
_GREEK = {  # \tau: τ
    name.removeprefix("GREEK SMALL LETTER ").lower(): chr(code)
    for code in range(0x3B1, 0x3CA)
    if (name := unicodedata.name(chr(code))) and "FINAL" not in name
}
_GREEK["lambda"] = _GREEK.pop("lamda")
_GREEK_NAME = re.compile(rf"(?<![A-Za-z\\])(?:{'|'.join(name for name in _GREEK if len(name) > 3)})(?![A-Za-z])")
_VARIANTS = str.maketrans({"ϵ": "ε", "ϕ": "φ", "ς": "σ", "∆": "Δ"})
_FUNCTIONS = re.findall(r"\w+", "log exp sin cos tan max min arg argmax argmin lim sup inf det mod gcd softmax sigmoid")
_RUN = re.compile(r"[^\W\d_]+")
_LOST_BACKSLASH = {"\b": "b", "\f": "f", "\t": "t", "\n": "n", "\r": "r"}
_EATEN = re.compile(r"[\b\f\t\n\r](?=[A-Za-z])")
_IN_DOLLARS = re.compile(r"\$[^$]{1,300}\$")
_ENVIRONMENT = re.compile(r"\\(?:begin|end)\s*\{[^{}]{0,30}\}|\\(?:tag|label)\s*\{[^{}]{0,30}\}")
_OPERATORS = {  # what a formula in plain text may have for a command
    "sum": "∑", "prod": "∏", "int": "∫", "infty": "∞", "nabla": "∇", "partial": "∂", "in": "∈", "leq": "≤", "le": "≤",
    "geq": "≥", "ge": "≥", "neq": "¬=", "ne": "¬=", "notin": "¬∈", "not": "¬", "neg": "¬", "lnot": "¬",
    "approx": "≈", "propto": "∝", "pm": "±", "mp": "∓", "times": "×", "div": "÷", "cup": "∪", "cap": "∩", "subset": "⊂",
    "supset": "⊃", "subseteq": "⊆", "supseteq": "⊇", "ll": "≪", "gg": "≫",
    "lt": "<", "gt": ">", "top": "T", "sqrt": "√", "mid": "|", "ell": "l",
}  # fmt: skip
_PLAIN_OPERATORS = {
    "sqrt(": "√(", "‖": "|", "\\|": "|", "sum_": "∑_", "prod_": "∏_", "⊤": "T", "ℓ": "l", "−": "-", "–": "-", "∣": "|",
    "⩽": "≤", "⩾": "≥",
}  # fmt: skip
_STRUCK = re.compile("(.)\u0338")  # ≠ and ∉, decomposed
_COMPARED = frozenset("_^∑∏∫√∞∇∂∈≤≥<>=+-|¬≈∝±∓×÷∪∩⊂⊃⊆⊇≪≫")
_HIDING = re.compile(  # what sets letters where, or so that, nobody sees them; what is behind % is not set at all
    r"(?<!\\)%|\\(?:[hv]?phantom|(?:text|f)?color\w*|[hv]space|m?kern|mskip|(?:math)?[rlc]lap|smash)(?![A-Za-z])"
)
_SCRIPT = r"(?:\{[^{}]{0,80}\}|\\[A-Za-z]{1,20}|[^\W_]|[∗*′+])"
_RAISED_FIRST = re.compile(rf"\^({_SCRIPT}) ?_({_SCRIPT})")  # x^2_i is x_i^2
_HIDDEN = str.maketrans("[]！？。!?；;：:|｜", "".join(map(chr, range(0xE000, 0xE00D))))
_SHOWN = {hidden: plain for plain, hidden in _HIDDEN.items()}


def mend_tex(text: str) -> str:
    """Commands whose backslash JSON took for an escape: `"\\tau"` is a tab and "au" once it is read."""
    return _IN_DOLLARS.sub(lambda math: _EATEN.sub(lambda c: "\\" + _LOST_BACKSLASH[c[0]], math[0]), text)


def hide_formulas(text: str) -> str:
    """The text with formulas in which nothing reads as a citation, or as the end of a sentence or of a cell: $[0, 1]$,
    $n!$, $p(y|x)$."""
    return MATH.sub(lambda math: math[0].translate(_HIDDEN), text)


def show_formulas(text: str) -> str:
    """The reverse."""
    return text.translate(_SHOWN)


def same_formula(tex: str, text: str) -> bool:
    """Whether LaTeX has the letters, digits and signs of a formula in plain text, in its order.

    How far a script reaches and what is divided is not compared: plain text does not tell it for sure.
    """
    if _HIDING.search(tex):
        return False
    printed = _compared(text)
    return bool(printed) and _compared(_operators_as_signs(tex)) == printed


def _operators_as_signs(tex: str) -> str:
    """LaTeX with signs in the place of the commands that are some, and functions by their names."""

    def spelled(command: re.Match[str]) -> str:
        name = command[1]
        return _OPERATORS.get(name) or (f" {name} " if name in _FUNCTIONS else command[0])

    return _COMMAND.sub(spelled, _ENVIRONMENT.sub(" ", tex))


def _compared(text: str) -> str:
    """The letters, digits and signs of a formula, and where something is raised or lowered."""
    text = _RAISED_FIRST.sub(r"_\2^\1", _STRUCK.sub(r"¬\1", unicodedata.normalize("NFD", text)))
    for plain, sign in _PLAIN_OPERATORS.items():
        text = text.replace(plain, sign)
    spelled = _COMMAND.sub(" ", spelled_out(text))
    return "".join(c for c in spelled if c.isalnum() or c in _COMPARED)


def unknown_symbols(text: str, evidence: str) -> list[str]:
    """The symbols of the formulas in `text` that `evidence` does not have, in order.

    Symbols are single letters, Latin and Greek; commands that arrange them, and words set as words, are none.
    """
    known, words = symbols(evidence), " ".join([spelled_out(evidence), *_FUNCTIONS])
    formulas = (_SUBSCRIBED.sub(lambda name: _unless_one(name, words), math[1]) for math in MATH.finditer(text))
    found = dict.fromkeys(symbol for math in formulas for symbol in _ordered_symbols(math, words))
    return [symbol for symbol in found if symbol not in known]


def _unless_one(name: re.Match[str], words: str) -> str:
    """ "" for a symbol with a word below it that the evidence has as one word: d_{\\text{model}}, dmodel."""
    return " " if name["symbol"] + name["word"] in words else name[0]


def symbols(text: str) -> set[str]:
    """What may be a symbol in a text: letters that stand alone, in pairs or as capitals, and all that are not Latin.

    Those that LaTeX commands stand for are included; 𝜏 and ϵ are τ and ε, and so are their names: the best epsilon.
    """
    spelled = _GREEK_NAME.sub(lambda name: f" {_letter_of(name[0])} ", spelled_out(text))
    runs = _RUN.findall(_COMMAND.sub(" ", spelled))
    return {c for run in runs for c in run if len(run) <= 2 or run.isupper() or not c.isascii()}


def _ordered_symbols(math: str, words: Container[str]) -> list[str]:
    """The single letters; a run of them that is in `words`, or a part of one (join of joinBERT), is a name."""
    runs = _RUN.findall(_COMMAND.sub(" ", spelled_out(_WORDS.sub(" ", math))))
    return [c for run in runs if not (len(run) > 2 and run in words) for c in run]


def spelled_out(text: str) -> str:
    """The text with letters in the place of commands, and without accents: \\hat{Y}, Ŷ, ˜x are Y and x."""
    spelled = _COMMAND.sub(lambda command: _letter_of(command[1]) or command[0], text)
    plain = "".join(c for c in unicodedata.normalize("NFKD", spelled) if not unicodedata.combining(c))
    return plain.translate(_VARIANTS)


def _letter_of(command: str) -> str:
    small = _GREEK.get(command.lower().removeprefix("var"), "")
    return small.upper() if command[:1].isupper() and small else small
