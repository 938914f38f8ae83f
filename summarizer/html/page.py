"""The bytes of a LaTeXML page to the element of its paper: limits, whose page it is, what is hidden taken out.

The page is anybody's text. No script runs, nothing is loaded, no entity is expanded, and what a browser would not
show is removed before a word is read.
"""

import re

from lxml import etree  # type: ignore[import-untyped]

from summarizer.html.markup import Element, MarkupError, parse_html

MAX_BYTES = 10_000_000  # the largest page of a paper that was seen has 2 MB

_WATERMARK = re.compile(r"\s*arXiv:(\S+v\d+)\s")
_UNSHOWN = {  # no text of the paper: what is not shown, and arXiv's own buttons between the paragraphs
    "script", "style", "noscript", "template", "iframe", "object", "head", "dialog", "nav", "form", "textarea",
    "select", "button",
}  # fmt: skip
_MIN_POINTS = 1.5  # nobody reads less, as in the PDF
_FAR = -300.0  # points to the left of the page, or above it
_LIGHT = 0.9  # luminance of text that does not show on white
_LENGTH = re.compile(r"(-?\d*\.?\d+)(px|pt|em|rem|%)?")
_POINTS = {"px": 0.75, "pt": 1.0, "em": 10.0, "rem": 10.0, "%": 0.1, None: 0.75}
_HEX = re.compile(r"#([0-9a-f]{3}|[0-9a-f]{6})\b")
_RGB = re.compile(r"rgba?\(\s*(\d+)[\s,]+(\d+)[\s,]+(\d+)\s*(?:[,/]\s*([\d.]+)\s*)?\)")
_AWAY = re.compile(r"scale\(\s*0|translate\w*\(\s*-\d{3,}|inset\(\s*(?:100|[5-9]\d)%|rect\((?:\s*0\w*[\s,]*){4}\)")


class UselessPage(Exception):
    """The page cannot stand beside the PDF; the message says why."""


def open_page(page: bytes, paper_id: str = "") -> tuple[Element, int]:
    """The paper in a page, and how many pieces of it were hidden and are gone.

    `paper_id` is the id with version that arXiv must have printed on the page; "" for a page from elsewhere.
    Raises `UselessPage`.
    """
    if len(page) > MAX_BYTES:
        raise UselessPage(f"the page is larger than {MAX_BYTES // 10**6} MB")
    try:
        root = parse_html(page)
    except MarkupError as error:
        raise UselessPage(str(error)) from error
    articles = root.find_class("ltx_document")
    if not articles:
        raise UselessPage("there is no paper on the page")
    mark = _WATERMARK.match(root.xpath("string(//*[@id='watermark-tr'])"))
    if paper_id and (not mark or mark[1] != paper_id):
        raise UselessPage(f"it is the page of {mark[1]}" if mark else "the page does not say which paper it is of")
    return articles[0], _remove_hidden(articles[0])


def _remove_hidden(article: Element) -> int:
    unshown = list(article.iter(*_UNSHOWN))
    hidden = [element for element in article.iter(etree.Element) if _is_hidden(element)]
    for element in (*unshown, *hidden):
        element.drop_tree()
    return len(hidden)


def _is_hidden(element: Element) -> bool:
    if element.get("hidden") is not None:
        return True
    style = _style(element)
    if not style:
        return False
    return (
        style.get("display") == "none"
        or style.get("visibility") in ("hidden", "collapse")
        or style.get("opacity", "1").startswith(("0%", "0.0"))
        or style.get("opacity") == "0"
        or _points(style.get("font-size"), 10) < _MIN_POINTS
        or min(_points(style.get(side), 0) for side in ("left", "top", "text-indent", "margin-left")) < _FAR
        or ("hidden" in style.get("overflow", "") and _points(style.get("height"), 10) < _MIN_POINTS)
        or _AWAY.search(" ".join(style.get(name, "") for name in ("transform", "clip", "clip-path"))) is not None
        or (_is_light(style.get("color") or style.get("--ltx-fg-color")) and not _on_colour(element))
    )


def _style(element: Element) -> dict[str, str]:
    pairs = (part.partition(":") for part in (element.get("style") or "").lower().split(";"))
    return {name.strip(): value.replace("!important", "").strip() for name, _, value in pairs}


def _points(length: str | None, otherwise: float) -> float:
    found = _LENGTH.match(length or "")
    return float(found[1]) * _POINTS[found[2]] if found else otherwise


def _is_light(colour: str | None) -> bool:
    """Is this the colour of paper, or none?"""
    if not colour:
        return False
    if colour in ("white", "snow", "ivory", "transparent"):
        return True
    if found := _HEX.match(colour):
        digits = found[1] if len(found[1]) == 6 else "".join(2 * digit for digit in found[1])
        parts = [int(digits[n : n + 2], 16) for n in (0, 2, 4)]
    elif found := _RGB.match(colour):
        if found[4] and float(found[4]) < 0.1:
            return True
        parts = [int(part) for part in found.groups()[:3]]
    else:
        return False
    return (0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]) / 255 > _LIGHT


def _on_colour(element: Element) -> bool:
    """Does it or something around it have a ground of its own on which light text shows?"""
    grounds = (_style(around) for around in (element, *element.iterancestors()))
    colours = (style.get("background-color") or style.get("--ltx-bg-color") for style in grounds)
    return any(colour and not _is_light(colour) for colour in colours)
