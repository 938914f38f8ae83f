"""The one way a file gets onto the disk, the one lock, and JSON for the values of `types.py`."""

import contextlib
import errno
import fcntl
import json
import os
import tempfile
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import IO, Any, TypeVar, cast

from pydantic import TypeAdapter, ValidationError

from summarizer.errors import LockedError, StorageError

T = TypeVar("T")

_MOST_TEXT_BYTES = 64 * 2**20


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


def read_text(file: Path | IO[bytes], encoding: str = "utf-8") -> str:
    """The text of a file that somebody names, which may be a device or a pipe without end.

    Raises `OSError`, also for more than there is memory for, and `UnicodeDecodeError`.
    """
    if isinstance(file, Path):
        with file.open("rb") as opened:
            return read_text(opened, encoding)
    data = file.read(_MOST_TEXT_BYTES + 1)
    if len(data) > _MOST_TEXT_BYTES:
        raise OSError(errno.EFBIG, os.strerror(errno.EFBIG))
    return data.decode(encoding)


def append_to(path: Path, mode: str = "a") -> IO[Any]:
    """Open a file that is added to, never through a link: somebody may have laid one that leads out of our folders."""
    encoding = None if "b" in mode else "utf-8"
    return open(path, mode, encoding=encoding, opener=lambda name, flags: os.open(name, flags | os.O_NOFOLLOW, 0o666))


def try_lock(file: IO[Any], *, shared: bool = False) -> bool:
    """Lock an open file until it is closed; the kernel does that for a process that dies. False: another has it.

    Raises `StorageError` on a filesystem without locks, as some network drives are.
    """
    try:
        fcntl.flock(file, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError as error:
        raise StorageError(
            f"{file.name}: this filesystem has no locks ({error.strerror}); choose a folder on another one, "
            "with --runs or, for the cache, XDG_CACHE_HOME"
        ) from error
    return True


@contextlib.contextmanager
def lock_folder(folder: Path) -> Iterator[None]:
    """Make a folder and keep other processes from working there. Raises `LockedError`, `StorageError`."""
    path = folder / ".lock"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = append_to(path)
    except OSError as error:
        raise StorageError(f"{folder}: cannot be written: {error.strerror}") from error
    with lock:
        if not try_lock(lock):
            raise LockedError(folder, _holder(path))
        with contextlib.suppress(OSError):  # who it is is only for messages
            lock.truncate(0)
            os.write(lock.fileno(), b"%d\n" % os.getpid())
        yield


def _holder(lock: Path) -> str:
    with contextlib.suppress(OSError, ValueError):
        return f"process {int(lock.read_text(encoding='ascii'))}"
    return "another process"


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


def parse_json(text: str | bytes) -> Any:
    """The value of a JSON text that may come from anybody. Raises `ValueError`, also for nesting without end."""
    try:
        return json.loads(text)
    except RecursionError:
        raise ValueError("JSON that is nested without end") from None


def _validated(kind: type[T], validate: Callable[[Any], Any], data: object) -> T:
    try:
        return cast(T, validate(data))
    except ValidationError as error:
        raise ValueError(f"not a {kind.__name__}: {error.error_count()} errors") from error


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)
