"""`summarize export`: a digest or an issue for another place, made of what `digest.json` holds.

It lies beside the page that it is made of: `digest.wechat.html` beside `digest.md`, `issue.docx` beside `issue.md`.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from summarizer.config import DEFAULT_STYLE
from summarizer.errors import UsageError
from summarizer.export.pages import html_page, wechat_page
from summarizer.export.word import word_document
from summarizer.files import write_atomic
from summarizer.reports.images import image_files, load_images
from summarizer.site.article import Article
from summarizer.site.citation import bibtex
from summarizer.site.reading import read
from summarizer.sources.ids import file_stem
from summarizer.store.pages import name_of, pages_of_issue
from summarizer.store.published import load_manifest
from summarizer.store.runs import digest_name, issue_name, load_digest, stored_document
from summarizer.types import Digest

Files = dict[Path, str | bytes]
Form = Literal["wechat", "html", "docx", "bib"]
SUFFIXES: dict[Form, str] = {"wechat": ".wechat.html", "html": ".html", "docx": ".docx", "bib": ".bib"}

_ISSUE_PAGE = re.compile(r"issue(?:\.(.+?))?(?:-\d+)?(?:-standalone)?\.md")
_DIGEST_FILE = re.compile(r"(digest(?:\.[\w-]+)?)\.(?:md|json)")


@dataclass(frozen=True, slots=True)
class Exported:
    """`problems`: what is not as it should be, a sentence each; `whole` if nothing is missing."""

    files: tuple[Path, ...]
    problems: tuple[str, ...]
    whole: bool


@dataclass(frozen=True, slots=True)
class _Source:
    """Digests that make one page: their files in its order. `title` is that of an issue, "" of one digest."""

    page: Path
    title: str
    files: tuple[Path, ...]


def page_at(path: Path) -> Path | None:
    """The page that a path names: itself, or that of a folder of an issue, of a paper or of a run of one paper.

    None of what is no such path. Raises `UsageError` for a folder without a page.
    """
    if not path.is_dir():
        return path if path.suffix in (".md", ".json") else None
    pages = [*pages_of_issue(path), *sorted(path.glob("digest*.md")), *sorted(path.glob("papers/*/digest*.md"))]
    if not pages:
        raise UsageError(f"{path}: no page of a digest or an issue in this folder")
    return pages[0]


def export(page: Path, form: Form, out: Path | None, *, uploads: bool, now: datetime) -> Exported:
    """Write a page in another form: beside it, or to the file or into the folder `out`.

    `uploads`: pictures of a page for WeChat lie in a folder beside it. Raises `UsageError`, `StorageError`.
    """
    source = _find(page)
    found = {file: digest for file in source.files if (digest := load_digest(file.parent, file.name))}
    problems = [f"{file}: gone, damaged, or of another version of the program; left out"
                for file in source.files if file not in found]  # fmt: skip
    if not found:
        raise UsageError("\n".join([*problems, f"{page}: there is nothing to export"]))
    target = _target(source.page, form, out)
    if form == "bib":
        contents: Files = {target: bibtex(digest.paper for digest in found.values())}
    else:
        problems += _missing_images(found)
        articles = _articles(found, with_evidence=form == "html")
        contents = _composed(source.title, articles, form, target, uploads=uploads, now=now)
    for file, content in reversed(contents.items()):  # the page last: what it shows is there before
        write_atomic(file, content)
    drafts = [f"{digest.paper.id}: an offline draft, the paper's own sentences"
              for digest in found.values() if digest.basis == "extract"]  # fmt: skip
    return Exported(tuple(contents), (*problems, *drafts), whole=not problems)


def _find(page: Path) -> _Source:
    """What a page is made of. Raises `UsageError` where that is not beside it."""
    if digest := _DIGEST_FILE.fullmatch(page.name):
        file = page.with_name(f"{digest[1]}.json")
        if file.is_file():
            return _Source(file.with_suffix(".md"), "", (file,))
        raise UsageError(f"{page}: no {file.name} beside it, which a page is exported from")
    if issue := _ISSUE_PAGE.fullmatch(page.name):
        return _issue(page.parent, issue[1])
    raise UsageError(f"{page}: not a page of the runs; name its issue.md, digest.md, folder, paper or date")


def _issue(run: Path, style: str | None) -> _Source:
    """The issue of a run in the order of its account; where it is not finished, the digests that are there."""
    manifest = load_manifest(run)
    if style is None:  # picks of a style are an issue.md, too
        usual = manifest is None or any(run.glob(f"papers/*/{digest_name(DEFAULT_STYLE)}.json"))
        style = DEFAULT_STYLE if usual or manifest is None else manifest.style
    name = f"{digest_name(style)}.json"
    if manifest:
        stems = [file_stem(entry.id) for entry in manifest.papers if entry.outcome == "digested"]
        files = [run / "papers" / stem / name for stem in stems]
    else:
        files = sorted(run.glob(f"papers/*/{name}"))
    title = manifest.title if manifest and manifest.title else run.name
    return _Source(run / f"{issue_name(style)}.md", title, tuple(files))


def _target(page: Path, form: Form, out: Path | None) -> Path:
    suffix = SUFFIXES[form]
    if out is None:
        return page.with_name(page.name.removesuffix(".md") + suffix)
    if out.is_dir() or not out.suffix:
        return out / (name_of(page).removesuffix(".md") + suffix)
    return out


def _missing_images(found: Mapping[Path, Digest]) -> Iterator[str]:
    for file, digest in found.items():
        for name in sorted(set(image_files(digest)) - load_images(digest, file.parent).keys()):
            yield f"{file.parent / name}: gone or no PNG; its place says so"


def _articles(found: Mapping[Path, Digest], *, with_evidence: bool) -> list[Article]:
    """`with_evidence`: with the words of the paper that sentences rest on."""
    return [
        read(
            digest,
            stored_document(file.parent) if with_evidence else None,
            {},
            load_images(digest, file.parent),
            anchor=f"p{number}-" if len(found) > 1 else "",
        )
        for number, (file, digest) in enumerate(found.items(), 1)
    ]


def _composed(
    title: str, articles: Sequence[Article], form: Form, target: Path, *, uploads: bool, now: datetime
) -> Files:
    if form == "docx":
        return {target: word_document(title, articles, now)}
    if form == "html":
        return {target: html_page(title, articles)}
    page = wechat_page(title, articles, uploads=uploads)
    beside = target.with_name(f"{target.stem}.files")
    return {target: page.html, **{beside / name: picture for name, picture in page.uploads.items()}}
