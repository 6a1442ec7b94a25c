"""``AsyncClient`` under the event loops there are: cancelling drops the request, and nothing strange is left."""

from __future__ import annotations

import asyncio
import gc
import os
import subprocess
import sys
import weakref
from collections.abc import Callable, Coroutine
from typing import Any, cast

import anyio
import axiomo
import pytest
import trio
import uvloop
from axiomo import AsyncClient
from axiomo.testing import MockServer

URL = "https://github.com/example/ledger/pull/4127"
STALL = {"wire": {"end": {"after": "nothing", "by": "stall"}}}


class WithoutReaders(asyncio.SelectorEventLoop):
    """A loop that reads no sockets of others, as Windows has one."""

    def add_reader(self, *_: Any) -> None:  # type: ignore[override]  # pyright: ignore
        raise NotImplementedError


LOOPS: dict[str, Callable[[], asyncio.AbstractEventLoop]] = {"asyncio": asyncio.SelectorEventLoop, "uvloop": uvloop.new_event_loop, "without readers": WithoutReaders}


@pytest.fixture(params=LOOPS)
def run(request: pytest.FixtureRequest) -> Callable[[Coroutine[Any, Any, Any]], Any]:
    """Runs a coroutine to its end in each kind of loop."""

    def in_loop(coroutine: Coroutine[Any, Any, Any]) -> Any:
        event_loop = LOOPS[request.param]()
        event_loop.set_debug(True)
        try:
            return event_loop.run_until_complete(coroutine)
        finally:
            event_loop.close()

    return in_loop


def files() -> int:
    """How many descriptors this process has, where the system tells."""
    return len(os.listdir("/proc/self/fd")) if os.path.exists("/proc/self/fd") else 0


async def until_requested(server: MockServer, count: int = 1) -> None:
    await asyncio.to_thread(server.await_journal, {"event": "request"}, count=count, timeout=30)


def test_many_calls_at_once(answering: MockServer, run: Callable[[Any], Any]) -> None:
    async def calls() -> list[axiomo.Analysis]:
        async with answering.async_client(pacing="off") as client:
            return await asyncio.gather(*(client.analyze(URL) for _ in range(100)))

    assert [analysis.signal.risk.level for analysis in run(calls())] == ["high"] * 100


def test_errors_are_raised_where_they_are_awaited(axiomo_server: MockServer, run: Callable[[Any], Any]) -> None:
    async def calls() -> None:
        async with axiomo_server.async_client() as client:
            with pytest.raises(axiomo.NotFoundError) as caught:
                await client.scan("x")
            assert caught.traceback[-1].name == "scan"
            with pytest.raises(TypeError):
                await client.analyze(5)  # type: ignore[arg-type]  # pyright: ignore

    run(calls())


def test_a_cancelled_task_drops_its_request(axiomo_server: MockServer, run: Callable[[Any], Any]) -> None:
    axiomo_server.script([{"on": {}, "do": [STALL]}])

    async def calls() -> None:
        client = axiomo_server.async_client()
        task = asyncio.ensure_future(client.scan("x"))
        await until_requested(axiomo_server)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await asyncio.to_thread(axiomo_server.await_journal, {"event": "gone"}, timeout=30)

    run(calls())


@pytest.mark.skipif(sys.version_info < (3, 11), reason="asyncio.timeout came with 3.11")
def test_the_loops_own_timeout_drops_the_request(axiomo_server: MockServer, run: Callable[[Any], Any]) -> None:
    axiomo_server.script([{"on": {}, "do": [STALL]}])

    async def calls() -> None:
        client = axiomo_server.async_client()
        limit = cast(Any, asyncio.timeout(None))  # pyright: ignore

        async def end() -> None:
            await until_requested(axiomo_server)
            limit.reschedule(asyncio.get_running_loop().time())

        ending = asyncio.ensure_future(end())
        with pytest.raises(TimeoutError) as caught:
            async with limit:
                await client.scan("x")
        await ending
        assert not isinstance(caught.value, axiomo.AxiomoError)
        await asyncio.to_thread(axiomo_server.await_journal, {"event": "gone"}, timeout=30)

    run(calls())


def test_a_closed_client_cancels_its_calls(axiomo_server: MockServer, run: Callable[[Any], Any]) -> None:
    axiomo_server.script([{"on": {}, "do": [STALL]}])

    async def calls() -> None:
        async with axiomo_server.async_client() as client:
            task = asyncio.ensure_future(client.scan("x"))
            await until_requested(axiomo_server)
        with pytest.raises(axiomo.CancelledError):
            await task

    run(calls())


def test_anyio_cancels_too(axiomo_server: MockServer) -> None:
    axiomo_server.script([{"on": {}, "do": [STALL]}])

    async def calls() -> None:
        client = axiomo_server.async_client()
        scope = anyio.CancelScope()

        async def end() -> None:
            await until_requested(axiomo_server)
            scope.cancel()

        async with anyio.create_task_group() as group:
            group.start_soon(end)
            with scope:
                await client.scan("x")
        assert scope.cancelled_caught
        await anyio.to_thread.run_sync(lambda: axiomo_server.await_journal({"event": "gone"}, timeout=30))

    anyio.run(calls)


def test_trio_is_refused_with_what_to_do_instead(answering: MockServer) -> None:
    async def calls() -> None:
        with pytest.raises(axiomo.ConfigurationError, match=r"trio\.to_thread\.run_sync"):
            await answering.async_client().scan("x")
        client = answering.client()
        assert (await trio.to_thread.run_sync(lambda: client.scan("x"))).meta.status == 200

    trio.run(calls)


def test_a_synchronous_and_an_asynchronous_client_share_a_limit(answering: MockServer) -> None:
    limiter = axiomo.RateLimiter()

    async def call() -> None:
        await answering.async_client(rate_limiter=limiter).scan("x")

    answering.client(rate_limiter=limiter).scan("x")
    asyncio.run(call())
    asyncio.run(call())
    assert limiter.snapshot().own == 3


def test_one_client_serves_loops_one_after_the_other_and_in_threads(answering: MockServer) -> None:
    client = answering.async_client(pacing="off")

    async def calls() -> list[int | None]:
        return [(await client.scan("x")).meta.status for _ in range(5)]

    async def in_threads() -> None:
        found = await asyncio.gather(*(asyncio.to_thread(asyncio.run, calls()) for _ in range(4)), calls())
        assert found == [[200] * 5] * 5

    assert asyncio.run(calls()) == [200] * 5
    asyncio.run(in_threads())


def test_a_loop_that_is_closed_with_calls_under_way_leaves_nothing_behind(axiomo_server: MockServer) -> None:
    program = """
import asyncio, sys, axiomo

async def main(client):
    # A machine that is busy is no defect.
    asyncio.get_running_loop().slow_callback_duration = 60
    tasks = [asyncio.ensure_future(client.scan("x")) for _ in range(3)]
    await asyncio.sleep(0.2)
    return tasks

client = axiomo.AsyncClient(base_url=sys.argv[1], anonymous=True, pacing="off")
if sys.argv[2] == "run":
    asyncio.run(main(client))
else:
    event_loop = asyncio.new_event_loop()
    tasks = event_loop.run_until_complete(main(client))
    event_loop.close()
    for task in tasks:
        # Whoever closes a loop with tasks in it is told by asyncio, not by us.
        task._log_destroy_pending = False
print("done")
"""
    for how in ("run", "close"):
        axiomo_server.script([{"on": {}, "do": [STALL] * 3}])
        arguments = [sys.executable, "-X", "dev", "-c", program, axiomo_server.base_url, how]
        ended = subprocess.run(arguments, capture_output=True, text=True, timeout=30)
        assert (ended.stdout, ended.stderr, ended.returncode) == ("done\n", "", 0)


def test_bridges_end_with_their_loops(answering: MockServer) -> None:
    client = answering.async_client(pacing="off")

    async def call() -> None:
        await client.scan("x")

    def bridges() -> int:
        gc.collect()
        return sum(type(thing).__name__ == "Bridge" for thing in gc.get_objects())

    asyncio.run(call())
    before = (bridges(), files())
    for _ in range(20):
        asyncio.run(call())
    # The client's own thread may be about to put the last one down.
    for _ in range(1000):
        if (bridges(), files()) == before:
            break
        answering.snapshot()
    assert (bridges(), files()) == before


def test_loops_that_take_turns_in_a_thread_keep_their_bridges(answering: MockServer) -> None:
    client = answering.async_client(pacing="off")
    loops = [asyncio.new_event_loop() for _ in range(2)]

    def take_turns() -> None:
        for event_loop in loops:
            event_loop.run_until_complete(client.scan("x"))

    take_turns()
    before = files()
    for _ in range(50):
        take_turns()
    grown = files() - before
    for event_loop in loops:
        event_loop.close()
    # Connections come and go; a bridge at every turn would be two hundred.
    assert grown < 10


def test_a_loop_that_is_closed_with_calls_under_way_is_freed(axiomo_server: MockServer) -> None:
    client = axiomo_server.async_client(pacing="off")
    axiomo_server.script([{"on": {}, "do": [STALL] * 20}])

    def leave(count: int) -> weakref.ref[asyncio.AbstractEventLoop]:
        event_loop = asyncio.new_event_loop()
        task = event_loop.create_task(client.scan("x"))
        # Whoever closes a loop with tasks in it is told by asyncio, not by us.
        setattr(task, "_log_destroy_pending", False)
        # It begins in the first turn of the loop, and is handed over in the second.
        event_loop.run_until_complete(asyncio.sleep(0))
        axiomo_server.await_journal({"event": "request"}, count=count, timeout=30)
        event_loop.close()
        return weakref.ref(event_loop)

    before = files()
    for count in range(1, 21):
        gone = leave(count)
        gc.collect()
        assert gone() is None
    axiomo_server.await_journal({"event": "gone"}, count=20, timeout=30)
    # What the client's thread has for itself is there from the first call on.
    assert files() - before < 10


def test_a_client_can_be_made_before_there_is_a_loop(answering: MockServer) -> None:
    client = AsyncClient(answering.key.key, base_url=answering.base_url)

    async def call() -> None:
        async with client:
            assert (await client.analyze(URL)).signal.risk.level == "high"
        with pytest.raises(axiomo.ConfigurationError, match="was closed"):
            await client.scan("x")

    asyncio.run(call())


def test_a_call_that_fails_or_is_cancelled_leaves_nothing_to_collect(axiomo_server: MockServer) -> None:
    axiomo_server.set_limits(key=0)

    async def calls() -> weakref.ref[axiomo.AxiomoError]:
        client = axiomo_server.async_client(pacing="off")
        cancelled = asyncio.ensure_future(client.scan("x"))
        await asyncio.sleep(0)
        cancelled.cancel()
        await asyncio.wait([cancelled])
        try:
            await client.scan("x")
        except axiomo.NotFoundError as error:
            return weakref.ref(error)
        raise AssertionError

    gc.collect()
    gc.disable()
    try:
        assert asyncio.run(calls())() is None
    finally:
        gc.enable()
