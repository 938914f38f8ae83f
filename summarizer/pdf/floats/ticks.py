"""The numbers at the ticks of axes: along a line, values that change by equal steps or by equal factors."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, pairwise, takewhile

from summarizer.types import Box

_NUMBER = re.compile(
    r"[(±]?(?P<sign>[−–-]?)[+±]?(?:(?P<base>[1-9]\d?)\^(?P<power>[−–+-]?\d{1,2})"
    r"|(?P<value>\d{1,3}(?:,\d{3})+|\d{1,12}\.?\d{0,12}|\.\d{1,12})(?:(?:e| ?[·×] ?10\^)(?P<exponent>[−–+-]?\d{1,2}))?"
    r" ?(?P<unit>[%kKMBGT×x]?))\)?"
)
_BRACKETED = re.compile(r" \([−–+±-]?[\d.]{1,12}%?\)$")
_UNITS = {"k": 1e3, "K": 1e3, "M": 1e6, "B": 1e9, "G": 1e9, "T": 1e12}
_DASHES = str.maketrans("−–", "--")
_IN_LINE = 1.5  # points by which the ticks of an axis may be off their common line
_NEARLY = 1e-6
_FEWEST = 3  # numbers of a progression
_FEWEST_ROUNDED = 5  # whose steps are equal but for rounding, such as 0.70 0.73 0.75 0.78 0.80
_UNITS_OF_ROUNDING = (1.0, 0.1, 0.01, 0.001)
_FEWEST_ROUND = 4  # round numbers in a row, such as 1 2 5 10
_FACTORS = 1.9, 3.5  # from one of them to the next


def is_number(text: str) -> bool:
    return _NUMBER.fullmatch(_BRACKETED.sub("", text.strip())) is not None


def is_round(number: str) -> bool:
    """Has it one digit that counts, or two of which the second is a 5? Values that are measured seldom have."""
    return re.match(r"\d\.(5|0)0{5}", f"{abs(_value(number)):.6e}") is not None


def find_ticks(numbers: Sequence[tuple[str, Box]]) -> set[int]:
    """Which of the printed numbers are at ticks, by index."""
    values = [_value(text) for text, _ in numbers]
    found: set[int] = set()
    for low, high, along in ((0, 2, 1), (1, 3, 0)):  # columns, then rows
        starts, ends = [box[low] for _, box in numbers], [box[high] for _, box in numbers]
        middles = [(start + end) / 2 for start, end in zip(starts, ends, strict=True)]
        for places in (starts, middles, ends):
            for line in _in_line(places):
                line.sort(key=lambda n: numbers[n][1][along] + numbers[n][1][along + 2])
                found.update(line[n] for n in _progressions(_signed([values[n] for n in line])))
    return found


def _value(text: str) -> float:
    number = _NUMBER.fullmatch(text.strip().translate(_DASHES))
    if number is None:
        return 0.0
    if number["base"]:
        value = float(number["base"]) ** int(number["power"])
    else:
        value = float(f"{number['value']}e{number['exponent'] or 0}".replace(",", "")) * _UNITS.get(number["unit"], 1.0)
    return -value if number["sign"] else value


def _in_line(places: Sequence[float]) -> Iterator[list[int]]:
    """Which of the places are the same but for a little, by index, where they are enough for an axis."""
    line: list[int] = []
    last = float("-inf")
    for place, n in sorted((place, n) for n, place in enumerate(places)):
        if place - last > _IN_LINE:
            if len(line) >= _FEWEST:
                yield line
            line = []
        line.append(n)
        last = place
    if len(line) >= _FEWEST:
        yield line


def _signed(values: list[float]) -> list[float]:
    """The values, those before the first zero below it if they fall to it: minus signs may be drawn."""
    zero = values.index(0.0) if 0.0 in values else 0
    if zero and all(a > b >= 0 for a, b in pairwise(values[: zero + 1])):
        return [*(-value for value in values[:zero]), *values[zero:]]
    return values


def _progressions(values: Sequence[float]) -> Iterator[int]:
    """The indices of values that follow each other as those of an axis do."""
    start = 0
    while start <= len(values) - _FEWEST:
        length = max(_steps(values[start:]), _factors(values[start:]), _round(values[start:]))
        if length:
            yield from range(start - _has_odd_first(values, start), start + length)
        start += max(length, 1)


def _steps(values: Sequence[float]) -> int:
    """How many of the first values differ by equal steps, or many of them by steps made equal by rounding."""
    steps = [b - a for a, b in pairwise(values)]
    length = 1 + _as_long_as(abs(step - steps[0]) <= _NEARLY * abs(steps[0]) for step in steps)
    unit = next(
        (unit for unit in _UNITS_OF_ROUNDING if all(_is_multiple(v, unit) for v in values[:_FEWEST_ROUNDED])), 0
    )
    least, most = accumulate(steps, min), accumulate(steps, max)
    near = (high - low < 1.5 * unit < abs(step) for low, high, step in zip(least, most, steps, strict=True))
    rounded = 1 + _as_long_as(near)
    length = max(length, rounded if rounded >= _FEWEST_ROUNDED else 0)
    return length if length >= _FEWEST and steps[0] else 0


def _is_multiple(value: float, unit: float) -> bool:
    return abs(value - round(value / unit) * unit) < _NEARLY


def _factors(values: Sequence[float]) -> int:
    """How many of the first values differ by equal factors; 0 if they are few."""
    first = values[1] / values[0] if values[0] > 0 else 0.0
    length = 1 + _as_long_as(abs(b - a * first) <= _NEARLY * b for a, b in pairwise(values))
    return length if length >= _FEWEST and first not in (0, 1) else 0


def _round(values: Sequence[float]) -> int:
    """How many of the first values are round and go up, or down, as 1 2 5 10 and 1 3 10 30 do; 0 if they are few."""
    pairs = pairwise(values if values[0] < values[1] else [-value for value in values])
    length = 1 + _as_long_as(_are_round(*sorted(map(abs, pair))) and pair[0] < pair[1] for pair in pairs)
    return length if length >= _FEWEST_ROUND else 0


def _are_round(small: float, large: float) -> bool:
    """Have both one digit that counts, and are they as far apart as such values are on a logarithmic axis?"""
    one_digit = all(f"{value:.3e}"[1:5] == ".000" for value in (small, large))
    return one_digit and small > 0 and _FACTORS[0] <= large / small <= _FACTORS[1]


def _as_long_as(held: Iterable[bool]) -> int:
    return sum(1 for _ in takewhile(bool, held))


def _has_odd_first(values: Sequence[float], start: int) -> bool:
    """Does an axis begin in the middle of a step, as 1 8 16 24 does?"""
    step = values[start + 1] - values[start]
    return start > 0 and 0 < (values[start] - values[start - 1]) / step < 1
