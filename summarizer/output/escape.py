"""Foreign text as Markdown that shows it as it is and does nothing else.

Text that comes from a model, a PDF or metadata is escaped: no raw HTML, no links and no images, bare addresses
included, no way to break out of a heading, a list or a table. Formulas alone stay what they are.
"""

import re

from summarizer.trust.formula import MATH

_SPECIAL = re.compile(r"([\\`*_\[\]<>|~$])")
_LINE_START = re.compile(r"^([ \t]{0,8})([#+\-=]|\d{1,9}[.)])(?=\s|$|[#+\-=])", re.MULTILINE)
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
_TEX_THAT_ACTS = re.compile(  # commands that link, load, define or take HTML in one renderer or another
    r"\\(?:href|url|html\w*|include\w*|input|def|edef|gdef|let|newcommand|renewcommand|require|unicode|class|style|cssId|data)\b"
)
_TEX_AS_MARKDOWN = {"<": r"\lt ", ">": r"\gt ", "*": r"\ast ", "|": r"\vert ", "`": "'", "](": "] (", "~": " "}


def escape(text: str) -> str:
    """Text that Markdown shows as it is, on one line; addresses are code, so that they are no links anywhere."""
    return _line_start(_inline(_one_line(text)))


def prose(text: str) -> str:
    """The same, with the formulas between `$` kept."""
    line = _one_line(text)
    parts, end = [], 0
    for found in MATH.finditer(line):
        if math := tex(found[1]):
            parts += [_inline(line[end : found.start()]), f"${math}$"]
            end = found.end()
    return _line_start("".join([*parts, _inline(line[end:])]))


def tex(source: str) -> str:
    """LaTeX on one line that no Markdown around it takes for its own; "" if it would do more than show a formula."""
    if _TEX_THAT_ACTS.search(source) or _ADDRESS.search(source):
        return ""
    line = _one_line(source.replace("$", ""))
    for special, command in _TEX_AS_MARKDOWN.items():
        line = line.replace(special, command)
    return line


def _one_line(text: str) -> str:
    return " ".join(_UNSEEN.sub("", text).split())


def _line_start(line: str) -> str:
    return _LINE_START.sub(lambda m: f"{m[1]}{m[2][:-1]}\\{m[2][-1]}", line)


def _inline(line: str) -> str:
    parts, end = [], 0
    for found in _ADDRESS.finditer(line):
        address = found[0].rstrip(_AFTER_ADDRESS)
        if address:
            parts += [_escape_plain(line[end : found.start()]), code(address)]
            end = found.start() + len(address)
    return "".join([*parts, _escape_plain(line[end:])])


def _escape_plain(text: str) -> str:
    return _ENTITY.sub("&amp;", _DOMAIN_DOT.sub(r"\.", _SPECIAL.sub(r"\\\1", text)))


def code(text: str) -> str:
    """A code span; `text` has no backtick."""
    return f"`{text}`"
