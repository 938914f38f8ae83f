"""Run folders: locks, and events after a crash."""

import json
from datetime import UTC, datetime

import pytest

from summarizer.errors import TryLaterError
from summarizer.store.runs import open_run

NOW = datetime(2024, 10, 17, tzinfo=UTC)


def test_an_event_after_a_crash_is_not_glued_to_the_half_line_before_it(tmp_path):
    with open_run(tmp_path / "a", NOW) as run:
        run.record({"event": "call", "n": 1})
    log = tmp_path / "a" / "events.jsonl"
    log.write_text(log.read_text() + '{"event": "ca')
    with open_run(tmp_path / "a", NOW) as run:
        run.record({"event": "call", "n": 2})
    first, half, last = log.read_text().splitlines()
    assert (json.loads(first)["n"], half, json.loads(last)["n"]) == (1, '{"event": "ca', 2)


def test_one_process_at_a_time(tmp_path):
    with (
        open_run(tmp_path / "a", NOW),
        pytest.raises(TryLaterError, match=r"process \d+ is at work here"),
        open_run(tmp_path / "a", NOW),
    ):
        pass
