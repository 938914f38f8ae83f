"""The shared fake of arXiv and its records of real papers, where they stand beside the checkout."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2

SHARED = Path(__file__).parents[3] / "shared"
FAKE = SHARED / "tools" / "fake_arxiv.py"
RECORDS = SHARED / "corpus" / "arxiv"
PAPERS = SHARED / "corpus" / "papers"


@dataclass
class Fake:
    url: str
    records: list[dict[str, Any]]

    def faults(self, *faults: dict[str, Any]) -> None:
        httpx2.post(f"{self.url}/_control", json={"faults": list(faults)}, trust_env=False).raise_for_status()

    def log(self) -> list[dict[str, Any]]:
        lines = httpx2.get(f"{self.url}/_log", trust_env=False).text.splitlines()
        return [json.loads(line) for line in lines]
