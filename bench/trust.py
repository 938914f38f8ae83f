"""How well the checker tells right from wrong: `python bench/trust.py [--corpus ../shared]`.

Prints a table: labelled numbers with their evidence given, published unit errors against their abstracts, right
sentences of a published digest, and the time of one digest. The corpus is not part of the project.
"""

import argparse
import json
import random
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from summarizer.pdf import parse_pdf
from summarizer.styles import load_text
from summarizer.trust.check import PUBLISHED, check_statement, examine
from summarizer.trust.claims import Statement, split_statements
from summarizer.trust.evidence import Evidence
from summarizer.trust.names import NameIndex, names
from summarizer.trust.numbers import quantities
from summarizer.trust.uncited import check_uncited, supporting
from summarizer.trust.wordlists import read_vocabulary
from summarizer.types import Document, Passage

# Where each labelled number's true value stands: a phrase of the passage -> the mentions it decides, right and wrong.
EVIDENCE = {
    "2302.13971": {
        "ranging from 7B to 65B": "7B|65B|0.7 亿|6.5 亿",
        "outperforms GPT-3 (175B)": "13B|175B|70B|540B|157B",
        "dataset containing 1.4T tokens": "1.4万亿|14万亿|21|27",
        "on 2048 A100": "2048|2084|380|65B",
        "65B 63.4; LLaMA-I 65B 68.9": "63.4%|64.3%",
    },
    "2203.02155": {
        "1.3B parameter InstructGPT model are preferred": "1.3B|175B|100倍",
        "team of about 40 contractors on Upwork": "40|400",
        "preferred to 175B GPT-3 outputs 85": "85%|58%",
        "about 25% fewer toxic": "25%|45%",
    },
    "2106.09685": {
        "parameters by 10,000 times": "175B|1 万倍|3 倍|10 万倍|13 倍",
        "10,000× (from 350GB to 35MB)": "350|35",
        "from 1.2TB to 350GB": "1.2|350b",
        "observe a 25% speedup": "25%|52%",
    },
    "2305.14314": {
        "on a single 48GB GPU while preserving": "48|65B|16|24!|650亿",
        "a frozen, 4-bit quantized pretrained": "4",
        "reaching 99.3% of the performance": "99.3%|24|93.9%|240",
        "more than 780 GB": "780|65B",
        "more than 1,000 models, providing": "1000",
    },
    "2212.10560": {
        "demonstrate a 33% absolute improvement": "33%",
        "only a 5% absolute gap": "5%",
        "with 175 tasks": "175|157",
        "more than 82K instances": "5.2万|8.2万|52万|28万",
    },
    "1706.03762": {
        "achieves 28.4 BLEU": "28.4|28.9",
        "BLEU score of 41.8": "41.8|48.1",
        "Training took 3.5 days on 8": "8|3.5|5.3",
        "base: N 6": "6500万|650万",
        "big: N 6": "2.13亿|21.3亿",
        "about 4.5 million sentence pairs": "450万|4500万",
        "consisting of 36M sentences": "3600万",
        "encoder is composed of a stack of": "6",
        "produce outputs of dimension": "512",
        "Pdrop = 0.1.": "0.1",
    },
}

# The wrong number of each published record (and what its abstract says).
UNIT_ERRORS = {
    "2503.13956": "7亿", "2504.11914": "3亿", "2505.13156": "7.6亿", "2505.16661": "2亿", "2506.10896": "53.5亿",
    "2507.04152": "10亿", "2509.06830": "13万TB", "2510.17918": "15亿", "2602.23040": "5000万", "2603.20854": "9亿",
    "2604.03635": "3400万", "2604.25374": "1000万", "2605.17639": "101万", "2605.30341": "10万", "2509.03467": "4万",
}  # fmt: skip

ENTRIES = ("1706.03762", "2302.13971", "2203.02155", "2106.09685", "2305.14314", "2212.10560")

VOCABULARY = read_vocabulary(load_text("terms", ".txt"))

FOREIGN_NAMES = (
    "Mamba-2", "Qwen2.5", "GLOV", "DISP-LLM", "OpenELM", "Toolken+", "SynChart", "HoloBench", "DeepSeek-V3",
)  # fmt: skip


@dataclass
class Score:
    """Counts of flagged and wrong numbers, and what was judged otherwise than labelled."""

    right_flagged: int = 0
    wrong_flagged: int = 0
    wrong_passed: int = 0
    right_passed: int = 0
    notes: list[str] = field(default_factory=list)

    def add(self, wrong: bool, flagged: bool, note: str) -> None:
        name = ("wrong" if wrong else "right") + ("_flagged" if flagged else "_passed")
        setattr(self, name, getattr(self, name) + 1)
        if wrong != flagged:
            self.notes.append(("passed: " if wrong else "flagged: ") + note)

    def __str__(self) -> str:
        precision = self.wrong_flagged / max(1, self.wrong_flagged + self.right_flagged)
        recall = self.wrong_flagged / max(1, self.wrong_flagged + self.wrong_passed)
        return (
            f"precision {precision:.3f} recall {recall:.3f} (wrong: {self.wrong_flagged} flagged, {self.wrong_passed} "
            f"passed; right: {self.right_flagged} flagged, {self.right_passed} passed)"
        )


def read(path: Path) -> Evidence:
    document = parse_pdf(path.read_bytes(), crops=False).document
    if document is None:
        raise SystemExit(f"{path}: cannot be parsed")
    return Evidence(document, VOCABULARY)


def abstract_of(title: str, *texts: str) -> Evidence:
    """A paper of which nothing but the abstract is known, each of its texts a passage."""
    passages = tuple(Passage(n, 1, None, text, (0, 0, 0, 0)) for n, text in enumerate(texts, 1))
    return Evidence(Document(title, 1, passages=passages), VOCABULARY)


def labelled(corpus: Path, papers: dict[str, Evidence]) -> tuple[Score, Score]:
    """Each mention against the passage of its true value, and against all passages of its text."""
    single, joint = Score(), Score()
    for item in json.loads((corpus / "numbers.json").read_text(encoding="utf-8")):
        evidence = papers[item["arxiv_id"]]
        located = {mention["number"]: _locate(item["arxiv_id"], mention, evidence) for mention in item["mentions"]}
        everything = tuple(dict.fromkeys(number for numbers in located.values() for number in numbers))
        for mention in item["mentions"]:
            number, wrong = mention["number"], not mention["supported"]
            for score, passages in ((single, located[number]), (joint, everything)):
                findings = examine(item["text"], passages, evidence)
                verdicts = {f.verdict for f in findings if _same_mention(number, f.text)}
                flagged = bool(verdicts & {"unsupported", "unit"})
                note = f"{item['arxiv_id']} {number}: {sorted(verdicts)} in {passages}"
                score.add(wrong, flagged, note)
    return single, joint


def uncited(corpus: Path, papers: dict[str, Evidence]) -> Score:
    """Each mention in its sentence, the evidence found in the whole paper by the checker itself."""
    score = Score()
    for item in json.loads((corpus / "numbers.json").read_text(encoding="utf-8")):
        evidence = papers[item["arxiv_id"]]
        for statement in split_statements("", item["text"]):
            findings = examine(statement.text, supporting(statement.text, evidence), evidence)
            for mention in item["mentions"]:
                verdicts = {f.verdict for f in findings if _same_mention(mention["number"], f.text)}
                if verdicts:
                    flagged = bool(verdicts & {"unsupported", "unit"})
                    score.add(not mention["supported"], flagged, f"{item['arxiv_id']} {mention['number']} {verdicts}")
    return score


def _locate(paper: str, mention: dict[str, object], evidence: Evidence) -> tuple[int, ...]:
    wanted = [str(mention["number"])]
    if mention["number"] == "24" and not mention["supported"]:
        wanted = ["24!"]  # 24GB for 48GB, not the 24 hours
    phrases = [phrase for phrase, numbers in EVIDENCE[paper].items() if set(wanted) & set(numbers.split("|"))]
    found: list[int] = []
    for phrase in phrases:
        squeezed = re.sub(r"\W", "", phrase)
        hits = [n for n, passage in evidence.passages.items() if squeezed in re.sub(r"\W", "", passage.text)]
        if not hits:
            print(f"  {paper}: no passage has {phrase!r}")
        found += hits[:1]
    return tuple(found)


def _same_mention(number: str, text: str) -> bool:
    plain, found = (re.sub(r"[\s,]", "", each.lower()) for each in (number, text))
    return re.fullmatch(re.escape(plain) + r"(?:[^\d.].{0,5})?", found) is not None


def unit_errors(corpus: Path) -> Iterator[tuple[str, bool, list[str]]]:
    """For each record: id, whether its wrong number was flagged, the other flags."""
    for line in (corpus / "unit-errors.jsonl").read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        text = f"{record['title']}. {record['abstract']}"
        evidence = abstract_of(record["title"], text)
        flags = []
        for section, prose in record["digest"].items():
            for statement in split_statements(section, prose):
                flags += [f for f in examine(statement.text, (1,), evidence) if f.verdict in ("unsupported", "unit")]
        wrong = UNIT_ERRORS[record["arxiv_id"]]
        hit = any(f.text.replace(" ", "") == wrong for f in flags)
        yield record["arxiv_id"], hit, [f.reason for f in flags if f.text.replace(" ", "") != wrong]


def strayed(corpus: Path) -> tuple[list[str], int]:
    """Sentences of the same records that are called off their abstract's topic, all wrongly; and of how many."""
    flags, sentences = [], 0
    for line in (corpus / "unit-errors.jsonl").read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        parts = re.split(r"(?<=[.!?]) ", f"{record['title']}. {record['abstract']}")
        evidence = abstract_of(record["title"], *parts)
        for prose in record["digest"].values():
            for statement in split_statements("", prose):
                sentences += 1
                claim = check_statement(replace(statement, passages=tuple(evidence.passages)), evidence)
                flags += [claim.reason] if "does not speak of this" in claim.reason else []
    return flags, sentences


def right_sentences(shared: Path, papers: dict[str, Evidence]) -> Iterator[str]:
    """Flags on right sentences, checked against the whole paper and against what the checker itself finds."""
    text = (shared / "reference-digests" / "004.txt").read_text(encoding="utf-8")
    for paper in ENTRIES:
        block = re.search(rf"abs/{re.escape(paper)}\n(.*?)(?:在这里插入图片描述|参考资料|\Z)", text, re.DOTALL)
        lines = [line for line in block[1].splitlines() if len(line) > 60] if block else []
        for statement in split_statements("摘要", "\n".join(lines)):
            whole = tuple(papers[paper].passages)
            for finding in examine(statement.text, whole, papers[paper]):
                if finding.verdict in ("unsupported", "unit"):
                    yield f"{paper} {finding.reason}"
            claim = check_uncited(statement, papers[paper])
            if claim.verdict in ("unsupported", "unit"):
                yield f"{paper} without citations: {claim.reason}"


def mutations(corpus: Path, papers: dict[str, Evidence], seed: int = 1) -> Iterator[tuple[str, int, int, list[str]]]:
    """Kind, how many mutated right sentences are stopped, of how many, and those that are not."""
    chance = random.Random(seed)
    changes = {"digit": _other_digit, "unit": _other_unit, "name": _other_name, "direction": _other_way}
    for kind, change in changes.items():
        tried, missed = 0, []
        for evidence, sentence, cited in _right_sentences(corpus, papers):
            for _ in range(10):
                text = change(sentence, chance)
                if text == sentence or ("个百分点" in text and _says_absolute(cited, evidence)):
                    continue
                tried += 1
                if check_statement(Statement("", text, cited, 0, 0), evidence).verdict in PUBLISHED:
                    missed.append(_difference(sentence, text))
        yield kind, tried - len(missed), tried, missed


def pasted(corpus: Path, papers: dict[str, Evidence], seed: int = 0) -> tuple[int, int]:
    """Sentences about other papers, with random citations: how many are stopped, of how many."""
    chance = random.Random(seed)
    records = [json.loads(line) for line in (corpus / "unit-errors.jsonl").read_text(encoding="utf-8").splitlines()]
    texts = [(record["arxiv_id"], prose) for record in records for prose in record["digest"].values()]
    texts += [(i["arxiv_id"], i["text"]) for i in json.loads((corpus / "numbers.json").read_text(encoding="utf-8"))]
    stopped = tried = 0
    for home, text in texts:
        for statement in split_statements("", text):
            for evidence in (evidence for paper, evidence in papers.items() if paper != home):
                cited = tuple(chance.sample(list(evidence.passages), 2))
                claim = check_statement(replace(statement, passages=cited), evidence)
                stopped += claim.verdict not in PUBLISHED
                tried += 1
    return stopped, tried


def _right_sentences(corpus: Path, papers: dict[str, Evidence]) -> Iterator[tuple[Evidence, str, tuple[int, ...]]]:
    """Each right sentence or clause of numbers.json that has a labelled number, with the passages it would cite."""
    for item in json.loads((corpus / "numbers.json").read_text(encoding="utf-8")):
        if not all(mention["supported"] for mention in item["mentions"]):
            continue
        evidence = papers[item["arxiv_id"]]
        for sentence in re.split(r"[。;；]", item["text"]):
            located = [
                _locate(item["arxiv_id"], mention, evidence)
                for mention in item["mentions"]
                if any(_same_mention(mention["number"], q.text) for q in quantities(sentence))
            ]
            if cited := tuple(dict.fromkeys(number for numbers in located for number in numbers)):
                yield evidence, sentence, cited


def _other_digit(text: str, chance: random.Random) -> str:
    spot = chance.choice(list(re.finditer(r"(?<![A-Za-z0-9.-])\d[\d.]*", text)))
    digits = list(spot[0].rstrip("."))
    at = chance.choice([i for i, digit in enumerate(digits) if digit.isdigit()])
    digits[at] = chance.choice([digit for digit in "123456789" if digit != digits[at]])
    return text[: spot.start()] + "".join(digits) + text[spot.start() + len(digits) :]


_SWAPS = {"万亿": "亿", "亿": "万", "万": "亿", "GB": "MB", "MB": "GB", "TB": "GB", "B": "M", "%": "个百分点",
          "倍": "%", "天": "小时", "小时": "天"}  # fmt: skip


def _other_unit(text: str, chance: random.Random) -> str:
    spots = list(re.finditer(r"(?<=[\d ])(?<![A-Za-z]-)(万亿|亿|万(?!亿)|[GMT]B|B(?![A-Za-z])|%|倍|天|小时)", text))
    if not spots:
        return text
    spot = chance.choice(spots)
    return text[: spot.start()] + _SWAPS[spot[0]] + text[spot.end() :]


def _other_name(text: str, chance: random.Random) -> str:
    spots = [name for name in names(text) if name.text not in NameIndex([])]
    if not spots:
        return text
    spot = chance.choice(spots)
    return text[: spot.span[0]] + chance.choice(FOREIGN_NAMES) + text[spot.span[1] :]


_OPPOSITES = {"提升": "降低", "提高": "降低", "减少": "增加", "降低": "增加", "优于": "不如"}


def _other_way(text: str, chance: random.Random) -> str:
    spots = list(re.finditer("|".join(_OPPOSITES), text))
    if not spots:
        return text
    spot = chance.choice(spots)
    return text[: spot.start()] + _OPPOSITES[spot[0]] + text[spot.end() :]


def _says_absolute(cited: tuple[int, ...], evidence: Evidence) -> bool:
    """33% absolute is 33 points: no error."""
    return any("absolute" in evidence.passages[number].text for number in cited)


def _difference(before: str, after: str) -> str:
    at = next((i for i, (a, b) in enumerate(zip(before, after, strict=False)) if a != b), len(before))
    return f"{before[max(0, at - 12) : at + 8]} -> {after[max(0, at - 12) : at + 8]}"


def timing(evidence: Evidence, sentences: list[str]) -> tuple[float, int]:
    """CPU seconds to index a paper and check a digest of 50 statements that cite two passages each."""
    fresh = Evidence(evidence.document, VOCABULARY)
    ids = list(fresh.passages)
    start = time.process_time()
    for i in range(50):
        cited = (ids[i * 7 % len(ids)], ids[i * 13 % len(ids)])
        check_statement(Statement("摘要", sentences[i % len(sentences)], cited, i, 0), fresh)
    return time.process_time() - start, fresh.document.pages


def recorded(corpus: Path) -> None:
    """The recorded digests, as they are and changed: see `mutations.py`."""
    import mutations as recordings

    cases = recordings.replay(corpus / "papers")
    claims = sum(len(case.claims) for case in cases)
    show("recorded digests: published without valid citation", f"{recordings.uncited(cases)} of {claims}")
    back, written = recordings.sent_back(cases)
    lost = sum(case.lost for case in cases)
    show("recorded digests: sent back at the first check", f"{back} of {written} (citations lost by replaying: {lost})")
    for case in cases:
        for omission in case.digest.omitted:
            print("    omitted:", omission.reason)
    for kind, stopped, tried, missed in recordings.mutations(cases):
        show(f"recorded digests, {kind} changed: stopped", share(stopped, tried))
        for miss in missed:
            print("    published:", miss)
    for similar in (False, True):
        cites = "the nearest passages" if similar else "any passages"
        show(f"pasted, no true entry, cites {cites}", share(*recordings.pasted_alone(cases, similar=similar)))


def show(what: str, result: object) -> None:
    print(f"{what:<52}{result}")


def share(part: int, whole: int) -> str:
    return f"{part / whole:.3f} ({part} of {whole})"


# Errors of reference-digests whose source is at hand: file, words of the sentence, the source's text.
KNOWN_ERRORS = (("001.txt", "0.5亿", "nopdf-2410.11985"), ("000.txt", "VLM性能", "nopdf-2410.06338"))


def known_errors(shared: Path, corpus: Path) -> None:
    """Of these papers only the abstract is at hand, so a flag says that the abstract does not have it."""
    for file, words, source in KNOWN_ERRORS:
        abstract = (corpus / "truth" / f"{source}.abstract.txt").read_text(encoding="utf-8")
        evidence = abstract_of("", abstract)
        text = (shared / "reference-digests" / file).read_text(encoding="utf-8")
        statement = next(s for s in split_statements("", text) if words in s.text)
        reasons = [f.reason for f in examine(statement.text, (1,), evidence) if f.verdict in ("unsupported", "unit")]
        show(f"known error, {file} {words}", f"{'flagged' if reasons else 'MISSED'}: {'; '.join(reasons)}")


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    arguments.add_argument("--corpus", type=Path, default=Path(__file__).parent.parent.parent / "shared")
    shared: Path = arguments.parse_args().corpus
    corpus = shared / "corpus"
    papers = {paper: read(corpus / "papers" / f"{paper}.pdf") for paper in ENTRIES}
    single, joint = labelled(corpus, papers)
    show("numbers.json, the passage of the true value", single)
    show("numbers.json, all passages the text would cite", joint)
    without = uncited(corpus, papers)
    show("numbers.json, no citations, whole paper", without)
    for note in single.notes + without.notes:
        print("   ", note)
    records = list(unit_errors(corpus))
    show("unit-errors.jsonl, flagged at the wrong number", f"{sum(hit for _, hit, _ in records)} of {len(records)}")
    for paper, hit, others in records:
        for reason in others:
            print(f"    {paper} also: {reason}")
        if not hit:
            print(f"    {paper} MISSED")
    flags, sentences = strayed(corpus)
    show("the same records, sentences called off topic", f"{len(flags)} of {sentences}")
    flags = list(right_sentences(shared, papers))
    show("004.txt, right sentences of six papers flagged", len(flags))
    for flag in flags:
        print("   ", flag)
    known_errors(shared, corpus)
    for kind, stopped, tried, missed in mutations(corpus, papers):
        show(f"right sentences, one {kind} changed: stopped", share(stopped, tried))
        for miss in sorted(set(missed)):
            print("    published:", miss)
    show("sentences of another paper pasted: stopped", share(*pasted(corpus, papers)))
    recorded(corpus)
    texts = [item["text"] for item in json.loads((corpus / "numbers.json").read_text(encoding="utf-8"))]
    for paper in ("2203.02155", "2302.13971"):
        seconds, pages = timing(papers[paper], texts)
        show(f"CPU to check 50 statements, {pages}-page paper", f"{seconds:.3f} s")


if __name__ == "__main__":
    main()
