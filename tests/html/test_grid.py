"""Tables of a page as grids: spans, heads, groups, blocks, panels."""

from dataclasses import replace

from html_pages import cells, page, table

from summarizer.html.grid import read_grid
from summarizer.html.reader import read_html
from summarizer.html.tables import witnessed
from summarizer.pdf.tables.assembly import Grid
from summarizer.types import Row, Table


def grid(*rows: str) -> Grid:
    paper = read_html(page(table("Results.", *rows)))
    return read_grid(paper.floats[0].tables, paper)


def cell(text: str, **span: int) -> str:
    attributes = "".join(f' {name}="{n}"' for name, n in span.items())
    return f'<td class="ltx_td"{attributes}>{text}</td>'


def rows_of(found: Grid) -> list[tuple[str, ...]]:
    return [(row.label, *row.cells) for row in found.rows]


def test_heads_of_two_levels_and_labels_of_groups() -> None:
    found = grid(
        "|" + cell("Model", rowspan=2) + cell("Accuracy (%)", colspan=2) + cell("Open", rowspan=2),
        cells("dev", "test"),
        "|" + cells("Base", "71.2", "70.9", "✓"),
        cells("Ours", "74.4", "73.8", "✗"),
        cell("<em>Large models</em>", colspan=4),
        cells("Base", "79.1", "–", "✓"),
        cells("Ours", '81.0<sup class="ltx_sup">†</sup>', "80.2", "✗"),
    )
    assert found.corner == "Model"
    assert found.columns == ("Accuracy (%) / dev", "Accuracy (%) / test", "Open")
    assert rows_of(found) == [
        ("Base", "71.2", "70.9", "✓"),
        ("Ours", "74.4", "73.8", "✗"),
        ("Large models / Base", "79.1", "–", "✓"),
        ("Large models / Ours", "81.0†", "80.2", "✗"),
    ]


def test_a_remark_across_columns_stands_once_and_a_value_in_each() -> None:
    found = grid(
        "|" + cells("Model", "N", "d", "BLEU"),
        "|" + cells("base", "6", "512", "25.8"),
        cell("(E)") + cell("learned positions instead of sinusoids", colspan=2) + cell("25.7"),
        cell("shared") + cell("256", colspan=2) + cell("24.5"),
    )
    assert rows_of(found)[1:] == [
        ("(E)", "learned positions instead of sinusoids", "", "25.7"),
        ("shared", "256", "256", "24.5"),
    ]


def test_groups_beside_the_rows_and_empty_cells() -> None:
    found = grid(
        "|" + cells("Data", "Model", "F1", "EM"),
        "|" + cell("SQuAD", rowspan=2) + cells("Base", "80.1", ""),
        cells("Ours", "", "75.0"),
        "|" + cells("NQ", "Base", "40.2", "31.0"),
        cells("", "Ours", "44.0", "35.5"),
    )
    assert found.corner == "Data / Model"
    assert rows_of(found) == [
        ("SQuAD / Base", "80.1", ""),
        ("SQuAD / Ours", "", "75.0"),
        ("NQ / Base", "40.2", "31.0"),
        ("NQ / Ours", "44.0", "35.5"),
    ]


def test_a_partial_rule_ends_no_heads_and_an_empty_column_is_none() -> None:
    ruled = cells("", "EN-DE", "EN-FR").replace('class="ltx_td"', 'class="ltx_td ltx_border_t"')
    found = grid(
        cell("Model", rowspan=2) + cell("", rowspan=2) + cell("BLEU", colspan=2),
        ruled.partition("</td>")[2],
        "|" + cells("Base", "", "27.3", "38.1"),
        cells("Big", "", "28.4", "41.8"),
    )
    assert found.columns == ("BLEU / EN-DE", "BLEU / EN-FR")
    assert rows_of(found) == [("Base", "27.3", "38.1"), ("Big", "28.4", "41.8")]


def test_a_head_in_two_lines_is_one() -> None:
    found = grid(cells("Layer", "Sequential", "Path"), cells("", "Operations", "Length"), "|" + cells("Conv", "1", "2"))
    assert found.columns == ("Sequential Operations", "Path Length")


def test_heads_that_come_again_begin_a_block_with_its_own() -> None:
    found = grid(
        "|" + cells("Method", "SQuAD", "NQ"),
        "|" + cells("Ours", "23.6", "31.0"),
        "|" + cells("Method", "MuSiQue", "HotpotQA"),
        "|" + cells("Ours", "12.5", "40.1"),
    )
    assert found.columns == ("SQuAD", "NQ", "MuSiQue", "HotpotQA")
    assert rows_of(found) == [("Ours", "23.6", "31.0", "", ""), ("Ours", "", "", "12.5", "40.1")]


def test_macros_that_were_not_converted_are_no_words() -> None:
    macro = '<span class="ltx_ERROR undefined">\\makecell</span>'
    found = grid("|" + cells("Model", f"{macro}mAP (0.75)"), "|" + cells("Ours", "0.88"))
    assert found.columns == ("mAP (0.75)",)


def test_spans_that_reach_too_far_are_cut() -> None:
    found = grid("|" + cells("a", "b"), "|" + cell("x", rowspan=99_999_999) + cells("1"), cells("2"))
    assert rows_of(found) == [("x", "1"), ("x", "2")]
    wide = grid(*(cell("x", colspan=100) * 100 for _ in range(100)))
    assert wide == Grid()


def test_a_tabular_within_a_line_has_spans_for_cells() -> None:
    def row(*cells: str) -> str:
        return f'<span class="ltx_tr">{"".join(cells)}</span>'

    def inline(text: str, more: str = "") -> str:
        return f'<span class="ltx_td {more}">{text}</span>'

    head = row(inline("Batch"), inline("Time", "ltx_colspan ltx_colspan_2"))
    body = row(inline("1"), inline("12"), inline("15")) + row(inline("8"), inline("40"), inline("44"))
    tabular = (
        f'<span class="ltx_tabular"><span class="ltx_thead">{head.replace("ltx_td", "ltx_td ltx_th_column")}</span>'
        f'<span class="ltx_tbody">{body}</span></span>'
    )
    caption = '<figcaption class="ltx_caption"><span class="ltx_tag">Table 1: </span>Speed.</figcaption>'
    paper = read_html(page(f'<figure class="ltx_table">{caption}<span class="ltx_p">{tabular}</span></figure>'))
    found = read_grid(paper.floats[0].tables, paper)
    assert (found.corner, found.columns) == ("Batch", ("Time", "Time"))
    assert rows_of(found) == [("1", "12", "15"), ("8", "40", "44")]


def test_a_rule_ends_what_is_under_a_title_and_cut_words_are_mended() -> None:
    found = grid(
        "|" + cells("", 'Sub-<span class="ltx_p">quadratic</span>', "Score"),
        "|" + cell("<em>Summaries</em>", colspan=3),
        cells("QMSum", "yes", "25.1"),
        cells("SummScreen", "no", "24.4"),
        "|" + cells("Average", "", "24.7"),
    )
    assert found.columns == ("Subquadratic", "Score")
    assert [row.label for row in found.rows] == ["Summaries / QMSum", "Summaries / SummScreen", "Average"]


def test_a_title_right_below_another_is_within_it_and_so_are_those_that_are_set_like_it() -> None:
    found = grid(
        "|" + cells("", "EM", "F1"),
        "|" + cells("<em>340M params</em>", "", ""),
        cells("window = 64", "", ""),
        cells("RoPE", "20.0", "28.4"),
        cells("window = 1024", "", ""),
        cells("RoPE", "34.0", "37.1"),
        "|" + cells("<em>1.3B params</em>", "", ""),
        cells("window = 64", "", ""),
        cells("RoPE", "31.9", "31.2"),
    )
    sizes = ("340M params / window = 64", "340M params / window = 1024", "1.3B params / window = 64")
    assert [row.label for row in found.rows] == [f"{size} / RoPE" for size in sizes]


def test_levels_that_the_pdf_alone_has_come_before_the_label_of_the_page() -> None:
    paper = read_html(page(table("Results.", "|" + cells("Model", "EM"), "|" + cells("Transformer++", "1.5"),
                                 "|" + cells("window ×2", "2.5"))))  # fmt: skip
    rows = (Row("340M / Transformer++", ("1.5",)), Row("340M / HQLT / window ×2", ("2.5",)))
    read = Table("Table 1", "Results.", 1, (0, 0, 9, 9), None, "Model", ("EM",), rows, sure=True)
    own = witnessed(read, (), paper.floats[0], paper)
    assert own is not None
    assert [row.label for row in own.rows] == [row.label for row in rows]
    unsure = witnessed(replace(read, sure=False), (), paper.floats[0], paper)
    assert unsure is not None
    assert [row.label for row in unsure.rows] == ["Transformer++", "window ×2"]
