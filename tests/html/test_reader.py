"""From LaTeXML's elements to the flow of text: sentences, formulas, notes, equations, captions, lines."""

from html_pages import cells, equation, math, page, paragraph, table

from summarizer.html.mathml import clean_tex
from summarizer.html.paper import HtmlPaper
from summarizer.html.reader import read_html

X_IN_R = math(r"x\in\mathbb{R}^{d}", "<mi>x</mi><mo>∈</mo><msup><mi>ℝ</mi><mi>d</mi></msup>")


def read(*parts: str) -> HtmlPaper:
    return read_html(page("".join(parts)))


def blocks(paper: HtmlPaper, kind: str) -> list[str]:
    return [paper.text[b.start : b.end].strip() for b in paper.blocks if b.kind == kind]


def test_formulas_are_marked_with_their_latex() -> None:
    paper = read(paragraph(f"Let {X_IN_R} be\n   given."))
    assert paper.text == "Let x∈ℝ^d be given.\n"
    (mark,) = paper.marks
    assert (paper.text[mark.start : mark.end], mark.kind, mark.tex) == ("x∈ℝ^d", "formula", r"x\in\mathbb{R}^{d}")


def test_formulas_as_one_line() -> None:
    half = math(r"\frac{1}{2}", "<mfrac><mn>1</mn><mn>2</mn></mfrac>")
    root = math(r"\sqrt{n}", "<msqrt><mi>n</mi></msqrt>")
    both = math("a_{i}^{2}", "<msubsup><mi>a</mi><mi>i</mi><mn>2</mn></msubsup>")
    prime = math("f'", "<msup><mi>f</mi><mo>′</mo></msup>")
    bold = math("𝟏𝟎", "<mn>𝟏𝟎</mn>")
    assert read(paragraph(f"{half} {root} {both} {prime} {bold}")).text.split() == ["1/2", "√n", "ai^2", "f′", "10"]


def test_latex_without_noise() -> None:
    assert clean_tex("\\displaystyle\\boxed{\\color[rgb]{0,0,1}\\mathbf{c}}") == r"\boxed{\mathbf{c}}"
    assert clean_tex("\\mbox{$|x\\rangle$}\\mapsto 2%\n  +\\displaystyle y") == r"|x\rangle\mapsto 2+y"
    assert clean_tex(r"f=\cases{1&if $\Delta(f)=2^{n-1}$.\cr 0&otherwise.\cr}") == (
        r"f=\begin{cases}1&\text{if }\Delta(f)=2^{n-1}\text{.}\\0&\text{otherwise.}\end{cases}"
    )
    assert clean_tex(r"\displaystyleness") == r"\displaystyleness"


def test_a_footnote_follows_its_paragraph() -> None:
    note = (
        '<span class="ltx_note ltx_role_footnote"><sup class="ltx_note_mark">1</sup><span class="ltx_note_content">'
        '<sup class="ltx_note_mark">1</sup><span class="ltx_tag ltx_tag_note">1</span>Measured twice.</span></span>'
    )
    paper = read(paragraph(f"It takes 40 ms{note}, less than before."), paragraph("Next."))
    assert blocks(paper, "text") == ["It takes 40 ms, less than before.", "Measured twice.", "Next."]


def test_references_are_one_mark_each() -> None:
    cite = '<cite class="ltx_cite">[<a class="ltx_ref" href="#b1">3</a>, <a class="ltx_ref" href="#b2">5</a>]</cite>'
    link = '<a class="ltx_ref ltx_href" href="https://example.org">our code</a>'
    paper = read(paragraph(f"As {cite} says, see {link}."))
    assert [(paper.text[m.start : m.end], m.kind) for m in paper.marks] == [("[3, 5]", "reference")]


def test_display_equations_keep_numbers_rows_and_groups() -> None:
    left, right = math("L", "<mi>L</mi>"), math("=1", "<mo>=</mo><mn>1</mn>")
    group = (
        '<table class="ltx_equationgroup"><tbody><tr class="ltx_equation"><td class="ltx_eqn_cell">'
        f"{left}</td><td>{right}</td></tr></tbody><tbody><tr><td></td><td>{right}</td>"
        '<td class="ltx_eqn_cell ltx_eqn_eqno">(2)</td></tr></tbody></table>'
    )
    paper = read(paragraph("So"), equation("(1)", left, right), group)
    one, two, three = paper.displays
    assert (one.number, one.cells) == ("(1)", ("L", "=1"))
    assert (two.number, two.cells) == ("", ("L", "=1"))
    assert (three.number, three.cells) == ("(2)", ("", "=1"))
    assert one.group != two.group == three.group


def test_captions_have_the_labels_of_the_pdf() -> None:
    rows = (cells("a", "b"),)
    paper = read(
        table("One.", *rows, label="Table 1"),
        table("Two.", *rows, label="Tab. II"),
        table("Three.", *rows, label="Table A.3"),
    )
    assert [f.label for f in paper.floats] == ["Table 1", "Table II", "Table A.3"]
    assert paper.text[slice(*paper.floats[0].caption)] == "Table 1: One."


def test_lines_of_an_algorithm_and_of_a_listing() -> None:
    def line(text: str) -> str:
        return f'<div class="ltx_listingline">{text}</div>'

    tag = '<span class="ltx_tag ltx_tag_listingline">1:</span>'
    paper = read(
        '<figure class="ltx_float ltx_float_algorithm"><figcaption class="ltx_caption">'
        '<span class="ltx_tag">Algorithm 1</span> Training</figcaption>'
        f'<div class="ltx_listing">{line(tag + " sample a batch")}{line("end for")}</div></figure>'
    )
    (algorithm,) = paper.floats
    assert algorithm.label == "Algorithm 1"
    assert [paper.text[a:b].strip() for a, b in algorithm.lines] == ["1: sample a batch", "end for"]
    assert blocks(paper, "code") == ["1: sample a batch", "end for"]


def test_what_was_not_converted_is_marked() -> None:
    paper = read(paragraph('We use <span class="ltx_ERROR undefined">\\mystery</span> here.'))
    assert [m.kind for m in paper.marks] == ["error"]
