"""reading_list: an annotated list: Chinese title, title, picture, affiliation, link, one or two paragraphs."""

from typing import ClassVar

from summarizer.schema import BaseDigest, ChineseTitle, FigureChoice, Layout, Line, Prose, section


class Digest(BaseDigest):
    layout: ClassVar[Layout] = "list"
    front_matter: ClassVar[bool] = True

    title_zh: ChineseTitle = section(
        "中文标题", "论文标题的中文译名，可用“名字：一句话”的形式；方法、模型、数据集的名字保留原文"
    )
    affiliations: Line = section("机构", "作者单位，照首页所写，用顿号分隔，知名机构可用中文名；带引用，不写句号")
    summary: Prose = section("", "一至两段，每段 2 至 4 句：问题与做法；主要结果与数字", source="abstract")
    figures: list[FigureChoice]
