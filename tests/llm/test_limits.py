"""The limiter, on windows of a fraction of a second."""

import asyncio
import time

import pytest

from summarizer.llm import limits
from summarizer.llm.limits import RateLimiter

PERIOD = 0.4


@pytest.fixture(autouse=True)
def no_slack(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "_SLACK_SECONDS", 0.0)


async def grants(limiter: RateLimiter, sizes: list[int]) -> list[float]:
    """When each request was let through, in the order of asking."""
    started = time.monotonic()

    async def one(size: int) -> float:
        return (await limiter.reserve(size)).time - started

    return list(await asyncio.gather(*map(one, sizes)))


def test_no_window_ever_holds_more_requests_than_allowed() -> None:
    times = asyncio.run(grants(RateLimiter(3, 10**9, 99, PERIOD), [1] * 10))
    assert times == sorted(times)
    assert all(later - earlier >= PERIOD for earlier, later in zip(times, times[3:], strict=False))
    assert times[-1] < 3 * PERIOD + 0.3


def test_no_window_ever_holds_more_tokens_than_allowed_and_nobody_is_overtaken() -> None:
    sizes = [60, 60, 10, 200, 10]
    times = asyncio.run(grants(RateLimiter(99, 100, 99, PERIOD), sizes))
    assert times == sorted(times)
    assert times[1] >= PERIOD  # 60 + 60 > 100
    assert times[2] - times[1] < 0.1  # 60 + 10
    assert times[3] - times[2] >= PERIOD  # larger than the limit: an empty window
    assert times[4] - times[3] >= PERIOD


def test_real_usage_makes_room_at_once_or_takes_it() -> None:
    async def scenario() -> tuple[float, float]:
        limiter = RateLimiter(99, 100, 99, PERIOD)
        started = time.monotonic()
        first = await limiter.reserve(100)
        waiting = asyncio.create_task(limiter.reserve(50))
        await asyncio.sleep(0.05)
        limiter.correct(first, 10)
        second = await waiting
        limiter.correct(second, 500)
        third = await limiter.reserve(1)
        limiter.correct(first, 10**6)  # long gone: no effect
        assert (await limiter.reserve(1)).time - third.time < 0.1
        return second.time - started, third.time - second.time

    early, late = asyncio.run(scenario())
    assert early < PERIOD / 2
    assert late >= PERIOD


def test_a_cancelled_waiter_leaves_the_queue_intact() -> None:
    async def scenario() -> float:
        limiter = RateLimiter(1, 100, 99, PERIOD)
        started = time.monotonic()
        await limiter.reserve(1)
        waiting = asyncio.create_task(limiter.reserve(1))
        await asyncio.sleep(0.05)
        waiting.cancel()
        return (await limiter.reserve(1)).time - started

    assert PERIOD <= asyncio.run(scenario()) < 2 * PERIOD
