"""The steps that find headings without numbers, each alone."""

import pytest

from summarizer.pdf.headings.candidates import Candidate, TextStyle
from summarizer.pdf.headings.unnumbered import (
    beside_numbered,
    by_style,
    in_style_of,
    is_lower_style,
    section_styles,
    unnumbered_headings,
)
from summarizer.pdf.page.pages import Line

SECTION, SUBSECTION, BODY = TextStyle("Bold", 12, bold=True), TextStyle("Bold", 10, bold=True), TextStyle("Roman", 10)


def _candidate(title: str, first: int, style: TextStyle = SECTION, page: int = 1, **fields: object) -> Candidate:
    line = Line(page, 0, (72, 100, 200, 112), [], title)
    emphasis = 3 if style.size > 10 else 2 if style.bold else 0
    return Candidate(first, first + 1, [line], title, style=style, **({"emphasis": emphasis, "alone": True} | fields))


def test_the_abstracts_style_counts_only_if_there_is_no_other() -> None:
    abstract, method = _candidate("Abstract", 0, SUBSECTION), _candidate("Method", 9)
    assert section_styles([abstract, method]) == {SECTION}
    assert section_styles([abstract]) == {SUBSECTION}
    assert section_styles([_candidate("Method", 9, BODY)]) == set()


def test_titles_in_the_style_of_known_ones_are_headings() -> None:
    known = [_candidate("Introduction", 3)]
    own, early, sentence = _candidate("Our Servers", 9), _candidate("A Journal", 1), _candidate("It is so.", 12)
    assert in_style_of(known, [early, own, sentence]) == [own]


@pytest.mark.parametrize(
    ("style", "titles", "pages", "lower"),
    [
        (SUBSECTION, ["Data", "Models"], [2, 3], True),
        (SUBSECTION, ["Data"], [2], False),  # alone
        (SUBSECTION, ["Data", "Models", "Loss"], [2, 2, 2], False),  # on one page
        (TextStyle("Bold", 14, bold=True), ["Data", "Models"], [2, 3], False),  # larger than a section's
        (SUBSECTION, ["A title " * 15, "Another one " * 12], [2, 3], False),  # long
        (BODY, ["Data", "Models"], [2, 3], False),  # not set off
    ],
)
def test_a_smaller_style_that_comes_again_is_that_of_subsections(
    style: TextStyle, titles: list[str], pages: list[int], lower: bool
) -> None:
    members = [_candidate(t, n, style, page) for n, (t, page) in enumerate(zip(titles, pages, strict=True))]
    assert is_lower_style(style, members, {SECTION}) is lower


def test_no_style_is_lower_than_none() -> None:
    assert not is_lower_style(SUBSECTION, [_candidate("Data", n, SUBSECTION, n) for n in (1, 2)], set())


def test_beside_numbered_sections_only_their_style_counts() -> None:
    numbered = [_candidate("Introduction", 5, number="1"), _candidate("Data", 20, SUBSECTION, number="1.1", level=2)]
    like, before, smaller = _candidate("Notes", 30), _candidate("A Journal", 2), _candidate("Setup", 40, SUBSECTION)
    assert beside_numbered([before, like, smaller], numbered) == [like]


def test_known_titles_are_headings_with_and_without_numbers_in_the_paper() -> None:
    references = _candidate("References", 50, SUBSECTION)
    run_on = _candidate("Background", 55, alone=False)
    numbered = [_candidate(f"Part {n}", n, number=str(n)) for n in (1, 2, 3)]
    assert unnumbered_headings([references, run_on], numbered) == [references]
    assert unnumbered_headings([references, run_on], []) == [references]


def test_candidates_are_grouped_by_style() -> None:
    one, two, other = _candidate("A", 1), _candidate("B", 2), _candidate("C", 3, SUBSECTION)
    assert by_style([one, other, two]) == {SECTION: [one, two], SUBSECTION: [other]}
