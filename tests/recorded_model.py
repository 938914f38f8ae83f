"""Replies that a careful writer gave to real requests, replayed whatever numbers the passages have now.

A recording in tests/recorded/ holds the replies of one paper and, for every passage they cite, its number
at the time and a digest of its text. Passages are found again by that digest, so that a recording outlives
changes of the parser. No text of a paper is kept.
"""

import hashlib
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from llm_server import Scripted, completion

RECORDED = Path(__file__).parent / "recorded"
LOST = 99_999  # the number of a passage that is not there any more
_PASSAGE = re.compile(r"^\[(\d+)\] (.*)$", re.MULTILINE)
_MARK = re.compile(r"\[(\d+)\]")
_ANY_MARK = re.compile(r"\[(?:\d+|[TE][\w.]*)\]")  # of passages, tables, equations
_HEADING = re.compile(r"^〔[^〕]*〕")


def fingerprint(text: str) -> str:
    return hashlib.sha256("".join(c for c in text.lower() if c.isalnum()).encode()).hexdigest()[:12]


def passages(body: dict[str, Any]) -> dict[int, str]:
    return {int(n): fingerprint(text) for n, text in _PASSAGE.findall(body["messages"][1]["content"])}


def stage(body: dict[str, Any]) -> str:
    system = body["messages"][0]["content"]
    marks = {'"notes"': "notes", '"title_zh"': "digest", "终审": "reading"}
    return next((stage for mark, stage in marks.items() if mark in system), "repair")


@dataclass
class Recording:
    """Of one paper in one style. `passages` is {number at the time: fingerprint}."""

    passages: dict[int, str]
    digest: str
    notes: list[str]
    repairs: dict[str, str]  # {sentence that failed: sentence sent back}
    readings: dict[str, dict[str, str]]  # {sentence that the second reader found fault with: what it said}


def load(name: str) -> Recording:
    data = json.loads((RECORDED / f"{name}.json").read_text(encoding="utf-8"))
    passages = {int(number): digest for number, digest in data["passages"].items()}
    return Recording(passages, data["digest"], data.get("notes", []), data.get("repairs", {}), data.get("readings", {}))


class RecordedModel:
    """A script for `LlmServer`. `lost` counts the citations whose passage was not found again."""

    def __init__(self, *names: str) -> None:
        self.recordings = [load(name) for name in names]
        self.now: dict[str, int] = {}  # of the paper asked about: {fingerprint: number}
        self.seen: dict[int, dict[str, int]] = {}
        self.marks = self.lost = 0

    def __call__(self, body: dict[str, Any]) -> Scripted:
        shown = {digest: number for number, digest in passages(body).items()}
        place, recording = max(enumerate(self.recordings), key=lambda pair: self._shared(pair[1], shown))
        self.now = self.seen.setdefault(place, {})
        self.now |= shown
        kind = stage(body)
        if kind == "notes":
            return completion(
                self._renumber(max(recording.notes, key=lambda t: self._cited(recording, t, shown)), recording)
            )
        if kind == "reading":
            return completion(json.dumps({"items": self._read(body, recording)}, ensure_ascii=False))
        if kind == "repair":
            return completion(json.dumps({"items": self._mended(body, recording)}, ensure_ascii=False))
        return completion(self._renumber(recording.digest, recording))

    def _shared(self, recording: Recording, shown: dict[str, int]) -> int:
        return len(shown.keys() & set(recording.passages.values()))

    def _cited(self, recording: Recording, text: str, shown: dict[str, int]) -> int:
        return sum(recording.passages.get(int(n)) in shown for n in _MARK.findall(text))

    def _mended(self, body: dict[str, Any], recording: Recording) -> list[dict[str, object]]:
        known = recording.repairs
        return [{"id": n, "text": self._renumber(known.get(plain(text), ""), recording)} for n, text in sentences(body)]

    def _read(self, body: dict[str, Any], recording: Recording) -> list[dict[str, object]]:
        agreed = {"verdict": "supported", "problem": "none", "quote": "", "text": ""}
        said = [(n, recording.readings.get(plain(text), agreed)) for n, text in sentences(body)]
        return [{"id": n, **item, "text": self._renumber(item["text"], recording)} for n, item in said]

    def _renumber(self, text: str, recording: Recording) -> str:
        def current(mark: re.Match[str]) -> str:
            self.marks += 1
            number = self.now.get(recording.passages.get(int(mark[1]), ""), LOST)
            self.lost += number == LOST
            return f"[{number}]"

        return _MARK.sub(current, text)


def sentences(body: dict[str, Any]) -> list[tuple[int, str]]:
    """The numbered sentences of a request to mend or to read."""
    return [(int(n), text) for n, text in re.findall(r"^(\d+)\. (.*)$", body["messages"][1]["content"], re.MULTILINE)]


def plain(sentence: str) -> str:
    """A sentence by its letters and digits, without the heading before it and its marks."""
    return "".join(c for c in _ANY_MARK.sub("", _HEADING.sub("", sentence)) if c.isalnum())
