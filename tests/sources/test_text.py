import pytest

from summarizer.sources.records.text import clean, detex, split_authors


@pytest.mark.parametrize(
    ("tex", "plain"),
    [
        (r"Schr{\"o}dinger Schr\"odinger Schr\"{o}dinger", "Schrödinger Schrödinger Schrödinger"),
        (r"Fran{\c{c}}ois Fran\c cois Fran{\c c}ois", "François François François"),
        (r"{\v{C}}ern\'{y} Erd\H{o}s \'{\i}v \'\i v", "Černý Erdős ív ív"),
        (r"{\O}stergaard S{\o}ren \L{}ukasz \ss{} \aa ngstrom", "Østergaard Søren Łukasz ß ångstrom"),
        (r"$\alpha$ and $\v{c}$ \textbf{x} {BERT}", r"$\alpha$ and $\v{c}$ \textbf{x} {BERT}"),
        (r"costs $5 in Montr\'eal", "costs $5 in Montréal"),
    ],
)
def test_tex_accents(tex: str, plain: str) -> None:
    assert detex(tex) == plain


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("A. One, B. Two and C. Three", ("A. One", "B. Two", "C. Three")),
        ("A. One, B. Two, and C. Three", ("A. One", "B. Two", "C. Three")),
        ("A. One (MIT, Cambridge, MA), B. Two (X (Y, Z) and W)", ("A. One", "B. Two")),
        ("A. One (1), B. Two (2) ((1) MIT, (2) CERN, and friends)", ("A. One", "B. Two")),
        ("Robert Griffiths, Jr., Sandy Anderson", ("Robert Griffiths Jr.", "Sandy Anderson")),
        ("ATLAS Collaboration: G. Aad, B. Abbott, et al.", ("ATLAS Collaboration", "G. Aad", "B. Abbott")),
        (r"M. B{\"o}hm (ETH, Z{\"u}rich) and J\'er\^ome~Noir", ("M. Böhm", "Jérôme Noir")),
        ("A. One (unclosed, B. Two", ("A. One unclosed", "B. Two")),
        ("  A.\n  One,\tB. Two\u202e ", ("A. One", "B. Two")),
        ("李 明, 王\u200b芳", ("李 明", "王芳")),
        ("", ()),
    ],
)
def test_author_lines(line: str, names: tuple[str, ...]) -> None:
    assert split_authors(line) == names


def test_only_visible_characters_are_left() -> None:
    assert clean("a\u202eb\u200b \ufeffc\ud800\x00\n\u2028 d\x1be\u00ad\u2066") == "ab c de"
    assert clean("o\u0308") == "ö"
