"""Pages from templates: values in, HTML out."""

import calendar
import datetime
import hashlib
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from lxml import etree  # type: ignore[import-untyped]
from markupsafe import Markup

from summarizer import __version__
from summarizer.config import Config
from summarizer.site import words
from summarizer.site.article import Account, Article, Card
from summarizer.site.citation import meta_tags
from summarizer.site.image import Image
from summarizer.site.rich import address, formula, rich, visible
from summarizer.trust.claims import final_mark

_FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Site:
    """What every page knows. `url` ends with a slash, or is "" where the site's address is not known."""

    title: str
    url: str
    version: str  # of the templates, styles and scripts


def site_of(config: Config) -> Site:
    url = config.site_url.rstrip("/") + "/" if config.site_url else ""
    return Site(config.site_title or words.SITE_TITLE, url, version())


@dataclass(frozen=True, slots=True)
class Newer:
    """A newer version of a paper. `folder` is that of its digest's page, "" without one."""

    version: int
    folder: str
    url: str


def static_files() -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted((_FOLDER / "static").iterdir())}


@cache
def version() -> str:
    """Of everything that makes a page of the same values: this room's files, and the release."""
    files = sorted(path for path in _FOLDER.rglob("*") if path.suffix in (".py", ".html", ".css", ".js", ".svg"))
    content = b"".join(path.read_bytes() for path in files)
    return hashlib.sha256(__version__.encode() + content).hexdigest()[:12]


def page(template: str, site: Site, root: str, **values: Any) -> str:
    """`root` leads from the page to the site's: "", "../", "../../"."""
    return _environment().get_template(template).render(site=site, root=root, **values)


def paper_page(site: Site, card: Card, article: Article, pdf: str, newer: Newer | None, older: str) -> str:
    """`pdf`: where the PDF is, or ""; `older`: the folder of the version before, where both can be compared, or ""."""
    return page(
        "paper.html", site, "../../", card=card, article=article, pdf=pdf, newer=newer, older=older,
        version=paper_version(card.id), citation=meta_tags(article.paper),
    )  # fmt: skip


def changes_page(site: Site, card: Card, older: str, sections: Iterable[object]) -> str:
    """`older` is the folder of the version before; `sections` have a heading and pairs of sentences."""
    versions = {"older_version": paper_version(older), "version": paper_version(card.id)}
    return page("changes.html", site, "../../", card=card, older=older, sections=list(sections), **versions)


def paper_version(paper_id: str) -> int:
    """2 of 2410.11988v2; 1 of what is not arXiv's."""
    found = re.search(r"v(\d+)$", paper_id)
    return int(found[1]) if found else 1


def base_id(paper_id: str) -> str:
    """The id without its version: what a reader has read is the paper."""
    return re.sub(r"v\d+$", "", paper_id)


def entry_html(card: Card, article: Article) -> str:
    """The full text of a digest for feeds and mail."""
    return _environment().get_template("entry.html").render(card=card, article=article)


def mail_html(site: Site, title: str, issue: str, papers: Iterable[tuple[Card, Article]]) -> str:
    """An issue as a mail; `issue` is the address of its page, or ""."""
    contents = [(card, Markup(entry_html(card, article))) for card, article in papers]
    return _environment().get_template("mail.html").render(site=site, title=title, issue=issue, papers=contents)


def shard(month: str, rows: Iterable[tuple[Card, str]]) -> str:
    """The script of a month for the search: what it filters by, and the text that it looks through."""
    data = [[c.folder, base_id(c.id), c.date, c.stars or 0, c.categories, c.tags, c.title, text] for c, text in rows]
    return f"shard({json.dumps(month)}, {json.dumps(data, ensure_ascii=False, separators=(',', ':'))});\n"


def sitemap(site: Site, paths: Iterable[str]) -> bytes:
    """The addresses of all pages (sitemaps.org, 0.9)."""
    root = etree.Element("urlset", xmlns="http://www.sitemaps.org/schemas/sitemap/0.9")
    for path in paths:
        etree.SubElement(etree.SubElement(root, "url"), "loc").text = visible(site.url + path)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="utf-8"))


def months(issues: Iterable[Account]) -> list[dict[str, Any]]:
    """The newest month first, weeks from Monday; a day without an issue has none."""
    by_date = {issue.date: issue for issue in issues}
    return [_month(name, by_date) for name in sorted({date[:7] for date in by_date}, reverse=True)]


def _month(name: str, by_date: Mapping[str, Account]) -> dict[str, Any]:
    year, month = int(name[:4]), int(name[5:])
    weeks = calendar.Calendar().monthdayscalendar(year, month)
    days = [[{"number": n, "issue": by_date.get(f"{name}-{n:02d}")} for n in week] for week in weeks]
    return {"name": f"{year} 年 {month} 月", "weeks": days}


def slug(name: str) -> str:
    """A file's name for a category or a term: letters, digits, dots; what else there is as hex."""
    return re.sub(r"[^\w.-]", lambda c: f"_{ord(c[0]):x}", name)


def parted(text: str) -> tuple[str, str, str]:
    """A sentence before its last character, that character, and the final punctuation; a formula stays whole."""
    end = final_mark(text)
    body = text[: len(text) - len(end)]
    return (body[:-1], body[-1:], end) if body[-1:] != "$" else (body, "", end)


def _day(date: str) -> str:
    """`2026 年 11 月 19 日 星期四`."""
    day = datetime.date.fromisoformat(date)
    return f"{day.year} 年 {day.month} 月 {day.day} 日 星期{'一二三四五六日'[day.weekday()]}"


def _page_names(pages: Sequence[int]) -> str:
    numbers = "、".join(str(page) for page in pages if page)
    return "，".join([*(["摘要页"] if 0 in pages else []), *([f"原文第 {numbers} 页"] if numbers else [])])


def _page_marks(pages: Sequence[int]) -> str:
    numbers = ",".join(str(page) for page in pages if page)
    return "·".join([*(["摘要"] if 0 in pages else []), *([f"p{numbers}"] if numbers else [])])


def _file_of(image: Image) -> Markup:
    return Markup('src="{}" loading="lazy"').format(image.file)


def _arxiv_page(paper_id: str) -> str:
    return f"https://arxiv.org/abs/{paper_id}"


def _environment() -> Environment:
    return environment(_file_of)


@cache
def environment(source_of_image: Callable[[Image], Markup], *folders: Path) -> Environment:
    """Templates of `folders` and of the site. `source_of_image` has the attributes that an image comes by."""
    environment = Environment(
        loader=FileSystemLoader([*folders, _FOLDER / "templates"]), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    filters: Mapping[str, Callable[..., object]] = {
        "rich": rich, "formula": partial(formula, block=True), "address": address, "slug": slug, "base_id": base_id,
        "parted": parted, "day": _day, "page_names": _page_names, "page_marks": _page_marks,
        "arxiv_page": _arxiv_page, "source": source_of_image,
        "ledger": words.ledger_text, "outcome": words.OUTCOMES.get,
    }  # fmt: skip
    environment.filters.update(filters)
    return environment
