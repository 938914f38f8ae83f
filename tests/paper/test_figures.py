"""Which figures go along: those that the paper speaks of most."""

from pathlib import Path

from summarizer.paper.figures import figure_images
from summarizer.store.results import Store
from summarizer.types import Document, Figure, Passage, PassageKind

BOX = (0.0, 0.0, 1.0, 1.0)


def paper(*texts: str | tuple[str, PassageKind, str], figures: int = 4) -> Document:
    rows = [(text, "text", "") if isinstance(text, str) else text for text in texts]
    passages = tuple(Passage(n, 1, None, t, BOX, k, item=i) for n, (t, k, i) in enumerate(rows, 1))  # type: ignore[arg-type]
    shown = [Figure(f"Figure {n}", f"Figure {n}: A.", 1, BOX, f"fig{n}.png") for n in range(1, figures + 1)]
    algorithm = Figure("Algorithm 1", "Algorithm 1: B.", 1, BOX, "alg1.png")
    return Document("T", 1, passages=passages, figures=(algorithm, *shown))


def labels(document: Document, number: int, tmp_path: Path) -> list[str]:
    names = {figure.image: f"{n:064}" for n, figure in enumerate(document.figures) if figure.image}
    return [image.label for image in figure_images(document, names, Store(tmp_path), number)]


def test_the_figures_mentioned_most_come_first_and_ties_by_their_order(tmp_path: Path) -> None:
    document = paper("As Figure 3 shows.", "See Fig. 3b and Figs. 2 and 4.", "In figure 4(a) it rises.", "No figure.")
    assert labels(document, 3, tmp_path) == ["Figure 3", "Figure 4", "Figure 2"]
    assert labels(document, 9, tmp_path) == ["Figure 3", "Figure 4", "Figure 2", "Figure 1"]
    assert labels(document, 0, tmp_path) == []


def test_lists_count_and_a_caption_does_not_speak_of_itself(tmp_path: Path) -> None:
    own = [("Figure 1: as Figure 1, Figure 1 and Figure 1.", "caption", "Figure 1")] * 3
    document = paper(*own, "Figures 2, 3 and 4 differ from Fig 2–4.", "Fig. 3 and (Fig. 3).")  # type: ignore[arg-type]
    assert labels(document, 1, tmp_path) == ["Figure 3"]
    assert labels(document, 4, tmp_path)[-1] == "Figure 1"


def test_a_figure_without_a_picture_or_under_a_label_used_twice_stays_out(tmp_path: Path) -> None:
    document = paper("Figure 1 and Figure 2.", figures=2)
    assert [i.label for i in figure_images(document, {"fig2.png": "2" * 64}, Store(tmp_path), 4)] == ["Figure 2"]
    twice = Document("T", 1, passages=document.passages, figures=(*document.figures, *document.figures))
    assert labels(twice, 9, tmp_path) == ["Figure 1", "Figure 2"]


def test_a_picture_is_known_by_its_digest_and_loaded_when_it_is_sent(tmp_path: Path) -> None:
    store = Store(tmp_path)
    with store.held():
        name = store.save_image(b"\x89PNG crop")
        [image] = figure_images(paper("Figure 1."), {"fig1.png": name}, store, 1)
        assert (image.mark, image.sha256, image.load()) == ("F1", name, b"\x89PNG crop")
