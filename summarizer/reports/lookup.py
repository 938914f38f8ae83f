"""Which paper an entry of anybody's text is about: beside the text, among PDFs given, in the store, at its address."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from pathlib import Path
from urllib.parse import urlsplit

from summarizer.errors import SummarizerError, TryLaterError, UsageError
from summarizer.files import from_data, parse_json
from summarizer.output import words
from summarizer.paper.source import Library, Source, load_document, load_source, stored_source
from summarizer.reports.entries import DigestEntry
from summarizer.sources.ids import Ref, parse_ref
from summarizer.store.runs import load_digest
from summarizer.trust.evidence import Evidence
from summarizer.trust.names import key
from summarizer.trust.wordlists import Vocabulary
from summarizer.types import Claim, Digest, Document

OwnDigest = tuple[Digest, Document]


@dataclass(frozen=True)
class Found:
    """The paper of an entry. `cited` has the passages of our own sentences, by `letters` of their text."""

    paper: str
    pdf_url: str
    evidence: Evidence
    cited: Mapping[str, Claim] = field(default_factory=dict)


@dataclass(frozen=True)
class Missing:
    """Why an entry's paper was not found; `passing` if it may be tomorrow."""

    reason: str
    passing: bool = False


class Lookup:
    """Finds papers for all entries of a run; a service that is down is asked once."""

    def __init__(self, pdfs: Path | None, library: Library, vocabulary: Vocabulary) -> None:
        """`pdfs` is a folder of PDFs named by their ids, "/" of old ones as "_"; with it nothing is fetched."""
        self._library, self._vocabulary = library, vocabulary
        self._pdfs = {pdf.stem: pdf for pdf in sorted(pdfs.glob("*.pdf"))} if pdfs else {}
        self._fetches = pdfs is None
        self._by_title: dict[str, Found] | None = None
        self._reachable: dict[str, TryLaterError | None] = {}  # by service; None if it answers
        self._turns: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def find(self, entry: DigestEntry, digests: Sequence[OwnDigest]) -> Found | Missing:
        """The entry's paper; `digests` are ours beside the text, else, of a page that was copied away, in the runs."""
        if own := _own(entry, digests, self._vocabulary) or self._published(entry):
            return own
        try:
            return await (self._by_ref(entry.refs[0]) if entry.refs else self._titled(entry))
        except TryLaterError as error:
            return Missing(str(error), passing=True)
        except SummarizerError as error:
            return Missing(str(error))

    def _published(self, entry: DigestEntry) -> Found | None:
        """The paper with our digest in the runs that says most of what the entry says."""
        said = {letters(statement.text) for statement in entry.statements}
        wanted = {_base(ref) for ref in entry.refs[:1]}
        folders = [folder for folder in self._folders if not wanted or _base(folder.name) in wanted]
        digests = [own for folder in folders if (own := own_digest(folder)) and _is_of(own[0], entry)]
        papers = [_found(own, self._vocabulary) for own in digests]
        best = max(papers, key=lambda paper: len(said & paper.cited.keys()), default=None)
        return best if best and said & best.cited.keys() else None

    @cached_property
    def _folders(self) -> list[Path]:
        """The papers' folders of all runs, the newest first."""
        digests = self._library.config.runs.glob("*/papers/*/digest*.json")
        return sorted({file.parent for file in digests}, reverse=True)

    async def _by_ref(self, ref: str) -> Found | Missing:
        pdf = next((pdf for stem, pdf in self._pdfs.items() if _base(stem) == _base(ref)), None)
        named = Ref("file", str(pdf)) if pdf else parse_ref(ref)
        source = stored_source(named, self._library.config, self._library.store)
        if isinstance(source, str):
            if not self._fetches:
                return Missing(f"{ref}: not among the PDFs given")
            source = await self._fetch(named)
        source, document, _ = await load_document(source, self._library)
        address = f"https://arxiv.org/pdf/{ref}" if pdf and not ref.startswith("http") else source.paper.pdf_url
        return Found(ref if pdf else source.paper.id, address, Evidence(document, self._vocabulary))

    async def _fetch(self, ref: Ref) -> Source:
        """The paper from its address. A service is first asked once, without the patience of a nightly run."""
        hosts = self._library.fetcher.hosts
        probe = f"{hosts.oai}?verb=Identify" if ref.kind == "arxiv" else ref.value
        service = urlsplit(probe).netloc
        async with self._turns[service]:
            if service not in self._reachable:
                ask = partial(self._library.fetcher.ask, probe, lambda _answer: None, tries=1)
                try:
                    await asyncio.get_running_loop().run_in_executor(self._library.arxiv, ask)
                    self._reachable[service] = None
                except TryLaterError as error:
                    self._reachable[service] = error
        if down := self._reachable[service]:
            raise down
        return await load_source(ref, self._library)

    async def _titled(self, entry: DigestEntry) -> Found | Missing:
        """The PDF given whose title the entry names."""
        nothing = Missing("it names no arXiv id, no PDF's address and no title of a PDF given")
        if not entry.titles:
            return nothing
        async with self._turns["titles"]:
            if self._by_title is None:
                self._by_title = {title: paper async for title, paper in self._read_titles()}
        known = (self._by_title.get(key(title)) for title in entry.titles)
        return next((paper for paper in known if paper), nothing)

    async def _read_titles(self) -> AsyncIterator[tuple[str, Found]]:
        for stem, pdf in self._pdfs.items():
            try:
                source = await load_source(Ref("file", str(pdf)), self._library)
                source, document, _ = await load_document(source, self._library)
            except SummarizerError:
                continue  # not a paper that can be read, so not the one that is looked for
            yield key(document.title), Found(stem, source.paper.pdf_url, Evidence(document, self._vocabulary))


def own_digest(folder: Path) -> OwnDigest | None:
    """The digest in a paper's folder with its parsed paper, if both are there and whole."""
    digest = load_digest(folder)
    try:
        return (digest, from_data(Document, parse_json((folder / "document.json").read_bytes()))) if digest else None
    except (FileNotFoundError, ValueError):
        return None


def letters(text: str) -> str:
    """What is left of a sentence however it is typeset."""
    return "".join(c for c in text.replace(words.READ_OFF, "") if c.isalnum())


def _own(entry: DigestEntry, digests: Sequence[OwnDigest], vocabulary: Vocabulary) -> Found | None:
    """The paper of the entry's digest beside the text; a digest alone there needs no name."""
    alone = len(digests) == 1 and not entry.refs
    return next((_found(own, vocabulary) for own in digests if alone or _is_of(own[0], entry)), None)


def _is_of(digest: Digest, entry: DigestEntry) -> bool:
    """Whether the entry names the digest's paper, by its id or address, or else by a title."""
    if entry.refs:
        return _base(entry.refs[0]) in {_base(digest.paper.id), digest.paper.pdf_url}
    titles = {key(title) for title in (*entry.titles, entry.title)} - {""}
    return bool(titles & {key(digest.paper.title), key(digest.title_zh)})


def _found(own: OwnDigest, vocabulary: Vocabulary) -> Found:
    digest, document = own
    cited = {letters(claim.text): claim for claim in digest.claims}
    return Found(digest.paper.id, digest.paper.pdf_url, Evidence(document, vocabulary), cited)


def _base(ref: str) -> str:
    """An id as it is compared: without version, "/" as in file names."""
    try:
        return parse_ref(ref.replace("_", "/")).value.replace("/", "_")
    except UsageError:
        return ref
