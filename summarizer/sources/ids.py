"""What a user may call a paper, and what its files are called.

What people paste is read generously, as long as it can mean one thing: ids in full-width digits, with the stamp of the
first page, in brackets; the addresses of sites that are about arXiv's papers, which carry its id; the landing pages of
publishers whose PDFs have addresses that follow from them.

The rules of arXiv's ids (https://info.arxiv.org/help/arxiv_identifier.html): `YYMM.NNNN` from April 2007,
`YYMM.NNNNN` from January 2015, `archive/YYMMNNN` before; a subject class (`math.GT/0309136`) is no part of the id.
"""

import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import parse_qsl, unquote, urlsplit

from summarizer.errors import UsageError

FORMS = """accepted are
  an arXiv id             2410.11988  2410.11988v2  hep-th/9901001  arXiv:2410.11988
  an arXiv address        https://arxiv.org/abs/2410.11988 (also pdf, html; huggingface.co/papers, alphaxiv.org, ...)
  an arXiv DOI            10.48550/arXiv.2410.11988
  a PDF on the web        https://example.org/paper.pdf (or its page at OpenReview, ACL Anthology, PMLR, NeurIPS, CVF)
  a PDF on this machine   ./paper.pdf  or a folder of them
  a list of these         @list.txt  or - for standard input"""

# The archives of ids before April 2007; without the list a path like `papers/0001001` would look like an id.
_ARCHIVES = (
    "acc-phys|adap-org|alg-geom|ao-sci|astro-ph|atom-ph|bayes-an|chao-dyn|chem-ph|cmp-lg|comp-gas|cond-mat|cs|dg-ga|"
    "funct-an|gr-qc|hep-ex|hep-lat|hep-ph|hep-th|math|math-ph|mtrl-th|nlin|nucl-ex|nucl-th|patt-sol|physics|plasm-ph|"
    "q-alg|q-bio|quant-ph|solv-int|supr-con"
)
_ID = re.compile(
    r"(?:arxiv[:.\s]\s*|(?:doi:\s*)?10\.48550/arxiv\.)?"
    r"(?:(?P<month>[0-9]{2}(?:0[1-9]|1[0-2]))\.(?P<number>[0-9]{4,5})"
    rf"|(?P<archive>{_ARCHIVES})(?:\.[a-z]{{2}})?/(?P<old>[0-9]{{2}}(?:0[1-9]|1[0-2])[0-9]{{3}}))"
    r"(?:v(?P<version>[1-9][0-9]{0,3}))?(?:\.pdf)?"
    r"(?:\s*\[[a-z.-]+\]?[^\[\]]{0,40})?",  # "arXiv:2410.11988v1 [cs.CL] 15 Oct 2024", the stamp on a first page
    re.IGNORECASE,
)
_ARXIV_PATH = re.compile(r"/(?:abs|pdf|html|src|e-print|format|ps)/(.+?)/?", re.IGNORECASE)
_ARXIV_LISTING = re.compile(r"/(?:list|catchup)/([a-z-]+(?:\.[A-Za-z-]+)?)/.*")
_ARXIV_ADDRESS = re.compile(r"https?://(?:[a-z]+\.)?arxiv\.org/(?:abs|pdf|html)/", re.IGNORECASE)
_DOI_HOST = re.compile(r"(?:dx\.|www\.)?doi\.org", re.IGNORECASE)
_DOI = re.compile(r"(?:doi:\s*)?10\.[0-9]{4,9}/", re.IGNORECASE)
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]+:", re.IGNORECASE)
_BARE_ADDRESS = re.compile(r"(?:[a-z0-9-]+\.)+[a-z]{2,}/[^\s]+", re.IGNORECASE)  # as a browser shows it
_WRAPPING = "<>()（）[]{}\"'`“”‘’「」《》【】,.;:，。；：、"  # what surrounds a reference in a text

_SLUG_LENGTH = 40

# The landing page of a paper -> its PDF, from the page's host and path.
_PDF_OF_PAGE = tuple(
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        (r"(https?://openreview\.net)/forum\?(?:.*&)?id=([\w-]+).*", r"\1/pdf?id=\2"),
        (r"(https?://(?:www\.)?aclanthology\.org/[A-Z0-9][\w.-]*[\w-])(?<!\.pdf)/?", r"\1.pdf"),
        (r"(https?://proceedings\.mlr\.press/v\d+/)([\w-]+)\.html", r"\1\2/\2.pdf"),
        (r"(https?://\w+\.n(?:eur)?ips\.cc/.*)/hash/(.*-)Abstract(.*)\.html", r"\1/file/\2Paper\3.pdf"),
        (r"(https?://openaccess\.thecvf\.com/.*)/html/(.*)\.html", r"\1/papers/\2.pdf"),
        (r"(https?://github\.com/[^/]+/[^/]+)/blob/(.*\.pdf)", r"\1/raw/\2"),
    )
)


@dataclass(frozen=True, slots=True)
class Ref:
    """A paper as the user named it."""

    kind: Literal["arxiv", "url", "file"]
    value: str  # arXiv id without version ("2410.11988", "hep-th/9901001"), the URL, or the path
    version: int | None = None


def parse_ref(text: str) -> Ref:
    """Tell what `text` names. Raises `UsageError` with the accepted forms if it names nothing."""
    name = text.strip()
    bare = name.strip(_WRAPPING).strip()
    if bare.lower().startswith(("http://", "https://")):
        return _parse_url(bare)
    is_file = _is_file(name)
    if is_file and name.lower().endswith(".pdf"):
        return Ref("file", name)
    if ref := _parse_id(unicodedata.normalize("NFKC", bare)):
        return ref
    if is_file:
        return Ref("file", name)
    if _BARE_ADDRESS.fullmatch(bare):
        found = _parse_url(address := f"https://{bare}")
        if found != Ref("url", address):  # else it may as well be the path of a file that is not there
            return found
    if _DOI.match(bare):
        raise _unusable(text, "a DOI that is not arXiv's; give the address of its PDF")
    if _SCHEME.match(bare):
        raise _unusable(text, "only http and https addresses are fetched")
    if name.lower().endswith(".pdf"):
        raise _unusable(text, "there is no such file")
    raise _unusable(text, "neither an arXiv id nor a file")


def file_stem(paper_id: str) -> str:
    """The name of a paper's files: "hep-th/9901001v2" -> "hep-th_9901001v2". Raises `UsageError` if unsafe."""
    stem = paper_id.replace("/", "_")
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,199}", stem):
        raise UsageError(f"{paper_id!r}: not the id of a paper")
    return stem


def pdf_id(digest: str) -> str:
    """The id of a PDF that is not arXiv's, from the SHA-256 of its bytes in hex: "pdf-" and 12 hexadecimal digits."""
    return f"pdf-{digest[:12]}"


def slug(title: str) -> str:
    """The Latin words of a title as the beginning of a file's name, "attention-is-all-you-need-"; "" without any."""
    words = re.findall(r"[a-z0-9]+", unicodedata.normalize("NFKD", title).lower())
    kept = "-".join(words)[:_SLUG_LENGTH].strip("-")
    return f"{kept}-" if kept else ""


def _parse_id(text: str) -> Ref | None:
    found = _ID.fullmatch(text)
    if not found:
        return None
    version = int(found["version"]) if found["version"] else None
    if found["old"]:
        month = found["old"][:4]
        if "0703" < month < "9107" or found["old"].endswith("000"):
            return None
        return Ref("arxiv", f"{found['archive'].lower()}/{found['old']}", version)
    month, number = found["month"], found["number"]
    if month < "0704" or len(number) != (4 if month < "1501" else 5) or int(number) == 0:
        return None
    return Ref("arxiv", f"{month}.{number}", version)


def _parse_url(url: str) -> Ref:
    try:
        parts = urlsplit(url)
        host, _ = (parts.hostname or "").rstrip("."), parts.port  # both checked when read
    except ValueError as error:
        raise _unusable(url, str(error)) from None
    if not host or parts.username is not None or re.search(r"[\s\x00-\x1f\x7f]", url):
        raise _unusable(url, "not a proper address")
    path = unquote(parts.path)
    if ref := _id_in_address(host, path, parts.query):
        return ref
    if host == "arxiv.org" or host.endswith(".arxiv.org"):
        if listing := _ARXIV_LISTING.fullmatch(path):
            raise _unusable(url, f"a listing; for its papers: summarize issue DATE --categories {listing[1]}")
        raise _unusable(url, "this page of arXiv is not a paper")
    for page, pdf in _PDF_OF_PAGE:
        if page.fullmatch(bare := url.partition("#")[0]):
            return Ref("url", page.sub(pdf, bare))
    return Ref("url", url)


def _id_in_address(host: str, path: str, query: str) -> Ref | None:
    """The arXiv paper that an address is about: its path ends in the id, or a parameter is the id or leads to it.

    A file called like an id on a host that is not arXiv's is just that file.
    """
    if host == "arxiv.org" or host.endswith(".arxiv.org"):
        named = [page[1] for page in [_ARXIV_PATH.fullmatch(path)] if page]
    elif _DOI_HOST.fullmatch(host):
        named = [path.strip("/")]
    elif path.lower().endswith(".pdf"):
        named = []
    else:
        segments = path.strip("/").split("/")
        named = [segments[-1], "/".join(segments[-2:])]
    for _, value in parse_qsl(query):
        named.append(_ARXIV_ADDRESS.sub("", value))
    return next((ref for ref in map(_parse_id, named) if ref), None)


def _is_file(name: str) -> bool:
    try:
        return Path(name).is_file()
    except OSError as error:
        raise _unusable(name, error.strerror or "cannot be read") from None


def _unusable(text: str, reason: str) -> UsageError:
    shown = text if len(text) <= 200 else text[:200] + "..."
    return UsageError(f"{shown!r}: {reason}\n{FORMS}")
