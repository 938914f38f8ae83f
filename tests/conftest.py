"""What all tests share: a home of their own, so that no test sees or changes the user's files."""

import signal
from pathlib import Path

import pytest
from arxiv_server import ArxivServer, Record
from common import IDS, KEY, SAMPLE, settings
from llm_server import LlmServer

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # a shell's background job, whose children would ignore it, too
    signal.signal(signal.SIGINT, signal.default_int_handler)

_VARIABLES = (
    "OPENAI_API_KEY", "OPENAI_BASE_URL", "SUMMARIZER_MODEL", "SUMMARIZER_RUNS", "SUMMARIZER_ARXIV_URL",
    "SUMMARIZER_ARXIV_DELAY_SECONDS", "SUMMARIZER_NOW", "XDG_CONFIG_HOME", "XDG_CACHE_HOME",
    "XDG_DATA_HOME", "LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG",
)  # fmt: skip


@pytest.fixture(autouse=True)
def own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    home = tmp_path_factory.mktemp("home")
    for name in _VARIABLES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(home))
    return home


@pytest.fixture
def arxiv():
    with ArxivServer([Record(i, title=f"Study {i}", pdf=SAMPLE.read_bytes()) for i in IDS]) as server:
        yield server


@pytest.fixture
def place(arxiv, tmp_path, monkeypatch):
    """An empty folder, and an environment that points at the local arXiv."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SUMMARIZER_ARXIV_URL", arxiv.url)
    monkeypatch.setenv("SUMMARIZER_ARXIV_DELAY_SECONDS", "0.01")
    return tmp_path


@pytest.fixture
def serve(place, own_home, monkeypatch):
    """serve(script) starts a model and points the environment at it; sentences are not read twice, unless set so."""
    servers = []
    if not (own_home / ".config" / "summarizer" / "config.toml").exists():
        settings(own_home)

    def start(script) -> LlmServer:
        server = LlmServer(script).__enter__()
        servers.append(server)
        monkeypatch.setenv("OPENAI_BASE_URL", server.url)
        monkeypatch.setenv("OPENAI_API_KEY", KEY)
        return server

    yield start
    for server in servers:
        server.__exit__()
