"""Where a sentence puts a number of a table in small words: 单步, 第二轮, 表 3, 依次; by a unit; by what it is held
against."""

import pytest

from summarizer.trust.check import PUBLISHED, check_statement
from summarizer.trust.claims import split_statements
from summarizer.trust.evidence import Evidence
from summarizer.trust.wordlists import read_vocabulary
from summarizer.types import Document, Passage, Row, Table

BOX = (0.0, 0.0, 1.0, 1.0)
TABLES = {
    "Table 1": (
        ("Time (Sec.)", "Share (%)", "Context (×1e3)", "Speedup"),
        {"No (A)": ("0.35", "8.60", "16", "1.0"), "One (B)": ("3.08", "53.33", "64", "4.0"),
         "Multi (C)": ("27.18", "38.07", "256", "16")},
    ),
    "Table 2": (
        ("QA / F1", "QA / Step", "Accuracy / All", "Accuracy / No", "Accuracy / One", "Accuracy / Multi"),
        {"Chain": ("46.94", "1084", "54.52", "30.52", "66.28", "65.45"),
         "Binder": ("43.43", "640", "60.30", "62.19", "65.70", "39.55")},
    ),
    "Table 4": (
        ("Chain-1", "Binder-1"),
        {"Fact / P@1": ("76.19", "75.07"), "Fact / P@5": ("44.12", "44.41"), "Wiki / P@1": ("47.14", "45.66")},
    ),
    "Table 5": (
        ("Acc.", "F1"),
        {"Fine-tune": ("63.0", "55.8"), "MP fine-tuning": ("70.2", "88.1"), "Multitask": ("88.1", "90.0"),
         "Prefix tuning": ("70.4", "93.2")},
    ),
    "Table 6": (("L = 4", "L = 8", "L = 12"), {"Chain": ("96.0", "83.0", "74.0"), "Binder": ("89.4", "75.0", "31.8")}),
    "Table 3": (
        ("Pretrained", "Iter 1 (M1)", "Iter 2 (M2)", "Iter 3 (M3)", "EN-DE", "EN-FR"),
        {"Chain": ("CC", "41.5", "44.3", "43.2", "28.4", "41.8"), "Binder": ("Wiki", "39.6", "33.1", "31.9", "27.0", "38.1")},
    ),
}  # fmt: skip
TERMS = "专门 | 微调 | fine-tun\n专门 | 分类 | accura\n通用 | 准确率 | accura\n专门 | 预训练 | pre-train\n专门 | 英法 | en-fr\n专门 | 翻译 | translat"


def paper() -> Evidence:
    passages: list[Passage] = []
    tables = []
    for label, (heads, rows) in sorted(TABLES.items()):
        for n, (name, cells) in enumerate(rows.items(), 1):
            said = "; ".join(f"{head} {cell}" for head, cell in zip(heads, cells, strict=True))
            text = f"{label}, {name}: {said}"
            passages.append(Passage(len(passages) + 1, 1, None, text, BOX, "row", item=label, row=n))
        grid = tuple(Row(name, cells) for name, cells in rows.items())
        tables.append(Table(label, "", 1, BOX, columns=heads, rows=grid, sure=True))
    passages.append(Passage(30, 1, None, "Our model reaches a BLEU score of 41.0.", BOX))
    return Evidence(Document("P", 1, passages=tuple(passages), tables=tuple(tables)), read_vocabulary(TERMS))


PAPER = paper()


def published(text: str) -> bool:
    (statement,) = split_statements("", text)
    return check_statement(statement, PAPER).verdict in PUBLISHED


@pytest.mark.parametrize(
    ("right", "value", "wrong"),
    [
        ("不检索要 0.35 秒，单步 3.08 秒，多步 27.18 秒[1-3]。", "3.08 秒，多步 27.18", "27.18 秒，多步 3.08"),
        ("8.60% 的问题不检索，53.33% 单步检索，38.07% 多步检索[1-3]。", "8.60% 的问题不检索，53.33", "53.33% 的问题不检索，8.60"),
        ("8.60% 的问题不检索，53.33% 单步检索，38.07% 多步检索[1-3]。", "38.07", "27.18"),  # seconds are no per cent
        ("多步要 27.18 秒[3]。", "27.18", "38.07"),
        ("上下文增至原来的 16 倍[3]。", "16", "256"),  # thousands are no factor
        ("Chain 对三类问题的准确率依次为 30.52、66.28 和 65.45[4]。", "66.28", "46.94"),  # none of the classes
        ("Chain 对三类问题的准确率依次为 30.52、66.28 和 65.45[4]。", "66.28 和 65.45", "65.45 和 66.28"),
        ("Binder 对“不检索”的准确率为 62.19，对“多步”为 39.55；Chain 分别为 30.52 和 65.45[4][5]。", "30.52 和 65.45", "65.45 和 30.52"),
        ("Binder 对“不检索”的准确率为 62.19，对“多步”为 39.55[5]。", "62.19", "65.70"),
        ("第三轮 Chain 为 43.2，Binder 为 31.9[6][7]。", "31.9", "33.1"),
        ("Chain 由 41.5 升到 44.3[6][7]。", "44.3", "33.1"),
        ("预训练后 Chain 在 EN-DE、EN-FR 上为 28.4 和 41.8[6]。", "28.4 和 41.8", "41.8 和 28.4"),
        ("在英法翻译上，报告中所给出的结果为 41.8[6]。", "41.8", "28.4"),
        ("Chain 在 3 块 GPU 上训练 EN-FR，得 41.8，Binder 得 38.1[6][7]。", "38.1", "27.0"),
        ("Chain 的数值，表 2 为 54.52，表 3 为 43.2[4][6]。", "54.52，表 3 为 43.2", "43.2，表 3 为 54.52"),
        ("Fact 的 P@5 上 Chain-1 稍低（44.12 对 44.41）[8][9]。", "44.12 对 44.41", "44.12 对 45.66"),
        ("长度为 12 时 Chain 为 74.0，Binder 为 31.8[15][16]。", "74.0", "83.0"),
        ("前缀方案的 Acc. 为 70.4，远低于多任务训练的 88.1 和全量微调的 63.0[11-14]。", "88.1", "70.2"),
        ("表 3 写 41.8，正文写 41.0[6][30]。", "41.8，正文写 41.0", "41.0，正文写 41.8"),
        ("Chain 在表 2 与表 3 中分别为 54.52 与 43.2[4][6]。", "54.52 与 43.2", "43.2 与 54.52"),
    ],
)  # fmt: skip
def test_a_number_of_another_place_is_found(right: str, value: str, wrong: str) -> None:
    assert published(right)
    assert not published(right.replace(value, wrong))


@pytest.mark.parametrize(
    "text",
    [
        "Chain 总体为 54.52，简单、直接两类为 66.28 和 30.52[4]。",  # in the writer's own order
        "单任务的 Chain 为 43.2[6]。",  # of what the table does not name
        "全量微调的 Acc. 为 63.0，手工提示微调为 70.2，前缀为 70.4[11][12][14]。",  # rows in other words
        "Chain-1 只输掉 Fact 的 P@5（44.12 对 44.41）[9]。",  # two columns of one row
        "精确值从 46.94 降到 43.43，Chain 换成 Binder 后步数降到 640[4][5]。",
        "换成 Binder 后总分升到 60.30，单步分则从 66.28 降到 65.70[4][5]。",  # what it was is of another row
        "EN-DE 和 EN-FR 上 Chain 为 28.4 和 41.8，高于 Binder 的 27.0 和 38.1[6][7]。",  # lists are held against lists
        "从 Fine-tune 到 Prefix tuning，F1 依次为 55.8、88.1、90.0 和 93.2[11-14]。",  # only the ends are named
        "Chain 与 Binder 的各项都不到 44.5[6][7]。",  # more than all of them
        "Multi 的 Step 与 Chain 的 Step 相差 444，F1、Step 分别差 3.51 和 444[4][5]。",  # named by a list
        "Chain 第三轮（43.2）低于第二轮（44.3）[6]。",
        "Chain 的 F1 为 46.94，高于 Binder 的 43.43[4][5]。",
        "EN-DE 上超过此前的方法，但 Chain 的 EN-FR 只有 41.8[6]。",
        "多步最慢，要 27.18 秒，占 38.07%[3]。",
    ],
)
def test_what_may_be_right_is_left(text: str) -> None:
    assert published(text)
