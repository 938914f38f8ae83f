"""What the program says to people, gathered from its code: help pages, and sentences in the modules that speak."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import click

from summarizer.cli import cli
from summarizer.commands.help import help_paragraphs

PACKAGE = Path(__file__).parent.parent.parent / "summarizer"

# Modules whose strings are pages, prompts, patterns, reports or data; those that only programmers hear; and those that
# say what was odd about an answer of a server, which stays in English as in a log.
_SILENT = (
    "trust/", "output/", "export/", "site/", "pdf/floats/", "pdf/headings/", "pdf/page/", "pdf/tables/", "pdf/text/", "pdf/samples", "paper/pieces",
    "reports/charts", "reports/plain", "reports/diff_text", "reports/stats_text", "reports/verify_text",
    "llm/ranking", "llm/wire", "paper/draft", "paper/review", "paper/compose", "paper/witness", "html/",
    "llm/bodies", "llm/json_text", "sources/lists/listing", "sources/lists/merging", "sources/lists/rss",
    "sources/records/abs_page", "sources/records/api", "sources/records/oai", "jobs/night_log",
)  # fmt: skip
_PATTERNS = {"compile", "fullmatch", "match", "search", "sub", "findall", "info", "warning", "debug", "getLogger"}
_UNHEARD = {"TypeError", "AssertionError", "ChatMessage", "cast"}
_NAMES = {"Qwen (DashScope)", "Kimi (Moonshot)", "Bearer {0}", "summarizer {0}, parser {1}, pymupdf {2}",
          "summarizer/{0} (digests of arXiv papers)", "30 1 * * *  cd {0} && {1} nightly"}  # fmt: skip
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
                if text and id(node) not in silent and _is_sentence(text):
                    found.setdefault(text, f"{name}:{node.lineno}")  # type: ignore[attr-defined]
    return found


def _is_sentence(text: str) -> bool:
    """Words enough to know a message by; an f-string of two words and values could be anything."""
    letters = len(re.sub(r"\{\d+\}|[^A-Za-z]", "", text))
    return text not in _NAMES and bool(_SENTENCE.search(text)) and (letters >= 8 or "{" not in text)


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
            case (
                ast.FunctionDef(returns=kind)
                | ast.AsyncFunctionDef(returns=kind)
                | ast.AnnAssign(annotation=kind)
                | ast.arg(annotation=kind)
            ) if kind:
                yield from map(id, ast.walk(kind))


def _template(node: ast.AST) -> str:
    match node:
        case ast.Constant(value=str() as text):
            return text
        case ast.JoinedStr(values=parts):
            values = iter(range(len(parts)))
            return "".join(p.value if isinstance(p, ast.Constant) else f"{{{next(values)}}}" for p in parts)
    return ""
