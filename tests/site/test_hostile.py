"""Digests whose every text is an attack: nothing runs, nothing leaves."""

import json
from pathlib import Path

import bibtexparser
import docx
import pytest
from common import settings
from lxml import etree

from summarizer.cli import run
from summarizer.export.formulas import formula_picture, formula_runs
from summarizer.site.rich import address, formula, rich

DAY, PAPER = "2024-10-17", "2410.00001v1"
ATTACKS = [
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", '"><svg onload=alert(1)>', "</title><script>alert(1)</script>",
    "<a href=javascript:alert(1)>x</a>", "{{ 7 * 7 }}{% raw %}", "${alert(1)}", "</script><script>alert(1)</script>",
    "<!-- ", "]]>", "\u202eright to left", "<iframe src=https://evil.example>", "<style>@import 'https://evil.example'</style>",
    "<math><mtext><script>alert(1)</script>", r"$\text{<img src=https://evil.example>}$", r"$\href{javascript:alert(1)}{x}$",
    r"$\style{background:url(https://evil.example)}{x}$", "\x00\x1b[31m",
]  # fmt: skip


def poisoned(value: object, attack: str, key: str = "") -> object:
    if key == "kinds":  # names of our own
        return value
    if isinstance(value, dict):
        return {k: poisoned(v, attack, k) for k, v in value.items()}
    if isinstance(value, list):
        return [poisoned(v, attack, key) for v in value]
    words = (
        "text",
        "title",
        "title_zh",
        "authors",
        "caption",
        "comment",
        "reason",
        "note",
        "headings",
        "left_out",
        "why",
    )
    addresses = {"url": "javascript:alert(1)//", "pdf_url": "javascript:alert(2)//"}
    if key in addresses:
        return addresses[key]
    if key == "file":
        return "../../../../etc/passwd"
    return f"{value} {attack}" if isinstance(value, str) and key in words else value


@pytest.fixture
def poison(runs):
    """Every digest, document and account of the runs with other attacks in its texts."""
    for n, path in enumerate(sorted(runs.glob("*/**/*.json"))):
        if "store" in path.parts or "attempts" in path.parts:
            continue
        told = json.loads(path.read_text())
        attack = " ".join(ATTACKS[n % len(ATTACKS) :] + ATTACKS[: n % len(ATTACKS)])
        path.write_text(json.dumps(poisoned(told, attack + "\ud800" * (path.name == "manifest.json"))))
    return runs


def test_nothing_runs_and_nothing_leaves(poison, visit):
    assert run(["site", "out"]) == 0
    assert not list(Path("out").rglob("passwd*"))
    seen = visit(Path("out"))
    paths = [str(path.relative_to("out")) for path in Path("out").rglob("*.html")]
    assert len([path for path in paths if path.startswith("papers/")]) == 5
    for path in paths:
        seen.open(path)
        for link in seen.page.eval_on_selector_all("a[href]", "all => all.map(a => a.href)"):
            assert not link.startswith("javascript:")
        assert seen.page.locator("main script:not([type='application/json']), main iframe, main style").count() == 0
    seen.page.goto(f"{seen.root}/search.html#q=alert")
    seen.page.wait_for_function("() => search.done")
    assert seen.page.locator("#results .row").count() == 5
    for n in range(3):
        seen.page.goto(f"{seen.root}/papers/2410.00001v1/index.html")
        seen.page.locator(".cite").nth(n).click()
    assert seen.complaints == [] and seen.foreign() == []


@pytest.mark.parametrize("form", ["wechat", "html"])
def test_nothing_runs_in_pages_for_other_places(poison, visit, capfd, form):
    pages = []
    for what in (DAY, PAPER):
        assert run(["export", what, "--to", form]) == 3  # pictures that lie elsewhere are not shown
        pages.append(Path(capfd.readouterr().out.strip()).absolute())
    seen = visit(Path())
    for path in pages:
        seen.page.goto(f"file://{path}")
        assert seen.page.locator("script, iframe, svg, main style, section style").count() == 0
        links = seen.page.eval_on_selector_all("[href], [src]", "all => all.map(a => a.href || a.src)")
        assert not [link for link in links if not link.startswith(("#", "file:", "data:image/", "https://github.com"))]
    assert seen.complaints == [] and seen.foreign() == []


def test_nothing_leads_elsewhere_in_a_document_or_an_entry(poison, capfd):
    assert run(["export", DAY, "--to", "docx"]) == 3
    document = docx.Document(capfd.readouterr().out.strip())
    assert [r.target_ref for r in document.part.rels.values() if r.is_external] == []
    assert "<script>alert(1)</script>" in "".join(p.text for p in document.paragraphs)
    assert run(["export", DAY, "--to", "bib"]) == 0
    library = bibtexparser.parse_file(capfd.readouterr().out.strip())
    assert len(library.entries) == 2 and library.failed_blocks == []


def test_feeds_of_such_digests_are_xml_whose_text_is_text(poison, own_home):
    settings(own_home, 'site_url = "https://reader.example/"\n')
    assert run(["site", "out"]) == 0
    for path in [Path("out/feed.xml"), Path("out/sitemap.xml"), *Path("out/feeds").glob("*.xml")]:
        etree.fromstring(path.read_bytes())
    assert "<script" not in etree.fromstring(Path("out/feed.xml").read_bytes()).find(".//{*}content").text


@pytest.mark.parametrize("attack", ATTACKS)
def test_no_text_becomes_markup(attack):
    assert (
        "<script" not in rich(attack)
        and "<img" not in rich(attack)
        and "javascript:alert(1)}{x}</m" not in rich(attack)
    )


@pytest.mark.parametrize("latex", [
    "{" * 2000, r"\sqrt" * 500, r"\left(" * 330, "x^{" * 600 + "}" * 600, "^" * 2000, r"\frac" * 400, "\\" * 2000,
    r"\begin{matrix}" * 140, r"\newcommand{\a}{\a\a}\a", "x" * 100_000,
])  # fmt: skip
def test_no_formula_brings_the_program_down(latex):
    assert formula(latex, block=False)
    assert formula_runs(latex) == () and formula_picture(latex, block=True) is None


def test_formulas_and_prices():
    assert "<mfrac>" in rich(r"精度为 $\frac{a}{b}$。") and rich("从 $5 涨到 $6。") == "从 $5 涨到 $6。"
    assert rich(r"$\nosuchcommand$") == r'<code class="tex">\nosuchcommand</code>'
    assert " style=" not in rich(r"$$\begin{aligned}a&=b\\c&=d\end{aligned}$$")


@pytest.mark.parametrize(("url", "kept"), [
    ("https://arxiv.org/abs/2410.1", True), ("paper.pdf#page=7", True), ("javascript:alert(1)", False),
    ("data:text/html,x", False), ("https://x\" onclick=", False), ("//evil.example", False), ("\tjavascript:x", False),
])  # fmt: skip
def test_addresses_of_links(url, kept):
    assert address(url) == (url if kept else "#")
