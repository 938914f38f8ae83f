"""A document to a `Digest`: written by the model and checked, or drafted from the paper's own sentences."""

import re
from collections.abc import Mapping
from typing import Any

from summarizer.config import Config
from summarizer.errors import AnswerError
from summarizer.llm import offline
from summarizer.llm.ask import Answer
from summarizer.llm.client import Model
from summarizer.llm.digest import ask_digest
from summarizer.llm.repair import ask_repairs
from summarizer.llm.wire import wire_schema
from summarizer.output import markdown
from summarizer.paper import review
from summarizer.schema import BaseDigest, lines, sections, shape
from summarizer.store.results import digest_of
from summarizer.trust.chinese import polish
from summarizer.trust.claims import MARK
from summarizer.trust.evidence import Evidence
from summarizer.types import (
    Claim,
    Digest,
    Document,
    Figure,
    Paper,
    PlacedFigure,
    Stars,
    Table,
    Usage,
    add_usage,
)
from summarizer.work import Work


async def write_digest(
    paper: Paper, document: Document, images: Mapping[str, str], work: Work, client: Model
) -> Digest:
    """Ask the model, check every sentence, have the failing ones mended once, leave out what fails again.

    `images` are the store's names of the pictures. Raises `AnswerError` and what `Client` raises.
    """
    style, config = work.style, work.config
    answer, left_out = await ask_digest(
        client, work.store, paper.title, document, style, work.prompts, config,
        subject=paper.id, check=lambda value: review.answer_problems(value, document),
    )  # fmt: skip
    work.progress(paper.id, "checking")
    headings = sections(style.schema)
    reviewed, mending = await _review(paper, answer.value, document, work, client)
    spent: list[Answer[Any]] = [answer, *mending]
    rating = review.rate(answer.value, reviewed, document)
    figures = []
    for n, choice, item in review.chosen_figures(answer.value, document):
        captions = [claim for claim in reviewed.of(review.FIGURES) if claim.item == n]
        caption = "".join(markdown.claim_text(claim, paper) for claim in captions)
        figures.append(_placed(item, choice.section, caption, images, paper, config))
    return Digest(
        key="",
        paper=paper,
        style=style.name,
        layout=style.schema.layout,
        basis="abstract" if any(p.page == 0 for p in document.passages) else "full text",
        title_zh=_chinese_title(answer.value),
        headings=headings,
        lines=lines(style.schema),
        sections=review.published_sections(answer.value, reviewed, rating, paper, config.rating),
        claims=reviewed.claims,
        omitted=reviewed.omitted,
        figures=tuple(figures),
        rating=rating,
        numbers=review.count_numbers(reviewed.claims),
        repaired=reviewed.repaired,
        left_out=left_out,
        warnings=review.warnings(answer.value, reviewed, document, work.wording.glossary),
        calls=sum(a.replies for a in spent),
        usage=add_usage(a.usage for a in spent),
        model=config.model,
        prompt_digest=digest_of(work.prompts.digests(style)),
        schema_digest=digest_of(wire_schema(style.schema)),
    )


async def _review(
    paper: Paper, answer: BaseDigest, document: Document, work: Work, client: Model
) -> tuple[review.Reviewed, list[Answer[Any]]]:
    """The checked sentences of an answer, and the one call for mending it may have taken."""
    evidence, phrases = Evidence(document, work.wording.vocabulary), work.wording.phrases
    claims = review.first_check(answer, evidence, phrases)
    failed = review.failing(claims, evidence)
    texts: Mapping[int, str] = {}
    spent: list[Answer[Any]] = []
    if failed:
        work.progress(paper.id, f"mending {len(failed)} sentences")
        try:
            texts, repair = await ask_repairs(
                client, work.store, work.prompts.repair, work.prompts.reask, [f for _, f in failed],
                subject=paper.id, max_tokens=work.config.max_output_tokens,
            )  # fmt: skip
            spent.append(repair)
        except AnswerError as error:  # the sentences are left out, the rest of the digest is good
            work.progress(paper.id, f"not mended: {error.reason}")
    plain = lines(work.style.schema)
    reviewed = review.second_check(claims, [claim for claim, _ in failed], texts, evidence, phrases, plain)
    review.require_claims(reviewed, paper.id)
    return reviewed, spent


def draft_digest(paper: Paper, document: Document, images: Mapping[str, str], work: Work) -> Digest:
    """The same from the paper's own sentences, without a model."""
    schema = work.style.schema
    headings = sections(schema)
    chosen = offline.choose_passages(document, schema)
    claims = {
        name: [
            Claim(name, p.text, (p.id,), (p.page,), "supported", item=n if shape(schema, name) == "points" else 0)
            for n, p in enumerate(passages)
        ]
        for name, passages in chosen.items()
    }
    rated = any(shape(schema, name) == "rating" for name in headings)
    rating = Stars(None) if rated else None
    texts = {
        name: markdown.rating_text(Stars(None), "")
        if shape(schema, name) == "rating"
        else markdown.section_text(claims.get(name, []), paper, bullets=shape(schema, name) == "points")
        for name in headings
    }
    return Digest(
        key="",
        paper=paper,
        style=work.style.name,
        layout=schema.layout,
        basis="extract",
        title_zh="",
        headings=headings,
        lines=lines(schema),
        sections=texts,
        claims=tuple(claim for items in claims.values() for claim in items),
        omitted=(),
        figures=tuple(
            _placed(item, name, _bare_caption(item), images, paper, work.config)
            for name, item in offline.choose_figures(document, schema)
        ),
        rating=rating,
        numbers=0,
        repaired=0,
        left_out=(),
        warnings=document.warnings,
        calls=0,
        usage=Usage(),
        model="",
        prompt_digest="",
        schema_digest=digest_of(wire_schema(schema)),
    )


def _placed(
    item: Figure | Table, section: str, caption: str, images: Mapping[str, str], paper: Paper, config: Config
) -> PlacedFigure:
    shown = config.figures == "always" or (config.figures == "cc" and "creativecommons.org" in paper.license)
    name = re.sub(r"[^a-z0-9.]+", "-", item.label.lower()).strip("-.") + ".png"
    file = f"figures/{name}" if shown and item.image else ""
    return PlacedFigure(item.label, caption, item.page, section, file, images.get(item.image or "", ""))


def _bare_caption(item: Figure | Table) -> str:
    """The paper's caption without its label, which is shown in Chinese."""
    return markdown.escape(re.sub(rf"^{re.escape(item.label)}\s*[.:|—–-]?\s*", "", item.caption, flags=re.IGNORECASE))


def _chinese_title(answer: BaseDigest) -> str:
    schema = type(answer)
    title = next((str(getattr(answer, n)) for n in schema.model_fields if shape(schema, n) == "title"), "")
    return polish(MARK.sub("", title)).strip().rstrip("。")
