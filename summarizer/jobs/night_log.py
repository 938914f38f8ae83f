"""`runs/nightly.log`: a line when a night begins a date and one when it ends it, for `grep` and for people.

    2024-10-17T01:30:04+00:00 date=2024-10-17 begun
    2024-10-17T01:34:10+00:00 date=2024-10-17 announced=301 digested=7 ... seconds=214.9 ok

A night that was killed leaves a beginning without an end; the next one says so.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from summarizer.errors import StorageError, SummarizerError
from summarizer.files import append_to
from summarizer.types import Manifest

_LINE = re.compile(r"\S+ date=(?P<day>\S+) (?P<rest>.*)")
_BEGUN, _OK, _NOTHING = "begun", "ok", "no announcement"
_INTERRUPTED = "error='the night did not end: it was killed, or the machine went off'"


@dataclass(frozen=True, slots=True)
class NightEntry:
    """One line. `begun`: the date was begun, and this says nothing of its end."""

    text: str
    begun: bool
    ok: bool


class NightLog:
    """Raises `StorageError` where it cannot be written."""

    def __init__(self, runs: Path) -> None:
        self._path = runs / "nightly.log"

    def begin(self, day: date) -> None:
        self._append(day, {}, _BEGUN)

    def end(self, day: date, outcome: Manifest | SummarizerError | None, seconds: float) -> None:
        """`outcome`: the issue's account, what went wrong, or None where nothing was announced."""
        fields: dict[str, object] = {}
        if isinstance(outcome, Manifest):
            usage, cost = outcome.usage, "unknown" if outcome.cost is None else f"{outcome.cost:.4f}"
            fields = {**outcome.ledger, "tokens_in": usage.prompt, "tokens_out": usage.completion, "cost": cost}
        self._append(day, {**fields, "seconds": f"{seconds:.1f}"}, _end(outcome))

    def end_interrupted(self) -> None:
        """Give the night before its end where it had none."""
        last = self.entries()[-1:]
        if last and last[0].begun and (found := _LINE.match(last[0].text)):
            self._append(found["day"], {}, _INTERRUPTED)

    def entries(self) -> list[NightEntry]:
        """The lines, oldest first."""
        try:
            lines = self._path.read_text(encoding="utf-8", errors="replace").splitlines()
        except FileNotFoundError:
            return []
        return [
            NightEntry(line, line.endswith(f" {_BEGUN}"), line.endswith((f" {_OK}", f" {_NOTHING}")))
            for line in lines
            if line.strip()
        ]

    def _append(self, day: date | str, fields: Mapping[str, object], end: str) -> None:
        now = datetime.now(UTC).isoformat(timespec="seconds")
        line = " ".join([now, f"date={day}", *(f"{name}={value}" for name, value in fields.items()), end])
        try:
            with append_to(self._path) as log:
                log.write(line + "\n")
        except OSError as problem:
            raise StorageError(f"{self._path}: cannot be written: {problem.strerror}") from problem


def _end(outcome: Manifest | SummarizerError | None) -> str:
    match outcome:
        case None:
            return _NOTHING
        case Manifest():
            return _OK if outcome.ledger["digested"] else "nothing made"
    return f"error={' '.join(str(outcome).split())!r}"
