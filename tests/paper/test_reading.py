"""The second reading: who wins when the checker and the reader differ, and a reader that is of no use."""

import json
from pathlib import Path

import pytest
from common import settings
from scripted_model import model, passages, reading, readings, reply, stage_of

from summarizer.cli import run
from summarizer.llm.reading import ReadSentence
from summarizer.paper.quotes import Quotes
from summarizer.paper.reading import beside, settle
from summarizer.trust.evidence import Evidence
from summarizer.trust.phrases import Phrases
from summarizer.trust.wordlists import Vocabulary, read_vocabulary
from summarizer.types import Claim, Document, Passage

PAPER = "2401.00001"


@pytest.fixture
def digest(serve, own_home):
    """digest(results, answers): digest.json of a paper with these sentences on its results, and the stages asked."""

    def make(results: list[str], read, always: str = "always", repair=lambda body: []) -> tuple[dict, list[str]]:
        def change(body: dict) -> dict:
            n = next(n for n, text in passages(body).items() if "60.6%" in text)
            return {"results": [reading(text.format(n=n)) for text in results]}

        writer = model(change, repair)
        server = serve(lambda body: reply({"items": read(body)}) if stage_of(body) == "reading" else writer(body))
        settings(own_home, f'reader = "{always}"\n')
        assert run([PAPER]) == 0
        found = json.loads(Path(f"runs/{PAPER}v1/papers/{PAPER}v1/digest.json").read_text())
        return found, [stage_of(request.body) for request in server.requests]

    return make


def results(digest: dict) -> list[tuple[str, str, str]]:
    return [(c["text"], c["verdict"], c["decision"]) for c in digest["claims"] if c["section"] == "results"]


def about(body: dict, words: str) -> int:
    """The number of the sentence with these words."""
    lines = body["messages"][1]["content"].splitlines()
    return next(int(line.partition(".")[0]) for line in lines if words in line and "〔" in line)


def saying(words: str, **item: str):
    """A reader that says something of the sentence with `words`, and agrees with all others."""

    def read(body: dict) -> list[dict]:
        number = about(body, words)
        given = {"id": number, "verdict": "supported", "problem": "none", "quote": "", "text": "", **item}
        cited = passages(body)
        text = given["text"].format(n=next((n for n, shown in cited.items() if "60.6%" in shown), 0))
        return [*(said for said in readings(body) if said["id"] != number), {**given, "text": text}]

    return read


QUOTE = "60.6% of the numbers with one wrong digit are found"


def test_what_both_approve_is_published_with_the_readers_words(digest):
    found, stages = digest(["全文作证据时漏过 60.6% 的错误[{n}]。"], saying("60.6%", quote=QUOTE))
    assert results(found) == [("全文作证据时漏过 60.6% 的错误。", "supported", "agreed")]
    (claim,) = (c for c in found["claims"] if c["section"] == "results")
    assert claim["reader"] == {"verdict": "supported", "problem": "none", "quote": QUOTE}
    assert stages == ["digest", "reading"]


def test_a_correction_of_the_reader_is_checked_and_takes_the_place_of_the_sentence(digest):
    better = {
        "verdict": "partly",
        "problem": "scope",
        "quote": QUOTE,
        "text": "全文作证据时，改一位数字的错误漏过 60.6%[{n}]。",
    }
    found, stages = digest(["全文作证据时漏过全部错误[{n}]。"], saying("全部错误", **better))
    assert results(found) == [("全文作证据时，改一位数字的错误漏过 60.6%。", "supported", "corrected")]
    assert stages == ["digest", "reading"]


def test_a_correction_with_a_number_that_the_paper_does_not_have_is_not_published(digest):
    worse = {
        "verdict": "contradicted",
        "problem": "number",
        "quote": QUOTE,
        "text": "全文作证据时漏过 99.9% 的错误[{n}]。",
    }
    found, stages = digest(["全文作证据时漏过全部错误[{n}]。"], saying("全部错误", **worse))
    assert results(found) == [] and stages == ["digest", "reading", "repair"]
    (omitted,) = (o for o in found["omitted"] if o["section"] == "results")
    assert omitted["cause"] == "disputed" and "contradicted, number" in omitted["reason"]


def test_an_objection_that_quotes_nothing_of_the_paper_counts_for_nothing(digest):
    objection = {
        "verdict": "contradicted",
        "problem": "direction",
        "quote": "words that nobody ever wrote",
        "text": "不[{n}]。",
    }
    found, _ = digest(["全文作证据时漏过 60.6% 的错误[{n}]。"], saying("60.6%", **objection))
    assert results(found) == [("全文作证据时漏过 60.6% 的错误。", "supported", "unfounded")]


def test_the_checker_stays_the_judge_of_digits(digest):
    found, stages = digest(["全文作证据时漏过 66.6% 的错误[{n}]。"], saying("66.6%", quote=QUOTE))
    assert results(found) == [] and stages == ["digest", "reading", "repair"]


def test_a_reader_that_does_not_find_what_is_said_not_to_be_there_agrees():
    paper = Document("T", 1, passages=(Passage(1, 1, None, "We train three models.", (0, 0, 1, 1)),))
    evidence = Evidence(paper, Vocabulary())
    claim = Claim("limits", "未报告方差。", (), (), "supported", part="unreported")
    said = ReadSentence(id=1, verdict="absent", problem="elsewhere", quote="", text="")
    (settled,) = settle(claim, said, Quotes(evidence), evidence, Phrases())
    assert (settled.verdict, settled.decision) == ("supported", "agreed")
    found = said.model_copy(update={"verdict": "contradicted", "quote": "We train three models"})
    (settled,) = settle(claim, found, Quotes(evidence), evidence, Phrases())
    assert (settled.verdict, settled.decision) == ("disputed", "dropped")


@pytest.mark.parametrize(
    ("quote", "verdict"),
    [
        ("reaches 48.92 … reaches 55.31", "read"),
        ("reaches 48.92 ... reaches 55.31", "read"),
        ("48.92 … 55.31", "read"),
        ("reaches 48.92", "unsupported"),  # nothing to subtract
        ("reaches 48.92 … reaches 51.48", "unsupported"),  # another difference
        ("reaches 48.92 … reaches 99.99", "unsupported"),  # no words of the paper
        ("6.39 … reaches 48.92", "unsupported"),  # that it stands somewhere says nothing
    ],
)
def test_what_is_computed_from_the_places_that_the_reader_points_at_is_computed_again(quote, verdict):
    texts = ("Alone it reaches 48.92.", "Again it reaches 51.48.", "The tree reaches 55.31.", "It takes 6.39 days.")
    paper = Document("T", 1, passages=tuple(Passage(n, n, None, t, (0, 0, 1, 1)) for n, t in enumerate(texts, 1)))
    evidence = Evidence(paper, Vocabulary())
    claim = Claim("results", "树状采样高出 6.39 个百分点。", (2,), (2,), "unsupported", "6.39: not in what is cited")
    said = ReadSentence(id=1, verdict="supported", problem="none", quote=quote, text="")
    (settled,) = settle(claim, said, Quotes(evidence), evidence, Phrases())
    assert settled.verdict == verdict


def test_a_number_that_is_not_said_to_be_computed_is_not_computed_again():
    texts = ("Alone it reaches 48.92.", "The tree reaches 55.31.")
    paper = Document("T", 1, passages=tuple(Passage(n, n, None, t, (0, 0, 1, 1)) for n, t in enumerate(texts, 1)))
    quotes = Quotes(Evidence(paper, Vocabulary()))
    said, summed = (Claim("results", t, (2,), (2,), "unsupported") for t in ("树状采样为 104.23。", "两者共 104.23。"))
    assert not quotes.numbers_hold(said, "48.92 … 55.31")
    assert quotes.numbers_hold(summed, "48.92 … 55.31")


def test_a_correction_may_be_computed_from_what_the_reader_quotes():
    texts = ("Alone it reaches 48.92.", "The tree reaches 55.31.")
    paper = Document("T", 1, passages=tuple(Passage(n, n, None, t, (0, 0, 1, 1)) for n, t in enumerate(texts, 1)))
    evidence = Evidence(paper, Vocabulary())
    claim = Claim("results", "树状采样高得多。", (2,), (2,), "supported")
    said = ReadSentence(
        id=1, verdict="partly", problem="condition", quote="48.92 … 55.31", text="树状采样最多为 6.39[2]。"
    )
    (settled,) = settle(claim, said, Quotes(evidence), evidence, Phrases())
    assert (settled.text, settled.verdict, settled.decision) == ("树状采样最多为 6.39。", "read", "corrected")
    wrong = said.model_copy(update={"text": "树状采样最多为 6.93[2]。"})
    (settled,) = settle(claim, wrong, Quotes(evidence), evidence, Phrases())
    assert (settled.verdict, settled.decision) == ("disputed", "")


def _paper(*texts: str) -> Evidence:
    passages = tuple(Passage(n, n, None, text, (0, 0, 1, 1)) for n, text in enumerate(texts, 1))
    return Evidence(Document("T", len(texts), passages=passages), Vocabulary())


@pytest.mark.parametrize(
    ("quote", "known"),
    [
        ("48.92 … .447 … 15000", True),
        ("48.92 … .447 … 15,000", True),
        ("8.92 … reaches 48.92", False),
        ("489.2 … reaches 48.92", False),
        ("44 … reaches 48.92", False),  # of .447
        ("2 … 1 … reaches 48.92", False),  # numbers of passages, which the paper does not have
        ("…" * 9999, False),
        ("9" * 9999, False),
        ("", False),
    ],
)
def test_a_bare_number_that_is_quoted_stands_in_the_paper_as_a_number(quote, known):
    evidence = _paper("Alone it reaches 48.92.", "The loss of .447 falls after 15,000 rounds.")
    assert Quotes(evidence).has(quote) == known


@pytest.mark.parametrize("wrong", ["对照取自 Dyer (2061) 的方法。", "Pass@129 是独立采样的。", "基线是 Maze 3.1。"])
def test_digits_of_names_and_years_that_the_paper_does_not_have_need_the_readers_quote(wrong):
    evidence = _paper("We compare with the method of Dyer et al. (2016) on Maze 3.5.", "Pass@128 samples one by one.")
    claim = Claim("results", wrong, (1, 2), (1, 2), "unsupported", "the paper does not mention it")
    quote = "compare with the method of Dyer et al. (2016) on Maze 3.5"
    said = ReadSentence(id=1, verdict="supported", problem="none", quote=quote, text="")
    (settled,) = settle(claim, said, Quotes(evidence), evidence, Phrases())
    assert settled.verdict == "unsupported"


@pytest.mark.parametrize(
    "text",
    [
        "They train three models on Maze[1].",
        "Foobarnet 在 Maze 上训练三个模型[1]。",
        "在 Maze 上训练三个模型[77]。",
        "在 Maze 上训练三个模型。",
    ],
    ids=["English", "a name of its own", "cites what is not there", "cites nothing"],
)
@pytest.mark.parametrize("verdict", ["supported", "unsupported", "language"])
def test_a_correction_that_is_not_fit_to_print_is_not_published(text, verdict):
    evidence = _paper("We train three models on Maze.", "It reaches 48.92.")
    claim = Claim("results", "在 Maze 上训练五个模型。", (1,), (1,), verdict)
    said = ReadSentence(id=1, verdict="partly", problem="number", quote="We train three models", text=text)
    (settled,) = settle(claim, said, Quotes(evidence), evidence, Phrases())
    assert (settled.verdict, settled.text) == ("disputed", claim.text)


def test_a_sentence_that_cites_nothing_cites_the_words_that_the_reader_found_for_it():
    evidence = _paper("We train three models on Maze.", "The tree reaches 55.31.", "It is the best with 55.31 of all.")
    claim = Claim("results", "在 Maze 上训练三个模型。", (), (), "uncited", "cites no passage")
    said = ReadSentence(id=1, verdict="supported", problem="none", quote="train three models on Maze", text="")
    (settled,) = settle(claim, said, Quotes(evidence), evidence, Phrases())
    assert (settled.verdict, settled.passages, settled.pages) == ("read", (1,), (1,))


@pytest.mark.parametrize(
    ("quote", "pages"),
    [("three models on Maze", (1,)), ("three models … 55.31", (1,)), ("55.31 … 5.31", (2, 3)), ("5.31", ()), ("…", ())],
)
def test_a_quote_is_on_the_pages_that_have_its_words_or_its_numbers(quote, pages):
    evidence = _paper("We train three models on Maze.", "The tree reaches 55.31.", "It is the best with 55.31 of all.")
    assert Quotes(evidence).pages(quote) == pages


def test_a_reader_that_agrees_with_a_sentence_does_not_make_it_chinese():
    evidence = _paper("We train three models on Maze.")
    claim = Claim("results", "They train three models on Maze.", (1,), (1,), "language", "untranslated English")
    said = ReadSentence(id=1, verdict="supported", problem="none", quote="We train three models", text="")
    (settled,) = settle(claim, said, Quotes(evidence), evidence, Phrases())
    assert settled.verdict == "language"


def test_places_that_may_speak_against_a_sweeping_sentence_are_shown_and_no_others():
    texts = (
        "The planner wins on the Maze benchmark.",
        "On the Grid benchmark the planner loses to the plain search.",
        "Training took two days on one machine.",
    ) + ("A sentence about something that nobody asked for, to make the paper long enough.",) * 20
    paper = Document("T", 9, passages=tuple(Passage(n, n, None, t, (0, 0, 1, 1)) for n, t in enumerate(texts, 1)))
    evidence = Evidence(paper, read_vocabulary("专门 | 规划器 | planner\n通用 | 基准 | benchmark"))
    plain = Claim("results", "规划器在 Maze 基准上获胜。", (1,), (1,), "supported")
    sweeping = Claim("results", "规划器在所有基准上都获胜。", (1,), (1,), "supported")
    assert beside([plain], evidence) == set()
    assert beside([sweeping], evidence) == {2}


def test_what_says_a_fact_for_the_third_time_may_be_dropped(digest):
    told = [
        "对 arXiv 论文，全文检查漏过 60.6%[{n}]。",
        "在 arXiv 论文上，60.6% 没有查出[{n}]。",
        "再看 arXiv：60.6% 漏网[{n}]。",
    ]
    remarks: list[bool] = []

    def read(body: dict) -> list[dict]:
        remarks.append("said before in" in body["messages"][1]["content"])
        return saying("漏网", verdict="repeated", quote=QUOTE)(body)

    found, stages = digest(told, read)
    assert remarks == [True]
    assert [text for text, _, _ in results(found)] == [
        "对 arXiv 论文，全文检查漏过 60.6%。",
        "在 arXiv 论文上，60.6% 没有查出。",
    ]
    assert [o["cause"] for o in found["omitted"]] == ["repeat"] and "repair" not in stages


@pytest.mark.parametrize(
    "read",
    [
        lambda body: [],
        lambda body: [{"id": 999, "verdict": "contradicted", "problem": "number", "quote": "", "text": ""}],
        lambda body: [{**item, "quote": "nowhere in this paper at all"} for item in readings(body)],
    ],
    ids=["nothing", "other ids", "made-up quotes"],
)
def test_a_reader_that_is_of_no_use_changes_nothing_and_is_warned_of(digest, read):
    found, _ = digest(["全文作证据时漏过 60.6% 的错误[{n}]。"], read)
    assert results(found) == [("全文作证据时漏过 60.6% 的错误。", "supported", "")]
    assert len([w for w in found["warnings"] if w.startswith("second reading")]) == 1


@pytest.mark.parametrize(("setting", "sentences"), [("flagged", 1), ("never", 0)])
def test_only_what_is_doubted_is_read_or_nothing(digest, setting, sentences):
    asked: list[int] = []

    def read(body: dict) -> list[dict]:
        asked.append(body["messages"][1]["content"].count("〔"))
        return []

    digest(["全文作证据时漏过 66.6% 的错误[{n}]。"], read, setting)
    assert sum(asked) == sentences
