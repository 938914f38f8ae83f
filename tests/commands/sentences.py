"""What the program says to people, gathered from its code: help pages, and sentences in the modules that speak."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import click

from summarizer.cli import cli
from summarizer.commands.help import help_paragraphs

PACKAGE = Path(__file__).parent.parent.parent / "summarizer"

# Modules whose strings are pages, prompts, patterns, reports or data; and those that only programmers hear.
_SILENT = (
    "trust/", "output/", "site/", "pdf/floats/", "pdf/headings/", "pdf/page/", "pdf/tables/", "pdf/text/",
    "reports/charts", "reports/plain", "reports/diff_text", "reports/stats_text", "reports/verify_text",
    "llm/ranking", "llm/wire", "llm/prompts", "paper/draft", "paper/review", "paper/compose",
)  # fmt: skip
_PATTERNS = {"compile", "fullmatch", "match", "search", "sub", "findall", "info", "warning", "debug", "getLogger"}
_UNHEARD = {"TypeError", "AssertionError", "Message", "cast"}
_SENTENCE = re.compile(r"[a-z]{2,}[,:;’']* [a-z(`{]|^[a-z]+ [a-z]+$|[a-z]{3,} \{\d")


def help_sentences(command: click.Command = cli, path: str = "summarize") -> Iterator[str]:
    """The paragraphs and the words on options of a command and of those below it."""
    yield from help_paragraphs(command)
    context = click.Context(command, info_name=path)
    for parameter in command.get_params(context):
        if isinstance(parameter, click.Option) and parameter.help:
            yield parameter.help.split("  [")[0]
    if isinstance(command, click.Group):
        for name, inner in command.commands.items():
            yield from help_sentences(inner, f"{path} {name}")


def message_sentences() -> dict[str, str]:
    """{sentence: where it is}: f-strings with {0}, {1}, ... for their values."""
    found: dict[str, str] = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        name = str(path.relative_to(PACKAGE))
        if not name.startswith(_SILENT):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            silent = set(_silent_nodes(tree))
            for node in ast.walk(tree):
                text = _template(node)
                if text and id(node) not in silent and _SENTENCE.search(text):
                    found.setdefault(text, f"{name}:{node.lineno}")  # type: ignore[attr-defined]
    return found


def _silent_nodes(tree: ast.AST) -> Iterator[int]:
    """Docstrings, parts of f-strings, annotations, patterns, options of the command line, words for programmers."""
    for node in ast.walk(tree):
        match node:
            case ast.Expr(value=ast.Constant() as text):
                yield id(text)
            case ast.JoinedStr(values=parts):
                yield from map(id, parts)
            case ast.Call(func=ast.Attribute(attr=name) | ast.Name(id=name)) if name in _PATTERNS | _UNHEARD:
                yield from map(id, ast.walk(node))
            case ast.Call(func=ast.Attribute(value=ast.Name(id="click"), attr="option" | "argument" | "command")):
                yield from map(id, ast.walk(node))
            case ast.FunctionDef(returns=kind) | ast.AnnAssign(annotation=kind) | ast.arg(annotation=kind) if kind:
                yield from map(id, ast.walk(kind))


def _template(node: ast.AST) -> str:
    match node:
        case ast.Constant(value=str() as text):
            return text
        case ast.JoinedStr(values=parts):
            values = iter(range(len(parts)))
            return "".join(p.value if isinstance(p, ast.Constant) else f"{{{next(values)}}}" for p in parts)
    return ""
