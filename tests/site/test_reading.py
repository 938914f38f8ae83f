"""What an evidence pop-up says of the checks of its sentence."""

import pytest

from summarizer.site.reading import _verdicts
from summarizer.types import Claim


@pytest.mark.parametrize(
    ("verdict", "good"), [("supported", True), ("derived", True), ("moved", True), ("read", False)]
)
def test_only_a_sentence_that_the_program_checked_has_its_tick(verdict, good):
    claim = Claim("results", "两者相当。", (), (), verdict)
    assert [ticked for _, ticked in _verdicts(claim)] == [good]
