"""Formulas of a page: their LaTeX, and what is printed of them as one line."""

import re
import unicodedata

from summarizer.html.markup import Element

_CONTINUED = re.compile(r"%\n\s*")  # LaTeXML breaks long formulas as TeX allows
_BOXED = re.compile(r"\\[mh]box\{\$([^$]*)\$\}")
_COLOUR = re.compile(r"\\color(?:\[\w+\])?\{[^{}]*\}")
_CASES = re.compile(r"\\cases\{((?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*)\}")
_BARE = re.compile(r"\\(?:displaystyle|textstyle|leavevmode|/)(?![A-Za-z])\s*")


def clean_tex(tex: str) -> str:
    """LaTeX on one line, without what only sets size and colour, and without formulas within text."""
    tex = _BOXED.sub(r"\1", _CONTINUED.sub("", tex))
    return " ".join(_CASES.sub(_cases, _BARE.sub("", _COLOUR.sub("", tex))).split())


def _cases(found: re.Match[str]) -> str:
    r"""Plain TeX's `\cases{1&if $x>0$\cr 0&else}`, whose second column is text, as LaTeX has it."""
    lines = []
    for row in filter(str.strip, found[1].split(r"\cr")):
        value, _, condition = row.partition("&")
        parts = enumerate(condition.split("$"))  # text and formulas by turns
        words = (part if n % 2 or not part.strip() else rf"\text{{{part}}}" for n, part in parts)
        lines.append(f"{value.strip()}&{''.join(words)}")
    return r"\begin{cases}" + r"\\".join(lines) + r"\end{cases}"


def latex_of(math: Element) -> str:
    tex = math.get("alttext") or "".join(math.xpath(".//annotation[@encoding='application/x-tex']//text()"))
    return clean_tex("".join(c for c in tex if c.isspace() or is_sign(c)))


def linear(math: Element) -> str:
    """A formula as one line of signs: what is printed, in the order of its MathML."""
    parts = [linear(child) for child in math]
    match math.tag, parts:
        case "annotation" | "annotation-xml", _:
            return ""
        case "msup", [base, upper]:
            return f"{base}{_raised(upper)}"
        case "msubsup", [base, lower, upper]:
            return f"{base}{lower}{_raised(upper)}"
        case "mfrac", [upper, lower]:
            return f"{upper}/{lower}"
        case "msqrt", _:
            return f"√{''.join(parts)}"
        case "mtd", _:
            return f"{''.join(parts)} "
    return f"{_plain((math.text or '').strip())}{''.join(parts)}"


def _plain(signs: str) -> str:
    """Letters and digits in their plain form, not as mathematical alphabets have them."""
    return "".join(unicodedata.normalize("NFKC", c) if "\U0001d400" <= c <= "\U0001d7ff" else c for c in signs)


def _raised(exponent: str) -> str:
    return f"^{exponent}" if any(map(str.isalnum, exponent)) else exponent


def is_sign(character: str) -> bool:
    """No control, no mark of direction, no sign of zero width."""
    return character in " \n" or unicodedata.category(character)[0] != "C"
