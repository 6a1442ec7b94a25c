"""One client and its calls."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Coroutine
from threading import Thread
from typing import Any

import axiomo
from axiomo.testing import VirtualClock

Tell = Callable[[dict[str, Any]], None]


class Session:
    """A ``Client``, each call of which has a thread."""

    client: Any

    def __init__(self, frame: dict[str, Any], tell: Tell, first_log: int) -> None:
        self.first_log = first_log
        self._tell = tell
        self._cancels: dict[str, axiomo.CancelHandle] = {}
        self._threads: list[Thread] = []
        self.client = self.make(settings(frame))

    def make(self, given: dict[str, Any]) -> Any:
        return axiomo.Client(**given)

    def call(self, frame: dict[str, Any]) -> None:
        cancel = self._cancels.setdefault(frame["call"], axiomo.CancelHandle())
        begin(self._threads, self._run, frame, {**options(frame.get("options") or {}), "cancel": cancel})

    def _run(self, frame: dict[str, Any], given: dict[str, Any]) -> None:
        self._end(frame, lambda: self._made(frame, given))

    def _end(self, frame: dict[str, Any], make: Callable[[], dict[str, Any]]) -> None:
        try:
            outcome = make()
        except axiomo.AxiomoError as error:
            outcome = failed(error)
        except TypeError as error:
            outcome = {"error": {"kind": "type", "message": str(error)}, "began": False}
        self._tell({**event("done", frame), **outcome})

    def _made(self, frame: dict[str, Any], given: dict[str, Any]) -> dict[str, Any]:
        args: dict[str, Any] = frame.get("args") or {}
        match frame["method"]:
            case "analyze":
                return whole(self.client.analyze(request(args), **given), frame)
            case "scan":
                return whole(self.client.scan(args["scan_id"], **given), frame)
            case "analyze_many":
                for item in self.client.analyze_many(map(request, args["items"]), **batch(args), **given):
                    self._tell(told(item, frame))
                return {"ok": {}}
            case _:
                return self._rate_limit()

    def _rate_limit(self) -> dict[str, Any]:
        limit = self.client.rate_limit()
        return {"ok": limit and limit.to_dict(), "began": False}

    def cancel(self, call: str) -> None:
        self._cancels[call].cancel()

    def close(self) -> None:
        for cancel in self._cancels.values():
            cancel.cancel()
        self.finish()
        self.client.close()

    def finish(self) -> None:
        for thread in self._threads:
            thread.join()


class AsyncSession(Session):
    """An ``AsyncClient`` on an event loop of its own."""

    def __init__(self, frame: dict[str, Any], tell: Tell, first_log: int) -> None:
        super().__init__(frame, tell, first_log)
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._loop.run_forever)
        self._thread.start()

    def make(self, given: dict[str, Any]) -> Any:
        return axiomo.AsyncClient(**given)

    def _run(self, frame: dict[str, Any], given: dict[str, Any]) -> None:
        self._end(frame, lambda: self._wait(self._made_by_loop(frame, given)))

    def _wait(self, coroutine: Coroutine[Any, Any, dict[str, Any]]) -> dict[str, Any]:
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result()

    async def _made_by_loop(self, frame: dict[str, Any], given: dict[str, Any]) -> dict[str, Any]:
        args: dict[str, Any] = frame.get("args") or {}
        match frame["method"]:
            case "analyze":
                return whole(await self.client.analyze(request(args), **given), frame)
            case "scan":
                return whole(await self.client.scan(args["scan_id"], **given), frame)
            case "analyze_many":
                async for item in self.client.analyze_many(map(request, args["items"]), **batch(args), **given):
                    self._tell(told(item, frame))
                return {"ok": {}}
            case _:
                return self._rate_limit()

    def close(self) -> None:
        for cancel in self._cancels.values():
            cancel.cancel()
        self.finish()
        self._wait(self._closed())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _closed(self) -> dict[str, Any]:
        await self.client.close()
        return {}


def begin(threads: list[Thread], run: Callable[..., None], *args: Any) -> None:
    threads.append(Thread(target=run, args=args))
    threads[-1].start()


def settings(frame: dict[str, Any]) -> dict[str, Any]:
    given = options(frame.get("options") or {})
    given["base_url"] = frame["base_url"]
    given["root_certificate"] = frame.get("ca_pem")
    if frame.get("api_key") is None:
        given["anonymous"] = True
    else:
        given["api_key"] = frame.get("api_key")
    conductor = frame.get("conductor")
    if conductor is not None:
        given["clock"] = VirtualClock.conducted(conductor)
    return given


def options(given: dict[str, Any]) -> dict[str, Any]:
    return {name.removesuffix("_s"): value for name, value in given.items()}


def batch(args: dict[str, Any]) -> dict[str, Any]:
    return {name.removesuffix("_s"): value for name, value in args.items() if name != "items"}


def request(given: Any) -> Any:
    """An address as it is, or a request of the API's as this language has it."""
    members: dict[str, Any] = given if hasattr(given, "keys") else {}
    if set(members) == {"url"}:
        return members["url"]
    return axiomo.AnalyzeRequest(**members) if members else given


def event(name: str, frame: dict[str, Any]) -> dict[str, Any]:
    return {"event": name, "session": frame["session"], "call": frame["call"]}


def told(item: axiomo.BatchItem[Any], frame: dict[str, Any]) -> dict[str, Any]:
    start = {**event("item", frame), "index": item.index}
    if item.error is not None:
        return {**start, **failed(item.error)}
    if item.repeats is not None:
        return {**start, "repeats": item.repeats}
    return {**start, **whole(item.result(), frame)}


def failed(error: axiomo.AxiomoError) -> dict[str, Any]:
    return {"error": {**error.to_dict(), "display": str(error), "debug": repr(error)}}


def whole(analysis: axiomo.Analysis, frame: dict[str, Any]) -> dict[str, Any]:
    ok = {
        "signal_id": analysis.signal_id,
        "signal_url": analysis.signal_url,
        "signal": analysis.signal.to_dict(),
        "raw": analysis.to_json(),
        "extra": {path: part(analysis, path).extra for path in frame.get("extra", [])},
        "debug": repr(analysis),
    }
    return {"ok": ok, "meta": analysis.meta.to_dict()}


def part(analysis: axiomo.Analysis, path: str) -> Any:
    found: Any = analysis
    for name, index in re.findall(r"(\w+)|\[(\d+)\]", path):
        found = getattr(found, name) if name else found[int(index)]
    return found
