"""What follows from the numbers that somebody points at, whatever words stand beside it."""

import pytest

from summarizer.trust.numbers import quantities
from summarizer.trust.recomputed import follows


@pytest.mark.parametrize(
    ("claim", "pointed_at", "right"),
    [
        ("0.361", "0.024 … +0.337", True),
        ("0.363", "0.024 … +0.337", False),
        ("6.39 个百分点", "48.92 … 55.31", True),
        ("1.1 个百分点", "0.865 … 0.854", True),
        ("约 1.39 倍", "124.6M … 89.67M", True),
        ("1.93 倍", "124.6M … 89.67M", False),
        ("61.2%", "1.2 … 1.96", True),
        ("约 4.3", "0.00183 … 2356.06", True),
        ("26.2", "34.9 … 40.7 … 3.0", True),
        ("26.2", "34.9 … 40.7 … 8.0", False),
        ("三倍", "5.e^−5 … 1.5e^−4", True),
        ("不到一半", "361.5 … 140.8", True),
        ("不到一半", "361.5 … 99.0", False),
        ("1486", "87.8 | 2106 | 40.2 | 6857 | 26.3 … 86.3 | 2168 | 38.1 | 5371 | 25.2", True),
        ("1487", "87.8 | 2106 | 40.2 | 6857 | 26.3 … 86.3 | 2168 | 38.1 | 5371 | 25.2", False),
        ("17", "1 … 2 … 3 … 4 … 5 … 6 … 7 … 8 … 9", False),  # 8 and 9, but of nine numbers anything follows
    ],
)
def test_a_number_is_computed_again(claim: str, pointed_at: str, right: bool) -> None:
    (number,) = quantities(claim)
    assert follows(number, [quantities(place) for place in pointed_at.split("…")]) == right
