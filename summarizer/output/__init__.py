"""Digests as Markdown: pure functions of values.

Chinese text stands here, in `site/`, `export/`, `schemas/`, `prompts/`, lists of words and the catalogue of messages.
"""

import hashlib
from functools import cache
from pathlib import Path


@cache
def renderer_fingerprint() -> str:
    """SHA-256 of the code that writes digests and issues, by which a page knows that it would be another today."""
    files = sorted(Path(__file__).parent.glob("*.py"))
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()
