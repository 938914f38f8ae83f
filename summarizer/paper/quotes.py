"""Words of the paper that the second reader quotes: whether it has them, where, and which numbers they hold."""

import re
from collections.abc import Iterable

from summarizer.llm.paper_text import paper_text
from summarizer.llm.reading import ReadSentence
from summarizer.trust.check import PUBLISHED, examine, unmentioned
from summarizer.trust.context import clause_of, is_trivial
from summarizer.trust.evidence import Evidence
from summarizer.trust.matching import find
from summarizer.trust.numbers import Quantity, quantities
from summarizer.trust.recomputed import follows
from summarizer.types import Claim

_LEAST_QUOTED = 6  # letters
_MOST_UNFOUNDED = 0.5  # of a reader's quotes
_LEAST_OF_SEVERAL = 2
_APART = re.compile(r"…|\.\.\.")
_WORD = re.compile(r"[^\W\d_]{3}")
_DIGITS = re.compile(r"\d+(?:\.\d+)*|(?:\.\d+)+")
_GROUPED = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_COMPUTED = re.compile(r"[差共倍比约合总均多少高低升降增减]|相当|最[大小]|之[和积]")
_MARK = re.compile(r"^\[\w+\] ", re.MULTILINE)  # of a passage, as the model sees it


class Quotes:
    """Whether words are the paper's."""

    def __init__(self, evidence: Evidence) -> None:
        self._evidence = evidence
        text = paper_text(evidence.document, evidence.document.passages)
        self._letters = _letters(text)
        self._text = _plain(_MARK.sub("", text))

    def has(self, quote: str) -> bool:
        """Whether the paper has the words, or each of several places with … between them, which may be bare numbers:
        these must stand there as numbers, since their digits alone stand nearly anywhere (44 in 0.447)."""
        places = _places(quote)
        least = _LEAST_QUOTED if len(places) == 1 else _LEAST_OF_SEVERAL
        known = all(len(place) >= least and place in self._letters for place in places)
        bare = (part for part in _APART.split(quote) if not _WORD.search(part))
        numbers = (number for part in bare for number in _DIGITS.findall(_plain(part)))
        return known and len("".join(places)) >= _LEAST_QUOTED and all(_has_digits(self._text, n) for n in numbers)

    def useless(self, said: Iterable[ReadSentence]) -> str:
        """Why a reading counts for nothing: most of its quotes are not in the paper; "" if it counts."""
        listed = list(said)
        quoted = [self.has(item.quote) for item in listed if item.quote.strip()]
        if listed and quoted.count(False) <= _MOST_UNFOUNDED * len(quoted):
            return ""
        return f"of no use, {quoted.count(False)} of {len(quoted)} quotes are not in the paper"

    def passages(self, quote: str) -> tuple[int, ...]:
        """Those that have the words, or those of a place, whole; where only numbers are quoted those that have one."""
        known = self._evidence.document.passages
        worded = [_letters(part) for part in _APART.split(quote) if _WORD.search(part)]
        if worded:
            texts = {p.id: _letters(f"{p.text} {p.tex}") for p in known}
            return tuple(dict.fromkeys(n for place in worded for n in texts if place in texts[n]))
        numbers = dict.fromkeys(_DIGITS.findall(_plain(quote)))
        plain = {p.id: _plain(p.text) for p in known} if numbers else {}
        return tuple(dict.fromkeys(n for number in numbers for n in plain if _has_digits(plain[n], number)))

    def pages(self, quote: str) -> tuple[int, ...]:
        """The pages of the passages that have the words."""
        return self._evidence.pages(self.passages(quote))

    def doubted_words(self, claim: Claim) -> list[str]:
        """What the checker doubts in a claim and is no number: names, comparisons, directions."""
        numbers = {quantity.text for quantity in quantities(claim.text)}
        found = examine(claim.text, claim.passages, self._evidence)
        return [f.text for f in found if f.verdict not in PUBLISHED and f.text not in numbers]

    def missed(self, claim: Claim) -> list[str]:
        """The names, years and places of a claim that the checker does not find in the paper."""
        return unmentioned(claim.text, claim.passages, self._evidence)

    def numbers_hold(self, claim: Claim, quote: str) -> bool:
        """Whether every number that the checker doubts is in what the claim cites or in the quote, or follows from
        those of the quote, and those of names and years that it misses in the paper are in the quote: of digits the
        checker is the judge."""
        if not all(_has_digits(quote, number) for what in self.missed(claim) for number in _DIGITS.findall(what)):
            return False
        cited = [q for number in claim.passages for q in self._evidence.quantities(number)]
        parts = _APART.split(quote)
        places = [quantities(part) for part in parts]
        sure = {f.text for f in examine(claim.text, claim.passages, self._evidence) if f.verdict in PUBLISHED}
        told = [q for q in quantities(claim.text) if not (q.in_name or q.text in sure or is_trivial(q))]
        following = [q for q in told if _says_computed(claim.text, q) and follows(q, places)]
        if not following:  # a lone number is quoted to be computed with: that it stands somewhere says nothing
            parts = [part for part in parts if _WORD.search(part) or len(_DIGITS.findall(part)) > 1]
        quoted = [q for part in parts for q in quantities(part)]
        return all(
            q in following or find(q, [*cited, *quoted]) or any(_has_digits(part, q.text) for part in parts)
            for q in told
        )


def _says_computed(text: str, quantity: Quantity) -> bool:
    """Whether a number may be one that was computed: a bare count only where its clause compares or sums."""
    return quantity.kind != "count" or _COMPUTED.search(clause_of(text, quantity.span)) is not None


def _has_digits(quote: str, number: str) -> bool:
    """Whether the number stands there, be it glued to a word: 2.50/Minputand15.00/M."""
    return re.search(rf"(?<![\d.]){re.escape(number)}(?![\d]|\.\d)", quote) is not None


def _plain(text: str) -> str:
    """Without what groups digits: 15,000 is 15000."""
    return _GROUPED.sub("", text)


def _places(quote: str) -> list[str]:
    """The letters of each place that a quote is put together of."""
    return [letters for place in _APART.split(quote) if (letters := _letters(place))]


def _letters(text: str) -> str:
    return "".join(c for c in text.lower() if c.isalnum())
