"""What several tests name."""

from pathlib import Path

SAMPLE = Path(__file__).parent.parent / "examples" / "sample.pdf"
SHARED = Path(__file__).parent.parent.parent / "shared"
IDS = ["2401.00001", "2401.00002", "hep-th/9901001"]
KEY = "sk-very-secret-0123456789"


def settings(home: Path, text: str) -> None:
    (home / ".config" / "summarizer").mkdir(parents=True, exist_ok=True)
    (home / ".config" / "summarizer" / "config.toml").write_text(text)
