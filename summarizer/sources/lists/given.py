"""A list of papers that somebody gives: CSV, JSON lines, BibTeX, or ids and addresses a line.

Any list of a conference or a reading group will do, so the form is told from the text, and columns, keys and fields
are known by the names that such lists use. Title and abstract are taken where they are given.
"""

import csv
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from summarizer.errors import UsageError
from summarizer.sources.ids import parse_ref
from summarizer.sources.records.text import clean, detex

# By which of its fields a paper is found: the first that names one.
_REFERENCE = (
    "arxiv_id", "arxivid", "arxiv", "eprint", "id", "paper_id", "pdf", "pdf_url", "url", "link", "paper", "doi",
    "forum", "file", "path", "journal", "howpublished", "note", "链接", "网址", "编号",
)  # fmt: skip
_TITLE = ("title", "paper_title", "name", "标题", "题目")
_ABSTRACT = ("abstract", "summary", "摘要")

_JSON = re.compile(r'\s*(?:\{|\[\s*[]{"])')
_COMMENT = re.compile(r"(?:^|\s)#.*")
_PIECE = re.compile(r"https?://[^\s<>()\[\]{}\"]+|[^\s,，、;；()\[\]{}<>\"]+")
_BIBTEX_ENTRY = re.compile(r"^\s*@(?!(?:comment|string|preamble)\b)\w+\s*\{", re.IGNORECASE | re.MULTILINE)
_BIBTEX_FIELD = re.compile(r"(?:^|,)\s*(\w[\w-]*)\s*=\s*(?=[{\"\d])")


@dataclass(frozen=True, slots=True)
class Given:
    """One entry of a list. `reference` is what `parse_ref` reads; the title where the entry names no paper."""

    reference: str
    title: str = ""
    abstract: str = ""


def read_list(text: str, name: str) -> list[Given]:
    """The papers of a list, in its order. Raises `UsageError` naming the list, `name`, where it holds none."""
    text = text.lstrip("\ufeff")
    if _JSON.match(text):
        found = [_given(fields) for fields in _json_objects(text, name)]
    elif _BIBTEX_ENTRY.search(text):
        found = [_given(fields) for fields in _bibtex_entries(text)]
    elif (rows := _csv_rows(text, name)) is not None:
        found = [_given(fields) for fields in rows]
    else:
        found = [Given(reference) for line in text.splitlines() for reference in references_in(_COMMENT.sub("", line))]
    if not found:
        raise UsageError(f"{name}: names no papers")
    return found


def references_in(line: str) -> list[str]:
    """The papers that a line names: itself, or ids and addresses within it; itself again where there are none."""
    line = line.strip()
    if not line or _names_paper(line):
        return [line] if line else []
    return [piece for piece in _PIECE.findall(line) if _names_paper(piece, files=False)] or [line]


def _names_paper(text: str, *, files: bool = True) -> bool:
    try:
        kind = parse_ref(text).kind
    except UsageError:
        return False
    return files or kind != "file"


def _given(fields: Mapping[str, str]) -> Given:
    title, abstract = (clean(detex(_first(fields, names))) for names in (_TITLE, _ABSTRACT))
    pieces = (piece for field in _REFERENCE if (value := fields.get(field)) for piece in references_in(value))
    return Given(next(filter(_names_paper, pieces), title), title, abstract)


def _first(fields: Mapping[str, str], names: tuple[str, ...]) -> str:
    return next((fields[name] for name in names if fields.get(name)), "")


def _json_objects(text: str, name: str) -> list[Mapping[str, str]]:
    """The objects of a JSON array or of JSON lines; a string is one with that reference."""
    try:
        if text.lstrip().startswith("["):
            values = json.loads(text)
        else:
            values = [json.loads(line) for line in text.splitlines() if line.strip()]
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{name}: not JSON lines: {error}") from None
    entries = [{"id": value} if isinstance(value, str) else value for value in values]
    return [_strings(entry) for entry in entries if isinstance(entry, dict)]


def _strings(entry: Mapping[str, object]) -> Mapping[str, str]:
    """The values that are text; its own go before those of objects within it: {"paper": {"id": ...}, "title": ...}."""
    within = [inner for inner in entry.values() if isinstance(inner, dict)]
    pairs = [pair for values in (*within, entry) for pair in values.items()]
    return {str(key).lower(): value for key, value in pairs if isinstance(value, str)}


def _csv_rows(text: str, name: str) -> list[Mapping[str, str]] | None:
    """The rows of a table with a head; None where the first line is no head. Raises `UsageError`."""
    lines = text.strip().splitlines(keepends=True)
    if not lines:
        return None
    try:
        rows = list(csv.reader(lines, delimiter=max("\t;,", key=lines[0].count)))
    except csv.Error as error:
        raise UsageError(f"{name}: not a table: {error}") from None
    head = [column.strip().lower().replace(" ", "_") for column in rows[0]]
    if not {*_REFERENCE, *_TITLE} & {*head}:
        return None
    return [dict(zip(head, row, strict=False)) for row in rows[1:] if any(row)]


def _bibtex_entries(text: str) -> Iterator[Mapping[str, str]]:
    starts = [*_BIBTEX_ENTRY.finditer(text)]
    for start, following in zip(starts, [*starts[1:], None], strict=True):
        body = text[start.end() : following.start() if following else len(text)]
        fields = [*_BIBTEX_FIELD.finditer(body)]
        yield {field[1].lower(): re.sub(r"[{}]", "", detex(_bibtex_value(body[field.end() :]))) for field in fields}


def _bibtex_value(text: str) -> str:
    """The value that `text` begins with: in braces, which may be nested, in quotes, or bare."""
    if text[0] != "{":
        return next(filter(None, re.findall(r'^"([^"]*)"|^(\w+)', text)[0]), "")
    depth = 0
    for position, character in enumerate(text):
        depth += (character == "{") - (character == "}")
        if depth == 0:
            return text[1:position]
    return text[1:]
