"""Lines to text, text to sentences: hyphens mended, abbreviations and decimals not mistaken for ends."""

import re
from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Sequence

from summarizer.pdf.page.pages import Line, union
from summarizer.types import Place

_HYPHENS = "-\u2010\u00ad"
_ABBREVIATIONS = frozenset(
    """e.g i.e cf vs etc al fig figs eq eqs eqn eqns sec secs ref refs tab app appx approx resp no nos vol pp ch dept
    univ inc ltd corp st dr mr mrs ms prof jr sr w.r.t w.l.o.g a.k.a i.i.d s.t ca viz def thm prop lem cor alg ex est ed
    eds dist ibid jan feb mar apr jun jul aug sep sept oct nov dec u.s u.k p.m a.m max min avg std""".split()  # noqa: SIM905
)
_END = re.compile(r"""[.!?。！？]["'”’)\]]*(?:\s+|$)|[。！？]["”’）]*""")
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_ASCII_WORD = re.compile(r"[a-z]+(?:-[a-z]+)*")  # the same, in half the time
_LAST_WORD = re.compile(r"[^\W\d_]{1,40}(?:-[^\W\d_]{1,40}){0,8}$")
_SUFFIX = re.compile(
    r"abil|able|al(ly|ity|iz|$)|anc|ant|ary|ate|ed|enc|ent|er|est|ful|hood|ic|ify|ing|is|iti|ity|iv|iz|less|ment|ness|"
    r"olog|or|ous|ship|sion|tain|tial|tion|ward|wise|.{0,3}s$"
)
ADDRESS_AT_END = re.compile(r"(?:https?:|www\.)\S*$")
_REST = re.compile(r"(?:com|org|net|edu|gov|io|ai|dev|co|html?|pdf|git|md)\b|[\w.~-]+/\S")  # after a dot in an address
_LETTERS = re.compile(r"[^\W\d_]")  # a number alone is no sentence
_OPENING = re.compile(r"""["'“‘(\[]*(?!arXiv:)(?:[A-Z0-9À-ÖØ-ÞΑ-ΩА-Я•∗†$\\]|[^\x00-\u024f]|[a-z]\w*[A-Z])""")


class PaperWords:
    """Words that the document writes in one piece, to mend words that a line end cuts in two."""

    def __init__(self, lines: Iterable[Line], addresses: Iterable[str] = ()) -> None:
        self.addresses = frozenset(addresses)  # where the PDF's own links lead
        self._words: set[str] = set()
        cut = False
        for line in lines:
            words = (_ASCII_WORD if line.text.isascii() else _WORD).findall(line.text.lower())
            if cut:
                del words[:1]
            cut = line.text[-1:] in _HYPHENS
            if cut:
                del words[-1:]
            self._words.update(words)
        compounds = [word for word in self._words if "-" in word]
        self._heads = {word[: word.index("-")] for word in compounds}  # "fine" of "fine-tuning"
        self._tails = {word[word.rindex("-") + 1 :] for word in compounds}

    def join(self, left: str, right: str) -> str:
        """`left` ends in a hyphen at a line end; put it together with the next line's `right`."""
        if left[-1] == "\u00ad":
            return left[:-1] + right
        end = left[left.rfind(" ") + 1 : -1]  # `left` may be all of a long paragraph
        head, tail = _LAST_WORD.search(end), re.match(r"[^\W\d_]+", right)
        if not head or not tail or tail[0][0].isupper():
            return left + right
        first, second = head[0].lower(), tail[0].lower()
        if first + second in self._words:
            return left[:-1] + right
        short = len(first) == 1 or (len(second) < 3 and not is_cut(right))  # no typesetter parts words there
        return left + right if short or self._is_compound(first, second) else left[:-1] + right

    def _is_compound(self, first: str, second: str) -> bool:
        """Is the hyphen the author's, as the document's other words tell?"""
        if f"{first}-{second}" in self._words or "-" in first:
            return True
        known = first in self._words, second in self._words
        if first.endswith("ly") and len(first) > 6:  # automatically-detected
            return True
        if (first in self._heads and (known[1] or second in self._tails)) or (known[0] and second in self._tails):
            return True
        return known[0] and min(len(first), len(second)) > 3 and (known[1] or not _SUFFIX.match(second))


def join_lines(lines: Sequence[Line], words: PaperWords) -> tuple[str, list[int]]:
    """The text of a paragraph and the offset at which each line begins in it."""
    text, starts = "", []
    for line in lines:
        if not text:
            starts.append(0)
            text = line.text
        elif is_address_cut(text, line.text, words.addresses):
            starts.append(len(text))
            text += line.text
        elif text[-1] in _HYPHENS and len(text) > 1 and text[-2].isalnum() and line.text[:1].isalnum():
            starts.append(len(text))
            text = words.join(text, line.text)
        else:
            between = "" if text[-1] in "\u2013\u2014/" or (_is_cjk(text[-1]) and _is_cjk(line.text[0])) else " "
            starts.append(len(text) + len(between))
            text += between + line.text
    return text, starts


def is_address_cut(text: str, following: str, addresses: Collection[str] = ()) -> bool:
    """Does an address at the end of `text` go on in the next line? A link of the PDF decides, else how they look."""
    found = ADDRESS_AT_END.search(text, text.rfind(" ") + 1)  # a bracket or the mark of a note may stand before it
    if not found:
        return False
    head = found[0]
    tail = following.partition(" ")[0]
    whole = (head + tail).rstrip(").,;:]}>\"'”’")
    if any(whole in address for address in addresses):
        return True
    if any(address.rstrip("/").endswith(head.rstrip("/.,;)")) for address in addresses):
        return False
    if head[-1] in "/-_=&?%#~:":
        return bool(tail) and (tail[0].isalnum() or tail[0] in "/_~?")
    return tail[:1] in ("/", "?", "#", "_") or (head[-1] == "." and _REST.match(tail) is not None)


def is_cut(text: str) -> bool:
    """Does the line end within a word?"""
    return text.endswith("-") and text[-2:-1].isalpha()


def _is_cjk(char: str) -> bool:
    return "\u3000" <= char <= "\u9fff" or "\uff00" <= char <= "\uffef"


def split_sentences(text: str) -> Iterator[tuple[int, int]]:
    """Offsets (start, end) of the sentences, surrounding space left out."""
    start = 0
    for match in _END.finditer(text):
        if match.start() >= start and _is_end(text, match) and _LETTERS.search(text, start, match.start()):
            if not start and match[0][0] == "." and len(text[: match.start()].split()) < 3:
                continue  # "Proof." and other heads of a paragraph say nothing alone
            end = match.start() + len(match[0].rstrip())
            yield start, end
            start = match.end()
    if text[start:].strip():
        yield start, len(text.rstrip())


def _is_end(text: str, match: re.Match[str]) -> bool:
    rest = text[match.end() : match.end() + 24]
    if not rest or match[0][0] in "。！？":
        return True
    if not _OPENING.match(rest):
        return False
    if match[0][0] != ".":
        return True
    before = text[max(0, match.start() - 24) : match.start()]
    word = before.split()[-1].lstrip("([“\"'‘").lower() if before.split() else ""
    if word in _ABBREVIATIONS:
        return word in {"etc", "al"} and bool(re.match(r"(The|We|In|This|It|Our|For|However|To|These|They|As)\b", rest))
    if re.fullmatch(r"[a-z]|\d{1,2}|[ivx]{1,4}|\(?[a-z0-9]\)", word):  # initials, list and section numbers
        return not re.fullmatch(r"[a-z]", word) and not re.fullmatch(
            r"\(?(?:\d{1,2}|[ivx]+)\)?", text[: match.start()].strip()
        )
    return True


def places_of(lines: Sequence[Line], starts: Sequence[int], start: int, end: int) -> tuple[Place, tuple[Place, ...]]:
    """Where text[start:end] stands: the part that has most of its letters, and all parts where there are several.

    A part ends with its page or column.
    """
    first = bisect_right(starts, start) - 1
    last = max(first, bisect_right(starts, max(start, end - 1)) - 1)
    parts: list[tuple[list[Line], int]] = []
    for n in range(first, last + 1):
        line = lines[n]
        letters = min(end, starts[n + 1] if n < last else end) - max(start, starts[n])
        if parts and line.page == parts[-1][0][0].page and line.box[3] > parts[-1][0][0].box[1]:
            parts[-1] = [*parts[-1][0], line], parts[-1][1] + letters
        else:
            parts.append(([line], letters))
    places = tuple(Place(own[0].page, union(line.box for line in own)) for own, _ in parts)
    most = max(range(len(parts)), key=lambda n: parts[n][1])
    return places[most], places if len(places) > 1 else ()
