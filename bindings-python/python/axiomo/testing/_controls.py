from __future__ import annotations

import http.client
import json
from typing import Any
from urllib.parse import urlsplit


class MockServerError(RuntimeError):
    """A mock server did not do what it was asked. The message says what was expected."""

    code: str
    """One word for it."""

    def __init__(self, message: str, code: str = "unknown") -> None:
        super().__init__(message, code)
        self.code = code

    def __str__(self) -> str:
        return str(self.args[0])


class NotSeenError(MockServerError, AssertionError):
    """What was waited for did not happen at a mock server in time."""


class Controls:
    """The test controls of a server, at a listener of their own."""

    __slots__ = ("_address", "_token")

    def __init__(self, url: str, token: str) -> None:
        self._address = urlsplit(url).netloc
        self._token = token

    def send(self, method: str, path: str, body: object = None, *, timeout: float = 60.0) -> Any:
        """What a control answers, read from JSON; none where it answers nothing. Takes a connection of its own, so that
        any thread may send."""
        headers = {"Authorization": f"Bearer {self._token}", "Content-Type": "application/json"}
        connection = http.client.HTTPConnection(self._address, timeout=timeout)
        try:
            connection.request(method, path, None if body is None else json.dumps(body), headers)
            answer = connection.getresponse()
            text = answer.read()
        except (OSError, http.client.HTTPException) as error:
            raise MockServerError(f"{method} {path}: the mock server does not answer: {error}", "unreachable") from error
        finally:
            connection.close()
        if 200 <= answer.status < 300:
            return json.loads(text) if text else None
        raise _refusal(answer.status, text)


def _refusal(status: int, text: bytes) -> MockServerError:
    try:
        error = json.loads(text)["error"]
        code, message = str(error["code"]), str(error["message"])
    except (ValueError, KeyError, TypeError):
        return MockServerError(f"the mock server answered {status}: {text[:200]!r}")
    return NotSeenError(message, code) if code == "not_seen" else MockServerError(message, code)
