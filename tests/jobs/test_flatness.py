"""Many runs in one process take no more than a few: memory, descriptors, threads, temporary files."""

import ctypes
import gc
import re
import tempfile
import threading
from pathlib import Path

import pytest
from scripted_model import model

from summarizer.cli import run

WARM, MEASURED = 10, 30
MOST_KB_A_RUN = 40  # a style that is loaded anew takes 77


def resident_kb() -> int:
    """What is in use: what the C library keeps for later is given back first."""
    gc.collect()
    ctypes.CDLL(None).malloc_trim(0)
    return int(re.search(r"VmRSS:\s+(\d+)", Path("/proc/self/status").read_text())[1])


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "malloc_trim"), reason="memory is read where glibc gives it back")
def test_forty_runs_in_one_process(serve, arxiv, tmp_path, monkeypatch):
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    server = serve(model())
    seen = []
    for number in range(WARM + MEASURED + 1):
        assert run(["2401.00001"]) == 0
        server.requests.clear()
        arxiv.requests.clear()
        if number in (WARM, WARM + MEASURED):
            descriptors, temporary = (len(list(Path(place).iterdir())) for place in ("/proc/self/fd", tempfile.tempdir))
            seen.append((resident_kb(), descriptors, threading.active_count(), temporary))
    (before, *others), (after, *others_after) = seen
    assert others == others_after
    assert after - before < MEASURED * MOST_KB_A_RUN
