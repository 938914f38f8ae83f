"""The lines of an algorithm or a listing, in the words of the page."""

import re
from dataclasses import replace

from summarizer.html.agree import Words, agreed
from summarizer.html.align import align
from summarizer.html.flow import Flow
from summarizer.html.letters import letters
from summarizer.html.paper import HtmlFloat
from summarizer.types import Algorithm

_LEAD = re.compile(r"\s{0,40}(?:\d{1,6}:?\s{1,40})?")  # the number of a line, and how far it is set in


def line_words(algorithm: Algorithm, found: HtmlFloat, flow: Flow) -> dict[str, Words]:
    """{line of the PDF, not set in: its words}, where the two agree."""
    within = flow.letter(found.lines[0][0]), flow.letter(found.lines[-1][1])
    places = align([letters(line) for line in algorithm.lines], [False] * len(algorithm.lines), flow, within)
    lines = [" ".join(line.split()) for line in algorithm.lines]
    own = {line: agreed(line, place, flow) for line, place in zip(lines, places, strict=True) if place}
    return {line: words for line, words in own.items() if isinstance(words, Words)}


def in_words(algorithm: Algorithm, words: dict[str, Words]) -> Algorithm:
    """The algorithm with these lines, as far set in and numbered as in the PDF."""
    texts = []
    for line in algorithm.lines:
        own = words.get(" ".join(line.split()))
        lead = _LEAD.match(line)
        texts.append(f"{lead[0]}{_LEAD.sub('', own.tex or own.text, count=1)}" if own and lead else line)
    return replace(algorithm, lines=tuple(texts))
