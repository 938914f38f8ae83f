"""A `Digest` as Markdown, and the pieces a digest's sections are made of.

Text that comes from a model, a PDF or metadata is escaped: no raw HTML, no links and no images but
our own, no way to break out of a heading or a list. A citation becomes a small link to its page:
superscript letters and digits, so that no HTML is needed and the Markdown survives being pasted.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter

from summarizer.output import words
from summarizer.types import Claim, Digest, Paper, PlacedFigure, Stars

_SPECIAL = re.compile(r"([\\`*_\[\]<>|~$])")
_LINE_START = re.compile(r"^(\s*)([#+\-=]|\d{1,9}[.)])(?=\s|$|[#+\-=])", re.MULTILINE)
_ENTITY = re.compile(r"&(?=#?\w{1,32};)")
_UNSEEN = re.compile(  # controls, zero-width and bidirectional marks, lone surrogates
    "[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)
_SUPERSCRIPT = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_FINAL = re.compile(r"[。！？；.!?;…]+[”’）)」』]*$")


@dataclass(frozen=True, slots=True)
class Entry:
    """One digest as Markdown; `anchor` is what a table of contents links to."""

    title: str
    anchor: str
    text: str


def escape(text: str) -> str:
    """Text that Markdown shows as it is, on one line."""
    line = " ".join(_UNSEEN.sub("", text).split())
    line = _ENTITY.sub("&amp;", _SPECIAL.sub(r"\\\1", line))
    return _LINE_START.sub(lambda m: f"{m[1]}{m[2][:-1]}\\{m[2][-1]}", line)


def page_link(paper: Paper, page: int) -> str:
    """`[ᵖ⁷](https://arxiv.org/pdf/2410.11988v1#page=7)`; page 0 is the abstract page."""
    if page == 0:
        return f"[ᵃᵇˢ]({paper.url})"
    return f"[ᵖ{str(page).translate(_SUPERSCRIPT)}]({paper.pdf_url}#page={page})"


def claim_text(claim: Claim, paper: Paper) -> str:
    """A sentence with its page links before the final punctuation, as Chinese citations are set."""
    links = "".join(page_link(paper, page) for page in sorted(set(claim.pages)))
    return before_final_mark(escape(claim.text), links)


def before_final_mark(sentence: str, addition: str) -> str:
    """`addition` put before the sentence's final punctuation, or at its end where it has none."""
    end = _FINAL.search(sentence)
    cut = end.start() if end else len(sentence)
    return sentence[:cut] + addition + sentence[cut:]


def section_text(claims: Iterable[Claim], paper: Paper, *, bullets: bool) -> str:
    """The published sentences of one section; `words.NOTHING` where none is left."""
    items = [
        "".join(_spaced(claim_text(claim, paper) for claim in group))
        for _, group in groupby(claims, key=attrgetter("item"))
    ]
    if not items:
        return words.NOTHING + "。"
    return "\n".join(f"- {item}" for item in items) if bullets else "\n\n".join(items)


def rating_text(rating: Stars, weakness: str) -> str:
    """Stars, sub-scores with the caps that applied, and the weakness that was named."""
    if rating.stars is None:
        return "\n\n".join(part for part in (words.NOT_RATED, rating.note) if part)
    scores = "，".join(f"{words.SCORES[name]} {score}/4" for name, score in rating.scores.items())
    caps = "；".join(words.CAPS[name] for name in rating.caps)
    lines = [f"{stars(rating.stars)}", f"{scores}{f'（{caps}）' if caps else ''}。"]
    return "\n\n".join([*lines, f"{words.WEAKNESS}{weakness}"] if weakness else lines)


def stars(number: int) -> str:
    return "★" * number + "☆" * (5 - number)


def figure_name(label: str) -> str:
    """"Figure 2" -> "图 2"."""
    kind, _, number = label.partition(" ")
    return f"{words.FIGURE_KINDS.get(kind.lower(), kind)} {escape(number)}".strip()


def entry(digest: Digest, *, number: int | None = None, level: int = 1, folder: str = "") -> Entry:
    """A digest as Markdown. `level` is its heading's; `folder` leads from the page to the digest's own folder."""
    paper = digest.paper
    title = escape(paper.title)
    shown = f"{number}. {title}" if number else title
    head = [f"{'#' * level} {shown}", _facts(digest)]
    head += [f"**{escape(digest.title_zh)}**"] if digest.title_zh else []
    head += [f"> {note}" for note in _notes(digest)]
    body = []
    for name, heading in digest.headings.items():
        body += [f"{'#' * (level + 1)} {heading}", digest.sections[name]]
        body += [_picture(figure, paper, folder) for figure in digest.figures if figure.section == name]
    text = "\n\n".join([*head, *body, _footer(digest)]) + "\n"
    if not paper.pdf_url.startswith("http"):  # a local PDF lies beside its digest
        text = text.replace(f"]({paper.pdf_url}", f"]({folder}{paper.pdf_url}")
    return Entry(title, "paper-" + re.sub(r"[^\w.-]", "_", paper.id), text)


def page(digest: Digest) -> str:
    """The `digest.md` of one paper."""
    return entry(digest).text


def issue(title: str, digests: Sequence[tuple[Digest, str]], afterword: str = words.ISSUE_AFTERWORD) -> str:
    """Several digests as one page with a table of contents. Each comes with the folder its pictures are under."""
    entries = [entry(digest, number=n, level=2, folder=folder) for n, (digest, folder) in enumerate(digests, 1)]
    contents = [f"{n}. [{e.title}](#{e.anchor})" for n, e in enumerate(entries, 1)]
    body = [f'<a id="{e.anchor}"></a>\n\n{e.text}' for e in entries]
    head = [f"# {escape(title)}", f"## {words.CONTENTS}", "\n".join(contents)]
    return "\n\n".join([*head, *body, f"## {words.AFTERWORD}", afterword]) + "\n"


def _facts(digest: Digest) -> str:
    paper = digest.paper
    authors = "、".join(map(escape, paper.authors)) or words.UNKNOWN_AUTHORS
    lines = [f"{words.AUTHORS}：{authors}"]
    lines += [f"{words.LINK}：<{paper.url}>" if paper.url else f"{words.LINK}：[PDF]({paper.pdf_url})"]
    lines += [f"{words.CATEGORIES}：{escape(', '.join(paper.categories))}"] if paper.categories else []
    return "  \n".join(lines)


def _notes(digest: Digest) -> list[str]:
    notes = {"extract": [words.DRAFT], "abstract": [words.ABSTRACT_ONLY]}.get(digest.basis, [])
    left_out = words.LEFT_OUT.format(parts="、".join(map(escape, digest.left_out)))
    return [*notes, left_out] if digest.left_out else notes


def _footer(digest: Digest) -> str:
    claims = len(digest.claims)
    if digest.basis == "extract":
        return f"*{words.EXTRACTED.format(claims=claims)}。*"
    checked = words.CHECKED.format(claims=claims, numbers=digest.numbers)
    omitted = words.OMITTED.format(omitted=len(digest.omitted)) if digest.omitted else ""
    return f"*{checked}{omitted}。*"


def _picture(figure: PlacedFigure, paper: Paper, folder: str) -> str:
    name = figure_name(figure.label)
    where = f"[{words.SOURCE_PAGE.format(page=figure.page)}]({paper.pdf_url}#page={figure.page})"
    caption = f"{name}：{figure.caption}" if figure.caption else name
    if not figure.file:
        return f"*{caption}*（{words.FIGURE_NOT_SHOWN}{where}）"
    return f"![{name}]({folder}{figure.file})\n\n*{caption}*（{where}）"


def _spaced(sentences: Iterable[str]) -> Iterable[str]:
    """Sentences of one paragraph; a Latin full stop needs a space after it, a Chinese one does not."""
    before = ""
    for sentence in sentences:
        yield f" {sentence}" if before and before[-1] in ".!?)" and before[-1].isascii() else sentence
        before = sentence
