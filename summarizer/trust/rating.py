"""From sub-scores to stars, with caps that a program can see in the paper."""

import re
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal

from summarizer.types import Document, Stars

WEIGHTS = {"novelty": 25, "rigour": 25, "evidence": 20, "usefulness": 15, "reproducibility": 15}
TOP_SCORE = 4
# Of a second, third, fourth and fifth star. Rounding would give three of five to nearly all papers: by the anchors of
# the prompt the means of twelve well known ones lie between 1.8 and 2.6.
_LEAST_MEANS = tuple(map(Decimal, ("1.0", "1.75", "2.2", "3.25")))
UNTESTED_CAP = 2  # rigour without an ablation and without a word of variance
_A_LISTING = 400  # characters; less code than that is a command or an address
NO_LINK_CAP = 2  # reproducibility without a link to code or data

_ABLATION = re.compile(
    r"\bablat(?:ion|e|ed|ing)|\bstandard (?:deviation|error)|\bbootstrap"
    r"|\bconfidence interval|\bvariance (?:of|over|across)"
    r"|\berror bars?\b|\bstatistical(?:ly)? significan|\brandom seeds?\b|\d ?± ?\d"
    r"|\b(?:three|five|ten|multiple|several|\d{1,3}) (?:random )?(?:seeds|runs|trials)\b",
    re.IGNORECASE,
)
_HOSTS = (
    r"(?:github\.com|gitlab\.com|bitbucket\.org|huggingface\.co|hf\.co|zenodo\.org|figshare\.com|osf\.io|kaggle\.com"
    r"|anonymous\.4open\.science|codeberg\.org|modelscope\.cn|gitee\.com)"
)
_LINK = re.compile(_HOSTS, re.IGNORECASE)
_ADDRESS = re.compile(rf"(?:https?://)?(?:www\.)?{_HOSTS}/[\w./~%+#?=&-]{{2,200}}", re.IGNORECASE)
_OWN = re.compile(  # "our code is", "is available at", "code will be at", but not "we use the code of"
    r"\b(?:our (?:own )?(?:code|data|implementation|model|system|checkpoint|benchmark|software|repo)|available"
    r"|released?|(?:also|will|to|we) (?:provide|publish|share)|(?:be|is|are) (?:found|accessed|retrieved)"
    r"|(?:codes?|data|dataset)\b[\w ,-]{0,40} (?:at|can)|open[- ]?source[ds]? (?:at|on|in|our))\b",
    re.IGNORECASE,
)
_OTHERS = re.compile(  # "using the official code and prompts in"
    r"\b(?:us(?:e[ds]?|ing)|run|adapt(?:ed)?|follow|from|official|prepared by|located at|implementations? of|taken)\b"
    r"[^.;:]{0,90}$",
    re.IGNORECASE,
)


def code_link(document: Document) -> str:
    """The first address of a repository that the paper gives beside words such as "our code is available"; else "".

    An address in the list of references is somebody else's.
    """
    for passage in document.passages:
        found = _ADDRESS.search(passage.text) if _OWN.search(passage.text) else None
        if found and not _OTHERS.search(passage.text[: found.start()]):
            address = found[0].rstrip(".,;:")
            return address if address.lower().startswith("http") else f"https://{address}"
    return ""


def rate(scores: Mapping[str, int], document: Document) -> Stars:
    """Stars from sub-scores 0 to 4, which are lowered to the caps that the paper itself calls for.

    The weighted mean of 0 to 4 is shown as 1 to 5 stars or as 1 to 10. Raises `ValueError` if a sub-score is missing
    or outside 0..4.
    """
    _validate(scores)
    text = "\n".join(passage.text for passage in document.passages)
    limits = {
        "rigour": TOP_SCORE if _ABLATION.search(text) else UNTESTED_CAP,
        "reproducibility": TOP_SCORE if _LINK.search(text.replace("\n", "")) or _prints_code(document) else NO_LINK_CAP,
    }
    capped = {name: min(score, limits.get(name, TOP_SCORE)) for name, score in scores.items()}
    caps = tuple(name for name in limits if capped[name] < scores[name])
    mean = Decimal(sum(WEIGHTS[name] * capped[name] for name in WEIGHTS)) / 100
    return Stars(
        1 + sum(mean >= least for least in _LEAST_MEANS), capped, caps=caps, ten=max(1, _rounded(mean * 10 / TOP_SCORE))
    )


def _prints_code(document: Document) -> bool:
    return sum(len(p.text) for p in document.passages if p.kind == "code" and not p.item) >= _A_LISTING


def _rounded(value: Decimal) -> int:
    return int(value.quantize(Decimal(1), ROUND_HALF_UP))


def injected(document: Document) -> bool:
    """Whether the PDF hides instructions from its reader: such a paper gets no rating."""
    return any(hidden.severity == "high" for hidden in document.hidden_text)


def _validate(scores: Mapping[str, int]) -> None:
    if wrong := sorted(WEIGHTS.keys() ^ scores.keys()):
        raise ValueError(f"rating needs exactly {', '.join(WEIGHTS)}; check {', '.join(wrong)}")
    for name, score in scores.items():
        if not 0 <= score <= TOP_SCORE:
            raise ValueError(f"rating: {name} is {score}, it must be 0 to {TOP_SCORE}")
