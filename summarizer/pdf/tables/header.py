"""How many rows of a table are its heads: known by the rules, else by where the numbers begin."""

import re
from bisect import bisect_left
from itertools import pairwise

from summarizer.pdf.page.boxes import middle
from summarizer.pdf.page.pages import union
from summarizer.pdf.tables.assembly import DATUM, FRACTION
from summarizer.pdf.tables.cells import Cell, CellRow, Column
from summarizer.types import Box

_PLAIN = re.compile(r"(\d+(?:\.\d+)?) ?(?:%|[BMKk]|ms|s)?$")
_MORE = 4.0  # points
_MANY = 6  # numbers
_TOUCH = 3.0  # points: an upright rule, or two, may be between the rules of two cells
_DASHES, _DASH = 4, 12.0  # so many at least, points at most
_WORDS = 9  # a head has fewer, beside that of the labels
_MAX_HEADER = 4  # a head of two lines beside one of one line makes three rows


def count_header(rows: list[CellRow], rules: list[Box]) -> int:
    """How many rows are heads: what stands above the first rule within the table, if that is not data itself.

    Rows between that rule and the next are heads too if their like stands in no row below. Without a rule,
    the rows before the first that is mostly numbers.
    """
    ruled = ruled_rows(rows, rules)
    if ruled and (ruled[0] <= _MAX_HEADER or not any(map(mostly_data, rows[: ruled[0]]))):
        first = ruled[0]
        if max(map(len, rows)) == 2 and (_is_entry(rows[0], rows[:first]) or _are_values(rows[:first])):
            return 0
        results = next((n for n in range(first) if _mostly_results(rows[n]) and not _is_scale(rows[n])), first)
        if results < first or (first > 1 and all(mostly_data(row) for row in rows[:first])):
            return results if results < first else 0
        often = 2 * len(ruled) > len(rows)
        for end in [*_ends(rows, rules, first), len(rows)]:
            if end == len(rows) or end > _MAX_HEADER + 1 or not _continues(rows, first, end, often=often):
                break
            first = end
        return first
    start = next((n for n, row in enumerate(rows) if mostly_data(row)), len(rows))
    words = not any(DATUM.match(cell.text) for row in rows[:start] for cell in row)
    if start == len(rows) or start > _MAX_HEADER + 2 * words:
        return 1 if not any(DATUM.match(cell.text) for cell in rows[0]) and len(rows[0]) > 1 else 0
    return start


def _is_entry(row: CellRow, block: list[CellRow]) -> bool:
    """Is it, above the first rule, the first of a list of names and values or texts, not the heads of these?"""
    return (len(block) == 1 and mostly_data(row)) or any(len(cell.text.split()) > _WORDS for cell in row[1:])


def _are_values(block: list[CellRow]) -> bool:
    """Are the rows above the first rule several names with a number, and what is counted, each?"""
    return len(block) > 1 and all(len(row) == 2 and row[1].text[0].isdigit() for row in block)


def _ends(rows: list[CellRow], rules: list[Box], first: int) -> list[int]:
    """Where heads may end below the first rule: at one across the table, or across all but the labels."""
    last = max((row[-1] for row in rows), key=lambda cell: cell.box[2])
    second = min((cell for row in rows[first:] for cell in row[1:]), key=lambda cell: cell.box[0], default=last)
    left, right = (ruled_rows(rows, rules, (cell.box[0], cell.box[2])) for cell in (second, last))
    return [n for n in left if n > first and n in right]


def _continues(rows: list[CellRow], first: int, end: int, *, often: bool) -> bool:
    """Are rows[first:end], between two rules, heads as those above them are? `often`: most rows are between rules."""
    block, below = rows[first:end], rows[end:]
    widest = max(map(len, below))
    most = max(map(len, rows[:first]))
    if len(block) == 1 and _is_scale(block[0]) and most < len(block[0]) - 1 and len(block[0]) == widest:
        return True
    if any(_mostly_results(row) for row in block) or mostly_data(block[0]):
        return False
    if (
        most < len(block[0])
        and most < 0.6 * widest
        and not any(DATUM.match(cell.text) for row in block for cell in row)
    ):
        return True  # there are not heads for all columns yet
    entry = often and most == widest - 1 and any(map(str.isdigit, "".join(cell.text for row in block for cell in row)))
    if not entry and _are_heads_over_data(block, rows[:first], below):
        return True
    words = _is_scale(block[0]) or not any(DATUM.match(cell.text) for cell in block[0])
    if most <= widest / 2 and len(block[0]) > widest / 2 and words:  # so far only heads over the heads
        return True
    texts = [cell for row in block for cell in row[1:]]
    return (
        not often
        and 2 * len(block[0]) > widest
        and all(not DATUM.match(cell.text) and _is_over_data(cell, below) for cell in texts)
    )


def _are_heads_over_data(block: list[CellRow], above: list[CellRow], below: list[CellRow]) -> bool:
    """Cells without numbers over numbers, several, or one beside the head of the labels, that was still to come."""
    left = min(cell.box[0] for row in below for cell in row)
    corner = not any(row[0].box[0] < left + 3 for row in above) and len(block) == 1 and block[0][0].box[0] < left + 3
    cells = [cell for row in block for cell in row][corner:]
    return len(cells) + corner > 1 and all(not DATUM.match(cell.text) and _is_over_data(cell, below) for cell in cells)


def _is_over_data(head: Cell, rows: list[CellRow]) -> bool:
    under = [c.text for row in rows for c in row if min(c.box[2], head.box[2]) - max(c.box[0], head.box[0]) > 0]
    return 2 * sum(DATUM.match(text) is not None for text in under) > len(under)


def mostly_data(row: CellRow) -> bool:
    """Are most cells after the first numbers?"""
    return len(row) > 1 and 2 * sum(DATUM.match(cell.text) is not None for cell in row[1:]) >= len(row) - 1


def _mostly_results(row: CellRow) -> bool:
    results = sum(DATUM.match(cell.text) is not None and FRACTION.search(cell.text) is not None for cell in row[1:])
    return len(row) > 1 and 2 * results >= len(row) - 1


def ruled_rows(rows: list[CellRow], rules: list[Box], column: Column | None = None) -> list[int]:
    """The rows that have a rule above them: across the table, or across the column."""
    if column is None:
        left = min([cell.box[0] for row in rows for cell in row], default=0.0)
        right = max([cell.box[2] for row in rows for cell in row], default=0.0)
        across = [r[1] for r in rules if r[2] - r[0] > 0.6 * (right - left) and r[0] < left + 0.1 * (right - left)]
    else:
        centre = sum(column) / 2
        across = [r[1] for r in rules if r[0] - 3 <= centre <= r[2] + 3]
    if not across:  # as in most columns: the rows need not be measured
        return []
    across.sort()
    found = []
    for n, (above, below) in enumerate(pairwise(map(row_box, rows)), 1):
        low = max(middle(above), min(above[3] - 3, below[1]))
        high = min(middle(below), max(below[1] + 3, above[3]))
        nearest = bisect_left(across, low)
        if nearest < len(across) and across[nearest] <= high:
            found.append(n)
    return found


def parted_rows(rows: list[CellRow], columns: list[Column], rules: list[Box]) -> list[int]:
    """The rows that have a rule above them across the table, or across the right half of its columns.

    A rule no wider than the only column there is under a word.
    """
    (left, start), (end, right) = columns[len(columns) // 2], columns[-1]
    half = (left + start) / 2, (end + right) / 2
    wide = [r for r in rules if r[0] <= half[0] and half[1] <= r[2] and r[2] - r[0] > right - left + _MORE]
    return sorted({*ruled_rows(rows, wide, columns[-1]), *ruled_rows(rows, rules)})


def join_rules(rules: list[Box]) -> list[Box]:
    """Rules that go on each other, as those of cells do, as one each."""
    joined: list[Box] = []
    for rule in sorted(rules, key=lambda rule: (round(rule[1]), rule[0])):
        if joined and round(joined[-1][1]) == round(rule[1]) and rule[0] - joined[-1][2] < _TOUCH:
            joined[-1] = union([joined[-1], rule])
        else:
            joined.append(rule)
    return joined


def join_dashes(rules: list[Box]) -> list[Box]:
    """Rules that are drawn in dashes, several of one length and one distance, as one each."""
    joined: list[list[Box]] = []
    for rule in sorted(rules, key=lambda rule: (round(middle(rule), 1), rule[0])):
        if joined and _goes_on(joined[-1], rule):
            joined[-1].append(rule)
        else:
            joined.append([rule])
    return [rule for own in joined for rule in ([union(own)] if len(own) >= _DASHES else own)]


def _goes_on(dashes: list[Box], rule: Box) -> bool:
    """Is it the next dash: as long as the first, on one line with it, and a dash away at most from the last?"""
    first, last = dashes[0], dashes[-1]
    length = first[2] - first[0]
    level = abs(middle(rule) - middle(first)) < 0.5 and abs(rule[2] - rule[0] - length) < 0.5
    return level and length < _DASH and 0 < rule[0] - last[2] < 1.5 * length


def _is_scale(row: CellRow) -> bool:
    """Do the row's numbers grow by equal steps or factors, as `10% 20% 30%` do, or in several parts that are the same?

    Many that grow are a scale too; three results may.
    """
    numbers = [float(match[1]) for cell in row[1:] if (match := _PLAIN.match(cell.text))]
    if len(numbers) < 3 or len(numbers) < len(row) - 2:
        return False
    times = numbers.count(numbers[0])
    part = numbers[: len(numbers) // times]
    pairs = list(pairwise(part))
    if len(part) < 2 or part * times != numbers or any(a >= b for a, b in pairs):
        return False
    steps = {round(b - a, 6) for a, b in pairs}
    factors = {round(b / a, 3) for a, b in pairs if a}
    return times > 1 or len(part) >= _MANY or len(steps) == 1 or len(factors) == 1


def row_box(row: CellRow) -> Box:
    return union([cell.box for cell in row])
