"""Real and hostile PDFs of the shared corpus beside the checkout."""

from pathlib import Path

import pytest

from summarizer.pdf import parse_pdf

CORPUS = Path(__file__).parents[3] / "shared" / "corpus"
pytestmark = pytest.mark.skipif(not CORPUS.is_dir(), reason="the shared corpus is not beside the checkout")


def test_every_nasty_file_has_an_outcome() -> None:
    for path in sorted((CORPUS / "nasty").glob("*.pdf")):
        parsed = parse_pdf(path.read_bytes())
        assert parsed.outcome in ("ok", "no_text") or parsed.reason, path.name
        assert parsed.outcome != "timeout", path.name


def test_papers_have_a_body_sections_and_no_high_alarm() -> None:
    paths = sorted((CORPUS / "papers").glob("*.pdf"))[::8] + sorted((CORPUS / "other").glob("*.pdf"))[:2]
    for path in paths:
        document = parse_pdf(path.read_bytes(), crops=False).document
        assert document is not None, path.name
        assert len(document.passages) > 12 * document.pages, path.name
        assert [p.id for p in document.passages] == list(range(1, len(document.passages) + 1))
        assert not any(h.severity == "high" for h in document.hidden_text), path.name
        assert all(p.section is None or p.section < len(document.sections) for p in document.passages)


def test_hidden_text_of_the_corpus_stays_out() -> None:
    for path in sorted((CORPUS / "hidden-text").glob("*.pdf")):
        document = parse_pdf(path.read_bytes()).document
        assert document is not None
        assert not any("ignoreallprevious" in p.text.lower().replace(" ", "") for p in document.passages), path.name
    for path in sorted((CORPUS / "hidden-text" / "benign").glob("*.pdf")):
        document = parse_pdf(path.read_bytes()).document
        assert document is not None
        assert not any(h.severity == "high" for h in document.hidden_text), path.name
