"""Figures, tables and algorithms: caption, region, rows."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from summarizer.pdf.floats.algorithms import Step, read_steps
from summarizer.pdf.floats.captions import Caption, find_captions
from summarizer.pdf.floats.regions import Scene
from summarizer.pdf.page.glyphs import Glyphs
from summarizer.pdf.page.layout import Layout
from summarizer.pdf.page.pages import Line, Page, union
from summarizer.pdf.tables.assembly import Grid
from summarizer.pdf.tables.grid import read_grid
from summarizer.pdf.tables.text import row_text
from summarizer.pdf.text.passages import Piece
from summarizer.pdf.text.sentences import Vocabulary
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
    grid: Grid = field(default_factory=Grid)
    steps: list[Step] = field(default_factory=list)  # of an algorithm
    crop: Box | None = None  # the box with a margin, as far as nothing foreign is in it; None: no region was found
    order: int = 0

    def pieces(self) -> Iterator[Piece]:
        """The caption, then the rows or steps."""
        yield Piece(self.page, union(line.box for line in self.caption_lines), self.caption, "caption", self.label)
        for number, (row, box) in enumerate(zip(self.grid.rows, self.grid.boxes, strict=True), 1):
            yield Piece(
                self.page,
                box,
                row_text(self.label, self.grid.corner, self.grid.columns, row),
                "row",
                self.label,
                number,
            )
        for step in self.steps:
            yield Piece(self.page, step.box, f"{step.number} {step.text}".strip(), "code", self.label)


def find_floats(
    pages: list[Page], layout: Layout, words: Vocabulary, notes: dict[int, list[Line]], glyphs: Glyphs
) -> list[Float]:
    """All floats, page by page. `notes` are the lines of the footnotes by page."""
    captions = {page.number: find_captions(page, layout, words) for page in pages}
    sure = {caption.label for own in captions.values() for caption in own if caption.sure}
    scenes: list[Scene] = []
    for page in pages:
        own = [caption for caption in captions[page.number] if caption.sure or caption.label not in sure]
        if own:
            scenes.append(Scene(page, layout, own, notes.get(page.number, [])))
    votes = sum(scene.vote(caption) for scene in scenes for caption in scene.captions if caption.is_table)
    floats: list[Float] = []
    for scene in scenes:
        scene.tables_first = votes > 0 if votes else None
        floats += filter(None, (_float(scene, caption, words, glyphs) for caption in scene.captions))
    return _once(floats)


def _once(floats: list[Float]) -> list[Float]:
    """Of several floats with one label keep those with a region; all if none or all have one."""
    regions = Counter(f.label for f in floats if f.crop)
    kept = [f for f in floats if f.crop or not regions[f.label]]
    for order, item in enumerate(kept):
        item.order = order
    return kept


def _float(scene: Scene, caption: Caption, words: Vocabulary, glyphs: Glyphs) -> Float | None:
    """The caption's float; None if it turns out to be no caption."""
    page = scene.page
    region = scene.region_of(caption)
    if region is None:
        if not caption.sure:
            return None
        return Float(caption.label, caption.text, page.number, caption.box, caption.is_table, caption.lines)
    lines = scene.lines_of(region)
    if caption.is_listing:
        lines = scene.all_lines_of(region)
        whole = union([region, caption.box, *(line.box for line in lines)])
        result = Float(caption.label, caption.text, page.number, whole, False, caption.lines, lines)
        result.crop, result.steps = scene.with_margin(whole, lines + caption.lines), read_steps(lines, glyphs, words)
        return result
    region = union([region, *(line.box for line in lines)])  # cells may be wider than the rules of their table
    result = Float(caption.label, caption.text, page.number, region, caption.is_table, caption.lines, lines)
    result.crop = scene.with_margin(region, lines)
    if caption.is_table:
        result.grid = read_grid(page, lines, scene.rules_of(region), words)
    return result
