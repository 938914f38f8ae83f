"""Formulas where MathML is not understood: letters with their scripts, else a picture."""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from html.entities import html5
from itertools import accumulate
from typing import Literal
from xml.etree import ElementTree

import pymupdf
from ziamath.config import config
from ziamath.zmath import Math

from summarizer.site.rich import mathml

config.svg2 = False  # MuPDF draws SVG 1.1

_EM = 20.0  # pixels of SVG
_LARGEST = 120  # em: what no page holds
_SCALE = 3.0  # pixels of the picture for each of them
_ENTITY = re.compile(r"&(?!lt;|gt;|amp;)(\w+;)")  # of HTML, which XML does not know
_UNSEEN = re.compile("[\u2061-\u2064\ufe00-\ufe0f]")  # operators that are not written, variation selectors
_FUNCTION = re.compile("<mo[^>]*>\u2061</mo>")  # of a name to what follows
_ALIGNED = re.compile(r'style="text-align: (left|right)[^"]*"')  # of MathML Core, where ziamath reads MathML 3
_TAG = re.compile(r"<(/?)[a-z][^>]*?(/?)>")
_DEEPEST = 50  # elements within one another; real formulas have about 15
_RELATIONS = frozenset("=<>≠≤≥≈≡∼≃∝∈∉⊂⊆→←↔↦≪≫")
_THIN_SPACE = "\u2009"
_BOLD = re.compile("MATHEMATICAL BOLD (ITALIC )?(?:CAPITAL|SMALL|DIGIT)")  # names of letters that Unicode has in bold
_BASIC_PLANE = 0xFFFF  # letters beyond it are in few fonts of phones
_SCRIPTS: dict[str, tuple["Script", ...]] = {"msub": ("sub",), "msup": ("sup",), "msubsup": ("sub", "sup")}

Script = Literal["", "sub", "sup"]


@dataclass(frozen=True, slots=True)
class FormulaRun:
    """Some letters of a formula that are set alike."""

    text: str
    italic: bool
    bold: bool
    script: Script


@dataclass(frozen=True, slots=True)
class FormulaPicture:
    """A formula as PNG. Sizes in em of the text around it; `depth` is the part below the baseline."""

    png: bytes
    width: float
    height: float
    depth: float


class _NotOneLine(Exception):
    """A formula that needs more than a line of letters."""


@cache
def formula_runs(latex: str) -> tuple[FormulaRun, ...]:
    """A formula in one line with simple scripts, such as `$x_i^2$`; nothing of any other."""
    root = _parsed(latex, block=False)
    try:
        return tuple(run for run in _runs(root, "") if run.text) if root is not None else ()
    except _NotOneLine:
        return ()


def _runs(node: ElementTree.Element, script: Script) -> list[FormulaRun]:
    children = list(node)
    if node.tag in ("math", "mrow"):
        return [run for child in children for run in _runs(child, script)]
    if node.tag in _SCRIPTS and not script:
        base, *scripts = children
        places = zip(scripts, _SCRIPTS[node.tag], strict=True)
        return _runs(base, "") + [run for child, place in places for run in _runs(child, place)]
    text = node.text or (_THIN_SPACE if node.tag == "mspace" and node.get("width") else "")
    if bold := _BOLD.match(unicodedata.name(text[0], "")) if text else None:
        plain = unicodedata.normalize("NFKC", text)
        return [FormulaRun(plain, bool(bold[1]), True, script)]
    if node.tag not in ("mi", "mo", "mn", "mtext", "mspace") or max(map(ord, text), default=0) > _BASIC_PLANE:
        raise _NotOneLine
    if node.tag == "mo" and text in _RELATIONS and not script:
        text = f"{_THIN_SPACE}{text}{_THIN_SPACE}"
    if node.tag == "mo" and text in ",;":
        text += _THIN_SPACE
    upright = len(text) > 1 or node.get("mathvariant") == "normal" or (not text.isascii() and not text.islower())
    return [FormulaRun(text, node.tag == "mi" and not upright, False, script)]


@cache
def formula_picture(latex: str, *, block: bool) -> FormulaPicture | None:
    """None of what is no LaTeX, and of what has characters that the font of formulas lacks, or no size for a page."""
    root = _parsed(latex, block=block)
    if root is None:
        return None
    root.set("displaystyle", str(block).lower())
    drawn = Math(root, size=_EM)
    lacking = any(drawn.font.glyphindex(c) == 0 for c in "".join(root.itertext()) if not c.isspace())
    width, height = (size + 2 * drawn.margin for size in drawn.getsize())
    if lacking or not all(2 * drawn.margin < size < _LARGEST * _EM for size in (width, height)):
        return None
    page = pymupdf.open(stream=drawn.svg().encode(), filetype="svg")[0]
    pixmap = page.get_pixmap(matrix=pymupdf.Matrix(_SCALE, _SCALE), colorspace=pymupdf.csGRAY, alpha=False)
    depth = drawn.margin - drawn.getyofst()
    return FormulaPicture(pixmap.tobytes("png"), width / _EM, height / _EM, depth / _EM)


def _parsed(latex: str, *, block: bool) -> ElementTree.Element | None:
    """The formula as the elements that ziamath draws; None of what is no LaTeX, or an attack on the stack."""
    converted = _ALIGNED.sub(r'columnalign="\1"', mathml(latex, block=block))
    if (
        not converted
        or max(accumulate(-1 if end else 1 - bool(empty) for end, empty in _TAG.findall(converted))) > _DEEPEST
    ):
        return None
    text = _ENTITY.sub(lambda entity: html5[entity[1]], converted)
    text = _UNSEEN.sub("", _FUNCTION.sub('<mspace width="0.1667em"/>', text))
    return ElementTree.fromstring(text)
