"""Where arXiv answers: its own hosts, or the one root that the configuration names instead.

https://info.arxiv.org/help/api/user-manual.html and https://info.arxiv.org/help/oa/ (the OAI address of 2025).
"""

from dataclasses import dataclass
from urllib.parse import urlsplit

from summarizer.config import Config


@dataclass(frozen=True, slots=True)
class Hosts:
    """Base addresses, without a slash at the end."""

    oai: str
    api: str
    site: str  # serves /abs/<id>, /pdf/<id>, /list/<category>/new and /catchup/<category>/<date>
    rss: str
    root: str = ""  # what the user set instead of arXiv; "" for arXiv itself

    @property
    def name(self) -> str:
        """What the polite queue of these hosts is called: one queue for all of arXiv."""
        return urlsplit(self.root).netloc or "arxiv.org"

    def serve(self, url: str) -> bool:
        """Is `url` on these hosts, so that it has to wait for its turn?"""
        parts = urlsplit(url)
        if self.root:
            root = urlsplit(self.root)
            return (parts.scheme, parts.netloc) == (root.scheme, root.netloc)
        host = (parts.hostname or "").rstrip(".")
        return host == "arxiv.org" or host.endswith(".arxiv.org")


def arxiv_hosts(config: Config) -> Hosts:
    """The addresses to use. `config.arxiv_url` is one root for all of them."""
    if root := config.arxiv_url.rstrip("/"):
        return Hosts(oai=f"{root}/oai", api=f"{root}/api/query", site=root, rss=f"{root}/rss", root=root)
    return Hosts(
        oai="https://oaipmh.arxiv.org/oai",
        api="https://export.arxiv.org/api/query",
        site="https://arxiv.org",
        rss="https://rss.arxiv.org/rss",
    )
