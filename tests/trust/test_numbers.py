"""Quantities: exact values, kinds and units in both languages; names and references are none."""

import random
import time
from fractions import Fraction

import pytest

from summarizer.trust.check import check_statement
from summarizer.trust.chinese import language_problems, polish
from summarizer.trust.claims import split_statements
from summarizer.trust.direction import contradiction, opposite_direction
from summarizer.trust.evidence import Evidence
from summarizer.trust.names import names
from summarizer.trust.numbers import Quantity, quantities
from summarizer.trust.ranking import false_comparison, reversed_comparison
from summarizer.trust.units import stated_units
from summarizer.trust.wordlists import Vocabulary, read_vocabulary
from summarizer.types import Document, Passage


def read(text: str) -> list[tuple[float, str]]:
    return [(float(q.value), q.kind) for q in quantities(text)]


def only(text: str) -> Quantity:
    (quantity,) = quantities(text)
    return quantity


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        ("0.5B", "5亿"),
        ("270M", "2.7亿"),
        ("4.5 million", "450万"),
        ("1.4T", "1.4万亿"),
        ("7-billion-parameter", "70亿参数"),
        ("53.5 billion tokens", "535亿个token"),
        ("fifty-five thousand", "5.5万"),
        ("half a billion", "五亿条"),
        ("one trillion", "1万亿"),
        ("1.5e8", "1.5亿"),
        ("3.0e-4", "3.0e^−4"),  # as PDFs have it
        ("6.2×1e3", "6200"),
        ("10^6", "100万"),
        ("10^−8", "10 的负 8 次方"),
        ("10⁶", "百万".replace("百", "100")),
        ("$34$ billion", "340亿"),
        ("3 \\space billion", "30亿"),
        ("127,000", "12.7万"),
        ("127,\n000", "12.7万"),
        ("3.3 × 10^18", "3.3e18"),
        ("2.3·10¹⁹", "2.3e19"),
        ("120", "一百二十层"),
        ("24 hours", "1天"),
        ("1.2TB", "1200 GB"),
        ("16-bit", "16位量化"),
        ("99.02\\%", "99.02％"),
        ("50 percent", "百分之五十"),
        ("5.1 percentage points", "5.1个百分点"),
        ("3-fold", "三倍"),
        ("12.5×", "12.5倍"),
        ("10,000 times", "1 万倍"),
        ("twice", "两倍"),
        ("a factor of 3.2", "3.2 倍"),
        ("90%", "九成以上"),
        ("one third", "三分之一"),
    ],
)
def test_both_languages_say_the_same(english: str, chinese: str) -> None:
    first, second = only(english), only(chinese)
    assert (first.value, first.kind) == (second.value, second.kind)
    assert not (first.unit and second.unit) or first.unit == second.unit


def test_values_are_exact() -> None:
    assert only("0.1亿").value == Fraction(10**7)
    assert only("63.4%").value == Fraction(634, 10)
    assert only("63.4%").step == Fraction(1, 10)
    assert only("5.2万").step == 1000


def test_a_range_shares_its_unit() -> None:
    assert read("1.5-1.9倍") == [(1.5, "times"), (1.9, "times")]
    assert read("5–7%") == [(5, "percent"), (7, "percent")]
    assert read("从 7B 到 65B") == [(7e9, "count"), (65e9, "count")]
    assert [q.unit for q in quantities("3 to 5 GB")] == ["byte", "byte"]


def test_a_decimal_broken_over_lines_is_one_number() -> None:
    assert only("9.\n84").value == Fraction(984, 100)


@pytest.mark.parametrize(
    "text",
    [
        "GPT-4o", "MRR@100", "F1", "ResNet-50", "BLEU-4", "CIFAR-10", "SQuAD v1.1", "Llama 3.1", "WMT 2014英德翻译",
        "图3", "表 2", "第4节", "6.4 节", "Figure 3", "Section 5.3", "Eq. (7)", "Appendix B.2", "算法 1",
        "[17]", "[17][23]", "[3, 4]", "(Vaswani et al., 2017)", "2024年10月", "2024-10-21", "2007-2026年",
        "arXiv:2410.11988v1", "https://arxiv.org/abs/2410.11988", "3D", "1. ", "(2)", "the 16th", "统一", "十分", "一般",
        "数百万", "数十亿", "A100", "d_model",
    ],
)  # fmt: skip
def test_names_references_and_vague_words_are_no_quantities(text: str) -> None:
    assert [q for q in quantities(text) if not q.in_name] == []


def test_the_size_in_a_name_is_marked() -> None:
    size, plain = quantities("LLaMA-13B 优于 GPT-3 (175B)")
    assert (size.in_name, plain.in_name) == (True, False)
    assert size.value == 13 * 10**9


def test_spans_are_offsets_in_the_text() -> None:
    text = "参数减少１万倍，显存从 1.2TB 降到 350GB。"
    assert [text[slice(*q.span)] for q in quantities(text)] == ["１万倍", "1.2TB", "350GB"]


@pytest.mark.slow
def test_no_input_takes_long() -> None:
    """Random text from the characters the expressions care about, and long runs of each: linear time, no error."""
    words = [
        "a ",
        "ab,",
        "We propose ",
        "improves by ",
        "A 优于 ",
        "A outperforms B ",
        "（",
        "“",
        "$a",
        "`b",
        "[x](",
        "Table 1: ",
    ]
    alphabet = (
        "0123456789.,-–~%×xX*^{}[]()（）$\\ \n万亿千百十一二三倍个百分点年月 abcKMBTGe+/@_:；。第图表至到约GPT-LLaMA"
    )
    pieces = [
        "1.",
        "1,000",
        "-1",
        "10^",
        "a-",
        "A1-",
        "一",
        "half a ",
        "one hundred ",
        "GB ",
        "[1,",
        "(",
        "图1-",
        "从1到",
        "提升到",
        "increase ",
    ]
    chance = random.Random(7)
    samples = ["".join(chance.choices(alphabet, k=3000)) for _ in range(40)] + [
        piece * 2000 for piece in pieces + words
    ]
    vocabulary = read_vocabulary('专门 | 词 | word、"w"')
    for sample in samples:
        start = time.process_time()
        quantities(sample)
        names(sample)
        split_statements("摘要", sample)
        language_problems(sample)
        polish(sample)
        contradiction(sample[:300], "1", sample, (150, 151))
        reversed_comparison(sample, [sample])
        false_comparison(sample)
        opposite_direction(sample, [sample])
        vocabulary.terms(sample)
        passage = Passage(1, 1, None, sample, (0, 0, 1, 1), "row")
        Evidence(Document("", 1, passages=(passage,)), vocabulary).quantities(1)
        assert time.process_time() - start < 2.0, sample[:40]


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("八张 GPU", 8, "gpu"),
        ("八张 A100", 8, "gpu"),
        ("8 块 P100 GPU", 8, "gpu"),
        ("8 NVIDIA V100 GPUs", 8, "gpu"),
        ("六个 LSTM 层", 6, "layer"),
        ("8 张图片", 8, "image"),
        ("P（3.8M）", 3_800_000, ""),
    ],
)
def test_measure_words_and_what_they_measure(text: str, value: int, unit: str) -> None:
    assert (only(text).value, only(text).unit) == (value, unit)


@pytest.mark.parametrize(
    "number",
    [
        "9" * 309, "9" * 400, "9" * 5000, "0." + "1" * 5000, "." + "3" * 5000, "1," + "234," * 2000 + "567",
        "9" * 320 + " 亿", "1e99" + "9" * 400, "亿" * 3000, "三" + "亿" * 3000, "billion " * 600, "٣" * 5000,
        "7" * 400 + "-" + "8" * 400 + "倍", "5^" + "9" * 5000, "10的" + "9" * 400 + "次方",
    ],
)  # fmt: skip
def test_numbers_of_any_size_are_text_like_any_other(number: str) -> None:
    evidence = Evidence(
        Document("t", 1, passages=(Passage(1, 1, None, f"The modulus is {number}.", (0, 0, 1, 1)),)), Vocabulary()
    )
    for claim in (f"模数为 {number}[1]。", "模数为 7[1]。"):
        for quantity in quantities(claim):
            assert quantity.coarseness >= 0 and evidence.holding(quantity) >= set()
        assert language_problems(claim) is not None
        for statement in split_statements("results", claim):
            assert check_statement(statement, evidence).text


@pytest.mark.parametrize(
    ("head", "units"),
    [("Training time [days x CPU cores]", ("days",)), ("Latency (ms/sample)", ("ms",)), ("Attention (K/V heads)", ())],
)
def test_a_unit_with_what_it_is_counted_for_is_stated(head: str, units: tuple[str, ...]) -> None:
    assert stated_units(head) == units


def test_what_is_multiplied_is_no_factor() -> None:
    assert [(q.kind, q.value) for q in quantities("14 x 180")] == [("count", 14), ("count", 180)]
