"""What a client tells by ``logging``."""

from __future__ import annotations

import asyncio
import logging
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager

import axiomo
import pytest
from axiomo.testing import MockServer


class Keeping(logging.Handler):
    """Keeps what it is given."""

    def __init__(self) -> None:
        super().__init__()
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)

    def named(self, event: str) -> list[dict[str, object]]:
        return [record.__dict__["axiomo"] for record in self.records if record.__dict__["axiomo"]["event"] == event]


class Raising(logging.Handler):
    """Raises an error, once."""

    def __init__(self, error: BaseException) -> None:
        super().__init__()
        self.errors = [error]

    def emit(self, record: logging.LogRecord) -> None:
        if self.errors:
            raise self.errors.pop()


@contextmanager
def raising(error: BaseException) -> Generator[None]:
    logger, handler = logging.getLogger("axiomo"), Raising(error)
    logger.addHandler(handler)
    try:
        yield
    finally:
        logger.removeHandler(handler)


@pytest.fixture
def kept() -> Generator[Keeping]:
    """What the logger `axiomo` gets, at every level."""
    logger, handler = logging.getLogger("axiomo"), Keeping()
    before = logger.level
    logger.addHandler(handler)
    logger.setLevel(1)
    yield handler
    logger.removeHandler(handler)
    logger.setLevel(before)


def test_calls_are_told_with_the_fields_that_are_allowed(axiomo_server: MockServer, kept: Keeping) -> None:
    axiomo_server.script([{"on": {}, "do": [{"respond": {"status": 503, "headers": {"retry-after-ms": "1"}}}]}])
    with pytest.raises(axiomo.NotFoundError):
        axiomo_server.client().scan("secret-scan")
    assert [request["http.response.status_code"] for request in kept.named("request")] == [503, 404]
    assert kept.named("request")[0]["url.template"] == "/scans/{scan_id}"
    assert len(kept.named("retry")) == 1 and kept.named("rate_limit")[-1]["limit"] == 60
    assert not any("secret" in str(record.__dict__) for record in kept.records)
    assert {record.levelname for record in kept.records} == {"DEBUG"}
    assert kept.records[-1].getMessage().startswith(("request ", "rate_limit "))


def test_event_loops_are_told_too(axiomo_server: MockServer, kept: Keeping) -> None:
    async def call() -> None:
        with pytest.raises(axiomo.NotFoundError):
            await axiomo_server.async_client().scan("x")

    asyncio.run(call())
    assert len(kept.named("request")) == 1


def test_a_level_that_is_not_wanted_is_not_told(axiomo_server: MockServer, kept: Keeping) -> None:
    logging.getLogger("axiomo").setLevel(logging.WARNING)
    with pytest.raises(axiomo.NotFoundError):
        axiomo_server.client().scan("x")
    assert kept.records == []


def test_a_handler_may_use_the_client(axiomo_server: MockServer, kept: Keeping) -> None:
    client = axiomo_server.client()
    done: list[logging.LogRecord] = []

    class Calling(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if not done:
                done.append(record)
                with pytest.raises(axiomo.NotFoundError):
                    client.scan("y")

    handler = Calling()
    logging.getLogger("axiomo").addHandler(handler)
    try:
        with pytest.raises(axiomo.NotFoundError):
            client.scan("x")
    finally:
        logging.getLogger("axiomo").removeHandler(handler)
    assert len(kept.named("request")) == 2


def test_what_nobody_takes_is_bounded_and_counted(answering: MockServer, kept: Keeping) -> None:
    told = {"x-ratelimit-limit": "100000", "x-ratelimit-remaining": "99999"}
    busy = {"respond": {"status": 503, "headers": {**told, "retry-after-ms": "1"}}}
    answering.script([{"on": {}, "do": [busy] * 1000 + [{"respond": {"status": 404, "headers": told}}] * 500}])

    async def call(client: axiomo.AsyncClient) -> None:
        calls = [asyncio.ensure_future(client.scan("x")) for _ in range(500)]
        # In one turn of the loop they begin, in the next they are handed over; then nothing takes events.
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        answering.await_journal({"event": "answer"}, count=1500, timeout=100)
        assert all(isinstance(error, axiomo.AxiomoError) for error in await asyncio.gather(*calls, return_exceptions=True))

    asyncio.run(call(answering.async_client(pacing="off", max_retries=20)))
    messages = [record.getMessage() for record in kept.records if record.levelname == "WARNING"]
    assert len(kept.records) <= 2 * 2048 and any("events were left out" in message for message in messages)


@pytest.mark.usefixtures("kept")
def test_an_interrupt_in_a_handler_is_raised_by_whoever_waits(answering: MockServer) -> None:
    client, other = answering.client(), answering.async_client()

    async def call() -> None:
        await other.scan("x")

    with raising(KeyboardInterrupt()), pytest.raises(KeyboardInterrupt):
        client.scan("x")
    with raising(KeyboardInterrupt()), pytest.raises(KeyboardInterrupt):
        asyncio.run(call())


@pytest.mark.usefixtures("kept")
def test_an_interrupt_in_a_handler_loses_no_result_of_a_batch(answering: MockServer) -> None:
    batch = answering.client().analyze_many(["https://github.com/example/ledger/pull/1"])
    with raising(KeyboardInterrupt()), pytest.raises(KeyboardInterrupt):
        next(batch)
    assert [item.index for item in batch] == [0]


@pytest.mark.usefixtures("kept")
def test_a_handler_that_fails_does_not_end_a_call(answering: MockServer, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[object] = []

    def tell(unraisable: sys.UnraisableHookArgs) -> None:
        told.append(unraisable.exc_type)

    monkeypatch.setattr(sys, "unraisablehook", tell)
    with raising(ValueError()):
        assert answering.client().scan("x").meta.status == 200
    assert told == [ValueError]


def test_nothing_is_printed_and_no_handler_of_ours_shows_anything(axiomo_server: MockServer) -> None:
    program = """
import sys, logging, axiomo
assert logging.getLogger("axiomo").handlers == []
client = axiomo.Client(base_url=sys.argv[1], anonymous=True, max_retries=0)
try:
    client.scan("x")
except axiomo.NotFoundError:
    pass
assert all(type(handler) is logging.NullHandler for handler in logging.getLogger("axiomo").handlers)
assert logging.getLogger().handlers == []
"""
    command = [sys.executable, "-c", program, axiomo_server.base_url]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=30)
    assert (ended.stdout, ended.stderr, ended.returncode) == ("", "", 0)
