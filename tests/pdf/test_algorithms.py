"""Algorithms: steps in order with their numbers and indents, and a picture with the title."""

from collections.abc import Callable
from itertools import pairwise

import pymupdf
import pytest

from summarizer.pdf import parse_pdf
from summarizer.types import Document, Parsed

STEPS = [
    ("Require: Matrices Q, K, V in memory, a chip of size M.", 0),
    ("Set the block sizes B and C as large as the chip allows them to be.", 0),
    ("for 1 <= j <= T do", 0),
    ("Load K and V from memory to the chip.", 1),
    ("for 1 <= i <= T do", 1),
    ("Write O to memory.", 2),
    ("end for", 1),
    ("end for", 0),
    ("Return O.", 0),
]


def _with_algorithm(paper, steps: list[tuple[str, int]], numbered: bool = True) -> tuple[bytes, float]:
    """The paper with Algorithm 1 between rules; where its title begins."""
    page, y = paper.page, paper.y + 10
    top = y
    page.draw_line((72, y - 10), (540, y - 10), width=0.8)
    page.insert_text((72, y), "Algorithm 1", fontname="hebo", fontsize=10)
    page.insert_text((132, y), "Blockwise attention", fontname="helv", fontsize=10)
    page.draw_line((72, y + 4), (540, y + 4), width=0.4)
    for n, (text, level) in enumerate(steps, 1):
        for row, part in enumerate(text.split("\n")):
            y += 13
            if numbered and not row:
                page.insert_text((74, y), f"{n}:", fontname="helv", fontsize=8)
            page.insert_text((90 + 12 * level, y), part, fontname="helv", fontsize=10)
    page.draw_line((72, y + 5), (540, y + 5), width=0.8)
    paper.y = y + 20
    paper.text("The algorithm is explained in the next section of this very paper, line by line. " * 3)
    return paper.bytes(), top


def _parsed(data: bytes) -> tuple[Document, Parsed]:
    parsed = parse_pdf(data)
    assert parsed.document is not None, parsed.reason
    return parsed.document, parsed


def test_the_steps_of_an_algorithm_are_lines_and_passages(draft: Callable) -> None:
    document, _ = _parsed(_with_algorithm(draft(), STEPS)[0])
    (algorithm,) = document.algorithms
    assert (algorithm.label, algorithm.page) == ("Algorithm 1", 1)
    assert algorithm.lines == tuple(f"{n}: {'  ' * level}{text}" for n, (text, level) in enumerate(STEPS, 1))
    passages = [p for p in document.passages if p.item == "Algorithm 1" and p.kind == "code"]
    assert [p.text for p in passages] == [f"{n}: {text}" for n, (text, _) in enumerate(STEPS, 1)]
    assert all(a.bbox[3] <= b.bbox[3] for a, b in pairwise(passages))


def test_no_step_is_said_twice(draft: Callable) -> None:
    document, _ = _parsed(_with_algorithm(draft(), STEPS)[0])
    for text, _ in STEPS[:2]:
        assert sum(text in p.text for p in document.passages) == 1


def test_the_picture_of_an_algorithm_has_its_title(draft: Callable) -> None:
    data, top = _with_algorithm(draft(), STEPS)
    document, parsed = _parsed(data)
    (figure,) = document.figures
    assert figure.bbox[1] < top
    assert figure.image is not None
    assert pymupdf.Pixmap(parsed.images[figure.image]).height > 100


def test_a_wrapped_step_is_one(draft: Callable) -> None:
    long = (
        "Load K from memory to the chip by its blocks, of which there are as many as it has\nrows in all; then load V."
    )
    (algorithm,) = _parsed(_with_algorithm(draft(), [*STEPS[:2], (long, 0), *STEPS[2:]])[0])[0].algorithms
    assert algorithm.lines[2] == "3: " + long.replace("\n", " ")
    assert len(algorithm.lines) == len(STEPS) + 1


@pytest.mark.parametrize("last", ["return the output of the loop", "end for"])
def test_steps_without_numbers_stay_apart(last: str, draft: Callable) -> None:
    steps = [
        ("Initialise the output of the loop with as many zeros as there are rows in it, which is T,", 0),
        (last, 0),
    ]
    (algorithm,) = _parsed(_with_algorithm(draft(), [*STEPS[2:5], *steps], numbered=False)[0])[0].algorithms
    assert algorithm.lines[-1] == last


def test_an_algorithm_that_is_one_large_sign_is_read(draft: Callable) -> None:
    paper = draft()
    page, y = paper.page, paper.y + 10
    page.insert_text((72, y), "Algorithm 1", fontname="hebo", fontsize=10)
    for height in (y - 10, y + 4, y + 30):
        page.draw_line((72, height), (540, height))
    writer = pymupdf.TextWriter(page.rect)
    writer.append((90, y + 20), "∑", font=pymupdf.Font("symb"), fontsize=10)
    writer.write_text(page)
    paper.y = y + 40
    document, _ = _parsed(paper.text("The algorithm is explained in the next section. " * 5).bytes())
    assert [algorithm.lines for algorithm in document.algorithms] == [("sum",)]
