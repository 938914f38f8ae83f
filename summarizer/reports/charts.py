"""Bar and line charts as inline SVG: no script, nothing from elsewhere; colours come from the page's style sheet.

Values are told by `<title>`, which browsers show under the pointer. The page defines the colours `--c0` ... `--c7`,
for its light and its dark form, and the looks of `.grid`, `.line`, `.axis`, `.empty` and `.note`.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Literal

from summarizer.reports.plain import NO_DATA

SERIES = 8  # colours; a chart with more series is not readable anyway

_WIDTH, _HEIGHT = 600, 280
_LEFT, _RIGHT, _TOP, _BOTTOM = 76, 32, 12, 48  # margins
_INNER_WIDTH, _INNER_HEIGHT = _WIDTH - _LEFT - _RIGHT, _HEIGHT - _TOP - _BOTTOM
_LABEL_WIDTH = 88  # what a date and some space take
_BROADEST = 64  # of a bar
_TICKS = 5
_PREFIXES = ((10**9, "G"), (10**6, "M"), (10**3, "k"))

Values = Sequence[float | None]  # None: nothing is known or there is nothing; no mark is drawn


@dataclass(frozen=True, slots=True)
class Chart:
    """One value a label and series. `y_title` names the unit; `note` says what the picture cannot show."""

    title: str
    x_title: str
    y_title: str
    labels: Sequence[str]
    series: Mapping[str, Values]
    kind: Literal["stacked", "grouped", "lines"] = "stacked"
    note: str = ""


def figure(chart: Chart) -> str:
    """The chart with its title and legend as an HTML `<figure>`; a sentence instead of a picture without data."""
    legend = "".join(
        f'<li><span style="background:var(--c{n})"></span>{escape(name)}</li>' for n, name in enumerate(chart.series)
    )
    if has_data(chart):
        body = (f"<ul>{legend}</ul>" if len(chart.series) > 1 else "") + _svg(chart)
    else:
        body = f'<p class="empty">{NO_DATA}</p>'
    note = f'<p class="note">{escape(chart.note)}</p>' if chart.note else ""
    return f"<figure><figcaption>{escape(chart.title)}</figcaption>{body}{note}</figure>"


def has_data(chart: Chart) -> bool:
    return any(value is not None for values in chart.series.values() for value in values)


def short(value: float) -> str:
    """1250000 is 1.25M, 0.5 is 0.5."""
    for size, prefix in _PREFIXES:
        if abs(value) >= size:
            return f"{value / size:.3g}{prefix}"
    return f"{value:.3g}"


def _svg(chart: Chart) -> str:
    step = _tick_step(highest := _highest(chart))
    top = step * math.ceil(highest / step)
    marks = _lines(chart, top) if chart.kind == "lines" else _bars(chart, top)
    return (
        f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-label="{escape(chart.title)}">'
        + "".join([*_axes(chart, step, top), *marks])
        + "</svg>"
    )


def _highest(chart: Chart) -> float:
    columns = [[value or 0.0 for value in column] for column in zip(*chart.series.values(), strict=True)]
    return max((sum if chart.kind == "stacked" else max)(column) for column in columns) or 1.0


def _tick_step(highest: float) -> float:
    """1, 2 or 5 times a power of ten, so that about `_TICKS` of them reach the top."""
    rough = highest / _TICKS
    power = 10.0 ** math.floor(math.log10(rough))
    return next(power * factor for factor in (1, 2, 5, 10) if power * factor >= rough * 0.999)


def _x(chart: Chart, n: float) -> float:
    return _LEFT + _INNER_WIDTH * n / len(chart.labels)


def _y(value: float, top: float) -> float:
    return _TOP + _INNER_HEIGHT * (1 - value / top)


def _axes(chart: Chart, step: float, top: float) -> Iterator[str]:
    for n in range(round(top / step) + 1):
        y = _y(n * step, top)
        yield f'<path class="grid" d="M{_LEFT} {y:.1f}H{_WIDTH - _RIGHT}"/>'
        yield f'<text x="{_LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{short(n * step)}</text>'
    every = max(1, math.ceil(len(chart.labels) * _LABEL_WIDTH / _INNER_WIDTH))
    for n in range(0, len(chart.labels), every):
        x = _x(chart, n + 0.5)
        yield f'<text x="{x:.1f}" y="{_HEIGHT - _BOTTOM + 18}" text-anchor="middle">{escape(chart.labels[n])}</text>'
    middle = _TOP + _INNER_HEIGHT / 2
    yield f'<text class="axis" x="{_LEFT + _INNER_WIDTH / 2}" y="{_HEIGHT - 8}">{escape(chart.x_title)}</text>'
    yield f'<text class="axis" x="14" y="{middle}" transform="rotate(-90 14 {middle})">{escape(chart.y_title)}</text>'


def _bars(chart: Chart, top: float) -> Iterator[str]:
    """Stacked, or side by side; a group stands in the middle of its label's place."""
    abreast = len(chart.series) if chart.kind == "grouped" else 1
    width = min(_BROADEST, 0.8 * _INNER_WIDTH / len(chart.labels) / abreast)
    for n, label in enumerate(chart.labels):
        x, below = _x(chart, n + 0.5) - width * abreast / 2, 0.0
        for colour, (name, values) in enumerate(chart.series.items()):
            value = values[n] or 0.0
            if value > 0:
                y, height, hint = _y(below + value, top), _INNER_HEIGHT * value / top, _hint(label, name, value)
                yield (
                    f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" '
                    f'fill="var(--c{colour})">{hint}</rect>'
                )
            if chart.kind == "grouped":
                x += width
            else:
                below += value


def _lines(chart: Chart, top: float) -> Iterator[str]:
    for colour, (name, values) in enumerate(chart.series.items()):
        points = [(_x(chart, n + 0.5), _y(value, top), n, value) for n, value in enumerate(values) if value is not None]
        way = " ".join(f"{x:.1f},{y:.1f}" for x, y, _, _ in points)
        yield f'<polyline class="line" points="{way}" stroke="var(--c{colour})"/>'
        for x, y, n, value in points:
            hint = _hint(chart.labels[n], name, value)
            yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="var(--c{colour})">{hint}</circle>'


def _hint(label: str, name: str, value: float) -> str:
    return f"<title>{escape(label)}, {escape(name)}: {short(value)}</title>"
