"""Verdicts on statements about a small paper."""

import pytest
from small_paper import small_paper

from summarizer.trust.check import PUBLISHED, check_statement, examine
from summarizer.trust.claims import Statement, split_statements
from summarizer.trust.context import candidates, is_trivial
from summarizer.trust.evidence import Evidence
from summarizer.trust.numbers import quantities
from summarizer.trust.wordlists import Vocabulary
from summarizer.types import Claim, Document, PassageKind

TEXTS = {
    1: "We present Foobar, a family of language models with 0.5B and 1.5B parameters.",
    2: "Foobar-1.5B was trained on 1.4T tokens with 2,048 A100 GPUs for 21 days.",
    3: "On MMLU, accuracy improves from 22.8% to 30.3%, while latency is reduced by 25%.",
    4: "Compared with LoRA, Foobar needs 3 times less memory: 16 GB instead of 48 GB.",
    5: "BERT reaches a 7.7% point absolute improvement on GLUE.",
    11: "Table 2: Models with 7B parameters. Supervised fine-tuning doubles the speed, a 33% absolute gain.",
    12: "Table 2, ours: MMLU 61.5; HellaSwag 70.2",
    6: "Foobar outperforms Quux on HellaSwag by 4.2 points.",
    7: "Table 3, big: BLEU (dev) 26.4; params ×10^6 213; Time (hours) 84",
    8: "We report a ratio of 0.634 on SQuAD over 52,445 questions.",
    9: "The baseline Quux has twelve layers and four heads.",
    13: "GPT is not used, nor are 4 or 9 of 2 others.",
    14: "We report pass@1,10,100 with LLaMA-2-7B and Llama 3.1 on CIFAR-10, and 8-shot results.",
    10: "Annotators preferred Foobar 85 ± 3% of the time on HellaSwag.",
}


def kind_of(text: str) -> PassageKind:
    if text.startswith("Table"):
        return "caption" if ":" in text[:9] else "row"
    return "text"


def of(*texts: str) -> Evidence:
    return numbered(dict(enumerate(texts, 1)))


def numbered(texts: dict[int, str]) -> Evidence:
    """Passages by their numbers."""
    paper = small_paper("Foobar: Small Models", {n: (kind_of(text), text) for n, text in texts.items()})
    return Evidence(paper, Vocabulary())


EVIDENCE = numbered(TEXTS)

USAGE = of(
    "Using several thoughts consistently outperformed one (by roughly 0.5% on GSM8K).",
    "Memory is reduced by 12% and speed improves by 9%.",
    "We employ h = 8 parallel attention layers, or heads.",
    "After 16 iterations the accuracy is 89.5%, with scores in [0, 5].",
    "Sentences were encoded using byte-pair encoding with $warmup_steps$ and 4-bit weights.",
    "A 4-bit base is frozen, says Doe.",
    "The 4-bit type is information-theoretically optimal.",
    "Dropout is 0.1 for models up to 13B and 0.05 for 33B models.",
    "The time complexity is still quadratic, though we reduce the memory overhead.",
)


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("多段思考在 GSM8K 上约高 0.5 个百分点[1]。", True),  # a score that rises by per cent
        ("内存下降 12 个百分点[2]。", False),
        ("速度提升 9 个百分点[2]。", False),
        ("文中取 8 个头[3]。", True),
        ("运行 16 轮后准确率为 89.5%[4]。", True),
        ("由同一模型给出 0 到 5 分[4]。", True),
        ("用 BPE 编码句子[5]。", True),
        ("用 BPF 编码句子[5]。", False),
        ("4 比特冻结基座加适配器，dropout 为 0.1[8]。", True),  # what the paper's things are called by
        ("3 比特冻结基座加适配器，dropout 为 0.1[8]。", False),
        ("大模型的 dropout 用 0.05、13B 及以下用 0.1[8]。", True),
        ("这一成绩与同类相近，准确率为 89.5%[4]。", True),  # 成绩 is no tenth
        ("Doe et al. 〔2019〕 只用 16 轮[4]。", True),
        ("瓶颈可以解除，但计算量仍随长度平方增长[9]。", True),  # how it scales, not what was changed
        ("正文称 Foobar 全面优于基线，但两者相同，简单的为 0.05 对 0.1[8]。", True),  # not what was announced
    ],
)
def test_what_papers_and_their_readers_write_differently(text: str, right: bool) -> None:
    (statement,) = split_statements("", text)
    assert (check_statement(statement, USAGE).verdict in PUBLISHED) is right


def check(text: str) -> Claim:
    (statement,) = split_statements("实验效果", text)
    return check_statement(statement, EVIDENCE)


@pytest.mark.parametrize(
    "text",
    [
        "Foobar 有5亿和15亿参数两种规模[1]。",
        "在1.4万亿个token上用2048块A100训练约21天[2]。",
        "训练约三周[2]。".replace("三周", "3周"),
        "MMLU 准确率从22.8%提升到30.3%[3]。",
        "准确率约为30%[3]。",
        "显存仅需16GB，是 LoRA 的三分之一[4]。",
        "大模型有2.13亿参数，BLEU 为 26.4，训练84小时[7]。",
        "SQuAD 上为63.4%，共约5.2万个问题[8]。",
        "超过5万个问题[8]。",
        "7B 模型的 MMLU 为61.5[12]。",
        "SFT 带来33个百分点的提升，见第 3.2 节[11]。",
        "提升了33%[11]。",
        "Quux 有12层、四个注意力头[9]。",
        "提出了三种方法，见图3和表2[1]。",
        "Foobar 在 HellaSwag 上优于 Quux[6]。",
        "Quux 在 HellaSwag 上不如 Foobar，差4.2个百分点[6]。",
    ],
)
def test_supported(text: str) -> None:
    claim = check(text)
    assert (claim.verdict, claim.reason) == ("supported", "")


@pytest.mark.parametrize(
    "text",
    [
        "MMLU 准确率从22.8%提升到30.3%，提升7.5个百分点[3]。",
        "MMLU 准确率从22.8%升至30.3%，相对提升约33%[3]。",
        "显存从48GB降到16GB，减少32GB[4]。",
        "MMLU 为 61.5，比 HellaSwag 的 70.2 低 8.7 分[12]。",
        "速度不变，显存减少约67%[4]。",
        "速度提升一倍[11]。",
    ],
)
def test_derived(text: str) -> None:
    claim = check(text)
    assert claim.verdict == "derived", claim.reason


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("Foobar 有0.5亿和1.5亿参数[1]。", "0.5B"),
        ("在14万亿个token上训练[2]。", "1.4T"),
        ("显存仅需16MB[4]。", "16 GB"),
        ("训练21小时[2]。", "21 days"),
        ("延迟降低25个百分点[3]。", "25%"),
        ("GLUE 上提升7.7%[5]。", "7.7% point"),
        ("Quux 有四层[9]。", "four"),
        ("少样本设置下 MMLU 为61.5个百分点[12]。", "61.5"),  # 少样本 is no change
    ],
)
def test_unit_errors_say_what_the_evidence_says(text: str, says: str) -> None:
    claim = check(text)
    assert claim.verdict == "unit"
    assert says in claim.reason


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("用2084块A100训练[2]。", "2084"),
        ("准确率达到30.8%[3]。", "30.8%"),
        ("显存减少5倍[4]。", "5倍"),
        ("使用 GPT-9 标注数据[1]。", "GPT-9: the paper does not mention it"),
        ("使用 GPT-4 标注数据[1]。", "GPT-4: the paper does not mention it"),
        ("使用 LoRA-2 训练[4]。", "LoRA-2: the paper does not mention it"),
        ("延迟增加25%[3]。", "goes down"),
        ("与 LoRA 相比显存增加3倍[4]。", "goes down"),
        ("准确率提升了30.3%[3]。", "not as the change"),
        ("BERT 在 GLUE 上相对提高7.7个百分点[5]。", "absolute, not relative"),
        ("Quux 在 HellaSwag 上优于 Foobar[6]。", "other way round"),
        ("Quux 有13层[9]。", "13"),
    ],
)
def test_unsupported(text: str, reason: str) -> None:
    claim = check(text)
    assert claim.verdict == "unsupported"
    assert reason in claim.reason
    assert "\n" not in claim.reason
    assert claim.verdict not in PUBLISHED


def test_a_number_beside_its_name_elsewhere_moves_the_citation() -> None:
    claim = check("Foobar 在 HellaSwag 上领先 Quux 4.2个百分点[9]。")
    assert (claim.verdict, claim.passages, claim.pages) == ("moved", (9, 6), (4, 3))
    assert "p. 3" in claim.reason and "[6]" not in claim.reason


def test_a_wrong_citation_without_context_is_not_moved() -> None:
    assert check("训练用时84小时[1]。").verdict == "unsupported"


def test_uncited() -> None:
    assert check("显存减少3倍。").verdict == "uncited"
    missing = check("显存减少3倍[404]。")
    assert (missing.verdict, missing.passages) == ("uncited", ())
    assert "[404]" in missing.reason


def test_a_citation_that_does_not_exist_is_dropped_beside_one_that_does() -> None:
    claim = check("显存减少3倍[4][404]。")
    assert (claim.verdict, claim.passages, claim.pages) == ("supported", (4,), (2,))


def test_trivial_counts_need_no_evidence_but_their_units_do() -> None:
    assert check("主要有三个贡献[1]。").verdict == "supported"
    assert check("显存减少2倍[1]。").verdict == "unsupported"


def test_names_may_come_from_the_whole_paper_and_keep_their_spelling_loose() -> None:
    assert check("Foobar 1.5B 与 LoRA、Hellaswag 相关[9]。").verdict == "supported"


@pytest.mark.parametrize(
    "name", ["pass@10", "LLaMA-2 7B", "Llama-3.1", "CIFAR10", "LoRA/BERT", "BERT-Foobar", "SFT", "8-shot", "Foobar-based", "MMLUs"]
)  # fmt: skip
def test_other_spellings_of_a_name(name: str) -> None:
    assert name in EVIDENCE.names


@pytest.mark.parametrize("name", ["pass@5", "LLaMA-3", "Llama 3.2", "CIFAR-11", "LoRA/GPT-9", "Mamba", "RLHF", "BER"])
def test_names_the_paper_does_not_have(name: str) -> None:
    assert name not in EVIDENCE.names


def test_candidates_rank_the_passage_with_number_and_name_first() -> None:
    assert candidates("Foobar 比 Quux 高4.2个百分点", EVIDENCE)[0].id == 6
    assert candidates("15亿参数的模型", EVIDENCE, limit=1)[0].id == 1
    assert candidates("没有任何线索", EVIDENCE) == []


def test_the_reason_names_every_wrong_number() -> None:
    findings = examine("准确率30.8%，延迟降低52%。", (3,), EVIDENCE)
    assert [(f.text, f.verdict) for f in findings] == [("30.8%", "unsupported"), ("52%", "unsupported")]


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("沿用 You 等人 2018 年的做法。", "supported"),
        ("沿用 You 等人 2118 年的做法。", "unsupported"),
        ("沿用 You 等人（2018a）的做法。", "supported"),
        ("沿用 You 等人（2058）的做法。", "unsupported"),
    ],
)
def test_a_year_must_occur_in_the_paper(text: str, verdict: str) -> None:
    assert check_statement(Statement("", text, (1,), 0, 0), of("We follow You et al. (2018a).")).verdict == verdict


def test_a_count_in_words_is_the_writers_own_but_a_measure_is_not():
    trivial = {
        text: all(is_trivial(q) for q in quantities(text))
        for text in ("五个维度", "六层网络", "十二个任务", "五项指标")
    }
    assert trivial == {"五个维度": True, "六层网络": False, "十二个任务": False, "五项指标": True}


def test_thousands_with_a_wide_comma_are_one_number():
    paper = of("We release 5, 000 unannotated summaries.")
    statement = split_statements("x", "作者公开了 5,000 篇未标注的摘要[1]。")[0]
    assert check_statement(statement, paper).verdict == "supported"
    wrong = split_statements("x", "作者公开了 5,500 篇未标注的摘要[1]。")[0]
    assert check_statement(wrong, paper).verdict != "supported"


ROWS = (
    "Table 2, LoRA: Params 0.8M; Avg. 88.6",
    "Table 2, Adapter: Params 3.0M; Avg. 88.4",
    "Table 2, 4: Speedup 3.05; Length (×1e3) 6.2",
    "The number of heads is 6 in both.",
)
TABLE = of(*ROWS)


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("LoRA（0.8M）平均 88.6，参数更多的 Adapter（3.0M）为 88.4[1][2]。", False),
        ("LoRA（0.8M）平均 88.4，参数更多的 Adapter（3.0M）为 88.6[1][2]。", True),
        ("LoRA 平均 88.6，全量微调则为 88.4[1][2]。", False),  # who that is, is not known
        ("LoRA 和 Adapter 分别为 88.6 和 88.4[1][2]。", False),
        ("LoRA 高于 Adapter 的 88.4[1][2]。", False),
        ("4 个头加速 3.05 倍[3]。", False),  # the label of the row
        ("8 个头加速 3.05 倍[3]。", True),
        ("4 个头的长度为 6.2×1e3[3]。", False),
        ("4 个头的长度为 6200[3]。", False),
        ("4 个头的长度为 7.2×1e3[3]。", True),
    ],
)
def test_a_number_of_a_table_belongs_to_the_name_of_its_row(text: str, wrong: bool) -> None:
    (statement,) = split_statements("", text)
    claim = check_statement(statement, TABLE)
    assert (claim.verdict == "unsupported") == wrong, claim.reason


def test_a_reference_number_and_an_initial_are_no_size() -> None:
    paper = Document("Foobar", 1, references=("[65] M. Doe. A Study.",))
    assert "Foobar-65M" not in Evidence(paper, Vocabulary()).names


def test_a_unit_error_with_the_same_digits_names_the_unit() -> None:
    (statement,) = split_statements("", "使用 4 个头[1]。")
    assert "the evidence says 4 token" in check_statement(statement, of("We predict 4 tokens.")).reason
