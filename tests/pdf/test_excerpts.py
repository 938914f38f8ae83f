"""Pictures of cited places: the strip of the page, and the words that are marked in it."""

import pymupdf
import pytest
from common import SAMPLE

from summarizer.pdf import CitedPlace, cut_excerpts, parse_pdf

LINES = [
    "The first sentence ends here. The second one",
    "is longer and runs over three lines of the col-",
    "umn before it ends. A third one follows.",
]
SECOND = "The second one is longer and runs over three lines of the column before it ends."


@pytest.fixture(scope="module")
def pdf() -> bytes:
    file = pymupdf.open()
    page = file.new_page(width=400, height=300)
    for n, line in enumerate(LINES):
        page.insert_text((50, 100 + 14 * n), line, fontsize=10)
    return file.tobytes()


def test_only_the_words_of_the_passage_are_marked(pdf):
    place = CitedPlace(1, (50, 90, 300, 132), SECOND)
    excerpt = cut_excerpts(pdf, [place])[place]
    assert excerpt.png.startswith(b"\x89PNG") and excerpt.width > excerpt.height > 60
    first, second, third = excerpt.marks
    assert first[0] > second[0] and third[2] < second[2]  # from within the first line to within the last
    assert first[3] <= second[1] + 3 and second[3] <= third[1] + 3
    assert all(0 <= x0 < x1 <= excerpt.width and 0 <= y0 < y1 <= excerpt.height for x0, y0, x1, y1 in excerpt.marks)


def test_the_part_of_a_passage_that_is_on_this_page_is_marked(pdf):
    place = CitedPlace(1, (50, 90, 300, 104), SECOND)
    (mark,) = cut_excerpts(pdf, [place])[place].marks
    assert mark[0] > 100  # "The second one" only


def test_words_that_are_not_there_mark_the_whole_box(pdf):
    place = CitedPlace(1, (50, 90, 300, 132), "Nothing of this stands on the page, whatever one does.")
    (mark,) = cut_excerpts(pdf, [place])[place].marks
    assert mark[2] - mark[0] == pytest.approx(250 * 110 / 72, abs=1)


def test_places_outside_and_files_that_are_no_pdf_have_no_picture(pdf):
    places = [CitedPlace(9, (0, 0, 10, 10), "x"), CitedPlace(1, (900, 900, 950, 950), "x")]
    assert cut_excerpts(pdf, places) == {}
    assert cut_excerpts(b"not a PDF", [CitedPlace(1, (0, 0, 10, 10), "x")]) == {}


def test_every_passage_of_a_real_paper_is_found_by_its_words():
    document = parse_pdf(SAMPLE.read_bytes(), crops=False).document
    places = [CitedPlace(p.page, p.bbox, p.text) for p in document.passages if p.kind == "text" and not p.places]
    made = cut_excerpts(SAMPLE.read_bytes(), places)
    assert made.keys() == set(places)
    whole = [place for place, excerpt in made.items() if len(excerpt.marks) == 1 and place.bbox[3] - place.bbox[1] > 30]
    assert len(whole) <= 0.02 * len(places)
