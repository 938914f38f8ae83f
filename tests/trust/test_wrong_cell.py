"""A number of a table belongs to the row and the column that the sentence names, however it names them."""

import pytest
from small_paper import small_paper

from summarizer.trust.check import PUBLISHED, check_statement
from summarizer.trust.claims import split_statements
from summarizer.trust.evidence import Evidence
from summarizer.trust.wordlists import read_vocabulary
from summarizer.types import Document, Passage, Row, Table

BOX = (0.0, 0.0, 1.0, 1.0)
COLUMNS = ("PaLM / Fact", "PaLM / Wiki", "GPT / Fact", "GPT / Wiki", "Params (M)", "Training time (hours)")
ROWS = {
    "Prompting / Few-Shot": ("78.1", "60.3", "71.5", "52.6", "65", "12"),
    "Prompting / Binder [3]": ("76.9", "54.8", "79.1", "56.7", "80", "20"),
    "Tables / Chain (ours)": ("86.6 [+1.9]", "67.3 [+7.0]", "80.2 [+1.1]", "59.9", "213", "84"),
    "Tables / Zero-shot chain": ("70.4", "50.2", "60.6", "41.0", "214", "85"),
}


def paper(*, sure: bool = True) -> Evidence:
    rows = [
        f"Table 1, {name}: " + "; ".join(f"{head} {cell}" for head, cell in zip(COLUMNS, cells, strict=True))
        for name, cells in ROWS.items()
    ]
    passages = [Passage(n, 1, None, text, BOX, "row", item="Table 1", row=n) for n, text in enumerate(rows, 1)]
    passages.append(Passage(5, 1, None, "Table 1: Accuracy of Chain and others.", BOX, "caption", item="Table 1"))
    passages.append(Passage(6, 1, None, "Chain reaches 59.9 on Fact in another setting.", BOX))
    grid = tuple(Row(name, cells) for name, cells in ROWS.items())
    table = Table("Table 1", "", 1, BOX, corner="Method", columns=COLUMNS, rows=grid, sure=sure)
    words = read_vocabulary("专门 | 零样本 | zero-shot\n通用 | 参数 | param\n通用 | 训练 | train\n通用 | 时间 | time")
    return Evidence(Document("P", 1, passages=tuple(passages), tables=(table,)), words)


PAPER = paper()


def published(text: str, evidence: Evidence = PAPER) -> bool:
    (statement,) = split_statements("", text)
    return check_statement(statement, evidence).verdict in PUBLISHED


@pytest.mark.parametrize(
    ("right", "value", "wrong"),
    [
        ("以 PaLM 为骨干，Chain 在 Fact 上为 86.6[3]。", "86.6", "80.2"),  # another column, one level up
        ("以 PaLM 为骨干，Chain 在 Fact 上为 86.6[3]。", "86.6", "67.3"),  # one level down
        ("PaLM 上 Chain 的 Wiki 为 67.3，Few-Shot 为 60.3[1][3]。", "60.3", "78.1"),  # the column is the one before
        ("PaLM 上 Chain 的 Wiki 为 67.3，比 Binder 的 54.8 高[2][3]。", "54.8", "76.9"),
        ("PaLM 上 Chain 的 Fact 和 Wiki 为 86.6 和 67.3[3]。", "86.6 和 67.3", "67.3 和 86.6"),
        ("PaLM 的 Fact 上 Few-Shot、Binder 和 Chain 依次为 78.1、76.9 和 86.6[1][2][3]。", "78.1、76.9", "76.9、78.1"),
        ("GPT 的 Fact 上 Binder 得 79.1，略低于 Chain 的 80.2[2][3]。", "80.2", "86.6"),
        ("GPT 上 Binder 的 Fact 得 79.1[1][2]。", "79.1", "71.5"),  # another row
        ("GPT 的 Wiki 上零样本只有 41.0，Chain 为 59.9[3][4]。", "59.9", "80.2"),
        ("Chain 有 213M 参数，训练时间为 84 小时[3]。", "84 小时", "213 小时"),
        ("PaLM 的 Fact 上 Chain（86.6）比 Few-Shot（78.1）高[1][3]。", "78.1", "60.3"),
        ("PaLM 的 Fact 上 Chain 得 86.6，高出 1.9[3]。", "1.9", "67.3"),  # a value is no difference
        ("PaLM 的 Fact 上 Few-Shot 为 78.1，而另一做法为 76.9[1][2]。", "76.9", "54.8"),  # an unknown row, no unknown column
        ("PaLM 上 Chain 的 Fact 为 86.6，Wiki 的 67.3 高于 Binder 的 54.8[2][3]。", "54.8", "76.9"),
        ("PaLM 的 Fact 上 Few-Shot 略高（78.1 对 76.9）[1][2]。", "78.1 对 76.9", "78.1 对 79.1"),
        ("PaLM 的 Fact 上 Few-Shot 略高（78.1 对 76.9）[1][2]。", "78.1 对 76.9", "76.9 对 78.1"),
        ("PaLM 的 Fact 上 Chain 优于 Binder，为 86.6 对 76.9[2][3]。", "对 76.9", "对 78.1"),  # another row
        ("PaLM 的 Fact 上 Chain 优于 Binder，为 86.6 对 76.9[2][3]。", "86.6 对 76.9", "67.3 对 54.8"),  # another column
        ("PaLM 的 Fact 上 Chain 优于 Binder，为 86.6 对 76.9[2][3]。", "对 76.9", "对 86.6"),  # with itself
        ("PaLM 的 Fact 上比 Binder 高，Chain 为 86.6 对 76.9[2][3]。", "对 76.9", "对 70.4"),
        ("参数为 65M 的 Few-Shot 在 PaLM 的 Fact 上由 78.1 降到 Wiki 的 60.3[1]。", "60.3", "52.6"),
        ("PaLM 的 Fact 上 Few-Shot 训练 12 小时，84 小时的 Chain 为 86.6[1][3]。", "84 小时", "20 小时"),
        ("213M 参数的 Chain 在 PaLM 的 Fact 上为 86.6[3]。", "86.6", "67.3"),
        ("PaLM 的 Fact（验证集，取最后一次）上 Chain 为 86.6[3]。", "86.6", "67.3"),
        ("Chain 的参数、训练时间、测试分别为 213、84 和 59.9[3]。", "213、84", "84、213"),
    ],
)  # fmt: skip
def test_another_column_or_row_is_found(right: str, value: str, wrong: str) -> None:
    assert published(right)
    assert not published(right.replace(value, wrong))


@pytest.mark.parametrize(
    "text",
    [
        "Chain 在 PaLM 上高于另一方法的 76.9[2][3]。",  # who that is, the table does not say
        "PaLM 的 Fact 上 Chain 得 86.6，去掉示例后为 70.4[3][4]。",
        "PaLM 的 Fact 上 Chain 得 86.6，总分则为 67.3[3]。",
        "PaLM 的 Fact 从 Few-Shot 的 78.1 升到 86.6[1][3]。",
        "本文方法在三种设置下得 86.6、80.2 和 67.3[3]。",
        "Chain 在 Fact 的另一设置下为 59.9[3][6]。",  # a cited sentence says so
        "Few-Shot 训练 12 小时，有 65M 参数[1]。",
        "PaLM 的 Fact 上本文方法为 86.6，对手为 76.9（86.6 对 76.9）[2][3]。",
        "PaLM 的 Fact 上与 Binder 相比，Chain 为 76.9 对 86.6[2][3]。",  # who comes first is not plain
        "Chain 的 Fact 高于 Wiki，在 PaLM 上为 86.6 对 67.3[3]。",
        "GPT 的 Fact 上 Chain 为 80.2，训练 84 小时；Binder 为 79.1，训练 20 小时[2][3]。",
    ],
)
def test_what_the_table_does_not_name_is_not_judged(text: str) -> None:
    assert published(text)


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("PaLM 的 Fact 上 Chain 比 Binder 高 9.7 个百分点[2][3]。", True),  # cells of one column
        ("PaLM 的 Fact 上 Chain 比 Binder 高 9.8 个百分点[2][3]。", False),
        ("Chain 的 Wiki 比 Fact 低 19.3[3]。", True),  # cells of one row
        ("Chain 的参数量是 Few-Shot 的 3.3 倍[1][3]。", True),
        ("训练时间缩到 Zero-shot chain 的 14%[1][4]。", True),
        ("Chain 的 Fact 得分 9.7[2][3]。", False),  # nothing is compared
        ("Chain 由此减少了反复执行，PaLM 上 Fact 达 86.6，高于零样本的 70.4[3][4]。", True),
        ("Binder 是最强的对手，这一方法在 PaLM 的 Fact 上为 86.6[2][3]。", True),  # whose row is cited
    ],
)
def test_what_is_computed_from_cited_cells(text: str, right: bool) -> None:
    assert published(text) is right


def test_a_grid_that_is_not_sure_does_not_judge() -> None:
    assert published("PaLM 上 Chain 在 Fact 上为 80.2[3]。", paper(sure=False))


def test_a_citation_is_not_moved_to_another_row_than_the_named_one() -> None:
    assert not published("GPT 的 Fact 上 Binder 得 71.5[5]。")


def test_a_row_has_the_numbers_of_its_table_only_once_it_is_read_as_cells() -> None:
    plain = small_paper(
        "P", {1: ("caption", "Table 2: Latency in ms."), 2: ("row", "Table 2, 4: Speedup 3.05; Size (GB) 2")}
    )
    evidence = Evidence(plain, read_vocabulary(""))
    assert published("4 个头加速 3.05 倍，占 2 GB[2]。", evidence) and not published(
        "8 个头加速 3.05 倍[2]。", evidence
    )


def test_a_name_is_known_by_its_abbreviation_its_last_part_and_its_number_format() -> None:
    rows = [
        Passage(1, 1, None, "Table 1, Float4: CQA dev 52.2; NeoX 0.79; Neo-2.7 0.90", BOX, "row", item="Table 1", row=1),
        Passage(2, 1, None, "Table 1, BFloat16: CQA dev 53.0; NeoX 0.77; Neo-2.7 0.92", BOX, "row", item="Table 1", row=2),
    ]  # fmt: skip
    text = Passage(3, 1, None, "We use CommonsenseQA (CQA) for all, FP4 and GPT-NeoX.", BOX)
    grid = (Row("Float4", ("52.2", "0.79", "0.90")), Row("BFloat16", ("53.0", "0.77", "0.92")))
    table = Table("Table 1", "", 1, BOX, columns=("CQA dev", "NeoX", "Neo-2.7"), rows=grid, sure=True)
    evidence = Evidence(Document("P", 1, passages=(*rows, text), tables=(table,)), read_vocabulary(""))
    assert published("FP4 在 CommonsenseQA 上为 52.2，检测 GPT-NeoX 为 0.79[1]。", evidence)
    assert not published("FP4 在 CommonsenseQA 上为 53.0[1][2]。", evidence)
    assert not published("FP4 在 CommonsenseQA 上为 0.79[1]。", evidence)
    assert not published("FP4 检测 GPT-NeoX 为 0.90[1]。", evidence)


def test_a_name_with_an_unknown_addition_may_be_the_longer_one() -> None:
    rows = [
        Passage(1, 1, None, "Table 1, Reptile: Way 47.1", BOX, "row", item="Table 1", row=1),
        Passage(2, 1, None, "Table 1, Reptile + Transduction: Way 49.9", BOX, "row", item="Table 1", row=2),
        Passage(3, 1, None, "Table 1, Maml + Transduction: Way 48.7", BOX, "row", item="Table 1", row=3),
    ]
    grid = tuple(
        Row(name, (cell,))
        for name, cell in (("Reptile", "47.1"), ("Reptile + Transduction", "49.9"), ("Maml + Transduction", "48.7"))
    )
    table = Table("Table 1", "", 1, BOX, columns=("Way",), rows=grid, sure=True)
    evidence = Evidence(Document("P", 1, passages=tuple(rows), tables=(table,)), read_vocabulary(""))
    assert published("带转导的 Reptile 为 49.9，Maml 为 48.7[2][3]。", evidence)
    assert published("Reptile 为 47.1[1]。", evidence)
    assert not published("Reptile 为 49.9[1][2]。", evidence)
    assert not published("带转导的 Reptile 为 48.7[2][3]。", evidence)


def test_a_name_that_a_head_of_another_level_has_too_is_the_one_that_goes_with_the_others() -> None:
    heads = ("Iter 1 (M1) / Seed", "Iter 2 (M2) / Data of M1", "Iter 3 (M3) / Data of M2")
    text = "Table 1, Best: " + "; ".join(
        f"{head} {cell}" for head, cell in zip(heads, ("41.5", "44.3", "43.2"), strict=True)
    )
    row = Passage(1, 1, None, text, BOX, "row", item="Table 1", row=1)
    table = Table("Table 1", "", 1, BOX, columns=heads, rows=(Row("Best", ("41.5", "44.3", "43.2")),), sure=True)
    evidence = Evidence(Document("P", 1, passages=(row,), tables=(table,)), read_vocabulary(""))
    assert published("M3 比 M2 有所提升，Best 却从 44.3 降到 43.2[1]。", evidence)
    assert not published("M3 比 M2 有所提升，Best 却从 41.5 降到 43.2[1]。", evidence)
