"""A display formula as a line of text: fractions, roots, sums with their limits, and indices in order.

    sum_{k=1}^N (a_k + b)/c^2        sqrt(x)        softmax((QK^⊤)/sqrt(d_k))V

Made from the ink of its glyphs and from its rules alone. What is on one baseline is a row; smaller signs above or
below it are indices of what they follow, or limits of what they are over or under; what is over and under a rule is
a fraction. What has been read becomes one sign of the row around it, from the inside out.
"""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from itertools import pairwise

from summarizer.pdf.page.glyphs import Glyph
from summarizer.pdf.page.pages import union
from summarizer.pdf.text.signs import AXIS, CLOSING, LARGE, OPENING, TALL, signs_of, without
from summarizer.types import Box

_NAMES = {"∑": "sum", "∏": "prod"}
_INDEX = r"(?:[_^](?:\w|[*∗⊤]|\{[^{} ]*\}))*"
_SINGLE = re.compile(rf"[\d.]+|[^\W\d_][\u0302-\u0304′]*{_INDEX}|(?:sqrt)?\([^()]*\){_INDEX}|[∞∂]")
_CALL = re.compile(rf"[^\W\d_]{_INDEX}\([^()]*\)")
_GOES_ON = frozenset("=≤≥<>≈∼≡∝+−-×·±≜→⇒⇔∈,;.≪≫≲≳|/*)]}")  # a row that begins so belongs to the one before
_LEFT_OPEN = frozenset("=≤≥<>≈∼≡∝+−·×(,[{|/")  # and one that ends so to the next


def linear(glyphs: Iterable[Glyph], rules: Iterable[Box]) -> tuple[str, str]:
    """The text of a formula and its number, "" if it has none. `rules` are the thin horizontal shapes in it."""
    signs, number = signs_of(glyphs)
    for rule in sorted(rules, key=lambda rule: rule[2] - rule[0]):  # the inner ones are shorter
        signs = _ruled(signs, rule)
    return _text(_fenced(signs)), number


# --- what rules and fences hold together ---


def _ruled(signs: list[Glyph], rule: Box) -> list[Glyph]:
    """The fraction, root or overlined sign that a rule makes, as one sign."""
    root = _root(signs, rule)
    over, under = _stack(signs, rule, up=True), _stack(signs, rule, up=False)
    if root is not None:
        parts = _radicand(signs, rule, root)
        text, base = f"sqrt({_text(parts)})", _base(parts or [root])
        parts = [root, *parts]
    elif over and under:
        parts, text = [*over, *under], _fraction(_text(over), _text(under))
        base = rule[1] + AXIS * max(sign.size for sign in parts)
    elif under and under[0].box[1] - rule[3] < 0.3 * under[0].size and rule[2] - rule[0] < 12 * under[0].size:
        parts, base, text = under, _base(under), _text(under)
        text = text + "\u0304" if len(text) == 1 else f"overline({text})"
    else:
        return signs
    box = union([rule, *(part.box for part in parts)])
    whole = Glyph(text, box, base, max(part.size for part in parts), apart=root is None and bool(over))
    return [*without(signs, parts), whole]


def _root(signs: list[Glyph], rule: Box) -> Glyph | None:
    """The root's sign that the rule goes on from; of a tall one only the lower part has a name."""
    near = [
        sign for sign in signs
        if sign.text == "√" and abs(sign.box[2] - rule[0]) < 2 and sign.box[3] > rule[1]
        and rule[1] - 3 < sign.box[1] < rule[1] + 6 * sign.size
    ]  # fmt: skip
    return min(near, key=lambda sign: sign.box[1], default=None)


def _radicand(signs: list[Glyph], rule: Box, root: Glyph) -> list[Glyph]:
    inside = (s for s in signs if rule[0] - 1 <= s.x <= rule[2] and rule[1] - 1 <= s.y <= root.box[3] + 2)
    return without(inside, [root])


def _stack(signs: list[Glyph], rule: Box, up: bool) -> list[Glyph]:
    """The signs over or under a rule, as far as they follow each other without a gap."""
    near = [s for s in signs if rule[0] - 1 <= s.x <= rule[2] + 1 and (s.y < rule[1] if up else s.y > rule[1])]
    near.sort(key=lambda sign: -sign.box[3] if up else sign.box[1])
    reach = rule[1]
    found: list[Glyph] = []
    for sign in near:
        if (reach - sign.box[3] if up else sign.box[1] - reach) > (0.5 if found else 0.75) * sign.size:
            break
        reach = min(reach, sign.box[1]) if up else max(reach, sign.box[3])
        found.append(sign)
    return found


def _fraction(over: str, under: str) -> str:
    """Brackets around what is more than one letter, number or bracket."""
    over = over if _SINGLE.fullmatch(over) or _CALL.fullmatch(over) else f"({over})"
    return f"{over}/{under if _SINGLE.fullmatch(under) else f'({under})'}"


def _fenced(signs: list[Glyph]) -> list[Glyph]:
    """Tall fences around several rows (cases, matrices) as one sign; semicolons part the rows."""
    fences = [sign for sign in signs if sign.text in OPENING and sign.height > 2 * sign.size]
    for fence in sorted(fences, key=lambda sign: sign.height):
        ends = [s for s in signs if s.text in CLOSING and s.box[0] > fence.box[2] and _as_high(s, fence)]
        end = min(ends, key=lambda sign: sign.box[0], default=None)
        right = end.box[0] if end else float("inf")
        inner = [s for s in signs if fence.box[2] - 1 <= s.box[0] and s.x < right and _beside(s, fence)]
        rows = _rows(inner)
        if len(rows) < 2:
            continue
        close = end.text if end else "}" if fence.text == "{" else ""
        text = f"{fence.text} {'; '.join(_row(row) for row in rows)} {close}".rstrip()
        parts = [fence, *inner, *([end] if end else [])]
        whole = Glyph(text, union(part.box for part in parts), fence.base, fence.size, apart=True)
        signs = [*without(signs, parts), whole]
    return signs


def _as_high(end: Glyph, fence: Glyph) -> bool:
    return abs(end.height - fence.height) < 3 and abs(end.y - fence.y) < 3


def _beside(sign: Glyph, fence: Glyph) -> bool:
    return fence.box[1] - 2 < sign.y < fence.box[3] + 2


# --- rows ---


def _text(signs: list[Glyph]) -> str:
    """Rows one after the other; one that does not go on with an operator is parted from the one before."""
    for sign in [sign for sign in signs if sign.text in LARGE]:
        signs = _with_limits(signs, sign)
    rows = [row for row in map(_row, _rows(signs)) if row]
    joints = (" " if b[0] in _GOES_ON or a[-1] in _LEFT_OPEN else "; " for a, b in pairwise(rows))
    return "".join(part for pair in zip(rows, [*joints, ""], strict=True) for part in pair) if rows else ""


def _with_limits(signs: list[Glyph], sign: Glyph) -> list[Glyph]:
    """A sum with what is over and under it as one sign."""
    large = [other for other in signs if other.text in LARGE]
    size = _size(signs)
    small = [s for s in signs if s.size < 0.9 * size and min(large, key=lambda o: _way(s, o)) is sign]
    below, above = _limits(sign, small, up=False), _limits(sign, small, up=True)
    text = _NAMES.get(sign.text, sign.text) + _index("_", below) + _index("^", above)
    return [*without(signs, [sign, *below, *above]), replace(sign, text=text, apart=True)]


def _way(sign: Glyph, large: Glyph) -> float:
    """How far a sign is from one that it may be a limit of."""
    return abs(sign.x - large.x) + 2 * max(sign.box[1] - large.box[3], large.box[1] - sign.box[3], 0)


def _size(signs: list[Glyph]) -> float:
    """Of the letters; large signs and fences have one font for all sizes."""
    plain = [s.size for s in signs if s.text not in LARGE and s.text not in OPENING and s.text not in CLOSING]
    return max(plain or [sign.size for sign in signs])


def _base(signs: list[Glyph]) -> float:
    """The baseline that most of the full-sized signs share."""
    size = _size(signs)
    full = Counter(sign.base for sign in signs if sign.size > 0.9 * size)
    return max(full, key=lambda base: sum(count for other, count in full.items() if abs(base - other) < 1))


def _rows(signs: list[Glyph]) -> list[list[Glyph]]:
    """Rows from top to bottom: baselines that full-sized signs share, and all that is nearest to each."""
    if len(signs) < 2:
        return [signs] if signs else []
    size = _size(signs)
    weights: dict[float, int] = {}
    for sign in signs:
        if sign.size > 0.9 * size:
            base = next((b for b in weights if abs(b - sign.base) < 0.2 * size), sign.base)
            weights[base] = weights.get(base, 0) + (1 if sign.apart else 3)
    bases: list[float] = []
    for base in sorted(weights, key=lambda b: -weights[b]):
        if all(abs(base - other) > 0.75 * size for other in bases):
            bases.append(base)
    rows: dict[float, list[Glyph]] = {base: [] for base in sorted(bases)}
    for sign in signs:
        rows[min(bases, key=lambda b: abs(b - sign.base))].append(sign)
    return list(rows.values())


def _row(signs: list[Glyph]) -> str:
    """The signs on one baseline from left to right, each with its limits and indices."""
    if len(signs) == 1:
        return signs[0].text
    size, base = _size(signs), _base(signs)
    row = _words(sorted((sign for sign in signs if _is_on(sign, base, size)), key=lambda sign: sign.box[0]))
    rest = [sign for sign in signs if not _is_on(sign, base, size)]
    texts = {}
    for sign in row:
        below, above = [], []
        if sign.upright and len(sign.text) > 1:  # max, lim and the like
            below, above = _limits(sign, rest, up=False), _limits(sign, rest, up=True)
            rest = without(rest, [*below, *above])
        texts[id(sign)] = sign.text + _index("_", below) + _index("^", above)
    owned: dict[int | None, list[Glyph]] = {}
    for sign in rest:
        before = [s for s in row if s.box[0] < sign.x and s.box[2] < sign.x + 0.4 * sign.size]
        owned.setdefault(id(before[-1]) if before else None, []).append(sign)
    text = _indices(owned.get(None, []), base, size)
    for n, sign in enumerate(row):
        if n:
            reach = max(s.box[2] for s in (row[n - 1], *owned.get(id(row[n - 1]), [])))
            text += " " * _parted(row[n - 1], sign, reach)
        text += texts[id(sign)] + _indices(owned.get(id(sign), []), base, size)
    return text


def _is_on(sign: Glyph, base: float, size: float) -> bool:
    """Is the sign on the row's baseline, not an index?"""
    if sign.upright and abs(sign.base - base) < 0.03 * size:  # smaller print
        return True
    tolerance = 0.3 if sign.apart or sign.height > TALL * sign.size or sign.text in LARGE else 0.12
    return abs(sign.base - base) < tolerance * size and sign.size > (0.55 if sign.apart else 0.8) * size


def _words(row: list[Glyph]) -> list[Glyph]:
    """The letters of upright words as one sign, and `arg max` too."""
    words: list[Glyph] = []
    for sign in row:
        last = words[-1] if words else None
        gap = sign.box[0] - last.box[2] if last else 0.0
        if last and last.upright and sign.upright and last.text[-1].isalpha() and sign.text.isalpha():
            if gap < 0.15 * sign.size:
                words[-1] = replace(last, text=last.text + sign.text, box=union((last.box, sign.box)))
                continue
            if last.text == "arg" and gap < 0.5 * sign.size:
                words[-1] = replace(last, text=f"arg {sign.text}", box=union((last.box, sign.box)))
                continue
        words.append(sign)
    return words


def _limits(sign: Glyph, rest: list[Glyph], up: bool) -> list[Glyph]:
    """The smaller signs right over or under one, as wide as they are."""
    edge = sign.box[1] if up else sign.box[3]
    near = [s for s in rest if -0.2 * sign.size < (edge - s.box[3] if up else s.box[1] - edge) < sign.size]
    if sign.text not in LARGE:  # descenders and indices of words are no limits
        near = [s for s in near if abs(s.base - sign.base) > 0.4 * sign.size]
    found = [s for s in near if sign.box[0] - 1 <= s.x <= sign.box[2] + 1]
    more = found
    while more:
        left, right = min(s.box[0] for s in found), max(s.box[2] for s in found)
        more = [s for s in without(near, found) if left - 0.5 * s.size < s.box[2] and s.box[0] < right + 0.5 * s.size]
        found = found + more
    return found


def _indices(signs: list[Glyph], base: float, size: float) -> str:
    """Subscript, then superscript, of one sign."""
    above = [sign for sign in signs if sign.base < base - 0.12 * size]
    if any(sign.size > 0.62 * size for sign in above):  # the index of an exponent may be as low as the row
        above += [s for s in signs if s.size < 0.62 * size and base - 0.12 * size <= s.base < base + 0.1 * size]
    return _index("_", without(signs, above)) + _index("^", above)


def _index(mark: str, signs: list[Glyph]) -> str:
    text = _text(signs) if signs else ""
    if not text or (mark == "^" and set(text) == {"′"}):
        return text
    return mark + (text if len(text) == 1 else f"{{{text}}}")


def _parted(last: Glyph, sign: Glyph, reach: float) -> bool:
    """Is there a space between two neighbours of a row? `reach` is where the indices of the first end."""
    if sign.box[0] - reach > 0.2 * max(last.size, sign.size):
        return True
    if last.upright and len(last.text) > 1 and sign.text[0].isalnum():
        return True
    after_fraction = last.apart and (sign.text[0].isalnum() or sign.text[0] in OPENING)
    return after_fraction or (sign.apart and last.text not in OPENING)
