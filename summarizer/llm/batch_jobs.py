"""What is known of batches, on the disk: a journal beside the files of each."""

import secrets
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from summarizer.files import from_data, parse_json, to_json, write_atomic
from summarizer.llm.batch_lines import copy_rest, cut, lines_path, writing
from summarizer.types import Usage


@dataclass(frozen=True, slots=True)
class BatchJob:
    """What is known of one batch. `status` is a final one: its answers are here."""

    name: str
    host: str
    model: str
    requests: int
    estimate: float | None  # US dollars
    created: datetime
    file_id: str = ""
    doubtful_until: datetime | None = None  # until then the service may have a batch of the file that it does not show
    refused: tuple[str, ...] = ()  # ids of batches that it had no room for
    batch_id: str = ""
    status: str = ""
    problem: str = ""
    answered: int = 0
    usage: Usage = field(default_factory=Usage)
    cost: float | None = None


class Journal:
    """One file a job. It is written before anything is sent, so that no batch is submitted twice."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def path(self, name: str) -> Path:
        return self._folder / f"{name}.json"

    def note(self, job: BatchJob) -> BatchJob:
        write_atomic(self.path(job.name), to_json(job))
        return job

    def read(self, name: str) -> BatchJob:
        """The job, with its file of requests as long as the job says. Raises `ValueError` for a damaged journal."""
        job = from_data(BatchJob, parse_json(self.path(name).read_bytes()))
        if not job.batch_id and not job.status:
            with writing(self._folder):
                cut(lines_path(self._folder, name, "requests"), job.requests)
        return job

    def halve(self, job: BatchJob) -> tuple[BatchJob, BatchJob]:
        """Two jobs in place of one that is larger than the service takes.

        Killed in the middle, the second half is no job yet: its requests have never been asked, and are queued anew.
        """
        first = job.requests // 2
        head = replace(job, requests=first, file_id="")
        rest = replace(job, requests=job.requests - first, file_id="", name=secrets.token_hex(8))
        if job.estimate is not None:
            share = job.estimate * first / job.requests
            head, rest = replace(head, estimate=share), replace(rest, estimate=job.estimate - share)
        requests = lines_path(self._folder, job.name, "requests")
        with writing(self._folder):
            copy_rest(requests, first, lines_path(self._folder, rest.name, "requests"))
        self.note(head)
        with writing(self._folder):
            cut(requests, first)
        return head, self.note(rest)
