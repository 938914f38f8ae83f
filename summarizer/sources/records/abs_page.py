"""One paper from its abstract page, the last resort: `citation_*` meta tags and the marked parts of the page.

Classes and tags as in arxiv-browse, templates/abs/abs.html and formatting/metatags.py.
"""

import re

from summarizer.errors import UnknownPaperError
from summarizer.html.markup import Element, MarkupError, parse_html
from summarizer.sources.http.answers import BadAnswer, FetchedPage, OpenResponse, read_page
from summarizer.sources.http.fetch import TRIES, Fetcher
from summarizer.sources.ids import Ref
from summarizer.sources.records.paper import choose_version, iso_from_mail, make_paper, name_of
from summarizer.sources.records.text import split_authors
from summarizer.types import Paper

_VERSION = re.compile(
    r"\[v(?P<number>\d+)\]\s*(?P<date>\w{3}, \d{1,2} \w{3} \d{4} [\d:]{8}) (?:UTC|GMT)\s*\([^)]*\)"
    r"\s*(?P<gone>\(withdrawn\))?"
)
_CATEGORY = re.compile(r"\(([a-z-]+(?:\.[A-Za-z-]+)?)\)")


def from_abs(ref: Ref, fetcher: Fetcher, tries: int = TRIES) -> Paper:
    """The abstract page of `ref`. Raises `UnknownPaperError`, `BadAnswer` and what `Fetcher.ask` raises."""

    def read(answer: OpenResponse) -> Paper:
        return _parse(ref, read_page(answer))

    return fetcher.ask(f"{fetcher.hosts.site}/abs/{name_of(ref)}", read, tries=tries)


def _parse(ref: Ref, page: FetchedPage) -> Paper:
    if page.status == 404:
        raise UnknownPaperError(name_of(ref))
    if page.status != 200:
        raise BadAnswer(f"abs: HTTP {page.status}")
    try:
        root = parse_html(page.body)
    except MarkupError as error:
        raise BadAnswer(f"abs: not the page of {ref.value} ({error})") from error
    found = re.match(r"\[(.+?)(?:v\d+)?\]", _text(root, "//title"))
    if not found or found[1] != ref.value:
        raise BadAnswer(f"abs: not the page of {ref.value}")
    history = {int(v["number"]): v for v in _VERSION.finditer(_text(root, _marked("div", "submission-history")))}
    abstract = _text(root, _marked("blockquote", "abstract")).removeprefix("Abstract:")
    if not (history and abstract):
        raise BadAnswer(f"abs: the page of {ref.value} is incomplete")
    latest = max(history)
    version = choose_version(ref, latest)
    if version not in history:
        raise BadAnswer(f"abs: the page of {ref.value} lacks version {version}")
    authors = [_first_name_first(name) for name in root.xpath("//meta[@name='citation_author']/@content")]
    return make_paper(
        ref,
        version,
        source="abs",
        title=_text(root, _marked("h1", "title")).removeprefix("Title:"),
        authors=authors or split_authors(_text(root, _marked("div", "authors")).removeprefix("Authors:")),
        abstract=abstract,
        categories=_CATEGORY.findall(_text(root, _marked("td", "subjects"))),
        published=iso_from_mail(f"{history[min(history)]['date']} GMT"),
        updated=iso_from_mail(f"{history[version]['date']} GMT"),
        versions=latest,
        license=_license(root),
        comment=_text(root, _marked("td", "comments")),
        journal_ref=_text(root, _marked("td", "jref")),
        doi=" ".join(root.xpath("//meta[@name='citation_doi']/@content")),
        withdrawn=bool(history[version]["gone"]),
    )


def _first_name_first(name: str) -> str:
    last, comma, first = name.partition(",")
    return f"{first.strip()} {last.strip()}" if comma else name


def _license(root: Element) -> str:
    """The address behind the licence's link, which is in its part of the page or has its class."""
    links = root.xpath(f"{_marked('div', 'abs-license')}//a/@href | {_marked('a', 'abs-license')}/@href")
    return str(links[0]) if links else ""


def _text(root: Element, path: str) -> str:
    """The text of the first element that an XPath names, "" without one; elements are named by tag and class."""
    found = root.xpath(path)
    return " ".join(found[0].text_content().split()) if found else ""


def _marked(tag: str, css_class: str) -> str:
    return f"//{tag}[contains(concat(' ', normalize-space(@class), ' '), ' {css_class} ')]"
