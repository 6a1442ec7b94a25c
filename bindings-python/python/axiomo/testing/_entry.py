from __future__ import annotations

from typing import Literal, TypedDict


class _Happening(TypedDict):
    n: int
    """Its number; the first is 1, and none is left out."""
    at_ms: int
    """Milliseconds of the server's time since it started."""
    event: Literal["opened", "request", "answer", "gone", "closed"]
    """What happened. ``gone``: the client left before there was an answer."""


class JournalEntry(_Happening, total=False):
    """One thing that happened at a mock server. ``n``, ``at_ms`` and ``event`` are always there."""

    connection: int
    """``opened``, ``request``, ``closed``: the number of the connection."""
    listener: str
    """``opened``: the name of the listener."""
    request: int
    """``request``, ``answer``, ``gone``: the number of the request."""
    method: str
    """``request``: the method."""
    target: str
    """``request``: the path and the query."""
    version: str
    """``request``: ``HTTP/1.1`` or ``HTTP/2.0``."""
    headers: list[tuple[str, str]]
    """``request``, ``answer``: names in lower case, and values."""
    body: str
    """``request``: the body as far as it was read, if it is a text."""
    body_base64: str
    """``request``: the body if it is no text."""
    status: int
    """``answer``: the status."""
    request_id: str | None
    """``answer``: what ``X-Request-Id`` says."""
    by: Literal["client", "server"]
    """``closed``: who ended the connection first."""
    how: Literal["fin", "reset"]
    """``closed``: with an orderly end, or a reset."""


class Wait(TypedDict):
    """A wait that a client began, in virtual time."""

    began_ns: int
    """When it began, in nanoseconds since the beginning of time."""
    length_ns: int
    """How long it was to be, in nanoseconds."""
    reason: str
    """What it was for: ``queue``, ``pacing``, ``penalty``, ``retry_after`` or ``backoff``."""
