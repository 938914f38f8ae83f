"""A document of a PDF beside the page of the same paper: where on the page each passage stands."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from summarizer.html.align import Range, align
from summarizer.html.flow import Flow, flow_of
from summarizer.html.letters import letters
from summarizer.html.page import UselessPage
from summarizer.html.paper import HtmlPaper
from summarizer.types import Document, Passage

SENTENCE = 20  # letters or characters: what is shorter may stand anywhere

_SAME_PAPER = 0.8  # share of the PDF's sentences that a page of the same paper has
_LONGER, _SPARE = 3, 20_000  # a page may have so many times the text of the PDF, and so many characters besides


@dataclass(frozen=True, slots=True)
class Aligned:
    """The PDF's passages, but for the rows of tables and the text in figures, and where on the page each stands."""

    passages: Sequence[Passage]
    found: Sequence[Range | None]
    flow: Flow

    def pairs(self) -> Iterator[tuple[Passage, Range | None]]:
        return zip(self.passages, self.found, strict=True)

    def missing(self) -> list[bool]:
        """Of each sentence of the PDF, whether the page lacks it."""
        sentences = [place for p, place in self.pairs() if p.kind == "text" and len(letters(p.text)) >= SENTENCE]
        return [place is None for place in sentences]


def align_document(document: Document, paper: HtmlPaper) -> Aligned:
    """Raises `UselessPage` if the page has too little of what the PDF says, or far more."""
    printed = sum(len(passage.text) for passage in document.passages) + sum(map(len, document.references))
    if len(paper.text) > _LONGER * printed + _SPARE:
        raise UselessPage("it is far longer than the PDF")
    flow = flow_of(paper)
    passages = [passage for passage in document.passages if passage.kind not in ("row", "labels")]
    floating = [passage.kind in ("caption", "code") for passage in passages]
    aligned = Aligned(passages, align([letters(p.text) for p in passages], floating, flow), flow)
    missing = aligned.missing()
    found = missing.count(False)
    if found < _SAME_PAPER * len(missing):
        raise UselessPage(f"it has {found} of the PDF's {len(missing)} sentences")
    return aligned
