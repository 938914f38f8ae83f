"""Every Chinese string a reader sees that is not a style's own."""

AUTHORS = "作者"
AND_OTHERS = "{authors} 等 {count} 人"
CODE = "代码"
LINK = "链接"
CATEGORIES = "分类"
ORIGINAL = "原文"
PICKS = "本期精选 {count} 篇论文，逐篇说明它解决什么问题、怎样解决、效果如何。"
CONTENTS = "目录"
AFTERWORD = "后记"
NOTHING = "原文未提及"
NOT_RATED = "不评分"
WEAKNESS = "主要不足："
UNKNOWN_AUTHORS = "原文件未注明"
SOURCE_PAGE = "原文第 {page} 页"
TABLE_FROM = "据原文{names}"
EXCERPT_FROM = "据原文{names}，节选"
EQUATION = "原文式 {number}"
EQUATION_UNNUMBERED = "原文公式"
LIMITS_LEAD_IN = "局限"  # where they have no heading of their own
LIMITS = {
    "admitted": "作者承认",
    "unreported": "未报告",
    "inconsistent": "前后不一",
    "uncompared": "对比不足",
}
LIMIT = "（{kind}）"  # at its end
FIGURE_NOT_SHOWN = "图片许可不允许转载，见"
DRAFT = "离线草稿：未调用语言模型，以下各节为论文原句摘录，未经翻译与评价。"
ABSTRACT_ONLY = "这篇论文的 PDF 没有可提取的文字，以下内容只依据摘要。"
LEFT_OUT = "篇幅所限，以下部分未读：{parts}。"
ABSENT = "{absent} 句说的是原文没有写的，已查过全文"
READ_OFF = "（读图）"  # at the end of a sentence whose numbers are a figure's
FIGURES_READ = "{read} 句的读数看自论文的图，是约数，程序无从核对"
READ_AGAIN = "{read} 句由模型对照原文读过第二遍"
CHECKED = "核查：{claims} 句均注明原文页码，{numbers} 个数字与所引原文一致"
EXTRACTED = "摘录：{claims} 句，均注明原文页码"
ALL_REPEATED = "与其他各节重复，已略去 {omitted} 句。"
ALL_OMITTED = "未能核对，已略去 {omitted} 句。"
OMITTED = {
    "unit": "{omitted} 句因原文不支持而略去",
    "unsupported": "{omitted} 句因原文不支持而略去",
    "uncited": "{omitted} 句因未注明出处而略去",
    "language": "{omitted} 句因文字不合要求而略去",
    "disputed": "{omitted} 句因第二次核读不认可而略去",
    "repeat": "{omitted} 句因与前文重复而略去",
}
WITHHELD = {
    "no weakness": "所列的不足在原文中找不到依据，故不评分。",
    "hidden text": "文件中有不可见的指示性文字，已剔除，故不评分。",
}
ISSUE_TITLE = "计算机前沿技术-人工智能算法-大语言模型-最新研究进展-{date}"
PICKS_TITLE = "大语言模型论文精选-{date}"
ISSUE_AFTERWORD = (
    "以上解读由程序根据论文原文生成，句末小字是原文页码，点开即可核对；数字与名称已逐句与所引原文比对。"
    "评分由分项得分按固定规则计算，仅供选读参考，引用请以原文为准。"
)

FIGURE_KINDS = {"figure": "图", "table": "表", "algorithm": "算法"}
SCORES = {
    "novelty": "新颖性",
    "rigour": "严谨性",
    "evidence": "证据强度",
    "usefulness": "实用性",
    "reproducibility": "可复现性",
}
CAPS = {
    "rigour": "未见消融或方差，严谨性以 2 分为限",
    "reproducibility": "未见代码或数据链接，可复现性以 2 分为限",
}


def list_title(name: str) -> str:
    """Of the issue of a list that somebody gave; "" if it has no name."""
    return f"论文精选：{name}" if name else "论文精选"


def part_name(part: int, parts: int) -> str:
    """（上）（下）, （上）（中）（下）, else （一）（二）…; `part` counts from 0."""
    names = {2: "上下", 3: "上中下"}.get(parts, "一二三四五六七八九")
    return f"（{names[part]}）" if part < len(names) else f"（{part + 1}）"
