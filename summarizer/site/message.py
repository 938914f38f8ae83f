"""An issue as a message: short in Markdown for messengers, whole in HTML for mail."""

from collections.abc import Sequence
from dataclasses import dataclass

from summarizer.output.escape import escape, prose
from summarizer.output.markdown import stars
from summarizer.site.article import Article, Card
from summarizer.site.pages import Site, mail_html
from summarizer.site.words import MESSAGE_TITLE, WHOLE_ISSUE, ledger_text


@dataclass(frozen=True, slots=True)
class IssueMessage:
    title: str
    short: str  # Markdown
    mail: str  # HTML


def compose_message(
    site: Site, date: str, ledger: dict[str, int], papers: Sequence[tuple[Card, Article]]
) -> IssueMessage:
    """`papers` in the order of the issue. Where the site has no address, titles lead to arXiv."""
    title = MESSAGE_TITLE.format(site=site.title, date=date, ledger=ledger_text(ledger))
    issue = f"{site.url}issues/{date}/index.html" if site.url else ""
    entries = [
        f"**{n}. {_linked(site, card)}** {stars(card.stars) if card.stars else ''}\n{prose(card.gist)}"
        for n, (card, _) in enumerate(papers, 1)
    ]
    entries += [f"[{WHOLE_ISSUE}]({issue})"] if issue else []
    return IssueMessage(" ".join(title.split()), "\n\n".join(entries), mail_html(site, title, issue, papers))


def _linked(site: Site, card: Card) -> str:
    address = f"{site.url}papers/{card.folder}/index.html" if site.url else card.url
    return f"[{escape(card.title)}]({address})" if address.startswith("http") else escape(card.title)
