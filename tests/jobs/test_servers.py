"""A paper against servers with windows, slips and wishes of their own, as a user runs it."""

import json
import time
from pathlib import Path

import pymupdf
import pytest
from common import settings
from llm_server import Scripted, completion, failure
from scripted_model import model, stage_of

from summarizer.cli import run

SENTENCES = (
    "Machine {n} answers nearly as fast as its larger sister and fails no more often than she does.",
    "Its use of energy drops with its size, and the savings that it brings grow with the load that it has to bear.",
    "We saw no load under which the small machine was less safe than the large one, by day or by night.",
)


@pytest.fixture
def long_paper(place) -> str:
    """About 18,000 tokens on 45 pages."""
    with pymupdf.open() as pdf:
        for page in range(45):
            text = "\n\n".join(" ".join(SENTENCES).format(n=5 * page + n) for n in range(5))
            heading = f"{page // 9 + 1} Machines of size {page // 9 + 1}\n\n" if page % 9 == 0 else ""
            pdf.new_page().insert_textbox((60, 60, 540, 780), heading + text, fontsize=11)
        pdf.save(place / "long.pdf")
    return "long.pdf"


def tokens(body: dict) -> int:
    """Of the prompt, as the server counts."""
    return sum(len(message["content"].encode()) for message in body["messages"]) // 4


def digest() -> dict:
    (path,) = Path("runs").glob("*/papers/*/digest.json")
    return json.loads(path.read_text())


WINDOW = 13_500


def narrow(window: int):
    """A server that says what it takes, in the words of one of them: vllm-project/vllm#20409."""

    def script(body: dict) -> Scripted:
        asked = tokens(body) + body["max_tokens"]
        if asked <= window:
            return model()(body)
        return failure(
            400, f"This model's maximum context length is {window} tokens. However, you requested {asked} tokens."
        )

    return script


def test_a_paper_longer_than_the_servers_window_is_digested_in_chunks(serve, long_paper, capsys):
    server = serve(narrow(WINDOW))
    assert run([long_paper]) == 0
    stages = [stage_of(request.body) for request in server.requests]
    assert stages.count("notes") >= 2
    assert stages.count("digest") == 2  # refused, then from the notes
    refused = [request for request in server.requests if tokens(request.body) + request.body["max_tokens"] > WINDOW]
    assert len(refused) == 1
    asked = len(server.requests)
    assert run([long_paper]) == 0
    assert len(server.requests) == asked


def test_a_window_without_room_for_a_digest_is_named_with_its_setting(serve, long_paper, capsys):
    server = serve(narrow(3_000))
    assert run([long_paper]) == 3
    assert "Set context_tokens to 3000" in capsys.readouterr().err
    assert len(server.requests) == 1
    assert not list(Path("runs").glob("*/papers/*/digest.md"))


def test_a_server_that_drops_the_end_of_a_prompt_gets_it_in_chunks(serve, long_paper):
    def dropping(body: dict) -> Scripted:
        counted = {"prompt_tokens": min(tokens(body), 13_000), "completion_tokens": 500}
        return Scripted(200, json.dumps(json.loads(model()(body).body) | {"usage": counted}).encode())

    server = serve(dropping)
    assert run([long_paper]) == 0
    assert [stage_of(request.body) for request in server.requests].count("notes") >= 2
    whole = [request for request in server.requests if tokens(request.body) > 13_000]
    assert len(whole) == 1  # and its answer is not what is published
    assert digest()["usage"]["prompt"] < 60_000


def test_a_mended_answer_is_marked_in_the_digest(serve, long_paper):
    def slipping(body: dict) -> Scripted:
        text = json.loads(model()(body).body)["choices"][0]["message"]["content"]
        return completion(text.replace("只查全文", '只查"全文"', 1).removesuffix("}") + ",}")

    server = serve(slipping)
    assert run([long_paper]) == 0
    assert [stage_of(request.body) for request in server.requests].count("digest") == 1
    assert any("JSON" in warning and "mended" in warning for warning in digest()["warnings"])
    assert any("全文" in claim["text"] and "只查全文" not in claim["text"] for claim in digest()["claims"])


def test_wishes_of_a_server_are_settings(serve, long_paper, own_home):
    settings(own_home, "stream = true\n[request]\nenable_thinking = false\noptions = {num_ctx = 32768}\n")
    server = serve(model())
    assert run([long_paper]) == 0
    body = server.requests[0].body
    assert (body["stream"], body["stream_options"]) == (True, {"include_usage": True})
    assert (body["enable_thinking"], body["options"]) == (False, {"num_ctx": 32768})


@pytest.mark.parametrize("table", ['model = "x"', "stream = true", "when = 2026-01-01", "weight = nan"])
def test_fields_that_are_settings_of_their_own_are_refused(serve, long_paper, own_home, capsys, table):
    settings(own_home, f"[request]\n{table}\n")
    server = serve(model())
    assert run([long_paper]) == 2
    assert "request" in capsys.readouterr().err
    assert not server.requests


def test_a_working_folder_adds_no_fields(serve, long_paper, place, capsys):
    Path("summarizer.toml").write_text('[request]\nservice_tier = "priority"\n')
    serve(model())
    assert run([long_paper]) == 2
    assert "request can only be set in" in capsys.readouterr().err


MB = 2**20
HUGE = {
    "blanks": (lambda text: text + " " * 10 * MB, 0),
    "thinking": (lambda text: f"<think>{'well, ' * (10 * MB // 6)}</think>{text}", 0),
    "endless thinking": (lambda text: "<think>" * (10 * MB // 7), 3),
    "one string": (lambda text: json.dumps({"title_zh": "只" * (3 * MB)}, ensure_ascii=False), 3),
    "nested": (lambda text: '{"a":' * (2 * MB), 3),
    "brackets": (lambda text: "[" * 10 * MB, 3),
    "escapes": (lambda text: '{"title_zh": "' + "\\" * 10 * MB, 3),
    "quotes": (lambda text: '{"title_zh": "' + '"' * 10 * MB, 3),
}


@pytest.mark.slow
@pytest.mark.parametrize(("change", "code"), HUGE.values(), ids=HUGE)
def test_a_reply_of_10_mb_is_a_reply_like_any_other(serve, place, change, code):
    answering = model()

    def script(body: dict) -> Scripted:
        answered = json.loads(answering(body).body)
        if stage_of(body) == "digest":
            message = answered["choices"][0]["message"]
            message["content"] = change(message["content"])
        return Scripted(200, json.dumps(answered, ensure_ascii=False).encode())

    serve(script)
    begun = time.process_time()
    assert run(["2401.00001"]) == code
    assert time.process_time() - begun < 60
