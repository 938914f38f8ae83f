"""What is read off a figure: said to be about so much, no finer than an eye can tell, and of a figure that was shown."""

import pytest

from summarizer.paper.figures import with_figures
from summarizer.trust.check import PUBLISHED, check_statement
from summarizer.trust.claims import split_statements
from summarizer.trust.evidence import Evidence
from summarizer.trust.marks import Marks, figure_mark
from summarizer.trust.wordlists import Vocabulary
from summarizer.types import Claim, Document, Figure, Passage

BOX = (0.0, 0.0, 1.0, 1.0)
PAPER = Document(
    "Preferences", 3,
    passages=(
        Passage(1, 1, None, "DPO is trained with a temperature of 0.25 and beats PPO by 12.5 points.", BOX),
        Passage(2, 2, None, "Figure 3: Win rates of DPO, PPO and Best of 128 over temperatures.", BOX, "caption", item="Figure 3"),
    ),
    figures=(Figure("Figure 3", "Win rates", 2, BOX, "fig3.png"), Figure("Figure 4", "Rewards", 3, BOX, "fig4.png")),
)  # fmt: skip
SHOWN = with_figures(PAPER, ["Figure 3"])


def claim(text: str, document: Document = SHOWN) -> Claim:
    statement = split_statements("results", Marks(document).as_numbers(text))[0]
    return check_statement(statement, Evidence(document, Vocabulary()))


@pytest.mark.parametrize(
    "text",
    [
        "温度为 0.25 时，DPO 的胜率约为 37%，低于 PPO[F3]。",
        "DPO 的胜率在 37% 左右[F3]。",
        "DPO 的胜率大致从 0.6 降到 0.4[F3]。",
        "Best of 128 的曲线在温度升高后仍接近 0.54[1][F3]。",
        "温度升高后 DPO 与 PPO 的曲线相交[F3]。",
        "两条曲线里，DPO 的 4 条分支都在下降[F3]。",
        "图注说 DPO 始终最好，图中却有一处低于 PPO[2][F3]。",
        "DPO 领先 12.5 个百分点，图上的差距与此一致[1][F3]。",
        "DPO 的胜率约为 37%[F3b]。",
    ],
)
def test_a_rounded_reading_is_published_as_one(text: str) -> None:
    found = claim(text)
    assert found.verdict == "figure", found.reason
    assert 2 in found.pages and "figure" in PUBLISHED


@pytest.mark.parametrize(
    ("text", "verdict", "reason"),
    [
        ("温度升高后 DPO 的胜率为 37%[F3]。", "unsupported", "37%: read off a figure"),
        ("DPO 的胜率约为 37.26%[F3]。", "unsupported", "37.26%: finer than can be read"),
        ("DPO 用了约 12,345 步[F3]。", "unsupported", "12,345: finer"),
        ("ORPO 的胜率约为 37%[F3]。", "unsupported", "ORPO: the paper does not mention it"),
        ("奖励约为 3.5[F4]。", "uncited", "does not have"),
        ("DPO 的胜率约为 37%[1]。", "unsupported", "37%"),
    ],
    ids=["bare", "fine", "fine count", "name", "not shown", "text"],
)
def test_what_cannot_be_a_reading_is_not(text: str, verdict: str, reason: str) -> None:
    found = claim(text)
    assert found.verdict == verdict and reason in found.reason


def test_without_figures_a_mark_of_one_is_no_mark() -> None:
    assert Marks(PAPER).as_numbers("以 [F1] 为指标[F3]。") == "以 [F1] 为指标[F3]。"
    assert with_figures(PAPER, ()).passages == PAPER.passages


def test_a_figure_is_cited_by_its_mark_and_found_at_its_place() -> None:
    added = SHOWN.passages[-1]
    assert (added.id, added.page, added.kind, added.text, added.bbox) == (3, 2, "figure", "Figure 3", BOX)
    assert Marks(SHOWN).as_numbers("低[F3][1]。") == "低[3][1]。"
    assert Marks(SHOWN).of_passages([1, 3]) == ["1", "F3"]


@pytest.mark.parametrize(
    ("label", "mark"),
    [("Figure 3", "F3"), ("Figure A.1", "FA.1"), ("Figure S2", "FS2"), ("Figure 3a", "F3a"), ("Figure IV", ""),
     ("Algorithm 1", ""), ("Scheme 2", "")],
)  # fmt: skip
def test_the_mark_of_a_figure(label: str, mark: str) -> None:
    assert figure_mark(label) == mark
