"""What 100,000 papers take: a backfill that finds nothing to do, and `store stats`, `verify` and `gc --dry-run`.

    python bench/store_scale.py [--papers 200 10000 100000] [--folder FOLDER]

Issues of 200 papers each are grown by the project's own functions, without waiting for the disk: a paper has metadata,
a PDF, a parse, one crop, one reply, a digest and its place in the run folder of a date; every tenth paper is announced
and has no digest. Each command then runs in a process of its own.
"""

import argparse
import asyncio
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from unittest import mock

from measuring import Taken, wait

from summarizer.config import Config
from summarizer.files import to_json, write_atomic
from summarizer.jobs.choice import Chosen, choice_parts, list_parts
from summarizer.jobs.issue import inputs_fingerprint
from summarizer.jobs.job import open_job
from summarizer.paper.source import Source
from summarizer.pipeline import digest_parts
from summarizer.sources.lists.announced import Announcement
from summarizer.sources.lists.schedule import mailing_dates
from summarizer.sources.pdfs import pdf_path, pdf_sha256
from summarizer.store.results import key_of, noting
from summarizer.store.runs import ledger
from summarizer.types import Digest, Manifest, ManifestEntry, Paper, Reply, Usage
from summarizer.work import Work

A_DATE = 200  # papers
WITHOUT_DIGEST = 10  # every tenth paper
DAYS = mailing_dates(date(2022, 12, 31), date(2025, 12, 31))
TEXT = "We prune half of the weights and lose nothing that anybody measured. " * 20
STORE_COMMANDS = {
    "stats": ["stats"],
    "verify": ["verify"],
    "gc --dry-run": ["gc", "--unreferenced", "--older-than", "0", "--dry-run"],
}


def announced_paper(n: int, day: date) -> Paper:
    return Paper(f"{day:%y%m}.{n % 99_999 + 1:05d}v1", f"Study {n}", ("Ann Lee",), TEXT, "", "", ("cs.CL",))


def make_paper(paper: Paper, work: Work) -> Digest:
    """All that the store has of a digested paper."""
    store = work.store
    store.save("metadata", {"id": paper.id}, (paper, datetime.now(UTC)))
    pdf = pdf_path(paper.id, store.root / "pdf")
    write_atomic(pdf, f"%PDF-1.7\n% {paper.id}\n%%EOF\n")
    source = Source(paper, pdf, pdf_sha256(pdf))
    image = store.save_image(b"\x89PNG" + paper.id.encode())
    with noting() as uses:
        store.save("parse", {"pdf": source.sha256, "parser": 1}, {"text": TEXT}, [("image", image)])
        store.save_reply({"messages": [TEXT, paper.id]}, Reply(TEXT, "stop", "m", "json_schema", Usage(), 1.0))
    parts = digest_parts(source, work)
    digest = Digest(
        key_of("digest", parts), paper, "daily", "entry", "full text", "", {}, {}, (), (), (), None,
        0, 0, (), (), 1, Usage(), "m", "", "",
    )  # fmt: skip
    store.save("digest", parts, digest, uses)
    return digest


def make_issue(day: date, papers: Sequence[Paper], work: Work) -> None:
    """A finished issue of a date: its list, its papers, its page and its account."""
    config, run = work.config, work.config.runs / day.isoformat()
    work.store.save("announced", list_parts(day, config), Announcement(day, config.categories, tuple(papers), "list"))
    parts = choice_parts(papers, work)
    choice = key_of("choice", parts)
    work.store.save("choice", parts, Chosen(choice, (), Usage(), 0))
    entries = []
    for n, paper in enumerate(papers):
        if n % WITHOUT_DIGEST == 0:
            entries.append(ManifestEntry(paper.id, "not_selected"))
            continue
        digest = make_paper(paper, work)
        folder = run / "papers" / paper.id
        write_atomic(folder / "digest.md", TEXT)
        write_atomic(folder / "digest.json", to_json(digest))
        entries.append(ManifestEntry(paper.id, "digested", key=digest.key))
    keys = {entry.id: entry.key for entry in entries if entry.key}
    manifest = Manifest(
        day.isoformat(), "bench", ledger(entries), tuple(entries), Usage(), 0.0, "", "", "daily", "", "", "", 1.0,
        choice, inputs_fingerprint(choice, keys, {}, config),
    )  # fmt: skip
    write_atomic(run / "issue.md", TEXT)
    write_atomic(run / "manifest.json", to_json(manifest))


async def grow(runs: Path, papers: range) -> None:
    """Add papers. The disk is not waited for: what a killed machine would lose is not measured here."""
    async with open_job(Config(runs=runs)) as job:
        with mock.patch("os.fsync", lambda _descriptor: None):
            for start in range(papers.start, papers.stop, A_DATE):
                day = DAYS[start // A_DATE]
                numbers = range(start, min(start + A_DATE, papers.stop))
                make_issue(day, [announced_paper(n, day) for n in numbers], job.work)


def measure(runs: Path, *arguments: str) -> Taken:
    """What a command takes that is to find nothing to make."""
    command = [sys.executable, "-m", "summarizer", *arguments, "--runs", str(runs)]
    environment = {"PATH": os.environ["PATH"], "HOME": str(runs)}
    with tempfile.TemporaryFile() as said:
        taken = wait(subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=said))
        said.seek(0)
        text = said.read().decode()
    if taken.code or ("issues made" in text and "\n0 issues made" not in f"\n{text}"):
        raise SystemExit(f"{' '.join(arguments)}: exit code {taken.code}: {text[-1000:]}")
    return taken


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument(
        "--papers", type=int, nargs="+", default=[200, 10_000, 100_000], help="in whole dates of 200"
    )
    arguments.add_argument("--folder", type=Path, help="Where there is room; emptied in the end.")
    options = arguments.parse_args()
    print("| papers | command | wall s | CPU s | wall ms a paper | MB |\n| --- | --- | --- | --- | --- | --- |")
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        runs, made = Path(folder) / "runs", 0
        for papers in sorted(options.papers):
            asyncio.run(grow(runs, range(made, papers)))
            made = papers
            last = DAYS[(papers - 1) // A_DATE]
            commands = {"backfill": ["backfill", f"{DAYS[0]}..{last}"]}
            commands |= {f"store {name}": ["store", *command] for name, command in STORE_COMMANDS.items()}
            for name, command in commands.items():
                taken = measure(runs, *command)
                each = 1000 * taken.seconds / papers
                figures = f"{taken.seconds:.1f} | {taken.cpu:.1f} | {each:.2f} | {taken.megabytes:.0f}"
                print(f"| {papers:,} | {name} | {figures} |", flush=True)


if __name__ == "__main__":
    main()
