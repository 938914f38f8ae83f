"""`summarize verify` on our own digests, on changed ones and on somebody else's text; `doctor --ratings`."""

import json
import re
import shutil
import socket
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import SAMPLE
from llm_server import LlmServer, completion
from recorded_model import RecordedModel

from summarizer.cli import run
from summarizer.files import from_data, to_json
from summarizer.reports.entries import split_entries
from summarizer.types import Digest, Stars

FOREIGN = """大语言模型最新研究进展-2024-01-02

目录

1. Somewhere in the Paper Is Not Enough
Authors: A. Writer and
B. Reader
https://arxiv.org/abs/2401.00001

只在论文某处出现还不够

摘要

作者以 49 篇 arXiv 论文为语料，共 19,125 个句子和表格行，其中 3,111 个数字符合论断条件。对数位错误，以全文为证据漏检 60.6%，以所引句为证据漏检 7.9%。

推荐阅读指数：★★★★☆

2. A Paper That Nobody Gave to the Checker
Authors: C. Other
https://arxiv.org/abs/2401.00002

摘要

该方法在全部任务上把准确率提高到 99.9%，是目前为止最好的结果。
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The run folder of the sample paper, from recorded replies."""
    folder = tmp_path_factory.mktemp("made")
    with LlmServer(RecordedModel("sample")) as server, pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOME", str(folder))
        patch.setenv("OPENAI_BASE_URL", server.url)
        assert run([str(SAMPLE), "--runs", str(folder / "runs")]) == 0
    return next(path.parent.parent for path in (folder / "runs").glob("*/papers/pdf-*"))


@pytest.fixture
def own(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of it that a test may change."""
    monkeypatch.chdir(tmp_path)
    return Path(shutil.copytree(made, tmp_path / "runs" / made.name))


def verify(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, dict]:
    capsys.readouterr()
    code = run(["verify", *map(str, arguments), "--json"])
    return code, json.loads(capsys.readouterr().out)


def wrong(report: dict) -> list[dict]:
    return [judged for entry in report["entries"] for judged in entry["judged"] if judged["wrong"]]


def change(file: Path, before: str, after: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert text.count(before) >= 1
    file.write_text(text.replace(before, after), encoding="utf-8")


def test_our_own_digest_is_right(own, capsys):
    code, report = verify(capsys, own)
    assert code == 0 and wrong(report) == []
    assert len(report["entries"]) == 1 and len(report["entries"][0]["judged"]) >= 40


@pytest.mark.parametrize("name", ["digest.md", "digest.json"])
def test_a_changed_number_is_found_with_its_passage(own, capsys, name):
    change(next(own.glob(f"papers/*/{name}")), "有 60.6% 能过关", "有 66.0% 能过关")
    code, report = verify(capsys, own)
    assert code == 3
    assert [judged["claim"]["verdict"] for judged in wrong(report)] == ["unsupported"]
    assert "66.0%" in wrong(report)[0]["claim"]["reason"]
    assert any("5.2% pass" in passage["text"] and passage["page"] == 1 for passage in wrong(report)[0]["evidence"])


def test_markdown_alone_is_checked_by_its_page_links_without_network(own, tmp_path, capsys):
    file, papers = tmp_path / "pasted.md", tmp_path / "papers"
    papers.mkdir()
    shutil.copy(SAMPLE, papers / "sample.pdf")
    shutil.copy(next(own.glob("papers/*/digest.md")), file)
    assert verify(capsys, file, "--papers", papers)[0] == 0
    change(file, "有 60.6% 能过关", "有 66.0% 能过关")
    code, report = verify(capsys, file, "--papers", papers)
    assert code == 3 and len(wrong(report)) == 1


def test_somebody_elses_text(own, tmp_path, capsys):
    (tmp_path / "papers").mkdir()
    shutil.copy(SAMPLE, tmp_path / "papers" / "2401.00001v2.pdf")
    (tmp_path / "theirs.txt").write_text(FOREIGN, encoding="utf-8")
    code, report = verify(capsys, tmp_path / "theirs.txt", "--papers", tmp_path / "papers")
    assert code == 3
    first, second = report["entries"]
    assert first["paper"] == "2401.00001" and [j["wrong"] for j in first["judged"]] == [False, True]
    assert "7.9%" in first["judged"][1]["claim"]["reason"]
    assert second["judged"] == [] and "2401.00002" in second["unchecked"]


def test_the_page_is_self_contained_and_escaped(own, tmp_path, capsys):
    markdown = next(own.glob("papers/*/digest.md"))
    change(markdown, "**Somewhere", "**\\<script\\>alert(1)\\</script\\> Somewhere")
    change(markdown, "有 60.6% 能过关", "有 66.0% 能过关 <img src=x onerror=alert(1)>")
    assert run(["verify", str(own), "--html", str(tmp_path / "report.html")]) == 3
    shown = capsys.readouterr().out
    assert "!! unsupported: 66.0%" in shown and "p. 2: " in shown
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "<script" not in page and "<img" not in page and "&lt;script&gt;" in page
    assert page.count('class="wrong"') == 1 and "60.6%" in page


def test_nothing_checked_is_no_success(tmp_path, capsys):
    (tmp_path / "papers").mkdir()
    (tmp_path / "theirs.txt").write_text(FOREIGN, encoding="utf-8")
    assert run(["verify", str(tmp_path / "theirs.txt"), "--papers", str(tmp_path / "papers")]) == 3
    said = capsys.readouterr().err
    assert "2401.00001: not among the PDFs given" in said and "--papers" in said


def test_a_page_is_written_also_where_no_paper_was_found(tmp_path, capsys):
    (tmp_path / "papers").mkdir()
    (tmp_path / "theirs.txt").write_text(FOREIGN, encoding="utf-8")
    page = tmp_path / "report.html"
    assert run(["verify", str(tmp_path / "theirs.txt"), "--papers", str(tmp_path / "papers"), "--html", str(page)]) == 3
    written = page.read_text(encoding="utf-8")
    assert "Somewhere in the Paper Is Not Enough" in written and "not among the PDFs given" in written


def test_a_page_that_was_copied_away_is_judged_by_what_its_digest_cites(own, tmp_path, capsys):
    away = tmp_path / "elsewhere" / "page.md"
    away.parent.mkdir()
    shutil.copy(next(own.glob("papers/*/digest.md")), away)
    code, report = verify(capsys, away, "--runs", own.parent)
    assert code == 0 and len(report["entries"][0]["judged"]) >= 40
    change(away, "有 60.6% 能过关", "有 66.0% 能过关")
    code, report = verify(capsys, away, "--runs", own.parent)
    assert code == 3 and len(wrong(report)) == 1


def test_short_sentences_full_of_numbers_are_judged_and_reasons_name_pages(own, tmp_path, capsys):
    (tmp_path / "papers").mkdir()
    shutil.copy(SAMPLE, tmp_path / "papers" / "2401.00001v2.pdf")
    text = FOREIGN.replace("推荐阅读指数", "- 漏检 60.6%。\n- 漏检 77.7%。\n- 5.2%、99.1%。\n\n推荐阅读指数", 1)
    (tmp_path / "theirs.txt").write_text(text, encoding="utf-8")
    _, report = verify(capsys, tmp_path / "theirs.txt", "--papers", tmp_path / "papers")
    judged = {j["claim"]["text"]: j for j in report["entries"][0]["judged"]}
    assert [judged[text]["wrong"] for text in ("漏检 60.6%。", "漏检 77.7%。", "5.2%、99.1%。")] == [False, True, True]
    reasons = [j["claim"]["reason"] for entry in report["entries"] for j in entry["judged"]]
    assert any(reasons) and not any("[" in reason for reason in reasons)


def test_a_service_that_cannot_be_reached_is_asked_once(tmp_path, capsys, monkeypatch):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        monkeypatch.setenv("SUMMARIZER_ARXIV_URL", f"http://127.0.0.1:{unused.getsockname()[1]}")
        monkeypatch.setenv("SUMMARIZER_ARXIV_DELAY_SECONDS", "1")
        (tmp_path / "theirs.txt").write_text(FOREIGN, encoding="utf-8")
        begun = time.monotonic()
        assert run(["verify", str(tmp_path / "theirs.txt"), "--runs", str(tmp_path / "runs")]) == 75
    assert time.monotonic() - begun < 2
    assert capsys.readouterr().err.count("cannot be reached") == 1


def test_papers_are_fetched_where_none_are_given(place, arxiv, capsys):
    (place / "theirs.txt").write_text(FOREIGN, encoding="utf-8")
    code, report = verify(capsys, place / "theirs.txt")
    assert code == 3 and [entry["paper"] for entry in report["entries"]] == ["2401.00001v1", "2401.00002v1"]


def test_a_sentence_of_two_entries_is_remarked_in_both(tmp_path, capsys):
    (tmp_path / "papers").mkdir()
    for paper in ("2401.00001", "2401.00002"):
        shutil.copy(SAMPLE, tmp_path / "papers" / f"{paper}.pdf")
    shared = "作者把论文切成句子并给每个句子编号，以便在解读中逐句引用原文。"
    text = FOREIGN.replace("该方法在全部", f"{shared}该方法在全部").replace("作者以 49", f"{shared}作者以 49")
    (tmp_path / "theirs.txt").write_text(text, encoding="utf-8")
    _, report = verify(capsys, tmp_path / "theirs.txt", "--papers", tmp_path / "papers")
    for entry, other in zip(report["entries"], reversed(report["entries"]), strict=True):
        assert [remark for remark in entry["remarks"] if f"also said of {other['title']!r}" in remark]


def test_what_cannot_be_read_is_a_usage_error(tmp_path, capsys):
    assert run(["verify", str(tmp_path / "absent.md")]) == 2
    assert run(["verify", str(tmp_path)]) == 2
    assert "absent.md" in capsys.readouterr().err


def test_entries_that_end_with_their_link():
    prose = "这篇论文提出了一种新方法，在保持模型性能的同时显著降低了处理长输入序列时的计算开销和内存占用，速度提高了 {} 倍。"
    text = f"本周精选了两篇。\n\n1. {prose.format(3)}\n\n链接：First Paper: On Caches - AMiner\n\n2. {prose.format(4)}\n\n链接：Second Paper of This Week - AMiner\n"
    entries = split_entries(text)
    assert [entry.titles for entry in entries] == [("First Paper: On Caches",), ("Second Paper of This Week",)]
    assert ["3 倍" in entries[0].statements[-1].text, "4 倍" in entries[1].statements[-1].text] == [True, True]


PROSE = "这篇论文提出了一种新方法，在保持模型性能的同时显著降低了处理长输入序列时的计算开销和内存占用，效果很好。"


def test_an_entry_begins_at_a_title_that_ends_with_a_full_stop():
    text = f"First Paper on the Caches of Models\nhttps://arxiv.org/abs/2401.00001\n{PROSE}\n\nA Survey: The Design of Hardware and Software.\n\n摘要\n{PROSE}\n"
    assert [entry.title for entry in split_entries(text)] == [
        "First Paper on the Caches of Models",
        "A Survey: The Design of Hardware and Software.",
    ]
    sentence = "We used the models of earlier work as they are."
    assert len(split_entries(text.replace("A Survey: The Design of Hardware and Software.", sentence))) == 1


def test_a_short_title_above_the_authors_belongs_to_the_link_below_them():
    text = f"First Paper on the Caches of Models\nhttps://arxiv.org/abs/2401.00001\n{PROSE}\n\nLayer Normalization\n\n** 作者*：多伦多大学\n\n** 原文*：https://arxiv.org/abs/1607.06450\n\n{PROSE}\n"
    assert [(entry.title, entry.refs) for entry in split_entries(text)][1:] == [
        ("Layer Normalization", ("1607.06450",))
    ]


def test_a_long_line_is_split_at_once():
    assert split_entries("https://arxiv.org/abs/2401.00001\n" + "a b " * 50_000 + "\n" + "[" * 5_000) == []


def test_ratings_that_say_nothing(made, tmp_path, capsys):
    digest = from_data(Digest, json.loads(next(made.glob("papers/*/digest.json")).read_text()))
    for month, given in (("2024-09", [1, 2, 3, 4, 5]), ("2024-10", [4, 4, 4, 4, 3])):
        for n, stars in enumerate(given):
            folder = tmp_path / "runs" / f"{month}-0{n + 1}" / "papers" / f"p{n}"
            folder.mkdir(parents=True)
            paper = replace(digest.paper, id=f"2409.0000{n}v1")
            (folder / "digest.json").write_text(to_json(replace(digest, paper=paper, rating=Stars(stars))))
    assert run(["doctor", "--ratings", "--runs", str(tmp_path / "runs")]) == 1
    first, second = capsys.readouterr().out.splitlines()
    assert first.startswith("ok") and "2024-09" in first
    assert second.startswith("FAIL") and "80% have 4 stars" in second


def test_a_table_in_a_page_begins_no_entry():
    page = "# 中文标题\n\n**A Paper on Tables and Titles**\n\n链接：<https://arxiv.org/abs/2401.00001>\n\n## 实验效果\n\n我们比较各个系统的分数。\n\n"
    table = "| Significant Digits of Numbers | Share of Claims |\n| --- | --- |\n| At Most One Digit | 68.2 |\n\n分数以小系统为高。\n"
    (entry,) = split_entries(page + table)
    assert [statement.text for statement in entry.statements] == ["我们比较各个系统的分数。", "分数以小系统为高。"]


def reader(objections: dict[str, tuple[str, str, str]]) -> Callable[[dict], dict]:
    """A second reader that supports all sentences but those with these words: (verdict, problem, quote) of each."""

    def read(body: dict) -> dict:
        sentences = re.findall(r"^(\d+)\. (.*)$", body["messages"][1]["content"], re.MULTILINE)
        items = []
        for number, text in sentences:
            found = next((said for words, said in objections.items() if words in text), ("supported", "none", ""))
            items.append(
                {"id": int(number), **dict(zip(("verdict", "problem", "quote"), found, strict=True)), "text": ""}
            )
        return completion(json.dumps({"items": items}, ensure_ascii=False))

    return read


@pytest.fixture
def theirs(tmp_path: Path) -> tuple[str, ...]:
    """Somebody else's digest of the sample, with a condition that is not the paper's."""
    (tmp_path / "papers").mkdir()
    shutil.copy(SAMPLE, tmp_path / "papers" / "2401.00001v2.pdf")
    text = FOREIGN.split("\n2. ")[0].replace("以所引句为证据漏检 7.9%", "以所引句为证据漏检 5.2%")
    (tmp_path / "theirs.txt").write_text(text, encoding="utf-8")
    return str(tmp_path / "theirs.txt"), "--papers", str(tmp_path / "papers"), "--runs", str(tmp_path / "runs")


def test_a_reader_finds_a_wrong_condition_in_anybodys_digest(theirs, capsys, monkeypatch):
    assert verify(capsys, *theirs)[0] == 0
    with LlmServer(
        reader({"以全文为证据": ("partly", "condition", "When the whole paper counts as evidence")})
    ) as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.url)
        code, report = verify(capsys, *theirs, "--reader")
        assert code == 3 and len(server.requests) == 1
        assert verify(capsys, *theirs, "--reader") == (code, report) and len(server.requests) == 1  # from the store
    (found,) = wrong(report)
    assert found["claim"]["reader"]["verdict"] == "partly"
    assert found["claim"]["reason"] == (
        'second reading: partly: condition: "When the whole paper counts as evidence" on p. 1'
    )
    asked = server.requests[0].body["messages"][1]["content"]
    assert "When only the sentence that is cited" in asked  # the section of the passages, not only these


@pytest.mark.parametrize(
    "said", [("contradicted", "number", "these words are in no paper at all"), ("absent", "elsewhere", "")]
)
def test_a_reader_without_words_of_the_paper_changes_nothing(theirs, said, capsys, monkeypatch):
    with LlmServer(reader({"以全文为证据": said})) as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.url)
        code, report = verify(capsys, *theirs, "--reader")
    assert code == 0 and wrong(report) == []


def test_a_reader_that_answers_nonsense_is_a_remark(theirs, capsys, monkeypatch):
    with LlmServer(lambda body: completion("no idea")) as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.url)
        code, report = verify(capsys, *theirs, "--reader")
    assert code == 0 and any("second reading: " in remark for remark in report["entries"][0]["remarks"])


def test_a_reader_needs_a_model(theirs, capsys):
    assert run(["verify", *theirs, "--reader"]) == 2
    assert "--reader: there is no model to ask" in capsys.readouterr().err


@pytest.mark.parametrize("form", ["site", "html", "wechat"])
def test_a_published_page_is_read_as_its_markdown(form, own, tmp_path, capsys):
    if form == "site":
        assert run(["site", str(tmp_path / "site"), "--runs", str(own.parent)]) == 0
        page = next((tmp_path / "site").glob("papers/*/index.html"))
    else:
        assert run(["export", str(next(own.glob("papers/*/digest.md"))), "--to", form]) == 0
        page = next(own.glob("papers/*/digest*.html"))
    away = Path(shutil.copy(page, tmp_path / "page.html"))
    code, report = verify(capsys, away, "--runs", own.parent)
    judged = report["entries"][0]["judged"]
    assert (code, wrong(report)) == (0, [])
    assert len([j for j in judged if j["claim"]["verdict"] != "uncited"]) >= 35
    (tmp_path / "papers").mkdir()
    shutil.copy(SAMPLE, tmp_path / "papers" / "sample.pdf")
    change(away, "有 60.6% 能过关", "有 66.0% 能过关")
    for where in (("--runs", str(own.parent)), ("--papers", str(tmp_path / "papers"))):
        code, report = verify(capsys, away, *where)
        assert code == 3 and any("66.0%" in j["claim"]["reason"] for j in wrong(report))


def test_a_site_is_a_folder_of_pages(own, tmp_path, capsys):
    assert run(["site", str(tmp_path / "site"), "--runs", str(own.parent)]) == 0
    code, report = verify(capsys, tmp_path / "site", "--runs", own.parent)
    assert code == 0 and len(report["entries"]) == 1


def test_a_page_that_is_no_html_is_a_usage_error(tmp_path, capsys):
    (tmp_path / "page.html").write_bytes(b"<div>" * 100_000)
    assert run(["verify", str(tmp_path / "page.html")]) == 2
    assert "page.html: cannot be read" in capsys.readouterr().err


def test_the_report_is_in_the_readers_language(theirs, tmp_path, capsys):
    change(tmp_path / "theirs.txt", "漏检 5.2%", "漏检 7.9%")
    assert run(["verify", *theirs, "--html", str(tmp_path / "report.html"), "--lang", "zh"]) == 3
    shown = capsys.readouterr().out
    assert "!! 无据：7.9%：第 1 页所引之处没有它，那里有 60.6%" in shown
    assert shown.splitlines()[-1] == "1 条，0 条未核对；2 句，1 句有误；0 句无法核对"
    assert "无据：7.9%：第 1 页" in (tmp_path / "report.html").read_text(encoding="utf-8")
