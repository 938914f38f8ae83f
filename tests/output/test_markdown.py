"""The Markdown is read by a real Markdown parser: what a reader sees is what counts."""

import re
from dataclasses import replace
from html import escape as escape_html

import cmarkgfm
import pytest
from markdown_it import MarkdownIt

from summarizer.output import markdown, words
from summarizer.output.issue import Placed, issue_pages
from summarizer.types import (
    Claim,
    Digest,
    Omission,
    Paper,
    PlacedEquation,
    PlacedFigure,
    PlacedRow,
    PlacedTable,
    Reading,
    Stars,
    Usage,
)

PAPER = Paper(
    "2410.11988v1", "DISP-LLM: Pruning", ("Shangqian Gao", "Chi-Heng Lin"), "", "https://arxiv.org/abs/2410.11988v1",
    "https://arxiv.org/pdf/2410.11988v1", ("cs.CL",),
)  # fmt: skip
HEADINGS = {"abstract": "摘要", "results": "实验效果", "rating": "推荐阅读指数"}
HOSTILE = [
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "[x](javascript:alert(1))", "![x](http://evil/x.png)",
    "---", "===", "# heading", "- item", "1. item", "> quote", "a | b", "`code", "*bold*", "$x_1$", "\\", "&lt;b&gt;",
    "a\n\n# b", "line\n===", "\u202eevil\u200b", "<https://evil>", "+ x", "1) x", "~~~", "    code", "[1]: http://evil",
]  # fmt: skip


def said(**texts):
    return tuple(Claim(section, text, (1,), (), "supported") for section, text in texts.items())


def digest(**changes):
    value = Digest(
        key="", paper=PAPER, style="daily", layout="entry", basis="full text", title_zh="结构化剪枝", headings=HEADINGS,
        kinds={"abstract": "prose", "results": "points", "rating": "rating"}, claims=said(abstract="甲。", results="乙。"),
        omitted=(), figures=(),
        rating=Stars(4), numbers=2, repaired=0, left_out=(), warnings=(), usage=Usage(), model="m",
        prompt_fingerprint="", schema_fingerprint="", calls=1,
    )  # fmt: skip
    return replace(value, **changes)


def tokens(text):
    return MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(text)


def inline(text):
    return [child for token in tokens(text) for child in token.children or []]


@pytest.mark.parametrize("hostile", HOSTILE)
def test_foreign_text_is_shown_as_it_is_and_does_nothing(hostile):
    page = f"# {markdown.escape(hostile)}\n\n{markdown.escape(hostile)}\n"
    kinds = {token.type for token in tokens(page)} | {token.type for token in inline(page)}
    assert kinds <= {
        "heading_open",
        "heading_close",
        "inline",
        "paragraph_open",
        "paragraph_close",
        "text",
        "text_special",
        "code_inline",
    }
    shown = "".join(child.content for child in inline(markdown.escape(hostile)))
    wanted = " ".join(hostile.replace("\u202e", "").replace("\u200b", "").split())
    assert shown == wanted


ADDRESSES = [
    "www.evil.example", "https://evil.example/x", "http://evil", "ftp://evil.example", "HTTP://EVIL.EXAMPLE", "//evil.com",
    "me@evil.example", "a.b+c_d@evil.example", "mailto:me@evil.com", "xmpp:me@evil.com/x", "evil.com", "evil.co.uk/path?q=1",
    "README.md", "cs.AI", "例子.com", "www.例子.com", "https://例子.com/路", "me@例子.com", "xn--fsqu00a.com", "NDCG@10.In",
    "http://localhost:80/", "//localhost/x", "WWW.EVIL.COM", "awww.evil.com", "x" * 100 + "@evil.com", "evil.com.", "a_b@c_d.com",
    "https://evil.example/`x`", "http://me:you@evil.com", "https://[::1]/", "evil\uff0ecom", "me@evil.com@evil.com", "a\\@evil.com",
]  # fmt: skip
AROUND = [
    "{}",
    "见 {}。",
    "位于{}的服务器",
    "({})",
    "**{}**",
    "[{}]({})",
    "<{}>",
    "_{}_",
    "~{}~",
    "{} {}",
    "“{}”",
    "x{}",
    "`{}",
    "{}\\",
]


@pytest.mark.parametrize("around", AROUND)
@pytest.mark.parametrize("address", ADDRESSES)
def test_a_bare_address_is_a_link_in_no_renderer(address, around):
    text = around.replace("{}", address)
    for place in (text, f"# {text}", f"- {text}", f"| {text} |\n| --- |\n| {text} |"):
        page = place.replace(text, markdown.escape(text))
        for html in rendered(page):
            assert "<a " not in html and "href" not in html
    shown = [re.sub(r"<[^>]+>", "", html).strip() for html in rendered(markdown.escape(text))]
    assert shown == [escape_html(text)] * 2


def rendered(page):
    """What the renderers with the dialect of GitHub make of a page: cmark-gfm, and markdown-it with linkify."""
    github = cmarkgfm.github_flavored_markdown_to_html(page, options=cmarkgfm.cmark.Options.CMARK_OPT_UNSAFE)
    return [MarkdownIt("gfm-like").render(page), github]


def test_a_page_of_hostile_text_has_our_links_alone():
    bad = "see www.evil.com, https://evil.com/x, me@evil.com, evil.com and [x](https://evil.com)"
    paper = replace(PAPER, title=bad, authors=(bad, bad), categories=("cs.CL", "evil.com", bad))
    claim = Claim("abstract", f"见 {bad}。", (1,), (2,), "supported")
    figure = PlacedFigure("Figure 2 www.evil.com", bad, 3, "abstract", "figures/figure-2.png")
    value = digest(
        paper=paper, title_zh=bad, left_out=(bad,), figures=(figure,), claims=(claim,),
    )  # fmt: skip
    page = issue_pages(bad, [Placed(value, "papers/x/")], "后记")[0]
    for html in [*rendered(page), *rendered(markdown.page(value))]:
        links = re.findall(r'href="([^"]*)"', html)
        assert links and {link.partition("#")[0] for link in links} <= {"", PAPER.url, PAPER.pdf_url}


@pytest.mark.parametrize("title", HOSTILE)
def test_a_hostile_title_stays_in_its_heading(title):
    page = markdown.page(digest(paper=replace(PAPER, title=title, authors=(title,))))
    headings = [tokens(page)[n + 1].content for n, t in enumerate(tokens(page)) if t.type == "heading_open"]
    assert headings[1:] == ["摘要", "实验效果", "推荐阅读指数"] and len(headings) == 4
    links = [child.attrs["href"] for child in inline(page) if child.type == "link_open"]
    assert links == [PAPER.url]
    assert not [child for child in inline(page) if child.type in ("image", "html_inline")]


def test_a_claim_links_to_its_pages_before_the_full_stop():
    claim = Claim("results", "困惑度为 9.84。", (17, 18, 40), (7, 7, 12), "supported")
    text = markdown.claim_text(claim, PAPER)
    assert text == (
        "困惑度为 9.84\u2060\\[[p7](https://arxiv.org/pdf/2410.11988v1#page=7),"
        "[12](https://arxiv.org/pdf/2410.11988v1#page=12)\\]。"
    )
    assert markdown.claim_text(Claim("r", "见“结论。”", (1,), (0,), "supported"), PAPER) == (
        "见“结论\u2060\\[[abs](https://arxiv.org/abs/2410.11988v1)\\]。”"
    )


def test_sections_are_paragraphs_or_bullets_and_never_empty():
    claims = tuple(
        Claim(section, f"第 {n} 句。", (1,), (1,), "supported", item=n // 2)
        for section in ("abstract", "results")
        for n in range(4)
    )
    value = digest(claims=claims)
    assert markdown.section_text(value, "results").count("\n- ") == 1
    assert markdown.section_text(value, "abstract").count("\n\n") == 1
    assert markdown.section_text(digest(claims=()), "results") == f"{words.NOTHING}。"


def test_a_section_that_lost_its_sentences_does_not_say_that_the_paper_is_silent():
    lost = tuple(Omission("results", text, "unsupported", "") for text in ("甲。", "乙。"))
    repeated = (Omission("abstract", "丙。", "repeat", ""),)
    page = markdown.page(digest(claims=(), omitted=(*lost, *repeated)))
    assert "未能核对，已略去 2 句。" in page and "与其他各节重复，已略去 1 句。" in page and words.NOTHING not in page
    assert page.endswith("；2 句因原文不支持而略去；1 句因与前文重复而略去。*\n")


def test_rating_shows_stars_scores_caps_and_weakness():
    scores = {"novelty": 3, "rigour": 2, "evidence": 3, "usefulness": 3, "reproducibility": 1}
    text = markdown.rating_text(Stars(3, scores, {"novelty": "首次"}, ("rigour",)), "只测了一种语言。")
    assert (
        text.startswith("★★★☆☆\n")
        and "- 严谨性 2/4\n" in text
        and "- 新颖性 3/4：首次\n" in text
        and words.CAPS["rigour"] in text
    )
    assert text.endswith("主要不足：只测了一种语言。")
    assert markdown.rating_text(Stars(None, withheld="hidden text"), "").startswith(words.NOT_RATED)


def test_figures_stand_in_their_section_with_caption_and_page():
    figure = PlacedFigure("Figure 2", "整体结构。", 3, "abstract", "figures/figure-2.png")
    page = markdown.page(digest(figures=(figure,)))
    assert page.index("## 摘要") < page.index("![图 2](figures/figure-2.png)") < page.index("## 实验效果")
    assert "图 2：整体结构。（[原文第 3 页](https://arxiv.org/pdf/2410.11988v1#page=3)）" in page
    hidden = markdown.page(digest(figures=(replace(figure, file=""),)))
    assert "![" not in hidden and words.FIGURE_NOT_SHOWN in hidden


def test_an_issue_has_contents_whose_anchors_exist_and_an_afterword():
    second = digest(paper=replace(PAPER, id="hep-th/9901001v2", title="Second"), title_zh="第二篇")
    page = issue_pages(
        "最新研究进展-2024-10-21", [Placed(digest(), "papers/2410.11988v1/"), Placed(second, "papers/x/")], "后记"
    )[0]
    links = [child.attrs["href"] for child in inline(page) if child.type == "link_open"]
    for anchor in (link[1:] for link in links if link.startswith("#")):
        assert f'<a id="{anchor}"></a>' in page
    assert [t.content for n, t in enumerate(tokens(page)) if t.type == "inline" and tokens(page)[n - 1].tag == "h2"] == [
        words.CONTENTS, "1. 结构化剪枝", "2. 第二篇", words.AFTERWORD,
    ]  # fmt: skip


def test_links_of_a_local_pdf_lead_from_the_issue_to_the_papers_folder():
    local = replace(PAPER, id="pdf-0123456789ab", url="", pdf_url="paper.pdf")
    value = digest(paper=local, claims=(Claim("abstract", "甲。", (1,), (2,), "supported"),))
    assert "](paper.pdf#page=2)" in markdown.page(value)
    assert "](papers/a/paper.pdf#page=2)" in issue_pages("t", [Placed(value, "papers/a/")], "")[0]


@pytest.mark.parametrize(
    ("basis", "word"), [("extract", words.DRAFT), ("abstract", words.ABSTRACT_ONLY), ("full text", words.LINK)]
)
def test_what_a_digest_is_based_on_is_said_at_the_top(basis, word):
    page = markdown.page(digest(basis=basis))
    assert word in page.split("## 摘要")[0]
    assert (words.DRAFT in page) == (basis == "extract")


def test_a_long_issue_is_split_and_numbered_through():
    placed = [Placed(digest(paper=replace(PAPER, id=f"2401.0000{n}v1"), title_zh=f"T{n}"), "") for n in range(5)]
    first, second = issue_pages("进展-2024-10-01", placed, "完", parts=2)
    assert first.startswith("# 进展-2024-10-01（上）") and second.startswith("# 进展-2024-10-01（下）")
    assert "## 3. T2" in first and "## 4. T3" in second and "## 4. T3" not in first
    assert [p.splitlines()[0][-3:] for p in issue_pages("x", placed, "", parts=3)] == ["（上）", "（中）", "（下）"]
    assert len(issue_pages("x", placed, "", parts=9)) == 5


def test_a_pick_is_one_paragraph_with_the_link_last():
    value = digest(
        layout="pick",
        headings={"summary": ""},
        kinds={"summary": "prose"},
        claims=said(summary="一段话。"),
        rating=None,
    )
    page = issue_pages("每周精选", [Placed(value, "")], "完")[0]
    assert "**1. 结构化剪枝**\n\n一段话。\n\n链接：[DISP-LLM: Pruning](https://arxiv.org/abs/2410.11988v1)" in page
    assert words.CONTENTS not in page and words.PICKS.format(count=1) in page


def test_a_reading_list_entry_has_chinese_title_picture_affiliation_link_text():
    value = digest(
        layout="list", headings={"affiliations": "机构", "summary": ""},
        kinds={"affiliations": "line", "summary": "prose"}, claims=said(affiliations="Samsung Research", summary="一段话。"),
        figures=(PlacedFigure("Figure 1", "图。", 3, "summary", "figures/figure-1.png"),),
    )  # fmt: skip
    page = markdown.page(value)
    order = [
        "# 结构化剪枝",
        "DISP-LLM: Pruning",
        "![图 1]",
        "机构：Samsung Research",
        "原文：<https://arxiv.org/abs/2410.11988v1>",
        "一段话。",
    ]
    assert [page.index(part) for part in order] == sorted(page.index(part) for part in order)
    assert page.count("![") == 1


def test_tables_steps_equations_and_limits_are_set_as_what_they_are():
    kinds = {"gist": "gist", "model": "steps", "results": "tables", "conclusions": "points", "limits": "limits"}
    headings = {"gist": "", "model": "算法模型", "results": "实验效果", "conclusions": "重要数据与结论", "limits": ""}
    claims = (
        Claim("gist", "一句话。", (1,), (1,), "supported"),
        Claim("model", "先算 $x_i$ 的和。", (2,), (4,), "supported"),
        Claim("model", "$x_i$ 是输入。", (3,), (4,), "supported", part="explain"),
        Claim("model", "再训练。", (2,), (4,), "supported", item=1),
        Claim("results", "B 更好。", (4,), (5, 7), "supported"),
        Claim("conclusions", "够用。", (5,), (8,), "supported"),
        Claim("limits", "没有方差。", (), (), "supported", part="unreported"),
    )
    table = PlacedTable(
        "Table 2", 5, "results", 0, "Model", ("EM | ↑",), (PlacedRow("A", ("61",)), PlacedRow("B", ("63",))), ((1, 0),)
    )
    equation = PlacedEquation("E1", "(3)", 4, "model", 0, r"L=\sum_i x_i \tag{3} < 1")
    value = digest(headings=headings, kinds=kinds, claims=claims, tables=(table,), equations=(equation,), rating=None)
    page = markdown.page(value)
    assert page.startswith("# 结构化剪枝\n\n**DISP-LLM: Pruning**\n\n> 一句话\u2060\\[[p1](")
    assert "| Model | EM \\| ↑ |\n| --- | --- |\n| A | 61 |\n| B | **63** |" in page
    assert "$$\n   L=\\sum_i x_i \\tag{3} \\lt  1\n   $$" in page and "原文式 (3)" in page
    assert "1. 先算 $x_i$ 的和" in page and "\n2. 再训练" in page
    assert (
        "B 更好\u2060\\[[p5](https://arxiv.org/pdf/2410.11988v1#page=5),[7](https://arxiv.org/pdf/2410.11988v1#page=7)\\]。"
        in page
    )
    order = ["- 够用", "\n\n**局限**\n\n", "- 没有方差（未报告）。", "*核查："]
    assert [page.index(part) for part in order] == sorted(page.index(part) for part in order)
    assert page.count("## ") == 3, "gist and limits have no heading of their own"


def test_a_gist_that_was_left_out_is_not_missed() -> None:
    kinds, headings = {"gist": "gist", "results": "points"}, {"gist": "", "results": "结果"}
    left = Omission("gist", "快十倍。", "unsupported", "十倍: not in what is cited")
    page = markdown.page(
        digest(kinds=kinds, headings=headings, claims=said(results="够用。"), omitted=(left,), rating=None)
    )
    assert "> " not in page and "略去" in page.rpartition("\n\n")[2], "the last line alone says that it was"


def test_a_composed_table_says_which_tables_it_is_from_and_a_written_row_which_page() -> None:
    rows = (PlacedRow("A", ("61", "–"), (4, 9)), PlacedRow("人类", ("93", "–"), claim=1))
    table = PlacedTable(
        "Table 2", 5, "results", 0, "方法", ("EM", "F1"), rows, partial=True, title="问答的 EM", also=(("Table 3", 7),)
    )
    said = Claim("results", "方法：人类；EM：93", (8,), (2,), "supported", row=1)
    kinds = {"results": "tables"}
    page = markdown.page(
        digest(kinds=kinds, headings={"results": "结果"}, tables=(table,), claims=(said,), rating=None)
    )
    link = "https://arxiv.org/pdf/2410.11988v1#page="
    assert f"**问答的 EM**（据原文表 2、表 3，节选\u2060\\[[p5]({link}5),[7]({link}7)\\]）：" in page
    assert f"| A | 61 | – |\n| 人类 | 93 | –\u2060\\[[p2]({link}2)\\] |" in page
    assert "方法：人类" not in page, "a written row is no sentence"


@pytest.mark.parametrize(("others", "led"), [(["很慢：要排队。"], True), (["要排队。", "很慢。"], False)])
def test_words_that_lead_in_are_bold_where_most_items_of_a_list_have_them(others: list[str], led: bool) -> None:
    texts = ["很贵：要显卡。", *others]
    claims = tuple(Claim("points", text, (n,), (1,), "supported", item=n) for n, text in enumerate(texts))
    page = markdown.page(digest(kinds={"points": "points"}, headings={"points": "问题"}, claims=claims, rating=None))
    assert ("**很贵**：要显卡" in page) is led and ("- 很贵：要显卡" in page) is not led


def test_limits_without_a_heading_are_led_in_where_there_are_any():
    kinds, headings = {"conclusions": "points", "limits": "limits"}, {"conclusions": "结论", "limits": ""}
    limit = Claim("limits", "没有方差。", (), (), "supported", part="unreported")
    without = markdown.page(digest(kinds=kinds, headings=headings, claims=said(conclusions="够用。"), rating=None))
    under_heading = digest(kinds=kinds, headings=headings | {"limits": "局限"}, claims=(limit,), rating=None)
    assert words.LIMITS_LEAD_IN not in without
    assert "**局限**" not in markdown.page(under_heading) and "## 局限" in markdown.page(under_heading)


def test_exponents_of_a_table_are_raised_but_not_those_of_its_formulas():
    row = PlacedRow("lr 10^{-3}", ("2.3·10^19", "$10^3$", "x^n", "a^2b"))
    table = PlacedTable("Table 2", 5, "results", 0, "", ("chars (×10^3)", "10^−6", "e", "f"), (row,))
    kinds = {"results": "tables"}
    page = markdown.page(digest(kinds=kinds, headings={"results": "结果"}, tables=(table,), claims=(), rating=None))
    assert "| chars (×10³) | 10⁻⁶ | e | f |" in page and "| lr 10⁻³ | 2.3·10¹⁹ | $10^3$ | x^n | a^2b |" in page


@pytest.mark.parametrize(
    "math",
    [r"\href{https://evil.com}{x}", "https://evil.com", "www.evil.com", r"\htmlClass{a}{b}", r"x](https://evil.com)[y", "<img src=x>", r"\def\x{1}", "`x`", "a*b*c"],
)  # fmt: skip
def test_a_formula_does_nothing_but_show_a_formula(math):
    value = digest(claims=said(abstract=f"设 ${math}$ 为 $y$。"))
    for html in rendered(markdown.page(value)):
        assert (
            "<img" not in html
            and "<code>x</code>" not in html.replace("$<code>x</code>$", "")
            and html.count("<em>") == 1
        )
        links = {link.partition("#")[0] for link in re.findall(r'href="([^"]*)"', html)}
        assert links <= {"", PAPER.url, PAPER.pdf_url}


def test_facts_are_one_line_with_venue_licence_and_code():
    paper = replace(
        PAPER, authors=("A", "B", "C", "D"), published="2024-10-15T18:47:12Z", comment="Accepted at NeurIPS 2024, 20 pages",
        license="http://creativecommons.org/licenses/by-nc-sa/4.0/",
    )  # fmt: skip
    page = markdown.page(digest(paper=paper, code="https://github.com/a/b"))
    assert (
        "作者：A、B、C 等 4 人 · 2024-10-15 · `cs.CL` · NeurIPS 2024 · CC BY-NC-SA 4.0 · [代码](https://github.com/a/b)  \n"
        in page
    )


def test_the_last_line_says_what_was_checked_by_whom():
    read = Reading("supported", "none", "words of the paper")
    claims = (
        Claim("abstract", "甲。", (1,), (1,), "supported", reader=read, decision="agreed"),
        Claim("results", "乙没有报告。", (), (), "supported"),
    )
    last = markdown.page(digest(claims=claims)).splitlines()[-1]
    assert last == (
        "*核查：1 句均注明原文页码，2 个数字与所引原文一致；1 句说的是原文没有写的，已查过全文；1 句由模型对照原文读过第二遍。*"
    )


def test_the_title_of_a_table_has_its_formulas_set() -> None:
    table = PlacedTable("Table 2", 5, "results", 0, "", ("e",), (PlacedRow("a", ("1",)),), title="误差 $x_1$，<b>")
    assert markdown.table_text(table, PAPER).startswith(r"**误差 $x_1$，\<b\>**（")
