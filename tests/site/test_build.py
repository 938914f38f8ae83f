"""What `summarize site` writes, writes again, and does with runs that are not as they should be."""

import json
import shutil
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from lxml import html

from summarizer.cli import run
from summarizer.reports.site import folder as site_folder

DAY, EVE = "2024-10-17", "2024-10-16"
PAPER = "papers/2410.00001v1"


def files(out: Path = Path("out")) -> dict[str, tuple[int, bytes]]:
    return {
        str(path.relative_to(out)): (path.stat().st_mtime_ns, path.read_bytes())
        for path in out.rglob("*")
        if path.is_file()
    }


def dead_links(out: Path = Path("out")) -> list[str]:
    """Links, pictures and scripts of the pages that are there which lead to nothing."""
    dead = []
    for page in out.rglob("*.html"):
        for element in html.fromstring(page.read_bytes()).xpath("//*[@href or @src]"):
            address = element.get("href") or element.get("src")
            parts = urlsplit(address)
            if not parts.scheme and parts.path and not (page.parent / unquote(parts.path)).is_file():
                dead.append(f"{page}: {address}")
    return dead


def test_the_path_of_the_index_is_all_that_is_printed(runs, capsys):
    assert run(["site", "out"]) == 0
    assert capsys.readouterr().out == "out/index.html\n"
    assert (
        dead_links() == []
        and (Path("out") / PAPER / "digest.json").read_bytes() == next(runs.glob(f"*/{PAPER}/digest.json")).read_bytes()
    )


def test_nothing_is_written_again_that_has_not_changed(runs):
    run(["site", "out"])
    before = files()
    run(["site", "out"])
    after = files()
    assert {name for name in after if after[name][0] != before[name][0]} == {".site.json", ".lock"}
    assert after[".site.json"][1] == before[".site.json"][1]


def test_only_what_has_changed_is_written_again(runs):
    run(["site", "out"])
    before = files()
    path = next(runs.glob(f"*/{PAPER}/digest.json"))
    path.write_text(path.read_text().replace('"title_zh": "', '"title_zh": "新题目：'))
    run(["site", "out"])
    changed = {name for name, (_, content) in files().items() if before.get(name, (0, b""))[1] != content}
    assert f"{PAPER}/index.html" in changed and "index.html" in changed and "search/2024-10.js" in changed
    assert not any(name.startswith(("papers/2410.00003v1/", f"issues/{EVE}/", "search/2026")) for name in changed)
    assert "新题目" in Path("out/index.html").read_text()


def test_a_paper_that_is_gone_leaves_nothing_behind(runs):
    run(["site", "out"])
    shutil.rmtree(runs / DAY)
    run(["site", "out"])
    assert not (Path("out") / PAPER).exists() and not Path(f"out/issues/{DAY}").exists()
    assert dead_links() == []


@pytest.mark.parametrize("stop", [1, 3, 40, 160, 330, 340])
def test_a_build_that_is_cut_short_leaves_no_page_that_leads_to_nothing(runs, monkeypatch, stop):
    run(["site", "out"])
    for path in runs.glob("*/papers/*/digest.json"):
        path.write_text(path.read_text().replace('"title_zh": "', '"title_zh": "新题目：'))
    shutil.copytree(next(runs.glob(f"*/{PAPER}")), runs / EVE / "papers" / "2410.00009v1")
    write, count = site_folder.write_atomic, iter(range(10_000))

    def cut(*arguments, **options):
        if next(count) >= stop:
            raise KeyboardInterrupt
        write(*arguments, **options)

    monkeypatch.setattr(site_folder, "write_atomic", cut)
    assert run(["site", "out"]) in (0, 75)
    assert dead_links() == []
    monkeypatch.setattr(site_folder, "write_atomic", write)
    assert run(["site", "out"]) == 0
    assert Path("out/index.html").read_text().count("新题目") >= 2 and dead_links() == []


def test_a_folder_with_other_things_in_it_is_refused(runs, capsys):
    Path("out").mkdir()
    Path("out/thesis.tex").write_text("mine")
    assert run(["site", "out"]) == 2
    assert "has other files in it" in capsys.readouterr().err and Path("out/thesis.tex").read_text() == "mine"


def test_what_is_half_written_or_damaged_is_named_once_and_the_rest_is_shown(runs, capsys):
    papers = runs / DAY / "papers"
    (papers / "2410.00003v1" / "digest.json").write_text('{"key": "cut of')
    shutil.copytree(papers / "2410.00001v1", papers / "2410.00008v1", ignore=shutil.ignore_patterns("digest.*"))
    (papers / "2410.00001v1" / "document.json").unlink()
    shutil.rmtree(papers / "2410.00001v1" / "figures")
    (runs / EVE / "manifest.json").unlink()
    shutil.copytree(runs / DAY, runs / f"{DAY}-copy")
    shutil.rmtree(runs / "store")
    assert run(["site", "out"]) == 0
    said = capsys.readouterr().err
    assert said.count("2410.00003v1/digest.json") == 1 and said.count(f"runs/{EVE}:") == 1 and said.count("-copy:") == 1
    page = (Path("out") / PAPER / "index.html").read_text()
    assert "原文第 1 页" in page and "<blockquote" not in page  # pages are cited, their words are not known
    assert "没有完整的账目" in Path(f"out/issues/{EVE}/index.html").read_text()
    assert dead_links() == []


def test_a_damaged_digest_that_was_shown_before_stays(runs, capsys):
    run(["site", "out"])
    next(runs.glob(f"*/{PAPER}/digest.json")).write_text("{}")
    assert run(["site", "out"]) == 0
    assert (Path("out") / PAPER / "index.html").is_file() and "left as it was" in capsys.readouterr().err


def test_no_runs_make_a_site_that_says_what_to_do(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert run(["site", "out"]) == 0
    assert "还没有解读" in Path("out/index.html").read_text() and dead_links() == []


def test_runs_that_are_gone_take_no_page_with_them(runs, capsys):
    run(["site", "out"])
    assert run(["site", "out", "--runs", "rums"]) == 2
    assert "rums: no such folder; the site stays as it is" in capsys.readouterr().err
    assert (Path("out") / PAPER / "index.html").is_file()


def test_a_damaged_record_of_the_site_makes_everything_again(runs):
    run(["site", "out"])
    Path("out/.site.json").write_text('{"parts": 3')
    assert run(["site", "out"]) == 0 and dead_links() == []
    assert json.loads(Path("out/.site.json").read_text())["parts"]


def test_every_paper_of_a_date_is_there_with_what_became_of_it(runs):
    run(["site", "out"])
    rows = html.parse(f"out/issues/{DAY}/announced.html").xpath("//tbody/tr")
    told = [[" ".join(cell.text_content().split()) for cell in row] for row in rows]
    assert [(title, outcome) for title, _, outcome, _ in told] == [
        ("A long study of evidence", "解读"), ("Numbers & <b>claims</b>", "解读"), ("Evidence in papers", "未选"),
    ]  # fmt: skip
    assert all(score and why for _, score, _, why in told)
    assert "3 篇公布，2 篇解读" in Path("out/index.html").read_text()


@pytest.mark.parametrize(("figures", "licence", "shown"), [
    ("always", "", True), ("cc", "http://creativecommons.org/licenses/by/4.0/", True),
    ("cc", "http://arxiv.org/licenses/nonexclusive-distrib/1.0/", False), ("never", "http://creativecommons.org/licenses/by/4.0/", False),
])  # fmt: skip
def test_pictures_of_the_page_follow_the_licence(runs, figures, licence, shown):
    path = next(runs.glob(f"*/{PAPER}/digest.json"))
    told = json.loads(path.read_text())
    told["paper"]["license"] = licence
    path.write_text(json.dumps(told, ensure_ascii=False))
    run(["site", "out", "--figures", figures])
    page = (Path("out") / PAPER / "index.html").read_text()
    assert ('class="strip"' in page) == shown == (Path("out") / PAPER / "evidence").is_dir()
    assert page.count("<blockquote") >= 35


def test_a_draft_gives_way_to_a_models_digest_of_the_same_paper(runs):
    drafted = runs / "zz-draft" / PAPER
    shutil.copytree(next(runs.glob(f"*/{PAPER}")), drafted)
    for path, basis in ((drafted, "full text"), (next(runs.glob(f"{DAY}/{PAPER}")), "extract")):
        told = json.loads((path / "digest.json").read_text()) | {"basis": basis}
        (path / "digest.json").write_text(json.dumps(told, ensure_ascii=False))
    run(["site", "out"])
    assert "离线草稿" not in (Path("out") / PAPER / "index.html").read_text()


def test_two_builds_at_once(runs):
    run(["site", "out"])
    with site_folder.open_site(Path("out")):
        assert run(["site", "out"]) == 75
