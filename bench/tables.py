"""How the tables of PDFs are read: grids that are sure, numbers in the cell of their row, captions with a region.

    python bench/tables.py [--corpus FOLDER] [--look N] [--half 0|1] [--out FILE]

Whether a grid is right, only somebody can say who looks at the page: `--look` draws so many tables at random, two a
paper at most, and writes their pictures beside their grids as one page of HTML. Papers are of the half that rules
were made on (0) or of the other (1), by a hash of their names.
"""

import argparse
import base64
import hashlib
import html
import random
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pymupdf

from summarizer.pdf.document import parse
from summarizer.types import Document, Figure, Passage, Table

CORPUS = Path(__file__).resolve().parents[1].parent / "shared" / "corpus"
VALUE = re.compile(r"\d+[.,]\d+")
DPI = 110
SEEN = 2  # tables of one paper, at most


def half_of(path: Path) -> int:
    return hashlib.sha256(path.stem.encode()).digest()[-1] % 2


def papers(corpus: Path) -> Iterator[tuple[Path, Document]]:
    for path in sorted([*corpus.glob("papers/*.pdf"), *corpus.glob("papers2/*.pdf")]):
        document = parse(path.read_bytes(), crops=False, outline=True, max_pages=400).document
        if document is not None:
            yield path, document


def tables(corpus: Path) -> None:
    """The counts over all papers."""
    count: Counter[str] = Counter()
    for path, document in papers(corpus):
        floats: list[Table | Figure] = [*document.tables, *document.figures]
        count["floats"] += len(floats)
        count["found"] += sum(item.bbox != caption_box(document, item) for item in floats)
        count["tables"] += len(document.tables)
        count["grids"] += sum(bool(table.columns) for table in document.tables)
        count["sure"] += sum(table.sure for table in document.tables)
        with pymupdf.open(path) as pdf:
            for table in document.tables:
                count += values(document, table, pdf[table.page - 1])
    print(f"\ntables {count['tables']}, with columns {count['grids']}, sure {count['sure']}")
    print(f"captions with a region {count['found']} of {count['floats']}")
    print(f"numbers in one cell of their row {count['right']} of {count['values']}: {ratio(count):.4f}")


def ratio(count: Counter[str]) -> float:
    return count["right"] / max(1, count["values"])


def caption_box(document: Document, item: Table | Figure) -> tuple[float, ...] | None:
    captions = (p.bbox for p in document.passages if p.kind == "caption" and p.item == item.label)
    return next(captions, None)


def values(document: Document, table: Table, page: pymupdf.Page) -> Counter[str]:
    """The numbers that the page prints at the height of each row, and how many of them the row's cells hold.

    Of rows side by side, at one height, a number is that of the nearest.
    """
    rows = [p for p in document.passages if p.kind == "row" and p.item == table.label and p.page == table.page]
    words = page.get_text("words", clip=table.bbox)
    printed: dict[int, Counter[str]] = {row.id: Counter() for row in rows}
    for left, top, right, bottom, word, *_ in words:
        height = (top + bottom) / 2
        near = [
            (max(0.0, row.bbox[0] - right, left - row.bbox[2]), abs(row.bbox[1] + row.bbox[3] - 2 * height), row.id)
            for row in rows if row.bbox[1] <= height <= row.bbox[3]
        ]  # fmt: skip
        if near:
            printed[min(near)[2]].update(VALUE.findall(word))
    count: Counter[str] = Counter()
    for row in rows:
        held = Counter(number for text in cells(table, row) for number in VALUE.findall(text))
        count["values"] += printed[row.id].total()
        count["right"] += (printed[row.id] & held).total()
    return count


def cells(table: Table, passage: Passage) -> list[str]:
    """The label and the cells of a row."""
    row = table.rows[(passage.row or 1) - 1]
    return [row.label, *row.cells]


def look(corpus: Path, number: int, half: int, out: Path) -> None:
    drawn: list[tuple[Path, Table]] = []
    chance = random.Random(number)
    for path, document in papers(corpus):
        own = [table for table in document.tables if table.rows]
        if half_of(path) == half:
            drawn += [(path, table) for table in chance.sample(own, min(SEEN, len(own)))]
    shown = chance.sample(drawn, min(number, len(drawn)))
    out.write_text("<meta charset=utf-8>" + "".join(beside(*item) for item in shown), encoding="utf-8")
    print(f"{len(shown)} tables of {len({path for path, _ in shown})} papers: {out}")


def beside(path: Path, table: Table) -> str:
    with pymupdf.open(path) as pdf:
        page = pdf[table.page - 1]
        x0, y0, x1, y1 = table.bbox
        picture = page.get_pixmap(dpi=DPI, clip=pymupdf.Rect(x0 - 8, y0 - 14, x1 + 8, y1 + 14), annots=False)
    image = base64.b64encode(picture.tobytes("png")).decode()
    rows = [(table.corner, *table.columns), *((row.label, *row.cells) for row in table.rows)]
    grid = "".join("<tr>" + "".join(f"<td>{html.escape(cell)}" for cell in row) for row in rows)
    title = html.escape(f"{path.stem} {table.label}, page {table.page}, {'sure' if table.sure else 'not sure'}")
    return f"<h3>{title}</h3><img src='data:image/png;base64,{image}'><table border=1>{grid}</table>"


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--corpus", type=Path, default=CORPUS)
    arguments.add_argument("--look", type=int, default=0, metavar="N")
    arguments.add_argument("--half", type=int, choices=(0, 1), default=1)
    arguments.add_argument("--out", type=Path, default=Path("tables.html"))
    options = arguments.parse_args()
    tables(options.corpus)
    if options.look:
        look(options.corpus, options.look, options.half, options.out)


if __name__ == "__main__":
    main()
