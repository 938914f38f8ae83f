import pytest

from summarizer.pdf.page.pages import Line
from summarizer.pdf.text.sentences import PaperWords, is_address_cut, join_lines, places_of, split_sentences

CASES = [
    ("We use e.g. BERT. It works.", ["We use e.g. BERT.", "It works."]),
    (
        "Smith et al. (2020) report 28.4 BLEU. See Fig. 3 and Sec. 2.",
        ["Smith et al. (2020) report 28.4 BLEU.", "See Fig. 3 and Sec. 2."],
    ),
    ("Is it so? Yes! We think so.", ["Is it so?", "Yes!", "We think so."]),
    ("The loss is 0.5. 3 runs were made.", ["The loss is 0.5.", "3 runs were made."]),
    ("J. Smith wrote it, i.e. the code.", ["J. Smith wrote it, i.e. the code."]),
    ("Results (cf. Table 2) hold. “Quoted.” Then more.", ["Results (cf. Table 2) hold.", "“Quoted.”", "Then more."]),
    ("我们提出一种方法。它更快。", ["我们提出一种方法。", "它更快。"]),
    ("Proof. It follows from Theorem 2. It is short.", ["Proof. It follows from Theorem 2.", "It is short."]),
    ("See it in A&A 546. arXiv:1209.1896 has more.", ["See it in A&A 546. arXiv:1209.1896 has more."]),
    ("no capital after this. and so on", ["no capital after this. and so on"]),
]


@pytest.mark.parametrize(("text", "sentences"), CASES)
def test_sentences(text: str, sentences: list[str]) -> None:
    assert [text[start:end] for start, end in split_sentences(text)] == sentences


@pytest.mark.parametrize(
    ("text", "following", "cut"),
    [
        ("The code is at https://github.", "com/name/code for everybody.", True),
        ("The code is at https://github.com/name/", "code and the data elsewhere.", True),
        ("The code is at https:", "//github.com/name/code", True),
        ("9https://huggingface.co/name/", "tk-instruct", True),
        ("The code is at https://github.com/name/my-", "code.", True),
        ("The code is at https://github.com/name", "/code.", True),
        ("It is described at https://example.org/paper.", "We thank everybody.", False),
        ("It is described at https://example.org/paper.", "this is no sentence.", False),
        ("It is described at https://example.org/paper", "and elsewhere.", False),
        ("It ends in a hyphen-", "ated word", False),
    ],
)
def test_an_address_goes_on_in_the_next_line_where_it_looks_cut(text: str, following: str, cut: bool) -> None:
    assert is_address_cut(text, following) is cut


@pytest.mark.parametrize(
    ("address", "cut"), [("https://example.org/alpaca", True), ("https://example.org/", False), ("mailto:a@b.c", True)]
)
def test_a_link_decides_where_an_address_ends(address: str, cut: bool) -> None:
    assert is_address_cut("See https://example.org/", "alpaca for more.", [address]) is cut


def _line(text: str, page: int, top: float) -> Line:
    return Line(page, 0, (72, top, 72 + 5 * len(text), top + 10), [], text)


def test_a_sentence_over_a_page_break_is_on_the_page_with_most_of_it() -> None:
    lines = [_line("All is well. Throughput", 1, 700), _line("stays within a small margin of the old one.", 2, 72)]
    text, starts = join_lines(lines, PaperWords([]))
    most, places = places_of(lines, starts, text.index("Throughput"), len(text))
    assert most.page == 2
    assert [place.page for place in places] == [1, 2]
    assert places[1].bbox == lines[1].box


def test_a_sentence_over_a_column_break_has_two_places_on_its_page() -> None:
    lines = [_line("It goes on in", 1, 700), _line("the next column.", 1, 72)]
    text, starts = join_lines(lines, PaperWords([]))
    most, places = places_of(lines, starts, 0, len(text))
    assert [place.bbox for place in places] == [lines[0].box, lines[1].box]
    assert most.bbox == lines[1].box


def test_a_sentence_in_one_piece_has_no_further_places() -> None:
    lines = [_line("It is here", 1, 72), _line("and only here.", 1, 84)]
    text, starts = join_lines(lines, PaperWords([]))
    most, places = places_of(lines, starts, 0, len(text))
    assert places == ()
    assert most.bbox == (72, 72, 142, 94)
