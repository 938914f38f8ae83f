"""The one way a file gets onto the disk, and JSON for the values of `types.py`."""

import contextlib
import os
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, cast

from pydantic import TypeAdapter, ValidationError

from summarizer.errors import StorageError

T = TypeVar("T")


def write_atomic(path: Path, content: str | bytes, *, durable: bool = True) -> None:
    """Write `content` so that `path` is either the old file or the whole new one, also after a crash.

    Not `durable`: also after a crash of this process, but a power cut may undo it, unless `os.sync` is called.
    Raises `StorageError` (disk full, no permission); then nothing is left behind.
    """
    data = content.encode("utf-8") if isinstance(content, str) else content
    temporary = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".tmp")
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            if durable:
                os.fsync(file.fileno())
        Path(temporary).chmod(0o644)
        Path(temporary).replace(path)
    except OSError as error:
        if temporary:
            with contextlib.suppress(OSError):
                Path(temporary).unlink(missing_ok=True)
        raise StorageError(f"{path}: cannot be written: {error.strerror or error}") from error


def to_json(value: object) -> str:
    """A frozen value as readable JSON, fields in their own order."""
    kind: Any = type(value)
    return _adapter(kind).dump_json(value, indent=1).decode() + "\n"


def to_data(value: object) -> Any:
    """A frozen value as lists, dicts, strings and numbers."""
    kind: Any = type(value)
    return _adapter(kind).dump_python(value, mode="json")


def from_data(kind: type[T], data: object) -> T:
    """The inverse of `to_data`. Raises `ValueError` on data of another shape."""
    return _validated(kind, _adapter(cast(Any, kind)).validate_python, data)


def from_json(kind: type[T], text: str | bytes) -> T:
    """A value from its JSON. Raises `ValueError` on JSON of another shape and on what is not JSON."""
    return _validated(kind, _adapter(cast(Any, kind)).validate_json, text)


def _validated(kind: type[T], validate: Callable[[Any], Any], data: object) -> T:
    try:
        return cast(T, validate(data))
    except ValidationError as error:
        raise ValueError(f"not a {kind.__name__}: {error.error_count()} errors") from error


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)
