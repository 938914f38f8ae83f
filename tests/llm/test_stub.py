"""A whole chain of calls against the shared stub server, which knows nothing of this project."""

import asyncio
import json
import re
import subprocess
import sys
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import pytest
from llm_bench import Bench, MemoryStore
from pydantic import BaseModel, Field

from summarizer.errors import SummarizerError
from summarizer.llm.ask import Answer, ask
from summarizer.llm.client import ChatMessage
from summarizer.llm.wire import wire_schema

STUB = Path(__file__).parents[3] / "shared" / "tools" / "stub_llm.py"

pytestmark = pytest.mark.skipif(not STUB.exists(), reason="needs ../shared/tools/stub_llm.py beside the checkout")


class Item(BaseModel):
    name: str
    score: Annotated[int, Field(ge=1, le=5)]


class Digest(BaseModel):
    摘要: str
    items: Annotated[list[Item], Field(min_length=1, max_length=4)]


@contextmanager
def stub(*options: str) -> Iterator[str]:
    with subprocess.Popen(
        [sys.executable, str(STUB), "--latency", "0.02", *options], stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout
            yield process.stdout.readline().removeprefix("listening on ").strip()
        finally:
            process.terminate()


def ask_many(bench: Bench, url: str, count: int) -> list[Answer[Digest] | BaseException]:
    schema = json.dumps(wire_schema(Digest))

    async def run() -> list[Answer[Digest] | BaseException]:
        async with bench.client(url, call_timeout_seconds=1) as client:

            def one(number: int) -> Coroutine[None, None, Answer[Digest]]:
                messages: list[ChatMessage] = [{"role": "user", "content": f"JSON: {schema} [{number}]"}]
                return ask(
                    client, MemoryStore(), stage="digest", messages=messages, schema=Digest, max_tokens=500,
                    subject=str(number), reask="$errors",
                )  # fmt: skip

            return await asyncio.gather(*map(one, range(count)), return_exceptions=True)

    return asyncio.run(run())


@pytest.mark.parametrize("rung", ["json_schema", "json_object", "text"])
def test_every_rung_gives_a_valid_answer(bench: Bench, rung: str) -> None:
    with stub("--rung", rung) as url:
        (answer,) = ask_many(bench, url, 1)
    assert isinstance(answer, Answer)
    assert answer.calls == 1
    assert re.search(rung, bench.rungs_file.read_text())


@pytest.mark.usefixtures("short_backoff")
def test_a_faulty_server_gives_answers_or_clear_errors(bench: Bench) -> None:
    faults = (
        "--p500",
        "0.1",
        "--phang",
        "0.05",
        "--pcut",
        "0.05",
        "--pinvalid",
        "0.05",
        "--pprose",
        "0.03",
        "--prefusal",
        "0.05",
    )
    with stub(*faults) as url:
        outcomes = ask_many(bench, url, 40)
    assert all(isinstance(outcome, Answer | SummarizerError) for outcome in outcomes)
    assert sum(isinstance(outcome, Answer) for outcome in outcomes) >= 30
    assert any(event.problem for event in bench.events)
