"""A `Digest` as Markdown: its values in the order and the words that a reader sees."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from summarizer.output import words
from summarizer.output.escape import code, escape, prose, tex
from summarizer.output.notes import checked, notes, silence
from summarizer.output.typography import raise_exponents, split_lead
from summarizer.trust.claims import before_final_mark
from summarizer.types import (
    FIGURES,
    RATING,
    Claim,
    Digest,
    Paper,
    PlacedEquation,
    PlacedFigure,
    PlacedTable,
    Stars,
)

_AUTHORS_SHOWN = 3
_VENUE = re.compile(r"\b(?:[A-Z][\w&/-]{0,20}[A-Z][\w&/-]{0,20}|Nature|Science)(?:[ -]?(?:\d{4}|['’]\d\d))\b")
_CREATIVE_COMMONS = re.compile(r"creativecommons\.org/(?:licenses|publicdomain)/([a-z-]{2,12})/(\d\.\d)")
_CATEGORY = re.compile(r"[A-Za-z-]+(?:\.[A-Za-z-]+)?")


@dataclass(frozen=True, slots=True)
class MarkdownEntry:
    """One digest as Markdown; `anchor` is what a table of contents links to."""

    title: str
    anchor: str
    text: str


def page_mark(paper: Paper, pages: Iterable[int]) -> str:
    """`[p5,7]`, each number a link to its page; page 0 is the abstract page. Never alone at the start of a line."""
    links = [
        f"[{'p' * (n == 0)}{page}]({paper.pdf_url}#page={page})" if page else f"[abs]({paper.url})"
        for n, page in enumerate(sorted(set(pages)))
    ]
    return f"\N{WORD JOINER}\\[{','.join(links)}\\]" if links else ""


def claim_text(claim: Claim, paper: Paper) -> str:
    """A sentence with its page mark before the final punctuation, as Chinese citations are set."""
    read_off = words.READ_OFF if claim.verdict == "figure" else ""
    return before_final_mark(prose(claim.text), read_off + page_mark(paper, claim.pages))


def section_text(digest: Digest, name: str, folder: str = "") -> str:
    """What stands below a heading; where nothing is left, why: the paper is silent, or what was said has failed."""
    kind, claims = digest.kinds[name], claims_of(digest, name)
    if kind == "rating" and digest.rating:
        weakness = "".join(claim_text(claim, digest.paper) for claim in claims_of(digest, RATING))
        return rating_text(digest.rating, weakness)
    placed: tuple[PlacedTable | PlacedEquation, ...] = (*digest.tables, *digest.equations)
    items = sorted({claim.item for claim in claims} | {shown.item for shown in placed if shown.section == name})
    if items:
        texts = [_item_text(digest, name, item, folder) for item in items]
        if kind == "steps":
            return "\n".join(_listed(f"{n}. ", text) for n, text in enumerate(texts, 1))
        if kind in ("points", "limits"):
            return "\n".join(_listed("- ", text) for text in texts)
        return "\n\n".join(texts)
    return silence(digest, name)


def _item_text(digest: Digest, name: str, item: int, folder: str) -> str:
    """A bullet, a paragraph, a step with its equation, a table with its reading."""
    claims = [claim for claim in claims_of(digest, name) if claim.item == item]
    tables = [table for table in digest.tables if (table.section, table.item) == (name, item)]
    equations = [equation for equation in digest.equations if (equation.section, equation.item) == (name, item)]
    lead, said = led_in(digest, name, [c for c in claims if c.part != "explain" and c.row is None])
    explained = _sentences(digest, [claim for claim in claims if claim.part == "explain"])
    shown = [_equation(equation, digest.paper, folder) for equation in equations]
    parts = [
        *(table_text(table, digest.paper, claims) for table in tables),
        f"**{escape(lead)}**：{_sentences(digest, said)}" if lead else _sentences(digest, said),
        "：".join(filter(None, ["\n\n".join(filter(None, shown)), explained])),
    ]
    return "\n\n".join(filter(None, parts))


def led_in(digest: Digest, name: str, claims: Sequence[Claim]) -> tuple[str, list[Claim]]:
    """The words in bold that lead in an item of a list, and its sentences without them; a limit ends with its kind.

    Where only a few items of a list begin so, these are sentences like the others.
    """
    if not claims or digest.kinds.get(name) not in ("points", "steps", "limits"):
        return "", list(claims)
    told = list(claims)
    if limit := words.LIMITS.get(told[-1].part):
        told[-1] = replace(told[-1], text=before_final_mark(told[-1].text, words.LIMIT.format(kind=limit)))
    lead, rest = split_lead(told[0].text) if _has_leads(digest, name) else ("", told[0].text)
    return lead, [replace(told[0], text=rest), *told[1:]]


def _has_leads(digest: Digest, name: str) -> bool:
    firsts = {claim.item: claim for claim in reversed(claims_of(digest, name))}
    return 2 * sum(bool(split_lead(claim.text)[0]) for claim in firsts.values()) > len(firsts)


def _sentences(digest: Digest, claims: Iterable[Claim]) -> str:
    return "".join(_spaced(claim_text(claim, digest.paper) for claim in claims))


def _listed(mark: str, text: str) -> str:
    """An item of a list; what belongs to it is indented."""
    return mark + text.replace("\n", "\n" + " " * len(mark)).replace(" " * len(mark) + "\n", "\n")


def table_text(table: PlacedTable, paper: Paper, claims: Iterable[Claim] = ()) -> str:
    """A table in Markdown under its title, the best of a column bold, with links to the pages that it is from.

    `claims` are those of its item: a written row has the mark of its pages in its last cell.
    """
    source = table_source(table)
    where = f"{source}{page_mark(paper, table_pages(table))}" if source else ""
    title = f"**{prose(table.title)}**" if table.title else ""
    caption = f"{title}（{where}）" if title and where else title or where
    pages = defaultdict[int | None, list[int]](list)
    for claim in claims:
        pages[claim.row] += claim.pages
    lines = [_cells(map(_cell, [table.corner, *table.columns])), _cells("---" for _ in range(len(table.columns) + 1))]
    for y, row in enumerate(table.rows):
        cells = [f"**{_cell(c)}**" if (y, x) in table.best else _cell(c) for x, c in enumerate(row.cells)]
        if row.claim is not None:
            cells[-1] += page_mark(paper, pages[row.claim])
        lines.append(_cells([_cell(row.label), *cells]))
    return "\n\n".join(filter(None, [f"{caption}：" if caption else "", "\n".join(lines)]))


def _cell(text: str) -> str:
    return prose(raise_exponents(text))


def _cells(texts: Iterable[str]) -> str:
    return f"| {' | '.join(texts)} |"


def _equation(equation: PlacedEquation, paper: Paper, folder: str) -> str:
    name = words.EQUATION.format(number=escape(equation.number)) if equation.number else words.EQUATION_UNNUMBERED
    if math := tex(equation.tex):
        return f"$$\n{math}\n$$\n\n{name}{page_mark(paper, [equation.page])}"
    if equation.file:
        return f"![{name}]({folder}{equation.file})\n\n{name}{page_mark(paper, [equation.page])}"
    return ""


def claims_of(digest: Digest, name: str) -> list[Claim]:
    return [claim for claim in digest.claims if claim.section == name]


def rating_text(rating: Stars, weakness: str) -> str:
    """Stars or a number out of ten, sub-scores with the caps that applied, and the weakness that was named."""
    if rating.stars is None:
        return "\n\n".join(filter(None, (words.NOT_RATED, words.WITHHELD.get(rating.withheld, ""))))
    caps = "；".join(words.CAPS[name] for name in rating.caps)
    scores = [_score(name, score, rating.reasons.get(name, "")) for name, score in rating.scores.items()]
    told = "\n".join(f"- {score}" for score in scores) if rating.reasons else "，".join(scores)
    total = stars(rating.stars) if rating.scale == "stars" else f"{rating.ten}/10"
    weak = f"{words.WEAKNESS}{weakness}" if weakness else ""
    return "\n\n".join(filter(None, (total, told, caps, weak)))


def _score(name: str, score: int, reason: str) -> str:
    return f"{words.SCORES[name]} {score}/4{f'：{escape(reason)}' if reason else ''}"


def stars(number: int) -> str:
    return "★" * number + "☆" * (5 - number)


def figure_name(label: str) -> str:
    """Figure 2 is 图 2."""
    kind, _, number = label.partition(" ")
    return f"{words.FIGURE_KINDS.get(kind.lower(), kind)} {escape(number)}".strip()


def table_source(table: PlacedTable) -> str:
    """据原文表 2、表 3，节选; "" where all rows are written."""
    names = [figure_name(label) for label in (table.label, *(label for label, _ in table.also)) if label]
    told = words.EXCERPT_FROM if table.partial else words.TABLE_FROM
    return told.format(names="、".join(names)) if names else ""


def table_pages(table: PlacedTable) -> list[int]:
    """The pages of the tables that it is from."""
    return [table.page, *(page for _, page in table.also)] if table.label else []


def entry(digest: Digest, *, number: int | None = None, level: int = 1, folder: str = "") -> MarkdownEntry:
    """A digest as Markdown. `level` is its heading's; `folder` leads from the page to the digest's own folder."""
    parts, title = {"entry": _entry, "pick": _pick, "list": _list_item}[digest.layout](digest, number, level, folder)
    text = "\n\n".join([*parts, f"*{checked(digest)}*"]) + "\n"
    if not digest.paper.pdf_url.startswith("http"):  # a local PDF lies beside its digest
        text = text.replace(f"]({digest.paper.pdf_url}", f"]({folder}{digest.paper.pdf_url}")
    return MarkdownEntry(title, "paper-" + re.sub(r"[^\w.-]", "_", digest.paper.id), text)


def page(digest: Digest) -> str:
    """The `digest.md` of one paper."""
    return entry(digest).text


def _entry(digest: Digest, number: int | None, level: int, folder: str) -> tuple[list[str], str]:
    original = escape(digest.paper.title)
    title = escape(digest.title_zh) or original
    head = [f"{'#' * level} {_numbered(title, number)}", *([f"**{original}**"] if original != title else [])]
    gist = [section_text(digest, name) for name, kind in digest.kinds.items() if kind == "gist"]
    head += [f"> {text}" for text in gist if text]
    return [*head, _facts(digest), *_notes(digest), *_body(digest, level + 1, folder)], title


def _pick(digest: Digest, number: int | None, level: int, folder: str) -> tuple[list[str], str]:
    title = escape(digest.title_zh or digest.paper.title)
    link = digest.paper.url or digest.paper.pdf_url
    closing = f"{words.LINK}：[{escape(digest.paper.title)}]({link})"
    return [f"**{_numbered(title, number)}**", *_notes(digest), *_body(digest, level + 1, folder), closing], title


def _list_item(digest: Digest, number: int | None, level: int, folder: str) -> tuple[list[str], str]:
    title = escape(digest.title_zh or digest.paper.title)
    head = [f"{'#' * level} {_numbered(title, number)}"]
    head += [escape(digest.paper.title)] if digest.title_zh else []
    pictures = [_picture(figure, digest, folder) for figure in digest.figures[:1]]
    named = [name for name, kind in digest.kinds.items() if kind == "line"]
    lines = [f"{digest.headings[name]}：{section_text(digest, name)}" for name in named]
    facts = "  \n".join([*lines, f"{words.ORIGINAL}：{_address(digest.paper)}"])
    return [*head, *pictures, facts, *_notes(digest), *_body(replace(digest, figures=()), level + 1, folder)], title


def _numbered(title: str, number: int | None) -> str:
    return f"{number}. {title}" if number else title


def _body(digest: Digest, level: int, folder: str) -> list[str]:
    parts = []
    for name, heading in digest.headings.items():
        if digest.kinds[name] not in ("line", "gist"):
            text = section_text(digest, name, folder)
            lead_in = f"**{words.LIMITS_LEAD_IN}**" if text and digest.kinds[name] == "limits" else ""
            parts += [f"{'#' * level} {heading}" if heading else lead_in, text]
            parts += [_picture(figure, digest, folder) for figure in digest.figures if figure.section == name]
    return [part for part in parts if part]


def _facts(digest: Digest) -> str:
    paper = digest.paper
    facts = [
        f"{words.AUTHORS}：{escape(first_authors(paper))}",
        paper.published[:10],
        "、".join(map(_category, paper.categories)),
        escape(venue(paper)),
        license_name(paper.license),
        f"[{words.CODE}]({digest.code})" if digest.code else "",
    ]
    return f"{' · '.join(filter(None, facts))}  \n{words.LINK}：{_address(paper)}"


def first_authors(paper: Paper) -> str:
    """The first three, and of how many."""
    authors = "、".join(paper.authors[:_AUTHORS_SHOWN]) or words.UNKNOWN_AUTHORS
    if len(paper.authors) > _AUTHORS_SHOWN:
        return words.AND_OTHERS.format(authors=authors, count=len(paper.authors))
    return authors


def venue(paper: Paper) -> str:
    """Where a paper was accepted, as its journal reference or its comments say: "NeurIPS 2024"; else ""."""
    found = _VENUE.search(f"{paper.journal_ref}; {paper.comment}")
    return found[0] if found else ""


def license_name(url: str) -> str:
    """`CC BY-NC 4.0` for the address of a Creative Commons licence; "" for others."""
    found = _CREATIVE_COMMONS.search(url)
    if found is None:
        return ""
    return f"CC0 {found[2]}" if found[1] == "zero" else f"CC {found[1].upper()} {found[2]}"


def _category(name: str) -> str:
    return code(name) if _CATEGORY.fullmatch(name) else escape(name)


def _address(paper: Paper) -> str:
    return f"<{paper.url}>" if paper.url else f"[PDF]({paper.pdf_url})"


def _notes(digest: Digest) -> list[str]:
    return [f"> {escape(note)}" for note in notes(digest)]


def _picture(figure: PlacedFigure, digest: Digest, folder: str) -> str:
    name, paper = figure_name(figure.label), digest.paper
    where = f"[{words.SOURCE_PAGE.format(page=figure.page)}]({paper.pdf_url}#page={figure.page})"
    said = "".join(claim_text(claim, paper) for claim in claims_of(digest, FIGURES) if claim.item == figure.item)
    below = said or escape(figure.caption)
    caption = f"{name}：{below}" if below else name
    if not figure.file:
        return f"{caption}（{words.FIGURE_NOT_SHOWN}{where}）"
    return f"![{name}]({folder}{figure.file})\n\n{caption}" + ("" if said else f"（{where}）")


def _spaced(sentences: Iterable[str]) -> Iterable[str]:
    """Sentences of one paragraph; a Latin full stop needs a space after it, a Chinese one does not."""
    before = ""
    for sentence in sentences:
        yield f" {sentence}" if before and before[-1] in ".!?)" and before[-1].isascii() else sentence
        before = sentence
