"""Replies that a careful writer gave to real requests, replayed whatever numbers the passages have now.

A recording in tests/recorded/ holds the replies of one paper and, for every passage they cite, its number
at the time and a digest of its text. Passages are found again by that digest, so that a recording outlives
changes of the parser. No text of a paper is kept.
"""

import hashlib
import json
import re
from pathlib import Path
from typing import Any

from llm_server import Scripted, completion

RECORDED = Path(__file__).parent / "recorded"
LOST = 99_999  # the number of a passage that is not there any more
_PASSAGE = re.compile(r"^\[(\d+)\] (.*)$", re.MULTILINE)
_MARK = re.compile(r"\[(\d+)\]")


def fingerprint(text: str) -> str:
    return hashlib.sha256("".join(c for c in text.lower() if c.isalnum()).encode()).hexdigest()[:12]


def passages(body: dict[str, Any]) -> dict[int, str]:
    return {int(n): fingerprint(text) for n, text in _PASSAGE.findall(body["messages"][1]["content"])}


def stage(body: dict[str, Any]) -> str:
    system = body["messages"][0]["content"]
    return "notes" if '"notes"' in system else "digest" if '"title_zh"' in system else "repair"


class RecordedModel:
    """A script for `LlmServer`. `lost` counts the citations whose passage was not found again."""

    def __init__(self, paper: str) -> None:
        recording = json.loads((RECORDED / f"{paper}.json").read_text(encoding="utf-8"))
        self.then: dict[int, str] = {int(n): digest for n, digest in recording["passages"].items()}
        self.digest: str = recording["digest"]
        self.notes: list[str] = recording.get("notes", [])
        self.repairs: dict[str, str] = recording.get("repairs", {})
        self.now: dict[str, int] = {}
        self.marks = self.lost = 0

    def __call__(self, body: dict[str, Any]) -> Scripted:
        shown = passages(body)
        self.now |= {digest: number for number, digest in shown.items()}
        kind = stage(body)
        if kind == "notes":
            here = set(shown.values())
            return completion(self._renumber(max(self.notes, key=lambda text: self._overlap(text, here))))
        if kind == "repair":
            return completion(json.dumps({"items": self._mended(body)}, ensure_ascii=False))
        return completion(self._renumber(self.digest))

    def _overlap(self, text: str, here: set[str]) -> int:
        return sum(self.then.get(int(n)) in here for n in _MARK.findall(text))

    def _mended(self, body: dict[str, Any]) -> list[dict[str, object]]:
        sentences = re.findall(r"^(\d+)\. (.*)$", body["messages"][1]["content"], re.MULTILINE)
        return [{"id": int(n), "text": self._renumber(self.repairs.get(plain(text), ""))} for n, text in sentences]

    def _renumber(self, text: str) -> str:
        def current(mark: re.Match[str]) -> str:
            self.marks += 1
            number = self.now.get(self.then.get(int(mark[1]), ""), LOST)
            self.lost += number == LOST
            return f"[{number}]"

        return _MARK.sub(current, text)


def plain(sentence: str) -> str:
    """A sentence by its letters and digits, without its marks."""
    return "".join(c for c in _MARK.sub("", sentence) if c.isalnum())
