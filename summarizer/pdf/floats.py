"""Figures, tables and algorithms: caption, region, rows."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from summarizer.pdf.captions import Caption, find_captions
from summarizer.pdf.layout import Layout
from summarizer.pdf.pages import Line, Page, repeated_shapes, union
from summarizer.pdf.passages import Piece
from summarizer.pdf.regions import Scene
from summarizer.pdf.sentences import Vocabulary
from summarizer.pdf.tables import read_rows, row_texts
from summarizer.types import Box


@dataclass(slots=True)
class Float:
    """A figure or table: `lines` are those in its region, taken out of the text."""

    label: str
    caption: str
    page: int
    box: Box
    is_table: bool
    caption_lines: list[Line]
    lines: list[Line] = field(default_factory=list)
    rows: tuple[tuple[str, ...], ...] = ()
    row_boxes: list[Box] = field(default_factory=list)
    crop: Box | None = None  # the box with a margin, as far as nothing foreign is in it; None: no region was found
    order: int = 0

    def pieces(self) -> Iterator[Piece]:
        """The caption, then the rows."""
        yield Piece(self.page, union(line.box for line in self.caption_lines), self.caption, "caption")
        for text, box in zip(row_texts(self.label, self.rows), self.row_boxes, strict=False):
            if text:
                yield Piece(self.page, box, text, "row")


def find_floats(pages: list[Page], layout: Layout, words: Vocabulary, notes: dict[int, list[Line]]) -> list[Float]:
    """All floats, page by page. `notes` are the lines of the footnotes by page."""
    repeated = repeated_shapes(pages)
    floats: list[Float] = []
    for page in pages:
        captions = find_captions(page, layout, words)
        if captions:
            scene = Scene(page, layout, captions, notes.get(page.number, []), repeated)
            floats += filter(None, (_float(page, scene, caption) for caption in captions))
    return _once(floats)


def _once(floats: list[Float]) -> list[Float]:
    """Of several floats with one label keep those with a region; all if none or all have one."""
    regions = Counter(f.label for f in floats if f.crop)
    kept = [f for f in floats if f.crop or not regions[f.label]]
    for order, item in enumerate(kept):
        item.order = order
    return kept


def _float(page: Page, scene: Scene, caption: Caption) -> Float | None:
    """The caption's float; None if it turns out to be no caption."""
    region = scene.region_of(caption)
    if region is None:
        if not caption.sure:
            return None
        return Float(caption.label, caption.text, page.number, caption.box, caption.is_table, caption.lines)
    lines = scene.lines_of(region)
    result = Float(caption.label, caption.text, page.number, region, caption.is_table, caption.lines, lines)
    result.crop = scene.with_margin(region, lines)
    if caption.is_table:
        result.rows, result.row_boxes = read_rows(page, lines, scene.rules_of(region))
    return result
