from __future__ import annotations

import os

from axiomo._client import Client

TYPE_CHECKING = False
if TYPE_CHECKING:
    from datetime import timedelta

    from axiomo._native import Analysis, AnalyzeRequest

__all__ = ["analyze"]

_clients: dict[int, Client] = {}


def _environment() -> int:
    # Its hash alone: the names of a stack's variables and their values are shown in many places.
    return hash(frozenset(item for item in os.environ.items() if item[0].startswith("AXIOMO_")))


def analyze(
    request: str | AnalyzeRequest, *, access_token: str | None = None, timeout: float | timedelta | None = None
) -> Analysis:
    """Analyses a pull request with a client that the environment describes: for scripts of one line.

    The client is made by the first call and kept; another environment gets another one. Whoever makes many calls, or
    wants more options, makes a ``Client``.

    Raises ``AxiomoError``, by its kind.
    """
    try:
        environment = _environment()
        client = _clients.get(environment)
        if client is None:
            client = _clients[environment] = Client()
        return client.analyze(request, access_token=access_token, timeout=timeout)
    finally:
        # What shows a failure often shows what its frames hold.
        del access_token
