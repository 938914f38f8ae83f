"""When an attempt is the last one, and which time counts."""

import asyncio
import socket
import time

import pytest
from llm_bench import Bench
from tenacity import AsyncRetrying

from summarizer.errors import TryLaterError
from summarizer.llm.batch_api import BatchApi
from summarizer.llm.endpoint import paused, stop_before, wait
from summarizer.llm.faults import Retryable


async def attempts(fault: Retryable, seconds: float) -> tuple[int, list[float]]:
    """How often a call that always fails is made within so many seconds, and the waits between."""
    made, waits = 0, []

    async def call() -> None:
        nonlocal made
        made += 1
        raise fault

    async def sleep(delay: float) -> None:
        waits.append(delay)

    async with asyncio.timeout(seconds) as clock:
        with pytest.raises(Retryable):
            await AsyncRetrying(sleep=sleep, wait=wait, stop=stop_before(clock), reraise=True)(call)
    return made, waits


def test_waits_grow_and_a_server_that_is_not_there_is_given_up_after_half_a_minute() -> None:
    made, waits = asyncio.run(attempts(Retryable("refused", "", brief=True), seconds=600))
    assert made == 7
    assert waits == sorted(waits)
    assert 30 < sum(waits) < 35


def test_no_wait_goes_past_the_deadline() -> None:
    assert asyncio.run(attempts(Retryable("busy", "", wait=30), seconds=20)) == (1, [])


def test_a_server_that_says_at_once_is_not_hammered() -> None:
    _, waits = asyncio.run(attempts(Retryable("busy", "", wait=0, brief=True), seconds=600))
    assert min(waits) >= 0.5


def test_time_spent_waiting_for_the_limits_does_not_count() -> None:
    async def scenario() -> None:
        async with asyncio.timeout(0.2) as clock:
            with paused(clock):
                await asyncio.sleep(0.4)
            assert not clock.expired()
            await asyncio.sleep(0.05)
            with pytest.raises(asyncio.CancelledError):
                await asyncio.sleep(5)
            raise asyncio.CancelledError

    with pytest.raises(TimeoutError):
        asyncio.run(scenario())


def test_a_question_about_a_batch_ends_when_stopped(bench: Bench) -> None:
    async def scenario(url: str) -> None:
        async with bench.client(url) as client:
            asyncio.get_running_loop().call_later(0.2, client.stop)
            for _ in range(2):  # one under way, one that would come after it
                with pytest.raises(TryLaterError, match="stopped"):
                    await BatchApi(client.endpoint, client.config).look("batch_1")

    with socket.create_server(("127.0.0.1", 0)) as silent:
        begun = time.monotonic()
        asyncio.run(scenario(f"http://127.0.0.1:{silent.getsockname()[1]}/v1"))
        assert time.monotonic() - begun < 2
