"""Old dates again: what changed only, what failed, chosen papers, what it would cost, and the ceiling."""

import json
import os
import shutil
import signal
import time
from fcntl import LOCK_EX, flock
from pathlib import Path

import pytest
from arxiv_server import ArxivServer, Record
from batch_server import BatchServer
from common import KEY, SAMPLE, settings
from llm_server import failure
from scripted_model import model, stage_of

from summarizer.cli import run

DAYS = ["2024-10-15", "2024-10-16", "2024-10-17"]
PERIOD = f"{DAYS[0]}..{DAYS[-1]}"
ROOT = Path(__file__).parents[2]


def record(n: int, day: str) -> Record:
    return Record(
        f"2410.{n:05d}", title=f"Study {n} of {'very ' * (n % 5)}long titles", abstract=f"We study {n}. " * 3,
        categories="cs.CL", announced=day, pdf=SAMPLE.read_bytes(), dates=["2024-10-14T18:47:12Z"],
    )  # fmt: skip


@pytest.fixture
def arxiv():
    records = [record(10 * number + n + 1, day) for number, day in enumerate(DAYS) for n in range(4)]
    with ArxivServer(records) as server:
        server.newest = DAYS[-1]
        yield server


@pytest.fixture(autouse=True)
def month(place, own_home, monkeypatch):
    monkeypatch.setenv("SUMMARIZER_NOW", f"{DAYS[-1]}T01:30:00+00:00")
    settings(
        own_home,
        'categories = ["cs.CL"]\ntop = 2\npoll_deadline_seconds = 0.3\n[prices."gpt-5.4-mini"]\ninput = 1\noutput = 4\n',
    )


class Switch:
    """A model that can be exchanged."""

    def __init__(self):
        self.script = model()

    def __call__(self, body):
        return self.script(body)


@pytest.fixture
def switch():
    return Switch()


@pytest.fixture
def made(serve, switch, capsys):
    """The server after a whole backfill."""
    server = serve(switch)
    assert run(["backfill", PERIOD]) == 0
    assert capsys.readouterr().out.split() == [f"runs/{day}/issue.md" for day in DAYS]
    return server


def stages(server, since: int) -> list[str]:
    """What the requests since then were for."""
    return [stage_of(request.body) for request in server.requests[since:]]


def manifest(day: str) -> dict:
    return json.loads(Path(f"runs/{day}/manifest.json").read_text())


def jobs() -> list[Path]:
    return list(Path("runs/.backfill").glob("all-*.json"))


def digests() -> dict[Path, str]:
    return {path: path.read_text() for path in sorted(Path("runs").glob("2024*/papers/*/digest.json"))}


def test_nothing_changed_is_nothing_done(made, arxiv, capsys):
    before, calls, asked = digests(), len(made.requests), len(arxiv.requests)
    times = {path: path.stat().st_mtime_ns for path in Path("runs").glob("2024*/**/*.md")}
    assert run(["backfill", PERIOD, "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert (report["made"], report["unchanged"], report["calls"]) == ({}, DAYS, 0)
    assert (len(made.requests), len(arxiv.requests), digests()) == (calls, asked, before)
    assert {path: path.stat().st_mtime_ns for path in times} == times


def test_a_changed_prompt_redoes_the_digests_and_nothing_else(made, arxiv, own_home, capsys):
    calls, asked = len(made.requests), len(arxiv.requests)
    style = own_home / "mine.py"
    text = (ROOT / "schemas" / "daily.py").read_text()
    style.write_text(text)
    assert run(["backfill", PERIOD, "--style", str(style)]) == 0
    assert set(stages(made, calls)) <= {"digest"}  # the same class elsewhere: another name, so other digests
    calls = len(made.requests)
    style.write_text(text.replace("谁该读", "写明谁该读"))
    assert run(["backfill", PERIOD, "--style", str(style)]) == 0
    assert stages(made, calls) == ["digest"] * 6
    assert len(arxiv.requests) == asked


def test_a_changed_page_redoes_no_call(made, own_home, capsys):
    calls = len(made.requests)
    settings(own_home, 'categories = ["cs.CL"]\ntop = 2\nissue_title = "{date} 论文"\n')
    assert run(["backfill", PERIOD, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["unchanged"] == []
    assert len(made.requests) == calls
    assert Path(f"runs/{DAYS[0]}/issue.md").read_text().startswith(f"# {DAYS[0]} 论文")


def test_a_lost_page_is_written_again_from_the_store(made):
    before, calls = digests(), len(made.requests)
    shutil.rmtree(f"runs/{DAYS[1]}/papers")
    assert run(["backfill", PERIOD]) == 0
    assert (digests(), len(made.requests)) == (before, calls)


def test_failed_papers_are_tried_again_and_the_others_stay(serve, arxiv, capsys):
    server = serve(model())
    for paper in arxiv.records.values():
        if paper.announced == DAYS[1]:
            paper.pdf = b""
    assert run(["backfill", PERIOD]) == 3
    lost = manifest(DAYS[1])["ledger"]
    assert lost["digested"] == 0
    before, calls = digests(), len(server.requests)
    for paper in arxiv.records.values():
        paper.pdf = SAMPLE.read_bytes()
    assert run(["backfill", PERIOD]) == 0, "what failed has not changed"
    assert len(server.requests) == calls
    assert run(["backfill", PERIOD, "--redo", "failed", "--model", "another"]) == 0
    assert manifest(DAYS[1])["ledger"]["digested"] == 2
    assert {path: text for path, text in digests().items() if path in before} == before


def test_only_some_papers(made, capsys):
    before, calls = digests(), len(made.requests)
    chosen = sorted(before)[0].parent.name
    assert run(["backfill", PERIOD, "--only", chosen, "--model", "another"]) == 0
    assert stages(made, calls) == ["digest"]
    changed = {path.parent.name for path, text in digests().items() if before[path] != text}
    assert changed == {chosen}


def test_all_again_and_stopped_in_the_middle_pays_once(made, switch):
    calls = len(made.requests)
    assert run(["backfill", PERIOD, "--redo", "all"]) == 0
    assert sorted(stages(made, calls)) == ["choose"] * 3 + ["digest"] * 6
    assert not jobs()

    calls, answered = len(made.requests), switch.script
    switch.script = lambda body: answered(body) if len(made.requests) - calls <= 5 else failure(401, "no")
    assert run(["backfill", PERIOD, "--redo", "all"]) == 1
    assert jobs()
    calls, switch.script = len(made.requests), answered
    assert run(["backfill", PERIOD, "--redo", "all"]) == 0
    assert len(made.requests) - calls == 9 - 5, "what was answered before the stop counts"


def test_a_dry_run_counts_and_asks_no_one(serve, arxiv, capsys):
    server = serve(model())
    assert run(["backfill", PERIOD, "--dry-run", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["dates"] == 3 and found["stages"]["list"] == found["stages"]["list"] | {"stored": 0, "to_do": 3}
    assert found["stages"]["digest"]["calls"] == 6 and found["cost"] > 0
    assert (server.requests, arxiv.requests) == ([], [])
    assert run(["backfill", PERIOD]) == 0
    capsys.readouterr()
    assert run(["backfill", PERIOD, "--dry-run"]) == 0
    table = capsys.readouterr().out
    assert table.splitlines()[-1].split()[:2] == ["total", "0"]
    calls, asked = len(server.requests), len(arxiv.requests)
    assert run(["backfill", PERIOD, "--dry-run", "--json", "--model", "another"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [found["stages"][name]["calls"] for name in ("choose", "digest")] == [3, 6]
    assert found["stages"]["parse"]["stored"] == 0 or found["stages"]["parse"]["to_do"] == 0
    assert (len(server.requests), len(arxiv.requests)) == (calls, asked)


def test_the_ceiling_leaves_finished_issues_as_they_are(made, capsys):
    before, pages = digests(), {day: Path(f"runs/{day}/issue.md").read_text() for day in DAYS}
    assert run(["backfill", PERIOD, "--model", "gpt-5.4-mini", "--redo", "all", "--max-cost", "0.000001"]) == 3
    assert "--max-cost" in capsys.readouterr().err
    assert digests() == before
    assert {day: Path(f"runs/{day}/issue.md").read_text() for day in DAYS} == pages


def test_an_issue_cut_by_the_ceiling_is_gone_on_with(serve, capsys):
    server = serve(model())
    assert run(["backfill", PERIOD, "--max-cost", "0"]) == 3
    assert server.requests == [] and "--max-cost" in capsys.readouterr().err
    assert run(["backfill", PERIOD, "--max-cost", "0.02"]) == 3
    assert run(["backfill", PERIOD]) == 0
    assert all(manifest(day)["ledger"]["digested"] == 2 for day in DAYS)
    assert sorted(stages(server, 0)) == ["choose"] * 3 + ["digest"] * 6


def test_a_failed_paper_does_not_keep_all_from_being_asked_anew(made, arxiv):
    next(iter(arxiv.records.values())).pdf = None
    shutil.rmtree("runs/store/pdf")
    assert run(["backfill", PERIOD, "--redo", "all", "--top", "4"]) == 2  # no such option
    calls = len(made.requests)
    run(["backfill", PERIOD, "--redo", "all"])
    again = len(made.requests)
    assert again > calls and not jobs()
    run(["backfill", PERIOD, "--redo", "all"])
    assert len(made.requests) - again == again - calls


def test_stopped_by_sigterm_it_says_so_and_goes_on_from_there(serve, switch, capsys):
    server, answer = serve(switch), switch.script

    def stop_at_the_first_digest(body):
        if stage_of(body) == "digest":
            os.kill(os.getpid(), signal.SIGTERM)
            time.sleep(0.2)
        return answer(body)

    switch.script = stop_at_the_first_digest
    assert run(["backfill", PERIOD]) == 75
    assert "stopped" in capsys.readouterr().err
    switch.script = answer
    assert run(["backfill", PERIOD]) == 0
    assert sorted(stages(server, 0)) == ["choose"] * 3 + ["digest"] * 6, "nothing was paid twice"


def test_a_date_at_work_elsewhere_does_not_stop_the_others(serve, capsys):
    serve(model())
    Path(f"runs/{DAYS[0]}").mkdir(parents=True)
    with Path(f"runs/{DAYS[0]}/.lock").open("w") as lock:
        flock(lock, LOCK_EX)
        assert run(["backfill", PERIOD]) == 75
    assert "another process" in capsys.readouterr().err
    assert not Path(f"runs/{DAYS[0]}/issue.md").exists()
    assert all(Path(f"runs/{day}/issue.md").exists() for day in DAYS[1:])


def test_without_a_key_digests_do_not_become_drafts(made, monkeypatch, capsys):
    before = digests()
    monkeypatch.delenv("OPENAI_API_KEY")
    monkeypatch.delenv("OPENAI_BASE_URL")
    assert run(["backfill", PERIOD]) == 2
    assert "OPENAI_API_KEY" in capsys.readouterr().err and digests() == before


def test_what_was_paid_is_what_the_events_say(made, capsys):
    events = [
        json.loads(line) for path in Path("runs").glob("2024*/events.jsonl") for line in path.read_text().splitlines()
    ]
    assert sum(event["event"] == "call" for event in events) == len(made.requests)
    capsys.readouterr()
    calls = len(made.requests)
    assert run(["backfill", PERIOD, "--redo", "all", "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["calls"] == len(made.requests) - calls == 9
    assert report["cost"] == pytest.approx(9 * (100 + 20 * 4) / 1e6)


def test_all_again_is_forecast_as_all(made, capsys):
    assert run(["backfill", PERIOD, "--redo", "all", "--dry-run", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [found["stages"][name]["calls"] for name in ("choose", "digest")] == [3, 6]
    assert found["stages"]["parse"]["to_do"] in (0, 6)


def test_trouble_with_a_list_is_no_traceback(serve, own_home, capsys):
    serve(model())
    settings(own_home, 'categories = ["cs.nope!"]\n')
    assert run(["backfill", PERIOD]) == 2
    assert "cs.nope!" in capsys.readouterr().err
    assert run(["backfill", "0001-01-01..0001-01-02"]) == 2


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["2024-10-15..never"], "not a period"),
        (["2024-10-17..2024-10-15"], "ends before it begins"),
        ([PERIOD, "--redo", "some"], "--redo"),
        ([PERIOD, "--only", "x y"], "x y"),
        ([PERIOD, "--only", ""], "neither an arXiv id"),
        ([PERIOD, "--only", "2410.99999"], "in no finished issue"),
    ],
)
def test_wrong_input_is_named(arguments, said, capsys):
    assert run(["backfill", *arguments]) == 2
    assert said in capsys.readouterr().err


def test_in_batches_choosing_writing_and_reading_are_a_round_each(own_home, monkeypatch, capsys):
    settings(own_home, 'categories = ["cs.CL"]\ntop = 2\nreader = "always"\nbatch_poll_seconds = 0.01\n')
    with BatchServer(model()) as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.url)
        monkeypatch.setenv("OPENAI_API_KEY", KEY)
        assert run(["backfill", PERIOD, "--batch"]) == 0
        asked = [{stage_of(line["body"]) for line in batch.lines} for batch in server.batches.values()]
        assert asked == [{"choose"}, {"digest"}, {"reading"}] and server.requests == []
    assert capsys.readouterr().out.split() == [f"runs/{day}/issue.md" for day in DAYS]
    digest = json.loads(next(Path("runs").glob("2024-10-15/papers/*/digest.json")).read_text())
    assert {claim["decision"] for claim in digest["claims"]} == {"agreed"} and digest["calls"] == 2


@pytest.mark.parametrize("refused", [False, True])
def test_batches_carry_figures_or_are_sent_again_without(own_home, monkeypatch, capsys, refused):
    settings(own_home, 'categories = ["cs.CL"]\ntop = 2\nfigures_to_model = 2\nbatch_poll_seconds = 0.01\n')

    def script(body):
        looks = isinstance(body["messages"][1]["content"], list)
        return failure(400, "this model does not support image input") if looks and refused else model()(body)

    with BatchServer(script) as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.url)
        monkeypatch.setenv("OPENAI_API_KEY", KEY)
        assert run(["backfill", PERIOD, "--batch"]) == 0
        lines = [line["body"]["messages"][1]["content"] for batch in server.batches.values() for line in batch.lines]
        shown = [len(content) for content in lines if isinstance(content, list)]
        live = [isinstance(request.body["messages"][1]["content"], list) for request in server.requests]
    assert shown == [5] * 6  # the text, and two figures each with its mark
    digests = [json.loads(path.read_text()) for path in Path("runs").glob("2024*/papers/*/digest.json")]
    assert {len(digest["figures_seen"]) for digest in digests} == ({0} if refused else {2})
    assert 1 <= len(live) <= 6 and all(live) if refused else live == []  # a line that failed is asked again live
    assert sum(isinstance(content, str) for content in lines) == 3 + 6 * refused


READER = """reader = "always"
reader_model = "second"
batch_poll_seconds = 0.01
[prices."gpt-5.4-mini"]
input = 1
output = 4
[prices.second]
input = 20
output = 80
"""


def test_another_reader_is_asked_in_batches_of_its_own_at_its_own_price(own_home, monkeypatch, capsys):
    settings(own_home, 'categories = ["cs.CL"]\ntop = 2\n' + READER)
    with BatchServer(model()) as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.url)
        monkeypatch.setenv("OPENAI_API_KEY", KEY)
        assert run(["backfill", PERIOD, "--batch", "--json"]) == 0
        asked = [{(line["body"]["model"], stage_of(line["body"])) for line in b.lines} for b in server.batches.values()]
        assert asked == [{("gpt-5.4-mini", "choose")}, {("gpt-5.4-mini", "digest")}, {("second", "reading")}]
        assert server.requests == []
        each = (100 * 1 + 20 * 4) / 1e6
        cost = json.loads(capsys.readouterr().out)["cost"]
        assert cost == pytest.approx((9 * each + 20 * each) / 2)  # half the price; six papers of one text are read once
        before = server.seen.copy()
        assert run(["backfill", PERIOD, "--batch"]) == 0
        assert server.seen == before and not list(Path("runs/.backfill").rglob("*.requests.jsonl"))
    assert manifest(DAYS[0])["cost"] == pytest.approx(3 * each + 2 * 20 * each)  # at the price of live calls
    digest = json.loads(next(Path("runs").glob("2024-10-15/papers/*/digest.json")).read_text())
    assert digest["reader"] == "second" and digest["reading"]["prompt"] == 100


def test_a_ceiling_holds_for_the_batches_of_both_models_together(own_home, monkeypatch, capsys):
    settings(own_home, 'categories = ["cs.CL"]\ntop = 2\n' + READER)
    with BatchServer(model()) as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.url)
        monkeypatch.setenv("OPENAI_API_KEY", KEY)
        assert run(["backfill", PERIOD, "--batch", "--max-cost", "0.085"]) == 3
        stages_asked = [stage_of(line["body"]) for batch in server.batches.values() for line in batch.lines]
        assert "would pass --max-cost" in capsys.readouterr().err
        assert stages_asked.count("digest") == 6 and "reading" not in stages_asked
        assert run(["backfill", PERIOD, "--batch", "--max-cost", "1"]) == 0
        stages_asked = [stage_of(line["body"]) for batch in server.batches.values() for line in batch.lines]
        assert stages_asked.count("digest") == 6 and stages_asked.count("reading") == 1  # none is paid twice


def test_forecasts_price_the_second_reading_by_its_model(serve, own_home, capsys):
    serve(model())
    costs = []
    for reader in ("gpt-5.4-mini", "second"):
        settings(
            own_home, 'categories = ["cs.CL"]\ntop = 2\n' + READER.replace('model = "second"', f'model = "{reader}"')
        )
        assert run(["backfill", PERIOD, "--dry-run", "--json"]) == 0
        costs.append(json.loads(capsys.readouterr().out)["stages"])
    assert costs[1]["reading"]["cost"] == pytest.approx(20 * costs[0]["reading"]["cost"]) != 0
    assert costs[1]["digest"] == costs[0]["digest"]


def test_a_ceiling_needs_the_prices_of_both_models(serve, own_home, capsys):
    server = serve(model())
    settings(own_home, 'categories = ["cs.CL"]\n' + READER.replace("[prices.second]", "[prices.third]"))
    assert run(["backfill", PERIOD, "--max-cost", "1"]) == 2
    assert 'set [prices."second"]' in capsys.readouterr().err and not server.requests
