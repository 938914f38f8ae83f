"""A checked answer to a `Digest`."""

import re
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from summarizer.config import Config
from summarizer.llm.ask import Answer
from summarizer.llm.wire import wire_schema
from summarizer.paper import review
from summarizer.paper.pieces import chosen
from summarizer.paper.tables import TableFiller
from summarizer.schema import BaseDigest, ComposedTable, EquationChoice, kinds, sections, shape
from summarizer.store.results import fingerprint
from summarizer.trust.chinese import polish
from summarizer.trust.evidence import Evidence
from summarizer.trust.formula import mend_tex, same_formula
from summarizer.trust.marks import Marks
from summarizer.trust.rating import code_link
from summarizer.types import (
    FIGURES,
    RATING,
    Claim,
    Digest,
    Document,
    Equation,
    Figure,
    Paper,
    PlacedEquation,
    PlacedFigure,
    PlacedTable,
    Stars,
    Table,
    add_usage,
)
from summarizer.work import Work


def compose_digest(
    paper: Paper,
    evidence: Evidence,
    images: Mapping[str, str],
    answer: BaseDigest,
    reviewed: review.Reviewed,
    work: Work,
    *,
    left_out: tuple[str, ...],
    spent: Sequence[Answer[Any]],
    warnings: Sequence[str],
) -> Digest:
    """The digest of an answer's reviewed sentences. `images` are the store's names of the paper's pictures."""
    schema, config, document = work.style.schema, work.config, evidence.document
    rating = review.rate(answer, reviewed, document)
    tables = tuple(place_tables(answer, evidence, reviewed.claims))
    figures = tuple(place_figures(answer, document, images, paper, config, _labels(tables)))
    claims = _shown(reviewed.claims, figures, tables, rating)
    return Digest(
        key="",
        paper=paper,
        style=work.style.name,
        layout=schema.layout,
        basis="abstract" if any(p.page == 0 for p in document.passages) else "full text",
        title_zh=_chinese_title(answer),
        headings=sections(schema),
        kinds=kinds(schema),
        claims=claims,
        omitted=reviewed.omitted,
        figures=figures,
        tables=tables,
        equations=tuple(place_equations(answer, document, images, paper, config)),
        rating=replace(rating, scale=config.rating) if rating else None,
        numbers=review.count_numbers(claims),
        repaired=reviewed.repaired,
        left_out=left_out,
        code=code_link(document),
        warnings=(*warnings, *review.warnings(answer, reviewed, document, work.wording.glossary), *_mended(spent)),
        calls=sum(a.replies for a in spent),
        usage=add_usage(a.usage for a in spent),
        model=config.model,
        prompt_fingerprint=fingerprint(work.prompt_fingerprints),
        schema_fingerprint=fingerprint(wire_schema(schema)),
    )


def _labels(tables: Iterable[PlacedTable]) -> set[str]:
    return {label for table in tables for label in (table.label, *(label for label, _ in table.also)) if label}


def _shown(
    claims: Sequence[Claim], figures: Sequence[PlacedFigure], tables: Sequence[PlacedTable], rating: Stars | None
) -> tuple[Claim, ...]:
    """Without captions of figures and rows of tables that are not shown, and without the weakness where no stars are
    given."""
    placed = {figure.item for figure in figures}
    rows = {(table.section, table.item, row.claim) for table in tables for row in table.rows}
    rated = rating is not None and rating.stars is not None
    return tuple(
        claim
        for claim in claims
        if (claim.section != FIGURES or claim.item in placed)
        and (claim.section != RATING or rated)
        and (claim.row is None or (claim.section, claim.item, claim.row) in rows)
    )


def _mended(spent: Sequence[Answer[Any]]) -> list[str]:
    return [f"the JSON of an answer was mended: {answer.mended}" for answer in spent if answer.mended]


def place_figures(
    answer: BaseDigest,
    document: Document,
    images: Mapping[str, str],
    paper: Paper,
    config: Config,
    shown: Container[str],
) -> Iterator[PlacedFigure]:
    """The chosen figures but those whose cells are `shown` as a table."""
    for n, choice, item in review.chosen_figures(answer, document):
        if item.label not in shown:
            yield replace(place_figure(item, choice.section, images, paper, config), item=n)


def place_figure(
    item: Figure | Table, section: str, images: Mapping[str, str], paper: Paper, config: Config
) -> PlacedFigure:
    """A figure or table in a section, as far as its picture may be shown."""
    file, image = _picture(item, images, paper, config)
    return PlacedFigure(item.label, "", item.page, section, file, image)


def place_tables(answer: BaseDigest, evidence: Evidence, claims: Sequence[Claim]) -> Iterator[PlacedTable]:
    """The composed tables with the paper's cells, and with those written rows that are among the claims."""
    filler = TableFiller(evidence)
    for name, n, table in chosen(answer, ComposedTable):
        own = [claim for claim in claims if (claim.section, claim.item) == (name, n)]
        if placed := filler.fill(table, name, n, own):
            yield placed


def place_equations(
    answer: BaseDigest, document: Document, images: Mapping[str, str], paper: Paper, config: Config
) -> Iterator[PlacedEquation]:
    """The chosen display equations, each once."""
    marks, seen = Marks(document), set[str]()
    for name, n, choice in chosen(answer, EquationChoice):
        equation = marks.equations.get(choice.equation.strip("[] "))
        if equation and equation.label not in seen:
            seen.add(equation.label)
            file, image = _picture(equation, images, paper, config)
            if (tex := _tex(equation, choice)) or file:
                yield PlacedEquation(equation.label, equation.number, equation.page, name, n, tex, file, image)


def _tex(equation: Equation, choice: EquationChoice) -> str:
    """The paper's LaTeX, else the model's if it is the same formula; "" leaves the picture."""
    written = mend_tex(f"${choice.tex.strip().strip('$')}$").strip("$")
    return equation.tex or (written if same_formula(written, equation.text) else "")


def _picture(
    item: Figure | Table | Equation, images: Mapping[str, str], paper: Paper, config: Config
) -> tuple[str, str]:
    """Where a picture stands beside the digest, "" if it may not be shown, and its name in the store."""
    shown = config.shows_figures(paper.license)
    name = re.sub(r"[^a-z0-9.]+", "-", item.label.lower()).strip("-.") + ".png"
    image = images.get(item.image or "", "")
    return (f"figures/{name}" if shown and image else "", image)


def _chinese_title(answer: BaseDigest) -> str:
    schema = type(answer)
    title = next((str(getattr(answer, n)) for n in schema.model_fields if shape(schema, n) == "title"), "")
    return polish(Marks.without(title)).strip().rstrip("。")
