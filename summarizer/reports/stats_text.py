"""What `summarize stats` found: tables for a terminal, JSON, and one HTML page without scripts or foreign parts."""

from collections.abc import Iterable
from html import escape
from typing import Any, get_args

from summarizer.files import to_data
from summarizer.reports.plain import NO_DATA, TextTable, one_line, table_text
from summarizer.reports.stats import QUANTILES, Day, SpendingTotals, StageTotals, Stats, quantile
from summarizer.store.runs import LEDGER
from summarizer.types import Decision

_DAYS = {"mailing": "mailing date", "call": "day (UTC)"}
_DECISIONS = tuple(word for word in get_args(Decision) if word)
_STYLE = """:root{color-scheme:light dark}
body{font:15px/1.5 system-ui,sans-serif;max-width:80rem;margin:2rem auto;padding:0 1rem}
h2{font-size:1.1rem;margin-top:2rem}section{overflow-x:auto}table{border-collapse:collapse;font-size:.9em}
th,td{white-space:nowrap;padding:.15rem .9rem .15rem 0;text-align:right}
th{border-bottom:1px solid;font-weight:600}.label{text-align:left}"""


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
            "latency": {f"p{100 * q:.0f}": quantile(stage.latencies, q) for q in QUANTILES},
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
    """The tables as one page."""
    title = f"summarizer, {stats.first} to {stats.last}"
    head = (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f'<meta name="viewport" content="width=device-width"><title>{title}</title><style>{_STYLE}</style></head>'
    )
    rest = [*map(_table_html, _tables(stats)), *(f"<p>{escape(remark)}</p>" for remark in _remarks(stats))]
    return "\n".join([head, f"<body><h1>{title}</h1>", *rest, "</body></html>", ""])


def _spent(spending: SpendingTotals) -> dict[str, Any]:
    counts = {name: count for name, count in to_data(spending).items() if name != "dollars"}
    return {**counts, "cost": spending.cost}


def _remarks(stats: Stats) -> list[str]:
    unreadable = f"Lines of events that could not be read, such as the last one of a killed process: {stats.unreadable}"
    nothing = [] if _tables(stats) else [NO_DATA]
    return [*nothing, unreadable] if stats.unreadable else nothing


def _tables(stats: Stats) -> list[TextTable]:
    """Those that have rows."""
    papers = (_digest_table(stats), _decision_table(stats), _rating_table(stats))
    tables = (_call_table(stats), _stage_table(stats), *papers)
    return [table for table in tables if table.rows]


def _call_table(stats: Stats) -> TextTable:
    rows = [(str(day), model, *_spending_cells(s)) for (day, model), s in sorted(stats.spending.items())]
    total = [("total", "", *_spending_cells(stats.total()))] if rows else []
    head = ("day", "model", "calls", "batch", "failed", "tokens in", "cached", "tokens out", "cost")
    title = f"Calls by {_DAYS[stats.by]} and model; failed: attempts without a reply"
    return TextTable(title, head, [*rows, *total], labels=2)


def _spending_cells(spending: SpendingTotals) -> tuple[str, ...]:
    cached = f"{spending.cached / spending.prompt:.0%}" if spending.prompt else "-"
    counts = [spending.calls, spending.batch, spending.failed, spending.prompt]
    return (*(f"{n:,}" for n in counts), cached, f"{spending.completion:,}", _cost(spending))


def _cost(spending: SpendingTotals) -> str:
    """Never 0 for what is not known."""
    if spending.cost is None:
        return "unknown"
    return f"${spending.cost:.4f}" + (f" + {spending.unpriced} unknown" if spending.unpriced else "")


def _stage_table(stats: Stats) -> TextTable:
    rows = [(name, *_stage_cells(stage)) for name, stage in sorted(stats.stages.items())]
    head = ("stage", "calls", "tokens in", "tokens out", "p50 s", "p90 s", "p99 s", "attempts a call")
    return TextTable("Calls by stage; latency of live calls", head, rows)


def _stage_cells(stage: StageTotals) -> tuple[str, ...]:
    spending = stage.spending
    quantiles = (quantile(stage.latencies, share) for share in QUANTILES)
    seconds = ("-" if q is None else f"{q:.2f}" for q in quantiles)
    attempts = _share(spending.calls + spending.failed, spending.calls)
    return f"{spending.calls:,}", f"{spending.prompt:,}", f"{spending.completion:,}", *seconds, attempts


def _digest_table(stats: Stats) -> TextTable:
    rows = [(str(day), *_day_cells(of_day)) for day, of_day in sorted(stats.days.items())]
    outcomes = tuple(word.replace("_", " ") for word in LEDGER)
    head = ("day", *outcomes, "digests", "claims", "repaired", "per digest", "omitted", "per digest")
    return TextTable("Papers and digests by mailing date (by hand: by day); a digest counts once", head, rows)


def _day_cells(day: Day) -> tuple[str, ...]:
    outcomes = (f"{day.outcomes[word]:,}" for word in LEDGER)
    repaired = (f"{day.repaired:,}", _share(day.repaired, day.digests))
    omitted = (f"{day.omitted:,}", _share(day.omitted, day.digests))
    return (*outcomes, f"{day.digests:,}", f"{day.claims:,}", *repaired, *omitted)


def _decision_table(stats: Stats) -> TextTable:
    rows = [
        (str(day), *(f"{of_day.decisions[word]:,}" for word in _DECISIONS))
        for day, of_day in sorted(stats.days.items())
        if of_day.decisions
    ]
    return TextTable("Second reading: sentences by what was decided", ("day", *_DECISIONS), rows)


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.2f}" if whole else "-"


def _rating_table(stats: Stats) -> TextTable:
    total = stats.stars.total()
    rows = [(f"{n}★", f"{stats.stars[n]:,}", f"{stats.stars[n] / total:.0%}") for n in range(5, 0, -1)] if total else []
    return TextTable("Ratings", ("stars", "digests", "share"), rows)


def _table_html(table: TextTable) -> str:
    def row(cells: Iterable[str], tag: str) -> str:
        classes = (' class="label"' if n < table.labels else "" for n in range(len(table.head)))
        return (
            "<tr>"
            + "".join(f"<{tag}{c}>{escape(cell)}</{tag}>" for c, cell in zip(classes, cells, strict=True))
            + "</tr>"
        )

    rows = "\n".join([row(table.head, "th"), *(row(map(one_line, cells), "td") for cells in table.rows)])
    return f"<section><h2>{escape(table.title)}</h2><table>{rows}</table></section>"
