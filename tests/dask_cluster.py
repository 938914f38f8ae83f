"""A Dask cluster on the loopback: a scheduler and its workers, each a process of its own."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from distributed import Client

STARTED_WITHIN = 30  # seconds


class DaskCluster:
    """A scheduler and `workers` workers of one thread each. `address` is what the executor is given."""

    def __init__(self, workers: int = 2, **environment: str) -> None:
        self._folder = TemporaryDirectory(prefix="dask-")
        self._address_file = Path(self._folder.name) / "scheduler.json"
        where = ["--host", "127.0.0.1", "--port", "0", "--dashboard-address", "127.0.0.1:0"]
        self.scheduler = self._start("scheduler", *where, **environment)
        self.workers = [self.start_worker() for _ in range(workers)]
        address = self._find()
        self.address = address.replace("tcp:", "dask:")
        if workers:
            with Client(address, set_as_default=False) as client:
                client.wait_for_workers(workers, timeout=STARTED_WITHIN)

    def start_worker(self, *options: str, **environment: str) -> subprocess.Popen[bytes]:
        return self._start("worker", "--nthreads", "1", "--no-nanny", *options, **environment)

    def __enter__(self) -> "DaskCluster":
        return self

    def __exit__(self, *_: object) -> None:
        for process in [*self.workers, self.scheduler]:
            process.kill()
            process.wait()
        self._folder.cleanup()

    def _start(self, role: str, *options: str, **environment: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "dask", role, "--scheduler-file", str(self._address_file), *options]
        return subprocess.Popen(
            command, cwd=self._folder.name, env=os.environ | environment,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip

    def _find(self) -> str:
        deadline = time.monotonic() + STARTED_WITHIN
        while time.monotonic() < deadline:
            try:
                return str(json.loads(self._address_file.read_text())["address"])
            except (FileNotFoundError, ValueError):  # not there yet, or half written
                time.sleep(0.05)
        raise TimeoutError(f"no Dask scheduler within {STARTED_WITHIN} s")
