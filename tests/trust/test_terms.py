"""The vocabulary as shipped, how it is read, and what it finds."""

from pathlib import Path

import pytest

from summarizer.errors import UsageError
from summarizer.trust.wordlists import read_vocabulary

SHIPPED = Path(__file__).parent.parent.parent / "prompts" / "terms.txt"


def test_the_shipped_vocabulary_names_each_term_once_and_prefers_the_longest() -> None:
    text = SHIPPED.read_text(encoding="utf-8")
    vocabulary = read_vocabulary(text)
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    assert len(lines) == len(vocabulary.special) + len(vocabulary.common) > 300
    assert not vocabulary.special.keys() & vocabulary.common.keys()
    assert list(vocabulary.special_terms("自注意力与多头的参数")) == ["自注意力", "多头"]
    assert list(vocabulary.terms("自注意力与多头的参数")) == ["自注意力", "多头", "参数"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("quantized", True),
        ("unquantized", False),  # not the beginning of a word
        ("4-bit", True),
        ("fine tuning", True),
        ("finetuned", True),
        ("fine-tuned", True),
        ("an lr of 0.1", True),
        ("lrs", False),  # quoted, so a whole word
        ("O(n)", True),
        ("nothing", False),
    ],
)
def test_english_is_the_beginning_of_words(text: str, said: bool) -> None:
    term = read_vocabulary('# remark\n专门 | 词 | quanti、bit、fine-tun、"lr"、O(\n').special["词"]
    assert (term.search(text) is not None) == said


@pytest.mark.parametrize(
    "line", ["量化", "专门 | 量化", "专门 | | quanti", "别的 | 量化 | quanti", "专门 | 量化 | 、", "专门 | a | b | c"]
)
def test_a_malformed_line_is_named(line: str) -> None:
    with pytest.raises(UsageError, match="line 2"):
        read_vocabulary(f"# remark\n{line}\n")


def test_no_terms_are_found_where_none_are_known() -> None:
    assert read_vocabulary("").terms("自注意力") == {}
