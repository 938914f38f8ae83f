"""`summarize export`: what an editor gets, read with the programs that editors use."""

import json
import re
import shutil
import zipfile
from pathlib import Path

import bibtexparser
import docx
import pytest
from common import HEADINGS
from docx.oxml.ns import qn
from lxml import etree, html

from summarizer.cli import run

DAY, PAPER = "2024-10-17", "2410.00001v1"
PHONE = {"viewport": {"width": 390, "height": 844}}
NAMES = {"wechat": ".wechat.html", "html": ".html", "docx": ".docx", "bib": ".bib"}
LATEX = r"m(n)=1-\frac{(1-p)^{n}}{\sqrt{d_k}}"


def folder_of(runs: Path, stem: str = PAPER) -> Path:
    return next(runs.glob(f"*/papers/{stem}"))


def told_of(runs: Path, stem: str = PAPER) -> dict:
    return json.loads((folder_of(runs, stem) / "digest.json").read_text())


@pytest.fixture
def rich_runs(runs):
    """A digest with a table, equations with and without LaTeX, formulas in a sentence, a rating."""
    path = folder_of(runs) / "digest.json"
    told, document = json.loads(path.read_text()), json.loads((path.parent / "document.json").read_text())
    table = next(table for table in document["tables"] if table["sure"])
    shown = {key: table[key] for key in ("label", "page", "corner", "columns", "rows")}
    told["tables"] = [shown | {"section": "results", "item": 90, "best": [[1, 0]]}]
    crop = next(figure["file"] for figure in told["figures"])
    told["equations"] = [
        {"label": "E1", "number": "(1)", "page": 2, "section": "model", "item": 90, "tex": LATEX},
        {"label": "E2", "number": "", "page": 3, "section": "model", "item": 91, "tex": "", "file": crop},
        {
            "label": "E3",
            "number": "(9)",
            "page": 3,
            "section": "model",
            "item": 92,
            "tex": r"\mbox{\it EQ\/}",
            "file": crop,
        },
    ]
    said = next(claim for claim in told["claims"] if claim["section"] == "model")
    text = r"其中 $x_i^2$ 是输入，$\sqrt{d_k}$ 是缩放。"
    told["claims"].append(said | {"text": text, "item": 90, "part": "explain"})
    reasons = {"novelty": "方法新", "rigour": "", "evidence": "", "usefulness": "", "reproducibility": ""}
    told["rating"] = {"stars": 4, "scores": dict.fromkeys(reasons, 3), "reasons": reasons}
    path.write_text(json.dumps(told, ensure_ascii=False))
    return runs


def test_every_heading_and_sentence_is_in_every_form(rich_runs, capfd):
    """Letters alone are compared: marks stand between them, formulas are set."""
    told = told_of(rich_runs)
    sentences = [claim["text"] for claim in told["claims"] if claim["row"] is None and "$" not in claim["text"]]
    wanted = [letters(sentence) for sentence in sentences]
    for form in ("wechat", "html", "docx"):
        assert run(["export", PAPER, "--to", form]) == 0
        path = capfd.readouterr().out.strip()
        if form == "docx":
            body = docx.Document(path).element.body
            raised = body.xpath(".//w:r[w:rPr/w:vertAlign[@w:val='superscript']]")
        else:
            body = html.parse(path).getroot().body
            raised = body.xpath("//sup | //button | //div[@popover]")
        for mark in raised:
            drop(mark)
        text = letters("".join(body.itertext()))
        assert [sentence for sentence in wanted if sentence not in text] == []
        assert [heading for heading in HEADINGS if heading not in text] == []


def drop(node) -> None:
    node.drop_tree() if hasattr(node, "drop_tree") else node.getparent().remove(node)


def letters(text: str) -> str:
    return "".join(c for c in text if c.isalnum())


WECHAT_KEEPS = {
    "section", "p", "span", "h1", "h2", "h3", "blockquote", "ul", "ol", "li", "table", "thead", "tbody", "tr", "th", "td",
    "strong", "sup", "sub", "i", "img", "br", "code",
}  # fmt: skip


def test_a_page_for_wechat_has_only_what_its_editor_keeps(rich_runs, capfd):
    assert run(["export", DAY, "--to", "wechat"]) == 0
    body = html.parse(capfd.readouterr().out.strip()).getroot().body
    assert {node.tag for node in body.iterdescendants() if isinstance(node.tag, str)} <= WECHAT_KEEPS
    assert {name for node in body.iter() for name in node.attrib} == {"style", "src", "alt"}
    assert not any("position" in node.get("style", "") for node in body.iter())
    kinds = {source.partition(";")[0] for source in body.xpath("//img/@src")}
    assert kinds <= {"data:image/png", "data:image/jpeg"}  # the editor takes no SVG


def test_page_marks_are_endnotes_with_the_address_as_text(rich_runs, capfd):
    assert run(["export", DAY, "--to", "wechat"]) == 0
    body = html.parse(capfd.readouterr().out.strip()).getroot().body
    cited = [
        int(n)
        for mark in body.xpath("//sup")
        if mark.text_content()[:1] == "["
        for n in re.findall(r"\d+", mark.text_content())
    ]
    notes = [p.text_content() for p in body.xpath("//h3[text()='参考']/following-sibling::p")]
    numbers = {int(n): page for note in notes for n, page in re.findall(r"\[(\d+)\] p\. (\d+)", note)}
    assert set(cited) == set(numbers) == set(range(1, len(numbers) + 1)) and len(cited) > 80
    assert "https://arxiv.org/abs/2410.00001v1" in notes[0] and "https://arxiv.org/abs/2410.00003v1" in notes[1]
    claims = [c for c in told_of(rich_runs)["claims"] if c["section"] == "abstract"]
    shown = body.xpath("(//h3[text()='摘要'])[1]/following-sibling::p[1]//sup")
    assert [numbers[int(n)] for mark in shown for n in re.findall(r"\d+", mark.text_content())] == [
        str(page) for claim in claims for page in claim["pages"]
    ]


PASTED = """() => {
    const dropped = ['STYLE', 'SCRIPT', 'META', 'LINK', 'TITLE', 'SVG'];
    for (const node of [...document.querySelectorAll('#editor *')]) {
        if (dropped.includes(node.tagName.toUpperCase())) { node.remove(); continue; }
        if (['A', 'DIV'].includes(node.tagName)) { node.replaceWith(...node.childNodes); continue; }
        for (const name of ['id', 'class', 'title', 'name']) node.removeAttribute(name);
        for (const name of [...node.style]) if (name == 'position' || name.startsWith('transform')) node.style.removeProperty(name);
    }
}"""


def test_what_matters_survives_the_paste_into_an_editor(rich_runs, visit, capfd):
    """Copied from the page and pasted, as editors do; then the editor drops what it does not keep."""
    assert run(["export", PAPER, "--to", "wechat"]) == 0
    path = Path(capfd.readouterr().out.strip()).absolute()
    Path("editor.html").write_text(
        "<!doctype html><meta charset=utf-8><div id=editor contenteditable style='width:390px'></div>"
    )
    seen = visit(Path(), **PHONE)
    page = seen.page
    page.goto(f"file://{path}")
    before = page.evaluate("document.body.innerText")
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.press("ControlOrMeta+c")
    seen.open("editor.html")
    page.locator("#editor").focus()
    page.keyboard.press("ControlOrMeta+v")
    page.evaluate(PASTED)
    editor = page.locator("#editor")
    assert letters(editor.inner_text()) == letters(before)
    told = told_of(rich_runs)
    cells = [cell for row in told["tables"][0]["rows"] for cell in row["cells"] if cell]
    assert [text for text in editor.locator("td").all_inner_texts() if text in cells] == cells
    assert editor.locator("td strong").count() == 1 and editor.locator("h3").count() == len(HEADINGS) + 1
    assert page.evaluate("[...document.querySelectorAll('#editor img')].every(i => i.complete && i.naturalWidth > 20)")
    assert editor.locator("img").count() == 2 + 2 + len([f for f in told["figures"] if f["file"]])
    assert editor.locator("h3").first.evaluate("h => getComputedStyle(h).borderLeftWidth") == "4px"
    assert seen.complaints == [] and seen.foreign() == []


@pytest.mark.parametrize("form", ["wechat", "html"])
@pytest.mark.parametrize("what", [DAY, PAPER])
def test_pages_fit_a_phone_and_ask_for_nothing(rich_runs, visit, capfd, form, what):
    assert run(["export", what, "--to", form]) == 0
    seen = visit(Path(), **PHONE)
    seen.page.goto(f"file://{Path(capfd.readouterr().out.strip()).absolute()}")
    assert seen.page.evaluate("document.documentElement.scrollWidth") == PHONE["viewport"]["width"]
    broken = seen.page.evaluate("[...document.images].filter(i => !i.complete || !i.naturalWidth).length")
    assert broken == 0 and seen.complaints == [] and len(seen.requests) == 1


def test_one_file_of_html_has_the_evidence_and_formulas_and_no_name_twice(rich_runs, visit, capfd):
    assert run(["export", DAY, "--to", "html"]) == 0
    seen = visit(Path(), java_script_enabled=False)
    seen.page.goto(f"file://{Path(capfd.readouterr().out.strip()).absolute()}")
    names = [node.get_attribute("id") for node in seen.page.locator("[id]").all()]
    assert len(names) == len(set(names)) > 100
    assert seen.page.locator("math mfrac").count() >= 1 and seen.page.locator("td.best").count() == 1
    seen.page.locator("#p2-s3 .cite").click()
    panel = seen.page.locator(".evidence >> visible=true")
    assert panel.count() == 1 and panel.locator("blockquote").first.inner_text()
    inside = [link.get_attribute("href") for link in seen.page.locator("a[href^='#']").all()]
    assert {link.removeprefix("#") for link in inside} <= set(names)


@pytest.mark.parametrize("form", ["wechat", "html"])
def test_nothing_serious_bars_anyone(rich_runs, visit, capfd, form):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="needs axe-playwright-python")
    assert run(["export", DAY, "--to", form]) == 0
    seen = visit(Path())
    seen.page.goto(f"file://{Path(capfd.readouterr().out.strip()).absolute()}")
    found = axe.Axe().run(seen.page).response["violations"]
    assert [(v["id"], v["nodes"][0]["html"][:200]) for v in found if v["impact"] in ("serious", "critical")] == []


def test_pictures_to_upload_lie_beside_the_page_by_the_names_that_stand_in_it(rich_runs, capfd):
    assert run(["export", PAPER, "--to", "wechat", "--uploads"]) == 0
    page, *pictures = map(Path, capfd.readouterr().out.split())
    text = page.read_text()
    places = re.findall(r"〔插入图片 (.*?)〕", text)
    assert "<img" not in text and set(places) == {picture.name for picture in pictures} and len(pictures) >= 4
    assert all(picture.parent.name == "digest.wechat.files" and picture.stat().st_size > 100 for picture in pictures)


@pytest.fixture
def word(rich_runs, capfd):
    """The issue as a document, and its parts."""
    assert run(["export", DAY, "--to", "docx"]) == 0
    path = capfd.readouterr().out.strip()
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    return docx.Document(path), parts


def test_a_document_has_real_headings_lists_tables_and_pictures(word, rich_runs):
    document, parts = word
    for name, content in parts.items():
        if name.endswith((".xml", ".rels")):
            etree.fromstring(content)
    styles = [(p.style.name, p.text) for p in document.paragraphs]
    assert [text for style, text in styles if style == "Title"] == [document.core_properties.title]
    assert sum(style == "Heading 1" for style, _ in styles) == 2
    assert [text for style, text in styles if style == "Heading 2"] == HEADINGS * 2
    told = told_of(rich_runs)
    shown = [[cell.text for cell in row.cells[1:]] for row in document.tables[0].rows[1:]]
    assert shown == [row["cells"] for row in told["tables"][0]["rows"]]
    bold = [
        cell.text
        for row in document.tables[0].rows[1:]
        for cell in row.cells
        if any(r.bold for r in cell.paragraphs[0].runs)
    ]
    assert bold == [told["tables"][0]["rows"][1]["cells"][0]]
    figures = [f for stem in (PAPER, "2410.00003v1") for f in told_of(rich_runs, stem)["figures"] if f["file"]]
    assert len(document.inline_shapes) >= len(figures) + 2 + 2  # and what of the formulas cannot be set as letters
    assert all(shape._inline.docPr.get("descr") for shape in document.inline_shapes)
    assert max(shape.width.cm for shape in document.inline_shapes) <= 16


def test_a_document_has_chinese_fonts_and_links_to_the_pages(word):
    document, _ = word
    for name in ("Normal", "Heading 1", "Heading 2", "Caption"):
        fonts = document.styles[name].element.rPr.rFonts
        assert fonts.get(qn("w:eastAsia")) in ("宋体", "黑体") and fonts.get(qn("w:eastAsiaTheme")) is None
    outside = {r.target_ref for r in document.part.rels.values() if r.is_external}
    assert "https://arxiv.org/pdf/2410.00001v1#page=1" in outside and all(
        link.startswith("https://") for link in outside
    )


def test_steps_of_every_digest_begin_at_one(word):
    document, _ = word
    ids = [p._p.pPr.numPr.numId.val for p in document.paragraphs if p.style.name == "List Number"]
    lists = sorted(set(ids))
    assert len(lists) == 2 and all(ids.count(n) > 2 for n in lists)
    numberings = document.part.numbering_part.element
    for n in lists:
        assert numberings.num_having_numId(n).xpath("./w:lvlOverride[@w:ilvl='0']/w:startOverride/@w:val") == ["1"]


@pytest.mark.skipif(shutil.which("soffice") is None, reason="needs soffice (apt-get install libreoffice-writer)")
@pytest.mark.slow
def test_a_document_opens_in_a_word_processor(word, rich_runs, tmp_path):
    import subprocess

    import pymupdf

    source = rich_runs / DAY / "issue.docx"
    subprocess.run(
        ["soffice", "--headless", "--convert-to", "pdf", "--outdir", tmp_path, source], check=True, timeout=120
    )
    text = "".join(page.get_text() for page in pymupdf.open(tmp_path / "issue.pdf"))
    assert all(heading in text for heading in HEADINGS)


def test_bibtex_is_what_a_parser_reads(runs, capfd):
    path = folder_of(runs) / "digest.json"
    told = json.loads(path.read_text())
    told["paper"] |= {
        "title": "100% of {A} & B_c: $x$ \\emph #1 ~ ^", "journal_ref": "Proc. {x} & 50%", "doi": "10.1/a_b",
        "authors": ["Zoë Müller", "ATLAS and CMS, Collaborations", "Bo Chen"],
    }  # fmt: skip
    path.write_text(json.dumps(told))
    assert run(["export", PAPER, "--to", "bib"]) == 0
    library = bibtexparser.parse_file(capfd.readouterr().out.strip())
    (entry,) = library.entries
    assert library.failed_blocks == [] and entry.key == "arxiv-2410.00001" and entry.entry_type == "misc"
    fields = {field.key: field.value for field in entry.fields}
    assert (
        fields["title"] == r"{100\% of A \& B\_c: \$x\$ \textbackslash{}emph \#1 \textasciitilde{} \textasciicircum{}}"
    )
    assert fields["author"] == "Zoë Müller and {ATLAS and CMS, Collaborations} and Bo Chen"
    assert (fields["eprint"], fields["archivePrefix"], fields["primaryClass"]) == ("2410.00001", "arXiv", "cs.CL")
    assert fields["url"] == "https://arxiv.org/abs/2410.00001v1" and fields["year"] == "2024"
