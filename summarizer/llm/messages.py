"""Prompts filled with text that is data.

Such text stands between two lines of a marker derived from its own bytes, so that nobody can write the marker into it,
and the request (and with it the store's key) stays the same from run to run.
"""

import hashlib
import json

from pydantic import BaseModel

from summarizer.llm.client import ChatMessage
from summarizer.llm.wire import wire_schema
from summarizer.styles import Prompt


def fenced(prompt: Prompt, content: str, **values: str) -> tuple[ChatMessage, ...]:
    """The prompt's messages with `values` and a `marker` that `content`, the foreign part of them, cannot hold."""
    marker = f"=== {hashlib.sha256(content.encode('utf-8', 'replace')).hexdigest()[:16]} ==="
    system, user = prompt.fill(marker=marker, **values)
    return {"role": "system", "content": system["content"]}, {"role": "user", "content": user["content"]}


def schema_text(schema: type[BaseModel]) -> str:
    """The JSON Schema as it stands in a prompt."""
    return json.dumps(wire_schema(schema), ensure_ascii=False, separators=(",", ":"))
