"""``axiomo.testing.MockServer`` with clients that it gives, in its time."""

from __future__ import annotations

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor

import axiomo
import pytest
from axiomo.testing import MockServer

SCAN = "ax-owner-repo-1-a1b2c3d4"
REFUSED = {"respond": {"status": 429, "headers": {"retry-after": "600"}}}
ANSWER = {"respond": {"status": 200, "json": {"signal": {"risk": {"level": "high"}}}}}


def script(server: MockServer, *steps: object) -> None:
    server.script([{"on": {"path": "/api/scans/*"}, "do": list(steps)}])


def test_a_wait_of_ten_minutes_takes_no_time(virtual_server: MockServer) -> None:
    script(virtual_server, REFUSED, ANSWER)
    started = time.monotonic()
    with virtual_server.client(timeout=3600, max_wait=3600) as client:
        analysis = client.scan(SCAN)
    assert analysis.signal.risk.level == "high"
    assert 600 <= virtual_server.elapsed() < 620
    assert [wait["reason"] for wait in virtual_server.waits()] == ["retry_after"]
    assert 600 <= analysis.meta.elapsed < 620
    assert time.monotonic() - started < 10


def test_so_does_one_of_asyncio(virtual_server: MockServer) -> None:
    script(virtual_server, REFUSED, ANSWER)

    async def run() -> axiomo.Analysis:
        async with virtual_server.async_client(timeout=3600, max_wait=3600) as client:
            return await client.scan(SCAN)

    assert asyncio.run(run()).signal.risk.level == "high"
    assert 600 <= virtual_server.elapsed() < 620


def test_clients_of_one_server_share_its_time_and_one_limit(virtual_server: MockServer) -> None:
    virtual_server.set_limits(key=2)
    with virtual_server.client() as one, virtual_server.client() as other, ThreadPoolExecutor(6) as threads:
        calls = [threads.submit(client.scan, SCAN) for client in (one, other) * 3]
        assert {type(call.exception()) for call in calls} == {axiomo.NotFoundError}
    # Two a minute, and those that came before the first answer told so.
    assert 120 <= virtual_server.elapsed() < 240


def test_a_call_waits_while_time_is_held_and_ends_when_it_is_moved(virtual_server: MockServer) -> None:
    script(virtual_server, {"respond": {"status": 429, "headers": {"retry-after": "60"}}}, ANSWER)

    async def run() -> str | None:
        async with virtual_server.async_client() as client:
            call = asyncio.create_task(client.scan(SCAN))
            await asyncio.to_thread(virtual_server.await_journal, {"event": "answer", "status": 429})
            await asyncio.to_thread(virtual_server.advance, 59)
            assert not call.done()
            # What was asked for, and up to two seconds more, so that not all come back at once.
            await asyncio.to_thread(virtual_server.advance, 3)
            return (await call).signal.risk.level

    with virtual_server.held_time():
        assert asyncio.run(run()) == "high"


def test_a_client_has_a_key_of_its_server_unless_it_is_told_another(axiomo_server: MockServer) -> None:
    other = axiomo_server.create_key("other", user="ann")
    for client in (
        axiomo_server.client(),
        axiomo_server.client(),
        axiomo_server.client(api_key=other.key),
        axiomo_server.client(anonymous=True),
    ):
        with client, pytest.raises(axiomo.NotFoundError):
            client.scan(SCAN)
    headers = [dict(entry.get("headers", [])) for entry in axiomo_server.requests()]
    own = f"Bearer {axiomo_server.key.key}"
    assert [header.get("authorization") for header in headers] == [own, own, f"Bearer {other.key}", None]


def test_the_fixture_of_a_client_is_wired_to_the_tests_server(
    axiomo_server: MockServer, axiomo_client: axiomo.Client
) -> None:
    script(axiomo_server, ANSWER)
    assert axiomo_client.base_url.rstrip("/") == axiomo_server.base_url.rstrip("/")
    assert axiomo_client.scan(SCAN).signal.risk.level == "high"


def test_so_is_that_of_a_client_of_asyncio(axiomo_server: MockServer, axiomo_async_client: axiomo.AsyncClient) -> None:
    script(axiomo_server, ANSWER)

    async def run() -> axiomo.Analysis:
        async with axiomo_async_client as client:
            return await client.scan(SCAN)

    assert asyncio.run(run()).signal.risk.level == "high"
