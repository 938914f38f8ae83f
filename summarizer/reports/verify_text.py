"""What `summarize verify` found, for a terminal and as one HTML page without scripts or anything from elsewhere."""

from collections import Counter
from collections.abc import Iterable, Sequence
from html import escape
from itertools import count
from urllib.parse import quote

from summarizer.reports.plain import one_line
from summarizer.types import EntryReport, Judged, Passage

_LONGEST = 240  # characters of a passage on a terminal
_LONGEST_TITLE = 60
_STYLE = """body{font:16px/1.6 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem}
table{border-collapse:collapse;width:100%}td{border-top:1px solid #ccc;padding:.5rem;vertical-align:top;width:50%}
.wrong td{background:#fdecea}.verdict{font-size:.85em;color:#555}.wrong .verdict{color:#b00020}
p{margin:0 0 .5rem}@media(max-width:40rem){td{display:block;width:auto}}"""


_UNCHECKED = {"uncited": "not checkable", "figure": "read off a figure"}


def verdict(judged: Judged) -> str:
    """One word; a statement with neither number nor name, and no citation, is not checked rather than right."""
    return _UNCHECKED.get(judged.claim.verdict, judged.claim.verdict)


def summary(reports: Sequence[EntryReport]) -> str:
    """One line of counts."""
    checked = [judged for report in reports for judged in report.judged]
    unchecked = sum(bool(report.unchecked) for report in reports)
    verdicts = Counter(judged.claim.verdict for judged in checked)
    return (
        f"{len(reports)} entries, {unchecked} not checked; {len(checked)} statements, "
        f"{sum(judged.wrong for judged in checked)} wrong, {verdicts['uncited']} not checkable"
    ) + (f", {verdicts['figure']} read off a figure" if verdicts["figure"] else "")


def report_text(reports: Sequence[EntryReport]) -> str:
    """Every statement with its verdict, its reason and its evidence; then again what is wrong, marked with !!."""
    entries = (line for report in reports for line in _entry_lines(report))
    wrong = (f"!! {_short(r)}: {one_line(j.claim.reason)}" for r in reports for j in r.judged if j.wrong)
    unchecked = (f"NOT CHECKED {_short(r)}: {one_line(r.unchecked)}" for r in reports if r.unchecked)
    return "\n".join([*entries, *wrong, *unchecked, summary(reports)])


def _short(report: EntryReport) -> str:
    return one_line(report.title)[:_LONGEST_TITLE]


def _entry_lines(report: EntryReport) -> Iterable[str]:
    yield f"== {one_line(report.title)} [{report.paper or 'NOT CHECKED'}]"
    for judged in report.judged:
        claim = judged.claim
        reason = f": {one_line(claim.reason)}" if claim.reason and claim.verdict != "uncited" else ""
        yield f"{'!!' if judged.wrong else '  '} {verdict(judged)}{reason}"
        yield f"     {one_line(claim.text)}"
        if claim.verdict != "uncited":
            yield from (f"       p. {p.page}: {one_line(p.text)[:_LONGEST]}" for p in judged.evidence)
    yield from (f"   remark: {one_line(remark)}" for remark in report.remarks)
    yield ""


def report_html(reports: Sequence[EntryReport], title: str) -> str:
    """A page with each statement beside its passages."""
    head = (
        '<!doctype html>\n<html lang="zh"><head><meta charset="utf-8">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f'<meta name="viewport" content="width=device-width"><title>{escape(title)}</title>'
        f"<style>{_STYLE}</style></head>\n<body><h1>{escape(title)}</h1><p>{escape(summary(reports))}</p>"
    )
    wrong = "".join(
        f'<li><a href="#{_anchor(r, n)}">{escape(judged.claim.text)}</a><br>{escape(judged.claim.reason)}</li>'
        for r, report in enumerate(reports)
        for n, judged in enumerate(report.judged)
        if judged.wrong
    )
    unchecked = "".join(f"<li>{escape(r.title)}: {escape(r.unchecked)}</li>" for r in reports if r.unchecked)
    lists = (("Wrong", wrong), ("Not checked", unchecked))
    overview = (f"<h2>{heading}</h2><ul>{items}</ul>" for heading, items in lists if items)
    return "\n".join([head, *overview, *map(_entry_html, count(), reports), "</body></html>"]) + "\n"


def _anchor(report: int, statement: int) -> str:
    return f"s{report}-{statement}"


def _entry_html(number: int, report: EntryReport) -> str:
    if not (report.judged or report.remarks):
        return ""
    rows = "\n".join(_row(judged, report.pdf_url, _anchor(number, n)) for n, judged in enumerate(report.judged))
    remarks = "".join(f"<li>{escape(remark)}</li>" for remark in report.remarks)
    return f"<h2>{escape(report.title)}</h2><p>{escape(report.paper or 'not checked')}</p>\n<table>{rows}</table>" + (
        f"<p>Remarks</p><ul>{remarks}</ul>" if remarks else ""
    )


def _row(judged: Judged, pdf_url: str, anchor: str) -> str:
    claim = judged.claim
    reason = f": {claim.reason}" if claim.reason and claim.verdict != "uncited" else ""
    kind = ' class="wrong"' if judged.wrong else ""
    shown = "" if claim.verdict == "uncited" else "".join(_passage(p, pdf_url) for p in judged.evidence)
    return (
        f'<tr{kind} id="{anchor}"><td><p>{escape(claim.text)}</p>'
        f'<p class="verdict">{escape(verdict(judged) + reason)}</p></td><td>{shown}</td></tr>'
    )


def _passage(passage: Passage, pdf_url: str) -> str:
    page = f"p. {passage.page}"
    if pdf_url.startswith(("https://", "http://")):
        address = quote(f"{pdf_url}#page={passage.page}", safe=":/?#=&%")
        page = f'<a href="{escape(address)}" rel="noreferrer">{page}</a>'
    return f"<p>{page}: {escape(passage.text)}</p>"
