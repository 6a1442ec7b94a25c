from __future__ import annotations

from axiomo._native import Bridge

TYPE_CHECKING = False
if TYPE_CHECKING:
    from asyncio import Task
    from collections.abc import AsyncIterable, AsyncIterator, Iterable, Iterator
    from typing import Any

    from typing_extensions import TypeIs

    from axiomo._native import AnalyzeRequest, BatchItem, BatchProgress, NativeAsyncBatch

__all__ = ["AsyncBatch"]


class AsyncBatch:
    """Analyses of many pull requests, as an asynchronous iterator of their results. ``analyze_many`` makes it.

    An exception that the items raise comes after the results of those before it.
    """

    __slots__ = ("__weakref__", "_async_items", "_feeding", "_items", "_native")

    _native: NativeAsyncBatch
    _items: Iterator[str | AnalyzeRequest] | None
    _async_items: AsyncIterator[str | AnalyzeRequest] | None
    _feeding: Task[None] | None

    def __init__(
        self,
        native: NativeAsyncBatch,
        items: Iterable[str | AnalyzeRequest] | AsyncIterable[str | AnalyzeRequest],
    ) -> None:
        self._native = native
        self._items = None if _is_asynchronous(items) else iter(items)
        self._async_items = aiter(items) if _is_asynchronous(items) else None
        self._feeding = None

    def progress(self) -> BatchProgress:
        """How far it is."""
        return self._native.progress()

    def __aiter__(self) -> AsyncBatch:
        return self

    async def __anext__(self) -> BatchItem[Any]:
        # What is waited for says only that there is one, as with asyncio's queues: whoever is cancelled when it comes
        # leaves it to the next, and another may be quicker.
        item = self._native.take(False)
        while item is None:
            call = self._native.begin_next(Bridge.current(), self)
            try:
                is_ended = await call
            except BaseException:
                call.cancel()
                raise
            item = self._native.take(is_ended)
        return item

    def _feed(self) -> None:
        """Gives one item; called by the event loop when there is room for one."""
        if self._async_items is not None:
            import asyncio

            event_loop = asyncio.get_running_loop()
            self._feeding = event_loop.create_task(_feed_from(self._async_items, self._native))
            # After its first step.
            event_loop.call_soon(self._native.wait)
        elif self._items is not None:
            try:
                self._native.push(next(self._items))
            except StopIteration:
                self._native.end()
            except (KeyboardInterrupt, SystemExit):
                # The loop lets these out, and they do not wait for what is under way.
                self._native.end()
                raise
            except BaseException as error:
                self._native.fail(_without_own_frame(error))

    def __del__(self) -> None:
        feeding = getattr(self, "_feeding", None)
        if feeding is not None and not feeding.done() and not feeding.get_loop().is_closed():
            feeding.cancel()

    def __repr__(self) -> str:
        return f"AsyncBatch({self.progress()!r})"


async def _feed_from(items: AsyncIterator[str | AnalyzeRequest], native: NativeAsyncBatch) -> None:
    # It knows nothing of the batch, which ends when nobody has it any more.
    try:
        item = await anext(items)
    except StopAsyncIteration:
        native.end()
    except BaseException as error:
        native.fail(_without_own_frame(error))
        if not isinstance(error, Exception):
            raise
    else:
        native.push(item)


def _without_own_frame(error: BaseException) -> BaseException:
    # Whoever keeps the error would keep the batch with it.
    traceback = error.__traceback__
    return error.with_traceback(None if traceback is None else traceback.tb_next)


def _is_asynchronous(
    items: Iterable[str | AnalyzeRequest] | AsyncIterable[str | AnalyzeRequest],
) -> TypeIs[AsyncIterable[str | AnalyzeRequest]]:
    # Not by the class of `collections.abc`, whose import takes longer than all the rest.
    return hasattr(items, "__aiter__")
