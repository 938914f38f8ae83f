"""What all tests share: a home of their own, so that no test sees or changes the user's files."""

from pathlib import Path

import pytest

SAMPLE = Path(__file__).parent.parent / "examples" / "sample.pdf"
SHARED = Path(__file__).parent.parent.parent / "shared"

_VARIABLES = (
    "OPENAI_API_KEY", "OPENAI_BASE_URL", "SUMMARIZER_MODEL", "SUMMARIZER_RUNS", "SUMMARIZER_ARXIV_URL",
    "SUMMARIZER_ARXIV_DELAY_SECONDS", "SUMMARIZER_NOW", "XDG_CONFIG_HOME", "XDG_CACHE_HOME",
)  # fmt: skip


@pytest.fixture(autouse=True)
def own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    home = tmp_path_factory.mktemp("home")
    for name in _VARIABLES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(home))
    return home
