"""daily: one paper in ten sections, as published in dated issues of 计算机前沿技术."""

from summarizer.schema import BaseDigest, ChineseTitle, FigureChoice, Points, Prose, Rating, section


class Digest(BaseDigest):
    title_zh: ChineseTitle = section("中文标题", "论文标题的中文译名；方法、模型、数据集的名字保留原文")
    abstract: Prose = section("摘要", "3 至 5 句：做了什么、怎样做、最重要的结果", source="abstract")
    background: Prose = section("研究背景", "2 至 4 句：领域现状与动机", source="background")
    challenges: Points = section("问题与挑战", "2 至 4 条：现有方法具体的不足", source="challenges")
    solution: Prose = section("如何解决", "2 至 4 句：总体思路，怎样回应上面的问题", source="contributions")
    innovations: Points = section("创新点", "2 至 4 条：与已有工作的实质区别", source="contributions")
    model: Prose = section("算法模型", "4 至 8 句：结构、目标函数、训练或推理步骤，细到读者能复述", source="method")
    results: Points = section("实验效果", "3 至 6 条：数据集、对比对象、结果", source="results")
    conclusions: Points = section(
        "重要数据与结论", "3 至 5 条：最值得记住的数字与结论，不重复上一节的句子", source="numbers"
    )
    rating: Rating = section(
        "推荐阅读指数", "五项各 0 至 4 分，2 分为一般水平；weakness 用一句话写最主要的不足，带引用"
    )
    reason: Prose = section("推荐理由", "2 至 3 句：谁该读、为什么，依据论文内容", source="conclusion")
    figures: list[FigureChoice]
