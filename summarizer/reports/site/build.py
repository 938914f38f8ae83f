"""`summarize site`: the runs as a web site, of which only what has changed is made again.

    OUT/index.html  calendar.html  topics.html  search.html  feed.xml  sitemap.xml  site.css  site.js
        issues/<date>/    index.html  announced.html  issue.json  issue.bib
        papers/<id>/      index.html  digest.json  paper.bib  figures/  evidence/  changes.html
        topics/<name>.html  feeds/<name>.xml  search/<month>.js
        .site.json        what every part was made of

What a page leads to is written before the page, papers first and the index last, and what nothing leads to any more
is removed at the end: a reader never meets half a site.
"""

import hashlib
import os
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from summarizer.config import Config
from summarizer.errors import UsageError
from summarizer.reports.site.folder import STALE, SiteFolder, open_site
from summarizer.reports.site.lists import Lists
from summarizer.reports.site.papers import PaperParts, Placing
from summarizer.site.article import Account, Card
from summarizer.site.pages import Newer, Site, site_of, static_files
from summarizer.sources.ids import file_stem
from summarizer.store.catalogue import DigestFile, digest_files, is_dated, run_folders
from summarizer.store.published import load_manifest
from summarizer.store.results import Store
from summarizer.store.runs import load_digest
from summarizer.styles import load_text
from summarizer.trust.wordlists import read_vocabulary
from summarizer.types import Paper

_VERSIONED = re.compile(r"(.+)v(\d+)")


@dataclass(frozen=True, slots=True)
class BuiltSite:
    """`problems`: what could not be shown, a sentence each."""

    index: Path
    papers: int
    files: int  # that were written
    problems: tuple[str, ...]


def build_site(config: Config, out: Path, progress: Callable[[str, str], None]) -> BuiltSite:
    """Raises `UsageError` for a folder that holds other things, and for runs that are gone where there is a site of
    them; `LockedError` while another process writes there."""
    site = site_of(config)
    problems: list[str] = []
    with open_site(out) as folder:
        if folder.before.parts and not config.runs.is_dir():  # mistyped, or a disk that is not mounted
            raise UsageError(f"{config.runs}: no such folder; the site stays as it is")
        runs = run_folders(config.runs)
        accounts = {run.name: _account(run, folder, problems) for run in runs}
        folder.make("static", site.version, static_files)
        shown = _choose(runs)
        cards = _papers(shown, accounts, folder, site, config, progress, problems)
        Lists(folder, site, config.runs, shown).make(cards, [a for a in accounts.values() if a.date])
        folder.finish(accounts)
        return BuiltSite(out / "index.html", len(cards), folder.written, tuple(problems))


def _account(run: Path, folder: SiteFolder, problems: list[str]) -> Account:
    """What the run says of itself, as it was read before where its file is the same."""
    date, stamp = run.name if is_dated(run) else "", _content_of(run / "manifest.json")
    known = folder.before.accounts.get(run.name)
    if known and stamp and known.stamp == stamp:
        return known
    manifest = load_manifest(run)
    if manifest is None:
        if date:
            problems.append(f"{run}: no account of a finished run; the papers that are there are shown")
        return Account(stamp, date, "", {}, tuple(found.stem for found in digest_files(run)))
    if (manifest.date or "") != date:
        problems.append(f"{run}: its account is of {manifest.date}; its papers are shown, but not as an issue")
        date = ""
    digested = tuple(file_stem(entry.id) for entry in manifest.papers if entry.outcome == "digested")
    return Account(stamp, date, manifest.started, manifest.ledger, digested)


def _content_of(file: Path) -> str:
    """The fingerprint of its bytes; "" if it is gone."""
    try:
        return hashlib.sha256(file.read_bytes()).hexdigest()
    except OSError:
        return ""


def _choose(runs: Sequence[Path]) -> dict[str, DigestFile]:
    """One digest for each paper: of an issue before others, a model's before a draft."""
    found: dict[str, list[DigestFile]] = defaultdict(list)
    for run in runs:
        for digest in digest_files(run):
            found[digest.stem].append(digest)
    return {stem: files[0] if len(files) == 1 else min(files, key=_is_draft) for stem, files in found.items()}


def _is_draft(found: DigestFile) -> bool:
    digest = load_digest(found.folder, found.path.name)
    return digest is None or digest.basis == "extract"


def _papers(
    shown: Mapping[str, DigestFile],
    accounts: Mapping[str, Account],
    folder: SiteFolder,
    site: Site,
    config: Config,
    progress: Callable[[str, str], None],
    problems: list[str],
) -> list[Card]:
    """The pages of all papers, and their cards, the newest first."""
    parts = PaperParts(folder, site, config, read_vocabulary(load_text("terms", ".txt")), progress)
    store, versions = Store(config.runs / "store"), _versions(shown)

    def make(found: DigestFile) -> Card | None:
        account = accounts[found.run.name]
        made = account.started or _time_of(found.path)
        newer, older = _newer(found.stem, versions, store), _older(found.stem, versions)
        placing = Placing(account.date or made[:10], made, account.date, newer, shown.get(older))
        part = parts.make(found, placing)
        if part is None:
            problems.append(f"{found.path}: damaged, or of another version of the program; left out")
        elif part.inputs == STALE:
            problems.append(f"{found.path}: damaged, or of another version of the program; its page is left as it was")
        return part.card if part else None

    with ThreadPoolExecutor(os.cpu_count()) as threads:
        cards = [card for card in threads.map(make, shown.values()) if card]
    return sorted(cards, key=lambda card: (card.date, card.made, card.folder), reverse=True)


def _time_of(path: Path) -> str:
    return datetime.fromtimestamp(path.stat().st_mtime, UTC).isoformat(timespec="seconds")


def _versions(stems: Iterable[str]) -> dict[str, list[int]]:
    """{paper: its versions that have a digest here, in order}."""
    versions: defaultdict[str, list[int]] = defaultdict(list)
    for stem in stems:
        if versioned := _VERSIONED.fullmatch(stem):
            versions[versioned[1]].append(int(versioned[2]))
    return {base: sorted(found) for base, found in versions.items()}


def _newer(stem: str, versions: Mapping[str, list[int]], store: Store) -> Newer | None:
    """The newest version that has a digest here, or that arXiv was found to have when it was last asked."""
    versioned = _VERSIONED.fullmatch(stem)
    if versioned is None:
        return None
    base, own = versioned[1], int(versioned[2])
    newest = versions[base][-1]
    if newest > own:
        return Newer(newest, f"{base}v{newest}", "")
    known = store.load("metadata", {"id": base.replace("_", "/")}, tuple[Paper, datetime])
    if known and known[0].versions > own:
        return Newer(known[0].versions, "", known[0].url)
    return None


def _older(stem: str, versions: Mapping[str, list[int]]) -> str:
    """The version before this one that has a digest here, or ""."""
    versioned = _VERSIONED.fullmatch(stem)
    before = [n for n in versions[versioned[1]] if n < int(versioned[2])] if versioned else []
    return f"{versioned[1]}v{before[-1]}" if versioned and before else ""
