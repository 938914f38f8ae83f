"""daily: one paper in ten sections, as published in dated issues of 计算机前沿技术."""

from summarizer.schema import (
    BaseDigest,
    ChineseTitle,
    FigureChoice,
    Gist,
    Limits,
    Points,
    Prose,
    Rating,
    Steps,
    Tables,
    section,
)


class Digest(BaseDigest):
    title_zh: ChineseTitle = section("中文标题", "论文标题的中文译名；方法、模型、数据集的名字保留原文")
    gist: Gist = section(
        "", "一句话，至多 40 个汉字（专名、数字、引用不计）：做了什么，关键结果（对比谁、在什么条件下），代价或适用边界"
    )
    abstract: Prose = section("摘要", "一段，4 至 6 句：问题、做法、最重要的结果及其条件、代价", source="abstract")
    background: Prose = section(
        "研究背景", "一段，3 至 5 句：这件事为什么难，已有做法走到哪一步，还差什么", source="background"
    )
    challenges: Points = section("问题与挑战", "2 至 4 条：具体卡在哪里，为什么卡住", source="challenges")
    solution: Points = section(
        "如何解决", "与“问题与挑战”一一对应，每条说明靠什么解决、为什么管用；不讲步骤细节", source="contributions"
    )
    innovations: Points = section(
        "创新点", "2 至 4 条：与哪项已有工作相比、实质不同在哪里（点名）；不重复“如何解决”", source="contributions"
    )
    model: Steps = section(
        "算法模型",
        "4 至 8 步，先直觉后符号，细到读者能复述；目标函数、核心更新式、损失、奖励、打分式都用 equation 指出，全节至多 8 个；"
        "最后一步用 2 至 4 句写实验设置（模型、数据、硬件），再说明原文没给的",
        source="method",
    )
    setup: Tables = section(
        "", '至多 1 张表、8 行：判断与复现要用的配置和超参数，不止三两项时才列；reading 填 "" 或一句话'
    )
    results: Tables = section(
        "实验效果",
        "2 至 5 项：主结果、消融、附加实验、方法不占优的情形，一项一张表，先主后次。必含最强的对手和方法输的地方；"
        "误差分析、失败案例、定性发现与没有表可列的结果另起一项只写 reading，带数字与条件",
        source="results",
    )
    conclusions: Points = section(
        "重要数据与结论",
        "3 至 5 条：合上这篇后最该记住的结论及其条件，先重后轻；主结果用一条归纳，其余写前面没有写过的发现：失败、代价、随规模的变化，带数字",
        source="numbers",
    )
    limits: Limits = section("", "4 至 6 条局限，先重后轻：影响结论可信度的在前，细枝末节不写")
    rating: Rating = section(
        "推荐阅读指数",
        "五项各 0 至 4 分，各附至多 20 字的理由，理由里不写数字；weakness 用一句话写最主要的不足，带引用",
    )
    reason: Prose = section("推荐理由", "2 至 3 句：谁该读、读哪一部分、为什么；谁不必读", source="conclusion")
    figures: list[FigureChoice]
