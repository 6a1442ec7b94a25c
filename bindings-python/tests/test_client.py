"""What ``Client`` does, against a server."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any

import axiomo
import pytest
from axiomo.testing import MockServer

URL = "https://github.com/example/ledger/pull/4127"


def test_the_snippet_of_the_readme_gives_a_level(answering: MockServer) -> None:
    client = answering.client()
    assert client.analyze(URL).signal.risk.level == "high"


def test_a_call_says_how_its_answer_was_obtained(answering: MockServer) -> None:
    analysis = answering.client().analyze(URL)
    meta = analysis.meta
    assert meta.status == 200
    assert meta.request_id is not None and meta.request_id == meta.headers["x-request-id"]
    assert [(attempt.number, attempt.status, attempt.sent) for attempt in meta.attempts] == [(1, 200, "yes")]
    assert meta.elapsed >= meta.attempts[0].duration >= 0.0
    assert analysis.meta is analysis.meta


def test_a_scan_and_a_request_by_its_parts(answering: MockServer) -> None:
    client = answering.client()
    client.scan("ax/é")
    request = axiomo.AnalyzeRequest(provider="github", owner="example", repo="ledger", pr_number=7)
    client.analyze(request)
    targets = [entry.get("target") for entry in answering.requests()]
    assert targets == ["/api/scans/ax%2F%C3%A9", "/api/analyze"]
    assert '"pr_number":7' in (answering.requests()[1].get("body") or "")


def test_everything_is_taken_from_the_environment(answering: MockServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AXIOMO_BASE_URL", answering.base_url)
    monkeypatch.setenv("AXIOMO_API_KEY", answering.key.key)
    client = axiomo.Client()
    assert client.has_key and client.base_url == answering.base_url
    assert axiomo.analyze(URL).signal.risk.level == "high"
    assert axiomo.analyze(URL, timeout=timedelta(minutes=1)).signal_id == "ax-example-ledger-4127-9c41f07b"
    headers = dict(answering.requests()[0].get("headers") or [])
    assert headers["authorization"] == f"Bearer {answering.key.key}"
    assert "axiomo-python/" in headers["user-agent"]


def test_a_key_that_is_given_beats_the_environment(answering: MockServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AXIOMO_API_KEY", "")
    with pytest.raises(axiomo.ConfigurationError, match="AXIOMO_API_KEY is set but empty"):
        axiomo.Client()
    axiomo.Client(answering.key.key, base_url=answering.base_url).scan("x")
    assert not axiomo.Client(anonymous=True).has_key
    with pytest.raises(axiomo.ConfigurationError, match="one of the two"):
        axiomo.Client("ax_key", anonymous=True)


@pytest.mark.parametrize("of", [axiomo.Client, axiomo.AsyncClient])
def test_making_a_client_sends_nothing_and_waits_for_nothing(of: type[axiomo.Client | axiomo.AsyncClient]) -> None:
    asked = threading.Event()

    def give() -> str:
        asked.set()
        threading.Event().wait(60)
        return "ax_never"

    # An address that is kept for documentation, at which nobody answers.
    client = of(give, base_url="https://192.0.2.1/api")
    assert client.has_key and not asked.is_set()


def test_a_function_gives_the_key_and_is_asked_again_after_a_refusal(axiomo_server: MockServer) -> None:
    first, second = axiomo_server.create_key(), axiomo_server.create_key()
    keys = iter([first.key, second.key])
    client = axiomo.Client(lambda: next(keys), base_url=axiomo_server.base_url)
    with pytest.raises(axiomo.NotFoundError):
        client.scan("x")
    axiomo_server.revoke_key(first.id)
    with pytest.raises(axiomo.NotFoundError):
        client.scan("x")
    assert next(keys, None) is None


def test_a_function_that_gives_no_key_is_told_without_what_it_said(axiomo_server: MockServer) -> None:
    def give() -> str:
        raise RuntimeError("ax_canary")

    with pytest.raises(axiomo.ConfigurationError, match="raised RuntimeError") as caught:
        axiomo.Client(give, base_url=axiomo_server.base_url).scan("x")
    assert "canary" not in repr(caught.value) + str(caught.value.to_dict())


@pytest.mark.parametrize(("given", "of"), [(None, "NoneType"), (5, "int"), (b"ax_canary", "bytes")])
def test_a_function_that_gives_no_text_is_told_the_type_of_what_it_gave(
    axiomo_server: MockServer, given: Any, of: str
) -> None:
    with pytest.raises(axiomo.ConfigurationError) as caught:
        axiomo.Client(lambda: given, base_url=axiomo_server.base_url).scan("x")
    message = caught.value.message
    assert f"the function that gives the key gave {of}; expected a str" in message and "canary" not in message


def test_a_function_that_gives_the_key_is_not_async(axiomo_server: MockServer) -> None:
    async def give() -> str:
        return "ax_canary"

    client = axiomo.Client(give, base_url=axiomo_server.base_url)  # type: ignore[arg-type]  # pyright: ignore
    other = axiomo.AsyncClient(give, base_url=axiomo_server.base_url)  # type: ignore[arg-type]  # pyright: ignore
    calls: list[Callable[[], object]] = [lambda: client.scan("x"), lambda: asyncio.run(other.scan("x"))]
    for call in calls:
        # Python would warn of a coroutine that nobody awaits, and a warning fails the test.
        with pytest.raises(axiomo.ConfigurationError, match="gave a coroutine; expected a str, from a function that is"):
            call()


def test_options_are_seconds_or_lengths_of_time(axiomo_server: MockServer) -> None:
    axiomo_server.script([{"on": {}, "do": [{"wire": {"end": {"after": "nothing", "by": "stall"}}}] * 2}])
    client = axiomo_server.client(timeout=600)
    for timeout in (0.05, timedelta(milliseconds=50)):
        with pytest.raises(TimeoutError, match=r"within 0\.05 s") as caught:
            client.scan("x", timeout=timeout)
        assert isinstance(caught.value, axiomo.TimeoutError)


@pytest.mark.parametrize(
    ("options", "error", "says"),
    [
        ({"timeout": -1}, axiomo.ConfigurationError, "timeout is -1"),
        ({"timeout": float("nan")}, axiomo.ConfigurationError, "timeout is NaN"),
        ({"timeout": 1e300}, axiomo.ConfigurationError, "at most 86400"),
        ({"timeout": "5"}, TypeError, "timeout must be a number of seconds or a timedelta, not str"),
        ({"timeout": True}, TypeError, "not bool"),
        ({"max_retries": -1}, axiomo.ConfigurationError, "max_retries is -1"),
        ({"max_retries": 10**40}, axiomo.ConfigurationError, "max_retries is 1000"),
        ({"max_retries": 1.5}, TypeError, "max_retries must be an int"),
        ({"pacing": "fast"}, axiomo.ConfigurationError, "expected eager, smooth or off"),
        ({"base_url": "ftp://x"}, ValueError, "base_url|address|http"),
        ({"api_key": 5}, TypeError, "api_key must be a str or a function"),
        ({"default_headers": {"Authorization": "x"}}, axiomo.ConfigurationError, "set by the client itself"),
        ({"root_certificate": "none"}, axiomo.ConfigurationError, "certificate"),
    ],
)
def test_a_setting_that_cannot_be_is_named(options: dict[str, object], error: type[Exception], says: str) -> None:
    with pytest.raises(error, match=says):
        axiomo.Client(**options)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def test_what_is_no_request_is_refused_and_nothing_is_sent(answering: MockServer) -> None:
    client = answering.client()
    with pytest.raises(axiomo.InvalidRequestError) as caught:
        client.analyze("https://github.com/example")
    assert caught.value.local and caught.value.sent == "no"
    with pytest.raises(TypeError, match="a request must be the address of a pull request or an AnalyzeRequest, not int"):
        client.analyze(5)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    with pytest.raises(axiomo.InvalidRequestError, match="pr_number"):
        axiomo.AnalyzeRequest(provider="github", owner="example", repo="ledger", pr_number=-3)
    assert answering.requests() == []


def test_other_options_share_the_client_and_its_limit(answering: MockServer) -> None:
    client = answering.client()
    other = client.with_options(max_retries=0, timeout=5)
    other.scan("x")
    assert client.rate_limiter.snapshot().own == other.rate_limiter.snapshot().own == 1
    with pytest.raises(axiomo.ConfigurationError, match="timeout is 0 s"):
        client.with_options(timeout=0)


def test_the_rate_limit_is_told(axiomo_server: MockServer) -> None:
    client = axiomo_server.client()
    assert client.rate_limit() is None
    with pytest.raises(axiomo.NotFoundError) as caught:
        client.scan("x")
    limit = client.rate_limit()
    assert limit is not None and (limit.limit, limit.remaining) == (60, 59)
    assert isinstance(limit.reset_at, datetime) and limit.reset_at.tzinfo is timezone.utc
    assert caught.value.rate_limit == limit and caught.value.reset_at == limit.reset_at


def test_clients_of_a_limiter_share_it(answering: MockServer) -> None:
    limiter = axiomo.RateLimiter(5, pacing="off")
    first, second = (answering.client(rate_limiter=limiter) for _ in range(2))
    first.scan("x")
    second.scan("x")
    assert first.rate_limiter is limiter
    snapshot = limiter.snapshot()
    assert (snapshot.own, snapshot.waiting, snapshot.paused_for) == (2, 0, None)
    name = axiomo.RateLimiter.shared("a name")
    answering.client(rate_limiter=name).scan("x")
    assert axiomo.RateLimiter.shared("a name").snapshot().own == 1
    with pytest.raises(axiomo.ConfigurationError, match="redis"):
        axiomo.RateLimiter.redis("http://127.0.0.1")


def test_a_closed_client_ends_its_calls_and_makes_no_more(axiomo_server: MockServer) -> None:
    axiomo_server.script([{"on": {}, "do": [{"wire": {"end": {"after": "nothing", "by": "stall"}}}]}])
    raised: list[BaseException] = []
    with axiomo_server.client() as client:
        other = client.with_options(timeout=20)

        def call() -> None:
            try:
                other.scan("x")
            except axiomo.AxiomoError as error:
                raised.append(error)

        thread = threading.Thread(target=call)
        thread.start()
        axiomo_server.await_journal({"event": "request"}, timeout=30)
    thread.join()
    assert [type(error) for error in raised] == [axiomo.CancelledError]
    for closed in (client, other):
        with pytest.raises(axiomo.ConfigurationError, match="was closed"):
            closed.scan("x")
    assert "Client(" in repr(client)
    client.close()


def test_a_handle_cancels_from_another_thread(axiomo_server: MockServer) -> None:
    axiomo_server.script([{"on": {}, "do": [{"wire": {"end": {"after": "nothing", "by": "stall"}}}]}])
    handle = axiomo.CancelHandle()

    def cancel() -> None:
        axiomo_server.await_journal({"event": "request"}, timeout=30)
        handle.cancel()

    thread = threading.Thread(target=cancel)
    thread.start()
    with pytest.raises(axiomo.CancelledError) as caught:
        axiomo_server.client().scan("x", cancel=handle)
    thread.join()
    assert handle.is_cancelled and caught.value.sent == "maybe"
    axiomo_server.await_journal({"event": "gone"}, timeout=30)


def test_waits_take_virtual_time(virtual_server: MockServer) -> None:
    virtual_server.script([{"on": {}, "do": [{"respond": {"status": 429, "headers": {"retry-after": "100"}}}]}])
    with pytest.raises(axiomo.NotFoundError) as caught:
        virtual_server.client().scan("x")
    assert [attempt.status for attempt in caught.value.attempts] == [429, 404]
    assert caught.value.attempts[1].waited >= 100 and caught.value.attempts[1].wait_reason == "retry_after"
    assert virtual_server.elapsed() >= 100
