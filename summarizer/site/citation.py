"""A paper for reference managers: BibTeX, and the `citation_*` tags that Zotero and Google Scholar read."""

import re
from collections.abc import Iterable

from summarizer.types import Paper

_SPECIAL = str.maketrans(
    {c: f"\\{c}" for c in "&%$#_"}
    | {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "{": "", "}": ""}
)


def meta_tags(paper: Paper) -> list[tuple[str, str]]:
    """Name and content of each tag, one an author (Highwire Press tags)."""
    arxiv_id = _arxiv_id(paper)
    tags = [("citation_title", paper.title), *(("citation_author", name) for name in paper.authors)]
    tags += [("citation_date", paper.published[:10].replace("-", "/"))] if paper.published else []
    tags += [("citation_doi", doi)] if (doi := _doi(paper)) else []
    tags += [("citation_arxiv_id", arxiv_id), ("citation_publisher", "arXiv")] if arxiv_id else []
    tags += [("citation_pdf_url", paper.pdf_url)] if paper.pdf_url.startswith("http") else []
    tags += [("citation_abstract_html_url", paper.url)] if paper.url else []
    return [*tags, ("citation_language", "en")]


def bibtex(papers: Iterable[Paper]) -> str:
    """One entry a paper, in whatever versions it is there."""
    by_key = {_key(paper): paper for paper in papers}
    return "\n".join(_entry(key, paper) for key, paper in by_key.items())


def _entry(key: str, paper: Paper) -> str:
    fields = {"title": f"{{{_tex(paper.title)}}}", "author": " and ".join(map(_author, paper.authors))}
    fields |= {
        "year": paper.published[:4],
        "url": paper.url or (paper.pdf_url if paper.pdf_url.startswith("http") else ""),
    }
    fields |= {"doi": _doi(paper)}
    if arxiv_id := _arxiv_id(paper):
        fields |= {"eprint": arxiv_id, "archivePrefix": "arXiv", "primaryClass": next(iter(paper.categories), "")}
    fields |= {"note": _tex(paper.journal_ref)}
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
    return "\n".join([f"@misc{{{key},", *lines, "}", ""])


def _key(paper: Paper) -> str:
    """`arxiv-2410.11988`: of the id, which never changes, without its version."""
    arxiv_id = _arxiv_id(paper)
    return re.sub(r"[^\w.-]", "-", f"arxiv-{arxiv_id}" if arxiv_id else paper.id)


def _author(name: str) -> str:
    """A group is one name: "and" and commas would part it."""
    return f"{{{_tex(name)}}}" if "," in name or " and " in f" {name} ".casefold() else _tex(name)


def _tex(text: str) -> str:
    return " ".join(text.split()).translate(_SPECIAL)


def _arxiv_id(paper: Paper) -> str:
    return "" if paper.source == "pdf" else re.sub(r"v\d+$", "", paper.id)


def _doi(paper: Paper) -> str:
    """The publisher's, else the one that arXiv registers for every paper."""
    arxiv_id = _arxiv_id(paper)
    return paper.doi or (f"10.48550/arXiv.{arxiv_id}" if arxiv_id else "")
