"""What signals do to a coroutine of a command."""

import asyncio
import os
import signal

import pytest

from summarizer.commands.stopping import run_until_stopped


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_no_signal_breaks_off_a_callback_of_the_loop(stop):
    woken = []

    async def wait():
        def wake() -> None:
            for _ in range(3):
                os.kill(os.getpid(), stop)
            woken.append("somebody waits for this")

        asyncio.get_running_loop().call_soon(wake)
        await asyncio.sleep(60)

    with pytest.raises(KeyboardInterrupt):
        run_until_stopped(wait())
    assert woken


def test_each_signal_cancels_what_is_awaited_then():
    ended = []

    async def stop_and_wait() -> None:
        asyncio.get_running_loop().call_soon(os.kill, os.getpid(), signal.SIGINT)
        try:
            await asyncio.sleep(60)
        finally:
            ended.append("ended")

    async def wait():
        try:
            await stop_and_wait()
        finally:
            await stop_and_wait()

    with pytest.raises(KeyboardInterrupt):
        run_until_stopped(wait())
    assert ended == ["ended", "ended"]


def test_the_handlers_before_are_back_afterwards():
    before = signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)

    async def answer() -> int:
        return 5

    assert run_until_stopped(answer()) == 5
    assert (signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)) == before
