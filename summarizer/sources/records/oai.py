"""One paper from OAI-PMH, format arXivRaw: the only source that gives versions with dates and the licence at once.

https://info.arxiv.org/help/oa/index.html. Errors come with HTTP 200; only the latest version is described.
"""

from urllib.parse import urlencode
from xml.etree import ElementTree

from summarizer.errors import UnknownPaperError
from summarizer.html.markup import MarkupError, parse_xml
from summarizer.sources.http.answers import BadAnswer, FetchedPage, OpenResponse, read_page
from summarizer.sources.http.fetch import Fetcher
from summarizer.sources.ids import Ref
from summarizer.sources.records.paper import choose_version, iso_from_mail, make_paper, name_of
from summarizer.sources.records.text import split_authors
from summarizer.types import Paper

_IGNORED = "I"  # source type of a withdrawn version (arxiv-base, document/version.py)


def from_oai(ref: Ref, fetcher: Fetcher, tries: int) -> Paper:
    """GetRecord for `ref`. Raises `UnknownPaperError`, `BadAnswer` and what `Fetcher.ask` raises."""
    question = {"verb": "GetRecord", "metadataPrefix": "arXivRaw", "identifier": f"oai:arXiv.org:{ref.value}"}
    url = f"{fetcher.hosts.oai}?{urlencode(question)}"

    def read(answer: OpenResponse) -> Paper:
        return _parse(ref, read_page(answer))

    return fetcher.ask(url, read, tries=tries)


def _parse(ref: Ref, page: FetchedPage) -> Paper:
    record = _record(ref, page)
    if _text(record, "id") != ref.value:
        raise BadAnswer(f"oai: asked for {ref.value}, got {_text(record, 'id')!r}")
    dates = {}
    withdrawn = set()
    for entry in record.findall("{*}version"):
        number = entry.get("version", "").removeprefix("v")
        if not number.isdecimal():
            raise BadAnswer(f"oai: {ref.value} has a version {number!r}")
        dates[int(number)] = iso_from_mail(_text(entry, "date"))
        if _IGNORED in _text(entry, "source_type"):
            withdrawn.add(int(number))
    authors = split_authors(_text(record, "authors"))
    categories = _text(record, "categories").split()
    if not (dates and authors and categories):
        raise BadAnswer(f"oai: the record of {ref.value} is incomplete")
    latest = max(dates)
    version = choose_version(ref, latest)
    if version not in dates:
        raise BadAnswer(f"oai: the record of {ref.value} lacks version {version}")
    return make_paper(
        ref,
        version,
        source="oai",
        title=_text(record, "title"),
        authors=authors,
        abstract=_text(record, "abstract"),
        categories=categories,
        published=dates[min(dates)],
        updated=dates[version],
        versions=latest,
        license=_text(record, "license"),
        comment=_text(record, "comments"),
        journal_ref=_text(record, "journal-ref"),
        doi=_text(record, "doi"),
        withdrawn=version in withdrawn,
    )


def _record(ref: Ref, page: FetchedPage) -> ElementTree.Element:
    if page.status != 200:
        raise BadAnswer(f"oai: HTTP {page.status}")
    try:
        root = parse_xml(page.body)
    except MarkupError as error:
        raise BadAnswer(f"oai: {error}") from error
    if not root.tag.endswith("}OAI-PMH"):
        raise BadAnswer(f"oai: not an OAI answer but <{root.tag}>")
    if (problem := root.find("{*}error")) is not None:
        if problem.get("code") == "idDoesNotExist":
            raise UnknownPaperError(name_of(ref))
        raise BadAnswer(f"oai: {problem.get('code')}: {(problem.text or '').strip()}")
    header = root.find(".//{*}header")
    if header is not None and header.get("status") == "deleted":
        raise UnknownPaperError(name_of(ref), " (its record was deleted)")
    record = root.find(".//{*}arXivRaw")
    if record is None:
        raise BadAnswer("oai: no record")
    return record


def _text(element: ElementTree.Element, tag: str) -> str:
    return (element.findtext(f"{{*}}{tag}") or "").strip()
