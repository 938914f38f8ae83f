"""The shipped ways to publish, step by step: a workflow's commands against a bare repository, an image's against a venv."""

import os
import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml
from arxiv_server import ArxivServer, Record
from common import SAMPLE
from llm_server import LlmServer
from scripted_model import model

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parent.parent.parent
PUBLISHING = ROOT / "examples" / "publishing"
DAYS = ["2024-10-16", "2024-10-17"]


def git(folder: Path, *arguments: str) -> str:
    command = ["git", "-c", "user.name=t", "-c", "user.email=t@localhost", *arguments]
    return subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout


@pytest.fixture
def runner(tmp_path):
    """runner(day) does what a runner does with the workflow in a fresh checkout; returns the site's folder."""
    tools = tmp_path / "bin"
    tools.mkdir()
    for name, line in {"pip": 'test "$1 $2" = "install arxiv-digest-summarizer[send]"',
                       "summarize": f'exec {shlex.quote(sys.executable)} -m summarizer "$@"'}.items():  # fmt: skip
        (tools / name).write_text(f"#!/bin/sh\n{line}\n")
        (tools / name).chmod(0o755)
    git(tmp_path, "init", "--quiet", "--bare", "origin.git")
    git(tmp_path, "clone", "--quiet", "origin.git", "author")
    author = tmp_path / "author"
    (author / "config.toml").write_text(
        'categories = ["cs.CL"]\ntop = 1\npoll_seconds = 0.1\npoll_deadline_seconds = 0.3\n'
    )
    git(author, "add", "config.toml")
    git(author, "commit", "--quiet", "-m", "Settings")
    git(author, "push", "--quiet", "origin", "HEAD:main")
    git(tmp_path / "origin.git", "symbolic-ref", "HEAD", "refs/heads/main")
    records = [
        Record(f"2410.0000{n}", pdf=SAMPLE.read_bytes(), categories="cs.CL", announced=day)
        for n, day in enumerate(DAYS, 1)
    ]
    with ArxivServer(records) as arxiv, LlmServer(model()) as llm:

        def start(day: str) -> Path:
            arxiv.newest = day
            work = tmp_path / day
            git(tmp_path, "clone", "--quiet", "origin.git", str(work))
            environment = {
                "PATH": f"{tools}:{os.environ['PATH']}", "HOME": str(tmp_path / f"home-{day}"),
                "PYTHONPATH": str(ROOT), "OPENAI_API_KEY": "sk-x", "OPENAI_BASE_URL": llm.url,
                "SUMMARIZER_ARXIV_URL": arxiv.url, "SUMMARIZER_ARXIV_DELAY_SECONDS": "0.01",
                "SUMMARIZER_NOW": f"{day}T01:30:00+00:00",
            }  # fmt: skip
            for step in yaml.safe_load((PUBLISHING / "nightly.yml").read_text())["jobs"]["night"]["steps"]:
                if "run" in step:
                    folder = work / step.get("working-directory", "")
                    subprocess.run(["bash", "-e", "-c", step["run"]], cwd=folder, env=environment, check=True)
            return work / "state" / "site"

        yield start


def test_the_workflow_night_after_night(runner):
    first = runner(DAYS[0])
    assert (first / "index.html").is_file() and (first / f"issues/{DAYS[0]}/index.html").is_file()
    evidence = {path.name for path in first.glob("papers/2410.00001v1/evidence/*.png")}
    second = runner(DAYS[1])  # a fresh machine: all it knows is in the branch
    assert (second / f"issues/{DAYS[0]}/index.html").is_file() and (second / f"issues/{DAYS[1]}/index.html").is_file()
    assert {path.name for path in second.glob("papers/2410.00001v1/evidence/*.png")} == evidence != set()
    state = second.parent
    assert git(state, "log", "--format=%s").count("Night of") == 2 and not git(state, "ls-files", "*.pdf")
    assert git(state, "ls-files", ".lock", "*/.lock") == ""


def test_the_image_installs_everything_it_needs(tmp_path):
    """Its RUN lines that install, in an environment of its own; dependencies come from this one, as the image's
    do from the index."""
    text = (PUBLISHING / "Dockerfile").read_text()
    install = re.search(r"^RUN (pip install .*?) && rm -r /src$", text, re.MULTILINE)[1]
    subprocess.run([sys.executable, "-m", "venv", tmp_path / "venv"], check=True)
    packages = next((tmp_path / "venv").glob("lib/python*/site-packages"))
    (packages / "these.pth").write_text("\n".join(path for path in sys.path if "site-packages" in path))
    command = (
        install.replace("/src", str(ROOT))
        .replace("[send]", "")
        .replace("pip install", "python -m pip install -q --no-deps --no-build-isolation")
    )
    environment = {"PATH": f"{tmp_path}/venv/bin:{os.environ['PATH']}", "HOME": str(tmp_path)}
    subprocess.run(["bash", "-e", "-c", command], env=environment, check=True, cwd=tmp_path)
    subprocess.run([*shlex.split("summarize --offline"), SAMPLE], env=environment, check=True, cwd=tmp_path)
    subprocess.run(["summarize", "site", "site"], env=environment, check=True, cwd=tmp_path)
    assert "依据" in next(tmp_path.glob("site/papers/*/index.html")).read_text()
    assert (tmp_path / "site" / "site.css").is_file()


def test_the_image_is_small_and_not_roots():
    lines = (PUBLISHING / "Dockerfile").read_text().splitlines()
    assert any(line.startswith("FROM python:3") and line.endswith("-slim") for line in lines)
    assert lines.index("USER reader") < lines.index('ENTRYPOINT ["summarize"]')
    assert any(line.startswith("HEALTHCHECK") and '"doctor"' in line for line in lines)
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    assert "send" in extras
