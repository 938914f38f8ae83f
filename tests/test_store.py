import stat

import pytest

from summarizer.errors import StorageError
from summarizer.files import write_atomic
from summarizer.store import Store, key_of
from summarizer.types import Reply, Usage

PARTS = {"model": "m", "messages": [{"role": "user", "content": "长"}]}
REPLY = Reply("文本", "stop", "m", "text", Usage(10, 2, 3), 0.5)


def test_what_is_saved_is_loaded_and_its_parts_are_kept(tmp_path):
    store = Store(tmp_path)
    assert store.load_reply(PARTS) is None
    store.save_reply(PARTS, REPLY)
    assert store.load_reply(PARTS) == REPLY
    assert store.find("reply", PARTS)["parts"] == PARTS


def test_every_part_changes_the_key_and_their_order_does_not():
    assert key_of("reply", {"a": 1, "b": 2}) == key_of("reply", {"b": 2, "a": 1})
    assert len({key_of("reply", PARTS), key_of("other", PARTS), key_of("reply", {**PARTS, "model": "n"})}) == 3


@pytest.mark.parametrize("damage", [lambda s: s[: len(s) // 2], lambda s: s.replace("文本", "文木"), lambda s: ""])
def test_a_damaged_result_is_absent(tmp_path, damage):
    store = Store(tmp_path)
    store.save_reply(PARTS, REPLY)
    path = next(tmp_path.glob("reply/*/*.json"))
    path.write_text(damage(path.read_text()))
    assert store.load_reply(PARTS) is None


def test_a_result_of_another_shape_is_absent(tmp_path):
    store = Store(tmp_path)
    store.save("reply", PARTS, {"text": 1})
    assert store.load_reply(PARTS) is None


def test_images_are_named_by_their_bytes(tmp_path):
    store = Store(tmp_path)
    name = store.save_image(b"png")
    assert store.save_image(b"png") == name and store.load_image(name) == b"png"
    with pytest.raises(StorageError, match="--force"):
        store.load_image("0" * 64)


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
