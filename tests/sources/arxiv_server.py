"""A small arXiv on the loopback interface: /oai, /api/query, /abs, /pdf and /html of a few papers, with faults on order.

/list, /catchup, /rss and searches of the API are in `arxiv_lists`; `newest` is the date of the last mailing.

    with ArxivServer([Record("2401.00001")]) as server:
        server.fault("/oai", status=503, times=2)
        ... Config(arxiv_url=server.url, arxiv_delay_seconds=0.05) ...
        server.requests                       # what was asked, when, with which Range and User-Agent

The shapes of the answers follow the public templates of arXiv (arxiv-browse, oaipmh) and its API manual.
"""

import contextlib
import hashlib
import re
import socket
import struct
import threading
import time
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape, quoteattr

import arxiv_lists


def make_pdf(size: int = 4000) -> bytes:
    """Bytes that begin and end like a PDF; enough for transport, not for a parser."""
    return b"%PDF-1.7\n" + bytes(i * 31 % 251 for i in range(size)) + b"\nstartxref\n0\n%%EOF\n"


@dataclass
class Record:
    id: str
    title: str = "A Study of Small Servers"
    authors: str = r"Zo{\"e} M{\"u}ller (ETH, Z{\"u}rich), Ann Lee and Bo Chen"  # as arXivRaw has them
    abstract: str = "We show that a small server is enough."
    categories: str = "cs.CL cs.AI"
    dates: list[str] = field(default_factory=lambda: ["2024-01-02T03:04:05Z"])  # one a version
    withdrawn: set[int] = field(default_factory=set)
    license: str = "http://creativecommons.org/licenses/by/4.0/"
    comments: str = ""
    old_titles: dict[int, str] = field(default_factory=dict)
    pdf: bytes | None = field(default_factory=make_pdf)  # None: arXiv cannot build it
    html: bytes | None = None  # the page of LaTeXML; None: arXiv has none
    announced: str = ""  # the mailing date of version 1
    later: dict[str, str] = field(default_factory=dict)  # {mailing date: "cross" or "replaced"}

    def names(self) -> list[str]:
        plain = re.sub(r"\([^)]*\)", "", self.authors).replace(r"{\"e}", "ë").replace(r"{\"u}", "ü")
        return [name.strip() for name in re.split(r",|\band\b", plain) if name.strip()]


@dataclass
class Fault:
    """What happens to requests whose path (with query) matches; `after` of them are let through first."""

    match: str
    times: int = 10**9
    after: int = 0
    status: int = 0
    body: bytes = b"Rate exceeded."
    headers: dict[str, str] = field(default_factory=dict)
    hang: float = 0  # seconds of silence
    reset: int | None = None  # RST after so many bytes of the body
    truncate: int | None = None  # close after so many bytes, the announced length says more
    cut: int | None = None  # only so many bytes, with a length to match
    no_range: bool = False
    etag: str = ""
    bytes_per_second: int = 0


@dataclass
class Seen:
    time: float
    path: str
    headers: dict[str, str]
    in_flight: int
    status: int = 0


class ArxivServer(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, records: list[Record]) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.records = {record.id: record for record in records}
        self.pages: dict[str, tuple[int, dict[str, str], bytes]] = {}  # other paths
        self.newest = ""  # the newest mailing date
        self.rss_of: dict[str, str] = {}  # {category: the mailing it is stuck at}
        self.rss_built = ""  # if not `newest`
        self.requests: list[Seen] = []
        self.faults: list[Fault] = []
        self.lock = threading.Lock()
        self.in_flight = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def fault(self, match: str, **what: Any) -> None:
        self.faults.append(Fault(match, **what))

    def paths(self, start: str = "") -> list[str]:
        return [seen.path for seen in self.requests if seen.path.startswith(start)]

    def __enter__(self) -> Self:
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.shutdown()
        self.server_close()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that hang up are part of the tests."""

    def find(self, name: str) -> tuple[Record, int] | None:
        found = re.fullmatch(r"(.+?)(?:v(\d+))?", name)
        record = self.records.get(found[1]) if found else None
        if not record or not found:
            return None
        version = int(found[2] or len(record.dates))
        return (record, version) if version <= len(record.dates) else None


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: ArxivServer

    def log_message(self, *_: Any) -> None:
        pass

    def do_GET(self) -> None:
        server = self.server
        with server.lock:
            server.in_flight += 1
            seen = Seen(time.monotonic(), self.path, {k.lower(): v for k, v in self.headers.items()}, server.in_flight)
            server.requests.append(seen)
            self.fault = self._pick_fault()
        try:
            time.sleep(self.fault.hang)
            seen.status = self._answer()
        except OSError:
            self.close_connection = True
        finally:
            with server.lock:
                server.in_flight -= 1

    def _pick_fault(self) -> Fault:
        for fault in self.server.faults:
            if re.search(fault.match, self.path):
                if fault.after:
                    fault.after -= 1
                elif fault.times:
                    fault.times -= 1
                    return fault
        return Fault("")

    def _answer(self) -> int:
        url = urlsplit(self.path)
        path = unquote(url.path)
        query = {name: values[-1] for name, values in parse_qs(url.query).items()}
        if self.fault.status:
            return self._send(self.fault.status, "text/html", self.fault.body)
        if path in self.server.pages:
            status, headers, body = self.server.pages[path]
            return self._send(status, headers.pop("Content-Type", "text/html"), body, headers)
        if path == "/oai":
            return self._send(200, "text/xml", oai_record(self.server, query).encode())
        if lists := arxiv_lists.answer(self.server, path, query):
            status, kind, text = lists
            return self._send(status, kind, text.encode())
        if path == "/api/query":
            return self._send(200, "application/atom+xml", atom_feed(self.server, query).encode())
        kind, _, name = path.lstrip("/").partition("/")
        found = self.server.find(name)
        if kind not in ("abs", "pdf", "html") or not found:
            return self._send(404, "text/html", b"<title>No document</title>")
        if kind == "html":
            return self._send_html(*found)
        if kind == "abs":
            return self._send(200, "text/html; charset=utf-8", abs_page(*found).encode())
        return self._send_pdf(*found)

    def _send_html(self, record: Record, version: int) -> int:
        """The page in arXiv's frame, which says whose it is."""
        if record.html is None:
            return self._send(404, "text/html", f"<h1>No HTML for '{record.id}v{version}'</h1>".encode())
        mark = f"arXiv:{record.id}v{version} [{record.categories.split()[0]}] 02 Jan 2024"
        frame = f'<div id="infobox"><div id="watermark-tr">{mark}</div></div><article'.encode()
        page = record.html.replace(b"<article", frame, 1)
        return self._send(200, "text/html; charset=utf-8", page, {"ETag": f'"{hashlib.md5(page).hexdigest()}"'})

    def _send_pdf(self, record: Record, version: int) -> int:
        if version in record.withdrawn:
            return self._send(404, "text/html", b"<title>Paper withdrawn</title><h1>has been withdrawn</h1>")
        if record.pdf is None:
            return self._send(500, "text/html", b"<title>PDF unavailable</title><h1>PDF Unavailable</h1>")
        etag = self.fault.etag or f'"{hashlib.md5(record.pdf).hexdigest()}"'
        headers = {"ETag": etag, "Accept-Ranges": "bytes"}
        asked = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range") or "")
        size = len(record.pdf)
        if not asked or self.fault.no_range or self.headers.get("If-Range", etag) != etag:
            return self._send(200, "application/pdf", record.pdf, headers, chunked=True)
        start = int(asked[1])
        if start >= size:
            return self._send(416, "application/pdf", b"", {**headers, "Content-Range": f"bytes */{size}"})
        headers["Content-Range"] = f"bytes {start}-{size - 1}/{size}"
        return self._send(206, "application/pdf", record.pdf[start:], headers)

    def _send(
        self, status: int, kind: str, body: bytes, headers: dict[str, str] | None = None, chunked: bool = False
    ) -> int:
        fault = self.fault
        if fault.cut is not None:
            body = body[: fault.cut]
        self.send_response(status)
        for name, value in {"Content-Type": kind, **(headers or {}), **fault.headers}.items():
            self.send_header(name, value)
        if chunked:
            self.send_header("Transfer-Encoding", "chunked")
        else:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        limit = next((n for n in (fault.reset, fault.truncate) if n is not None), len(body))
        step = max(1, fault.bytes_per_second // 20) if fault.bytes_per_second else 65536
        for start in range(0, min(limit, len(body)), step):
            piece = body[start : min(start + step, limit)]
            self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece) if chunked else piece)
            self.wfile.flush()
            time.sleep(0.05 if fault.bytes_per_second else 0)
        if fault.reset is not None:
            self._reset()
        elif fault.truncate is not None:
            self.close_connection = True
        elif chunked:
            self.wfile.write(b"0\r\n\r\n")
        return status

    def _reset(self) -> None:
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.rfile.close()
        self.connection.close()

    def finish(self) -> None:
        with contextlib.suppress(OSError, ValueError):
            super().finish()


def oai_record(server: ArxivServer, query: dict[str, str]) -> str:
    identifier = query.get("identifier", "").removeprefix("oai:arXiv.org:")
    head = '<?xml version="1.0" encoding="UTF-8"?>\n<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/">'
    record = server.records.get(identifier)
    if not record:
        return f"{head}<error code='idDoesNotExist'>unknown or illegal in this repository.</error></OAI-PMH>"
    versions = "".join(
        f'<version version="v{n}"><date>{_when(date):%a, %d %b %Y %H:%M:%S} GMT</date><size>12kb</size>'
        f"<source_type>{'I' if n in record.withdrawn else 'D'}</source_type></version>"
        for n, date in enumerate(record.dates, 1)
    )
    return (
        f"{head}<GetRecord><record><header><identifier>oai:arXiv.org:{record.id}</identifier></header><metadata>"
        f'<arXivRaw xmlns="http://arxiv.org/OAI/arXivRaw/"><id>{record.id}</id><submitter>S</submitter>{versions}'
        f"<title>{escape(record.title)}</title><authors>{escape(record.authors)}</authors>"
        f"<categories>{record.categories}</categories><comments>{escape(record.comments)}</comments>"
        f"<license>{record.license}</license><abstract>  {escape(record.abstract)}\n</abstract>"
        "</arXivRaw></metadata></record></GetRecord></OAI-PMH>"
    )


def atom_feed(server: ArxivServer, query: dict[str, str]) -> str:
    found = [hit for hit in map(server.find, query.get("id_list", "").split(",")) if hit]
    entries = "".join(atom_entry(record, version) for record, version in found)
    return atom(entries, len(found))


def atom(entries: str, total: int) -> str:
    return (
        '<?xml version="1.0" encoding="UTF-8"?><feed xmlns="http://www.w3.org/2005/Atom" '
        'xmlns:arxiv="http://arxiv.org/schemas/atom" xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/">'
        f"<opensearch:totalResults>{total}</opensearch:totalResults>{entries}</feed>"
    )


def atom_entry(record: Record, version: int) -> str:
    title = record.old_titles.get(version, record.title)
    return (
        f"<entry><id>http://arxiv.org/abs/{record.id}v{version}</id><title>{escape(title)}</title>"
        f"<updated>{record.dates[version - 1]}</updated><summary>{escape(record.abstract)}</summary>"
        + "".join(f'<category term="{name}"/>' for name in record.categories.split())
        + f'<published>{record.dates[0]}</published><arxiv:primary_category term="{record.categories.split()[0]}"/>'
        + "".join(f"<author><name>{escape(name)}</name></author>" for name in record.names())
        + "</entry>"
    )


def abs_page(record: Record, version: int) -> str:
    history = "<br/>".join(
        f"<strong>[v{n}]</strong> {_when(date):%a, %d %b %Y %H:%M:%S} UTC (12 KB)"
        + (" <em>(withdrawn)</em>" if n in record.withdrawn else "")
        for n, date in enumerate(record.dates, 1)
    )
    people = "".join(
        f"<meta name='citation_author' content={quoteattr(', '.join(reversed(name.rsplit(' ', 1))))} />"
        for name in record.names()
    )
    subjects = "; ".join(f"Some Field ({name})" for name in record.categories.split())
    return (
        f"<!DOCTYPE html><html><head><title>[{record.id}v{version}] {escape(record.title)}</title>{people}"
        f'<meta name="citation_arxiv_id" content="{record.id}"/></head><body><h1>Computer Science</h1>'
        f'<h1 class="title mathjax"><span class="descriptor">Title:</span>{escape(record.title)}</h1>'
        f'<blockquote class="abstract mathjax"><span class="descriptor">Abstract:</span>{escape(record.abstract)}'
        f'</blockquote><table><tr><td class="tablecell subjects"><span class="primary-subject">{subjects}</span></td>'
        f'</tr></table><div class="submission-history"><h2>Submission history</h2>{history}</div>'
        f'<div class="abs-license"><a href="{record.license}">view license</a></div></body></html>'
    )


def _when(date: str) -> datetime:
    return datetime.fromisoformat(date)
