"""arXiv's calendar: which weekdays have a mailing, when it goes out, which submissions are in it.

The mailing dated D goes out at 20:00 US Eastern time of the evening before, with what came in until 14:00 of the
weekday before (https://info.arxiv.org/help/availability.html). Moderation holds papers back and mailings are put off at
short notice, so arXiv's pages decide what D is; this calendar says where to look.
"""

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

EASTERN = ZoneInfo("America/New_York")
FIRST_DATE = date(2007, 4, 2)  # ids follow the order of announcement, over all archives, from here on

_CUTOFF = time(14)
_MAILING = time(20)
_DAY = timedelta(days=1)

# Evenings without a mailing, from the page above as it was in each of these years.
_EVENINGS = {
    2024: "01-15 06-19 07-04 09-02 11-28 12-25 12-26 12-31",
    2025: "01-01 01-20 06-19 07-06 09-01 11-27 12-25 12-30",
    2026: "01-01 01-19 06-19 07-03 09-07 11-26 12-25 12-29 12-31",
}
_HOLIDAYS = frozenset(date.fromisoformat(f"{year}-{day}") for year, days in _EVENINGS.items() for day in days.split())


def mailing_dates(after: date, until: date) -> list[date]:
    """The weekdays later than `after`, up to and with `until`, oldest first: all that can be mailing dates."""
    days = (after + n * _DAY for n in range(1, (until - after).days + 1))
    return [day for day in days if not is_weekend(day)]


def latest_mailing_date(now: datetime) -> date:
    """The newest date whose mailing is due: out since 20:00 Eastern time of the evening before."""
    here = _aware(now).astimezone(EASTERN)
    day = here.date() + (_DAY if here.time() >= _MAILING else timedelta(0))
    while is_weekend(day):
        day -= _DAY
    return day


def is_weekend(day: date) -> bool:
    return day.weekday() >= 5


def eastern_date(moment: datetime) -> date:
    return _aware(moment).astimezone(EASTERN).date()


def due(day: date) -> datetime:
    """When the mailing of `day` goes out, in UTC."""
    return datetime.combine(day - _DAY, _MAILING, EASTERN).astimezone(UTC)


def is_dropped(day: date) -> bool:
    """Is there no mailing of `day` because the evening before is a holiday? As far as is known in advance."""
    return day - _DAY in _HOLIDAYS


def may_be_dropped(day: date) -> bool:
    """The same, with room for the other reading of arXiv's list: the holiday is the mailing date itself."""
    return is_dropped(day) or day in _HOLIDAYS


def mailing_date(submitted: datetime) -> date:
    """The mailing that a version 1 submitted at this time is in, unless moderation holds it back."""
    moment = _aware(submitted).astimezone(EASTERN)
    day = moment.date() + _DAY
    while is_weekend(day) or is_dropped(day) or _cutoff(day) <= moment:
        day += _DAY
    return day


def next_mailing_date(day: date) -> date:
    """The first date after `day` that should have a mailing."""
    return _neighbour(day, _DAY)


def submission_window(day: date) -> tuple[datetime, datetime]:
    """From when (inclusive) until when (exclusive) the submissions for the mailing of `day` come in, in UTC."""
    before = _neighbour(day, -_DAY)
    return _cutoff(before).astimezone(UTC), _cutoff(day).astimezone(UTC)


def id_order(paper_id: str) -> tuple[int, int]:
    """A key that sorts ids by announcement: the month and the number in it; ids from before 2007-04 come first."""
    archive, _, number = re.sub(r"v\d+$", "", paper_id).rpartition("/")
    if archive:
        return 0, int(number)
    month, _, number = number.partition(".")
    return int(month), int(number)


def _neighbour(day: date, step: timedelta) -> date:
    day += step
    while is_weekend(day) or is_dropped(day):
        day += step
    return day


def _cutoff(day: date) -> datetime:
    """The end of submissions for `day`: 14:00 of the weekday before it."""
    before = day - _DAY
    while is_weekend(before):
        before -= _DAY
    return datetime.combine(before, _CUTOFF, EASTERN)


def _aware(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
