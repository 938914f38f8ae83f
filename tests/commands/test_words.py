"""Help and messages in the reader's language."""

import pytest

from summarizer.cli import run
from summarizer.commands.help import wrap
from summarizer.commands.words import language, translated


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, "en"),
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "C.UTF-8"}, "en"),
        ({"LANG": "de_DE.UTF-8", "LC_MESSAGES": "zh_TW"}, "zh"),
        ({"LANG": "zh_CN.UTF-8", "LANGUAGE": "en:zh"}, "en"),
        ({"LANG": "", "LC_ALL": "zh"}, "zh"),
    ],
)
def test_the_language_is_that_of_the_locale(environment, expected):
    assert language(environment) == expected


def test_lines_are_wrapped_by_the_cells_of_a_terminal():
    text = "把论文变成可核查的中文解读，每个句子都链接到原文 pages 的那一页。"
    lines = wrap(text, 20)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert all(len(line) + sum(ord(c) > 0x2E80 for c in line) <= 22 for line in lines)  # a full stop may hang over
    assert not any(line.startswith(("，", "。")) for line in lines)


@pytest.mark.parametrize("arguments", [["--lang", "zh", "issue", "-h"], ["issue", "-h", "--lang=zh"]])
def test_the_language_can_be_said_anywhere(arguments, capsys):
    assert run(arguments) == 0
    assert capsys.readouterr().out.startswith("用法： summarize issue")


@pytest.mark.parametrize("arguments", [["--lang"], ["--lang", "fr"], ["doctor", "--lang="]])
def test_a_language_that_is_not_there(arguments, capsys):
    assert run(arguments) == 2
    assert capsys.readouterr().err == f"--lang {''.join(arguments[1:2]).removeprefix('--lang=')}: say zh or en\n"
    assert translated("Usage:") == "Usage:"
