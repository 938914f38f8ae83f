"""From spans to a line's text and style: spaces, accents, exponents and the marks of notes."""

import re
import string
import unicodedata

from summarizer.pdf.page.pages import UNKNOWN, Line, Span

_ACCENT = {"´": "\u0301", "`": "\u0300", "¨": "\u0308", "ˆ": "\u0302", "˜": "\u0303", "ˇ": "\u030c", "˘": "\u0306",
           "¯": "\u0304", "˙": "\u0307", "˚": "\u030a", "˝": "\u030b", "¸": "\u0327"}  # fmt: skip
_SIGNS = ("−", "-", "–")
_LOOSE_ACCENT = re.compile(rf"([{''.join(_ACCENT)}])[ ]?([^\W\d_])")
_OVERPRINT = {"=": "≠", "∈": "∉", "→": "↦"}  # in TeX's fonts made of a stroke without a known name and the rest
_OVERPRINTED = re.compile(rf"{UNKNOWN} ?([{''.join(_OVERPRINT)}])")
_CLOSING = (")", "]")
_NEAR = 4  # spans
_SMALLER = 0.75  # of the size before it
_SMALL = string.ascii_lowercase.encode()
_RESULT = re.compile(r"\d\.\d+%?$")  # nobody raises such a number to a power: a note is meant
_MARK = re.compile(r"[\d,\s*†‡§¶–-]+$")


def finish(line: Line) -> Line:
    """Fill in the text and the style that most of the line has."""
    spans = line.spans
    line.text = line_text(spans)
    if not line.text:
        return line
    if len(spans) == 1:
        (span,) = spans
        line.size, line.font = round(span.size * 2) / 2, span.font
        line.bold, line.italic, line.mono, line.caps = span.bold, span.italic, span.mono, span.caps
        line.math_share = float(span.math)
        return line
    weights: dict[tuple[float, str], int] = {}
    total = bold = italic = mono = caps = math = 0
    for span in spans:
        count = len(span.text)
        style = round(span.size * 2) / 2, span.font
        weights[style] = weights.get(style, 0) + count
        total += count
        if span.bold:
            bold += count
        if span.italic:
            italic += count
        if span.mono:
            mono += count
        if span.caps:
            caps += count
        if span.math:
            math += count
    line.size, line.font = max(weights, key=weights.__getitem__)
    line.bold, line.italic, line.mono = bold >= 0.8 * total, italic >= 0.8 * total, mono >= 0.8 * total
    line.caps = caps >= 0.5 * total
    line.math_share = math / total
    largest = max(size for size, font in weights if font == line.font)
    if largest > line.size and is_upper(line.text):  # small capitals made of two sizes
        line.size = largest
    return line


def is_upper(text: str) -> bool:
    """Are nearly all letters capitals, and are there three at least?"""
    if 5 * count_ascii(text, _SMALL) > len(text):  # as in most lines: this is quicker than to count the others
        return False
    capitals = sum(map(str.isupper, text))
    return capitals >= 3 and capitals >= 0.8 * sum(map(str.isalpha, text))


def count_ascii(text: str, letters: bytes) -> int:
    """How many of these letters are in the text."""
    found = text.encode("ascii", "ignore")
    return len(found) - len(found.translate(None, letters))


def line_text(spans: list[Span]) -> str:
    """Join spans; mark superscripts that are exponents, drop those that are footnote or citation marks."""
    if len(spans) == 1:
        return _composed(spans[0].text)
    parts: list[str] = []
    last: Span | None = None
    for n, span in enumerate(spans):
        text = span.text
        if span.superscript and last is not None and _begins_exponent(last, *spans[n : n + 2]):
            text = f"^{text.strip()}"
        if last is None and span.superscript and len(spans) > 1:  # the mark of a footnote
            text = f"{text.strip()} "
        if last is not None:
            gap = span.box[0] - last.box[2]
            wide = gap > 0.18 * span.size or gap > 0.18 * last.size
            wide = wide or _is_lowered_number(last, span)
            if wide and not (parts[-1].endswith(" ") or text.startswith(" ")):
                parts.append(" ")
            if span.superscript and (mark := _superscript("".join(parts[-2:]), text, spans[:n])) is not None:
                text = mark
        parts.append(text)
        last = span
    return _composed("".join(parts))


def _is_lowered_number(before: Span, span: Span) -> bool:
    """75.2 with a small 0.0 at its foot, as a change is set: two numbers, not one."""
    if span.superscript or span.size >= _SMALLER * before.size or before.superscript:
        return False
    return before.text[-1:].isdigit() and span.text[0].isdigit() and span.base > before.base


def _begins_exponent(base: Span, sign: Span, after: Span | None = None) -> bool:
    """10^−9: a small raised sign between its base and a raised number or letter."""
    if sign.text.strip() not in _SIGNS or base.superscript or sign.size >= 0.85 * base.size:
        return False
    raised = after is not None and after.superscript and after.text[:1].isalnum()
    return raised and not re.search(r"\de\s*$", base.text)  # 3.0e−4 is written so already


def _composed(text: str) -> str:
    """Accents and strokes painted as glyphs of their own put on what they belong to; single spaces."""
    if not text.isascii():
        text = _LOOSE_ACCENT.sub(_compose, text)
        if UNKNOWN in text:
            text = _OVERPRINTED.sub(lambda match: _OVERPRINT[match[1]], text)
    return " ".join(text.split())


def _superscript(before: str, text: str, spans: list[Span]) -> str | None:
    """What a superscript after these spans becomes in plain text; None: it stays as it is.

    Behind a bracket of a formula it is no mark.
    """
    last, stripped = spans[-1], text.strip()
    if not _MARK.match(stripped) and not re.match(r"[−+-]?\w{1,3}$", stripped):
        return None
    formula = last.math or (before.rstrip()[-1:] in _CLOSING and any(span.math for span in spans[-_NEAR:]))
    if re.search(r"[^\W\d_]{3}$|[.,;:)\]”’]$", before.rstrip()) and not formula and _MARK.match(stripped):
        return " " if text.endswith(" ") else ""
    if not last.math and stripped.isdigit() and _RESULT.search(before):
        return " " if text.endswith(" ") else ""
    if re.search(r"[\w)\]]$", before) and not last.superscript:
        return "^" + stripped + (" " if text.endswith(" ") else "")
    return None


def _compose(match: re.Match[str]) -> str:
    accent, letter = match.groups()
    base = {"ı": "i", "ȷ": "j"}.get(letter, letter)
    whole = unicodedata.normalize("NFC", base + _ACCENT[accent])
    return whole if len(whole) == 1 else match[0]
