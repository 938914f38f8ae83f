"""brief: one paper in six short sections."""

from summarizer.schema import BaseDigest, ChineseTitle, FigureChoice, Points, Prose, section


class Digest(BaseDigest):
    title_zh: ChineseTitle = section("中文标题", "论文标题的中文译名；方法、模型、数据集的名字保留原文")
    abstract: Prose = section("摘要", "2 至 3 句：做了什么、最重要的结果", source="abstract")
    background: Prose = section("问题背景", "2 至 3 句：领域现状、现有方法的不足", source="background")
    model: Prose = section("算法模型", "3 至 5 句：方法的结构与步骤；综述则写覆盖范围与分类方式", source="method")
    innovations: Points = section("算法创新点", "2 至 3 条：与已有工作的实质区别", source="contributions")
    results: Points = section("实验效果", "2 至 4 条：数据集、对比对象、结果", source="results")
    conclusions: Points = section(
        "重要数据结论", "2 至 3 条：最值得记住的数字与结论，不重复上一节的句子", source="numbers"
    )
    figures: list[FigureChoice]
