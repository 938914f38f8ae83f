"""Old dates again at scale, all its tables in one command: `python bench/scale.py [--papers 600] [--corpus ../shared]`.

Three months of made-up mailing dates on a loopback arXiv, and a model on the loopback that takes 0.2 s a call. The
papers are those of the corpus where it is there (under made ids and titles, so that each is asked for on its own),
else the sample. Prints what is redone after which change, live answers beside those of batches, and runs killed in the
middle; then what `cluster.py` and `store_scale.py` print.
"""

import argparse
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
for folder in ("tests", "tests/sources", "tests/llm"):
    sys.path.insert(0, str(ROOT / folder))

from arxiv_server import ArxivServer, Record
from batch_server import BatchServer
from measuring import Taken, wait
from scripted_model import model, stage_of

FIRST, LAST = date(2024, 7, 1), date(2024, 9, 30)
HOLIDAYS = {date(2024, 7, 5), date(2024, 9, 3)}  # the day after an evening without a mailing
LATENCY = 0.2  # seconds a call
POLL = 0.2  # seconds between two looks at a batch


@dataclass(frozen=True)
class Ran:
    """One run of the command in a process of its own."""

    out: str
    taken: Taken
    calls: Counter[str]  # by stage
    asked: int  # of arXiv


class Place:
    """A copy of the project, a folder for its runs, and the servers it asks."""

    def __init__(self, folder: Path, arxiv: ArxivServer, llm: BatchServer, top: int) -> None:
        self.folder, self.arxiv, self.llm = folder, arxiv, llm
        self.code = folder / "code"
        for name in ("summarizer", "prompts", "schemas"):
            shutil.copytree(ROOT / name, self.code / name, ignore=shutil.ignore_patterns("__pycache__"))
        settings = folder / "home" / ".config" / "summarizer"
        settings.mkdir(parents=True)
        (settings / "config.toml").write_text(
            f'categories = ["cs.CL"]\n'
            f"top = {top}\nbatch_poll_seconds = {POLL}\nrequests_per_minute = 100000\n"
            "tokens_per_minute = 1000000000\n"
            '[prices."gpt-5.4-mini"]\ninput = 0.75\ncached_input = 0.075\noutput = 4.5\n'
        )

    def start(self, *arguments: str, runs: str = "runs") -> subprocess.Popen[bytes]:
        """The command in a process of its own; what it says goes to the files `out` and `err`."""
        environment = {
            "PATH": os.environ["PATH"], "HOME": str(self.folder / "home"), "PYTHONPATH": str(self.code),
            "SUMMARIZER_ARXIV_URL": self.arxiv.url, "SUMMARIZER_ARXIV_DELAY_SECONDS": "0",
            "SUMMARIZER_NOW": f"{LAST}T12:00:00+00:00", "SUMMARIZER_RUNS": runs,
            "OPENAI_BASE_URL": self.llm.url, "OPENAI_API_KEY": "sk-bench-0123456789",
        }  # fmt: skip
        with (self.folder / "out").open("wb") as out, (self.folder / "err").open("wb") as err:
            command = [sys.executable, "-m", "summarizer", *arguments]
            return subprocess.Popen(command, cwd=self.folder, env=environment, stdout=out, stderr=err)

    def run(self, *arguments: str, runs: str = "runs") -> Ran:
        calls, asked = len(self.llm.requests), len(self.arxiv.requests)
        taken = wait(self.start(*arguments, runs=runs))
        if taken.code not in (0, 3):
            said = (self.folder / "err").read_text()
            raise SystemExit(f"{' '.join(arguments)}: exit code {taken.code}\n{said[-2000:]}")
        stages = Counter(stage_of(request.body) for request in self.llm.requests[calls:])
        return Ran((self.folder / "out").read_text(), taken, stages, len(self.arxiv.requests) - asked)

    def edit(self, name: str, before: str, after: str) -> None:
        path = self.code / name
        text = path.read_text(encoding="utf-8")
        if before not in text:
            raise SystemExit(f"{name}: {before!r} is not there to be changed")
        path.write_text(text.replace(before, after, 1), encoding="utf-8")


@contextmanager
def place(papers: int, corpus: Path) -> Iterator[Place]:
    """A project with `papers` papers announced over three months, all of which get a digest."""
    days = mailing_days()
    each = -(-papers // len(days))
    with (
        ArxivServer(list(made_papers(papers, days, corpus))) as arxiv,
        BatchServer(slow(model())) as llm,
        tempfile.TemporaryDirectory() as folder,
    ):
        arxiv.newest = LAST.isoformat()
        yield Place(Path(folder), arxiv, llm, each)


def mailing_days() -> list[date]:
    days = (FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1))
    return [day for day in days if day.weekday() < 5 and day not in HOLIDAYS]


def made_papers(count: int, days: Sequence[date], corpus: Path) -> Iterator[Record]:
    records = corpus / "corpus" / "arxiv" / "records.json"
    sample = {"title": "Small servers", "abstract": "We show that a small server is enough."}
    known = json.loads(records.read_text(encoding="utf-8")) if records.exists() else [sample]
    pdfs = [_pdf(corpus / "corpus" / "papers", paper.get("id", "")) for paper in known]
    for n in range(count):
        paper, pdf, day = known[n % len(known)], pdfs[n % len(known)], days[((n + 1) * len(days) - 1) // count]
        yield Record(
            f"{day:%y%m}.{n + 1:05d}", title=f"{paper['title']} ({n})", abstract=paper["abstract"], categories="cs.CL",
            dates=[f"{_weekday_before(day)}T12:00:00Z"], announced=day.isoformat(), pdf=pdf,
        )  # fmt: skip


def _weekday_before(day: date) -> date:
    """When what is announced on `day` was submitted: before 14:00 Eastern time of the weekday before."""
    before = day - timedelta(days=1)
    return before if before.weekday() < 5 else _weekday_before(before)


def _pdf(folder: Path, paper_id: str) -> bytes:
    path = folder / f"{paper_id.replace('/', '_')}.pdf"
    return (path if path.exists() else ROOT / "examples" / "sample.pdf").read_bytes()


def slow(script: Callable[[dict], object]) -> Callable[[dict], object]:
    def later(body: dict) -> object:
        return replace(script(body), delay=LATENCY)

    return later


def changes(at: Place) -> None:
    """What is redone after which change."""
    period = f"{FIRST}..{LAST}"
    print("## What is redone\n\n| change | calls | requests to arXiv | issues | wall s | CPU s | MB |")
    print("| --- | --- | --- | --- | --- | --- | --- |")

    def row(change: str) -> None:
        ran = at.run("backfill", period, "--json")
        report = json.loads(ran.out)
        calls = ", ".join(f"{count} {stage}" for stage, count in sorted(ran.calls.items())) or "0"
        issues = f"{len(report['made'])} made, {len(report['unchanged'])} unchanged"
        took = f"{ran.taken.seconds:.1f} | {ran.taken.cpu:.1f} | {ran.taken.megabytes:.0f}"
        print(f"| {change} | {calls} | {ran.asked} | {issues} | {took} |", flush=True)

    row("everything is new")
    row("nothing")
    at.edit("prompts/digest.md", "只依据", "仅依据")
    row("one word of the digest prompt")
    at.edit("schemas/daily.py", "最重要的结果", "最要紧的结果")
    row("the description of one schema field")
    at.edit("summarizer/output/words.py", '"目录"', '"本期目录"')
    row("a heading of the page")
    at.edit("summarizer/pipeline.py", "WRITER_VERSION = 2", "WRITER_VERSION = 3")
    row("how digests are composed")
    dry = at.run("backfill", period, "--dry-run", "--model", "gpt-5.4-mini", "--redo", "changed")
    print(f"\n`--dry-run` afterwards, {dry.taken.seconds:.1f} s:\n\n```\n{dry.out}```\n")


def batches(at: Place) -> None:
    """The same papers live and in batches."""
    period = f"{FIRST}..{FIRST + timedelta(days=14)}"
    live = at.run("backfill", period, runs="live")
    sent = len(at.llm.batches)
    batched = at.run("backfill", period, "--batch", runs="batched")
    same = _digests(at.folder / "live") == _digests(at.folder / "batched")
    print("## Live and batch\n\n| | live calls | batches | wall s | digests |\n| --- | --- | --- | --- | --- |")
    for name, ran, count in (("live", live, 0), ("--batch", batched, len(at.llm.batches) - sent)):
        digests = len(_digests(at.folder / ("batched" if count else "live")))
        print(f"| {name} | {ran.calls.total()} | {count} | {ran.taken.seconds:.1f} | {digests} |")
    print(f"\nDigests byte for byte the same: {'yes' if same else 'NO'}")


def kills(at: Place, count: int) -> None:
    """A batch run killed at a random moment and begun again, on fresh runs each time."""
    period, rng = f"{FIRST}..{FIRST + timedelta(days=1)}", random.Random(6)
    whole = at.run("backfill", period, "--batch", runs="whole")
    expected, killed, requests, most, same = _digests(at.folder / "whole"), 0, 0, 0, True
    for n in range(count):
        sent, runs = len(at.llm.batches), f"killed-{n}"
        process = at.start("backfill", period, "--batch", runs=runs)
        time.sleep(rng.uniform(0.3, whole.taken.seconds))
        process.send_signal(signal.SIGKILL)
        killed += process.wait() == -signal.SIGKILL
        at.run("backfill", period, "--batch", runs=runs)
        batches = list(at.llm.batches.values())[sent:]
        submitted = Counter(line["custom_id"] for batch in batches for line in batch.lines)
        requests, most = requests + len(submitted), max(most, *submitted.values())
        same = same and _digests(at.folder / runs) == expected
    print(f"\n## kill -9 at a random moment of a batch run, {count} times\n")
    print(f"{killed} runs killed; {requests} requests in batches, each submitted {most} time(s) at most;")
    print(f"digests as without: {'yes' if same else 'NO'}")


def _digests(runs: Path) -> dict[str, bytes]:
    return {str(path.relative_to(runs)): path.read_bytes() for path in sorted(runs.glob("2*/papers/*/digest.*"))}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--papers", type=int, default=600)
    parser.add_argument("--corpus", type=Path, default=ROOT.parent / "shared")
    parser.add_argument("--kills", type=int, default=10)
    options = parser.parse_args()
    with place(options.papers, options.corpus) as at:
        changes(at)
        batches(at)
        kills(at, options.kills)
    for title, name in (("A Dask cluster", "cluster.py"), ("100,000 papers", "store_scale.py")):
        print(f"\n## {title}\n", flush=True)
        subprocess.run([sys.executable, str(ROOT / "bench" / name)], check=True)


if __name__ == "__main__":
    main()
