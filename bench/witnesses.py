"""What the HTML of papers adds to their PDFs: partners of passages, formulas, tables, CPU a paper."""

import random
import time
from collections import Counter
from pathlib import Path

from summarizer.html.agree import Words, agreed
from summarizer.html.aligned import align_document
from summarizer.html.reader import read_html
from summarizer.paper.witness import with_witness
from summarizer.pdf.document import parse
from summarizer.types import Document

PARTNER = 0.9  # likeness


def witnesses(corpus: Path, look: int) -> None:
    """A line for each page of `corpus`; then `look` pairs drawn at random, to judge by eye."""
    pairs: list[str] = []
    total: Counter[str] = Counter()
    print("\npage            passages  partners  same words   displays  linked   tables  as cells   CPU s")
    for page in sorted((corpus / "html").glob("*.html")):
        pdf = corpus / "latex" / f"{page.stem}.pdf"
        parsed = parse(pdf.read_bytes(), crops=False, outline=True, max_pages=400) if pdf.exists() else None
        if parsed is None or parsed.document is None:
            continue
        before = time.process_time()
        merged = with_witness(parsed.document, page.read_bytes(), page.name)
        seconds = time.process_time() - before
        count = _counts(parsed.document, merged, page.read_bytes(), pairs)
        total += count
        print(f"{page.stem:16}{_shares(count)}{seconds:8.2f}")
    print(f"{'all':16}{_shares(total)}")
    for pair in random.Random(1).sample(pairs, min(look, len(pairs))):
        print(pair)


def _counts(document: Document, merged: Document, page: bytes, pairs: list[str]) -> Counter[str]:
    """A partner is a place that is nearly alike, or a formula that is linked; `pairs` gets all of them as text."""
    paper = read_html(page)
    aligned = align_document(document, paper)
    formulas = {passage.text for passage in merged.passages if passage.kind == "equation" and passage.tex}
    count: Counter[str] = Counter(passages=len(aligned.passages))
    for passage, place in aligned.pairs():
        own = paper.text[aligned.flow.places[place.start] : aligned.flow.places[place.end - 1] + 1] if place else ""
        words = agreed(passage.text, place, aligned.flow) if place else None
        if isinstance(words, Words) or passage.text in formulas or (place and place.likeness >= PARTNER):
            count["partners"] += 1
            pairs.append(f"\n{passage.kind} p. {passage.page}  {passage.text!r}\n    {own!r}")
        count["words"] += isinstance(words, Words) or passage.text in formulas
    tex = "\n".join([*(passage.tex for passage in merged.passages), *(item.tex for item in merged.equations)])
    count["displays"] = len(paper.displays)
    count["linked"] = sum(all(cell in tex for cell in row.cells) for row in paper.displays)
    count["tables"] = sum(bool(found.tables) for found in paper.floats)
    count["cells"] = sum(table.source == "html" for table in merged.tables)
    return count


def _shares(count: Counter[str]) -> str:
    passages, displays, tables = (max(1, count[name]) for name in ("passages", "displays", "tables"))
    return (
        f"{count['passages']:8}{count['partners'] / passages:10.3f}{count['words'] / passages:12.3f}"
        f"{count['displays']:11}{count['linked'] / displays:8.3f}{count['tables']:9}{count['cells'] / tables:10.3f}"
    )
