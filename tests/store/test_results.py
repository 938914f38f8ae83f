import asyncio
import json
import stat
from datetime import UTC, datetime

import pytest

from summarizer.errors import LockedError, StorageError
from summarizer.files import write_atomic
from summarizer.store.results import Store, key_of, noting
from summarizer.types import Reply, Usage

PARTS = {"model": "m", "messages": [{"role": "user", "content": "长"}]}
REPLY = Reply("文本", "stop", "m", "text", Usage(10, 2, 3), 0.5)


def test_what_is_saved_is_loaded_and_its_parts_are_kept(tmp_path):
    store = Store(tmp_path)
    assert store.load_reply(PARTS) is None
    store.save_reply(PARTS, REPLY)
    assert store.load_reply(PARTS) == REPLY
    assert store.find("reply", PARTS)["parts"] == PARTS
    assert store.record("reply", key_of("reply", PARTS)) == store.find("reply", PARTS)


def test_every_part_changes_the_key_and_their_order_does_not():
    assert key_of("reply", {"a": 1, "b": 2}) == key_of("reply", {"b": 2, "a": 1})
    assert len({key_of("reply", PARTS), key_of("other", PARTS), key_of("reply", {**PARTS, "model": "n"})}) == 3


DAMAGE = [
    lambda s: s[: len(s) // 2],
    lambda s: s.replace("文本", "文木"),
    lambda s: s.replace("长", "短"),
    lambda s: s[:-1],
    lambda s: s + " ",
    lambda s: "",
    lambda s: "[]",
    lambda s: '{"output": 1}',
    lambda s: s.replace('"check"', '"cheek"'),
]


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_result_is_absent(tmp_path, damage):
    store = Store(tmp_path)
    store.save_reply(PARTS, REPLY)
    path = next(tmp_path.glob("reply/*/*.json"))
    path.write_text(damage(path.read_text()))
    assert store.load_reply(PARTS) is None and not store.has("reply", PARTS)
    assert store.find("reply", PARTS) is None and store.record("reply", path.stem) is None
    store.save_reply(PARTS, REPLY)
    assert store.load_reply(PARTS) == REPLY


def test_a_result_under_the_name_of_another_is_absent(tmp_path):
    store = Store(tmp_path)
    store.save_reply(PARTS, REPLY)
    other = {**PARTS, "model": "n"}
    write_atomic(store.path("reply", key_of("reply", other)), store.path("reply", key_of("reply", PARTS)).read_bytes())
    assert store.load_reply(other) is None


def test_a_record_is_one_json_object(tmp_path):
    store = Store(tmp_path)
    store.save("stage", {"output": ',\n"output": '}, {"a": '"output": '})
    record = json.loads(next(tmp_path.glob("stage/*/*.json")).read_bytes())
    assert list(record) == ["check", "stage", "parts", "created", "uses", "output"]
    assert store.load("stage", {"output": ',\n"output": '}, dict) == record["output"] == {"a": '"output": '}


def test_what_somebody_said_before_since_is_absent(tmp_path):
    Store(tmp_path).save_reply(PARTS, REPLY)
    Store(tmp_path).save("parse", PARTS, 1)
    later = Store(tmp_path, datetime.now(UTC))
    assert later.load_reply(PARTS) is None and not later.has("reply", PARTS) and later.find("reply", PARTS) is None
    assert later.load("parse", PARTS, int) == 1
    later.save_reply(PARTS, REPLY)
    assert later.load_reply(PARTS) == REPLY


def test_what_a_result_is_made_from_is_noted_also_in_tasks_and_threads(tmp_path):
    store = Store(tmp_path)
    store.save("parse", {"n": 1}, 1, [("image", "a" * 64)])
    store.save_reply({"n": 2}, REPLY)

    async def make() -> None:
        await asyncio.gather(
            asyncio.to_thread(store.load, "parse", {"n": 1}, int), asyncio.to_thread(store.load_reply, {"n": 2})
        )
        with noting():
            store.save_reply({"n": 3}, REPLY)
        store.load_reply({"n": 4})

    with noting() as uses:
        asyncio.run(make())
    store.save("digest", {}, 1, uses)
    replies = [("reply", key_of("reply", {"n": n})) for n in (2, 3)]
    assert uses == {("parse", key_of("parse", {"n": 1})), ("image", "a" * 64), *replies}
    assert {tuple(use) for use in store.find("digest", {})["uses"]} == uses


def test_who_deletes_is_alone(tmp_path):
    store = Store(tmp_path / "store")
    with store.held(), store.held(), pytest.raises(LockedError, match="a run is at work"), store.held(alone=True):
        pass
    with store.held(alone=True), pytest.raises(LockedError, match="store gc"), store.held(looks=True):
        pass
    with store.held(looks=True):
        pass


def test_a_result_of_another_shape_is_absent(tmp_path):
    store = Store(tmp_path)
    store.save("reply", PARTS, {"text": 1})
    assert store.load_reply(PARTS) is None


def test_images_are_named_by_their_bytes(tmp_path):
    store = Store(tmp_path)
    name = store.save_image(b"png")
    assert store.save_image(b"png") == name and store.load_image(name) == b"png" and store.has_image(name)
    with pytest.raises(StorageError, match="gone or damaged"):
        store.load_image("0" * 64)


def test_a_damaged_image_is_absent_and_written_again(tmp_path):
    store = Store(tmp_path)
    name = store.save_image(b"png")
    store.path("image", name).write_bytes(b"pn")
    assert not store.has_image(name)
    with pytest.raises(StorageError, match="gone or damaged"):
        store.load_image(name)
    assert store.save_image(b"png") == name and store.load_image(name) == b"png"


def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(tmp_path):
    target = tmp_path / "folder" / "file"
    write_atomic(target, "old")
    blocker = tmp_path / "plain"
    blocker.write_text("a file, not a folder")
    with pytest.raises(StorageError, match="plain"):
        write_atomic(blocker / "file", "new")
    assert target.read_text() == "old"
    assert [p.name for p in target.parent.iterdir()] == ["file"]
    assert stat.S_IMODE(target.stat().st_mode) == 0o644
