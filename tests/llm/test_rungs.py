"""Which rung is asked on, and what is remembered of it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from summarizer.llm.rungs import RungMemory, response_format, rung_key

NOW = datetime(2026, 11, 20, tzinfo=UTC)
KEY = rung_key("http://h/v1", "m", {"type": "object"})


def memory(folder: Path, days: int = 0) -> RungMemory:
    """The memory as a new process has it, so many days later."""
    return RungMemory(folder / "store" / "rungs.json", lambda: NOW + timedelta(days=days))


def test_a_refused_rung_is_left_and_the_one_that_works_is_remembered_for_30_days(tmp_path: Path) -> None:
    first = memory(tmp_path)
    assert first.current(KEY) == "json_schema"
    first.refused(KEY, "json_schema")
    first.refused(KEY, "json_schema")  # another call in flight learns the same
    assert first.current(KEY) == "json_object"
    assert memory(tmp_path).current(KEY) == "json_schema"  # nothing has worked yet
    first.gave_json(KEY, "json_object")
    assert memory(tmp_path, days=29).current(KEY) == "json_object"
    assert memory(tmp_path, days=30).current(KEY) == "json_schema"
    assert memory(tmp_path).current(rung_key("http://h/v1", "other", {})) == "json_schema"


def test_two_replies_of_prose_in_a_row_step_down(tmp_path: Path) -> None:
    rungs = memory(tmp_path)
    rungs.current(KEY)
    rungs.gave_prose(KEY, "json_schema")
    assert rungs.current(KEY) == "json_schema"
    rungs.gave_prose(KEY, "json_schema")
    assert rungs.current(KEY) == "json_object"
    rungs.gave_prose(KEY, "json_schema")  # a late one from the rung above
    rungs.gave_prose(KEY, "json_object")
    assert rungs.current(KEY) == "json_object"
    rungs.gave_prose(KEY, "json_object")
    assert rungs.current(KEY) == "text"
    rungs.refused(KEY, "text")
    assert rungs.current(KEY) == "text"


def test_prose_does_not_undo_what_has_worked_before(tmp_path: Path) -> None:
    memory_before = memory(tmp_path)
    memory_before.current(KEY)
    memory_before.gave_json(KEY, "json_schema")
    later = memory(tmp_path)
    assert later.current(KEY) == "json_schema"
    later.gave_prose(KEY, "json_schema")
    later.gave_prose(KEY, "json_schema")
    later.gave_json(KEY, "json_object")
    assert later.current(KEY) == "json_object"  # in this process
    assert memory(tmp_path).current(KEY) == "json_schema"  # but not for a month


def test_a_reply_with_json_ends_the_row(tmp_path: Path) -> None:
    rungs = memory(tmp_path)
    rungs.gave_prose(KEY, "json_schema")
    rungs.gave_json(KEY, "json_schema")
    rungs.gave_prose(KEY, "json_schema")
    assert rungs.current(KEY) == "json_schema"


@pytest.mark.parametrize(
    "content",
    ["", "{", "[]", f'{{"{KEY}": 3}}', f'{{"{KEY}": {{"rung": "x", "date": "2026-11-20T00:00:00+00:00"}}}}',
     f'{{"{KEY}": {{"rung": "text", "date": "yesterday"}}}}', f'{{"{KEY}": {{"rung": "text", "date": "2026-11-20"}}}}'],
)  # fmt: skip
def test_a_damaged_file_counts_as_empty_and_is_replaced(tmp_path: Path, content: str) -> None:
    file = tmp_path / "store" / "rungs.json"
    file.parent.mkdir()
    file.write_text(content)
    rungs = memory(tmp_path)
    assert rungs.current(KEY) == "json_schema"
    rungs.refused(KEY, "json_schema")
    rungs.gave_json(KEY, "json_object")
    assert memory(tmp_path).current(KEY) == "json_object"


def test_entries_of_other_processes_are_kept(tmp_path: Path) -> None:
    one, two = memory(tmp_path), memory(tmp_path)
    for rungs, key in ((one, "a"), (two, "b")):
        rungs.refused(key, "json_schema")
        rungs.gave_json(key, "json_object")
    assert [memory(tmp_path).current(key) for key in ("a", "b")] == ["json_object"] * 2


def test_response_format() -> None:
    schema = {"type": "object"}
    assert response_format("json_schema", schema) == {
        "type": "json_schema",
        "json_schema": {"name": "answer", "strict": True, "schema": schema},
    }
    assert response_format("json_object", schema) == {"type": "json_object"}
    assert response_format("text", schema) is None
