"""A document as the model reads it: numbered passages under the paper's headings, tables as rows and columns."""

import re
from collections.abc import Collection, Iterable, Mapping

from summarizer.pdf.samples import find_samples
from summarizer.trust.marks import Marks, figure_mark
from summarizer.types import Document, Passage, Table

_SKIPPED = re.compile(r"^(acknowledge?ments?|author contributions?|funding|references|bibliography)\b", re.IGNORECASE)
BRACKETS = re.compile(r"\[(\d{1,5}(?:\s*[,;–-]\s*\d{1,5})*|[TE][\w.]{1,12})\]")


def readable(document: Document, *, front_matter: bool = False) -> list[Passage]:
    """What a digest is written from: no acknowledgements, the author block if asked for, the appendix last.

    Samples stay out: prompts, dialogues, tables of prose.
    """
    samples = frozenset[int]().union(*(sample.passages for sample in find_samples(document)))

    def wanted(passage: Passage) -> bool:
        if passage.id in samples:
            return False
        if passage.section is None:
            return front_matter or not document.sections
        return not _SKIPPED.match(document.sections[passage.section].title)

    passages = [p for p in document.passages if wanted(p)]
    return sorted(passages, key=lambda p: p.section is not None and document.sections[p.section].appendix)


def paper_text(
    document: Document, passages: Iterable[Passage], rows: Mapping[str, Collection[int]] | None = None
) -> str:
    """Passages as the model reads them: `[17] sentence`, under the headings of the paper.

    A table whose grid is sure stands there once, behind its caption, as rows r1, r2, ... under columns c1, c2, ...; of
    others the rows are passages, under one line of heads. Equations are `[E3]`. The paper's own citations such as [12]
    would read as passage numbers, so they get other brackets.

    With `rows`, {label of a sure table: its rows, counted from 1}, these alone are shown, of other tables the caption.
    """
    marks = Marks(document)
    samples = {sample.name for sample in find_samples(document)}
    tables = {table.label: table for table in document.tables if table.columns and table.label not in samples}
    lines: list[str] = []
    current: int | None = None
    shown: set[str] = set()
    for passage in passages:
        if passage.section is not None and passage.section != current:
            current = passage.section
            section = document.sections[current]
            lines.append(f"## {section.number} {section.title}".replace("  ", " "))
        table = tables.get(passage.item)
        if table is None or passage.kind != "row":
            lines.append(_passage_line(passage, marks))
        if table and (table.sure or passage.kind == "row"):
            first = table.label not in shown
            shown.add(table.label)
            if not table.sure:
                lines += _row_lines(passage, table, first)
            elif first and (rows is None or table.label in rows):
                lines += _grid_lines(marks.of(table.label), table, rows[table.label] if rows else None)
    return "\n".join(lines)


def _passage_line(passage: Passage, marks: Marks) -> str:
    if passage.kind == "figure":
        return f"[{figure_mark(passage.item)}] {passage.text}"
    equation = marks.equations.get(passage.item) if passage.kind == "equation" else None
    if equation is None:
        return f"[{passage.id}] {_foreign(passage.tex or passage.text)}"
    return f"[{equation.label}] {equation.number} {_foreign(equation.tex or equation.text)}".replace("  ", " ")


def _grid_lines(mark: str, table: Table, shown: Collection[int] | None) -> list[str]:
    """The heads and the rows, or those of them that are shown and how many there are."""
    heads = [table.corner, *(f"c{n} {head}" for n, head in enumerate(table.columns, 1))]
    numbered = list(enumerate(table.rows, 1))
    rows = [[f"r{n} {row.label}", *row.cells] for n, row in numbered if shown is None or n in shown]
    missing = [] if len(rows) == len(numbered) else [f"({len(rows)} of {len(numbered)} rows)"]
    return [f"[{mark}] {_joined(heads)}", *map(_joined, rows), *missing]


def _row_lines(passage: Passage, table: Table, first: bool) -> list[str]:
    """A row of a table whose grid is not sure, cited as a passage; before the `first` one the heads."""
    row = table.rows[(passage.row or 1) - 1]
    heads = [f"{table.label}: {_joined([table.corner, *table.columns])}"] if first else []
    return [*heads, f"[{passage.id}] {_joined([row.label, *row.cells])}"]


def _joined(cells: Iterable[str]) -> str:
    return " | ".join(map(_foreign, cells)).rstrip()


def _foreign(text: str) -> str:
    return BRACKETS.sub(r"〔\1〕", " ".join(text.split()))
