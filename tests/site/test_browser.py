"""The site as a reader has it: in a real browser, from the disk and from a server."""

import itertools
import json
import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from summarizer.cli import run
from summarizer.output import words

DAY, PAPER = "2024-10-17", "papers/2410.00001v1/index.html"
PAGES = [
    "index.html", "calendar.html", "topics.html", "topics/cs.CL.html", "search.html", f"issues/{DAY}/index.html",
    f"issues/{DAY}/announced.html", PAPER,
]  # fmt: skip
PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}


def digest(made: Path, stem: str = "2410.00001v1") -> tuple[dict, dict[int, str]]:
    """A digest and the texts of its paper's passages."""
    folder = next(made.glob(f"runs/*/papers/{stem}"))
    passages = json.loads((folder / "document.json").read_text())["passages"]
    return json.loads((folder / "digest.json").read_text()), {p["id"]: p["text"] for p in passages}


@pytest.mark.parametrize("served", [False, True], ids=["disk", "server"])
def test_every_page_opens_without_a_complaint_or_a_foreign_request(made, visit, serve_folder, served):
    seen = visit(made / "out", serve_folder(made / "out") if served else "")
    for path in PAGES:
        seen.open(path)
        assert seen.page.locator("h1").first.is_visible()
    assert seen.complaints == [] and seen.foreign() == []


def test_every_link_within_the_site_leads_somewhere(made, visit):
    seen = visit(made / "out")
    links = set()
    for path in PAGES:
        seen.open(path)
        links |= set(seen.page.eval_on_selector_all("a[href]", "all => all.map(a => a.href)"))
    inside = {link for link in links if link.startswith("file://")}
    missing = [link for link in inside if not Path(unquote(urlsplit(link).path)).is_file()]
    assert len(inside) > 20 and missing == []


def test_every_sentence_opens_what_it_cites(made, visit):
    """All of them, each with the passages of its claim, as pictures with the words marked."""
    told, texts = digest(made)
    seen = visit(made / "out").open(PAPER)
    sentences = seen.page.locator(".s")
    assert sentences.count() >= 35
    shown = {}
    for n in range(sentences.count()):
        sentences.nth(n).locator(".cite").click()
        panel = seen.page.locator(".evidence:popover-open")
        assert panel.count() == 1
        shown[plain(panel.locator(".claim").inner_text())] = panel.locator("blockquote").all_inner_texts()
        strips = panel.locator(".strip img")
        assert strips.count() >= 1 and panel.locator("rect").count() >= strips.count()
        seen.page.wait_for_function(
            "() => document.querySelector('.evidence:popover-open .strip img').naturalWidth > 100"
        )
        seen.page.keyboard.press("Escape")
        assert seen.page.locator(".evidence:popover-open").count() == 0
    plain_claims = {plain(claim["text"]): claim for claim in told["claims"] if "$" not in claim["text"]}
    found = 0
    for text, quotes in shown.items():
        claims = [claim for said, claim in plain_claims.items() if said.endswith(without_kind(text))]
        cited = [[plain(texts[n]) for n in claim["passages"]] for claim in claims]
        found += [plain(quote) for quote in quotes] in cited
    assert found == len([claim for claim in plain_claims.values() if claim["row"] is None and claim["passages"]])
    assert seen.complaints == []


def test_cells_and_formulas_open_their_place_in_the_paper(runs, visit):
    """A digest of the sample with a table and an equation; the row is marked in the picture of the whole table."""
    path = next(runs.glob("*/papers/2410.00001v1/digest.json"))
    told = json.loads(path.read_text())
    document = json.loads((path.parent / "document.json").read_text())
    table = next(table for table in document["tables"] if table["sure"])
    shown = {key: table[key] for key in ("label", "page", "corner", "columns")}
    ids = {passage["row"]: passage["id"] for passage in document["passages"] if passage["item"] == table["label"]}
    placed = [row | {"passages": [ids[n]]} for n, row in enumerate(table["rows"], 1)]
    told["tables"] = [shown | {"rows": placed, "section": "results", "item": 90, "best": [[1, 0]]}]
    latex = r"\frac{a}{b}<\sum_{i=1}^n x_i"
    equation = {"label": "E1", "number": "(1)", "page": 1, "section": "model", "item": 91, "tex": latex}
    told["equations"] = [equation]
    path.write_text(json.dumps(told, ensure_ascii=False))
    assert run(["site", "out"]) == 0
    seen = visit(Path("out")).open(PAPER)
    assert seen.page.locator("td.best").count() == 1 and seen.page.locator(".formula math mfrac").count() == 1
    cells = seen.page.locator(".cell")
    filled = [cell for row in table["rows"] for cell in row["cells"] if cell]
    assert cells.all_inner_texts() == filled and len(filled) >= 12
    rows = {passage["row"]: passage["text"] for passage in document["passages"] if passage["item"] == table["label"]}
    for n in range(0, cells.count(), 3):
        cells.nth(n).click()
        panel = seen.page.locator(".evidence:popover-open")
        assert plain(panel.locator("blockquote").inner_text()) in map(plain, rows.values())
        assert cells.nth(n).inner_text() in panel.locator("blockquote").inner_text()
        box, mark = panel.locator("svg").bounding_box(), panel.locator("rect").first.bounding_box()
        assert 0 < mark["height"] < box["height"] / 3
        seen.page.keyboard.press("Escape")
    seen.page.locator(".formula .cite").click()
    assert seen.page.locator(".evidence:popover-open").count() == 1
    assert seen.complaints == []


def without_kind(text: str) -> str:
    """A sentence as its claim ends: of a limit without its kind."""
    return re.sub(f"（({'|'.join(words.LIMITS.values())})）(?=。$)", "", text)


def plain(text: str) -> str:
    return "".join(text.split())


def test_pictures_of_the_page_are_loaded_only_when_they_are_asked_for(made, visit):
    seen = visit(made / "out").open(PAPER)
    seen.page.wait_for_timeout(300)
    assert not any("/evidence/" in url for url in seen.requests)
    seen.page.locator(".s").first.click(position={"x": 20, "y": 8})
    seen.page.wait_for_function("() => document.querySelector('.evidence:popover-open .strip img').complete")
    assert 1 <= sum("/evidence/" in url for url in seen.requests) <= 4


def test_evidence_opens_without_script(made, visit):
    seen = visit(made / "out", java_script_enabled=False).open(PAPER)
    seen.page.locator(".cite").first.click()
    assert seen.page.locator(".evidence >> visible=true").count() == 1


def test_the_keyboard_walks_over_papers_and_sentences(made, visit):
    seen = visit(made / "out").open("index.html")
    press = seen.page.keyboard.press
    press("j")
    press("j")
    press("k")
    assert seen.page.locator(".current h2").inner_text() == seen.page.locator(".card h2").first.inner_text()
    press("s")
    assert (
        seen.page.locator(".card").first.get_by_role("button", name="★ 已收藏").get_attribute("aria-pressed") == "true"
    )
    press("o")
    seen.page.wait_for_url("**/papers/**")
    press("j")
    press("j")
    press("o")
    open_ = seen.page.locator(".evidence:popover-open")
    assert open_.get_attribute("id") == "s2-evidence"
    press("j")
    assert seen.page.locator(".evidence:popover-open").get_attribute("id") == "s3-evidence"
    press("Escape")
    press("?")
    assert seen.page.locator("#keys:popover-open").count() == 1
    press("Escape")
    press("/")
    assert seen.page.evaluate("document.activeElement.name") == "q"
    press("j")
    assert seen.page.locator(".find input").input_value() == "j"  # a letter like any other in a field


def test_the_close_button_has_the_focus_and_gives_it_back(made, visit):
    seen = visit(made / "out").open(PAPER)
    seen.page.locator(".cite").nth(1).focus()
    seen.page.keyboard.press("Enter")
    assert seen.page.evaluate("document.activeElement.className") == "close"
    seen.page.keyboard.press("Enter")
    assert seen.page.evaluate("document.activeElement.getAttribute('popovertarget')") == "s2-evidence"


def test_what_is_read_starred_and_hidden_stays_and_travels(made, visit, tmp_path):
    first = visit(made / "out").open(PAPER)  # reading it marks it
    first.open("index.html")
    assert first.page.locator(".card.is-read").count() == 1
    other = first.page.locator(".card:not(.is-read)").first
    other.get_by_role("button", name="收藏").click()
    other.get_by_role("button", name="隐藏").click()
    assert not other.locator(".gist").is_visible()
    first.open("search.html")
    with first.page.expect_download() as download:
        first.page.get_by_role("button", name="导出").click()
    download.value.save_as(tmp_path / "papers.json")
    saved = json.loads((tmp_path / "papers.json").read_text())["papers"]
    assert {paper for paper, marks in saved.items() if marks.get("starred")} == {"2410.00003"}
    second = visit(made / "out").open("search.html")
    second.page.locator("#import").set_input_files(tmp_path / "papers.json")
    second.page.get_by_text("已导入 2 篇的记录").wait_for()
    second.page.get_by_label("状态").select_option("收藏")
    assert second.page.locator("#results a").all_inner_texts() == [saved["2410.00003"]["title"]]
    second.page.locator("#import").set_input_files({"name": "x", "mimeType": "text/plain", "buffer": b"nothing"})
    second.page.get_by_text("这不是从本站导出的文件").wait_for()
    assert first.complaints == second.complaints == []


QUERIES = [
    "证据", "数字", "全文", "解读", "LLM", "60.6%", "5.2%", "49", "arXiv", "ARXIV", "句子", "引用", "错误", "核对", "比例",
    "2410.00001", "hand", "Müller", "Chen", "摘要", "模型", "图", "3,111", "。", "没有这个词", "数字 证据", "引用 句子 49",
    "Numbers <b>", "ｌｌｍ", "evidence in", "61", "页", "百分",
]  # fmt: skip


def test_the_search_finds_exactly_what_has_the_words(made, visit):
    assert len(QUERIES) >= 30
    seen = visit(made / "out").open("search.html")
    papers = {}
    for path in made.glob("runs/*/papers/*/digest.json"):
        told = json.loads(path.read_text())
        paper = told["paper"]
        texts = [told["title_zh"] or paper["title"], *(c["text"] for c in told["claims"]), paper["title"], paper["id"]]
        papers[path.parent.name] = "\n".join([*texts, " ".join(paper["authors"])]).lower()
    found = {}
    for query in QUERIES:
        seen.page.evaluate("query => { location.hash = new URLSearchParams({q: query}) }", query)
        seen.page.wait_for_function("query => search.query().q === query && search.done", arg=query)
        links = seen.page.locator("#results a").evaluate_all(
            "all => all.map(a => a.getAttribute('href').split('/')[1])"
        )
        found[query] = sorted(links)
    folded = {query: query.replace("ｌｌｍ", "llm").lower().split() for query in QUERIES}
    wanted = {q: sorted(stem for stem, text in papers.items() if all(w in text for w in folded[q])) for q in QUERIES}
    assert found == wanted
    assert sum(0 < len(stems) < len(papers) for stems in wanted.values()) >= 3 and found["没有这个词"] == []
    assert seen.complaints == []


def test_the_address_holds_the_query_and_the_way_back_leads_through_it(made, visit):
    seen = visit(made / "out").open("index.html")
    seen.page.locator(".find input").fill("证据 & 数字")
    seen.page.keyboard.press("Enter")
    seen.page.wait_for_url("**/search.html*")
    field = seen.page.locator("#search [name=q]")
    assert field.input_value() == "证据 & 数字" and seen.page.locator("#results .row").count() >= 1
    seen.page.get_by_label("分类").select_option("cs.LG")
    seen.page.locator("[name=stars]").select_option("5 星")
    seen.page.get_by_text("篇中有 0 篇").wait_for()
    address = seen.page.url
    seen.page.go_back()
    seen.page.wait_for_function("() => search.query().stars === undefined")
    assert seen.page.get_by_label("分类").input_value() == "cs.LG"
    seen.page.go_back()
    seen.page.wait_for_function("() => search.query().category === undefined")
    again = visit(made / "out")
    again.page.goto(address)
    assert (
        again.page.locator("[name=stars]").input_value() == "5" and again.page.locator("#search [name=q]").input_value()
    )


def test_filters_hold_together(made, visit):
    seen = visit(made / "out").open("search.html#category=cs.LG&from=2024-10-17&to=2024-10-17")
    seen.page.wait_for_function("() => search.done")
    hrefs = seen.page.locator("#results a").evaluate_all("all => all.map(a => a.getAttribute('href'))")
    assert sorted(hrefs) == ["papers/2410.00001v1/index.html", "papers/2410.00003v1/index.html"]


@pytest.mark.parametrize("path", PAGES)
def test_a_phone_never_scrolls_sideways(made, visit, path):
    seen = visit(made / "out", **PHONE).open(path)
    assert seen.page.evaluate("document.documentElement.scrollWidth") <= PHONE["viewport"]["width"]


def test_on_a_phone_the_sentence_stays_in_sight_above_its_evidence(made, visit):
    seen = visit(made / "out", **PHONE).open(PAPER)
    for n in (0, 7, 20):
        sentence = seen.page.locator(".s").nth(n)
        sentence.locator(".cite").click()
        seen.page.wait_for_timeout(100)
        panel = seen.page.locator(".evidence:popover-open").bounding_box()
        box = sentence.bounding_box()
        assert box["y"] >= -1 and box["y"] + min(box["height"], 40) <= panel["y"]
        seen.page.keyboard.press("Escape")


JUMP = """async () => {
    const before = document.documentElement.scrollHeight;
    const images = [...document.images].filter((image) => !image.closest("[popover]"));
    for (const image of images) image.loading = "eager";
    await Promise.all(images.map((image) => image.decode()));
    return [images.length, document.documentElement.scrollHeight - before];
}"""


@pytest.mark.parametrize("path", [PAPER, f"issues/{DAY}/index.html"])
@pytest.mark.parametrize("screen", [PHONE, {"viewport": {"width": 1280, "height": 300}}], ids=["phone", "desk"])
def test_a_page_does_not_jump_when_its_pictures_come(made, visit, path, screen):
    seen = visit(made / "out", **screen)
    seen.page.route("**/figures/*", lambda route: seen.page.wait_for_timeout(50) or route.continue_())
    pictures, jump = seen.open(path).page.evaluate(JUMP)
    assert pictures >= 2 and jump == 0


LINES = """title => {
    const range = document.createRange(), lines = new Map();
    const walker = document.createTreeWalker(title, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) for (let n = 0; n < walker.currentNode.length; n++) {
        range.setStart(walker.currentNode, n); range.setEnd(walker.currentNode, n + 1);
        const top = Math.round(range.getBoundingClientRect().bottom);
        lines.set(top, (lines.get(top) || "") + range.toString());
    }
    return [...lines.values()];
}"""


@pytest.mark.parametrize("width", range(320, 560, 16))
def test_lines_of_a_title_end_between_words(made, visit, width):
    """The words are 论文 某处 出现 过 还 不够 机器 撰写 的 文摘 中 的 证据 大小 与 错误 数字."""
    seen = visit(made / "out", viewport={"width": width, "height": 700}).open(PAPER)
    title = seen.page.locator("h1")
    lines = title.evaluate(LINES)
    assert len(lines) >= 2 and "".join(lines) == title.text_content() == digest(made)[0]["title_zh"]
    ends = {first[-1] + second[0] for first, second in itertools.pairwise(lines)}
    assert not ends & {"论文", "某处", "出现", "不够", "机器", "撰写", "文摘", "证据", "大小", "错误", "数字"}
    assert not any(line[0] in "”：，" or line[-1] == "“" for line in lines)
    assert seen.page.evaluate("document.documentElement.scrollWidth") == width


def test_scores_have_their_scale_limits_their_lead_in_and_exponents_are_raised(runs, visit):
    path = next(runs.glob("*/papers/2410.00001v1/digest.json"))
    told = json.loads(path.read_text())
    row = {"label": "10^6 steps", "cells": ["2.3·10^19"]}
    shown = {"label": "Table 1", "page": 2, "corner": "", "columns": ["chars (×10^3)"], "rows": [row]}
    told["tables"] = [shown | {"section": "results", "item": 90}]
    told["rating"] = {"stars": 4, "scores": {"novelty": 2}, "reasons": {"novelty": "方法新"}}
    path.write_text(json.dumps(told, ensure_ascii=False))
    assert run(["site", "out"]) == 0
    seen = visit(Path("out")).open(PAPER)
    assert seen.page.locator(".body .scores").inner_text() == "新颖性 2/4 方法新"
    assert seen.page.locator(".grid tr").all_inner_texts() == ["\tchars (×10³)", "10⁶ steps\t2.3·10¹⁹"]
    kinds = [name for name, kind in told["kinds"].items() if kind == "limits"]
    lead_in = seen.page.locator(".lead-in")
    assert lead_in.all_inner_texts() == ["局限"] * len(kinds) == ["局限"]
    assert "（作者承认）" in seen.page.locator(".lead-in + ul li").first.inner_text()
    assert seen.page.locator(".body h2").count() == 10


@pytest.mark.parametrize(("path", "scheme"), list(itertools.product(PAGES, ["light", "dark"])))
def test_nothing_serious_bars_anyone(made, visit, path, scheme):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="needs axe-playwright-python")
    seen = visit(made / "out", color_scheme=scheme).open(path)
    if path == PAPER:
        seen.page.locator(".cite").nth(3).click()
    if path == "search.html":
        seen.page.locator("#search [name=q]").fill("证据")
        seen.page.locator("#results mark").first.wait_for()
    found = axe.Axe().run(seen.page).response["violations"]
    assert [(v["id"], v["nodes"][0]["html"][:200]) for v in found if v["impact"] in ("serious", "critical")] == []


def test_the_choice_of_light_or_dark_is_kept(made, visit):
    seen = visit(made / "out", color_scheme="light").open("index.html")
    seen.page.get_by_role("button", name="切换明暗").click()
    seen.open("calendar.html")
    assert seen.page.evaluate("getComputedStyle(document.documentElement).colorScheme") == "dark"


def test_a_printed_page_has_the_text_and_none_of_the_frame(made, visit):
    seen = visit(made / "out").open(PAPER)
    seen.page.emulate_media(media="print")
    assert seen.page.locator(".paper h1").is_visible() and not seen.page.locator(".top").is_visible()
