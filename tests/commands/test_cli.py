"""The command line itself: how commands are found, helped and mistyped."""

import subprocess
import sys
import time

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


def test_help_is_there_at_once():
    def seconds() -> float:
        begun = time.perf_counter()
        subprocess.run([sys.executable, "-m", "summarizer", "--help"], check=True, capture_output=True)
        return time.perf_counter() - begun

    assert min(seconds() for _ in range(5)) <= 0.25
