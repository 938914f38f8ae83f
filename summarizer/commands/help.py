"""Help pages in the reader's language, wrapped by the cells that a terminal gives to a character."""

import inspect
import re
import unicodedata
from collections.abc import Iterable

import click

from summarizer.commands.words import translated

_FIRST_COLUMN = 30  # cells at most: a longer name has a line of its own
# Where a line may end: after a space, after a character of Chinese and what closes behind it.
_PIECE = re.compile(r"[^\s\u2e80-\uffef]+[，。；：、）」！？]*\s*|[\u2e80-\uffef][，。；：、）」！？]*\s*|\s+")
_FIRST_SENTENCE = re.compile(r".*?(?:。|\.(?=\s|$))|.*")


class Formatter(click.HelpFormatter):
    """All that a help page says passes through here."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        super().write_usage(prog, args, translated("Usage:") + " " if prefix is None else prefix)

    def write_heading(self, heading: str) -> None:
        super().write_heading(translated(heading))

    def write_text(self, text: str) -> None:
        margin = " " * self.current_indent
        said = [translated(" ".join(paragraph.split())) for paragraph in text.split("\n\n")]
        paragraphs = ["\n".join(margin + line for line in wrap(text, self.width - len(margin))) for text in said]
        self.write("\n\n".join(paragraphs) + "\n")

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = _FIRST_COLUMN, col_spacing: int = 2) -> None:
        rows = list(rows)
        margin = " " * self.current_indent
        first = min(max(len(name) for name, _ in rows), col_max) + col_spacing
        between = "\n" + " " * (len(margin) + first)
        for name, text in rows:
            lines = wrap(_option_words(text), self.width - len(margin) - first)
            head = margin + name + (between if len(name) + col_spacing > first else " " * (first - len(name)))
            self.write((head + between.join(lines)).rstrip() + "\n")


class Group(click.Group):
    """Lists its commands, each with the first sentence of its help."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        shown = [(name, command) for name, command in sorted(self.commands.items()) if not command.hidden]
        with formatter.section("Commands"):
            formatter.write_dl([(name, _first_sentence(command)) for name, command in shown])


def help_paragraphs(command: click.Command) -> list[str]:
    """What a command says of itself, a paragraph a line."""
    return [" ".join(paragraph.split()) for paragraph in inspect.cleandoc(command.help or "").split("\n\n")]


def wrap(text: str, width: int) -> list[str]:
    """Lines of at most `width` cells; a piece that is longer has a line of its own."""
    lines, line, used = [], "", 0
    for piece in _PIECE.findall(text):
        if line and used + _cells(piece.rstrip()) > width:
            lines.append(line.rstrip())
            line, used = "", 0
        line += piece
        used += _cells(piece)
    return [*lines, line.rstrip()]


def _option_words(text: str) -> str:
    """What an option is for, and behind it in brackets what click knows of its values."""
    purpose, *values = text.split("  [")
    known = ["; ".join(map(translated, value.removesuffix("]").split("; "))) for value in values]
    return "  ".join([translated(purpose), *(f"[{value}]" for value in known)])


def _first_sentence(command: click.Command) -> str:
    found = _FIRST_SENTENCE.match(translated(help_paragraphs(command)[0]))
    return found[0].rstrip("。.") if found else ""


def _cells(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)
