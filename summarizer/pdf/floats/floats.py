"""Figures, tables and algorithms: caption, region, rows or steps."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from summarizer.pdf.floats.algorithms import AlgorithmStep, read_steps
from summarizer.pdf.floats.captions import Caption, find_captions
from summarizer.pdf.floats.printed import printed_text
from summarizer.pdf.floats.regions import (
    all_lines_of,
    is_ruled,
    lines_of,
    region_of,
    rules_of,
    uprights_of,
    with_margin,
)
from summarizer.pdf.floats.scene import Scene, read_scene
from summarizer.pdf.floats.sides import decide_sides, habit
from summarizer.pdf.page.boxes import centre_in
from summarizer.pdf.page.glyphs import Glyphs
from summarizer.pdf.page.layout import Layout
from summarizer.pdf.page.pages import Line, Page, union
from summarizer.pdf.tables.assembly import Grid
from summarizer.pdf.tables.grid import read_grid
from summarizer.pdf.tables.text import row_text
from summarizer.pdf.text.passages import PassagePiece
from summarizer.pdf.text.sentences import PaperWords
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
    steps: list[AlgorithmStep] = field(default_factory=list)  # of an algorithm
    printed: str = ""  # the text in a figure
    crop: Box | None = None  # the box with a margin, as far as nothing foreign is in it; None: no region was found
    order: int = 0

    def pieces(self) -> Iterator[PassagePiece]:
        """The caption, then the rows and the notes below them, the steps, or the text in the figure."""
        grid = self.grid
        yield PassagePiece(
            self.page, union(line.box for line in self.caption_lines), self.caption, "caption", self.label
        )
        for number, (row, box) in enumerate(zip(grid.rows, grid.boxes, strict=True), 1):
            text = row_text(self.label, grid.corner, grid.columns, row)
            yield PassagePiece(self.page, box, text, "row", self.label, number)
        for text, box in grid.notes:
            yield PassagePiece(self.page, box, text, "caption", self.label)
        for step in self.steps:
            yield PassagePiece(self.page, step.box, f"{step.number} {step.text}".strip(), "code", self.label)
        if self.printed:
            text = f"{self.label}, text in the figure: {self.printed}"
            yield PassagePiece(self.page, self.box, text, "labels", self.label)


def find_floats(
    pages: list[Page], layout: Layout, words: PaperWords, notes: dict[int, list[Line]], glyphs: Glyphs
) -> list[Float]:
    """All floats, page by page. `notes` are the lines of the footnotes by page."""
    captions = {page.number: find_captions(page, layout, words) for page in pages}
    sure = {caption.label for own in captions.values() for caption in own if caption.sure}
    scenes: list[Scene] = []
    for page in pages:
        own = [caption for caption in captions[page.number] if caption.sure or caption.label not in sure]
        if own:
            scenes.append(read_scene(page, layout, own, notes.get(page.number, [])))
    tables_first = habit(scenes)
    floats: list[Float] = []
    for scene in scenes:
        claimed: list[Box] = []
        for caption, reaches in zip(scene.captions, decide_sides(scene, tables_first), strict=True):
            region = region_of(scene, caption, reaches, claimed)
            claimed += [region] if region else []
            floats += filter(None, [_float(scene, caption, region, words, glyphs)])
    return _once(floats)


def _once(floats: list[Float]) -> list[Float]:
    """Of several floats with one label keep those with a region; all if none or all have one."""
    regions = Counter(f.label for f in floats if f.crop)
    kept = [f for f in floats if f.crop or not regions[f.label]]
    for order, item in enumerate(kept):
        item.order = order
    return kept


def _float(scene: Scene, caption: Caption, region: Box | None, words: PaperWords, glyphs: Glyphs) -> Float | None:
    """The caption's float; None if it turns out to be no caption."""
    result = Float(caption.label, caption.text, scene.page.number, caption.box, caption.is_table, caption.lines)
    if region is None:
        return result if caption.sure else None
    if caption.is_listing:
        result.lines = all_lines_of(scene, region)
        result.box = union([region, caption.box, *(line.box for line in result.lines)])
        result.crop = with_margin(scene, result.box, result.lines + caption.lines)
        result.steps = read_steps(result.lines, glyphs, words)
        return result
    result.lines = lines_of(scene, region)
    result.box = union([region, *(line.box for line in result.lines)])  # cells may be wider than their table's rules
    result.crop = with_margin(scene, result.box, result.lines)
    rules, uprights = rules_of(scene, result.box), uprights_of(scene, result.box)
    if caption.is_table:
        result.grid = read_grid(scene.page, result.lines, rules, uprights, words)
    elif caption.label.startswith("Figure") and is_ruled(scene, result.box):  # a table, whatever it is called
        grid = read_grid(scene.page, result.lines, rules, uprights, words)
        result.grid = Grid() if grid.doubts else grid
    if not caption.is_table and not result.grid.rows:
        upright = [line for line in scene.page.rotated if centre_in(line.box, result.box)]
        result.printed = printed_text(result.lines, upright)
    return result
