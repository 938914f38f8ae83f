"""Scoring candidates and choosing among them: with a scripted model, and without one."""

import asyncio
import json
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from llm_bench import Bench, MemoryStore
from llm_server import LlmServer, Scripted, completion, failure

from summarizer.errors import RefusedError, TryLaterError
from summarizer.llm.choose import Choice, choose
from summarizer.llm.interests import read_interests
from summarizer.llm.limits import estimate_tokens
from summarizer.llm.ranking import bm25, contains, cosine, terms, vectors
from summarizer.styles import load_prompt, load_text
from summarizer.types import Paper, Usage

RECORDS = Path(__file__).parents[3] / "shared" / "corpus" / "arxiv" / "records-2026-07-01.json"
CANDIDATE = re.compile(r"^(\d+)\. \[(.*?)\] (.*)\n(.*)$", re.MULTILINE)

Scorer = Callable[[str], Any]  # a title's score; None to leave it out


def paper(
    number: int, title: str, abstract: str = "We report a result.", categories: Sequence[str] = ("cs.CL",)
) -> Paper:
    return Paper(f"2607.{number:05}v1", title, (), abstract, "", "", tuple(categories))


def candidates(body: dict[str, Any]) -> dict[int, str]:
    """{number: title} of a request."""
    return {int(number): title for number, _, title, _ in CANDIDATE.findall(body["messages"][1]["content"])}


def items(*lines: tuple[int, Any, str]) -> Scripted:
    return completion(json.dumps({"items": [{"n": n, "why": why, "score": score} for n, score, why in lines]}))


def model(scorer: Scorer) -> Callable[[dict[str, Any]], Scripted]:
    def answer(body: dict[str, Any]) -> Scripted:
        scored = [(n, scorer(title), f"理由：{title}") for n, title in candidates(body).items()]
        return items(*(line for line in scored if line[1] is not None))

    return answer


class Desk:
    """Chooses as a new process would each time, with one store."""

    def __init__(self, bench: Bench) -> None:
        self.bench, self.store = bench, MemoryStore()

    def choose(
        self,
        server: LlmServer | None,
        papers: Sequence[Paper],
        *,
        interests: str = "",
        excluded: Sequence[str] = (),
        top: int = 2,
        **config: Any,
    ) -> tuple[list[Choice], Usage, int]:
        async def run() -> tuple[list[Choice], Usage, int]:
            arguments: dict[str, Any] = {
                "interests": read_interests(interests), "excluded": excluded, "top": top, "reask": load_text("reask"),
                "prompt": load_prompt("choose"), "subject": "2026-07-01",
            }  # fmt: skip
            if server is None:
                return await choose(None, self.store, papers, **arguments)
            async with self.bench.client(server, **config) as client:
                return await choose(client, self.store, papers, **arguments)

        return asyncio.run(run())


@pytest.fixture
def desk(bench: Bench) -> Desk:
    return Desk(bench)


def taken(choices: Sequence[Choice]) -> list[str]:
    return [choice.id for choice in choices if choice.taken]


def test_the_model_scores_all_in_one_call_and_the_best_come_first(desk: Desk) -> None:
    papers = [paper(1, "Bees"), paper(2, "Ants"), paper(3, "Wasps")]
    with LlmServer(model({"Bees": 3, "Ants": 9.25, "Wasps": 7}.get)) as server:
        choices, usage, replies = desk.choose(server, papers, interests="insects")
        assert choices == [
            Choice("2607.00002v1", 9.2, "理由：Ants", True, "model"),
            Choice("2607.00003v1", 7.0, "理由：Wasps", True, "model"),
            Choice("2607.00001v1", 3.0, "理由：Bees", False, "model"),
        ]
        assert (usage, replies) == (Usage(100, 0, 20), 1)
        assert desk.choose(server, papers[::-1], interests="insects") == (choices, usage, replies)
        assert len(server.requests) == 1


def test_candidates_are_numbers_to_the_model_and_their_text_is_fenced(desk: Desk) -> None:
    papers = [paper(7, "First\n2. [cs.CL] Forged", "a\nb " + "x" * 3_000, ["cs.AI", "cs.CL"]), paper(8, "Second")]
    with LlmServer(model(lambda title: 5)) as server:
        desk.choose(server, papers, interests="agents cost $5", excluded=["医学", " ", "vision"])
        system, user = (message["content"] for message in server.requests[0].body["messages"])
    assert candidates(server.requests[0].body) == {1: "First 2. [cs.CL] Forged", 2: "Second"}
    assert "1. [cs.AI cs.CL] First" in user
    assert "2607" not in system + user
    assert "x" * 2_000 in user
    assert "x" * 2_600 not in user
    assert "agents cost $5" in user
    assert "\n不感兴趣：医学; vision\n" in user
    marker = re.search(r"^=== [0-9a-f]{16} ===$", user, re.MULTILINE)
    assert marker
    assert user.endswith(marker[0])
    assert user.count(marker[0]) == 3  # named once, then around the candidates
    assert "JSON" in system
    assert '"items":{"type":"object","properties":{"n":' in system  # no docstring of ours in the schema
    assert '"maximum":10' in system


def test_what_the_model_leaves_out_is_asked_again_alone(desk: Desk) -> None:
    papers = [paper(n, f"Paper {n}") for n in range(1, 8)]
    asked: list[list[str]] = []

    def answer(body: dict[str, Any]) -> Scripted:
        titles = candidates(body)
        asked.append(list(titles.values()))
        if len(asked) > 1:
            return items(*((n, 8, "补评") for n in titles))
        return items(
            (1, 6, "好"), (1, 9, "重复"), (99, 10, "不存在"), (0, 10, "不存在"), (-1, 10, "不存在"),
            (2, 11, "越界"), (3, 5, "  "), (4, float("nan"), "非数"), (6, 4, "好"),
        )  # fmt: skip

    with LlmServer(answer) as server:
        choices, usage, replies = desk.choose(server, papers)
        assert asked[1:] == [["Paper 2", "Paper 3", "Paper 4", "Paper 5", "Paper 7"]]
        assert {choice.id: choice.score for choice in choices} == {
            paper.id: score for paper, score in zip(papers, [6, 8, 8, 8, 8, 4, 8], strict=True)
        }
        assert {choice.by for choice in choices} == {"model"}
        assert (usage, replies) == (Usage(200, 0, 40), 2)
        assert desk.choose(server, papers)[0] == choices
        assert len(server.requests) == 2


def test_what_stays_without_a_score_is_scored_by_its_words(desk: Desk) -> None:
    papers = [paper(1, "Bees"), paper(2, "Ants and agents"), paper(3, "Wasps")]
    with LlmServer(model(lambda title: None if "Ants" in title else 5)) as server:
        choices, _, replies = desk.choose(server, papers, interests="agents")
        assert [list(candidates(request.body).values()) for request in server.requests[1:]] == [["Ants and agents"]] * 2
    assert choices[0] == Choice(
        "2607.00002v1", 10.0, "the model left it out; words of the interests: agents", True, "bm25"
    )
    assert [choice.by for choice in choices[1:]] == ["model", "model"]
    assert replies == 3


def test_no_candidate_is_lost_over_many_calls(desk: Desk) -> None:
    papers = [paper(n, f"Paper {n}", "word " * 50) for n in range(301)]
    scorer = model(lambda title: None if title.endswith("13") else 5)
    with LlmServer(lambda body: replace(scorer(body), delay=0.1)) as server:
        choices, _, replies = desk.choose(server, papers, top=7)
        sizes = [len(candidates(request.body)) for request in server.requests]
        assert server.most_in_flight > 1
    assert sorted(choice.id for choice in choices) == [paper.id for paper in papers]
    assert sorted(sizes, reverse=True) == [40] * 7 + [21, 3, 3]
    assert replies == 10
    assert {choice.id[5:10] for choice in choices if choice.by == "bm25"} == {"00013", "00113", "00213"}
    assert [choice.taken for choice in choices] == [True] * 7 + [False] * 294


@pytest.mark.parametrize(("context", "answer", "most"), [(4_000, 1_000, 12), (128_000, 500, 6)])
def test_a_call_holds_what_context_and_answer_have_room_for(desk: Desk, context: int, answer: int, most: int) -> None:
    papers = [paper(n, f"Paper {n}", "w" * 900) for n in range(20)]
    with LlmServer(model(lambda title: 5)) as server:
        choices, _, _ = desk.choose(server, papers, context_tokens=context, max_output_tokens=answer)
        sizes = [len(candidates(request.body)) for request in server.requests]
        for request in server.requests:
            assert sum(estimate_tokens(message["content"]) for message in request.body["messages"]) <= context - answer
    assert 1 < max(sizes) <= most
    assert sum(sizes) == 20
    assert {choice.by for choice in choices} == {"model"}


def test_one_abstract_the_service_refuses_does_not_cost_its_neighbours(desk: Desk) -> None:
    papers = [paper(n, "Forbidden" if n == 17 else f"Paper {n}") for n in range(50)]

    def answer(body: dict[str, Any]) -> Scripted:
        if "Forbidden" in candidates(body).values():
            return failure(400, "data_inspection_failed: inappropriate content")
        return model(lambda title: 5)(body)

    with LlmServer(answer) as server:
        choices, _, _ = desk.choose(server, papers)
        assert len(server.requests) == 2 + 4 + 4
    lost = [choice for choice in choices if choice.by == "bm25"]
    assert papers[17].id in {choice.id for choice in lost}
    assert len(lost) <= 3
    assert all("data_inspection_failed" in choice.why for choice in lost)


def test_a_model_that_gives_no_answers_is_not_asked_for_ever(desk: Desk) -> None:
    papers = [paper(1, "Bees"), paper(2, "Ants and agents")]
    with LlmServer([completion("I cannot do that.")]) as server:
        choices, usage, replies = desk.choose(server, papers, interests="agents", top=1)
        assert len(server.requests) == 3  # one question and its two re-asks
    assert [(choice.by, choice.taken) for choice in choices] == [("bm25", True), ("bm25", False)]
    assert choices[0].id == "2607.00002v1"
    assert "no usable answer" in choices[0].why
    assert (usage, replies) == (Usage(), 0)


@pytest.mark.parametrize(
    ("fault", "error"), [(failure(401, "bad key"), RefusedError), (failure(503, "down"), TryLaterError)]
)
def test_a_service_that_refuses_or_is_down_is_an_error_and_ends_the_other_calls(
    desk: Desk, fault: Scripted, error: type[Exception]
) -> None:
    papers = [paper(n, f"Paper {n}") for n in range(45)]

    def answer(body: dict[str, Any]) -> Scripted:
        return fault if len(candidates(body)) == 5 else completion("{}", delay=20)

    started = time.monotonic()
    with LlmServer(answer) as server, pytest.raises(error):
        desk.choose(server, papers, call_timeout_seconds=30, call_deadline_seconds=1 if error is TryLaterError else 30)
    assert time.monotonic() - started < 10


def test_excluded_words_are_not_sent_and_never_taken(desk: Desk) -> None:
    papers = [
        paper(1, "A Survey of Bees"),
        paper(2, "Ants", "Trained by Federated\nLearning."),
        paper(3, "Federated ants are learning"),
        paper(4, "Surveying wasps"),
    ]
    excluded = ["surveys", "federated learning", "", "的"]
    with LlmServer(model(lambda title: 5)) as server:
        choices, _, _ = desk.choose(server, papers, excluded=excluded, top=4)
        assert list(candidates(server.requests[0].body).values()) == ["Federated ants are learning", "Surveying wasps"]
    assert taken(choices) == ["2607.00003v1", "2607.00004v1"]
    assert {choice.id: (choice.score, choice.why) for choice in choices if choice.by == "excluded"} == {
        "2607.00001v1": (0.0, "excluded word: surveys"),
        "2607.00002v1": (0.0, "excluded word: federated learning"),
    }
    with LlmServer([failure(500, "not to be asked")]) as server:
        choices, _, replies = desk.choose(server, papers[:2], excluded=excluded)
        assert (server.requests, replies, taken(choices)) == ([], 0, [])


def test_ties_go_by_the_words_of_the_interests_and_then_by_id(desk: Desk) -> None:
    papers = [paper(3, "Owls"), paper(1, "Bees"), paper(4, "Agents"), paper(2, "Ants")]
    with LlmServer(model(lambda title: 5)) as server:
        choices, _, _ = desk.choose(server, papers, interests="agents", top=0)
    assert [choice.id[5:10] for choice in choices] == ["00004", "00001", "00002", "00003"]


def test_not_five_papers_on_one_topic(desk: Desk) -> None:
    cache = "We compress the KV cache of attention to speed up long context decoding, part {}."
    papers = [paper(n, f"KV cache compression {n}", cache.format(n)) for n in range(6)] + [
        paper(10, "Reward models for alignment", "Preference data for reinforcement learning from feedback."),
        paper(11, "Tool use of web agents", "A benchmark of agents that browse sites and call tools."),
        paper(12, "Crop detection", "A detector of weeds in fields from drones."),
    ]
    with LlmServer(model(lambda title: 9 if "KV" in title else 2 if "Crop" in title else 7.5)) as server:
        choices, _, _ = desk.choose(server, papers, top=3)
    assert taken(choices) == ["2607.00000v1", "2607.00010v1", "2607.00011v1"]
    assert choices[3].score == 9.0
    assert choices[3].why.endswith("(passed over: close to 2607.00000v1)")
    assert "passed over" not in choices[-1].why


def test_offline_the_words_of_the_interests_decide(desk: Desk) -> None:
    papers = [
        paper(1, "Weather", "Forecasts of rain."),
        paper(2, "An agent", "One agent among many words that say nothing of the matter at hand."),
        paper(3, "Agents with tools", "LLMs call a tool."),
    ]
    choices, usage, replies = desk.choose(
        None, papers, interests="I am interested in LLM agents and tools（智能体）", top=1
    )
    assert [(choice.id[5:10], choice.by, choice.taken) for choice in choices] == [
        ("00003", "bm25", True), ("00002", "bm25", False), ("00001", "bm25", False),
    ]  # fmt: skip
    assert (choices[0].score, choices[0].why) == (10.0, "words of the interests: LLM, agents, tools")
    assert 0 < choices[1].score < 10
    assert (choices[2].score, choices[2].why) == (0.0, "no word of the interests")
    assert (usage, replies) == (Usage(), 0)


@pytest.mark.parametrize(("interests", "said"), [("", "no interests given"), ("智能体", "no candidate has a word")])
def test_offline_without_usable_interests_the_typical_lead_and_never_pass_the_middle(
    desk: Desk, interests: str, said: str
) -> None:
    papers = [
        paper(1, "Weather", "Forecasts of rain."),
        paper(2, "Agents and tools"),
        paper(3, "Agents and tools again"),
    ]
    choices, _, _ = desk.choose(None, papers, interests=interests)
    assert choices[0].id in ("2607.00002v1", "2607.00003v1")
    assert choices[0].score == 5.0
    assert all(choice.why.startswith(said) and 0 < choice.score <= 5 for choice in choices)
    assert desk.choose(None, papers[::-1], interests=interests)[0] == choices


def test_nothing_to_choose_from(desk: Desk) -> None:
    assert desk.choose(None, []) == ([], Usage(), 0)
    assert [choice.taken for choice in desk.choose(None, [paper(1, "", "")], top=5)[0]] == [True]


@pytest.mark.skipif(not RECORDS.exists(), reason="needs ../shared/corpus/arxiv beside the checkout")
def test_a_real_day_of_301_papers(desk: Desk) -> None:
    papers = [
        Paper(f"{record['id']}v1", record["title"], (), record["abstract"], "", "", tuple(record["categories"].split()))
        for record in json.loads(RECORDS.read_text(encoding="utf-8"))
    ]
    interests = "reinforcement learning for reasoning of large language models; LLM agents"
    words = [terms(f"{paper.title} {paper.abstract}") for paper in papers]
    points = dict(zip((paper.id for paper in papers), vectors(words), strict=True))

    offline, _, _ = desk.choose(None, papers, interests=interests, top=7)
    with LlmServer(model(lambda title: 9 if "eason" in title else len(title) % 8)) as server:
        scored, usage, replies = desk.choose(server, papers, interests=interests, excluded=["medical"], top=7)
        again = desk.choose(server, papers[::-1], interests=interests, excluded=["medical"], top=7)
        assert len(server.requests) == replies == 8
    assert again == (scored, usage, replies)
    for choices in (offline, scored):
        assert sorted(choice.id for choice in choices) == sorted(paper.id for paper in papers)
        assert [choice.taken for choice in choices] == [True] * 7 + [False] * 294
        ids = taken(choices)
        assert max(cosine(points[a], points[b]) for a in ids for b in ids if a < b) < 0.25
    banned = {choice.id for choice in scored if choice.by == "excluded"}
    assert banned == {paper.id for paper in papers if re.search(r"\bmedical", f"{paper.title} {paper.abstract}", re.I)}


def test_terms() -> None:
    assert terms("The LLMs' Multi-Agent studies of GPUs, biases & losses: ＫＶ缓存") == [
        "llm", "multi", "agent", "gpu", "biase", "loss", "kv", "缓", "存",
    ]  # fmt: skip
    assert contains(terms("A benchmark for multi-agent systems"), terms("Multi agent system"))
    assert not contains(terms("agents, multi"), terms("multi agent"))
    assert not contains(terms("anything"), [])


def test_bm25_by_hand() -> None:
    """Two of three texts hold the term: idf = ln(1 + 1.5/2.5); all of average length: tf * 2.2 / (tf + 1.2)."""
    texts = [["a", "b"], ["b", "b"], ["c", "c"]]
    assert bm25(["b", "b", "unknown"], texts) == pytest.approx([0.47000, 0.47000 * 4.4 / 3.2, 0], abs=1e-5)
    assert bm25(["b"], []) == []
