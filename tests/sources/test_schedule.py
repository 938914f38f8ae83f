from datetime import UTC, date, datetime, timedelta

import pytest

from summarizer.sources.lists.schedule import (
    due,
    id_order,
    is_dropped,
    is_weekend,
    latest_mailing_date,
    mailing_date,
    mailing_dates,
    submission_window,
)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("submitted", "mailed"),
    [
        ("2024-10-15T18:47:12Z", "2024-10-17"),  # 47 minutes after the cutoff of Tuesday
        ("2024-09-25T05:07:05Z", "2024-09-26"),
        ("2024-10-18T17:59:59Z", "2024-10-21"),  # Friday
        ("2024-10-18T18:00:00Z", "2024-10-22"),
        ("2024-11-05T18:30:00Z", "2024-11-06"),  # winter time: the cutoff is an hour later in UTC
        ("2024-11-05T19:00:00Z", "2024-11-07"),
        ("2026-03-06T18:59:59Z", "2026-03-09"),  # the Friday before summer time
        ("2026-03-09T17:59:59Z", "2026-03-10"),  # the Monday after
        ("2024-11-28T12:00:00Z", "2024-12-02"),  # no mailing in the evening of Thanksgiving
    ],
)
def test_when_a_submission_is_announced(submitted: str, mailed: str) -> None:
    assert mailing_date(at(submitted)) == date.fromisoformat(mailed)


def test_windows_follow_each_other_without_gap() -> None:
    days = [day for day in mailing_dates(date(2023, 12, 31), date(2026, 12, 31)) if not is_dropped(day)]
    end = submission_window(days[0])[0]
    for day in days:
        start, stop = submission_window(day)
        assert start == end and start < stop
        assert mailing_date(start) == mailing_date(stop - timedelta(seconds=1)) == day
        assert stop <= due(day)
        end = stop


@pytest.mark.parametrize(
    ("now", "latest"),
    [
        ("2026-07-01T23:59:59Z", "2026-07-01"),  # 19:59 in New York
        ("2026-07-02T00:00:00Z", "2026-07-02"),
        ("2026-11-19T00:59:59Z", "2026-11-18"),  # winter
        ("2026-11-19T01:00:00Z", "2026-11-19"),
        ("2026-07-04T12:00:00Z", "2026-07-03"),  # Saturday
        ("2026-07-05T23:59:00Z", "2026-07-03"),  # Sunday before the mailing
        ("2026-07-06T00:00:00Z", "2026-07-06"),
        ("2026-03-08T23:59:00Z", "2026-03-06"),  # the night of the change to summer time
        ("2026-03-09T00:00:00Z", "2026-03-09"),
        ("2026-11-02T00:30:00Z", "2026-10-30"),  # and back
        ("2026-11-02T01:00:00Z", "2026-11-02"),
    ],
)
def test_the_newest_mailing(now: str, latest: str) -> None:
    assert latest_mailing_date(at(now)) == date.fromisoformat(latest)
    if due(date.fromisoformat(latest)) == at(now):
        assert latest_mailing_date(at(now) - timedelta(seconds=1)) < date.fromisoformat(latest)


def test_a_time_without_zone_is_utc() -> None:
    assert latest_mailing_date(datetime(2026, 7, 2)) == latest_mailing_date(datetime(2026, 7, 2, tzinfo=UTC))


def test_mailing_dates() -> None:
    assert mailing_dates(date(2026, 7, 2), date(2026, 7, 7)) == [date(2026, 7, 3), date(2026, 7, 6), date(2026, 7, 7)]
    assert mailing_dates(date(2026, 7, 7), date(2026, 7, 7)) == mailing_dates(date(2026, 7, 8), date(2026, 7, 1)) == []
    assert not any(map(is_weekend, mailing_dates(date(2026, 1, 1), date(2026, 12, 31))))


def test_ids_in_the_order_of_announcement() -> None:
    ids = [
        "1501.00001",
        "2607.00001v1",
        "0704.0001",
        "solv-int/0001001",
        "2606.32040",
        "hep-th/0703250v2",
        "1412.9999v3",
    ]
    assert sorted(ids, key=id_order) == [ids[n] for n in (3, 5, 2, 6, 0, 4, 1)]
