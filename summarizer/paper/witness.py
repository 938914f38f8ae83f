"""The second witness: what the paper's HTML says exactly is laid onto what the PDF says where.

The PDF gives the passages, their pages and boxes. The HTML gives their words, their LaTeX, cells and lines, where it
says the same. Where the two differ the PDF stands, and a warning says how often.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from rapidfuzz.distance import Indel

from summarizer.html.agree import Difference, Words, agreed
from summarizer.html.align import Range, align
from summarizer.html.displays import Formula, link, tex_of
from summarizer.html.flow import Flow, flow_of
from summarizer.html.letters import letters
from summarizer.html.page import UselessPage
from summarizer.html.paper import Float, read_html
from summarizer.html.tables import row_passages, witnessed
from summarizer.types import Algorithm, Document, Passage, Table, Witness

WITNESS_VERSION = 1  # bumped when pages are read or laid onto documents differently

_SENTENCE = 20  # letters
_SAME_PAPER = 0.8  # share of the PDF's sentences that a page of the same paper has
_LONGER, _SPARE = 2, 20_000  # a page may have so much more text than the PDF, and so many letters besides
_LANDMARK = 0.9  # likeness from which the place of a sentence says where the equations beside it are
_SAME_CAPTION = 0.8  # likeness
_LABEL = re.compile(r"\W*\w+\.?\s*[A-Z]?\.?(?:\d+(?:\.\d+)*|[IVXL]+)\b")
_CUT = 8  # so many sentences missing in a row at the end: the page breaks off


@dataclass(frozen=True, slots=True)
class Aligned:
    """The PDF's passages, but for the rows of tables, and where on the page each stands."""

    passages: Sequence[Passage]
    found: Sequence[Range | None]
    flow: Flow

    def pairs(self) -> Iterator[tuple[Passage, Range | None]]:
        return zip(self.passages, self.found, strict=True)


def with_witness(document: Document, page: bytes, address: str, paper_id: str = "") -> Document:
    """The document in the words of the page where both agree; as it was, with the reason, where the page is no use.

    `paper_id` is the id with version that the page must carry; "" for a page that is not arXiv's.
    """
    try:
        aligned = align_document(document, flow_of(read_html(page, paper_id)))
    except UselessPage as error:
        return without_witness(document, str(error), warn=True)
    captions = {figure.label: figure.caption for figure in document.figures}
    lines = {a.label: _lines(a, captions.get(a.label, ""), aligned) for a in document.algorithms}
    words = {
        passage.id: lines.get(passage.item, {}).get(passage.text) or agreed(passage.text, place, aligned.flow)
        for passage, place in aligned.pairs()
        if place
    }
    formulas = _formulas(aligned)
    passages = {p.id: _in_words(p, words.get(p.id), formulas.get(p.id, "")) for p in aligned.passages}
    tables = [_table(table, document, aligned) for table in document.tables]
    captions = {passage.item: passage.text for passage in passages.values() if passage.kind == "caption"}
    tex = {passage.item: passage.tex for passage in passages.values() if passage.kind == "equation"}
    return replace(
        document,
        passages=_numbered(_with_rows(document, passages, tables)),
        figures=tuple(
            replace(figure, caption=captions.get(figure.label, figure.caption)) for figure in document.figures
        ),
        tables=tuple(replace(t, caption=captions.get(t.label, t.caption)) for t in tables),
        equations=tuple(replace(e, tex=tex.get(e.label, "")) for e in document.equations),
        algorithms=tuple(_in_lines(algorithm, lines[algorithm.label]) for algorithm in document.algorithms),
        witness=Witness(address),
        warnings=(*document.warnings, *_warnings(aligned, words, formulas, tables)),
    )


def without_witness(document: Document, reason: str, *, warn: bool = False) -> Document:
    """The document as the PDF alone has it. `warn` where there is a page that should have served."""
    warnings = (*document.warnings, f"the HTML is not used: {reason}") if warn else document.warnings
    return replace(document, witness=Witness(reason=reason), warnings=warnings)


def align_document(document: Document, flow: Flow) -> Aligned:
    """Where on the page the passages stand. Raises `UselessPage` if it has too little of what the PDF says."""
    passages = [passage for passage in document.passages if passage.kind != "row"]
    printed = sum(len(passage.text) for passage in document.passages) + sum(map(len, document.references))
    if len(flow.letters) > _LONGER * printed + _SPARE:
        raise UselessPage("it is far longer than the PDF")
    floating = [passage.kind in ("caption", "code") for passage in passages]
    aligned = Aligned(passages, align([letters(p.text) for p in passages], floating, flow), flow)
    missing = _missing(aligned)
    if sum(missing) > (1 - _SAME_PAPER) * len(missing):
        raise UselessPage(f"it has {len(missing) - sum(missing)} of the PDF's {len(missing)} sentences")
    return aligned


def _missing(aligned: Aligned) -> list[bool]:
    """Of each sentence, whether the page lacks it."""
    sentences = ((p, place) for p, place in aligned.pairs() if p.kind == "text" and len(letters(p.text)) >= _SENTENCE)
    return [place is None for _, place in sentences]


def _in_words(passage: Passage, words: Words | Difference | None, formula: str) -> Passage:
    if formula:
        return replace(passage, tex=formula)
    return replace(passage, text=words.text, tex=words.tex) if isinstance(words, Words) else passage


def _formulas(aligned: Aligned) -> dict[int, str]:
    """The LaTeX of display equations by the id of their passage; each is between the sentences it is between."""
    pieces = list(_pieces(aligned))
    found: dict[int, str] = {}
    for numbers, rows in link([formula for _, formula in pieces], aligned.flow):
        own = [pieces[n] for n in numbers]
        tex = tex_of(" ".join(formula.text for _, formula in own), rows, aligned.flow)
        first = next((passage for passage, _ in own if passage.kind == "equation"), own[0][0])
        if tex:
            found[first.id] = tex if first.kind == "equation" else f"${tex}$"
    return found


def _pieces(aligned: Aligned) -> Iterator[tuple[Passage, Formula]]:
    """What may be a display equation, or a part of one that the PDF has as a sentence."""
    low = 0
    waiting: list[Passage] = []
    for passage, place in aligned.pairs():
        within = place is not None and aligned.flow.is_display(place.start, place.end)
        if passage.kind == "equation" or (passage.kind == "text" and within):
            waiting.append(passage)
        elif place and low <= place.start and _is_landmark(place):
            yield from ((piece, Formula(piece.text, low, place.start)) for piece in waiting)
            low, waiting = place.end, []
    yield from ((piece, Formula(piece.text, low, len(aligned.flow.letters))) for piece in waiting)


def _is_landmark(place: Range) -> bool:
    return place.likeness >= _LANDMARK and place.end - place.start >= _SENTENCE / 2


def _table(table: Table, document: Document, aligned: Aligned) -> Table:
    paper = aligned.flow.paper
    found = _float(table.label, table.caption, [f for f in paper.floats if f.tables], paper.text)
    page = [passage for passage in document.passages if passage.page == table.page]
    return (found and witnessed(table, page, found, paper)) or table


def _float(label: str, caption: str, floats: Sequence[Float], text: str) -> Float | None:
    """What the page has under this caption: numbers may be others (Figure 10 as 11, Table I as 1), words are not."""
    own = _unlabelled(caption)
    alike = [(_alike(own, _unlabelled(text[slice(*f.caption)])), f.label == label) for f in floats]
    best = max(range(len(floats)), key=lambda n: alike[n], default=None)
    if best is not None and alike[best][0] >= _SAME_CAPTION:
        return floats[best]
    return next((f for f in floats if f.label == label), None)


def _alike(one: str, other: str) -> float:
    """How like two captions are, as far as both go: one may be cut."""
    length = min(len(one), len(other)) if min(len(one), len(other)) >= _SENTENCE else None
    return Indel.normalized_similarity(one[:length], other[:length])


def _unlabelled(caption: str) -> str:
    """The letters of a caption without those of its label."""
    return letters(_LABEL.sub("", caption, count=1))


def _with_rows(document: Document, passages: Mapping[int, Passage], tables: Sequence[Table]) -> Iterator[Passage]:
    """All passages in their order, with the rows of tables that are the page's."""
    rows = {table.label: _rows(table, document) for table in tables if table.source == "html"}
    written: set[str] = set()
    for passage in document.passages:
        if passage.kind != "row":
            yield passages[passage.id]
        elif passage.item not in rows:
            yield passage
        if passage.item in rows and passage.item not in written and passage.kind in ("row", "caption"):
            written.add(passage.item)
            yield from rows[passage.item]


def _rows(table: Table, document: Document) -> list[Passage]:
    own = [passage for passage in document.passages if passage.item == table.label]
    return row_passages(table, [passage for passage in own if passage.kind == "row"], own[0]) if own else []


def _numbered(passages: Iterator[Passage]) -> tuple[Passage, ...]:
    return tuple(replace(passage, id=number) for number, passage in enumerate(passages, 1))


def _lines(algorithm: Algorithm, caption: str, aligned: Aligned) -> dict[str, Words]:
    """The lines of an algorithm, as the PDF has them, in the words of the page."""
    flow = aligned.flow
    floats = [f for f in flow.paper.floats if f.lines]
    found = _float(algorithm.label, caption, floats, flow.paper.text)
    if not found:
        return {}
    within = flow.letter(found.lines[0][0]), flow.letter(found.lines[-1][1])
    places = align([letters(line) for line in algorithm.lines], [False] * len(algorithm.lines), flow, within)
    own = {line: agreed(line, place, flow) for line, place in zip(algorithm.lines, places, strict=True) if place}
    return {line: words for line, words in own.items() if isinstance(words, Words)}


def _in_lines(algorithm: Algorithm, lines: Mapping[str, Words]) -> Algorithm:
    texts = ((lines[line].tex or lines[line].text) if line in lines else line for line in algorithm.lines)
    return replace(algorithm, lines=tuple(texts))


def _warnings(
    aligned: Aligned, words: Mapping[int, Words | Difference], formulas: Mapping[int, str], tables: Sequence[Table]
) -> Iterator[str]:
    """Where the two witnesses differ, and what the page hides or lacks."""
    if hidden := aligned.flow.paper.hidden:
        yield f"the HTML hides {hidden} pieces of text; they are not used"
    missing = _missing(aligned)
    if all(missing[-_CUT:]):
        yield "the HTML breaks off before the PDF does"
    differing = Counter(own for number, own in words.items() if isinstance(own, str) and number not in formulas)
    for what, count in differing.items():
        yield f"{count} passages differ from the HTML ({what}); the PDF stands"
    if refused := sum(table.source == "pdf" for table in tables):
        yield f"{refused} of {len(tables)} tables are not as in the HTML; the PDF stands"
