"""What forms of a digest for other places say beside it; those of a page's frame are in its template."""

from summarizer.output import words
from summarizer.output.markdown import first_authors
from summarizer.site.article import Article

UPLOAD = "〔插入图片 {file}〕"
ABSENT = "（{reason}）"
PDF_PAGE = "p{page}"
ABSTRACT_PAGE = "摘要页"
CODE = words.CODE


def facts(article: Article) -> list[str]:
    """What the metadata knows, each in a few words."""
    paper = article.paper
    known = [
        f"{words.AUTHORS}：{first_authors(paper)}",
        paper.published[:10],
        "、".join(paper.categories),
        article.venue,
        article.license,
    ]
    return [fact for fact in known if fact]
