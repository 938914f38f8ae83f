"""A statement that the paper does not report something: true if the paper has none of the words for it."""

import re
from collections.abc import Sequence
from dataclasses import replace

from summarizer.trust.claims import Statement
from summarizer.trust.evidence import Evidence
from summarizer.types import Claim

_WORD = re.compile(r"[A-Za-z][\w -]{1,40}")
_NOT_GIVEN = re.compile(
    r"(?:未|没有?|不曾|尚无)[^，。；]{0,6}?(?:给|说|写|提|报|测|试|比较|验证|检验|讨论|分析|考察|公布|公开|披露|交代|列|注明|涉及)"
)
_SHOWN = 3


def says_absent(text: str) -> bool:
    """Whether a sentence says that something is not told: 未给出, 没有说明."""
    return bool(_NOT_GIVEN.search(text))


def check_absence(statement: Statement, words: Sequence[str], evidence: Evidence) -> Claim:
    """The statement as a claim: nothing is cited, since what is not there has no place.

    `words` are what the paper would call the thing, as the writer gives them, else those that `terms.txt` has for the
    terms of the statement. Without any, nothing is known.
    """
    claim = Claim(statement.section, statement.text, (), (), "supported")
    given = [word.strip() for word in words if _WORD.fullmatch(word.strip())]
    patterns = [re.compile(rf"\b{re.escape(word)}", re.IGNORECASE) for word in given]
    patterns = patterns or list(evidence.vocabulary.terms(statement.text).values())
    if not patterns:
        reason = "says that something is not reported; name the English words for it, or cite where it should be"
        return replace(claim, verdict="uncited", reason=reason)
    found = [pattern.pattern.removeprefix(r"\b") for pattern in patterns if evidence.mentions(pattern)]
    if found:
        reason = f"says that something is not reported, but the paper has {', '.join(found[:_SHOWN])}"
        return replace(claim, verdict="unsupported", reason=reason)
    return claim
