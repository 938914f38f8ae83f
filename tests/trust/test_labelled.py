"""The labelled claims of the bench are whole, and no text of a paper is among them."""

import json
import re
from pathlib import Path

FILES = sorted((Path(__file__).parents[2] / "bench" / "labelled").glob("*.jsonl"))


def test_every_claim_has_a_label_and_passages_by_fingerprint() -> None:
    claims = []
    for file in FILES:
        head, *lines = map(json.loads, file.read_text(encoding="utf-8").splitlines())
        assert head["paper"] == file.stem and head["rules"] in ("made", "held")
        claims += lines
    assert len({claim["id"] for claim in claims}) == len(claims) > 900
    assert all(re.fullmatch("[0-9a-f]{12}", cite) for claim in claims for cite in claim["cites"])
    right = {claim["id"] for claim in claims if claim["kind"] == "right"}
    assert all(claim["of"] in right for claim in claims if "of" in claim)
    assert all(len(claim.get("words", "")) <= 120 for claim in claims)
