"""Text of a digest as HTML: everything escaped, formulas between dollar signs as MathML, addresses only of the web."""

import re
from collections.abc import Iterator

from markupsafe import Markup, escape
from math_core import LatexError, LatexToMathML

from summarizer.trust.formula import MATH

_STYLE = re.compile(r' style="[^"]*"')  # the pages' policy allows none; site.css aligns columns
_LONGEST = 2_000  # characters of a formula: what MathML of ten pages is good for, and how deep its parser may nest
_ADDRESS = re.compile(r"https?://[^\s\"'<>\\]+|(?!/)[\w./%-]+(?:#[\w=&.-]*)?")
_UNSEEN = re.compile(  # controls, zero-width and bidirectional marks, lone surrogates, what XML does not allow
    "[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufffe\uffff\ud800-\udfff]"
)
_converter = LatexToMathML(fancy_error=False)


def visible(text: str) -> str:
    """Text without characters that are not seen, but change how others are read."""
    return _UNSEEN.sub("", text)


def rich(text: str) -> Markup:
    """Escaped text with its formulas set; one that is no LaTeX is shown as it is written."""
    parts = []
    for words, latex in split_formulas(text):
        parts += [escape(words), formula(latex)] if latex else [escape(words)]
    return Markup("").join(parts)


def split_formulas(text: str) -> Iterator[tuple[str, str]]:
    """Some words and the LaTeX of the formula behind them; behind the last there is none, ""."""
    at = 0
    for found in MATH.finditer(text):
        yield text[at : found.start()], found[1]
        at = found.end()
    yield text[at:], ""


def formula(latex: str, *, block: bool = False) -> Markup:
    """MathML of a formula; as it is written if it is no LaTeX."""
    if converted := mathml(latex, block=block):
        return Markup(_STYLE.sub("", converted))
    return Markup('<code class="tex">{}</code>').format(latex)


def mathml(latex: str, *, block: bool = False) -> str:
    """MathML Core; "" if it is no LaTeX. The converter escapes text, and knows no command that makes a link."""
    if len(latex) > _LONGEST:
        return ""
    try:
        return _converter.convert_with_local_state(latex, displaystyle=block)
    except LatexError:
        return ""


def address(url: str) -> str:
    """An address that may stand in a link: on the web, or a file beside the page; "#" for any other."""
    return url if _ADDRESS.fullmatch(url) else "#"
