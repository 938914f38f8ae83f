"""The same answer as the APIs of many vendors wrap it, and as gateways pass it on."""

import json
import time
import tracemalloc
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest

from summarizer.llm.json_text import NoJsonError, extract_json
from summarizer.llm.replies import MalformedReplyError, error_words, read_completion

BODIES = {
    "gemini native": {
        "candidates": [
            {"content": {"role": "model", "parts": [{"text": '{"a":'}, {"text": " 1}"}]}, "finishReason": "STOP"}
        ],
        "usageMetadata": {"promptTokenCount": 100, "candidatesTokenCount": 20, "totalTokenCount": 120},
    },
    "anthropic native": {
        "id": "m",
        "type": "message",
        "role": "assistant",
        "content": [{"type": "text", "text": '{"a": 1}'}],
        "stop_reason": "end_turn",
        "usage": {"input_tokens": 100, "output_tokens": 20},
    },
    "anthropic thinking": {
        "type": "message",
        "role": "assistant",
        "content": [{"type": "thinking", "thinking": "hm"}, {"type": "text", "text": '{"a": 1}'}],
        "stop_reason": "end_turn",
        "usage": {"input_tokens": 100, "output_tokens": 20},
    },
    "responses": {
        "object": "response",
        "status": "completed",
        "output": [
            {"type": "reasoning", "summary": []},
            {"type": "message", "content": [{"type": "output_text", "text": '{"a": 1}'}]},
        ],
        "usage": {"input_tokens": 100, "output_tokens": 20},
    },
    "dashscope": {
        "output": {
            "choices": [{"finish_reason": "stop", "message": {"role": "assistant", "content": [{"text": '{"a": 1}'}]}}]
        },
        "usage": {"input_tokens": 100, "output_tokens": 20},
    },
    "dashscope text": {
        "output": {"text": '{"a": 1}', "finish_reason": "stop"},
        "usage": {"input_tokens": 100, "output_tokens": 20},
    },
    "hf": [{"generated_text": '{"a": 1}'}],
    "hf dict": {"generated_text": '{"a": 1}'},
    "baidu": {
        "id": "as",
        "object": "chat.completion",
        "result": '{"a": 1}',
        "is_truncated": False,
        "usage": {"prompt_tokens": 100, "completion_tokens": 20},
    },
    "minimax": {
        "reply": '{"a": 1}',
        "choices": [{"finish_reason": "stop", "messages": [{"sender_type": "BOT", "text": '{"a": 1}'}]}],
        "usage": {"total_tokens": 120},
        "base_resp": {"status_code": 0, "status_msg": ""},
    },
    "minimax2": {
        "choices": [{"finish_reason": "stop", "message": {"content": '{"a": 1}'}}],
        "usage": {"prompt_tokens": 100, "completion_tokens": 20},
        "base_resp": {"status_code": 0, "status_msg": ""},
    },
    "legacy": {
        "choices": [{"text": '{"a": 1}', "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 100, "completion_tokens": 20},
    },
    "code data": {
        "code": 0,
        "msg": "success",
        "data": {
            "choices": [{"message": {"content": '{"a": 1}'}, "finish_reason": "stop"}],
            "usage": {"prompt_tokens": 100, "completion_tokens": 20},
        },
    },
    "code data 200": {
        "code": 200,
        "success": True,
        "message": "ok",
        "data": {"choices": [{"message": {"content": '{"a": 1}'}, "finish_reason": "stop"}]},
    },
    "nested body str": {
        "statusCode": 200,
        "body": '{"choices": [{"message": {"content": "{\\"a\\": 1}"}, "finish_reason": "stop"}]}',
    },
    "choices obj": {"choices": {"message": {"content": '{"a": 1}'}, "finish_reason": "stop"}},
    "content parsed": {"choices": [{"message": {"content": {"a": 1}}}]},
    "parsed": {"choices": [{"message": {"content": None, "parsed": {"a": 1}}}]},
    "function_call": {
        "choices": [{"message": {"content": None, "function_call": {"name": "answer", "arguments": '{"a": 1}'}}}]
    },
    "tool args dict": {
        "choices": [
            {"message": {"content": "", "tool_calls": [{"function": {"name": "answer", "arguments": {"a": 1}}}]}}
        ]
    },
    "ollama": {
        "model": "m",
        "message": {"role": "assistant", "content": '{"a": 1}'},
        "done": True,
        "done_reason": "stop",
        "prompt_eval_count": 100,
        "eval_count": 20,
    },
    "bedrock": {
        "output": {"message": {"role": "assistant", "content": [{"text": '{"a": 1}'}]}},
        "stopReason": "end_turn",
        "usage": {"inputTokens": 100, "outputTokens": 20},
    },
    "cohere v2": {
        "message": {"role": "assistant", "content": [{"type": "text", "text": '{"a": 1}'}]},
        "finish_reason": "COMPLETE",
        "usage": {"tokens": {"input_tokens": 100, "output_tokens": 20}},
    },
    "spark": {
        "code": 0,
        "message": "Success",
        "sid": "x",
        "choices": [{"message": {"role": "assistant", "content": '{"a": 1}'}, "index": 0}],
        "usage": {"prompt_tokens": 100, "completion_tokens": 20},
    },
    "error null": {"error": None, "choices": [{"message": {"content": '{"a": 1}'}, "finish_reason": "stop"}]},
    "error empty": {"error": {}, "choices": [{"message": {"content": '{"a": 1}'}, "finish_reason": "stop"}]},
    "error code 0": {
        "error": {"code": 0, "message": ""},
        "choices": [{"message": {"content": '{"a": 1}'}, "finish_reason": "stop"}],
    },
}
STREAMS = {
    "crlf": 'data: {"choices":[{"delta":{"content":"{\\"a\\": 1}"}}]}\r\n\r\ndata: {"choices":[{"delta":{},"finish_reason":"stop"}]}\r\n\r\ndata: [DONE]\r\n\r\n',
    "nospace": 'data:{"choices":[{"delta":{"content":"{\\"a\\": 1}"},"finish_reason":"stop"}]}\n\ndata:[DONE]\n\n',
    "full message in sse": 'data: {"choices":[{"message":{"content":"{\\"a\\": 1}"},"finish_reason":"stop"}]}\n\n',
    "bom": '\ufeffdata: {"choices":[{"delta":{"content":"{\\"a\\": 1}"},"finish_reason":"stop"}]}\n\n',
    "keepalive json": '\n\n   \n{"choices":[{"message":{"content":"{\\"a\\": 1}"},"finish_reason":"stop"}]}',
    ": processing": ': OPENROUTER PROCESSING\n\n: OPENROUTER PROCESSING\n\n{"choices":[{"message":{"content":"{\\"a\\": 1}"},"finish_reason":"stop"}]}',
    "id event retry": 'id: 1\nevent: message\nretry: 100\ndata: {"choices":[{"delta":{"content":"{\\"a\\": 1}"},"finish_reason":"stop"}]}\n\n',
    "usage null delta null": 'data: {"choices":[{"delta":null,"finish_reason":null}],"usage":null}\n\ndata: {"choices":[{"delta":{"content":"{\\"a\\": 1}"},"finish_reason":"stop"}]}\n\ndata: {"choices":[],"usage":{"prompt_tokens":5,"completion_tokens":2}}\n\n',
}


ODD = [None, True, 5, 10**400, "", "x", "[", [], {}, [[]], [None], ["x"], {"x": 1}, [{"text": 5}], "\ud800", "9" * 400]


def places(value: object, path: tuple = ()) -> Iterator[tuple]:
    """The keys and numbers that lead to each place within a value."""
    yield path
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in pairs:
        yield from places(inner, (*path, key))


def with_odd(value: object, path: tuple, odd: object) -> object:
    """A copy of a value with something else in one place."""
    if not path:
        return odd
    copy: Any = dict(value) if isinstance(value, dict) else list(value)  # type: ignore[call-overload]
    copy[path[0]] = with_odd(copy[path[0]], path[1:], odd)
    return copy


def assert_read_or_malformed(body: str) -> None:
    """Whatever is made of a body, it is an answer that can be stored, or a malformed reply."""
    error_words(body)
    with suppress(MalformedReplyError):
        completion = read_completion(body)
        f"{completion}".encode()
        assert len(completion.model) + len(completion.finish_reason) < 1_000


@pytest.mark.parametrize("body", [*BODIES.values(), {"error": {"message": "m", "code": 1, "details": [{"loc": [1]}]}}])
def test_something_odd_in_any_place_is_no_more_than_a_malformed_reply(body: object) -> None:
    for path in places(body):
        for odd in ODD:
            assert_read_or_malformed(json.dumps(with_odd(body, path, odd)))


def test_an_odd_chunk_of_a_stream_is_no_more_than_a_malformed_reply() -> None:
    chunk = {"choices": [{"delta": {"content": "x", "tool_calls": [{"function": {"arguments": "{}"}}]}}]}
    for path in places(chunk):
        for odd in ODD:
            assert_read_or_malformed(f"data: {json.dumps(with_odd(chunk, path, odd))}\n\ndata: [DONE]\n\n")


@pytest.mark.parametrize("opening", ['{"choices":[{"message":{"content":', '{"error":', '{"data":', "["])
@pytest.mark.parametrize("level", ['[{"text":', '{"a":', "["])
def test_nesting_without_end_is_a_malformed_reply(opening: str, level: str) -> None:
    for depth in range(150, 1_000, 17):
        text = opening + level * depth + "1"
        pairs = {"{": "}", "[": "]"}
        assert_read_or_malformed(text + "".join(pairs[sign] for sign in reversed(text) if sign in pairs))


@pytest.mark.parametrize(
    "body",
    [
        '{"x":[' + "[]," * 9_000_000 + "1]}",
        '{"error":[' + "{}," * 9_000_000 + "1]}",
        "{" + ",".join(f'"{n}":1' for n in range(2_500_000)) + "}",
        '"' + "[]," * 9_000_000 + '"',
        "data:\n" * 5_000_000,
        'data: {"error":[' + "[]," * 9_000_000 + "1]}\n\n",
        '{"choices":[{"message":{"content":' + json.dumps('{"a":[' + "[]," * 9_000_000 + "1]}") + "}}]}",
    ],
    ids=["lists", "objects", "keys", "a text", "lines", "a stream", "an answer"],
)
def test_what_would_take_a_gigabyte_is_not_read(body: str) -> None:
    begun = time.process_time()
    tracemalloc.start()
    try:
        error_words(body)[:4_000]
        with suppress(MalformedReplyError, NoJsonError):
            extract_json(read_completion(body).text)
        assert tracemalloc.get_traced_memory()[1] < 250 * 2**20
    finally:
        tracemalloc.stop()
    assert time.process_time() - begun < 10


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_an_answer_is_found_in_every_envelope(body: object) -> None:
    completion = read_completion(json.dumps(body))
    assert json.loads(completion.text) == {"a": 1}
    assert completion.usage is None or (completion.usage.prompt, completion.usage.completion) == (100, 20)


@pytest.mark.parametrize("stream", STREAMS.values(), ids=STREAMS)
def test_an_answer_is_put_together_from_every_stream(stream: str) -> None:
    assert json.loads(read_completion(stream).text) == {"a": 1}


@pytest.mark.parametrize(
    "body",
    [
        {"code": 500, "message": "upstream failed", "result": "fail"},
        {"success": False, "msg": "no", "content": ""},
        {"status": "ok"},
        {"candidates": []},
        {"output": []},
        {"content": []},
        {"choices": [{"message": {"content": None}}], "error": {"message": "broken off"}},
    ],
)
def test_what_is_no_answer_is_not_taken_for_one(body: object) -> None:
    try:
        assert not read_completion(json.dumps(body)).text.strip()
    except MalformedReplyError:
        return
