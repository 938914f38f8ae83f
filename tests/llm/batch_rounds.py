"""A run in rounds, as a pipeline makes it; as a program, a process whose children make such runs.

    python batch_rounds.py <url> <folder> <questions>     a line on stdin starts a run, and its pid is printed;
                                                          then its exit code

A child is forked, so that a run that is to be killed starts in milliseconds.
"""

import asyncio
import os
import sys
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic import BaseModel, Field

from summarizer.config import Config
from summarizer.errors import CeilingError, DeferredError
from summarizer.llm import batch_api
from summarizer.llm.ask import Answer, ask
from summarizer.llm.batch import BatchClient, submit
from summarizer.llm.client import CallEvent, ChatMessage, Client, Model
from summarizer.llm.rungs import RungMemory
from summarizer.llm.spending import call_cost
from summarizer.store.results import Store


class Verdict(BaseModel):
    rating: int = Field(ge=1, le=5)
    why: str


async def one(client: Model, store: Store, question: str) -> Answer[Verdict]:
    messages: list[ChatMessage] = [{"role": "system", "content": "规则"}, {"role": "user", "content": question}]
    return await ask(
        client, store, stage="digest", messages=messages, schema=Verdict, max_tokens=100, subject=question, reask="$errors",
    )  # fmt: skip


async def live(config: Config, folder: Path, questions: Iterable[str]) -> None:
    store = Store(folder / "store")
    async with Client(config, RungMemory(folder / "rungs.json", lambda: datetime.now(UTC))) as client:
        await asyncio.gather(*(one(client, store, question) for question in questions))


async def rounds(
    config: Config,
    folder: Path,
    questions: Iterable[str],
    *,
    room: float | None = None,
    stopped: asyncio.Event | None = None,
    since: datetime | None = None,
    on_call: Callable[[CallEvent], None] = lambda _: None,
    notify: Callable[[str], None] = lambda _: None,
) -> dict[str, Any]:
    """{question: its answer or its error}, once no answer is to be waited for or `room` has no place for more."""
    stopped = stopped or asyncio.Event()
    store, questions = Store(folder / "store", since), list(questions)
    spent = 0.0

    def paid(event: CallEvent) -> None:
        nonlocal spent
        spent += call_cost(event, config) or 0.0
        on_call(event)

    async with Client(config, RungMemory(folder / "rungs.json", lambda: datetime.now(UTC)), paid) as client:
        batches = BatchClient(client, folder / "batches", store, fallback=client, on_call=paid, notify=notify)
        while True:
            asked = [one(batches, store, question) for question in questions]
            results = dict(zip(questions, await asyncio.gather(*asked, return_exceptions=True), strict=True))
            try:
                await submit([batches], stopped, None if room is None else room - spent)
            except CeilingError:
                return results
            if not any(isinstance(result, DeferredError) for result in results.values()):
                return results


def main(url: str, folder: str, questions: str) -> None:
    batch_api.list_lag_seconds = batch_api.window_seconds = 0.2  # the loopback service's list is right at once
    config = Config.model_validate({"base_url": url, "model": "m", "batch_poll_seconds": 0.005})
    for _ in sys.stdin:
        pid = os.fork()
        if pid == 0:
            results = asyncio.run(rounds(config, Path(folder), [f"q{n}" for n in range(int(questions))]))
            os._exit(0 if all(isinstance(result, Answer) for result in results.values()) else 1)
        print(pid, flush=True)  # noqa: T201
        print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), flush=True)  # noqa: T201


if __name__ == "__main__":
    main(*sys.argv[1:])
