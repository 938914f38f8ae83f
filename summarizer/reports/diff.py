"""`summarize diff`: what a reader sees differently in two versions of the same digests."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

from summarizer.config import DEFAULT_STYLE, Price
from summarizer.errors import UsageError
from summarizer.llm.spending import cost_with_reading
from summarizer.sources.ids import file_stem, parse_ref
from summarizer.store.published import load_manifest, newest_version
from summarizer.store.runs import digest_name, load_digest
from summarizer.trust.context import is_trivial
from summarizer.trust.numbers import Quantity, quantities
from summarizer.types import FIGURES, Digest, Stars, Usage, add_usage

Pair = tuple[str, str]  # before and after; "" for what is only in one of them

_SIMILAR = 0.4  # share of common bigrams from which two sentences count as one that was reworded
_SHOWN = 20  # run folders named in a message
_VERSION = re.compile(r"v\d+$")


@dataclass(frozen=True, slots=True)
class SectionDiff:
    """The sentences of a section that differ, in order."""

    name: str  # the field, "title_zh" or "captions"
    heading: str  # the name again where nothing is shown above the section
    sentences: tuple[Pair, ...]


@dataclass(frozen=True, slots=True)
class NumberDiff:
    """Numbers of a whole digest, so that one that moved to another section is neither lost nor gained."""

    lost: tuple[str, ...] = ()
    gained: tuple[str, ...] = ()
    changed: tuple[Pair, ...] = ()  # one in the place of another in a reworded sentence


@dataclass(frozen=True, slots=True)
class Counts:
    """What there is to count of one version of a digest, or of many."""

    claims: int
    omitted: int
    repaired: int
    usage: Usage
    cost: float | None  # US dollars; None where a price is not known


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a digest, as far as it is not text."""

    id: str
    stars: int | None
    scores: dict[str, int]
    figures: tuple[str, ...]
    counts: Counts


@dataclass(frozen=True, slots=True)
class PaperDiff:
    """What differs between two versions of one paper's digest. `changed`: anything that a reader sees."""

    run: str
    title: str
    before: Version
    after: Version
    sections: tuple[SectionDiff, ...]
    numbers: NumberDiff
    citations_moved: int  # sentences that are the same and cite other pages
    changed: bool


@dataclass(frozen=True, slots=True)
class Summary:
    """All papers that are in both. Ratings are of those that have stars in both."""

    papers: int
    changed: int
    sections: dict[str, int]  # {heading: papers in which it differs}
    numbers_lost: int
    numbers_gained: int
    numbers_changed: int
    citations_moved: int
    stars: tuple[float | None, float | None]  # the mean, before and after
    up: int
    down: int
    before: Counts
    after: Counts


@dataclass(frozen=True, slots=True)
class Comparison:
    papers: tuple[PaperDiff, ...]
    only_before: tuple[str, ...]
    only_after: tuple[str, ...]
    summary: Summary


def find_run(name: str, runs: Path) -> Path:
    """The folder of a run, by its name, its path or its paper. Raises `UsageError` naming those that are there."""
    for folder in (runs / name, Path(name), *_folder_of_paper(name, runs)):
        if (folder / "papers").is_dir():
            return folder
    raise UsageError(f"{name}: no such run; {_known_runs(runs)}")


def _folder_of_paper(name: str, runs: Path) -> list[Path]:
    """Of a paper that was asked for by hand; without a version, of the newest that is here."""
    try:
        ref = parse_ref(name)
    except UsageError:
        return []
    version = ref.version or newest_version(ref.value, runs) if ref.kind == "arxiv" else None
    return [runs / f"{file_stem(ref.value)}v{version}"] if version else []


def find_issues(first: date, last: date, runs: Path) -> list[Path]:
    """The folders of the issues of a period. Raises `UsageError` if there are none."""
    days = (folder.parent for folder in sorted(runs.glob("[0-9]*-[0-9]*-[0-9]*/papers")))
    if found := [day for day in days if first.isoformat() <= day.name <= last.isoformat()]:
        return found
    raise UsageError(f"{first}..{last}: no issues; {_known_runs(runs)}")


def _known_runs(runs: Path) -> str:
    names = sorted((folder.parent.name for folder in runs.glob("*/papers")), reverse=True)
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return f"{runs} has {', '.join(names[:_SHOWN]) or 'none'}{more}"


def compare_runs(before: Path, after: Path, prices: Mapping[str, Price]) -> Comparison:
    """Two run folders, paper by paper; another version of a paper is compared as the same paper."""
    old, new = _digests(before), _digests(after)
    without_version = {_VERSION.sub("", stem): stem for stem in old if stem not in new}
    partner = {stem: stem if stem in old else without_version.get(_VERSION.sub("", stem), "") for stem in new}
    papers = [compare_digests(after.name, old[partner[stem]], new[stem], prices) for stem in new if partner[stem]]
    gone = [old[stem].paper.id for stem in old if stem not in partner.values()]
    come = [new[stem].paper.id for stem in new if not partner[stem]]
    return Comparison(tuple(papers), tuple(gone), tuple(come), _summary(papers))


def compare_versions(folders: Iterable[Path], prices: Mapping[str, Price]) -> Comparison:
    """Every digest of some run folders with the version before it, or with itself where none was kept."""
    papers: list[PaperDiff] = []
    for folder in folders:
        before = _digests(folder, before=True)
        now = _digests(folder)
        papers += [compare_digests(folder.name, before.get(s, digest), digest, prices) for s, digest in now.items()]
    return Comparison(tuple(papers), (), (), _summary(papers))


def _digests(run: Path, *, before: bool = False) -> dict[str, Digest]:
    """{name of the paper's folder: digest} of a run, or those before; what is damaged counts as absent."""
    manifest = load_manifest(run)
    name = f"{digest_name(manifest.style if manifest else DEFAULT_STYLE)}{'.before' if before else ''}.json"
    shown = {file_stem(entry.id) for entry in manifest.papers if entry.outcome == "digested"} if manifest else None
    folders = sorted(file.parent for file in run.glob(f"papers/*/{name}"))
    digests = {folder.name: load_digest(folder, name) for folder in folders if shown is None or folder.name in shown}
    return {stem: digest for stem, digest in digests.items() if digest}


def compare_digests(run: str, before: Digest, after: Digest, prices: Mapping[str, Price]) -> PaperDiff:
    """What a reader sees differently in two digests of one paper."""
    old, new = _version(before, prices), _version(after, prices)
    sections: tuple[SectionDiff, ...] = ()
    numbers, moved = NumberDiff(), 0
    if before != after:
        old_text, new_text = _sentences(before), _sentences(after)
        sections = tuple(_section_diffs(old_text, new_text, {**before.headings, **after.headings}))
        numbers = _number_diff(old_text, new_text, sections)
        moved = _citations_moved(before, after)
    seen = (old.stars, old.scores, old.figures) != (new.stars, new.scores, new.figures)
    return PaperDiff(run, after.paper.title, old, new, sections, numbers, moved, bool(sections or moved or seen))


def _version(digest: Digest, prices: Mapping[str, Price]) -> Version:
    rating = digest.rating or Stars(None)
    priced = cost_with_reading(digest.usage, digest.model, digest.reading, digest.reader, prices)
    cost = priced if digest.usage != Usage() else 0.0
    counts = Counts(len(digest.claims), len(digest.omitted), digest.repaired, digest.usage, cost)
    return Version(digest.paper.id, rating.stars, rating.scores, tuple(f.label for f in digest.figures), counts)


def _sentences(digest: Digest) -> dict[str, list[str]]:
    """{field: its sentences}, in order. Stars and scores are left out: they are compared as such."""
    texts: dict[str, list[str]] = {"title_zh": [digest.title_zh] if digest.title_zh else []}
    texts |= {name: [] for name in digest.headings}
    for claim in digest.claims:
        texts.setdefault("captions" if claim.section == FIGURES else claim.section, []).append(claim.text)
    return texts


def _section_diffs(
    before: Mapping[str, list[str]], after: Mapping[str, list[str]], headings: Mapping[str, str]
) -> Iterator[SectionDiff]:
    for name in dict.fromkeys([*after, *before]):
        if pairs := _sentence_pairs(before.get(name, []), after.get(name, [])):
            yield SectionDiff(name, headings.get(name) or name, tuple(pairs))


def _sentence_pairs(before: Sequence[str], after: Sequence[str]) -> list[Pair]:
    pairs: list[Pair] = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag != "equal":
            pairs += _aligned(before[i1:i2], after[j1:j2])
    return pairs


def _aligned(before: Sequence[str], after: Sequence[str]) -> list[Pair]:
    """The most similar two sentences side by side, then what is before them and what is after them."""
    ranked = [(_similarity(old, new), -i, -j) for i, old in enumerate(before) for j, new in enumerate(after)]
    if not ranked or (best := max(ranked))[0] < _SIMILAR:
        return [*((old, "") for old in before), *(("", new) for new in after)]
    i, j = -best[1], -best[2]
    head, tail = _aligned(before[:i], after[:j]), _aligned(before[i + 1 :], after[j + 1 :])
    return [*head, (before[i], after[j]), *tail]


@lru_cache(maxsize=1024)
def _similarity(one: str, other: str) -> float:
    """Dice's coefficient of the bigrams: 1 for equal sentences, 0 for those without two letters in common."""
    a, b = _bigrams(one), _bigrams(other)
    return 2 * (a & b).total() / max(1, a.total() + b.total())


@lru_cache(maxsize=1024)
def _bigrams(text: str) -> Counter[str]:
    return Counter(map("".join, pairwise(text)))


def _number_diff(
    before: Mapping[str, list[str]], after: Mapping[str, list[str]], sections: Iterable[SectionDiff]
) -> NumberDiff:
    old, new = _all_numbers(before), _all_numbers(after)
    lost = {identity: text for identity, text in old.items() if identity not in new}
    gained = {identity: text for identity, text in new.items() if identity not in old}
    changed = []
    for old_sentence, new_sentence in (pair for section in sections for pair in section.sentences):
        for gone in (q for q in _numbers(old_sentence) if _identity(q) in lost):
            alike = (q for q in _numbers(new_sentence) if (q.kind, q.unit) == (gone.kind, gone.unit))
            if come := next((q for q in alike if _identity(q) in gained), None):
                changed.append((lost.pop(_identity(gone)), gained.pop(_identity(come))))
    return NumberDiff(tuple(lost.values()), tuple(gained.values()), tuple(changed))


def _all_numbers(texts: Mapping[str, list[str]]) -> dict[tuple[object, ...], str]:
    return {_identity(q): q.text for sentences in texts.values() for sentence in sentences for q in _numbers(sentence)}


@lru_cache(maxsize=1024)
def _numbers(sentence: str) -> tuple[Quantity, ...]:
    """What says something: neither the 13B of a model's name nor 三个."""
    return tuple(q for q in quantities(sentence) if not (q.in_name or is_trivial(q)))


def _identity(quantity: Quantity) -> tuple[object, ...]:
    """0.5B and 5亿 are the same number, 5 and 5% are not."""
    return quantity.kind, quantity.value


def _citations_moved(before: Digest, after: Digest) -> int:
    pages = {(claim.section, claim.text): set(claim.pages) for claim in before.claims}
    return sum(pages.get((c.section, c.text), set(c.pages)) != set(c.pages) for c in after.claims)


def _summary(papers: Sequence[PaperDiff]) -> Summary:
    rated = [(p.before.stars, p.after.stars) for p in papers if p.before.stars and p.after.stars]
    return Summary(
        papers=len(papers),
        changed=sum(p.changed for p in papers),
        sections=dict(Counter(section.heading for p in papers for section in p.sections).most_common()),
        numbers_lost=sum(len(p.numbers.lost) for p in papers),
        numbers_gained=sum(len(p.numbers.gained) for p in papers),
        numbers_changed=sum(len(p.numbers.changed) for p in papers),
        citations_moved=sum(p.citations_moved for p in papers),
        stars=(_mean([old for old, _ in rated]), _mean([new for _, new in rated])),
        up=sum(new > old for old, new in rated),
        down=sum(new < old for old, new in rated),
        before=_total([p.before.counts for p in papers]),
        after=_total([p.after.counts for p in papers]),
    )


def _mean(values: Sequence[int]) -> float | None:
    return sum(values) / len(values) if values else None


def _total(counts: Sequence[Counts]) -> Counts:
    costs = [c.cost for c in counts if c.cost is not None]
    return Counts(
        claims=sum(c.claims for c in counts),
        omitted=sum(c.omitted for c in counts),
        repaired=sum(c.repaired for c in counts),
        usage=add_usage(c.usage for c in counts),
        cost=sum(costs) if len(costs) == len(counts) else None,
    )
