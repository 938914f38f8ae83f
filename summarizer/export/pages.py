"""Digests as one page of HTML: for WeChat's editor, and for a browser without a network."""

import base64
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from markupsafe import Markup, escape

from summarizer.export import words
from summarizer.export.formulas import FormulaRun, formula_picture, formula_runs
from summarizer.pdf.pictures import small_picture
from summarizer.site.article import Article
from summarizer.site.image import Image
from summarizer.site.pages import environment, static_files
from summarizer.site.rich import split_formulas, visible

_TEMPLATES = Path(__file__).parent / "templates"
_BETWEEN_TAGS = re.compile(r">\s*\n\s*<")  # an editor makes empty paragraphs and bullets of it


@dataclass(frozen=True, slots=True)
class WechatPage:
    """`uploads` are the pictures to be uploaded by hand, by the names that stand in their places."""

    html: str
    uploads: dict[str, bytes]


def html_page(title: str, articles: Sequence[Article]) -> str:
    """One file with everything in it, and no request to anywhere. `title` is that of an issue, "" of one digest."""
    template = environment(_inside, _TEMPLATES).get_template("standalone.html")
    style = Markup(static_files()["site.css"].decode())  # ours
    return visible(template.render(title=title, articles=articles, style=style, facts=words.facts))


def wechat_page(title: str, articles: Sequence[Article], *, uploads: bool) -> WechatPage:
    """A page to copy and paste: WeChat's editor keeps elements and inline styles, and drops classes, ids, links,
    style sheets, SVG and `div`. With `uploads` pictures are named in their places instead of being inside.
    """
    pictures = _Pictures(uploads)
    template = environment(_inside, _TEMPLATES).get_template("wechat.html")
    html = template.render(
        title=title, articles=articles, endnotes=_endnotes(articles), pictures=pictures, facts=words.facts
    )
    return WechatPage(visible(_BETWEEN_TAGS.sub("><", html)), pictures.uploads)


def _endnotes(articles: Sequence[Article]) -> list[dict[int, int]]:
    """{page: its number} of every article, counted through in the order in which a reader meets them."""
    notes, count = [], 0
    for article in articles:
        pages = dict.fromkeys(page for sentence in article.sentences for page in sentence.pages)
        notes.append({page: number for number, page in enumerate(pages, count + 1)})
        count += len(pages)
    return notes


class _Pictures:
    """Shows the pictures of a page, and its formulas: as letters where these will do."""

    def __init__(self, apart: bool) -> None:
        self._apart = apart
        self.uploads: dict[str, bytes] = {}

    def text(self, text: str) -> Markup:
        """Escaped text with its formulas set."""
        parts = []
        for plain, latex in split_formulas(text):
            parts += [escape(plain), self._inline(latex)] if latex else [escape(plain)]
        return Markup("").join(parts)

    def formula(self, latex: str, crop: Image | None, name: str) -> Markup:
        """A display formula: drawn, else as the paper shows it, else as it is written."""
        if picture := formula_picture(latex, block=True) if latex else None:
            width = f"width:{picture.width:.2f}em;max-width:100%;height:auto"
            return self._picture("image/png", picture.png, "formula", name, width)
        if crop:
            return self.image(crop, name)
        return Markup("<code>{}</code>").format(latex) if latex else Markup("")

    def image(self, image: Image, name: str) -> Markup:
        kind, small = small_picture(image.png)
        return self._picture(kind, small, Path(image.file).stem, name, "max-width:100%;height:auto")

    def _inline(self, latex: str) -> Markup:
        if runs := formula_runs(latex):
            return Markup("").join(map(_run, runs))
        picture = formula_picture(latex, block=False)
        if picture is None:
            return Markup("<code>{}</code>").format(latex)
        place = f"height:{picture.height:.2f}em;vertical-align:{-picture.depth:.2f}em"
        return self._picture("image/png", picture.png, "formula", latex, place)

    def _picture(self, kind: str, picture: bytes, stem: str, name: str, style: str) -> Markup:
        if not self._apart:
            return Markup('<img src="{}" alt="{}" style="{}">').format(_data_url(kind, picture), name, style)
        known = next((file for file, content in self.uploads.items() if content == picture), "")
        file = known or f"{len(self.uploads) + 1:02d}-{stem}.{kind.removeprefix('image/')}"
        self.uploads[file] = picture
        return escape(words.UPLOAD.format(file=file))


def _run(run: FormulaRun) -> Markup:
    text = Markup("<i>{}</i>" if run.italic else "{}").format(run.text)
    text = Markup("<strong>{}</strong>").format(text) if run.bold else text
    return Markup(f"<{run.script}>{{}}</{run.script}>").format(text) if run.script else text


def _inside(image: Image) -> Markup:
    return Markup('src="{}"').format(_data_url(*small_picture(image.png)))


def _data_url(kind: str, content: bytes) -> str:
    return f"data:{kind};base64,{base64.b64encode(content).decode()}"
