"""Makes 100,000 calls, half of them failing or cancelled, synchronous and asynchronous ones, and prints what became of
memory, threads and open files between call 20,000 and the end, as JSON. `cargo xtask test --deep python-soak` runs it.
"""

from __future__ import annotations

import asyncio
import gc
import json
import os
import sys
import threading
from pathlib import Path

import axiomo

CALLS, FROM, AT_ONCE = 100_000, 20_000, 50
PULL_REQUEST = "https://github.com/example/ledger/pull/4127"


def state() -> dict[str, float]:
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    threads, descriptors = (len(os.listdir(f"/proc/self/{folder}")) for folder in ("task", "fd"))
    return {"rss_mib": pages * os.sysconf("SC_PAGE_SIZE") / 2**20, "threads": threads, "descriptors": descriptors}


def fail(call: object) -> None:
    try:
        call()  # type: ignore[operator]
    except axiomo.AxiomoError as error:
        assert str(error)
    else:
        raise AssertionError("it did not fail")


def in_threads(client: axiomo.Client, nowhere: axiomo.Client) -> None:
    """Makes 1,000 calls."""

    def calls() -> None:
        for _ in range(50):
            assert client.analyze(PULL_REQUEST).signal.risk.level == "high"
            assert client.scan("x").signal.pr.title
            fail(lambda: client.analyze("nonsense"))
            fail(lambda: nowhere.scan("x"))
            handle = axiomo.CancelHandle()
            handle.cancel()
            fail(lambda: client.scan("x", cancel=handle))

    workers = [threading.Thread(target=calls) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()


async def in_a_loop(client: axiomo.AsyncClient, nowhere: axiomo.AsyncClient) -> None:
    """Makes 1,000 calls."""
    for _ in range(1_000 // AT_ONCE):
        good = [asyncio.ensure_future(client.analyze(PULL_REQUEST)) for _ in range(AT_ONCE // 2)]
        bad = [asyncio.ensure_future(nowhere.scan("x")) for _ in range(AT_ONCE // 4)]
        cancelled = [asyncio.ensure_future(client.scan("x")) for _ in range(AT_ONCE - len(good) - len(bad))]
        await asyncio.sleep(0)
        await asyncio.sleep(0.0005)
        for task in cancelled:
            task.cancel()
        outcomes = await asyncio.gather(*good, *bad, *cancelled, return_exceptions=True)
        assert all(isinstance(outcome, axiomo.Analysis) for outcome in outcomes[: len(good)])
        assert all(isinstance(outcome, axiomo.ConnectionError) for outcome in outcomes[len(good) :][: len(bad)])


def main() -> None:
    base_url = sys.argv[1]
    nowhere = "http://127.0.0.1:9/api"
    client = axiomo.Client("ax_key", base_url=base_url, pacing="off")
    other = axiomo.AsyncClient("ax_key", base_url=base_url, pacing="off")
    lost = axiomo.Client(base_url=nowhere, max_retries=0, pacing="off")
    other_lost = axiomo.AsyncClient(base_url=nowhere, max_retries=0, pacing="off")
    begun, before = 0, state()
    while begun < CALLS:
        in_threads(client, lost)
        asyncio.run(in_a_loop(other, other_lost))
        begun += 2_000
        if begun == FROM:
            before = state()
    print(json.dumps({"before": before, "after": state()}))


if __name__ == "__main__":
    main()
