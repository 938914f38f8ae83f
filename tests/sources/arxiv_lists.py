"""The parts of the loopback arXiv that are about mailings: listing and catchup pages, RSS, searches by submission."""

from __future__ import annotations

import re
from datetime import date, datetime
from html import escape
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from arxiv_server import ArxivServer, Record

PAGE_SIZE = 2000
HEADINGS = {"new": "New submissions", "cross": "Cross submissions", "replaced": "Replacement submissions"}
_ARCHIVES = frozenset({"cs", "hep-th", "q-bio", "math"})

Row = tuple[str, "Record"]


def answer(server: ArxivServer, path: str, query: dict[str, str]) -> tuple[int, str, str] | None:
    """(status, content type, body) if the path is one of these."""
    kind, _, rest = path.lstrip("/").partition("/")
    category, _, day = rest.partition("/")
    if kind in ("list", "catchup") and category.partition(".")[0] not in _ARCHIVES:
        return 400, "text/html", "<html><h1>Bad Request</h1><p>Invalid archive or category</p></html>"
    if kind == "list" and day == "new":
        return 200, "text/html; charset=utf-8", list_page(server, category, int(query.get("skip", 0)))
    if kind == "catchup":
        skip = (int(query["page"]) - 1) * PAGE_SIZE
        return 200, "text/html; charset=utf-8", catchup_page(server, category, day, skip, query["abs"] == "True")
    if kind == "rss":
        return 200, "application/rss+xml", rss(server, rest.split("+"))
    if path == "/api/query" and "search_query" in query:
        return 200, "application/atom+xml", search(server, query)
    return None


def rows(server: ArxivServer, category: str, day: str) -> list[Row]:
    """What a category got in a mailing, in the order of the page."""
    found: list[Row] = []
    for record in server.records.values():
        own = record.categories.split()
        hits = [name for name in own if name == category or name.startswith(f"{category}.")]
        if hits and record.announced == day:
            found.append(("new" if own[0] in hits else "cross", record))
        elif hits and day in record.later:
            found.append((record.later[day], record))
    return sorted(found, key=lambda row: (list(HEADINGS).index(row[0]), row[1].id))


def list_page(server: ArxivServer, category: str, skip: int) -> str:
    day = date.fromisoformat(server.newest)
    found = rows(server, category, server.newest)
    paging = f"<div class='paging'>Total of {len(found)} entries</div>" if found else ""
    body = "".join(_sections(found, skip, True)) or "<p>No updates today.</p>"
    return _page(f"<h3>Showing new listings for {day:%A}, {day.day} {day:%B %Y}</h3>{paging}{body}{paging}")


def catchup_page(server: ArxivServer, category: str, day: str, skip: int, abstracts: bool) -> str:
    when = f"{date.fromisoformat(day):%a, %d %b %Y}"
    found = rows(server, category, day)
    mailings = {r.announced for r in server.records.values()} | {d for r in server.records.values() for d in r.later}
    after = min((other for other in mailings | {server.newest} if day < other <= server.newest), default=None)
    link = (
        f'<a href="/catchup/{category}/{after}?abs=True&page=1">Continue to the next day</a><br><br>' if after else ""
    )
    total = f"<div>{link} Total of {len(found)} entries for {when}</div>"
    body = "".join(_sections(found, skip, abstracts)) or f"<p>No updates for {when}. There was no announcement.</p>"
    return _page(f"<h1>Catchup results for Some Field on {when}</h1>{total}{body}{total}")


def _page(body: str) -> str:
    return (
        "<!DOCTYPE html><html lang='en'><head><title>Some Field</title></head><body><div id='dlpage'>"
        f"{body}</div><footer>Total of things</footer></body>\n</html>\n"
    )


def _sections(found: list[Row], skip: int, abstracts: bool) -> list[str]:
    page = found[skip : skip + PAGE_SIZE]
    out = []
    for kind, heading in HEADINGS.items():
        shown = [record for what, record in page if what == kind]
        total = sum(what == kind for what, _ in found)
        if shown:
            words = "showing" if len(shown) == total else "continued, showing last" if skip else "showing first"
            out.append(f"<dl id='articles'>\n<h3>{heading} ({words} {len(shown)} of {total} entries)</h3>\n")
            out += [_entry(kind, record, abstracts) for record in shown]
            out.append("</dl>")
    return out


def _entry(kind: str, record: Record, abstracts: bool) -> str:
    own = record.categories.split()
    note = {"cross": f"(cross-list from {own[0]})", "replaced": "(replaced)"}.get(kind, "")
    people = ", ".join(f'<a href="/search/?searchtype=author">{escape(name)}</a>' for name in record.names())
    fields = "".join(
        f"{'; ' if n else ''}{'<span class=primary-subject>' if not n else ''}Some Field ({name}){'</span>' if not n else ''}"
        for n, name in enumerate(own)
    )
    comment = (
        f"<div class='list-comments mathjax'><span class='descriptor'>Comments:</span> {escape(record.comments)}</div>"
    )
    abstract = escape(record.abstract).replace("\n", "<br/>")
    abstract = re.sub(r"(https://\S+\w)", r'<a href="\1" rel="external">this https URL</a>', abstract)
    return (
        f'<dt><a name=\'item1\'>[1]</a> <a href ="/abs/{record.id}" title="Abstract" id="{record.id}">arXiv:{record.id}</a>'
        f' {note} [<a href="/pdf/{record.id}" title="Download PDF">pdf</a>]</dt>\n<dd><div class=\'meta\'>'
        f"<div class='list-title mathjax'><span class='descriptor'>Title:</span>\n {escape(record.title)}</div>"
        f"<div class='list-authors'>{people}</div>{comment if record.comments else ''}"
        f"<div class='list-subjects'><span class='descriptor'>Subjects:</span> {fields}</div>"
        f"{f'<p class=mathjax>{abstract}</p>' if abstracts and kind != 'replaced' else ''}</div></dd>\n"
    )


def rss(server: ArxivServer, categories: list[str]) -> str:
    items: dict[str, str] = {}
    for category in categories:
        for kind, record in rows(server, category, server.rss_of.get(category, server.newest)):
            if record.id not in items or kind == "new":
                items[record.id] = _item(kind, record)
    built = datetime.fromisoformat(server.rss_built or server.newest).replace(tzinfo=ZoneInfo("America/New_York"))
    return (
        "<?xml version='1.0' encoding='UTF-8'?><rss version='2.0' xmlns:arxiv='http://arxiv.org/schemas/atom' "
        "xmlns:dc='http://purl.org/dc/elements/1.1/'><channel><title>updates on arXiv.org</title>"
        f"<pubDate>{built:%a, %d %b %Y %H:%M:%S %z}</pubDate>{''.join(items.values())}</channel></rss>"
    )


def _item(kind: str, record: Record) -> str:
    version = f"{record.id}v{len(record.dates)}"
    kind = {"replaced": "replace"}.get(kind, kind)
    return (
        f"<item><title>{escape(record.title)}</title><link>https://arxiv.org/abs/{record.id}</link>"
        f"<description>arXiv:{version} Announce Type: {kind} \nAbstract: {escape(record.abstract)}</description>"
        f"<guid isPermaLink='false'>oai:arXiv.org:{version}</guid>"
        + "".join(f"<category>{name}</category>" for name in record.categories.split())
        + f"<arxiv:announce_type>{kind}</arxiv:announce_type><dc:rights>{record.license}</dc:rights>"
        f"<dc:creator>{escape(', '.join(record.names()))}</dc:creator></item>"
    )


def search(server: ArxivServer, query: dict[str, str]) -> str:
    """Searches by `submittedDate` and categories, oldest first; the latest version of each."""
    from arxiv_server import atom, atom_entry

    start, end = re.findall(r"\d{12}", query["search_query"])
    asked = re.findall(r"cat:([a-z-]+(?:\.[A-Z]+)?)", query["search_query"])
    found = [
        record
        for record in sorted(server.records.values(), key=lambda record: record.dates[0])
        if start <= re.sub(r"\D", "", record.dates[0])[:12] <= end
        and (not asked or any(name.startswith(tuple(asked)) for name in record.categories.split()))
    ]
    first = int(query["start"])
    page = found[first : first + int(query["max_results"])]
    return atom("".join(atom_entry(record, len(record.dates)) for record in page), len(found))
