"""Estimates, their calibration, and cost."""

import pytest

from summarizer.config import Price
from summarizer.llm.limits import Calibration, estimate_tokens, least_tokens
from summarizer.llm.spending import cost_usd
from summarizer.types import Usage


def test_estimate_counts_bytes() -> None:
    assert [estimate_tokens(text) for text in ("", "a", "abc", "abcd", "模型", "\ud800")] == [0, 1, 1, 2, 2, 1]


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("The small machine answers nearly as fast as its larger sister.", 12),
        ("On 12 of 2,048 machines it saves 41.7 % of the energy (see Table 3).", 25),
        (r"$\frac{\alpha}{\beta}$ and $x_i = W_{i,j} h_j$", 20),
        ("本文研究小型服务器能否胜任日常任务，作者在多台真实机器上做了实验。", 18),
        ("import torch.nn as nn\n\nclass Model(nn.Module):\n    pass\n", 14),
    ],
)
def test_no_tokenizer_counts_fewer(text: str, tokens: int) -> None:
    """`tokens` is the smaller one of what the tokenizers of Qwen and DeepSeek make of it."""
    assert 0.3 * tokens < least_tokens(text) <= tokens


def test_an_estimate_of_four_characters_a_token_is_no_less() -> None:
    numbers = "0.8 1.2 3.4 5.6 | " * 500
    assert least_tokens(numbers) <= len(numbers) // 4


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
