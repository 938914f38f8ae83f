"""What looking after the store takes: time and peak memory of `store stats`, `verify` and `gc --dry-run`.

    python bench/store_scale.py [--papers 100 10000 100000] [--folder FOLDER]

A store is grown by the project's own functions, without waiting for the disk: a paper has metadata, a PDF, a
parse, one crop, one reply, a digest and its place in the run folder of a date; every tenth paper has no run. Each
command then runs in a process of its own. `rescan` is the store's share of a run that finds nothing to do: what is
loaded for a paper whose digest is stored.
"""

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from unittest import mock

from summarizer.files import to_json, write_atomic
from summarizer.runs import ledger
from summarizer.sources.pdfs import pdf_digest, pdf_path
from summarizer.store import Store, key_of, noting
from summarizer.types import Digest, Manifest, ManifestEntry, Paper, Reply, Usage

A_DATE = 200  # papers
WITHOUT_RUN = 10  # every tenth paper
TEXT = "We prune half of the weights and lose nothing that anybody measured. " * 20
COMMANDS = {
    "stats": ["stats"],
    "verify": ["verify"],
    "gc --dry-run": ["gc", "--unreferenced", "--older-than", "0", "--dry-run"],
}


def metadata(n: int) -> tuple[Paper, datetime]:
    paper_id = f"{2401 + n // 20_000}.{n % 20_000:05d}v1"
    return Paper(paper_id, f"Study {n}", ("Ann Lee",), TEXT, "", "", ("cs.CL",)), datetime.now(UTC)


def digest_parts(n: int) -> dict[str, object]:
    return {"paper": metadata(n)[0].id, "prompt": TEXT}


def make_paper(n: int, runs: Path, store: Store) -> None:
    known = metadata(n)
    paper = known[0]
    store.save("metadata", {"id": paper.id}, known)
    pdf = pdf_path(paper.id, store.root / "pdf")
    write_atomic(pdf, f"%PDF-1.7\n% {paper.id}\n%%EOF\n")
    parse = {"pdf": pdf_digest(pdf), "parser": 1}
    image = store.save_image(b"\x89PNG" + paper.id.encode())
    with noting() as uses:
        store.save("parse", parse, {"text": TEXT}, [("image", image)])
        store.save_reply({"messages": [TEXT, paper.id]}, Reply(TEXT, "stop", "m", "json_schema", Usage(), 1.0))
    parts = digest_parts(n)
    digest = Digest(
        key_of("digest", parts), paper, "daily", "entry", "full text", "", {}, (), {"abstract": TEXT}, (), (), (), None,
        0, 0, (), (), 1, Usage(), "m", "", "",
    )  # fmt: skip
    store.save("digest", parts, digest, uses)
    if n % WITHOUT_RUN:
        write_atomic(runs / f"run-{n // A_DATE}" / "papers" / paper.id / "digest.json", to_json(digest))


def make_date(number: int, runs: Path, store: Store) -> None:
    first = number * A_DATE
    entries = tuple(ManifestEntry(metadata(n)[0].id, "digested") for n in range(first, first + A_DATE) if n % 10)
    store.save("choice", {"run": number}, {})
    manifest = Manifest(None, "bench", ledger(entries), entries, Usage(), 0.0, "", "m", "daily", "", "", "", 1.0)
    write_atomic(runs / f"run-{number}" / "manifest.json", to_json(manifest))


def grow(runs: Path, papers: range) -> None:
    """Add papers. The disk is not waited for: what a killed machine would lose is not measured here."""
    store = Store(runs / "store")
    with mock.patch("os.fsync", lambda _descriptor: None):
        for n in papers:
            make_paper(n, runs, store)
        for number in range(papers.start // A_DATE, papers.stop // A_DATE):
            make_date(number, runs, store)


def measure(arguments: list[str]) -> tuple[float, float, float]:
    """Seconds, CPU seconds and peak MB of a command."""
    begun = time.monotonic()
    process = subprocess.Popen([sys.executable, "-m", "summarizer", "store", *arguments], stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"store {' '.join(arguments)}: exit {os.waitstatus_to_exitcode(status)}")
    return time.monotonic() - begun, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def rescan(runs: Path, papers: int) -> None:
    """Find that nothing is to do, as far as the store is concerned."""
    store = Store(runs / "store")
    for n in range(papers):
        known = store.load("metadata", {"id": metadata(n)[0].id}, tuple[Paper, datetime])
        digest = store.load("digest", digest_parts(n), Digest)
        if known is None or digest is None or not pdf_digest(pdf_path(known[0].id, store.root / "pdf")):
            raise SystemExit(f"paper {n} is not stored")
        to_json(digest)


def show(papers: int, what: str, seconds: float, cpu: float, peak: float) -> None:
    each = 1000 * cpu / papers
    print(f"{papers:8}  {what:14}{seconds:10.2f}{cpu:10.2f}{each:13.3f}{peak:9.0f}", flush=True)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--papers", type=int, nargs="+", default=[100, 10_000, 100_000])
    arguments.add_argument("--folder", type=Path, help="Where there is room; emptied in the end.")
    options = arguments.parse_args()
    print(f"{'papers':>8}  {'':14}{'seconds':>10}{'CPU s':>10}{'CPU ms each':>13}{'peak MB':>9}")
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        runs, made = Path(folder) / "runs", 0
        for papers in sorted(options.papers):
            grow(runs, range(made, papers))
            made = papers
            for name, command in COMMANDS.items():
                show(papers, name, *measure([*command, "--runs", str(runs)]))
            begun, cpu = time.monotonic(), time.process_time()
            rescan(runs, papers)
            seconds, cpu = time.monotonic() - begun, time.process_time() - cpu
            show(papers, "rescan", seconds, cpu, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


if __name__ == "__main__":
    main()
