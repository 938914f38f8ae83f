"""The glossary as shipped, and what it finds."""

from pathlib import Path

import pytest

from summarizer.errors import UsageError
from summarizer.trust.wordlists import read_glossary, term_problems

SHIPPED = Path(__file__).parent.parent.parent / "prompts" / "glossary.txt"


def test_the_shipped_glossary_is_well_formed_and_does_not_contradict_itself() -> None:
    terms = read_glossary(SHIPPED.read_text(encoding="utf-8"))
    assert len(terms) >= 20
    preferred = {term.chinese for term in terms if term.chinese}
    assert len(preferred) == len([term for term in terms if term.chinese])
    for term in terms:
        for word in term.avoided:
            assert not any(word in good for good in preferred), f"{word} is avoided but part of a preferred term"


def test_avoided_renderings_are_named_with_their_section_and_the_right_word() -> None:
    terms = read_glossary("# remark\nmixture of experts | 混合专家 | 混合运算增强、专家混合\ntoken | | 令牌\n")
    problems = term_problems({"摘要": "采用混合运算增强架构。", "创新点": "每个令牌由混合专家处理。"}, terms)
    assert problems == [
        "摘要: '混合运算增强' should be '混合专家' (mixture of experts)",
        "创新点: '令牌' should be 'token' (token)",
    ]


@pytest.mark.parametrize("line", ["only english", "a | b", " | 中 | 文", "a | b | c | d"])
def test_a_malformed_line_is_named(line: str) -> None:
    with pytest.raises(UsageError, match="line 2"):
        read_glossary(f"# remark\n{line}\n")
