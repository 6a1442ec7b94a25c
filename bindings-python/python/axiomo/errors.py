# Generated from spec/model.yaml by `cargo xtask generate`; edit that file instead.

"""What can go wrong, one class a kind. Every one of them is an ``AxiomoError``."""

from __future__ import annotations

import builtins

TYPE_CHECKING = False
if TYPE_CHECKING:
    from datetime import datetime
    from typing import Any, ClassVar, Literal

    from axiomo._native import Attempt, RateLimit

__all__ = [
    "AxiomoError",
    "ConfigurationError",
    "InvalidRequestError",
    "AuthenticationError",
    "PermissionDeniedError",
    "NotFoundError",
    "RateLimitError",
    "TimeoutError",
    "ConnectionError",
    "ServerError",
    "DecodeError",
    "CancelledError",
]


class AxiomoError(Exception):
    """What went wrong with a call, the same in every language.

    ``kind`` says in one word what to do about it, ``message`` says it in a sentence. Nothing in an error holds the key,
    a token or the path of an address.
    """

    kind: ClassVar[str] = "unknown"
    """What went wrong, in one word."""
    message: str
    """What went wrong, what was expected, and what to do next, in a sentence fit for a user."""
    http_status: int | None
    """The status of the last answer, if there was one."""
    code: str | None
    """The word for it that the service gave, or one of our own such as ``unexpected_redirect``."""
    request_id: str | None
    """The service's name for the request, to be given when asking it for help."""
    retry_after: float | None
    """How many seconds to wait before it makes sense to try again, from the moment of the error."""
    queue_depth: int | None
    """How many calls waited at the rate limit when this one was refused for want of time."""
    local: bool
    """Whether the call was refused here and not by the service."""
    rate_limit: RateLimit | None
    """The rate limit as the service last told it to this call."""
    attempts: tuple[Attempt, ...]
    """Every attempt of the call; empty when nothing was tried."""
    sent: Literal["no", "maybe", "yes"]
    """Whether any attempt reached the service."""

    def __init__(
        self,
        message: str,
        *,
        http_status: int | None = None,
        code: str | None = None,
        request_id: str | None = None,
        retry_after: float | None = None,
        queue_depth: int | None = None,
        local: bool = False,
        rate_limit: RateLimit | None = None,
        attempts: tuple[Attempt, ...] = (),
        sent: Literal["no", "maybe", "yes"] = "no",
    ) -> None:
        super().__init__(message)
        self.message = message
        self.http_status = http_status
        self.code = code
        self.request_id = request_id
        self.retry_after = retry_after
        self.queue_depth = queue_depth
        self.local = local
        self.rate_limit = rate_limit
        self.attempts = attempts
        self.sent = sent

    @property
    def reset_at(self) -> datetime | None:
        """When the quota comes back, by this machine's clock."""
        return None if self.rate_limit is None else self.rate_limit.reset_at

    def to_dict(self) -> dict[str, Any]:
        """The error in the form that every language has for it, with times in whole milliseconds."""
        rate_limit = None if self.rate_limit is None else self.rate_limit.to_dict()
        return {
            "kind": self.kind,
            "message": self.message,
            "http_status": self.http_status,
            "code": self.code,
            "request_id": self.request_id,
            "retry_after_ms": None if self.retry_after is None else round(self.retry_after * 1000),
            "reset_at": None if rate_limit is None else rate_limit["reset_at"],
            "queue_depth": self.queue_depth,
            "local": self.local,
            "rate_limit": rate_limit,
            "attempts": [attempt.to_dict() for attempt in self.attempts],
            "sent": self.sent,
        }

    def __str__(self) -> str:
        facts: list[str] = []
        if self.http_status is not None:
            facts.append(f"HTTP {self.http_status}")
        if self.code is not None:
            facts.append(self.code)
        if self.request_id is not None:
            facts.append(f"request {self.request_id}")
        if len(self.attempts) > 1:
            facts.append(f"{len(self.attempts)} attempts")
        return f"{self.message} [{', '.join(facts)}]" if facts else self.message

    def __reduce__(self) -> tuple[Any, ...]:
        return (_restore, (type(self), self.message, self._fields()))

    def _fields(self) -> dict[str, Any]:
        return {
            "http_status": self.http_status,
            "code": self.code,
            "request_id": self.request_id,
            "retry_after": self.retry_after,
            "queue_depth": self.queue_depth,
            "local": self.local,
            "rate_limit": self.rate_limit,
            "attempts": self.attempts,
            "sent": self.sent,
        }

    def __rich_repr__(self) -> Any:
        yield self.message
        for name, value in self._fields().items():
            if value not in (None, ()):
                yield name, value


def _restore(kind: type[AxiomoError], message: str, fields: dict[str, Any]) -> AxiomoError:
    return kind(message, **fields)


class ConfigurationError(AxiomoError, ValueError):
    """A key, address or option is wrong; nothing was sent."""

    kind: ClassVar[str] = "configuration"


class InvalidRequestError(AxiomoError):
    """The request is wrong, by the service's word or before it was sent. HTTP 400, 422, 4xx."""

    kind: ClassVar[str] = "invalid_request"


class AuthenticationError(AxiomoError):
    """The key is missing, wrong or revoked. HTTP 401."""

    kind: ClassVar[str] = "authentication"


class PermissionDeniedError(AxiomoError):
    """The key may not do this. HTTP 403."""

    kind: ClassVar[str] = "permission"


class NotFoundError(AxiomoError):
    """There is no such thing, or the key may not see it. HTTP 404."""

    kind: ClassVar[str] = "not_found"


class RateLimitError(AxiomoError):
    """The limit is used up, by the service's word or by our own count. HTTP 429."""

    kind: ClassVar[str] = "rate_limited"


class TimeoutError(AxiomoError, builtins.TimeoutError):
    """An attempt or the whole call took too long. HTTP 408."""

    kind: ClassVar[str] = "timeout"


class ConnectionError(AxiomoError, builtins.ConnectionError):
    """The name could not be resolved, or the connection failed, was cut, or ended early."""

    kind: ClassVar[str] = "connection"


class ServerError(AxiomoError):
    """The service failed, or answered with a redirect, which is never followed. HTTP 5xx, 3xx."""

    kind: ClassVar[str] = "server"


class DecodeError(AxiomoError, ValueError):
    """The answer is a success but not what it should be."""

    kind: ClassVar[str] = "decode"


class CancelledError(AxiomoError):
    """The caller cancelled."""

    kind: ClassVar[str] = "cancelled"


_CLASSES: dict[str, type[AxiomoError]] = {
    "configuration": ConfigurationError,
    "invalid_request": InvalidRequestError,
    "authentication": AuthenticationError,
    "permission": PermissionDeniedError,
    "not_found": NotFoundError,
    "rate_limited": RateLimitError,
    "timeout": TimeoutError,
    "connection": ConnectionError,
    "server": ServerError,
    "decode": DecodeError,
    "cancelled": CancelledError,
}
