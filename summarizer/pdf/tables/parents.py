"""Rows of one name, set in below others: the names of these tell them apart."""

from collections import Counter
from dataclasses import replace

from summarizer.pdf.tables.assembly import DATUM, LEVEL, Record
from summarizer.pdf.tables.cells import CellRow, Column
from summarizer.pdf.tables.columns import hits

_INDENT = 3.0  # points

_Lefts = dict[int, float]  # where the cells of a row begin, by the column


def with_parents(records: list[Record], rows: list[CellRow], columns: list[Column], stub: int) -> list[Record]:
    """The records of the rows, those set in with the name of the row before them that is not, if their own comes again.

    All that are set in, so that rows of one kind are named alike; as long as all names are told apart then.
    """
    names = [_name(record, stub) for record in records]
    again = {name for name, times in Counter(names).items() if times > 1}
    if not again:
        return records
    lefts = [{over[0]: cell.box[0] for cell in row if (over := hits(cell.box, columns))} for row in rows]
    for c in range(stub):
        parents = _parents(records, lefts, c)
        if not all(n in parents for n, name in enumerate(names) if name in again):
            continue
        named = [_under(records[parents[n]], record, c) if n in parents else record for n, record in enumerate(records)]
        if len({_name(record, stub) for record in named}) == len(records):
            return named
    return records


def _name(record: Record, stub: int) -> tuple[str, ...]:
    return (record.title, *record.cells[:stub])


def _parents(records: list[Record], lefts: list[_Lefts], c: int) -> dict[int, int]:
    """By the number of each row that is set in below the same title: that of the last one before it that is not."""
    left = min((own[c] for own in lefts if c in own), default=0.0)
    parents: dict[int, int] = {}
    outer: int | None = None
    for n, (record, own) in enumerate(zip(records, lefts, strict=True)):
        if outer is not None and records[outer].title != record.title:
            outer = None
        if c not in own or DATUM.match(record.cells[c]):
            continue
        if own[c] - left < 1:
            outer = n
        elif own[c] - left > _INDENT and outer is not None:
            parents[n] = outer
    return parents


def _under(parent: Record, record: Record, c: int) -> Record:
    cells = list(record.cells)
    cells[c] = f"{parent.cells[c]}{LEVEL}{cells[c]}"
    return replace(record, cells=cells)
