"""What on the page around a table's rows speaks against its grid."""

from collections.abc import Iterator

from summarizer.pdf.page.boxes import centre_in, middle
from summarizer.pdf.page.pages import Line, Page, union
from summarizer.pdf.tables.cells import CellRow
from summarizer.pdf.tables.header import mostly_data, row_box
from summarizer.types import Box

_ASIDE = 20.0  # points left of the rows: a label that runs upwards
_ACROSS = 0.6  # of the longest rule


def find_doubts_around(page: Page, rows: list[CellRow], rules: list[Box], turned: list[Line]) -> Iterator[str]:
    """What the page has beside the rows, or above them, that may be the table's, or its rules that may not.

    The lines `turned` are labels that run upwards and are read.
    """
    box = row_box([cell for row in rows for cell in row])
    left, top, right, bottom = union([box, *rules])
    others = (line for line in page.rotated if line not in turned)
    if any(centre_in(line.box, (min(left, box[0] - _ASIDE), top, right, bottom)) for line in others):
        yield "text that runs upwards is left out"
    if any(rule[2] > page.width - 1 for rule in rules):
        yield "the page cuts it off"
    if _go_on(rules, box, page.lines):
        yield "its rules go on beside it"
    if _is_above(rows, rules):
        yield f"{rows[0][0].text!r} is above the table's rules"


def _is_above(rows: list[CellRow], rules: list[Box]) -> bool:
    """Does one cell stand above the first of three rules or more, and heads below it: the last line of a caption?"""
    longest = max((rule[2] - rule[0] for rule in rules), default=0.0)
    across = sorted(middle(rule) for rule in rules if rule[2] - rule[0] > _ACROSS * longest)
    if len(across) < 3 or len(rows[0]) > 1 or rows[0][0].middle > across[0]:
        return False
    heads = [row for row in rows if across[0] < row[0].middle < across[1]]
    return bool(heads) and not any(map(mostly_data, heads))


def _go_on(rules: list[Box], box: Box, lines: list[Line]) -> bool:
    """Is text over or under one of the rules beside the table's rows?"""
    beside = [line.box for line in lines if box[1] < middle(line.box) < box[3] and not centre_in(line.box, box)]
    return any(rule[0] < (x0 + x1) / 2 < rule[2] for x0, _, x1, _ in beside for rule in rules)
