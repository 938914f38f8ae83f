"""A page of HTML as the text that `entries.py` reads: headings, paragraphs, list items, links, page marks as links."""

import re
from collections.abc import Iterator

from summarizer.html.markup import Element, parse_html

_UNREAD = frozenset(
    [
        "aside",
        "head",
        "script",
        "style",
        "template",
        "noscript",
        "svg",
        "nav",
        "footer",
        "form",
        "input",
        "select",
        "textarea",
        "table",
        "figure",
        "iframe",
        "video",
    ]
)
_BLOCKS = frozenset(
    [
        "address",
        "article",
        "blockquote",
        "body",
        "dd",
        "details",
        "div",
        "dl",
        "dt",
        "fieldset",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "html",
        "li",
        "main",
        "ol",
        "p",
        "pre",
        "section",
        "summary",
        "ul",
    ]
)
_PAGES = re.compile(r"\d{1,4}")
_MARK = re.compile(r"\[.{1,20}\]")  # a raised [3] counts somebody's notes; a raised 6 is an exponent


def page_text(data: bytes) -> str:
    """Raises `MarkupError` for bytes that are no page, or one beyond all bounds."""
    root = parse_html(data)
    text = "".join(_text(next(root.iter("main"), root)))
    return "\n".join(" ".join(line.split()) for line in text.splitlines())


def _text(element: Element) -> Iterator[str]:
    """An element's text with its tail: a block on lines of its own, what is not read as nothing."""
    unseen = element.tag in _UNREAD or element.get("hidden") is not None or element.get("popover") is not None
    if not unseen:
        yield from _shown(element)
    yield (element.tail or "").replace("\n", " ")


def _shown(element: Element) -> Iterator[str]:
    inner = (element.text or "").replace("\n", " ") + "".join(part for child in element for part in _text(child))
    if element.tag in _BLOCKS:
        yield f"\n{_lead(element.tag)}{inner.strip() if _lead(element.tag) else inner}\n"
    elif element.tag == "br":
        yield "\n"
    elif element.tag == "a" and (address := element.get("href")):
        yield f"[{inner.strip()}]({address})" if inner.strip() else ""
    elif element.tag == "button":  # of our own pages: p5,7 opens what stands on these pages; others are no text
        yield (
            "".join(f"[{page}](pdf#page={page})" for page in _PAGES.findall(inner))
            if "cite" in _classes(element)
            else ""
        )
    elif element.tag in ("strong", "b") and inner.strip():
        yield f"**{inner.strip()}**"
    elif element.tag == "sup":
        yield "" if _MARK.fullmatch(inner) else f"^{inner}" if inner.isdigit() else inner
    else:
        yield inner


def _lead(tag: str) -> str:
    return f"{'#' * int(tag[1])} " if re.fullmatch("h[1-6]", tag) else "- " if tag == "li" else ""


def _classes(element: Element) -> list[str]:
    return (element.get("class") or "").split()
