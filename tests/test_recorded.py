"""Whole digests from recorded replies of a careful writer: what they claim must survive the checker."""

import json
from pathlib import Path

import pytest
from conftest import SAMPLE, SHARED
from llm_server import LlmServer
from recorded_model import RecordedModel

from summarizer.cli import run
from summarizer.output import words

CORPUS = SHARED / "corpus"
needs_corpus = pytest.mark.skipif(not CORPUS.is_dir(), reason="needs the corpus beside the checkout")


@pytest.fixture
def digest(tmp_path, monkeypatch, own_home):
    """digest(recording, pdf, settings) -> (digest.json, model, requests)."""
    monkeypatch.chdir(tmp_path)

    def make(recording: str, pdf: Path, settings: str = "") -> tuple[dict, RecordedModel, list]:
        (own_home / ".config" / "summarizer").mkdir(parents=True, exist_ok=True)
        (own_home / ".config" / "summarizer" / "config.toml").write_text(settings)
        model = RecordedModel(recording)
        with LlmServer(model) as server:
            monkeypatch.setenv("OPENAI_BASE_URL", server.url)
            assert run([str(pdf)]) == 0
        return json.loads(next(Path("runs").glob("*/papers/*/digest.json")).read_text()), model, server.requests

    return make


def check(digest: dict, model: RecordedModel, *, claims: int) -> None:
    """A good digest: nearly all of what was written is published, each sentence with passages that exist."""
    assert model.lost <= 0.1 * model.marks
    assert len(digest["claims"]) >= claims
    assert len(digest["omitted"]) <= 0.1 * claims
    assert all(
        c["passages"] and c["pages"] and c["verdict"] in ("supported", "derived", "moved") for c in digest["claims"]
    )
    assert all(words.NOTHING not in text for text in digest["sections"].values())
    assert 1 <= digest["rating"]["stars"] <= 5


def test_the_sample_paper(digest):
    made, model, requests = digest("sample", SAMPLE)
    check(made, model, claims=35)
    assert made["numbers"] >= 40 and len(made["figures"]) >= 2
    assert len(requests) <= 2


@needs_corpus
@pytest.mark.parametrize(("paper", "claims"), [("2204.00933", 35), ("2305.14314", 50)])
def test_a_short_and_a_long_paper(digest, paper, claims):
    made, model, requests = digest(paper, CORPUS / "papers" / f"{paper}.pdf")
    check(made, model, claims=claims)
    assert len(made["figures"]) >= 2 and len(requests) <= 2


@needs_corpus
def test_a_paper_that_is_read_in_chunks(digest):
    settings = "context_tokens = 16000\nmax_output_tokens = 5000\n"
    made, model, requests = digest("2106.09685", CORPUS / "papers" / "2106.09685.pdf", settings)
    check(made, model, claims=35)
    assert made["calls"] == len(requests) >= 4


@needs_corpus
def test_a_hidden_instruction_reaches_neither_the_model_nor_the_reader(digest):
    made, _, requests = digest("injection", CORPUS / "nasty" / "made-hidden-white-injection.pdf")
    sent = json.dumps([request.body for request in requests]).lower()
    assert "ignore all" not in sent and "positive review" not in sent
    assert made["rating"]["stars"] is None and words.HIDDEN in made["sections"]["rating"]
    assert made["claims"] and words.NOTHING in made["sections"]["model"]
