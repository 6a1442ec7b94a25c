"""Makes calls with one client and prints what they took, as JSON. `cargo xtask bench --python` runs it."""

from __future__ import annotations

import asyncio
import json
import os
import sys
import threading
import time
from collections.abc import Awaitable, Callable

PULL_REQUEST = "https://github.com/example/ledger/pull/4127"
KEY = "ax_0000000000000000000000000000000000"
HEADERS = {"Authorization": f"Bearer {KEY}"}
AT_ONCE = 64

Call = Callable[[], object]
AsyncCall = Callable[[], Awaitable[object]]


# Each gives the risk's level, so that the answer was read.


def axiomo(base_url: str) -> Call:
    import axiomo

    client = axiomo.Client(KEY, base_url=base_url, pacing="off")
    return lambda: client.analyze(PULL_REQUEST).signal.risk.level


def requests(base_url: str) -> Call:
    import requests
    from requests.adapters import HTTPAdapter

    session = requests.Session()
    session.headers.update(HEADERS)
    session.mount("http://", HTTPAdapter(pool_maxsize=AT_ONCE))
    body = {"url": PULL_REQUEST}
    return lambda: session.post(f"{base_url}/analyze", json=body, timeout=90).json()["signal"]["risk"]["level"]


def httpx(base_url: str) -> Call:
    import httpx

    limits = httpx.Limits(max_connections=AT_ONCE, max_keepalive_connections=AT_ONCE)
    client = httpx.Client(headers=HEADERS, limits=limits, timeout=90)
    body = {"url": PULL_REQUEST}
    return lambda: client.post(f"{base_url}/analyze", json=body).json()["signal"]["risk"]["level"]


def pyreqwest(base_url: str) -> Call:
    from pyreqwest.client import SyncClientBuilder

    client = SyncClientBuilder().default_headers(HEADERS).pool_max_idle_per_host(AT_ONCE).build()
    body = {"url": PULL_REQUEST}

    def call() -> object:
        return client.post(f"{base_url}/analyze").body_json(body).build().send().json()["signal"]["risk"]["level"]

    return call


async def axiomo_async(base_url: str) -> AsyncCall:
    import axiomo

    client = axiomo.AsyncClient(KEY, base_url=base_url, pacing="off")

    async def call() -> object:
        return (await client.analyze(PULL_REQUEST)).signal.risk.level

    return call


async def httpx_async(base_url: str) -> AsyncCall:
    import httpx

    limits = httpx.Limits(max_connections=AT_ONCE, max_keepalive_connections=AT_ONCE)
    client = httpx.AsyncClient(headers=HEADERS, limits=limits, timeout=90)
    body = {"url": PULL_REQUEST}

    async def call() -> object:
        return (await client.post(f"{base_url}/analyze", json=body)).json()["signal"]["risk"]["level"]

    return call


async def aiohttp_orjson(base_url: str) -> AsyncCall:
    import aiohttp
    import orjson

    connector = aiohttp.TCPConnector(limit=AT_ONCE)
    session = aiohttp.ClientSession(headers=HEADERS, connector=connector)
    body = {"url": PULL_REQUEST}

    async def call() -> object:
        async with session.post(f"{base_url}/analyze", json=body) as answer:
            return orjson.loads(await answer.read())["signal"]["risk"]["level"]

    return call


async def pyreqwest_async(base_url: str) -> AsyncCall:
    from pyreqwest.client import ClientBuilder

    client = ClientBuilder().default_headers(HEADERS).pool_max_idle_per_host(AT_ONCE).build()
    body = {"url": PULL_REQUEST}

    async def call() -> object:
        answer = await client.post(f"{base_url}/analyze").body_json(body).build().send()
        return (await answer.json())["signal"]["risk"]["level"]

    return call


SYNCHRONOUS = {"axiomo": axiomo, "requests": requests, "httpx": httpx, "pyreqwest": pyreqwest}
ASYNCHRONOUS = {
    "axiomo": axiomo_async,
    "httpx": httpx_async,
    "aiohttp+orjson": aiohttp_orjson,
    "pyreqwest": pyreqwest_async,
}


def timed(call: Call, count: int, took: list[float]) -> None:
    for _ in range(count):
        began = time.perf_counter()
        assert call() == "high"
        took.append(time.perf_counter() - began)


def sequential(client: str, base_url: str, count: int, took: list[float]) -> float:
    call = SYNCHRONOUS[client](base_url)
    timed(call, count // 10, [])
    began = time.perf_counter()
    timed(call, count, took)
    return time.perf_counter() - began


def threads(client: str, base_url: str, count: int, took: list[float]) -> float:
    call = SYNCHRONOUS[client](base_url)

    def all_at_once(each: int, took: list[float]) -> float:
        workers = [threading.Thread(target=timed, args=(call, each, took)) for _ in range(AT_ONCE)]
        began = time.perf_counter()
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        return time.perf_counter() - began

    all_at_once(max(1, count // AT_ONCE // 10), [])
    return all_at_once(count // AT_ONCE, took)


def event_loop(client: str, base_url: str, count: int, took: list[float]) -> float:
    async def one_after_the_other(call: AsyncCall, each: int, took: list[float]) -> None:
        for _ in range(each):
            began = time.perf_counter()
            assert await call() == "high"
            took.append(time.perf_counter() - began)

    async def run() -> float:
        call = await ASYNCHRONOUS[client](base_url)
        # What a peer says when nobody has its client any more is not measured.
        kept.append(call)
        each = max(1, count // AT_ONCE // 10)
        await asyncio.gather(*(one_after_the_other(call, each, []) for _ in range(AT_ONCE)))
        began = time.perf_counter()
        await asyncio.gather(*(one_after_the_other(call, count // AT_ONCE, took) for _ in range(AT_ONCE)))
        return time.perf_counter() - began

    return asyncio.new_event_loop().run_until_complete(run())


kept: list[object] = []


MODES = {"sequential": sequential, "threads": threads, "event loop": event_loop}


def main() -> None:
    mode, client, base_url, count = sys.argv[1:]
    took: list[float] = []
    processor = time.process_time()
    whole = MODES[mode](client, base_url, int(count), took)
    processor = time.process_time() - processor
    took.sort()
    taken = {
        "median_us": took[len(took) // 2] * 1e6,
        "p99_us": took[len(took) * 99 // 100] * 1e6,
        "cpu_us": processor / len(took) * 1e6,
        "per_second": len(took) / whole,
    }
    print(json.dumps(taken), flush=True)
    os._exit(0)


if __name__ == "__main__":
    main()
