from pathlib import Path

import pytest
from llm_bench import Bench
from tenacity import wait_exponential_jitter

from summarizer.llm import batch_api, endpoint


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


@pytest.fixture(autouse=True)
def short_lag(monkeypatch: pytest.MonkeyPatch) -> None:
    """The lists of the loopback services are right at once, or as late as a test says."""
    monkeypatch.setattr(batch_api, "list_lag_seconds", 0.2)
    monkeypatch.setattr(batch_api, "window_seconds", 0.3)


@pytest.fixture
def short_backoff(monkeypatch: pytest.MonkeyPatch) -> None:
    """For tests that are about what comes after the wait."""
    monkeypatch.setattr(endpoint, "_backoff", wait_exponential_jitter(multiplier=0.05, max=1, jitter=0.05))
