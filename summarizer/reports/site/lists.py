"""The parts of a site that lead to its papers: issues, calendar, topics, search, feeds."""

import json
from collections import defaultdict
from collections.abc import Container, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from urllib.parse import urlencode

from summarizer.files import to_data
from summarizer.reports.site.folder import Files, SiteFolder
from summarizer.site import words
from summarizer.site.article import Account, AnnouncedPaper, Card
from summarizer.site.citation import bibtex
from summarizer.site.feed import FeedEntry, atom
from summarizer.site.pages import Site, entry_html, months, page, shard, sitemap, slug
from summarizer.site.reading import full_text, read
from summarizer.sources.ids import file_stem
from summarizer.store.catalogue import DigestFile
from summarizer.store.published import load_manifest
from summarizer.store.results import fingerprint
from summarizer.store.runs import load_digest
from summarizer.types import Digest

_EARLIER = 14  # issues that the index names below the newest
_SINGLE = 20  # papers asked for by hand that it names
_LISTED = 100  # papers on the page of a topic; the search has the others
_FED = 30  # entries of a feed
_STARS_FED = (5, 4)


class Lists:
    """Use `make`."""

    def __init__(self, folder: SiteFolder, site: Site, runs: Path, digests: Mapping[str, DigestFile]) -> None:
        """`digests`: those that are shown, by the folders of their pages."""
        self._folder, self._site, self._runs, self._digests = folder, site, runs, digests

    def make(self, cards: Sequence[Card], accounts: Sequence[Account]) -> None:
        """`cards`: the newest first."""
        issues = sorted(accounts, key=lambda account: account.date, reverse=True)
        by_folder = {card.folder: card for card in cards}
        for n, issue in enumerate(issues):
            older, newer = (issues[m].date if 0 <= m < len(issues) else "" for m in (n + 1, n - 1))
            self._issue(issue, [by_folder[name] for name in issue.folders if name in by_folder], older, newer)
        categories, tags = _grouped(cards, "categories"), _grouped(cards, "tags")
        for name, found in {**categories, **tags}.items():
            query = urlencode({"category" if name in categories else "tag": name})
            values = {"name": name, "total": len(found), "cards": found[:_LISTED], "query": query}
            self._page(f"topics/{slug(name)}.html", "topic.html", **values)
        self._search(cards, list(categories), list(tags))
        self._page("calendar.html", "calendar.html", months=months(issues))
        feeds = self._feeds(cards, categories)
        self._page("topics.html", "topics.html", categories=_counts(categories), tags=_counts(tags), feeds=feeds)
        self._index(cards, issues, by_folder)
        if self._site.url:
            self._sitemap([*(f"issues/{i.date}/" for i in issues), *(f"papers/{name}/" for name in by_folder)])

    def _index(self, cards: Sequence[Card], issues: Sequence[Account], by_folder: Mapping[str, Card]) -> None:
        """The newest issue, the dates before it, and papers asked for by hand; these first where there is no issue."""
        newest = issues[0] if issues else None
        single = [card for card in cards if not card.issue][:_SINGLE]
        chosen = [by_folder[name] for name in newest.folders if name in by_folder] if newest else single
        self._page(
            "index.html", "index.html", issue=newest, earlier=issues[1 : _EARLIER + 1], cards=chosen,
            single=single if newest else [],
        )  # fmt: skip

    def _issue(self, issue: Account, cards: Sequence[Card], older: str, newer: str) -> None:
        at = f"issues/{issue.date}/"

        def files() -> Files:
            announced = self._announced(issue, {card.folder for card in cards})
            values = {"issue": issue, "cards": cards, "older": older, "newer": newer}
            data = {
                "date": issue.date,
                "ledger": issue.ledger,
                "papers": to_data(list(cards)),
                "announced": to_data(announced),
            }
            return {
                at + "index.html": page("issue.html", self._site, "../../", **values),
                at + "announced.html": page("announced.html", self._site, "../../", issue=issue, announced=announced),
                at + "issue.json": json.dumps(data, ensure_ascii=False, indent=1) + "\n",
                at + "issue.bib": bibtex(digest.paper for _, digest in self._load(cards)),
            }

        self._folder.make(at.rstrip("/"), self._made_of(cards, issue, older, newer), files)

    def _announced(self, issue: Account, shown: Container[str]) -> list[AnnouncedPaper]:
        """Every paper of the date; nothing where there is no account of it."""
        manifest = load_manifest(self._runs / issue.date)
        return [
            AnnouncedPaper(
                entry.id, entry.title, stem if (stem := file_stem(entry.id)) in shown else "", entry.outcome,
                entry.score, "；".join(filter(None, [entry.why, entry.reason])),
            )
            for entry in (manifest.papers if manifest else ())
        ]  # fmt: skip

    def _search(self, cards: Sequence[Card], categories: Sequence[str], tags: Sequence[str]) -> None:
        """A script a month, and the page that loads them."""
        by_month: defaultdict[str, list[Card]] = defaultdict(list)
        for card in cards:
            by_month[card.date[:7]].append(card)
        listed = []
        for month, found in by_month.items():
            path, made_of = f"search/{month}.js", self._made_of(found)
            self._folder.make(path, made_of, partial(self._shard, path, month, found))
            listed.append([month, len(found), f"{path}?{made_of[:12]}"])
        self._page("search.html", "search.html", months=listed, categories=categories, tags=tags)

    def _shard(self, path: str, month: str, cards: Sequence[Card]) -> Files:
        return {path: shard(month, ((card, full_text(digest)) for card, digest in self._load(cards)))}

    def _feeds(self, cards: Sequence[Card], categories: Mapping[str, Sequence[Card]]) -> list[tuple[str, str]]:
        """Path and name of each beside the one of all."""
        feeds: dict[str, tuple[str, Sequence[Card]]] = {
            f"feeds/{slug(name)}.xml": (words.CATEGORY_FEED.format(category=name), found)
            for name, found in categories.items()
        }
        for stars in _STARS_FED:
            starred = [card for card in cards if (card.stars or 0) >= stars]
            feeds[f"feeds/stars-{stars}.xml"] = words.STARS_FEED.format(stars=stars), starred
        for path, (name, entries) in {**feeds, "feed.xml": (words.ALL_FEED, cards)}.items():
            newest = entries[:_FED]
            self._folder.make(path, self._made_of(newest), partial(self._feed, path, name, newest))
        return [(path, name) for path, (name, _) in feeds.items()]

    def _feed(self, path: str, name: str, cards: Sequence[Card]) -> Files:
        url = self._site.url
        entries = [
            FeedEntry(
                card.id, card.title, f"{url}papers/{card.folder}/index.html" if url else card.url, card.made,
                card.authors, card.categories, card.gist, entry_html(card, read(digest, None, {}, {})),
            )
            for card, digest in self._load(cards)
        ]  # fmt: skip
        title = f"{self._site.title} · {name}"
        updated = max((card.made for card in cards), default=words.NEVER)
        return {path: atom(title, url + path if url else "", entries, updated)}

    def _load(self, cards: Sequence[Card]) -> Iterator[tuple[Card, Digest]]:
        """The digests of cards; one that was damaged since its page was made is passed over."""
        for card in cards:
            found = self._digests[card.folder]
            if digest := load_digest(found.folder, found.path.name):
                yield card, digest

    def _sitemap(self, folders: Sequence[str]) -> None:
        paths = ["index.html", "calendar.html", "topics.html", *(f"{folder}index.html" for folder in folders)]
        self._folder.make("sitemap.xml", self._inputs(paths), lambda: {"sitemap.xml": sitemap(self._site, paths)})

    def _page(self, path: str, template: str, **values: object) -> None:
        root = "../" * path.count("/")
        self._folder.make(path, self._inputs(values), lambda: {path: page(template, self._site, root, **values)})

    def _made_of(self, cards: Sequence[Card], *values: object) -> str:
        """The fingerprint of what shows more of papers than their cards."""
        return self._inputs([self._folder.parts[f"papers/{card.folder}"].inputs for card in cards], *values)

    def _inputs(self, *values: object) -> str:
        return fingerprint([repr(self._site), *map(repr, values)])


def _grouped(cards: Sequence[Card], field: str) -> dict[str, list[Card]]:
    """Cards by each of their categories or tags, the commonest first."""
    found: defaultdict[str, list[Card]] = defaultdict(list)
    for card in cards:
        for name in getattr(card, field):
            found[name].append(card)
    return dict(sorted(found.items(), key=lambda item: (-len(item[1]), item[0])))


def _counts(groups: Mapping[str, Sequence[Card]]) -> list[tuple[str, int]]:
    return [(name, len(found)) for name, found in groups.items()]
