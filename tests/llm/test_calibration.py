"""Estimates, their calibration, and cost."""

import pytest

from summarizer.config import Price
from summarizer.llm.limits import Calibration, estimate_tokens
from summarizer.llm.spending import cost_usd
from summarizer.types import Usage


def test_estimate_counts_bytes() -> None:
    assert [estimate_tokens(text) for text in ("", "a", "abc", "abcd", "模型", "\ud800")] == [0, 1, 1, 2, 2, 1]


def test_calibration_follows_what_a_server_counts_within_bounds() -> None:
    calibration = Calibration()
    assert calibration.tokens("m", "x" * 300) == 100
    calibration.observe("m", 1000, 800)
    assert calibration.tokens("m", "x" * 300) == 80
    calibration.observe("m", 1000, 1000)
    assert calibration.ratio("m") == pytest.approx(0.9)
    assert calibration.ratio("other") == 1
    for counted, ratio in ((1, 0.6), (10**9, 1.4)):
        calibration.observe("odd", 1000, counted)
        assert calibration.ratio("odd") == ratio
    calibration.observe("silent", 1000, 0)
    assert calibration.ratio("silent") == 1


def test_cost() -> None:
    usage = Usage(prompt=1_000_000, cached=400_000, completion=500_000)
    prices = {"m": Price(input=1.0, output=4.0, cached_input=0.1), "flat": Price(input=1.0, output=4.0)}
    assert cost_usd(usage, "m", prices) == pytest.approx(0.6 + 0.04 + 2.0)
    assert cost_usd(usage, "flat", prices) == pytest.approx(3.0)
    assert cost_usd(usage, "unknown", prices) is None
