"""Formulas without MathML: letters where these will do, else a picture that stands on the line."""

import pymupdf
import pytest

from summarizer.export.formulas import formula_picture, formula_runs


def spelled(latex: str) -> str:
    """Scripts after ^ and _, what is slanted between slashes, what is bold between stars, thin spaces as spaces."""
    marks = {"": "", "sub": "_", "sup": "^"}
    runs = formula_runs(latex)
    told = (f"*{r.text}*" if r.bold else f"/{r.text}/" if r.italic else r.text for r in runs)
    return "".join(marks[r.script] + text for r, text in zip(runs, told, strict=True)).replace("\u2009", " ")


@pytest.mark.parametrize(
    ("latex", "expected"),
    [
        ("n", "/n/"), ("x_i^2", "/x/_/i/^2"), ("O(\\log N)", "/O/(log /N/)"), ("10^{-3}", "10^−^3"),
        (r"\theta_{\text{old}}", "/θ/_old"), ("p<0.05", "/p/ < 0.05"), (r"f(x,y)=\max(0,x)", "/f/(/x/, /y/) = max (0, /x/)"),
        (r"\mathcal{L}", "ℒ"), (r"\mathbf{W}\boldsymbol{\theta}_i", "*W**θ*_/i/"), (r"\beta \ne \Omega", "/β/ ≠ Ω"),
    ],
)  # fmt: skip
def test_a_formula_in_one_line_is_letters_with_scripts(latex, expected):
    assert spelled(latex) == expected


@pytest.mark.parametrize(
    "latex", [r"\frac{a}{b}", r"\sqrt{d_k}", r"\sum_{i=1}^n x_i", r"a^{b_c}", r"\hat{x}", r"\mathbb{E}[x]"]
)
def test_a_formula_in_two_dimensions_is_a_picture_on_the_line(latex):
    assert formula_runs(latex) == ()
    inline, block = formula_picture(latex, block=False), formula_picture(latex, block=True)
    for picture in (inline, block):
        pixmap = pymupdf.Pixmap(picture.png)
        assert pixmap.width / pixmap.height == pytest.approx(picture.width / picture.height, rel=0.05)
        assert min(pixmap.samples) < 60 and 0 < picture.depth < picture.height
    assert inline.height <= block.height


def test_sides_of_aligned_equations_meet_at_their_sign():
    """The first column ends, and the second begins, where the sign stands."""
    picture = formula_picture(r"\begin{aligned}a&=b\\ccccc&=d\end{aligned}", block=True)
    pixmap = pymupdf.Pixmap(picture.png)
    half = pixmap.height // 2
    rows = [pixmap.samples[y * pixmap.stride : y * pixmap.stride + pixmap.width] for y in range(half)]
    leftmost = min(x for row in rows for x, value in enumerate(row) if value < 128)
    assert leftmost > pixmap.width / 4  # the short side is at the right of its column


@pytest.mark.parametrize("latex", [r"\mbox{\it EQ\/}", r"\text{准确率}=\frac{1}{N}", r"\frac{a}{", "x" * 3000])
def test_what_cannot_be_drawn_is_not_drawn(latex):
    assert formula_picture(latex, block=True) is None


def test_signs_of_html_are_none_of_xml():
    assert spelled("a<b") == "/a/ < /b/" and formula_picture(r"\frac{a}{b}<\log\frac{c}{d}", block=True) is not None
