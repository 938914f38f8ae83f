"""How much evidence may a number check read before wrong numbers slip through?

    python study.py PAPERS [--figure misses.png] > numbers.tex

PAPERS is a folder of arXiv PDFs named by their ids (2305.14314.pdf, ...). Each number of a paper's prose is
taken as a claim that cites its own sentence; it is then falsified, and looked up by value in ever larger parts of the
paper. Standard output is one LaTeX macro a line, and these are all the measured numbers of sample.tex.
Needs PyMuPDF; numpy, matplotlib and Pillow for the figure only.
"""

import argparse
import random
import re
import statistics
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pymupdf

SEED = 20241017
RESAMPLES = 2_000
PROSE_WORDS = 8  # at least
PROSE_LETTERS = 0.6  # of all characters, at least
DRAWS = 20  # errors of each kind made in each number
ENOUGH_CLAIMS = 20  # of one paper, for a rate of its own
WINDOWS = {"sentence": 0, "one": 1, "three": 3, "ten": 10, "thirty": 30}  # name: sentences on either side
EVIDENCE = ("sentence", "one", "three", "ten", "page", "thirty", "paper")  # by growing size
ERRORS = ("digit", "transposed", "shifted", "borrowed")

NUMBER = re.compile(r"(?<![\w.,\-–])\d+(?:,\d{3})*(?:\.\d+)?(?![\w–]|[.,]\d)")
CITATION = re.compile(r"\[[\d,;\s–-]+\]|\(?\b(?:19|20)\d\d[a-z]?\b\)?")
POINTER = re.compile(r"\b(?:Section|Sec\.|Figure|Fig\.|Table|Tab\.|Appendix|Equation|Eq\.|Algorithm)s?\s*\(?[\d.]+")
HEADING_OF_REFERENCES = re.compile(r"\s*(?:\d+\.?\s+)?references\s*(?:\n|$)", re.IGNORECASE)
END = re.compile(r"(?<=[.!?])\s+(?=[A-Z])")


@dataclass(frozen=True)
class Sentence:
    text: str
    page: int
    values: tuple[str, ...]  # numbers as written in the paper, thousands separators removed


def sentences(path: Path) -> list[Sentence]:
    """The sentences of a paper in reading order, its reference list left out."""
    found: list[Sentence] = []
    with pymupdf.open(path) as document:
        for page in document:
            while annotation := page.first_annot:  # a reader's notes are not the paper's
                page.delete_annot(annotation)
            for block in page.get_text("blocks"):
                if HEADING_OF_REFERENCES.match(block[4]):
                    return found
                text = re.sub(r"-\n(?=[a-z])", "", block[4]).replace("\n", " ").strip()
                found += [Sentence(part, page.number + 1, values(part)) for part in END.split(text) if part]
    return found


def values(text: str) -> tuple[str, ...]:
    """The numbers of a text that state something: no citations, years, or numbers of sections and figures."""
    stripped = POINTER.sub(" ", CITATION.sub(" ", text))
    return tuple(number.replace(",", "") for number in NUMBER.findall(stripped))


def is_prose(sentence: Sentence) -> bool:
    """A sentence that a digest might restate, rather than a row of a table, a formula or a page number."""
    long_enough = len(sentence.text.split()) >= PROSE_WORDS
    letters = sum(character.isalpha() for character in sentence.text)
    return long_enough and letters >= PROSE_LETTERS * len(sentence.text) and sentence.text[-1] in ".!?"


def falsify(value: str, kind: str, elsewhere: list[str], dice: random.Random) -> str | None:
    """The value with one error of this kind, or None where that error cannot be made."""
    digits = [i for i, character in enumerate(value) if character.isdigit()]
    if kind == "digit":
        at = dice.choice(digits)
        wrong = dice.choice([d for d in "0123456789" if d != value[at] and not (d == "0" and at == 0)])
        return value[:at] + wrong + value[at + 1 :]
    if kind == "transposed":
        pairs = [(i, j) for i, j in pairwise(digits) if value[i] != value[j]]
        if not pairs:
            return None
        i, j = dice.choice(pairs)
        return value[:i] + value[j] + value[i + 1 : j] + value[i] + value[j + 1 :]
    if kind == "shifted":
        return str(Decimal(value) * dice.choice((Decimal(10), Decimal("0.1")))) if Decimal(value) else None
    others = [other for other in elsewhere if Decimal(other) != Decimal(value)]
    return dice.choice(others) if others else None


def evidence(paper: list[Sentence], at: int, size: str) -> list[Sentence]:
    """What a checker reads for a claim that cites the sentence at this place."""
    if size == "paper":
        return paper
    if size == "page":
        return [sentence for sentence in paper if sentence.page == paper[at].page]
    reach = WINDOWS[size]
    return paper[max(0, at - reach) : at + reach + 1]


@dataclass(frozen=True)
class Trial:
    size: str
    length: int  # significant digits of the true number
    distinct: int  # different values in the evidence
    characters: int
    missed: dict[str, list[bool]]  # by kind of error: was the wrong value found in the evidence?
    misplaced_found: bool  # would the true value be found had the citation named the next sentence?


def trials(paper: list[Sentence], dice: random.Random) -> Iterator[Trial]:
    """One trial for each number of the prose and each size of evidence."""
    everything = [value for sentence in paper for value in sentence.values]
    for at, sentence in enumerate(paper[:-1]):
        for value in sentence.values if is_prose(sentence) else ():
            wrong = {kind: [falsify(value, kind, everything, dice) for _ in range(DRAWS)] for kind in ERRORS}
            for size in EVIDENCE:
                here = evidence(paper, at, size)
                known = {Decimal(v) for s in here for v in s.values}
                beside = {Decimal(v) for s in evidence(paper, at + 1, size) for v in s.values}
                yield Trial(
                    size,
                    len(value.replace(".", "").strip("0")),
                    len(known),
                    sum(len(s.text) for s in here),
                    {kind: [Decimal(w) in known for w in made if w is not None] for kind, made in wrong.items()},
                    Decimal(value) in beside,
                )


def percent(hits: Iterable[bool]) -> float:
    return 100 * statistics.fmean(hits)


def missed(some: Iterable[Trial], size: str, kind: str) -> list[bool]:
    return [hit for trial in some if trial.size == size for hit in trial.missed[kind]]


def interval(groups: list[list[bool]], dice: random.Random) -> tuple[float, float]:
    """95 % bootstrap interval of a percentage, whole papers resampled."""
    counts = [(sum(group), len(group)) for group in groups]
    rates = []
    for _ in range(RESAMPLES):
        drawn = dice.choices(counts, k=len(counts))
        rates.append(100 * sum(hits for hits, _ in drawn) / sum(total for _, total in drawn))
    rates.sort()
    return rates[round(0.025 * RESAMPLES)], rates[round(0.975 * RESAMPLES)]


def fitted_chance(points: list[tuple[float, float]]) -> float:
    """The p of m = 1 - (1 - p)^n that is nearest in squares to the points (n, m)."""
    grid = [10 ** (-4 + 3 * step / 3000) for step in range(3001)]
    return min(grid, key=lambda p: sum((m - (1 - (1 - p) ** n)) ** 2 for n, m in points))


def say(name: str, value: float | str, form: str = "") -> None:
    sys.stdout.write(f"\\newcommand{{\\{name}}}{{{format(value, form)}}}\n")


def report_sizes(some: list[Trial]) -> None:
    """The table: for each size of evidence its amount and the errors it misses."""
    for size in EVIDENCE:
        these = [trial for trial in some if trial.size == size]
        say(f"{size}Values", statistics.median(t.distinct for t in these), ".0f")
        say(f"{size}Chars", statistics.median(t.characters for t in these) / 1000, ".2f")
        say(f"{size}Alarm", percent(not t.misplaced_found for t in these), ".1f")
        for kind in ERRORS:
            say(f"{size}{kind.title()}", percent(missed(these, size, kind)), ".1f")


def report_digit_errors(by_paper: list[list[Trial]], some: list[Trial]) -> None:
    """Intervals, the spread over papers, short against long numbers, and the model of one chance."""
    dice = random.Random(SEED)
    for size in ("sentence", "paper"):
        low, high = interval([missed(trials_of, size, "digit") for trials_of in by_paper], dice)
        say(f"{size}DigitFrom", low, ".1f")
        say(f"{size}DigitTo", high, ".1f")
    enough = ENOUGH_CLAIMS * DRAWS
    own = [hits for trials_of in by_paper if len(hits := missed(trials_of, "paper", "digit")) >= enough]
    say("richPapers", len(own))
    say("paperDigitLow", min(map(percent, own)), ".1f")
    say("paperDigitHigh", max(map(percent, own)), ".1f")
    for name, lengths in {"short": (0, 1), "middle": (2,), "long": range(3, 30)}.items():
        group = [trial for trial in some if trial.length in lengths]
        say(f"{name}Share", 100 * len(group) / len(some), ".1f")
        for size in ("sentence", "page", "paper"):
            say(f"{name}Digit{size.title()}", percent(missed(group, size, "digit")), ".1f")
    points = [
        (statistics.fmean(t.distinct for t in some if t.size == size), percent(missed(some, size, "digit")) / 100)
        for size in EVIDENCE
    ]
    chance = fitted_chance(points)
    say("chance", 100 * chance, ".2f")
    for size, (n, _) in zip(EVIDENCE, points, strict=True):
        say(f"{size}Model", 100 * (1 - (1 - chance) ** n), ".1f")


def report_cost(papers: list[list[Sentence]]) -> None:
    """What the marks add to the input, and what a mark or a quotation adds to the output."""
    text = sum(len(sentence.text) for paper in papers for sentence in paper)
    marks = sum(len(f"[{n}] ") for paper in papers for n in range(1, len(paper) + 1))
    prose = [(len(s.text), len(f"[{n}]")) for paper in papers for n, s in enumerate(paper, 1) if is_prose(s)]
    say("markCost", 100 * marks / text, ".1f")
    say("quoteChars", statistics.median(quotation for quotation, _ in prose), ".0f")
    say("markChars", statistics.median(mark for _, mark in prose), ".0f")


def draw(path: Path, some: list[Trial]) -> None:
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt
    import numpy
    from PIL import Image

    plt.rcParams.update({"font.family": "serif", "mathtext.fontset": "cm", "font.size": 8})
    figure, axes = plt.subplots(figsize=(3.3, 2.3), dpi=200)
    across = [statistics.median(t.characters for t in some if t.size == size) for size in EVIDENCE]
    for kind, look in {"borrowed": "s-", "digit": "o-", "transposed": "^--", "shifted": "D:"}.items():
        rates = [percent(missed(some, size, kind)) for size in EVIDENCE]
        axes.plot(across, rates, look, ms=3.5, lw=1.1, label=kind)
    axes.set_xscale("log")
    axes.set_xlabel("evidence read (characters, median)")
    axes.set_ylabel("wrong numbers missed (%)")
    axes.set_ylim(-3, 103)
    axes.grid(alpha=0.25, lw=0.5)
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False, loc="upper left")
    figure.tight_layout(pad=0.3)
    figure.canvas.draw()
    opaque = numpy.asarray(figure.canvas.buffer_rgba())[..., :3]
    Image.fromarray(opaque).save(path, optimize=True)


def main() -> None:
    parser = argparse.ArgumentParser(description="Print the numbers of sample.tex as LaTeX macros.")
    parser.add_argument("papers", type=Path)
    parser.add_argument("--figure", type=Path)
    given = parser.parse_args()

    files = [path for path in sorted(given.papers.glob("*.pdf")) if re.fullmatch(r"\d{4}\.\d{4,5}", path.stem)]
    papers = [sentences(path) for path in files]
    dice = random.Random(SEED)
    by_paper = [list(trials(paper, dice)) for paper in papers]
    some = [trial for trials_of in by_paper for trial in trials_of]
    say("draws", DRAWS)
    say("resamples", RESAMPLES, ",")
    say("proseWords", PROSE_WORDS)
    say("proseLetters", 100 * PROSE_LETTERS, ".0f")
    say("enoughClaims", ENOUGH_CLAIMS)
    say("papers", len(papers))
    say("sentencesAll", sum(map(len, papers)), ",")
    say("claims", len(some) // len(EVIDENCE), ",")
    report_sizes(some)
    report_digit_errors(by_paper, some)
    report_cost(papers)
    say("paperIds", ", ".join(path.stem for path in files))
    if given.figure:
        draw(given.figure, some)


if __name__ == "__main__":
    main()
