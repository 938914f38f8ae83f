"""The second witness: what the paper's HTML says exactly is laid onto what the PDF says where.

The PDF gives the passages, their pages and boxes. The HTML gives their words, their LaTeX, cells and lines, where it
says the same. Where the two differ the PDF stands, and a warning says how often.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from rapidfuzz.distance import Indel

from summarizer.html.agree import Difference, Words, agreed
from summarizer.html.algorithms import in_words, line_words
from summarizer.html.aligned import SENTENCE, Aligned, align_document
from summarizer.html.formulas import LinkedFormula, linked_formulas
from summarizer.html.letters import letters
from summarizer.html.page import UselessPage
from summarizer.html.paper import HtmlFloat
from summarizer.html.reader import read_html
from summarizer.html.tables import row_passages, witnessed
from summarizer.types import Algorithm, Document, Equation, Passage, Table, Witness

WITNESS_VERSION = 2  # bumped when pages are read or laid onto documents differently

_SAME_CAPTION = 0.8  # likeness
_LABEL = re.compile(r"\W{0,12}\w{1,24}\.?\s{0,4}[A-Z]?\.?(?:\d{1,6}(?:\.\d{1,6}){0,4}|[IVXL]{1,8})\b")
_CUT = 8  # so many sentences missing in a row at the end: the page breaks off


def with_witness(document: Document, page: bytes, address: str, paper_id: str = "") -> Document:
    """The document in the words of the page where both agree; as it was, with the reason, where the page is no use.

    `paper_id` is the id with version that the page must carry; "" for a page that is not arXiv's.
    """
    try:
        aligned = align_document(document, read_html(page, paper_id))
    except UselessPage as error:
        return without_witness(document, str(error), warn=True)
    captions = {figure.label: figure.caption for figure in document.figures}
    lines = {a.label: _lines(a, captions.get(a.label, ""), aligned) for a in document.algorithms}
    words: dict[int, Words | Difference] = {
        passage.id: agreed(passage.text, place, aligned.flow) for passage, place in aligned.pairs() if place
    }
    words |= {p.id: lines[p.item][p.text] for p in aligned.passages if p.text in lines.get(p.item, {})}
    formulas = list(linked_formulas(aligned))
    passages = {p.id: _in_words(p, words.get(p.id)) for p in aligned.passages} | _in_latex(formulas)
    tables = [_table(table, document, aligned) for table in document.tables]
    captions = {passage.item: passage.text for passage in passages.values() if passage.kind == "caption"}
    return replace(
        document,
        passages=_numbered(_with_rows(document, passages, tables)),
        figures=tuple(replace(f, caption=captions.get(f.label, f.caption)) for f in document.figures),
        tables=tuple(replace(t, caption=captions.get(t.label, t.caption)) for t in tables),
        equations=tuple(_equations(document, passages)),
        algorithms=tuple(in_words(algorithm, lines[algorithm.label]) for algorithm in document.algorithms),
        witness=Witness(address),
        warnings=(*document.warnings, *_warnings(aligned, words, passages, tables)),
    )


def without_witness(document: Document, reason: str, *, warn: bool = False) -> Document:
    """The document as the PDF alone has it. `warn` where there is a page that should have served."""
    warnings = (*document.warnings, f"the HTML is not used: {reason}") if warn else document.warnings
    return replace(document, witness=Witness(reason=reason), warnings=warnings)


def _in_words(passage: Passage, words: Words | Difference | None) -> Passage:
    """A formula that the page has within a sentence is no display equation."""
    if not isinstance(words, Words):
        return passage
    if passage.kind == "equation":
        return replace(passage, kind="text", item="", text=words.text, tex=words.tex)
    return replace(passage, text=words.text, tex=words.tex)


def _in_latex(formulas: Sequence[LinkedFormula]) -> dict[int, Passage]:
    """The passages of display equations; what the PDF cuts is one item, and its first passage has the LaTeX."""
    found: dict[int, Passage] = {}
    for formula in formulas:
        first = next((passage for passage in formula.passages if passage.kind == "equation"), formula.passages[0])
        found |= {p.id: replace(p, item=first.item) for p in formula.passages if p.kind == "equation"}
        tex = formula.tex if first.kind == "equation" else f"${formula.tex}$"
        found[first.id] = replace(first, tex=tex)
    return found


def _equations(document: Document, passages: Mapping[int, Passage]) -> Iterator[Equation]:
    """Those that are display equations on the page, too, or that the page does not have."""
    for equation in document.equations:
        own = [p for p in passages.values() if p.kind == "equation" and p.item == equation.label]
        if own:
            text = " ".join([equation.text, *(passage.text for passage in own[1:])])
            yield replace(equation, text=text, tex=own[0].tex)


def _table(table: Table, document: Document, aligned: Aligned) -> Table:
    """The page's, if the PDF bears it out, and has only one of that label: a file may hold two papers."""
    if sum(other.label == table.label for other in document.tables) > 1:
        return table
    paper = aligned.flow.paper
    found = _float(table.label, table.caption, [f for f in paper.floats if f.tables], paper.text)
    page = [passage for passage in document.passages if passage.page == table.page]
    return (found and witnessed(table, page, found, paper)) or table


def _float(label: str, caption: str, floats: Sequence[HtmlFloat], text: str) -> HtmlFloat | None:
    """What the page has under this caption: numbers may be others (Figure 10 as 11, Table I as 1), words are not."""
    own = _unlabelled(caption)
    alike = [(_alike(own, _unlabelled(text[slice(*f.caption)])), f.label == label) for f in floats]
    best = max(range(len(floats)), key=lambda n: alike[n], default=None)
    if best is not None and alike[best][0] >= _SAME_CAPTION:
        return floats[best]
    return next((f for f in floats if f.label == label), None)


def _alike(one: str, other: str) -> float:
    """How like two captions are, as far as both go: one may be cut."""
    length = min(len(one), len(other)) if min(len(one), len(other)) >= SENTENCE else None
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
            yield passages.get(passage.id, passage)  # the text in a figure is the PDF's alone
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
    paper = aligned.flow.paper
    found = _float(algorithm.label, caption, [f for f in paper.floats if f.lines], paper.text)
    return line_words(algorithm, found, aligned.flow) if found else {}


def _warnings(
    aligned: Aligned,
    words: Mapping[int, Words | Difference],
    passages: Mapping[int, Passage],
    tables: Sequence[Table],
) -> Iterator[str]:
    """Where the two witnesses differ, and what the page hides or lacks."""
    if hidden := aligned.flow.paper.hidden:
        yield f"the HTML hides {hidden} pieces of text; they are not used"
    if all(aligned.missing()[-_CUT:]):
        yield "the HTML breaks off before the PDF does"
    differing = Counter(own for number, own in words.items() if isinstance(own, str) and not passages[number].tex)
    for what, count in differing.items():
        yield f"passages that differ from the HTML in their {what}: {count}; the PDF stands"
    if refused := sum(table.source == "pdf" for table in tables):
        yield f"tables that are not as in the HTML: {refused} of {len(tables)}; the PDF stands"
