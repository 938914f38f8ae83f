import pytest

from summarizer.pdf.text.sentences import split_sentences

CASES = [
    ("We use e.g. BERT. It works.", ["We use e.g. BERT.", "It works."]),
    (
        "Smith et al. (2020) report 28.4 BLEU. See Fig. 3 and Sec. 2.",
        ["Smith et al. (2020) report 28.4 BLEU.", "See Fig. 3 and Sec. 2."],
    ),
    ("Is it so? Yes! We think so.", ["Is it so?", "Yes!", "We think so."]),
    ("The loss is 0.5. 3 runs were made.", ["The loss is 0.5.", "3 runs were made."]),
    ("J. Smith wrote it, i.e. the code.", ["J. Smith wrote it, i.e. the code."]),
    ("Results (cf. Table 2) hold. “Quoted.” Then more.", ["Results (cf. Table 2) hold.", "“Quoted.”", "Then more."]),
    ("我们提出一种方法。它更快。", ["我们提出一种方法。", "它更快。"]),
    ("Proof. It follows from Theorem 2. It is short.", ["Proof. It follows from Theorem 2.", "It is short."]),
    ("See it in A&A 546. arXiv:1209.1896 has more.", ["See it in A&A 546. arXiv:1209.1896 has more."]),
    ("no capital after this. and so on", ["no capital after this. and so on"]),
]


@pytest.mark.parametrize(("text", "sentences"), CASES)
def test_sentences(text: str, sentences: list[str]) -> None:
    assert [text[start:end] for start, end in split_sentences(text)] == sentences
