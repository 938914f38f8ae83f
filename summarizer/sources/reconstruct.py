"""What was announced on a date of which arXiv keeps no listing: older than 90 days.

Ids are given at announcement, so the papers of one mailing are one block of ids. The first id among the papers
submitted in time for it is of this block: nothing submitted then can have been announced earlier. The block ends where
the next one begins. A paper that moderation held back is in the block of its mailing, however early it was submitted;
so each paper belongs to one date.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from summarizer.errors import UsageError
from summarizer.sources.atom import first_submitted, submitted
from summarizer.sources.http.fetch import Fetcher
from summarizer.sources.lists.listing import Entry
from summarizer.sources.lists.merging import belongs
from summarizer.sources.lists.schedule import FIRST_DATE, id_order, next_mailing_date, submission_window

_HELD = timedelta(days=10)  # moderation takes "1 to 4 days, sometimes longer"
_SAMPLE = 100  # the first submissions of a window; ids roughly follow the order of submission


def reconstruct(day: date, categories: Sequence[str], fetcher: Fetcher) -> tuple[list[Entry], tuple[str, ...]]:
    """The entries of a past mailing, new papers and cross-lists, and what is uncertain about them.

    Title, abstract and categories are those of today. Raises `UsageError` for dates before `FIRST_DATE`, `BadAnswer`
    and what `Fetcher.ask` raises.
    """
    if day < FIRST_DATE:
        raise UsageError(f"{day}: lists can be reconstructed from {FIRST_DATE} on, when arXiv's ids became consecutive")
    begin = _first_id(day, fetcher)
    following = next_mailing_date(day)
    end = _first_id(following, fetcher)
    warnings = () if end else (f"no end: the API has no papers for {following}, some of them may be in this list",)
    start, stop = submission_window(day)
    entries = []
    for paper in submitted(start - _HELD, stop, fetcher, categories):
        place = id_order(paper.id)
        in_time = datetime.fromisoformat(paper.published) >= start
        if (in_time or (begin and begin <= place)) and not (end and end <= place):
            is_new = any(belongs(paper.categories[0], name) for name in categories)
            entries.append(Entry("new" if is_new else "cross", paper))
    return entries, warnings


def _first_id(day: date, fetcher: Fetcher) -> tuple[int, int] | None:
    papers = first_submitted(*submission_window(day), _SAMPLE, fetcher)
    return min((id_order(paper.id) for paper in papers), default=None)
