"""What of a paper reaches the evidence: body lines, steps of algorithms, signs of equations, tokens of the request."""

import re
import statistics
import unicodedata
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pymupdf

from summarizer.llm.limits import estimate_tokens
from summarizer.llm.paper_text import paper_text, readable
from summarizer.pdf.document import parse
from summarizer.pdf.page.pages import MATH_NAME, TEXT_FLAGS, run_text_device
from summarizer.types import Box, Document

_CHUNK = 20  # letters at the ends of a line that are looked for
_LETTERS = 40  # of a line at least
_NUMBERED = re.compile(r"\s*(\d{1,3})\s?[:.]?\s")


def evidence(folders: list[Path]) -> None:
    """Print a line for each folder of PDFs."""
    print(
        f"\n{'folder':10}{'body lines':>11}{'lost':>6}{'algorithms':>12}{'whole':>7}{'equations':>11}{'unread':>8}",
        end="",
    )
    print(f"{'tokens, median':>16}{'worst':>7}")
    for folder in folders:
        lines = lost = algorithms = whole = equations = unread = 0
        ratios = []
        for path in sorted(folder.glob("*.pdf")):
            document = parse(path.read_bytes(), crops=False, outline=True, max_pages=400).document
            if document is None:
                continue
            here = list(_body_lines(path, document))
            text = _letters(_all_text(document))
            missing = [line for line in here if not _is_in(line, text)]
            lines, lost = lines + len(here), lost + len(missing)
            for line in missing:
                print(f"  lost in {path.name}: {line[:90]}")
            captions = [f for f in document.figures if f.label.startswith("Algorithm")]
            algorithms += len(captions)
            whole += sum(_is_whole(f.label, document) for f in captions)
            equations += len(document.equations)
            unread += sum("\ufffd" in e.text for e in document.equations)
            ratios.append(_ratio(document))
        print(f"{folder.name:10}{lines:11}{lost:6}{algorithms:12}{whole:7}{equations:11}{unread:8}", end="")
        print(f"{statistics.median(ratios):16.2f}{max(ratios):7.2f}")


def _letters(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.lower())
    return "".join(char for char in plain if char.isascii() and char.isalpha())


def _all_text(document: Document) -> str:
    parts = [
        document.title,
        *(s.title for s in document.sections),
        *(p.text for p in document.passages if p.kind != "labels"),
    ]
    parts += [*document.references, *(h.text for h in document.hidden_text), *(f.caption for f in document.figures)]
    return " ".join(parts)


def _is_in(line: str, text: str) -> bool:
    """Is the line's beginning or its end in the text? A word that it ends in may be cut."""
    letters = _letters(line)
    return letters[:_CHUNK] in text or letters[-_CHUNK - 8 : -8] in text


def _body_lines(path: Path, document: Document) -> Iterator[str]:
    """Long lines of words in the body's size, outside figures and tables, that do not come again on each page."""
    with pymupdf.open(path) as pdf:
        found = [(page.number + 1, line) for page in pdf for line in _lines(page)]
    sizes, often = Counter[int](), Counter(_text(line) for _, line in found)
    for _, line in found:
        sizes[round(line["spans"][0]["size"])] += len(_text(line))
    body = sizes.most_common(1)[0][0]
    floats = [(item.page, item.bbox) for item in (*document.figures, *document.tables)]
    for number, line in found:
        text = _text(line)
        usual = abs(line["spans"][0]["size"] - body) < 0.8 and len(_letters(text)) >= _LETTERS and often[text] < 3
        if usual and not any(number == page and _inside(line["bbox"], region) for page, region in floats):
            yield text


def _lines(page: pymupdf.Page) -> Iterator[dict[str, Any]]:
    """Upright lines without formulas; readers' notes are left out."""
    for block in pymupdf.TextPage(run_text_device(page, TEXT_FLAGS)).extractDICT()["blocks"]:
        for line in block.get("lines", ()):
            if line["dir"][0] > 0.95 and not any(MATH_NAME.search(span["font"]) for span in line["spans"]):
                yield line


def _text(line: dict[str, Any]) -> str:
    return "".join(span["text"] for span in line["spans"])


def _inside(box: Box, region: Box) -> bool:
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    return region[0] - 2 <= x <= region[2] + 2 and region[1] - 2 <= y <= region[3] + 2


def _is_whole(label: str, document: Document) -> bool:
    """Are there steps, and do their numbers, if they have some, follow each other from the first to the last?"""
    steps = next((a.lines for a in document.algorithms if a.label == label), ())
    numbers = [int(match[1]) for step in steps if (match := _NUMBERED.match(step))]
    if len(numbers) < 0.4 * len(steps):
        return len(steps) > 2
    return bool(numbers) and numbers == list(range(numbers[0], numbers[0] + len(numbers))) and numbers[0] <= 1


def _ratio(document: Document) -> float:
    """Tokens of the paper as it is sent over those of all that it says, its references aside."""
    said = [p.text for p in document.passages if p.kind != "row"]
    said += [" ".join((row.label, *row.cells)) for table in document.tables for row in table.rows]
    return estimate_tokens(paper_text(document, readable(document))) / estimate_tokens("\n".join(said))
