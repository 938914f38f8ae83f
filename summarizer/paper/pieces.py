"""An answer in pieces, the pieces in sentences, and each sentence with the checker's verdict."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import Literal, TypeVar

from summarizer.paper.composed import read_composition
from summarizer.schema import (
    BaseDigest,
    ComposedTable,
    EquationChoice,
    FigureChoice,
    Limit,
    Rating,
    Step,
    kinds,
    sections,
)
from summarizer.trust.absence import check_absence, says_absent
from summarizer.trust.check import PUBLISHED, check_statement
from summarizer.trust.chinese import language_problems, polish
from summarizer.trust.claims import Statement, split_statements
from summarizer.trust.context import is_trivial
from summarizer.trust.evidence import Evidence
from summarizer.trust.formula import hide_formulas, mend_tex, show_formulas, unknown_symbols
from summarizer.trust.marks import Marks
from summarizer.trust.numbers import quantities
from summarizer.trust.phrases import Phrases, phrase_problem
from summarizer.types import FIGURES, RATING, Claim, Document, LimitKind

_ASIDE = 40  # characters
_BACK = re.compile(r"这|因此|由此|可见|换言之|也就是说|所以")
C = TypeVar("C", EquationChoice, ComposedTable)


@dataclass(frozen=True, slots=True)
class Piece:
    """A bullet, a paragraph, the text of a step, ...: what is split into claims. `item` and `part` as of a claim."""

    section: str
    item: int
    part: Literal["", "explain"] | LimitKind
    text: str
    equation: str = ""  # the mark of the one that is explained
    row: int | None = None  # as of a claim


def check(answer: BaseDigest, evidence: Evidence, phrases: Phrases) -> list[Claim]:
    """Every sentence of the answer with its verdict."""
    schema = type(answer)
    words = {(name, n): tuple(item.words) for name, value in answer for n, item in _naming_absences(value)}
    return [
        claim
        for piece in pieces_of(answer)
        for claim in check_piece(
            piece, evidence, phrases_for(piece.section, schema, phrases), words.get((piece.section, piece.item), ())
        )
    ]


def _naming_absences(value: object) -> list[tuple[int, Limit | Step]]:
    """(index, item) of the items that may say what the paper does not give, with the words for it."""
    return (
        [(n, item) for n, item in enumerate(value) if isinstance(item, Limit | Step)] if isinstance(value, list) else []
    )


def phrases_for(section: str, schema: type[BaseDigest], phrases: Phrases) -> Phrases | None:
    """None for a line of names, which is no Chinese prose."""
    return None if kinds(schema).get(section) == "line" else phrases


def chosen(answer: BaseDigest, kind: type[C]) -> Iterator[tuple[str, int, C]]:
    """(field, index in it, choice) of all choices of a kind in the answer's lists."""
    for name in sections(type(answer)):
        value = getattr(answer, name)
        if isinstance(value, list):
            yield from ((name, n, item) for n, item in enumerate(value) if isinstance(item, kind))


def statements(piece: Piece, document: Document, *, prose: bool = True) -> list[Statement]:
    """The sentences of a piece with the passages they cite, before anybody checks them; `prose` is set in type."""
    text = Marks(document).as_numbers(hide_formulas(" ".join(mend_tex(piece.text).split())))
    split = split_statements(piece.section, polish(text) if prose else text)
    found = [replace(statement, text=show_formulas(statement.text)) for statement in split]
    led = [
        replace(statement, passages=after.passages) if after and _is_aside(statement) else statement
        for statement, after in zip_longest(found, found[1:])
    ]
    return [
        replace(statement, passages=before.passages)
        if before and _is_aside(statement) and _BACK.match(statement.text)
        else statement
        for before, statement in zip([None, *led], led, strict=False)
    ]


def _is_aside(statement: Statement) -> bool:
    """Whether a sentence without a source, short and without a number, only announces the next (评测分两条线) or says
    what the one before means (这关系到方案是否可靠)."""
    told = [quantity for quantity in quantities(statement.text) if not is_trivial(quantity)]
    return not statement.passages and len(statement.text) <= _ASIDE and not told and not says_absent(statement.text)


def check_piece(piece: Piece, evidence: Evidence, phrases: Phrases | None, absent: Sequence[str] = ()) -> list[Claim]:
    """The sentences of a piece. `phrases` is None for a line of names, which is no Chinese prose; nor is a row.

    `absent` are the words for what the piece says is not in the paper.
    """
    claims = []
    phrases = phrases if piece.row is None else None
    for statement in statements(piece, evidence.document, prose=phrases is not None):
        if not statement.passages and (piece.part == "unreported" or (absent and says_absent(statement.text))):
            claim = check_absence(statement, absent, evidence)
        else:
            claim = check_statement(statement, evidence, row=piece.row is not None)
        claim = replace(claim, item=piece.item, part=piece.part, row=piece.row)
        if (
            claim.passages
            and claim.verdict in PUBLISHED
            and (strange := unknown_symbols(claim.text, _cited_text(claim, piece, evidence)))
        ):
            reason = f"${strange[0]}$ is no symbol of the passages cited"
            claim = replace(claim, verdict="unsupported", reason=reason)
        if phrases is not None and claim.verdict in PUBLISHED:
            problems = [*language_problems(claim.text), phrase_problem(claim.text, phrases)]
            if problems[0]:
                claim = replace(claim, verdict="language", reason=problems[0])
        claims.append(claim)
    return claims


def _cited_text(claim: Claim, piece: Piece, evidence: Evidence) -> str:
    cited = [evidence.passages[number] for number in claim.passages]
    pointed_at = {piece.equation, *(passage.item for passage in cited)}
    any_equation = piece.part == "explain" and not piece.equation  # a mended sentence: which one is not told
    tex = [f"{e.tex} {e.text}" for e in evidence.document.equations if any_equation or e.label in pointed_at]
    near = evidence.surroundings(claim.passages)  # what a symbol is may stand in the sentence before
    return "\n".join([near, *(passage.tex for passage in cited), *tex])


def pieces_of(answer: BaseDigest) -> list[Piece]:
    """All that an answer says, in order: its sections, then the weakness and the captions of figures."""
    schema = type(answer)
    pieces = [piece for name in sections(schema) for piece in _section_pieces(name, getattr(answer, name))]
    captions = [Piece(FIGURES, n, "", choice.caption) for n, choice in enumerate(figure_choices(answer))]
    weakness = [piece for piece in pieces if piece.section == RATING]
    return [*(piece for piece in pieces if piece.section != RATING), *weakness, *captions]


def _section_pieces(name: str, value: object) -> Iterator[Piece]:
    if isinstance(value, Rating):
        yield Piece(RATING, 0, "", value.weakness)
        return
    for n, item in enumerate(value if isinstance(value, list) else re.split(r"\n\s*\n", str(value))):
        if isinstance(item, Step):
            yield Piece(name, n, "", item.text)
        if isinstance(item, EquationChoice):
            yield Piece(name, n, "explain", item.explain, item.equation.strip("[] "))
        elif isinstance(item, ComposedTable):
            yield from _row_pieces(name, n, item)
            yield Piece(name, n, "", item.reading)
        elif isinstance(item, Limit):
            yield Piece(name, n, item.kind, item.text)
        elif isinstance(item, str):
            yield Piece(name, n, "", item)


def _row_pieces(name: str, item: int, table: ComposedTable) -> Iterator[Piece]:
    """The rows that are written; what they say is checked like a sentence."""
    composition = read_composition(table)
    for n, row in enumerate(composition.rows):
        if statement := composition.statement(row):
            yield Piece(name, item, "", statement, row=n)


def figure_choices(answer: BaseDigest) -> list[FigureChoice]:
    return [c for _, value in answer if isinstance(value, list) for c in value if isinstance(c, FigureChoice)]
