"""Anybody's XML and HTML to a tree, within bounds: a page of a few MB can ask for gigabytes of memory and hours of CPU.

What makes it so is nesting, sheer number of elements, and one tag without end, whose attributes are compared with each
other. lxml is imported by those who need it: most metadata comes as XML, which the standard library reads.
"""

import re
from typing import Any
from xml.etree import ElementTree

Element = Any  # lxml has no annotations

_DEEPEST = 256  # elements within elements; libxml2 ends there, too
_MOST_TAGS = 600_000  # the fullest listing has some 120,000, the longest paper's page as many
_MOST_IN_A_TAG = 4_096  # characters beside its quoted values, which may hold a whole drawing
_PIECE = 2**16
_MOST_BETWEEN = 2**20  # bytes from where an element begins to where the next one does

_CROWDED_TAG = re.compile(rb"""<[a-zA-Z](?>"[^"<>]*+"|'[^'<>]*+'|[^<>]){%d}""" % _MOST_IN_A_TAG)


class MarkupError(ValueError):
    """Bytes that are no document, or one beyond the bounds; the message says why."""


class _BoundedTree(ElementTree.TreeBuilder):
    """Builds a tree as far as the bounds go."""

    def __init__(self) -> None:
        super().__init__()
        self.tags = self._depth = 0

    def start(self, tag: str, attributes: dict[str, str], /) -> ElementTree.Element:
        self.tags, self._depth = self.tags + 1, self._depth + 1
        if self._depth > _DEEPEST:
            raise MarkupError(f"its elements are nested too deeply, more than {_DEEPEST} levels")
        if self.tags > _MOST_TAGS:
            raise MarkupError(f"it has more than {_MOST_TAGS} tags")
        return super().start(tag, attributes)

    def end(self, tag: str, /) -> ElementTree.Element:
        self._depth -= 1
        return super().end(tag)


def parse_xml(data: bytes) -> ElementTree.Element:
    """The root of an XML document. Raises `MarkupError`.

    Reading stops at the first bound, and where no element begins in a MB: expat looks at an unfinished tag again with
    each piece. Entities that multiply are expat's to refuse.
    """
    tree = _BoundedTree()
    parser = ElementTree.XMLParser(target=tree)
    tags, since = 0, 0
    try:
        for start in range(0, len(data), _PIECE):
            parser.feed(data[start : start + _PIECE])
            if tree.tags > tags:
                tags, since = tree.tags, start
            elif start - since > _MOST_BETWEEN:
                raise MarkupError("it has a tag or a text without end")
        return parser.close()
    except ElementTree.ParseError as error:
        raise MarkupError(f"not XML ({error})") from error


def parse_html(data: bytes) -> Element:
    """The root of a page in UTF-8, without comments. Nothing is loaded. Raises `MarkupError`."""
    from lxml import etree, html  # type: ignore[import-untyped]

    if data.count(b"<") > _MOST_TAGS:
        raise MarkupError(f"it has more than {_MOST_TAGS} tags")
    if _CROWDED_TAG.search(data):
        raise MarkupError("it has a tag with too many attributes")
    parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True)
    try:
        root = html.document_fromstring(data, parser=parser)
    except etree.ParserError as error:
        raise MarkupError("the page is empty") from error
    if any(entry.type_name == "ERR_RESOURCE_LIMIT" for entry in parser.error_log):
        raise MarkupError(f"its elements are nested too deeply, more than {_DEEPEST} levels")
    return root
