"""Parsing on a Dask cluster beside the default: papers a second, what it costs the coordinator, a lost worker.

    python bench/cluster.py [FOLDER] [--rounds N] [--json]

Every round parses all PDFs of FOLDER with each executor in turn; shown are medians. Scheduler and workers
are processes on this machine, so what Dask adds shows, not what more machines bring. Results must be those of the
default executor, byte for byte.
"""

import argparse
import json
import os
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import Executor, ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

import psutil

ROOT = Path(__file__).resolve().parents[1]
PAPERS = ROOT.parent / "shared" / "corpus" / "papers"
sys.path.insert(0, str(ROOT / "tests"))

from dask_cluster import DaskCluster

from summarizer.pdf import parse_pdf
from summarizer.pdf.cluster import dask_executor
from summarizer.types import Parsed


@dataclass(frozen=True, slots=True)
class Row:
    """One executor's median round. CPU is a process's own, without what parses for it."""

    executor: str
    papers_per_second: float
    ratio: float  # to the default executor
    coordinator_ms: float  # CPU a paper
    scheduler_ms: float


@dataclass(frozen=True, slots=True)
class Round:
    """Times are seconds for all papers."""

    wall: float
    coordinator: float
    scheduler: float
    parsed: list[Parsed]


def parse_all(
    executor: Executor, pdfs: list[bytes], cluster: DaskCluster | None = None, lose_worker: bool = False
) -> Round:
    """Parse all PDFs; with `lose_worker`, a worker of the cluster is killed when a third of them are done."""
    begun, coordinator, scheduler = time.monotonic(), time.process_time(), scheduler_cpu(cluster)
    calls = [executor.submit(parse_pdf, pdf) for pdf in pdfs]
    for done, _ in enumerate(as_completed(calls), 1):
        if cluster and lose_worker and done == max(len(pdfs) // 3, 1):
            cluster.workers[0].kill()
    parsed = [call.result() for call in calls]
    wall = time.monotonic() - begun
    return Round(wall, time.process_time() - coordinator, scheduler_cpu(cluster) - scheduler, parsed)


def scheduler_cpu(cluster: DaskCluster | None) -> float:
    if cluster is None:
        return 0.0
    times = psutil.Process(cluster.scheduler.pid).cpu_times()
    return float(times.user + times.system)


@contextmanager
def on_dask(workers: int) -> Iterator[tuple[Executor, DaskCluster]]:
    with DaskCluster(workers) as cluster, dask_executor(cluster.address) as (executor, threads):
        assert threads == workers
        for parsed in executor.map(parse_pdf, [b"no PDF"] * workers * 4):  # starts their fork servers
            assert parsed.outcome == "not_pdf"
        yield executor, cluster


def measure(pdfs: list[bytes], rounds: int) -> list[Row]:
    """The rows of the table. Raises `SystemExit` where an executor's results differ from the default's."""
    parse_pdf(b"no PDF")  # starts the fork server of this process
    default = f"default, {os.cpu_count()} threads"
    results: dict[str, list[Round]] = defaultdict(list)
    for _ in range(rounds):
        for name, threads in ((default, os.cpu_count()), ("default, 1 thread", 1)):
            with ThreadPoolExecutor(threads) as executor:
                results[name].append(parse_all(executor, pdfs))
        for name, workers, lose in (
            ("Dask, 1 worker", 1, False),
            ("Dask, 2 workers", 2, False),
            ("Dask, 2 workers, one killed -9", 2, True),
        ):
            with on_dask(workers) as (dask, cluster):
                results[name].append(parse_all(dask, pdfs, cluster, lose))
    expected = results[default][0].parsed
    rows = []
    for name, taken in results.items():
        if any(round_.parsed != expected for round_ in taken):
            raise SystemExit(f"{name}: other results than {default}")
        wall, coordinator, scheduler = (
            median(getattr(round_, field) for round_ in taken) for field in ("wall", "coordinator", "scheduler")
        )
        ratio = median(round_.wall / own.wall for round_, own in zip(results[default], taken, strict=True))
        papers = len(pdfs)
        rows.append(Row(name, papers / wall, ratio, 1000 * coordinator / papers, 1000 * scheduler / papers))
    return rows


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("folder", nargs="?", type=Path, default=PAPERS)
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--json", action="store_true", help="one JSON array instead of the table")
    options = arguments.parse_args()
    pdfs = [path.read_bytes() for path in sorted(options.folder.glob("*.pdf"))]
    if not pdfs:
        arguments.error(f"{options.folder}: no PDF files; name a folder that has some")
    rows = measure(pdfs, options.rounds)
    if options.json:
        print(json.dumps([asdict(row) for row in rows]))
        return
    print(f"{len(pdfs)} PDFs, {sum(map(len, pdfs)) / 1e6:.0f} MB, median of {options.rounds} rounds\n")
    print("| executor | papers a second | to the default | coordinator, CPU ms a paper | scheduler, CPU ms a paper |")
    print("| --- | --- | --- | --- | --- |")
    for row in rows:
        figures = f"{row.papers_per_second:.2f} | {row.ratio:.2f} | {row.coordinator_ms:.1f} | {row.scheduler_ms:.1f}"
        print(f"| {row.executor} | {figures} |")


if __name__ == "__main__":
    main()
