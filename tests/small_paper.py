"""A paper of a few passages. Rows are written "Table 2, LoRA: Params 0.8M; Avg. 88.6": the last word is the cell."""

from collections.abc import Mapping

from summarizer.trust.check import PUBLISHED, check_statement
from summarizer.trust.claims import split_statements
from summarizer.trust.evidence import Evidence
from summarizer.types import Document, Passage, PassageKind, Row, Table

_BOX = (0.0, 0.0, 1.0, 1.0)


def small_paper(title: str, texts: Mapping[int, tuple[PassageKind, str]]) -> Document:
    """The passages of these numbers, three to a page, and on the first page the tables that their rows make."""
    rows: dict[str, list[tuple[str, dict[str, str]]]] = {}
    captions: dict[str, str] = {}
    passages = []
    for number, (kind, text) in texts.items():
        page, item, row = 1 + number // 3, "", None
        if kind in ("caption", "row"):
            item = text[:7]
        if kind == "caption":
            captions[item] = text
        if kind == "row":
            label, _, cells = text[9:].partition(": ")
            own = rows.setdefault(item, [])
            own.append((label, {head: value for head, _, value in (c.rpartition(" ") for c in cells.split("; "))}))
            page, row = 1, len(own)
        passages.append(Passage(number, page, None, text, _BOX, kind, item=item, row=row))
    tables = tuple(_table(label, captions.get(label, ""), own) for label, own in rows.items())
    return Document(title, 4, passages=tuple(passages), tables=tables)


def _table(label: str, caption: str, rows: list[tuple[str, dict[str, str]]]) -> Table:
    columns = tuple(dict.fromkeys(head for _, cells in rows for head in cells))
    grid = tuple(Row(name, tuple(cells.get(head, "") for head in columns)) for name, cells in rows)
    return Table(label, caption, 1, _BOX, columns=columns, rows=grid, sure=True)


def published(text: str, paper: Evidence) -> bool:
    """Whether the checker lets all sentences of a text through."""
    claims = [check_statement(statement, paper) for statement in split_statements("实验效果", text)]
    return bool(claims) and all(claim.verdict in PUBLISHED for claim in claims)
