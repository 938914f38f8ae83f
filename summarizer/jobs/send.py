"""`summarize send`: an issue to its readers' targets, to each once.

A target is named in the config; its address, which holds its secret, stands in the environment variable of that name,
as the key does. What becomes of a message is one line in `runs/sent.jsonl`, written before it goes out and after:

    due       the night makes this issue, and the target wants it
    sending   it is on its way; with nothing after it, nobody knows whether it has arrived
    sent      done for good
    failed    tried again the next time

A message that was cut off on its way is not sent again by itself, but named until somebody says what to do.
"""

import json
import logging
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal
from urllib.parse import unquote, urlsplit

from summarizer.config import Config
from summarizer.errors import StorageError, TryLaterError, UsageError
from summarizer.files import append_to, parse_json
from summarizer.llm.secret import without_secret
from summarizer.site.article import Article, Card
from summarizer.site.message import IssueMessage, compose_message
from summarizer.site.pages import site_of
from summarizer.site.reading import card, read
from summarizer.sources.ids import file_stem
from summarizer.store.published import finished_issues, load_manifest
from summarizer.store.runs import load_digest, open_run
from summarizer.types import Manifest

if TYPE_CHECKING:
    from apprise import NotifyBase

JOURNAL = "sent.jsonl"
_MAIL = "mailtos"

State = Literal["due", "sending", "sent", "failed"]


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of an issue at a target. `problem` is "" where it was sent, now or before."""

    date: str
    target: str
    problem: str = ""

    def __str__(self) -> str:
        return f"{self.date} to {self.target}: {self.problem or 'sent'}"


def find_targets(names: Sequence[str], environment: Mapping[str, str] = os.environ) -> dict[str, "NotifyBase"]:
    """The services that the variables of these names are the addresses of. Raises `UsageError` naming the variable."""
    try:
        import apprise
    except ModuleNotFoundError:
        raise UsageError("sending needs the extra `send`: pip install 'arxiv-digest-summarizer[send]'") from None
    targets = {}
    for name in names:
        if not name.isidentifier():
            raise UsageError("send: name environment variables that hold the addresses, not the addresses themselves")
        if not (address := environment.get(name, "").strip()):
            raise UsageError(f"send: the environment variable {name} is not set")
        service = apprise.Apprise.instantiate(address)
        if service is None:
            raise UsageError(f"send: {name} holds no address of a service that is known (mailto://, feishu://, ...)")
        service.overflow_mode = apprise.OverflowMode.SPLIT
        targets[name] = service
    return targets


def send_issue(day: str, config: Config, names: Sequence[str], *, again: bool = False) -> list[Delivery]:
    """Send a finished issue to those targets that have not had it; `again`: also to those that may have had it.

    Raises `UsageError` for a date without a finished issue, `LockedError` while another process is sending.
    """
    targets = find_targets(names)
    manifest = load_manifest(config.runs / day)
    if manifest is None:
        raise UsageError(f"{day}: no finished issue in {config.runs}")
    with open_run(config.runs / ".sending", config.clock()):
        states = _states(config.runs)
        message = _message(day, manifest, config)
        return [
            _send(message, day, name, targets[name], "due" if again else states.get((day, name), "due"), config.runs)
            for name in names
        ]


def note_due(days: Iterable[date], config: Config) -> None:
    """Before issues are made: so that a night that is killed later does not forget them."""
    known = _states(config.runs)
    for day in map(str, days):
        for name in config.send:
            if (day, name) not in known:
                _note(config.runs, day, name, "due")


def send_due(config: Config) -> list[Delivery]:
    """What nights have promised and not delivered, the oldest first, as far as its issue is finished.

    Nothing that goes wrong with a target is raised: it is the night's last act, and must not fail it.
    """
    if not config.send:
        return []
    finished = {str(day) for day, _ in finished_issues(config.runs)}
    states = _states(config.runs)
    deliveries = []
    for day, name in sorted(key for key in states if key[0] in finished and key[1] in config.send):
        if states[day, name] != "sent":
            try:
                deliveries += send_issue(day, config, [name])
            except (UsageError, TryLaterError) as error:
                deliveries.append(Delivery(day, name, str(error)))
    return deliveries


def latest_issue(config: Config) -> str:
    """The newest date with a finished issue. Raises `UsageError` where there is none."""
    if days := [str(day) for day, _ in finished_issues(config.runs)]:
        return days[-1]
    raise UsageError(f"{config.runs}: no finished issue yet")


def _send(message: IssueMessage, day: str, name: str, service: "NotifyBase", state: State, runs: Path) -> Delivery:
    if state == "sent":
        return Delivery(day, name)
    if state == "sending":
        return Delivery(
            day, name, f"was cut off on its way; if it has not arrived: summarize send {day} --to {name} --again"
        )
    _note(runs, day, name, "sending")
    problem = _deliver(message, service)
    _note(runs, day, name, "failed" if problem else "sent", problem)
    return Delivery(day, name, problem)


def _deliver(message: IssueMessage, service: "NotifyBase") -> str:
    """Hand the message over; what went wrong, without the target's secrets, or ""."""
    from apprise import LogCapture, NotifyFormat

    if service.secure_protocol == _MAIL:
        body, form = message.mail, NotifyFormat.HTML
    else:
        body, form = message.short, NotifyFormat.MARKDOWN
    with LogCapture(level=logging.WARNING, fmt="%(message)s") as log:
        if service.notify(title=message.title, body=body, body_format=form):
            return ""
        said = " ".join(log.getvalue().split()) or "the service did not take it"
    for secret in _secrets(service.url(privacy=False)):
        said = without_secret(said, secret)
    return said


def _secrets(address: str) -> list[str]:
    """Every part of an address that may be one: what stands between its separators."""
    parts = urlsplit(address)
    texts = [
        parts.username or "",
        parts.password or "",
        *parts.path.split("/"),
        *parts.query.replace("=", "&").split("&"),
    ]
    return sorted({unquote(text) for text in [*texts, parts.hostname or ""] if text}, key=len, reverse=True)


def _message(day: str, manifest: Manifest, config: Config) -> IssueMessage:
    papers: list[tuple[Card, Article]] = []
    for entry in manifest.papers:
        stem = file_stem(entry.id)
        digest = load_digest(config.runs / day / "papers" / stem) if entry.outcome == "digested" else None
        if digest:
            shown = card(digest, stem, {}, date=day, made=manifest.started, issue=day, tags=())
            papers.append((shown, read(digest, None, {}, {})))
    return compose_message(site_of(config), day, manifest.ledger, papers)


def _states(runs: Path) -> dict[tuple[str, str], State]:
    """What is known last of each issue and target. A line cut short by a kill says nothing."""
    states: dict[tuple[str, str], State] = {}
    try:
        lines = (runs / JOURNAL).read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return states
    for line in lines:
        try:
            told = parse_json(line)
        except ValueError:
            continue
        states[told["date"], told["target"]] = told["state"]
    return states


def _note(runs: Path, day: str, target: str, state: State, problem: str = "") -> None:
    """One line, on the disk before this returns."""
    told = {"time": datetime.now(UTC).isoformat(timespec="seconds"), "date": day, "target": target, "state": state}
    line = json.dumps(told | ({"problem": problem} if problem else {}), ensure_ascii=False)
    try:
        runs.mkdir(parents=True, exist_ok=True)
        with append_to(runs / JOURNAL) as journal:
            journal.write(f"\n{line}\n" if _ends_within_a_line(runs / JOURNAL) else f"{line}\n")
            journal.flush()
            os.fsync(journal.fileno())
    except OSError as error:
        raise StorageError(f"{runs / JOURNAL}: cannot be written: {error.strerror}") from error


def _ends_within_a_line(path: Path) -> bool:
    """Whether a process was killed while it wrote."""
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(size - 1, 0))
        return size > 0 and file.read(1) != b"\n"
