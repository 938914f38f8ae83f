"""A `Digest` as Markdown.

Text that comes from a model, a PDF or metadata is escaped: no raw HTML, no links and no images but
our own, bare addresses included, no way to break out of a heading or a list. A citation becomes a
small link to its page: superscript letters and digits, so that no HTML is needed and the Markdown
survives being pasted.
"""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import groupby
from operator import attrgetter

from summarizer.output import words
from summarizer.trust.claims import before_final_mark
from summarizer.types import FIGURES, RATING, Claim, Digest, Paper, PlacedFigure, Stars

_SPECIAL = re.compile(r"([\\`*_\[\]<>|~$])")
_LINE_START = re.compile(r"^(\s*)([#+\-=]|\d{1,9}[.)])(?=\s|$|[#+\-=])", re.MULTILINE)
_ENTITY = re.compile(r"&(?=#?\w{1,32};)")
_UNSEEN = re.compile(  # controls, zero-width and bidirectional marks, lone surrogates
    "[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)
# What GFM or linkify make a link of. Escapes do not help: cmark-gfm looks for addresses after they are resolved.
_ADDRESS = re.compile(
    r"(?:[a-z0-9+.-]{0,40}:?//|(?<![a-z0-9])www\.|[^\s@`|<>，。；：！？、（）]{0,64}@(?=[^\s@`]{1,253}\.[^\W\d_]))"
    r"(?:[!-;=?-_a-{}~]+|[^\s`<>|，。；：！？、（）《》“”]+)",
    re.IGNORECASE,
)
_AFTER_ADDRESS = ".,;:!?)]}'\"*_~\\"  # punctuation of the sentence
_DOMAIN_DOT = re.compile(r"(?<=\w)\.(?=[^\W\d_]{2})")  # linkify takes cs.AI for a host; an escaped dot parts it
_SUPERSCRIPT = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_CATEGORY = re.compile(r"[A-Za-z-]+(?:\.[A-Za-z-]+)?")


@dataclass(frozen=True, slots=True)
class Entry:
    """One digest as Markdown; `anchor` is what a table of contents links to."""

    title: str
    anchor: str
    text: str


def escape(text: str) -> str:
    """Text that Markdown shows as it is, on one line; addresses are code, so that they are no links anywhere."""
    line = " ".join(_UNSEEN.sub("", text).split())
    parts, end = [], 0
    for found in _ADDRESS.finditer(line):
        address = found[0].rstrip(_AFTER_ADDRESS)
        if address:
            parts += [_escape_plain(line[end : found.start()]), code(address)]
            end = found.start() + len(address)
    escaped = "".join([*parts, _escape_plain(line[end:])])
    return _LINE_START.sub(lambda m: f"{m[1]}{m[2][:-1]}\\{m[2][-1]}", escaped)


def _escape_plain(text: str) -> str:
    return _ENTITY.sub("&amp;", _DOMAIN_DOT.sub(r"\.", _SPECIAL.sub(r"\\\1", text)))


def code(text: str) -> str:
    """A code span; `text` has no backtick."""
    return f"`{text}`"


def page_link(paper: Paper, page: int) -> str:
    """`[ᵖ⁷](https://arxiv.org/pdf/2410.11988v1#page=7)`; page 0 is the abstract page."""
    if page == 0:
        return f"[ᵃᵇˢ]({paper.url})"
    return f"[ᵖ{str(page).translate(_SUPERSCRIPT)}]({paper.pdf_url}#page={page})"


def claim_text(claim: Claim, paper: Paper) -> str:
    """A sentence with its page links before the final punctuation, as Chinese citations are set."""
    links = "".join(page_link(paper, page) for page in sorted(set(claim.pages)))
    return before_final_mark(escape(claim.text), links)


def section_text(digest: Digest, name: str) -> str:
    """What stands below a heading; where nothing is left, why: the paper is silent, or what was said has failed."""
    kind, claims = digest.kinds[name], claims_of(digest, name)
    if kind == "rating" and digest.rating:
        weakness = "".join(claim_text(claim, digest.paper) for claim in claims_of(digest, RATING))
        return rating_text(digest.rating, weakness)
    items = [
        "".join(_spaced(claim_text(claim, digest.paper) for claim in group))
        for _, group in groupby(claims, key=attrgetter("item"))
    ]
    if items:
        return "\n".join(f"- {item}" for item in items) if kind == "points" else "\n\n".join(items)
    causes = [omission.cause for omission in digest.omitted if omission.section == name]
    if not causes:
        return words.NOTHING + "。"
    told = words.ALL_REPEATED if set(causes) == {"repeat"} else words.ALL_OMITTED
    return told.format(omitted=len(causes))


def claims_of(digest: Digest, name: str) -> list[Claim]:
    return [claim for claim in digest.claims if claim.section == name]


def rating_text(rating: Stars, weakness: str) -> str:
    """Stars or a number out of ten, sub-scores with the caps that applied, and the weakness that was named."""
    if rating.stars is None:
        return "\n\n".join(filter(None, (words.NOT_RATED, words.WITHHELD.get(rating.withheld, ""))))
    scores = "，".join(f"{words.SCORES[name]} {score}/4" for name, score in rating.scores.items())
    caps = "；".join(words.CAPS[name] for name in rating.caps)
    total = stars(rating.stars) if rating.scale == "stars" else f"{rating.ten}/10"
    lines = [total, f"{scores}{f'（{caps}）' if caps else ''}。"]
    return "\n\n".join([*lines, f"{words.WEAKNESS}{weakness}"] if weakness else lines)


def stars(number: int) -> str:
    return "★" * number + "☆" * (5 - number)


def figure_name(label: str) -> str:
    """Figure 2 is 图 2."""
    kind, _, number = label.partition(" ")
    return f"{words.FIGURE_KINDS.get(kind.lower(), kind)} {escape(number)}".strip()


def entry(digest: Digest, *, number: int | None = None, level: int = 1, folder: str = "") -> Entry:
    """A digest as Markdown. `level` is its heading's; `folder` leads from the page to the digest's own folder."""
    parts, title = {"entry": _entry, "pick": _pick, "list": _list_item}[digest.layout](digest, number, level, folder)
    text = "\n\n".join([*parts, _footer(digest)]) + "\n"
    if not digest.paper.pdf_url.startswith("http"):  # a local PDF lies beside its digest
        text = text.replace(f"]({digest.paper.pdf_url}", f"]({folder}{digest.paper.pdf_url}")
    return Entry(title, "paper-" + re.sub(r"[^\w.-]", "_", digest.paper.id), text)


def page(digest: Digest) -> str:
    """The `digest.md` of one paper."""
    return entry(digest).text


def _entry(digest: Digest, number: int | None, level: int, folder: str) -> tuple[list[str], str]:
    title = escape(digest.paper.title)
    head = [f"{'#' * level} {_numbered(title, number)}", _facts(digest)]
    head += [f"**{escape(digest.title_zh)}**"] if digest.title_zh else []
    return [*head, *_notes(digest), *_body(digest, level + 1, folder)], title


def _pick(digest: Digest, number: int | None, level: int, folder: str) -> tuple[list[str], str]:
    title = escape(digest.title_zh or digest.paper.title)
    link = digest.paper.url or digest.paper.pdf_url
    closing = f"{words.LINK}：[{escape(digest.paper.title)}]({link})"
    return [f"**{_numbered(title, number)}**", *_notes(digest), *_body(digest, level + 1, folder), closing], title


def _list_item(digest: Digest, number: int | None, level: int, folder: str) -> tuple[list[str], str]:
    title = escape(digest.title_zh or digest.paper.title)
    head = [f"{'#' * level} {_numbered(title, number)}"]
    head += [escape(digest.paper.title)] if digest.title_zh else []
    pictures = [_picture(figure, digest, folder) for figure in digest.figures[:1]]
    named = [name for name, kind in digest.kinds.items() if kind == "line"]
    lines = [f"{digest.headings[name]}：{section_text(digest, name)}" for name in named]
    facts = "  \n".join([*lines, f"{words.ORIGINAL}：{_address(digest.paper)}"])
    return [*head, *pictures, facts, *_notes(digest), *_body(replace(digest, figures=()), level + 1, folder)], title


def _numbered(title: str, number: int | None) -> str:
    return f"{number}. {title}" if number else title


def _body(digest: Digest, level: int, folder: str) -> list[str]:
    parts = []
    for name, heading in digest.headings.items():
        if digest.kinds[name] != "line":
            parts += [f"{'#' * level} {heading}"] if heading else []
            parts.append(section_text(digest, name))
            parts += [_picture(figure, digest, folder) for figure in digest.figures if figure.section == name]
    return parts


def _facts(digest: Digest) -> str:
    paper = digest.paper
    authors = "、".join(map(escape, paper.authors)) or words.UNKNOWN_AUTHORS
    lines = [f"{words.AUTHORS}：{authors}"]
    lines += [f"{words.LINK}：{_address(paper)}"]
    lines += [f"{words.CATEGORIES}：{'、'.join(map(_category, paper.categories))}"] if paper.categories else []
    return "  \n".join(lines)


def _category(name: str) -> str:
    return code(name) if _CATEGORY.fullmatch(name) else escape(name)


def _address(paper: Paper) -> str:
    return f"<{paper.url}>" if paper.url else f"[PDF]({paper.pdf_url})"


def _notes(digest: Digest) -> list[str]:
    notes = {"extract": [words.DRAFT], "abstract": [words.ABSTRACT_ONLY]}.get(digest.basis, [])
    if digest.left_out:
        notes = [*notes, words.LEFT_OUT.format(parts="、".join(map(escape, digest.left_out)))]
    return [f"> {note}" for note in notes]


def _footer(digest: Digest) -> str:
    claims = len(digest.claims)
    if digest.basis == "extract":
        return f"*{words.EXTRACTED.format(claims=claims)}。*"
    checked = words.CHECKED.format(claims=claims, numbers=digest.numbers)
    causes = Counter(words.OMITTED[omission.cause] for omission in digest.omitted)
    return f"*{'；'.join([checked, *(text.format(omitted=count) for text, count in causes.items())])}。*"


def _picture(figure: PlacedFigure, digest: Digest, folder: str) -> str:
    name, paper = figure_name(figure.label), digest.paper
    where = f"[{words.SOURCE_PAGE.format(page=figure.page)}]({paper.pdf_url}#page={figure.page})"
    said = "".join(claim_text(claim, paper) for claim in claims_of(digest, FIGURES) if claim.item == figure.item)
    below = said or escape(figure.caption)
    caption = f"{name}：{below}" if below else name
    if not figure.file:
        return f"*{caption}*（{words.FIGURE_NOT_SHOWN}{where}）"
    return f"![{name}]({folder}{figure.file})\n\n*{caption}*（{where}）"


def _spaced(sentences: Iterable[str]) -> Iterable[str]:
    """Sentences of one paragraph; a Latin full stop needs a space after it, a Chinese one does not."""
    before = ""
    for sentence in sentences:
        yield f" {sentence}" if before and before[-1] in ".!?)" and before[-1].isascii() else sentence
        before = sentence
