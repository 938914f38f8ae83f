"""Wrong claims come back from those who make them only in the form that the measure needs."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

MAKE_LABELS = Path(__file__).parents[2] / "bench" / "make_labels.py"
RIGHT = {"id": "p-1", "section": "摘要", "text": "准确率为 71%。", "cites": ["0123456789ab"], "kind": "right"}


@pytest.fixture
def labels(tmp_path: Path) -> Path:
    head = {"paper": "p", "rules": "held", "writer": "a"}
    _write(tmp_path / "p.jsonl", head, RIGHT, {**RIGHT, "id": "p-2", "text": "误差为 3%。"})
    return tmp_path


def _write(file: Path, *lines: dict[str, object]) -> None:
    file.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), encoding="utf-8")


def _claims(folder: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in (folder / "p.jsonl").read_text(encoding="utf-8").splitlines()[1:]]


def _run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, MAKE_LABELS, *arguments], capture_output=True, text=True, check=False)


def test_a_wrong_claim_keeps_what_its_right_one_cites(labels: Path) -> None:
    line = {"of": "p-1", "kind": "digit", "text": "准确率为 17%[3]。", "words": "71%"}
    _write(labels / "p.wrong.jsonl", line)
    assert _run("take", labels).returncode == 0
    assert _run("take", labels).returncode == 0  # again: nothing doubled
    *_, made = _claims(labels)
    assert len(_claims(labels)) == 3
    assert made == {**RIGHT, "id": "p-1w", "text": "准确率为 17%。", "kind": "digit", "of": "p-1", "words": "71%"}


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ({"of": "p-9", "kind": "digit", "text": "x"}, "no sentence of the paper"),
        ({"of": "p-1", "kind": "typo", "text": "x"}, "`kind` must be one of"),
        ({"of": "p-1", "kind": "digit", "text": "准确率为 71%。"}, "not changed"),
    ],
)
def test_what_is_wrong_with_a_line_is_said_and_nothing_is_written(
    labels: Path, line: dict[str, object], said: str
) -> None:
    before = _claims(labels)
    _write(labels / "p.wrong.jsonl", line)
    answer = _run("take", labels)
    assert answer.returncode == 1 and "p.wrong.jsonl:1" in answer.stderr and said in answer.stderr
    assert _claims(labels) == before


def test_a_judge_says_which_sentences_are_wrong_as_written(labels: Path, tmp_path: Path) -> None:
    _write(tmp_path / "verdicts", {"id": "p-2", "kind": "hedge", "words": "may be 3%"})
    assert _run("judge", labels, tmp_path / "verdicts").returncode == 0
    assert [claim["kind"] for claim in _claims(labels)] == ["right", "hedge"]
