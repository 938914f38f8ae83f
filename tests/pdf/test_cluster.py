"""Parsing on a Dask cluster as a user would run it: a scheduler and workers that are processes, real PDFs."""

import json
import os
import sys
import time
from collections.abc import Iterator
from concurrent.futures import as_completed
from pathlib import Path

import psutil
import pymupdf
import pytest
from common import SAMPLE, settings

from summarizer.cli import run
from summarizer.errors import TryLaterError, UsageError
from summarizer.pdf import Limits, cluster, parse_pdf
from summarizer.pdf.cluster import dask_executor

pytest.importorskip("distributed", reason="Dask is not installed: pip install 'arxiv-digest-summarizer[dask]'")

from dask_cluster import DaskCluster

pytestmark = pytest.mark.slow


@pytest.fixture
def dask() -> Iterator[DaskCluster]:
    with DaskCluster() as started:
        yield started


def paper(number: int, pages: int) -> bytes:
    """A PDF that takes a while to parse."""
    document = pymupdf.open()
    for page in range(1, pages + 1):
        lines = [f"Run {number} reached {page}.{line} points on page {page}." for line in range(50)]
        document.new_page().insert_textbox((72, 72, 540, 760), "\n".join([f"{page} Results", *lines]), fontsize=9)
    data: bytes = document.tobytes()
    return data


def test_a_worker_killed_in_the_middle_costs_only_time(dask):
    pdfs = [SAMPLE.read_bytes(), b"no PDF", *(paper(number, 30) for number in range(6))]
    with dask_executor(dask.address) as (executor, workers):
        assert workers == 2
        calls = [executor.submit(parse_pdf, pdf) for pdf in pdfs]
        next(as_completed(calls))
        dask.workers[0].kill()
        assert not all(call.done() for call in calls)
        there = [call.result(timeout=60) for call in calls]
    assert there == [parse_pdf(pdf) for pdf in pdfs]


def test_workers_that_die_under_their_nannies_are_started_anew(monkeypatch):
    """With a nanny a worker is spawned, and the import of its child begins anew each time."""
    monkeypatch.setenv("DASK_DISTRIBUTED__WORKER__MULTIPROCESSING_METHOD", "spawn")
    pdfs = [paper(number, 20) for number in range(6)]
    with DaskCluster(workers=0) as cluster:
        nannies = [cluster.start_worker("--nanny") for _ in range(2)]
        cluster.workers += nannies
        with dask_executor(cluster.address) as (executor, _):
            calls = [executor.submit(parse_pdf, pdf) for pdf in pdfs]
            next(as_completed(calls, timeout=60))
            for nanny in nannies:
                for child in psutil.Process(nanny.pid).children(recursive=True):
                    child.kill()
            there = [call.result(timeout=120) for call in calls]
    assert there == [parse_pdf(pdf) for pdf in pdfs]


def test_a_hostile_pdf_dies_alone_in_a_worker_that_may_have_no_children(dask):
    """A worker with a nanny is a daemonic process, which `multiprocessing` lets have no children."""
    for worker in dask.workers:
        worker.kill()
    dask.workers.append(dask.start_worker("--nanny"))
    endless = paper(1, 50)
    for _ in range(4):
        twice = pymupdf.open(stream=endless)
        twice.insert_pdf(pymupdf.open(stream=endless))
        endless = twice.tobytes()
    with dask_executor(dask.address) as (executor, _):
        before = executor.submit(os.getpid).result(timeout=60)
        call = executor.submit(parse_pdf, endless, limits=Limits(cpu_seconds=1, max_pages=9999))
        assert call.result(timeout=60).outcome == "timeout"
        assert executor.submit(parse_pdf, SAMPLE.read_bytes()).result(timeout=60).outcome == "ok"
        assert executor.submit(os.getpid).result(timeout=60) == before


def test_without_workers_calls_wait_and_then_give_up_for_good(dask, monkeypatch):
    with dask_executor(dask.address) as (executor, _):
        for worker in dask.workers:
            worker.kill()
        call = executor.submit(parse_pdf, b"no PDF")
        time.sleep(0.5)
        assert not call.done()
        newcomer = dask.start_worker()
        dask.workers.append(newcomer)
        assert call.result(timeout=60).outcome == "not_pdf"

        monkeypatch.setattr(cluster, "WORKERLESS_SECONDS", 1)
        newcomer.kill()
        with pytest.raises(TryLaterError, match=f"{dask.address}: no Dask worker for 1 s"):
            executor.submit(parse_pdf, b"no PDF").result(timeout=60)
        begun = time.monotonic()
        with pytest.raises(TryLaterError, match="no Dask worker"):
            executor.submit(parse_pdf, b"no PDF").result(timeout=60)
        assert time.monotonic() - begun < 0.5


def test_a_scheduler_that_dies_ends_all_calls_with_try_later(dask):
    pdfs = [paper(number, 60) for number in range(6)]
    with dask_executor(dask.address) as (executor, _):
        calls = [executor.submit(parse_pdf, pdf) for pdf in pdfs]
        dask.scheduler.kill()
        calls.append(executor.submit(parse_pdf, b"no PDF"))
        for call in calls:
            with pytest.raises(TryLaterError, match="the Dask scheduler is gone"):
                call.result(timeout=30)


def test_a_pdf_that_kills_workers_is_broken_and_the_next_is_parsed():
    with DaskCluster(DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES="1") as dask:
        dask.workers.append(dask.start_worker())
        with dask_executor(dask.address) as (executor, _):
            parsed = executor.submit(os._exit, 1).result(timeout=60)
            assert (parsed.outcome, parsed.reason) == ("broken", "2 Dask workers died while they parsed it")
            assert executor.submit(parse_pdf, SAMPLE.read_bytes()).result(timeout=60).outcome == "ok"


def test_a_worker_in_trouble_is_no_reason_to_stop_the_others(dask):
    with dask_executor(dask.address) as (executor, _):
        with pytest.raises(TryLaterError, match=r"a Dask worker cannot parse: .*nowhere"):
            executor.submit(os.listdir, "nowhere").result(timeout=60)
        assert executor.submit(parse_pdf, SAMPLE.read_bytes()).result(timeout=60).outcome == "ok"


def test_a_worker_of_another_version_gives_no_results(dask, tmp_path):
    other = tmp_path / "summarizer" / "__init__.py"
    other.parent.mkdir()
    real = Path(cluster.__file__).parents[1]
    other.write_text(f"__version__ = '0.0.1'\n__path__ = [{str(real)!r}]\n")
    told = r"tcp://127.0.0.1:\d+: summarizer 0.0.1, .* install the same version on all machines"
    with dask_executor(dask.address) as (executor, _):
        newcomer = dask.start_worker(PYTHONPATH=str(tmp_path))
        dask.workers.append(newcomer)
        for worker in dask.workers[:2]:
            worker.kill()
        with pytest.raises(UsageError, match=told):
            executor.submit(parse_pdf, b"no PDF").result(timeout=60)
    with pytest.raises(UsageError, match=told), dask_executor(dask.address):
        pass


def test_what_is_wrong_at_the_start_is_said(monkeypatch):
    monkeypatch.setattr(cluster, "CONNECT_SECONDS", 1)
    for address in ("dask://", "dask://host", "dask://host:port", "dask://host:1/x", "tcp://host:1", "host:1"):
        with pytest.raises(UsageError, match="expected dask://host:port"), dask_executor(address):
            pass
    with pytest.raises(TryLaterError, match="no Dask scheduler answers"), dask_executor("dask://127.0.0.1:9"):
        pass
    with (
        DaskCluster(workers=0) as dask,
        pytest.raises(TryLaterError, match="the Dask scheduler has no workers"),
        dask_executor(dask.address),
    ):
        pass
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(UsageError, match=r"pip install 'arxiv-digest-summarizer\[dask\]'"), dask_executor("dask://h:1"):
        pass


def test_a_digest_is_the_same_wherever_its_paper_was_parsed(dask, own_home, place, capsys):
    def digest(runs: str) -> str:
        assert run(["--offline", "--runs", runs, str(SAMPLE)]) == 0
        return Path(capsys.readouterr().out.strip()).with_name("digest.json").read_text()

    here = digest("here")
    settings(own_home, f"executor = {json.dumps(dask.address)}")
    assert digest("there") == here


def test_a_file_in_the_working_folder_cannot_name_the_executor(place, capsys):
    Path("summarizer.toml").write_text("executor = 'dask://evil:8786'")
    assert run(["--offline", str(SAMPLE)]) == 2
    assert "executor can only be set in" in capsys.readouterr().err
