"""A run folder that somebody else has prepared: `..` in its accounts, links that lead out of it."""

import json
import shutil
from pathlib import Path

import pytest
from arxiv_server import ArxivServer, Record
from common import SAMPLE, settings
from scripted_model import model

from summarizer.cli import run

DAY, PAPER = "2024-10-17", "2410.00001"
SECRET = "nobody outside may read this"
CODES = {0, 1, 2, 3, 75}
COMMANDS = (
    ["site"], ["explain", DAY], ["explain", PAPER], ["diff", DAY], ["stats", "2024-10"], ["open", DAY], ["open", PAPER],
    ["verify", f"runs/{DAY}"], ["store", "stats"], ["store", "verify"], ["store", "gc", "--older-than", "0"],
    ["picks", DAY, "--offline"], ["issue", DAY], ["nightly"], ["backfill", f"{DAY}..{DAY}"],
    [PAPER, "--out", "copies/"],
)  # fmt: skip


@pytest.fixture
def arxiv():
    record = Record(PAPER, pdf=SAMPLE.read_bytes(), categories="cs.CL", announced=DAY, dates=["2024-10-15T18:47:12Z"])
    with ArxivServer([record]) as server:
        server.newest = DAY
        yield server


@pytest.fixture
def outside(serve, own_home, monkeypatch, tmp_path, capsys) -> Path:
    """A folder beside the working folder, which has a finished issue and a paper."""
    settings(own_home, 'categories = ["cs.CL"]\ntop = 1\npoll_deadline_seconds = 0\n')
    monkeypatch.setenv("SUMMARIZER_NOW", f"{DAY}T01:30:00+00:00")
    work, beside = tmp_path / "work", tmp_path / "outside"
    for folder in (work, beside / "papers" / f"{PAPER}v1"):
        folder.mkdir(parents=True)
    monkeypatch.chdir(work)
    serve(model())
    assert run(["issue", DAY]) == 0 and run([PAPER]) == 0
    for name in ("digest.md", "issue.md", "document.json", "fig1.png"):
        (beside / name).write_text(SECRET)
        (beside / "papers" / f"{PAPER}v1" / name).write_text(SECRET)
    capsys.readouterr()
    return beside


def everything(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def assert_nothing_gets_out(outside: Path, capsys) -> None:
    """Run all commands; nothing outside is changed, copied or said, and each ends as documented."""
    before = everything(outside)
    for command in COMMANDS:
        assert run(command) in CODES, command
        said = "".join(capsys.readouterr())
        assert SECRET not in said and "Traceback" not in said, command
    assert everything(outside) == before
    for made in (Path("site"), Path("copies")):
        assert all(SECRET.encode() not in content for content in everything(made).values())


@pytest.mark.parametrize(
    "name", ["../../outside", "../outside", "..", "/etc/passwd", "2410.00001v1/../../..", "a\0b", ""]
)
def test_names_that_lead_out_of_the_folder(outside, capsys, name):
    for path in Path("runs").glob("*/manifest.json"):
        account = json.loads(path.read_text())
        account["papers"] = [{**entry, "id": name} for entry in account["papers"]]
        path.write_text(json.dumps(account))
    for path in Path("runs").glob("*/papers/*/digest.json"):
        digest = json.loads(path.read_text())
        digest["paper"]["id"] = name
        digest["figures"] = [{"label": "Figure 1", "section": "model", "file": f"{name}/fig1.png", "caption": ""}]
        path.write_text(json.dumps(digest))
    assert_nothing_gets_out(outside, capsys)


@pytest.mark.parametrize(
    "what",
    [
        "digest.md",
        "document.json",
        "figures",
        "paper",
        "issue.md",
        "manifest.json",
        "run",
        ".lock",
        "events.jsonl",
        "nightly.log",
        "store",
    ],
)
def test_links_that_lead_out_of_the_folder(outside, capsys, what):
    issue = Path(f"runs/{DAY}")
    paper = issue / "papers" / f"{PAPER}v1"
    link, target = {
        "digest.md": (paper / "digest.md", outside / "digest.md"),
        "document.json": (paper / "document.json", outside / "document.json"),
        "figures": (paper / "figures", outside),
        "paper": (paper, outside / "papers" / f"{PAPER}v1"),
        "issue.md": (issue / "issue.md", outside / "issue.md"),
        "manifest.json": (issue / "manifest.json", outside / "document.json"),
        "run": (issue, outside),
        ".lock": (issue / ".lock", outside / "digest.md"),
        "events.jsonl": (issue / "events.jsonl", outside / "digest.md"),
        "nightly.log": (Path("runs/nightly.log"), outside / "digest.md"),
        "store": (Path("runs/store/.lock"), outside / "digest.md"),
    }[what]
    shutil.rmtree(link) if link.is_dir() else link.unlink(missing_ok=True)
    link.symlink_to(target)
    assert_nothing_gets_out(outside, capsys)


@pytest.mark.slow
@pytest.mark.parametrize("text", ["[" * 100_000, '{"a":' * 100_000, '{"a":' + "9" * 5_000 + "}"])
@pytest.mark.parametrize("name", ["manifest.json", "digest.json", "document.json", "events.jsonl"])
def test_files_that_no_reader_can_take(outside, capsys, name, text):
    for path in Path("runs").rglob(name):
        path.write_text(text)
    for command in COMMANDS:
        assert run(command) in CODES, command
        assert "Traceback" not in "".join(capsys.readouterr()), command
