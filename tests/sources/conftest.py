from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from arxiv_server import ArxivServer, Record, make_pdf

from summarizer.config import Config
from summarizer.sources.http.fetch import Fetcher


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Every test has its own queue."""
    folder = tmp_path / "cache"
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder))
    return folder


@pytest.fixture
def server() -> Iterator[ArxivServer]:
    records = [
        Record("2401.00001", pdf=make_pdf(300_000), html=b"<html><body><article>A study</article></body></html>"),
        Record("2401.00002", dates=["2024-01-02T03:04:05Z", "2024-02-03T04:05:06Z"], old_titles={1: "An Early Title"}),
        Record("2401.00003", dates=["2024-01-02T03:04:05Z", "2024-02-03T04:05:06Z"], withdrawn={2}),
        Record("2401.00004", pdf=None),
        Record("hep-th/9901001", categories="hep-th", license=""),
    ]
    with ArxivServer(records) as server:
        yield server


@pytest.fixture
def configure(server: ArxivServer) -> Callable[..., Config]:
    def make(**settings: object) -> Config:
        return Config.model_validate({"arxiv_url": server.url, "arxiv_delay_seconds": 0.002, **settings})

    return make


@pytest.fixture
def fetcher(configure: Callable[..., Config]) -> Iterator[Fetcher]:
    with Fetcher(configure()) as fetcher:
        yield fetcher
