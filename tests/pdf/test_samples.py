"""What of a paper is a sample, and what only looks a little like one."""

import pytest

from summarizer.llm.paper_text import paper_text, readable
from summarizer.pdf.samples import find_samples
from summarizer.types import Box, Document, Passage, Row, Section, Table

BOX: Box = (0, 0, 1, 1)
PROSE = "The servers were asked to describe their day in a few words that everybody understands without any help."
SECTIONS = (Section("Results", "1", 1, 1), Section("Examples", "A", 1, 9, appendix=True))


def _document(*texts: tuple[str, int], table: Table | None = None, kind: str = "text") -> Document:
    """Passages with their sections; the rows of the table behind them."""
    passages = [Passage(n, 1, section, text, BOX, kind) for n, (text, section) in enumerate(texts, 1)]
    rows = table.rows if table else ()
    if table:
        passages.append(Passage(99, 1, 0, table.caption, BOX, "caption", item=table.label))
    passages += [
        Passage(len(texts) + n, 1, 0, f"{row.label}: {'; '.join(row.cells)}", BOX, "row", item="Table 1", row=n)
        for n, row in enumerate(rows, 1)
    ]
    return Document("A Study", 9, SECTIONS, tuple(passages), tables=(table,) if table else ())


def _table(*rows: tuple[str, ...], sure: bool = True) -> Table:
    columns = tuple(f"head {n}" for n in range(1, len(rows[0])))
    return Table("Table 1", "Table 1: Answers.", 1, BOX, None, "", columns, tuple(Row(r[0], r[1:]) for r in rows), sure)


def _found(document: Document) -> list[tuple[str, str, int]]:
    return [(sample.name, sample.kind, len(sample.passages)) for sample in find_samples(document)]


def test_a_table_of_prose_is_a_sample() -> None:
    document = _document(table=_table(*((f"task {n}", PROSE) for n in range(12))))
    assert _found(document) == [("Table 1", "prose cells", 12)]


@pytest.mark.parametrize(
    "rows",
    [
        [(f"model {n}", "61.2", f"{n}.5 ± 0.1") for n in range(40)],
        [(f"a longer name of model {n}", "✓", "✗") for n in range(40)],
        [("task", PROSE), ("other", PROSE)],  # a definition or two
        [(f"data set {n}", "12,345", f"questions about news and sports of the year {n}") for n in range(40)],
    ],
)
def test_a_table_of_values_marks_or_a_few_words_is_none(rows: list[tuple[str, ...]]) -> None:
    assert _found(_document(table=_table(*rows))) == []


def test_turns_and_questions_in_the_appendix_are_samples() -> None:
    turns = [(f"{who}: {PROSE}", 1) for who in ("User", "Assistant") for _ in range(4)]
    assert _found(_document((PROSE, 0), *turns)) == [("A Examples", "dialogue", 8)]
    questions = [("How did you like it?", 1)] * 8
    assert _found(_document((PROSE, 0), *questions)) == [("A Examples", "questionnaire", 8)]


def test_turns_in_the_body_stay() -> None:
    assert _found(_document(*[(f"User: {PROSE}", 0)] * 9)) == []


def test_a_prompt_set_as_code_is_a_sample_and_code_is_not() -> None:
    prompt = "\n".join([PROSE] * 8)
    assert _found(_document((prompt, 1), kind="code")) == [("A Examples", "prompt", 1)]
    code = "\n".join(["for (i = 0; i < n; i++) { x[i] = f(y[i]); }"] * 8)
    assert _found(_document((code, 1), kind="code")) == []


@pytest.mark.parametrize("sure", [True, False])
def test_samples_stay_out_of_requests_and_values_do_not(sure: bool) -> None:
    document = _document((PROSE, 0), table=_table(*((f"task {n}", PROSE) for n in range(12)), sure=sure))
    text = paper_text(document, readable(document))
    assert PROSE in text
    assert "task 3" not in text
    values = _document((PROSE, 0), table=_table(("small", "61.2"), ("large", "71.5"), sure=sure))
    assert "71.5" in paper_text(values, readable(values))
