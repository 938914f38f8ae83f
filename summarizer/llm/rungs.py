"""Which way of asking for JSON a server takes: json_schema, json_object, or words in the prompt only.

No list of vendors: the first real request is the probe. A rung is remembered for 30 days per
endpoint, model and schema, once it has really given JSON, so that one odd reply cannot spoil a month.
Beside the rungs is remembered which model of an endpoint takes no images, or only so many.
"""

import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Literal, get_args

from summarizer.config import Config
from summarizer.files import parse_json, write_atomic
from summarizer.store.results import fingerprint

Rung = Literal["json_schema", "json_object", "text"]
RUNGS: tuple[Rung, ...] = get_args(Rung)

_REMEMBERED = timedelta(days=30)
_PROSE_LIMIT = 2  # replies in a row without JSON: the server ignores the format


def response_format(rung: Rung, schema: Mapping[str, Any]) -> dict[str, Any] | None:
    """The request field of a rung; None: leave it out."""
    if rung == "json_schema":
        return {"type": rung, "json_schema": {"name": "answer", "strict": True, "schema": schema}}
    return {"type": rung} if rung == "json_object" else None


def next_rung(rung: Rung) -> Rung:
    """One further down; the last one is followed by itself."""
    return RUNGS[min(RUNGS.index(rung) + 1, len(RUNGS) - 1)]


def rung_key(endpoint: str, model: str, schema: Mapping[str, Any]) -> str:
    return fingerprint([endpoint, model, schema])


def _images_key(config: Config) -> str:
    return fingerprint([config.endpoint, config.model, "images"])


class RungMemory:
    """The rungs in use, and the JSON file `{key: {"rung", "date"}}` of those that were seen to work.

    With `{key: {"images", "date"}}` it holds how many images a model takes, where it has refused more.

    A damaged file counts as empty. Raises `StorageError` when the file cannot be written.
    """

    def __init__(self, path: Path, clock: Callable[[], datetime]) -> None:
        self._path, self._clock = path, clock
        self._in_use: dict[str, Rung] = {}
        self._recorded: set[str] = set()  # keys whose entry in the file stands
        self._prose: dict[str, int] = {}

    def current(self, key: str) -> Rung:
        """The rung to ask on."""
        if key not in self._in_use:
            recorded = self._recorded_rung(key)
            if recorded:
                self._recorded.add(key)
            self._in_use[key] = recorded or RUNGS[0]
        return self._in_use[key]

    def refused(self, key: str, rung: Rung) -> None:
        """The server says that it does not know `rung`: go one down, and record what works there."""
        self._recorded.discard(key)
        self._step_down(key, rung)

    def gave_prose(self, key: str, rung: Rung) -> None:
        """A reply held no JSON. After two in a row go one down; a recorded rung stays recorded."""
        if rung != self.current(key):
            return
        self._prose[key] = self._prose.get(key, 0) + 1
        if self._prose[key] >= _PROSE_LIMIT:
            self._step_down(key, rung)

    def gave_json(self, key: str, rung: Rung) -> None:
        """A reply held JSON: the rung works."""
        if rung != self.current(key):
            return
        self._prose.pop(key, None)
        if key not in self._recorded:
            self._record(key, {"rung": rung})
            self._recorded.add(key)

    def images_refused(self, config: Config, most: int) -> None:
        """The model takes no more than `most` images with a request, and says so."""
        self._record(_images_key(config), {"images": most})

    def without_refused_images(self, config: Config) -> Config:
        """The configuration with as many figures as its model is known to take."""
        most = self._fresh(_images_key(config)).get("images") if config.figures_to_model else None
        if not isinstance(most, int) or most >= config.figures_to_model:
            return config
        return config.model_copy(update={"figures_to_model": most})

    def _step_down(self, key: str, rung: Rung) -> None:
        if rung == self.current(key) and rung != RUNGS[-1]:  # another call may have stepped down already
            self._in_use[key] = next_rung(rung)
            self._prose.pop(key, None)

    def _recorded_rung(self, key: str) -> Rung | None:
        rung = self._fresh(key).get("rung")
        return rung if rung in RUNGS else None

    def _fresh(self, key: str) -> Mapping[str, Any]:
        """What is recorded under a key and has not been forgotten; empty if there is nothing."""
        try:
            entry = self._read()[key]
            fresh = self._clock() - datetime.fromisoformat(entry["date"]) < _REMEMBERED
        except (KeyError, TypeError, ValueError):
            return {}
        return entry if fresh else {}

    def _record(self, key: str, what: Mapping[str, object]) -> None:
        entries = self._read() | {key: {**what, "date": self._clock().isoformat(timespec="seconds")}}
        write_atomic(self._path, json.dumps(entries, indent=1) + "\n")

    def _read(self) -> dict[str, Any]:
        try:
            entries = parse_json(self._path.read_bytes())
        except (OSError, ValueError):
            return {}
        return entries if isinstance(entries, dict) else {}
