"""Atom (RFC 4287): a feed is its newest digests, each with its full text and an id that never changes."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from lxml import etree  # type: ignore[import-untyped]

from summarizer.site.rich import visible

_NAMESPACE = "http://www.w3.org/2005/Atom"


@dataclass(frozen=True, slots=True)
class FeedEntry:
    id: str  # of the paper
    title: str
    url: str  # of the page, absolute; "" for a local PDF on a site without an address
    updated: str  # ISO time
    authors: tuple[str, ...]
    categories: tuple[str, ...]
    summary: str
    content: str  # HTML


def atom(title: str, url: str, entries: Sequence[FeedEntry], updated: str) -> bytes:
    """`url`: the feed's own address, or "" where the site's is not known: then entries lead to arXiv."""
    feed = etree.Element(_tag("feed"), nsmap={None: _NAMESPACE})
    _add(feed, "id", url or _urn(title))
    _add(feed, "title", title)
    _add(feed, "updated", updated)
    if url:
        _add(feed, "link", rel="self", href=url, type="application/atom+xml")
    _add(_add(feed, "author"), "name", "summarizer")
    for entry in entries:
        node = _add(feed, "entry")
        _add(node, "id", _urn(entry.id))
        _add(node, "title", entry.title)
        _add(node, "updated", entry.updated)
        if entry.url:
            _add(node, "link", rel="alternate", href=entry.url, type="text/html")
        for name in entry.authors:
            _add(_add(node, "author"), "name", name)
        for category in entry.categories:
            _add(node, "category", term=visible(category))
        _add(node, "summary", entry.summary)
        _add(node, "content", entry.content, type="html")
    return bytes(etree.tostring(feed, xml_declaration=True, encoding="utf-8"))


def _urn(name: str) -> str:
    """The same for a paper wherever its site is."""
    return f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, f'summarizer:{name}')}"


def _tag(name: str) -> str:
    return f"{{{_NAMESPACE}}}{name}"


def _add(parent: etree._Element, name: str, text: str | None = None, **attributes: str) -> etree._Element:
    node = etree.SubElement(parent, _tag(name), attributes)
    node.text = visible(text) if text else None
    return node
