"""A checked answer to a `Digest`."""

import re
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

from summarizer.config import Config
from summarizer.llm.ask import Answer
from summarizer.llm.wire import wire_schema
from summarizer.paper import review
from summarizer.paper.pieces import chosen
from summarizer.schema import BaseDigest, EquationChoice, TableChoice, kinds, sections, shape
from summarizer.store.results import fingerprint
from summarizer.trust.chinese import polish
from summarizer.trust.marks import Marks
from summarizer.trust.numbers import quantities
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
    Row,
    Stars,
    Table,
    add_usage,
)
from summarizer.work import Work

_NO_CAPTION = -1  # the item of a picture that stands for a table


def compose_digest(
    paper: Paper,
    document: Document,
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
    schema, config = work.style.schema, work.config
    rating = review.rate(answer, reviewed, document)
    tables = tuple(place_tables(answer, document))
    figures = tuple(place_figures(answer, document, images, paper, config, {table.label for table in tables}))
    claims = _shown(reviewed.claims, figures, rating)
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


def _shown(claims: Sequence[Claim], figures: Sequence[PlacedFigure], rating: Stars | None) -> tuple[Claim, ...]:
    """Without captions of figures that are not shown, and without the weakness where no stars are given."""
    placed = {figure.item for figure in figures}
    rated = rating is not None and rating.stars is not None
    return tuple(
        claim
        for claim in claims
        if (claim.section != FIGURES or claim.item in placed) and (claim.section != RATING or rated)
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
    """The chosen figures but those whose cells are `shown` as a table, and pictures of tables that are not sure."""
    chosen_figures = review.chosen_figures(answer, document)
    for n, choice, item in chosen_figures:
        if item.label not in shown:
            yield replace(place_figure(item, choice.section, images, paper, config), item=n)
    marks = Marks(document)
    seen = {item.label for _, _, item in chosen_figures}
    for name, _, table_choice in chosen(answer, TableChoice):
        table = marks.tables.get(table_choice.table.strip("[] "))
        if table and table.image and not table.sure and table.label not in seen:
            seen.add(table.label)
            yield replace(place_figure(table, name, images, paper, config), item=_NO_CAPTION)


def place_figure(
    item: Figure | Table, section: str, images: Mapping[str, str], paper: Paper, config: Config
) -> PlacedFigure:
    """A figure or table in a section, as far as its picture may be shown."""
    file, image = _picture(item, images, paper, config)
    return PlacedFigure(item.label, "", item.page, section, file, image)


def place_tables(answer: BaseDigest, document: Document) -> Iterator[PlacedTable]:
    """The chosen rows and columns of tables whose grid is sure; what is chosen and not there is left out."""
    marks = Marks(document)
    for name, n, choice in chosen(answer, TableChoice):
        table = marks.tables.get(choice.table.strip("[] "))
        if table and table.sure and (placed := place_table(table, name, n, choice)):
            yield placed


def place_table(table: Table, section: str, item: int, choice: TableChoice) -> PlacedTable | None:
    """None where the choice has no cell with something in it."""
    rows = [n - 1 for n in dict.fromkeys(choice.rows) if 0 < n <= len(table.rows)]
    columns = [n - 1 for n in dict.fromkeys(choice.columns) if 0 < n <= len(table.columns)]
    if not any(table.rows[r].cells[c] for r in rows for c in columns):
        return None
    best = [
        (y, x)
        for x, column in enumerate(columns)
        for y in best_rows([table.rows[r].cells[column] for r in rows], table, column, choice)
    ]
    return PlacedTable(
        table.label,
        table.page,
        section,
        item,
        table.corner,
        tuple(table.columns[c] for c in columns),
        tuple(Row(table.rows[r].label, tuple(table.rows[r].cells[c] for c in columns)) for r in rows),
        tuple(best),
        partial=len(rows) < len(table.rows) or len(columns) < len(table.columns),
    )


def best_rows(shown: Sequence[str], table: Table, column: int, choice: TableChoice) -> list[int]:
    """Indices into `shown`, cells of a column, of those that no row of the whole table surpasses.

    None where neither the head (↑, ↓) nor the choice says which way is better, or what is counted differs.
    """
    up = "↑" in table.columns[column] or column + 1 in choice.higher
    down = "↓" in table.columns[column] or column + 1 in choice.lower
    values = [value for row in table.rows if (value := _value(row.cells[column])) is not None]
    if up == down or len(values) < 2 or len({sort for sort, _ in values}) > 1:
        return []
    best = max(values) if up else min(values)
    return [n for n, cell in enumerate(shown) if _value(cell) == best]


def _value(cell: str) -> tuple[str, Fraction] | None:
    """What a cell counts and how much, by its first number: 27.3, 84.6%, 1,024, 93.1±0.2, 1.8⋅10^20, −3 ms."""
    unsigned = cell.lstrip("-−+ ")
    found = quantities(unsigned)
    if not found or found[0].span[0]:
        return None
    value = -found[0].value if cell.lstrip().startswith(("-", "−")) else found[0].value
    return f"{found[0].kind} {found[0].unit}", value


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
            if equation.tex or file:
                yield PlacedEquation(equation.label, equation.number, equation.page, name, n, equation.tex, file, image)


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
