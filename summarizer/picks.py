"""`summarize picks A..B`: the best papers of the issues of a period, one paragraph each."""

import asyncio
import time
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from summarizer import pipeline
from summarizer.errors import SummarizerError, UsageError
from summarizer.jobs.accounts import Result, digest_in_run, failure, write_account, write_issue
from summarizer.output import words
from summarizer.sources.ids import file_stem, parse_ref
from summarizer.store.published import finished_issues
from summarizer.store.runs import load_digest, open_run
from summarizer.work import Work


async def make_picks(first: date, last: date, top: int, work: Work) -> tuple[list[Result], list[Path]]:
    """Digest the `top` papers of a period in the style of `work`. Raises `UsageError` if it has no issues."""
    begun = time.monotonic()
    ids = best_papers(work.config.runs, first, last)[:top]
    if not ids:
        raise UsageError(f"{work.config.runs}: no issues from {first} to {last}; make them with `summarize issue`")
    period = f"{first}_{last}"

    async def one(paper_id: str) -> Result:
        try:
            return await digest_in_run(paper_id, await pipeline.load_source(parse_ref(paper_id), work), work, run)
        except SummarizerError as error:
            return failure(paper_id, error)

    with open_run(work.config.runs / f"picks-{period}", work.config.clock()) as run:
        results = list(await asyncio.gather(*map(one, ids)))
        title = words.PICKS_TITLE.format(date=f"{first}–{last}")
        written = write_issue(run, title, results, work)
        write_account(run, [r.entry for r in results], results, work, begun, source=f"issues of {first} to {last}")
    return results, written


def best_papers(runs: Path, first: date, last: date) -> Sequence[str]:
    """Ids of all papers digested for issues of a period: most stars first, then the score they were chosen with."""
    ranked = []
    for day, manifest in finished_issues(runs):
        if first <= day <= last:
            for entry in manifest.papers:
                if entry.outcome == "digested":
                    digest = load_digest(runs / day.isoformat() / "papers" / file_stem(entry.id))
                    stars = digest.rating.stars if digest and digest.rating else None
                    ranked.append((-(stars or 0), -(entry.score or 0), entry.id))
    return [paper_id for _, _, paper_id in sorted(ranked)]
