"""Help and messages in the reader's language."""

import re
from pathlib import Path

import pytest
from sentences import PACKAGE, help_sentences, message_sentences

from summarizer.cli import run
from summarizer.commands.help import wrap
from summarizer.commands.words import language, read_catalogue, translated


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


def test_no_sentence_lacks_its_chinese():
    exact, sentences = read_catalogue("zh")
    known = exact.keys() | {sentence.template for sentence in sentences}
    needed = dict.fromkeys(help_sentences(), "help") | message_sentences()
    missing = {sentence: where for sentence, where in needed.items() if sentence not in known}
    assert not missing, "\n".join(f"{where}: {sentence!r}" for sentence, where in missing.items())


def test_every_sentence_is_in_the_catalogue_once():
    text = (PACKAGE / "locale" / "zh" / "LC_MESSAGES" / "summarizer.po").read_text(encoding="utf-8")
    sentences = re.findall(r"^msgid .*$", text, re.MULTILINE)
    assert len(sentences) == len(set(sentences))


def test_every_translation_has_the_values_of_its_sentence_and_is_chinese():
    exact, sentences = read_catalogue("zh")
    for sentence in sentences:
        assert sorted(re.findall(r"\{\d+\}", sentence.translation)) == sorted(f"{{{n}}}" for n in sentence.numbers)
    for text in [*exact.values(), *(sentence.translation for sentence in sentences)]:
        assert not re.search(r"[\u4e00-\u9fff][,;:?!]|[，。；：、？！] [\u4e00-\u9fff]", text), text  # full-width marks
        assert not re.search(r"[\u4e00-\u9fff][A-Za-z0-9]|[A-Za-z0-9][\u4e00-\u9fff]", text), text  # a space between


def test_what_a_sentence_says_is_kept_in_its_translation(monkeypatch):
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    for sentence in read_catalogue("zh")[1]:
        values = [f"value{n}" for n in sorted(sentence.numbers)]
        said = translated(english := sentence.template.format(*values))
        assert said != english and all(value in said for value in values), sentence.template


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2410.11988v1: parsing", "2410.11988v1：正在解析"),
        ("2410.11988v1: failed: the PDF needs a password", "2410.11988v1：失败：PDF 需要密码"),
        (
            "/x/config.toml: top: must be at least 1",
            "/x/config.toml：top：至少是 1",
        ),
        (
            "arxiv.org: cannot be reached, check the network ([Errno -2] x) (3 tries, https://arxiv.org/a); try again later",
            "arxiv.org：连不上，请检查网络（[Errno -2] x）（试了 3 次，https://arxiv.org/a）；请稍后再试",
        ),
        (
            "1 digested, 0 failed; 2 calls, 30 tokens in, 4 out, $0.0100; 1.5 s",
            "1 篇完成，0 篇失败；2 次调用，输入 30 token，输出 4，$0.0100；1.5 秒",
        ),
        ("No such option '--stle'. Did you mean '--style'?", "没有选项 '--stle'。是不是想用 '--style'？"),
        ("Invalid value for '--top': 0 is not in the range x>=1.", "'--top' 的值不对：0 不在范围 x>=1 之内。"),
        ("words of a server: nobody knows them", "words of a server: nobody knows them"),
    ],
)
def test_messages_in_chinese(monkeypatch, text, expected):
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    assert translated(text) == expected


def test_a_run_in_chinese(place, capsys, monkeypatch):
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    assert run(["2401.00001", "2413.00001"]) == 2
    assert "'2413.00001'：既不是 arXiv 编号也不是文件\n可用的写法：\n" in capsys.readouterr().err
    assert run(["2401.00001"]) == 0
    err = capsys.readouterr().err
    assert "2401.00001v1：正在下载 PDF\n" in err and "1 篇完成，0 篇失败" in err
    manifest = Path("runs/2401.00001v1/manifest.json").read_text()
    assert not re.search("[\u4e00-\u9fff]", manifest)  # what is stored is in one language
