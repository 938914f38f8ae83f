"""The part of a site that is one paper: its page, what the page shows, and its machine forms."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from summarizer.config import Config
from summarizer.paper.source import LOCAL_PDF
from summarizer.pdf import CitedPlace, Excerpt, Limits, cut_excerpts
from summarizer.reports.diff import compare_digests
from summarizer.reports.images import load_images
from summarizer.reports.site.folder import Files, SiteFolder, SitePart
from summarizer.site.article import Card, Picture
from summarizer.site.citation import bibtex
from summarizer.site.image import Image
from summarizer.site.pages import Newer, Site, changes_page, paper_page
from summarizer.site.reading import card, cited_places, gist, read
from summarizer.sources.pdfs import has_pdf, pdf_path, pdf_url_path
from summarizer.store.catalogue import DigestFile
from summarizer.store.results import fingerprint
from summarizer.store.runs import load_digest, stored_document
from summarizer.trust.wordlists import Vocabulary
from summarizer.types import Digest, Document, Paper

_TAGS = 4


@dataclass(frozen=True, slots=True)
class Placing:
    """Where a digest stands among the others."""

    date: str  # of its issue, or the day on which it was made
    made: str  # ISO time
    issue: str  # the date of the issue that has it, or ""
    newer: Newer | None
    older: DigestFile | None  # the digest of the version before this one


class PaperParts:
    """Makes the parts of papers; may be called from several threads."""

    def __init__(
        self,
        folder: SiteFolder,
        site: Site,
        config: Config,
        vocabulary: Vocabulary,
        progress: Callable[[str, str], None],
    ) -> None:
        self._folder, self._site, self._config, self._vocabulary = folder, site, config, vocabulary
        self._progress = progress

    def make(self, found: DigestFile, placing: Placing) -> SitePart | None:
        """The part, as it is there where nothing has changed; None for a damaged digest that was never shown."""
        name = f"papers/{found.stem}"
        inputs = fingerprint([repr(self._site), self._config.figures, found.stamp, repr(placing)])
        if part := self._folder.unchanged(name, inputs):
            return part
        self._progress(found.stem, "page")
        digest = load_digest(found.folder, found.path.name)
        if digest is None:
            return self._folder.keep(name)
        images = load_images(digest, found.folder)
        shown = card(
            digest,
            found.stem,
            images,
            date=placing.date,
            made=placing.made,
            issue=placing.issue,
            tags=self._tags(digest),
        )
        return self._folder.write(name, inputs, self._files(found, digest, images, shown, placing), shown)

    def _files(
        self, found: DigestFile, digest: Digest, images: Mapping[str, Image], listed: Card, placing: Placing
    ) -> Files:
        at = f"papers/{found.stem}/"
        document = stored_document(found.folder)
        pdf = self._pdf(digest.paper, found.folder)
        excerpts = self._excerpts(digest, document, pdf) if document and pdf else {}
        pictures = {place: Picture(_picture_file(place), excerpt) for place, excerpt in excerpts.items()}
        article = read(digest, document, pictures, images)
        changes = self._changes(at, digest, listed, placing.older) if placing.older else {}
        older = placing.older.stem if placing.older and changes else ""
        local = pdf is not None and digest.paper.pdf_url == LOCAL_PDF
        link = digest.paper.pdf_url if local or digest.paper.pdf_url.startswith("http") else ""
        return {
            at + "index.html": paper_page(self._site, listed, article, link, placing.newer, older),
            at + "digest.json": found.path.read_bytes(),
            at + "paper.bib": bibtex([digest.paper]),
            **changes,
            **{at + image.file: image.png for image in images.values()},
            **{at + picture.file: picture.excerpt.png for picture in pictures.values()},
            **({at + LOCAL_PDF: pdf.read_bytes()} if local and pdf else {}),
        }

    def _changes(self, at: str, digest: Digest, listed: Card, older: DigestFile) -> Files:
        """What a reader of the version before sees differently."""
        before = load_digest(older.folder, older.path.name)
        if before is None:
            return {}
        sections = compare_digests("", before, digest, {}).sections
        return {at + "changes.html": changes_page(self._site, listed, older.stem, sections)}

    def _pdf(self, paper: Paper, folder: Path) -> Path | None:
        """The stored PDF, where parts of it may be shown and it is still there."""
        if not self._config.shows_figures(paper.license):
            return None
        pdfs = self._config.runs / "store" / "pdf"
        if paper.source != "pdf":
            path = pdf_path(paper.id, pdfs)
        elif paper.url:
            path = pdf_url_path(paper.url, pdfs)
        else:
            return path if (path := folder / LOCAL_PDF).is_file() else None
        return path if has_pdf(path) else None

    def _excerpts(self, digest: Digest, document: Document, pdf: Path) -> Mapping[CitedPlace, Excerpt]:
        config = self._config
        limits = Limits(
            config.parse_cpu_seconds, config.parse_wall_seconds, config.parse_memory_mb, config.parse_max_pages
        )
        return cut_excerpts(pdf.read_bytes(), cited_places(digest, document), limits=limits)

    def _tags(self, digest: Digest) -> list[str]:
        """The terms of the field in its Chinese title and its gist."""
        return list(self._vocabulary.special_terms(f"{digest.title_zh} {gist(digest)}"))[:_TAGS]


def _picture_file(place: CitedPlace) -> str:
    """The same for all rows of a table: their marks differ, the picture does not."""
    return f"evidence/p{place.page}-{fingerprint(place.around or place.bbox)[:10]}.png"
