"""Anybody's Markdown or plain text, cut into entries: which lines speak of which paper.

An entry begins at a title or a link to a paper and reaches to the next one; where each link closes its entry, the
entry ends there. Page links of our own Markdown become the page numbers that a statement cites.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from summarizer.output import words
from summarizer.trust.claims import MARK, Statement, split_statements
from summarizer.trust.context import is_trivial
from summarizer.trust.numbers import quantities

_CJK = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")
_ARXIV = re.compile(
    r"arxiv\.org/(?:abs|pdf|html)/([a-z-]{2,10}(?:\.[A-Z]{2})?/\d{7}(?:v\d+)?|\d{4}\.\d{4,5}(?:v\d+)?)(?!\S{0,9}#page)"
    r"|arxiv[:：]\s?(\d{4}\.\d{4,5}(?:v\d+)?)",
    re.IGNORECASE,
)
_PDF = re.compile(r"https?://[^\s()<>\[\]]{1,300}\.pdf(?![\w#])", re.IGNORECASE)
_LABELLED = re.compile(r"^[\s*>-]{0,6}(?:链接|原文|论文|论文链接|地址|link|paper|url)[\s*]{0,3}[:：]", re.IGNORECASE)
_NO_TITLE = re.compile(r"^(?:authors?\b|fig|tab|https?:|arxiv|doi|code|github)|。$| et al|@\w+\.", re.IGNORECASE)
_AUTHORS = re.compile(rf"^[\s*]{{0,4}}(?:{words.AUTHORS}|authors?)[\s*]{{0,3}}[:：]", re.IGNORECASE)
_END = re.compile(rf"^#{{0,6}}\s*(?:{words.AFTERWORD}|参考资料|参考文献|References)\s*[:：]?\s*$")
_HEADING = re.compile(r"^#{1,6}\s+")
_NUMBER = re.compile(r"^(?:\*\*)?\d{1,3}\s?[.、]\s*")
_LIMIT = re.compile(rf"（(?:{'|'.join(words.LIMITS.values())})）(?=\u2060|[。！？.!?]?$)")
_OWN_WORDS = (  # the frame of our own digests, no claims
    *(
        words.CHECKED,
        words.EXTRACTED,
        words.DRAFT,
        words.ABSTRACT_ONLY,
        words.LEFT_OUT,
        words.NOTHING,
        words.ALL_OMITTED,
        words.ALL_REPEATED,
        *words.WITHHELD.values(),
    ),
    *(f"{score} " for score in words.SCORES.values()),
)
_TEMPLATE = re.compile(
    "|".join(re.escape(text.split("{")[0]) for text in _OWN_WORDS)
    + f"|[★☆]|^\\d{{1,2}}/10$|{_AUTHORS.pattern}|^{words.CATEGORIES}\\s?[:：]",
    re.IGNORECASE,
)
_SECTION = re.compile(r"^(?:#{1,6}\s+.{1,40}|[\u3400-\u9fff]{2,10}\s*[:：]?)$")

_IMAGE = re.compile(r"!\[[^\]]*\]\([^)]*\)|在这里插入图片描述")
_PAGE_LINK = re.compile(r"\[[^\[\]]{1,20}\]\([^()\s]{1,300}#page=(\d{1,4})\)")
_ABSTRACT_LINK = re.compile(r"\[(?:ᵃᵇˢ|abs)\]\([^()\s]{1,300}\)")
_PAGE_MARK = re.compile(r"\u2060?\\?\[((?:,?\[(?:p?\d{1,4}|abs)\]\([^()\s]{1,300}\)){1,40})\\?\]")  # [p5,7]
_NO_PROSE = (">", "<a ", "|", "$$", "![")  # gist and notes, anchors, tables, formulas, pictures
_LINK = re.compile(r"\[([^\[\]]{0,300})\]\([^()\s]{1,400}\)")
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
_EMPHASIS = re.compile(r"\*{1,3}|(?<!\w)_{1,2}|_{1,2}(?!\w)|`")
_LABEL = re.compile(rf"^(?:(?:{'|'.join(words.FIGURE_KINDS.values())}) [^：]{{1,12}}：|{words.WEAKNESS})")
_PRIVATE = 0xE100
_LEAST_CHINESE = 6  # characters of a statement without numbers
_LEAST_WORDS = 4  # of a title, which has next to no Chinese
_STRAY_CHINESE = 2
_LONGEST_TITLE = 250
_LEAST_PROSE = 40  # Chinese characters of a line that cannot be a title


@dataclass(frozen=True, slots=True)
class DigestEntry:
    """What a text says of one paper. The `passages` of its statements are the page numbers they link to."""

    title: str
    refs: tuple[str, ...]  # arXiv ids and addresses of PDFs, the entry's own first
    titles: tuple[str, ...]  # lines that may be the paper's title
    statements: tuple[Statement, ...]
    empty: tuple[str, ...]  # headings with nothing below


def split_entries(text: str) -> list[DigestEntry]:
    """The entries of a text in order; what stands before the first is an entry without references, if it says much."""
    lines = [_IMAGE.sub("", line.replace("\u3000", " ")).strip() for line in text.splitlines()]
    ends = [n for n, line in enumerate(lines) if _END.match(line)]
    lines = lines[: ends[-1]] if ends else lines
    anchors = [n for n, line in enumerate(lines) if _is_anchor(line)]
    if sum(_prose_before(lines, n) for n in anchors) * 2 > len(anchors):
        starts = [0, *(n + 1 for n in anchors)]
    else:
        starts = [0, *_starts(lines, set(anchors))]
    blocks = [lines[a:b] for a, b in zip(starts, [*starts[1:], len(lines)], strict=True)]
    return [entry for block in blocks if (entry := _entry(block)).statements]


def _starts(lines: Sequence[str], anchors: set[int]) -> Iterator[int]:
    """Where a title or a link follows prose: titles, authors and links in a row are one beginning."""
    fresh = True
    for n, line in enumerate(lines):
        if _is_prose(line):
            fresh = True
        elif fresh and (n in anchors or _is_title(line)):
            fresh = False
            yield _with_headline(lines, n)


def _with_headline(lines: Sequence[str], start: int) -> int:
    """The beginning moved up over the short lines right above it: a headline, the authors."""
    if _HEADING.match(lines[start]) or _NUMBER.match(lines[start]):
        return start
    first = start
    above = [n for n in range(start - 1, max(-1, start - 9), -1) if lines[n]][:3]
    for n in above:
        line = lines[n]
        framed = _TEMPLATE.search(line) and not _AUTHORS.match(line)
        if _is_prose(line) or framed or re.search(r"[。★☆\d]$|^[-•·]", line):
            break
        first = n
        if _HEADING.match(line):
            break
    return first


def _is_anchor(line: str) -> bool:
    """A line that is there to say which paper this is: a link with little around it."""
    bare = re.sub(r"https?://[^\s<>)\]]+", "", line)
    few = len(_CJK.findall(bare)) <= _LEAST_PROSE
    if _LABELLED.match(line):
        return few and len(line) > 6
    return few and bool(_ARXIV.search(line) or _PDF.search(line))


def _is_title(line: str) -> bool:
    if line.startswith(_NO_PROSE):
        return False
    bare = _EMPHASIS.sub("", _NUMBER.sub("", _HEADING.sub("", line)))
    latin = [word for word in bare.split() if re.match(r"[\W\d]{0,3}[A-Za-z]", word)]
    english = len(latin) >= _LEAST_WORDS and len(_CJK.findall(bare)) <= _STRAY_CHINESE
    if not english or len(bare) > _LONGEST_TITLE or _NO_TITLE.search(bare):
        return False
    long = [word for word in latin if len(word) > 3]
    return not bare.endswith(".") or 2 * sum(word[0].isupper() for word in long) > len(long)  # a title, no sentence


def _is_prose(line: str) -> bool:
    if _HEADING.match(line) or line.startswith(("!", "|", ">")) or _is_anchor(line) or _TEMPLATE.search(line):
        return False
    chinese = len(_CJK.findall(line))
    return chinese >= _LEAST_PROSE or (chinese >= 12 and line[-1:] in "。！？；")


def _prose_before(lines: Sequence[str], anchor: int) -> bool:
    above = next((line for line in reversed(lines[:anchor]) if line), "")
    return _is_prose(above) and len(_CJK.findall(above)) >= _LEAST_PROSE


def _entry(block: Sequence[str]) -> DigestEntry:
    named = [line for line in block if _is_title(line) and not _LABELLED.match(line)]
    titles = [_plain(_NUMBER.sub("", _HEADING.sub("", line))) for line in named]
    titles += [link for line in block if _LABELLED.match(line) and (link := _link_text(line))]
    headlines = [_plain(_NUMBER.sub("", _HEADING.sub("", line))) for line in block if line]
    anchors = [line for line in block if _is_anchor(line)]
    refs = [ref for line in (*anchors, *block) for ref in _refs(line)]
    statements, empty = _statements(block)
    title = titles[0] if titles else (headlines[0][:80] if headlines else "")
    return DigestEntry(title, tuple(dict.fromkeys(refs)), tuple(titles), tuple(statements), tuple(empty))


def _link_text(line: str) -> str:
    """The title in 链接：[Title](address) or 链接：Title - Site."""
    link = _LINK.search(line)
    text = _plain(link[1] if link else re.sub(r"https?://\S+", "", _LABELLED.sub("", line)))
    return re.sub(r"\s{1,8}[-–|]\s{1,8}\w{2,20}$", "", text).strip()


def _refs(line: str) -> list[str]:
    found = [(m.start(), m[1] or m[2]) for m in _ARXIV.finditer(line)]
    found += [(m.start(), m[0]) for m in _PDF.finditer(line) if "arxiv.org" not in m[0]]
    return [ref for _, ref in sorted(found)]


def _statements(block: Sequence[str]) -> tuple[list[Statement], list[str]]:
    """The sentences of an entry with the pages they link to, and the headings with nothing below."""
    paged = any(_PAGE_LINK.search(line) for line in block)
    section, begun = "", False
    found: list[Statement] = []
    filled: set[str] = set()
    headings: list[str] = []
    for line in block:
        if _is_title(line) or _is_anchor(line) or line.startswith(_NO_PROSE):
            continue
        if _SECTION.match(line):
            section, begun = _plain(_HEADING.sub("", line)).rstrip("：: "), True
            headings.append(section)
            continue
        begun = begun or _is_prose(line) or line.startswith(("- ", "* ", "• "))
        if not begun:  # still the title in Chinese, the authors
            continue
        filled |= {section} if line else set()
        if _TEMPLATE.search(line) or re.fullmatch(r"\*\*[^*]+\*\*", line):
            continue
        for statement in split_statements(section, _marked(line, paged)):
            if _says_something(statement.text, line):
                found.append(statement)
    return found, [heading for heading in headings if heading not in filled]


def _says_something(sentence: str, line: str) -> bool:
    """Whether a sentence can be judged: it has a few words of Chinese, or as a sentence or a bullet a number."""
    if len(_CJK.findall(sentence)) >= _LEAST_CHINESE:
        return True
    ended = sentence[-1:] in "。；！？.;" or line.startswith(("- ", "* ", "• "))
    return ended and any(not (q.in_name or is_trivial(q)) for q in quantities(sentence))


def _marked(line: str, paged: bool) -> str:
    """The line as plain text; page links become marks [7], and no other mark stays where there are page links."""
    line = _PAGE_MARK.sub(lambda mark: mark[1].replace(",[", "["), _LIMIT.sub("", line))
    pages = _PAGE_LINK.sub("\ue000\\1\ue001", _ABSTRACT_LINK.sub("\ue0000\ue001", line))
    plain = _plain(pages)
    plain = re.sub(r"（[\ue000\ue001\d]*）$", lambda found: re.sub("[（）]", "", found[0]), plain)
    plain = _LABEL.sub("", MARK.sub("", plain) if paged else plain)
    return plain.replace("\ue000", "[").replace("\ue001", "]")


def _plain(line: str) -> str:
    """Without links, emphasis and escapes; an escaped character is out of the way meanwhile."""
    hidden = _ESCAPE.sub(lambda found: chr(_PRIVATE + ord(found[1])), line)
    bare = _EMPHASIS.sub("", _LINK.sub(r"\1", hidden))
    kept = re.sub("[\ue100-\ue17f]", lambda found: chr(ord(found[0]) - _PRIVATE), bare)
    return kept.replace("&amp;", "&").strip()
