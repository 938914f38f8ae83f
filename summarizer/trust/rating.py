"""From sub-scores to stars, with caps that a program can see in the paper."""

import re
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal

from summarizer.types import Document

WEIGHTS = {"novelty": 25, "rigour": 25, "evidence": 20, "usefulness": 15, "reproducibility": 15}
TOP_SCORE = 4
UNTESTED_CAP = 2  # rigour without an ablation and without a word of variance
NO_LINK_CAP = 1  # reproducibility without a link to code or data

_ABLATION = re.compile(
    r"\bablat(?:ion|e|ed|ing)|\bstandard (?:deviation|error)|\bconfidence interval|\bvariance (?:of|over|across)"
    r"|\berror bars?\b|\bstatistical(?:ly)? significan|\brandom seeds?\b|\d ?± ?\d"
    r"|\b(?:three|five|ten|multiple|several|\d{1,3}) (?:random )?(?:seeds|runs|trials)\b",
    re.IGNORECASE,
)
_LINK = re.compile(
    r"(?:github\.com|gitlab\.com|bitbucket\.org|huggingface\.co|hf\.co|zenodo\.org|figshare\.com|osf\.io|kaggle\.com"
    r"|anonymous\.4open\.science|codeberg\.org|modelscope\.cn|gitee\.com)(?:/|\b)",
    re.IGNORECASE,
)


def stars(scores: Mapping[str, int], document: Document) -> tuple[int, tuple[str, ...]]:
    """1 to 5 stars from sub-scores 0 to 4, and the caps that were applied, in words.

    Raises `ValueError` if a sub-score is missing or outside 0..4.
    """
    _validate(scores)
    capped = dict(scores)
    caps: list[str] = []
    text = "\n".join(passage.text for passage in document.passages)
    if capped["rigour"] > UNTESTED_CAP and not _ABLATION.search(text):
        capped["rigour"] = UNTESTED_CAP
        caps.append(f"rigour {scores['rigour']} -> {UNTESTED_CAP}: the paper has no ablation and reports no variance")
    if capped["reproducibility"] > NO_LINK_CAP and not _LINK.search(text.replace("\n", "")):
        capped["reproducibility"] = NO_LINK_CAP
        caps.append(
            f"reproducibility {scores['reproducibility']} -> {NO_LINK_CAP}: the paper links to no code or data"
        )
    mean = Decimal(sum(WEIGHTS[name] * capped[name] for name in WEIGHTS)) / 100
    return 1 + int(mean.quantize(Decimal(1), ROUND_HALF_UP)), tuple(caps)


def injected(document: Document) -> bool:
    """Whether the PDF hides instructions from its reader: such a paper gets no rating."""
    return any(hidden.severity == "high" for hidden in document.hidden_text)


def _validate(scores: Mapping[str, int]) -> None:
    if wrong := sorted(WEIGHTS.keys() ^ scores.keys()):
        raise ValueError(f"rating needs exactly {', '.join(WEIGHTS)}; check {', '.join(wrong)}")
    for name, score in scores.items():
        if not 0 <= score <= TOP_SCORE:
            raise ValueError(f"rating: {name} is {score}, it must be 0 to {TOP_SCORE}")
