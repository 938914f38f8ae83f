"""What can be counted of finished digests: `python bench/digest.py RUNS`.

For each digest of a model: claims, sentences left out, numbers in a sentence (95th percentile), facts told more than
twice (the line below the title and tables not counted), kinds of limits, stars, tokens of all answers; then all
together.
"""

import argparse
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from statistics import quantiles

from summarizer.files import from_data
from summarizer.trust.context import is_trivial
from summarizer.trust.numbers import quantities
from summarizer.trust.repeats import told_before
from summarizer.types import Digest


def digests(runs: Path) -> Iterator[Digest]:
    for file in sorted(runs.glob("*/papers/*/digest*.json")):
        if ".before." in file.name:
            continue
        digest = from_data(Digest, json.loads(file.read_text(encoding="utf-8")))
        if digest.basis != "extract":
            yield digest


def numbers(digest: Digest) -> list[int]:
    """How many numbers each sentence has that need evidence."""
    sentences = (claim.text for claim in digest.claims if claim.row is None)
    return [sum(not (q.in_name or is_trivial(q)) for q in quantities(text)) for text in sentences]


def percentile(values: list[int]) -> float:
    return quantiles(values, n=20, method="inclusive")[-1] if len(values) > 1 else float(sum(values))


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    arguments.add_argument("runs", type=Path)
    found = list(digests(arguments.parse_args().runs))
    counted: list[int] = []
    stars: Counter[int | None] = Counter()
    limits: Counter[str] = Counter()
    print(f"{'paper':<14}{'claims':>7}{'omitted':>8}{'p95':>6}{'again':>6}{'limits':>7}{'stars':>6}{'tokens':>8}")
    for digest in found:
        own = numbers(digest)
        told = [c.text for c in digest.claims if digest.kinds.get(c.section) != "gist" and c.row is None]
        again = len(told_before(told))
        kinds = Counter(claim.part for claim in digest.claims if claim.section == "limits")
        given = digest.rating.stars if digest.rating else None
        print(f"{digest.paper.id:<14}{len(own):>7}{len(digest.omitted):>8}{percentile(own):>6.1f}{again:>6}"
              f"{kinds.total():>7}{given or '-':>6}{digest.usage.completion:>8}")  # fmt: skip
        counted += own
        limits += kinds
        stars[given] += 1
    print(f"all: {len(found)} digests, {len(counted)} claims, p95 {percentile(counted):.1f} numbers a sentence")
    print(f"stars: {dict(sorted(stars.items(), key=str))}; limits: {dict(limits)}")


if __name__ == "__main__":
    main()
