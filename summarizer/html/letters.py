"""Text reduced to what the two witnesses must agree on: its letters and digits.

Blanks, hyphens, quotes, accents, capitals and the style of mathematical letters differ between a PDF and a web page
of the same paper; letters and digits, in their order, do not.
"""

import unicodedata


class _Fold(dict[int, str]):
    def __missing__(self, code: int) -> str:
        plain = unicodedata.normalize("NFKD", chr(code)).casefold().replace("\u2206", "\u03b4")  # increment, delta
        self[code] = "".join(c for c in plain if c.isalnum())
        return self[code]


_FOLD = _Fold()


def letters(text: str) -> str:
    """`text` without all but letters and digits, in lower case, decomposed: "Ł₂ naïve" gives "ł2naive"."""
    return text.translate(_FOLD)


def positions(text: str) -> list[int]:
    """Where in `text` each of its `letters` stands."""
    return [n for n, c in enumerate(text) for _ in _FOLD[ord(c)]]
