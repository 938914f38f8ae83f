"""One call against a server that misbehaves: what is retried, what is changed, what is said."""

import asyncio
import base64
import json
import socket
import subprocess
import sys
import threading
import time
import tracemalloc
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
from llm_bench import KEY, Bench, request
from llm_server import LlmServer, Script, Scripted, completion, failure, html, raw

from summarizer.errors import RefusedError, SummarizerError, TryLaterError, UsageError
from summarizer.llm.client import ChatMessage, Client
from summarizer.llm.faults import RejectedError
from summarizer.pasted import bare_address, bare_key
from summarizer.sources.http.environment import check_network_environment
from summarizer.sources.http.pauses import retry_after
from summarizer.types import Reply, Usage

MESSAGES: list[ChatMessage] = [{"role": "system", "content": "JSON"}, {"role": "user", "content": "论文" * 30}]
SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {"a": {"type": "integer"}},
    "required": ["a"],
    "additionalProperties": False,
}
GOOD = completion('{"a": 1}')


def complete(client: Client, max_tokens: int = 300) -> Reply:
    async def call() -> Reply:
        async with client:
            return await client.complete(request(MESSAGES, SCHEMA, max_tokens))

    return asyncio.run(call())


def answer(bench: Bench, script: Script, **changes: Any) -> tuple[Reply, LlmServer]:
    with LlmServer(script) as server:
        return complete(bench.client(server, **changes)), server


def error(bench: Bench, script: Script, **changes: Any) -> tuple[SummarizerError, LlmServer]:
    with LlmServer(script) as server, pytest.raises(SummarizerError) as caught:
        complete(bench.client(server, **changes))
    assert KEY not in str(caught.value)
    assert not any(KEY in repr(event) for event in bench.events)
    return caught.value, server


def test_what_is_sent_and_what_comes_back(bench: Bench) -> None:
    reply, server = answer(bench, [GOOD], temperature=0.2)
    (request,) = server.requests
    assert request.path == "/v1/chat/completions"
    assert request.headers["authorization"] == f"Bearer {KEY}"
    assert request.body == {
        "model": "m",
        "messages": MESSAGES,
        "max_tokens": 300,
        "stream": False,
        "temperature": 0.2,
        "response_format": {"type": "json_schema", "json_schema": {"name": "answer", "strict": True, "schema": SCHEMA}},
    }
    assert (reply.text, reply.finish_reason, reply.model, reply.rung) == ('{"a": 1}', "stop", "m-2026", "json_schema")
    assert reply.usage == Usage(prompt=100, completion=20)
    (event,) = bench.events
    assert (event.status, event.attempt, event.rung, event.usage, event.problem) == (
        200,
        1,
        "json_schema",
        reply.usage,
        "",
    )


@pytest.mark.parametrize(
    "fault",
    [
        failure(408, "timeout"),
        failure(409, "conflict"),
        failure(429, "slow down"),
        failure(500, "The model produced output that does not match the expected format"),
        Scripted(502, b"bad gateway"),
        failure(503, "response_format is being reloaded"),
        html(),
        raw({"error": {"message": "upstream"}}),
        raw({"choices": None}),
        raw({"choices": []}),
        raw([]),
        Scripted(200, b'{"choices": [{"mess', {"Content-Type": "application/json"}),
        Scripted(200, b'{"choices": [', {"Content-Type": "application/json"}, drop=True),
        Scripted(200, b"", {"Content-Type": "application/json"}),
        Scripted(200, b"\x1f\x8bnot gzip", {"Content-Encoding": "gzip"}),
    ],
)  # fmt: skip
@pytest.mark.usefixtures("short_backoff")
def test_passing_faults_are_retried(bench: Bench, fault: Scripted) -> None:
    reply, server = answer(bench, [fault, GOOD])
    assert reply.text == '{"a": 1}'
    assert len(server.requests) == 2
    assert [event.attempt for event in bench.events] == [1, 2]
    assert bench.events[0].problem
    assert reply.rung == "json_schema"


@pytest.mark.usefixtures("short_backoff")
@pytest.mark.parametrize("choices", [None, []])
def test_no_choices_twice_is_a_format_that_is_not_kept_to(bench: Bench, choices: object) -> None:
    # modelscope/modelscope#1801: HTTP 200 and nothing in it, as long as json_schema is asked for
    def script(body: dict[str, Any]) -> Scripted:
        asked = body.get("response_format", {}).get("type")
        return raw({"object": "", "choices": choices, "usage": {}}) if asked == "json_schema" else GOOD

    reply, server = answer(bench, script)
    assert (reply.rung, len(server.requests)) == ("json_object", 3)


@pytest.mark.usefixtures("short_backoff")
def test_a_request_without_answer_is_given_up_and_made_again(bench: Bench) -> None:
    reply, _ = answer(bench, [Scripted(delay=30), GOOD], call_timeout_seconds=0.3)
    assert reply.text == '{"a": 1}'
    assert "within 0.3 s" in bench.events[0].problem
    assert bench.events[0].status == 0


@pytest.mark.parametrize(
    "headers",
    [
        {"retry_after": "1"},
        {"retry_after_ms": "1000", "retry_after": "60"},
        {"retry_after": format_datetime(datetime.now(UTC) + timedelta(seconds=0), usegmt=True)},
        {"retry_after": "soon"},
        {"retry_after": "0"},
    ],
)
def test_the_server_says_when(bench: Bench, headers: dict[str, str]) -> None:
    _, server = answer(bench, [failure(429, "slow", **headers), GOOD])
    waited = server.requests[1].time - server.requests[0].time
    named = headers.get("retry_after") == "1" or "retry_after_ms" in headers
    assert (1.0 if named else 0.5) <= waited < 2


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "2.5"}, 2.5),
        ({"retry-after": "-5"}, 0.0),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "inf"}, None),
        ({"retry-after": "", "retry-after-ms": "x"}, None),
        ({"retry-after": "9", "retry-after-ms": "250"}, 0.25),
        ({"retry-after": "Fri, 01 Jan 2016 00:00:00 GMT"}, 0.0),
        ({"retry-after": "Fri, 01 Jan 2016 00:00:00"}, 0.0),
        ({"retry-after": "Fri, 99 Jan 2016 00:00:00 GMT"}, None),
    ],
)
def test_forms_of_retry_after(headers: dict[str, str], seconds: float | None) -> None:
    assert retry_after(headers) == seconds


def test_a_date_far_off_ends_the_call_at_once(bench: Bench) -> None:
    date = format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True)
    started = time.monotonic()
    problem, server = error(bench, [failure(429, "slow", retry_after=date)])
    assert isinstance(problem, TryLaterError)
    assert "requests_per_minute" in str(problem)
    assert len(server.requests) == 1
    assert time.monotonic() - started < 3


@pytest.mark.parametrize("fault", [failure(429, "busy"), failure(500, "broken"), html(), Scripted(delay=30)])
def test_faults_without_end_are_try_later_at_the_deadline(bench: Bench, fault: Scripted) -> None:
    started = time.monotonic()
    problem, server = error(bench, [fault], call_deadline_seconds=1.5)
    assert isinstance(problem, TryLaterError)
    assert "127.0.0.1" in str(problem)
    assert time.monotonic() - started < 4
    assert len(server.requests) < 4


@pytest.mark.usefixtures("short_backoff")
def test_a_server_that_is_not_there(bench: Bench) -> None:
    with pytest.raises(TryLaterError, match=r"OPENAI_BASE_URL"):
        complete(bench.client("http://127.0.0.1:9/v1", call_deadline_seconds=60))


@pytest.mark.parametrize("status", [401, 403])
def test_refused_once_and_for_all_without_showing_the_key(bench: Bench, status: int) -> None:
    problem, server = error(bench, [failure(status, f"Incorrect API key provided: {KEY}")], api_key_env="MY_KEY")
    assert isinstance(problem, RefusedError)
    assert "MY_KEY" in str(problem)
    assert "127.0.0.1" in str(problem)
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    "fault",
    [failure(402, "Insufficient Balance"), failure(429, "You exceeded your current quota", "insufficient_quota")],
)
def test_no_credit_is_not_waited_for(bench: Bench, fault: Scripted) -> None:
    problem, server = error(bench, [fault])
    assert isinstance(problem, RefusedError)
    assert "balance" in str(problem)
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    "fault",
    [
        failure(404, "The model `m` does not exist or you do not have access to it.", "model_not_found"),
        failure(400, "Model Not Exist"),
        html(404),
    ],
)
def test_an_unknown_model_is_named(bench: Bench, fault: Scripted) -> None:
    problem, server = error(bench, [fault])
    assert isinstance(problem, UsageError)
    assert "'m'" in str(problem)
    assert "SUMMARIZER_MODEL" in str(problem)
    assert "--model" in str(problem)
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    "fault",
    [
        failure(
            400,
            "This model's maximum context length is 8192 tokens. However, your messages and schema resulted in 9000.",
        ),
        failure(400, "request (9000 tokens) exceeds the available context size (8192 tokens), try increasing it"),
        failure(400, "<400> InternalError.Algo.InvalidParameter: Range of input length should be [1, 30720]"),
        failure(400, "Invalid request: Your request exceeded model token limit: 8192"),
        failure(400, "Too large", "context_length_exceeded"),
        Scripted(413, b"Payload Too Large"),
    ],
)
def test_too_long_a_request_is_told_apart_and_not_repeated(bench: Bench, fault: Scripted) -> None:
    problem, server = error(bench, [fault])
    assert isinstance(problem, RejectedError)
    assert problem.too_long
    assert len(server.requests) == 1


def test_another_bad_request_is_reported_in_the_servers_words(bench: Bench) -> None:
    problem, server = error(bench, [failure(400, "The content was filtered", "content_filter")])
    assert isinstance(problem, RejectedError)
    assert "The content was filtered [content_filter]" in str(problem)
    assert len(server.requests) == 1


def test_a_limit_that_is_too_large_is_not_taken_for_a_wrong_name(bench: Bench) -> None:
    said = "max_tokens is too large: 9000. This model supports at most 4096 completion tokens."
    problem, server = error(bench, [failure(400, said)])
    assert isinstance(problem, RejectedError)
    assert not problem.too_long
    assert "max_output_tokens" in str(problem)
    assert len(server.requests) == 1


def test_a_refused_temperature_is_left_out(bench: Bench) -> None:
    refusal = failure(400, "Unsupported value: 'temperature' does not support 0.2")
    _, server = answer(bench, [refusal, GOOD], temperature=0.2)
    assert ["temperature" in request.body for request in server.requests] == [True, False]


def only(best: str, status: int, message: str) -> Script:
    """A server whose best way is `best`."""
    ways = ["text", "json_object", "json_schema"]

    def script(body: dict[str, Any]) -> Scripted:
        asked = body.get("response_format", {}).get("type", "text")
        return GOOD if ways.index(asked) <= ways.index(best) else failure(status, message)

    return script


@pytest.mark.parametrize(
    ("status", "message"),
    [
        (400, "This response_format type is unavailable now"),
        (422, "Failed to deserialize the JSON body: response_format.type: unknown variant `json_schema`"),
        (400, "'response_format.type' must be 'json_schema' or 'text'"),
        (400, "unsupported grammar"),
        (404, "no route for structured output"),
        (501, "json mode is not implemented"),
    ],
)
@pytest.mark.parametrize("best", ["json_object", "text"])
def test_a_refused_format_is_stepped_down_from_and_remembered(
    bench: Bench, best: str, status: int, message: str
) -> None:
    with LlmServer(only(best, status, message)) as server:
        assert complete(bench.client(server)).rung == best
        refused = len(server.requests) - 1
        assert refused == {"json_object": 1, "text": 2}[best]
        assert complete(bench.client(server)).rung == best  # a new process
        assert len(server.requests) == refused + 2


def test_fastapi_errors_do_not_mistake_the_request_for_the_reason(bench: Bench) -> None:
    detail = [
        {
            "loc": ["body", "response_format"],
            "msg": "Extra inputs are not permitted",
            "input": {"context length": "max_tokens"},
        }
    ]
    reply, server = answer(bench, [raw({"detail": detail}, 422), GOOD])
    assert reply.rung == "json_object"
    assert len(server.requests) == 2


def test_the_limit_goes_by_the_name_the_server_knows(bench: Bench) -> None:
    refusal = (
        "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead."
    )

    def script(body: dict[str, Any]) -> Scripted:
        return failure(400, refusal) if "max_tokens" in body else GOOD

    async def twice(client: Client) -> None:
        async with client:
            for _ in range(2):
                await client.complete(request(MESSAGES, SCHEMA, 300))

    with LlmServer(script) as server:
        asyncio.run(twice(bench.client(server)))
    assert [("max_tokens" in r.body, r.body.get("max_completion_tokens")) for r in server.requests] == [
        (True, None), (False, 300), (False, 300),
    ]  # fmt: skip


def test_neither_name_taken_ends_the_call(bench: Bench) -> None:
    problem, server = error(bench, [failure(400, "unknown field max_tokens, unknown field max_completion_tokens")])
    assert isinstance(problem, RejectedError)
    assert len(server.requests) == 2


@pytest.mark.parametrize(
    ("message", "text"),
    [
        ({"content": None, "reasoning_content": '{"a": 1}'}, '{"a": 1}'),
        ({"content": " ", "reasoning": '{"a": 1}'}, '{"a": 1}'),
        ({"content": [{"type": "thinking", "thinking": []}, {"type": "text", "text": '{"a": 1}'}]}, '{"a": 1}'),
        ({"content": '{"a": "\ud83d\ude00 \ud800"}'}, '{"a": "\U0001f600 \ufffd"}'),
        ({"content": None}, ""),
        ({}, ""),
    ],
)
def test_where_the_text_is(bench: Bench, message: dict[str, object], text: str) -> None:
    reply, _ = answer(bench, [raw({"choices": [{"finish_reason": None, "message": message}]})])
    assert (reply.text, reply.finish_reason, reply.model) == (text, "stop", "m")


@pytest.mark.parametrize(
    ("usage", "wanted"),
    [
        ({"prompt_tokens": 9, "completion_tokens": 2, "prompt_tokens_details": {"cached_tokens": 4}}, Usage(9, 4, 2)),
        ({"prompt_tokens": 9, "completion_tokens": 2, "prompt_tokens_details": None}, Usage(9, 0, 2)),
        ({"prompt_tokens": 9, "completion_tokens": 2, "prompt_cache_hit_tokens": 5}, Usage(9, 5, 2)),
        ({"prompt_tokens": 9, "completion_tokens": 2, "cached_tokens": 50}, Usage(9, 9, 2)),
    ],
)
def test_usage_in_the_vendors_dialects(bench: Bench, usage: object, wanted: Usage) -> None:
    assert answer(bench, [completion('{"a": 1}', usage=usage)])[0].usage == wanted


@pytest.mark.parametrize(
    "usage", [None, {}, {"prompt_tokens": None, "completion_tokens": 3}, {"prompt_tokens": "9"}, 7]
)
def test_usage_that_is_missing_is_estimated(bench: Bench, usage: object) -> None:
    estimated = answer(bench, [completion('{"a": 1}', usage=usage)])[0].usage
    assert 60 < estimated.prompt < 130
    assert estimated.completion == 3


ABSURD = [
    10**30,
    10**9,
    2**63,
    5 * 10**6,
    -1,
    -(10**30),
    1e30,
    0.5,
    "12",
    "1e9",
    float("nan"),
    float("inf"),
    True,
    [],
    {},
    [9],
]


@pytest.mark.parametrize("field", ["prompt_tokens", "completion_tokens"])
@pytest.mark.parametrize("number", ABSURD, ids=repr)
def test_a_count_that_cannot_be_stalls_nobody_and_costs_nothing(bench: Bench, field: str, number: object) -> None:
    async def twice(client: Client) -> list[Reply]:
        async with client:
            return [await client.complete(request(MESSAGES, SCHEMA, 300)) for _ in range(2)]

    usage = {"prompt_tokens": 100, "completion_tokens": 20, field: number}
    body = json.dumps(json.loads(GOOD.body) | {"usage": usage}).encode()
    started = time.monotonic()
    with LlmServer([replace(GOOD, body=body)]) as server:
        client = bench.client(server, tokens_per_minute=5_000)
        replies = asyncio.run(twice(client))
    assert time.monotonic() - started < 5
    assert all(60 < reply.usage.prompt < 130 and 0 < reply.usage.completion <= 20 for reply in replies)
    assert client.calibration.ratio("m") not in (0.6, 1.4)


def test_what_is_thought_unseen_and_past_the_limit_is_counted(bench: Bench) -> None:
    thought = {"prompt_tokens": 100, "completion_tokens": 2_500}
    assert answer(bench, [completion('{"a": 1}', usage=thought)])[0].usage == Usage(prompt=100, completion=2_500)


def test_counted_tokens_calibrate_the_estimate(bench: Bench) -> None:
    with LlmServer([GOOD]) as server:
        client = bench.client(server)
        complete(client)
    assert client.calibration.ratio("m") not in (0.6, 1.0, 1.4)


def test_no_more_calls_in_flight_than_allowed_and_waiting_is_not_counted_against_the_deadline(bench: Bench) -> None:
    async def many(client: Client) -> list[Reply]:
        async with client:
            return await asyncio.gather(*(client.complete(request(MESSAGES, SCHEMA, 9)) for _ in range(8)))

    with LlmServer([completion('{"a": 1}', delay=0.3)]) as server:
        replies = asyncio.run(many(bench.client(server, in_flight=2, call_deadline_seconds=0.9)))
    assert len(replies) == 8
    assert server.most_in_flight == 2


@pytest.mark.parametrize("url", ["example", "ftp://h/v1", "http://", "http://h:port/v1", "http://[::1/v1"])
def test_an_address_that_is_none_is_said_before_any_call(bench: Bench, url: str) -> None:
    with pytest.raises(UsageError, match="OPENAI_BASE_URL"):
        bench.client(url)


@pytest.mark.parametrize("key", ["sk-你的密钥", "sk-1\nsk-2"])
def test_a_key_that_is_none_is_said_but_not_shown(bench: Bench, key: str) -> None:
    with pytest.raises(UsageError, match="OPENAI_API_KEY") as caught:
        bench.client("http://127.0.0.1:9/v1", api_key=key)
    assert "sk-" not in str(caught.value)


def test_http_is_not_imported_before_it_is_needed() -> None:
    code = "import sys, summarizer.llm.ask; print([m for m in ('httpx2', 'json_repair') if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_no_credentials_in_an_address_are_shown(bench: Bench) -> None:
    with pytest.raises(TryLaterError) as caught:
        complete(bench.client("http://me:hunter2@127.0.0.1:9/v1", call_deadline_seconds=0.3))
    assert "hunter2" not in str(caught.value)


def bomb(megabytes: int) -> Scripted:
    """Small on the wire, large in memory."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    packed = packer.compress(b'{"choices":[{"message":{"content":"')
    packed += b"".join(packer.compress(b" " * 2**20) for _ in range(megabytes)) + packer.flush()
    return Scripted(200, packed, {"Content-Encoding": "gzip"})


@pytest.mark.usefixtures("short_backoff")
@pytest.mark.parametrize("status", [200, 400, 500])
def test_a_reply_that_unpacks_without_end_is_a_broken_one(bench: Bench, status: int) -> None:
    tracemalloc.start()
    reply, server = answer(bench, [replace(bomb(400), status=status), GOOD])
    assert tracemalloc.get_traced_memory()[1] < 150e6
    tracemalloc.stop()
    assert (reply.text, len(server.requests)) == ('{"a": 1}', 2)
    assert "more than 32 MB" in bench.events[0].problem


@pytest.mark.parametrize("wbits", [31, 15], ids=["gzip", "zlib"])
@pytest.mark.parametrize("header", ["gzip", "deflate", "identity", ""])
def test_a_reply_is_unpacked_as_its_bytes_say(bench: Bench, wbits: int, header: str) -> None:
    packer = zlib.compressobj(9, zlib.DEFLATED, wbits)
    packed = packer.compress(GOOD.body) + packer.flush()
    headers = {"Content-Type": "application/json", **({"Content-Encoding": header} if header else {})}
    assert answer(bench, [Scripted(200, packed, headers)])[0].text == '{"a": 1}'


# The body of GOOD.
BROTLI = base64.b85decode(
    "8~FfWjMQVTFxm<Jn_KEHf59_es!oPzF$@N3I(~paxs8P!JsA!$Eou})ll~zDyE?akXf*nv-+}I<cy5v_5WF#xD!)S5h}!{kEZxQSW-V*&1+kl4MbV9}"
    "5J70j^p`CQ839|04uTiJM>WnyhOrOv$Hw$M=GUuWzGU^85EiI!qlzYn5uP>"
)
ZSTD = base64.b85decode(
    "D77#B1ZXt{0OCm=7=X<KB>q80cErhVu($~Z>fIOrf@xsh61B1>-}g7>l%4+LpV`n8ty)H{TLtB|cw0=ApZ3%D9^K!{hIUeJd3o;q^gC^T3>}O|8kJRx"
    "DYp_QH10$wx6Uy3+M%%qOvy=4+VNRFvtjU$dB_dYtJVr|mD?ol6c8W~9I4#_QBy8(XWNX8T)RyBc~&@d&(iMrr4T}Ri<b`mLj#90mtq1^;yO<"
)


@pytest.mark.usefixtures("short_backoff")
@pytest.mark.parametrize(("name", "packed"), [("br", BROTLI), ("zstd", ZSTD), ("zstd", BROTLI * 300)])
def test_what_is_packed_unasked_is_named(bench: Bench, name: str, packed: bytes) -> None:
    problem, server = error(bench, [Scripted(200, packed, {"Content-Encoding": name})], call_deadline_seconds=30)
    assert isinstance(problem, TryLaterError)
    assert f"packed as {name}, which was not asked for" in str(problem)
    assert {seen.headers["accept-encoding"] for seen in server.requests} == {"gzip"}


def test_a_refusal_that_is_packed_unasked_is_a_refusal(bench: Bench) -> None:
    problem, server = error(bench, [Scripted(401, BROTLI, {"Content-Encoding": "br"})])
    assert isinstance(problem, RefusedError) and len(server.requests) == 1


@pytest.mark.usefixtures("short_backoff")
def test_a_server_that_hangs_up_is_named_soon(bench: Bench) -> None:
    started = time.monotonic()
    problem, server = error(bench, [Scripted(200, b'{"choices": [', drop=True)], call_deadline_seconds=60)
    assert isinstance(problem, TryLaterError)
    assert time.monotonic() - started < 15
    assert len(server.requests) == 7


def dripping(head: bytes) -> Iterator[tuple[str, list[int]]]:
    """A server that sends `head` and then a byte now and then; its address, and how often it was asked."""
    listening = socket.create_server(("127.0.0.1", 0))
    asked = [0]

    def serve() -> None:
        with suppress(OSError):
            while True:
                connection, _ = listening.accept()
                asked[0] += 1
                threading.Thread(target=drip, args=(connection,), daemon=True).start()

    def drip(connection: socket.socket) -> None:
        with suppress(OSError), connection:
            connection.sendall(head)
            while True:
                connection.sendall(b"x")
                time.sleep(0.05)

    threading.Thread(target=serve, daemon=True).start()
    yield f"http://127.0.0.1:{listening.getsockname()[1]}/v1", asked
    listening.close()


@pytest.mark.parametrize("head", [b"HTTP/1.1 200 OK\r\nX-Slow: ", b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n"])
@pytest.mark.usefixtures("short_backoff")
def test_a_deadline_holds_whatever_keeps_a_read_alive(bench: Bench, head: bytes) -> None:
    started = time.monotonic()
    for url, asked in dripping(head):
        with pytest.raises(TryLaterError, match=r"127\.0\.0\.1"):
            complete(bench.client(url, call_timeout_seconds=0.4, call_deadline_seconds=1.5))
        assert asked[0] >= 2
    assert time.monotonic() - started < 4


@pytest.mark.parametrize(
    ("counted", "read"),
    [
        (100, True),
        (4_096, False),
        (9_000, True),
        (8_192, False),
        (10_240, False),
        (1_500, False),
        (0, True),
        (6_100, False),
        (6_300, True),
    ],
)
def test_a_server_that_drops_most_of_a_prompt_is_noticed(bench: Bench, counted: int, read: bool) -> None:
    # ollama/ollama#17889, itayinbarr/little-coder#128: only the count of tokens tells
    async def run(client: Client) -> tuple[Reply | RejectedError, int]:
        long: list[ChatMessage] = [{"role": "system", "content": "JSON"}, {"role": "user", "content": "paper " * 6_500}]
        async with client:
            try:
                return await client.complete(request(long, SCHEMA, 500)), client.config.context_tokens
            except RejectedError as refused:
                return refused, client.config.context_tokens

    usage = {"prompt_tokens": counted, "completion_tokens": 20}
    with LlmServer([completion('{"a": 1}', usage=usage)]) as server:
        outcome, window = asyncio.run(run(bench.client(server)))
    if read:
        assert isinstance(outcome, Reply)
        assert window == 128_000
    else:
        assert isinstance(outcome, RejectedError)
        assert (outcome.too_long, outcome.window, window) == (True, counted, counted)
        assert "context_tokens" in str(outcome)
    assert bench.events[-1].usage  # it is paid for all the same


@pytest.mark.parametrize(
    ("pasted", "address"),
    [
        ("api.example.com/v1", "https://api.example.com/v1"),
        (' "https://api.example.com/v1/chat/completions" ', "https://api.example.com/v1"),
        ("export OPENAI_BASE_URL=https://a.example/v1/", "https://a.example/v1"),
        ("localhost:11434/v1", "http://localhost:11434/v1"),
        ("https：//a.example/v1#", "https://a.example/v1"),
        ("https://r.example/openai/v1?api-version=preview", "https://r.example/openai/v1?api-version=preview"),
    ],
)
def test_an_address_is_taken_as_it_was_pasted(pasted: str, address: str) -> None:
    assert bare_address(pasted) == address
    assert bare_address(address) == address


@pytest.mark.parametrize(
    "pasted",
    [
        "Bearer sk-1",
        '"sk-1"',
        "sk-1\n",
        "OPENAI_API_KEY=sk-1",
        "Authorization: Bearer sk-1",
        "\ufeffsk-1\u200b",
        "“sk-1”",
    ],
)
def test_a_key_is_taken_as_it_was_pasted(pasted: str) -> None:
    assert bare_key(pasted) == "sk-1"


@pytest.mark.usefixtures("short_backoff")
@pytest.mark.parametrize("status", [400, 500])
def test_an_error_of_millions_of_values_takes_no_more_than_its_beginning(bench: Bench, status: int) -> None:
    body = zlib.compress(b'{"error":{"message":"no such thing","x":[' + b"{}," * 9_000_000 + b"1]}}")
    tracemalloc.start()
    try:
        problem, _ = error(bench, [Scripted(status, body)], call_deadline_seconds=60)
        assert tracemalloc.get_traced_memory()[1] < 250 * 2**20
    finally:
        tracemalloc.stop()
    assert "no such thing" in str(problem)


def test_a_key_that_a_stream_holds_in_pieces_is_struck_out(bench: Bench) -> None:
    pieces = ['{"a": 1, "b": "', KEY[:7], KEY[7:], '"}']
    chunks = [{"choices": [{"delta": {"content": piece}}]} for piece in pieces]
    stream = "".join(f"data: {json.dumps(chunk)}\n\n" for chunk in chunks) + "data: [DONE]\n\n"
    reply, _ = answer(bench, [Scripted(200, stream.encode(), {"Content-Type": "text/event-stream"})])
    assert reply.text == '{"a": 1, "b": "***"}'


# MoonshotAI/kimi-cli#630, parallel-web/parallel-web-tools#77
def test_proxies_of_desktop_tools_are_understood_and_others_named() -> None:
    environment = {"ALL_PROXY": "socks://127.0.0.1:7890/", "https_proxy": "127.0.0.1:7890"}
    check_network_environment(environment)
    assert environment["ALL_PROXY"] == "socks5://127.0.0.1:7890/"
    for wrong in ("socks4://127.0.0.1:1", "http://", "http://h:port", "ftp://h:1"):
        with pytest.raises(UsageError, match="HTTP_PROXY"):
            check_network_environment({"HTTP_PROXY": wrong})
    with pytest.raises(UsageError, match="SSL_CERT_FILE"):
        check_network_environment({"SSL_CERT_FILE": "/no/such/file.pem"})


def serve_socks(listener: socket.socket, port: int, asked_for: list[bytes]) -> None:
    """Take one connection, note where it wants to go, and lead it to a port of this machine (RFC 1928)."""
    connection, _ = listener.accept()
    with connection, socket.create_connection(("127.0.0.1", port)) as server:
        connection.recv(16)
        connection.sendall(b"\x05\x00")
        asked_for.append(connection.recv(64))
        connection.sendall(b"\x05\x00\x00\x01" + bytes(6))
        threading.Thread(target=pump, args=(connection, server), daemon=True).start()
        pump(server, connection)


def pump(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(1 << 16):
            target.sendall(data)


def test_a_socks_proxy_is_gone_through(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    asked_for: list[bytes] = []
    with LlmServer([GOOD]) as server, socket.create_server(("127.0.0.1", 0)) as listener:
        port = int(server.url.split(":")[2].split("/")[0])
        threading.Thread(target=serve_socks, args=(listener, port, asked_for), daemon=True).start()
        monkeypatch.setenv("ALL_PROXY", f"socks://127.0.0.1:{listener.getsockname()[1]}/")
        assert complete(bench.client("http://192.0.2.1/v1", call_deadline_seconds=60)).text == '{"a": 1}'
    assert bytes([192, 0, 2, 1]) in asked_for[0]
