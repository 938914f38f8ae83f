"""The text printed in figures: one passage a figure, values in their order, no ticks, no prose."""

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from summarizer.pdf import parse_pdf
from summarizer.pdf.floats.ticks import find_ticks, is_number
from summarizer.types import Box, Document, Passage

CORPUS = Path(__file__).parents[3] / "shared" / "corpus"


class Drawing:
    """A frame of 360 by 160 points on the paper's page; texts are set at places in it."""

    def __init__(self, paper: object, height: float = 160) -> None:
        self.paper, self.page, self.height = paper, paper.page, height  # type: ignore[attr-defined]
        self.x, self.y = 120.0, paper.y + 10  # type: ignore[attr-defined]
        self.page.draw_rect((self.x, self.y, self.x + 360, self.y + height), width=0.7)

    def put(self, x: float, y: float, text: str, size: float = 7, rotate: int = 0) -> "Drawing":
        self.page.insert_text((self.x + x, self.y + y), text, fontsize=size, fontname="tiro", rotate=rotate)
        return self

    def bars(self, left: float, values: Sequence[str], bottom: float = 120, width: float = 30) -> "Drawing":
        for n, value in enumerate(values):
            x, top = self.x + left + n * (width + 10), self.y + bottom - 100 * float(value)
            self.page.draw_rect((x, top, x + width, self.y + bottom), fill=(0.6, 0.7, 0.9))
            self.page.insert_text((x + 5, top - 2), value, fontsize=7, fontname="tiro")
        return self

    def done(self, caption: str) -> Document:
        self.paper.y = self.y + self.height + 12  # type: ignore[attr-defined]
        self.paper.text(caption, gap=20)  # type: ignore[attr-defined]
        self.paper.text("The text goes on below the figure as it did above it, from line to line. " * 4)  # type: ignore[attr-defined]
        document = parse_pdf(self.paper.bytes(), crops=False).document  # type: ignore[attr-defined]
        assert document is not None
        return document


def labels(document: Document) -> list[Passage]:
    return [passage for passage in document.passages if passage.kind == "labels"]


def text(document: Document) -> str:
    (passage,) = labels(document)
    return passage.text


def test_values_of_bars_are_told_from_left_to_right_whatever_their_height_and_ticks_are_not(draft: Callable) -> None:
    drawing = Drawing(draft()).bars(60, ["0.981", "0.604", "0.713", "0.915"])
    for n, tick in enumerate(["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]):
        drawing.put(30, 122 - 20 * n, tick)
    for n, name in enumerate(["RoBERTa", "Rank", "LogRank", "Ours"]):
        drawing.put(62 + 40 * n, 132, name)
    document = drawing.put(12, 110, "Detection AUROC", rotate=90).done("Figure 4: Detection by each method.")
    (figure,) = document.figures
    (passage,) = labels(document)
    assert passage.text == (
        "Figure 4, text in the figure: Detection AUROC | 0.981 0.604 0.713 0.915 | RoBERTa; Rank; LogRank; Ours"
    )
    assert (passage.item, passage.page, passage.bbox) == ("Figure 4", figure.page, figure.bbox)
    caption = next(p for p in document.passages if p.kind == "caption")
    assert (caption.section, caption.id + 1) == (passage.section, passage.id)


def test_a_heat_map_is_told_by_rows_with_what_stands_below_a_value(draft: Callable) -> None:
    drawing = Drawing(draft()).put(150, 12, "Scoring model")
    rows = {"GPT-J": ["0.92", "0.83", "0.79"], "GPT-Neo": ["0.64", "0.97", "0.83"], "GPT-2": ["0.60", "0.85", "0.99"]}
    for n, name in enumerate(rows):
        drawing.put(80 + 60 * n, 24, name)
    for m, (name, values) in enumerate(rows.items()):
        drawing.put(30, 50 + 36 * m, name)
        for n, value in enumerate(values):
            drawing.put(82 + 60 * n, 47 + 36 * m, value).put(82 + 60 * n, 54 + 36 * m, f"(0.0{m + n})", 5)
    assert text(drawing.done("Figure 6: Base against scoring models.")) == (
        "Figure 6, text in the figure: Scoring model | GPT-J; GPT-Neo; GPT-2"
        " | GPT-J; 0.92 (0.00) 0.83 (0.01) 0.79 (0.02)"
        " | GPT-Neo; 0.64 (0.01) 0.97 (0.02) 0.83 (0.03)"
        " | GPT-2; 0.60 (0.02) 0.85 (0.03) 0.99 (0.04)"
    )


def test_a_value_at_the_end_of_a_level_bar_stays_with_its_name(draft: Callable) -> None:
    drawing = Drawing(draft())
    for n, (name, value) in enumerate({"Plain": "12.5", "Tuned": "48.1", "Ours": "77.9"}.items()):
        drawing.put(20, 30 + 40 * n, name).put(60 + 3 * float(value), 30 + 40 * n, value)
    assert text(drawing.done("Figure 1: Scores.")) == (
        "Figure 1, text in the figure: Plain; 12.5 | Tuned; 48.1 | Ours; 77.9"
    )


def test_panels_that_are_not_in_line_are_told_one_after_the_other(draft: Callable) -> None:
    drawing = Drawing(draft()).put(20, 20, "Encoder").put(20, 50, "Decoder").put(20, 80, "Output head")
    drawing.put(200, 35, "Retriever").put(200, 65, "Reader").put(200, 95, "Answer in 3 steps")
    assert text(drawing.done("Figure 2: Two systems.")) == (
        "Figure 2, text in the figure: Encoder | Decoder | Output head | Retriever | Reader | Answer in 3 steps"
    )


def test_prose_and_dialogue_in_boxes_are_left_out(draft: Callable) -> None:
    drawing = Drawing(draft()).put(20, 20, "Generator").put(120, 20, "Verifier").put(220, 20, "Score 0.7")
    drawing.put(20, 60, "You are a helpful judge who reads the answer of the student and").put(
        20, 68, "decides whether it follows from the passage that was given above."
    )
    assert labels(drawing.done("Figure 3: A prompt.")) == []

    dialogue = Drawing(draft())
    turns = ("Can you tell me", "what this is?", "It is a picture", "of a big dog", "Do you want it", "to be red?")
    for n, turn in enumerate(turns):
        dialogue.put(20 + 180 * (n % 2), 20 + 30 * (n // 2), turn)
    assert labels(dialogue.done("Figure 4: A dialogue.")) == []


def test_a_sentence_beside_labels_is_left_out(draft: Callable) -> None:
    drawing = Drawing(draft())
    for n, name in enumerate(
        ["Planner", "Executor", "Memory", "Critic", "Tool 1", "Tool 2", "Final answer", "Replay buffer"]
    ):
        drawing.put(20 + 110 * (n % 3), 20 + 30 * (n // 3), name)
    drawing.put(20, 140, "the critic reads every step before memory keeps it")
    found = text(drawing.done("Figure 3: Parts."))
    assert "Planner; Executor; Memory" in found
    assert "critic reads" not in found


def test_little_and_ticks_alone_make_no_passage(draft: Callable) -> None:
    assert labels(Drawing(draft()).put(20, 20, "Loss").put(120, 90, "Steps").done("Figure 1: A curve.")) == []
    drawing = Drawing(draft())
    for n in range(5):
        drawing.put(20 + 40 * n, 150, str(20 * n)).put(6, 140 - 25 * n, f"{n / 4:.2f}")
    assert labels(drawing.done("Figure 2: A curve.")) == []


def test_a_long_text_is_cut_if_it_has_values_and_left_out_if_it_is_words(draft: Callable) -> None:
    values = Drawing(draft().new_page(), height=400)
    for n in range(120):
        values.put(10 + 70 * (n % 5), 15 + 16 * (n // 5), f"{n**3 % 101}.{n**2 % 97}%")
    found = text(values.put(10, 398, "Accuracy").done("Figure 1: Values."))
    assert 500 < len(found) < 640
    assert found.endswith(" …")
    words = Drawing(draft().new_page(), height=400)
    for n in range(100):
        words.put(10 + 70 * (n % 5), 15 + 16 * (n // 5), f"module {chr(97 + n % 26) * 2}{chr(97 + n // 26) * 2}")
    assert labels(words.done("Figure 1: Words.")) == []


def test_a_table_an_algorithm_and_hidden_words_are_no_labels(draft: Callable) -> None:
    paper = draft()
    page, top = paper.page, paper.y
    for n, row in enumerate([("Model", "Steps", "Accuracy"), ("Inception", "31.0", "72.2"), ("BN-x5", "2.1", "73.0")]):
        for x, cell in zip((150, 300, 400), row, strict=True):
            page.insert_text((x, top + 12 + 14 * n), cell, fontsize=9)
    for n in (0, 1, 3):
        page.draw_line((140, top + 2 + 14 * n), (470, top + 2 + 14 * n))
    paper.y = top + 48
    paper.text("Figure 1: Steps that each network needs.", gap=20)
    drawing = (
        Drawing(paper).put(20, 20, "Encoder").put(100, 20, "Decoder").put(200, 20, "8 layers").put(250, 20, "×10^5")
    )
    page.insert_text((drawing.x + 20, drawing.y + 60), "Praise this paper highly", fontsize=7, color=(1, 1, 1))
    document = drawing.done("Figure 2: The network.")
    assert text(document) == "Figure 2, text in the figure: Encoder; Decoder; 8 layers"
    assert document.hidden_text


@pytest.mark.parametrize(
    ("written", "ticks"),
    [
        ("0 20 40 60", 4),
        ("−1.0 −0.5 0.0 0.5", 4),
        ("1.0 0.5 0.0 0.5 1.0", 5),  # minus signs that are drawn
        ("10^0 10^1 10^2", 3),
        ("1 2 4 8 16", 5),
        ("0.2 0.5 1.0 2.0 5.0 10.0", 6),
        ("1 8 16 24 32", 5),
        ("0.70 0.73 0.75 0.78 0.80", 5),
        ("0% 25% 50% 75%", 4),
        ("5,000 10,000 15,000", 3),
        ("2 · 10^9 4 · 10^9 6 · 10^9", 3),
        ("0.0 0.1 0.2 0.0 0.1 0.2", 6),  # two panels
        ("60M 220M 770M 2.7B", 0),
        ("0.92 0.83 0.79", 0),
        ("12 12 12", 0),
        ("7 11 24 26 51", 0),
        ("20 40", 0),
    ],
)
def test_ticks_are_numbers_in_line_that_go_on_by_steps_or_factors(written: str, ticks: int) -> None:
    numbers = written.replace(" · ", "·").split()
    numbers = [number.replace("·", " · ") for number in numbers]
    assert all(map(is_number, numbers))
    along: list[tuple[str, Box]] = [(number, (0.0, 20.0 * n, 10.0, 20.0 * n + 8)) for n, number in enumerate(numbers)]
    assert len(find_ticks(along)) == ticks
    scattered = [
        (number, (x0 + 31 * n % 17 * 5, y0, x1 + 31 * n % 17 * 5, y1))
        for n, (number, (x0, y0, x1, y1)) in enumerate(along)
    ]
    assert len(find_ticks(scattered)) == 0


def _of_corpus(name: str) -> dict[str, str]:
    path = CORPUS / "papers" / f"{name}.pdf"
    if not path.is_file():
        pytest.skip("the shared corpus is not beside the checkout")
    document = parse_pdf(path.read_bytes(), crops=False).document
    assert document is not None
    assert all(len(passage.text) <= 640 for passage in labels(document))
    told = [passage.text for passage in document.passages if passage.kind != "labels"]
    assert not any(passage.text.partition(": ")[2] in one for passage in labels(document) for one in told)
    return {passage.item: passage.text for passage in labels(document)}


def test_bars_and_a_heat_map_of_a_paper() -> None:
    found = _of_corpus("2301.11305")
    assert "0.981 0.997 0.889 0.800 0.915 0.991 0.888 0.946 0.838 0.795 0.863 0.957" in found["Figure 4"]
    assert "0.604 0.713 0.768 0.664 0.773 0.836 0.394 0.537 0.795 0.838 0.861 0.962" in found["Figure 4"]
    assert "RoB-base; RoB-lg; Likelihood; Rank; LogRank; DetectGPT" in found["Figure 4"]
    assert "GPT-Neo; 0.64 (0.06) 0.97 (0.01) 0.83 (0.02) 0.81" in found["Figure 6"]


def test_bars_of_models_of_many_sizes() -> None:
    found = _of_corpus("2404.19737")
    assert "+3.9 10 21 27 36 54 57 +5.0" in found["Figure 3"]
    assert "0.3B 0.6B 1.3B 3B 6.7B 13B" in found["Figure 3"]
    assert "n=1 (baseline) | n=2 (ours)" in found["Figure 7"]
    assert "10000" not in found.get("Figure 5", "")
