"""A long paper in pieces for one call each."""

from collections.abc import Iterable, Sequence

from summarizer.llm.limits import estimate_tokens
from summarizer.types import Document, Passage


def section_chunks(
    document: Document, passages: Sequence[Passage], room: int, most: int
) -> tuple[list[list[Passage]], tuple[str, ...]]:
    """Passages in at most `most` chunks of at most `room` tokens, cut at section borders where a section fits.

    Also the titles of the sections that are left over.
    """
    pieces: list[list[Passage]] = []
    for section in _by_section(passages):
        pieces += _split(section, room)
    chunks: list[list[Passage]] = []
    size = 0
    for piece in pieces:
        tokens = _tokens(piece)
        if chunks and size + tokens <= room:
            chunks[-1] += piece
            size += tokens
        else:
            chunks.append(list(piece))
            size = tokens
    kept, rest = chunks[:most], chunks[most:]
    titles = [document.sections[p.section].title for chunk in rest for p in chunk if p.section is not None]
    return kept, tuple(dict.fromkeys(titles))


def _by_section(passages: Sequence[Passage]) -> list[list[Passage]]:
    groups: list[list[Passage]] = []
    for passage in passages:
        if groups and groups[-1][-1].section == passage.section:
            groups[-1].append(passage)
        else:
            groups.append([passage])
    return groups


def _split(passages: Sequence[Passage], room: int) -> list[list[Passage]]:
    """One section in pieces of at most `room` tokens; a single passage is never cut."""
    pieces: list[list[Passage]] = [[]]
    size = 0
    for passage in passages:
        tokens = _tokens([passage])
        if pieces[-1] and size + tokens > room:
            pieces.append([])
            size = 0
        pieces[-1].append(passage)
        size += tokens
    return pieces


def _tokens(passages: Iterable[Passage]) -> int:
    """Of the passages as sent; 24 bytes a passage cover its mark and its share of a heading."""
    return sum(estimate_tokens(p.text) + 8 for p in passages)
