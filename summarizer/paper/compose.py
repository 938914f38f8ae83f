"""A checked answer to a `Digest`."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from summarizer.config import Config
from summarizer.llm.ask import Answer
from summarizer.llm.wire import wire_schema
from summarizer.paper import review
from summarizer.schema import BaseDigest, kinds, sections, shape
from summarizer.store.results import fingerprint
from summarizer.trust.chinese import polish
from summarizer.trust.claims import MARK
from summarizer.types import FIGURES, RATING, Digest, Document, Figure, Paper, PlacedFigure, Table, add_usage
from summarizer.work import Work


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
) -> Digest:
    """The digest of an answer's reviewed sentences. `images` are the store's names of the paper's pictures."""
    schema, config = work.style.schema, work.config
    rating = review.rate(answer, reviewed, document)
    figures = tuple(
        replace(place_figure(item, choice.section, images, paper, config), item=n)
        for n, choice, item in review.chosen_figures(answer, document)
    )
    placed = {figure.item for figure in figures}
    claims = tuple(
        claim
        for claim in reviewed.claims
        if (
            claim.section != FIGURES or claim.item in placed
        )  # what is said below a figure that is not shown is not said
        and (claim.section != RATING or (rating and rating.stars))
    )
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
        rating=replace(rating, scale=config.rating) if rating else None,
        numbers=review.count_numbers(claims),
        repaired=reviewed.repaired,
        left_out=left_out,
        warnings=(
            *review.warnings(answer, reviewed, document, work.wording.glossary),
            *(f"the JSON of an answer was mended: {reply.mended}" for reply in spent if reply.mended),
        ),
        calls=sum(a.replies for a in spent),
        usage=add_usage(a.usage for a in spent),
        model=config.model,
        prompt_fingerprint=fingerprint(work.prompts.fingerprints(work.style)),
        schema_fingerprint=fingerprint(wire_schema(schema)),
    )


def place_figure(
    item: Figure | Table, section: str, images: Mapping[str, str], paper: Paper, config: Config
) -> PlacedFigure:
    """A figure or table in a section, as far as its picture may be shown."""
    shown = config.shows_figures(paper.license)
    name = re.sub(r"[^a-z0-9.]+", "-", item.label.lower()).strip("-.") + ".png"
    file = f"figures/{name}" if shown and item.image else ""
    return PlacedFigure(item.label, "", item.page, section, file, images.get(item.image or "", ""))


def _chinese_title(answer: BaseDigest) -> str:
    schema = type(answer)
    title = next((str(getattr(answer, n)) for n in schema.model_fields if shape(schema, n) == "title"), "")
    return polish(MARK.sub("", title)).strip().rstrip("。")
