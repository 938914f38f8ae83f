"""Whole digests from recorded replies of a careful writer: what they claim must survive the checker."""

import json
import re
import shutil
from pathlib import Path

import pytest
from common import SAMPLE, SHARED
from llm_server import LlmServer
from recorded_model import RecordedModel

from summarizer.cli import run
from summarizer.files import from_data
from summarizer.output import words
from summarizer.output.markdown import section_text
from summarizer.trust.absence import says_absent
from summarizer.trust.check import PUBLISHED
from summarizer.types import Digest

CORPUS = SHARED / "corpus"
PAPERS = (
    "2306.01708", "2301.11305", "2403.09629", "2203.14465", "2305.14314", "1412.6980", "2112.05682", "2401.10020",
    "1706.03762", "2305.03393", "2310.06825", "2205.10625", "2402.14083", "2002.08909",
)  # fmt: skip
needs_corpus = pytest.mark.skipif(not CORPUS.is_dir(), reason="needs the corpus beside the checkout")


@pytest.fixture
def digest(tmp_path, monkeypatch, own_home):
    """digest(recording, pdf, settings) -> (digest.json, model, requests)."""
    monkeypatch.chdir(tmp_path)

    def make(recording: str, pdf: Path, settings: str = "", style: str = "daily") -> tuple[dict, RecordedModel, list]:
        (own_home / ".config" / "summarizer").mkdir(parents=True, exist_ok=True)
        (own_home / ".config" / "summarizer" / "config.toml").write_text(settings)
        model = RecordedModel(recording)
        with LlmServer(model) as server:
            monkeypatch.setenv("OPENAI_BASE_URL", server.url)
            assert run([str(pdf), "--style", style]) == 0
        return json.loads(next(Path("runs").glob("*/papers/*/digest*.json")).read_text()), model, server.requests

    return make


def pdf(paper: str) -> Path:
    """A copy of the paper, beside its HTML where the corpus has that."""
    html = CORPUS / "html" / f"{paper}.html"
    if html.exists():
        shutil.copy(html, ".")
    return Path(shutil.copy(CORPUS / ("latex" if html.exists() else "papers") / f"{paper}.pdf", "."))


older_form = pytest.mark.xfail(reason="written before tables were shown as grids")


def silent_sections(digest: dict) -> list[str]:
    """The sections of which the page says that the paper does not speak of them."""
    value = from_data(Digest, digest)
    return [name for name in value.headings if words.NOTHING in section_text(value, name)]


def check(digest: dict, model: RecordedModel, *, claims: int) -> None:
    """A good digest: nearly all of what was written is published, each sentence with passages that exist."""
    assert model.lost <= 0.15 * model.marks
    assert len(digest["claims"]) >= claims
    assert len(digest["omitted"]) <= 0.1 * claims
    assert all(
        c["verdict"] in PUBLISHED and (c["pages"] or c["part"] == "unreported" or says_absent(c["text"]))
        for c in digest["claims"]
    )
    assert not silent_sections(digest)
    assert 1 <= digest["rating"]["stars"] <= 5


def test_the_sample_paper(digest):
    made, model, requests = digest("sample", SAMPLE)
    check(made, model, claims=35)
    assert made["numbers"] >= 40 and len(made["figures"]) >= 2
    assert len(requests) <= 3


@needs_corpus
@pytest.mark.parametrize("paper", PAPERS)
def test_short_and_long_papers(digest, paper):
    made, model, requests = digest(paper, pdf(paper))
    check(made, model, claims=50)
    assert len(made["tables"]) + len(made["figures"]) >= 2 and len(requests) <= 3
    assert sum(claim["section"] == "limits" for claim in made["claims"]) >= 5


@older_form
@needs_corpus
def test_a_paper_that_is_read_in_chunks(digest):
    settings = "context_tokens = 19000\nmax_output_tokens = 5000\n"
    made, model, requests = digest("2106.09685", CORPUS / "papers" / "2106.09685.pdf", settings)
    check(made, model, claims=35)
    assert made["calls"] == len(requests) >= 4


@needs_corpus
def test_a_hidden_instruction_reaches_neither_the_model_nor_the_reader(digest):
    made, _, requests = digest("injection", CORPUS / "nasty" / "made-hidden-white-injection.pdf")
    sent = json.dumps([request.body for request in requests]).lower()
    assert "ignore all" not in sent and "positive review" not in sent
    assert made["rating"]["stars"] is None and made["rating"]["withheld"] == "hidden text"
    assert made["claims"] and "model" in silent_sections(made)


@needs_corpus
@pytest.mark.parametrize(
    ("paper", "style", "claims"), [("2403.10131", "brief", 22), ("2310.01889", "weekly", 7), ("1706.03762", "reading_list", 10)]
)  # fmt: skip
def test_the_other_styles(digest, paper, style, claims):
    made, model, requests = digest(f"{paper}-{style}", CORPUS / "papers" / f"{paper}.pdf", style=style)
    assert model.lost <= 0.15 * model.marks and len(requests) <= 3
    assert len(made["claims"]) >= claims and len(made["omitted"]) <= 2 and made["rating"] is None
    assert not silent_sections(made)


@needs_corpus
def test_an_issue_of_five_papers(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    with LlmServer(RecordedModel(*PAPERS[:5])) as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.url)
        files = [str(pdf(paper)) for paper in PAPERS[:5]]
        assert run(["--issue", "最新研究进展-2024-10-21", *files]) == 0
    page = Path(capsys.readouterr().out.strip())
    text = page.read_text()
    assert text.count("\n### 推荐理由\n") == 5 and text.count("\n### 摘要\n") == 5 and words.AFTERWORD in text
    pictures = re.findall(r"!\[.*?\]\((.*?)\)", text)
    assert len(pictures) >= 12 and all((page.parent / picture).is_file() for picture in pictures)
    assert words.NOTHING not in text
