"""From a prompt to a valid value: chains of replies, live and stored."""

import asyncio
import json
from pathlib import Path
from typing import Annotated, Any, Literal

import pytest
from llm_bench import Bench, MemoryStore
from llm_server import LlmServer, Scripted, completion, failure, raw
from pydantic import BaseModel, Field

from summarizer.errors import (
    AnswerError,
    ContextLengthError,
    EndpointError,
    ModeratedError,
    StorageError,
    TryLaterError,
    UsageError,
)
from summarizer.llm.ask import Answer, ask
from summarizer.store.results import Store
from summarizer.types import Reply, Usage


class Verdict(BaseModel):
    摘要: Annotated[str, Field(min_length=2)]
    rating: Annotated[int, Field(ge=1, le=5)]
    kind: Literal["theory", "empirical"]


GOOD_TEXT = '{"摘要": "很好", "rating": 4, "kind": "theory"}'
GOOD = completion(GOOD_TEXT)
INVALID = completion('{"摘要": "好", "rating": 9}')
CUT = completion('{"摘要": "很好", "rating": 4, "ki', finish="length")
MESSAGES: list[dict[str, str]] = [{"role": "system", "content": "规则"}, {"role": "user", "content": "论文"}]
REASK = "问题：\n$errors\n再来。"


class Desk:
    """Asks the same question as a new process each time, with one store."""

    def __init__(self, bench: Bench) -> None:
        self.bench, self.store = bench, MemoryStore()

    def ask(
        self, server: LlmServer, store: Any = None, config: dict[str, Any] | None = None, **changes: Any
    ) -> Answer[Verdict]:
        async def run() -> Answer[Verdict]:
            async with self.bench.client(server, **(config or {})) as client:
                arguments = {
                    "stage": "digest", "messages": MESSAGES, "schema": Verdict, "max_tokens": 100, "subject": "2410.11988v1", "reask": REASK,
                }  # fmt: skip
                return await ask(client, store or self.store, **(arguments | changes))

        return asyncio.run(run())


@pytest.fixture
def desk(bench: Bench) -> Desk:
    return Desk(bench)


def sent(server: LlmServer, request: int) -> list[dict[str, str]]:
    messages: list[dict[str, str]] = server.requests[request].body["messages"]
    return messages


def test_a_good_reply_is_one_call_and_then_none(desk: Desk) -> None:
    with LlmServer([GOOD]) as server:
        first, second = desk.ask(server), desk.ask(server)
        assert first.value == Verdict(摘要="很好", rating=4, kind="theory")
        assert (first.calls, first.replies, first.reasks, first.usage) == (1, 1, 0, Usage(100, 0, 20))
        assert (second.value, second.usage) == (first.value, first.usage)
        assert (second.calls, second.replies) == (0, 1)
        assert len(server.requests) == 1


def test_the_key_holds_what_changes_the_reply_and_nothing_else(desk: Desk) -> None:
    with LlmServer([GOOD]) as one, LlmServer([GOOD]) as other:
        parts = desk.ask(one).parts
        assert set(parts) == {"stage", "version", "model", "params", "reask", "messages", "schema"}
        assert parts["params"] == {"temperature": None, "max_tokens": 100}
        assert desk.ask(other).calls == 0  # another endpoint
        assert desk.ask(other, max_tokens=101).calls == 1
        assert desk.ask(other, config={"model": "m2"}).calls == 1
        assert desk.ask(other, config={"temperature": 0.5}).calls == 1
        assert desk.ask(other, stage="notes").calls == 1


@pytest.mark.parametrize(
    ("bad", "said", "reason"),
    [
        (INVALID, '{"摘要": "好", "rating": 9}', "rating: Input should be less than or equal to 5"),
        (completion("好的。"), "好的。", "no JSON object"),
        (completion("好" * 9_000), "好" * 2_000, "no JSON object"),
        (completion('{"摘要": "很好", "rating": 4, "ki'), '{"摘要": "很好", "rating": 4, "ki', "Unterminated string"),
        (completion(""), "{}", "empty"),
        (completion(None), "{}", "empty"),
        (completion(None, refusal="I can't help with that."), "I can't help with that.", "refused"),
        (completion("", finish="content_filter"), "{}", "content_filter"),
        (completion("<think>hm</think>[1]"), "[1]", "no JSON object"),
        (raw({"choices": [{"finish_reason": "sensitive", "message": {}}]}), "{}", "sensitive"),
    ],
)  # fmt: skip
def test_an_unusable_reply_goes_back_once_with_the_reason(desk: Desk, bad: Scripted, said: str, reason: str) -> None:
    with LlmServer([bad, GOOD]) as server:
        answer = desk.ask(server)
    assert answer.value.rating == 4
    assert (answer.calls, answer.replies, answer.reasks) == (2, 2, 1)
    *question, assistant, user = sent(server, 1)
    assert question == MESSAGES
    assert assistant == {"role": "assistant", "content": said}
    assert user["role"] == "user"
    assert user["content"].startswith("问题：\n- ")
    assert reason in user["content"]


def test_a_failed_check_goes_back_too(desk: Desk) -> None:
    with LlmServer([completion(GOOD_TEXT.replace("4", "2")), GOOD]) as server:
        answer = desk.ask(server, check=lambda verdict: ["rating: too $low"] if verdict.rating < 3 else [])
    assert answer.value.rating == 4
    assert "- rating: too $low\n" in sent(server, 1)[-1]["content"]


def test_two_reasks_at_most_each_with_the_last_try_only(desk: Desk) -> None:
    tries = [completion(json.dumps({"摘要": "", "rating": rating})) for rating in (7, 8, 9)]
    with LlmServer([*tries, GOOD]) as server, pytest.raises(AnswerError) as caught:
        desk.ask(server)
    assert caught.value.paper_id == "2410.11988v1"
    assert "digest: no usable answer in 3 replies" in caught.value.reason
    assert "kind: Field required" in caught.value.reason
    assert [len(sent(server, i)) for i in range(3)] == [2, 4, 4]
    assert '"rating": 8' in sent(server, 2)[2]["content"]
    assert len(desk.store.replies) == 3  # all kept as paid for


def test_at_most_ten_short_problems_are_shown(desk: Desk) -> None:
    with LlmServer([completion(GOOD_TEXT.replace("4", "2")), GOOD]) as server:
        desk.ask(server, check=lambda verdict: ["很长" * 500] * 99 if verdict.rating < 3 else [])
    lines = sent(server, 1)[-1]["content"].splitlines()[1:-1]
    assert len(lines) == 10
    assert max(map(len, lines)) <= 202


def test_a_stored_chain_is_walked_without_calls(desk: Desk) -> None:
    with LlmServer([CUT, INVALID, completion("no"), GOOD]) as server:
        live, stored = desk.ask(server), desk.ask(server)
        assert len(server.requests) == 4
    assert (live.calls, live.replies, live.reasks) == (4, 4, 2)
    assert (stored.calls, stored.replies, stored.reasks) == (0, 4, 2)
    assert stored.usage == live.usage == Usage(400, 0, 80)


def test_a_killed_run_goes_on_where_it_stopped(desk: Desk) -> None:
    with LlmServer([INVALID, failure(401, "no")]) as server, pytest.raises(Exception, match="OPENAI_API_KEY"):
        desk.ask(server)
    with LlmServer([GOOD]) as server:
        answer = desk.ask(server)
    assert (answer.calls, answer.replies, answer.reasks) == (1, 2, 1)


def test_a_bad_answer_is_final_for_a_run_but_not_for_ever(desk: Desk) -> None:
    with LlmServer([INVALID]) as server:
        with pytest.raises(AnswerError):
            desk.ask(server)
        assert len(server.requests) == 3
        with pytest.raises(AnswerError):
            desk.ask(server)  # the stored chain, then live again, once
        assert len(server.requests) == 6
    with LlmServer([GOOD]) as server:
        assert desk.ask(server).calls == 1
        assert desk.ask(server).calls == 0  # overwritten


def test_a_better_validator_costs_nothing(desk: Desk) -> None:
    def strict(verdict: Verdict) -> list[str]:
        return ["no"]

    with LlmServer([GOOD]) as server:
        with pytest.raises(AnswerError):
            desk.ask(server, check=strict)
        before = len(server.requests)
        assert desk.ask(server).calls == 0
        assert len(server.requests) == before


@pytest.mark.parametrize("reason", ["length", "max_tokens"])
def test_a_cut_reply_is_asked_for_again_with_twice_the_limit(desk: Desk, reason: str) -> None:
    with LlmServer([completion('{"摘要": {"x": 1}, "ra', finish=reason), GOOD]) as server:
        answer = desk.ask(server)
    assert (answer.calls, answer.reasks) == (2, 0)
    assert [request.body["max_tokens"] for request in server.requests] == [100, 200]
    assert sent(server, 1) == MESSAGES


def test_cut_twice_is_the_end(desk: Desk) -> None:
    with LlmServer([CUT]) as server, pytest.raises(AnswerError, match="cut at its limit"):
        desk.ask(server)
    assert len(server.requests) == 2


def test_the_limit_is_not_raised_past_the_context(desk: Desk) -> None:
    with LlmServer([CUT]) as server, pytest.raises(AnswerError, match="cut at its limit"):
        desk.ask(server, max_tokens=1_500, config={"context_tokens": 2_000})
    first, second = (request.body["max_tokens"] for request in server.requests)
    assert first == 1_500
    assert 1_900 < second < 2_000


def test_a_whole_object_at_the_limit_counts(desk: Desk) -> None:
    with LlmServer([completion(GOOD_TEXT + "\n\n\n", finish="length")]) as server:
        assert desk.ask(server).calls == 1


def test_a_server_that_ignores_the_format_is_stepped_down_from(desk: Desk) -> None:
    def script(body: dict[str, Any]) -> Scripted:
        return GOOD if "json_schema" not in str(body.get("response_format")) else completion("好的，我来总结。")

    with LlmServer(script) as server:
        answer = desk.ask(server)
        assert (answer.calls, answer.reasks) == (3, 2)
        assert server.requests[2].body["response_format"] == {"type": "json_object"}
        assert desk.ask(server, messages=[{"role": "user", "content": "另一篇"}]).calls == 1


def test_a_request_that_does_not_fit_is_its_own_error_and_not_repeated(desk: Desk) -> None:
    with LlmServer([failure(400, "maximum context length is 8192 tokens")]) as server:
        with pytest.raises(ContextLengthError) as caught:
            desk.ask(server)
        assert len(server.requests) == 1
    assert caught.value.paper_id == "2410.11988v1"
    assert "context_tokens" in caught.value.reason


def test_a_request_refused_for_what_is_in_it_fails_this_paper_only(desk: Desk) -> None:
    with LlmServer([failure(400, "inappropriate content", "data_inspection_failed")]) as server:
        with pytest.raises(AnswerError, match="inappropriate content"):
            desk.ask(server)
        assert len(server.requests) == 1


def test_half_surrogates_from_a_pdf_or_a_model_do_no_harm(desk: Desk, tmp_path: Path) -> None:
    spoilt = [{"role": "user", "content": "a\ud800b"}]
    with LlmServer([completion('{"摘要": "很\ud800好", "rating": 4, "kind": "theory"}')]) as server:
        answer = desk.ask(server, messages=spoilt, store=Store(tmp_path))
        assert answer.value.摘要 == "很\ufffd好"
        assert sent(server, 0) == [{"role": "user", "content": "a\ufffdb"}]
        assert desk.ask(server, messages=spoilt, store=Store(tmp_path)).calls == 0


@pytest.mark.parametrize("template", ["no place", "$errors and $more", "costs 5$ $errors"])
def test_a_reask_prompt_without_its_place_is_refused_before_any_call(desk: Desk, template: str) -> None:
    with LlmServer([GOOD]) as server:
        with pytest.raises(UsageError, match=r"\$errors"):
            desk.ask(server, reask=template)
        assert not server.requests


def test_the_shipped_reask_prompt_fits(desk: Desk) -> None:
    shipped = (Path(__file__).parents[2] / "prompts" / "reask.md").read_text(encoding="utf-8")
    with LlmServer([INVALID, GOOD]) as server:
        desk.ask(server, reask=shipped)
    assert "- kind: Field required" in sent(server, 1)[-1]["content"]


def test_errors_of_the_disk_and_of_the_service_pass_through(desk: Desk) -> None:
    class Full(MemoryStore):
        def save_reply(self, parts: Any, reply: Reply) -> None:
            raise StorageError("disk full")

    with LlmServer([GOOD]) as server, pytest.raises(StorageError):
        desk.ask(server, store=Full())
    with LlmServer([failure(503, "down")]) as server, pytest.raises(TryLaterError):
        desk.ask(server, config={"call_deadline_seconds": 0.4})


def test_a_mended_reply_is_an_answer_and_marked_and_costs_no_call(desk: Desk) -> None:
    with LlmServer([completion('{"摘要": "所谓"轻载"时很快", "rating": 4, "kind": "theory",}')]) as server:
        answer = desk.ask(server)
        assert (answer.value.摘要, answer.calls) == ('所谓"轻载"时很快', 1)
        assert "Expecting ',' delimiter (line 1 column" in answer.mended
        assert desk.ask(server).calls == 0


def test_a_reask_names_the_slip_and_never_takes_a_part_for_the_whole(desk: Desk) -> None:
    broken = '{"摘要": {"摘要": "很好", "rating": 4, "kind": "theory"}, "rating": 4, "ki'
    with LlmServer([completion(broken), GOOD]) as server:
        assert desk.ask(server).value.rating == 4
        said = sent(server, 1)
    assert "malformed JSON: Unterminated string" in said[-1]["content"]
    assert "Field required" not in said[-1]["content"]
    assert said[-2]["content"] == broken


def test_a_mended_reply_with_fields_that_nobody_asked_for_is_not_trusted(desk: Desk) -> None:
    with LlmServer([completion('{"摘要": "很好", "rating": 4, "kind": "theory", "as": "x",}'), GOOD]) as server:
        assert desk.ask(server).reasks == 1
        assert "fields as" in sent(server, 1)[-1]["content"]


def test_further_fields_of_the_body_name_the_reply(desk: Desk) -> None:
    with LlmServer([GOOD]) as server:
        desk.ask(server)
        assert desk.ask(server, config={"request": {"reasoning_effort": "low"}}).calls == 1
        assert desk.ask(server, config={"stream": True}).calls == 0


@pytest.mark.parametrize(
    ("refusal", "kind"),
    [
        (failure(400, "inappropriate content", "data_inspection_failed"), ModeratedError),
        (failure(400, "maximum context length is 8192 tokens"), ContextLengthError),
        (failure(422, "nobody knows"), EndpointError),
    ],
)
def test_what_a_refusal_is_about_is_its_kind(desk: Desk, refusal: Scripted, kind: type[AnswerError]) -> None:
    with LlmServer([refusal]) as server, pytest.raises(AnswerError) as caught:
        desk.ask(server)
    assert type(caught.value) is kind


def test_absurd_counts_of_tokens_are_no_counts(desk: Desk) -> None:
    with LlmServer([completion(GOOD_TEXT, usage={"prompt_tokens": 10**300, "completion_tokens": 1e300})]) as server:
        assert desk.ask(server).usage.prompt < 1_000
