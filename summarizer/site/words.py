"""Every Chinese string of the site that Python puts together; those of a page's frame are in its template."""

from summarizer.types import ReaderVerdict, Verdict

SITE_TITLE = "论文解读"
ALL_FEED = "全部解读"
CATEGORY_FEED = "{category} 解读"
STARS_FEED = "{stars} 星及以上"
MESSAGE_TITLE = "{site} {date}：{ledger}"
WHOLE_ISSUE = "全文与原文依据"
NEVER = "1970-01-01T00:00:00Z"  # when a feed without entries was last changed
CODE_VERDICTS: dict[Verdict, str] = {
    "supported": "程序核对：数字与名称均见于所引原文",
    "derived": "程序核对：数字由所引原文换算而来",
    "moved": "程序核对：原引文有误，出处已由程序改正",
    "read": "程序未能核对，据复核者所引原文发表",
    "figure": "读图：数字看自论文的图，是约数，程序无从核对",
}
READER_VERDICTS: dict[ReaderVerdict, str] = {
    "supported": "复核：原文支持",
    "partly": "复核：原文部分支持",
    "contradicted": "复核：与原文不合，存疑",
    "absent": "复核：所引处未见此说",
    "repeated": "复核：原文支持，与别处重复",
}
READER_QUOTE = "{verdict}，依据“{quote}”"
VERBATIM = "原文照录，未经改写"
PICTURE_NOT_ALLOWED = "图片许可不允许转载"
PICTURE_GONE = "图片文件缺失"
OUTCOMES = {
    "digested": "解读",
    "not_selected": "未选",
    "withdrawn": "撤稿",
    "no_pdf": "无 PDF",
    "failed": "失败",
}


def ledger_text(ledger: dict[str, int]) -> str:
    """`133 篇公布，7 篇解读，1 篇失败`: what is nought is not said."""
    rest = [
        f"{ledger.get(word, 0)} 篇{OUTCOMES[word]}" for word in OUTCOMES if word != "not_selected" and ledger.get(word)
    ]
    return "，".join([f"{ledger.get('announced', 0)} 篇公布", *rest])
