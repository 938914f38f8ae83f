"""The signs of a formula before its rows are read: fences made whole, accents put on, its number set apart."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import replace

from summarizer.pdf.page.glyphs import Glyph
from summarizer.pdf.page.pages import UNKNOWN, union

LARGE = frozenset("∑∏∐⋃⋂⋁⋀⨁⨂⨀⨄⨆")  # with limits over and under them
OPENING, CLOSING = frozenset("([{⌊⌈⟨|∥"), frozenset(")]}⌋⌉⟩|∥")
AXIS = 0.25  # ems: the height of fraction bars, and of the middle of large signs, over the baseline
TALL = 1.15  # ems: higher than any letter

_NUMBER = re.compile(r"\([A-Z]{0,2}[.-]?\d{1,3}(?:[.-]\d{1,3})*[a-z]?\)")
_PIECES = {
    piece: fence
    for fence, pieces in {"(": "⎛⎜⎝", ")": "⎞⎟⎠", "[": "⎡⎢⎣", "]": "⎤⎥⎦", "{": "⎧⎨⎩⎪", "}": "⎫⎬⎭"}.items()
    for piece in pieces
}
_MARKS = {"ˆ": "\u0302", "^": "\u0302", "˜": "\u0303", "~": "\u0303", "¯": "\u0304", "˙": "\u0307", "¨": "\u0308",
          "ˇ": "\u030c", "´": "\u0301", "˘": "\u0306"}  # fmt: skip
_ACCENTS = _MARKS | {mark: mark for mark in (*_MARKS.values(), "\u20d6", "\u20d7")}
_STROKES = frozenset(("\u0338", UNKNOWN))  # through the sign they are painted over; TeX's tail of ↦ has no known name
_STRUCK = frozenset("=<>∈∼≡→|")


def signs_of(glyphs: Iterable[Glyph]) -> tuple[list[Glyph], str]:
    """The signs of a formula and its number, "" if it has none."""
    signs = _whole(glyph for glyph in glyphs if glyph.text.strip())
    signs, number = _without_number([_centred(sign) for sign in signs])
    return _accented(signs), number


def without(signs: Iterable[Glyph], parts: Iterable[Glyph]) -> list[Glyph]:
    """The signs that are none of `parts`."""
    taken = set(map(id, parts))
    return [sign for sign in signs if id(sign) not in taken]


def _whole(glyphs: Iterable[Glyph]) -> list[Glyph]:
    """Fences that are painted in pieces, put together."""
    whole: list[Glyph] = []
    for glyph in glyphs:
        fence = _PIECES.get(glyph.text)
        touched = (n for n, sign in enumerate(whole) if sign.text == fence and _touches(sign, glyph))
        if fence is None:
            whole.append(glyph)
        elif (n := next(touched, None)) is not None:
            whole[n] = replace(whole[n], box=union((whole[n].box, glyph.box)))
        else:
            whole.append(replace(glyph, text=fence))
    return whole


def _touches(fence: Glyph, piece: Glyph) -> bool:
    above_each_other = abs(fence.box[0] - piece.box[0]) < 0.5 * piece.size
    return above_each_other and fence.box[1] - 2 <= piece.box[3] and piece.box[1] <= fence.box[3] + 2


def _centred(sign: Glyph) -> Glyph:
    """Tall fences and large operators hang from their baseline in TeX's fonts: give them that of their row."""
    hangs = sign.base < sign.y or sign.height > TALL * sign.size
    if sign.text in LARGE or sign.text in "∫∮√" or (hangs and (sign.text in OPENING or sign.text in CLOSING)):
        return replace(sign, base=sign.y + AXIS * sign.size)
    return sign


def _without_number(signs: list[Glyph]) -> tuple[list[Glyph], str]:
    """The formula's number stands apart at its right edge."""
    last = max(signs, key=lambda sign: sign.box[2], default=None)
    if last is None:
        return signs, ""
    row = [sign for sign in signs if abs(sign.base - last.base) < 0.3 * last.size]
    end: list[Glyph] = []
    for sign in sorted(row, key=lambda sign: -sign.box[0]):
        if end and end[-1].box[0] - sign.box[2] > 0.4 * last.size:
            break
        end.append(sign)
    text = "".join(sign.text for sign in reversed(end))
    return (without(signs, end), text) if _NUMBER.fullmatch(text) else (signs, "")


def _accented(signs: list[Glyph]) -> list[Glyph]:
    """Accents and strokes put on what they are painted over."""
    for accent in [sign for sign in signs if sign.text in _ACCENTS or sign.text in _STROKES]:
        rest = without(signs, [accent])
        carriers = [sign for sign in rest if _carries(sign, accent)]
        if carriers:
            letter = min(carriers, key=lambda sign: abs(sign.x - accent.x) + abs(sign.box[1] - accent.box[3]))
            signs = [replace(sign, text=_marked(sign.text, accent.text)) if sign is letter else sign for sign in rest]
    return signs


def _carries(sign: Glyph, accent: Glyph) -> bool:
    if not (accent.box[0] - 1 <= sign.x <= accent.box[2] + 1 or sign.box[0] <= accent.x <= sign.box[2]):
        return False
    if accent.text in _STROKES:
        return sign.text in _STRUCK or sign.box[1] < accent.y < sign.box[3]
    return -0.2 * sign.size < sign.box[1] - accent.box[3] < 0.35 * sign.size


def _marked(text: str, accent: str) -> str:
    if accent in _STROKES:
        return "↦" if text == "→" else unicodedata.normalize("NFC", text + "\u0338")
    return unicodedata.normalize("NFC", text + _ACCENTS[accent])
