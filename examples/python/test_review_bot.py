"""How a bot of one's own is tested: against a mock server, in virtual time, with nothing patched."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import axiomo
import pytest
from axiomo.testing import MockServer
from review_bot import ReviewBot

PULL_REQUEST = "https://github.com/owner/repo/pull/123"
REFUSED = {"respond": {"status": 429, "headers": {"retry-after": "600"}}}
HARMLESS = {"respond": {"status": 200, "json": {"signal": {"review": {"action": "approve"}}}}}


async def told(*urls: str) -> AsyncIterator[str]:
    for url in urls:
        yield url


def said(server: MockServer, *urls: str) -> list[tuple[str, str]]:
    """What the bot says when it is told of these."""
    heard: list[tuple[str, str]] = []

    async def say(url: str, text: str) -> None:
        heard.append((url, text))

    async def run() -> None:
        async with server.async_client() as client:
            await ReviewBot(client, say).run(told(*urls))

    asyncio.run(run())
    return heard


@pytest.mark.axiomo(virtual_time=True)
def test_it_waits_out_ten_minutes_and_says_nothing_wrong(axiomo_server: MockServer) -> None:
    axiomo_server.script([{"on": {"path": "/api/analyze"}, "do": [REFUSED, HARMLESS]}])
    assert said(axiomo_server, PULL_REQUEST) == [(PULL_REQUEST, "Looks harmless to me.")]
    assert axiomo_server.elapsed() >= 600
    assert len(axiomo_server.requests()) == 2


@pytest.mark.axiomo(virtual_time=True)
def test_two_hundred_pull_requests_stay_under_the_limit(axiomo_server: MockServer) -> None:
    axiomo_server.script([{"on": {"path": "/api/analyze"}, "do": [HARMLESS] * 200}])
    assert len(said(axiomo_server, *(f"https://github.com/owner/repo/pull/{number}" for number in range(1, 201)))) == 200
    statuses = {entry.get("status") for entry in axiomo_server.journal() if entry["event"] == "answer"}
    assert statuses == {200}
    assert 180 <= axiomo_server.elapsed() <= 240


def test_what_it_cannot_find_it_says_so_of(axiomo_server: MockServer) -> None:
    [(url, text)] = said(axiomo_server, PULL_REQUEST)
    assert url == PULL_REQUEST
    assert text.startswith("I cannot tell: ")


def test_it_stops_when_its_key_is_revoked(axiomo_server: MockServer) -> None:
    axiomo_server.revoke_key(axiomo_server.key.id)
    with pytest.raises(axiomo.AuthenticationError):
        said(axiomo_server, PULL_REQUEST)
