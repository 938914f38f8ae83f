"""Formulas from the places of their signs, and fonts of signs from the names of their glyphs."""

from collections.abc import Callable

import pymupdf
import pytest

from summarizer.pdf import parse_pdf
from summarizer.pdf.page.glyphs import Glyph
from summarizer.pdf.text.formula import linear

Box = tuple[float, float, float, float]


class Formula:
    """Signs as a typesetter puts them: on a baseline, raised, lowered, over and under a rule."""

    def __init__(self) -> None:
        self.glyphs: list[Glyph] = []
        self.rules: list[Box] = []
        self.x = 100.0

    def put(self, text: str, base: float = 100, size: float = 10, upright: bool = False, gap: float = 0) -> "Formula":
        self.x += gap
        for letter in text:
            box = (self.x, base - 0.7 * size, self.x + 0.5 * size, base)
            self.glyphs.append(Glyph(letter, box, base, size, upright))
            self.x += 0.5 * size
        return self

    def raised(self, text: str) -> "Formula":
        return self.put(text, 96, 7)

    def lowered(self, text: str) -> "Formula":
        return self.put(text, 102, 7)

    def back(self, points: float) -> "Formula":
        self.x -= points
        return self

    def large(self, sign: str, below: str, above: str) -> "Formula":
        """A sign of 14 points that hangs from 10 points over the baseline, with its limits."""
        self.glyphs.append(Glyph(sign, (self.x, 90.5, self.x + 14, 104.5), 90.5, 10))
        for text, base in ((below, 112), (above, 88)):
            start = self.x
            self.x += 7 - 1.75 * len(text)
            self.put(text, base, 7)
            self.x = start
        self.x += 15
        return self

    def fraction(self, over: str, under: str) -> "Formula":
        self.x += 1.2
        start, width = self.x, 5.0 * max(len(over), len(under))
        for text, base in ((over, 93), (under, 107)):
            self.x = start + (width - 5 * len(text)) / 2
            self.put(text, base)
        self.x = start + width + 1.2
        self.rules.append((start, 97.3, start + width, 97.7))
        return self

    def fence(self, sign: str, top: float, bottom: float) -> "Formula":
        self.glyphs.append(Glyph(sign, (self.x, top, self.x + 5, bottom), top, 10))
        self.x += 6
        return self

    def read(self) -> str:
        return linear(self.glyphs, self.rules)[0]


def test_indices_are_below_and_above_what_they_follow() -> None:
    assert Formula().put("a").lowered("ij").put("+", gap=3).put("x", gap=3).raised("2").read() == "a_{ij} + x^2"


def test_both_indices_of_one_sign_may_stand_over_each_other() -> None:
    formula = Formula().put("x").lowered("t").back(3.5).raised("2").put("y")
    assert formula.read() == "x_t^2y"


def test_a_sum_has_its_limits_in_order() -> None:
    assert Formula().large("∑", "k=1", "N").put("a").lowered("k").read() == "sum_{k=1}^N a_k"


def test_neighbouring_sums_keep_their_own_limits() -> None:
    formula = Formula().large("∑", "i=1", "n").large("∏", "j=1", "m").put("x")
    assert formula.read() == "sum_{i=1}^n prod_{j=1}^m x"


@pytest.mark.parametrize(
    ("over", "under", "text"),
    [("a", "b", "a/b"), ("a+b", "c", "(a+b)/c"), ("1", "2n", "1/(2n)"), ("f(x)", "n", "f(x)/n")],
)
def test_a_fraction_has_brackets_where_it_needs_them(over: str, under: str, text: str) -> None:
    assert Formula().fraction(over, under).read() == text


def test_a_fraction_is_set_apart_from_what_follows() -> None:
    assert Formula().put("y").put("=", gap=3).fraction("1", "n").put("x").read() == "y = 1/n x"


def test_a_root_reaches_as_far_as_its_rule() -> None:
    formula = Formula()
    formula.glyphs.append(Glyph("√", (100, 91, 108, 103), 91, 10))
    formula.x = 108
    formula.put("ab").rules.append((108, 91, 118, 91.4))
    assert formula.put("c").read() == "sqrt(ab)c"


def test_limits_of_words_are_under_them() -> None:
    formula = Formula().put("arg", upright=True).put("min", upright=True, gap=1.8)
    middle = (formula.glyphs[0].box[0] + formula.glyphs[-1].box[2]) / 2
    formula.glyphs.append(Glyph("θ", (middle - 2, 103, middle + 2, 108), 108, 7))
    assert formula.put("L", gap=2).read() == "arg min_θ L"


def test_rows_of_cases_are_parted() -> None:
    formula = Formula().put("f").put("=", gap=3).fence("{", 84, 111)
    formula.put("1", 94).back(5).put("0", 108)
    assert formula.read() == "f = { 1; 0 }"


def test_a_fence_painted_in_pieces_is_one() -> None:
    formula = Formula().put("f")
    formula.glyphs += [Glyph(piece, (106, top, 112, top + 10), top, 10) for piece, top in (("⎛", 87), ("⎝", 97))]
    formula.x = 113
    assert formula.put("x").read() == "f(x"


def test_an_accent_is_on_its_letter() -> None:
    formula = Formula().put("a")
    formula.glyphs.append(Glyph("ˆ", (100.5, 90, 104.5, 92), 100, 10))
    assert formula.read() == "â"


def test_the_number_at_the_right_edge_is_not_part_of_the_formula() -> None:
    formula = Formula().put("E").put("=", gap=3).put("m", gap=3).put("(12)", gap=150)
    assert linear(formula.glyphs, formula.rules) == ("E = m", "(12)")


def test_nothing_is_no_formula() -> None:
    assert linear([], [(0, 0, 10, 0.4)]) == ("", "")


def _map(document: pymupdf.Document, font: int, lines: str) -> None:
    stream = document.get_new_xref()
    document.update_object(stream, "<<>>")
    cmap = f"begincmap 1 begincodespacerange <00> <FF> endcodespacerange 9 beginbfchar {lines} endbfchar endcmap"
    document.update_stream(stream, cmap.encode())
    document.xref_set_key(font, "ToUnicode", f"{stream} 0 R")


def _signs(base_font: str, differences: str, cmap: str) -> bytes:
    """A page whose font is named and encoded so; the letters A, B, C of it are painted in a line of prose."""
    document = pymupdf.open()
    page = document.new_page()
    page.insert_text(
        (72, 100), "The parameters of the model that we train here are called", fontname="helv", fontsize=10
    )
    page.insert_text((340, 100), "ABC", fontname="tiro", fontsize=10)
    (font,) = (xref for xref, _, _, name, *_ in page.get_fonts() if name == "Times-Roman")
    document.xref_set_key(font, "BaseFont", f"/{base_font}")
    document.xref_set_key(font, "Encoding", f"<</Differences[65 {differences}]>>")
    _map(document, font, cmap)
    data: bytes = document.tobytes()
    return data


@pytest.mark.parametrize(
    ("font", "names", "cmap", "text"),
    [
        ("ABCDEF+CMMI10", "/theta/pi/alpha", "<41> <2713> <42> <21E1> <43> <21B5>", "θπα"),
        ("ABCDEF+CMSY10", "/element/lessequal/multiply", "<41> <0032> <42> <F8FF> <43> <21E5>", "∈≤×"),
        ("ABCDEF+CMEX10", "/summationdisplay/parenleftbigg/u1D465", "", "∑(x"),
        ("ABCDEF+Dingbats", "/a19/a23/a20", "<41> <0013> <42> <0017>", "✓✗✔"),
    ],
)
def test_signs_are_what_their_glyphs_are_named(font: str, names: str, cmap: str, text: str) -> None:
    parsed = parse_pdf(_signs(font, names, cmap))
    assert parsed.document is not None
    assert text in "".join(passage.text for passage in parsed.document.passages)


def test_an_equation_is_an_item_with_number_place_and_picture(draft: Callable) -> None:
    paper = draft()
    prose = "The loss is the sum of all losses that are known to us, and it is written as we write it here: "
    top = paper.text(prose * 2).y
    paper.page.insert_text((230, top + 14), "a = b + g", fontsize=10, fontname="symb")
    paper.page.insert_text((520, top + 14), "(3)", fontsize=10, fontname="tiro")
    paper.y += 34
    paper.text("The terms of it are explained in the next section of this very paper. " * 3)
    parsed = parse_pdf(paper.bytes())
    assert parsed.document is not None
    (equation,) = parsed.document.equations
    assert (equation.label, equation.number, equation.text, equation.page) == ("E1", "(3)", "a = b + g", 1)
    assert equation.image in parsed.images
    (passage,) = [p for p in parsed.document.passages if p.item == "E1"]
    assert (passage.kind, passage.text) == ("equation", equation.text)
