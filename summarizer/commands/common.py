"""What the commands share: exit codes, messages, options, dates.

0 done    1 failed    2 usage or configuration    3 finished, some papers failed    75 try again later
"""

import contextlib
import math
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from summarizer.commands.words import translated
from summarizer.errors import (
    CeilingError,
    PaperError,
    RefusedError,
    StorageError,
    SummarizerError,
    TryLaterError,
    UsageError,
)

if TYPE_CHECKING:
    from datetime import datetime

    from summarizer.config import Config

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")

DONE, FAILED, USAGE, SOME_FAILED, TRY_LATER = 0, 1, 2, 3, 75

# What a run with several kinds of errors exits with: the first that applies.
_EXIT_CODES: tuple[tuple[type[SummarizerError], int], ...] = (
    (RefusedError, FAILED),
    (StorageError, FAILED),
    (TryLaterError, TRY_LATER),
    (UsageError, USAGE),
    (PaperError, SOME_FAILED),
    (CeilingError, SOME_FAILED),
)


def _finite(_context: click.Context, parameter: click.Parameter, value: float | None) -> float | None:
    if value is not None and not math.isfinite(value):
        raise click.BadParameter("not a number of dollars", param=parameter)
    return value


# Options that several commands take.
STYLE = click.option("--style", help="Digest style, by name or by the path of its .py file.  [default: daily]")
RUNS = click.option("--runs", type=click.Path(path_type=Path), help="Folder for results.  [default: runs]")
MODEL = click.option("--model", help="Model to ask (SUMMARIZER_MODEL).")
OFFLINE = click.option("--offline", is_flag=True, help="Do not ask a model: make extractive drafts.")
FORCE = click.option("--force", is_flag=True, help="Ask again, whatever is stored.")
NO_HTML = click.option(
    "--no-html", "html", flag_value=False, default=None, help="Read the PDF alone, not arXiv's HTML."
)
MAX_COST = click.option(
    "--max-cost",
    type=click.FloatRange(min=0),
    callback=_finite,
    metavar="USD",
    help="Begin no paper that would pass this.",
)
FIGURES = click.option(
    "--figures",
    type=click.Choice(["always", "cc", "never"]),
    help="Figures to show: all, only those under a CC licence, none.  [default: always]",
)


OUT = click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="FILE|DIR",
    help="Copy the finished page there, with its figures beside it.",
)


def deliver(written: Sequence[Path], out: Path | None, *, standalone: bool = False) -> None:
    """Print the paths of the pages written; with `out`, of their copies there."""
    if out and written:
        from summarizer.store.pages import copy_pages

        written = copy_pages(written, out, standalone=standalone)
    for path in written:
        click.echo(path)


def text_or_file(value: str | None) -> str | None:
    """What is in the file of this name, if there is one; else the text itself. A library stays a file."""
    from summarizer.config import LIBRARIES

    if value and Path(value).suffix.lower() in LIBRARIES:
        return value
    try:
        return Path(value).read_text(encoding="utf-8") if value and Path(value).is_file() else value
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{value}: cannot be read: {error}") from None


def require_model(config: "Config", offline: bool) -> None:
    """What is published by date is not made of drafts because a setting is missing, as in cron's environment."""
    if config.offline and not offline:
        raise UsageError(f"there is no model to ask: set {config.api_key_env} or base_url, or say --offline for drafts")


def since_now(force: bool) -> "datetime | None":
    """With --force, what was said before now does not count."""
    from datetime import UTC, datetime

    return datetime.now(UTC) if force else None


def exit_code(errors: Iterable[SummarizerError]) -> int:
    found = list(errors)
    codes = (code for kind, code in _EXIT_CODES if any(isinstance(error, kind) for error in found))
    return next(codes, FAILED if found else DONE)


def say(text: str) -> None:
    """A message on stderr, in the reader's language.

    Work does not end because nobody can read of it: a full disk, a closed pipe.
    """
    text = _CONTROL.sub("", text)  # a server's or a paper's words do not steer a terminal
    if text:
        with contextlib.suppress(OSError):
            click.echo(translated(text), err=True)
