"""What several tests name."""

from pathlib import Path

SAMPLE = Path(__file__).parent.parent / "examples" / "sample.pdf"
SHARED = Path(__file__).parent.parent.parent / "shared"
IDS = ["2401.00001", "2401.00002", "hep-th/9901001"]
KEY = "sk-very-secret-0123456789"
HEADINGS = [  # of the style daily
    "摘要",
    "研究背景",
    "问题与挑战",
    "如何解决",
    "创新点",
    "算法模型",
    "实验效果",
    "重要数据与结论",
    "推荐阅读指数",
    "推荐理由",
]


def settings(home: Path, text: str = "") -> None:
    """The user's configuration. Without a word on it there is no second reading: most tests count calls."""
    text = text if "reader" in text else f'reader = "never"\n{text}'
    (home / ".config" / "summarizer").mkdir(parents=True, exist_ok=True)
    (home / ".config" / "summarizer" / "config.toml").write_text(text)
