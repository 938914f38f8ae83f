"""The text in a figure is the PDF's alone: not looked for on the HTML page, and no mention of its figure."""

from pathlib import Path

from html_pages import PARAGRAPH, page, paragraph

from summarizer.paper.figures import figure_images
from summarizer.paper.witness import with_witness
from summarizer.store.results import Store
from summarizer.types import Document, Figure, Passage

BOX = (10.0, 20.0, 300.0, 40.0)


def test_it_stays_as_the_pdf_has_it_beside_a_page() -> None:
    texts = [f"{sentence}." for sentence in PARAGRAPH.strip().removesuffix(".").split(". ")]
    passages = [Passage(n, n, None, text, BOX) for n, text in enumerate(texts, 1)]
    labels = Passage(4, 3, None, "Figure 1, text in the figure: Encoder | 0.9 0.8", BOX, "labels", item="Figure 1")
    last = Passage(5, 3, None, "We compute the to-\ntal of all the many items.", BOX)
    found = Document("A paper", 3, passages=(*passages, labels, last))
    written = paragraph(PARAGRAPH) + paragraph("We compute the total of all the many items.")
    after = with_witness(found, page(written), "https://arxiv.org/html/x")
    assert after.witness.html
    assert after.passages[3] == labels
    assert after.passages[4].text == "We compute the total of all the many items."
    assert not after.warnings


def test_it_does_not_speak_of_its_figure(tmp_path: Path) -> None:
    labels = [
        Passage(n, 1, None, "Figure 1, text in the figure: Figure 1 | Encoder", BOX, "labels", item="Figure 1")
        for n in (1, 2)
    ]
    text = Passage(3, 1, None, "See Figure 2.", BOX)
    figures = tuple(Figure(f"Figure {n}", f"Figure {n}: A.", 1, BOX, f"fig{n}.png") for n in (1, 2))
    document = Document("T", 1, passages=(*labels, text), figures=figures)
    names = {f"fig{n}.png": f"{n:064}" for n in (1, 2)}
    assert [image.label for image in figure_images(document, names, Store(tmp_path), 1)] == ["Figure 2"]
