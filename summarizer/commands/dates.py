"""Dates and periods as people write them, in Chinese and in English."""

import calendar
import re
import unicodedata
from datetime import date, datetime, timedelta

from summarizer.errors import UsageError

_DAYS_AGO = {"today": 0, "今天": 0, "今日": 0, "yesterday": 1, "昨天": 1, "昨日": 1, "前天": 2}
_MONTHS = {"jan": 1, "feb": 2, "mar": 3, "apr": 4, "may": 5, "jun": 6,
           "jul": 7, "aug": 8, "sep": 9, "oct": 10, "nov": 11, "dec": 12}  # fmt: skip
_MONTH = rf"(?P<month>{'|'.join(_MONTHS)})[a-z]*\.?"
_FORMS = tuple(
    re.compile(form)
    for form in (
        r"(?P<year>\d{4})(?P<month>\d\d)(?P<day>\d\d)",
        r"(?P<year>\d{4})\s*[-/.年]\s*(?P<month>\d{1,2})\s*[-/.月]\s*(?P<day>\d{1,2})\s*[日号]?",
        r"(?P<month>\d{1,2})\s*[-/月]\s*(?P<day>\d{1,2})\s*[日号]?",
        rf"(?:[a-z]{{3,9}},?\s+)?(?P<day>\d{{1,2}})\s+{_MONTH}(?:,?\s+(?P<year>\d{{4}}))?",
        rf"{_MONTH}\s+(?P<day>\d{{1,2}})(?:,?\s+(?P<year>\d{{4}}))?",
    )
)
_WHOLE_MONTH = re.compile(r"(?P<year>\d{4})\s*[-/.年]\s*(?P<month>\d{1,2})\s*月?")
_BETWEEN = re.compile(r"\s{0,4}(?:\.\.+|…|~|至|到|–|—|\s-\s)\s{0,4}")


def parse_date(text: str, now: datetime) -> date:
    """The day that `text` names. Without a year it is the last such day up to `now`. Raises `UsageError`."""
    day = find_date(text, now)
    if day is None:
        raise UsageError(f"{text!r}: not a date; write YYYY-MM-DD")
    return day


def parse_period(text: str, now: datetime) -> tuple[date, date]:
    """The first and the last day of a period: A..B, a month, or one day. Raises `UsageError`."""
    if (month := _WHOLE_MONTH.fullmatch(text.strip())) and (first := _day(int(month["year"]), int(month["month"]), 1)):
        return first, first.replace(day=calendar.monthrange(first.year, first.month)[1])
    ends = _BETWEEN.split(unicodedata.normalize("NFKC", text.strip()))
    begin = find_date(ends[0], now)
    end = begin and find_date(ends[-1], now, since=begin)
    if len(ends) > 2 or begin is None or end is None:
        raise UsageError(f"{text!r}: not a period; write 2024-10-14..2024-10-18")
    if begin > end:
        raise UsageError(f"{text!r}: ends before it begins")
    return begin, end


def find_date(text: str, now: datetime, *, since: date | None = None) -> date | None:
    """The day that `text` names, None if it names none. Without a year: the last up to `now`, or the first `since`."""
    today = now.astimezone().date()
    plain = unicodedata.normalize("NFKC", text).strip().lower()
    if (ago := _DAYS_AGO.get(plain)) is not None:
        return today - timedelta(days=ago)
    found = next(filter(None, (form.fullmatch(plain) for form in _FORMS)), None)
    if found is None:
        return None
    parts = found.groupdict()
    month, number = _MONTHS.get(parts["month"]) or int(parts["month"]), int(parts["day"])
    if parts.get("year"):
        return _day(int(parts["year"]), month, number)
    years = range(since.year, since.year + 2) if since else range(today.year, today.year - 8, -1)
    days = filter(None, (_day(year, month, number) for year in years))
    return next((day for day in days if (day >= since if since else day <= today)), None)


def _day(year: int, month: int, day: int) -> date | None:
    """None also where arXiv had no mailing yet, or calendars end."""
    try:
        return date(year, month, day) if 1991 <= year < 9999 else None
    except ValueError:
        return None
