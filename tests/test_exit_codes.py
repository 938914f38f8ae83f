"""However a run ends, it ends with one line and the code that says what to do: as processes, as a shell sees them."""

import errno
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from common import SAMPLE

from summarizer.cli import run


@pytest.fixture
def summarize(tmp_path, own_home):
    """summarize(*arguments, **environment): (exit code, stdout, stderr) of a process in a folder of its own."""

    def start(*arguments, stdout=subprocess.PIPE, folder=tmp_path, **environment):
        values = {"PATH": os.environ["PATH"], "HOME": str(own_home), "PYTHONPATH": os.pathsep.join(sys.path)}
        done = subprocess.run(
            [sys.executable, "-m", "summarizer", *map(str, arguments)],
            env={name: value for name, value in {**values, **environment}.items() if value is not None},
            cwd=folder, stdin=subprocess.DEVNULL, stdout=stdout, stderr=subprocess.PIPE, timeout=100, check=False,
        )  # fmt: skip
        error = done.stderr.decode("utf-8", "replace")
        assert "Traceback" not in error and "Exception ignored" not in error
        return done.returncode, (done.stdout or b"").decode("utf-8", "replace"), error

    return start


@pytest.mark.parametrize(
    "code", ["raise SystemExit(0)", "import sys; sys.exit()", "exit(0)", "raise KeyError('x')", "1/0"]
)
def test_a_style_file_that_ends_the_program_is_one_that_cannot_be_loaded(summarize, tmp_path, code):
    (tmp_path / "mine.py").write_text(code)
    ended, out, error = summarize(SAMPLE, "--style", "./mine.py")
    assert (ended, out) == (2, "") and "mine.py: cannot be loaded" in error


def test_a_style_that_ends_the_program_later_has_made_nothing(summarize, tmp_path):
    (tmp_path / "mine.py").write_text(
        "from summarizer.schema import BaseDigest, Prose, section\n"
        "class Digest(BaseDigest):\n"
        "    gist: Prose = section('一句话', '一句话', source='abstract')\n"
        "    @classmethod\n"
        "    def model_json_schema(cls, *_, **__): raise SystemExit(0)\n"
    )
    ended, out, error = summarize(SAMPLE, "--style", "./mine.py")
    assert (ended, out) == (1, "") and error.splitlines()[-1] == "ended before it was done"


@pytest.mark.parametrize("arguments", [[SAMPLE], ["styles"], ["--help"], ["--version"], ["parse", SAMPLE, "--json"]])
def test_a_full_standard_output_is_a_failure_in_one_line(summarize, arguments):
    with Path("/dev/full").open("wb") as full:
        ended, _, error = summarize(*arguments, stdout=full)
    assert ended == 1 and error.splitlines()[-1] == "standard output: No space left on device"


def test_a_reader_that_has_gone_is_no_traceback(summarize):
    read, write = os.pipe()
    os.close(read)
    with os.fdopen(write, "wb") as gone:
        assert summarize("styles", stdout=gone)[0] == 1


def test_an_unreadable_standard_error_keeps_nobody_from_working(summarize, tmp_path):
    script = f"{sys.executable} -m summarizer {SAMPLE} 2> /dev/full"
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(["bash", "-c", script], cwd=tmp_path, env=environment, capture_output=True, check=False)
    assert done.returncode == 0 and done.stdout.endswith(b"digest.md\n")


@pytest.mark.parametrize("name", ["digest.json", "digest.md", "document.json"])
def test_a_folder_in_the_place_of_a_file_is_named(summarize, tmp_path, name):
    _, out, _ = summarize(SAMPLE)
    file = tmp_path / Path(out.strip()).parent / name
    file.unlink()
    file.mkdir()
    (file.parent / "digest.md").unlink() if name == "document.json" else None
    ended, _, error = summarize(SAMPLE)
    assert ended == 1 and name in error.splitlines()[-1] + error.splitlines()[0]


@pytest.mark.parametrize(
    ("environment", "arguments"),
    [
        ({"SUMMARIZER_ARXIV_URL": "http://[::1"}, ["2410.11988"]),
        ({"SUMMARIZER_NOW": "0001-01-01"}, ["nightly", "--offline"]),
        ({}, ["issue", "0001-01-01", "--offline"]),
        ({}, ["issue", "9999-12-31", "--offline"]),
        ({}, ["issue", "2024-02-30", "--offline"]),
        ({}, ["nightly", "--max-cost", "nan"]),
    ],
)
def test_times_and_addresses_that_cannot_be_are_usage_errors(summarize, environment, arguments):
    ended, out, error = summarize(*arguments, **environment)
    assert (ended, out) == (2, "") and len(error.splitlines()) <= 4


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["parse", "/dev/zero"], 3),
        (["issue", "--from", "/dev/zero", "--offline"], 2),
        (["@/dev/zero"], 2),
        (["folder"], 2),
    ],
)
def test_devices_and_pipes_are_not_read_to_the_end(summarize, tmp_path, arguments, code):
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "folder" / "pipe.pdf")
    (tmp_path / "folder" / "zero.pdf").symlink_to("/dev/zero")
    ended, out, error = summarize(*arguments, SUMMARIZER_ARXIV_URL="http://127.0.0.1:9")
    assert (ended, out) == (code, "") and error


def test_a_closed_standard_input_is_no_list(tmp_path):
    script = f"{sys.executable} -m summarizer - <&-"
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(["bash", "-c", script], cwd=tmp_path, env=environment, capture_output=True, check=False)
    assert done.returncode == 2 and b"no standard input" in done.stderr


def test_runs_that_is_a_file_is_named(summarize, tmp_path):
    (tmp_path / "taken").write_text("")
    ended, _, error = summarize(SAMPLE, "--runs", "taken")
    assert ended == 1 and "taken" in error and len(error.splitlines()) == 1


@pytest.mark.parametrize("locale", ["C", "POSIX", "en_US.ISO-8859-1", "xx"])
def test_any_locale_will_do(summarize, locale):
    ended, out, _ = summarize("styles", LC_ALL=locale, PYTHONUTF8="0", PYTHONCOERCECLOCALE="0")
    assert ended == 0 and "daily" in out


def test_a_file_name_that_is_no_text_is_a_name_like_any_other(summarize, tmp_path):
    odd = os.fsencode(tmp_path) + b"/\xe8\xae\xff.pdf"
    Path(os.fsdecode(odd)).write_bytes(SAMPLE.read_bytes())
    ended, out, _ = summarize(os.fsdecode(odd), "--json")
    assert ended == 0 and json.loads(out)["exit"] == 0


@pytest.mark.parametrize("name", ["signal", "click", "json", "pydantic", "json_repair", "sitecustomize"])
def test_a_module_in_the_working_folder_is_not_run(summarize, tmp_path, name):
    (tmp_path / f"{name}.py").write_text("open('run', 'w')\nraise SystemExit(9)\n")
    assert summarize("--offline", SAMPLE)[0] == 0
    assert not (tmp_path / "run").exists()


def test_a_working_folder_that_is_gone_is_one_line(summarize, tmp_path):
    (tmp_path / "gone").mkdir()
    script = f"cd gone; rmdir ../gone; {sys.executable} -m summarizer {SAMPLE} --offline"
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(["bash", "-c", script], cwd=tmp_path, env=environment, capture_output=True, check=False)
    assert done.returncode == 1 and b"Traceback" not in done.stderr


def test_a_filesystem_without_locks_is_named(tmp_path, monkeypatch, capsys):
    def no_locks(*_):
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("fcntl.flock", no_locks)
    assert run([str(SAMPLE)]) == 1
    said = capsys.readouterr().err
    assert said.startswith("runs/store/.lock: this filesystem has no locks (No locks available); choose a folder")
    assert said.count("\n") == 1
    assert run(["explain", "2401.00001"]) == 0  # nobody who only looks needs one
