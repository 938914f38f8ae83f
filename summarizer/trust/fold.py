"""Text made comparable without moving a character: offsets in `fold(text)` are offsets in `text`."""

import re
import unicodedata

_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−﹣－"), "-")
_SPACES = dict.fromkeys(map(ord, "\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u200a\u205f\u3000"), " ")
_OTHERS = {ord("～"): "~", ord("∼"): "~", ord("〜"): "~", ord("≈"): "~", ord("％"): "%", ord("﹪"): "%"}
# Superscripts and thin spaces carry meaning (10⁶, 10 000) that their compatibility form loses.
_KEPT = frozenset("⁰¹²³⁴⁵⁶⁷⁸⁹⁻½¼¾⅓⅔\u2009\u202f")
_TABLE = _DASHES | _SPACES | _OTHERS
_LATEX = re.compile(r"\\(?:space|,|;|!|quad|text[a-z]{0,4}\{|mathrm\{|mathbf\{)|\$")
_ESCAPED_PERCENT = re.compile(r"\\%")


def fold(text: str) -> str:
    """NFKC, plain dashes and spaces, LaTeX maths delimiters blanked; as long as `text`."""
    text = text.translate(_TABLE)
    if not text.isascii():
        text = "".join(map(_fold_character, text))
    if "\\" in text or "$" in text:
        text = _ESCAPED_PERCENT.sub(" %", _LATEX.sub(lambda found: " " * len(found[0]), text))
    return text


def _fold_character(character: str) -> str:
    if character < "\x80" or "\u4e00" <= character <= "\u9fff" or character in _KEPT:
        return character
    folded = unicodedata.normalize("NFKC", character)
    return folded if len(folded) == 1 else character
