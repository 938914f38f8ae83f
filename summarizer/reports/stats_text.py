"""What `summarize stats` found: tables for a terminal, JSON, and one HTML page without scripts or foreign parts."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from html import escape
from typing import Any

from summarizer.files import to_data
from summarizer.reports.charts import SERIES, Chart, figure, has_data
from summarizer.reports.plain import NO_DATA, Table, one_line, table_text
from summarizer.reports.stats import QUANTILES, Day, Spending, Stage, Stats
from summarizer.store.runs import LEDGER

_OTHERS = "other models"
_DAYS = {"mailing": "mailing date", "call": "day (UTC)"}
_STYLE = """:root{color-scheme:light dark;--paper:#fff;--ink:#1d2329;--soft:#5c6670;--grid:#dfe3e7;--c0:#3b6fb6;
--c1:#d9822b;--c2:#3a9a6a;--c3:#b8478f;--c4:#7a6ac9;--c5:#8a8d3a;--c6:#c2503f;--c7:#5b7a8c}
@media(prefers-color-scheme:dark){:root{--paper:#14181c;--ink:#e3e7ea;--soft:#9aa5af;--grid:#333b43;--c0:#6ea0e8;
--c1:#f0a552;--c2:#5fc896;--c3:#e07fbd;--c4:#a497f0;--c5:#c3c766;--c6:#f0806e;--c7:#93b3c6}}
body{font:15px/1.5 system-ui,sans-serif;max-width:80rem;margin:2rem auto;padding:0 1rem;background:var(--paper);
color:var(--ink)}
.charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,30rem),1fr));gap:1.5rem 2rem}
figure{margin:0;max-width:46rem}figcaption{font-weight:600}svg{width:100%;height:auto;display:block}
svg text{font-size:13px;fill:var(--soft)}svg .axis{text-anchor:middle;fill:var(--ink)}
.grid{stroke:var(--grid);fill:none}.line{stroke-width:1.5;fill:none}
ul{list-style:none;margin:.2rem 0;padding:0;font-size:.85em;display:flex;flex-wrap:wrap;gap:0 1rem}
li span{display:inline-block;width:.8em;height:.8em;margin-right:.4em;border-radius:2px}
.empty,.note{color:var(--soft);font-size:.85em}.empty{border:1px dashed var(--grid);padding:2rem;text-align:center}
h2{font-size:1.1rem;margin-top:2rem}section{overflow-x:auto}table{border-collapse:collapse;font-size:.9em}
th,td{white-space:nowrap;padding:.15rem .9rem .15rem 0;text-align:right}
th{border-bottom:1px solid var(--grid);font-weight:600}.label{text-align:left}"""


def stats_text(stats: Stats) -> str:
    """The tables, and how many lines of events could not be read."""
    return "\n\n".join([*map(table_text, _tables(stats)), *_remarks(stats)])


def stats_data(stats: Stats) -> dict[str, Any]:
    """The same as JSON; a cost that is not known is null, a quantile without a call too."""
    calls = [{"day": str(day), "model": model, **_spent(s)} for (day, model), s in sorted(stats.spending.items())]
    stages = [
        {
            "stage": name,
            **_spent(stage.spending),
            "latency": {f"p{100 * q:.0f}": stage.latency.quantile(q) for q in QUANTILES},
        }
        for name, stage in sorted(stats.stages.items())
    ]
    return {
        "first": str(stats.first),
        "last": str(stats.last),
        "calls": calls,
        "total": _spent(stats.total()),
        "stages": stages,
        "digests": [{"day": str(day), **to_data(of_day)} for day, of_day in sorted(stats.days.items())],
        "stars": {str(n): stats.stars[n] for n in range(1, 6)},
        "unreadable": stats.unreadable,
    }


def stats_html(stats: Stats) -> str:
    """One page: the plots, then the tables they are made of."""
    title = f"summarizer, {stats.first} to {stats.last}"
    head = (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f'<meta name="viewport" content="width=device-width"><title>{title}</title><style>{_STYLE}</style></head>'
    )
    charts = "\n".join(figure(chart) for chart in _charts(stats))
    rest = [*map(_table_html, _tables(stats)), *(f"<p>{escape(remark)}</p>" for remark in _remarks(stats))]
    body = f'<body><h1>{title}</h1><div class="charts">\n{charts}\n</div>'
    return "\n".join([head, body, *rest, "</body></html>", ""])


def _spent(spending: Spending) -> dict[str, Any]:
    counts = {name: count for name, count in to_data(spending).items() if name != "dollars"}
    return {**counts, "cost": spending.cost}


def _remarks(stats: Stats) -> list[str]:
    unreadable = f"Lines of events that could not be read, such as the last one of a killed process: {stats.unreadable}"
    nothing = [] if _tables(stats) else [NO_DATA]
    return [*nothing, unreadable] if stats.unreadable else nothing


def _tables(stats: Stats) -> list[Table]:
    """Those that have rows."""
    tables = (_call_table(stats), _stage_table(stats), _digest_table(stats), _rating_table(stats))
    return [table for table in tables if table.rows]


def _call_table(stats: Stats) -> Table:
    rows = [(str(day), model, *_spending_cells(s)) for (day, model), s in sorted(stats.spending.items())]
    total = [("total", "", *_spending_cells(stats.total()))] if rows else []
    head = ("day", "model", "calls", "batch", "failed", "tokens in", "cached", "tokens out", "cost")
    title = f"Calls by {_DAYS[stats.by]} and model; failed: attempts without a reply"
    return Table(title, head, [*rows, *total], labels=2)


def _spending_cells(spending: Spending) -> tuple[str, ...]:
    cached = f"{spending.cached / spending.prompt:.0%}" if spending.prompt else "-"
    counts = [spending.calls, spending.batch, spending.failed, spending.prompt]
    return (*(f"{n:,}" for n in counts), cached, f"{spending.completion:,}", _cost(spending))


def _cost(spending: Spending) -> str:
    """Never 0 for what is not known."""
    if spending.cost is None:
        return "unknown"
    return f"${spending.cost:.4f}" + (f" + {spending.unpriced} unknown" if spending.unpriced else "")


def _stage_table(stats: Stats) -> Table:
    rows = [(name, *_stage_cells(stage)) for name, stage in sorted(stats.stages.items())]
    head = ("stage", "calls", "tokens in", "tokens out", "p50 s", "p90 s", "p99 s", "attempts a call")
    return Table("Calls by stage; latency of live calls", head, rows)


def _stage_cells(stage: Stage) -> tuple[str, ...]:
    spending = stage.spending
    quantiles = (stage.latency.quantile(share) for share in QUANTILES)
    seconds = ("-" if q is None else f"{q:.2f}" for q in quantiles)
    attempts = _share(spending.calls + spending.failed, spending.calls)
    return f"{spending.calls:,}", f"{spending.prompt:,}", f"{spending.completion:,}", *seconds, attempts


def _digest_table(stats: Stats) -> Table:
    rows = [(str(day), *_day_cells(of_day)) for day, of_day in sorted(stats.days.items())]
    outcomes = tuple(word.replace("_", " ") for word in LEDGER)
    head = ("day", *outcomes, "digests", "claims", "repaired", "per digest", "omitted", "per digest")
    return Table("Papers and digests by mailing date (by hand: by day); a digest counts once", head, rows)


def _day_cells(day: Day) -> tuple[str, ...]:
    outcomes = (f"{day.outcomes[word]:,}" for word in LEDGER)
    repaired = (f"{day.repaired:,}", _share(day.repaired, day.digests))
    omitted = (f"{day.omitted:,}", _share(day.omitted, day.digests))
    return (*outcomes, f"{day.digests:,}", f"{day.claims:,}", *repaired, *omitted)


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.2f}" if whole else "-"


def _rating_table(stats: Stats) -> Table:
    total = stats.stars.total()
    rows = [(f"{n}★", f"{stats.stars[n]:,}", f"{stats.stars[n] / total:.0%}") for n in range(5, 0, -1)] if total else []
    return Table("Ratings", ("stars", "digests", "share"), rows)


def _table_html(table: Table) -> str:
    def row(cells: Iterable[str], tag: str) -> str:
        classes = (' class="label"' if n < table.labels else "" for n in range(len(table.head)))
        return (
            "<tr>"
            + "".join(f"<{tag}{c}>{escape(cell)}</{tag}>" for c, cell in zip(classes, cells, strict=True))
            + "</tr>"
        )

    rows = "\n".join([row(table.head, "th"), *(row(map(one_line, cells), "td") for cells in table.rows)])
    return f"<section><h2>{escape(table.title)}</h2><table>{rows}</table></section>"


def _charts(stats: Stats) -> list[Chart]:
    """Those that have something to show."""
    unpriced = stats.total().unpriced
    unknown = f"Not shown: the cost of calls whose price is not configured ({unpriced:,})." if unpriced else ""
    stars = {"digests": [stats.stars[n] for n in range(1, 6)]} if stats.stars else {}
    charts = [
        _by_model(stats, "Cost by day and model", "US dollars", lambda s: s.cost, unknown),
        _by_model(stats, "Tokens in by day and model", "tokens", lambda s: s.prompt),
        _by_model(stats, "Tokens out by day and model", "tokens", lambda s: s.completion),
        _latency(stats),
        _repairs(stats),
        Chart("Ratings", "stars", "digests", [f"{n}★" for n in range(1, 6)], stars),
    ]
    return [chart for chart in charts if chart.note or has_data(chart)]


def _by_model(stats: Stats, title: str, unit: str, value: Callable[[Spending], float | None], note: str = "") -> Chart:
    """The models that took the most tokens each by itself, the others together."""
    size: Counter[str] = Counter()
    for (_, model), spending in stats.spending.items():
        size[model] += spending.prompt + spending.completion
    own = [model for model, _ in size.most_common(SERIES if len(size) <= SERIES else SERIES - 1)]
    days = _every_day([day for day, _ in stats.spending])
    sums: dict[str, dict[date, float]] = {one_line(name): {} for name in own}  # all, so that colours stay the same
    for (day, model), spending in stats.spending.items():
        of_model = sums.setdefault(one_line(model) if model in own else _OTHERS, {})
        if (amount := value(spending)) is not None:
            of_model[day] = of_model.get(day, 0.0) + amount
    series = {name: [of_model.get(day) for day in days] for name, of_model in sums.items()}
    return Chart(title, _DAYS[stats.by], unit, [str(day) for day in days], series, note=note)


def _latency(stats: Stats) -> Chart:
    timed = {one_line(name): stage.latency for name, stage in sorted(stats.stages.items()) if stage.latency.buckets}
    series = {f"p{100 * q:.0f}": [latency.quantile(q) for latency in timed.values()] for q in QUANTILES}
    return Chart("Latency by stage, live calls", "stage", "seconds", list(timed), series, kind="grouped")


def _repairs(stats: Stats) -> Chart:
    days = {str(day): of_day for day, of_day in sorted(stats.days.items()) if of_day.digests}
    series = {
        "repaired": [day.repaired / day.digests for day in days.values()],
        "omitted": [day.omitted / day.digests for day in days.values()],
    }
    title = "Repairs and omissions by mailing date"
    return Chart(title, "mailing date", "sentences a digest", list(days), series, kind="lines")


def _every_day(days: Sequence[date]) -> list[date]:
    """Every day from the first to the last, so that time runs evenly."""
    return [min(days) + timedelta(n) for n in range((max(days) - min(days)).days + 1)] if days else []
