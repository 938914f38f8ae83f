"""What `summarize diff` found, for a terminal: words out as [-old-], words in as {+new+}, as git and wdiff write it."""

import re
from collections.abc import Iterator
from difflib import SequenceMatcher

import click

from summarizer.reports.diff import Comparison, Counts, NumberDiff, Pair, PaperDiff, Summary, Version
from summarizer.reports.plain import one_line

_TOKEN = re.compile(r"[A-Za-z0-9]+(?:[.,'’-][A-Za-z0-9]+)*%?|.", re.DOTALL)  # a word, a number, a character
_SHORTEST_COMMON = 2  # tokens: a single 的 between two changes is part of them


def comparison_text(comparison: Comparison, *, brief: bool = False) -> str:
    """Every paper that differs, those that are only in one, and the summary; `brief`: a line a paper.

    Styled; `click.echo` takes the colours out where it does not write to a terminal.
    """
    papers = [line for paper in comparison.papers if paper.changed for line in _paper_lines(paper, brief)]
    alone = [f"only before: {one_line(paper)}" for paper in comparison.only_before]
    alone += [f"only after: {one_line(paper)}" for paper in comparison.only_after]
    return "\n".join([*papers, *alone, *_summary_lines(comparison.summary)])


def _paper_lines(paper: PaperDiff, brief: bool) -> Iterator[str]:
    name, numbers = one_line(_arrow(paper.before.id, paper.after.id)), paper.numbers
    if brief:
        parts = [f"{len(paper.sections)} sections"] if paper.sections else []
        if numbers != NumberDiff():
            parts.append("numbers: " + _how_many(len(numbers.lost), len(numbers.gained), len(numbers.changed)))
        yield f"{paper.run}  {name}: {'; '.join([*parts, *_facts(paper)])}"
        return
    yield click.style(f"{name}  {one_line(paper.title)}", bold=True)
    for section in paper.sections:
        yield f"  {one_line(section.heading)}"
        yield from (f"    {_sentence(pair)}" for pair in section.sentences)
    if numbers != NumberDiff():
        yield f"  numbers: {_which(numbers)}"
    yield from (f"  {fact}" for fact in _facts(paper))
    yield ""


def _facts(paper: PaperDiff) -> Iterator[str]:
    before, after = paper.before, paper.after
    if (before.stars, before.scores) != (after.stars, after.scores):
        yield f"rating: {_rating(before, after)}"
    if before.figures != after.figures:
        lost = [_lost(one_line(label)) for label in before.figures if label not in after.figures]
        gained = [_gained(one_line(label)) for label in after.figures if label not in before.figures]
        yield f"figures: {' '.join([*lost, *gained]) or 'in another order'}"
    if counts := _counts(before.counts, after.counts):
        yield counts
    if paper.citations_moved:
        yield f"citations moved: {paper.citations_moved}"


def _how_many(lost: int, gained: int, changed: int) -> str:
    return f"{lost} lost, {gained} gained, {changed} changed"


def _which(numbers: NumberDiff) -> str:
    parts = [_lost(text) for text in numbers.lost] + [_gained(text) for text in numbers.gained]
    return " ".join([*parts, *(f"{_lost(old)}{_gained(new)}" for old, new in numbers.changed)])


def _rating(before: Version, after: Version) -> str:
    old, new = (f"{v.stars}★" if v.stars else "none" for v in (before, after))
    names = dict.fromkeys([*before.scores, *after.scores])
    moved = [
        f"{name} {_arrow(before.scores.get(name, '-'), after.scores.get(name, '-'))}"
        for name in names
        if before.scores.get(name) != after.scores.get(name)
    ]
    return _arrow(old, new) + (f" ({', '.join(moved)})" if moved else "")


def _counts(before: Counts, after: Counts) -> str:
    """What differs of the counts, as `claims 12 -> 11, omitted 0 -> 1`."""
    pairs: list[tuple[str, object, object]] = [
        ("claims", before.claims, after.claims),
        ("omitted", before.omitted, after.omitted),
        ("repaired", before.repaired, after.repaired),
        ("tokens in", before.usage.prompt, after.usage.prompt),
        ("tokens out", before.usage.completion, after.usage.completion),
        ("cost", _dollars(before.cost), _dollars(after.cost)),
    ]
    return ", ".join(f"{name} {_arrow(old, new)}" for name, old, new in pairs if old != new)


def _summary_lines(summary: Summary) -> Iterator[str]:
    yield click.style(f"papers in both: {summary.papers}, changed: {summary.changed}", bold=True)
    if summary.sections:
        yield "  sections: " + ", ".join(f"{one_line(heading)} {n}" for heading, n in summary.sections.items())
    yield (
        f"  numbers: {_how_many(summary.numbers_lost, summary.numbers_gained, summary.numbers_changed)}; "
        f"{summary.citations_moved} citations moved"
    )
    old, new = summary.stars
    if old is not None and new is not None:
        yield f"  rating: mean {old:.2f} -> {new:.2f}; {summary.up} up, {summary.down} down"
    yield f"  {_counts(summary.before, summary.after) or 'claims, omissions, repairs, tokens and cost as before'}"


def _sentence(pair: Pair) -> str:
    old, new = map(one_line, pair)
    return marked(old, new) if old and new else _lost(old) if old else _gained(new)


def marked(old: str, new: str) -> str:
    """One sentence with what went out and what came in."""
    before, after = _TOKEN.findall(old), _TOKEN.findall(new)
    shown, out, come = "", "", ""
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        at_an_end = i1 == 0 or i2 == len(before)
        if tag == "equal" and (at_an_end or i2 - i1 >= _SHORTEST_COMMON):
            shown, out, come = shown + _lost(out) + _gained(come) + "".join(before[i1:i2]), "", ""
        else:
            out, come = out + "".join(before[i1:i2]), come + "".join(after[j1:j2])
    return shown + _lost(out) + _gained(come)


def _lost(text: str) -> str:
    return click.style(f"[-{text}-]", fg="red") if text else ""


def _gained(text: str) -> str:
    return click.style(f"{{+{text}+}}", fg="green") if text else ""


def _arrow(old: object, new: object) -> str:
    return str(old) if old == new else f"{old} -> {new}"


def _dollars(cost: float | None) -> str:
    return "unknown" if cost is None else f"${cost:.4f}"
