"""A digest without a model: the paper's own sentences under a style's headings.

Sentences are chosen by the section they stand in, their place in it, cue words and numbers, in the
manner of classical extractive summarisation (Edmundson, 1969: cue, title, location). The choice is
deterministic and no sentence is used twice.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from summarizer.llm.wire import wire_schema
from summarizer.paper.compose import place_figure
from summarizer.schema import BaseDigest, Source, kinds, sections, shape, source
from summarizer.store.results import fingerprint
from summarizer.trust.rating import code_link
from summarizer.types import (
    Claim,
    Digest,
    Document,
    Figure,
    Paper,
    Passage,
    PlacedRow,
    PlacedTable,
    Stars,
    Table,
    Usage,
)
from summarizer.work import Work

EXTRACT_VERSION = 3
_ITEMS = ("points", "steps", "tables")  # kinds of sections in which each sentence stands by itself
_MOST_ROWS, _MOST_COLUMNS = 14, 8  # of a table that is shown whole


@dataclass(frozen=True, slots=True)
class _Rule:
    """Where a section's sentences come from: titles of the paper's sections, cue words, how many."""

    titles: str
    cues: str
    count: int
    numbers: float = 0.0  # weight of a number in the sentence


_RULES: dict[Source, _Rule] = {
    "abstract": _Rule(r"abstract", r"", 5),
    "background": _Rule(
        r"introduction|background|motivation|related",
        r"\b(recent|widely|has become|have become|popular|important|progress|success|applications?|increasingly)\b",
        3,
    ),
    "challenges": _Rule(
        r"introduction|abstract|background|motivation|related|problem",
        r"\b(however|but|challeng\w+|limit\w*|lacks?|suffers?|expensive|difficult|costly|fails?|unclear|bottleneck)\b",
        3,
    ),
    "contributions": _Rule(
        r"introduction|abstract|contribution|overview",
        r"\b(we (propose|introduce|present|show|develop|contribute)|novel|our (method|approach|contribution)|in this "
        r"(paper|work))\b",
        3,
    ),
    "method": _Rule(
        r"method|model|approach|architecture|algorithm|framework|training|design|system|proposed|theory|formulation",
        r"\b(we|our|consists?|each|first|then|given|define[sd]?|compute[sd]?|loss|objective|layers?|train(ed|ing)?)\b",
        5,
    ),
    "results": _Rule(
        r"experiment|result|evaluation|analysis|ablation|benchmark|findings|discussion",
        r"\b(outperforms?|achieves?|improves?|compared|better|higher|lower|than|accuracy|table|results? show"
        r"|baseline)\b",
        4,
        0.6,
    ),
    "numbers": _Rule(
        r"abstract|result|experiment|evaluation|conclusion|discussion",
        r"\b(achieves?|outperforms?|improves?|reduces?|faster|state[- ]of[- ]the[- ]art|total|only|by)\b",
        3,
        1.0,
    ),
    "conclusion": _Rule(r"conclusion|conclud|summary|discussion|limitation|abstract", r"\b(we|this|our)\b", 2),
}

_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_WHOLE = re.compile(r"^[\"“(]?[A-Z\u4e00-\u9fff].{30,420}[.!?。！？][\"”)]?$", re.DOTALL)


def draft_digest(paper: Paper, document: Document, images: Mapping[str, str], work: Work) -> Digest:
    """The same as `compose_digest` makes, from the paper's own sentences."""
    schema = work.style.schema
    claims = tuple(
        Claim(name, p.text, (p.id,), (p.page,), "supported", item=n if shape(schema, name) in _ITEMS else 0)
        for name, passages in choose_passages(document, schema).items()
        for n, p in enumerate(passages)
    )
    tables = tuple(choose_tables(document, schema))
    shown = {table.label for table in tables}
    figures = tuple(
        replace(place_figure(item, name, images, paper, work.config), caption=_bare_caption(item))
        for name, item in choose_figures(document, schema)
        if item.label not in shown
    )
    return Digest(
        key="",
        paper=paper,
        style=work.style.name,
        layout=schema.layout,
        basis="extract",
        title_zh="",
        headings=sections(schema),
        kinds=kinds(schema),
        claims=claims,
        omitted=(),
        figures=figures,
        tables=tables,
        equations=(),
        rating=Stars(None) if "rating" in kinds(schema).values() else None,
        numbers=0,
        repaired=0,
        left_out=(),
        code=code_link(document),
        warnings=document.warnings,
        calls=0,
        usage=Usage(),
        model="",
        prompt_fingerprint="",
        schema_fingerprint=fingerprint(wire_schema(schema)),
    )


def choose_passages(document: Document, schema: type[BaseDigest]) -> dict[str, list[Passage]]:
    """{field of the style: passages in the paper's order}; fields without a source are absent."""
    usable = [p for p in document.passages if p.kind == "text" and _is_sentence(p.text)]
    used: set[int] = set()
    chosen = {}
    for name in sections(schema):
        rule = _RULES.get(kind) if (kind := source(schema, name)) else None
        if rule is None:
            continue
        picked = _pick(document, [p for p in usable if p.id not in used], rule)
        used |= {p.id for p in picked}
        chosen[name] = picked
    return chosen


def choose_figures(document: Document, schema: type[BaseDigest]) -> list[tuple[str, Figure | Table]]:
    """The first two figures of the body under the method, the first table and the next figure under the results."""
    fields = {kind: name for name in sections(schema) if (kind := source(schema, name))}
    figures = [f for f in document.figures if f.image and f.label.startswith("Figure")]
    tables = [t for t in document.tables if t.image]
    placed: list[tuple[str, Figure | Table]] = []
    if "method" in fields:
        placed += [(fields["method"], figure) for figure in figures[:2]]
    if "results" in fields:
        placed += [(fields["results"], figure) for figure in figures[2:3]]
        placed += [(fields["results"], table) for table in tables[:1]]
    return placed


def choose_tables(document: Document, schema: type[BaseDigest]) -> Iterator[PlacedTable]:
    """The first table that is sure and small enough to be shown whole, under the results of a style with tables."""
    fields = [name for name in sections(schema) if shape(schema, name) == "tables" and source(schema, name)]
    small = (t for t in document.tables if t.sure and len(t.rows) <= _MOST_ROWS and len(t.columns) <= _MOST_COLUMNS)
    if fields and (table := next(small, None)):
        last = 1 + len(choose_passages(document, schema).get(fields[0], ()))
        passages = {p.row: p.id for p in document.passages if p.kind == "row" and p.item == table.label}
        rows = tuple(
            PlacedRow(row.label, row.cells, (passages[n],) if n in passages else ())
            for n, row in enumerate(table.rows, 1)
        )
        yield PlacedTable(table.label, table.page, fields[0], last, table.corner, table.columns, rows)


def _bare_caption(item: Figure | Table) -> str:
    """The paper's caption without its label, which is shown in Chinese."""
    return re.sub(rf"^{re.escape(item.label)}\s*[.:|—–-]?\s*", "", item.caption, flags=re.IGNORECASE)


def _pick(document: Document, passages: Sequence[Passage], rule: _Rule) -> list[Passage]:
    titles = re.compile(rule.titles, re.IGNORECASE)
    top = _top_titles(document)
    body = [p for p in passages if p.section is None or not document.sections[p.section].appendix]
    at_home = {p.id for p in body if p.section is not None and titles.search(top[p.section])}
    cues = re.compile(rule.cues, re.IGNORECASE) if rule.cues else None

    def score(place: int, passage: Passage) -> float:
        cue = min(len(cues.findall(passage.text)), 3) if cues else 0
        numbers = min(len(_NUMBER.findall(passage.text)), 4) * rule.numbers
        return 4 * (passage.id in at_home) + cue + numbers + 1.5 / (1 + place / 4)

    pool = sorted(body, key=lambda p: (p.id not in at_home, p.id))
    ranked = sorted(enumerate(pool), key=lambda item: (-score(*item), item[1].id))
    return sorted((p for _, p in ranked[: rule.count]), key=lambda p: p.id)


def _top_titles(document: Document) -> list[str]:
    """For each section the titles from its top section down to itself, in one string."""
    titles: list[str] = []
    path: list[str] = []
    for section in document.sections:
        path = [*path[: section.level - 1], section.title]
        titles.append("" if section.appendix else " / ".join(path))
    return titles


def _is_sentence(text: str) -> bool:
    letters = sum(c.isalpha() or c.isspace() for c in text)
    return bool(_WHOLE.match(text)) and letters > 0.75 * len(text)
