"""Works by their year, days of a date, lemmas and tables by their number: what the paper has under another is wrong."""

import pytest
from small_paper import small_paper

from summarizer.trust.check import PUBLISHED, check_statement
from summarizer.trust.claims import split_statements
from summarizer.trust.evidence import Evidence
from summarizer.trust.wordlists import read_vocabulary

TEXTS = {
    1: ("text", "This follows Rajani et al. [2019], and proof search (Polu and Sutskever, 2022a)."),
    2: ("text", "By Lemma 10.4 the bound holds; Theorem 2 and Tables 3 and 4 show it, Algorithm 1 computes it."),
    3: ("text", "We use the dump of December 20, 2018; the code was released on 5 May 2020."),
    4: ("caption", "Figure 7: Bound."),
}
PAPER = Evidence(small_paper("Small Pointers", TEXTS), read_vocabulary(""))


@pytest.mark.parametrize(
    ("right", "value", "wrong"),
    [
        ("受 Rajani et al. (2019) 启发[1]。", "2019", "2015"),
        ("与 Polu 等人（2022）不同[1]。", "2022", "2016"),
        ("依据引理 10.4[2]。", "10.4", "15.4"),
        ("见表 3[2]。", "3", "9"),
        ("定理 2 给出上界[2]。", "2", "7"),
        ("算法 1 计算它[2]。", "1", "4"),
        ("取自 2018 年 12 月 20 日的转储[3]。", "20 日", "27 日"),
        ("取自 2018 年 12 月的转储[3]。", "2018", "3018"),
        ("代码于 2020 年 5 月 5 日发布[3]。", "5 日", "6 日"),
        ("见图 7[4]。", "7", "9"),
    ],
)
def test_a_pointer_to_what_the_paper_has_under_another_number(right: str, value: str, wrong: str) -> None:
    published = [
        check_statement(statement, PAPER).verdict in PUBLISHED
        for text in (right, right.replace(value, wrong))
        for statement in split_statements("", text)
    ]
    assert published == [True, False]


@pytest.mark.parametrize(
    "text", ["与 Newton (1687) 一样[1]。", "推论 3 由此得出[2]。", "于 2017 年 6 月 3 日访问[3]。"]
)
def test_what_the_paper_has_none_of_is_not_a_wrong_number(text: str) -> None:
    (statement,) = split_statements("", text)
    assert "another" not in check_statement(statement, PAPER).reason
    assert "of this number" not in check_statement(statement, PAPER).reason
