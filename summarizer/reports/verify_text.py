"""What `summarize verify` found, for a terminal and as one HTML page without scripts or anything from elsewhere."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from html import escape
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

Say = Callable[[str], str]  # a message in the reader's language


def verdict(judged: Judged) -> str:
    """One word; a statement with neither number nor name, and no citation, is not checked rather than right."""
    return _UNCHECKED.get(judged.claim.verdict, judged.claim.verdict)


def summary(reports: Sequence[EntryReport], say: Say = str) -> str:
    """One line of counts."""
    checked = [judged for report in reports for judged in report.judged]
    unchecked = sum(bool(report.unchecked) for report in reports)
    verdicts = Counter(judged.claim.verdict for judged in checked)
    read = sum(judged.claim.reader is not None for judged in checked)
    counts = [
        say(f"{len(reports)} entries, {unchecked} not checked"),
        say(f"{len(checked)} statements, {sum(judged.wrong for judged in checked)} wrong"),
        say(f"{verdicts['uncited']} not checkable"),
        say(f"{verdicts['figure']} read off a figure") if verdicts["figure"] else "",
        say(f"{read} read by a second reader") if read else "",
    ]
    return say("; ").join(filter(None, counts))


def report_text(reports: Sequence[EntryReport], say: Say = str) -> str:
    """Every statement with its verdict, its reason and its evidence; then again what is wrong, marked with !!."""
    entries = (line for report in reports for line in _entry_lines(report, say))
    wrong = (f"!! {_short(r)}{say(': ')}{_reason(j, say)}" for r in reports for j in r.judged if j.wrong)
    unchecked = (
        f"{say('NOT CHECKED')} {_short(r)}{say(': ')}{say(one_line(r.unchecked))}" for r in reports if r.unchecked
    )
    return "\n".join([*entries, *wrong, *unchecked, summary(reports, say)])


def _short(report: EntryReport) -> str:
    return one_line(report.title)[:_LONGEST_TITLE]


def _reason(judged: Judged, say: Say) -> str:
    return say("; ").join(map(say, one_line(judged.claim.reason).split("; ")))


def _verdict(judged: Judged, say: Say) -> str:
    """The verdict, and why."""
    said = say(verdict(judged))
    told = judged.claim.reason and judged.claim.verdict != "uncited"
    return f"{said}{say(': ')}{_reason(judged, say)}" if told else said


def _entry_lines(report: EntryReport, say: Say) -> Iterable[str]:
    yield f"== {one_line(report.title)} [{report.paper or say('NOT CHECKED')}]"
    for judged in report.judged:
        yield f"{'!!' if judged.wrong else '  '} {_verdict(judged, say)}"
        yield f"     {one_line(judged.claim.text)}"
        if judged.claim.verdict != "uncited":
            yield from (f"       p. {p.page}: {one_line(p.text)[:_LONGEST]}" for p in judged.evidence)
    yield from (f"   {say('remark')}{say(': ')}{say(one_line(remark))}" for remark in report.remarks)
    yield ""


def report_html(reports: Sequence[EntryReport], title: str, say: Say = str) -> str:
    """A page with each statement beside its passages."""
    head = (
        '<!doctype html>\n<html lang="zh"><head><meta charset="utf-8">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f'<meta name="viewport" content="width=device-width"><title>{escape(title)}</title>'
        f"<style>{_STYLE}</style></head>\n<body><h1>{escape(title)}</h1><p>{escape(summary(reports, say))}</p>"
    )
    wrong = "".join(
        f'<li><a href="#{_anchor(r, n)}">{escape(judged.claim.text)}</a><br>{escape(_reason(judged, say))}</li>'
        for r, report in enumerate(reports)
        for n, judged in enumerate(report.judged)
        if judged.wrong
    )
    unchecked = "".join(
        f"<li>{escape(r.title)}{say(': ')}{escape(say(r.unchecked))}</li>" for r in reports if r.unchecked
    )
    lists = ((say("Wrong"), wrong), (say("Not checked"), unchecked))
    overview = (f"<h2>{heading}</h2><ul>{items}</ul>" for heading, items in lists if items)
    entries = (_entry_html(n, report, say) for n, report in enumerate(reports))
    return "\n".join([head, *overview, *entries, "</body></html>"]) + "\n"


def _anchor(report: int, statement: int) -> str:
    return f"s{report}-{statement}"


def _entry_html(number: int, report: EntryReport, say: Say) -> str:
    if not (report.judged or report.remarks):
        return ""
    rows = "\n".join(_row(judged, report.pdf_url, _anchor(number, n), say) for n, judged in enumerate(report.judged))
    remarks = "".join(f"<li>{escape(say(remark))}</li>" for remark in report.remarks)
    paper = escape(report.paper or say("Not checked"))
    return f"<h2>{escape(report.title)}</h2><p>{paper}</p>\n<table>{rows}</table>" + (
        f"<p>{say('Remarks')}</p><ul>{remarks}</ul>" if remarks else ""
    )


def _row(judged: Judged, pdf_url: str, anchor: str, say: Say) -> str:
    claim = judged.claim
    kind = ' class="wrong"' if judged.wrong else ""
    shown = "" if claim.verdict == "uncited" else "".join(_passage(p, pdf_url) for p in judged.evidence)
    return (
        f'<tr{kind} id="{anchor}"><td><p>{escape(claim.text)}</p>'
        f'<p class="verdict">{escape(_verdict(judged, say))}</p></td><td>{shown}</td></tr>'
    )


def _passage(passage: Passage, pdf_url: str) -> str:
    page = f"p. {passage.page}"
    if pdf_url.startswith(("https://", "http://")):
        address = quote(f"{pdf_url}#page={passage.page}", safe=":/?#=&%")
        page = f'<a href="{escape(address)}" rel="noreferrer">{page}</a>'
    return f"<p>{page}: {escape(passage.text)}</p>"
