"""200 seeded changes of the recorded digests, and how many of them the checker stops.

The digests in `tests/recorded` are replayed as the tests do it: their papers are parsed, their sentences checked.
What is changed is the published sentence; its citations stay. A pasted sentence comes from another recorded digest;
beside its own entry in one issue it is also found as shared.
"""

import json
import os
import random
import re
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests"), str(ROOT / "tests" / "llm")]

from llm_server import LlmServer
from recorded_model import RECORDED, RecordedModel

from summarizer.cli import run
from summarizer.files import from_data
from summarizer.styles import load_text
from summarizer.trust.check import PUBLISHED, check_statement
from summarizer.trust.claims import Statement
from summarizer.trust.context import candidates
from summarizer.trust.evidence import Evidence
from summarizer.trust.names import NameIndex, names
from summarizer.trust.numbers import quantities
from summarizer.trust.repeats import shared_sentences
from summarizer.trust.wordlists import read_vocabulary
from summarizer.types import Claim, Digest, Document

EACH = 40  # changes of each of the five kinds

Change = Callable[[str, random.Random], str]

_UNITS = {
    "万亿": "亿", "亿": "万", "万": "亿", "GB": "MB", "MB": "GB", "TB": "GB", "B": "M", "M": "B", "%": "个百分点",
    "个百分点": "%", "倍": "%", "天": "小时", "小时": "天", "分钟": "小时", "秒": "分钟", "层": "小时",
}  # fmt: skip
_UNIT = re.compile(r"(?<=\d)[ ]?(?:" + "|".join(sorted(_UNITS, key=len, reverse=True)) + r")(?![A-Za-z])")
_PAIRS = (
    "提升 降低", "提高 降低", "增加 减少", "优于 不如", "超过 低于", "高于 低于", "上升 下降", "增大 减小", "改善 恶化",
    "领先 落后", "升至 降至", "升到 降到", "多于 少于", "扩大 缩小", "快于 慢于",
)  # fmt: skip
_OPPOSITES = dict(pair.split() for pair in _PAIRS)
_OPPOSITES |= {worse: better for better, worse in reversed(_OPPOSITES.items())}
_FOREIGN = ("Mamba-2", "Qwen2.5", "GLOV", "OpenELM", "Toolken+", "SynChart", "HoloBench", "DeepSeek-V3")


@dataclass(frozen=True)
class Case:
    """A replayed digest with its paper."""

    evidence: Evidence
    digest: Digest
    lost: int  # citations whose passage is not found again since the recording

    @property
    def claims(self) -> tuple[Claim, ...]:
        return self.digest.claims


def replay(papers: Path) -> list[Case]:
    """Every recorded digest, made again from `papers`, a folder of PDFs named by their ids."""
    own = {"sample": ROOT / "examples" / "sample.pdf"}
    cases = []
    for recording in sorted(RECORDED.glob("*.json")):
        paper, _, style = recording.stem.partition("-")
        pdf = own.get(paper, papers / f"{paper}.pdf")
        if pdf.exists():
            cases.append(_replay(recording.stem, pdf, style or "daily"))
    return cases


def _replay(name: str, pdf: Path, style: str) -> Case:
    with tempfile.TemporaryDirectory() as home, LlmServer(model := RecordedModel(name)) as server:
        here = Path.cwd()
        kept = dict(os.environ)
        os.environ |= {"HOME": home, "XDG_CONFIG_HOME": home, "OPENAI_BASE_URL": server.url}
        os.chdir(home)
        try:
            with Path(os.devnull).open("w") as quiet, redirect_stdout(quiet), redirect_stderr(quiet):
                code = run([str(pdf), "--style", style])
        finally:
            os.chdir(here)
            os.environ.clear()
            os.environ.update(kept)
        if code:
            raise SystemExit(f"{name}: replaying {pdf} ended with {code}")
        folder = next(Path(home).glob("runs/*/papers/*"))
        digest = from_data(Digest, json.loads(next(folder.glob("digest*.json")).read_bytes()))
        document = from_data(Document, json.loads((folder / "document.json").read_bytes()))
    vocabulary = read_vocabulary(load_text("terms", ".txt"))
    return Case(Evidence(document, vocabulary), digest, model.lost)


def sent_back(cases: list[Case]) -> tuple[int, int]:
    """Sentences of a careful writer that failed the first check, of how many: the false alarms are among them."""
    written = sum(len(case.claims) + len(case.digest.omitted) for case in cases)
    return sum(case.digest.repaired for case in cases), written


def uncited(cases: list[Case]) -> int:
    """Published sentences that cite no passage of their paper."""
    return sum(not set(claim.passages) & case.evidence.passages.keys() for case in cases for claim in case.claims)


def mutations(cases: list[Case], seed: int = 1) -> Iterator[tuple[str, int, int, list[str]]]:
    """(kind, stopped, of how many, what was not stopped)."""
    chance = random.Random(seed)
    kinds: dict[str, Change] = {"digit": _digit, "unit": _unit, "name": _name, "direction": _direction}
    for kind, change in kinds.items():
        changed = _changed(cases, change, chance)
        missed = [f"{before} -> {after}" for before, after, stopped in changed if not stopped]
        yield kind, len(changed) - len(missed), len(changed), missed
    yield "pasted", *_pasted(cases, chance)


def _changed(cases: list[Case], change: Change, chance: random.Random) -> list[tuple[str, str, bool]]:
    """`EACH` changed sentences, no two alike, from all digests in turn."""
    pool = [(case, claim) for case in cases for claim in case.claims if change(claim.text, random.Random(0))]
    done: dict[str, tuple[str, str, bool]] = {}
    for _ in range(50 * EACH):
        if len(done) == EACH or not pool:
            break
        case, claim = chance.choice(pool)
        text = change(claim.text, chance)
        if _is_the_papers_own(claim.text, text, claim.passages, case.evidence):
            continue
        done.setdefault(text, (claim.text, text, _stopped(text, claim.passages, case.evidence)))
    return list(done.values())


def _is_the_papers_own(before: str, after: str, passages: tuple[int, ...], evidence: Evidence) -> bool:
    """Whether 2.3 个百分点 became 2.3%, or the reverse, and a cited passage says it so, too: no error."""
    known = {quantity.text for quantity in quantities(before)}
    new = [quantity for quantity in quantities(after) if quantity.text not in known]
    texts = [evidence.passages[number].text for number in passages if number in evidence.passages]
    said = [quantity for text in texts for quantity in quantities(text) if quantity.kind == "percent"]
    absolute = any("absolute" in text for text in texts)
    return any(
        (quantity.kind == "percent" or (quantity.kind == "points" and absolute))
        and any(quantity.value == other.value for other in said)
        for quantity in new
    )


def _pasted(cases: list[Case], chance: random.Random) -> tuple[int, int, list[str]]:
    """Sentences of one digest in another one, both in the same issue."""
    stopped, missed = 0, []
    for _ in range(EACH):
        home, guest = chance.sample(cases, 2)
        claim = chance.choice(guest.claims)
        alone = _stopped(claim.text, _some_passages(home, chance), home.evidence)
        changed = [*(own.text for own in home.claims), claim.text]
        issue = {"home": changed, "guest": [own.text for own in guest.claims]}
        if alone or any(claim.text in (shared.text, shared.other) for shared in shared_sentences(issue)):
            stopped += 1
        else:
            missed.append(claim.text)
    return stopped, EACH, missed


def pasted_alone(cases: list[Case], *, similar: bool, seed: int = 1) -> tuple[int, int]:
    """Every sentence of every digest pasted into the next one, whose issue does not have the true entry.

    It cites two passages of that paper: any, or if `similar` the two nearest to it by names and numbers.
    """
    stopped = tried = 0
    chance = random.Random(seed)
    for home, guest in zip(cases, [*cases[1:], cases[0]], strict=True):
        for claim in guest.claims:
            cited = _some_passages(home, chance)
            if similar:
                cited = tuple(p.id for p in candidates(claim.text, home.evidence, 2)) or cited
            stopped += _stopped(claim.text, cited, home.evidence)
            tried += 1
    return stopped, tried


def _some_passages(case: Case, chance: random.Random) -> tuple[int, ...]:
    return tuple(chance.sample(list(case.evidence.passages), 2))


def _stopped(text: str, passages: tuple[int, ...], evidence: Evidence) -> bool:
    return check_statement(Statement("", text, passages, 0, 0), evidence).verdict not in PUBLISHED


def _digit(text: str, chance: random.Random) -> str:
    number = r"(?<![A-Za-z0-9.@-])(?<![图表第])(?<![图表第] )(?<!Section )\d[\d,.]*\d(?![\d-]|[A-Za-z]{2}|[ ]?节)"
    spots = list(re.finditer(number, text))
    if not spots:
        return ""
    spot = chance.choice(spots)
    at = chance.choice([n for n, c in enumerate(spot[0]) if c.isdigit()])
    other = chance.choice([c for c in "123456789" if c != spot[0][at]])
    start = spot.start() + at
    return text[:start] + other + text[start + 1 :]


def _unit(text: str, chance: random.Random) -> str:
    spots = [spot for spot in _UNIT.finditer(text) if not re.search(r"第 ?\d+$", text[: spot.start()])]
    if not spots:
        return ""
    spot = chance.choice(spots)
    return text[: spot.start()] + _UNITS[spot[0].strip()] + text[spot.end() :]


def _name(text: str, chance: random.Random) -> str:
    spots = [name for name in names(text) if name.text not in NameIndex([])]
    if not spots:
        return ""
    spot = chance.choice(spots)
    return text[: spot.span[0]] + chance.choice(_FOREIGN) + text[spot.span[1] :]


def _direction(text: str, chance: random.Random) -> str:
    spots = list(re.finditer("|".join(_OPPOSITES), text))
    if not spots:
        return ""
    spot = chance.choice(spots)
    return text[: spot.start()] + _OPPOSITES[spot[0]] + text[spot.end() :]
