"""`summarize nightly --newer`: new versions of papers that were in an issue lately, digested beside the old ones."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta

from summarizer.errors import PaperError, UnknownPaperError
from summarizer.jobs.accounts import Result, failure
from summarizer.jobs.job import Job
from summarizer.jobs.papers import digest_paper
from summarizer.paper.source import load_paper
from summarizer.sources.ids import file_stem, parse_ref
from summarizer.store.published import base_id, finished_issues


async def digest_newer(job: Job) -> list[Result]:
    """Ask arXiv for the newest version of each paper of the last `lookback_days`, and digest those that are new.

    A paper is asked about once a day at most. Its new digest has a run folder of its own; the issue stays as it was.
    Raises `TryLaterError` where arXiv is down.
    """
    results = []
    for paper_id in dict.fromkeys(_lately_digested(job)):
        if job.stopped.is_set():
            break
        try:
            ask = asyncio.get_running_loop().run_in_executor
            paper = await ask(job.library.arxiv, load_paper, parse_ref(base_id(paper_id)), job.library)
        except (PaperError, UnknownPaperError) as error:
            results.append(failure(paper_id, error))
            continue
        stem = file_stem(paper.id)
        if paper.id != paper_id and not (job.config.runs / stem / "papers" / stem / "digest.json").exists():
            results.append(await digest_paper(paper.id, parse_ref(paper.id), job))
    return results


def _lately_digested(job: Job) -> Iterator[str]:
    since = (job.config.clock() - timedelta(days=job.config.lookback_days)).date()
    for day, manifest in finished_issues(job.config.runs):
        if day >= since:
            yield from (entry.id for entry in manifest.papers if entry.outcome == "digested")
