"""`summarize export`: what can be exported, where it is written, and what is said where something is missing."""

import json
from pathlib import Path

import bibtexparser
import docx
import pytest
from common import SAMPLE
from lxml import html

from summarizer.cli import run

DAY, PAPER, HAND = "2024-10-17", "2410.00001v1", "2409.00077v1"
NAMES = {"wechat": ".wechat.html", "html": ".html", "docx": ".docx", "bib": ".bib"}


def folder_of(runs: Path, stem: str = PAPER) -> Path:
    return next(runs.glob(f"*/papers/{stem}"))


def told_of(runs: Path, stem: str = PAPER) -> dict:
    return json.loads((folder_of(runs, stem) / "digest.json").read_text())


@pytest.mark.parametrize("form", NAMES)
@pytest.mark.parametrize(
    ("what", "beside"),
    [
        (DAY, f"{DAY}/issue"), ("20241017", f"{DAY}/issue"), (f"runs/{DAY}/issue.md", f"{DAY}/issue"),
        (f"runs/{DAY}", f"{DAY}/issue"), (PAPER, f"{DAY}/papers/{PAPER}/digest"),
        (f"runs/{DAY}/papers/{PAPER}/digest.json", f"{DAY}/papers/{PAPER}/digest"),
        (f"runs/{HAND}", f"{HAND}/papers/{HAND}/digest"),
    ],
)  # fmt: skip
def test_a_page_is_written_beside_what_it_is_made_of(runs, capfd, what, beside, form):
    assert run(["export", what, "--to", form]) == 0
    captured = capfd.readouterr()
    path = runs / f"{beside}{NAMES[form]}"
    assert captured.out.split() == [str(path)] and captured.err == ""
    assert path.stat().st_size > 100


def test_it_can_be_written_elsewhere(runs, capfd, tmp_path):
    (tmp_path / "desk").mkdir()
    assert run(["export", DAY, "--to", "docx", "--out", "desk"]) == 0
    assert run(["export", PAPER, "--to", "html", "--out", "desk/own.htm"]) == 0
    assert capfd.readouterr().out.split() == [f"desk/{DAY}.docx", "desk/own.htm"]
    assert not list(runs.glob("*/issue.docx"))


def test_an_issue_has_the_title_of_its_page_and_its_papers_in_order(runs, capfd):
    assert run(["--issue", "论文清单", str(SAMPLE), "--offline"]) == 0
    page = Path(capfd.readouterr().out.strip())
    for source in (f"runs/{DAY}/issue.md", str(page)):
        title = Path(source).read_text().splitlines()[0].removeprefix("# ")
        for form in ("wechat", "html"):
            run(["export", source, "--to", form])
            exported = html.parse(capfd.readouterr().out.strip())
            assert exported.xpath("//h1")[0].text == title == exported.xpath("//title")[0].text
    wanted = [told_of(runs, stem)["paper"]["title"] for stem in (PAPER, "2410.00003v1")]
    assert run(["export", DAY, "--to", "bib"]) == 0
    library = bibtexparser.parse_file(capfd.readouterr().out.strip())
    assert [entry["title"].strip("{}").replace("\\", "") for entry in library.entries] == wanted


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["2031-01-01", "--to", "html"], "2031-01-01: no finished page in runs"),
        (["2410.99999", "--to", "html"], "2410.99999: no finished page in runs"),
        (["nowhere/digest.md", "--to", "html"], "nowhere/digest.md: no digest.json beside it"),
        (["notes.md", "--to", "html"], "notes.md: not a page of the runs"),
        (["empty", "--to", "html"], "empty: no page of a digest or an issue in this folder"),
        ([DAY], "--to"),
        ([DAY, "--to", "pdf"], "pdf"),
        ([PAPER, "--to", "html", "--uploads"], "--uploads is for --to wechat"),
    ],
)
def test_what_cannot_be_exported_is_named(runs, capfd, arguments, message):
    Path("empty").mkdir()
    Path("notes.md").write_text("# notes\n")
    assert run(["export", *arguments]) == 2
    captured = capfd.readouterr()
    assert message in captured.err and captured.out == ""


def test_a_paper_that_is_damaged_is_left_out_and_named(runs, capfd):
    (folder_of(runs) / "digest.json").write_text("{")
    assert run(["export", DAY, "--to", "html"]) == 3
    captured = capfd.readouterr()
    page = html.parse(captured.out.strip())
    assert len(page.xpath("//article")) == 1 and f"{PAPER}/digest.json: gone, damaged" in captured.err
    assert run(["export", PAPER, "--to", "html"]) == 2
    assert "there is nothing to export" in capfd.readouterr().err


@pytest.mark.parametrize("form", ["wechat", "html", "docx"])
@pytest.mark.parametrize("content", [None, b"no picture"])
def test_a_picture_that_is_gone_is_named_and_the_rest_is_written(runs, capfd, form, content):
    picture = folder_of(runs) / told_of(runs)["figures"][0]["file"]
    picture.unlink() if content is None else picture.write_bytes(content)
    assert run(["export", PAPER, "--to", form]) == 3
    captured = capfd.readouterr()
    assert captured.err == f"{picture}: gone or no PNG; its place says so\n"
    path = captured.out.strip()
    told = "".join(p.text for p in docx.Document(path).paragraphs) if form == "docx" else Path(path).read_text()
    assert "图片文件缺失" in told and "图片许可" not in told


def test_a_draft_says_that_it_is_one(runs, capfd):
    assert run([str(SAMPLE), "--offline"]) == 0
    page = capfd.readouterr().out.strip()
    for form in ("wechat", "html", "docx"):
        assert run(["export", page, "--to", form]) == 0
        captured = capfd.readouterr()
        assert "an offline draft" in captured.err
        text = (
            "".join(p.text for p in docx.Document(captured.out.strip()).paragraphs)
            if form == "docx"
            else Path(captured.out.strip()).read_text()
        )
        assert "离线草稿" in text


def test_an_unfinished_issue_is_exported_as_far_as_it_is_there(runs, capfd):
    (runs / DAY / "manifest.json").unlink()
    assert run(["export", DAY, "--to", "bib"]) == 0
    assert Path(capfd.readouterr().out.strip()).read_text().count("@misc{") == 2
