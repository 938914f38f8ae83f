"""Strings of metadata made fit for a page: invisible characters, TeX accents, author lists."""

import re
import unicodedata

_MARKS = {
    '"': "\u0308", "'": "\u0301", "`": "\u0300", "^": "\u0302", "~": "\u0303", "=": "\u0304", ".": "\u0307",
    "c": "\u0327", "v": "\u030c", "u": "\u0306", "H": "\u030b", "k": "\u0328", "r": "\u030a", "d": "\u0323",
    "b": "\u0331",
}  # fmt: skip
_LETTERS = {
    "ss": "ß", "ae": "æ", "AE": "Æ", "oe": "œ", "OE": "Œ", "aa": "å", "AA": "Å", "o": "ø", "O": "Ø", "l": "ł", "L": "Ł",
    "dh": "ð", "DH": "Ð", "th": "þ", "TH": "Þ", "dj": "đ", "DJ": "Đ", "ng": "ŋ", "NG": "Ŋ", "i": "ı", "j": "ȷ",
}  # fmt: skip
# \"o  \"{o}  {\"o}  \'{\i}  \'\i; a mark that is a letter needs a blank or a brace after it: \v c  \v{c}  \c\i
_ACCENT = re.compile(
    r"""(?P<open>\{)?\\(?:(?P<sign>["'`^~=.])\s*|(?P<word>[cvuHkrdb])(?:\s+|(?=[{\\])))"""
    r"(?:\{\s*\\?(?P<braced>[A-Za-z])\s*\}|\\(?P<dotless>[ij])(?![A-Za-z])(?:\{\}|\s+(?=\S))?|(?P<bare>[A-Za-z]))"
    r"(?(open)\})"
)
_LETTER = re.compile(
    rf"(?P<open>\{{)?\\(?P<letter>{'|'.join(sorted(_LETTERS, key=len, reverse=True))})(?![A-Za-z])"
    r"(?(open)\}|(?:\{\}|\s+)?)"
)
_MATH = re.compile(r"(\$[^$]*\$)")

_BETWEEN_AUTHORS = re.compile(r"\s{0,3}[,;:]\s{0,3}(?:and\s{1,3})?|\s{1,3}and\s{1,3}|\s{1,3}&\s{1,3}")
_SUFFIX = re.compile(r"(?:[JS]r\.?|I{2,3}|I?V)")
_NOT_A_NAME = re.compile(r"(?:et\.? al\.?|others)?", re.IGNORECASE)


def clean(text: str) -> str:
    """One line of visible characters: no controls, bidi marks, zero-width characters or lone surrogates."""
    visible = (c for c in text if c.isspace() or unicodedata.category(c) not in {"Cc", "Cf", "Cs"})
    return " ".join(unicodedata.normalize("NFC", "".join(visible)).split())


def detex(text: str) -> str:
    r"""Accents and letters of TeX as Unicode: `Schr{\"o}dinger` -> `Schrödinger`. Formulas stay as they are."""
    return "".join(part if n % 2 else _detex(part) for n, part in enumerate(_MATH.split(text)))


def split_authors(line: str) -> tuple[str, ...]:
    r"""The names of an `arXivRaw` author line such as `A. B{\"o}hm (ETH, Z{\"u}rich), C. Diaz Jr. and E. Fox`.

    Affiliations in parentheses are dropped, nested ones too.
    """
    line = clean(detex(line)).replace("\\&", "&").replace("~", " ").replace("{", "").replace("}", "")
    while (shorter := re.sub(r"\([^()]*\)", " ", line)) != line:
        line = shorter
    names: list[str] = []
    for part in _BETWEEN_AUTHORS.split(re.sub(r"[()]", " ", line)):
        name = " ".join(part.split())
        if _SUFFIX.fullmatch(name) and names:
            names[-1] += f" {name}"
        elif not _NOT_A_NAME.fullmatch(name):
            names.append(name)
    return tuple(names)


def _detex(text: str) -> str:
    if "\\" not in text:
        return text
    return _LETTER.sub(lambda m: _LETTERS[m["letter"]], _ACCENT.sub(_accented, text))


def _accented(match: re.Match[str]) -> str:
    mark = _MARKS[match["sign"] or match["word"]]
    return unicodedata.normalize("NFC", (match["braced"] or match["dotless"] or match["bare"]) + mark)
