"""`summarize stats`: events and accounts of real runs, and made-up events where a case needs many or broken ones."""

import json
import random
import re
import statistics
from collections.abc import Iterable
from pathlib import Path

import pytest
from arxiv_server import ArxivServer, Record
from common import IDS, SAMPLE, settings
from llm_server import failure
from scripted_model import model, readings, reply, stage_of

from summarizer.cli import run
from summarizer.reports.stats import quantile

DAY = "2024-10-17"
PRICED = '[prices."priced"]\ninput = 1\noutput = 2\n'


def stats(capsys, period: str, *arguments: str) -> dict:
    assert run(["stats", period, "--json", *arguments]) == 0
    return json.loads(capsys.readouterr().out)


def call(time: str = f"{DAY}T01:30:00.000+00:00", **changes: object) -> dict:
    usage = {"prompt": 1000, "cached": 250, "completion": 100}
    return {
        "time": time, "run": "r", "event": "call", "stage": "digest", "subject": "2410.00001v1", "key": "k",
        "model": "m", "rung": "json_schema", "attempt": 1, "status": 200, "seconds": 2.0, "usage": usage,
        "problem": "", "batch": False, "cost": 0.5,
    } | changes  # fmt: skip


def write_events(folder: str, events: Iterable[dict], tail: str = "") -> None:
    path = Path("runs") / folder / "events.jsonl"
    path.parent.mkdir(parents=True)
    path.write_text("".join(json.dumps(event) + "\n" for event in events) + tail)


def today() -> str:
    """The day of the runs that a test has just made."""
    day = json.loads(next(Path("runs").glob("*/events.jsonl")).read_text().splitlines()[0])["time"][:10]
    return f"{day}..{day}"


def test_calls_attempts_tokens_and_costs_of_real_runs(serve, own_home, capsys):
    settings(own_home, PRICED)
    whole = model()
    busy = iter([True, True])
    serve(lambda body: failure(503, "busy", retry_after="0") if next(busy, False) else whole(body))
    assert run([IDS[0], "--model", "priced"]) == 0
    assert run([IDS[1], "--model", "unpriced"]) == 0
    capsys.readouterr()
    found = stats(capsys, today())
    priced, unpriced = found["calls"]
    assert {k: v for k, v in priced.items() if k != "day"} == {
        "model": "priced", "calls": 1, "failed": 2, "batch": 0, "prompt": 100, "cached": 0, "completion": 20,
        "unpriced": 0, "cost": 0.00014,
    }  # fmt: skip
    assert (unpriced["calls"], unpriced["failed"], unpriced["cost"]) == (1, 0, None)
    (stage,) = found["stages"]
    assert (stage["stage"], stage["calls"], stage["failed"]) == ("digest", 2, 2)
    assert 0 < stage["latency"]["p50"] <= stage["latency"]["p99"] < 60
    (day,) = found["digests"]
    assert (day["outcomes"], day["digests"], day["repaired"], day["omitted"]) == ({"digested": 2}, 2, 0, 0)
    assert found["stars"] == {"1": 0, "2": 0, "3": 0, "4": 2, "5": 0}
    assert run(["stats", today()]) == 0
    out = capsys.readouterr().out
    assert re.search(r"priced +1 +0 +2 +100 +0% +20 +\$0\.0001$", out, re.MULTILINE)
    assert re.search(r"unpriced +1 +0 +0 +100 +0% +20 +unknown$", out, re.MULTILINE)
    assert re.search(r"^  total .* \$0\.0001 \+ 1 unknown$", out, re.MULTILINE)
    assert re.search(r"^  digest .* 2\.00$", out, re.MULTILINE)  # attempts a call


def test_an_issue_counts_by_its_mailing_date_and_a_digest_counts_once(serve, own_home, monkeypatch, capsys):
    settings(own_home, 'categories = ["cs.CL"]\ntop = 2\n')
    records = [
        Record(f"2410.{n:05d}", title=f"Study {n}", categories="cs.CL", announced=DAY, pdf=SAMPLE.read_bytes(),
               dates=["2024-10-15T18:47:12Z"])
        for n in range(1, 6)
    ]  # fmt: skip
    with ArxivServer(records) as server:
        server.newest = DAY
        monkeypatch.setenv("SUMMARIZER_ARXIV_URL", server.url)
        monkeypatch.setenv("SUMMARIZER_NOW", "2024-10-18T01:30:00+00:00")
        serve(model())
        assert run(["issue", DAY]) == 0
        digested = next(Path(f"runs/{DAY}/papers").iterdir()).name
        assert run([digested]) == 0
    capsys.readouterr()
    issue, by_hand = stats(capsys, "2024-10-17..2024-10-18")["digests"]
    assert (issue["day"], issue["outcomes"], issue["digests"]) == (DAY, {"digested": 2, "not_selected": 3}, 2)
    assert (by_hand["day"], by_hand["outcomes"], by_hand["digests"]) == ("2024-10-18", {"digested": 1}, 0)
    assert stats(capsys, "2024-10-18..2024-10-18")["digests"][0]["digests"] == 1


def test_by_call_days_are_utc_and_every_folder_counts(place, capsys):
    write_events(DAY, [call(f"{DAY}T00:30:00+08:00"), call(f"{DAY}T23:59:59+00:00")])
    write_events(".backfill", [call(f"{DAY}T12:00:00+00:00"), {**call(), "event": "warning"}])
    write_events("2410.00001v1", [call("2024-10-18T00:00:00+00:00")])
    found = stats(capsys, "2024-10-16..2024-10-17", "--by", "call")
    assert [(row["day"], row["calls"]) for row in found["calls"]] == [("2024-10-16", 1), (DAY, 2)]


def test_a_month_that_was_redone_is_that_month(serve, own_home, monkeypatch, capsys):
    settings(own_home, 'categories = ["cs.CL"]\ntop = 1\n')
    record = Record("2410.00001", title="Study", categories="cs.CL", announced=DAY, pdf=SAMPLE.read_bytes(),
                    dates=["2024-10-15T18:47:12Z"])  # fmt: skip
    with ArxivServer([record]) as server:
        server.newest = DAY
        monkeypatch.setenv("SUMMARIZER_ARXIV_URL", server.url)
        monkeypatch.setenv("SUMMARIZER_NOW", f"{DAY}T01:30:00+00:00")
        serve(model())
        assert run(["issue", DAY]) == 0
    write_events(".backfill", [call("2026-01-05T00:00:00+00:00", batch=True)])
    assert today() != f"{DAY}..{DAY}"
    capsys.readouterr()
    found = stats(capsys, "2024-10")
    assert {row["day"] for row in found["calls"]} == {DAY} and found["total"]["calls"] == 3
    assert stats(capsys, "2024-10", "--by", "call")["calls"] == []
    assert run(["stats", "2024-10"]) == 0
    assert "Calls by mailing date and model" in capsys.readouterr().out


def test_lines_that_cannot_be_read_are_skipped_and_counted(place, capsys):
    broken = [{**call(), "time": "yesterday"}, {**call(), "seconds": float("nan")}, {**call(), "usage": 7}]
    write_events(DAY, [call(), *broken], tail='["not an event"]\n{"time": "2024-10-1')
    found = stats(capsys, f"{DAY}..{DAY}")
    assert (found["total"]["calls"], found["unreadable"]) == (1, 5)
    assert run(["stats", f"{DAY}..{DAY}"]) == 0
    assert capsys.readouterr().out.endswith("such as the last one of a killed process: 5\n")


def test_a_batch_is_counted_and_its_hours_are_no_latency(place, capsys):
    write_events(DAY, [call(), call(batch=True, seconds=7200.0, cost=0.25)])
    found = stats(capsys, f"{DAY}..{DAY}")
    assert (found["total"]["batch"], found["total"]["cost"]) == (1, 0.75)
    assert found["stages"][0]["latency"]["p99"] == pytest.approx(2.0, rel=0.02)


def test_quantiles_of_any_number_of_calls():
    moments = random.Random(1)
    seconds = [moments.lognormvariate(2, 1) for _ in range(2_000)]
    exact = statistics.quantiles(seconds, n=100)
    for percent in (50, 90, 99):
        assert quantile(seconds, percent / 100) == pytest.approx(exact[percent - 1], rel=0.05)
    assert quantile([], 0.5) is None and quantile([2.0], 0.99) == 2.0


def test_the_page_has_the_tables_no_scripts_and_nothing_from_elsewhere(place, capsys):
    events = [call(f"2024-10-{day}T01:00:00+00:00", model=name) for day in (14, 15, 17) for name in ("a", "<b>&\u202e")]
    write_events(DAY, [*events, call(model="free", cost=None)])
    assert run(["stats", "2024-10-14..2024-10-17", "--by", "call", "--html", "page.html"]) == 0
    page = Path("page.html").read_text()
    assert (
        "<script" not in page
        and "http:" not in page
        and "https:" not in page
        and "src=" not in page
        and "url(" not in page
    )
    assert "<b>" not in page and "&lt;b&gt;&amp;" in page and "\u202e" not in page
    assert page.count("<table>") == 2 and "<td>$0.5000</td>" in page and "2024-10-15" in page
    assert "No data" not in page and "Ratings" not in page  # what there is nothing of is not there


def test_an_empty_period_says_so_once(place, capsys):
    assert run(["stats", f"{DAY}..{DAY}", "--html", "page.html"]) == 0
    assert capsys.readouterr().out == "No data in this period.\n"
    assert Path("page.html").read_text().count("No data in this period.") == 1
    assert stats(capsys, f"{DAY}..{DAY}")["total"]["cost"] == 0
    assert run(["stats", "never"]) == 2


def test_what_was_decided_on_sentences_read_again_is_counted(serve, own_home, capsys):
    settings(own_home, 'reader = "always"\n')
    writer = model()
    quote = "A digest should therefore cite sentences, not papers."

    def read(body: dict) -> dict:
        said = readings(body)
        rejected = {"id": said[0]["id"], "verdict": "contradicted", "problem": "scope", "quote": quote, "text": ""}
        return reply({"items": [rejected, *said[1:]]})

    serve(lambda body: read(body) if stage_of(body) == "reading" else writer(body))
    assert run([IDS[0]]) == 0
    capsys.readouterr()
    (day,) = stats(capsys, today())["digests"]
    assert day["decisions"]["dropped"] == day["omitted"] == 1
    assert day["decisions"]["agreed"] == day["claims"]
    assert run(["stats", today()]) == 0
    assert "Second reading: sentences by what was decided" in capsys.readouterr().out
