"""The store under real runs: what they are made of survives `store gc`, and what is damaged is made again."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from common import IDS
from llm_server import Scripted
from scripted_model import model, passages, reading

from summarizer.cli import run

PAPER = "2401.00001v1"
STORE = Path("runs/store")
GC = ["store", "gc", "--unreferenced", "--older-than", "0"]


def stored(stage: str) -> list[Path]:
    return sorted(path for path in STORE.glob(f"{stage}/*/*") if path.suffix in (".json", ".png", ".pdf"))


def files_of(paper: str) -> dict[str, bytes]:
    folder = Path(f"runs/{paper}/papers/{paper}")
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def wrong_once(body: dict) -> dict:
    return {"results": [reading(f"全文作证据时漏过 66.6% 的错误[{next(iter(passages(body)))}]。")]}


def test_gc_keeps_all_that_a_digest_was_made_from_repairs_included(serve, arxiv):
    server = serve(model(wrong_once))
    assert run(IDS) == 0
    before, asked = files_of(PAPER), (len(server.requests), len(arxiv.requests))
    assert len(stored("reply")) == len(IDS) + 1  # the same PDF, so the same repair
    shutil.rmtree("runs/2401.00002v1")
    assert run(GC) == 0
    counts = {stage: len(stored(stage)) for stage in ("digest", "reply", "pdf")}
    assert counts == {"digest": 2, "reply": 3, "pdf": 2}
    assert run(["store", "verify"]) == 0
    stored("digest")[0].unlink(), stored("digest")[0].unlink()
    shutil.rmtree(f"runs/{PAPER}")
    assert run(IDS[:1]) == 0
    assert (len(server.requests), len(arxiv.requests)) == asked and files_of(PAPER) == before


@pytest.mark.parametrize("stage", ["digest", "parse", "image", "pdf", "metadata"])
@pytest.mark.parametrize("silently", [False, True], ids=["cut", "silent"])
def test_what_is_damaged_is_made_again_and_not_trusted(serve, arxiv, stage, silently):
    server = serve(model())
    assert run([PAPER]) == 0
    assert run([PAPER]) == 0
    before, asked = files_of(PAPER), len(server.requests)
    for path in stored(stage):
        data, stat = bytearray(path.read_bytes()), path.stat()
        if silently:
            data[len(data) // 2] ^= 1
        path.write_bytes(data if silently else data[: len(data) // 2])
        if silently:
            os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert run(["store", "verify"]) == 3
    shutil.rmtree(f"runs/{PAPER}")
    if stage == "pdf":  # so that it is needed
        for path in [*stored("parse"), *stored("digest")]:
            path.unlink()
        if silently:
            assert run([PAPER]) == 3
    assert run([PAPER]) == 0
    assert len(server.requests) == asked and files_of(PAPER) == before
    assert run(["store", "verify"]) == 0


def test_nothing_is_deleted_while_a_run_is_at_work(serve):
    answering, codes = model(), []

    def script(body: dict) -> Scripted:
        codes.append(subprocess.run([sys.executable, "-m", "summarizer", *GC], check=False).returncode)
        return answering(body)

    serve(script)
    assert run([PAPER]) == 0 and codes == [75]
    assert run(GC) == 0 and run(["store", "verify"]) == 0
