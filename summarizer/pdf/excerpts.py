"""Pictures of the places that a digest cites: a strip of the page around each, and where its words stand in it."""

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from itertools import groupby

import pymupdf

from summarizer.pdf import CitedPlace, Excerpt
from summarizer.pdf.floats.crops import png
from summarizer.pdf.page.boxes import centre_in
from summarizer.pdf.page.pages import union
from summarizer.types import Box

_SCALE = 110 / 72  # pixels a point
_MARGIN_X, _MARGIN_Y = 10.0, 16.0  # points of context around the passage
_MAX_HEIGHT = 420.0  # points; more than that is a whole page, which the link opens
_GREYS = bytes(value & 0xF0 | value >> 4 for value in range(256))  # sixteen levels: a third of the bytes
_SAME_LETTERS = 8  # a shorter match of letters is chance
_ENOUGH = 0.6  # of a passage's letters must be found for its words to be marked

Word = tuple[Box, int, str]  # box, line, letters


def excerpts(pdf: bytes, places: Sequence[CitedPlace]) -> dict[CitedPlace, Excerpt]:
    """The excerpts of those places that exist. Raises what MuPDF raises for a damaged file."""
    found: dict[CitedPlace, Excerpt] = {}
    with pymupdf.open(stream=pdf) as file:
        for number, group in groupby(
            sorted(set(places), key=lambda place: (place.page, place.bbox, place.text)), lambda p: p.page
        ):
            if not 1 <= number <= len(file):
                continue
            page = file[number - 1]
            shapes, words = page.get_displaylist(annots=0), list(_words(page))
            for place in group:
                if excerpt := _excerpt(place, shapes, words):
                    found[place] = excerpt
    return found


def _words(page: pymupdf.Page) -> Iterator[Word]:
    for x0, y0, x1, y1, text, block, line, _ in page.get_text("words"):
        yield (x0, y0, x1, y1), block * 10_000 + line, _letters(text)


def _letters(text: str) -> str:
    """What two extractions of the same words agree on: no hyphens, spaces, ligatures or case."""
    return "".join(c for c in unicodedata.normalize("NFKC", text).casefold() if c.isalnum())


def _excerpt(place: CitedPlace, shapes: pymupdf.DisplayList, words: Iterable[Word]) -> Excerpt | None:
    x0, y0, x1, y1 = place.around or place.bbox
    clip = pymupdf.Rect(x0 - _MARGIN_X, y0 - _MARGIN_Y, x1 + _MARGIN_X, min(y1, y0 + _MAX_HEIGHT) + _MARGIN_Y)
    clip &= shapes.rect
    if clip.is_empty:
        return None
    pixmap = shapes.get_pixmap(matrix=pymupdf.Matrix(_SCALE, _SCALE), colorspace=pymupdf.csGRAY, clip=clip, alpha=0)

    def pixels(box: Box) -> Box:
        left, top, right, bottom = (v * _SCALE for v in box)
        edges = left - pixmap.x, top - pixmap.y, right - pixmap.x, bottom - pixmap.y
        x0, y0, x1, y1 = (round(edge, 1) for edge in edges)
        return max(x0, 0), max(y0, 0), min(x1, pixmap.width), min(y1, pixmap.height)

    inside = [word for word in words if centre_in(word[0], place.bbox)]
    marks = tuple(pixels(box) for box in _marked(place, inside) if box[1] < clip.y1)
    picture = png(pixmap.width, pixmap.height, pixmap.samples.translate(_GREYS))
    return Excerpt(picture, pixmap.width, pixmap.height, marks)


def _marked(place: CitedPlace, words: Sequence[Word]) -> list[Box]:
    """A box for each line of the passage's own words; its whole box where they are not found, as in a formula."""
    span = _span("".join(letters for *_, letters in words), _letters(place.text))
    if span is None:
        return [place.bbox]
    at, own = 0, []
    for word in words:
        end = at + len(word[2])
        if at < span[1] and end > span[0]:
            own.append(word)
        at = end
    lines = (list(group) for _, group in groupby(own, key=lambda word: word[1]))
    return [union([box for box, *_ in line]) for line in lines]


def _span(letters: str, wanted: str) -> tuple[int, int] | None:
    """Where `wanted` stands in `letters`: the whole of it, or its first or last part where it runs over a break."""
    if not wanted or not letters:
        return None
    if (start := letters.find(wanted)) >= 0:
        return start, start + len(wanted)
    for size in range(min(len(letters), len(wanted)), _SAME_LETTERS - 1, -1):
        if letters.endswith(wanted[:size]):
            return len(letters) - size, len(letters)
        if letters.startswith(wanted[-size:]):
            return 0, size
    blocks = SequenceMatcher(None, letters, wanted, autojunk=False).get_matching_blocks()
    same = [block for block in blocks if block.size >= _SAME_LETTERS]
    if sum(block.size for block in same) < _ENOUGH * min(len(letters), len(wanted)):
        return None
    return same[0].a, same[-1].a + same[-1].size
