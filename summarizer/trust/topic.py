"""Whether the passages that a claim cites speak of what the claim speaks of.

For sentences without a number that the passages have. What a sentence speaks of are its Latin words and the terms in
`terms`; a sentence is off its topic if the cited passages and their neighbours have none of them, or of four and more
less than half. Right sentences of recorded digests keep well clear of that: the limits are found in
`bench/trust.py`.
"""

from collections.abc import Sequence

from summarizer.trust.evidence import Evidence
from summarizer.trust.names import GENERAL, NameIndex, key, latin_words
from summarizer.trust.terms import special_terms, terms

_MANY = 4  # terms, of which some should be there
_ENOUGH = 3  # terms, all of them missing
_ENOUGH_SPECIAL = 2
_WORD = 4  # letters of a Latin word that says something


def off_topic(text: str, passages: Sequence[int], evidence: Evidence) -> list[str]:
    """The terms of `text` that the passages lack, if they speak of something else; else []."""
    near = evidence.surroundings(passages)
    near_names = NameIndex([near])
    words, spoken = _words(text), terms(text)
    missing = [word for word in words if word not in near_names]
    missing += [term for term, english in spoken.items() if not english.search(near)]
    known = len(words) + len(spoken)
    found = known - len(missing)
    if found:
        return missing if known >= _MANY and 2 * found < known else []
    telling = known >= _ENOUGH or len(special_terms(text)) >= _ENOUGH_SPECIAL or bool(_absent(text, evidence))
    return missing if telling else []


def foreign(text: str, evidence: Evidence) -> list[str]:
    """The special terms and Latin words of `text`, several, if the whole paper has none of them; else []."""
    absent = _absent(text, evidence)
    return absent if len(absent) == len(special_terms(text)) + len(_words(text)) >= _ENOUGH_SPECIAL else []


def _absent(text: str, evidence: Evidence) -> list[str]:
    missing = [term for term, english in special_terms(text).items() if not evidence.mentions(english)]
    return [*missing, *(word for word in _words(text) if word not in evidence.names)]


def _words(text: str) -> list[str]:
    words = (word.text for word in latin_words(text) if len(word.text) >= _WORD and key(word.text) not in GENERAL)
    return list(dict.fromkeys(words))
