"""A bench for the model layer: a configuration with small deadlines, a store in memory, a log of events."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from llm_server import LlmServer

from summarizer.config import Config
from summarizer.llm.client import CallEvent, ChatMessage, Client, Request
from summarizer.llm.rungs import RungMemory
from summarizer.types import Reply

KEY = "sk-secret-0123456789"


def settings(url: str, **changes: Any) -> Config:
    values = {"base_url": url, "api_key": KEY, "model": "m", "call_timeout_seconds": 5, "call_deadline_seconds": 10}
    return Config.model_validate(values | changes)


def request(messages: Sequence[ChatMessage], schema: dict[str, Any], max_tokens: int) -> Request:
    return Request("digest", "2410.11988v1", "0" * 64, messages, schema, max_tokens)


class MemoryStore:
    """Replies by the JSON of their key's parts."""

    def __init__(self) -> None:
        self.replies: dict[str, Reply] = {}

    def load_reply(self, parts: Mapping[str, Any]) -> Reply | None:
        return self.replies.get(json.dumps(parts, sort_keys=True))

    def save_reply(self, parts: Mapping[str, Any], reply: Reply) -> None:
        self.replies[json.dumps(parts, sort_keys=True)] = reply


class Bench:
    """Clients of a server with one memory of rungs and one log of events."""

    def __init__(self, folder: Path) -> None:
        self.rungs_file = folder / "rungs.json"
        self.now = datetime(2026, 11, 20, tzinfo=UTC)
        self.events: list[CallEvent] = []

    def client(self, server: LlmServer | str, **changes: Any) -> Client:
        """A client as a new process would have it."""
        url = server if isinstance(server, str) else server.url
        return Client(settings(url, **changes), RungMemory(self.rungs_file, lambda: self.now), self.events.append)
