"""Counts that a writer makes: of what the sentence or a cited passage lists, of a table's rows and columns."""

import re
from collections.abc import Iterator
from itertools import permutations

from summarizer.trust.evidence import Evidence
from summarizer.trust.numbers import Quantity
from summarizer.trust.units import HARD_UNITS

_MOST = 12  # a longer list is not counted by eye
_PAIR = 2
_FEW = 3  # counts up to this need no evidence
_CHINESE_PART = re.compile(r"[，。；：:;（）()]")
_CHINESE_SEPARATOR = re.compile(r"[、和与及]")
_ENGLISH_PART = re.compile(r"[.;:()](?= |$)|[()]")
_ENGLISH_SEPARATOR = re.compile(r",? (?:and|or|as well as) |, ")
_SUBJECT = re.compile(r"(?:we|it|they|this|these|which|that|the authors)\b", re.IGNORECASE)
_LONGEST_ITEM = 6  # words; a longer one is the beginning of the sentence with the first item


def counts_a_list(quantity: Quantity, text: str, passages: tuple[int, ...], evidence: Evidence) -> bool:
    """Whether a count, such as 五种设置 or 4 个数据集, is the length of a list of the sentence or of its evidence."""
    measured = quantity.kind != "count" or quantity.magnitude or quantity.unit in HARD_UNITS
    if measured or quantity.step != 1 or not _FEW < quantity.value <= _MOST:
        return False
    texts = [evidence.passages[number] for number in passages]
    rows = sum(passage.kind == "row" for passage in texts)
    lengths = {
        rows,
        *_table_counts(passages, evidence),
        *_chinese_lists(text),
        *(n for passage in texts for n in _english_lists(passage.text)),
    }
    return quantity.value in lengths


def _table_counts(passages: tuple[int, ...], evidence: Evidence) -> Iterator[int]:
    """How many columns of numbers a cited table has, and in how many one of two cited rows is ahead of the other."""
    for grid, rows in evidence.cited_rows(passages).items():
        yield len(grid.columns)
        if len(rows) == _PAIR:
            yield from (grid.columns_ahead(*pair) for pair in permutations(rows))


def _chinese_lists(text: str) -> Iterator[int]:
    for part in _CHINESE_PART.split(text):
        if "、" in part:
            yield len(_CHINESE_SEPARATOR.split(part))


def _english_lists(text: str) -> Iterator[int]:
    """The lengths of "A, B, C and D": 4, also where a subject comes before it (In this work, we use A, ...)."""
    for part in _ENGLISH_PART.split(text):
        items = _ENGLISH_SEPARATOR.split(part)
        length = 1
        for item in reversed(items[:-1]):
            length += 1
            if len(item.split()) > _LONGEST_ITEM or _SUBJECT.match(item.strip()):
                break
        yield length
