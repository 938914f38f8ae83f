"""Reads the lists in `prompts/` that a maintainer may edit: a line is `column | column`, # starts a remark."""

from collections.abc import Callable, Iterator

from summarizer.errors import UsageError


def read_list(name: str, text: str, form: str, valid: Callable[[list[str]], bool]) -> Iterator[list[str]]:
    """The columns of each line. `form` shows what a line must look like, `valid` tells whether its columns do.

    Raises `UsageError` naming the line that is malformed.
    """
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        columns = [column.strip() for column in line.split("|")]
        if len(columns) != form.count("|") + 1 or not valid(columns):
            raise UsageError(f"{name} line {number}: {line!r} must be {form!r}")
        yield columns


def items(column: str) -> list[str]:
    """What a column lists: `a、b`."""
    return [item.strip() for item in column.split("、") if item.strip()]
