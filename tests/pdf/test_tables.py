"""Rows of tables: one row of the page in each, under its own heads."""

from collections.abc import Callable
from pathlib import Path

import pytest

from summarizer.pdf import parse_pdf

PAPERS = Path(__file__).parents[3] / "shared" / "corpus" / "papers"


def rows_of(data: bytes, label: str) -> list[str]:
    document = parse_pdf(data, crops=False).document
    assert document is not None
    return [p.text for p in document.passages if p.kind == "row" and p.text.startswith((f"{label},", f"{label}:"))]


def table(paper: object, rows: list[tuple[str, ...]], rules: tuple[int, ...], label_at: float | None = None) -> bytes:
    """`rules` are the numbers of the rows that have a rule above."""
    paper.text("Table 1: Scores.", gap=4)  # type: ignore[attr-defined]
    page, top = paper.page, paper.y  # type: ignore[attr-defined]
    for n, row in enumerate(rows):
        for x, cell in zip((100, 220, 320, 420), row, strict=False):
            page.insert_text((x, top + 12 + 14 * n), cell, fontsize=9)
    if label_at is not None:
        page.insert_text((100, top + 12 + 14 * label_at), "Large", fontsize=9)
    for n in (0, *rules, len(rows)):
        page.draw_line((90, top + 2 + 14 * n), (480, top + 2 + 14 * n))
    paper.y = top + 14 * len(rows) + 20  # type: ignore[attr-defined]
    paper.text("The larger model of Table 1 is better than the smaller one in all of our runs. " * 3)  # type: ignore[attr-defined]
    return paper.bytes()  # type: ignore[attr-defined, no-any-return]


def test_two_blocks_with_a_rule_between_keep_their_rows(draft: Callable) -> None:
    rows = [("Model", "BLEU", "NIST"), ("M one", "68.2", "8.62"), ("M two", "66.3", "8.41"), ("L one", "68.5", "8.78")]
    assert rows_of(table(draft(), rows, (1, 3)), "Table 1") == [
        "Table 1, M one: BLEU 68.2; NIST 8.62",
        "Table 1, M two: BLEU 66.3; NIST 8.41",
        "Table 1, L one: BLEU 68.5; NIST 8.78",
    ]


def test_a_label_between_two_rows_is_carried_to_both(draft: Callable) -> None:
    rows = [("Model", "size", "BLEU"), ("Small", "1B", "61.1"), ("", "7B", "68.2"), ("", "13B", "70.3")]
    assert rows_of(table(draft(), rows, (1, 2), label_at=2.5), "Table 1") == [
        "Table 1, Small: size 1B; BLEU 61.1",
        "Table 1, Large: size 7B; BLEU 68.2",
        "Table 1, Large: size 13B; BLEU 70.3",
    ]


def test_a_header_of_two_lines_with_units(draft: Callable) -> None:
    rows = [("Model", "params", "BLEU"), ("", "×10^6", "(dev)"), ("base", "65", "25.8"), ("big", "213", "26.4")]
    assert rows_of(table(draft(), rows, (2,)), "Table 1") == [
        "Table 1, base: params ×10^6 65; BLEU (dev) 25.8",
        "Table 1, big: params ×10^6 213; BLEU (dev) 26.4",
    ]


@pytest.mark.skipif(not PAPERS.is_dir(), reason="the shared corpus is not beside the checkout")
@pytest.mark.parametrize(
    ("name", "label", "row"),
    [
        ("2106.09685", "Table 3", "Table 3, GPT-2 M (FT)*: # Trainable Parameters 354.92M; BLEU 68.2;"),
        ("2106.09685", "Table 8", "Table 8, GPT-3 Few-Shot: MNLI-m (Val. Acc./%) 40.6; RTE (Val. Acc./%) 69.0"),
        ("2302.13971", "Table 9", "Table 9, LLaMA 65B: Humanities 61.8; STEM 51.7;"),
        ("2404.19737", "Table S2", "Table S2, 2: Wikipedia Rel. speedup 1.79; Wikipedia Tokens / forward 1.88;"),
    ],
)
def test_rows_of_the_corpus(name: str, label: str, row: str) -> None:
    assert any(text.startswith(row) for text in rows_of((PAPERS / f"{name}.pdf").read_bytes(), label))
