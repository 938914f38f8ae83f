"""What speaks against a grid: checks that fail where cells, heads or labels are not where they belong."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from statistics import mean

from summarizer.pdf.tables.assembly import DATUM, ENUMERATED, Grid
from summarizer.pdf.text.sentences import is_cut
from summarizer.types import Row

_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_PLAIN = re.compile(r"(\d*\.?\d+) ?([KMBT])?", re.I)
_TWO_NUMBERS = re.compile(r"(?<!\S)(?:[<>≤≥] )?[-−+]?\.?\d(?:[\d.,]*[\d%])? (?:[<>≤≥] )?[-−+]?\.?\d[\d.,]*%?(?!\S)")
_CUT_NUMBER = re.compile(r"\d[-‐]$")
_RESULT = re.compile(r"\d{0,9}\.\d{1,9}(?![\d.]{0,9}[KMBT])|%|±")
_CUT_LEVEL = re.compile(r"\w- / ")
_WORDS = re.compile(r"[^\W\d_]{4,}")
_LETTERS = re.compile(r"[^\W\d_]+")
_WORD_END = re.compile(r"[-‐][a-z]{3}")
_MOST = 0.7
_FULL = 3  # cells
_LONG_HEAD = 120  # characters
_RESULTS = 3  # in one head
_SCALE = 3  # heads
_PROSE = 6  # words in a cell; where cells have more on average, they are wrapped, and no check sees how


def find_doubts(grid: Grid, printed: Sequence[str]) -> Iterator[str]:
    """The checks that a grid fails; `printed` are the lines of the table's region."""
    if not grid.columns:
        yield "no columns"
    yield from _lost_numbers(grid, printed)
    yield from _lost_words(grid, printed)
    yield from _missing_heads(grid.columns, grid.rows)
    yield from _heads_twice(grid.columns)
    yield from _head_over_labels(grid.corner, grid.columns)
    yield from _results_in_heads(grid.corner, grid.columns)
    yield from _numbers_as_heads(grid)
    yield from _rows_alike(grid.rows)
    yield from _missed_head(grid.corner, grid.rows)
    yield from _joined_cells(grid.rows)
    yield from _odd_heads(grid.columns)
    yield from _rows_apart(grid.rows)
    yield from _heads_as_cells(grid)
    yield from _lone_cells(grid.rows)
    yield from _open_brackets(grid)
    yield from _heads_among_rows(grid.rows)
    yield from _names_as_cells(grid.rows)
    yield from _results_in_labels(grid.rows)
    yield from _parts_of_rows(grid.rows)
    yield from _one_for_several(grid)
    yield from _no_table(grid)


def _texts(grid: Grid) -> list[str]:
    texts = [grid.corner, *grid.columns, *(text for row in grid.rows for text in (row.label, *row.cells))]
    return texts + [text for text, _ in grid.notes]


def _lost_numbers(grid: Grid, printed: Sequence[str]) -> Iterator[str]:
    """Those of heads may be printed more than once: above each block."""
    held = Counter(number for text in _texts(grid) for number in _NUMBER.findall(text))
    heads = {number for text in (grid.corner, *grid.columns) for number in _NUMBER.findall(text)}
    missing = Counter(number for line in printed for number in _NUMBER.findall(line)) - held
    if lost := set(missing) - heads:
        yield f"{', '.join(sorted(lost)[:3])} in no cell"


def _lost_words(grid: Grid, printed: Sequence[str]) -> Iterator[str]:
    held = "".join("".join(_LETTERS.findall(text)) for text in _texts(grid))
    if lost := [word for line in printed for word in _WORDS.findall(line) if word not in held]:
        yield f"{lost[0]!r} in no cell"


def _missing_heads(columns: Sequence[str], rows: Sequence[Row]) -> Iterator[str]:
    """A list of names and numbers needs no heads."""
    named = not all(DATUM.match(row.label) for row in rows)
    if len(columns) == 1 and len(rows) > 1 and named and any(DATUM.match(row.cells[0]) for row in rows):
        return
    for n, head in enumerate(columns):
        if not head and any(row.cells[n] for row in rows):
            yield f"column {n + 1} has no head"


def _heads_twice(columns: Sequence[str]) -> Iterator[str]:
    for head, times in Counter(filter(None, columns)).items():
        if times > 1:
            yield f"{times} columns under {head!r}"


def _head_over_labels(corner: str, columns: Sequence[str]) -> Iterator[str]:
    """A head may be over labels and all columns, but not over labels and some."""
    for level in filter(None, corner.split(" / ")):
        over = [level in (head.split(" / ")[:-1] or [head]) for head in columns]
        if any(over) and not all(over):
            yield f"the head {level!r} is over labels and cells"


def _results_in_heads(corner: str, columns: Sequence[str]) -> Iterator[str]:
    """Heads may be numbers, as lengths and percentiles are; but not results, and not those of several rows."""
    results = [head for head in columns if DATUM.match(head) and _RESULT.search(head) and "%" not in head]
    if results:
        yield f"the head {results[0]!r} is a result"
    if corner[:1].isdigit() and all(map(DATUM.match, columns)):
        yield "the heads are numbers"
    if several := [head for head in (corner, *columns) if len(_RESULT.findall(head)) >= _RESULTS]:
        yield f"the head {several[0]!r} has several results"


def _numbers_as_heads(grid: Grid) -> Iterator[str]:
    """Heads that are numbers grow or shrink; others are the first row of a table without heads."""
    if not grid.rows or not all(map(DATUM.match, grid.columns)):
        return
    numbers = [_magnitude(head) for head in grid.columns]
    rising = numbers == sorted(numbers) or numbers == sorted(numbers, reverse=True)
    if len(numbers) < _SCALE - (grid.corner != "") or not rising or len(set(numbers)) < len(numbers):
        yield "the heads are numbers"


def _magnitude(head: str) -> float:
    """The number that a head begins with, `128k` more than `64`; 0 if it has none."""
    match = _PLAIN.search(head.replace(",", ""))
    return float(match[1]) * 1000 ** (" KMBT".find(match[2].upper()) if match[2] else 0) if match else 0.0


def _rows_alike(rows: Sequence[Row]) -> Iterator[str]:
    """Rows that only their results tell apart may lack the label of a group."""
    names = Counter((row.label, *("result" if _RESULT.search(cell) else cell for cell in row.cells)) for row in rows)
    alike = [name for name, times in names.items() if times > 1]
    if alike:
        yield f"two rows named {alike[0][0]!r}"
    if any(row.label for row in rows) and not all(row.label for row in rows):
        yield "a row without a label"
    if len({row.label for row in rows}) < len(rows) and _lacks_names([row.cells[0] for row in rows if row.cells]):
        yield "a row without a name"
    if cut := [row.label for row in rows if is_cut(row.label) or _CUT_LEVEL.search(row.label)]:
        yield f"the label {cut[0]!r} is cut"
    if ends := [text for row in rows for text in (row.label, *row.cells) if _WORD_END.match(text)]:
        yield f"{ends[0]!r} is the end of a word"
    if empty := [row.label for row in rows if not any(row.cells)]:
        yield f"no cells beside {empty[0]!r}"


def _lacks_names(column: Sequence[str]) -> bool:
    """Are most of its cells words, and some empty?"""
    names = sum(bool(_WORDS.search(cell)) and not DATUM.match(cell) for cell in column)
    return _MOST * len(column) < names < len(column) and "" in column


def _missed_head(corner: str, rows: Sequence[Row]) -> Iterator[str]:
    """Words alone in columns of numbers, in the first row of a table whose labels have no head, are heads."""
    if corner or len(rows) < 2:
        return
    columns = list(zip(*(row.cells for row in rows[1:]), strict=True))
    first = rows[0].cells
    words = [n for n, cell in enumerate(first) if _WORDS.search(cell)]
    if words and not any(map(DATUM.match, first)) and all(_share_of_numbers(columns[n]) > _MOST for n in words):
        yield f"the first row, {rows[0].label!r}, has words among numbers"


def _share_of_numbers(column: Sequence[str]) -> float:
    cells = [cell for cell in column if cell]
    return sum(DATUM.match(cell) is not None for cell in cells) / max(1, len(cells))


def _joined_cells(rows: Sequence[Row]) -> Iterator[str]:
    cells = [cell for row in rows for cell in row.cells if cell]
    if joined := [cell for cell in cells if _TWO_NUMBERS.search(cell)]:
        yield f"two numbers in one cell: {joined[0]!r}"
    if cut := [cell for cell in cells if _CUT_NUMBER.search(cell) or cell.endswith("±")]:
        yield f"{cut[0]!r} is cut"
    for above, row in pairwise(rows):
        texts = [row.label, *filter(None, row.cells)]
        if 1 < len(texts) <= len(row.cells) and above.label[:1].isupper() and all(text[:1].islower() for text in texts):
            yield f"the row of {row.label!r} may be the second line of the one above"
    if cells and mean(len(cell.split()) for cell in cells) > _PROSE:
        yield "cells of running text"


def _rows_apart(rows: Sequence[Row]) -> Iterator[str]:
    """Rows of which no two have a column in common are under heads of another row."""
    filled = [{n for n, cell in enumerate(row.cells) if cell} for row in rows]
    for row, own in zip(rows, filled, strict=True):
        if len(rows) > 1 and len(own) >= _FULL and sum(not own.isdisjoint(other) for other in filled) == 1:
            yield f"the columns of {row.label!r} are in no other row"


def _lone_cells(rows: Sequence[Row]) -> Iterator[str]:
    """A cell alone between rows that are full but for it may stand for both."""
    for above, row, below in zip(rows, rows[1:], rows[2:], strict=False):
        own = [n for n, cell in enumerate(row.cells) if cell]
        beside = (above, below)
        if len(own) == 1 and all(sum(map(bool, other.cells)) >= _FULL and not other.cells[own[0]] for other in beside):
            yield f"{row.cells[own[0]]!r} stands alone between two rows"


def _heads_as_cells(grid: Grid) -> Iterator[str]:
    """A head that is also a cell below it may be the first row of a table without heads."""
    columns = zip(*(row.cells for row in grid.rows), strict=True)
    if cells := [head for head, column in zip(grid.columns, columns, strict=False) if head and head in column]:
        yield f"the head {cells[0]!r} is a cell too"


def _odd_heads(columns: Sequence[str]) -> Iterator[str]:
    if any(len(head) > _LONG_HEAD for head in columns):
        yield "a head of running text"
    if twice := [level for head in columns for level in head.split(" / ") if _is_twice(level.split())]:
        yield f"{twice[0]!r} may be two heads"
    if cut := [head for head in columns if is_cut(head) or "- /" in head]:
        yield f"the head {cut[0]!r} is cut"


def _is_twice(words: Sequence[str]) -> bool:
    half = len(words) // 2
    return half > 0 and words[:half] == words[half:]


def _no_table(grid: Grid) -> Iterator[str]:
    """Rules of a grammar, and one row that begins with a value, are set as tables are."""
    if any("::=" in text for text in _texts(grid)):
        yield "a grammar"
    if len(grid.rows) == 1 and DATUM.match(grid.rows[0].label) and _RESULT.search(grid.rows[0].label):
        yield f"the value {grid.rows[0].label!r} is a label"


def _open_brackets(grid: Grid) -> Iterator[str]:
    """A bracket that is opened in one cell and closed in another is of one text."""
    for text in _texts(grid):
        opened, closed = (sum(map(text.count, brackets)) for brackets in ("([", ")]"))  # an interval may be half-open
        if opened != closed and not ENUMERATED.match(text):
            yield f"a bracket of {text!r} is in another cell"
            return


def _heads_among_rows(rows: Sequence[Row]) -> Iterator[str]:
    """A row of words only, its label too, may be heads where the labels of the others are numbers."""
    named = [row for row in rows if not DATUM.match(row.label)]
    for row in named if len(named) == 1 and rows[0] not in named else ():
        if len(row.cells) > 1 and all(row.cells) and not any(map(DATUM.match, row.cells)):
            yield f"the row of {row.label!r} may be heads"


def _names_as_cells(rows: Sequence[Row]) -> Iterator[str]:
    """Names that are labels, and cells right of numbers too, may be those of a second table at the side."""
    names = {row.label for row in rows if len(row.label) > 2 and not DATUM.match(row.label)}
    columns = list(zip(*(row.cells for row in rows), strict=True))
    for left, column in pairwise(columns):
        if (both := names.intersection(column)) and _share_of_numbers(left) > _MOST:
            yield f"{both.pop()!r} is a label and a cell"


def _results_in_labels(rows: Sequence[Row]) -> Iterator[str]:
    """A value with its spread is no part of a name."""
    last = [row.label.rpartition(" / ")[2] for row in rows]
    if results := [own for own in last if "±" in own and DATUM.match(own)]:
        yield f"the result {results[0]!r} is in a label"


def _parts_of_rows(rows: Sequence[Row]) -> Iterator[str]:
    """Two rows of one name that have no column in common may be lines of one."""
    for above, row in pairwise(rows):
        filled = [{n for n, cell in enumerate(own.cells) if cell} for own in (above, row)]
        if above.label == row.label and filled[0] and filled[1] and filled[0].isdisjoint(filled[1]):
            yield f"two rows of {row.label!r} may be one"


def _one_for_several(grid: Grid) -> Iterator[str]:
    """A column with a value in every second, third or so row may have each for several of them."""
    for head, column in zip(grid.columns, zip(*(row.cells for row in grid.rows), strict=True), strict=False):
        filled = [n for n, cell in enumerate(column) if cell]
        step = len(column) // max(1, len(filled))
        if 1 < step < len(column) and filled == [*range(filled[0], len(column), step)]:
            yield f"the values under {head!r} may be for several rows"
