"""Exceptions: their classes, their fields, and that they survive a process."""

from __future__ import annotations

import copy
import multiprocessing
import pickle
from typing import Any

import axiomo
import pytest
from axiomo import errors
from axiomo.testing import MockServer

STATUSES = {
    400: axiomo.InvalidRequestError,
    401: axiomo.AuthenticationError,
    403: axiomo.PermissionDeniedError,
    404: axiomo.NotFoundError,
    408: axiomo.TimeoutError,
    422: axiomo.InvalidRequestError,
    429: axiomo.RateLimitError,
    500: axiomo.ServerError,
    302: axiomo.ServerError,
}


@pytest.mark.parametrize(("status", "of"), STATUSES.items())
def test_each_status_has_its_class(axiomo_server: MockServer, status: int, of: type[axiomo.AxiomoError]) -> None:
    body = {"error": {"code": "a_code", "message": "A message."}, "request_id": "req_1"}
    axiomo_server.script([{"on": {}, "do": [{"respond": {"status": status, "json": body}}]}])
    with pytest.raises(of) as caught:
        axiomo_server.client(max_retries=0).scan("x")
    error = caught.value
    assert type(error) is of and isinstance(error, axiomo.AxiomoError)
    assert error.http_status == status and error.sent == "yes" and len(error.attempts) == 1
    assert error.kind == {v: k for k, v in errors._CLASSES.items()}[of]  # pyright: ignore[reportPrivateUsage]


def test_the_hosts_own_classes_catch_ours() -> None:
    assert issubclass(axiomo.TimeoutError, TimeoutError)
    assert issubclass(axiomo.ConnectionError, ConnectionError)
    assert issubclass(axiomo.ConfigurationError, ValueError)
    assert issubclass(axiomo.DecodeError, ValueError)
    public = [getattr(errors, name) for name in errors.__all__]
    assert len(public) == 12 and all(issubclass(of, axiomo.AxiomoError) for of in public)
    assert axiomo.AxiomoError.__mro__[1] is Exception


def test_a_refused_connection_is_one(axiomo_server: MockServer) -> None:
    with pytest.raises(ConnectionError) as caught:
        axiomo.Client(base_url="http://127.0.0.1:1/api", anonymous=True, max_retries=0).scan("x")
    assert isinstance(caught.value, axiomo.ConnectionError)
    assert caught.value.sent == "no" and not caught.value.local
    # `OSError` takes its text apart otherwise.
    assert str(caught.value).startswith(caught.value.message)


@pytest.fixture
def error(axiomo_server: MockServer) -> axiomo.RateLimitError:
    headers = {"retry-after": "1000", "x-ratelimit-limit": "60", "x-ratelimit-remaining": "0"}
    axiomo_server.script([{"on": {}, "do": [{"respond": {"status": 429, "headers": headers}}]}])
    with pytest.raises(axiomo.RateLimitError) as caught:
        axiomo_server.client().scan("x")
    return caught.value


def test_every_field_of_the_contract_is_there(error: axiomo.RateLimitError) -> None:
    assert error.kind == "rate_limited" and error.http_status == 429 and error.local is False
    assert error.retry_after is not None and 990 < error.retry_after <= 1001
    assert error.rate_limit is not None and error.rate_limit.limit == 60
    said = error.to_dict()
    assert set(said) == {
        "kind", "message", "http_status", "code", "request_id", "retry_after_ms", "reset_at", "queue_depth", "local",
        "rate_limit", "attempts", "sent",
    }  # fmt: skip
    assert said["attempts"][0]["status"] == 429
    assert "HTTP 429" in str(error) and error.message in str(error)


def test_errors_survive_pickles_and_copies(error: axiomo.RateLimitError) -> None:
    for again in (pickle.loads(pickle.dumps(error)), copy.copy(error), copy.deepcopy(error)):
        assert type(again) is axiomo.RateLimitError
        assert again.to_dict() == error.to_dict() and str(again) == str(error)


def fail(base_url: str) -> Any:
    return axiomo.Client(base_url=base_url, anonymous=True).scan("x")


def test_errors_come_back_from_other_processes(axiomo_server: MockServer) -> None:
    with multiprocessing.get_context("spawn").Pool(1) as pool, pytest.raises(axiomo.NotFoundError) as caught:
        pool.apply(fail, (axiomo_server.base_url,))
    assert caught.value.http_status == 404 and caught.value.attempts[0].status == 404


def test_what_is_printed_of_every_class_can_be_shown() -> None:
    for name in errors.__all__:
        error = getattr(errors, name)("It went wrong.", http_status=500, code="x", request_id="r")
        assert str(error) == "It went wrong. [HTTP 500, x, request r]"
        assert name in repr(error)
