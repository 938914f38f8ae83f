"""Grids of tables: one row of the page in each of their rows, each cell under its own heads."""

import re
from collections.abc import Callable
from pathlib import Path

import pymupdf
import pytest

from summarizer.pdf import parse_pdf
from summarizer.types import Document, Table

PAPERS = Path(__file__).parents[3] / "shared" / "corpus" / "papers"


def document_of(data: bytes) -> Document:
    document = parse_pdf(data, crops=False).document
    assert document is not None
    return document


def rows_of(data: bytes, label: str) -> list[str]:
    return [p.text for p in document_of(data).passages if p.kind == "row" and p.item == label]


def table_of(data: bytes, label: str = "Table 1") -> Table:
    return next(table for table in document_of(data).tables if table.label == label)


def grid_of(data: bytes, label: str = "Table 1") -> list[tuple[str, ...]]:
    """The heads, then the rows, their labels first."""
    found = table_of(data, label)
    return [(found.corner, *found.columns), *((row.label, *row.cells) for row in found.rows)]


def table(
    paper: object,
    rows: list[tuple[str, ...]],
    rules: tuple[int, ...],
    labels: tuple[tuple[float, str], ...] = (),
    heads: tuple[tuple[float, str], ...] = (),
    underlined: tuple[tuple[float, float], ...] = (),
) -> bytes:
    """`rules` are the numbers of the rows that have a rule above, `labels` stand in the first column between rows.

    `heads` are centred at x over the first row, `underlined` are short rules under them.
    """
    paper.text("Table 1: Scores.", gap=20 if heads else 4)  # type: ignore[attr-defined]
    page, top = paper.page, paper.y  # type: ignore[attr-defined]
    for n, row in enumerate(rows):
        for x, cell in zip((100, 220, 320, 420), row, strict=False):
            page.insert_text((x, top + 12 + 14 * n), cell, fontsize=9)
    for n, text in labels:
        page.insert_text((100, top + 12 + 14 * n), text, fontsize=9)
    for x, text in heads:
        page.insert_text((x - pymupdf.get_text_length(text, fontsize=9) / 2, top - 2), text, fontsize=9)
    for x0, x1 in underlined:
        page.draw_line((x0, top + 1), (x1, top + 1))
    first = top - 14 if heads else top + 2
    for y in (first, *(top + 2 + 14 * n for n in (*rules, len(rows)))):
        page.draw_line((90, y), (480, y))
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
    assert rows_of(table(draft(), rows, (1, 2), labels=((2.5, "Large"),)), "Table 1") == [
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


def test_units_in_a_row_of_their_own_under_a_rule_are_heads(draft: Callable) -> None:
    rows = [("Host", "Memory", "Block"), ("", "(GB)", "(×1e3)"), ("A100", "80", "24.5"), ("TPU", "16", "1.1")]
    assert rows_of(table(draft(), rows, (1, 2)), "Table 1") == [
        "Table 1, A100: Memory (GB) 80; Block (×1e3) 24.5",
        "Table 1, TPU: Memory (GB) 16; Block (×1e3) 1.1",
    ]


def test_a_head_is_over_the_columns_of_its_rule(draft: Callable) -> None:
    rows = [("Model", "size", "dev", "test"), ("base", "65", "25.8", "26.1"), ("big", "213", "26.4", "27.3")]
    data = table(draft(), rows, (1,), heads=((376, "BLEU"),), underlined=((315, 440),))
    assert rows_of(data, "Table 1") == [
        "Table 1, base: size 65; BLEU / dev 25.8; BLEU / test 26.1",
        "Table 1, big: size 213; BLEU / dev 26.4; BLEU / test 27.3",
    ]


def test_a_head_without_a_rule_is_over_the_columns_in_whose_middle_it_is(draft: Callable) -> None:
    rows = [("Model", "size", "dev", "test"), ("base", "65", "25.8", "26.1"), ("big", "213", "26.4", "27.3")]
    assert rows_of(table(draft(), rows, (1,), heads=((379, "BLEU"),)), "Table 1") == [
        "Table 1, base: size 65; BLEU / dev 25.8; BLEU / test 26.1",
        "Table 1, big: size 213; BLEU / dev 26.4; BLEU / test 27.3",
    ]


def test_a_value_for_two_columns_is_in_both(draft: Callable) -> None:
    rows = [("Model", "size", "dev", "test"), ("base", "65", "25.8", "26.1"), ("big", "213", "26.4", "27.3")]
    paper = draft()
    table(paper, [*rows, ("huge", "999")], (1,), heads=((379, "BLEU"),))
    last = next(word for word in paper.page.get_text("words") if word[4] == "999")
    paper.page.insert_text((322, last[3] - 2), "about 29.3 in both of the sets", fontsize=9)
    said = "about 29.3 in both of the sets"
    assert grid_of(paper.bytes())[-1] == ("huge", "999", said, said)


def test_labels_of_groups_that_no_rule_parts(draft: Callable) -> None:
    rows = [("Data", "n", "BLEU"), *(("", str(n), f"{n}.1") for n in (1, 2, 3, 4, 5))]
    assert rows_of(table(draft(), rows, (1,), labels=((2, "small"), (4.5, "large"))), "Table 1") == [
        "Table 1, small: n 1; BLEU 1.1",
        "Table 1, small: n 2; BLEU 2.1",
        "Table 1, small: n 3; BLEU 3.1",
        "Table 1, large: n 4; BLEU 4.1",
        "Table 1, large: n 5; BLEU 5.1",
    ]


def test_each_row_keeps_the_label_at_its_own_height(draft: Callable) -> None:
    rows = [("Model", "n", "BLEU"), ("one", "1", "1.1"), ("two", "2", "2.1"), ("three", "3", "3.1")]
    assert rows_of(table(draft(), rows, (1,)), "Table 1") == [
        "Table 1, one: n 1; BLEU 1.1",
        "Table 1, two: n 2; BLEU 2.1",
        "Table 1, three: n 3; BLEU 3.1",
    ]


@pytest.mark.skipif(not PAPERS.is_dir(), reason="the shared corpus is not beside the checkout")
@pytest.mark.parametrize(
    ("name", "label", "row", "head", "cell"),
    [
        ("2106.09685", "Table 3", "GPT-2 M (FT)*", "E2E NLG Challenge / BLEU", "68.2"),
        ("2106.09685", "Table 8", "GPT-3 Few-Shot", "RTE (Val. Acc./%)", "69.0"),
        ("2302.13971", "Table 9", "LLaMA / 65B", "STEM", "51.7"),
        ("2404.19737", "Table S2", "2", "Wikipedia / Tokens / forward", "1.88"),
        ("1706.03762", "Table 2", "Transformer (big)", "BLEU / EN-FR", "41.8"),
        ("2302.13971", "Table 7", "PaLM / 62B", "GSM8k", "33.0"),
        ("2305.14314", "Table 4", "Float4", "Mean 5-shot MMLU Accuracy / 7B / Alpaca", "37.2"),
        ("2309.04269", "Table 4", "Quality", "Correlation", "0.120"),
        ("2310.01889", "Table 2", "TPU v3", "Interconnect Bandwidth (GB/s)", "112"),
        ("2402.14083", "Table 1", "175M / Search augmented", "Solved (%)", "95.2 ±0.9"),
        ("2205.10625", "Table 16", "Zero-Shot", "text-davinci-002 / Football (500 cases)", "31.60"),
        ("2202.00535", "Table 8", "P-Tuning", "Self-TER", "27.74"),
        ("2202.00535", "Table 5", "Ours / RAPT", "iBLEU / Dataset: MSRPC", "7.64"),
        ("2308.03958", "Table 7", "8B / Flan-PaLM", "MMLU / Abstract Algebra / Direct", "36.4"),
        ("2204.10628", "Table 3", "BM25", "accuracy@k / 5", "43.6"),
        ("2106.09685", "Table 9", "RoBERTa base LoRA / LoRA Config.", "STS-B", "rq = rv = 8"),
        ("2401.10020", "Table 2", "5-best % (↑)", "SFT Baseline / IFT", "39.6%"),
        ("2404.19737", "Table S4", "4 / transformer / parallel", "MBPP / @1", "33.3"),
        ("2404.19737", "Table S12", "1T tokens (4 epochs) / 32k tokens", "MBPP / @1", "0.1"),
    ],
)
def test_cells_of_the_corpus(name: str, label: str, row: str, head: str, cell: str) -> None:
    table = table_of((PAPERS / f"{name}.pdf").read_bytes(), label)
    assert cell in [found.cells[table.columns.index(head)] for found in table.rows if found.label == row]


@pytest.mark.skipif(not PAPERS.is_dir(), reason="the shared corpus is not beside the checkout")
@pytest.mark.parametrize("name", ["1706.03762", "2106.09685", "2302.13971", "2404.19737"])
def test_each_number_of_a_table_is_in_the_row_at_its_height(name: str) -> None:
    """Against the page's words as MuPDF places them, which know of no rows."""
    data = (PAPERS / f"{name}.pdf").read_bytes()
    document = document_of(data)
    missing = total = 0
    with pymupdf.open(stream=data) as pdf:
        for item in document.tables:
            rows = [p for p in document.passages if p.kind == "row" and p.item == item.label]
            carried = [item.corner, *item.columns, *(row.label for row in item.rows)]
            for _, y0, _, y1, word, *_ in pdf[item.page - 1].get_text("words", clip=item.bbox):
                near = [p.text.replace(" .", ".") for p in rows if p.bbox[1] <= (y0 + y1) / 2 <= p.bbox[3]]
                for number in re.findall(r"\d+\.\d+", word):
                    total += 1
                    missing += not any(number in text for text in [*near, *carried])
    assert total > 50
    assert missing == 0
