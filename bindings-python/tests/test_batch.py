"""Batches, synchronous and asynchronous."""

from __future__ import annotations

import asyncio
import gc
import threading
import weakref
from collections.abc import AsyncIterator, Iterator
from typing import Any

import axiomo
import pytest
from axiomo import AsyncClient, BatchItem
from axiomo.testing import MockServer


STALL = {"wire": {"end": {"after": "nothing", "by": "stall"}}}


def urls(count: int) -> list[str]:
    return [f"https://github.com/example/ledger/pull/{number}" for number in range(1, count + 1)]


class Cancelling(asyncio.SelectorEventLoop):
    """A loop that cancels a task called "cancelled" when what it waits for is there, and before it is told so."""

    def create_future(self) -> asyncio.Future[Any]:
        future: asyncio.Future[Any] = super().create_future()
        task = asyncio.current_task(self)
        if task is not None and task.get_name() == "cancelled":
            # The task adds what tells it later.
            future.add_done_callback(lambda _: task.cancel())
        return future


def test_every_item_has_a_result_and_none_ends_the_others(answering: MockServer) -> None:
    items: list[Any] = [*urls(3), "https://example.com", 5, urls(1)[0], axiomo.AnalyzeRequest(urls(4)[3])]
    seen = {item.index: item for item in answering.client().analyze_many(items)}
    assert sorted(seen) == list(range(7))
    assert [seen[index].input for index in range(7)] == items
    assert all(seen[index].result().signal.risk.level == "high" for index in (0, 1, 2, 6))
    assert isinstance(seen[3].error, axiomo.InvalidRequestError)
    assert isinstance(seen[4].error, axiomo.InvalidRequestError) and "not int" in seen[4].error.message
    assert seen[5].repeats == 0
    with pytest.raises(ValueError, match="item 5 asks for the same as item 0"):
        seen[5].result()
    with pytest.raises(axiomo.InvalidRequestError):
        seen[3].result()


def test_items_come_in_order_where_that_is_wanted(answering: MockServer) -> None:
    batch = answering.client().analyze_many(urls(20), ordered=True, concurrency=3)
    assert batch.progress().waiting == 20
    assert [item.index for item in batch] == list(range(20))
    progress = batch.progress()
    assert (progress.done, progress.failed, progress.waiting) == (20, 0, 0)


def test_items_are_taken_as_there_is_room(answering: MockServer) -> None:
    taken: list[str] = []

    def source() -> Iterator[str]:
        for url in urls(50):
            taken.append(url)
            yield url

    batch = answering.client().analyze_many(source(), concurrency=2)
    next(batch)
    assert len(taken) <= 4


def test_what_the_source_raises_comes_after_the_results(answering: MockServer) -> None:
    def source() -> Iterator[str]:
        yield from urls(2)
        raise RuntimeError("no more")

    batch = answering.client().analyze_many(source())
    assert {next(batch).index, next(batch).index} == {0, 1}
    with pytest.raises(RuntimeError, match="no more"):
        next(batch)
    with pytest.raises(StopIteration):
        next(batch)


def test_an_interrupt_in_the_source_does_not_wait_for_what_is_under_way(axiomo_server: MockServer) -> None:
    axiomo_server.script([{"on": {}, "do": [STALL] * 2}])

    def source() -> Iterator[str]:
        yield urls(1)[0]
        raise KeyboardInterrupt

    async def run() -> None:
        async with axiomo_server.async_client() as client:
            await anext(client.analyze_many(source()))

    with pytest.raises(KeyboardInterrupt):
        next(axiomo_server.client().analyze_many(source()))
    with pytest.raises(KeyboardInterrupt):
        asyncio.run(run())


def test_an_interrupt_in_the_source_is_raised_once_and_loses_no_result(answering: MockServer) -> None:
    def source() -> Iterator[str]:
        yield from urls(2)
        raise KeyboardInterrupt

    batch = answering.client().analyze_many(source())
    seen: list[int] = []
    with pytest.raises(KeyboardInterrupt):
        while True:
            seen.append(next(batch).index)
    seen += [item.index for item in batch]
    assert sorted(seen) == [0, 1]


def test_a_source_that_asks_its_own_batch_is_told_that_it_cannot(answering: MockServer) -> None:
    batches: list[axiomo.Batch] = []

    def source() -> Iterator[str]:
        yield urls(1)[0]
        next(batches[0])

    batches.append(answering.client().analyze_many(source()))
    assert next(batches[0]).index == 0
    with pytest.raises(RuntimeError, match="by its own source"):
        next(batches[0])


def test_threads_share_a_batch(answering: MockServer) -> None:
    batch = answering.client().analyze_many(iter(urls(40)))
    seen: list[int] = []

    def take() -> None:
        for item in batch:
            seen.append(item.index)

    threads = [threading.Thread(target=take) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(seen) == list(range(40))


def test_a_source_may_use_the_client_and_another_batch(answering: MockServer) -> None:
    client = answering.client()

    def source() -> Iterator[str]:
        for item in client.analyze_many(urls(2), ordered=True):
            client.scan("x")
            assert item.error is None
            yield urls(9)[item.index + 5]

    assert [item.result().meta.status for item in client.analyze_many(source())] == [200, 200]


def test_wrong_arguments_are_told_at_once(answering: MockServer) -> None:
    client = answering.client()
    with pytest.raises(TypeError):
        client.analyze_many(5)  # type: ignore[arg-type]  # pyright: ignore
    with pytest.raises(axiomo.ConfigurationError, match="concurrency is -1"):
        client.analyze_many([], concurrency=-1)
    with pytest.raises(axiomo.ConfigurationError, match="deadline is -1"):
        client.analyze_many([], deadline=-1)


def test_more_than_the_limit_takes_virtual_minutes(virtual_server: MockServer) -> None:
    batch = virtual_server.client().analyze_many(urls(100))
    errors = [type(item.error) for item in batch]
    assert errors == [axiomo.NotFoundError] * 100
    assert 60 <= virtual_server.elapsed() < 130


def test_an_asynchronous_batch_takes_plain_and_asynchronous_items(answering: MockServer) -> None:
    async def items() -> AsyncIterator[str]:
        for url in urls(5):
            await asyncio.sleep(0)
            yield url

    async def run() -> None:
        async with answering.async_client() as client:
            for source in (urls(5), iter(urls(5)), items()):
                batch = client.analyze_many(source, ordered=True)
                assert [item.index async for item in batch] == list(range(5))
                assert batch.progress().done == 5

    asyncio.run(run())


def test_an_asynchronous_source_that_raises_ends_the_batch(answering: MockServer) -> None:
    async def items() -> AsyncIterator[str]:
        yield urls(1)[0]
        raise RuntimeError("no more")

    async def run() -> list[int]:
        seen: list[int] = []
        async with answering.async_client() as client:
            with pytest.raises(RuntimeError, match="no more"):
                async for item in client.analyze_many(items()):
                    seen.append(item.index)
        return seen

    assert asyncio.run(run()) == [0]


def test_no_result_is_lost_when_its_wait_is_cancelled(answering: MockServer) -> None:
    async def run() -> None:
        async with answering.async_client() as client:
            batch = client.analyze_many(urls(30), concurrency=4)
            seen: list[BatchItem[Any]] = []
            while len(seen) < 30:
                waiting = asyncio.ensure_future(anext(batch))
                await asyncio.sleep(0)
                if len(seen) % 2:
                    waiting.cancel()
                try:
                    seen.append(await waiting)
                except asyncio.CancelledError:
                    seen.append(await anext(batch))
            assert sorted(item.index for item in seen) == list(range(30))
            with pytest.raises(StopAsyncIteration):
                await anext(batch)

    asyncio.run(run())


def test_no_result_is_lost_when_it_comes_together_with_a_cancellation(answering: MockServer) -> None:
    def source() -> Iterator[str]:
        yield from urls(3)
        raise RuntimeError("no more")

    async def run() -> None:
        async with answering.async_client() as client:
            batch = client.analyze_many(source(), ordered=True)

            async def cancelled() -> None:
                waiting = asyncio.ensure_future(anext(batch))
                waiting.set_name("cancelled")
                with pytest.raises(asyncio.CancelledError):
                    await waiting

            for index in range(3):
                await cancelled()
                assert (await anext(batch)).index == index
            await cancelled()
            with pytest.raises(RuntimeError, match="no more"):
                await anext(batch)
            await cancelled()
            with pytest.raises(StopAsyncIteration):
                await anext(batch)

    event_loop = Cancelling()
    try:
        event_loop.run_until_complete(run())
    finally:
        event_loop.close()


def test_a_batch_that_nobody_has_ends_its_calls(axiomo_server: MockServer) -> None:
    axiomo_server.script([{"on": {}, "do": [STALL] * 4}])

    async def run(client: AsyncClient) -> weakref.ref[axiomo.AsyncBatch]:
        batch = client.analyze_many(urls(9), concurrency=2)
        waiting = asyncio.ensure_future(anext(batch))
        await asyncio.to_thread(axiomo_server.await_journal, {"event": "request"}, count=2)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        gone = weakref.ref(batch)
        del batch, waiting
        return gone

    gone = asyncio.run(run(axiomo_server.async_client()))
    gc.collect()
    assert gone() is None
    axiomo_server.await_journal({"event": "gone"}, count=2, timeout=30)
