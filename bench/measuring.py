"""What a command takes: seconds, CPU seconds and memory, measured from outside."""

import os
import re
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

_LOOK_SECONDS = 0.02
_PEAK = re.compile(r"VmHWM:\s+(\d+) kB")


@dataclass(frozen=True)
class Taken:
    """`megabytes` is the most memory that the process itself had at any time."""

    code: int
    seconds: float
    cpu: float
    megabytes: float


def wait(process: subprocess.Popen[bytes]) -> Taken:
    """Wait for a process that has just been started.

    The peak comes from /proc: what `wait4` reports includes the memory of the process that started this one.
    """
    begun, peak = time.monotonic(), 0
    pid = 0
    while not pid:
        status_file = Path(f"/proc/{process.pid}/status")
        found = _PEAK.search(status_file.read_text()) if status_file.exists() else None
        peak = max(peak, int(found[1]) if found else 0)
        time.sleep(_LOOK_SECONDS)
        pid, status, usage = os.wait4(process.pid, os.WNOHANG)
    process.returncode = os.waitstatus_to_exitcode(status)
    return Taken(process.returncode, time.monotonic() - begun, usage.ru_utime + usage.ru_stime, peak / 1024)
