"""From a machine that has nothing to an issue that cron makes, in the order of the README, with no file edited."""

import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from arxiv_server import ArxivServer, Record
from common import KEY, SAMPLE
from llm_server import LlmServer, Scripted, completion
from scripted_model import model

DAY = "2024-10-17"
PAPER = "2410.00001"


@pytest.fixture
def arxiv():
    record = Record(
        PAPER, title="Study", categories="cs.CL", announced=DAY, pdf=SAMPLE.read_bytes(), dates=["2024-10-15T18:47:12Z"]
    )
    with ArxivServer([record]) as server:
        server.newest = DAY
        yield server


def answer(body: dict) -> Scripted:
    """A model that also answers when it is only tried."""
    return model()(body) if len(body["messages"]) > 1 else completion('{"ok": true}')


@pytest.mark.slow
def test_six_steps_lead_to_a_nightly_issue(place, own_home):
    with LlmServer(answer) as server:
        stranger = {"HOME": str(own_home), "PATH": os.environ["PATH"], "PYTHONPATH": str(Path(__file__).parents[2])}
        stranger |= {name: value for name, value in os.environ.items() if name.startswith("SUMMARIZER_")}
        stranger |= {"SUMMARIZER_NOW": f"{DAY}T01:30:00+00:00", "OPENAI_API_KEY": KEY}  # its export is the first step

        def summarize(*arguments: str, environment: dict[str, str] = stranger) -> subprocess.CompletedProcess[str]:
            command = [sys.executable, "-m", "summarizer", *arguments]
            return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)

        begun = summarize("init", "--vendor", "other", "--base-url", server.url, "--model", "m", "--yes")
        assert begun.returncode == 0, begun.stderr
        made = summarize(PAPER)
        assert made.returncode == 0, made.stderr
        assert summarize("open").stdout == made.stdout
        key, line = begun.stderr.splitlines()[-2:]  # what is to be put into the crontab
        assert key == "OPENAI_API_KEY=..."
        folder, command = line.split("*")[-1].strip().removeprefix("cd ").split(" && ")
        assert Path(folder) == Path.cwd() and shlex.split(command)[1:] == ["nightly"]
        night = summarize("nightly")
    assert (night.returncode, night.stdout, night.stderr) == (0, "", "")
    assert "只看全文还不够" in Path("runs", DAY, "issue.md").read_text()
