"""One paper from its abstract page, the last resort: `citation_*` meta tags and the marked parts of the page.

Classes and tags as in arxiv-browse, templates/abs/abs.html and formatting/metatags.py.
"""

import re
from html.parser import HTMLParser

from summarizer.errors import UnknownPaperError
from summarizer.sources.http.answers import Answer, BadAnswer, Page, read_page
from summarizer.sources.http.fetch import TRIES, Fetcher
from summarizer.sources.ids import Ref
from summarizer.sources.records.paper import choose_version, iso_from_mail, make_paper, name_of
from summarizer.sources.records.text import split_authors
from summarizer.types import Paper

_PARTS = frozenset(
    {
        ("title", ""), ("h1", "title"), ("div", "authors"), ("blockquote", "abstract"), ("td", "comments"),
        ("td", "subjects"), ("td", "jref"), ("div", "submission-history"), ("div", "abs-license"),
    }
)  # fmt: skip
_VOID = frozenset({"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"})
_VERSION = re.compile(
    r"\[v(?P<number>\d+)\]\s*(?P<date>\w{3}, \d{1,2} \w{3} \d{4} [\d:]{8}) (?:UTC|GMT)\s*\([^)]*\)"
    r"\s*(?P<gone>\(withdrawn\))?"
)
_CATEGORY = re.compile(r"\(([a-z-]+(?:\.[A-Za-z-]+)?)\)")


def from_abs(ref: Ref, fetcher: Fetcher, tries: int = TRIES) -> Paper:
    """The abstract page of `ref`. Raises `UnknownPaperError`, `BadAnswer` and what `Fetcher.ask` raises."""

    def read(answer: Answer) -> Paper:
        return _parse(ref, read_page(answer))

    return fetcher.ask(f"{fetcher.hosts.site}/abs/{name_of(ref)}", read, tries=tries)


def _parse(ref: Ref, page: Page) -> Paper:
    if page.status == 404:
        raise UnknownPaperError(name_of(ref))
    if page.status != 200:
        raise BadAnswer(f"abs: HTTP {page.status}")
    html = _AbsPage()
    html.feed(page.body.decode("utf-8", errors="replace"))
    html.close()
    found = re.match(r"\[(.+?)(?:v\d+)?\]", html.text("title"))
    if not found or found[1] != ref.value:
        raise BadAnswer(f"abs: not the page of {ref.value}")
    history = {int(v["number"]): v for v in _VERSION.finditer(html.text("div", "submission-history"))}
    abstract = html.text("blockquote", "abstract").removeprefix("Abstract:")
    if not (history and abstract):
        raise BadAnswer(f"abs: the page of {ref.value} is incomplete")
    latest = max(history)
    version = choose_version(ref, latest)
    if version not in history:
        raise BadAnswer(f"abs: the page of {ref.value} lacks version {version}")
    authors = [_first_name_first(name) for name in html.meta.get("citation_author", [])]
    return make_paper(
        ref,
        version,
        source="abs",
        title=html.text("h1", "title").removeprefix("Title:"),
        authors=authors or split_authors(html.text("div", "authors").removeprefix("Authors:")),
        abstract=abstract,
        categories=_CATEGORY.findall(html.text("td", "subjects")),
        published=iso_from_mail(f"{history[min(history)]['date']} GMT"),
        updated=iso_from_mail(f"{history[version]['date']} GMT"),
        versions=latest,
        license=html.license,
        comment=html.text("td", "comments"),
        journal_ref=html.text("td", "jref"),
        doi=" ".join(html.meta.get("citation_doi", [])),
        withdrawn=bool(history[version]["gone"]),
    )


def _first_name_first(name: str) -> str:
    last, comma, first = name.partition(",")
    return f"{first.strip()} {last.strip()}" if comma else name


class _AbsPage(HTMLParser):
    """Collects the `citation_*` tags, the licence link and the text of the elements in `_PARTS`."""

    def __init__(self) -> None:
        super().__init__()
        self.meta: dict[str, list[str]] = {}
        self.license = ""
        self._texts: dict[tuple[str, str], list[str]] = {}
        self._open: list[tuple[str, str]] = []  # from the outside in; ("", "") for what is not in `_PARTS`
        self._tags: list[str] = []

    def text(self, tag: str, css_class: str = "") -> str:
        return " ".join("".join(self._texts.get((tag, css_class), [])).split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        classes = values.get("class", "").split()
        if tag == "meta" and values.get("name", "").startswith("citation_"):
            self.meta.setdefault(values["name"], []).append(values.get("content", ""))
        if tag == "a" and ("abs-license" in classes or ("div", "abs-license") in self._open):
            self.license = self.license or values.get("href", "")
        if tag not in _VOID:
            self._tags.append(tag)
            self._open.append(next(((tag, c) for c in ["", *classes] if (tag, c) in _PARTS), ("", "")))

    def handle_endtag(self, tag: str) -> None:
        if tag in self._tags:
            while self._tags.pop() != tag:
                self._open.pop()
            self._open.pop()

    def handle_data(self, data: str) -> None:
        for part in set(self._open) & _PARTS:
            self._texts.setdefault(part, []).append(data)
