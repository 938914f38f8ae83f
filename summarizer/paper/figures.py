"""The figures that a model looks at: those that the paper speaks of most, and how a sentence cites them."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import partial

from summarizer.llm.images import FigureImage
from summarizer.store.results import Store
from summarizer.trust.marks import figure_mark
from summarizer.types import Document, Figure, Passage

_NUMBER = r"[A-Z]{0,2}\.?\d{1,3}(?:\.\d{1,3})?(?:[a-z]\b|[ ]?\([a-z]\))?"
_BETWEEN = r"(?:,| ?[&–-] ?|,? and | to )[ ]?"
_MENTION = re.compile(rf"\b[Ff]ig(?:ure)?s?\.?[\s\u00a0]{{0,2}}({_NUMBER}(?:{_BETWEEN}{_NUMBER}){{0,5}})")
_MENTIONED = re.compile(_NUMBER)


def figure_images(document: Document, images: Mapping[str, str], store: Store, number: int) -> tuple[FigureImage, ...]:
    """The `number` figures that the paper mentions most, the first of them first; `images` are the store's names.

    Pictures of algorithms are left out: their lines are in the text.
    """
    figures = _by_label(document)
    mentions = Counter(label for passage in document.passages for label in _mentioned(passage, figures))
    shown = [figure for figure in figures.values() if figure.image in images]
    ranked = sorted(shown, key=lambda figure: -mentions[figure.label])[:number]
    return tuple(_image(figure, images[figure.image or ""], store) for figure in ranked)


def _by_label(document: Document) -> dict[str, Figure]:
    """The figures that have a mark and a picture, in their order; of two under one label the first."""
    figures: dict[str, Figure] = {}
    for figure in document.figures:
        if figure.image and figure_mark(figure.label):
            figures.setdefault(figure.label, figure)
    return figures


def _image(figure: Figure, name: str, store: Store) -> FigureImage:
    return FigureImage(figure_mark(figure.label), figure.label, name, partial(store.load_image, name))


def _mentioned(passage: Passage, figures: Mapping[str, Figure]) -> Iterator[str]:
    """Labels of the figures that a passage speaks of, Figure 3 also where it says Fig. 3b; not in its own."""
    for mention in _MENTION.finditer(passage.text):
        for number in _MENTIONED.findall(mention[1]):
            labels = (f"Figure {number}", f"Figure {re.sub(r'[a-z() ]{1,5}$', '', number)}")
            label = next((label for label in labels if label in figures), "")
            if label and not (passage.kind in ("caption", "labels") and passage.item == label):
                yield label


def with_figures(document: Document, labels: Iterable[str]) -> Document:
    """The document with a passage for each of these figures, behind the others, that a sentence can cite."""
    figures = _by_label(document)
    captions = {p.item: p.section for p in document.passages if p.kind == "caption"}
    free = max((passage.id for passage in document.passages), default=0) + 1
    added = (
        Passage(number, figure.page, captions.get(figure.label), figure.label, figure.bbox, "figure", item=figure.label)
        for number, figure in enumerate((figures[label] for label in labels if label in figures), free)
    )
    return replace(document, passages=(*document.passages, *added))
