"""The command line itself: how commands are found, helped and mistyped."""

import resource
import subprocess
import sys

import pytest

from summarizer.cli import run


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("isue", "did you mean `summarize issue`?"),
        ("explan", "did you mean `summarize explain`?"),
        ("Doctor", "did you mean `summarize doctor`?"),
    ],
)
def test_a_mistyped_command(place, capsys, word, said):
    assert run([word, "2024-10-17"]) == 2
    assert capsys.readouterr().err == f"'{word}': neither a command nor a file; {said}\n"


@pytest.mark.parametrize("command", [[], ["issue"], ["explain"], ["store", "gc"]])
def test_short_help(command, capsys):
    assert run([*command, "-h"]) == 0
    assert capsys.readouterr().out.startswith(f"Usage: {' '.join(['summarize', *command])} [OPTIONS]")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_help_is_there_at_once(language):
    def cpu_seconds() -> float:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(
            [sys.executable, "-m", "summarizer", "--help", "--lang", language], check=True, capture_output=True
        )
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    assert min(cpu_seconds() for _ in range(5)) <= 0.25
