"""Several digests as one page: table of contents, entries in order, afterword."""

from collections.abc import Sequence
from dataclasses import dataclass

from summarizer.output import words
from summarizer.output.escape import escape
from summarizer.output.markdown import entry
from summarizer.types import Digest


@dataclass(frozen=True, slots=True)
class Placed:
    """A digest and the way from the issue's folder to its own, such as "papers/2410.11988v1/"."""

    digest: Digest
    folder: str


def issue_pages(title: str, placed: Sequence[Placed], afterword: str, parts: int = 1) -> list[str]:
    """The issue in `parts` pages; entries are numbered through. More parts than entries are not made."""
    parts = max(1, min(parts, len(placed)))
    size, rest = divmod(len(placed), parts)
    pages, start = [], 0
    for part in range(parts):
        end = start + size + (part < rest)
        name = title if parts == 1 else title + words.part_name(part, parts)
        pages.append(_page(name, placed[start:end], start + 1, afterword))
        start = end
    return pages


def _page(title: str, placed: Sequence[Placed], first: int, afterword: str) -> str:
    entries = [entry(p.digest, number=n, level=2, folder=p.folder) for n, p in enumerate(placed, first)]
    head = [f"# {escape(title)}"]
    if all(p.digest.layout == "pick" for p in placed):
        head.append(words.PICKS.format(count=len(placed)))
    else:
        contents = [f"{n}. [{e.title}](#{e.anchor})" for n, e in enumerate(entries, first)]
        head += [f"## {words.CONTENTS}", "\n".join(contents)]
    body = [f'<a id="{e.anchor}"></a>\n\n{e.text}' for e in entries]
    return "\n\n".join([*head, *body, f"## {words.AFTERWORD}", afterword]) + "\n"
