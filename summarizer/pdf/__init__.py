"""A PDF to a `Document`: reading order, headings, passages, figures, tables, references, hidden text.

`parse_pdf` and `cut_excerpts` are the whole interface. The work happens in a process of its own for each PDF, which
alone loads MuPDF; importing this package is cheap. How the parser works and where it fails is told
in docs/parser.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from summarizer.types import Box, Parsed

PARSER_VERSION: int = 31  # part of the cache key: bump it when the output for any PDF may change


@dataclass(frozen=True, slots=True)
class Limits:
    """What one PDF may cost. `memory_mb` limits the address space; pages past `max_pages` are left out."""

    cpu_seconds: int = 120
    wall_seconds: int = 240
    memory_mb: int = 2000
    max_pages: int = 400


@dataclass(frozen=True, slots=True)
class CitedPlace:
    """A box on a page (from 1) and what the passage there says. `around` is the strip to show, if not a little more."""

    page: int
    bbox: Box
    text: str
    around: Box | None = None


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A strip of a page as a PNG in grey. `marks` are the boxes of the passage's words, in its pixels."""

    png: bytes
    width: int
    height: int
    marks: tuple[Box, ...]


def parse_pdf(pdf: bytes, *, crops: bool = True, outline: bool = True, limits: Limits = Limits()) -> Parsed:
    """Parse a PDF in a process of its own; every outcome is a value. May be called from several threads.

    `crops=False` leaves figures and tables without images; `outline=False` ignores the PDF's own
    outline. Raises `SummarizerError` only if no process can be started at all.
    """
    from summarizer.pdf.isolation import run

    options = {"crops": crops, "outline": outline, "max_pages": limits.max_pages}
    parsed: Parsed = run(pdf, "parse", options, limits)
    return parsed


def cut_excerpts(pdf: bytes, places: Sequence[CitedPlace], *, limits: Limits = Limits()) -> dict[CitedPlace, Excerpt]:
    """Pictures of the cited places, in a process of its own; none where MuPDF dies of the PDF."""
    from summarizer.pdf.isolation import run

    made: dict[CitedPlace, Excerpt] | Parsed = run(pdf, "excerpts", {"places": places}, limits)
    return {} if isinstance(made, Parsed) else made
