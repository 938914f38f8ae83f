"""weekly: the best papers of a period, one dense paragraph each, with a link."""

from typing import ClassVar

from summarizer.schema import BaseDigest, ChineseTitle, Layout, Prose, section


class Digest(BaseDigest):
    layout: ClassVar[Layout] = "pick"

    title_zh: ChineseTitle = section("中文标题", "论文标题的中文译名；方法、模型、数据集的名字保留原文")
    summary: Prose = section(
        "",
        "一段，5 至 8 句，300 字左右：问题、现有方法的不足、本文的做法、关键步骤、主要数字、局限或意义",
        source="abstract",
    )
