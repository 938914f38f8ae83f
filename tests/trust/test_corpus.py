"""Real published errors and real papers, where the corpus is at hand."""

import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from summarizer.trust.evidence import Evidence

ROOT = Path(__file__).parent.parent.parent
SHARED = ROOT.parent / "shared"
CORPUS = SHARED / "corpus"

pytestmark = pytest.mark.skipif(not (CORPUS / "numbers.json").exists(), reason="no corpus beside the checkout")


@pytest.fixture(scope="module")
def bench() -> Iterator[ModuleType]:
    spec = importlib.util.spec_from_file_location("trust_bench", ROOT / "bench" / "trust.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    yield module
    del sys.modules[spec.name]


@pytest.fixture(scope="module")
def papers(bench: ModuleType) -> dict[str, Evidence]:
    return {paper: bench.read(CORPUS / "papers" / f"{paper}.pdf") for paper in bench.ENTRIES}


def test_every_published_unit_error_is_flagged_at_its_number(bench: ModuleType) -> None:
    records = list(bench.unit_errors(CORPUS))
    assert [paper for paper, hit, _ in records if not hit] == []
    others = [(paper, reason) for paper, _, reasons in records for reason in reasons]
    assert others == [("2605.30341", "1万: the evidence says 1M")], "1M test images published as 1万: wrong too"


def test_labelled_numbers(bench: ModuleType, papers: dict[str, Evidence]) -> None:
    single, joint = bench.labelled(CORPUS, papers)
    for score in (single, joint):
        assert score.wrong_flagged >= 0.97 * (score.wrong_flagged + score.right_flagged), score.notes
        assert score.wrong_flagged >= 0.97 * (score.wrong_flagged + score.wrong_passed), score.notes
    without = bench.uncited(CORPUS, papers)
    assert without.wrong_flagged >= 0.97 * (without.wrong_flagged + without.right_flagged), without.notes
    assert without.wrong_flagged >= 0.95 * (without.wrong_flagged + without.wrong_passed), without.notes


def test_right_sentences_of_a_published_digest_pass(bench: ModuleType, papers: dict[str, Evidence]) -> None:
    assert list(bench.right_sentences(SHARED, papers)) == []


def test_changed_numbers_units_and_names_are_stopped(bench: ModuleType, papers: dict[str, Evidence]) -> None:
    for kind, stopped, tried, missed in bench.mutations(CORPUS, papers):
        least = 0.5 if kind == "direction" else 0.97
        assert stopped >= least * tried >= 20, (kind, missed)
