"""Whether the passages that a claim cites speak of what the claim speaks of.

For sentences without a number that the passages have, and passages of words: what an equation or a table is about,
code does not know. What a sentence speaks of are its Latin words and its terms; it
is off its topic if the cited passages and their neighbours have none of them, or of four and more less than half; a
special one that the whole paper lacks counts twice. Right sentences of recorded digests keep clear of that: the limits
are found with `bench/trust.py`.
"""

import re
from collections.abc import Sequence

from summarizer.trust.absence import says_absent
from summarizer.trust.evidence import Evidence
from summarizer.trust.formula import MATH
from summarizer.trust.names import GENERAL, NameIndex, key, latin_words, spelled_out
from summarizer.types import Passage

_MANY = 4  # terms, of which half should be there
_SOME = 3  # terms, of which one should be there
_SEVERAL = 2
_SENTENCE = 4  # plain words
# What is solved is told elsewhere, what is missing nowhere.
_ELSEWHERE = re.compile(r"^(?:针对|面对)|没有|缺少|缺乏|尚无")
_LABEL = re.compile(r"^[^，。：；]{1,16}：")  # 注意力掩码：is what the writer calls a step
_PLAIN_WORD = re.compile(r"[A-Za-z]{3,}")
_WORD = 4  # letters of a Latin word that says something; 16MB is a number


def off_topic(text: str, passages: Sequence[int], evidence: Evidence) -> list[str]:
    """The terms of `text` that the passages lack, if they speak of something else; else []."""
    wordless = sum(not _has_words(evidence.passages[number]) for number in passages)
    if 2 * wordless >= len(passages):
        return []
    text = _LABEL.sub("", text)
    text = "，".join(clause for clause in text.split("，") if not (_ELSEWHERE.search(clause) or says_absent(clause)))
    words, spoken = _words(text), evidence.vocabulary.terms(text)
    nowhere = _absent(text, evidence)
    if not nowhere and len(words) + len(spoken) < _SOME:
        return []
    near = evidence.surroundings(passages)
    near_names = NameIndex([near])
    missing = [word for word in words if word not in near_names and not spelled_out(word, near)]
    missing += [term for term, english in spoken.items() if not english.search(near)]
    absent = [term for term in nowhere if term in missing]
    known = len(words) + len(spoken)
    found = known - len(missing)
    enough = absent or known >= (_MANY if found else _SOME)
    return missing if enough and 2 * found < known + len(absent) else []


def _has_words(passage: Passage) -> bool:
    """Whether a passage tells what it is about: not a formula, a line of an algorithm, the cells of a row."""
    return (
        passage.kind in ("text", "caption")
        and "=" not in passage.text
        and len(_PLAIN_WORD.findall(passage.text)) >= _SENTENCE
    )


def foreign(text: str, evidence: Evidence) -> list[str]:
    """The special terms and Latin words of `text`, several, if the whole paper has none of them; else []."""
    absent = _absent(text, evidence)
    return absent if len(absent) == len(evidence.vocabulary.special_terms(text)) + len(_words(text)) >= _SEVERAL else []


def _absent(text: str, evidence: Evidence) -> list[str]:
    missing = [
        term for term, english in evidence.vocabulary.special_terms(text).items() if not evidence.mentions(english)
    ]
    return [*missing, *(word for word in _words(text) if word not in evidence.names)]


def _words(text: str) -> list[str]:
    """The Latin words that say something. Those of formulas are none: \\cdot, and symbols are judged apart."""
    words = (word.text for word in latin_words(MATH.sub(" ", text)) if _says_something(word.text))
    return list(dict.fromkeys(word for word in words if key(word) not in GENERAL))


def _says_something(word: str) -> bool:
    """A word of some letters or an abbreviation; 16MB is a number."""
    return word[0].isalpha() and (len(word) >= _WORD or (word.isalpha() and word.isupper()))
