"""Digests as Markdown: pure functions of values. The only place besides `schemas/` and `prompts/` with Chinese text."""
