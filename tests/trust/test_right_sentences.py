"""Right sentences of kinds that a checker easily takes for wrong, each with a wrong one of its kind."""

import pytest
from small_paper import small_paper

from summarizer.trust.check import PUBLISHED, check_statement
from summarizer.trust.claims import split_statements
from summarizer.trust.dates import months, years
from summarizer.trust.evidence import Evidence
from summarizer.trust.numbers import quantities
from summarizer.trust.units import stated_units
from summarizer.trust.wordlists import read_vocabulary
from summarizer.types import PassageKind

TEXTS: dict[int, tuple[PassageKind, str]] = {
    1: ("text", "We use the dump of Wikipedia of December 2018 and the trace of March 5, 2019."),
    2: ("text", "Training took 6.9, 11.5 and 21.0 days on three clusters."),
    3: ("caption", "Table 1: Latency of each machine in ms."),
    4: ("row", "Table 1, Servo: Median 2.55; Worst 7.31"),
    5: ("row", "Table 1, Magna: Median 2.41; Worst 6.98"),
    6: ("equation", "O = diag(l)^{-1} (diag(l) O + P V) (1)"),
    7: ("text", "On the Vicuna benchmark Servo outperforms Magna by a wide margin."),
    8: ("text", "We evaluate on WikiQA, TriviaQA, SQuAD, HotpotQA and Natural Questions."),
    9: ("text", "The corpus holds 6 million pages; we fine-tune wav2vec 2.0 and seq2seq models on 20 Newsgroups."),
    10: ("text", "Unlike wav2vec 2.0, a plain encoder on 20 Newsgroups reaches an accuracy of 71.5 with nDCG@10."),
    11: ("text", "The retriever reads each document twice and ranks the passages of the corpus."),
    12: ("caption", "Table 2: Elo ratings of both systems, number of parameters in millions."),
    13: ("row", "Table 2, Servo: Vicuna 1023; OA 1008; Params 65"),
    14: ("row", "Table 2, Magna: Vicuna 916; OA 1015; Params 213"),
}
TERMS = "\n".join(
    f"专门 | {term}" for term in ("数据库 | database", "编译器 | compil", "分布式 | distribut", "图像 | image")
)
PAPER = Evidence(small_paper("Small Servers", TEXTS), read_vocabulary(TERMS))


def verdict(text: str) -> tuple[bool, str]:
    claims = [check_statement(statement, PAPER) for statement in split_statements("实验效果", text)]
    return all(claim.verdict in PUBLISHED for claim in claims), "; ".join(claim.reason for claim in claims)


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("使用 2018 年 12 月的 Wikipedia 转储[1]。", "使用 2018 年 11 月的 Wikipedia 转储[1]。"),
        ("记录采集于 2019 年 3 月 5 日[1]。", "记录采集于 2017 年 3 月 5 日[1]。"),
        ("训练分别用了 6.9、11.5、21.0 天[2]。", "训练分别用了 6.9、15.1、21.0 天[2]。"),
        ("训练分别用了 6.9、11.5 和 21.0 天[2]。", "训练分别用了 6.9、11.5 和 21.0 小时[2]。"),
        ("Servo 的延迟中位数为 2.55 ms[4]。", "Servo 的延迟中位数为 2.55 分钟[4]。"),
        ("Magna 的延迟中位数为 2.41 毫秒[5]。", "Magna 的延迟中位数为 2.41 秒[5]。"),
        ("Servo 的延迟（毫秒）为 2.55，最差 7.31[4]。", "Servo 的延迟（毫秒）为 2.55，最差 7.13[4]。"),
        ("Servo 有 6500 万参数[13]。", "Servo 有 6.5 亿参数[13]。"),
        ("语料有 600 万页[9]。", "语料有 60 万页[9]。"),
        ("语料有六百万页[9]。", "语料有六千万页[9]。"),
        ("在 20 Newsgroups 上微调 wav2vec 2.0[11]。", "在 20 Newsgroups 上微调 wav2vec 3.0[11]。"),
        ("在 5 个数据集上评测[8]。", "在 7 个数据集上评测[8]。"),
        ("在 OA 基准上 Servo 的 Elo 为 1008，略低于 Magna 的 1015[13][14][7]。", "Magna 优于 Servo[7]。"),
        ("输出先还原再加上数据库与编译器的乘积[6]。", "数据库、编译器与图像的分布式处理[11]。"),
        ("做数据库、编译器与图像的分布式系统的工程师值得细读[11]。", "数据库、编译器与图像的分布式系统在此统一[11]。"),
        ("研究 FooDB 的读者值得读[11]。", "作者研究了 FooDB[11]。"),
    ],
)
def test_a_right_sentence_and_a_wrong_one_of_its_kind(right: str, wrong: str) -> None:
    assert verdict(right)[0], verdict(right)[1]
    assert not verdict(wrong)[0]


@pytest.mark.parametrize(
    "text",
    [
        "seq2seq", "nDCG@10", "Enwik8", "Wikitext103", "Enwik8：", "word2vec", "WMT'14", "β1 与 β2", "H.264", "附录 B.2",
        "2018 年 12 月", "2018年12月", "12 月 20 日", "Dec. 20, 2018", "March 5, 2019", "5 March 2019", "Sept. 2021", "2018-12-20",
        "2018/12/20", "2018-12", "3 月至 5 月", "20 世纪 90 年代", "the 1990s", "20 Oct.",
    ],
)  # fmt: skip
def test_dates_and_names_with_digits_are_no_quantities(text: str) -> None:
    assert [quantity for quantity in quantities(text) if not quantity.in_name] == []


def test_the_years_and_months_of_dates() -> None:
    assert (years("2018 年 12 月与 Sept. 2021"), months("2018 年 12 月与 Sept. 2021")) == ({"2018", "2021"}, {12, 9})
    assert (years("12 个月、2048 块"), months("12 个月，第 3 层")) == (set(), set())
    assert months("2019-03-05 至 4 月") == {3, 4}


@pytest.mark.parametrize(
    ("text", "units"),
    [
        ("Latency in ms.", ("ms",)),
        ("Memory (GB) and time [hours]", ("GB", "hours")),
        ("accuracy in percent", ("%",)),
        ("Number of parameters (×10^6)", ("×10^6",)),
        ("训练时间（单位：小时），单位为毫秒", ("小时", "毫秒")),
        ("Results in seconds language (a)", ("seconds",)),
        ("trained in K steps, in model", ()),
    ],
)
def test_units_stated_apart_from_their_numbers(text: str, units: tuple[str, ...]) -> None:
    assert stated_units(text) == units
