"""Dates and periods in the spellings people use."""

from datetime import UTC, date, datetime

import pytest

from summarizer.commands.dates import find_date, parse_date, parse_period
from summarizer.errors import UsageError

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)  # a Friday


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-19", "2026/11/19", "2026.11.19", "20261119", "2026-11-19 ", "２０２６-１１-１９", "2026年11月19日",
        "2026 年 11 月 19 日", "11月19日", "11月19号", "11-19", "11/19", "yesterday", "昨天", "Nov 19", "19 Nov 2026",
        "November 19, 2026", "Thu, 19 Nov 2026", "thursday, 19 november",
    ],
)  # fmt: skip
def test_one_day_in_many_spellings(text):
    assert parse_date(text, NOW) == date(2026, 11, 19)


def test_a_day_without_a_year_is_the_last_one():
    assert parse_date("today", NOW) == parse_date("11月20日", NOW) == date(2026, 11, 20)
    assert parse_date("12月24日", NOW) == date(2025, 12, 24)
    assert parse_date("2月29日", NOW) == date(2024, 2, 29)


@pytest.mark.parametrize(
    "text", ["", "2026-13-01", "2026-02-30", "11/19/2026", "2410.11988", "tomorrow", "2026-11", "19"]
)
def test_what_is_no_date_is_named(text):
    assert find_date(text, NOW) is None
    with pytest.raises(UsageError, match="write YYYY-MM-DD"):
        parse_date(text, NOW)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2026-10-01..2026-10-31", date(2026, 10, 1), date(2026, 10, 31)),
        ("2026-10-01...2026-10-31", date(2026, 10, 1), date(2026, 10, 31)),
        ("2026/10/1～10/31", date(2026, 10, 1), date(2026, 10, 31)),
        ("10月1日至10月31日", date(2026, 10, 1), date(2026, 10, 31)),
        ("2025-12-20 – 1-5", date(2025, 12, 20), date(2026, 1, 5)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2026年10月", date(2026, 10, 1), date(2026, 10, 31)),
        ("yesterday", date(2026, 11, 19), date(2026, 11, 19)),
    ],
)
def test_periods(text, first, last):
    assert parse_period(text, NOW) == (first, last)


@pytest.mark.parametrize("text", ["", "..", "2026-10-01..", "2026-10-01..10..12", "2026-10-31..2026-10-01", "2026-13"])
def test_what_is_no_period_is_named(text):
    with pytest.raises(UsageError, match=r"not a period|ends before"):
        parse_period(text, NOW)
