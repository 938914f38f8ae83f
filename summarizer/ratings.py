"""`summarize doctor --ratings`: do the stars of the last months tell papers apart?"""

import re
from collections import Counter, defaultdict
from pathlib import Path

from summarizer.reports.doctor import Finding
from summarizer.store.runs import load_digest

MONTHS_SHOWN = 6
MAXIMUM_SHARE = 0.6  # of a month's ratings that may be equal
LEAST = 5  # ratings: fewer say nothing about how they are given

_MONTH = re.compile(r"\d{4}-\d{2}(?=-\d{2})")


def examine_ratings(runs: Path) -> list[Finding]:
    """One finding a month, the newest last; not ok where more than `MAXIMUM_SHARE` of its stars are equal."""
    months = stars_by_month(runs)
    if not months:
        return [Finding(True, "ratings", f"{runs} has no rated digest")]
    return [_finding(month, list(months[month].values())) for month in sorted(months)[-MONTHS_SHOWN:]]


def stars_by_month(runs: Path) -> dict[str, dict[str, int]]:
    """{"2024-10": {paper id: stars}}, by the date of the issue, else by the date of the paper's version."""
    months: dict[str, dict[str, int]] = defaultdict(dict)
    for file in sorted(runs.glob("*/papers/*/digest.json")):
        digest = load_digest(file.parent)
        if digest is None or digest.rating is None or digest.rating.stars is None:
            continue
        if month := _MONTH.match(file.parts[-4]) or _MONTH.match(digest.paper.updated or digest.paper.published):
            months[month[0]].setdefault(digest.paper.id, digest.rating.stars)
    return months


def _finding(month: str, stars: list[int]) -> Finding:
    counts = Counter(stars)
    most, times = counts.most_common(1)[0]
    shown = "  ".join(f"{n}★ {counts[n]}" for n in range(5, 0, -1))
    alike = len(stars) >= LEAST and times > MAXIMUM_SHARE * len(stars)
    warning = f"; {100 * times // len(stars)}% have {most} stars: they say nothing" if alike else ""
    return Finding(not alike, month, f"{shown}  of {len(stars)}{warning}")
